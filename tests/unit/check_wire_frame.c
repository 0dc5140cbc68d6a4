/* Every golden frame gets its name, layers and line; cut anywhere it is still read without a step past its
 * end. */
#include <check.h>
#include <stdlib.h>

#include "golden_frames.h"

static const struct golden_frame *golden;
static uint8_t data[GOLDEN_ROOM];
static size_t size;
static struct frame frame;

static void read_golden(int index)
{
    golden = &golden_frames[index];
    size = golden_read(golden->hex, data, sizeof data);
    frame_decode(golden->carrier, data, size, &frame);
}

/* True when 'part' is empty or lies inside the frame. */
static bool is_inside(struct octets part)
{
    return part.size == 0 ||
           (part.data >= frame.octets.data && part.data + part.size <= frame.octets.data + frame.octets.size);
}

static void assert_parts_inside(void)
{
    ck_assert(is_inside(frame.route));
    if (frame.layers & LAYER_ETHERNET)
        ck_assert(is_inside(frame.ethernet.payload));
    if (frame.layers & LAYER_IPV4)
        ck_assert(is_inside(frame.ipv4.payload));
    if (frame.layers & LAYER_ICMP)
        ck_assert(is_inside(frame.icmp.payload));
    if (frame.layers & LAYER_CONTROL)
        for (size_t i = 0; i < frame.control.tlv_present; i++)
            ck_assert(is_inside(frame.control.tlvs[i].value));
}

START_TEST(name_and_layers)
{
    read_golden(_i);
    ck_assert_str_eq(frame_name_text(frame.name), frame_name_text(golden->name));
    ck_assert_uint_eq(frame.layers, golden->layers);
    ck_assert_ptr_eq(frame.octets.data, data);
    ck_assert_uint_eq(frame.octets.size, size);
    assert_parts_inside();
}
END_TEST

START_TEST(line)
{
    read_golden(_i);
    char text[FRAME_TEXT_SIZE];
    ck_assert_ptr_eq(frame_text(&frame, text, sizeof text), text);
    ck_assert_str_eq(text, golden->line);
}
END_TEST

START_TEST(line_is_cut_to_its_buffer)
{
    read_golden(_i);
    for (size_t room = 1; room <= strlen(golden->line); room++) {
        char *text = malloc(room);
        ck_assert_ptr_nonnull(text);
        frame_text(&frame, text, room);
        ck_assert_uint_eq(strlen(text), room - 1);
        ck_assert_int_eq(strncmp(text, golden->line, room - 1), 0);
        free(text);
    }
}
END_TEST

/* The copy has exactly the octets that are left, so that the address sanitizer sees any step past them. */
START_TEST(cut_at_each_octet)
{
    read_golden(_i);
    unsigned whole_layers = frame.layers;
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *copy = malloc(cut ? cut : 1);
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, data, cut);
        frame_decode(golden->carrier, copy, cut, &frame);
        assert_parts_inside();
        ck_assert_uint_eq(frame.layers & ~whole_layers, 0);
        if (frame.name == FRAME_MALFORMED)
            ck_assert_msg(frame.reason.text[0] != '\0', "cut at %zu: MALFORMED without a reason", cut);
        char text[FRAME_TEXT_SIZE];
        frame_text(&frame, text, sizeof text);
        ck_assert_int_eq(strncmp(text, frame_name_text(frame.name), strlen(frame_name_text(frame.name))), 0);
        free(copy);
    }
}
END_TEST

/* A control frame is whole or MALFORMED, and keeps LAYER_CONTROL as long as MARKER to FLAGS are there. */
START_TEST(cut_control_frame)
{
    uint8_t whole[GOLDEN_ROOM];
    for (size_t index = 0; index < golden_frame_count; index++) {
        const struct golden_frame *each = &golden_frames[index];
        if (each->carrier == CARRIER_LANE_LLC || each->name == FRAME_MALFORMED ||
            each->layers != LAYER_CONTROL)
            continue;
        size_t whole_size = golden_read(each->hex, whole, sizeof whole);
        for (size_t cut = 0; cut < whole_size; cut++) {
            frame_decode(each->carrier, whole, cut, &frame);
            ck_assert_str_eq(frame_name_text(frame.name), "MALFORMED");
            ck_assert_uint_eq(frame.layers, cut >= LE_CONTROL_HEADER_SIZE ? LAYER_CONTROL : 0);
        }
    }
}
END_TEST

/* An advertisement cut anywhere in its IP datagram is no datagram any more: its total length says so. */
START_TEST(cut_advertisement)
{
    uint8_t whole[GOLDEN_ROOM];
    for (size_t index = 0; index < golden_frame_count; index++) {
        const struct golden_frame *each = &golden_frames[index];
        if (each->carrier != CARRIER_LANE_8023 || !(each->layers & LAYER_VRRP))
            continue;
        size_t whole_size = golden_read(each->hex, whole, sizeof whole);
        frame_decode(each->carrier, whole, whole_size, &frame);
        size_t header = (size_t)(frame.ethernet.payload.data - whole);
        size_t end = header + frame.ipv4.total_size;
        for (size_t cut = header; cut < end; cut++) {
            frame_decode(each->carrier, whole, cut, &frame);
            ck_assert_uint_eq(frame.layers, LAYER_LE_DATA | LAYER_ETHERNET);
            ck_assert_str_eq(frame_name_text(frame.name), "ETHERNET");
            ck_assert_int_eq(strncmp(frame.reason.text, "IPv4", 4), 0);
        }
        for (size_t cut = end; cut < whole_size; cut++) {
            frame_decode(each->carrier, whole, cut, &frame);
            ck_assert_str_eq(frame_name_text(frame.name), "ADVERTISEMENT"); /* only padding is missing */
        }
    }
}
END_TEST

START_TEST(every_name_has_a_golden_frame)
{
    uint64_t seen = 0;
    for (size_t index = 0; index < golden_frame_count; index++)
        seen |= UINT64_C(1) << golden_frames[index].name;
    for (int name = 0; name < FRAME_NAME_COUNT; name++)
        ck_assert_msg(seen & UINT64_C(1) << name, "no golden frame is a %s",
                      frame_name_text((enum frame_name)name));
}
END_TEST

START_TEST(names_are_distinct)
{
    for (int a = 0; a < FRAME_NAME_COUNT; a++)
        for (int b = 0; b < a; b++)
            ck_assert_str_ne(frame_name_text((enum frame_name)a), frame_name_text((enum frame_name)b));
    ck_assert_str_eq(frame_name_text(FRAME_NAME_COUNT), "MALFORMED");
}
END_TEST

START_TEST(special_le_arp_and_le_narp_forms)
{
    static const struct {
        const char *what;
        size_t at; /* octet that is changed */
        uint8_t octet;
        enum frame_name base, name;
    } changes[] = {
        {"LE_ARP with tag 0 for source and target", 17, 0, FRAME_TARGETLESS_LE_ARP_REQUEST,
         FRAME_LE_ARP_REQUEST},
        {"LE_ARP from a route descriptor", 17, 2, FRAME_TARGETLESS_LE_ARP_REQUEST, FRAME_LE_ARP_REQUEST},
        {"LE_ARP for a route descriptor", 25, 2, FRAME_TARGETLESS_LE_ARP_REQUEST, FRAME_LE_ARP_REQUEST},
        {"LE_ARP response without a target", 4, 1, FRAME_TARGETLESS_LE_ARP_REQUEST, FRAME_LE_ARP_RESPONSE},
        {"LE_ARP_REQUEST whose target tag is taken away", 25, 0, FRAME_LE_ARP_REQUEST,
         FRAME_TARGETLESS_LE_ARP_REQUEST},
        {"LE_NARP with one octet of source ATM address", 51, 1, FRAME_ZERO_LE_NARP_REQUEST,
         FRAME_LE_NARP_REQUEST},
        {"LE_NARP with one octet of target ATM address", 75, 1, FRAME_ZERO_LE_NARP_REQUEST,
         FRAME_NO_SOURCE_LE_NARP_REQUEST},
        {"LE_NARP with both ATM addresses", 32, 0x47, FRAME_NO_SOURCE_LE_NARP_REQUEST, FRAME_LE_NARP_REQUEST},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        int index = 0;
        while (golden_frames[index].name != changes[i].base)
            index++;
        read_golden(index);
        data[changes[i].at] = changes[i].octet;
        frame_decode(CARRIER_LANE_8023, data, size, &frame);
        ck_assert_msg(frame.name == changes[i].name, "%s is a %s", changes[i].what,
                      frame_name_text(frame.name));
    }
}
END_TEST

START_TEST(token_ring_parts)
{
    int index = 0;
    while (golden_frames[index].carrier != CARRIER_LANE_8025 ||
           golden_frames[index].name != FRAME_ADVERTISEMENT)
        index++;
    read_golden(index);
    ck_assert(frame.token_ring);
    ck_assert(frame.ethernet.snap);
    ck_assert_uint_eq(frame.ethernet.type, ETHERTYPE_IPV4);
    ck_assert_uint_eq(frame.ethernet.source.octet[0], 0x00);
    ck_assert_uint_eq(frame.route.size, 6);
    ck_assert_mem_eq(frame.route.data, ((const uint8_t[]){0xc6, 0x70, 0x0a, 0xb1, 0x0a, 0xc0}), 6);

    static const uint8_t wrong[] = {0xc0, 0xc1, 0xc3, 0xc7, 0xdf}; /* less than two octets, odd numbers */
    for (size_t i = 0; i < sizeof wrong; i++) {
        data[16] = wrong[i];
        frame_decode(CARRIER_LANE_8025, data, size, &frame);
        ck_assert_int_eq(frame.name, FRAME_MALFORMED);
        ck_assert_uint_eq(frame.layers, LAYER_LE_DATA);
        ck_assert_uint_eq(frame.lecid, 5);
    }
    data[16] = 0xde;
    frame_decode(CARRIER_LANE_8025, data, size, &frame);
    ck_assert_uint_eq(frame.route.size, 30);
}
END_TEST

START_TEST(le_data_encoders)
{
    static const uint8_t payload[] = {1, 2, 3};
    struct ethernet ethernet = {
        .destination = VRRP_GROUP_MAC,
        .source = mac_of_vrid(9),
        .type = 0x0801,
        .payload = {payload, sizeof payload},
    };
    uint8_t written[128], wanted[128];
    size_t wanted_size = golden_read("0005 01005e000012 00005e000109 0801 010203", wanted, sizeof wanted);
    ck_assert_uint_eq(le_data_encode(5, &ethernet, false, written, sizeof written), wanted_size);
    ck_assert_mem_eq(written, wanted, wanted_size);
    ck_assert_uint_eq(le_data_encode(5, &ethernet, false, written, wanted_size), wanted_size);
    for (size_t room = 0; room < wanted_size; room++)
        ck_assert_uint_eq(le_data_encode(5, &ethernet, false, written, room), 0);

    memset(wanted + wanted_size, 0, sizeof wanted - wanted_size);
    memset(written, 0xee, sizeof written);
    ck_assert_uint_eq(le_data_encode(5, &ethernet, true, written, sizeof written), LE_DATA_MINIMUM_SIZE);
    ck_assert_mem_eq(written, wanted, LE_DATA_MINIMUM_SIZE);
    ck_assert_uint_eq(written[LE_DATA_MINIMUM_SIZE], 0xee);

    ethernet.snap = true;
    wanted_size =
        golden_read("0005 01005e000012 00005e000109 000b aaaa03000000 0801 010203", wanted, sizeof wanted);
    ck_assert_uint_eq(le_data_encode(5, &ethernet, false, written, sizeof written), wanted_size);
    ck_assert_mem_eq(written, wanted, wanted_size);

    static const uint8_t route[] = {0xc6, 0x70, 0x0a, 0xb1, 0x0a, 0xc0};
    wanted_size = golden_read("0005 0040 01005e000012 80005e000109 c6700ab10ac0 aaaa03000000 0801 010203",
                              wanted, sizeof wanted);
    struct octets routed = {route, sizeof route};
    ck_assert_uint_eq(le_data_8025_encode(5, &ethernet, routed, written, sizeof written), wanted_size);
    ck_assert_mem_eq(written, wanted, wanted_size);
    for (size_t room = 0; room < wanted_size; room++)
        ck_assert_uint_eq(le_data_8025_encode(5, &ethernet, routed, written, room), 0);
    static const uint8_t longest[32] = {0xde};
    routed = (struct octets){longest, 32};
    uint8_t large[128];
    ck_assert_uint_eq(le_data_8025_encode(5, &ethernet, routed, large, sizeof large), 0);
    routed.size = 30;
    ck_assert_uint_eq(le_data_8025_encode(5, &ethernet, routed, large, sizeof large), 16 + 30 + 8 + 3);
    frame_decode(CARRIER_LANE_8025, written, wanted_size, &frame);
    ck_assert_int_eq(frame.name, FRAME_ETHERNET);
    ck_assert(mac_equal(frame.ethernet.source, mac_of_vrid(9)));
    ck_assert_uint_eq(frame.ethernet.payload.size, sizeof payload);

    wanted_size = golden_read("aaaa0300a03e 000d 00000102", wanted, sizeof wanted);
    ck_assert_uint_eq(llc_prefix_encode(true, 258, written, sizeof written), wanted_size);
    ck_assert_mem_eq(written, wanted, wanted_size);
    golden_read("aaaa0300a03e 000c 00000102", wanted, sizeof wanted);
    ck_assert_uint_eq(llc_prefix_encode(false, 258, written, LLC_PREFIX_SIZE), LLC_PREFIX_SIZE);
    ck_assert_mem_eq(written, wanted, wanted_size);
    ck_assert_uint_eq(llc_prefix_encode(false, 258, written, LLC_PREFIX_SIZE - 1), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire: frame");
    TCase *golden_case = tcase_create("golden frames");
    int count = (int)golden_frame_count;
    tcase_add_loop_test(golden_case, name_and_layers, 0, count);
    tcase_add_loop_test(golden_case, line, 0, count);
    tcase_add_loop_test(golden_case, line_is_cut_to_its_buffer, 0, count);
    tcase_add_loop_test(golden_case, cut_at_each_octet, 0, count);
    suite_add_tcase(suite, golden_case);
    TCase *other_case = tcase_create("forms");
    tcase_add_test(other_case, cut_control_frame);
    tcase_add_test(other_case, cut_advertisement);
    tcase_add_test(other_case, every_name_has_a_golden_frame);
    tcase_add_test(other_case, names_are_distinct);
    tcase_add_test(other_case, special_le_arp_and_le_narp_forms);
    tcase_add_test(other_case, token_ring_parts);
    tcase_add_test(other_case, le_data_encoders);
    suite_add_tcase(suite, other_case);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
