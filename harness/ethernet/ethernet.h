/* An Ethernet port of this machine, live, by libpcap: frames in with the kernel's time stamps, frames out.
 *
 * Promiscuous, in immediate mode, without the frames that this program or machine itself sends out of it. It
 * needs CAP_NET_RAW (and CAP_SYS_ADMIN for another network namespace) while it is opened, not later
 * (ethernet/privileges.h).
 */
#ifndef ETHERNET_ETHERNET_H
#define ETHERNET_ETHERNET_H

#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

struct ethernet;

/* Opens "INTERFACE" or "NAMESPACE/INTERFACE", where NAMESPACE is a name below /run/netns. NULL, with the
 * reason and its mend (no such interface, not up, no Ethernet, no permission). */
struct ethernet *ethernet_open(const char *name, struct reason *reason);
void ethernet_close(struct ethernet *ethernet); /* NULL is accepted */

/* As it was opened. */
const char *ethernet_name(const struct ethernet *ethernet);

/* Can be read when frames wait, and when the interface is gone. */
int ethernet_descriptor(const struct ethernet *ethernet);

/* Sends a frame without FCS; one that is shorter than 60 octets is padded. False, with the reason, when it
 * could not be sent. */
bool ethernet_send(struct ethernet *ethernet, const uint8_t *data, size_t size, struct reason *reason);

/* Hands on all frames that wait, in order. 'time_ns': when the kernel saw it, CLOCK_REALTIME. The octets are
 * valid during the call only. False, with the reason, when the interface is gone: nothing more will come. */
bool ethernet_receive(struct ethernet *ethernet,
                      void (*received)(void *context, const uint8_t *data, size_t size, int64_t time_ns),
                      void *context, struct reason *reason);

struct ethernet_counts {
    uint64_t received;
    uint64_t sent;
    uint64_t dropped; /* by the kernel, for want of buffer: they were never seen */
};
struct ethernet_counts ethernet_counts(struct ethernet *ethernet);

#endif
