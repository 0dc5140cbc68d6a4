#include "cases/rounds.h"

void start_answering(struct scene *scene, enum answerer answerer)
{
    if (answerer == PEER)
        peer_lec_represent(scene->host_lec, scene->vmac, PEER_LEC_PROXIED);
    else
        les_bind(scene->les, scene->vmac, &scene->plan.ghost_atm);
}

void stop_answering(struct scene *scene, enum answerer answerer)
{
    if (answerer == PEER)
        peer_lec_abandon(scene->host_lec, scene->vmac);
    else
        les_unbind(scene->les, scene->vmac);
}

void with_rival(struct scene_plan *plan)
{
    plan->host_lec.proxy = true;
}

void with_fast_answers(struct scene_plan *plan)
{
    plan->les.delay_count = 0;
    plan->device_latency_ns = MILLISECONDS(1);
}

struct tap_event *last_probe(struct scene *scene, struct tap_event *from)
{
    scene_advance(scene, 2 * scene->plan.le_arp_response_ns);
    struct pattern pattern = probe(scene, scene->vmac);
    for (struct tap_event *event; (event = seen(scene, &pattern, mark_after(from)));)
        from = event;
    return from;
}

struct tap_event *await_announcement(struct scene *scene, struct mark since)
{
    struct pattern announced = announcement(scene, scene->vmac);
    struct tap_event *next = await(scene, &announced, since, scene->plan.le_arp_response_ns + SECONDS(1));
    if (!next)
        scene_inconclusive(scene, "the announcements do not go on");
    return next;
}

void expect_spacing(struct scene *scene, struct tap_event *last, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        struct tap_event *next = await_announcement(scene, mark_after(last));
        expect_true(scene, next->time_ns - last->time_ns >= SECONDS(1) - scene->tolerance_ns, next,
                    "R-3.2-06", "an announcement not sooner than a second after the last", "sooner");
        last = next;
    }
}

struct tap_event *expect_le_arp_answered(struct scene *scene)
{
    struct le_control request = peer_lec_request(scene->host_lec, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(scene->plan.host_lec.mac);
    request.target_lan = lan_destination_of_mac(scene->vmac);
    struct tap_event *asked = inject_control(scene, &request);
    struct pattern success =
        pattern_with(le_arp_answer_for(scene, scene->vmac), FIELD_STATUS, number_value(LE_STATUS_SUCCESS));
    struct tap_event *answer = expect(scene, .requirements = "R-2-03", .pattern = success,
                                      .since = mark_at(asked), .max_ns = SECONDS(1));
    if (!answer)
        return NULL;
    expect_field(scene, answer, FIELD_TRANSACTION_ID, number_value(request.transaction_id),
                 "R-2-03 L-le_arp-01");
    expect_field(scene, answer, FIELD_LECID, number_value(request.requester_lecid), "L-le_arp-01");
    expect_field(scene, answer, FIELD_TARGET_ATM, atm_value(scene->device_atm), "R-2-03");
    return answer;
}
