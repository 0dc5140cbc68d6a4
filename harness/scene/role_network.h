/* What stands around a device, by its role: which network a scene builds, when it is ready for a case, and
 * how the device shows that it lives. One table per role, in role_<name>.c.
 */
#ifndef SCENE_ROLE_NETWORK_H
#define SCENE_ROLE_NETWORK_H

#include "scene/scene.h"

struct role_network {
    /* Completes a plan that has been drawn as for a router; may be NULL. */
    void (*draw)(struct scene_plan *plan);
    /* Builds what the plan describes around scene->device_port. */
    void (*attach)(struct scene *scene);
    /* Starts the device and its peers in an order that the seed draws, without waiting for anything. */
    void (*start)(struct scene *scene);
    /* True when all are operational and frames reach the device. */
    bool (*ready)(const struct scene *scene);
    /* Asks the device something that it answers whatever it is doing; true when the answer came. Not a
     * judgement. */
    bool (*alive)(struct scene *scene);
    const char *no_life; /* what it means that it did not */
    /* The same for its data path; NULL: alive() shows enough. */
    bool (*serves)(struct scene *scene);
    const char *no_service;
};

/* The network of a role, never NULL. */
const struct role_network *role_network_of(enum role role);

extern const struct role_network router_network;
extern const struct role_network client_network;
extern const struct role_network switch_network;
extern const struct role_network vrrp_network;
extern const struct role_network bridge_network;
extern const struct role_network les_network;

/* Parts that several roles share: LECS, LES and BUS; speaker and host with a LEC each; the host on a LAN
 * behind the device. */
void attach_servers(struct scene *scene);
void attach_peers(struct scene *scene);
void attach_upstream(struct scene *scene);

/* `start` and `ready` of a device that is a LEC, between speaker and host. */
void start_elan(struct scene *scene);
bool elan_ready(const struct scene *scene);

/* Servers, speaker and host, and the upstream host when the plan asks for it. */
void attach_elan(struct scene *scene);

/* `alive` and `serves` of a device that is a LEC with an IP interface. */
bool answers_le_arp(struct scene *scene);
bool answers_arp(struct scene *scene);

#endif
