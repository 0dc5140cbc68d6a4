/* Work inside another network namespace: in a thread of its own, which ends there. The caller's thread never
 * leaves its namespace, so nothing has to be restored and nothing can fail to be.
 *
 * What is opened inside (sockets) stays in that namespace and is used from anywhere.
 */
#ifndef ETHERNET_NAMESPACE_H
#define ETHERNET_NAMESPACE_H

#include "base/reason.h"

/* Calls 'inside' in the network namespace 'name', one below /run/netns, and returns what it returns. False,
 * with the reason and its mend, when the namespace can't be entered. Needs CAP_SYS_ADMIN. */
bool namespace_call(const char *name, bool (*inside)(void *context, struct reason *reason), void *context,
                    struct reason *reason);

#endif
