/* Numbers, MAC, IPv4 and ATM addresses, the checksum, and B-LLI octets. */
#include <check.h>
#include <stdlib.h>

#include "wire/atm_address.h"
#include "wire/octets.h"

static const char address_digits[] = "47000580ffe1000000f21a2b3c00205a01010100";
static const struct atm_address address = {{0x47, 0x00, 0x05, 0x80, 0xff, 0xe1, 0x00, 0x00, 0x00, 0xf2,
                                            0x1a, 0x2b, 0x3c, 0x00, 0x20, 0x5a, 0x01, 0x01, 0x01, 0x00}};

START_TEST(numbers_are_big_endian)
{
    uint8_t octets[4] = {0};
    octets_put_u32(octets, 0x89abcdef);
    ck_assert_mem_eq(octets, ((const uint8_t[]){0x89, 0xab, 0xcd, 0xef}), 4);
    ck_assert_uint_eq(octets_u32(octets), 0x89abcdef);
    ck_assert_uint_eq(octets_u16(octets + 1), 0xabcd);
    octets_put_u16(octets, 0xfedc);
    ck_assert_mem_eq(octets, ((const uint8_t[]){0xfe, 0xdc, 0xcd, 0xef}), 4);
}
END_TEST

START_TEST(mac_addresses)
{
    char text[MAC_TEXT_SIZE];
    ck_assert_str_eq(mac_text(mac_of_vrid(1), text), "00-00-5e-00-01-01");
    ck_assert_str_eq(mac_text(mac_of_vrid(255), text), "00-00-5e-00-01-ff");
    ck_assert_str_eq(mac_text(MAC_BROADCAST, text), "ff-ff-ff-ff-ff-ff");
    ck_assert_str_eq(mac_text((struct mac_address){{0x01, 0x23, 0x45, 0x67, 0x89, 0xab}}, text),
                     "01-23-45-67-89-ab");
    ck_assert(mac_is_vmac(mac_of_vrid(200)));
    ck_assert(!mac_is_vmac((struct mac_address){{0x00, 0x00, 0x5e, 0x00, 0x02, 0x01}})); /* VRRP for IPv6 */
    ck_assert(mac_is_group(MAC_BROADCAST));
    ck_assert(!mac_is_group(mac_of_vrid(1)));
}
END_TEST

START_TEST(ipv4_addresses)
{
    static const struct {
        uint32_t number;
        const char *text;
    } samples[] = {
        {0x00000000, "0.0.0.0"},         {0x0a000001, "10.0.0.1"},     {0xe0000012, "224.0.0.18"},
        {0xffffffff, "255.255.255.255"}, {0x09636465, "9.99.100.101"}, {0xc0a80a14, "192.168.10.20"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        char text[IPV4_TEXT_SIZE];
        ck_assert_str_eq(ipv4_text((struct ipv4_address){samples[i].number}, text), samples[i].text);
    }
}
END_TEST

/* The example of RFC 1071 section 3, and the odd octet and carries that it lacks. */
START_TEST(checksum)
{
    static const uint8_t example[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    ck_assert_uint_eq(internet_checksum(example, sizeof example), 0xffff - 0xddf2);
    ck_assert_uint_eq(internet_checksum(example, 0), 0xffff);
    ck_assert_uint_eq(internet_checksum(example, 3), 0xffff - 0xf201 /* 0001 + f200 */);
    static uint8_t ones[65535];
    memset(ones, 0xff, sizeof ones);
    ck_assert_uint_eq(internet_checksum(ones, 65534), 0);
    ck_assert_uint_eq(internet_checksum(ones, 65535), 0xff /* ffff + ff00 = ff00, carry included */);
}
END_TEST

START_TEST(atm_addresses_as_text)
{
    char text[ATM_ADDRESS_TEXT_SIZE];
    ck_assert_str_eq(atm_address_text(&address, text), address_digits);
    struct atm_address read;
    ck_assert(atm_address_read(address_digits, &read));
    ck_assert(atm_address_equal(&read, &address));
    ck_assert(atm_address_read("47.0005.80.ffe100.0000.f21a.2b3c.00205A010101.00", &read));
    ck_assert(atm_address_equal(&read, &address));
}
END_TEST

START_TEST(texts_that_are_no_atm_address)
{
    static const char *const texts[] = {
        "",
        "47",
        "47000580ffe1000000f21a2b3c00205a010101",     /* an octet less */
        "47000580ffe1000000f21a2b3c00205a0101010",    /* a digit less */
        "47000580ffe1000000f21a2b3c00205a0101010000", /* an octet more */
        "47000580ffe1000000f21a2b3c00205a01010100 ",
        "4g000580ffe1000000f21a2b3c00205a01010100",
        "4.7000580ffe1000000f21a2b3c00205a01010100", /* a dot inside an octet */
        ".47000580ffe1000000f21a2b3c00205a01010100",
        "47000580ffe1000000f21a2b3c00205a01010100.",
        "47..000580ffe1000000f21a2b3c00205a01010100",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct atm_address read = address;
        ck_assert_msg(!atm_address_read(texts[i], &read), "'%s' was read", texts[i]);
        ck_assert_msg(atm_address_equal(&read, &address), "'%s' left something behind", texts[i]);
    }
}
END_TEST

START_TEST(atm_address_parts)
{
    static const uint8_t prefix[13] = {0x47, 0x00, 0x05, 0x80, 0xff, 0xe1, 0x00,
                                       0x00, 0x00, 0xf2, 0x1a, 0x2b, 0x3c};
    struct mac_address esi = {{0x00, 0x20, 0x5a, 0x01, 0x01, 0x01}};
    struct atm_address made = atm_address_of(prefix, esi, 0);
    ck_assert(atm_address_equal(&made, &address));
    made = atm_address_of(prefix, esi, 7);
    ck_assert(!atm_address_equal(&made, &address));
    ck_assert_uint_eq(made.octet[19], 7);
}
END_TEST

START_TEST(zero_atm_address)
{
    struct atm_address zero = {{0}};
    ck_assert(atm_address_is_zero(&zero));
    for (size_t i = 0; i < ATM_ADDRESS_SIZE; i++) {
        struct atm_address other = {{0}};
        other.octet[i] = 1;
        ck_assert(!atm_address_is_zero(&other));
    }
}
END_TEST

/* Content octets of lane-wire 11; a SETUP of the Linux stack has those of the Control Direct behind 5f 80 00
 * 09. */
static const struct {
    enum b_lli b_lli;
    size_t size;
    uint8_t content[B_LLI_MAX_SIZE];
} b_llis[] = {
    {B_LLI_NONE, 0, {0}},
    {B_LLI_CONTROL, 9, {0x6b, 0x40, 0x80, 0x80, 0x00, 0xa0, 0x3e, 0x00, 0x01}},
    {B_LLI_DATA_DIRECT_8023, 9, {0x6b, 0x40, 0x80, 0x80, 0x00, 0xa0, 0x3e, 0x00, 0x02}},
    {B_LLI_DATA_DIRECT_8025, 9, {0x6b, 0x40, 0x80, 0x80, 0x00, 0xa0, 0x3e, 0x00, 0x03}},
    {B_LLI_MULTICAST_8023, 9, {0x6b, 0x40, 0x80, 0x80, 0x00, 0xa0, 0x3e, 0x00, 0x04}},
    {B_LLI_MULTICAST_8025, 9, {0x6b, 0x40, 0x80, 0x80, 0x00, 0xa0, 0x3e, 0x00, 0x05}},
    {B_LLI_LLC_MULTIPLEXED, 1, {0xcc}},
};

START_TEST(b_lli_octets)
{
    uint8_t content[B_LLI_MAX_SIZE];
    memset(content, 0xee, sizeof content);
    ck_assert_uint_eq(b_lli_encode(b_llis[_i].b_lli, content), b_llis[_i].size);
    for (size_t i = 0; i < sizeof content; i++)
        ck_assert_uint_eq(content[i], i < b_llis[_i].size ? b_llis[_i].content[i] : 0xee);
    struct octets octets = {b_llis[_i].content, b_llis[_i].size};
    ck_assert_int_eq(b_lli_decode(octets), b_llis[_i].b_lli);
}
END_TEST

START_TEST(b_lli_of_others)
{
    ck_assert_int_eq(b_lli_decode((struct octets){NULL, 0}), B_LLI_NONE);
    for (size_t i = 1; i < sizeof b_llis / sizeof *b_llis; i++) {
        for (size_t cut = 0; cut < b_llis[i].size; cut++)
            ck_assert_int_eq(b_lli_decode((struct octets){b_llis[i].content, cut}), B_LLI_NONE);
        for (size_t at = 0; at < b_llis[i].size; at++) {
            uint8_t changed[B_LLI_MAX_SIZE];
            memcpy(changed, b_llis[i].content, sizeof changed);
            changed[at] ^= 0x10;
            ck_assert_int_eq(b_lli_decode((struct octets){changed, b_llis[i].size}), B_LLI_NONE);
        }
    }
    static const uint8_t zero_id[] = {0x6b, 0x40, 0x80, 0x80, 0x00, 0xa0, 0x3e, 0x00, 0x00};
    static const uint8_t next_id[] = {0x6b, 0x40, 0x80, 0x80, 0x00, 0xa0, 0x3e, 0x00, 0x06};
    ck_assert_int_eq(b_lli_decode((struct octets){zero_id, sizeof zero_id}), B_LLI_NONE);
    ck_assert_int_eq(b_lli_decode((struct octets){next_id, sizeof next_id}), B_LLI_NONE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire: addresses");
    TCase *tcase = tcase_create("addresses");
    tcase_add_test(tcase, numbers_are_big_endian);
    tcase_add_test(tcase, mac_addresses);
    tcase_add_test(tcase, ipv4_addresses);
    tcase_add_test(tcase, checksum);
    tcase_add_test(tcase, atm_addresses_as_text);
    tcase_add_test(tcase, texts_that_are_no_atm_address);
    tcase_add_test(tcase, atm_address_parts);
    tcase_add_test(tcase, zero_atm_address);
    tcase_add_loop_test(tcase, b_lli_octets, 0, (int)(sizeof b_llis / sizeof *b_llis));
    tcase_add_test(tcase, b_lli_of_others);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
