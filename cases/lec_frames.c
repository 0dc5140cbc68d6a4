/* What a router's or client's LEC answers, what it ignores, and the form of what it sends
 * (lane-rules 5.2, 5.5; lane-wire 1 to 4, 12, 13). */
#include <string.h>

#include "cases/cases.h"
#include "steps/lan_side.h"

#define ANSWER_NS         SECONDS(2)
#define UNKNOWN_TLV       0x00a03eff /* of the ATM Forum, unassigned */
#define NARP_ANSWER       0x0108
#define CONTROL_TIMEOUT_S 10 /* C7 of the suite */
#define ANNOUNCED_MOST    3  /* in two seconds (lane-rules 5.5) */
#define SERVED_LAN        0  /* LAN port of the station that a bridge represents */

static void bring_to_service(struct scene *scene);
static struct mac_address served(const struct scene *scene);
static bool flagged_remote(const struct scene *scene);
static struct le_control question_for(struct scene *scene, struct mac_address mac);
static struct pattern le_arp_answer_to(const struct scene *scene, const struct le_control *request);

/* --- LE_ARP_RESPONSE (lane-rules 5.2) --- */

static void copies_request(struct scene *scene)
{
    bring_to_service(scene);
    struct le_control request = question_for(scene, served(scene));
    struct tap_event *asked = inject_control(scene, &request);
    struct pattern pattern = le_arp_answer_for(scene, served(scene));
    struct tap_event *event = await(scene, &pattern, mark_at(asked), ANSWER_NS);
    if (!event)
        scene_inconclusive(scene, "the device does not answer LE_ARP for an address that it represents");
    const struct le_control *answer = &tap_frame(scene->tap, event)->control;
    char line[FRAME_TEXT_SIZE];
    expect_true(scene,
                answer->transaction_id == request.transaction_id &&
                    answer->requester_lecid == request.requester_lecid &&
                    lan_destination_equal(answer->source_lan, request.source_lan) &&
                    lan_destination_equal(answer->target_lan, request.target_lan) &&
                    atm_address_equal(&answer->source_atm, &request.source_atm),
                event, "L-le_arp-01",
                "TRANSACTION-ID, LECID, LAN destinations and SOURCE-ATM-ADDRESS of the request",
                tap_what(scene->tap, event, line, sizeof line));
}

static void remote_flag(struct scene *scene)
{
    bring_to_service(scene);
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, served(scene), &id);
    struct pattern pattern = le_arp_answer(scene, id);
    struct tap_event *answer = await(scene, &pattern, mark_at(asked), ANSWER_NS);
    if (!answer)
        scene_inconclusive(scene, "the device does not answer LE_ARP for an address that it represents");
    expect_field(scene, answer, FIELD_FLAG_REMOTE, number_value(flagged_remote(scene)), "L-le_arp-02");
}

static void silent_about_others(struct scene *scene)
{
    bring_to_elan(scene);
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->plan.third_mac, &id);
    expect_none(scene, .requirements = "L-le_arp-03", .pattern = le_arp_answer(scene, id),
                .since = mark_at(asked), .max_ns = ANSWER_NS);
    prove_alive(scene);
}

/* The request could be its own probe: it has its LECID. */
static void own_question_unanswered(struct scene *scene)
{
    bring_to_service(scene);
    struct le_control request = question_for(scene, served(scene));
    request.requester_lecid = les_lecid_of(scene->les, &scene->device_atm);
    request.source_lan = lan_destination_of_mac(scene->device_mac);
    request.source_atm = scene->device_atm;
    struct tap_event *heard = inject_control(scene, &request);
    expect_none(scene, .requirements = "L-le_arp-04", .pattern = le_arp_answer_to(scene, &request),
                .since = mark_at(heard), .max_ns = ANSWER_NS);
    prove_alive(scene);
}

static void targetless_unanswered(struct scene *scene)
{
    bring_to_elan(scene);
    struct le_control request = peer_lec_request(scene->host_lec, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(scene->plan.third_mac);
    struct tap_event *heard = inject_control(scene, &request);
    expect_none(scene, .requirements = "L-le_arp-13", .pattern = le_arp_answer_to(scene, &request),
                .since = mark_at(heard), .max_ns = ANSWER_NS);
    prove_alive(scene);
}

/* --- its own frames come back (lane-wire 13) --- */

/* An advertisement of higher priority, but with the LECID of the device in front. */
static void own_data_ignored(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.lower_priority);
    struct value value = number_value(les_lecid_of(scene->les, &scene->device_atm));
    struct value priority = number_value(scene->plan.higher_priority);
    uint8_t data[256];
    if (heard->size > sizeof data)
        scene_inconclusive(scene, "the advertisement is longer than expected");
    memcpy(data, heard->data, heard->size);
    field_set(scene_carrier(scene), data, heard->size, FIELD_LECID, &value);
    field_set(scene_carrier(scene), data, heard->size, FIELD_PRIORITY, &priority);
    struct mark since = mark_now(scene);
    bus_send(scene->bus, data, heard->size);
    scene_advance(scene, SECONDS(1));
    expect(scene, .requirements = "L-lecid-01", .pattern = advertisement(scene, scene->vrid),
           .since = {tap_count(scene->tap), since.time_ns + SECONDS(1)}, .max_ns = interval_ns(scene));
    prove_alive(scene);
}

static void own_announcement_ignored(struct scene *scene)
{
    bring_to_master(scene);
    struct pattern announced = announcement(scene, scene->vmac);
    struct tap_event *sent = seen(scene, &announced, mark_at(scene->started));
    if (!sent)
        scene_inconclusive(scene, "the Master did not announce the VMAC");
    inject_echo_of(scene, sent);
    scene_advance(scene, SECONDS(1));
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect(scene, .requirements = "L-lecid-02", .pattern = le_arp_answer(scene, id), .since = mark_at(asked),
           .max_ns = ANSWER_NS);
}

/* --- the form of control frames (lane-wire 1 to 4) --- */

/* READY_QUERY and READY_IND alone are short; the TLVs are counted by their own lengths. */
static bool has_wrong_header(const struct scene *scene, struct tap_event *event)
{
    static const uint8_t header[] = {0xff, 0x00, 0x01, 0x01};
    if (event->kind != TAP_SDU || !le_control_marked(event->data, event->size))
        return false;
    const struct frame *frame = tap_frame(scene->tap, event);
    if (event->size < sizeof header || memcmp(event->data, header, sizeof header) != 0 ||
        frame->name == FRAME_MALFORMED)
        return true;
    size_t size = LE_CONTROL_SIZE;
    if (le_control_is_ready(&frame->control))
        return event->size != LE_READY_SIZE;
    for (size_t i = 0; i < frame->control.tlv_present; i++)
        size += 5 + frame->control.tlvs[i].value.size;
    return event->size != size;
}

/* LAN type, frame size and ELAN name belong to configuration and join. */
static bool has_unused_octets(const struct scene *scene, struct tap_event *event)
{
    static const char empty[sizeof((struct le_control *)0)->elan_name];
    if (event->kind != TAP_SDU || !(tap_frame(scene->tap, event)->layers & LAYER_CONTROL))
        return false;
    const struct le_control *control = &tap_frame(scene->tap, event)->control;
    if (le_control_is_ready(control) || control->opcode == LE_CONFIGURE_REQUEST ||
        control->opcode == LE_JOIN_REQUEST)
        return false;
    return control->lan_type || control->max_frame_size || control->elan_name_size ||
           memcmp(control->elan_name, empty, sizeof empty) != 0;
}

static bool is_short_data(const struct scene *scene, struct tap_event *event)
{
    return event->kind == TAP_SDU && tap_frame(scene->tap, event)->layers & LAYER_LE_DATA &&
           event->size < LE_DATA_MINIMUM_SIZE;
}

/* AC, FC of an LLC frame, addresses, LLC/SNAP. */
static bool is_not_8025(const struct scene *scene, struct tap_event *event)
{
    const struct frame *frame = event->kind == TAP_SDU ? tap_frame(scene->tap, event) : NULL;
    return frame && frame->layers & LAYER_LE_DATA &&
           (!(frame->layers & LAYER_ETHERNET) || !frame->ethernet.snap);
}

static bool has_foreign_lecid(const struct scene *scene, struct tap_event *event)
{
    if (event->kind != TAP_SDU || !(tap_frame(scene->tap, event)->layers & LAYER_LE_DATA))
        return false;
    uint16_t lecid = tap_frame(scene->tap, event)->lecid;
    return lecid && lecid != les_lecid_of(scene->les, &scene->device_atm);
}

/* What the case looks for in every frame that the device sent on its way to Master and to an ARP reply. */
static const struct form {
    const char *requirements;
    bool (*wrong)(const struct scene *scene, struct tap_event *event);
    const char *expected;
} forms[] = {
    {"L-frame-01", has_wrong_header, "FF00 01 01 and 108 octets with the TLVs, or 6 for READY"},
    {"L-frame-02", has_unused_octets, "zero in LAN-TYPE, MAXIMUM-FRAME-SIZE and ELAN-NAME"},
    {"L-frame-05", is_short_data, "62 octets or more"},
    {"L-frame-06", has_foreign_lecid, "the LECID of the join, or 0"},
    {"L-frame-07", is_not_8025, "AC, FC=40, two addresses, LLC/SNAP"},
};

static void form_of_frames(struct scene *scene)
{
    const struct form *form = &forms[scene->test->parameter];
    bring_to_service(scene);
    inject_arp_request(scene, scene->device_ip);
    scene_advance(scene, SECONDS(5));
    struct tap_event *wrong = NULL;
    for (size_t i = 0; i < tap_count(scene->tap) && !wrong; i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        if (tap_from(event, port_index(scene->device_port)) && form->wrong(scene, event))
            wrong = event;
    }
    char line[FRAME_TEXT_SIZE];
    expect_true(scene, !wrong, wrong, form->requirements, form->expected,
                wrong ? tap_what(scene->tap, wrong, line, sizeof line) : "");
}

static void unknown_tlv_tolerated(struct scene *scene)
{
    static const uint8_t content[] = {1, 2, 3, 4};
    bring_to_elan(scene);
    struct le_control request = question_for(scene, scene->device_mac);
    le_control_add_tlv(&request, UNKNOWN_TLV, content, sizeof content);
    struct tap_event *asked = inject_control(scene, &request);
    expect(scene, .requirements = "L-frame-03", .pattern = le_arp_answer_to(scene, &request),
           .since = mark_at(asked), .max_ns = ANSWER_NS);
}

/* Plain, no-source and zero. */
static void narp_unanswered(struct scene *scene)
{
    bring_to_elan(scene);
    for (unsigned form = 0; form < 3; form++) {
        struct le_control request = peer_lec_request(scene->host_lec, LE_NARP_REQUEST);
        request.target_lan = lan_destination_of_mac(scene->plan.third_mac);
        if (form > 0)
            memset(&request.source_atm, 0, sizeof request.source_atm);
        if (form < 2)
            request.target_atm = scene->plan.ghost_atm;
        struct tap_event *heard = inject_control(scene, &request);
        expect_none(scene, .requirements = "L-frame-04",
                    .pattern = pattern_with((struct pattern){0}, FIELD_OPCODE, number_value(NARP_ANSWER)),
                    .since = mark_at(heard), .max_ns = ANSWER_NS);
    }
    prove_alive(scene);
}

/* --- registration (lane-rules 4.2, lane-wire 1.1) --- */

static void registration_form(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    struct pattern registers = {
        .names = FRAME_SET(LE_REGISTER_REQUEST), .about = true, .about_mac = scene->vmac};
    struct tap_event *sent =
        await(scene, &registers, mark_at(scene->started), master_down_ns(scene) + SECONDS(1));
    if (!sent)
        scene_inconclusive(scene, "the device does not register the VMAC");
    const struct le_control *request = &tap_frame(scene->tap, sent)->control;
    char line[FRAME_TEXT_SIZE];
    expect_true(scene,
                lan_destination_is_mac(request->source_lan, scene->vmac) &&
                    atm_address_equal(&request->source_atm, &scene->device_atm) &&
                    lan_destination_equal(request->target_lan, LAN_DESTINATION_NONE) &&
                    atm_address_is_zero(&request->target_atm),
                sent, "L-register-01", "the VMAC and the own ATM address as source, no target",
                tap_what(scene->tap, sent, line, sizeof line));
}

/* The registration is unanswered; a success for another client, with its LECID and TRANSACTION-ID, is no
 * answer to it. */
static void foreign_registration_ignored(struct scene *scene)
{
    bring_to(scene, STATE_MASTER_NP_PENDING);
    struct le_control response = peer_lec_request(scene->host_lec, LE_REGISTER_RESPONSE);
    response.source_lan = lan_destination_of_mac(scene->vmac);
    struct tap_event *heard = inject_control(scene, &response);
    expect(scene, .requirements = "L-register-08", .pattern = registration(scene, scene->vmac),
           .since = mark_at(heard), .max_ns = SECONDS(CONTROL_TIMEOUT_S));
}

/* --- the rate of announcements (lane-rules 5.5) --- */

/* From the first on, while the registration, or the probe, keeps them going. */
static void announcement_rate(struct scene *scene)
{
    bring_to(scene, scene->proxy ? STATE_MASTER_PX_PERSISTING : STATE_MASTER_NP_PENDING);
    struct pattern announced = announcement(scene, scene->vmac);
    scene_advance(scene, SECONDS(6));
    for (struct tap_event *first = seen(scene, &announced, mark_at(scene->started)); first;
         first = seen(scene, &announced, mark_after(first))) {
        unsigned count = 0;
        for (struct tap_event *event = first; event && event->time_ns < first->time_ns + SECONDS(2);
             event = seen(scene, &announced, mark_after(event)))
            count++;
        if (!expect_true(scene, count <= ANNOUNCED_MOST, first, "L-rate-01",
                         "at most three announcements in 2 s", "more"))
            return;
    }
}

/* A router serves as Master, a bridge what it heard on a LAN, any other device as soon as it is in the ELAN.
 */
static void bring_to_service(struct scene *scene)
{
    if (scene->instance->role == ROLE_ROUTER)
        bring_to_master(scene);
    else
        bring_to_elan(scene);
    if (scene->instance->role != ROLE_BRIDGE)
        return;
    lan_host_speaks(scene, SERVED_LAN);
    scene_advance(scene, SECONDS(1)); /* it learns */
}

/* An address that it represents then. */
static struct mac_address served(const struct scene *scene)
{
    if (scene->instance->role == ROLE_BRIDGE)
        return scene->plan.lans[SERVED_LAN].host.mac;
    return scene->instance->role == ROLE_ROUTER ? scene->vmac : scene->device_mac;
}

/* Its answer for that address is one of a proxy for what it does not register. */
static bool flagged_remote(const struct scene *scene)
{
    return scene->plan.device.proxy && !les_binding(scene->les, served(scene), NULL);
}

/* LE_ARP_REQUEST of the host. */
static struct le_control question_for(struct scene *scene, struct mac_address mac)
{
    struct le_control request = peer_lec_request(scene->host_lec, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(scene->plan.host_lec.mac);
    request.target_lan = lan_destination_of_mac(mac);
    return request;
}

static struct pattern le_arp_answer_to(const struct scene *scene, const struct le_control *request)
{
    return le_arp_answer(scene, request->transaction_id);
}

#define FRAMES(name, what, ids, stimulates, accepts, needs, function, value)                                 \
    {                                                                                                        \
        .id = "lec-frames/" name, .title = what, .requirements = ids, .stimulus = stimulates,                \
        .accepted = accepts, .scope = LEC_ANY, .capabilities = needs, .run = function, .parameter = value    \
    }
#define LEC_ON(medium)                                                                                       \
    {                                                                                                        \
        .roles = ROLE_ROUTER | ROLE_CLIENT | ROLE_BRIDGE, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,        \
        .lane = LANE_V1 | LANE_V2, .media = medium                                                           \
    }
#define FORM_ON(medium, name, what, ids, accepts, number)                                                    \
    {                                                                                                        \
        .id = "lec-frames/" name, .title = what, .requirements = ids,                                        \
        .stimulus = "none: the router becomes Master, the client joins; ARP for its own address",            \
        .accepted = accepts, .scope = LEC_ON(medium), .capabilities = CAPABILITY_CONTROL_STARTUP,            \
        .run = form_of_frames, .parameter = number                                                           \
    }
#define ROUTERS(name, what, ids, stimulates, accepts, function)                                              \
    {                                                                                                        \
        .id = "lec-frames/" name, .title = what, .requirements = ids, .stimulus = stimulates,                \
        .accepted = accepts, .scope = ROUTER_ANY, .capabilities = CAPABILITY_CONTROL_STARTUP,                \
        .run = function                                                                                      \
    }
#define FORM(name, what, ids, accepts, number)                                                               \
    FRAMES(name, what, ids, "none: the router becomes Master, the client joins; ARP for its own address",    \
           accepts, CAPABILITY_CONTROL_STARTUP, form_of_frames, number)

static const struct test_case cases[] = {
    FRAMES("le-arp-response-copies", "LE_ARP_RESPONSE copies the request", "L-le_arp-01",
           "LE_ARP_REQUEST for the VMAC, handed to the Master; for its own MAC address, to a client",
           "TRANSACTION-ID, LECID, LAN destinations and SOURCE-ATM-ADDRESS as in the request",
           CAPABILITY_CONTROL_STARTUP, copies_request, 0),
    FRAMES("remote-flag", "The Remote Address flag tells a proxy's answer", "L-le_arp-02",
           "LE_ARP_REQUEST for the VMAC, handed to the Master; for its own MAC address, to a client",
           "the flag set by a proxy for what it does not register, else clear", CAPABILITY_CONTROL_STARTUP,
           remote_flag, 0),
    FRAMES("silent-about-others", "LE_ARP for an address of nobody is not answered", "L-le_arp-03",
           "LE_ARP_REQUEST for a MAC address that the device does not represent",
           "no LE_ARP_RESPONSE; LE_ARP for its own MAC address is answered", 0u, silent_about_others, 0),
    FRAMES("own-question-unanswered", "An LE_ARP_REQUEST with the own LECID is not answered", "L-le_arp-04",
           "LE_ARP_REQUEST for an address that the device represents, with its own LECID",
           "no LE_ARP_RESPONSE", CAPABILITY_CONTROL_STARTUP, own_question_unanswered, 0),
    FRAMES("targetless-unanswered", "A targetless LE_ARP_REQUEST is not answered", "L-le_arp-13",
           "targetless LE_ARP_REQUEST from the host", "no LE_ARP_RESPONSE", 0u, targetless_unanswered, 0),
    ROUTERS("own-data-ignored", "A data frame with the own LECID is discarded", "L-lecid-01",
            "an advertisement of higher priority with the LECID of the Master in its LE header",
            "the Master goes on", own_data_ignored),
    ROUTERS("own-announcement-ignored", "The echo of the own announcement has no effect", "L-lecid-02",
            "the Master's own targetless LE_ARP_REQUEST (v1: LE_NARP_REQUEST) comes back to it",
            "LE_ARP for the VMAC is answered as before", own_announcement_ignored),
    FORM("control-header", "Control frames have the header and size of LANE", "L-frame-01",
         "FF00 01 01 and 108 octets with the TLVs; READY frames 6 octets", 0),
    FORM("unused-fields", "Unused fields of control frames are zero", "L-frame-02",
         "LAN-TYPE, MAXIMUM-FRAME-SIZE and ELAN-NAME zero except in LE_CONFIGURE_REQUEST and LE_JOIN_REQUEST",
         1),
    FRAMES("unknown-tlv", "An unknown TLV does not hinder", "L-frame-03",
           "LE_ARP_REQUEST for the device's own MAC address with an unknown TLV", "LE_ARP_RESPONSE", 0u,
           unknown_tlv_tolerated, 0),
    FRAMES("narp-unanswered", "LE_NARP_REQUEST is not answered", "L-frame-04",
           "plain, no-source and zero/zero LE_NARP_REQUEST", "no frame of op-code 0108", 0u, narp_unanswered,
           0),
    FORM_ON(MEDIUM_ETHERNET, "data-size", "Data frames have 62 octets or more", "L-frame-05",
            "short frames padded", 2),
    FORM("data-lecid", "Data frames begin with the own LECID", "L-frame-06", "the LECID of the join, or 0",
         3),
    FORM_ON(MEDIUM_TOKEN_RING, "802-5-layout", "Data frames of a token-ring ELAN are 802.5 frames",
            "L-frame-07", "LE header, AC, FC=40, destination, source, LLC/SNAP", 4),
    {.id = "lec-frames/registration-form",
     .title = "A registration has the address as source and no target",
     .requirements = "L-register-01",
     .stimulus = "the device becomes Master and registers the VMAC",
     .accepted = "the VMAC and the own ATM address as source, both targets zero",
     .scope = ROUTER_NON_PROXY,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = registration_form},
    {.id = "lec-frames/foreign-registration-ignored",
     .title = "The answer to another client's registration is ignored",
     .requirements = "L-register-08",
     .stimulus = "the registration of the VMAC is unanswered; LE_REGISTER_RESPONSE with another LECID and "
                 "TRANSACTION-ID",
     .accepted = "the registration is repeated within the control time-out",
     .scope = ROUTER_NON_PROXY,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = foreign_registration_ignored},
    ROUTERS("announcement-rate", "Announcements are rare", "L-rate-01",
            "the registration stays unanswered, or the probe is answered",
            "at most three announcements of the VMAC in any two seconds", announcement_rate),
};

const struct case_list lec_frames_cases = {cases, sizeof cases / sizeof *cases};
