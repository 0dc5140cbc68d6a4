/* Privileges are for opening ports; what runs a suite has none.
 *
 *   struct ethernet *ethernet = ethernet_open(…);   // takes CAP_NET_RAW
 *   privileges_drop(&reason);                       // works on without
 *
 * Capabilities belong to threads: call it in the first one, before others are started.
 */
#ifndef BASE_PRIVILEGES_H
#define BASE_PRIVILEGES_H

#include <stdbool.h>

#include "base/reason.h"

/* Gives up every capability of the calling thread for good; threads that it starts have none either. Commands
 * that are started later have those of their user: none, except that a process of root gets all of them back
 * when it executes a program. Hooks that set up interfaces or start daemons need just that; where it is not
 * wanted, don't run as root but give the program CAP_NET_RAW. Files are open to root as to every owner. True
 * when there were none. */
bool privileges_drop(struct reason *reason);

#endif
