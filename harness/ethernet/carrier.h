/* How often an interface lost its carrier: a cable was pulled, or one of the two ends was set down. The
 * kernel counts it, so nothing is missed between two looks (IFLA_CARRIER_DOWN_COUNT, rtnetlink(7)).
 *
 *   int questions = carrier_open();                // in the namespace of the interface
 *   carrier_losses(questions, index, &count);
 */
#ifndef ETHERNET_CARRIER_H
#define ETHERNET_CARRIER_H

#include <stdbool.h>
#include <stdint.h>

/* A descriptor to ask by, of the calling thread's network namespace; -1, with errno, when there is none. */
int carrier_open(void);

/* Since the interface with this index was made. False when it is gone, or its kernel does not count. */
bool carrier_losses(int questions, int index, uint64_t *count);

#endif
