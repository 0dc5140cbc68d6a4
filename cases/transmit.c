/* RFC 2338 5.1 to 5.3, 7.2, 7.3: what a Master writes into its advertisements. Each case looks at one part of
 * the first advertisement after a start without any other router. */
#include <stdio.h>
#include <string.h>

#include "cases/cases.h"
#include "steps/plan_changes.h"

#define FIXED_SIZE (VRRP_HEADER_SIZE + VRRP_AUTHENTICATION_DATA_SIZE)

static struct tap_event *first_advertisement(struct scene *scene);
static const struct vrrp *message_of(struct scene *scene, struct tap_event *event);
static bool lists(const struct vrrp *vrrp, struct ipv4_address address);
static bool names_other_vmac(const struct scene *scene, const struct frame *frame);

/* --- frame and IP header (5.2, 7.2) --- */

static void source_mac(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_ORIGIN, mac_value(scene->vmac), "R-2.2-01 V-7.2-03 V-2.5-01");
}

static void source_address(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_IP_SOURCE, ipv4_value(scene->device_ip), "V-5.2.1-01 V-7.2-04 V-1.2-01");
}

static void destination(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    const struct frame *frame = tap_frame(scene->tap, sent);
    /* What carries the group on token ring is no matter of these sentences (V-9.2-08). */
    bool token_ring = scene->plan.device.token_ring;
    bool group = token_ring || mac_equal(frame->ethernet.destination, VRRP_GROUP_MAC);
    char line[FRAME_TEXT_SIZE];
    expect_true(scene, ipv4_equal(frame->ipv4.destination, VRRP_GROUP) && group, sent, "V-5.2.2-01 V-7.2-06",
                token_ring ? "ADVERTISEMENT ip-to=224.0.0.18"
                           : "ADVERTISEMENT to=01-00-5e-00-00-12 ip-to=224.0.0.18",
                tap_what(scene->tap, sent, line, sizeof line));
}

static void ttl(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_IP_TTL, number_value(VRRP_TTL), "V-5.2.3-01");
}

static void protocol(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_IP_PROTOCOL, number_value(IPV4_PROTOCOL_VRRP), "V-5.2.4-01 V-7.2-05");
}

/* --- the message (5.1, 5.3) --- */

static void version(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_VRRP_VERSION, number_value(2), "V-5.3.1-01");
}

static void type(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_VRRP_TYPE, number_value(1), "V-5.3.2-01");
}

static void vrid(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_VRID, number_value(scene->vrid), "V-5.3.3-01 V-7.2-01");
}

static void vrid_above_1(struct scene_plan *plan)
{
    plan_vrid(plan, profile_draw_vrid(plan->profile, &plan->random, 2, 255));
}

static void priority_of_owner(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_PRIORITY, number_value(VRRP_PRIORITY_OWNER), "V-5.3.4-01");
}

static void priority_of_others(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    expect_true(scene, message_of(scene, sent)->priority != VRRP_PRIORITY_OWNER, sent,
                "V-5.3.4-02 V-6.1.2-02", "a priority of 1 to 254 from a router that does not own the address",
                "priority=255");
}

static void stop_at_shutdown(struct scene *scene)
{
    bring_to_master(scene);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    expect_count(scene, 1, .requirements = "V-5.3.4-04 V-6.4.3-06",
                 .pattern = stop_advertisement(scene, scene->vrid), .since = since,
                 .max_ns = 2 * interval_ns(scene));
}

static void no_stop_when_preempted(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    expect_none(scene, .requirements = "V-5.3.4-04", .pattern = stop_advertisement(scene, scene->vrid),
                .since = mark_at(heard), .max_ns = 2 * interval_ns(scene));
    prove_alive(scene);
}

static void size(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_VRRP_SIZE, number_value(FIXED_SIZE + 4), "V-5.1-01");
}

static void checksum(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_VRRP_CHECKSUM_GOOD, number_value(1), "V-5.3.8-01 V-7.2-02");
}

/* --- two addresses (5.3.5, 5.3.9, 6.1.2) --- */

static void count(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    const struct vrrp *vrrp = message_of(scene, sent);
    expect_field(scene, sent, FIELD_ADDRESS_COUNT, number_value((vrrp->size - FIXED_SIZE) / 4), "V-5.3.5-01");
}

static void addresses(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    const struct virtual_router_settings *router = &scene->plan.device.virtual_routers[0];
    const struct vrrp *vrrp = message_of(scene, sent);
    for (size_t i = 0; i < router->address_count; i++) {
        char expected[64];
        char text[IPV4_TEXT_SIZE];
        snprintf(expected, sizeof expected, "address=%s in the list", ipv4_text(router->addresses[i], text));
        expect_true(scene, lists(vrrp, router->addresses[i]), sent, "V-5.3.9-01 V-6.1.2-03", expected,
                    "a list without it");
    }
}

static void both_addresses_answered(struct scene *scene)
{
    bring_to_master(scene);
    const struct virtual_router_settings *router = &scene->plan.device.virtual_routers[0];
    for (size_t i = 0; i < router->address_count; i++) {
        struct tap_event *asked = inject_arp_request(scene, router->addresses[i]);
        expect(scene, .requirements = "V-6.1.2-03", .pattern = arp_reply(scene, router->addresses[i]),
               .since = mark_at(asked), .max_ns = SECONDS(5));
    }
}

/* --- authentication (5.3.6, 5.3.10) --- */

static void authentication_none(struct scene *scene)
{
    static const uint8_t zero[VRRP_AUTHENTICATION_DATA_SIZE];
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_AUTHENTICATION_DATA, octets8_value(zero), "V-5.3.6.1-01");
}

static void authentication_data_behind_header(struct scene *scene)
{
    static const uint8_t zero[VRRP_AUTHENTICATION_DATA_SIZE];
    struct tap_event *sent = first_advertisement(scene);
    expect_field(scene, sent, FIELD_AUTHENTICATION_DATA, octets8_value(zero), "V-5.3.6.3-02");
}

/* All characters but the eighth, then what is behind them: the eighth character, or zeros. */
static void password(struct scene *scene)
{
    struct tap_event *sent = first_advertisement(scene);
    const uint8_t *data = message_of(scene, sent)->authentication_data;
    const char *configured = scene->plan.device.password;
    size_t length = strlen(configured);
    size_t head = length < VRRP_AUTHENTICATION_DATA_SIZE ? length : VRRP_AUTHENTICATION_DATA_SIZE - 1;
    char line[FRAME_TEXT_SIZE];
    const char *actual = tap_what(scene->tap, sent, line, sizeof line);
    if (expect_true(scene, memcmp(data, configured, head) == 0, sent, "V-5.3.6.2-01",
                    "the configured password in the Authentication Data", actual))
        expect_true(scene, memcmp(data + head, configured + head, VRRP_AUTHENTICATION_DATA_SIZE - head) == 0,
                    sent, head == length ? "V-5.3.10-01" : "V-5.3.10-03 V-5.3.6.2-01",
                    head == length ? "zeros behind the password" : "all eight characters of the password",
                    actual);
}

static void password_of_parameter(struct scene_plan *plan)
{
    plan_password(plan, (size_t)plan->instance->test->parameter);
}

/* --- the VMAC (7.3) --- */

static void vmac(struct scene *scene)
{
    first_advertisement(scene);
    inject_arp_request(scene, scene->virtual_ip);
    scene_advance(scene, SECONDS(5));
    struct tap_event *other = NULL;
    for (size_t i = scene->started->index; i < tap_count(scene->tap) && !other; i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        const struct frame *frame = tap_from(event, 0) ? tap_frame(scene->tap, event) : NULL;
        if (frame && names_other_vmac(scene, frame))
            other = event;
    }
    char line[FRAME_TEXT_SIZE];
    char mac[MAC_TEXT_SIZE];
    expect_true(scene, !other, other, scene->test->requirements, mac_text(scene->vmac, mac),
                other ? tap_what(scene->tap, other, line, sizeof line) : "");
}

static void vrid_of_parameter(struct scene_plan *plan)
{
    int low = plan->instance->test->parameter;
    plan_vrid(plan, low == 100 ? profile_draw_vrid(plan->profile, &plan->random, 100, 254) : (uint8_t)low);
}

/* What the device sends for its virtual router once it is Master: an advertisement, whatever is wrong with
 * it. */
static struct tap_event *first_advertisement(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    struct pattern pattern = {.names = FRAME_SET(ADVERTISEMENT) | FRAME_SET(IPV4),
                              .vcc_kinds = scene->lane ? 1u << VCC_MULTICAST_SEND : 0,
                              .segment = scene->lan};
    for (struct mark since = mark_at(scene->started);;) {
        int64_t left_ns = scene->started->time_ns + master_down_ns(scene) + SECONDS(5) - since.time_ns;
        struct tap_event *event = await(scene, &pattern, since, left_ns);
        if (!event)
            scene_inconclusive(scene, "the device did not become Master: it sent no advertisement");
        const struct frame *frame = tap_frame(scene->tap, event);
        bool group = ipv4_equal(frame->ipv4.destination, VRRP_GROUP);
        if (frame->name == FRAME_ADVERTISEMENT || (group && frame->ipv4.protocol == IPV4_PROTOCOL_AH) ||
            frame_is_disguised_advertisement(frame))
            return event;
        since = mark_after(event);
    }
}

static const struct vrrp *message_of(struct scene *scene, struct tap_event *event)
{
    const struct frame *frame = tap_frame(scene->tap, event);
    if (!(frame->layers & LAYER_VRRP))
        scene_inconclusive(scene, "the advertisement is no VRRP message");
    return &frame->vrrp;
}

static bool lists(const struct vrrp *vrrp, struct ipv4_address address)
{
    for (size_t i = 0; i < vrrp->addresses_present; i++)
        if (ipv4_equal(vrrp->addresses[i], address))
            return true;
    return false;
}

/* An address of the VRRP block that is not the VMAC stands where the VMAC belongs. */
static bool names_other_vmac(const struct scene *scene, const struct frame *frame)
{
    static const enum frame_field places[] = {FIELD_ORIGIN, FIELD_ARP_SENDER_MAC, FIELD_SOURCE_LAN,
                                              FIELD_TARGET_LAN};
    static const uint8_t block[] = {0x00, 0x00, 0x5e, 0x00};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct value value;
        if (field_get(frame, places[i], &value) && memcmp(value.mac.octet, block, sizeof block) == 0 &&
            !mac_equal(value.mac, scene->vmac))
            return true;
    }
    return false;
}

#define TRANSMIT_WITH(name, what, ids, accepts, preparation, needs, function, value)                         \
    {                                                                                                        \
        .id = "transmit/" name, .title = what, .requirements = ids,                                          \
        .stimulus = "none: the device starts without any other router", .accepted = accepts,                 \
        .scope = ROUTER_AND_VRRP, .capabilities = CAPABILITY_CONTROL_STARTUP | (needs),                      \
        .prepare = preparation, .run = function, .parameter = value                                          \
    }
#define TRANSMIT(name, what, ids, accepts, function)                                                         \
    TRANSMIT_WITH(name, what, ids, accepts, NULL, 0u, function, 0)
#define PASSWORD(name, what, ids, accepts, function, length)                                                 \
    TRANSMIT_WITH(name, what, ids, accepts, password_of_parameter, CAPABILITY_AUTHENTICATION, function,      \
                  length)
#define VMAC(name, what, ids, number)                                                                        \
    TRANSMIT_WITH(name, what, ids, "VMAC 00-00-5E-00-01-{VRID} in advertisements, ARP and control frames",   \
                  vrid_of_parameter, 0u, vmac, number)

static const struct test_case cases[] = {
    TRANSMIT("source-mac", "The VMAC is the source of advertisements", "R-2.2-01 V-7.2-03 V-2.5-01",
             "the VMAC as source MAC address", source_mac),
    TRANSMIT("source-address", "The primary address is the IP source of advertisements",
             "V-5.2.1-01 V-7.2-04 V-1.2-01", "the address of the interface as IP source", source_address),
    TRANSMIT("destination", "Advertisements go to the VRRP group", "V-5.2.2-01 V-7.2-06",
             "IP destination 224.0.0.18 and its MAC group", destination),
    TRANSMIT("ttl", "Advertisements have TTL 255", "V-5.2.3-01", "TTL 255", ttl),
    TRANSMIT("protocol", "Advertisements have IP protocol 112", "V-5.2.4-01 V-7.2-05", "IP protocol 112",
             protocol),
    TRANSMIT("version", "Advertisements are of VRRP version 2", "V-5.3.1-01", "version 2", version),
    TRANSMIT("type", "Advertisements are of type 1", "V-5.3.2-01", "type 1", type),
    TRANSMIT_WITH("vrid", "Advertisements carry the configured VRID", "V-5.3.3-01 V-7.2-01",
                  "the VRID of the virtual router, which is not 1", vrid_above_1, 0u, vrid, 0),
    TRANSMIT_WITH("priority-of-owner", "The owner advertises 255", "V-5.3.4-01", "priority 255", plan_owner,
                  0u, priority_of_owner, 0),
    TRANSMIT("priority-of-others", "Only the owner advertises 255", "V-5.3.4-02 V-6.1.2-02",
             "a priority of 1 to 254 from a router that does not own the address", priority_of_others),
    {.id = "transmit/stop-at-shutdown",
     .title = "A Master that is shut down says so once",
     .requirements = "V-5.3.4-04 V-6.4.3-06",
     .stimulus = "Shutdown event to a Master",
     .accepted = "exactly one advertisement of priority 0",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = stop_at_shutdown},
    {.id = "transmit/no-stop-when-preempted",
     .title = "A Master that yields does not say that it stops",
     .requirements = "V-5.3.4-04",
     .stimulus = "an advertisement of higher priority to a Master",
     .accepted = "no advertisement of priority 0",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = no_stop_when_preempted},
    TRANSMIT("size", "An advertisement of one address has 20 octets", "V-5.1-01",
             "8 octets of header, one address, 8 octets of Authentication Data", size),
    TRANSMIT("checksum", "The checksum covers the VRRP message", "V-5.3.8-01 V-7.2-02",
             "the one's complement sum over the message, without a pseudo header", checksum),
    PASSWORD("checksum-with-password", "The checksum covers the Authentication Data", "V-5.3.8-01 V-7.2-02",
             "the one's complement sum over the whole message, password included", checksum, 7),
    TRANSMIT_WITH("count", "Count IP Addrs is the number of addresses that follow", "V-5.3.5-01",
                  "as many addresses as the count says", plan_second_address, 0u, count, 0),
    TRANSMIT_WITH("addresses", "An advertisement lists the addresses of the virtual router",
                  "V-5.3.9-01 V-6.1.2-03", "both configured addresses", plan_second_address, 0u, addresses,
                  0),
    {.id = "transmit/both-addresses-answered",
     .title = "A virtual router serves all its addresses",
     .requirements = "V-6.1.2-03",
     .stimulus = "ARP requests for each of two virtual addresses to the Master",
     .accepted = "a reply to each",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .prepare = plan_second_address,
     .run = both_addresses_answered},
    TRANSMIT("authentication-none", "Without authentication the Authentication Data is zero", "V-5.3.6.1-01",
             "eight octets of zero", authentication_none),
    PASSWORD("password-1", "A password of one character, the rest zero", "V-5.3.6.2-01 V-5.3.10-01",
             "the character and seven zeros in the Authentication Data", password, 1),
    PASSWORD("password-8", "A password of eight characters", "V-5.3.6.2-01 V-5.3.10-03",
             "all eight characters in the Authentication Data", password, 8),
    TRANSMIT_WITH("authentication-header", "With authentication type 2 the Authentication Data is zero",
                  "V-5.3.6.3-02",
                  "eight octets of zero behind an authentication header, although a password is configured",
                  plan_key, CAPABILITY_AUTHENTICATION_HEADER, authentication_data_behind_header, 0),
    VMAC("vrid-1", "VRID 1 runs", "V-6.1.2-01 V-7.3-01", 1),
    VMAC("vrid-255", "VRID 255 runs", "V-6.1.2-01 V-7.3-01 V-7.3-02", 255),
    VMAC("vrid-above-99", "The VMAC carries the VRID in hexadecimal", "V-7.3-01", 100),
};

const struct case_list transmit_cases = {cases, sizeof cases / sizeof *cases};
