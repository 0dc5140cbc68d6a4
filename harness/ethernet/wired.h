/* A device on Ethernet ports of this machine, as a lab: a router or bridge LAN port at the other end of a
 * cable, a veth pair, a tap. Its frames come with the time stamps of the kernel. It needs the wall clock, and
 * whatever is to be done to it is done by a control plan.
 *
 * The ports are opened with the lab and stay open; what comes in while no case runs is thrown away.
 */
#ifndef ETHERNET_WIRED_H
#define ETHERNET_WIRED_H

#include "links/lab.h"

/* What a device file says of such a device. Texts must outlive the lab. */
struct wired_plan {
    const char *name;         /* for reports */
    const char *const *ports; /* LAN ports 0, 1 …; '%' stands for the number of the instance */
    size_t port_count;        /* at most LAN_PORT_ROOM */
    const struct control_plan *control;
    struct scope claims;
    unsigned options; /* CAPABILITY_* that it claims */
};

/* Opens the ports of instance 'instance' (from 1). NULL, with the reason. */
struct lab *wired_lab_open(const struct wired_plan *plan, unsigned instance, struct reason *reason);

#endif
