/* One virtual router from the inside: what it knows, and the steps its state machine is made of. The
 * transitions in struct vrrp_options are written with these steps.
 */
#ifndef REFERENCE_VRRP_MACHINE_H
#define REFERENCE_VRRP_MACHINE_H

#include "reference/vrrp.h"

struct virtual_router {
    struct vrrp_instance *instance;
    const struct virtual_router_settings *settings; /* VRID, addresses */
    unsigned number;                                /* its place in the device settings */
    /* Parameters in force: the settings', or the defaults of the options. */
    uint8_t priority;
    uint8_t interval_s;
    bool preempt;
    enum vrrp_state state;
    enum vrrp_state state_before;   /* the state it came from; VRRP_INITIALIZE after power-on */
    struct timer master_down_timer; /* RFC 2338 6.2, runs in Backup */
    struct timer adver_timer;       /* RFC 2338 6.2, runs in Master */
};

struct vrrp_instance {
    const struct station_services *services;
    const struct device_settings *settings;
    const struct vrrp_options *options;
    const struct vrrp_actions *actions;
    void *owner;
    uint64_t discards[VRRP_CHECK_COUNT]; /* messages that each check has discarded */
    size_t router_count;
    struct virtual_router routers[VIRTUAL_ROUTER_ROOM];
};

/* Steps of RFC 2338 6.4 and draft 3.3. */
void vrrp_associate(struct virtual_router *router);
void vrrp_disassociate(struct virtual_router *router);
void vrrp_send_advertisement(struct virtual_router *router, uint8_t priority);
void vrrp_send_gratuitous_arps(struct virtual_router *router);
void vrrp_start_adver_timer(struct virtual_router *router);
void vrrp_stop_adver_timer(struct virtual_router *router);
void vrrp_start_master_down_timer(struct virtual_router *router, int64_t delay_ns);
void vrrp_stop_master_down_timer(struct virtual_router *router);
void vrrp_enter(struct virtual_router *router, enum vrrp_state state);

#endif
