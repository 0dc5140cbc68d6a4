/* Fields: what they read, that writing one changes this one and its checksum and nothing else, and their
 * text. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "golden_frames.h"
#include "wire/field.h"

static uint8_t data[GOLDEN_ROOM];
static size_t size;
static struct frame frame;

static void read_frame(enum frame_carrier carrier, const char *hex)
{
    size = golden_read(hex, data, sizeof data);
    frame_decode(carrier, data, size, &frame);
}

static const struct golden_frame *find_golden(enum frame_carrier carrier, enum frame_name name)
{
    size_t index = 0;
    while (golden_frames[index].carrier != carrier || golden_frames[index].name != name)
        ck_assert_uint_lt(index++, golden_frame_count);
    return &golden_frames[index];
}

/* Every field of a frame: those in 'wanted' ("name=text name=text …", in any order) and no others. */
static void assert_fields(const char *wanted)
{
    size_t count = 0;
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++) {
        char word[128] = "";
        char text[VALUE_TEXT_SIZE];
        struct value value;
        if (!field_get(&frame, (enum frame_field)field, &value))
            continue;
        count++;
        snprintf(word, sizeof word, " %s=%s ", field_name((enum frame_field)field),
                 value_text((enum frame_field)field, &value, text));
        ck_assert_msg(strstr(wanted, word) != NULL, "%s has '%s'", frame_name_text(frame.name), word);
    }
    for (const char *at = wanted; (at = strchr(at, '=')) != NULL; at++)
        count--;
    ck_assert_msg(count == 0, "%s lacks one of: %s", frame_name_text(frame.name), wanted);
}

/* Spaces around each word make whole words match. */
START_TEST(fields_of_a_control_frame)
{
    read_frame(CARRIER_LANE_8023,
               "ff000103 0102 0016 89abcdef 0007 0189 0001 00205a020202 0002 000000000ab5"
               "47000580ffe1000000f21a2b3c00205a02020200 02 04 02 04"
               "47000580ffe1000000f21a2b3c00205a03030300"
               "6162206400000000000000000000000000000000000000000000000000000000"
               "00a03e12 04 00000102 00a03e2b 14 47000580ffe1000000f21a2b3c00205a02020201");
    assert_fields(
        " lecid=7  tid=0x89abcdef  status=22  opcode=0x102  version=3  flags=0x189  remote=1  proxy=1 "
        " v2-capable=0  v2-required=1  topology-change=1  source-tag=1  source=00-20-5a-02-02-02 "
        " target-tag=2  target-route=0xab5  source-atm=47000580ffe1000000f21a2b3c00205a02020200 "
        " target-atm=47000580ffe1000000f21a2b3c00205a03030300  lan-type=2  max-frame-size=4 "
        " elan-name=ab_d  tlvs=2  llc-muxed-atm=47000580ffe1000000f21a2b3c00205a02020201  elan-id=258 "
        " size=142 ");
}
END_TEST

START_TEST(fields_of_a_ready_frame)
{
    read_frame(CARRIER_LANE_8023, "ff0001010103");
    assert_fields(" opcode=0x103  version=1  size=6 ");
    read_frame(CARRIER_LANE_8023,
               "ff0001010103 0004 00000011 0005 0000"); /* octets behind it are no fields */
    assert_fields(" opcode=0x103  version=1  size=16 ");
}
END_TEST

START_TEST(fields_of_a_control_frame_cut_short)
{
    read_frame(CARRIER_LANE_8023, "ff000101 0006 0000 00000013 0005 0000 0001 00005e000101 0001 00");
    assert_fields(
        " lecid=5  tid=0x13  status=0  opcode=0x6  version=1  flags=0x0  remote=0  proxy=0  v2-capable=0 "
        " v2-required=0  topology-change=0  source-tag=1  source=00-00-5e-00-01-01  target-tag=1  size=27 ");
}
END_TEST

START_TEST(fields_of_an_advertisement)
{
    read_frame(CARRIER_LANE_8023,
               "0005 01005e000012 00005e000101 0800 45c00028 00010000 ff70d087 0a00000b e0000012"
               "21016401 000170fb 0a000001 0000000000000000 000000000000");
    assert_fields(
        " lecid=5  to=01-00-5e-00-00-12  from=00-00-5e-00-01-01  type=0x800  ip=10.0.0.11 "
        " ip-to=224.0.0.18  tos=0xc0  ip-id=1  fragment=0x0  ttl=255  protocol=112  ip-checksum=1  "
        "vrrp-version=2  vrrp-type=1  vrid=1 "
        " priority=100  addresses=1  address=10.0.0.1  auth=0  auth-data=0000000000000000  interval=1 "
        " checksum=1  vrrp-size=20  size=62 ");
    read_frame(CARRIER_ETHERNET, "01005e000012 00005e000101 0800 45c0001f 00010000 ff70d090 0a00000b e0000012"
                                 "32c8fe02 01030000 0a0000");
    assert_fields(" to=01-00-5e-00-00-12  from=00-00-5e-00-01-01  type=0x800  ip=10.0.0.11  ip-to=224.0.0.18 "
                  " tos=0xc0  ip-id=1  fragment=0x0  ttl=255  protocol=112  ip-checksum=1  vrrp-version=3  "
                  "vrrp-type=2  vrid=200  priority=254 "
                  " addresses=2  auth=1  interval=3  checksum=0  vrrp-size=11  size=45 ");
}
END_TEST

START_TEST(fields_of_arp_and_icmp)
{
    read_frame(CARRIER_LANE_LLC,
               "aaaa03 00a03e 000d 00000102 0005 00 40 00045a404040 80045a808080 0270"
               "aaaa03000000 0806 0006 0800 06 04 0002 00007a008080 0a000001 00045a404040 0a000007");
    assert_fields(
        " lecid=5  elan-id=258  ac=0x0  fc=0x40  to=00-04-5a-40-40-40  from=00-04-5a-80-80-80  route=- "
        " largest-frame=56  type=0x806  hardware=6  operation=2 "
        " sender-mac=00-00-7a-00-80-80  sender=10.0.0.1  target-mac=00-04-5a-40-40-40  target-ip=10.0.0.7 "
        " size=66 ");
    read_frame(CARRIER_ETHERNET, "00205a020202 00205a010101 0800 4500001c 00000000 40011234 0a000001 0a000007"
                                 "0800 0000 0042 0003");
    assert_fields(
        " to=00-20-5a-02-02-02  from=00-20-5a-01-01-01  type=0x800  ip=10.0.0.1  ip-to=10.0.0.7  tos=0x0 "
        " ip-id=0  fragment=0x0  ttl=64  protocol=1  ip-checksum=0  icmp-type=8  icmp-code=0  "
        "icmp-checksum=0 "
        " id=66  seq=3  size=42 ");
    data[34] = ICMP_REDIRECT;
    frame_decode(CARRIER_ETHERNET, data, size, &frame);
    assert_fields(
        " to=00-20-5a-02-02-02  from=00-20-5a-01-01-01  type=0x800  ip=10.0.0.1  ip-to=10.0.0.7  tos=0x0 "
        " ip-id=0  fragment=0x0  ttl=64  protocol=1  ip-checksum=0  icmp-type=5  icmp-code=0  "
        "icmp-checksum=0 "
        " gateway=0.66.0.3  size=42 ");
}
END_TEST

START_TEST(fields_of_nothing)
{
    frame_decode(CARRIER_ETHERNET, NULL, 0, &frame);
    ck_assert_int_eq(frame.name, FRAME_MALFORMED);
    assert_fields(" size=0 ");
    struct value value;
    ck_assert(!field_get(&frame, FIELD_NONE, &value));
    ck_assert(!field_get(&frame, FIELD_COUNT, &value));
    value = number_value(1);
    ck_assert(!field_set(CARRIER_ETHERNET, NULL, 0, FIELD_SIZE, &value));
    ck_assert(!field_set(CARRIER_ETHERNET, NULL, 0, FIELD_NONE, &value));
    ck_assert(!field_set(CARRIER_ETHERNET, NULL, 0, FIELD_COUNT, &value));
}
END_TEST

/* Another value that the field can hold. */
static struct value altered(struct value value)
{
    switch (value.kind) {
    case VALUE_NUMBER: /* the lowest bit is there in every field */
        value.number ^= 1;
        break;
    case VALUE_MAC:
        value.mac.octet[0] ^= 0x40;
        value.mac.octet[5] ^= 0xff;
        break;
    case VALUE_ATM:
        value.atm.octet[0] ^= 0xff;
        value.atm.octet[19] ^= 0xff;
        break;
    case VALUE_IPV4:
        value.ipv4.number ^= 0xff0000ff;
        break;
    case VALUE_TEXT:
        memcpy(value.text, "xyz", 4); /* no golden frame is called so */
        break;
    case VALUE_OCTETS8:
        value.octets8[0] ^= 0xff;
        value.octets8[7] ^= 0xff;
        break;
    }
    return value;
}

/* Octets in which a field may differ: its own, its checksum, and the size octet of ELAN-NAME. */
static size_t octets_of(enum frame_field field, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NUMBER:
        return (field == FIELD_TRANSACTION_ID || field == FIELD_ELAN_ID ? 4 : 2) + 2;
    case VALUE_MAC:
        return 6;
    case VALUE_ATM:
        return 20;
    case VALUE_IPV4:
        return 4 + 2;
    case VALUE_TEXT:
        return 32 + 1;
    case VALUE_OCTETS8:
        return 8 + 2;
    }
    return 0;
}

/* Writes another value into every field of every golden frame, reads it back, and restores the octets. */
START_TEST(set_and_get_every_field)
{
    size_t written_count[FIELD_COUNT] = {0};
    for (size_t index = 0; index < golden_frame_count; index++) {
        enum frame_carrier carrier = golden_frames[index].carrier;
        for (int number = FIELD_NONE + 1; number < FIELD_COUNT; number++) {
            enum frame_field field = (enum frame_field)number;
            struct value before, after, read;
            read_frame(carrier, golden_frames[index].hex);
            uint8_t original[GOLDEN_ROOM];
            memcpy(original, data, size);
            bool has = field_get(&frame, field, &before);
            if (!has || field == FIELD_SIZE || field == FIELD_VRRP_SIZE || field == FIELD_ROUTE) {
                before = has ? before : number_value(0);
                ck_assert(!field_set(carrier, data, size, field, &before));
                ck_assert_mem_eq(data, original, size);
                continue;
            }
            bool ip_good = frame.layers & LAYER_IPV4 && frame.ipv4.checksum_good;
            bool vrrp_good = frame.layers & LAYER_VRRP && frame.vrrp.checksum_good;
            bool icmp_good = frame.layers & LAYER_ICMP && frame.icmp.checksum_good;
            after = altered(before);
            ck_assert(!value_equal(&before, &after));
            ck_assert_msg(field_set(carrier, data, size, field, &after), "%s of %s", field_name(field),
                          frame_name_text(golden_frames[index].name));
            size_t differing = 0;
            for (size_t at = 0; at < size; at++)
                differing += data[at] != original[at];
            ck_assert_uint_ge(differing, 1);
            ck_assert_uint_le(differing, octets_of(field, &before));

            bool still = true; /* op-codes and types may turn the frame into one of another kind */
            frame_decode(carrier, data, size, &frame);
            if (field == FIELD_ETHERTYPE || field == FIELD_ARP_HARDWARE || field == FIELD_IP_PROTOCOL ||
                field == FIELD_OPCODE)
                still = field_get(&frame, field, &read);
            else
                ck_assert_msg(field_get(&frame, field, &read), "%s is gone", field_name(field));
            if (still) {
                ck_assert_msg(value_equal(&read, &after), "%s was not written", field_name(field));
                if (frame.layers & LAYER_IPV4 && field != FIELD_IP_CHECKSUM_GOOD && ip_good)
                    ck_assert(frame.ipv4.checksum_good);
                if (frame.layers & LAYER_VRRP && field != FIELD_VRRP_CHECKSUM_GOOD && vrrp_good)
                    ck_assert(frame.vrrp.checksum_good);
                if (frame.layers & LAYER_ICMP && field != FIELD_ICMP_CHECKSUM_GOOD && icmp_good)
                    ck_assert(frame.icmp.checksum_good);
                bool checksums_were_good =
                    (!(frame.layers & LAYER_IPV4) || ip_good) && (!(frame.layers & LAYER_VRRP) || vrrp_good);
                ck_assert(field_set(carrier, data, size, field, &before));
                if (checksums_were_good)
                    ck_assert_mem_eq(data, original, size);
            }
            written_count[field]++;
        }
    }
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++)
        if (field != FIELD_SIZE && field != FIELD_VRRP_SIZE && field != FIELD_ROUTE)
            ck_assert_msg(written_count[field] > 0, "no golden frame has %s",
                          field_name((enum frame_field)field));
}
END_TEST

/* The written frame is, octet for octet, the one that an encoder writes with that value. */
START_TEST(set_priority_and_address)
{
    read_frame(CARRIER_LANE_8023, find_golden(CARRIER_LANE_8023, FRAME_ADVERTISEMENT)->hex);
    struct value value = number_value(255);
    ck_assert(field_set(CARRIER_LANE_8023, data, size, FIELD_PRIORITY, &value));
    static const uint8_t with_255[] = {0x21, 0x01, 0xff, 0x01, 0x00, 0x01, 0xd5, 0xfa, 0x0a, 0x00,
                                       0x00, 0x01, 0,    0,    0,    0,    0,    0,    0,    0};
    ck_assert_mem_eq(data + 36, with_255, sizeof with_255); /* spec/vrrp.md 9, second vector */

    value = ipv4_value((struct ipv4_address){0x0a000003});
    ck_assert(field_set(CARRIER_LANE_8023, data, size, FIELD_IP_SOURCE, &value));
    ck_assert_uint_eq(octets_u32(data + 28), 0x0a000003);
    ck_assert_uint_eq(octets_u16(data + 26), 0xd08f); /* d087 - (3 - 11) */
}
END_TEST

START_TEST(checksums_are_made_wrong_and_right)
{
    static const enum frame_field fields[] = {FIELD_IP_CHECKSUM_GOOD, FIELD_VRRP_CHECKSUM_GOOD};
    for (size_t i = 0; i < 2; i++) {
        read_frame(CARRIER_LANE_8023, find_golden(CARRIER_LANE_8023, FRAME_ADVERTISEMENT)->hex);
        uint8_t original[GOLDEN_ROOM];
        memcpy(original, data, size);
        struct value value = number_value(0);
        ck_assert(field_set(CARRIER_LANE_8023, data, size, fields[i], &value));
        frame_decode(CARRIER_LANE_8023, data, size, &frame);
        ck_assert_int_eq(frame.ipv4.checksum_good, fields[i] != FIELD_IP_CHECKSUM_GOOD);
        ck_assert_int_eq(frame.vrrp.checksum_good, fields[i] != FIELD_VRRP_CHECKSUM_GOOD);
        ck_assert(field_set(CARRIER_LANE_8023, data, size, fields[i], &value)); /* still wrong */
        frame_decode(CARRIER_LANE_8023, data, size, &frame);
        ck_assert_int_eq(frame.ipv4.checksum_good, fields[i] != FIELD_IP_CHECKSUM_GOOD);
        ck_assert_int_eq(frame.vrrp.checksum_good, fields[i] != FIELD_VRRP_CHECKSUM_GOOD);
        value = number_value(2);
        ck_assert(!field_set(CARRIER_LANE_8023, data, size, fields[i], &value));
        value = number_value(1);
        ck_assert(field_set(CARRIER_LANE_8023, data, size, fields[i], &value));
        ck_assert_mem_eq(data, original, size);
    }
}
END_TEST

START_TEST(values_that_do_not_fit)
{
    static const struct {
        enum frame_field field;
        uint64_t largest;
    } limits[] = {
        {FIELD_PRIORITY, 255}, {FIELD_VRRP_VERSION, 15}, {FIELD_VRRP_TYPE, 15},
        {FIELD_IP_TTL, 255},   {FIELD_LECID, 65535},     {FIELD_ETHERTYPE, 65535},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        read_frame(CARRIER_LANE_8023, find_golden(CARRIER_LANE_8023, FRAME_ADVERTISEMENT)->hex);
        uint8_t original[GOLDEN_ROOM];
        memcpy(original, data, size);
        struct value value = number_value(limits[i].largest + 1);
        ck_assert(!field_set(CARRIER_LANE_8023, data, size, limits[i].field, &value));
        value = number_value(UINT64_MAX);
        ck_assert(!field_set(CARRIER_LANE_8023, data, size, limits[i].field, &value));
        value = ipv4_value((struct ipv4_address){1}); /* a kind that the field does not have */
        ck_assert(!field_set(CARRIER_LANE_8023, data, size, limits[i].field, &value));
        ck_assert_mem_eq(data, original, size);
        value = number_value(limits[i].largest);
        ck_assert(field_set(CARRIER_LANE_8023, data, size, limits[i].field, &value));
    }
    read_frame(CARRIER_LANE_8023, find_golden(CARRIER_LANE_8023, FRAME_LE_ARP_REQUEST)->hex);
    struct value value = number_value(UINT32_MAX);
    ck_assert(field_set(CARRIER_LANE_8023, data, size, FIELD_TRANSACTION_ID, &value));
    value.number++;
    ck_assert(!field_set(CARRIER_LANE_8023, data, size, FIELD_TRANSACTION_ID, &value));
    value = number_value(2);
    ck_assert(!field_set(CARRIER_LANE_8023, data, size, FIELD_FLAG_PROXY, &value));
}
END_TEST

/* A tag makes room for the address behind it; another tag takes it away. */
START_TEST(tags_decide_about_addresses)
{
    const struct golden_frame *targetless = find_golden(CARRIER_LANE_8023, FRAME_TARGETLESS_LE_ARP_REQUEST);
    read_frame(CARRIER_LANE_8023, targetless->hex);
    struct value vmac = mac_value(mac_of_vrid(7)), one = number_value(1);
    ck_assert(!field_set(CARRIER_LANE_8023, data, size, FIELD_TARGET_LAN, &vmac));
    ck_assert(field_set(CARRIER_LANE_8023, data, size, FIELD_TARGET_TAG, &one));
    ck_assert(field_set(CARRIER_LANE_8023, data, size, FIELD_TARGET_LAN, &vmac));
    frame_decode(CARRIER_LANE_8023, data, size, &frame);
    ck_assert_int_eq(frame.name, FRAME_LE_ARP_REQUEST);
    ck_assert(lan_destination_is_mac(frame.control.target_lan, mac_of_vrid(7)));
}
END_TEST

START_TEST(elan_names)
{
    read_frame(CARRIER_LANE_8023, find_golden(CARRIER_LANE_8023, FRAME_LE_JOIN_REQUEST)->hex);
    struct value value = {.kind = VALUE_TEXT, .text = "0123456789abcdef0123456789abcdef"};
    ck_assert(field_set(CARRIER_LANE_8023, data, size, FIELD_ELAN_NAME, &value));
    ck_assert_uint_eq(data[55], 32);
    ck_assert_mem_eq(data + 76, value.text, 32);
    struct value read;
    frame_decode(CARRIER_LANE_8023, data, size, &frame);
    ck_assert(field_get(&frame, FIELD_ELAN_NAME, &read));
    ck_assert(value_equal(&read, &value));
    data[55] = 255; /* more than there is */
    frame_decode(CARRIER_LANE_8023, data, size, &frame);
    ck_assert(field_get(&frame, FIELD_ELAN_NAME, &read));
    ck_assert_uint_eq(strlen(read.text), 32);
    memset(value.text, 'x', sizeof value.text); /* no end */
    ck_assert(!field_set(CARRIER_LANE_8023, data, size, FIELD_ELAN_NAME, &value));
}
END_TEST

/* The bit that says "routing information follows" is no part of the address. */
START_TEST(origin_on_token_ring)
{
    read_frame(CARRIER_LANE_8025, find_golden(CARRIER_LANE_8025, FRAME_ADVERTISEMENT)->hex);
    struct value value = mac_value(mac_of_vrid(3)), read;
    ck_assert(field_set(CARRIER_LANE_8025, data, size, FIELD_ORIGIN, &value));
    ck_assert_uint_eq(data[10], 0x80);
    frame_decode(CARRIER_LANE_8025, data, size, &frame);
    ck_assert_uint_eq(frame.route.size, 6);
    ck_assert(field_get(&frame, FIELD_ORIGIN, &read));
    ck_assert(value_equal(&read, &value));

    read_frame(CARRIER_LANE_8025, find_golden(CARRIER_LANE_8025, FRAME_GRATUITOUS_ARP)->hex);
    value.mac.octet[0] = 0x80;
    ck_assert(field_set(CARRIER_LANE_8025, data, size, FIELD_ORIGIN, &value));
    ck_assert_uint_eq(data[10], 0x00);
}
END_TEST

START_TEST(names)
{
    for (int a = FIELD_NONE + 1; a < FIELD_COUNT; a++) {
        enum frame_field field = (enum frame_field)a;
        ck_assert_int_eq(field_of_name(field_name(field)), field);
    }
    ck_assert_int_eq(field_of_name("none"), FIELD_NONE);
    ck_assert_int_eq(field_of_name(""), FIELD_NONE);
    ck_assert_int_eq(field_of_name("LECID"), FIELD_NONE);
    ck_assert_int_eq(field_of_name("lecid"), FIELD_LECID);
    ck_assert_str_eq(field_name(FIELD_VIRTUAL_ADDRESS), "address");
    ck_assert_str_eq(field_name(FIELD_COUNT), "none");
    ck_assert(field_is_hexadecimal(FIELD_TRANSACTION_ID));
    ck_assert(!field_is_hexadecimal(FIELD_PRIORITY));
}
END_TEST

START_TEST(values)
{
    static const uint8_t password[8] = "vrrp1";
    struct value a = octets8_value(password), b = octets8_value((const uint8_t[8]){0});
    char text[VALUE_TEXT_SIZE];
    ck_assert_str_eq(value_text(FIELD_AUTHENTICATION_DATA, &a, text), "7672727031000000");
    ck_assert(!value_equal(&a, &b));
    memcpy(b.octets8, password, sizeof password);
    ck_assert(value_equal(&a, &b));
    a = number_value(1);
    b = ipv4_value((struct ipv4_address){1});
    ck_assert(!value_equal(&a, &b)); /* the same octets, another kind */
    ck_assert(!value_equal(&b, &a));
    a = number_value(100);
    ck_assert_str_eq(value_text(FIELD_PRIORITY, &a, text), "100");
    ck_assert_str_eq(value_text(FIELD_TRANSACTION_ID, &a, text), "0x64");
    a = number_value(UINT64_MAX);
    ck_assert_str_eq(value_text(FIELD_SIZE, &a, text), "18446744073709551615");
    a = mac_value(mac_of_vrid(1));
    ck_assert_str_eq(value_text(FIELD_SOURCE_LAN, &a, text), "00-00-5e-00-01-01");
    a = ipv4_value((struct ipv4_address){0x0a000001});
    ck_assert_str_eq(value_text(FIELD_IP_SOURCE, &a, text), "10.0.0.1");
    a = atm_value((struct atm_address){{0x47, [19] = 0xff}});
    ck_assert_str_eq(value_text(FIELD_SOURCE_ATM, &a, text), "47000000000000000000000000000000000000ff");
    a = (struct value){.kind = VALUE_TEXT, .text = "a b\n\xc3\xbc~"};
    ck_assert_str_eq(value_text(FIELD_ELAN_NAME, &a, text), "a_b___~");
    memset(a.text, 'n', 32);
    a.text[32] = '\0';
    ck_assert_str_eq(value_text(FIELD_ELAN_NAME, &a, text), a.text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire: field");
    TCase *tcase = tcase_create("field");
    tcase_add_test(tcase, fields_of_a_control_frame);
    tcase_add_test(tcase, fields_of_a_ready_frame);
    tcase_add_test(tcase, fields_of_a_control_frame_cut_short);
    tcase_add_test(tcase, fields_of_an_advertisement);
    tcase_add_test(tcase, fields_of_arp_and_icmp);
    tcase_add_test(tcase, fields_of_nothing);
    tcase_add_test(tcase, set_and_get_every_field);
    tcase_add_test(tcase, set_priority_and_address);
    tcase_add_test(tcase, checksums_are_made_wrong_and_right);
    tcase_add_test(tcase, values_that_do_not_fit);
    tcase_add_test(tcase, tags_decide_about_addresses);
    tcase_add_test(tcase, elan_names);
    tcase_add_test(tcase, origin_on_token_ring);
    tcase_add_test(tcase, names);
    tcase_add_test(tcase, values);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
