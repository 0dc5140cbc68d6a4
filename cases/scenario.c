/* Sections 2, 2.1 and 7: elections and failovers as the ELAN sees them, both schemes side by side. */
#include "cases/cases.h"
#include "steps/failover.h"
#include "steps/persistence.h"
#include "steps/plan_changes.h"

static struct tap_event *await_takeover(struct scene *scene, struct mark since)
{
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *event = await(scene, &own, since, master_down_ns(scene) + SECONDS(2));
    if (!event)
        scene_inconclusive(scene, "the device does not take over");
    return event;
}

/* --- 2.1: the Master fails --- */

static void master_fails(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    speaker_link_fails(scene);
    struct tap_event *last = last_speaker_advertisement(scene);
    /* To the point is V-6.1.2-06. */
    int64_t limit_ns = master_down_ns(scene) + SECONDS(1);
    expect(scene, .requirements = "R-2.1-01", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(last), .max_ns = limit_ns);
    expect(scene, .requirements = "R-2.1-01", .pattern = association_frame(scene, scene->vmac),
           .since = mark_at(last), .max_ns = limit_ns);
    expect_state(scene, quiet_master(scene), NULL);
}

/* The clients have to answer LE_ARP themselves. */
static void le_arp_to_clients(struct scene_plan *plan)
{
    plan->les.forwards_every_le_arp = true;
}

static bool host_resolves_to(struct scene *scene, struct atm_address wanted)
{
    peer_lec_forget(scene->host_lec, scene->vmac);
    peer_lec_resolve(scene->host_lec, scene->vmac);
    /* LES, answer times and six VCCs. */
    scene_advance(scene, SECONDS(3));
    struct atm_address atm;
    return peer_lec_binding(scene->host_lec, scene->vmac, &atm) && atm_address_equal(&atm, &wanted);
}

static void resolves_to_master(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    expect_true(scene, host_resolves_to(scene, scene->plan.speaker_lec.atm_address), NULL, "R-2.1-02",
                "LE_ARP for the VMAC resolved to the ATM address of the Master, which is another router",
                "another address");
    struct tap_event *last = speaker_falls_silent(scene);
    await_takeover(scene, mark_at(last));
    scene_advance(scene, SECONDS(1));
    expect_true(scene, host_resolves_to(scene, scene->device_atm), NULL, "R-2.1-02",
                "LE_ARP for the VMAC resolved to the ATM address of the new Master, the device",
                "another address, or none");
}

/* --- R-2-14: every way to Master --- */

/* It becomes Master about 'due_ns' after the mark, which other cases judge, and says so to the ELAN. */
static void expect_notified(struct scene *scene, struct mark since, int64_t due_ns)
{
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *master = await(scene, &own, since, due_ns + SECONDS(3));
    if (!master)
        scene_inconclusive(scene, "the device does not become Master");
    /* An LE_ARP_REQUEST alone may be an ordinary question; the association begins before the advertisement
     * (A-9). */
    struct pattern notifies = association_frame(scene, scene->vmac);
    notifies.names &= ~FRAME_SET(LE_ARP_REQUEST);
    struct mark around = {master->index, master->time_ns - SECONDS(1)};
    while (around.index > since.index && tap_at(scene->tap, around.index - 1)->time_ns >= around.time_ns)
        around.index--;
    expect(scene, .requirements = "R-2-14", .pattern = notifies, .since = around, .max_ns = SECONDS(2));
}

static void elected_at_start(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    expect_notified(scene, mark_at(scene->started), 0);
}

static void elected_by_timer(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    expect_notified(scene, mark_at(scene->started), master_down_ns(scene));
}

static void elected_after_stop(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    vrrp_speaker_shut_down(scene->speaker);
    scene->speaker_is_master = false;
    struct tap_event *last = last_speaker_advertisement(scene);
    expect_notified(scene, mark_at(last), skew_ns(scene));
}

static void elected_by_preemption(struct scene *scene)
{
    bring_to_elan(scene);
    speaker_takes_over(scene, scene->plan.lower_priority);
    start_router(scene);
    expect_notified(scene, mark_at(scene->started), master_down_ns(scene));
}

/* Master, Backup, Master, and once more. */
static void elected_again(struct scene *scene)
{
    bring_to_master(scene);
    for (unsigned i = 0; i < 2; i++) {
        struct tap_event *heard = speaker_takes_over(scene, scene->plan.higher_priority);
        struct pattern own = advertisement(scene, scene->vrid);
        if (await(scene, &own, mark_after(heard), interval_ns(scene) * 3 / 2))
            scene_inconclusive(scene, "the device does not yield to a higher priority");
        scene_advance(scene, SECONDS(random_between(&scene->random, 1, 8)));
        struct tap_event *last = speaker_falls_silent(scene);
        expect_notified(scene, mark_at(last), master_down_ns(scene));
        scene_advance(scene, SECONDS(3));
    }
}

static void elected_after_shutdown(struct scene *scene)
{
    bring_to_master(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    scene_advance(scene, SECONDS(3));
    start_router(scene);
    expect_notified(scene, mark_at(scene->started), master_down_ns(scene));
}

/* --- R-2-01, R-2-16: one owner at a time --- */

static void expect_no_answer(struct scene *scene, const char *requirements)
{
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect_none(scene, .requirements = requirements, .pattern = le_arp_answer(scene, id),
                .since = mark_at(asked), .max_ns = SECONDS(1));
}

static void one_owner(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    expect_no_answer(scene, "R-2-01");
    struct tap_event *last = speaker_falls_silent(scene);
    await_takeover(scene, mark_at(last));
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect(scene, .requirements = "R-2.1-02", .pattern = le_arp_answer(scene, id), .since = mark_at(asked),
           .max_ns = SECONDS(1));
    speaker_takes_over(scene, scene->plan.higher_priority);
    expect_no_answer(scene, "R-2-01 R-2-16");
    expect_none(scene, .requirements = "R-2-16", .pattern = association_frame(scene, scene->vmac),
                .since = mark_now(scene), .max_ns = SECONDS(5));
    prove_alive(scene);
}

/* --- R-0-01: both schemes in one ELAN --- */

static void other_scheme(struct scene_plan *plan)
{
    plan->speaker_lec.proxy = !plan->device.proxy;
}

static void same_scheme(struct scene_plan *plan)
{
    plan->speaker_lec.proxy = plan->device.proxy;
}

static void non_proxy_speaker(struct scene_plan *plan)
{
    plan->speaker_lec.proxy = false;
}

static void proxy_speaker(struct scene_plan *plan)
{
    plan->speaker_lec.proxy = true;
}

static void back_and_forth(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    bystander_uses_virtual_router(scene);
    bring_bystander_to(scene, scene->plan.speaker_lec.atm_address);
    for (unsigned i = 0; i < 4; i++) {
        bool device_is_next = i % 2 == 0;
        if (device_is_next)
            await_takeover(scene, mark_at(speaker_falls_silent(scene)));
        else
            speaker_takes_over(scene, scene->plan.higher_priority);
        /* In v1 the bystander may have asked between the speaker's announcement and the device's
         * disassociation. */
        if (device_is_next || scene->v2)
            expect_bystander_reaches(
                scene, device_is_next ? scene->device_atm : scene->plan.speaker_lec.atm_address, "R-0-01");
        scene_advance(scene, SECONDS(3));
    }
    prove_alive(scene);
}

/* It has not left the ELAN, nor given the VMAC up, and advertises: what a Master owes can be asked of it. */
static bool stays_master(struct scene *scene, struct mark since)
{
    struct pattern gives_up = {.names =
                                   FRAME_SET(LE_UNREGISTER_REQUEST) | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST),
                               .about = true,
                               .about_mac = scene->vmac};
    struct pattern joins = {.names = FRAME_SET(LE_JOIN_REQUEST)};
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *last = seen(scene, &own, since);
    for (struct tap_event *next = last; next; next = seen(scene, &own, mark_after(last)))
        last = next;
    return last && last->time_ns > scene_now_ns(scene) - 2 * interval_ns(scene) &&
           !seen(scene, &gives_up, since) && !seen(scene, &joins, since);
}

/* What a new Master owes while the old one's LEC holds on to the VMAC. */
static void expect_announcements_go_on(struct scene *scene, struct mark since)
{
    if (!scene->proxy) {
        scene_advance(scene, SECONDS(8));
        if (!stays_master(scene, since))
            scene_inconclusive(scene, "the device does not stay Master, so what a Master owes is not due");
        struct pattern announced = announcement(scene, scene->vmac);
        struct tap_event *first = await(scene, &announced, since, SECONDS(1));
        if (announcements_repeated(scene))
            expect_announcements(scene, first ? mark_at(first) : since, 8, "R-0-01 R-3.1-06");
        return;
    }
    struct round round = await_first_round(scene, since, SECONDS(2));
    for (unsigned i = 0; round.announcement && round.probe && i < 5; i++)
        round = expect_round(scene, round, "R-0-01 R-3.2-05");
}

/* In v1 the announcement brings no address: the bystander asks the LES again, which knows the old one for as
 * long as the old Master hangs, and an answer of it may be under way when that one is gone. */
static void hung_master(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    bystander_uses_virtual_router(scene);
    bring_bystander_to(scene, scene->plan.speaker_lec.atm_address);
    struct tap_event *last = speaker_hangs(scene);
    struct tap_event *takeover = await_takeover(scene, mark_at(last));
    struct mark since = {last->index, takeover->time_ns};
    bool contested = !scene->plan.speaker_lec.proxy || scene->proxy;
    if (contested)
        expect_announcements_go_on(scene, since);
    if (scene->v2)
        expect_bystander_reaches(scene, scene->device_atm, "R-0-01");
    /* The hung router's link goes down at last. */
    port_fail_link(scene->speaker_port, LINK_CARRIER_LOSS);
    scene_advance(scene, SECONDS(scene->pixit.choice[PIXIT_REGISTRATION_RETRY_MAX_S]) + SECONDS(3));
    struct pattern asks = registration(scene, scene->vmac);
    struct atm_address atm;
    if (!scene->proxy && seen(scene, &asks, since) && stays_master(scene, since))
        expect_true(
            scene, les_binding(scene->les, scene->vmac, &atm) && atm_address_equal(&atm, &scene->device_atm),
            NULL, "R-3.1-05", "the VMAC registered for the device when the old Master is gone", "it is not");
    if (scene->v2)
        expect_bystander_reaches(scene, scene->device_atm, "R-0-01");
    expect_master(scene, NULL);
}

/* --- 2.2: source address --- */

static void source_is_vmac(struct scene *scene)
{
    bring_to_master(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *event = seen(scene, &own, mark_at(scene->started));
    for (unsigned i = 0; event && i < 3; i++) {
        expect_field(scene, event, FIELD_ORIGIN, mac_value(scene->vmac), "R-2.2-01");
        event = await(scene, &own, mark_after(event), 2 * interval_ns(scene));
    }
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    struct pattern stop = stop_advertisement(scene, scene->vrid);
    event = await(scene, &stop, since, SECONDS(1));
    if (event)
        expect_field(scene, event, FIELD_ORIGIN, mac_value(scene->vmac), "R-2.2-01");
    prove_alive(scene);
}

/* --- traffic --- */

static void with_upstream(struct scene_plan *plan)
{
    plan->upstream = true;
}

static void remote_host_reached(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    bystander_uses_virtual_router(scene);
    bring_bystander_to(scene, scene->plan.speaker_lec.atm_address);
    speaker_link_fails(scene);
    struct tap_event *last = last_speaker_advertisement(scene);
    await_takeover(scene, mark_at(last));
    expect_bystander_served(scene, SECONDS(10), "R-1-01");
    struct host_ping_count pings = host_pings(scene->host);
    world_note(scene->world,
               arena_text(scene->arena, "longest time between two replies to the bystander: %.3f s",
                          (double)pings.longest_gap_ns / (double)NS_PER_S));
    expect_bystander_reaches(scene, scene->device_atm, "R-2.1-02");
    expect_bystander_served(scene, SECONDS(5), "R-1-01");
}

/* --- R-3.3.3-08: the ELAN is lost and joined again --- */

enum loss { CONTROL_DIRECT_LOST, CONTROL_DISTRIBUTE_LOST };

static void rejoins(struct scene *scene)
{
    bring_to_master(scene);
    struct mark since = mark_now(scene);
    bool lost = scene->test->parameter == CONTROL_DIRECT_LOST
                    ? les_release_control_direct(scene->les, &scene->device_atm)
                    : les_drop_control_distribute(scene->les, &scene->device_atm);
    if (!lost)
        scene_inconclusive(scene, "the device has no such VCC to lose");
    struct pattern joined = {.names = FRAME_SET(LE_JOIN_RESPONSE), .from_any = true, .reaches = port_bit(0)};
    joined = pattern_with(joined, FIELD_SOURCE_ATM, atm_value(scene->device_atm));
    joined = pattern_with(joined, FIELD_STATUS, number_value(LE_STATUS_SUCCESS));
    struct tap_event *event = await(scene, &joined, since, SECONDS(60));
    if (!event)
        scene_inconclusive(scene, "the device does not join the ELAN again");
    /* As Master at once, or through Initialize and Backup; the BUS may take its time. */
    int64_t limit_ns = master_down_ns(scene) + SECONDS(10);
    since = mark_at(event);
    expect(scene, .requirements = "R-3.3.3-08", .pattern = announcement(scene, scene->vmac), .since = since,
           .max_ns = limit_ns);
    expect(scene, .requirements = "R-3.3.3-08",
           .pattern = scene->proxy ? probe(scene, scene->vmac) : registration(scene, scene->vmac),
           .since = since, .max_ns = limit_ns);
    scene_advance(scene, SECONDS(3));
    if (!scene->proxy)
        expect_true(scene, les_binding(scene->les, scene->vmac, NULL), NULL, "R-3.3.3-08",
                    "the VMAC registered with the LES again", "it is not");
    prove_alive(scene);
}

/* --- 7: security --- */

static void with_password(struct scene_plan *plan)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    plan->device.authentication_type = plan->speaker.authentication_type = VRRP_AUTHENTICATION_PASSWORD;
    for (size_t i = 0; i < 8; i++)
        plan->device.password[i] = plan->speaker.password[i] =
            letters[random_between(&plan->random, 0, (int64_t)sizeof letters - 2)];
}

static void authenticates(struct scene *scene)
{
    bring_to_master(scene);
    struct advertisement wrong = good_advertisement(scene, scene->plan.higher_priority);
    wrong.message.authentication_data[random_between(&scene->random, 0, 7)] ^= 0x01;
    struct tap_event *heard = inject_advertisement(scene, &wrong);
    expect(scene, .requirements = "R-7-01", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(heard), .max_ns = interval_ns(scene));
    heard = inject_priority(scene, scene->plan.higher_priority);
    expect_none(scene, .requirements = "R-7-01", .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(heard), .max_ns = 2 * interval_ns(scene));
    prove_alive(scene);
}

static void known_frames(struct scene *scene)
{
    bring_to_master(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    scene_advance(scene, SECONDS(2));
    struct mark since = {0, 0};
    expect_none(scene, .requirements = "R-7-02", .pattern = {.names = FRAME_SET(LE_UNKNOWN)}, .since = since,
                .max_ns = scene_now_ns(scene));
    prove_alive(scene);
}

#define SCENARIO_WITH(name, what, ids, stimulates, accepts, needs, preparation, function, value)             \
    {                                                                                                        \
        .id = "scenario/" name, .title = what, .requirements = ids, .stimulus = stimulates,                  \
        .accepted = accepts, .scope = ROUTER_ANY, .capabilities = CAPABILITY_CONTROL_STARTUP | (needs),      \
        .prepare = preparation, .run = function, .parameter = value                                          \
    }
#define SCENARIO(name, what, ids, stimulates, accepts, preparation, function)                                \
    SCENARIO_WITH(name, what, ids, stimulates, accepts, 0, preparation, function, 0)
#define ELECTED(name, what, preparation, function)                                                           \
    SCENARIO("elected-" name, "LANE is notified of a Master elected " name, "R-2-14", what,                  \
             "an association frame for the VMAC when the device becomes Master", preparation, function)
#define REJOINS(name, what, loss)                                                                            \
    SCENARIO_WITH("rejoins-after-" name, "A Master that lost the ELAN associates again after the join",      \
                  "R-3.3.3-08", what,                                                                        \
                  "announcement and registration (non-proxy) or probe (proxy) after the new join", 0, NULL,  \
                  rejoins, loss)

static const struct test_case cases[] = {
    SCENARIO("master-fails", "A Backup takes over from a Master whose link fails", "R-2.1-01",
             "the link of the Master loses its carrier",
             "advertisement and association not later than Master_Down_Interval after the last advertisement",
             NULL, master_fails),
    SCENARIO("resolves-to-master", "LE_ARP for the VMAC resolves to the acting Master", "R-2.1-02",
             "a bystander asks while another router is Master, and after the device took over; the LES "
             "forwards LE_ARP",
             "the ATM address of the Master in each case", le_arp_to_clients, resolves_to_master),
    ELECTED("at-start-up", "an owner starts", plan_owner, elected_at_start),
    ELECTED("by-timer", "the device starts alone", NULL, elected_by_timer),
    ELECTED("after-priority-0", "the Master shuts down", NULL, elected_after_stop),
    ELECTED("by-preemption", "the device starts beside a Master of lower priority", NULL,
            elected_by_preemption),
    ELECTED("again", "twice a better router takes over and falls silent", NULL, elected_again),
    ELECTED("after-shutdown", "the Master shuts down and starts again", NULL, elected_after_shutdown),
    SCENARIO("one-owner", "The VMAC has one owner at a time", "R-2-01 R-2-16 R-2.1-02",
             "Backup, Master, Backup again, with LE_ARP for the VMAC each time",
             "answered as Master only; no announcement as Backup", NULL, one_owner),
    SCENARIO("other-scheme", "Proxy and non-proxy routers back each other", "R-0-01",
             "mastership goes back and forth between the device and a router of the other scheme",
             "a bystander's frames reach the Master each time", other_scheme, back_and_forth),
    SCENARIO("same-scheme", "Two routers of one scheme back each other", "R-0-01",
             "mastership goes back and forth between the device and a router of the same scheme",
             "a bystander's frames reach the Master each time", same_scheme, back_and_forth),
    SCENARIO("hung-non-proxy-master", "A non-proxy Master hangs and its registration stays",
             "R-0-01 R-3.1-05 R-3.1-06 R-3.2-04 R-3.2-05",
             "the Master's VRRP stops while its LEC stays a member with the VMAC; later its link fails",
             "announcements go on as long as the VMAC is registered for the old Master; a v2 bystander "
             "reaches the "
             "device; a complete association in the end",
             non_proxy_speaker, hung_master),
    SCENARIO(
        "hung-proxy-master", "A proxy Master hangs and its LEC still answers LE_ARP",
        "R-0-01 R-3.1-05 R-3.1-06 R-3.2-04 R-3.2-05",
        "the Master's VRRP stops while its LEC represents the VMAC; later its link fails",
        "a proxy announces as long as its probe is answered; a v2 bystander reaches the device; a complete "
        "association in the end",
        proxy_speaker, hung_master),
    SCENARIO("source-is-vmac", "Advertisements come from the VMAC", "R-2.2-01",
             "the device is Master, then shuts down",
             "source MAC address of each advertisement = VMAC, priority 0 included", NULL, source_is_vmac),
    SCENARIO_WITH(
        "remote-host", "A remote host is reached through the VMAC after a failover", "R-1-01 R-2.1-02",
        "a bystander pings a host behind the routers; the link of the Master fails",
        "replies through the device within 10 s of its takeover, and on a Data Direct VCC to it later",
        CAPABILITY_LAN_PORT | CAPABILITY_FORWARDING, with_upstream, remote_host_reached, 0),
    REJOINS("control-direct-lost", "the LES releases Control Direct of the Master", CONTROL_DIRECT_LOST),
    REJOINS("control-distribute-lost", "the LES drops the Master from Control Distribute",
            CONTROL_DISTRIBUTE_LOST),
    SCENARIO_WITH(
        "authentication", "VRRP authentication holds over LANE", "R-7-01",
        "advertisements of higher priority, first with a password wrong in one bit, then with the right one",
        "only the right one makes the Master yield", CAPABILITY_AUTHENTICATION, with_password, authenticates,
        0),
    SCENARIO("known-frames", "No control frame of the device's own invention", "R-7-02",
             "the device becomes Master and shuts down", "op-codes of LANE only", NULL, known_frames),
};

const struct case_list scenario_cases = {cases, sizeof cases / sizeof *cases};
