#include "fake_scene.h"

#include <stdlib.h>
#include <string.h>

#include "suite/site_log.h"

/* A frame that waits for its time. */
struct line {
    struct timer timer;
    const struct station_services *services;
    uint32_t vcc;
    uint8_t data[LE_CONTROL_SIZE];
    size_t size;
};

static void says(struct fake_scene *fake, const struct probe_station *station, int64_t after_ns,
                 enum le_opcode opcode, uint32_t transaction_id);
static void line_is_due(void *owner);
static void again(void *owner);

void fake_scene_set_up(struct fake_scene *fake)
{
    memset(fake, 0, sizeof *fake);
    fake->arena = arena_new();
    struct scene *scene = fake->scene = arena_zeroed(fake->arena, sizeof *scene);
    fake->lab = (struct lab){.name = "fake", .capabilities = CAPABILITY_EGRESS_ORDER};
    fake->test = (struct test_case){.id = "fake/case"};
    fake->instance =
        (struct case_instance){&fake->test, ROLE_ROUTER, SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET};
    fake->sites = site_log_new();
    scene->test = &fake->test;
    scene->instance = &fake->instance;
    scene->v2 = true;
    scene->pixit = pixit_default();
    scene->arena = fake->arena;
    scene->lab = &fake->lab;
    scene->tolerance_ns = MILLISECONDS(1);
    scene->silence_index = SIZE_MAX;
    scene->sites = fake->sites;
    scene->world = world_new(
        &(struct world_settings){.seed = 1, .latency_low_ns = FAKE_LATENCY, .latency_high_ns = FAKE_LATENCY},
        fake->arena);
    scene->tap = world_tap(scene->world);
    struct atm_address device = probe_address(1);
    struct atm_address peer = probe_address(2);
    fake->device.accepts = fake->peer.accepts = true;
    scene->device_port = probe_attach(scene->world, "dut", &fake->device, &device);
    probe_attach(scene->world, "peer", &fake->peer, &peer);
    port_mark_device(scene->device_port);
    fake->vcc = probe_call(&fake->device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(scene->world, SECONDS(1));
    fake->start = mark_now(scene);
}

void fake_scene_tear_down(struct fake_scene *fake)
{
    world_free(fake->scene->world);
    site_log_free(fake->sites);
    arena_free(fake->arena);
}

void device_says(struct fake_scene *fake, int64_t after_ns, enum le_opcode opcode, uint32_t transaction_id)
{
    says(fake, &fake->device, after_ns, opcode, transaction_id);
}

void peer_says(struct fake_scene *fake, int64_t after_ns, enum le_opcode opcode, uint32_t transaction_id)
{
    says(fake, &fake->peer, after_ns, opcode, transaction_id);
}

void world_gets_stuck(struct fake_scene *fake, int64_t after_ns)
{
    struct line *line = arena_zeroed(fake->arena, sizeof *line);
    line->services = fake->peer.services;
    timer_init(&line->timer, again, line);
    world_timer_start(fake->scene->world, &line->timer, fake->start.time_ns + after_ns);
}

struct pattern tid(uint32_t transaction_id)
{
    struct pattern pattern = {0};
    pattern.conditions[0] =
        (struct condition){.field = FIELD_TRANSACTION_ID, .value = number_value(transaction_id)};
    return pattern;
}

const struct requirement *any_requirement(const struct fake_scene *fake, enum requirement_level level,
                                          bool memory, bool binds)
{
    const struct case_instance *instance = &fake->instance;
    for (size_t i = 0; i < ledger_count(); i++) {
        const struct requirement *requirement = ledger_at(i);
        if (requirement->level == level && (requirement->provenance == PROVENANCE_MEMORY) == memory &&
            scope_has(&requirement->scope, instance->role, instance->scheme, instance->lane,
                      instance->medium) == binds)
            return requirement;
    }
    return NULL;
}

static void says(struct fake_scene *fake, const struct probe_station *station, int64_t after_ns,
                 enum le_opcode opcode, uint32_t transaction_id)
{
    struct line *line = arena_zeroed(fake->arena, sizeof *line);
    struct le_control control = le_control_of(opcode);
    control.transaction_id = transaction_id;
    line->services = station->services;
    line->vcc = fake->vcc;
    line->size = le_control_encode(&control, line->data, sizeof line->data);
    timer_init(&line->timer, line_is_due, line);
    world_timer_start(fake->scene->world, &line->timer, fake->start.time_ns + after_ns);
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
