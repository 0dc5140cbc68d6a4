/* The network of a scene: what a seed draws, how it is built, how frames get to the device. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/labs.h"
#include "scene/scene_plan.h"
#include "steps/states.h"
#include "suite/run.h"

#define REQUIREMENT "R-3.3.2-02"

static struct test_case test = {.id = "a/b", .requirements = REQUIREMENT};
static struct case_instance instance;

static void set_up(void)
{
    instance = (struct case_instance){&test, ROLE_ROUTER, SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET};
}

/* --- what is drawn --- */

static bool same(const struct scene_plan *a, const struct scene_plan *b)
{
    return mac_equal(a->device.elan.mac, b->device.elan.mac) &&
           atm_address_equal(&a->device.atm_address, &b->device.atm_address) &&
           ipv4_equal(a->third_ip, b->third_ip) && a->les.first_lecid == b->les.first_lecid &&
           a->random.state == b->random.state;
}

START_TEST(plan_follows_seed_and_instance)
{
    struct scene_plan plan;
    struct scene_plan other;
    scene_plan_draw(&plan, &instance, 7, 5, NULL);
    ck_assert_uint_eq(plan.capabilities, 5);
    ck_assert_uint_eq(plan.seed, 7);
    ck_assert_ptr_eq(plan.instance, &instance);
    scene_plan_draw(&other, &instance, 7, 0, NULL);
    ck_assert(same(&plan, &other));
    scene_plan_draw(&other, &instance, 8, 0, NULL);
    ck_assert(!same(&plan, &other));
    instance.scheme = SCHEME_PROXY;
    scene_plan_draw(&other, &instance, 7, 0, NULL);
    ck_assert(!same(&plan, &other));
}
END_TEST

static void check_addresses(const struct scene_plan *plan)
{
    const struct mac_address macs[] = {plan->device.elan.mac, plan->device.lan.mac,    plan->speaker_lec.mac,
                                       plan->host_lec.mac,    plan->upstream_host.mac, plan->third_mac};
    const struct atm_address atms[] = {
        plan->device.atm_address,      plan->lecs.address,         plan->les.address, plan->bus.address,
        plan->speaker_lec.atm_address, plan->host_lec.atm_address, plan->ghost_atm};
    const struct ipv4_address ips[] = {plan->device.elan.address,
                                       plan->device.virtual_routers[0].addresses[0],
                                       plan->speaker.address,
                                       plan->host.address,
                                       plan->third_ip,
                                       plan->device.lan.address,
                                       plan->upstream_host.address};
    for (size_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(macs[i].octet[0] & 3, 0); /* unicast, assigned */
        for (size_t j = 0; j < i; j++)
            ck_assert(!mac_equal(macs[i], macs[j]));
    }
    for (size_t i = 0; i < 7; i++) {
        ck_assert_mem_eq(&atms[i], &atms[0], 13);
        for (size_t j = 0; j < i; j++)
            ck_assert(!atm_address_equal(&atms[i], &atms[j]));
    }
    for (size_t i = 0; i < 7; i++) {
        ck_assert_uint_ne(ips[i].number & 0xff, 0);
        ck_assert_uint_ne(ips[i].number & 0xff, 255);
        if (i < 5)
            ck_assert_uint_eq(ips[i].number >> 8, ips[0].number >> 8);
        else
            ck_assert_uint_ne(ips[i].number >> 8, ips[0].number >> 8);
        for (size_t j = 0; j < i; j++)
            ck_assert(!ipv4_equal(ips[i], ips[j]));
    }
}

START_TEST(addresses_differ)
{
    static const uint64_t seeds[] = {1259971, 3250144, 4371655, 5125041}; /* draw one twice */
    struct scene_plan plan;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        scene_plan_draw(&plan, &instance, seed, 0, NULL);
        check_addresses(&plan);
    }
    for (size_t i = 0; i < 4; i++) {
        scene_plan_draw(&plan, &instance, seeds[i], 0, NULL);
        check_addresses(&plan);
        ck_assert_uint_eq(plan.les.delay_count, 4);
    }
}
END_TEST

START_TEST(values_stay_in_their_ranges)
{
    unsigned orders = 0;
    unsigned formats = 0;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct scene_plan plan;
        scene_plan_draw(&plan, &instance, seed, 0, NULL);
        const struct virtual_router_settings *router = &plan.device.virtual_routers[0];
        ck_assert_uint_eq(plan.device.virtual_router_count, 1);
        ck_assert_uint_ne(router->vrid, 0);
        ck_assert(router->priority_given && router->interval_given && router->preempt_given);
        ck_assert(router->preempt && !router->started_by_join && router->interval_s == 1);
        ck_assert_uint_ge(plan.lower_priority, 1);
        ck_assert_uint_lt(plan.lower_priority, router->priority);
        ck_assert_uint_lt(router->priority, plan.higher_priority);
        ck_assert_uint_lt(plan.higher_priority, 255);
        ck_assert_uint_eq(plan.speaker.vrid, router->vrid);
        ck_assert(ipv4_equal(plan.speaker.addresses[0], router->addresses[0]));
        ck_assert(plan.les.first_lecid >= 1 && plan.les.first_lecid <= 0xfe00);
        for (size_t i = 0; i < plan.les.delay_count; i++)
            ck_assert(plan.les.delays[i].delay_ns >= 0 && plan.les.delays[i].delay_ns <= MILLISECONDS(900));
        ck_assert(plan.lecs.delay_ns >= 0 && plan.lecs.delay_ns <= MILLISECONDS(900));
        ck_assert_int_eq(plan.latency_low_ns, MICROSECONDS(10));
        ck_assert_int_eq(plan.latency_high_ns, MILLISECONDS(300));
        ck_assert_int_eq(plan.device_latency_ns, -1);
        ck_assert(plan.device.lecs_given && plan.host_lec.lecs_given && plan.speaker_lec.lecs_given);
        ck_assert(atm_address_equal(&plan.device.lecs_address, &plan.lecs.address));
        ck_assert(atm_address_equal(&plan.lecs.les_address, &plan.les.address));
        ck_assert(atm_address_equal(&plan.les.bus_address, &plan.bus.address));
        ck_assert_str_eq(plan.device.elan_name, plan.les.elan_name);
        ck_assert_str_eq(plan.host_lec.elan_name, plan.lecs.elan_name);
        ck_assert_uint_le(plan.start_order, 2);
        orders |= 1u << plan.start_order;
        formats |= 1u << (plan.device.atm_address.octet[0] & 0xf);
    }
    ck_assert_uint_eq(orders, 7);
    ck_assert_uint_eq(formats, 1u << 9 | 1u << 5 | 1u << 7);
}
END_TEST

/* How often something is so in 200 plans. */
static unsigned draws(bool (*is)(const struct scene_plan *plan))
{
    unsigned count = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct scene_plan plan;
        scene_plan_draw(&plan, &instance, seed, 0, NULL);
        count += is(&plan);
    }
    return count;
}

static bool v2_capable(const struct scene_plan *plan)
{
    return plan->device.v2_capable;
}

static bool v2_les(const struct scene_plan *plan)
{
    return plan->les.v2;
}

static bool v2_peers(const struct scene_plan *plan)
{
    return plan->host_lec.v2_capable && plan->speaker_lec.v2_capable;
}

static bool proxy(const struct scene_plan *plan)
{
    return plan->device.proxy;
}

static bool proxy_speaker(const struct scene_plan *plan)
{
    return plan->speaker_lec.proxy;
}

static bool registers(const struct scene_plan *plan)
{
    return plan->device.registers_own_mac;
}

static bool on_distribute(const struct scene_plan *plan)
{
    return plan->les.answers_on_distribute;
}

static bool token_ring(const struct scene_plan *plan)
{
    return plan->device.token_ring && plan->bus.token_ring && plan->host_lec.token_ring &&
           plan->speaker_lec.token_ring && plan->les.lan_type == LAN_TYPE_8025 &&
           plan->lecs.lan_type == LAN_TYPE_8025;
}

static bool canonical(const struct scene_plan *plan)
{
    return plan->device.canonical_order;
}

static void check_both(unsigned count)
{
    ck_assert(count > 50 && count < 150);
}

START_TEST(instance_decides_what_is_fixed)
{
    ck_assert_uint_eq(draws(v2_capable), 200);
    ck_assert_uint_eq(draws(v2_les), 200);
    ck_assert_uint_eq(draws(v2_peers), 200);
    ck_assert_uint_eq(draws(proxy), 0);
    ck_assert_uint_eq(draws(token_ring), 0);
    ck_assert_uint_eq(draws(canonical), 0);
    check_both(draws(proxy_speaker));
    check_both(draws(registers));
    check_both(draws(on_distribute));
    instance.lane = LANE_V1;
    instance.scheme = SCHEME_PROXY;
    instance.medium = MEDIUM_TOKEN_RING;
    check_both(draws(v2_capable)); /* a v1 LES decides, whatever the client can do */
    ck_assert_uint_eq(draws(v2_les), 0);
    ck_assert_uint_eq(draws(v2_peers), 0);
    ck_assert_uint_eq(draws(proxy), 200);
    ck_assert_uint_eq(draws(token_ring), 200);
    check_both(draws(canonical)); /* */
}
END_TEST

/* What the PIXIT says of the bit order goes before the seed. */
START_TEST(bit_order_of_the_lab)
{
    static const enum tr_bit_order orders[] = {TR_BIT_ORDER_CANONICAL, TR_BIT_ORDER_NON_CANONICAL};
    struct pixit pixit = pixit_default();
    instance.medium = MEDIUM_TOKEN_RING;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct scene_plan plan;
        for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
            scene_plan_draw(&plan, &instance, seed, 0, NULL);
            pixit.choice[PIXIT_TR_BIT_ORDER] = (unsigned)orders[i];
            scene_plan_choose(&plan, &pixit);
            ck_assert(plan.device.canonical_order == (orders[i] == TR_BIT_ORDER_CANONICAL));
        }
    }
    instance.medium = MEDIUM_ETHERNET;
}
END_TEST

/* The address of a virtual router, by medium, order and mode. */
START_TEST(virtual_mac_addresses)
{
    const struct mac_address turned = {{0x00, 0x00, 0x7a, 0x00, 0x80, 0xd0}};
    const struct mac_address functional = {{0xc0, 0x00, 0x00, 0x10, 0x00, 0x00}};
    struct device_settings settings = {.canonical_order = false, .functional_addresses = true};
    ck_assert(mac_equal(virtual_mac_of(&settings, 11), mac_of_vrid(11)));
    settings.token_ring = true;
    ck_assert(mac_equal(virtual_mac_of(&settings, 11), functional));
    ck_assert(mac_equal(virtual_mac_of(&settings, 12), mac_reversed(mac_of_vrid(12))));
    settings.functional_addresses = false;
    ck_assert(mac_equal(virtual_mac_of(&settings, 11), turned));
    settings.canonical_order = true;
    ck_assert(mac_equal(virtual_mac_of(&settings, 11), mac_of_vrid(11)));
}
END_TEST

/* --- what is built: cases on the reference --- */

static struct case_result result;

static void run(void (*function)(struct scene *scene), void (*prepare)(struct scene_plan *plan))
{
    struct reason reason;
    struct lab *lab = lab_open("reference", &reason);
    struct arena *arena = arena_new();
    struct run_options options = {.seed = 7, .pixit = pixit_default()};
    test.run = function;
    test.prepare = prepare;
    run_instance(&instance, lab, &options, arena, &result);
    ck_assert_msg(result.verdict == VERDICT_PASS, "%s", result.reason);
    arena_free(arena);
    lab_close(lab);
}

static void judge(struct scene *scene)
{
    expect_true(scene, true, NULL, REQUIREMENT, "", "");
}

static void look_around(struct scene *scene)
{
    static const char *const names[] = {"dut", "lecs", "les", "bus", "speaker", "host", "upstream"};
    struct port *ports[] = {scene->device_port,  scene->lecs_port, scene->les_port,     scene->bus_port,
                            scene->speaker_port, scene->host_port, scene->upstream_port};
    bool upstream = scene->plan.upstream;
    for (unsigned i = 0; i < (upstream ? 7 : 6); i++) {
        ck_assert_uint_eq(port_index(ports[i]), i);
        ck_assert_str_eq(port_name(ports[i]), names[i]);
    }
    ck_assert_int_eq(scene->upstream_port != NULL, upstream);
    ck_assert_int_eq(scene->upstream != NULL, upstream);
    ck_assert_int_eq(scene->plan.device.lan_port, upstream);
    ck_assert_uint_eq(tap_device(scene->tap), 0);
    const struct virtual_router_settings *router = &scene->plan.device.virtual_routers[0];
    ck_assert_uint_eq(scene->vrid, router->vrid);
    ck_assert_uint_eq(scene->priority, router->priority_given ? router->priority : 100);
    ck_assert_uint_eq(scene->interval_s, router->interval_given ? router->interval_s : 1);
    ck_assert(mac_equal(scene->vmac, mac_of_vrid(router->vrid)));
    ck_assert(mac_equal(scene->device_mac, scene->plan.device.elan.mac));
    ck_assert(atm_address_equal(&scene->device_atm, &scene->plan.device.atm_address));
    ck_assert(ipv4_equal(scene->device_ip, scene->plan.device.elan.address));
    ck_assert(ipv4_equal(scene->virtual_ip, router->addresses[0]));
    ck_assert_uint_eq(scene->random.state, scene->plan.random.state);
    judge(scene);
}

static void with_upstream(struct scene_plan *plan)
{
    plan->upstream = true;
    plan->device.virtual_routers[0].priority_given = false;
    plan->device.virtual_routers[0].interval_given = false;
    plan->device.virtual_routers[0].interval_s = 9;
}

START_TEST(network_is_built_as_planned)
{
    run(look_around, NULL);
    run(look_around, with_upstream);
}
END_TEST

static void reach_upstream(struct scene *scene)
{
    bring_to_elan(scene);
    uint16_t sequence = host_ping(scene->upstream, scene->plan.device.lan.address, HOST_NO_HOP);
    scene_advance(scene, SECONDS(2));
    ck_assert_int_ne(host_reply_ns(scene->upstream, sequence), TIME_NEVER);
    judge(scene);
}

START_TEST(upstream_reaches_the_device)
{
    run(reach_upstream, with_upstream);
}
END_TEST

static void fixed_latency(struct scene_plan *plan)
{
    plan->device_latency_ns = MILLISECONDS(33);
}

static void look_at_latency(struct scene *scene)
{
    bring_to_elan(scene);
    unsigned others = 0;
    for (size_t i = 0; i < tap_count(scene->tap); i++) {
        const struct vcc *vcc = tap_at(scene->tap, i)->vcc;
        if (vcc && (vcc->caller == 0 || (vcc->called == 0 && !vcc->call.point_to_multipoint)))
            ck_assert_int_eq(vcc->latency_ns, MILLISECONDS(33));
        else
            others += vcc && vcc->latency_ns != MILLISECONDS(33);
    }
    ck_assert_uint_gt(others, 0);
    judge(scene);
}

START_TEST(latency_of_the_device_may_be_fixed)
{
    run(look_at_latency, fixed_latency);
}
END_TEST

/* --- how frames get to the device --- */

static void check_arrival(struct scene *scene, struct tap_event *event, enum frame_name name)
{
    ck_assert(tap_reaches(event, 0));
    ck_assert_int_eq(tap_frame(scene->tap, event)->name, name);
    ck_assert_int_eq(event->time_ns, scene_now_ns(scene));
}

static void inject_everything(struct scene *scene)
{
    bring_to_master(scene);
    uint32_t id = 0;
    struct tap_event *event = inject_priority(scene, scene->plan.lower_priority);
    check_arrival(scene, event, FRAME_ADVERTISEMENT);
    const struct frame *frame = tap_frame(scene->tap, event);
    ck_assert_uint_eq(frame->vrrp.priority, scene->plan.lower_priority);
    ck_assert(ipv4_equal(frame->ipv4.source, scene->plan.speaker.address));
    event = inject_priority_from(scene, scene->plan.lower_priority, scene->plan.third_ip);
    check_arrival(scene, event, FRAME_ADVERTISEMENT);
    ck_assert(ipv4_equal(tap_frame(scene->tap, event)->ipv4.source, scene->plan.third_ip));
    event = inject_le_arp_request(scene, scene->vmac, &id);
    check_arrival(scene, event, FRAME_LE_ARP_REQUEST);
    ck_assert_uint_eq(tap_frame(scene->tap, event)->control.transaction_id, id);
    ck_assert_int_eq(event->vcc->kind, VCC_CONTROL_DIRECT);
    struct pattern answer = le_arp_answer(scene, id);
    ck_assert_ptr_nonnull(await(scene, &answer, mark_at(event), SECONDS(1)));
    check_arrival(scene, inject_le_arp_request(scene, scene->vmac, NULL), FRAME_LE_ARP_REQUEST);
    event = inject_arp_request(scene, scene->virtual_ip);
    check_arrival(scene, event, FRAME_ARP_REQUEST);
    ck_assert(ipv4_equal(tap_frame(scene->tap, event)->arp.target_ip, scene->virtual_ip));
    event = inject_packet(scene, scene->device_ip, scene->device_mac, 5);
    check_arrival(scene, event, FRAME_ICMP_ECHO_REQUEST);
    ck_assert_uint_eq(tap_frame(scene->tap, event)->ipv4.ttl, 5);
    struct pattern reply = echo_reply(scene, scene->device_ip);
    ck_assert_ptr_nonnull(await(scene, &reply, mark_at(event), SECONDS(5)));
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *sent = await(scene, &own, mark_now(scene), SECONDS(2));
    event = inject_echo_of(scene, sent);
    check_arrival(scene, event, FRAME_ADVERTISEMENT);
    ck_assert_uint_gt(event->index, sent->index);
    ck_assert_mem_eq(event->data, sent->data, sent->size);
    struct pattern probes = announcement(scene, scene->vmac);
    sent = seen(scene, &probes, (struct mark){0, 0});
    check_arrival(scene, inject_echo_of(scene, sent), FRAME_TARGETLESS_LE_ARP_REQUEST);
    judge(scene);
    prove_alive(scene);
}

START_TEST(frames_are_followed_to_the_device)
{
    run(inject_everything, NULL);
}
END_TEST

/* Two equal advertisements, one behind the other: the second is the one that was asked for. */
static void inject_the_same_again(struct scene *scene)
{
    bring_to_master(scene);
    struct advertisement advertisement = good_advertisement(scene, scene->plan.lower_priority);
    vrrp_speaker_send(scene->speaker, &advertisement);
    int64_t gap_ns = MICROSECONDS(50);
    struct pattern pattern = {.names = FRAME_SET(ADVERTISEMENT), .from_any = true, .reaches = port_bit(0)};
    pattern = pattern_with(pattern, FIELD_PRIORITY, number_value(scene->plan.lower_priority));
    scene_advance(scene, gap_ns);
    struct mark since = mark_now(scene);
    struct tap_event *event = inject_advertisement(scene, &advertisement);
    struct tap_event *first = seen(scene, &pattern, since);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_ne(first, event);
    ck_assert_int_eq(event->time_ns, first->time_ns + gap_ns);
    judge(scene);
}

START_TEST(equal_frame_under_way_is_not_taken_for_it)
{
    run(inject_the_same_again, NULL);
}
END_TEST

static void (*impossible)(struct scene *scene);

static void inject_outside(struct scene *scene)
{
    impossible(scene);
    ck_abort_msg("it was injected");
}

static void advertise(struct scene *scene)
{
    inject_priority(scene, 100);
}

static void ask_le_arp(struct scene *scene)
{
    inject_le_arp_request(scene, scene->vmac, NULL);
}

static void ask_arp(struct scene *scene)
{
    inject_arp_request(scene, scene->virtual_ip);
}

static void ping(struct scene *scene)
{
    inject_echo_request(scene, scene->virtual_ip, scene->vmac);
}

static void await_speaker(struct scene *scene)
{
    next_speaker_advertisement(scene);
}

START_TEST(what_cannot_be_injected_is_inconclusive)
{
    static const struct {
        void (*function)(struct scene *scene);
        const char *reason;
    } samples[] = {{advertise, "the advertisement was not sent: speaker is not in the ELAN"},
                   {ask_le_arp, "the LES has no Control Direct VCC to the device"},
                   {ask_arp, "the ARP request was not sent: host is not in the ELAN"},
                   {ping, "the IP packet was not sent: host is not in the ELAN"},
                   {await_speaker, "no advertisement of the speaker reached the device"}};
    struct reason reason;
    struct lab *lab = lab_open("reference", &reason);
    struct arena *arena = arena_new();
    struct run_options options = {.seed = 7, .pixit = pixit_default()};
    impossible = samples[_i].function;
    test.run = inject_outside;
    test.prepare = NULL;
    run_instance(&instance, lab, &options, arena, &result);
    ck_assert_int_eq(result.verdict, VERDICT_INCONCLUSIVE);
    ck_assert_msg(strstr(result.reason, samples[_i].reason), "%s", result.reason);
    arena_free(arena);
    lab_close(lab);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("scene");
    TCase *tests = tcase_create("scene");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, plan_follows_seed_and_instance);
    tcase_add_test(tests, addresses_differ);
    tcase_add_test(tests, values_stay_in_their_ranges);
    tcase_add_test(tests, instance_decides_what_is_fixed);
    tcase_add_test(tests, bit_order_of_the_lab);
    tcase_add_test(tests, virtual_mac_addresses);
    tcase_add_test(tests, network_is_built_as_planned);
    tcase_add_test(tests, upstream_reaches_the_device);
    tcase_add_test(tests, latency_of_the_device_may_be_fixed);
    tcase_add_test(tests, frames_are_followed_to_the_device);
    tcase_add_test(tests, equal_frame_under_way_is_not_taken_for_it);
    tcase_add_loop_test(tests, what_cannot_be_injected_is_inconclusive, 0, 5);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
