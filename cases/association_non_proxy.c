/* Section 3.1: ADDRESS ASSOCIATION and DISASSOCIATION of a non-proxy LEC, and its persistence with the
 * registration. */
#include <stdio.h>

#include "cases/cases.h"
#include "steps/persistence.h"
#include "steps/plan_changes.h"
#include "steps/vcc_events.h"

/* The longest that a device waits for the first answer to a control request: C7 = 10 s, given by the LECS;
 * C7i of LANE v2 is at most as long. */
#define CONTROL_WAIT_NS SECONDS(10)

static struct mark since_start(const struct scene *scene)
{
    return mark_at(scene->started);
}

/* Starts alone and becomes Master after Master_Down_Interval, which other cases judge. Returns its first
 * advertisement, or the first frame of its association when it does not advertise. */
static struct tap_event *become_master_alone(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    int64_t limit_ns = master_down_ns(scene) + SECONDS(2);
    struct pattern advertises = advertisement(scene, scene->vrid);
    struct pattern associates = association_frame(scene, scene->vmac);
    struct tap_event *event = await(scene, &advertises, since_start(scene), limit_ns);
    if (!event)
        event = await(scene, &associates, since_start(scene), limit_ns);
    if (!event)
        scene_inconclusive(scene, "the device does not become Master");
    return event;
}

static bool is_bound(const struct scene *scene, struct mac_address mac)
{
    struct atm_address atm;
    return les_binding(scene->les, mac, &atm) && atm_address_equal(&atm, &scene->device_atm);
}

static bool expect_bound(struct scene *scene, struct mac_address mac, bool bound, const char *requirements,
                         const char *expected)
{
    bool actual = is_bound(scene, mac);
    return expect_true(scene, actual == bound, NULL, requirements, expected,
                       actual ? "it is bound to the device" : "it is not");
}

static void expect_stays_in_elan(struct scene *scene, struct mark since, const char *requirements)
{
    struct tap_event *released = seen_vcc(scene, TAP_CALL_RELEASED, VCC_CONTROL_DIRECT, since);
    expect_true(scene, !released, released, requirements, "the device stays in the ELAN",
                "Control Direct released");
}

static void expect_stays_master(struct scene *scene, struct mark since, const char *requirements)
{
    expect(scene, .requirements = requirements, .pattern = advertisement(scene, scene->vrid), .since = since,
           .max_ns = 3 * interval_ns(scene));
}

/* --- the association --- */

static void association(struct scene *scene)
{
    struct tap_event *master = become_master_alone(scene);
    /* Made when it becomes Master, and not before. */
    expect_none(scene, .requirements = "R-3.1-03", .pattern = association_frame(scene, scene->vmac),
                .since = since_start(scene),
                .max_ns = master->time_ns - scene->started->time_ns - SECONDS(1));
    expect_association(scene, since_start(scene), master_down_ns(scene), "");
    expect_state(scene, STATE_MASTER_NP_CONFIRMED, NULL);
}

static void registration_form(struct scene *scene)
{
    become_master_alone(scene);
    struct tap_event *request =
        expect(scene, .requirements = "R-2-04 R-3.1-03", .pattern = registration(scene, scene->vmac),
               .since = since_start(scene), .max_ns = master_down_ns(scene) + SECONDS(1));
    if (!request)
        return;
    await_registration_answer(scene, false, mark_at(request), SECONDS(3));
    expect_bound(scene, scene->vmac, true, "R-2-04", "the VMAC registered for the device");
}

/* --- bindings and TLVs (R-2-07) --- */

static void with_multiplexing(struct scene_plan *plan)
{
    plan->device.llc_multiplexed = true;
}

static void without_multiplexing(struct scene_plan *plan)
{
    plan->device.llc_multiplexed = false;
}

static void same_binding(struct scene *scene)
{
    become_master_alone(scene);
    struct pattern pattern = registration(scene, scene->vmac);
    struct tap_event *registered =
        await(scene, &pattern, since_start(scene), master_down_ns(scene) + SECONDS(1));
    pattern = announcement(scene, scene->vmac);
    struct tap_event *announced =
        await(scene, &pattern, since_start(scene), master_down_ns(scene) + SECONDS(1));
    if (!registered || !announced)
        scene_inconclusive(scene, "the device did not both register and announce the VMAC");
    struct value atm;
    struct value tlv;
    field_get(tap_frame(scene->tap, registered), FIELD_SOURCE_ATM, &atm);
    expect_field(scene, announced, FIELD_SOURCE_ATM, atm, "R-2-07");
    struct value tlv_count;
    field_get(tap_frame(scene->tap, registered), FIELD_TLV_COUNT, &tlv_count);
    expect_field(scene, announced, FIELD_TLV_COUNT, tlv_count, "R-2-07");
    bool has_tlv = field_get(tap_frame(scene->tap, registered), FIELD_LLC_MUXED_ATM, &tlv);
    if (has_tlv)
        expect_field(scene, announced, FIELD_LLC_MUXED_ATM, tlv, "R-2-07");
    else if (scene->plan.device.llc_multiplexed)
        scene_inconclusive(scene,
                           "the device registers no LLC-Muxed-ATM-Address although it shall multiplex");
}

/* --- persistence: the registration was refused --- */

/* The LES refuses the registration of the VMAC with this status; the device's is the only one. */
static void refuse_registration(struct scene *scene, uint16_t status, unsigned times)
{
    les_when(scene->les, (struct les_rule){.opcode = LE_REGISTER_REQUEST,
                                           .lan_given = true,
                                           .lan = scene->vmac,
                                           .times = times,
                                           .action = LES_ANSWER_STATUS,
                                           .status = status});
}

#define REFUSALS 4u

static void refused(struct scene *scene)
{
    bring_to_elan(scene);
    refuse_registration(scene, (uint16_t)scene->test->parameter, REFUSALS);
    start_router(scene);
    struct tap_event *answer =
        await_registration_answer(scene, true, since_start(scene), master_down_ns(scene) + SECONDS(5));
    struct mark since = mark_at(answer);
    for (unsigned i = 1; i <= REFUSALS; i++) {
        expect_stays_master(scene, mark_at(answer), "R-3.1-05");
        struct tap_event *again = expect_registered_again(scene, answer, "R-3.1-05");
        if (!again)
            break;
        answer = await_registration_answer(scene, i < REFUSALS, mark_at(again), SECONDS(3));
    }
    expect_stays_in_elan(scene, since, "R-3.1-05");
    expect_bound(scene, scene->vmac, true, "R-3.1-05",
                 "the VMAC registered for the device when the LES accepts it");
}

/* The hung Master's binding goes; the next registration succeeds. */
static void refused_until_freed(struct scene *scene)
{
    bring_to(scene, STATE_MASTER_NP_REFUSED);
    scene_advance(scene, SECONDS(random_between(&scene->random, 2, 20)));
    les_unbind(scene->les, scene->vmac);
    /* Request and answer take up to 3 s. */
    scene_advance(scene, SECONDS(scene->pixit.choice[PIXIT_REGISTRATION_RETRY_MAX_S]) + SECONDS(3));
    if (expect_bound(scene, scene->vmac, true, "R-3.1-05",
                     "the VMAC registered for the device when it is free"))
        expect_state(scene, STATE_MASTER_NP_CONFIRMED, NULL);
}

/* An owner that starts beside a living Master finds the VMAC taken. */
static void as_owner(struct scene_plan *plan)
{
    plan_owner(plan);
    plan->speaker_lec.proxy = false;
}

static void refused_owner(struct scene *scene)
{
    bring_to_elan(scene);
    speaker_takes_over(scene, scene->plan.lower_priority);
    scene_advance(scene, SECONDS(3));
    start_router(scene);
    struct tap_event *answer = await_registration_answer(scene, true, since_start(scene), SECONDS(5));
    expect_registered_again(scene, answer, "R-3.1-05");
    speaker_falls_silent(scene);
    scene_advance(scene, SECONDS(scene->pixit.choice[PIXIT_REGISTRATION_RETRY_MAX_S]) + SECONDS(3));
    expect_bound(scene, scene->vmac, true, "R-3.1-05",
                 "the VMAC registered for the device when the old Master has left");
}

/* --- persistence: no answer --- */

static void unanswered(struct scene *scene)
{
    bring_to(scene, STATE_MASTER_NP_PENDING);
    struct pattern pattern = registration(scene, scene->vmac);
    struct tap_event *asked = seen(scene, &pattern, since_start(scene));
    if (!asked)
        scene_inconclusive(scene, "the device does not register the VMAC as its source LAN destination");
    asked->matched = 1;
    struct mark since = mark_at(asked);
    for (unsigned i = 0; asked && i < 5; i++) {
        expect_stays_master(scene, mark_now(scene), "R-3.1-05");
        asked = expect(scene, .requirements = "R-3.1-05", .pattern = pattern, .since = mark_after(asked),
                       .max_ns = CONTROL_WAIT_NS);
    }
    les_forget_rules(scene->les);
    scene_advance(scene, CONTROL_WAIT_NS + SECONDS(3));
    expect_stays_in_elan(scene, since, "R-3.1-05");
    expect_bound(scene, scene->vmac, true, "R-3.1-05",
                 "the VMAC registered for the device when the LES answers again");
}

/* --- announcements --- */

/* A Master in the ELAN whose registration is open or refused; whether it stays that is R-3.1-05. */
static void bring_to_persistence(struct scene *scene, enum router_state state)
{
    bring_to(scene, state);
    struct pattern own = advertisement(scene, scene->vrid);
    if (!await(scene, &own, mark_now(scene), 3 * interval_ns(scene)) ||
        seen_vcc(scene, TAP_CALL_RELEASED, VCC_CONTROL_DIRECT, since_start(scene)))
        scene_inconclusive(scene, "the device did not stay Master and in the ELAN");
}

static void announced_meanwhile(struct scene *scene)
{
    if (!announcements_repeated(scene))
        scene_not_applicable(scene,
                             "the lab reads the draft so that a v1 LEC announces once (v1_repetition)");
    bring_to_persistence(scene, (enum router_state)scene->test->parameter);
    expect_announcements(scene, mark_now(scene), 8, "R-3.1-06");
}

/* Whatever is announced, no two announcements are closer than the bound of 10.1. */
static void expect_spacing(struct scene *scene, int64_t for_ns)
{
    struct pattern pattern = announcement(scene, scene->vmac);
    int64_t end_ns = scene_now_ns(scene) + for_ns;
    for (struct mark since = since_start(scene);;) {
        struct tap_event *event = await(scene, &pattern, since, end_ns - since.time_ns);
        if (!event)
            return;
        since = mark_after(event);
        expect_none(scene, .requirements = "R-3.1-06", .pattern = pattern, .since = since,
                    .max_ns = MILLISECONDS(890));
    }
}

static void announced_afterwards(struct scene *scene)
{
    bring_to(scene, STATE_MASTER_NP_CONFIRMED);
    switch ((enum targetless_after_registration)scene->pixit.choice[PIXIT_TARGETLESS_AFTER_REGISTRATION]) {
    case TARGETLESS_AFTER_REGISTRATION_ALLOWED:
        expect_spacing(scene, SECONDS(10));
        break;
    case TARGETLESS_AFTER_REGISTRATION_REQUIRED:
        if (announcements_repeated(scene))
            expect_announcements(scene, mark_now(scene), 8, "R-3.1-06");
        break;
    case TARGETLESS_AFTER_REGISTRATION_FORBIDDEN:
        expect_none(scene, .requirements = "R-3.1-06", .pattern = announcement(scene, scene->vmac),
                    .since = mark_now(scene), .max_ns = SECONDS(10));
        break;
    }
    expect_state(scene, STATE_MASTER_NP_CONFIRMED, NULL);
}

/* --- the disassociation --- */

/* How the VMAC is given up. */
enum way { BY_SHUTDOWN, BY_PREEMPTION };

static struct tap_event *give_up(struct scene *scene, enum way way)
{
    if (way == BY_SHUTDOWN) {
        struct mark since = mark_now(scene);
        scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
        return tap_at(scene->tap, since.index);
    }
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    struct pattern own = advertisement(scene, scene->vrid);
    if (await(scene, &own, mark_after(heard), interval_ns(scene) * 3 / 2))
        scene_inconclusive(scene, "the device does not yield to a higher priority");
    return heard;
}

/* A router that was preempted stays Backup for another Master_Down_Interval. */
static void keep_down(struct scene *scene, enum way way)
{
    if (way == BY_PREEMPTION)
        inject_priority(scene, scene->plan.higher_priority);
}

static void expect_not_represented(struct scene *scene)
{
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect_none(scene, .requirements = "R-2-16", .pattern = le_arp_answer(scene, id), .since = mark_at(asked),
                .max_ns = MILLISECONDS(200));
}

/* How long silence can be expected: a router that was preempted takes over again. */
static int64_t silence_ns(enum way way)
{
    return way == BY_SHUTDOWN ? SECONDS(6) : MILLISECONDS(1900);
}

/* The persistence with the registration ends with the association. */
static void expect_unregistered_for_good(struct scene *scene, struct tap_event *given_up, enum way way)
{
    expect_none(scene, .requirements = "R-3.1-03", .pattern = registration(scene, scene->vmac),
                .since = mark_after(given_up), .max_ns = silence_ns(way));
}

static void disassociation(struct scene *scene)
{
    enum way way = (enum way)scene->test->parameter;
    bring_to(scene, STATE_MASTER_NP_CONFIRMED);
    bool mac_was_bound = is_bound(scene, scene->device_mac);
    struct tap_event *given_up = give_up(scene, way);
    expect_disassociation(scene, mark_at(given_up), true, "");
    expect_unregistered_for_good(scene, given_up, way);
    expect_bound(scene, scene->vmac, false, "R-3.1-08", "the VMAC not registered any more");
    if (mac_was_bound)
        expect_bound(scene, scene->device_mac, true, "R-3.1-08",
                     "the physical MAC address registered as before");
    prove_alive(scene);
}

static void withdrawn_after_refusal(struct scene *scene)
{
    bring_to_persistence(scene, STATE_MASTER_NP_REFUSED);
    struct tap_event *given_up = give_up(scene, (enum way)scene->test->parameter);
    expect_disassociation(scene, mark_at(given_up), false, "");
    expect_not_represented(scene);
    prove_alive(scene);
}

/* From every sub-state: nothing of the persistence goes on. In v1 a ZN within the disassociation is R-6-08's
 * affair. */
static void silent_afterwards(struct scene *scene)
{
    bring_to(scene, (enum router_state)scene->test->parameter);
    enum way way = random_between(&scene->random, 0, 1) ? BY_SHUTDOWN : BY_PREEMPTION;
    struct tap_event *given_up = give_up(scene, way);
    expect_none(scene, .requirements = "R-3.1-06", .pattern = announcement(scene, scene->vmac),
                .since = mark_at(given_up), .min_ns = scene->v2 ? 1 : SECONDS(1), .max_ns = silence_ns(way));
    expect_unregistered_for_good(scene, given_up, way);
    prove_alive(scene);
}

/* The LES confirms the registration after the device has given the VMAC up: no binding may stay
 * behind. */
static void late_success(struct scene *scene)
{
    bring_to_elan(scene);
    les_when(scene->les, (struct les_rule){.opcode = LE_REGISTER_REQUEST,
                                           .lan_given = true,
                                           .lan = scene->vmac,
                                           .times = 1,
                                           .action = LES_DELAY,
                                           .delay_ns = SECONDS(2)});
    start_router(scene);
    struct pattern pattern = registration(scene, scene->vmac);
    struct tap_event *asked = await(scene, &pattern, since_start(scene), master_down_ns(scene) + SECONDS(1));
    if (!asked)
        scene_inconclusive(scene, "as Master the device sent no LE_REGISTER_REQUEST for the VMAC");
    scene_advance(scene, MILLISECONDS(random_between(&scene->random, 310, 1000)));
    enum way way = (enum way)scene->test->parameter;
    struct tap_event *given_up = give_up(scene, way);
    keep_down(scene, way);
    struct tap_event *answer = await_registration_answer(scene, false, mark_at(asked), SECONDS(5));
    keep_down(scene, way);
    pattern = unregistration(scene, scene->vmac);
    struct tap_event *undone =
        await(scene, &pattern, mark_at(given_up), answer->time_ns + SECONDS(1) - given_up->time_ns);
    scene_advance(scene, SECONDS(1));
    if (!undone || les_binding(scene->les, scene->vmac, NULL))
        remark(scene, answer, "R-3.1-08", "the late registration undone by LE_UNREGISTER_REQUEST",
               "the VMAC is still bound to the device");
    expect_not_represented(scene);
    prove_alive(scene);
}

#define NON_PROXY(name, what, ids, stimulates, accepts, function, value)                                     \
    {                                                                                                        \
        .id = "association-non-proxy/" name, .title = what, .requirements = ids, .stimulus = stimulates,     \
        .accepted = accepts, .scope = ROUTER_NON_PROXY, .capabilities = CAPABILITY_CONTROL_STARTUP,          \
        .run = function, .parameter = value                                                                  \
    }
#define REFUSED(status, name)                                                                                \
    NON_PROXY(                                                                                               \
        "refused-status-" name, "A registration refused with status " name " is repeated until it succeeds", \
        "R-3.1-05", "the LES refuses the registration of the VMAC with status " name " four times",          \
        "stays Master and in the ELAN; LE_REGISTER_REQUEST again within registration_retry_max_s of each "   \
        "refusal, sooner than 1 s is a remark; registered in the end",                                       \
        refused, status)
#define ANNOUNCED(name, state, why)                                                                          \
    NON_PROXY(                                                                                               \
        "announced-while-" name, "The VMAC is announced every second while its registration is " name,       \
        "R-3.1-06", why,                                                                                     \
        "eight announcements; gaps above 3 s and spacings below 0.9 s are wrong, above 1.5 s and below 1 s " \
        "remarks",                                                                                           \
        announced_meanwhile, state)
#define GIVEN_UP(name, way, what)                                                                            \
    NON_PROXY(                                                                                               \
        "disassociation-" name, "The VMAC is unregistered and withdrawn on " name,                           \
        "R-3.1-03 R-3.1-08 R-3.1-09 R-6-09", what,                                                           \
        "LE_UNREGISTER_REQUEST and, as v1_disassociation says in v1, a no-source LE_NARP_REQUEST within a "  \
        "second; the LES has forgotten the VMAC and kept the physical MAC address",                          \
        disassociation, way)
#define WITHDRAWN(name, way, what)                                                                           \
    NON_PROXY("refused-then-" name, "A VMAC whose registration was refused is withdrawn on " name,           \
              "R-2-16 R-3.1-09 R-6-09", "the registration is refused, then " what,                           \
              "a no-source LE_NARP_REQUEST within a second (v1: as v1_disassociation says)",                 \
              withdrawn_after_refusal, way)
#define LATE(name, way, what)                                                                                \
    NON_PROXY(                                                                                               \
        "late-success-after-" name, "A registration that succeeds after " name " is undone",                 \
        "R-2-16 R-3.1-08", "the LES confirms the registration 2 s late; meanwhile " what,                    \
        "LE_UNREGISTER_REQUEST at once or when the success arrives; a binding left behind is a remark",      \
        late_success, way)
#define SILENT(name, state)                                                                                  \
    NON_PROXY("silent-after-" name,                                                                          \
              "Nothing is announced or registered after a disassociation, " name " before",                  \
              "R-3.1-03 R-3.1-06", "shutdown or an advertisement of higher priority, as the seed draws",     \
              "no announcement and no LE_REGISTER_REQUEST for the VMAC any more", silent_afterwards, state)
#define BINDING(name, what, preparation)                                                                     \
    {                                                                                                        \
        .id = "association-non-proxy/" name, .title = what, .requirements = "R-2-07",                        \
        .stimulus = "none: the Master_Down_Timer fires",                                                     \
        .accepted =                                                                                          \
            "SOURCE-ATM-ADDRESS and TLVs of the targetless LE_ARP_REQUEST equal those of the registration",  \
        .scope = {.roles = ROLE_ROUTER, .schemes = SCHEME_NON_PROXY, .lane = LANE_V2, .media = ANY_MEDIUM},  \
        .capabilities = CAPABILITY_CONTROL_STARTUP | CAPABILITY_LLC_MULTIPLEXING, .prepare = preparation,    \
        .run = same_binding                                                                                  \
    }

static const struct test_case cases[] = {
    NON_PROXY("association", "A new Master registers and announces the VMAC, and not before it is Master",
              "R-3.1-03 R-3.1-04 R-3.1-07 R-2-04 R-6-04 R-6-10",
              "the device starts alone; its Master_Down_Timer fires",
              "nothing until then; then LE_REGISTER_REQUEST and announcement within a second, registered at "
              "the LES",
              association, 0),
    NON_PROXY(
        "registration-form", "The registration binds the VMAC to the device's ATM address", "R-2-04 R-3.1-03",
        "none: the Master_Down_Timer fires",
        "SOURCE-LAN-DESTINATION the VMAC, SOURCE-ATM-ADDRESS the own one; the LES then has this binding",
        registration_form, 0),
    BINDING("same-binding-multiplexed",
            "The announcement of a multiplexing LEC has the TLVs of its registration", with_multiplexing),
    BINDING("same-binding", "The announcement has the binding of the registration, and no TLV of its own",
            without_multiplexing),
    REFUSED(LE_STATUS_DUPLICATE_LAN_DESTINATION, "4"),
    REFUSED(LE_STATUS_INSUFFICIENT_RESOURCES, "6"),
    REFUSED(LE_STATUS_ACCESS_DENIED, "7"),
    REFUSED(LE_STATUS_INVALID_LAN_DESTINATION, "9"),
    REFUSED(LE_STATUS_INSUFFICIENT_INFORMATION, "22"),
    NON_PROXY("refused-until-freed", "The registration succeeds when a hung Master's binding is gone",
              "R-3.1-05", "the VMAC is bound to another ATM address for 2 to 20 s, then free",
              "LE_REGISTER_REQUEST within registration_retry_max_s; registered", refused_until_freed, 0),
    {.id = "association-non-proxy/refused-owner",
     .title = "An owner that starts beside a living Master persists with its registration",
     .requirements = "R-3.1-05",
     .stimulus =
         "the owner starts while another router is Master and has registered the VMAC; later that one yields",
     .accepted = "Master at once, LE_REGISTER_REQUEST again after each refusal, registered in the end",
     .scope = ROUTER_NON_PROXY,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .prepare = as_owner,
     .run = refused_owner},
    NON_PROXY("unanswered", "A registration without an answer is repeated until it succeeds", "R-3.1-05",
              "the LES leaves the registration of the VMAC unanswered; C7 is 10 s",
              "stays Master and in the ELAN; LE_REGISTER_REQUEST again within C7 (v1) or C7i (v2), again and "
              "again; "
              "registered when the LES answers again",
              unanswered, 0),
    ANNOUNCED("refused", STATE_MASTER_NP_REFUSED, "the VMAC is bound to another ATM address"),
    ANNOUNCED("unanswered", STATE_MASTER_NP_PENDING, "the LES leaves the registration unanswered"),
    NON_PROXY("announced-afterwards", "Announcements of a registered VMAC", "R-3.1-03 R-3.1-06",
              "none: the device is Master and registered",
              "as targetless_after_registration says: at most one a second (allowed), one a second "
              "(required), none "
              "(forbidden)",
              announced_afterwards, 0),
    GIVEN_UP("shutdown", BY_SHUTDOWN, "shutdown"),
    GIVEN_UP("preemption", BY_PREEMPTION, "an advertisement of higher priority"),
    WITHDRAWN("shutdown", BY_SHUTDOWN, "shutdown"),
    WITHDRAWN("preemption", BY_PREEMPTION, "an advertisement of higher priority"),
    SILENT("refused", STATE_MASTER_NP_REFUSED),
    SILENT("unanswered", STATE_MASTER_NP_PENDING),
    SILENT("confirmed", STATE_MASTER_NP_CONFIRMED),
    LATE("shutdown", BY_SHUTDOWN, "the device shuts down"),
    LATE("preemption", BY_PREEMPTION, "an advertisement of higher priority arrives"),
};

const struct case_list association_non_proxy_cases = {cases, sizeof cases / sizeof *cases};
