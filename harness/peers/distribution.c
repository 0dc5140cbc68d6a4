#include "peers/distribution.h"

#include <stdlib.h>

/* The party of the SETUP. */
#define FIRST_PARTY 0

static struct distribution_leaf *find(const struct distribution *distribution,
                                      const struct atm_address *address);
static struct distribution_leaf *find_vcc(const struct distribution *distribution, uint32_t vcc);
static struct distribution_leaf *find_party(const struct distribution *distribution, uint32_t party);
static void forget(struct distribution *distribution, struct distribution_leaf *leaf);
static void lost(struct distribution *distribution, struct distribution_leaf *leaf);
static void connected(struct distribution *distribution, struct distribution_leaf *leaf);
static uint32_t set_up(struct distribution *distribution, const struct atm_address *called);
static void call_waiting(struct distribution *distribution);
static void add_party(struct distribution *distribution, struct distribution_leaf *leaf);

struct distribution distribution_of(const struct station_services *services,
                                    const struct distribution_events *events, void *owner,
                                    const struct call *call, bool one_vcc_each)
{
    struct distribution distribution = {
        .services = services, .events = events, .owner = owner, .call = *call, .one_vcc_each = one_vcc_each};
    distribution.call.point_to_multipoint = !one_vcc_each;
    return distribution;
}

void distribution_free(struct distribution *distribution)
{
    free(distribution->leaves);
    *distribution = (struct distribution){0};
}

void distribution_add(struct distribution *distribution, const struct atm_address *address)
{
    if (find(distribution, address))
        return;
    if (distribution->count == distribution->room) {
        distribution->room = distribution->room ? distribution->room * 2 : 8;
        distribution->leaves =
            realloc(distribution->leaves, distribution->room * sizeof *distribution->leaves);
        if (!distribution->leaves)
            abort();
    }
    distribution->leaves[distribution->count++] = (struct distribution_leaf){.address = *address};
    call_waiting(distribution);
}

void distribution_remove(struct distribution *distribution, const struct atm_address *address)
{
    struct distribution_leaf *leaf = find(distribution, address);
    if (!leaf)
        return;
    const struct station_services *services = distribution->services;
    struct distribution_leaf gone = *leaf;
    forget(distribution, leaf);
    if (gone.state == LEAF_WAITING)
        return;
    if (distribution->one_vcc_each) {
        services->call_release(services->context, gone.vcc, CAUSE_NORMAL);
        return;
    }
    for (size_t i = 0; i < distribution->count; i++) {
        if (distribution->leaves[i].state != LEAF_WAITING) {
            services->party_drop(services->context, distribution->vcc, gone.party, CAUSE_NORMAL);
            return;
        }
    }
    services->call_release(services->context, distribution->vcc, CAUSE_NORMAL); /* it was the last party */
    distribution->vcc = VCC_NONE;
    distribution->connected = false;
    call_waiting(distribution);
}

bool distribution_reaches(const struct distribution *distribution, const struct atm_address *address)
{
    const struct distribution_leaf *leaf = find(distribution, address);
    return leaf && leaf->state == LEAF_CONNECTED;
}

void distribution_send(struct distribution *distribution, const uint8_t *data, size_t size,
                       const struct atm_address *except)
{
    const struct station_services *services = distribution->services;
    if (!distribution->one_vcc_each) {
        if (distribution->connected)
            services->sdu_send(services->context, distribution->vcc, data, size);
        return;
    }
    for (size_t i = 0; i < distribution->count; i++) {
        const struct distribution_leaf *leaf = &distribution->leaves[i];
        if (leaf->state == LEAF_CONNECTED && !(except && atm_address_equal(&leaf->address, except)))
            services->sdu_send(services->context, leaf->vcc, data, size);
    }
}

bool distribution_call_connected(struct distribution *distribution, uint32_t vcc)
{
    struct distribution_leaf *leaf;
    if (distribution->one_vcc_each) {
        leaf = find_vcc(distribution, vcc);
        if (!leaf)
            return false;
    } else {
        if (vcc != distribution->vcc)
            return false;
        distribution->connected = true;
        leaf = find_party(distribution, FIRST_PARTY);
        call_waiting(distribution);
    }
    if (leaf)
        connected(distribution, leaf);
    return true;
}

bool distribution_call_released(struct distribution *distribution, uint32_t vcc)
{
    if (vcc == VCC_NONE)
        return false;
    if (distribution->one_vcc_each) {
        struct distribution_leaf *leaf = find_vcc(distribution, vcc);
        if (leaf)
            lost(distribution, leaf);
        return leaf != NULL;
    }
    if (vcc != distribution->vcc)
        return false;
    distribution->vcc = VCC_NONE;
    distribution->connected = false;
    for (size_t i = distribution->count; i > 0; i--)
        if (i <= distribution->count && distribution->leaves[i - 1].state != LEAF_WAITING)
            lost(distribution, &distribution->leaves[i - 1]);
    call_waiting(distribution);
    return true;
}

bool distribution_party_connected(struct distribution *distribution, uint32_t vcc, uint32_t party)
{
    if (vcc != distribution->vcc || distribution->one_vcc_each)
        return false;
    struct distribution_leaf *leaf = find_party(distribution, party);
    if (leaf)
        connected(distribution, leaf);
    return true;
}

bool distribution_party_released(struct distribution *distribution, uint32_t vcc, uint32_t party)
{
    if (vcc != distribution->vcc || distribution->one_vcc_each)
        return false;
    struct distribution_leaf *leaf = find_party(distribution, party);
    if (leaf)
        lost(distribution, leaf);
    return true;
}

static struct distribution_leaf *find(const struct distribution *distribution,
                                      const struct atm_address *address)
{
    for (size_t i = 0; i < distribution->count; i++)
        if (atm_address_equal(&distribution->leaves[i].address, address))
            return &distribution->leaves[i];
    return NULL;
}

static struct distribution_leaf *find_vcc(const struct distribution *distribution, uint32_t vcc)
{
    for (size_t i = 0; i < distribution->count; i++)
        if (distribution->leaves[i].state != LEAF_WAITING && distribution->leaves[i].vcc == vcc)
            return &distribution->leaves[i];
    return NULL;
}

static struct distribution_leaf *find_party(const struct distribution *distribution, uint32_t party)
{
    for (size_t i = 0; i < distribution->count; i++)
        if (distribution->leaves[i].state != LEAF_WAITING && distribution->leaves[i].party == party)
            return &distribution->leaves[i];
    return NULL;
}

/* Keeps the order of the others: it decides the order in which they are called. */
static void forget(struct distribution *distribution, struct distribution_leaf *leaf)
{
    size_t place = (size_t)(leaf - distribution->leaves);
    distribution->count--;
    memmove(leaf, leaf + 1, (distribution->count - place) * sizeof *leaf);
}

static void lost(struct distribution *distribution, struct distribution_leaf *leaf)
{
    struct atm_address address = leaf->address;
    forget(distribution, leaf);
    distribution->events->leaf_lost(distribution->owner, &address);
}

static void connected(struct distribution *distribution, struct distribution_leaf *leaf)
{
    struct atm_address address = leaf->address;
    leaf->state = LEAF_CONNECTED;
    distribution->events->leaf_connected(distribution->owner, &address);
}

static uint32_t set_up(struct distribution *distribution, const struct atm_address *called)
{
    const struct station_services *services = distribution->services;
    distribution->call.called = *called;
    return services->call_setup(services->context, &distribution->call);
}

/* Calls the leaves that wait: each, or the first one while there is no common VCC, or all others once it
 * stands. */
static void call_waiting(struct distribution *distribution)
{
    for (size_t i = 0; i < distribution->count; i++) {
        struct distribution_leaf *leaf = &distribution->leaves[i];
        if (leaf->state != LEAF_WAITING)
            continue;
        if (distribution->one_vcc_each) {
            leaf->state = LEAF_CALLED;
            leaf->vcc = set_up(distribution, &leaf->address);
        } else if (distribution->vcc == VCC_NONE) {
            leaf->state = LEAF_CALLED;
            leaf->party = FIRST_PARTY;
            distribution->vcc = set_up(distribution, &leaf->address);
            distribution->connected = false;
        } else if (distribution->connected) {
            add_party(distribution, leaf);
        }
    }
}

static void add_party(struct distribution *distribution, struct distribution_leaf *leaf)
{
    const struct station_services *services = distribution->services;
    leaf->state = LEAF_CALLED;
    leaf->party = services->party_add(services->context, distribution->vcc, &leaf->address);
}
