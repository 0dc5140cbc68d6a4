/* Cells of the table: what other clients of the ELAN say: claims of the VMAC, withdrawals, topology changes,
 * flushes (draft 2, 6; lane-rules 5). */
#include "cases/cells.h"

#define ANSWER_LIMIT SECONDS(1)
#define RESOLVING    SECONDS(8) /* LE_ARP, SETUP and the flush of the old path */
#define ANNOUNCED    SECONDS(5)
#define KEPT         SECONDS(2)
#define AGED         SECONDS(17) /* C18 is 15 s, C17 300 s */

static struct tap_event *claim(struct scene *scene, const struct atm_address *atm);
static struct tap_event *withdraw(struct scene *scene, struct mac_address mac,
                                  const struct atm_address *source, const struct atm_address *target);
static struct tap_event *provoke(struct scene *scene, struct mac_address mac, struct ipv4_address address);
static void have_master(struct scene *scene);
static void learn_vmac(struct scene *scene);
static struct pattern to_speaker(const struct scene *scene);
static void expect_no_call_to_ghost(struct scene *scene, struct mark since, const char *requirements);
static void expect_same_way(struct scene *scene, const char *requirements);
static void expect_other_way(struct scene *scene, struct mark since, const char *requirements);
static struct tap_event *change_topology(struct scene *scene, bool changed);
static void expect_age(struct scene *scene, struct mark since, bool changed);

/* Another client claims the VMAC by a targetless LE_ARP_REQUEST; a v1 client does not know the form. */
void cell_foreign_targetless(struct scene *scene, const struct state_cell *cell)
{
    arrive(scene, cell->state);
    if (is_master(cell->state)) {
        struct tap_event *claimed = claim(scene, &scene->plan.ghost_atm);
        expect_association_kept_at(scene, SITE, mark_at(claimed), KEPT, "R-3.3.3-06");
        expect_rate_kept(scene, mark_at(claimed), KEPT, "L-rate-01");
        expect_none(scene, .requirements = "L-le_arp-13",
                    .pattern = le_arp_answer(scene, tap_frame(scene->tap, claimed)->control.transaction_id),
                    .since = mark_at(claimed), .max_ns = ANSWER_LIMIT);
    } else {
        have_master(scene);
        struct tap_event *claimed = claim(scene, &scene->plan.ghost_atm);
        expect_no_call_to_ghost(scene, mark_at(claimed), scene->v2 ? "R-2-09" : "L-le_arp-14");
        learn_vmac(scene);
        claimed = claim(scene, &scene->plan.ghost_atm);
        if (scene->v2)
            expect_other_way(scene, mark_at(claimed), "R-2-08");
        else
            expect_same_way(scene, "L-le_arp-14");
    }
    expect_state(scene, cell->state, NULL);
}

/* Another client withdraws it: by the no-source form (v2), or with target ATM address zero, whatever the
 * source (draft 6). Before that a withdrawal that does not hit: of another ATM address, or of another MAC
 * address. */
void cell_foreign_narp(struct scene *scene, const struct state_cell *cell)
{
    arrive(scene, cell->state);
    const struct atm_address zero = {{0}};
    bool no_source = scene->v2 && random_between(&scene->random, 0, 1);
    const struct atm_address *source =
        no_source || random_between(&scene->random, 0, 1) ? &zero : &scene->plan.host_lec.atm_address;
    if (is_master(cell->state)) {
        const struct atm_address *target =
            random_between(&scene->random, 0, 1) ? &scene->plan.ghost_atm : &scene->device_atm;
        struct tap_event *withdrawn = withdraw(scene, scene->vmac, source, no_source ? target : &zero);
        expect_association_kept_at(scene, SITE, mark_at(withdrawn), KEPT, "R-3.3.3-02");
        expect_state(scene, cell->state, NULL);
        return;
    }
    const char *requirements = no_source ? "R-2-12" : "R-6-06";
    have_master(scene);
    learn_vmac(scene);
    withdraw(scene, no_source ? scene->vmac : scene->plan.third_mac, source,
             no_source ? &scene->plan.ghost_atm : &zero);
    expect_same_way(scene, requirements);
    struct tap_event *withdrawn =
        withdraw(scene, scene->vmac, source, no_source ? &scene->plan.speaker_lec.atm_address : &zero);
    expect_other_way(scene, mark_at(withdrawn), requirements);
    expect_state(scene, cell->state, NULL);
}

/* What the device learns stays as long as the case lasts, whatever C17 it would choose. */
void prepare_long_memory(struct scene_plan *plan)
{
    lecs_settings_add_number(&plan->lecs, TLV_AGING_TIME, 300);
}

/* A station behind the host, which is a bridge here: its entry in the device's cache is a remote one. Ages
 * are the LECS's, so that they don't hang on the device's own choice. */
void prepare_remote_station(struct scene_plan *plan)
{
    plan->host_lec.proxy = true;
    lecs_settings_add_number(&plan->lecs, TLV_AGING_TIME, 300);
    lecs_settings_add_number(&plan->lecs, TLV_FORWARD_DELAY_TIME, 15);
}

/* C19 set: the entry ages within C18, so the next frame has its address resolved anew. C19 cleared: it stays
 * for C17. */
void cell_topology_change(struct scene *scene, const struct state_cell *cell)
{
    arrive(scene, cell->state);
    peer_lec_represent(scene->host_lec, scene->plan.third_mac, PEER_LEC_PROXIED);
    provoke(scene, scene->plan.third_mac, scene->plan.third_ip);
    scene_advance(scene, RESOLVING);
    renew(scene, cell->state);
    expect_age(scene, mark_at(change_topology(scene, true)), true);
    scene_advance(scene, RESOLVING);
    change_topology(scene, false);
    scene_advance(scene, SECONDS(1));
    expect_age(scene, mark_now(scene), false);
    expect_state(scene, cell->state, NULL);
}

void cell_flush_request(struct scene *scene, const struct state_cell *cell)
{
    arrive(scene, cell->state);
    struct le_control request = peer_lec_request(scene->host_lec, LE_FLUSH_REQUEST);
    request.target_atm = scene->device_atm;
    struct pattern arrives =
        pattern_with((struct pattern){.names = FRAME_SET(LE_FLUSH_REQUEST),
                                      .from_any = true,
                                      .reaches = port_bit(port_index(scene->device_port))},
                     FIELD_TRANSACTION_ID, number_value(request.transaction_id));
    struct mark since = mark_now(scene);
    peer_lec_send_control(scene->host_lec, PEER_LEC_MULTICAST_SEND, &request);
    struct tap_event *asked = await(scene, &arrives, since, SECONDS(5));
    if (!asked)
        scene_inconclusive(scene, "the LE_FLUSH_REQUEST did not reach the device");
    struct pattern response = {.names = FRAME_SET(LE_FLUSH_RESPONSE), .vcc_kinds = 1u << VCC_CONTROL_DIRECT};
    expect(scene, .requirements = "L-flush-01",
           .pattern = pattern_with(response, FIELD_TRANSACTION_ID, number_value(request.transaction_id)),
           .since = mark_at(asked), .max_ns = ANSWER_LIMIT);
    expect_state(scene, cell->state, NULL);
}

static struct tap_event *claim(struct scene *scene, const struct atm_address *atm)
{
    struct le_control request = peer_lec_request(scene->host_lec, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(scene->vmac);
    request.source_atm = *atm;
    return inject_control(scene, &request);
}

static struct tap_event *withdraw(struct scene *scene, struct mac_address mac,
                                  const struct atm_address *source, const struct atm_address *target)
{
    struct le_control request = peer_lec_request(scene->host_lec, LE_NARP_REQUEST);
    request.source_atm = *source;
    request.target_lan = lan_destination_of_mac(mac);
    request.target_atm = *target;
    return inject_control(scene, &request);
}

/* An ARP request of 'mac' and 'address' to the device's own address: it has to send an answer to 'mac'.
 * Returns its arrival. */
static struct tap_event *provoke(struct scene *scene, struct mac_address mac, struct ipv4_address address)
{
    struct arp arp = {
        .operation = ARP_REQUEST, .sender_mac = mac, .sender_ip = address, .target_ip = scene->device_ip};
    return inject_arp(scene, &arp);
}

/* The speaker is Master, and done with its announcements. */
static void have_master(struct scene *scene)
{
    if (!scene->speaker_is_master)
        speaker_takes_over(scene, scene->plan.higher_priority);
    scene_advance(scene, ANNOUNCED);
}

/* The device sends to the VMAC and resolves it: to the speaker, which is its Master. */
static void learn_vmac(struct scene *scene)
{
    provoke(scene, scene->vmac, scene->plan.third_ip);
    scene_advance(scene, RESOLVING);
    struct tap_event *asked = provoke(scene, scene->vmac, scene->plan.third_ip);
    struct pattern direct = to_speaker(scene);
    if (!await(scene, &direct, mark_at(asked), ANSWER_LIMIT))
        scene_inconclusive(scene,
                           "the device sends nothing for the VMAC on a Data Direct VCC to its owner, so its "
                           "LE_ARP cache can't be seen");
}

/* A frame for the VMAC on a Data Direct VCC to the speaker. */
static struct pattern to_speaker(const struct scene *scene)
{
    struct pattern pattern = {.vcc_kinds = 1u << VCC_DATA_DIRECT,
                              .reaches = port_bit(port_index(scene->speaker_port))};
    return pattern_with(pattern, FIELD_DESTINATION, mac_value(scene->vmac));
}

/* What nobody here asked for makes no entry. */
static void expect_no_call_to_ghost(struct scene *scene, struct mark since, const char *requirements)
{
    provoke(scene, scene->vmac, scene->plan.third_ip);
    scene_advance(scene, RESOLVING);
    struct tap_event *call = NULL;
    for (size_t i = since.index; i < tap_count(scene->tap) && !call; i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        if (event->kind == TAP_CALL_SETUP && tap_from(event, port_index(scene->device_port)) &&
            event->called && atm_address_equal(event->called, &scene->plan.ghost_atm))
            call = event;
    }
    expect_true(scene, !call, call, requirements, "no call to an ATM address learned from an unasked claim",
                "a SETUP to it");
}

/* The entry was not meant: the next frame for the VMAC travels to the speaker as before. */
static void expect_same_way(struct scene *scene, const char *requirements)
{
    struct tap_event *asked = provoke(scene, scene->vmac, scene->plan.third_ip);
    expect(scene, .requirements = requirements, .pattern = to_speaker(scene), .since = mark_at(asked),
           .max_ns = ANSWER_LIMIT);
}

/* The next frame for the VMAC does not travel on the VCC to the speaker, unless it was resolved afresh. */
static void expect_other_way(struct scene *scene, struct mark since, const char *requirements)
{
    struct tap_event *asked = provoke(scene, scene->vmac, scene->plan.third_ip);
    struct pattern to_vmac = pattern_with((struct pattern){0}, FIELD_DESTINATION, mac_value(scene->vmac));
    struct pattern resolves = probe(scene, scene->vmac);
    struct tap_event *sent = await(scene, &to_vmac, mark_at(asked), ANSWER_LIMIT);
    struct tap_event *resolved = seen(scene, &resolves, since);
    bool old_way = sent && sent->vcc && sent->vcc->kind == VCC_DATA_DIRECT &&
                   tap_reaches(sent, port_index(scene->speaker_port)) &&
                   !(resolved && resolved->index < sent->index);
    scene_advance(scene, RESOLVING);
    expect_true(scene, !old_way, sent, requirements,
                "the next frame for the VMAC another way than to the ATM address of before", "the old VCC");
}

static struct tap_event *change_topology(struct scene *scene, bool changed)
{
    struct le_control request = peer_lec_request(scene->host_lec, LE_TOPOLOGY_REQUEST);
    request.flags = changed ? LE_FLAG_TOPOLOGY_CHANGE : 0;
    return inject_control(scene, &request);
}

/* When the forward delay is over, the next frame for the remote station has its address resolved anew if the
 * topology changed, and only then. */
static void expect_age(struct scene *scene, struct mark since, bool changed)
{
    struct pattern resolves = probe(scene, scene->plan.third_mac);
    scene_advance(scene, AGED);
    struct tap_event *asked = provoke(scene, scene->plan.third_mac, scene->plan.third_ip);
    struct pattern to_station =
        pattern_with((struct pattern){0}, FIELD_DESTINATION, mac_value(scene->plan.third_mac));
    struct tap_event *resolved = await(scene, &resolves, since, AGED + SECONDS(2));
    if (!resolved && !seen(scene, &to_station, mark_at(asked)))
        scene_inconclusive(
            scene, "the device sends nothing to the remote station, so the age of its entry can't be seen");
    expect_true(scene, changed == (resolved != NULL), resolved, "L-topology-02",
                changed ? "LE_ARP_REQUEST for the remote station, whose entry aged by C18"
                        : "no LE_ARP_REQUEST for the remote station, whose entry ages by C17",
                resolved ? "an LE_ARP_REQUEST" : "none");
    prove_alive(scene);
}
