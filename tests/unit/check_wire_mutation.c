/* 200,000 golden frames with random damage: every decoder ends with a value or a reason, inside the frame's
 * octets. The same numbers each time; run it with the address sanitizer. */
#include <check.h>
#include <stdlib.h>

#include "damage.h"
#include "golden_frames.h"
#include "wire/field.h"

#define MUTATION_COUNT 200000
#define DAMAGE_COUNT   10000
#define SEED           2338

static struct random random_source;
static struct frame frame;
static uint64_t names_seen;
static uint64_t reasons_seen; /* names that came with a reason */

static void assert_inside(struct octets part)
{
    if (part.size > 0) {
        REQUIRE(part.data >= frame.octets.data);
        REQUIRE(part.data + part.size <= frame.octets.data + frame.octets.size);
    }
}

static void assert_sound(void)
{
    REQUIRE(frame.name < FRAME_NAME_COUNT);
    if (frame.name == FRAME_MALFORMED)
        REQUIRE(frame.reason.text[0] != '\0');
    assert_inside(frame.route);
    if (frame.layers & LAYER_ETHERNET)
        assert_inside(frame.ethernet.payload);
    if (frame.layers & LAYER_IPV4)
        assert_inside(frame.ipv4.payload);
    if (frame.layers & LAYER_ICMP)
        assert_inside(frame.icmp.payload);
    if (frame.layers & LAYER_VRRP)
        REQUIRE(frame.vrrp.addresses_present <= VRRP_ADDRESS_ROOM);
    if (frame.layers & LAYER_CONTROL) {
        REQUIRE(frame.control.tlv_present <= LE_TLV_ROOM);
        for (size_t i = 0; i < frame.control.tlv_present; i++)
            assert_inside(frame.control.tlvs[i].value);
    }
    names_seen |= UINT64_C(1) << frame.name;
    if (frame.reason.text[0])
        reasons_seen |= UINT64_C(1) << frame.name;
}

/* Whatever could be read as a control frame is written again octet for octet, up to what trails behind it. */
static void assert_control_both_ways(void)
{
    uint8_t written[GOLDEN_ROOM];
    if (!(frame.layers & LAYER_CONTROL) || frame.name == FRAME_MALFORMED ||
        (frame.control.tlv_count != frame.control.tlv_present && !le_control_is_ready(&frame.control)))
        return;
    size_t size = le_control_encode(&frame.control, written, sizeof written);
    size_t start = frame.llc_multiplexed ? LLC_PREFIX_SIZE : 0;
    REQUIRE(start + size + frame.control.trailing_size == frame.octets.size);
    REQUIRE(memcmp(written, frame.octets.data + start, size) == 0);
}

/* Reads every field, and writes what was read into the frame again: nothing but checksums changes. */
static void assert_fields(enum frame_carrier carrier, uint8_t *data, size_t size)
{
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        struct value value, again;
        if (!field_get(&frame, (enum frame_field)field, &value))
            continue;
        char text[VALUE_TEXT_SIZE];
        REQUIRE(strlen(value_text((enum frame_field)field, &value, text)) < sizeof text);
        if (!field_set(carrier, data, size, (enum frame_field)field, &value))
            continue;
        frame_decode(carrier, data, size, &frame);
        REQUIRE(field_get(&frame, (enum frame_field)field, &again));
        REQUIRE(value_equal(&value, &again));
    }
}

/* The damage itself: frames become shorter, longer, or others of their size, and stay inside their room. */
START_TEST(damage_is_of_every_kind)
{
    size_t shorter_count = 0, longer_count = 0, changed_count = 0;
    random_source = random_stream(SEED, "damage");
    for (size_t i = 0; i < DAMAGE_COUNT; i++) {
        uint8_t before[GOLDEN_ROOM], after[GOLDEN_ROOM];
        size_t size = golden_read(golden_frames[i % golden_frame_count].hex, before, sizeof before);
        size_t room = size + i % 8;
        memcpy(after, before, size);
        memset(after + size, 0x5a, sizeof after - size);
        size_t new_size = damage(&random_source, after, size, room);
        ck_assert_uint_le(new_size, room);
        for (size_t at = room; at < sizeof after; at++)
            REQUIRE(after[at] == 0x5a);
        shorter_count += new_size < size;
        longer_count += new_size > size;
        changed_count += new_size == size && memcmp(after, before, size) != 0;
    }
    ck_assert_uint_gt(shorter_count, DAMAGE_COUNT / 4);
    ck_assert_uint_gt(longer_count, DAMAGE_COUNT / 16);
    ck_assert_uint_gt(changed_count, DAMAGE_COUNT / 8);
}
END_TEST

START_TEST(damaged_frames)
{
    random_source = random_stream(SEED, "mutation");
    for (size_t i = 0; i < MUTATION_COUNT; i++) {
        const struct golden_frame *golden = &golden_frames[pick(&random_source, golden_frame_count)];
        uint8_t data[GOLDEN_ROOM];
        size_t size = damage(&random_source, data, golden_read(golden->hex, data, sizeof data), sizeof data);
        enum frame_carrier carrier = pick(&random_source, 4)
                                         ? golden->carrier
                                         : (enum frame_carrier)pick(&random_source, CARRIER_ETHERNET + 1);

        uint8_t *exact = malloc(size ? size : 1); /* so that the sanitizer sees a step past the end */
        REQUIRE(exact);
        memcpy(exact, data, size);
        frame_decode(carrier, exact, size, &frame);
        REQUIRE(memcmp(exact, data, size) == 0); /* decoding writes nothing */
        assert_sound();
        assert_control_both_ways();
        if (i % 8 == 0) {
            char line[FRAME_TEXT_SIZE];
            REQUIRE(strlen(frame_text(&frame, line, sizeof line)) < sizeof line);
            assert_fields(carrier, exact, size);
        }
        free(exact);
    }
    /* everything that can be read must be reached, or this test proves little */
    ck_assert_uint_eq(names_seen, (UINT64_C(1) << FRAME_NAME_COUNT) - 1);
    ck_assert_uint_eq(reasons_seen, FRAME_SET(MALFORMED) | FRAME_SET(ETHERNET) | FRAME_SET(IPV4) |
                                        FRAME_SET(ADVERTISEMENT));
}
END_TEST

/* Octets without any plan, all four carriers. */
START_TEST(noise)
{
    random_source = random_stream(SEED, "noise");
    for (size_t i = 0; i < MUTATION_COUNT / 4; i++) {
        size_t size = pick(&random_source, 160);
        uint8_t *exact = malloc(size ? size : 1);
        REQUIRE(exact);
        for (size_t at = 0; at < size; at++)
            exact[at] = (uint8_t)random_next(&random_source);
        for (int carrier = CARRIER_LANE_8023; carrier <= CARRIER_ETHERNET; carrier++) {
            frame_decode((enum frame_carrier)carrier, exact, size, &frame);
            assert_sound();
        }
        struct octets octets = {exact, size};
        struct arp arp;
        struct ipv4 ipv4;
        struct icmp icmp;
        struct vrrp vrrp;
        struct le_control control;
        REQUIRE(vrrp_decode(octets, &vrrp, NULL) == (size >= VRRP_HEADER_SIZE));
        REQUIRE(icmp_decode(octets, &icmp, NULL) == (size >= ICMP_HEADER_SIZE));
        REQUIRE(!arp_decode(octets, &arp, NULL)); /* six octets right by chance: one in 2^47 */
        if (ipv4_decode(octets, &ipv4, NULL))
            REQUIRE(ipv4.total_size <= size);
        if (size >= 2)
            octets_put_u16(exact, LE_CONTROL_MARKER);
        if (le_control_decode(exact, size, &control, NULL))
            REQUIRE(size >= LE_CONTROL_SIZE || le_control_is_ready(&control));
        b_lli_decode(octets);
        free(exact);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire: mutation");
    TCase *tcase = tcase_create("mutation");
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, damage_is_of_every_kind);
    tcase_add_test(tcase, damaged_frames);
    tcase_add_test(tcase, noise);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
