/* The VRRP state machines of one interface (RFC 2338 6.4 with draft 3.3): Initialize, Backup, Master for each
 * virtual router. It knows packets, timers and elections; addresses, frames and LANE belong to its owner,
 * which it asks through `struct vrrp_actions`.
 *
 *   struct vrrp_instance *vrrp = vrrp_new(services, &settings, &options, &actions, owner);
 *   vrrp_startup(vrrp, 0);          // Backup, or Master when it owns the addresses
 *   vrrp_receive(vrrp, &arrival);   // every VRRP message that came to 224.0.0.18 on the interface
 */
#ifndef REFERENCE_VRRP_H
#define REFERENCE_VRRP_H

#include "reference/vrrp_decisions.h"
#include "station/device_settings.h"
#include "station/station.h"

struct vrrp_instance; /* the virtual routers of one interface */

/* What the state machines ask of the router around them. 'number' is the place of the virtual router in the
 * settings. */
struct vrrp_actions {
    /* ADDRESS ASSOCIATION and DISASSOCIATION with the VMAC (draft 3.3). */
    void (*associate)(void *owner, unsigned number);
    void (*disassociate)(void *owner, unsigned number);
    /* Sends a VRRP message (without IP header) for the virtual router. */
    void (*send_advertisement)(void *owner, unsigned number, const uint8_t *message, size_t size);
    /* One gratuitous ARP per address of the virtual router (RFC 2338 6.4.1). */
    void (*send_gratuitous_arps)(void *owner, unsigned number);
};

/* All arguments must outlive the instance, which belongs to the caller. */
struct vrrp_instance *vrrp_new(const struct station_services *services,
                               const struct device_settings *settings, const struct vrrp_options *options,
                               const struct vrrp_actions *actions, void *owner);
void vrrp_free(struct vrrp_instance *instance);

/* Startup and Shutdown events (RFC 2338 6.4). */
void vrrp_startup(struct vrrp_instance *instance, unsigned number);
void vrrp_shutdown(struct vrrp_instance *instance, unsigned number);

/* The interface went down: every virtual router goes to Initialize, and no advertisement is sent. A Master
 * gives up its association too, so that the next one is made by the state machine when it becomes Master
 * again. */
void vrrp_interface_lost(struct vrrp_instance *instance);

/* The LES refused to register the VMAC. */
void vrrp_registration_refused(struct vrrp_instance *instance, unsigned number);

/* Stops everything at once: no timer runs, nothing is asked of the owner any more. */
void vrrp_die(struct vrrp_instance *instance);

/* Takes part in the election with 'priority' from now on (1 to 255); the state and its timers stay. */
void vrrp_set_priority(struct vrrp_instance *instance, unsigned number, uint8_t priority);

/* A VRRP message that came in an IP datagram (RFC 2338 7.1 receive checks, then 6.4). */
void vrrp_receive(struct vrrp_instance *instance, const struct vrrp_arrival *arrival);

enum vrrp_state vrrp_state_of(const struct vrrp_instance *instance, unsigned number);

/* The priority in force. */
uint8_t vrrp_priority_of(const struct vrrp_instance *instance, unsigned number);

/* The MAC address that stands for a virtual router: its VMAC in the order of the ELAN (RFC 2338 7.3), or its
 * functional address (RFC 2338 9.2). */
struct mac_address vrrp_vmac_of(const struct vrrp_instance *instance, unsigned number);

/* For decisions about its addresses (reference/ip_decisions.h). */
const struct virtual_router *vrrp_router(const struct vrrp_instance *instance, unsigned number);

/* How many messages a receive check has discarded: what RFC 2338 7.1 wants to see in a log. */
uint64_t vrrp_discard_count(const struct vrrp_instance *instance, enum vrrp_check_name check);

#endif
