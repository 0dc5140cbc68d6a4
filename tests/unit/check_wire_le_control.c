/* LE control frames: every octet both ways, every op-code, every TLV, and every way to be refused. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "golden_frames.h"

static const struct {
    const char *name;
    uint16_t value;
} opcodes[] = {
    {"LE_CONFIGURE_REQUEST", 0x0001},   {"LE_CONFIGURE_RESPONSE", 0x0101}, {"LE_JOIN_REQUEST", 0x0002},
    {"LE_JOIN_RESPONSE", 0x0102},       {"READY_QUERY", 0x0003},           {"READY_IND", 0x0103},
    {"LE_REGISTER_REQUEST", 0x0004},    {"LE_REGISTER_RESPONSE", 0x0104},  {"LE_UNREGISTER_REQUEST", 0x0005},
    {"LE_UNREGISTER_RESPONSE", 0x0105}, {"LE_ARP_REQUEST", 0x0006},        {"LE_ARP_RESPONSE", 0x0106},
    {"LE_FLUSH_REQUEST", 0x0007},       {"LE_FLUSH_RESPONSE", 0x0107},     {"LE_NARP_REQUEST", 0x0008},
    {"LE_TOPOLOGY_REQUEST", 0x0009},    {"LE_VERIFY_REQUEST", 0x000a},     {"LE_VERIFY_RESPONSE", 0x010a},
};
#define OPCODE_COUNT (sizeof opcodes / sizeof *opcodes)

/* Type and size of every TLV of lane-wire 7; 9 octets stand for a variable size. */
static const struct {
    uint32_t type;
    uint8_t size;
} tlvs[] = {
    {0x00a03e01, 2}, {0x00a03e02, 2},  {0x00a03e03, 2}, {0x00a03e04, 4},  {0x00a03e05, 2},   {0x00a03e06, 4},
    {0x00a03e07, 2}, {0x00a03e08, 2},  {0x00a03e09, 2}, {0x00a03e0a, 2},  {0x00a03e0b, 2},   {0x00a03e0c, 2},
    {0x00a03e0d, 4}, {0x00a03e0e, 4},  {0x00a03e0f, 2}, {0x00a03e10, 9},  {0x00a03e11, 9},   {0x00a03e12, 4},
    {0x00a03e13, 2}, {0x00a03e2b, 20}, {0x00a03e2c, 0}, {0x00a03e2d, 20}, {0x12345678, 255},
};
#define TLV_COUNT (sizeof tlvs / sizeof *tlvs)

/* A frame of 108 octets in which every octet is its own offset, behind marker and op-code. */
static void fill_counting(uint8_t data[static LE_CONTROL_SIZE])
{
    for (size_t i = 0; i < LE_CONTROL_SIZE; i++)
        data[i] = (uint8_t)i;
    data[0] = 0xff;
    data[1] = 0x00;
    data[54] = 0; /* no TLVs */
}

/* Every field from its own place, none from a neighbour's. */
START_TEST(fixed_fields)
{
    uint8_t data[LE_CONTROL_SIZE];
    fill_counting(data);
    struct le_control control;
    struct reason reason = {0};
    ck_assert(le_control_decode(data, sizeof data, &control, &reason));
    ck_assert_uint_eq(control.protocol, 2);
    ck_assert_uint_eq(control.version, 3);
    ck_assert_uint_eq(control.opcode, 0x0405);
    ck_assert_uint_eq(control.status, 0x0607);
    ck_assert_uint_eq(control.transaction_id, 0x08090a0b);
    ck_assert_uint_eq(control.requester_lecid, 0x0c0d);
    ck_assert_uint_eq(control.flags, 0x0e0f);
    ck_assert_uint_eq(control.source_lan.tag, 0x1011);
    ck_assert_mem_eq(control.source_lan.mac.octet, ((const uint8_t[]){18, 19, 20, 21, 22, 23}), 6);
    ck_assert_uint_eq(control.target_lan.tag, 0x1819);
    ck_assert_mem_eq(control.target_lan.mac.octet, ((const uint8_t[]){26, 27, 28, 29, 30, 31}), 6);
    ck_assert_uint_eq(control.source_atm.octet[0], 32);
    ck_assert_uint_eq(control.source_atm.octet[19], 51);
    ck_assert_uint_eq(control.lan_type, 52);
    ck_assert_uint_eq(control.max_frame_size, 53);
    ck_assert_uint_eq(control.tlv_count, 0);
    ck_assert_uint_eq(control.elan_name_size, 55);
    ck_assert_uint_eq(control.target_atm.octet[0], 56);
    ck_assert_uint_eq(control.target_atm.octet[19], 75);
    ck_assert_uint_eq((uint8_t)control.elan_name[0], 76);
    ck_assert_uint_eq((uint8_t)control.elan_name[31], 107);
    ck_assert_uint_eq(control.tlv_present, 0);
    ck_assert_uint_eq(control.trailing_size, 0);
    uint8_t written[LE_CONTROL_SIZE];
    ck_assert_uint_eq(le_control_encode(&control, written, sizeof written), LE_CONTROL_SIZE);
    ck_assert_mem_eq(written, data, LE_CONTROL_SIZE);
}
END_TEST

/* The frames of lane-wire 14 and one per further op-code, from structs that don't come from a decoder. */
START_TEST(golden_frames_from_structs)
{
    static const struct atm_address atm1 = {{0x47, 0x00, 0x05, 0x80, 0xff, 0xe1, 0x00, 0x00, 0x00, 0xf2,
                                             0x1a, 0x2b, 0x3c, 0x00, 0x20, 0x5a, 0x01, 0x01, 0x01, 0x00}};
    static const struct atm_address atm2 = {{0x47, 0x00, 0x05, 0x80, 0xff, 0xe1, 0x00, 0x00, 0x00, 0xf2,
                                             0x1a, 0x2b, 0x3c, 0x00, 0x20, 0x5a, 0x02, 0x02, 0x02, 0x00}};
    static const struct atm_address muxed = {{0x47, 0x00, 0x05, 0x80, 0xff, 0xe1, 0x00, 0x00, 0x00, 0xf2,
                                              0x1a, 0x2b, 0x3c, 0x00, 0x20, 0x5a, 0x01, 0x01, 0x01, 0x01}};
    struct mac_address host = {{0x00, 0x20, 0x5a, 0x02, 0x02, 0x02}};
    struct lan_destination vmac = lan_destination_of_mac(mac_of_vrid(1));
    static const enum frame_name names[] = {
        FRAME_LE_REGISTER_REQUEST,
        FRAME_LE_REGISTER_RESPONSE,
        FRAME_LE_UNREGISTER_REQUEST,
        FRAME_TARGETLESS_LE_ARP_REQUEST,
        FRAME_TARGETLESS_LE_ARP_REQUEST,
        FRAME_NO_SOURCE_LE_NARP_REQUEST,
        FRAME_ZERO_LE_NARP_REQUEST,
        FRAME_LE_ARP_REQUEST,
        FRAME_LE_ARP_RESPONSE,
        FRAME_READY_QUERY,
        FRAME_READY_IND,
    };
    struct le_control frames[sizeof names / sizeof *names];
    frames[0] = le_control_of(LE_REGISTER_REQUEST);
    frames[0].transaction_id = 0x11;
    frames[0].requester_lecid = 5;
    frames[0].source_lan = vmac;
    frames[0].source_atm = atm1;
    frames[1] = le_control_response(&frames[0]);
    frames[1].status = LE_STATUS_DUPLICATE_LAN_DESTINATION;
    frames[2] = frames[0];
    frames[2].opcode = LE_UNREGISTER_REQUEST;
    frames[3] = frames[0];
    frames[3].opcode = LE_ARP_REQUEST;
    frames[3].transaction_id = 0x13;
    frames[4] = frames[3];
    le_control_add_tlv(&frames[4], TLV_LLC_MUXED_ATM_ADDRESS, muxed.octet, ATM_ADDRESS_SIZE);
    frames[5] = le_control_of(LE_NARP_REQUEST);
    frames[5].transaction_id = 0x14;
    frames[5].requester_lecid = 5;
    frames[5].target_lan = vmac;
    frames[5].target_atm = atm1;
    frames[6] = le_control_of(LE_NARP_REQUEST);
    frames[6].transaction_id = 0x15;
    frames[6].requester_lecid = 5;
    frames[6].target_lan = vmac;
    frames[7] = le_control_of(LE_ARP_REQUEST);
    frames[7].transaction_id = 0x16;
    frames[7].requester_lecid = 7;
    frames[7].source_lan = lan_destination_of_mac(host);
    frames[7].target_lan = vmac;
    frames[7].source_atm = atm2;
    frames[8] = le_control_response(&frames[7]);
    frames[8].flags = LE_FLAG_REMOTE_ADDRESS;
    frames[8].target_atm = atm1;
    frames[9] = le_control_of(READY_QUERY);
    frames[10] = le_control_response(&frames[9]);

    size_t index = 0; /* golden frames come in the same order, of the same name */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (index = i == 4 ? index + 1 : 0; golden_frames[index].name != names[i]; index++)
            ck_assert_uint_lt(index, golden_frame_count);
        uint8_t wanted[GOLDEN_ROOM], written[GOLDEN_ROOM];
        size_t size = golden_read(golden_frames[index].hex, wanted, sizeof wanted);
        ck_assert_uint_eq(le_control_encode(&frames[i], written, sizeof written), size);
        ck_assert_mem_eq(written, wanted, size);
    }
}
END_TEST

/* What is read from a golden control frame writes the same octets. */
START_TEST(golden_frames_both_ways)
{
    size_t count = 0;
    for (size_t i = 0; i < golden_frame_count; i++) {
        const struct golden_frame *golden = &golden_frames[i];
        if (golden->layers != LAYER_CONTROL || golden->name == FRAME_MALFORMED ||
            golden->carrier == CARRIER_LANE_LLC)
            continue;
        uint8_t data[GOLDEN_ROOM], written[GOLDEN_ROOM];
        size_t size = golden_read(golden->hex, data, sizeof data);
        struct le_control control;
        ck_assert(le_control_decode(data, size, &control, NULL));
        ck_assert_uint_eq(le_control_encode(&control, written, sizeof written), size);
        ck_assert_mem_eq(written, data, size);
        ck_assert_uint_eq(le_control_encode(&control, written, size), size);
        for (size_t room = 0; room < size; room++)
            ck_assert_uint_eq(le_control_encode(&control, written, room), 0);
        count++;
    }
    ck_assert_uint_ge(count, OPCODE_COUNT + 4);
}
END_TEST

START_TEST(every_opcode_both_ways)
{
    struct le_control control = le_control_of((enum le_opcode)opcodes[_i].value);
    ck_assert_uint_eq(control.protocol, 1);
    ck_assert_uint_eq(control.version, 1);
    uint8_t data[LE_CONTROL_SIZE];
    bool ready = opcodes[_i].value == 0x0003 || opcodes[_i].value == 0x0103;
    size_t size = le_control_encode(&control, data, sizeof data);
    ck_assert_uint_eq(size, ready ? 6 : 108);
    ck_assert_uint_eq(octets_u16(data + 4), opcodes[_i].value);
    struct le_control read;
    ck_assert(le_control_decode(data, size, &read, NULL));
    ck_assert_uint_eq(read.opcode, opcodes[_i].value);
    ck_assert_str_eq(le_opcode_name(opcodes[_i].value), opcodes[_i].name);
}
END_TEST

START_TEST(opcodes_without_a_name)
{
    unsigned named = 0;
    for (unsigned opcode = 0; opcode <= UINT16_MAX; opcode++)
        named += le_opcode_name((uint16_t)opcode) != NULL;
    ck_assert_uint_eq(named, OPCODE_COUNT);
    ck_assert_ptr_null(le_opcode_name(0x0108)); /* LE_NARP has no response */
    ck_assert_ptr_null(le_opcode_name(0x0109));
    ck_assert_ptr_null(le_opcode_name(0x000b)); /* LNNI */
}
END_TEST

START_TEST(status_names)
{
    static const uint16_t assigned[] = {0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 20, 21, 22, 24};
    unsigned named = 0;
    for (unsigned status = 0; status <= UINT16_MAX; status++)
        named += le_status_name((uint16_t)status) != NULL;
    ck_assert_uint_eq(named, sizeof assigned / sizeof *assigned);
    for (size_t i = 0; i < sizeof assigned / sizeof *assigned; i++)
        ck_assert_ptr_nonnull(le_status_name(assigned[i]));
    ck_assert_str_eq(le_status_name(4), "duplicate LAN destination");
    ck_assert_str_eq(le_status_name(24), "TLV not found");
}
END_TEST

START_TEST(every_tlv_both_ways)
{
    uint8_t value[255];
    for (size_t i = 0; i < sizeof value; i++)
        value[i] = (uint8_t)(i + 1);
    struct le_control control = le_control_of(LE_CONFIGURE_RESPONSE);
    le_control_add_tlv(&control, tlvs[_i].type, value, tlvs[_i].size);
    le_control_add_tlv(&control, 0xaabbccdd, value + 100, 3);
    uint8_t data[512];
    size_t size = le_control_encode(&control, data, sizeof data);
    ck_assert_uint_eq(size, LE_CONTROL_SIZE + 5u + tlvs[_i].size + 5 + 3);
    ck_assert_uint_eq(data[54], 2);
    ck_assert_uint_eq(octets_u32(data + 108), tlvs[_i].type);
    ck_assert_uint_eq(data[112], tlvs[_i].size);
    ck_assert_mem_eq(data + 113, value, tlvs[_i].size);

    struct le_control read;
    ck_assert(le_control_decode(data, size, &read, NULL));
    ck_assert_uint_eq(read.tlv_count, 2);
    ck_assert_uint_eq(read.tlv_present, 2);
    const struct le_tlv *found = le_control_find_tlv(&read, tlvs[_i].type);
    ck_assert_ptr_eq(found, &read.tlvs[0]);
    ck_assert_uint_eq(found->value.size, tlvs[_i].size);
    ck_assert_ptr_eq(found->value.data, data + 113);
    ck_assert_ptr_eq(le_control_find_tlv(&read, 0xaabbccdd), &read.tlvs[1]);
    ck_assert_ptr_null(le_control_find_tlv(&read, 0xaabbccde));

    /* one octet less cuts the second TLV, whatever the first is */
    for (size_t cut = LE_CONTROL_SIZE; cut < size; cut++)
        ck_assert(!le_control_decode(data, cut, &read, NULL));
}
END_TEST

START_TEST(tlv_types_and_sizes)
{
    static const struct {
        uint32_t type;
        uint8_t size;
    } known[] = {
#define X(name, type, size, text) {type, size},
        LE_TLVS(X)
#undef X
    };
    ck_assert_uint_eq(sizeof known / sizeof *known, TLV_COUNT - 1);
    for (size_t i = 0; i < TLV_COUNT - 1; i++) {
        ck_assert_uint_eq(known[i].type, tlvs[i].type);
        ck_assert_uint_eq(known[i].size, tlvs[i].size == 9 ? TLV_ANY_SIZE : tlvs[i].size);
    }
}
END_TEST

START_TEST(more_tlvs_than_the_room)
{
    struct le_control control = le_control_of(LE_CONFIGURE_RESPONSE);
    for (uint32_t i = 0; i < LE_TLV_ROOM + 4; i++)
        le_control_add_tlv(&control, i, "ab", 2);
    ck_assert_uint_eq(control.tlv_present, LE_TLV_ROOM);
    ck_assert_uint_eq(control.tlv_count, LE_TLV_ROOM);

    uint8_t data[512];
    size_t size = le_control_encode(&control, data, sizeof data - 20);
    ck_assert_uint_eq(size, LE_CONTROL_SIZE + LE_TLV_ROOM * 7);
    for (size_t i = 0; i < 2; i++, size += 7)
        memcpy(data + size,
               "\x00\xa0\x3e\x12\x02"
               "yz",
               7);
    memcpy(data + size, "tail", 4);
    data[54] = LE_TLV_ROOM + 2;
    struct le_control read;
    ck_assert(le_control_decode(data, size + 4, &read, NULL));
    ck_assert_uint_eq(read.tlv_count, LE_TLV_ROOM + 2);
    ck_assert_uint_eq(read.tlv_present, LE_TLV_ROOM);
    ck_assert_uint_eq(read.trailing_size, 4);
    ck_assert_ptr_null(le_control_find_tlv(&read, TLV_ELAN_ID)); /* skipped over, not remembered */

    data[54] = LE_TLV_ROOM + 3; /* "tail" is no TLV */
    struct reason reason = {0};
    ck_assert(!le_control_decode(data, size + 4, &read, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "octet 234"));
    ck_assert_ptr_nonnull(strstr(reason.text, "TLV 19"));
}
END_TEST

START_TEST(a_count_that_lies)
{
    struct le_control control = le_control_of(LE_REGISTER_REQUEST);
    le_control_add_tlv(&control, TLV_ELAN_ID, "abcd", 4);
    control.tlv_count = 0;
    uint8_t data[LE_CONTROL_SIZE + 9];
    ck_assert_uint_eq(le_control_encode(&control, data, sizeof data), sizeof data);
    struct le_control read;
    ck_assert(le_control_decode(data, sizeof data, &read, NULL));
    ck_assert_uint_eq(read.tlv_present, 0);
    ck_assert_uint_eq(read.trailing_size, 9);

    data[54] = 2;
    struct reason reason = {0};
    ck_assert(!le_control_decode(data, sizeof data, &read, &reason));
    ck_assert_str_eq(reason.text,
                     "octet 117: NUMBER-TLVs (octet 54) is 2, but 0 octets are left for TLV 2; a TLV has "
                     "5 octets before its value");
    ck_assert_uint_eq(read.tlv_present, 1); /* what came before that place is set */
    ck_assert_uint_eq(read.opcode, LE_REGISTER_REQUEST);
}
END_TEST

START_TEST(trailing_octets)
{
    uint8_t data[LE_CONTROL_SIZE + 3] = {0};
    struct le_control control = le_control_of(LE_TOPOLOGY_REQUEST);
    le_control_encode(&control, data, sizeof data);
    ck_assert(le_control_decode(data, sizeof data, &control, NULL));
    ck_assert_uint_eq(control.trailing_size, 3);
    control = le_control_of(READY_IND);
    le_control_encode(&control, data, sizeof data);
    ck_assert(le_control_decode(data, 62, &control, NULL));
    ck_assert_uint_eq(control.trailing_size, 56);
    ck_assert_uint_eq(control.transaction_id, 0);
}
END_TEST

/* Cut at each octet: the whole fields in front of the cut are set, everything else is zero, the reason names
 * the field that is not whole. */
START_TEST(cut_at_each_octet)
{
    static const struct {
        size_t from; /* first octet */
        const char *name;
    } fields[] = {
        {2, "PROTOCOL"},
        {3, "VERSION"},
        {4, "OP-CODE"},
        {6, "STATUS"},
        {8, "TRANSACTION-ID"},
        {12, "REQUESTER-LECID"},
        {14, "FLAGS"},
        {16, "SOURCE-LAN-DESTINATION"},
        {24, "TARGET-LAN-DESTINATION"},
        {32, "SOURCE-ATM-ADDRESS"},
        {52, "LAN-TYPE"},
        {53, "MAXIMUM-FRAME-SIZE"},
        {54, "NUMBER-TLVs"},
        {55, "ELAN-NAME-SIZE"},
        {56, "TARGET-ATM-ADDRESS"},
        {76, "ELAN-NAME"},
        {108, "behind the last"},
    };
    uint8_t data[LE_CONTROL_SIZE];
    fill_counting(data);
    size_t field = 0;
    for (size_t cut = 2; cut < LE_CONTROL_SIZE; cut++) {
        if (cut == fields[field + 1].from)
            field++;
        struct reason reason = {0};
        struct le_control control;
        ck_assert(!le_control_decode(data, cut, &control, &reason));
        char wanted[64];
        snprintf(wanted, sizeof wanted, "octet %zu: ", cut);
        ck_assert_int_eq(strncmp(reason.text, wanted, strlen(wanted)), 0);
        snprintf(wanted, sizeof wanted, "%s (octets %zu to %zu)", fields[field].name, fields[field].from,
                 fields[field + 1].from - 1);
        ck_assert_ptr_nonnull(strstr(reason.text, wanted));

        uint8_t expected[LE_CONTROL_SIZE] = {0}, written[LE_CONTROL_SIZE];
        memcpy(expected, data, fields[field].from);
        ck_assert_uint_eq(le_control_encode(&control, written, sizeof written), LE_CONTROL_SIZE);
        ck_assert_mem_eq(written, expected, LE_CONTROL_SIZE);
    }
}
END_TEST

START_TEST(frames_without_the_marker)
{
    uint8_t data[LE_CONTROL_SIZE];
    fill_counting(data);
    struct le_control control;
    struct reason reason = {0};
    ck_assert(!le_control_decode(NULL, 0, &control, &reason));
    ck_assert_str_eq(reason.text, "octet 0: an LE control frame starts with the marker FF00");
    ck_assert(!le_control_decode(data, 1, &control, NULL));
    data[1] = 0x01;
    ck_assert(!le_control_decode(data, sizeof data, &control, NULL));
    ck_assert_uint_eq(control.opcode, 0);
}
END_TEST

START_TEST(responses)
{
    uint8_t data[LE_CONTROL_SIZE], written[LE_CONTROL_SIZE];
    fill_counting(data);
    data[4] = 0x00; /* a request: 0005 */
    struct le_control request;
    ck_assert(le_control_decode(data, sizeof data, &request, NULL));
    le_control_add_tlv(&request, TLV_ELAN_ID, "abcd", 4);
    request.trailing_size = 7;
    struct le_control response = le_control_response(&request);
    ck_assert_uint_eq(response.tlv_present, 0);
    ck_assert_uint_eq(response.trailing_size, 0);
    ck_assert_uint_eq(le_control_encode(&response, written, sizeof written), LE_CONTROL_SIZE);
    data[4] = 0x01;
    data[6] = data[7] = 0; /* STATUS */
    octets_put_u16(data + 14, octets_u16(data + 14) & LE_FLAGS);
    data[52] = data[53] = data[54] = data[55] = 0; /* unused but in configuration and join */
    memset(data + 76, 0, 32);
    ck_assert_mem_eq(written, data, LE_CONTROL_SIZE);
}
END_TEST

START_TEST(lan_destinations)
{
    struct lan_destination vmac = lan_destination_of_mac(mac_of_vrid(1));
    struct lan_destination route = {LAN_TAG_ROUTE_DESCRIPTOR, mac_of_vrid(1)};
    ck_assert(lan_destination_is_mac(vmac, mac_of_vrid(1)));
    ck_assert(!lan_destination_is_mac(vmac, mac_of_vrid(2)));
    ck_assert(!lan_destination_is_mac(route, mac_of_vrid(1)));
    ck_assert(!lan_destination_equal(vmac, route));
    ck_assert(!lan_destination_equal(vmac, LAN_DESTINATION_NONE));
    ck_assert(lan_destination_equal(vmac, lan_destination_of_mac(mac_of_vrid(1))));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire: LE control");
    TCase *tcase = tcase_create("LE control");
    tcase_add_test(tcase, fixed_fields);
    tcase_add_test(tcase, golden_frames_from_structs);
    tcase_add_test(tcase, golden_frames_both_ways);
    tcase_add_loop_test(tcase, every_opcode_both_ways, 0, (int)OPCODE_COUNT);
    tcase_add_test(tcase, opcodes_without_a_name);
    tcase_add_test(tcase, status_names);
    tcase_add_loop_test(tcase, every_tlv_both_ways, 0, (int)TLV_COUNT);
    tcase_add_test(tcase, tlv_types_and_sizes);
    tcase_add_test(tcase, more_tlvs_than_the_room);
    tcase_add_test(tcase, a_count_that_lies);
    tcase_add_test(tcase, trailing_octets);
    tcase_add_test(tcase, cut_at_each_octet);
    tcase_add_test(tcase, frames_without_the_marker);
    tcase_add_test(tcase, responses);
    tcase_add_test(tcase, lan_destinations);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
