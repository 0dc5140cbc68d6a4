#include "script.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "steps/site_log.h"

/* A frame that waits for its time. */
struct line {
    struct timer timer;
    const struct station_services *services;
    uint32_t vcc;
    uint8_t data[LE_CONTROL_SIZE];
    size_t size;
};

/* What is asked of the site log. */
struct site_count {
    const char *site;
    size_t ran;
    size_t failed;
};

static void tear_down(void);
static void station_says(const struct probe_station *station, int64_t after_ns, enum le_opcode opcode,
                         uint32_t transaction_id);
static void line_is_due(void *owner);
static void again(void *owner);
static void count_site(void *context, const char *site, size_t ran, size_t failed);

struct script script;
struct scene *scene;
const char *must;
const char *other_must;
const char *should;

void script_set_up(void)
{
    memset(&script, 0, sizeof script);
    script.arena = arena_new();
    script.lab = (struct lab){.name = "fake", .capabilities = CAPABILITY_EGRESS_ORDER};
    script.test = (struct test_case){.id = "fake/case"};
    script.instance =
        (struct case_instance){&script.test, ROLE_ROUTER, SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET};
    script.sites = site_log_new();
    scene = arena_zeroed(script.arena, sizeof *scene);
    scene->test = &script.test;
    scene->instance = &script.instance;
    scene->v2 = true;
    scene->pixit = pixit_default();
    scene->arena = script.arena;
    scene->lab = &script.lab;
    scene->tolerance_ns = MS(1);
    scene->silence_index = SIZE_MAX;
    scene->sites = script.sites;
    struct world_settings settings = {
        .seed = 1, .latency_low_ns = SCRIPT_LATENCY, .latency_high_ns = SCRIPT_LATENCY};
    scene->world = world_new(&settings, script.arena);
    scene->tap = world_tap(scene->world);
    struct atm_address device = probe_address(1);
    struct atm_address peer = probe_address(2);
    script.device.accepts = script.peer.accepts = true;
    scene->device_port = probe_attach(scene->world, "dut", &script.device, &device);
    probe_attach(scene->world, "peer", &script.peer, &peer);
    port_mark_device(scene->device_port);
    script.vcc = probe_call(&script.device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(scene->world, SECONDS(1));
    script.start = mark_now(scene);
    must = any_requirement(LEVEL_MUST, false, true)->id;
    other_must = "R-3.3.2-02";
    should = any_requirement(LEVEL_SHOULD, false, true)->id;
    ck_assert_str_ne(must, other_must);
}

void script_tear_down(void)
{
    ck_assert_ptr_null(scene->harness_error);
    tear_down();
}

void script_tear_down_after_error(void)
{
    ck_assert_ptr_nonnull(scene->harness_error);
    tear_down();
}

void says(int64_t after_ns, uint32_t transaction_id)
{
    device_says(after_ns, LE_REGISTER_REQUEST, transaction_id);
}

void device_says(int64_t after_ns, enum le_opcode opcode, uint32_t transaction_id)
{
    station_says(&script.device, after_ns, opcode, transaction_id);
}

void peer_says(int64_t after_ns, enum le_opcode opcode, uint32_t transaction_id)
{
    station_says(&script.peer, after_ns, opcode, transaction_id);
}

void world_gets_stuck(int64_t after_ns)
{
    struct line *line = arena_zeroed(script.arena, sizeof *line);
    line->services = script.peer.services;
    timer_init(&line->timer, again, line);
    world_timer_start(scene->world, &line->timer, script.start.time_ns + after_ns);
}

void run_to(int64_t after_ns)
{
    world_run_until(scene->world, script.start.time_ns + after_ns);
}

int64_t now_ns(void)
{
    return world_now_ns(scene->world) - script.start.time_ns;
}

int64_t time_of(const struct tap_event *event)
{
    return event->time_ns - script.start.time_ns;
}

struct pattern tid(uint32_t transaction_id)
{
    struct pattern pattern = {0};
    pattern.conditions[0] =
        (struct condition){.field = FIELD_TRANSACTION_ID, .value = number_value(transaction_id)};
    return pattern;
}

uint32_t tid_of(struct tap_event *event)
{
    return tap_frame(scene->tap, event)->control.transaction_id;
}

const struct requirement *any_requirement(enum requirement_level level, bool memory, bool binds)
{
    const struct case_instance *instance = &script.instance;
    for (size_t i = 0; i < ledger_count(); i++) {
        const struct requirement *requirement = ledger_at(i);
        if (requirement->level == level && (requirement->provenance == PROVENANCE_MEMORY) == memory &&
            scope_has(&requirement->scope, instance->role, instance->scheme, instance->lane,
                      instance->medium) == binds)
            return requirement;
    }
    ck_abort_msg("the ledger has no such requirement");
}

const struct finding *only_finding(void)
{
    ck_assert_uint_eq(scene->findings.count, 1);
    return &scene->findings.list[0];
}

void check_site(const char *site, size_t ran, size_t failed)
{
    struct site_count count = {.site = site};
    site_log_each(script.sites, count_site, &count);
    ck_assert_uint_eq(count.ran, ran);
    ck_assert_uint_eq(count.failed, failed);
}

static void tear_down(void)
{
    world_free(scene->world);
    site_log_free(script.sites);
    arena_free(script.arena);
}

static void station_says(const struct probe_station *station, int64_t after_ns, enum le_opcode opcode,
                         uint32_t transaction_id)
{
    struct line *line = arena_zeroed(script.arena, sizeof *line);
    struct le_control control = le_control_of(opcode);
    control.transaction_id = transaction_id;
    line->services = station->services;
    line->vcc = script.vcc;
    line->size = le_control_encode(&control, line->data, sizeof line->data);
    timer_init(&line->timer, line_is_due, line);
    world_timer_start(scene->world, &line->timer, script.start.time_ns + after_ns);
}

static void line_is_due(void *owner)
{
    struct line *line = owner;
    line->services->sdu_send(line->services->context, line->vcc, line->data, line->size);
}

static void again(void *owner)
{
    struct line *line = owner;
    line->services->timer_start(line->services->context, &line->timer, 0);
}

static void count_site(void *context, const char *site, size_t ran, size_t failed)
{
    struct site_count *count = context;
    if (strcmp(site, count->site) == 0) {
        count->ran = ran;
        count->failed = failed;
    }
}
