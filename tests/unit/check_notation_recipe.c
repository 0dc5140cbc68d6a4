/* Recipes: every frame, whole, cut or damaged, becomes a line that makes the same octets; lines that people
 * write become the frames they mean, and come back in their canonical form; mistakes name place and mend. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "damage.h"
#include "golden_frames.h"
#include "notation/words.h"

#define DAMAGE_COUNT 30000
#define SEED         2338

static const struct recipe_carrier carriers[] = {
    {CARRIER_LANE_8023, false}, {CARRIER_LANE_8025, true}, {CARRIER_LANE_LLC, false},
    {CARRIER_LANE_LLC, true},   {CARRIER_ETHERNET, false}, {CARRIER_TOKEN_RING, true},
};
#define CARRIER_COUNT (sizeof carriers / sizeof *carriers)

static struct arena *arena;
static struct mistakes mistakes;
static struct recipe recipe;
static struct line line;

static void setup(void)
{
    arena = arena_new();
    mistakes = (struct mistakes){0};
}

static void teardown(void)
{
    arena_free(arena);
    line_free(&line);
}

static bool no_other(void *context, const struct word *word)
{
    (void)context;
    (void)word;
    return false;
}

/* Reads a line and makes its frame; false when there are mistakes. */
static bool make(const char *text, struct recipe_carrier carrier, struct octets *frame)
{
    struct words words;
    mistakes = (struct mistakes){0};
    return words_read(text, 1, arena, &words, &mistakes) &&
           recipe_read(&words, 0, no_other, NULL, arena, &recipe, &mistakes) &&
           recipe_encode(&recipe, carrier, arena, frame, &mistakes);
}

static const char *show(struct recipe_carrier carrier, struct octets frame)
{
    line_clear(&line);
    recipe_of(carrier, frame, arena, &recipe);
    recipe_print(&recipe, &line);
    return line.text;
}

/* The line of a frame makes the frame. */
static void require_round_trip(struct recipe_carrier carrier, struct octets frame)
{
    struct octets made;
    const char *text = show(carrier, frame);
    REQUIRE_MSG(make(text, carrier, &made), "%s: %s", text, mistakes.list[0].text);
    REQUIRE_MSG(made.size == frame.size && (!frame.size || memcmp(made.data, frame.data, frame.size) == 0),
                "%zu octets, made %zu: %s", frame.size, made.size, text);
    arena_clear(arena);
}

static struct recipe_carrier carrier_of_golden(const struct golden_frame *golden)
{
    struct recipe_carrier carrier = {golden->carrier, golden->carrier == CARRIER_LANE_8025 ||
                                                          golden->carrier == CARRIER_TOKEN_RING};
    uint8_t data[GOLDEN_ROOM];
    if (golden->carrier == CARRIER_LANE_LLC)
        carrier.token_ring = golden_read(golden->hex, data, sizeof data) > 7 && data[7] == 0x0d;
    return carrier;
}

/* Whole, and cut behind every octet, whatever it is taken for. */
START_TEST(golden_frames_make_a_round_trip)
{
    for (size_t i = 0; i < golden_frame_count; i++) {
        uint8_t data[GOLDEN_ROOM];
        size_t size = golden_read(golden_frames[i].hex, data, sizeof data);
        for (size_t cut = 0; cut <= size; cut++)
            require_round_trip(carrier_of_golden(&golden_frames[i]), (struct octets){data, cut});
        for (size_t carrier = 0; carrier < CARRIER_COUNT; carrier++)
            require_round_trip(carriers[carrier], (struct octets){data, size});
    }
}
END_TEST

/* What a line of the rest of vmacheck shows is in the notation's line too. */
START_TEST(lines_begin_like_those_of_reports)
{
    for (size_t i = 0; i < golden_frame_count; i++) {
        const struct golden_frame *golden = &golden_frames[i];
        uint8_t data[GOLDEN_ROOM];
        size_t size = golden_read(golden->hex, data, sizeof data);
        const char *text = show(carrier_of_golden(golden), (struct octets){data, size});
        bool control_in_llc = golden->carrier == CARRIER_LANE_LLC && golden->layers & LAYER_CONTROL;
        if (recipe.named[WORD_OCTETS] || recipe.name != golden->name || control_in_llc)
            continue;
        char word[128];
        const char *at = golden->line;
        while (sscanf(at, "%127s", word) == 1 && word[0] != '(') {
            at = strstr(at, word) + strlen(word);
            bool structure = strncmp(word, "size=", 5) == 0 || strncmp(word, "tlvs=", 5) == 0 ||
                             strncmp(word, "addresses=", 10) == 0 || strncmp(word, "address=", 8) == 0 ||
                             strstr(word, "checksum=") || strncmp(word, "elan-name=", 10) == 0 ||
                             strncmp(word, "vrrp-", 5) == 0 || strncmp(word, "opcode=", 7) == 0;
            ck_assert_msg(structure || strstr(text, word), "%s lacks %s", text, word);
        }
        arena_clear(arena);
    }
}
END_TEST

static struct random source;

START_TEST(damaged_frames_make_a_round_trip)
{
    source = random_stream(SEED, "notation");
    for (size_t i = 0; i < DAMAGE_COUNT; i++) {
        const struct golden_frame *golden = &golden_frames[pick(&source, golden_frame_count)];
        uint8_t data[GOLDEN_ROOM];
        size_t size = damage(&source, data, golden_read(golden->hex, data, sizeof data), sizeof data);
        struct recipe_carrier carrier =
            pick(&source, 8) ? carrier_of_golden(golden) : carriers[pick(&source, CARRIER_COUNT)];
        require_round_trip(carrier, (struct octets){data, size});
    }
}
END_TEST

START_TEST(noise_makes_a_round_trip)
{
    source = random_stream(SEED, "noise");
    for (size_t i = 0; i < 2000; i++) {
        uint8_t data[GOLDEN_ROOM];
        size_t size = pick(&source, sizeof data);
        for (size_t at = 0; at < size; at++)
            data[at] = (uint8_t)random_next(&source);
        require_round_trip(carriers[i % CARRIER_COUNT], (struct octets){data, size});
    }
}
END_TEST

/* Larger than a field of 16 bits can tell. */
START_TEST(large_frames_make_a_round_trip)
{
    static uint8_t data[200000];
    memset(data, 0x5a, sizeof data);
    for (size_t i = 0; i < CARRIER_COUNT; i++)
        require_round_trip(carriers[i], (struct octets){data, sizeof data});
    memcpy(data, (const uint8_t[]){0xff, 0x00, 0x01, 0x01, 0x00, 0x06}, 6);
    require_round_trip(carriers[0], (struct octets){data, sizeof data});
}
END_TEST

/* A frame of each name is what its name says, with nothing but the name given; so its line has no word of
 * octets. */
START_TEST(names_alone_make_their_frames)
{
    for (size_t i = 0; i < CARRIER_COUNT; i++) {
        bool on_lan = carriers[i].carrier == CARRIER_ETHERNET || carriers[i].carrier == CARRIER_TOKEN_RING;
        for (int name = FRAME_LE_UNKNOWN; name < FRAME_NAME_COUNT; name++) {
            struct octets made;
            const char *text = frame_name_text((enum frame_name)name);
            if (on_lan && frame_name_is_control((enum frame_name)name)) {
                ck_assert(!make(text, carriers[i], &made));
                ck_assert_ptr_nonnull(strstr(mistakes.list[0].text, "can't be on a LAN"));
                continue;
            }
            ck_assert_msg(make(text, carriers[i], &made), "%s: %s", text, mistakes.list[0].text);
            struct frame frame;
            frame_decode(carriers[i].carrier, made.data, made.size, &frame);
            ck_assert_str_eq(frame_name_text(frame.name), text);
            ck_assert_str_eq(frame.reason.text, "");
            ck_assert(!(frame.layers & LAYER_IPV4) || frame.ipv4.checksum_good);
            ck_assert(!(frame.layers & LAYER_VRRP) || frame.vrrp.checksum_good);
            ck_assert(!(frame.layers & LAYER_ICMP) || frame.icmp.checksum_good);
            show(carriers[i], made);
            ck_assert_msg(!recipe.patch_count && !recipe.named[WORD_OCTETS] && !recipe.given[FIELD_SIZE],
                          "%s", line.text);
            arena_clear(arena);
        }
    }
}
END_TEST

#define ATM1 "47000580ffe10000000000000002000000000100"
#define ATM2 "47000580ffe10000000000000002000000000200"

/* What people write, and how it comes back. */
static const struct {
    struct recipe_carrier carrier;
    const char *text;
    const char *canonical;
} lines[] = {
    {{CARRIER_ETHERNET, false},
     "ADVERTISEMENT vrid=1 priority=100 ip=10.0.0.1 address=10.0.0.254",
     "ADVERTISEMENT from=00-00-5e-00-01-01 ip=10.0.0.1 vrid=1 priority=100 address=10.0.0.254"},
    {{CARRIER_ETHERNET, false},
     "ADVERTISEMENT vrid=7 checksum=bad ttl=64",
     "ADVERTISEMENT from=00-00-5e-00-01-07 ip=10.0.0.1 ttl=64 vrid=7 priority=100 address=10.0.0.254 "
     "checksum=bad"},
    {{CARRIER_ETHERNET, false},
     "ADVERTISEMENT checksum=0x1234 ip-checksum=0xffff",
     "ADVERTISEMENT from=00-00-5e-00-01-01 ip=10.0.0.1 ip-checksum=0xffff vrid=1 priority=100 "
     "address=10.0.0.254 checksum=0x1234"},
    {{CARRIER_ETHERNET, false},
     "ADVERTISEMENT address=10.0.0.1,10.0.0.2,10.0.0.3 from=02:00:00:00:00:09 checksum=good",
     "ADVERTISEMENT from=02-00-00-00-00-09 ip=10.0.0.1 vrid=1 priority=100 "
     "address=10.0.0.1,10.0.0.2,10.0.0.3"},
    {{CARRIER_ETHERNET, false},
     "ADVERTISEMENT addresses=3 vrrp-size=14",
     "ADVERTISEMENT from=00-00-5e-00-01-01 ip=10.0.0.1 vrid=1 priority=100 addresses=3 address=10.0.0.254 "
     "vrrp-size=14"},
    {{CARRIER_LANE_8023, false},
     "ADVERTISEMENT lecid=5 vrid=0x10 cut=44",
     "ADVERTISEMENT lecid=5 from=00-00-5e-00-01-10 ip=10.0.0.1 vrid=16 priority=100 cut=44"},
    {{CARRIER_LANE_8025, true},
     "ADVERTISEMENT route=STE:0a1-3-0a2 largest-frame=7",
     "ADVERTISEMENT lecid=1 to=c0-00-00-04-00-00 from=00-00-7a-00-80-80 route=STE:0a1-3-0a2 largest-frame=7 "
     "ip=10.0.0.1 vrid=1 priority=100 address=10.0.0.254"},
    {{CARRIER_ETHERNET, false},
     "ADVERTISEMENT spi=300 icv=00112233445566778899aabb",
     "ADVERTISEMENT from=00-00-5e-00-01-01 ip=10.0.0.1 spi=0x12c ah-seq=1 vrid=1 priority=100 "
     "address=10.0.0.254 auth=2 icv=00112233445566778899aabb"},
    {{CARRIER_LANE_8023, false},
     "LE_ARP_REQUEST lecid=5 target=00-00-5e-00-01-07",
     "LE_ARP_REQUEST lecid=5 tid=0x1 target=00-00-5e-00-01-07 source-atm=" ATM1},
    {{CARRIER_LANE_8023, false},
     "LE_ARP_REQUEST source-atm=0 target-tag=2 target-route=0xa13",
     "LE_ARP_REQUEST lecid=1 tid=0x1 target-tag=2 target-route=0xa13 source-atm=0"},
    {{CARRIER_LANE_8023, false},
     "LE_JOIN_REQUEST elan-name=\"my \\\"elan\\x01\" elan-id=258 tlv=aging-time:300 llc-muxed-atm=0 "
     "tlv=0x01020304:00*20 tlvs=9",
     "LE_JOIN_REQUEST lecid=0 tid=0x1 source-atm=" ATM1 " lan-type=1 max-frame-size=1 "
     "elan-name=\"my \\\"elan\\x01\" tlvs=9 elan-id=258 tlv=aging-time:300 llc-muxed-atm=0 "
     "tlv=0x01020304:00*20"},
    {{CARRIER_LANE_8023, false},
     "LE_FLUSH_REQUEST @2=09 @108= @18=010002 @52=00 @17=00",
     "LE_FLUSH_REQUEST lecid=1 tid=0x1 source-atm=" ATM1 " target-atm=" ATM2 " @2=09 @18=010002"},
    {{CARRIER_LANE_8023, false}, "READY_IND trailing=0102", "READY_IND trailing=0102"},
    {{CARRIER_LANE_8023, false}, "READY_IND version=2 @2=09", "READY_IND version=2 @2=09"},
    {{CARRIER_ETHERNET, false},
     "GRATUITOUS_ARP sender-mac=00-00-5e-00-01-01 sender=10.0.0.254",
     "GRATUITOUS_ARP from=00-00-5e-00-01-01 sender-mac=00-00-5e-00-01-01 sender=10.0.0.254"},
    {{CARRIER_ETHERNET, false},
     "ARP_REPLY target-mac=02-00-00-00-00-07 size=42",
     "ARP_REPLY to=02-00-00-00-00-07 from=02-00-00-00-00-01 sender-mac=02-00-00-00-00-01 sender=10.0.0.1 "
     "target-mac=02-00-00-00-00-07 target-ip=10.0.0.2 size=42"},
    {{CARRIER_ETHERNET, false},
     "ICMP_ECHO_REQUEST id=9 payload=00,01*9,02 icmp-checksum=0",
     "ICMP_ECHO_REQUEST to=02-00-00-00-00-02 from=02-00-00-00-00-01 ip=10.0.0.1 ip-to=10.0.0.2 ttl=64 "
     "icmp-checksum=bad id=9 seq=1 payload=00,01*9,02"},
    {{CARRIER_ETHERNET, false},
     "IPV4 ip-options=01010100 protocol=2 fragment=0x2000 payload=ff",
     "IPV4 to=02-00-00-00-00-02 from=02-00-00-00-00-01 ip=10.0.0.1 ip-to=10.0.0.2 fragment=0x2000 ttl=64 "
     "protocol=2 ip-options=01010100 payload=ff"},
    {{CARRIER_ETHERNET, false},
     "ETHERNET type=0x0026 payload=424203 trailing=ee",
     "ETHERNET to=02-00-00-00-00-02 from=02-00-00-00-00-01 type=0x26 payload=424203ee"},
    {{CARRIER_ETHERNET, false},
     "ADVERTISEMENT snap=1 vrid=2",
     "ADVERTISEMENT from=00-00-5e-00-01-02 ip=10.0.0.1 vrid=2 priority=100 address=10.0.0.254 snap=1"},
    {{CARRIER_TOKEN_RING, true},
     "ETHERNET snap=0 fc=0x02 ac=0x10 payload=0004002a",
     "ETHERNET ac=0x10 fc=0x2 to=02-00-00-00-00-02 from=02-00-00-00-00-01 snap=0 payload=0004002a"},
    {{CARRIER_LANE_8023, false},
     "(any text (here)) LE_UNKNOWN opcode=0x123 flags=0x10 # and here",
     "LE_UNKNOWN lecid=1 tid=0x1 opcode=0x123 flags=0x10"},
};

START_TEST(lines_come_back)
{
    struct octets made;
    ck_assert_msg(make(lines[_i].text, lines[_i].carrier, &made), "%s: %s", lines[_i].text,
                  mistakes.list[0].text);
    char text[512];
    snprintf(text, sizeof text, "%s", show(lines[_i].carrier, made));
    char *remark = strstr(text, " (");
    if (remark)
        *remark = '\0';
    ck_assert_str_eq(text, lines[_i].canonical);
}
END_TEST

/* Octets that the line means, written by hand. */
START_TEST(octets_are_those_that_are_meant)
{
    static const struct {
        struct recipe_carrier carrier;
        const char *text;
        const char *hex;
    } frames[] = {
        {{CARRIER_LANE_8023, false},
         "ADVERTISEMENT lecid=5 ip=10.0.0.11 tos=0xc0 ip-id=1 address=10.0.0.1", /* lane-wire 14 */
         "0005 01005e000012 00005e000101 0800 45c00028 00010000 ff70d087 0a00000b e0000012"
         "21016401 000170fb 0a000001 0000000000000000 000000000000"},
        {{CARRIER_ETHERNET, false},
         "GRATUITOUS_ARP sender-mac=00-00-5e-00-01-01 sender=10.0.0.1 size=44 @42=abcd",
         "ffffffffffff 00005e000101 0806 0001 0800 06 04 0001 00005e000101 0a000001 000000000000 0a000001 "
         "abcd"},
        {{CARRIER_LANE_LLC, false},
         "ETHERNET elan-id=258 lecid=3 to=ff-ff-ff-ff-ff-ff from=02-00-00-00-00-03 type=0x1234 payload=55 "
         "size=30",
         "aaaa03 00a03e 000c 00000102 0003 ffffffffffff 020000000003 1234 55 00"},
        {{CARRIER_TOKEN_RING, true},
         "ARP_REPLY target-mac=00-04-5a-40-40-40 sender-mac=00-00-7a-00-80-80 route=<0a1-3-0a2 cut=30",
         "0040 00045a404040 80007a008080 06b0 0a13 0a20 aaaa03000000 0806 00 06"},
        {{CARRIER_LANE_8023, false}, "octets=00*3,ff @1=07 size=6 cut=5", "000700ff00"},
    };
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        uint8_t wanted[GOLDEN_ROOM];
        size_t size = golden_read(frames[i].hex, wanted, sizeof wanted);
        struct octets made;
        ck_assert_msg(make(frames[i].text, frames[i].carrier, &made), "%s: %s", frames[i].text,
                      mistakes.list[0].text);
        ck_assert_uint_eq(made.size, size);
        ck_assert_mem_eq(made.data, wanted, size);
    }
}
END_TEST

/* Outer fields that end what the inner ones are do not get into their way. */
START_TEST(fields_are_set_from_within)
{
    struct octets made;
    struct frame frame;
    ck_assert(make("ADVERTISEMENT protocol=113 vrid=9 priority=7 type=0x1234", carriers[4], &made));
    frame_decode(CARRIER_ETHERNET, made.data, made.size, &frame);
    ck_assert_int_eq(frame.ethernet.type, 0x1234);
    ck_assert_uint_eq(made.data[23], 113);
    ck_assert_uint_eq(made.data[35], 9);
    ck_assert_uint_eq(made.data[36], 7);
    ck_assert(make("LE_ARP_REQUEST source-tag=2 source=00-00-00-00-0a-13", carriers[0], &made));
    ck_assert_uint_eq(made.data[17], 2);
    ck_assert_uint_eq(octets_u16(made.data + 22), 0x0a13);
}
END_TEST

START_TEST(keys_make_check_values)
{
    static const uint8_t key[16] = {0x31, 0x32};
    struct octets made;
    struct frame frame;
    ck_assert(make("ADVERTISEMENT key=3132,00*14 vrid=9", carriers[4], &made));
    frame_decode(CARRIER_ETHERNET, made.data, made.size, &frame);
    ck_assert(frame.layers & LAYER_AH);
    ck_assert(authentication_header_is_good(
        (struct octets){frame.ethernet.payload.data, frame.ipv4.total_size}, (struct octets){key, 16}));
}
END_TEST

static const struct {
    const char *text;
    size_t column;
    const char *what;
} wrong[] = {
    {"", 0, "names no frame"},
    {"LE_ARP_REQEST", 1, "did you mean LE_ARP_REQUEST"},
    {"ADVERTISEMENT vird=1", 15, "did you mean vrid"},
    {"ADVERTISEMENT vrid=256", 15, "vrid is at most 255"},
    {"ADVERTISEMENT vrid=-1", 15, "a number"},
    {"ADVERTISEMENT vrid=", 15, "a number"},
    {"ADVERTISEMENT vrid=0x", 15, "a number"},
    {"ADVERTISEMENT vrid=18446744073709551616", 15, "a number"},
    {"ADVERTISEMENT vrid=1  tid=4", 23, "no field tid here; it has lecid"},
    {"ADVERTISEMENT ttl=x", 15, "a number"},
    {"ADVERTISEMENT ip=10.0.0", 15, "an IP address"},
    {"ADVERTISEMENT ip=10.0.0.256", 15, "an IP address"},
    {"ADVERTISEMENT from=00-00-5e-00-01", 15, "a MAC address"},
    {"ADVERTISEMENT from=00-00:5e-00-01-01", 15, "a MAC address"},
    {"ADVERTISEMENT auth-data=00", 15, "8 octets"},
    {"ADVERTISEMENT checksum=maybe", 15, "write good, bad"},
    {"ADVERTISEMENT checksum=0x12345", 15, "write good, bad"},
    {"ADVERTISEMENT address=10.0.0.1,x", 15, "addresses are like"},
    {"ADVERTISEMENT address=1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,"
     "1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1",
     15, "at most 16 addresses"},
    {"ADVERTISEMENT route=0a1-3-0a2", 15, "only frames on token ring"},
    {"ADVERTISEMENT route=0a1-zz", 15, "write rings and bridges"},
    {"ADVERTISEMENT ip-options=0101", 15, "4, 8"},
    {"ADVERTISEMENT icv=00", 15, "12 octets"},
    {"ADVERTISEMENT icv=00*12 payload=00", 15, "no authentication header"},
    {"ADVERTISEMENT cut=100", 15, "only 62 octets"},
    {"ADVERTISEMENT @61=0000", 15, "octets 61 to 62"},
    {"ADVERTISEMENT @=00", 15, "write the offset"},
    {"ADVERTISEMENT @x=00", 15, "write the offset"},
    {"ADVERTISEMENT size=99999999999", 15, "too large"},
    {"ADVERTISEMENT payload=0", 15, "no octets"},
    {"ADVERTISEMENT payload=00*", 15, "no octets"},
    {"ADVERTISEMENT payload=00,", 15, "no octets"},
    {"ADVERTISEMENT payload=,00", 15, "no octets"},
    {"ADVERTISEMENT payload=00*99999999999", 15, "too many octets"},
    {"ADVERTISEMENT payload=00*70000", 1, "at most 65535 octets"},
    {"ADVERTISEMENT elan-name=\"x", 25, "has no end"},
    {"ADVERTISEMENT (x", 15, "has no end"},
    {"ADVERTISEMENT ARP_REPLY", 15, "a line is one frame"},
    {"LE_ARP_REQUEST source-atm=4700", 16, "40 hexadecimal digits"},
    {"LE_ARP_REQUEST elan-name=0123456789abcdef0123456789abcdef0", 16, "32 octets"},
    {"LE_ARP_REQUEST tlv=agng-time:1", 16, "did you mean aging-time"},
    {"LE_ARP_REQUEST tlv=flush-timeout:65536", 16, "a number of 2 octets"},
    {"LE_ARP_REQUEST tlv=preferred-les:00", 16, "has 20 octets"},
    {"LE_ARP_REQUEST elan-id=4294967296", 16, "too large"},
    {"ARP_REPLY payload=00", 11, "no payload"},
    {"MALFORMED", 1, "octets="},
    {"octets=00 vrid=1", 11, "does not go with it"},
    {"octets=zz", 1, "no octets"},
};

START_TEST(mistakes_are_told)
{
    struct octets made;
    ck_assert(!make(wrong[_i].text, carriers[0], &made));
    ck_assert_uint_eq(mistakes.count, 1);
    ck_assert_uint_eq(mistakes.list[0].place.column, wrong[_i].column);
    ck_assert_msg(strstr(mistakes.list[0].text, wrong[_i].what) != NULL, "%s", mistakes.list[0].text);
}
END_TEST

START_TEST(all_mistakes_of_a_line_are_told)
{
    struct octets made;
    ck_assert(!make("ADVERTISEMENT vird=1 ttl=x priority=1", carriers[0], &made));
    ck_assert_uint_eq(mistakes.count, 2);
    ck_assert(!make("ADVERTISEMENT vrid=256 priority=256 lecid=65536", carriers[0], &made));
    ck_assert_uint_eq(mistakes.count, 3);
}
END_TEST

/* Octets in a line of text. */
START_TEST(octets_are_short)
{
    static const uint8_t data[] = {1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4, 4, 4, 4, 4, 4, 4, 4};
    line_clear(&line);
    line_put_octets(&line, (struct octets){data, sizeof data});
    ck_assert_str_eq(line.text, "0102,00*9,03,04*8");
    line_clear(&line);
    line_put_octets(&line, (struct octets){data + 3, 7});
    ck_assert_str_eq(line.text, "00000000000000");
    line_clear(&line);
    line_put_octets(&line, (struct octets){0});
    ck_assert_str_eq(line.text, "");
}
END_TEST

START_TEST(conditions_are_read)
{
    enum frame_field field;
    struct value value;
    struct reason reason;
    ck_assert(condition_read("vrid=7", &field, &value, &reason));
    ck_assert_int_eq(field, FIELD_VRID);
    ck_assert_uint_eq(value.number, 7);
    ck_assert(!condition_read("vird=7", &field, &value, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "did you mean vrid"));
    ck_assert(!condition_read("vrid", &field, &value, &reason));
    ck_assert(!condition_read("vrid=x", &field, &value, &reason));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("notation: recipe");
    TCase *tcase = tcase_create("recipe");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, golden_frames_make_a_round_trip);
    tcase_add_test(tcase, lines_begin_like_those_of_reports);
    tcase_add_test(tcase, damaged_frames_make_a_round_trip);
    tcase_add_test(tcase, noise_makes_a_round_trip);
    tcase_add_test(tcase, large_frames_make_a_round_trip);
    tcase_add_test(tcase, names_alone_make_their_frames);
    tcase_add_loop_test(tcase, lines_come_back, 0, (int)(sizeof lines / sizeof *lines));
    tcase_add_test(tcase, octets_are_those_that_are_meant);
    tcase_add_test(tcase, fields_are_set_from_within);
    tcase_add_test(tcase, keys_make_check_values);
    tcase_add_loop_test(tcase, mistakes_are_told, 0, (int)(sizeof wrong / sizeof *wrong));
    tcase_add_test(tcase, all_mistakes_of_a_line_are_told);
    tcase_add_test(tcase, octets_are_short);
    tcase_add_test(tcase, conditions_are_read);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
