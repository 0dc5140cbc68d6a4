/* Defects that the ledger has no mutant for, each in one corner of what a requirement asks: the case that is
 * about it finds it.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "links/lab.h"
#include "mutants/lane_rules.h"
#include "reference/vrrp_checks.h"
#include "reference/vrrp_machine.h"
#include "suite/run.h"
#include "suite/selection.h"

struct defect {
    const char *text;
    const char *selector;
    const char *requirement;
    struct mutant_definition definition;
};

/* --- ARP --- */

static bool about_virtual_address(const struct interposer *interposer, const struct interposed *interposed)
{
    return ipv4_equal(interposed->frame.arp.sender_ip, interposer->settings.virtual_routers[0].addresses[0]);
}

static void announces_once(struct virtual_router *router)
{
    bool again = router->state_before == VRRP_MASTER;
    vrrp_associate(router);
    vrrp_send_advertisement(router, router->priority);
    if (!again)
        vrrp_send_gratuitous_arps(router);
    vrrp_start_adver_timer(router);
    vrrp_enter(router, VRRP_MASTER);
}

ONE_ENTRY(first_takeover_only, vrrp.transitions[VRRP_MASTER_DOWN][VRRP_BACKUP], announces_once)

/* --- priority 0 --- */

#define UNLESS_STOP(name, check)                                                                             \
    static bool name##_unless_stop(const struct vrrp_heard *heard)                                           \
    {                                                                                                        \
        return heard->message.priority == VRRP_PRIORITY_STOP || check(heard);                                \
    }

UNLESS_STOP(ttl, vrrp_ttl_is_255)
UNLESS_STOP(version, vrrp_version_is_2)
UNLESS_STOP(type, vrrp_type_is_advertisement)
UNLESS_STOP(checksum, vrrp_checksum_is_good)
UNLESS_STOP(authentication_type, vrrp_authentication_type_matches)
UNLESS_STOP(authentication_data, vrrp_authentication_data_matches)
UNLESS_STOP(header, vrrp_authentication_header_is_good)
UNLESS_STOP(interval, vrrp_interval_matches)

#define CHECKED(name) vrrp.checks[VRRP_CHECK_##name].passes

ONE_ENTRY(stop_ttl, CHECKED(TTL), ttl_unless_stop)
ONE_ENTRY(stop_version, CHECKED(VERSION), version_unless_stop)
ONE_ENTRY(stop_type, CHECKED(TYPE), type_unless_stop)
ONE_ENTRY(stop_checksum, CHECKED(CHECKSUM), checksum_unless_stop)
TWO_ENTRIES(stop_authentication, CHECKED(AUTHENTICATION_TYPE), authentication_type_unless_stop,
            CHECKED(AUTHENTICATION_DATA), authentication_data_unless_stop)
ONE_ENTRY(stop_header, CHECKED(AUTHENTICATION_HEADER), header_unless_stop)
ONE_ENTRY(stop_interval, CHECKED(INTERVAL), interval_unless_stop)

static const struct virtual_router *first_router_for_stop(const struct vrrp_instance *instance, uint8_t vrid)
{
    const struct virtual_router *own = vrrp_options_default().router_of_vrid(instance, vrid);
    return own ? own : &instance->routers[0];
}

/* Only the priority of 0 is obeyed, whatever the VRID. */
static bool known_or_stop(const struct vrrp_heard *heard)
{
    return heard->message.priority == VRRP_PRIORITY_STOP ||
           heard->message.vrid == heard->router->settings->vrid;
}

TWO_ENTRIES(stop_vrid, vrrp.router_of_vrid, first_router_for_stop, CHECKED(VRID), known_or_stop)

/* --- several virtual routers --- */

static void shut_all_down(struct virtual_router *router, enum vrrp_event event)
{
    struct vrrp_instance *instance = router->instance;
    void (*dispatch)(struct virtual_router *, enum vrrp_event) = vrrp_options_default().dispatch;
    if (event != VRRP_SHUTDOWN)
        dispatch(router, event);
    for (size_t i = 0; event == VRRP_SHUTDOWN && i < instance->router_count; i++)
        dispatch(&instance->routers[i], event);
}

ONE_ENTRY(one_shutdown_for_all, vrrp.dispatch, shut_all_down)

static const struct defect defects[] = {
    {"ARP replies with another target IP address",
     "arp/master-replies",
     "V-6.4.3-01",
     {ONE_RULE(SENDS_ANY(FRAME_SET(ARP_REPLY)), IF(about_virtual_address),
               CHANGE(ARP_TARGET_IP, VALUE_OWN_IP))}},
    {"ARP replies with another target MAC address",
     "arp/master-replies",
     "V-6.4.3-01",
     {ONE_RULE(SENDS_ANY(FRAME_SET(ARP_REPLY)), IF(about_virtual_address),
               CHANGE(ARP_TARGET_MAC, VALUE_OWN_MAC))}},
    {"gratuitous ARP at the first takeover alone",
     "arp/each-takeover-announced",
     "V-6.4.2-07",
     {.change = first_takeover_only}},
    {"gratuitous ARP at the first takeover alone, seen in passing",
     "router-states/master-returns",
     "V-6.4.2-07",
     {.change = first_takeover_only}},
    {"priority 0 obeyed whatever the TTL", "receive/stop-ttl", "V-7.1-01", {.change = stop_ttl}},
    {"… version", "receive/stop-version", "V-7.1-02", {.change = stop_version}},
    {"… type", "receive/stop-type", "V-5.3.2-02", {.change = stop_type}},
    {"… checksum", "receive/stop-checksum", "V-7.1-04", {.change = stop_checksum}},
    {"… authentication type",
     "receive/stop-authentication-unknown",
     "V-5.3.6-01",
     {.change = stop_authentication}},
    {"… authentication type, none where one is asked for",
     "receive/stop-authentication-missing",
     "V-5.3.6-02",
     {.change = stop_authentication}},
    {"… authentication type, one where none is asked for",
     "receive/stop-authentication-unasked",
     "V-5.3.6-02",
     {.change = stop_authentication}},
    {"… password", "receive/stop-password", "V-7.1-05", {.change = stop_authentication}},
    {"… interval", "receive/stop-interval", "V-7.1-08", {.change = stop_interval}},
    {"… VRID", "receive/stop-vrid", "V-7.1-06", {.change = stop_vrid}},
    {"… digest", "receive/stop-header-digest", "V-7.1-05", {.change = stop_header}},
    {"Shutdown of one virtual router stops all of them",
     "router-states/one-shuts-down",
     "V-6.4-01",
     {.change = one_shutdown_for_all}},
};

#define DEFECT_COUNT (sizeof defects / sizeof *defects)

/* What a run of one defect came to. */
struct outcome {
    const struct defect *defect;
    size_t run;
    size_t found; /* instances that failed with the requirement broken */
};

static struct lab *open_lab(void *context, struct reason *reason);
static void close_lab(struct lab *lab);
static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason);
static void *render(void *context, size_t index, const struct case_result *result);

START_TEST(case_finds_it)
{
    const struct defect *defect = &defects[_i];
    struct outcome outcome = {.defect = defect};
    struct selection selection = {.selectors = &defect->selector,
                                  .selector_count = 1,
                                  .scope = {ROLE_ROUTER | ROLE_VRRP, SCHEME_NON_PROXY | SCHEME_PROXY,
                                            LANE_V1 | LANE_V2, MEDIUM_ETHERNET}};
    struct run_options options = {.seed = 1, .pixit = pixit_default()};
    struct run_callbacks callbacks = {.open_lab = open_lab, .render = render, .context = &outcome};
    struct case_instance *instances;
    struct reason reason = {""};
    size_t count;
    size_t counts[VERDICT_COUNT];
    ck_assert_msg(select_instances(&selection, &instances, &count, &reason), "%s", reason.text);
    ck_assert_msg(run_instances(instances, count, &options, 1, &callbacks, counts, &reason), "%s",
                  reason.text);
    free(instances);
    ck_assert_msg(outcome.run > 0 && outcome.found == outcome.run, "%s: %s found it in %zu of %zu instances",
                  defect->text, defect->selector, outcome.found, outcome.run);
}
END_TEST

static struct lab *open_lab(void *context, struct reason *reason)
{
    static const struct lab_kind kind = {.lend = lend, .close = close_lab};
    (void)reason;
    struct lab *lab = calloc(1, sizeof *lab);
    if (!lab)
        abort();
    *lab = (struct lab){.name = "defect",
                        .capabilities = reference_capabilities(),
                        .claims = {ROLE_ROUTER | ROLE_VRRP, SCHEME_NON_PROXY | SCHEME_PROXY,
                                   LANE_V1 | LANE_V2, MEDIUM_ETHERNET},
                        .context = context,
                        .kind = &kind};
    return lab;
}

static void close_lab(struct lab *lab)
{
    free(lab);
}

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    const struct station_handlers *handlers;
    const struct outcome *outcome = lab->context;
    void *station =
        mutant_new(&outcome->defect->definition, port_services(port), settings, &handlers, reason);
    if (station)
        port_attach(port, handlers, station);
    return station != NULL;
}

static void *render(void *context, size_t index, const struct case_result *result)
{
    struct outcome *outcome = context;
    bool found = false;
    (void)index;
    for (size_t i = 0; i < result->findings.count; i++) {
        const struct finding *finding = &result->findings.list[i];
        found |= finding->kind == FINDING_VIOLATION &&
                 strcmp(finding->requirement->id, outcome->defect->requirement) == 0;
    }
    outcome->run++;
    outcome->found += result->verdict == VERDICT_FAIL && found;
    return NULL;
}

int main(void)
{
    Suite *suite = suite_create("defects");
    TCase *tests = tcase_create("defects");
    tcase_add_loop_test(tests, case_finds_it, 0, (int)DEFECT_COUNT);
    tcase_set_timeout(tests, 60);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
