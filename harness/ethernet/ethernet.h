/* An Ethernet port of this machine, live, by libpcap: frames in with the kernel's time stamps, frames out.
 *
 *   struct ethernet *ethernet = ethernet_open("vm-lab/dut1", &reason);
 *   world_watch(world, ethernet_descriptor(ethernet), ready, …);  // calls ethernet_receive()
 *   ethernet_send(ethernet, frame, size, &reason);
 *
 * Promiscuous and in immediate mode. What this machine sends out of the interface never comes in, be it from
 * this port, another program or the kernel itself (ARP, IPv6 neighbours); what comes in at the other end of a
 * veth pair does, also when both ends are in one namespace.
 *
 * The port lives on while the link is down, at this end or at the other. It ends when its interface is
 * deleted or moved to another namespace.
 *
 * It needs CAP_NET_RAW (and CAP_SYS_ADMIN for another network namespace) while it is opened, not later
 * (ethernet/privileges.h). Only one thread at a time uses it.
 *
 * Frames come in as a wire would bring them: where kernels meet without one (veth, virtual machines), the
 * checksums of TCP and UDP that the sender left to its port are put in (ethernet/checksum_offload.h).
 * Segments that it left to the port to cut are larger than the MTU, and not handed on; who wants those turns
 * that off where they are sent (`ethtool -K INTERFACE tso off gso off`). ICMP, ARP and VRRP are always whole.
 */
#ifndef ETHERNET_ETHERNET_H
#define ETHERNET_ETHERNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

struct ethernet;

/* Opens "INTERFACE" or "NAMESPACE/INTERFACE", where NAMESPACE is a name below /run/netns; the calling thread
 * stays in its own. NULL, with the reason and its mend (no such interface, not up, no Ethernet, no
 * permission, in use by another vmacheck). */
struct ethernet *ethernet_open(const char *name, struct reason *reason);
void ethernet_close(struct ethernet *ethernet); /* NULL is accepted */

/* As it was opened. */
const char *ethernet_name(const struct ethernet *ethernet);

/* Can be read when frames wait, and when the interface is gone. */
int ethernet_descriptor(const struct ethernet *ethernet);

/* Sends a frame without FCS; one that is shorter than 60 octets is padded. False, with the reason, when it
 * could not be sent. While the link is down it is lost, as on a cable that is pulled: true, and counted. */
bool ethernet_send(struct ethernet *ethernet, const uint8_t *data, size_t size, struct reason *reason);

/* Hands on all frames that wait, in order, up to a buffer of them. 'time_ns': when the kernel saw it,
 * CLOCK_REALTIME. The octets are valid during the call only. False, with the reason, when the interface is
 * gone: nothing more will come. */
bool ethernet_receive(struct ethernet *ethernet,
                      void (*received)(void *context, const uint8_t *data, size_t size, int64_t time_ns),
                      void *context, struct reason *reason);

struct ethernet_counts {
    uint64_t received;
    uint64_t sent;
    uint64_t dropped;  /* by the kernel, for want of buffer: they were never seen */
    uint64_t lost;     /* sent onto a dead link */
    uint64_t oversize; /* arrived larger than the MTU, from offloading; not handed on */
    uint64_t cuts;     /* how often the link was down since it was opened, at this end or at the other */
};
struct ethernet_counts ethernet_counts(struct ethernet *ethernet);

#endif
