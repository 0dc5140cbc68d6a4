/* Expectations of states, associations and takeovers (steps/states.h). */
#include <stdio.h>

#include "steps/states.h"

#define DEVICE_PORT  0u
#define ANSWER_LIMIT SECONDS(1)
#define ARP_LIMIT    SECONDS(2) /* a reply may wait for the flush of its old path: four VCCs (L-flush-04) */
#define NEVER_LIMIT  SECONDS(20)

static void expect_le_arp_answered(struct scene *scene, const char *site, const char *requirements);
static void expect_le_arp_unanswered(struct scene *scene, const char *site, const char *requirements);
static void expect_associated_before(struct scene *scene, const char *site, struct mark around,
                                     struct tap_event *advertised);
static void expect_arp_answered(struct scene *scene, const char *site, const char *requirements);
static struct tap_event *last_match(struct scene *scene, const struct pattern *pattern);
static const char *both(struct scene *scene, const char *first, const char *second);
static const char *or_own(const char *requirements, const char *own);
static void expect_frame(struct scene *scene, const char *site, struct pattern pattern, struct mark since,
                         int64_t max_ns, const char *requirements);

void expect_silent_router_at(struct scene *scene, const char *site, const char *requirements)
{
    struct mark since = mark_now(scene);
    if (scene->lane)
        expect_le_arp_unanswered(scene, site, requirements);
    struct tap_event *asked = inject_arp_request(scene, scene->virtual_ip);
    expect_none_at(scene, site,
                   &(struct expectation){.requirements = or_own(requirements, "R-3.3.2-01 V-6.4.2-01"),
                                         .pattern = arp_reply(scene, scene->virtual_ip),
                                         .since = mark_at(asked),
                                         .max_ns = ANSWER_LIMIT});
    int64_t spent_ns = scene_now_ns(scene) - since.time_ns;
    int64_t wanted_ns = interval_ns(scene) * 3 / 2;
    expect_none_at(scene, site,
                   &(struct expectation){.requirements = or_own(requirements, "V-6.2-01"),
                                         .pattern = speaks_as_master(scene),
                                         .since = since,
                                         .max_ns = spent_ns > wanted_ns ? spent_ns : wanted_ns});
    prove_alive(scene);
}

void expect_initialize_at(struct scene *scene, const char *site, const char *requirements)
{
    requirements = or_own(requirements, "V-6.4.1-07");
    if (scene->speaker_is_master)
        speaker_falls_silent(scene);
    struct mark since = mark_now(scene);
    expect_silent_router_at(scene, site, requirements);
    expect_none_at(scene, site,
                   &(struct expectation){.requirements = requirements,
                                         .pattern = speaks_as_master(scene),
                                         .since = since,
                                         .max_ns = master_down_ns(scene) + interval_ns(scene)});
    prove_alive(scene);
}

void expect_backup_at(struct scene *scene, const char *site, const char *requirements)
{
    if (!scene->speaker_is_master)
        speaker_takes_over(scene, scene->plan.higher_priority);
    expect_silent_router_at(scene, site, requirements);
    struct tap_event *last = speaker_falls_silent(scene);
    int64_t due_ns = master_down_ns(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *first = await(scene, &own, mark_at(last), due_ns + SECONDS(1));
    /* Where the timer restarted at that advertisement, no more than Skew_Time can be wrong with it. */
    if (first && first->time_ns >= last->time_ns + due_ns - skew_ns(scene))
        requirements = "V-6.1.2-06";
    expect_at(scene, site,
              &(struct expectation){.requirements = or_own(requirements, "V-6.2-01"),
                                    .pattern = own,
                                    .since = mark_at(last),
                                    .min_ns = due_ns,
                                    .max_ns = due_ns});
}

void expect_master_at(struct scene *scene, const char *site, const char *requirements)
{
    struct pattern own =
        pattern_with(advertisement(scene, scene->vrid), FIELD_PRIORITY, number_value(scene->priority));
    struct tap_event *first =
        expect_at(scene, site,
                  &(struct expectation){.requirements = or_own(requirements, "V-6.4.3-08"),
                                        .pattern = own,
                                        .since = mark_now(scene),
                                        .max_ns = interval_ns(scene)});
    if (first)
        expect_at(scene, site,
                  &(struct expectation){.requirements = or_own(requirements, "V-6.4.3-08"),
                                        .pattern = own,
                                        .since = mark_after(first),
                                        .min_ns = interval_ns(scene),
                                        .max_ns = interval_ns(scene)});
    if (scene->lane)
        expect_le_arp_answered(scene, site, requirements);
    expect_arp_answered(scene, site, requirements);
}

void expect_state_at(struct scene *scene, const char *site, enum router_state state, const char *requirements)
{
    if (!scene->lane && state != STATE_INITIALIZE && state != STATE_BACKUP) {
        expect_master_at(scene, site, requirements);
        return;
    }
    struct pattern register_vmac = registration(scene, scene->vmac);
    struct pattern probe_vmac = probe(scene, scene->vmac);
    struct tap_event *last;
    struct atm_address bound;
    switch (state) {
    case STATE_INITIALIZE:
        expect_initialize_at(scene, site, requirements);
        break;
    case STATE_BACKUP:
        expect_backup_at(scene, site, requirements);
        break;
    case STATE_MASTER_NP_PENDING:
        /* The LES stays silent: the request is repeated within C7 (10 s here) or C7i (5 s). */
        expect_master_at(scene, site, requirements);
        last = last_match(scene, &register_vmac);
        if (last)
            expect_frame(scene, site, register_vmac, mark_after(last), SECONDS(10),
                         or_own(requirements, "R-3.1-05"));
        break;
    case STATE_MASTER_NP_REFUSED:
        expect_master_at(scene, site, requirements);
        expect_frame(scene, site, register_vmac, mark_now(scene),
                     SECONDS(scene->pixit.choice[PIXIT_REGISTRATION_RETRY_MAX_S]) + SECONDS(2),
                     or_own(requirements, "R-3.1-05"));
        break;
    case STATE_MASTER_NP_CONFIRMED:
        expect_master_at(scene, site, requirements);
        expect_true_at(
            scene, site,
            les_binding(scene->les, scene->vmac, &bound) && atm_address_equal(&bound, &scene->device_atm),
            NULL, or_own(requirements, "R-3.1-03"),
            "the VMAC registered with the LES for the device's ATM address", "no such registration");
        break;
    case STATE_MASTER_PX_PERSISTING:
        expect_master_at(scene, site, requirements);
        expect_frame(scene, site, probe_vmac, mark_now(scene), scene->plan.le_arp_response_ns + SECONDS(2),
                     or_own(requirements, "R-3.2-05"));
        break;
    case STATE_MASTER_PX_SETTLED:
        expect_master_at(scene, site, requirements);
        break;
    }
}

void expect_association_at(struct scene *scene, const char *site, struct mark since, int64_t max_ns,
                           const char *requirements)
{
    if (!scene->lane)
        return;
    max_ns += SECONDS(1);
    if (!scene->proxy)
        expect_frame(scene, site, registration(scene, scene->vmac), since, max_ns,
                     both(scene, requirements, "R-3.1-03 R-2-04"));
    expect_frame(scene, site, announcement(scene, scene->vmac), since, max_ns,
                 both(scene, requirements,
                      scene->v2 ? (scene->proxy ? "R-3.2-03 R-6-10" : "R-3.1-04 R-6-10")
                                : (scene->proxy ? "R-3.2-07 R-6-04" : "R-3.1-07 R-6-04")));
    if (scene->proxy)
        expect_frame(scene, site, probe(scene, scene->vmac), since, max_ns,
                     both(scene, requirements, "R-3.2-04"));
}

void expect_disassociation_at(struct scene *scene, const char *site, struct mark since, bool registered,
                              const char *requirements)
{
    if (!scene->lane)
        return;
    bool withdrawn = scene->v2 || scene->pixit.choice[PIXIT_V1_DISASSOCIATION] == V1_DISASSOCIATION_NO_SOURCE;
    if (!scene->proxy && registered)
        expect_frame(scene, site, unregistration(scene, scene->vmac), since, SECONDS(1),
                     both(scene, requirements, "R-3.1-08"));
    if (withdrawn)
        expect_frame(scene, site, withdrawal(scene, scene->vmac), since, SECONDS(1),
                     both(scene, requirements, scene->proxy ? "R-3.2-08 R-6-09" : "R-3.1-09 R-6-09"));
}

void expect_association_kept_at(struct scene *scene, const char *site, struct mark since, int64_t for_ns,
                                const char *requirements)
{
    struct pattern pattern = {.names =
                                  FRAME_SET(LE_UNREGISTER_REQUEST) | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST),
                              .about = true,
                              .about_mac = scene->vmac};
    if (!scene->lane)
        return;
    expect_none_at(scene, site,
                   &(struct expectation){
                       .requirements = requirements, .pattern = pattern, .since = since, .max_ns = for_ns});
}

struct tap_event *expect_takeover_at(struct scene *scene, const char *site, struct mark since, int64_t due_ns,
                                     const char *requirements)
{
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *event = expect_at(scene, site,
                                        &(struct expectation){.requirements = requirements,
                                                              .pattern = own,
                                                              .since = since,
                                                              .min_ns = due_ns,
                                                              .max_ns = due_ns});
    if (!event)
        event = await(scene, &own, since, NEVER_LIMIT);
    struct mark around = {since.index, event ? event->time_ns : since.time_ns + due_ns};
    if (scene->lane)
        expect_associated_before(scene, site, around, event);
    if (!event) {
        expect_true_at(scene, site, false, NULL, "R-2.1-01 V-6.4.2-06", "an advertisement of the new Master",
                       "nothing");
        return NULL;
    }
    const struct virtual_router_settings *router = &scene->plan.device.virtual_routers[0];
    for (size_t i = 0; i < router->address_count; i++) {
        struct pattern arp = gratuitous_arp(scene, router->addresses[i]);
        struct tap_event *announced = await(scene, &arp, around, SECONDS(1));
        expect_true_at(scene, site, announced, event, "R-3.3.2-03 V-6.4.2-07",
                       "a gratuitous ARP request for each virtual address", "nothing");
        if (announced && scene->lane)
            expect_egress_order_at(scene, site, event, announced, "R-3.3.2-03");
    }
    return event;
}

/* Whatever the association lacks, its first frame goes before the advertisement. 'advertised' may be
 * NULL. */
static void expect_associated_before(struct scene *scene, const char *site, struct mark around,
                                     struct tap_event *advertised)
{
    struct pattern associates = association_frame(scene, scene->vmac);
    struct tap_event *associated = await(scene, &associates, around, SECONDS(1));
    expect_true_at(scene, site, associated, advertised, "R-2.1-01 R-2-14 R-3.3.2-03",
                   "a frame of the ADDRESS ASSOCIATION", "nothing");
    if (associated && advertised)
        expect_egress_order_at(scene, site, associated, advertised, "R-3.3.2-03");
}

static void expect_le_arp_unanswered(struct scene *scene, const char *site, const char *requirements)
{
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect_none_at(scene, site,
                   &(struct expectation){.requirements = or_own(requirements, "R-3.3.2-02"),
                                         .pattern = le_arp_answer(scene, id),
                                         .since = mark_at(asked),
                                         .max_ns = ANSWER_LIMIT});
}

static void expect_le_arp_answered(struct scene *scene, const char *site, const char *requirements)
{
    requirements = or_own(requirements, "R-3.3.3-02");
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    struct tap_event *answer = expect_at(scene, site,
                                         &(struct expectation){.requirements = requirements,
                                                               .pattern = le_arp_answer(scene, id),
                                                               .since = mark_at(asked),
                                                               .max_ns = ANSWER_LIMIT});
    if (answer)
        expect_field_at(scene, site, answer, FIELD_TARGET_ATM, atm_value(scene->device_atm), requirements);
}

static void expect_arp_answered(struct scene *scene, const char *site, const char *requirements)
{
    requirements = or_own(requirements, "R-3.3.3-01 V-6.4.3-01");
    struct tap_event *asked = inject_arp_request(scene, scene->virtual_ip);
    struct tap_event *answer = expect_at(scene, site,
                                         &(struct expectation){.requirements = requirements,
                                                               .pattern = arp_reply(scene, scene->virtual_ip),
                                                               .since = mark_at(asked),
                                                               .max_ns = ARP_LIMIT});
    if (answer)
        expect_field_at(scene, site, answer, FIELD_ARP_SENDER_MAC, mac_value(scene->vmac), requirements);
}

static struct tap_event *last_match(struct scene *scene, const struct pattern *pattern)
{
    for (size_t i = tap_count(scene->tap); i-- > 0;)
        if (pattern_matches(pattern, scene->tap, tap_at(scene->tap, i)))
            return tap_at(scene->tap, i);
    return NULL;
}

static const char *both(struct scene *scene, const char *first, const char *second)
{
    return first && *first ? arena_text(scene->arena, "%s %s", first, second) : second;
}

static const char *or_own(const char *requirements, const char *own)
{
    return requirements ? requirements : own;
}

static void expect_frame(struct scene *scene, const char *site, struct pattern pattern, struct mark since,
                         int64_t max_ns, const char *requirements)
{
    expect_at(scene, site,
              &(struct expectation){
                  .requirements = requirements, .pattern = pattern, .since = since, .max_ns = max_ns});
}
