#include "world_stage.h"

#include <check.h>
#include <string.h>

struct arena *arena;
struct world *world;
struct tap *tap;
struct probe_station device;
struct probe_station peer;
struct probe_station third;
struct port *device_port;
struct port *peer_port;
struct port *third_port;

/* Attaches 'station' with the address 'number'. */
static struct port *attach(struct probe_station *station, const char *name, uint8_t number)
{
    struct atm_address address = probe_address(number);
    memset(station, 0, sizeof *station);
    station->accepts = true;
    return probe_attach(world, name, station, &address);
}

void world_stage_set_up(void)
{
    world_stage_make((struct world_settings){0});
}

void world_stage_make(struct world_settings settings)
{
    arena = arena_new();
    settings.seed = 1;
    settings.latency_low_ns = settings.latency_high_ns = LATENCY;
    world = world_new(&settings, arena);
    ck_assert_ptr_nonnull(world);
    tap = world_tap(world);
    device_port = attach(&device, "dut", 1);
    peer_port = attach(&peer, "peer", 2);
    third_port = attach(&third, "third", 3);
    port_mark_device(device_port);
}

void world_stage_tear_down(void)
{
    world_free(world);
    arena_free(arena);
}
