/* Privileges are for opening ports; what runs a suite has none.
 */
#ifndef ETHERNET_PRIVILEGES_H
#define ETHERNET_PRIVILEGES_H

#include "base/reason.h"

/* Gives up every capability of the calling thread for good; threads that it starts have none either. Commands
 * that are started later have those that their user has (root: all; otherwise none). True when there were
 * none. */
bool privileges_drop(struct reason *reason);

#endif
