/* Checksums of TCP and UDP that a sender leaves to its port (checksum offload).
 *
 * A port of hardware computes them on the way to the wire. One that is software (a veth pair between
 * namespaces, the port of a virtual machine) hands the frame to the other end as it is, with the sum of the
 * pseudo-header in the field, and marks it in the kernel: the kernel at the other end does not look then, but
 * whoever reads or forwards the octets has a checksum that no receiver takes. libpcap does not show the mark.
 * So the field itself tells: the bare sum of the pseudo-header, which is what Linux puts there for the port
 * to go on with. Where that happens to be the right checksum already, finishing it gives the same again.
 */
#ifndef ETHERNET_CHECKSUM_OFFLOAD_H
#define ETHERNET_CHECKSUM_OFFLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True for the name of a driver whose port may hand over frames with such checksums. 'driver' as ethtool(8)
 * gives it. A port of hardware never does: what it hands over was on the wire so. */
bool checksum_offload_between_kernels(const char *driver);

/* Where in the frame, with VLAN tags or without, a checksum waits to be finished, and the checksum to put
 * there, in host order. 0: nowhere. Looks at TCP and UDP right behind IPv4, or IPv6 with hop-by-hop and
 * destination options; fragments have no checksum of their own. */
size_t checksum_offload_place(const uint8_t *frame, size_t size, uint16_t *checksum);

#endif
