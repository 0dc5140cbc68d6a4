/* ethernet/checksum_offload.h: frames built here octet for octet, with the checksums that a kernel would
 * leave in them; sums are worked out here, another way than there. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ethernet/checksum_offload.h"

#define ROOM 200

enum { TCP = 6, UDP = 17 };

/* What a frame is made of. */
struct recipe {
    unsigned version; /* of IP */
    unsigned protocol;
    unsigned tags;          /* VLAN */
    unsigned option_words;  /* IPv4: of 4 octets; IPv6: of 8, in a hop-by-hop header */
    unsigned fragment;      /* IPv4: flags and offset */
    unsigned payload_size;  /* behind the TCP or UDP header */
    unsigned padding;       /* behind the IP packet */
    bool partial;           /* the checksum is left to the port; else it is right */
    const uint8_t *payload; /* NULL: some */
};

static uint8_t frame[ROOM];
static size_t frame_size;
static size_t checksum_at;
static uint16_t right;
static uint16_t partial;

static void put(uint64_t number, unsigned count)
{
    for (unsigned i = count; i-- > 0;)
        frame[frame_size++] = (uint8_t)(number >> 8 * i);
}

static uint32_t sum_of(size_t from, size_t size)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += i % 2 ? frame[from + i] : (uint32_t)frame[from + i] << 8;
    return sum;
}

static uint16_t folded(uint32_t sum)
{
    while (sum >= 0x10000)
        sum = sum % 0x10000 + sum / 0x10000;
    return (uint16_t)sum;
}

static void make(const struct recipe *recipe)
{
    bool udp = recipe->protocol == UDP;
    unsigned size = (udp ? 8 : 20) + recipe->payload_size;
    size_t addresses_at;
    size_t addresses_size;
    memset(frame, 0, sizeof frame);
    frame_size = 12;
    for (unsigned i = 0; i < recipe->tags; i++)
        put(i + 1 == recipe->tags ? 0x81000007 : 0x88a80005, 4);
    if (recipe->version == 4) {
        put(0x0800, 2);
        put(0x45 + recipe->option_words, 1);
        put(0, 1);
        put(20 + recipe->option_words * 4 + size, 2);
        put(0x1234, 2);
        put(recipe->fragment, 2);
        put(64, 1);
        put(recipe->protocol, 1);
        put(0, 2);
        put(0x0a000001, 4);
        put(0xc0a8fe07, 4);
        addresses_at = frame_size - (addresses_size = 8);
        for (unsigned i = 0; i < recipe->option_words; i++)
            put(0x01010101, 4);
    } else {
        put(0x86dd60000000, 6);
        put(recipe->option_words * 8 + size, 2);
        put(recipe->option_words ? 0 : recipe->protocol, 1);
        put(64, 1);
        put(0xfd00000000000001, 8);
        put(1, 8);
        put(0xfd00000000000002, 8);
        put(0xfffe, 8);
        addresses_at = frame_size - (addresses_size = 32);
        for (unsigned i = 0; i < recipe->option_words; i++)
            put(i ? 0 : (uint64_t)recipe->protocol << 56 | (uint64_t)(recipe->option_words - 1) << 48, 8);
    }
    size_t at = frame_size;
    put(0x30390035, 4); /* ports */
    if (udp) {
        put(size, 2);
    } else {
        put(1, 8);
        put(0x50021000, 4);
    }
    checksum_at = frame_size;
    put(0, udp ? 2 : 4);
    for (unsigned i = 0; i < recipe->payload_size; i++)
        put(recipe->payload ? recipe->payload[i] : 0xc1 + i * 7, 1);
    uint32_t pseudo = sum_of(addresses_at, addresses_size) + recipe->protocol + size;
    partial = folded(pseudo);
    right = (uint16_t)(0xffff - folded(pseudo + sum_of(at, size)));
    if (udp && right == 0)
        right = 0xffff;
    uint16_t checksum = recipe->partial ? partial : right;
    frame[checksum_at] = (uint8_t)(checksum >> 8);
    frame[checksum_at + 1] = (uint8_t)checksum;
    for (unsigned i = 0; i < recipe->padding; i++)
        put(0xee, 1);
}

/* 0: none. */
static size_t place(uint16_t *checksum)
{
    return checksum_offload_place(frame, frame_size, checksum);
}

static const struct recipe recipes[] = {
    {.version = 4, .protocol = UDP, .payload_size = 12},
    {.version = 4, .protocol = UDP, .payload_size = 13, .padding = 5},
    {.version = 4, .protocol = UDP},
    {.version = 4, .protocol = UDP, .payload_size = 1, .option_words = 3, .padding = 1},
    {.version = 4, .protocol = UDP, .payload_size = 6, .fragment = 0x4000}, /* DF */
    {.version = 4, .protocol = UDP, .payload_size = 40, .tags = 1},
    {.version = 4, .protocol = TCP},
    {.version = 4, .protocol = TCP, .payload_size = 31, .tags = 2},
    {.version = 6, .protocol = UDP, .payload_size = 7},
    {.version = 6, .protocol = UDP, .payload_size = 8, .option_words = 1},
    {.version = 6, .protocol = TCP, .payload_size = 9, .option_words = 2, .tags = 1},
    {.version = 6, .protocol = TCP},
};

START_TEST(what_was_left_is_finished)
{
    struct recipe recipe = recipes[_i];
    uint16_t checksum;
    recipe.partial = true;
    make(&recipe);
    ck_assert_uint_eq(place(&checksum), checksum_at);
    ck_assert_uint_eq(checksum, right);
}
END_TEST

START_TEST(what_is_right_stays)
{
    uint16_t checksum;
    make(&recipes[_i]);
    ck_assert_uint_eq(place(&checksum), 0);
}
END_TEST

/* A checksum that is wrong in another way is the sender's own. */
START_TEST(what_is_wrong_stays)
{
    uint16_t checksum;
    struct recipe recipe = recipes[_i];
    recipe.partial = true;
    make(&recipe);
    frame[checksum_at + 1] ^= 1;
    ck_assert_uint_eq(place(&checksum), 0);
    frame[checksum_at + 1] ^= 1;
    frame[checksum_at] = frame[checksum_at + 1] = 0; /* UDP: there is none */
    ck_assert_uint_eq(place(&checksum), 0);
}
END_TEST

/* However short: what is missing is not guessed, and nothing behind the end is read. */
START_TEST(frames_that_are_cut_stay)
{
    struct recipe recipe = recipes[_i];
    recipe.partial = true;
    recipe.padding = 0;
    make(&recipe);
    for (size_t size = 0; size < frame_size; size++) {
        uint8_t *cut = malloc(size + 1);
        uint16_t checksum;
        ck_assert_ptr_nonnull(cut);
        memcpy(cut + 1, frame, size); /* the end of the allocation is the end of the frame */
        ck_assert_uint_eq(checksum_offload_place(cut + 1, size, &checksum), 0);
        free(cut);
    }
}
END_TEST

START_TEST(fragments_stay)
{
    static const unsigned fragments[] = {0x2000, 0x0001, 0x1fff, 0x2010};
    for (size_t i = 0; i < sizeof fragments / sizeof fragments[0]; i++) {
        uint16_t checksum;
        make(&(struct recipe){
            .version = 4, .protocol = UDP, .payload_size = 12, .partial = true, .fragment = fragments[i]});
        ck_assert_uint_eq(place(&checksum), 0);
    }
}
END_TEST

START_TEST(other_protocols_stay)
{
    uint16_t checksum;
    make(&(struct recipe){.version = 4, .protocol = UDP, .payload_size = 12, .partial = true});
    frame[23] = 112;
    ck_assert_uint_eq(place(&checksum), 0);
    make(&(struct recipe){.version = 6, .protocol = UDP, .payload_size = 12, .partial = true});
    frame[20] = 44; /* a fragment */
    ck_assert_uint_eq(place(&checksum), 0);
    make(&(struct recipe){.version = 4, .protocol = UDP, .payload_size = 12, .partial = true});
    frame[13] = 6; /* ARP */
    ck_assert_uint_eq(place(&checksum), 0);
}
END_TEST

START_TEST(options_longer_than_the_packet_stay)
{
    uint16_t checksum;
    make(&(struct recipe){
        .version = 6, .protocol = UDP, .payload_size = 12, .option_words = 1, .partial = true});
    frame[55] = 4; /* 40 octets of 28 */
    uint8_t *exact = malloc(frame_size);
    ck_assert_ptr_nonnull(exact);
    memcpy(exact, frame, frame_size);
    ck_assert_uint_eq(checksum_offload_place(exact, frame_size, &checksum), 0);
    free(exact);
}
END_TEST

/* UDP whose checksum comes to 0 carries ffff; that of TCP is 0. */
START_TEST(zero)
{
    static const unsigned protocols[] = {UDP, TCP};
    for (size_t i = 0; i < 2; i++) {
        uint8_t payload[2] = {0};
        struct recipe recipe = {
            .version = 4, .protocol = protocols[i], .payload_size = 2, .partial = true, .payload = payload};
        uint16_t checksum;
        make(&recipe);
        payload[0] = (uint8_t)(right >> 8); /* makes up for all that is missing to ffff */
        payload[1] = (uint8_t)right;
        make(&recipe);
        ck_assert_uint_eq(place(&checksum), checksum_at);
        ck_assert_uint_eq(checksum, protocols[i] == UDP ? 0xffff : 0);
    }
}
END_TEST

/* The one frame in 65536 whose right checksum is what a kernel would leave. */
START_TEST(right_by_chance)
{
    uint8_t payload[2] = {0};
    struct recipe recipe = {
        .version = 4, .protocol = UDP, .payload_size = 2, .partial = true, .payload = payload};
    uint16_t checksum;
    make(&recipe);
    uint16_t word = folded((uint32_t)right + 0xffff - partial);
    payload[0] = (uint8_t)(word >> 8);
    payload[1] = (uint8_t)word;
    make(&recipe);
    ck_assert_uint_eq(right, partial);
    ck_assert_uint_eq(place(&checksum), checksum_at);
    ck_assert_uint_eq(checksum, right);
}
END_TEST

START_TEST(drivers)
{
    ck_assert(checksum_offload_between_kernels("veth"));
    ck_assert(checksum_offload_between_kernels("virtio_net"));
    ck_assert(!checksum_offload_between_kernels("e1000e"));
    ck_assert(!checksum_offload_between_kernels(""));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("checksum_offload");
    TCase *tcase = tcase_create("checksum_offload");
    int count = sizeof recipes / sizeof recipes[0];
    tcase_add_loop_test(tcase, what_was_left_is_finished, 0, count);
    tcase_add_loop_test(tcase, what_is_right_stays, 0, count);
    tcase_add_loop_test(tcase, what_is_wrong_stays, 0, count);
    tcase_add_loop_test(tcase, frames_that_are_cut_stay, 0, count);
    tcase_add_test(tcase, fragments_stay);
    tcase_add_test(tcase, other_protocols_stay);
    tcase_add_test(tcase, options_longer_than_the_packet_stay);
    tcase_add_test(tcase, zero);
    tcase_add_test(tcase, right_by_chance);
    tcase_add_test(tcase, drivers);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
