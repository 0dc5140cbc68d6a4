/* A router's or client's LEC as receiver: what the frames of others do to its LE_ARP cache (draft 2, 6;
 * lane-rules 5.1 to 5.4, 5.6).
 *
 * The cache knows a MAC address at the host's ATM address ("X"). Then a frame comes that may move it to the
 * speaker's ("Y"), and the next frame of the device for that MAC address shows what became of the entry. */
#include "cases/cases.h"
#include "steps/data_path.h"

#define AGING_S         10
#define FORWARD_DELAY_S 4

/* Twenty octets of zero. */
static const struct atm_address no_address;

static struct mac_address moving(const struct scene *scene);
static void prime_at_host(struct scene *scene);
static struct le_control from_speaker(struct scene *scene, enum le_opcode opcode);
static struct tap_event *announce_at_speaker(struct scene *scene);
static struct tap_event *announce_with_tlv(struct scene *scene);
static struct tap_event *inject_narp(struct scene *scene, struct atm_address source,
                                     struct atm_address target);
static void expect_not_at_host(struct scene *scene, struct tap_event *heard, const char *requirements);
static void expect_still_at_host(struct scene *scene, const char *requirements);
static void expect_asked_again(struct scene *scene, struct tap_event *since, int64_t age_ns,
                               const char *requirements);
static struct tap_event *answer_for_host(struct scene *scene, struct tap_event *asked, uint16_t flags);
static struct tap_event *await_question(struct scene *scene);

/* --- targetless LE_ARP_REQUEST --- */

/* R-2-13 leaves it open whether the new binding is used or asked for; the old one is neither. */
static void targetless_deletes(struct scene *scene)
{
    prime_at_host(scene);
    struct tap_event *heard = announce_at_speaker(scene);
    expect_not_at_host(scene, heard, "R-2-08 R-2-13");
}

/* R-2-07: the announcement has the TLVs of the registration. */
static void targetless_with_tlv_deletes(struct scene *scene)
{
    prime_at_host(scene);
    struct tap_event *heard = announce_with_tlv(scene);
    expect_not_at_host(scene, heard, "R-2-08");
}

static void targetless_updates(struct scene *scene)
{
    prime_at_host(scene);
    struct tap_event *heard = announce_at_speaker(scene);
    scene_advance(scene, MILLISECONDS(100));
    let_frame_be_due(scene, moving(scene));
    expect_none(scene, .requirements = "R-2-10", .pattern = probe(scene, moving(scene)),
                .since = mark_at(heard), .max_ns = SECONDS(3));
    prime_path(scene, moving(scene), scene->speaker_port);
    prove_alive(scene);
}

static void targetless_adds_nothing(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = announce_at_speaker(scene);
    scene_advance(scene, MILLISECONDS(100));
    let_frame_be_due(scene, moving(scene));
    expect(scene, .requirements = "R-2-09", .pattern = probe(scene, moving(scene)), .since = mark_at(heard),
           .max_ns = SECONDS(3));
}

static void targetless_ignored_in_v1(struct scene *scene)
{
    prime_at_host(scene);
    announce_at_speaker(scene);
    expect_still_at_host(scene, "L-le_arp-14");
}

/* --- LE_NARP_REQUEST --- */

static void no_source_deletes(struct scene *scene)
{
    prime_at_host(scene);
    struct tap_event *heard = inject_narp(scene, no_address, scene->plan.host_lec.atm_address);
    expect_not_at_host(scene, heard, "R-2-12");
}

static void no_source_of_another(struct scene *scene)
{
    prime_at_host(scene);
    inject_narp(scene, no_address, scene->plan.ghost_atm);
    expect_still_at_host(scene, "R-2-12");
}

static void plain_of_another(struct scene *scene)
{
    prime_at_host(scene);
    inject_narp(scene, scene->plan.speaker_lec.atm_address, scene->plan.ghost_atm);
    expect_still_at_host(scene, "R-6-01");
}

static void zero_deletes(struct scene *scene)
{
    prime_at_host(scene);
    struct tap_event *heard = inject_narp(scene, no_address, no_address);
    expect_not_at_host(scene, heard, "R-6-06");
}

static void zero_target_deletes(struct scene *scene)
{
    prime_at_host(scene);
    struct tap_event *heard = inject_narp(scene, scene->plan.speaker_lec.atm_address, no_address);
    expect_not_at_host(scene, heard, "R-6-06");
}

static void zero_keeps_others(struct scene *scene)
{
    prime_at_host(scene);
    prime_path(scene, scene->plan.host.mac, scene->host_port);
    inject_narp(scene, no_address, no_address);
    scene_advance(scene, MILLISECONDS(100));
    struct tap_event *asked = let_frame_be_due(scene, scene->plan.host.mac);
    expect(scene, .requirements = "R-6-06",
           .pattern = frame_directly_to(scene, scene->plan.host.mac, scene->host_port),
           .since = mark_at(asked), .max_ns = SECONDS(1));
}

/* --- age --- */

static void with_short_age(struct scene_plan *plan)
{
    lecs_settings_add_number(&plan->lecs, TLV_AGING_TIME, AGING_S);
}

static void entry_ages(struct scene *scene)
{
    prime_at_host(scene);
    struct pattern answer = {.names = FRAME_SET(LE_ARP_RESPONSE),
                             .from_any = true,
                             .reaches = port_bit(port_index(scene->device_port))};
    answer = pattern_with(answer, FIELD_TARGET_LAN, mac_value(moving(scene)));
    struct tap_event *answered = seen(scene, &answer, (struct mark){0, 0});
    if (!answered)
        scene_inconclusive(scene, "the device learned the address in another way than by LE_ARP");
    expect_asked_again(scene, answered, SECONDS(AGING_S), "L-le_arp-11");
}

static void with_short_forward_delay(struct scene_plan *plan)
{
    lecs_settings_add_number(&plan->lecs, TLV_AGING_TIME, 300);
    lecs_settings_add_number(&plan->lecs, TLV_FORWARD_DELAY_TIME, FORWARD_DELAY_S);
}

static void remote_entry_ages_at_topology_change(struct scene *scene)
{
    bring_to_elan(scene);
    les_when(scene->les, (struct les_rule){.opcode = LE_ARP_REQUEST,
                                           .lan_given = true,
                                           .lan = moving(scene),
                                           .action = LES_STAY_SILENT});
    answer_for_host(scene, await_question(scene), LE_FLAG_REMOTE_ADDRESS);
    prime_path(scene, moving(scene), scene->host_port);
    struct le_control request = peer_lec_request(scene->host_lec, LE_TOPOLOGY_REQUEST);
    request.flags = LE_FLAG_TOPOLOGY_CHANGE;
    struct tap_event *changed = inject_control(scene, &request);
    expect_asked_again(scene, changed, SECONDS(FORWARD_DELAY_S), "L-topology-02");
}

/* --- answers to others --- */

/* Nobody answers the device's question; answers with its TRANSACTION-ID but another LECID, and with neither,
 * are not for it. */
static void foreign_answer_ignored(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *asked = await_question(scene);
    struct le_control response = le_control_response(&tap_frame(scene->tap, asked)->control);
    response.requester_lecid = peer_lec_lecid(scene->host_lec);
    response.target_atm = scene->plan.speaker_lec.atm_address;
    struct mark since = mark_now(scene);
    inject_control(scene, &response);
    response.transaction_id ^= 0x00ff00ff;
    inject_control(scene, &response);
    struct tap_event *setup =
        await_call_event(scene, TAP_CALL_SETUP, scene->device_port, scene->speaker_port, since, SECONDS(3));
    expect_true(scene, !setup, setup, "L-lecid-03", "no SETUP to the address in an answer to another client",
                "SETUP to it");
    les_bind(scene->les, moving(scene), &scene->plan.speaker_lec.atm_address);
    prime_path(scene, moving(scene), scene->speaker_port);
}

/* The MAC address that the frames are about: the VMAC where the device is no virtual router, else of nobody.
 */
static struct mac_address moving(const struct scene *scene)
{
    return scene->instance->role == ROLE_CLIENT ? scene->vmac : scene->plan.third_mac;
}

/* The device sends to it on a Data Direct VCC to the host. */
static void prime_at_host(struct scene *scene)
{
    bring_to_elan(scene);
    les_bind(scene->les, moving(scene), &scene->plan.host_lec.atm_address);
    prime_path(scene, moving(scene), scene->host_port);
}

static struct le_control from_speaker(struct scene *scene, enum le_opcode opcode)
{
    return peer_lec_request(scene->speaker_lec, opcode);
}

/* A targetless LE_ARP_REQUEST: the MAC address is at the speaker now; the LES knows as well. */
static struct tap_event *announce_at_speaker(struct scene *scene)
{
    struct le_control request = from_speaker(scene, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(moving(scene));
    les_bind(scene->les, moving(scene), &scene->plan.speaker_lec.atm_address);
    return inject_control(scene, &request);
}

/* The same with an LLC-Muxed-ATM-Address TLV. */
static struct tap_event *announce_with_tlv(struct scene *scene)
{
    struct atm_address multiplexed = scene->plan.speaker_lec.atm_address;
    struct le_control request = from_speaker(scene, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(moving(scene));
    le_control_add_tlv(&request, TLV_LLC_MUXED_ATM_ADDRESS, multiplexed.octet, ATM_ADDRESS_SIZE);
    les_bind(scene->les, moving(scene), &scene->plan.speaker_lec.atm_address);
    return inject_control(scene, &request);
}

/* An LE_NARP_REQUEST about the MAC address, which the LES knows to be at the speaker from now on. */
static struct tap_event *inject_narp(struct scene *scene, struct atm_address source,
                                     struct atm_address target)
{
    struct le_control request = from_speaker(scene, LE_NARP_REQUEST);
    request.target_lan = lan_destination_of_mac(moving(scene));
    request.source_atm = source;
    request.target_atm = target;
    les_bind(scene->les, moving(scene), &scene->plan.speaker_lec.atm_address);
    return inject_control(scene, &request);
}

/* The next frame does not travel to the host, whatever other way it takes. */
static void expect_not_at_host(struct scene *scene, struct tap_event *heard, const char *requirements)
{
    scene_advance(scene, MILLISECONDS(100));
    struct tap_event *asked = let_frame_be_due(scene, moving(scene));
    expect_none(scene, .requirements = requirements,
                .pattern = frame_directly_to(scene, moving(scene), scene->host_port),
                .since = mark_after(heard), .max_ns = asked->time_ns + PATH_NS - heard->time_ns);
    struct pattern any = frame_to(scene, moving(scene));
    if (!seen(scene, &any, mark_at(asked)))
        scene_inconclusive(scene, "the device sends no frame to the address any more");
    prove_alive(scene);
}

/* The next frame travels to the host as before, at once. */
static void expect_still_at_host(struct scene *scene, const char *requirements)
{
    scene_advance(scene, MILLISECONDS(100));
    struct tap_event *asked = let_frame_be_due(scene, moving(scene));
    expect(scene, .requirements = requirements,
           .pattern = frame_directly_to(scene, moving(scene), scene->host_port), .since = mark_at(asked),
           .max_ns = SECONDS(1));
}

/* LE_ARP_REQUEST again when the entry is 'age_ns' old, at the latest for the frame that is due then. */
static void expect_asked_again(struct scene *scene, struct tap_event *since, int64_t age_ns,
                               const char *requirements)
{
    scene_advance(scene, since->time_ns + age_ns + MILLISECONDS(500) - scene_now_ns(scene));
    struct tap_event *asked = let_frame_be_due(scene, moving(scene));
    expect(scene, .requirements = requirements, .pattern = probe(scene, moving(scene)),
           .since = mark_after(since), .max_ns = asked->time_ns + SECONDS(1) - since->time_ns);
}

/* The answer to the device's question: the MAC address is at the host. */
static struct tap_event *answer_for_host(struct scene *scene, struct tap_event *asked, uint16_t flags)
{
    struct le_control response = le_control_response(&tap_frame(scene->tap, asked)->control);
    response.flags = flags;
    response.target_atm = scene->plan.host_lec.atm_address;
    return inject_control(scene, &response);
}

/* The device's LE_ARP_REQUEST for the MAC address, once a frame for it is due. */
static struct tap_event *await_question(struct scene *scene)
{
    struct pattern question = probe(scene, moving(scene));
    struct tap_event *due = let_frame_be_due(scene, moving(scene));
    struct tap_event *asked = await(scene, &question, mark_at(due), SECONDS(2));
    if (!asked)
        scene_inconclusive(scene, "the device does not ask for an address that it does not know");
    return asked;
}

#define CACHE(name, what, ids, stimulates, accepts, where, preparation, function)                            \
    {                                                                                                        \
        .id = "lec-cache/" name, .title = what, .requirements = ids, .stimulus = stimulates,                 \
        .accepted = accepts, .scope = where, .prepare = preparation, .run = function                         \
    }
#define ELSEWHERE "the next frame for the MAC address does not travel on the VCC to X"
#define AT_ONCE   "the next frame for the MAC address travels on the VCC to X at once"

static const struct test_case cases[] = {
    CACHE("targetless-deletes", "A targetless LE_ARP_REQUEST ends the old binding", "R-2-08 R-2-13",
          "cached at X; targetless LE_ARP_REQUEST from Y", ELSEWHERE, LEC_V2, NULL, targetless_deletes),
    CACHE("targetless-with-tlv-deletes", "A targetless LE_ARP_REQUEST with a TLV ends the old binding",
          "R-2-08", "cached at X; targetless LE_ARP_REQUEST from Y with an LLC-Muxed-ATM-Address TLV",
          ELSEWHERE, LEC_V2, NULL, targetless_with_tlv_deletes),
    CACHE("targetless-updates", "A targetless LE_ARP_REQUEST brings the new binding", "R-2-10",
          "cached at X; targetless LE_ARP_REQUEST from Y", "no LE_ARP_REQUEST; frames travel to Y", LEC_V2,
          NULL, targetless_updates),
    CACHE("targetless-adds-nothing",
          "A targetless LE_ARP_REQUEST for an address that is not cached is ignored", "R-2-09",
          "not cached; targetless LE_ARP_REQUEST from Y", "LE_ARP_REQUEST for the next frame", LEC_V2, NULL,
          targetless_adds_nothing),
    CACHE("targetless-ignored-in-v1", "In v1 mode a targetless LE_ARP_REQUEST is ignored", "L-le_arp-14",
          "cached at X; targetless LE_ARP_REQUEST from Y", AT_ONCE, LEC_V1, NULL, targetless_ignored_in_v1),
    CACHE("no-source-narp-deletes", "A no-source LE_NARP_REQUEST ends the binding that it names", "R-2-12",
          "cached at X; no-source LE_NARP_REQUEST for X", ELSEWHERE, LEC_V2, NULL, no_source_deletes),
    CACHE("no-source-narp-of-another", "A no-source LE_NARP_REQUEST leaves other bindings alone", "R-2-12",
          "cached at X; no-source LE_NARP_REQUEST for the same MAC address at Z", AT_ONCE, LEC_V2, NULL,
          no_source_of_another),
    CACHE("plain-narp-of-another", "A plain LE_NARP_REQUEST leaves other bindings alone", "R-6-01",
          "cached at X; LE_NARP_REQUEST that moves the same MAC address from Z to Y", AT_ONCE, LEC_ANY, NULL,
          plain_of_another),
    CACHE("zero-narp-deletes", "A zero/zero LE_NARP_REQUEST ends any binding of its MAC address", "R-6-06",
          "cached at X; LE_NARP_REQUEST with both ATM addresses zero", ELSEWHERE, LEC_ANY, NULL,
          zero_deletes),
    CACHE("zero-target-narp-deletes", "A target of zero is enough", "R-6-06",
          "cached at X; LE_NARP_REQUEST from Y with a target ATM address of zero", ELSEWHERE, LEC_ANY, NULL,
          zero_target_deletes),
    CACHE("zero-narp-keeps-others", "A zero/zero LE_NARP_REQUEST leaves other MAC addresses alone", "R-6-06",
          "two MAC addresses cached at X; LE_NARP_REQUEST with both ATM addresses zero for one of them",
          "the next frame for the other one travels on the VCC to X at once", LEC_ANY, NULL,
          zero_keeps_others),
    CACHE("entry-ages", "An entry ages after C17", "L-le_arp-11",
          "cached at X, C17 = 10 s, unused until then",
          "LE_ARP_REQUEST when it is that old, at the latest for the next frame", LEC_ANY, with_short_age,
          entry_ages),
    CACHE("topology-change", "A topology change shortens the age of remote entries to C18", "L-topology-02",
          "cached at X by a proxy's answer, C17 = 300 s, C18 = 4 s; LE_TOPOLOGY_REQUEST with its flag set",
          "LE_ARP_REQUEST 4 s later, at the latest for the next frame", LEC_ANY, with_short_forward_delay,
          remote_entry_ages_at_topology_change),
    CACHE("foreign-answer-ignored", "An answer to another client is ignored", "L-lecid-03",
          "LE_ARP_RESPONSEs for the address in question with another REQUESTER-LECID",
          "no SETUP to the address in them; the right answer is used", LEC_ANY, NULL, foreign_answer_ignored),
};

const struct case_list lec_cache_cases = {cases, sizeof cases / sizeof *cases};
