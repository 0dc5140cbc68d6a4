/* Who stands at an ATM address, and what a VCC between two such is for (lane-wire 10). */
#include "audit/channels_private.h"

#define FIRST_ADDRESS_ROOM 64

/* Well-known addresses of the LECS (lane-wire 8). */
static const struct atm_address lecs_addresses[] = {
    {{0x47, 0x00, 0x79, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0xa0, 0x3e, 0x00, 0x00, 0x01, 0x00}},
    {{0xc5, 0x00, 0x79, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00, 0xa0, 0x3e, 0x00, 0x00, 0x01, 0x00}},
};

/* Kinds by who calls whom. */
static const struct ends {
    enum vcc_kind kind;
    unsigned calling;
    unsigned called;
} ends_of_kinds[] = {
    {VCC_CONFIGURATION_DIRECT, ROLE_OF_LEC, ROLE_OF_LECS}, {VCC_CONTROL_DIRECT, ROLE_OF_LEC, ROLE_OF_LES},
    {VCC_MULTICAST_SEND, ROLE_OF_LEC, ROLE_OF_BUS},        {VCC_DATA_DIRECT, ROLE_OF_LEC, ROLE_OF_LEC},
    {VCC_CONTROL_DISTRIBUTE, ROLE_OF_LES, ROLE_OF_LEC},    {VCC_MULTICAST_FORWARD, ROLE_OF_BUS, ROLE_OF_LEC},
};

/* Kinds by B-LLI (lane-wire 11). */
static const unsigned kinds_of_b_lli[] = {
    [B_LLI_NONE] = KINDS_ALL,
    [B_LLI_CONTROL] = KIND(CONFIGURATION_DIRECT) | KIND(CONTROL_DIRECT) | KIND(CONTROL_DISTRIBUTE),
    [B_LLI_DATA_DIRECT_8023] = KIND(DATA_DIRECT),
    [B_LLI_DATA_DIRECT_8025] = KIND(DATA_DIRECT),
    [B_LLI_MULTICAST_8023] = KIND(MULTICAST_SEND) | KIND(MULTICAST_FORWARD),
    [B_LLI_MULTICAST_8025] = KIND(MULTICAST_SEND) | KIND(MULTICAST_FORWARD),
    [B_LLI_LLC_MULTIPLEXED] = KIND(DATA_DIRECT),
};

static struct station_address *place_of(struct station_address *addresses, size_t room,
                                        const struct atm_address *address);

struct station_address *role_address(struct channels *channels, const struct atm_address *address)
{
    if (atm_address_is_zero(address))
        return NULL;
    if (2 * channels->address_count >= channels->address_room) {
        if (channels->address_count >= ADDRESS_ROOM) {
            struct station_address *there = place_of(channels->addresses, channels->address_room, address);
            if (there->used)
                return there;
            channels_overflow(channels, "there are more ATM addresses than are told apart");
            return NULL;
        }
        size_t room = channels->address_room ? 2 * channels->address_room : FIRST_ADDRESS_ROOM;
        struct station_address *addresses = arena_zeroed(channels->arena, room * sizeof *addresses);
        for (size_t i = 0; i < channels->address_room; i++)
            if (channels->addresses[i].used)
                *place_of(addresses, room, &channels->addresses[i].address) = channels->addresses[i];
        channels->addresses = addresses;
        channels->address_room = room;
    }
    struct station_address *place = place_of(channels->addresses, channels->address_room, address);
    if (!place->used) {
        place->used = true;
        place->address = *address;
        channels->address_count++;
    }
    return place;
}

const struct station_address *role_known_address(const struct channels *channels,
                                                 const struct atm_address *address)
{
    if (!channels->address_room)
        return NULL;
    const struct station_address *place = place_of(channels->addresses, channels->address_room, address);
    return place->used ? place : NULL;
}

unsigned role_of(const struct channels *channels, const struct atm_address *address)
{
    for (size_t i = 0; i < sizeof lecs_addresses / sizeof *lecs_addresses; i++)
        if (atm_address_equal(&lecs_addresses[i], address))
            return ROLE_OF_LECS;
    const struct station_address *known = role_known_address(channels, address);
    return known ? known->roles : 0;
}

void role_learn(struct channels *channels, const struct atm_address *address, unsigned roles)
{
    struct station_address *place = role_address(channels, address);
    if (place)
        place->roles |= (uint8_t)roles;
}

void role_learn_from_kind(struct channels *channels, const struct channel *channel)
{
    for (size_t i = 0; i < sizeof ends_of_kinds / sizeof *ends_of_kinds; i++) {
        const struct ends *ends = &ends_of_kinds[i];
        if (ends->kind != channel->vcc.kind)
            continue;
        if (channel->calling_known)
            role_learn(channels, &channel->vcc.call.calling, ends->calling);
        if (channel->called_known)
            role_learn(channels, &channel->vcc.call.called, ends->called);
    }
}

unsigned role_candidates(const struct channels *channels, const struct channel *channel)
{
    const struct call *call = &channel->vcc.call;
    unsigned calling = channel->calling_known ? role_of(channels, &call->calling) : 0;
    unsigned called = channel->called_known ? role_of(channels, &call->called) : 0;
    unsigned by_ends = 0;
    for (size_t i = 0; i < sizeof ends_of_kinds / sizeof *ends_of_kinds; i++) {
        const struct ends *ends = &ends_of_kinds[i];
        if ((!calling || calling & ends->calling) && (!called || called & ends->called))
            by_ends |= 1u << ends->kind;
    }
    unsigned by_b_lli = channel->b_lli_known ? kinds_of_b_lli[call->b_lli] : KINDS_ALL;
    unsigned candidates = by_ends & by_b_lli;
    if (!candidates) /* the B-LLI is wrong */
        candidates = by_ends ? by_ends : by_b_lli;
    unsigned to_many = candidates & (KIND(CONTROL_DISTRIBUTE) | KIND(MULTICAST_FORWARD));
    return call->point_to_multipoint && to_many ? to_many : candidates;
}

enum medium medium_of_b_lli(enum b_lli b_lli)
{
    switch (b_lli) {
    case B_LLI_DATA_DIRECT_8023:
    case B_LLI_MULTICAST_8023:
        return MEDIUM_8023;
    case B_LLI_DATA_DIRECT_8025:
    case B_LLI_MULTICAST_8025:
        return MEDIUM_8025;
    case B_LLI_NONE:
    case B_LLI_CONTROL:
    case B_LLI_LLC_MULTIPLEXED:
        break;
    }
    return MEDIUM_UNKNOWN;
}

struct lec *lec_of(struct channels *channels, uint16_t lecid)
{
    struct lec **page = &channels->lec_pages[lecid / LECID_PAGE_SIZE];
    if (!*page)
        *page = arena_zeroed(channels->arena, LECID_PAGE_SIZE * sizeof **page);
    return &(*page)[lecid % LECID_PAGE_SIZE];
}

/* The address, or the free place for it; there always is one. */
static struct station_address *place_of(struct station_address *addresses, size_t room,
                                        const struct atm_address *address)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < ATM_ADDRESS_SIZE; i += 4)
        hash = (hash ^ octets_u32(address->octet + i)) * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(hash >> 32) & (room - 1);
    while (addresses[at].used && !atm_address_equal(&addresses[at].address, address))
        at = (at + 1) & (room - 1);
    return &addresses[at];
}
