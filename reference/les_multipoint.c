/* A point-to-multipoint VCC that is set up with its first leaf and released with its last one. */
#include <stdlib.h>

#include "reference/les_private.h"

static struct les_leaf **place_of_atm(struct les_multipoint *multipoint, const struct atm_address *atm);
static struct les_leaf **place_of_party(struct les_multipoint *multipoint, uint32_t party);
static void remove_leaf(struct les_leaf **place);
static void settled(struct les_multipoint *multipoint, struct atm_address atm);

void les_multipoint_add(struct les_multipoint *multipoint, const struct atm_address *atm)
{
    const struct station_services *services = multipoint->server->services;
    if (*place_of_atm(multipoint, atm))
        return;
    struct les_leaf *leaf = les_zeroed(sizeof *leaf);
    leaf->atm = *atm;
    leaf->next = multipoint->leaves;
    multipoint->leaves = leaf;
    if (multipoint->vcc) {
        leaf->party = services->party_add(services->context, multipoint->vcc, atm);
        return;
    }
    struct call call = {.calling = multipoint->calling,
                        .called = *atm,
                        .b_lli = multipoint->b_lli,
                        .point_to_multipoint = true,
                        .max_sdu_size = multipoint->max_sdu_size};
    multipoint->vcc = services->call_setup(services->context, &call);
}

void les_multipoint_drop(struct les_multipoint *multipoint, const struct atm_address *atm)
{
    const struct station_services *services = multipoint->server->services;
    struct les_leaf **place = place_of_atm(multipoint, atm);
    if (!*place)
        return;
    uint32_t party = (*place)->party;
    remove_leaf(place);
    if (multipoint->leaves) {
        services->party_drop(services->context, multipoint->vcc, party, CAUSE_NORMAL);
    } else {
        services->call_release(services->context, multipoint->vcc, CAUSE_NORMAL);
        multipoint->vcc = VCC_NONE;
    }
}

bool les_multipoint_reaches(const struct les_multipoint *multipoint, const struct atm_address *atm)
{
    for (const struct les_leaf *leaf = multipoint->leaves; leaf; leaf = leaf->next)
        if (atm_address_equal(&leaf->atm, atm))
            return leaf->connected;
    return false;
}

void les_multipoint_send(struct les_multipoint *multipoint, const uint8_t *data, size_t size)
{
    const struct station_services *services = multipoint->server->services;
    if (multipoint->vcc)
        services->sdu_send(services->context, multipoint->vcc, data, size);
}

void les_multipoint_connected(struct les_multipoint *multipoint, uint32_t party)
{
    struct les_leaf *leaf = *place_of_party(multipoint, party);
    if (!leaf)
        return;
    leaf->connected = true;
    settled(multipoint, leaf->atm);
}

void les_multipoint_released(struct les_multipoint *multipoint, uint32_t party)
{
    struct les_leaf **place = place_of_party(multipoint, party);
    if (!*place)
        return;
    struct atm_address atm = (*place)->atm;
    remove_leaf(place);
    settled(multipoint, atm);
}

void les_multipoint_ended(struct les_multipoint *multipoint)
{
    multipoint->vcc = VCC_NONE;
    while (multipoint->leaves) {
        struct atm_address atm = multipoint->leaves->atm;
        remove_leaf(&multipoint->leaves);
        settled(multipoint, atm);
    }
}

void les_multipoint_clear(struct les_multipoint *multipoint)
{
    multipoint->vcc = VCC_NONE;
    while (multipoint->leaves)
        remove_leaf(&multipoint->leaves);
}

static struct les_leaf **place_of_atm(struct les_multipoint *multipoint, const struct atm_address *atm)
{
    struct les_leaf **place = &multipoint->leaves;
    while (*place && !atm_address_equal(&(*place)->atm, atm))
        place = &(*place)->next;
    return place;
}

static struct les_leaf **place_of_party(struct les_multipoint *multipoint, uint32_t party)
{
    struct les_leaf **place = &multipoint->leaves;
    while (*place && (*place)->party != party)
        place = &(*place)->next;
    return place;
}

static void remove_leaf(struct les_leaf **place)
{
    struct les_leaf *leaf = *place;
    *place = leaf->next;
    free(leaf);
}

static void settled(struct les_multipoint *multipoint, struct atm_address atm)
{
    if (multipoint->leaf_settled)
        multipoint->leaf_settled(multipoint->server, &atm);
}
