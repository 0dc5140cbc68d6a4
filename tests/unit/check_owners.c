/* Owner timelines: what is evidence of a holder, and what is not. */
#include <check.h>
#include <stdlib.h>

#include "audit/owners.h"
#include "base/duration.h"

#define ELAN 0
#define LAN  1

#define FRAME_ROOM 256

static struct arena *arena;
static struct owners *owners;
static uint64_t number;  /* of the last frame */
static int64_t now_ns;   /* of the next frame */
static bool token_ring;  /* of the networks */
static unsigned network; /* of the next frame */
static char text[HOLDER_TEXT_SIZE];

static void set_up(void)
{
    arena = arena_new();
    owners = owners_new(arena);
    number = 0;
    now_ns = 0;
    token_ring = false;
    network = ELAN;
}

static void tear_down(void)
{
    arena_free(arena);
}

/* --- frames; each function shows one, a second after the one before, and returns whether the holder changed
 */

static struct atm_address atm(uint32_t last)
{
    struct atm_address address = {{0x47}};
    octets_put_u32(address.octet + 15, last);
    return address;
}

static bool see(enum frame_carrier carrier, const uint8_t *data, size_t size)
{
    struct frame frame;
    frame_decode(carrier, data, size, &frame);
    struct sighting sighting = {
        .network = network, .number = ++number, .time_ns = now_ns, .token_ring = token_ring, .frame = &frame};
    now_ns += NS_PER_S;
    return owners_see(owners, &sighting);
}

static bool see_control(const struct le_control *control)
{
    uint8_t data[FRAME_ROOM];
    size_t size = le_control_encode(control, data, sizeof data);
    return see(token_ring ? CARRIER_LANE_8025 : CARRIER_LANE_8023, data, size);
}

static struct le_control request(enum le_opcode opcode, uint16_t lecid, uint32_t source_atm)
{
    struct le_control control = le_control_of(opcode);
    control.requester_lecid = lecid;
    control.source_atm = atm(source_atm);
    return control;
}

static bool associate(uint8_t vrid, uint16_t lecid, uint32_t address)
{
    struct le_control control = request(LE_ARP_REQUEST, lecid, address);
    control.source_lan = lan_destination_of_mac(mac_of_vrid(vrid));
    return see_control(&control);
}

/* The LES tells that the LEC is a member. */
static bool join(uint16_t lecid, uint32_t address)
{
    struct le_control control = request(LE_JOIN_RESPONSE, lecid, address);
    return see_control(&control);
}

static bool no_source_le_narp(uint8_t vrid, uint32_t address)
{
    struct le_control control = le_control_of(LE_NARP_REQUEST);
    control.target_lan = lan_destination_of_mac(mac_of_vrid(vrid));
    control.target_atm = atm(address);
    return see_control(&control);
}

/* What an advertisement is made of; the rest is well-formed. */
struct advert {
    uint16_t lecid; /* 0: on a LAN */
    uint32_t ip;
    uint8_t vrid;
    uint8_t priority;
    uint8_t version; /* 0: 2 */
    uint8_t type;    /* 0: 1 */
    uint8_t ttl;     /* 0: 255 */
    bool bad_checksum;
    bool short_of_data;
};

static bool advertise(struct advert advert)
{
    struct vrrp vrrp = {.version = advert.version ? advert.version : 2,
                        .type = advert.type ? advert.type : 1,
                        .vrid = advert.vrid,
                        .priority = advert.priority,
                        .address_count = 1,
                        .interval_s = 1,
                        .addresses = {{0x0a000001}},
                        .addresses_present = 1};
    uint8_t message[64], datagram[128], data[FRAME_ROOM];
    size_t size = vrrp_encode(&vrrp, message, sizeof message);
    if (advert.bad_checksum)
        message[6] ^= 1;
    struct ipv4 ipv4 = {.ttl = advert.ttl ? advert.ttl : VRRP_TTL,
                        .protocol = IPV4_PROTOCOL_VRRP,
                        .source = {advert.ip},
                        .destination = VRRP_GROUP,
                        .payload = {message, advert.short_of_data ? size - 4 : size}};
    struct ethernet ethernet = {.destination = VRRP_GROUP_MAC,
                                .source = mac_of_vrid(advert.vrid),
                                .type = ETHERTYPE_IPV4,
                                .payload = {datagram, ipv4_encode(&ipv4, datagram, sizeof datagram)}};
    if (!advert.lecid && network != ELAN)
        return see(CARRIER_ETHERNET, data, ethernet_encode(&ethernet, false, data, sizeof data));
    if (token_ring)
        return see(CARRIER_LANE_8025, data,
                   le_data_8025_encode(advert.lecid, &ethernet, (struct octets){0}, data, sizeof data));
    return see(CARRIER_LANE_8023, data, le_data_encode(advert.lecid, &ethernet, false, data, sizeof data));
}

static const char *holder_now(uint8_t vrid)
{
    const struct owner *owner = owners_find(owners, network, vrid);
    return owner ? holder_name(owner->holder, text) : "never held";
}

#define ATM_1 "4700000000000000000000000000000000000100"
#define ATM_2 "4700000000000000000000000000000000000200"

/* --- evidence --- */

START_TEST(targetless_le_arp_associates)
{
    ck_assert_str_eq(holder_now(7), "never held");
    ck_assert(associate(7, 5, 1));
    ck_assert_str_eq(holder_now(7), ATM_1);
    const struct owner_entry *entry = owners_find(owners, ELAN, 7)->first;
    ck_assert_ptr_null(entry->from);
    ck_assert_uint_eq(entry->number, 1);
    ck_assert_int_eq(entry->time_ns, 0);
    ck_assert_int_eq(entry->evidence, OWNER_ASSOCIATED);
    ck_assert_int_eq(entry->name, FRAME_TARGETLESS_LE_ARP_REQUEST);
    ck_assert_ptr_null(entry->next);
    ck_assert_str_eq(holder_text(entry->to, text), "LEC 5 at " ATM_1);
}
END_TEST

START_TEST(le_arp_response_associates)
{
    struct le_control control = request(LE_ARP_RESPONSE, 5, 2);
    control.target_lan = lan_destination_of_mac(mac_of_vrid(7));
    control.target_atm = atm(1);
    control.status = LE_STATUS_ACCESS_DENIED;
    ck_assert(!see_control(&control));
    control.status = LE_STATUS_SUCCESS;
    ck_assert(see_control(&control));
    ck_assert_str_eq(holder_now(7), ATM_1);
    control.target_lan = lan_destination_of_mac((struct mac_address){{0x00, 0x00, 0x5e, 0x00, 0x02, 0x07}});
    ck_assert(!see_control(&control));
    control.target_lan = lan_destination_of_mac(mac_of_vrid(0)); /* no VRID */
    ck_assert(!see_control(&control));
    control.target_lan = (struct lan_destination){.tag = LAN_TAG_ROUTE_DESCRIPTOR, .mac = mac_of_vrid(8)};
    ck_assert(!see_control(&control));
}
END_TEST

START_TEST(register_and_unregister_responses)
{
    struct le_control control = request(LE_REGISTER_REQUEST, 5, 1);
    control.source_lan = lan_destination_of_mac(mac_of_vrid(7));
    ck_assert(!see_control(&control));
    ck_assert_str_eq(holder_now(7), "never held");
    control.opcode = LE_REGISTER_RESPONSE;
    control.status = LE_STATUS_DUPLICATE_LAN_DESTINATION;
    ck_assert(!see_control(&control));
    control.status = LE_STATUS_SUCCESS;
    ck_assert(see_control(&control));
    ck_assert_str_eq(holder_now(7), ATM_1);

    control.opcode = LE_UNREGISTER_REQUEST;
    ck_assert(!see_control(&control));
    control.opcode = LE_UNREGISTER_RESPONSE;
    control.status = LE_STATUS_INVALID_LAN_DESTINATION;
    ck_assert(!see_control(&control));
    control.status = LE_STATUS_SUCCESS;
    control.source_atm = atm(2); /* not the holder */
    ck_assert(!see_control(&control));
    control.source_atm = atm(1);
    ck_assert(see_control(&control));
    ck_assert_str_eq(holder_now(7), "nobody");
    ck_assert(!see_control(&control));
    ck_assert_int_eq(owners_find(owners, ELAN, 7)->newest->evidence, OWNER_RELEASED);
}
END_TEST

START_TEST(zero_atm_address_is_no_evidence)
{
    struct le_control control = le_control_of(LE_ARP_REQUEST);
    control.requester_lecid = 5;
    control.source_lan = lan_destination_of_mac(mac_of_vrid(7));
    ck_assert(!see_control(&control));
    control = le_control_of(LE_ARP_RESPONSE);
    control.target_lan = lan_destination_of_mac(mac_of_vrid(7));
    ck_assert(!see_control(&control));
    ck_assert_str_eq(holder_now(7), "never held");
}
END_TEST

START_TEST(no_source_le_narp_releases_from_its_target)
{
    associate(7, 5, 1);
    associate(9, 6, 2);
    ck_assert(!no_source_le_narp(7, 2));
    ck_assert(!no_source_le_narp(7, 3));
    ck_assert(!no_source_le_narp(8, 1));
    ck_assert_str_eq(holder_now(7), ATM_1);
    ck_assert(no_source_le_narp(7, 1));
    ck_assert_str_eq(holder_now(7), "nobody");
}
END_TEST

START_TEST(zero_le_narp_is_no_evidence)
{
    join(5, 1);
    associate(7, 5, 1);
    struct le_control control = le_control_of(LE_NARP_REQUEST);
    control.target_lan = lan_destination_of_mac(mac_of_vrid(7));
    control.requester_lecid = 5;
    ck_assert(!see_control(&control));
    ck_assert_str_eq(holder_now(7), ATM_1);
}
END_TEST

START_TEST(plain_le_narp_is_no_evidence)
{
    struct le_control control = request(LE_NARP_REQUEST, 5, 1);
    control.target_lan = lan_destination_of_mac(mac_of_vrid(7));
    control.target_atm = atm(2);
    ck_assert(!see_control(&control));
    ck_assert(advertise((struct advert){.lecid = 5, .vrid = 7, .priority = 100}));
    ck_assert_str_eq(holder_now(7), "lecid 5"); /* nor does it tell the address of the LECID */
}
END_TEST

START_TEST(advertisement_of_a_lec)
{
    join(5, 1);
    ck_assert(advertise((struct advert){.lecid = 5, .vrid = 7, .priority = 100}));
    ck_assert_str_eq(holder_now(7), ATM_1);
    ck_assert(!advertise((struct advert){.lecid = 5, .vrid = 7, .priority = 100}));
    const struct owner *owner = owners_find(owners, ELAN, 7);
    ck_assert_uint_eq(owner->seen_number, 3);
    ck_assert_int_eq(owner->seen_ns, SECONDS(2));
    ck_assert_uint_eq(owner->entry_count, 1);
    ck_assert_int_eq(owner->first->evidence, OWNER_MASTER);
}
END_TEST

START_TEST(advertisement_on_a_lan)
{
    network = LAN;
    ck_assert(advertise((struct advert){.ip = 0x0a00000b, .vrid = 7, .priority = 100}));
    ck_assert_str_eq(holder_now(7), "10.0.0.11");
    ck_assert(!advertise((struct advert){.ip = 0x0a00000b, .vrid = 7, .priority = 255}));
    ck_assert(advertise((struct advert){.ip = 0x0a00000c, .vrid = 7, .priority = 200}));
    ck_assert_str_eq(holder_now(7), "10.0.0.12");
    ck_assert_uint_eq(owners_find(owners, LAN, 7)->move_count, 1);
    ck_assert_ptr_null(owners_find(owners, ELAN, 7));
    ck_assert_ptr_null(owners_find(owners, 2, 7));
}
END_TEST

START_TEST(advertisement_that_is_not_well_formed)
{
    static const struct advert adverts[] = {
        {.vrid = 7, .priority = 100, .version = 3},
        {.vrid = 7, .priority = 100, .type = 2},
        {.vrid = 7, .priority = 100, .ttl = 254},
        {.vrid = 7, .priority = 100, .bad_checksum = true},
        {.priority = 100},
        {.vrid = 7, .priority = 100, .short_of_data = true},
    };
    for (size_t i = 0; i < sizeof adverts / sizeof *adverts; i++) {
        struct advert advert = adverts[i];
        advert.lecid = 5;
        ck_assert_msg(!advertise(advert), "advertisement %zu", i);
    }
    ck_assert_ptr_null(owners_next(owners, NULL));
}
END_TEST

START_TEST(advertisement_without_a_lec)
{
    ck_assert(!advertise((struct advert){.lecid = 0, .vrid = 7, .priority = 100}));
    ck_assert(!advertise((struct advert){.lecid = 0xff01, .vrid = 7, .priority = 100}));
    ck_assert(advertise((struct advert){.lecid = 0xfeff, .vrid = 7, .priority = 100}));
    ck_assert_str_eq(holder_now(7), "lecid 65279");
}
END_TEST

START_TEST(holder_resigns)
{
    ck_assert(!advertise((struct advert){.lecid = 5, .vrid = 7}));
    ck_assert_str_eq(holder_now(7), "never held");
    advertise((struct advert){.lecid = 5, .vrid = 7, .priority = 100});
    ck_assert(!advertise((struct advert){.lecid = 6, .vrid = 7}));
    ck_assert(advertise((struct advert){.lecid = 5, .vrid = 7}));
    ck_assert_str_eq(holder_now(7), "nobody");
    const struct owner *owner = owners_find(owners, ELAN, 7);
    ck_assert_str_eq(holder_name(owner->last, text), "lecid 5");
    ck_assert_uint_eq(owner->seen_number, 2);
    ck_assert_int_eq(owner->newest->evidence, OWNER_RESIGNED);
    ck_assert_ptr_null(owner->newest->to);
}
END_TEST

/* Frames that are evidence, or tell addresses, are those of the mask. */
START_TEST(other_frames_change_nothing)
{
    for (int name = 0; name < FRAME_NAME_COUNT; name++) {
        struct frame frame = {.name = (enum frame_name)name};
        if (UINT64_C(1) << name & OWNER_EVIDENCE)
            continue;
        frame.control = request(LE_ARP_REQUEST, 5, 1);
        frame.control.source_lan = frame.control.target_lan = lan_destination_of_mac(mac_of_vrid(7));
        ck_assert(!owners_see(owners, &(struct sighting){.frame = &frame}));
    }
    advertise((struct advert){.lecid = 5, .vrid = 7, .priority = 100});
    ck_assert_str_eq(holder_now(7), "lecid 5");
}
END_TEST

/* --- names of LECs --- */

START_TEST(every_request_tells_the_address_of_its_sender)
{
    static const enum le_opcode opcodes[] = {LE_CONFIGURE_REQUEST,  LE_JOIN_REQUEST,     LE_REGISTER_REQUEST,
                                             LE_UNREGISTER_REQUEST, LE_ARP_REQUEST,      LE_FLUSH_REQUEST,
                                             LE_TOPOLOGY_REQUEST,   LE_VERIFY_REQUEST,   LE_JOIN_RESPONSE,
                                             LE_FLUSH_RESPONSE,     LE_REGISTER_RESPONSE};
    for (uint16_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++) {
        uint16_t lecid = (uint16_t)(i + 1);
        struct le_control control = request(opcodes[i], lecid, 1);
        control.target_lan = lan_destination_of_mac(MAC_BROADCAST);
        see_control(&control);
        advertise((struct advert){.lecid = lecid, .vrid = 7, .priority = 100});
        bool tells = opcodes[i] == LE_JOIN_RESPONSE || !(opcodes[i] & LE_RESPONSE_BIT);
        ck_assert_msg((strcmp(holder_now(7), ATM_1) == 0) == tells, "%s",
                      le_opcode_name((uint16_t)opcodes[i]));
    }
}
END_TEST

START_TEST(refused_join_and_reserved_lecid_tell_nothing)
{
    struct le_control control = request(LE_JOIN_RESPONSE, 5, 1);
    control.status = LE_STATUS_ACCESS_DENIED;
    see_control(&control);
    control = request(LE_ARP_REQUEST, 0xff01, 1);
    see_control(&control);
    control = request(LE_ARP_REQUEST, 0, 1);
    see_control(&control);
    advertise((struct advert){.lecid = 5, .vrid = 7, .priority = 100});
    ck_assert_str_eq(holder_now(7), "lecid 5");
}
END_TEST

START_TEST(holder_known_by_lecid_is_renamed)
{
    advertise((struct advert){.lecid = 5, .vrid = 7, .priority = 100});
    advertise((struct advert){.lecid = 6, .vrid = 8, .priority = 100});
    advertise((struct advert){.lecid = 6, .vrid = 8}); /* 'last' is renamed as well */
    ck_assert(!join(5, 1));
    ck_assert(!join(6, 2));
    ck_assert_str_eq(holder_now(7), ATM_1);
    const struct owner *owner = owners_find(owners, ELAN, 7);
    ck_assert_uint_eq(owner->entry_count, 1);
    ck_assert_str_eq(holder_text(owner->first->to, text), "LEC 5 at " ATM_1);
    ck_assert_str_eq(holder_name(owners_find(owners, ELAN, 8)->last, text), ATM_2);
    ck_assert(!associate(7, 5, 1)); /* it is the holder */
    ck_assert(!advertise((struct advert){.lecid = 5, .vrid = 7, .priority = 100}));
    ck_assert(associate(8, 6, 2));
    ck_assert_uint_eq(owners_find(owners, ELAN, 8)->move_count, 0);
}
END_TEST

START_TEST(lecid_of_a_known_address_becomes_known)
{
    associate(8, 0, 1); /* ATM address 1 is known, not that it is LEC 5 */
    advertise((struct advert){.lecid = 5, .vrid = 7, .priority = 100});
    advertise((struct advert){.lecid = 5, .vrid = 9, .priority = 100});
    advertise((struct advert){.lecid = 5, .vrid = 9});
    join(5, 1);
    ck_assert_str_eq(holder_now(7), ATM_1);
    ck_assert_str_eq(holder_now(9), "nobody");
    ck_assert_str_eq(holder_name(owners_find(owners, ELAN, 9)->last, text), ATM_1);
    ck_assert_str_eq(holder_name(owners_find(owners, ELAN, 7)->first->to, text), "lecid 5");
    ck_assert(!associate(7, 5, 1));
    ck_assert(no_source_le_narp(7, 1));
}
END_TEST

START_TEST(lecid_is_given_to_another_lec)
{
    join(5, 1);
    advertise((struct advert){.lecid = 5, .vrid = 7, .priority = 100});
    join(5, 2);
    ck_assert_str_eq(holder_now(7), ATM_1);
    ck_assert(advertise((struct advert){.lecid = 5, .vrid = 7, .priority = 100}));
    ck_assert_str_eq(holder_now(7), ATM_2);
}
END_TEST

/* --- moves --- */

START_TEST(moves_and_gaps)
{
    associate(7, 5, 1);      /* at 0 s */
    associate(7, 5, 1);      /* at 1 s: the last evidence */
    now_ns = SECONDS(4);     /* at 4 s */
    associate(7, 6, 2);      /* a move, gap 3 s */
    no_source_le_narp(7, 2); /* at 5 s */
    now_ns = SECONDS(6);
    associate(7, 6, 2); /* back to the same: no move */
    no_source_le_narp(7, 2);
    now_ns = SECONDS(16);
    associate(7, 5, 1); /* through nobody: a move, gap 10 s */
    associate(7, 6, 2); /* gap 1 s */
    const struct owner *owner = owners_find(owners, ELAN, 7);
    ck_assert_uint_eq(owner->move_count, 3);
    ck_assert_int_eq(owner->longest_gap_ns, SECONDS(10));
    ck_assert_uint_eq(owner->longest_gap_number, 7);
    ck_assert_uint_eq(owner->entry_count, 7);

    static const int64_t gaps_ns[] = {-1, SECONDS(3), -1, -1, -1, SECONDS(10), SECONDS(1)};
    const struct holder *before = NULL;
    const struct owner_entry *entry = owner->first;
    for (size_t i = 0; i < sizeof gaps_ns / sizeof *gaps_ns; i++, entry = entry->next) {
        ck_assert_int_eq(entry->moved_from ? entry->gap_ns : -1, gaps_ns[i]);
        ck_assert_ptr_eq(entry->from, before);
        before = entry->to;
    }
    ck_assert_ptr_null(entry);
}
END_TEST

START_TEST(time_runs_backwards)
{
    associate(7, 5, 1);
    now_ns = SECONDS(-9);
    associate(7, 6, 2);
    ck_assert_uint_eq(owners_find(owners, ELAN, 7)->move_count, 1);
    ck_assert_int_eq(owners_find(owners, ELAN, 7)->longest_gap_ns, 0);
    ck_assert_uint_eq(owners_find(owners, ELAN, 7)->longest_gap_number, 2);
    now_ns = INT64_MIN;
    associate(7, 5, 1);
    now_ns = INT64_MAX - SECONDS(2);
    associate(7, 6, 2);
    ck_assert_int_eq(owners_find(owners, ELAN, 7)->longest_gap_ns, INT64_MAX);
}
END_TEST

/* --- token ring --- */

START_TEST(token_ring_order_is_the_same_vmac)
{
    token_ring = true;
    struct le_control control = request(LE_ARP_REQUEST, 5, 1);
    control.source_lan = lan_destination_of_mac(mac_reversed(mac_of_vrid(1)));
    ck_assert(see_control(&control));
    ck_assert_str_eq(holder_now(1), ATM_1);
    ck_assert(!associate(1, 5, 1)); /* canonical order */
    ck_assert(!advertise((struct advert){.lecid = 5, .vrid = 1, .priority = 100}));
    ck_assert_uint_eq(owners_find(owners, ELAN, 1)->seen_number, 3);
    token_ring = false;
    ck_assert(!no_source_le_narp(2, 1));
    control.source_lan = lan_destination_of_mac(mac_reversed(mac_of_vrid(3)));
    ck_assert(!see_control(&control));
    ck_assert_str_eq(holder_now(3), "never held");
}
END_TEST

/* --- bounds --- */

START_TEST(walk_in_order)
{
    static const uint8_t vrids[] = {255, 1, 9};
    for (size_t i = 0; i < sizeof vrids; i++)
        associate(vrids[i], 5, 1);
    network = 3;
    associate(4, 5, 1);
    static const unsigned expected[][2] = {{0, 1}, {0, 9}, {0, 255}, {3, 4}};
    const struct owner *owner = NULL;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        owner = owners_next(owners, owner);
        ck_assert_ptr_nonnull(owner);
        ck_assert_uint_eq(owner->network, expected[i][0]);
        ck_assert_uint_eq(owner->vrid, expected[i][1]);
    }
    ck_assert_ptr_null(owners_next(owners, owner));
}
END_TEST

START_TEST(entries_are_bounded)
{
    for (unsigned i = 0; i < OWNER_ENTRY_ROOM + 10; i++)
        ck_assert(associate(7, 5, 1 + i % 2));
    const struct owner *owner = owners_find(owners, ELAN, 7);
    ck_assert_uint_eq(owner->entry_count, OWNER_ENTRY_ROOM + 10);
    ck_assert_uint_eq(owner->kept_count, OWNER_ENTRY_ROOM);
    ck_assert_uint_eq(owner->move_count, OWNER_ENTRY_ROOM + 9);
    unsigned count = 0;
    for (const struct owner_entry *entry = owner->first; entry; entry = entry->next)
        ck_assert_uint_eq(entry->number, ++count);
    ck_assert_uint_eq(count, OWNER_ENTRY_ROOM);
    ck_assert_str_eq(holder_now(7), ATM_2); /* the end is told all the same */
    ck_assert_uint_eq(owners_beyond_count(owners), 0);
}
END_TEST

START_TEST(owners_are_bounded)
{
    unsigned count = 0;
    for (network = 0; network < 17; network++)
        for (unsigned vrid = 1; vrid < 256; vrid++)
            count += associate((uint8_t)vrid, 5, 1);
    ck_assert_uint_eq(count, OWNER_ROOM);
    ck_assert_uint_eq(owners_beyond_count(owners), 17 * 255 - OWNER_ROOM);
    network = OWNER_NETWORK_ROOM;
    ck_assert(!associate(1, 5, 1));
    ck_assert_uint_eq(owners_beyond_count(owners), 17 * 255 - OWNER_ROOM + 1);
}
END_TEST

START_TEST(holders_are_bounded)
{
    for (uint32_t i = 0; i < HOLDER_ROOM; i++)
        associate(7, (uint16_t)(i % 1000), 1 + i);
    ck_assert_uint_eq(owners_beyond_count(owners), 0);
    ck_assert(!associate(7, 0, HOLDER_ROOM + 1)); /* one more; the holder stays */
    ck_assert_uint_gt(owners_beyond_count(owners), 0);
    ck_assert(associate(7, 5, 1)); /* known ones still count */
    ck_assert_str_eq(holder_now(7), ATM_1);
    ck_assert(!advertise((struct advert){.lecid = 2000, .vrid = 7, .priority = 100}));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit/owners");
    TCase *tcase = tcase_create("owners");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, targetless_le_arp_associates);
    tcase_add_test(tcase, le_arp_response_associates);
    tcase_add_test(tcase, register_and_unregister_responses);
    tcase_add_test(tcase, zero_atm_address_is_no_evidence);
    tcase_add_test(tcase, no_source_le_narp_releases_from_its_target);
    tcase_add_test(tcase, zero_le_narp_is_no_evidence);
    tcase_add_test(tcase, plain_le_narp_is_no_evidence);
    tcase_add_test(tcase, advertisement_of_a_lec);
    tcase_add_test(tcase, advertisement_on_a_lan);
    tcase_add_test(tcase, advertisement_that_is_not_well_formed);
    tcase_add_test(tcase, advertisement_without_a_lec);
    tcase_add_test(tcase, holder_resigns);
    tcase_add_test(tcase, other_frames_change_nothing);
    tcase_add_test(tcase, every_request_tells_the_address_of_its_sender);
    tcase_add_test(tcase, refused_join_and_reserved_lecid_tell_nothing);
    tcase_add_test(tcase, holder_known_by_lecid_is_renamed);
    tcase_add_test(tcase, lecid_of_a_known_address_becomes_known);
    tcase_add_test(tcase, lecid_is_given_to_another_lec);
    tcase_add_test(tcase, moves_and_gaps);
    tcase_add_test(tcase, time_runs_backwards);
    tcase_add_test(tcase, token_ring_order_is_the_same_vmac);
    tcase_add_test(tcase, walk_in_order);
    tcase_add_test(tcase, entries_are_bounded);
    tcase_add_test(tcase, owners_are_bounded);
    tcase_add_test(tcase, holders_are_bounded);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
