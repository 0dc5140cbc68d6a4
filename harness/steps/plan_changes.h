/* Changes of the planned network that the `prepare` functions of several topics share. Each keeps the peers
 * consistent with the device.
 */
#ifndef STEPS_PLAN_CHANGES_H
#define STEPS_PLAN_CHANGES_H

#include "scene/scene.h"

/* The device owns the address of its virtual router: priority 255, virtual address = address of its
 * interface. */
void plan_owner(struct scene_plan *plan);

/* For cases about the join: a router has something to say as soon as it may, since its virtual router, of
 * which it owns the address, starts with the join. Where the answers of the LES come is L-join-04, so they
 * come on Control Direct. */
void plan_owner_at_once(struct scene_plan *plan);

/* The first virtual router gets this VRID, on the device and in the speaker. */
void plan_vrid(struct scene_plan *plan, uint8_t vrid);

/* The first virtual router gets a second address, the plan's third_ip, which then belongs to it. */
void plan_second_address(struct scene_plan *plan);

/* The device gets a second virtual router with the plan's third_ip, the same priority and a drawn VRID; needs
 * CAPABILITY_SEVERAL_VRIDS. */
void plan_second_router(struct scene_plan *plan);

/* VRRP authentication type 1 with a drawn password of 'size' characters, 1 to 8; needs
 * CAPABILITY_AUTHENTICATION. */
void plan_password(struct scene_plan *plan, size_t size);

/* VRRP authentication type 2 with a drawn key of 128 bits and SPI; a password is configured as well, and has
 * no meaning. Needs CAPABILITY_AUTHENTICATION_HEADER. */
void plan_key(struct scene_plan *plan);

#endif
