#include "conforming_variants.h"

#include <string.h>

#include "base/duration.h"
#include "mutants/lane_rules.h"
#include "reference/vrrp_machine.h"

/* --- joining --- */

ONE_ENTRY(registers_own_mac, lec.joins_with_own_mac, false)

static void knows_v1_only(struct device_settings *settings)
{
    settings->v2_capable = false;
}

static void without_lan_services(struct device_settings *settings)
{
    settings->redirects = false;
    settings->proxy_arp = false;
}

/* --- LANE variables at the ends of their ranges (lane-rules 2) --- */

static void lowest_variables(struct reference_options *options)
{
    struct lec_variables low = options->lec.v2;
    low.control_timeout_ns = SECONDS(10);
    low.initial_control_timeout_ns = SECONDS(1);
    low.control_timeout_multiplier = 2;
    low.maximum_unknown_frame_count = 1;
    low.vcc_timeout_ns = SECONDS(30);
    low.maximum_retry_count = 0;
    low.aging_time_ns = SECONDS(10);
    low.forward_delay_ns = SECONDS(4);
    low.flush_timeout_ns = SECONDS(1);
    low.path_switching_delay_ns = SECONDS(1);
    low.connection_completion_ns = SECONDS(1);
    low.forward_disconnect_ns = SECONDS(10);
    low.reconfigure_low_ns = MILLISECONDS(1);
    low.reconfigure_high_ns = MILLISECONDS(1);
    options->lec.v1 = options->lec.v2 = low;
    options->lec.v1.initial_control_timeout_ns = 0;
    options->lec.v1.control_timeout_multiplier = 0;
}

static void highest_variables(struct reference_options *options)
{
    struct lec_variables high = options->lec.v2;
    high.control_timeout_ns = SECONDS(300);
    high.initial_control_timeout_ns = SECONDS(10);
    high.control_timeout_multiplier = 5;
    high.maximum_unknown_frame_count = 20;
    high.maximum_unknown_frame_time_ns = SECONDS(1);
    high.vcc_timeout_ns = 0;
    high.maximum_retry_count = 2;
    high.aging_time_ns = SECONDS(300);
    high.forward_delay_ns = SECONDS(30);
    high.flush_timeout_ns = SECONDS(4);
    high.path_switching_delay_ns = SECONDS(8);
    high.connection_completion_ns = SECONDS(10);
    high.forward_disconnect_ns = SECONDS(300);
    options->lec.v1 = options->lec.v2 = high;
    options->lec.v1.maximum_unknown_frame_count = 10;
    options->lec.v1.initial_control_timeout_ns = 0;
    options->lec.v1.control_timeout_multiplier = 0;
}

TWO_ENTRIES(slow_unknown_frames, lec.v1.maximum_unknown_frame_time_ns, SECONDS(60),
            lec.v2.maximum_unknown_frame_time_ns, SECONDS(60))
ONE_ENTRY(asks_soon_again, lec.unanswered_pause_ns, SECONDS(1))
ONE_ENTRY(holds_few_frames, lec.held_frame_count, 4)
TWO_ENTRIES(queries_ready, lec.v1.connection_completion_ns, SECONDS(1), lec.v2.connection_completion_ns,
            SECONDS(1))

/* It resolves the address again instead (R-2-13). */
static enum cache_effect deletes(const struct le_arp_binding *binding, const struct le_control *request,
                                 bool v2)
{
    bool concerned = v2 && lan_destination_equal(request->source_lan, binding->lan);
    return concerned ? CACHE_DELETES : CACHE_KEEPS;
}

ONE_ENTRY(deletes_on_targetless, lec.targetless_le_arp_effect, deletes)

/* --- association --- */

static bool while_associated(const struct association_state *state)
{
    if (state->proxy)
        return lec_options_default().announces_again(state);
    return state->associated;
}

static bool once_in_v1(const struct association_state *state)
{
    return state->v2 && lec_options_default().announces_again(state);
}

static bool whenever_asked(const struct association_state *state)
{
    return !state->proxy && state->registration != REGISTRATION_NONE;
}

static bool once_announced(const struct association_state *state)
{
    return state->announcement_count > 0;
}

ONE_ENTRY(announces_for_ever, lec.announces_again, while_associated)
ONE_ENTRY(announces_once_in_v1, lec.announces_again, once_in_v1)
ONE_ENTRY(announces_slowly, lec.announcement_interval_ns, MILLISECONDS(1300))
ONE_ENTRY(registers_again_soon, lec.registration_retry_ns, MILLISECONDS(1100))
ONE_ENTRY(registers_again_late, lec.registration_retry_ns, MILLISECONDS(9500))
ONE_ENTRY(unregisters_after_refusal, lec.unregisters, whenever_asked)
ONE_ENTRY(withdraws_in_v1, lec.withdraws, once_announced)

/* The zero form where a v2 client withdraws: unusual, a remark. */
static bool zero_form(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control zero = zero_le_narp(interposer, interposed->frame.control.target_lan.mac);
    return rewrite_control(interposed, &zero);
}

/* A v2 Master that tells v1 clients as well. */
static bool zero_form_too(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control zero = zero_le_narp(interposer, interposed->frame.control.source_lan.mac);
    send_now(interposer, interposed);
    return rewrite_control(interposed, &zero);
}

/* --- re-announcing after a wrong or ending advertisement (A-11) --- */

/* Whether it is Master: 'count' is 1 from an advertisement of its own until it hears one that is not
 * inferior. */
static bool is_advertisement_of_another(const struct interposer *interposer,
                                        const struct interposed *interposed)
{
    const struct frame *frame = &interposed->frame;
    return frame->vrrp.vrid == interposer->settings.virtual_routers[0].vrid && frame->ipv4.ttl == VRRP_TTL &&
           !ipv4_equal(frame->ipv4.source, interposer->settings.elan.address);
}

static bool notes_own_advertisement(struct interposer *interposer, struct interposed *interposed)
{
    if (interposed->frame.vrrp.vrid == interposer->settings.virtual_routers[0].vrid)
        interposer->count = interposed->frame.vrrp.priority > 0;
    return true;
}

/* Not while it announces anyway, so that nothing comes sooner than a second after the last. */
static bool announces_against(struct interposer *interposer, struct interposed *interposed)
{
    int64_t now_ns = interposer_now_ns(interposer);
    if (interposed->frame.vrrp.priority >= interposer->settings.virtual_routers[0].priority)
        interposer->count = 0;
    if (!interposer->count || interposer->control_direct == VCC_NONE ||
        now_ns < interposer->time_ns + MILLISECONDS(2500))
        return true;
    struct mac_address vmac = interposer_vmac(interposer);
    struct le_control control =
        interposer->v2 ? targetless_le_arp(interposer, vmac) : zero_le_narp(interposer, vmac);
    interposer_send_control(interposer, interposer->control_direct, &control);
    interposer->time_ns = now_ns;
    return true;
}

static bool notes_announcement(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposed;
    interposer->time_ns = interposer_now_ns(interposer);
    return true;
}

/* --- its own MAC address is announced as well (R-2-17) --- */

static void announces_own_mac(struct interposer *interposer)
{
    if (!interposer->v2 || !interposer->lecid || interposer->control_direct == VCC_NONE ||
        interposer->multicast_forward == VCC_NONE)
        return;
    struct le_control control = targetless_le_arp(interposer, interposer->settings.elan.mac);
    interposer_send_control(interposer, interposer->control_direct, &control);
}

static bool without_source(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control control = interposed->frame.control;
    control.source_lan = LAN_DESTINATION_NONE;
    return rewrite_control(interposed, &control);
}

/* --- transaction ids --- */

/* 'count' is the id of a registration without an answer, 'time_ns' that of its last repetition. */
static bool same_transaction(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control control = interposed->frame.control;
    interposer->time_ns = control.transaction_id;
    if (interposer->count)
        control.transaction_id = interposer->count;
    else
        interposer->count = control.transaction_id;
    return rewrite_control(interposed, &control);
}

static bool answer_to_last(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control control = interposed->frame.control;
    if (!interposer->count || control.transaction_id != interposer->count ||
        control.requester_lecid != interposer->lecid)
        return true;
    control.transaction_id = (uint32_t)interposer->time_ns;
    interposer->count = 0;
    return rewrite_control(interposed, &control);
}

static bool new_transaction(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposed;
    interposer->count = 0;
    return true;
}

/* --- TLVs of LANE v2 (lane-wire 1.1, 7) --- */

static bool of_v2_capable(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposed;
    return interposer->settings.v2_capable;
}

static bool of_v2_non_proxy(const struct interposer *interposer, const struct interposed *interposed)
{
    return in_v2(interposer, interposed) && of_non_proxy(interposer, interposed);
}

static bool with_service_category(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    static const uint8_t category[2] = {0, 0};
    struct le_control control = interposed->frame.control;
    le_control_add_tlv(&control, TLV_SERVICE_CATEGORY, category, sizeof category);
    return rewrite_control(interposed, &control);
}

static bool with_multiplexed_address(struct interposer *interposer, struct interposed *interposed)
{
    struct atm_address multiplexed = interposer->settings.atm_address;
    struct le_control control = interposed->frame.control;
    multiplexed.octet[ATM_ADDRESS_SIZE - 1] ^= 0x80;
    le_control_add_tlv(&control, TLV_LLC_MUXED_ATM_ADDRESS, multiplexed.octet, ATM_ADDRESS_SIZE);
    return rewrite_control(interposed, &control);
}

#define WITH_MULTIPLEXED                                                                                     \
    (FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_UNREGISTER_REQUEST) | FRAME_SET(LE_ARP_RESPONSE) |        \
     FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST))

/* --- data frames --- */

static bool target_all_ones(struct interposer *interposer, struct interposed *interposed)
{
    uint8_t octets[ARP_SIZE];
    struct arp arp = interposed->frame.arp;
    struct ethernet ethernet = interposed->frame.ethernet;
    arp.target_mac = MAC_BROADCAST;
    ethernet.payload = (struct octets){octets, arp_encode(&arp, octets, sizeof octets)};
    interposer_replace(interposer, interposed, &ethernet);
    return true;
}

static bool target_is_sender(struct interposer *interposer, struct interposed *interposed)
{
    uint8_t octets[ARP_SIZE];
    struct arp arp = interposed->frame.arp;
    struct ethernet ethernet = interposed->frame.ethernet;
    arp.target_mac = arp.sender_mac;
    ethernet.payload = (struct octets){octets, arp_encode(&arp, octets, sizeof octets)};
    interposer_replace(interposer, interposed, &ethernet);
    return true;
}

/* Internetwork control, a number of its own, Don't Fragment: as routers in use send. */
static bool precedence(struct interposer *interposer, struct interposed *interposed)
{
    uint8_t octets[256];
    struct ipv4 ipv4 = interposed->frame.ipv4;
    struct ethernet ethernet = interposed->frame.ethernet;
    ipv4.type_of_service = 0xc0;
    ipv4.identification = (uint16_t)++interposer->count;
    ipv4.fragment = 0x4000;
    size_t size = ipv4_encode(&ipv4, octets, sizeof octets);
    if (!size)
        return true;
    const char *key = interposer->settings.key;
    if (interposed->frame.layers & LAYER_AH) /* the identification is covered by the digest */
        authentication_header_sign(octets, size, (struct octets){(const uint8_t *)key, strlen(key)});
    ethernet.payload = (struct octets){octets, size};
    interposer_replace(interposer, interposed, &ethernet);
    return true;
}

static bool is_elan_data(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposer;
    return !interposed->lan;
}

/* An answer for the VMAC must not come any more when the device has given it up meanwhile. */
static bool is_about_no_vmac(const struct interposer *interposer, const struct interposed *interposed)
{
    return interposed->frame.name != FRAME_LE_ARP_RESPONSE ||
           !is_vmac(interposer, interposed->frame.control.target_lan);
}

/* Without its LECID in them it knows its own frames by their addresses. */
static bool is_own_data(const struct interposer *interposer, const struct interposed *interposed)
{
    const struct frame *frame = &interposed->frame;
    struct ipv4_address own = interposer->settings.elan.address;
    return !interposed->lan && frame->lecid == 0 &&
           (((frame->layers & LAYER_VRRP) && ipv4_equal(frame->ipv4.source, own)) ||
            mac_equal(frame->ethernet.source, interposer->settings.elan.mac));
}

static bool by_bus(struct interposer *interposer, struct interposed *interposed)
{
    if (!interposed->lan && interposer->multicast_send != VCC_NONE)
        interposed->vcc = interposer->multicast_send;
    return true;
}

#define ANSWERS                                                                                              \
    (FRAME_SET(LE_ARP_RESPONSE) | FRAME_SET(LE_FLUSH_RESPONSE) | FRAME_SET(READY_IND) |                      \
     FRAME_SET(ARP_REPLY) | FRAME_SET(ICMP_ECHO_REPLY) | FRAME_SET(ICMP_REDIRECT))
#define DATA                                                                                                 \
    (FRAME_SET(ARP_REQUEST) | FRAME_SET(GRATUITOUS_ARP) | FRAME_SET(ARP_REPLY) | FRAME_SET(ADVERTISEMENT) |  \
     FRAME_SET(ICMP_ECHO_REQUEST) | FRAME_SET(ICMP_ECHO_REPLY) | FRAME_SET(ICMP_REDIRECT) |                  \
     FRAME_SET(ICMP) | FRAME_SET(IPV4) | FRAME_SET(ETHERNET))
#define ANSWERS_BY_IP (FRAME_SET(ARP_REPLY) | FRAME_SET(ICMP_ECHO_REPLY) | FRAME_SET(ICMP_REDIRECT))

/* --- clients --- */

static void registers_no_own_mac(struct device_settings *settings)
{
    settings->registers_own_mac &= !settings->proxy;
}

/* What a client should do with LE_NARP_REQUESTs (R-2-12, R-6-06), it does not. */
static enum cache_effect keeps(const struct le_arp_binding *binding, const struct le_control *request,
                               bool v2)
{
    (void)binding;
    (void)request;
    (void)v2;
    return CACHE_KEEPS;
}

ONE_ENTRY(ignores_le_narp, lec.narp_effect, keeps)

/* --- bridges --- */

static void ages_early(struct device_settings *settings)
{
    settings->bridge.ageing_s = (uint16_t)(settings->bridge.ageing_s * 7 / 10);
}

static void ages_late(struct device_settings *settings)
{
    settings->bridge.ageing_s = (uint16_t)(settings->bridge.ageing_s * 3 / 2);
}

TWO_ENTRIES(settles_soon, bridge.forward_delay_ns, SECONDS(4), bridge.change_limit_ns, SECONDS(6))
TWO_ENTRIES(settles_late, bridge.forward_delay_ns, SECONDS(30), bridge.change_limit_ns, SECONDS(40))

static bool on_lan(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposer;
    return interposed->lan;
}

/* --- LES and BUS --- */

static uint16_t downwards(uint16_t last)
{
    return last <= 1 || last > 0xfeff ? 0xfeff : (uint16_t)(last - 1);
}

static uint16_t refuses_foreign(enum les_ownership ownership)
{
    return ownership == LES_BOUND_ELSEWHERE ? LE_STATUS_INVALID_ATM_ADDRESS : LE_STATUS_SUCCESS;
}

static enum les_recipients all(const struct les_forwarding *forwarding)
{
    (void)forwarding;
    return LES_RECIPIENTS_ALL;
}

static enum les_recipients others(const struct les_forwarding *forwarding)
{
    (void)forwarding;
    return LES_RECIPIENTS_OTHERS;
}

ONE_ENTRY(lecids_downwards, les.next_lecid, downwards)
ONE_ENTRY(refuses_foreign_unregistration, les.unregister_status, refuses_foreign)
ONE_ENTRY(forwards_to_all, les.recipients, all)
ONE_ENTRY(forwards_to_others, les.recipients, others)
TWO_ENTRIES(asks_the_clients, les.leaves_answers_to_clients, true, les.recipients, all)
TWO_ENTRIES(asks_the_other_clients, les.leaves_answers_to_clients, true, les.recipients, others)
ONE_ENTRY(answers_by_distribute, les.answers_on_distribute, true)
ONE_ENTRY(distributes_late, les.distribution, LES_DISTRIBUTES_AFTER_ANSWER)
TWO_ENTRIES(never_distributes, les.distribution, LES_DISTRIBUTES_NEVER, les.join_timeout_ns, SECONDS(300))
ONE_ENTRY(short_join_timeout, les.join_timeout_ns, SECONDS(10))

#define LES_ANSWERS                                                                                          \
    (FRAME_SET(LE_JOIN_RESPONSE) | FRAME_SET(LE_REGISTER_RESPONSE) | FRAME_SET(LE_UNREGISTER_RESPONSE) |     \
     FRAME_SET(LE_ARP_RESPONSE))

/* --- IP and VRRP --- */

static bool announces_unless_virtual(const struct virtual_router *router)
{
    return router == NULL;
}

static bool announces_always(const struct virtual_router *router)
{
    (void)router;
    return true;
}

/* Until it starts, an owner answers for its address with the VMAC. */
static bool owner_answers_early(const struct virtual_router *router, struct ipv4_address address)
{
    bool unstarted = router->state == VRRP_INITIALIZE && router->state_before == VRRP_INITIALIZE;
    return ip_options_default().answers_arp(router, address) ||
           (router->priority == VRRP_PRIORITY_OWNER && unstarted);
}

static bool by_flag_alone(const struct virtual_router *router)
{
    return router->preempt;
}

static void checks_address_list(struct device_settings *settings)
{
    settings->address_list_check = true;
}

static void no_address_list_check(struct device_settings *settings)
{
    settings->address_list_check = false;
}

ONE_ENTRY(announces_interface, ip.announces_interface, announces_unless_virtual)
ONE_ENTRY(announces_owned_interface, ip.announces_interface, announces_always)
ONE_ENTRY(answers_early, ip.answers_arp, owner_answers_early)
THREE_ENTRIES(other_host_numbers, ip.default_ttl, 255, ip.arp_attempts, 5, ip.arp_lifetime_ns, SECONDS(60))
ONE_ENTRY(preempts_by_flag, vrrp.preempts, by_flag_alone)
ONE_ENTRY(stays_master, vrrp.transitions[VRRP_INTERFACE_LOST][VRRP_MASTER], NULL)

#define PORTS(...) .interposition = &(const struct interposition)__VA_ARGS__
#define CHOICE(name, picked)                                                                                 \
    {                                                                                                        \
        PIXIT_##name, picked                                                                                 \
    }
#define V1_WITHDRAWS .change = withdraws_in_v1
#define TEXT(words)  .text = words
#define EVERY_LEC                                                                                            \
    .roles = ROLE_ROUTER | ROLE_VRRP | ROLE_CLIENT | ROLE_BRIDGE, .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING
#define EVERY_ANNOUNCER                                                                                      \
    .roles = ROLE_ROUTER | ROLE_VRRP | ROLE_BRIDGE, .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING
#define BOTH_MEDIA   .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING
#define EVERY_BRIDGE .roles = ROLE_BRIDGE, .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING
#define EVERY_LES    .roles = ROLE_LES, .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING
#define EVERY_DEVICE                                                                                         \
    .roles = ROLE_ROUTER | ROLE_VRRP | ROLE_CLIENT | ROLE_BRIDGE | ROLE_LES,                                 \
    .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING

const struct conforming_variant conforming_variants[] = {
    {"reference", TEXT("the interposer alone changes nothing"), {.id = "reference"}, EVERY_DEVICE},
    {"own-mac-registered", TEXT("A-17"), {.change = registers_own_mac}, EVERY_LEC},
    {"v1-only", TEXT("A-22"), {.misread = knows_v1_only}, .lane = LANE_V1, EVERY_ANNOUNCER},
    {"v2-only", TEXT("A-22"), {.id = "v2"}, .lane = LANE_V2, EVERY_ANNOUNCER},
    {"lowest-variables",
     TEXT("lane-rules 2"),
     {.change = lowest_variables},
     EVERY_LEC,
     .excuses = {{"so its LE_ARP cache can't be seen", "with C17 = 10 s the entry is gone too soon"},
                 {"no refused registration",
                  "the LES refuses so many, and C7i = 1 s asks before the answer is there"},
                 {"did not come into the ELAN",
                  "the LES is slower than C20 = 1 s, and C13 = 0 allows no repetition"}}},
    {"highest-variables", TEXT("lane-rules 2"), {.change = highest_variables}, EVERY_LEC},
    {"slow-unknown-frames",
     TEXT("C11, lane-rules 2"),
     {.change = slow_unknown_frames},
     EVERY_LEC,
     .excuses = {{"does not answer ARP for its own address", "the answer waits for up to C11 = 60 s"},
                 {"does not relay a frame from a LAN", "so does a frame that a bridge relays"},
                 {"sends no frame to the VMAC any more", "so does a frame behind a lost entry"}}},
    {"asks-soon-again", TEXT("L-rate-01"), {.change = asks_soon_again}, EVERY_LEC},
    {"holds-few-frames", TEXT("lane-rules 5.1"), {.change = holds_few_frames}, EVERY_LEC},
    {"queries-ready",
     TEXT("L-ready-03: an eager called party, which the caller's READY_IND reaches late"),
     {.change = queries_ready,
      PORTS(RULES({HEARS(READY_IND), .action = DELAY_FRAME, .delay_ns = MILLISECONDS(1500)}))},
     EVERY_LEC},
    {"deletes-on-targetless", TEXT("R-2-13: a remark"), {.change = deletes_on_targetless}, EVERY_LEC},

    {"announces-for-ever",
     TEXT("A-1, allowed"),
     {.change = announces_for_ever},
     EVERY_ANNOUNCER,
     .excuses = {{"the bystander's frames for the VMAC do not reach the Master",
                  "in v1 everybody asks again each second, which a slow ELAN does not manage"}}},
    {"announces-for-ever-required",
     TEXT("A-1 (a)"),
     {.change = announces_for_ever},
     {CHOICE(TARGETLESS_AFTER_REGISTRATION, TARGETLESS_AFTER_REGISTRATION_REQUIRED)},
     1,
     .excuses = {{"the bystander's frames for the VMAC do not reach the Master",
                  "in v1 everybody asks again each second, which a slow ELAN does not manage"}}},
    {"announces-till-registered",
     TEXT("A-1 (b)"),
     {.id = "b"},
     {CHOICE(TARGETLESS_AFTER_REGISTRATION, TARGETLESS_AFTER_REGISTRATION_FORBIDDEN)},
     1,
     BOTH_MEDIA},
    {"announces-slowly", TEXT("10.1: a gap up to 1.5 s"), {.change = announces_slowly}, EVERY_ANNOUNCER},
    {"announces-once-in-v1",
     TEXT("A-2"),
     {.change = announces_once_in_v1},
     {CHOICE(V1_REPETITION, V1_REPETITION_ONCE)},
     1,
     .excuses = {{"does not persist", "the state does not exist in this reading"},
                 {"do not go on", "nor does a second announcement"}},
     EVERY_ANNOUNCER},
    {"announces-more-in-v1",
     TEXT("A-2: more are tolerated"),
     {.id = "more"},
     {CHOICE(V1_REPETITION, V1_REPETITION_ONCE)},
     1,
     EVERY_ANNOUNCER},
    {"registers-again-soon", TEXT("A-4"), {.change = registers_again_soon}, EVERY_ANNOUNCER},
    {"registers-again-late", TEXT("A-4"), {.change = registers_again_late}, EVERY_ANNOUNCER},
    {"registers-again-later",
     TEXT("A-4"),
     {.change = registers_again_late},
     {CHOICE(REGISTRATION_RETRY_MAX_S, 30)},
     1,
     BOTH_MEDIA},
    {"unregisters-after-refusal", TEXT("A-27"), {.change = unregisters_after_refusal}, EVERY_ANNOUNCER},
    {"withdraws-in-v1", TEXT("A-5, either"), {V1_WITHDRAWS}, EVERY_ANNOUNCER},
    {"withdraws-in-v1-required",
     TEXT("A-5, no-source"),
     {V1_WITHDRAWS},
     {CHOICE(V1_DISASSOCIATION, V1_DISASSOCIATION_NO_SOURCE)},
     1,
     EVERY_ANNOUNCER},
    {"silent-in-v1",
     TEXT("A-5, none"),
     {.id = "none"},
     {CHOICE(V1_DISASSOCIATION, V1_DISASSOCIATION_NONE)},
     1,
     EVERY_ANNOUNCER},
    {"zero-form-in-v1",
     TEXT("A-5: a remark"),
     {V1_WITHDRAWS, PORTS(RULES({SENDS(NO_SOURCE_LE_NARP_REQUEST), IF(in_v1), REWRITE(zero_form)}))},
     EVERY_ANNOUNCER},
    {"zero-form-in-v2",
     TEXT("A-23: a remark"),
     {PORTS(RULES({SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, IF(in_v2), REWRITE(zero_form_too)}))},
     EVERY_ANNOUNCER},
    {"withdraws-first",
     TEXT("A-9: this order is not checked"),
     {PORTS(RULES({SENDS(LE_UNREGISTER_REQUEST), .action = DELAY_FRAME, .delay_ns = MILLISECONDS(5)}))},
     EVERY_ANNOUNCER},
    {"announces-first",
     TEXT("A-9: this order is not checked"),
     {PORTS(
         RULES({SENDS(LE_REGISTER_REQUEST), ON_VMAC, .action = DELAY_FRAME, .delay_ns = MILLISECONDS(5)}))},
     EVERY_ANNOUNCER},
    {"gives-up-slowly",
     TEXT("10.1: within a second"),
     {PORTS(RULES({SENDS_ANY(FRAME_SET(LE_UNREGISTER_REQUEST) | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST)),
                   .action = DELAY_FRAME, .delay_ns = MILLISECONDS(200)}))},
     EVERY_ANNOUNCER},
    {"probes-first",
     TEXT("3.2: no order"),
     {PORTS(RULES({SENDS_ANY(ANNOUNCEMENTS), ON_VMAC, IF(of_proxy), .action = DELAY_FRAME,
                   .delay_ns = MILLISECONDS(2)}))},
     EVERY_ANNOUNCER},
    {"probes-without-source",
     TEXT("lane-wire 1.1"),
     {PORTS(RULES({SENDS(LE_ARP_REQUEST), ON_VMAC, REWRITE(without_source)}))},
     EVERY_ANNOUNCER},
    {"announces-against-impostors",
     TEXT("A-11: allowed"),
     {PORTS(RULES({HEARS(ADVERTISEMENT), IF(is_advertisement_of_another), REWRITE(announces_against)},
                  {SENDS(ADVERTISEMENT), REWRITE(notes_own_advertisement)},
                  {SENDS_ANY(ANNOUNCEMENTS), ON_VMAC, REWRITE(notes_announcement)}))}},
    {"announces-own-mac", TEXT("R-2-17"), {PORTS({.tick = announces_own_mac, .period_ns = SECONDS(5)})}},
    {"no-remote-flag",
     TEXT("A-16: a remark"),
     {PORTS(RULES({SENDS(TARGETLESS_LE_ARP_REQUEST), GIVE(FLAG_REMOTE, 0)}))},
     EVERY_ANNOUNCER},
    {"no-remote-flag-in-answers",
     TEXT("A-16: a remark"),
     {PORTS(RULES({SENDS(LE_ARP_RESPONSE), GIVE(FLAG_REMOTE, 0)}))},
     EVERY_ANNOUNCER},
    {"same-transaction",
     TEXT("lane-wire 1: an id is the sender's choice"),
     {PORTS(RULES({SENDS(LE_REGISTER_REQUEST), ON_VMAC, REWRITE(same_transaction)},
                  {HEARS(LE_REGISTER_RESPONSE), ON_VMAC, REWRITE(answer_to_last)},
                  {SENDS_ANY(FRAME_SET(LE_UNREGISTER_REQUEST) | FRAME_SET(LE_JOIN_REQUEST)),
                   REWRITE(new_transaction)}))},
     EVERY_ANNOUNCER},
    {"tlvs-in-join",
     TEXT("lane-wire 1.1"),
     {PORTS(RULES({SENDS_ANY(FRAME_SET(LE_CONFIGURE_REQUEST) | FRAME_SET(LE_JOIN_REQUEST)), IF(of_v2_capable),
                   REWRITE(with_service_category)}))},
     EVERY_LEC},
    {"multiplexed-address-registered",
     TEXT("A-13"),
     {PORTS(RULES({SENDS_ANY(WITH_MULTIPLEXED), IF(of_v2_non_proxy), REWRITE(with_multiplexed_address)}))},
     EVERY_LEC},

    {"slow-answers",
     TEXT("an answer within a second"),
     {PORTS(RULES(
         {SENDS_ANY(ANSWERS), IF(is_about_no_vmac), .action = DELAY_FRAME, .delay_ns = MILLISECONDS(200)}))},
     EVERY_ANNOUNCER},
    {"no-calls",
     TEXT("setting up Data Direct VCCs is the client's choice"),
     {.id = "x"},
     .no_calls = true,
     .excuses = {{"Data Direct VCC", "it has none to be seen on"},
                 {"the traffic does not flow", "C10 allows one frame a second on the BUS"},
                 {"does not answer ARP for its own address", "the answer waits behind others"}}},
    {"answers-by-bus",
     TEXT("lane-rules 5.1"),
     {PORTS(RULES({SENDS_ANY(ANSWERS_BY_IP), IF(is_elan_data), REWRITE(by_bus)}))},
     .excuses = {{"Data Direct VCC", "it has none to be seen on"}}},
    {"no-le-header",
     TEXT("lane-wire 12: 0000 is allowed"),
     {PORTS(RULES({SENDS_ANY(DATA), IF(is_elan_data), GIVE(LECID, 0)},
                  {HEARS_ANY(DATA), IF(is_own_data), DROP}))},
     .roles = ROLE_ROUTER | ROLE_VRRP | ROLE_CLIENT,
     .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING},
    {"gratuitous-arp-target-ones",
     TEXT("RFC 2338 leaves the target hardware address open"),
     {PORTS(RULES({SENDS(GRATUITOUS_ARP), REWRITE(target_all_ones)}))}},
    {"gratuitous-arp-target-sender",
     TEXT("RFC 2338 leaves the target hardware address open"),
     {PORTS(RULES({SENDS(GRATUITOUS_ARP), REWRITE(target_is_sender)}))}},
    {"gratuitous-arp-from-physical",
     TEXT("vrrp.md 6: a remark on Ethernet"),
     {PORTS(RULES({SENDS(GRATUITOUS_ARP), CHANGE(ORIGIN, VALUE_OWN_MAC)}))}},
    {"arp-reply-from-physical",
     TEXT("vrrp.md 6: a remark on Ethernet"),
     {PORTS(RULES({SENDS_ANY(FRAME_SET(ARP_REPLY)), IF(is_elan_data), CHANGE(ORIGIN, VALUE_OWN_MAC)}))}},
    {"gratuitous-arp-repeated",
     TEXT("more than one is not forbidden"),
     {PORTS(RULES({SENDS(GRATUITOUS_ARP), REPEAT(2, MILLISECONDS(20))}))},
     BOTH_MEDIA},
    {"interface-announced",
     TEXT("RFC 2338 8.2 speaks of owned addresses only"),
     {.change = announces_interface},
     BOTH_MEDIA},
    {"owned-interface-announced",
     TEXT("RFC 2338 8.2 says that an owner should not: a remark"),
     {.change = announces_owned_interface},
     BOTH_MEDIA},
    {"owner-answers-early",
     TEXT("RFC 2338 8.2 says that answers should wait, and have the VMAC: a remark"),
     {.change = answers_early},
     .roles = ROLE_VRRP,
     BOTH_MEDIA},
    {"precedence",
     TEXT("RFC 2338 5.2 leaves these fields open"),
     {PORTS(RULES({SENDS(ADVERTISEMENT), IF(is_elan_data), REWRITE(precedence)}))},
     BOTH_MEDIA},
    {"other-host-numbers", TEXT("RFC 1122"), {.change = other_host_numbers}, BOTH_MEDIA},
    {"preempts-by-flag",
     TEXT("A-26, flag"),
     {.change = preempts_by_flag},
     {CHOICE(OWNER_BACKUP_PREEMPT, OWNER_BACKUP_PREEMPT_FLAG)},
     1},
    {"preempts-by-flag-always", TEXT("A-26: a remark"), {.change = preempts_by_flag}},
    {"preempts-always-flag",
     TEXT("A-26: a remark"),
     {.id = "x"},
     {CHOICE(OWNER_BACKUP_PREEMPT, OWNER_BACKUP_PREEMPT_FLAG)},
     1},
    {"address-list-checked",
     TEXT("9.1, on"),
     {.misread = checks_address_list},
     {CHOICE(ADDRESS_LIST_CHECK, ADDRESS_LIST_CHECK_ON)},
     1},
    {"address-list-checked-unknown", TEXT("9.1"), {.misread = checks_address_list}},
    {"address-list-ignored",
     TEXT("9.1, off"),
     {.misread = no_address_list_check},
     {CHOICE(ADDRESS_LIST_CHECK, ADDRESS_LIST_CHECK_OFF)},
     1},
    {"address-list-ignored-unknown", TEXT("9.1"), {.misread = no_address_list_check}},
    {"stays-master",
     TEXT("A-28: a Master may stay one without the ELAN"),
     {.change = stays_master},
     BOTH_MEDIA},
    {"no-redirects-no-proxy-arp",
     TEXT("RFC 2338 8.1, 8.3: optional"),
     {.misread = without_lan_services},
     .without = CAPABILITY_REDIRECT | CAPABILITY_PROXY_ARP},

    {"own-mac-unregistered", TEXT("A-17: a proxy need not"), {.misread = registers_no_own_mac}, EVERY_LEC},
    {"ignores-le-narp", TEXT("R-2-12, R-6-06: remarks"), {.change = ignores_le_narp}, EVERY_LEC},
    {"bridge-ages-early", TEXT("the draft says nothing of ageing"), {.misread = ages_early}, EVERY_BRIDGE},
    {"bridge-ages-late", TEXT("the draft says nothing of ageing"), {.misread = ages_late}, EVERY_BRIDGE},
    {"bridge-settles-soon", TEXT("802.1D: 4 s to 30 s"), {.change = settles_soon}, EVERY_BRIDGE},
    {"bridge-settles-late", TEXT("802.1D: 4 s to 30 s"), {.change = settles_late}, EVERY_BRIDGE},
    {"bridge-is-slow",
     TEXT("802.1D: transit delay up to 1 s"),
     {PORTS(
         RULES({HEARS_ANY(EVERY_FRAME), IF(on_lan), .action = DELAY_FRAME, .delay_ns = MILLISECONDS(200)}))},
     EVERY_BRIDGE},
    {"les-lecids-downwards", TEXT("L-join-08: any that is free"), {.change = lecids_downwards}, EVERY_LES},
    {"les-refuses-unregistration",
     TEXT("L-register-06: another status, a remark"),
     {.change = refuses_foreign_unregistration},
     EVERY_LES},
    {"les-forwards-to-all", TEXT("lane-rules 4.3"), {.change = forwards_to_all}, EVERY_LES},
    {"les-forwards-to-others",
     TEXT("lane-rules 4.4: with the originator or without"),
     {.change = forwards_to_others},
     EVERY_LES},
    {"les-asks-the-clients", TEXT("lane-rules 4.3, A-7"), {.change = asks_the_clients}, EVERY_LES},
    {"les-asks-the-other-clients",
     TEXT("lane-rules 4.3, A-7"),
     {.change = asks_the_other_clients},
     EVERY_LES},
    {"les-answers-by-distribute", TEXT("L-join-04"), {.change = answers_by_distribute}, EVERY_LES},
    {"les-distributes-late", TEXT("lane-rules 1"), {.change = distributes_late}, EVERY_LES},
    {"les-never-distributes", TEXT("lane-rules 1, S4"), {.change = never_distributes}, EVERY_LES},
    {"les-short-join-timeout", TEXT("S4"), {.change = short_join_timeout}, EVERY_LES},
    {"les-slow-answers",
     TEXT("C20 and C7i are at least 1 s"),
     {PORTS(RULES({SENDS_ANY(LES_ANSWERS), .action = DELAY_FRAME, .delay_ns = MILLISECONDS(200)}))},
     EVERY_LES},
    {"least-capabilities",
     TEXT("a box that can only be switched on"),
     {.id = "x"},
     .without = ~0u,
     EVERY_DEVICE},
    {.name = NULL},
};

size_t conforming_variant_count(void)
{
    return sizeof conforming_variants / sizeof *conforming_variants - 1;
}
