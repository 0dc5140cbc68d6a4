/* Defects of VRRP packets: what is sent (RFC 2338 5, 7.2) and which received ones are obeyed (7.1). */
#include <string.h>

#include "mutants/one_rule.h"
#include "reference/vrrp_checks.h"
#include "reference/vrrp_machine.h"
#include "reference/vrrp_message.h"

/* --- receive checks --- */

static bool passes(const struct vrrp_heard *heard)
{
    (void)heard;
    return true;
}

#define CHECK(name) vrrp.checks[VRRP_CHECK_##name].passes

ONE_ENTRY(m36a, CHECK(CHECKSUM), passes)
ONE_ENTRY(m36b, CHECK(TTL), passes)
ONE_ENTRY(m36c, CHECK(INTERVAL), passes)
TWO_ENTRIES(m141, CHECK(AUTHENTICATION_TYPE), passes, CHECK(AUTHENTICATION_DATA), passes)
ONE_ENTRY(m157, CHECK(TYPE), passes)

static bool known_or_unknown_type(const struct vrrp_heard *heard)
{
    return heard->message.authentication_type > VRRP_AUTHENTICATION_AH ||
           vrrp_authentication_type_matches(heard);
}

static bool no_data_with_unknown_type(const struct vrrp_heard *heard)
{
    return heard->message.authentication_type > VRRP_AUTHENTICATION_AH ||
           vrrp_authentication_data_matches(heard);
}

TWO_ENTRIES(m165, CHECK(AUTHENTICATION_TYPE), known_or_unknown_type, CHECK(AUTHENTICATION_DATA),
            no_data_with_unknown_type)

static bool unauthenticated_or_matching_type(const struct vrrp_heard *heard)
{
    return heard->message.authentication_type == VRRP_AUTHENTICATION_NONE ||
           vrrp_authentication_type_matches(heard);
}

static bool unauthenticated_or_matching_data(const struct vrrp_heard *heard)
{
    return heard->message.authentication_type == VRRP_AUTHENTICATION_NONE ||
           vrrp_authentication_data_matches(heard);
}

TWO_ENTRIES(m166, CHECK(AUTHENTICATION_TYPE), unauthenticated_or_matching_type, CHECK(AUTHENTICATION_DATA),
            unauthenticated_or_matching_data)

static bool zero_data_without_authentication(const struct vrrp_heard *heard)
{
    static const uint8_t zero[VRRP_AUTHENTICATION_DATA_SIZE];
    if (heard->message.authentication_type == VRRP_AUTHENTICATION_NONE)
        return memcmp(heard->message.authentication_data, zero, sizeof zero) == 0;
    return vrrp_authentication_data_matches(heard);
}

static bool header_is_missing_or_good(const struct vrrp_heard *heard)
{
    return heard->arrival->protocol == IPV4_PROTOCOL_VRRP || vrrp_authentication_header_is_good(heard);
}

ONE_ENTRY(m172, CHECK(AUTHENTICATION_HEADER), header_is_missing_or_good)
ONE_ENTRY(m168, CHECK(AUTHENTICATION_DATA), zero_data_without_authentication)
ONE_ENTRY(m170, CHECK(AUTHENTICATION_DATA), passes)

/* Compares the first 'size' octets at most. */
static bool data_matches_up_to(const struct vrrp_heard *heard, size_t size)
{
    uint8_t own[VRRP_AUTHENTICATION_DATA_SIZE];
    vrrp_fill_authentication(heard->instance->settings, own);
    return memcmp(own, heard->message.authentication_data, size) == 0;
}

static bool matches_up_to_shorter(const struct vrrp_heard *heard)
{
    size_t size = strlen(heard->instance->settings->password);
    const char *data = (const char *)heard->message.authentication_data;
    size_t heard_size = strnlen(data, VRRP_AUTHENTICATION_DATA_SIZE);
    return data_matches_up_to(heard, heard_size < size ? heard_size : size);
}

static bool matches_in_four(const struct vrrp_heard *heard)
{
    return data_matches_up_to(heard, 4);
}

ONE_ENTRY(m171, CHECK(AUTHENTICATION_DATA), matches_up_to_shorter)
ONE_ENTRY(m180, CHECK(AUTHENTICATION_DATA), matches_in_four)

static bool ttl_checked_without_authentication(const struct vrrp_heard *heard)
{
    return heard->instance->settings->authentication_type != VRRP_AUTHENTICATION_NONE ||
           vrrp_ttl_is_255(heard);
}

ONE_ENTRY(m219, CHECK(TTL), ttl_checked_without_authentication)

static bool version_2_or_3(const struct vrrp_heard *heard)
{
    return heard->message.version == 3 || vrrp_version_is_2(heard);
}

ONE_ENTRY(m220, CHECK(VERSION), version_2_or_3)

static const struct virtual_router *first_router(const struct vrrp_instance *instance, uint8_t vrid)
{
    (void)vrid;
    return &instance->routers[0];
}

ONE_ENTRY(m222, vrrp.router_of_vrid, first_router)
ONE_ENTRY(m223, CHECK(ADDRESS_LIST), passes)

/* The list alone, without the exception for the owner. */
static bool list_matches_even_of_owner(const struct vrrp_heard *heard)
{
    struct vrrp_heard as_backup = *heard;
    if (as_backup.message.priority == VRRP_PRIORITY_OWNER)
        as_backup.message.priority--;
    return vrrp_address_list_matches(&as_backup);
}

ONE_ENTRY(m224, CHECK(ADDRESS_LIST), list_matches_even_of_owner)

/* A message of six octets is read as if the rest were as configured. */
static bool complete_from_six(struct interposer *interposer, struct interposed *interposed)
{
    const struct device_settings *settings = &interposer->settings;
    struct octets octets = interposed->frame.ipv4.payload;
    uint8_t message[64];
    uint8_t packet[128];
    if (octets.size != 6)
        return true;
    struct vrrp vrrp = {.version = octets.data[0] >> 4,
                        .type = octets.data[0] & 0x0f,
                        .vrid = octets.data[1],
                        .priority = octets.data[2],
                        .address_count = (uint8_t)settings->virtual_routers[0].address_count,
                        .addresses_present = settings->virtual_routers[0].address_count,
                        .authentication_type = octets.data[4],
                        .interval_s = octets.data[5]};
    memcpy(vrrp.addresses, settings->virtual_routers[0].addresses,
           sizeof settings->virtual_routers[0].addresses);
    struct ipv4 ipv4 = interposed->frame.ipv4;
    ipv4.payload = (struct octets){message, vrrp_encode(&vrrp, message, sizeof message)};
    struct ethernet ethernet = interposed->frame.ethernet;
    ethernet.payload = (struct octets){packet, ipv4_encode(&ipv4, packet, sizeof packet)};
    interposer_replace(interposer, interposed, &ethernet);
    return true;
}

/* --- what is sent --- */

/* The conforming message, then one field of it spoilt. */
static void fill_spoilt(const struct virtual_router *router, struct vrrp *message,
                        void (*spoil)(struct vrrp *))
{
    vrrp_fill_message(router, message);
    spoil(message);
}

#define FILL(name, spoiling)                                                                                 \
    static void name##_spoils(struct vrrp *message)                                                          \
    {                                                                                                        \
        spoiling;                                                                                            \
    }                                                                                                        \
    static void name##_fills(const struct virtual_router *router, struct vrrp *message)                      \
    {                                                                                                        \
        fill_spoilt(router, message, name##_spoils);                                                         \
    }                                                                                                        \
    static void name(struct reference_options *options)                                                      \
    {                                                                                                        \
        options->vrrp.fill_message = name##_fills;                                                           \
    }

FILL(m155, message->version = 3)
FILL(m156, message->type = 0)
FILL(m158, message->vrid = 1)
FILL(m164, message->address_count = 1)
FILL(m174, message->interval_s = 1)

static void fill_primary_address(const struct virtual_router *router, struct vrrp *message)
{
    vrrp_fill_message(router, message);
    message->addresses[0] = router->instance->settings->elan.address;
}

ONE_ENTRY(m178, vrrp.fill_message, fill_primary_address)

static uint8_t owner_as_others(const struct virtual_router *router)
{
    return router->priority == VRRP_PRIORITY_OWNER ? VRRP_PRIORITY_DEFAULT : router->priority;
}

static uint8_t as_owner(const struct virtual_router *router)
{
    (void)router;
    return VRRP_PRIORITY_OWNER;
}

ONE_ENTRY(m159, vrrp.advertised_priority, owner_as_others)
ONE_ENTRY(m160, vrrp.advertised_priority, as_owner)

static void fill_noise(const struct device_settings *settings,
                       uint8_t data[static VRRP_AUTHENTICATION_DATA_SIZE])
{
    vrrp_fill_authentication(settings, data);
    if (settings->authentication_type == VRRP_AUTHENTICATION_NONE)
        memset(data, 0xaa, VRRP_AUTHENTICATION_DATA_SIZE);
}

static void fill_zeros(const struct device_settings *settings,
                       uint8_t data[static VRRP_AUTHENTICATION_DATA_SIZE])
{
    (void)settings;
    memset(data, 0, VRRP_AUTHENTICATION_DATA_SIZE);
}

static void fill_blanks(const struct device_settings *settings,
                        uint8_t data[static VRRP_AUTHENTICATION_DATA_SIZE])
{
    vrrp_fill_authentication(settings, data);
    size_t size = strlen(settings->password);
    if (settings->authentication_type == VRRP_AUTHENTICATION_PASSWORD)
        memset(data + size, ' ', VRRP_AUTHENTICATION_DATA_SIZE - size);
}

/* A password that is still configured goes out whatever the type. */
static void fill_password(const struct device_settings *settings,
                          uint8_t data[static VRRP_AUTHENTICATION_DATA_SIZE])
{
    struct device_settings with_password = *settings;
    if (settings->authentication_type == VRRP_AUTHENTICATION_AH)
        with_password.authentication_type = VRRP_AUTHENTICATION_PASSWORD;
    vrrp_fill_authentication(&with_password, data);
}

ONE_ENTRY(m173, vrrp.fill_authentication, fill_password)
ONE_ENTRY(m167, vrrp.fill_authentication, fill_noise)
ONE_ENTRY(m169, vrrp.fill_authentication, fill_zeros)
ONE_ENTRY(m179, vrrp.fill_authentication, fill_blanks)

static void cut_password(struct device_settings *settings)
{
    settings->password[7] = '\0';
}

/* --- the octets --- */

static void put_checksum(uint8_t *data, uint16_t checksum)
{
    octets_put_u16(data + 6, checksum);
}

static size_t encode_without_data(const struct vrrp *message, uint8_t *data, size_t room)
{
    size_t size = vrrp_encode(message, data, room) - VRRP_AUTHENTICATION_DATA_SIZE;
    put_checksum(data, 0);
    put_checksum(data, internet_checksum(data, size));
    return size;
}

/* With the pseudo header of later versions: addresses of the configuration are not known here, the group is.
 */
static size_t encode_with_pseudo_header(const struct vrrp *message, uint8_t *data, size_t room)
{
    uint8_t pseudo[160] = {0};
    size_t size = vrrp_encode(message, data, room);
    put_checksum(data, 0);
    octets_put_u32(pseudo + 4, VRRP_GROUP.number);
    pseudo[9] = IPV4_PROTOCOL_VRRP;
    octets_put_u16(pseudo + 10, (uint16_t)size);
    memcpy(pseudo + 12, data, size);
    put_checksum(data, internet_checksum(pseudo, 12 + size));
    return size;
}

static size_t encode_checksum_without_data(const struct vrrp *message, uint8_t *data, size_t room)
{
    size_t size = vrrp_encode(message, data, room);
    put_checksum(data, 0);
    put_checksum(data, internet_checksum(data, size - VRRP_AUTHENTICATION_DATA_SIZE));
    return size;
}

static size_t encode_zero_checksum(const struct vrrp *message, uint8_t *data, size_t room)
{
    size_t size = vrrp_encode(message, data, room);
    put_checksum(data, 0);
    return size;
}

ONE_ENTRY(m151, vrrp.encode, encode_without_data)
ONE_ENTRY(m176, vrrp.encode, encode_with_pseudo_header)
ONE_ENTRY(m177, vrrp.encode, encode_checksum_without_data)
ONE_ENTRY(m225, vrrp.encode, encode_zero_checksum)

/* --- the virtual router MAC address --- */

static struct mac_address vrid_folded(uint8_t vrid)
{
    return mac_of_vrid(vrid == 255 ? 15 : vrid);
}

/* VRID 117 reads 01-17 as the last two octets. */
static struct mac_address vrid_in_digits(uint8_t vrid)
{
    struct mac_address mac = mac_of_vrid(0);
    mac.octet[4] = (uint8_t)(mac.octet[4] + vrid / 100);
    mac.octet[5] = (uint8_t)(vrid / 10 % 10 << 4 | vrid % 10);
    return mac;
}

ONE_ENTRY(m182, vrrp.vmac, vrid_folded)
ONE_ENTRY(m226, vrrp.vmac, vrid_in_digits)

static void one_address(struct device_settings *settings)
{
    for (size_t i = 0; i < settings->virtual_router_count; i++)
        settings->virtual_routers[i].address_count = 1;
}

static bool every_third(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposed;
    return interposer->count % 3 == 2;
}

static bool count_up(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposed;
    interposer->count++;
    return true;
}

static bool count_and_drop(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposed;
    interposer->count++;
    return false;
}

static const struct interposition skipping = {
    .rules = (const struct interposer_rule[]){
        {.side = SENT,
         .names = FRAME_SET(ADVERTISEMENT),
         .when = every_third,
         .action = REWRITE_FRAME,
         .rewrite = count_and_drop},
        {.side = SENT, .names = FRAME_SET(ADVERTISEMENT), .action = REWRITE_FRAME, .rewrite = count_up},
        {.names = 0}}};

const struct mutant_definition vrrp_packet_mutants[] = {
    {.id = "M20",
     ONE_RULE(.side = SENT, .names = FRAME_SET(ADVERTISEMENT), .action = CHANGE_FIELD, .field = FIELD_ORIGIN,
              .to = VALUE_OWN_MAC)},
    {.id = "M36a", .change = m36a},
    {.id = "M36b", .change = m36b},
    {.id = "M36c", .change = m36c},
    {.id = "M141", .change = m141},
    {.id = "M151", .change = m151},
    {.id = "M155", .change = m155},
    {.id = "M156", .change = m156},
    {.id = "M157", .change = m157},
    {.id = "M158", .change = m158},
    {.id = "M159", .change = m159},
    {.id = "M160", .change = m160},
    {.id = "M164", .change = m164},
    {.id = "M165", .change = m165},
    {.id = "M166", .change = m166},
    {.id = "M167", .change = m167},
    {.id = "M168", .change = m168},
    {.id = "M169", .change = m169},
    {.id = "M170", .change = m170},
    {.id = "M171", .change = m171},
    {.id = "M172", .change = m172},
    {.id = "M173", .change = m173},
    {.id = "M174", .change = m174},
    {.id = "M176", .change = m176},
    {.id = "M177", .change = m177},
    {.id = "M178", .change = m178},
    {.id = "M179", .change = m179},
    {.id = "M180", .change = m180},
    {.id = "M181", .misread = cut_password},
    {.id = "M182", .change = m182},
    {.id = "M183", .misread = one_address},
    {.id = "M212", .interposition = &skipping},
    {.id = "M219", .change = m219},
    {.id = "M220", .change = m220},
    {.id = "M221",
     ONE_RULE(.side = HEARD, .names = FRAME_SET(ADVERTISEMENT), .action = REWRITE_FRAME,
              .rewrite = complete_from_six)},
    {.id = "M222", .change = m222},
    {.id = "M223", .change = m223},
    {.id = "M224", .change = m224},
    {.id = "M225", .change = m225},
    {.id = "M226", .change = m226},
    {.id = NULL},
};
