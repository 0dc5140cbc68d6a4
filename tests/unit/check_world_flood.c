/* A world that is flooded: how much is kept, and how it ends. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "world_stage.h"

#define LIMIT      ((size_t)2 * 1024 * 1024)
#define FRAME_SIZE 1000
/* Before each 256th event nobody looks; each has its frame besides itself. */
#define BEYOND ((size_t)256 * (FRAME_SIZE + 1024))

static uint32_t vcc;
static struct timer flood;
static uint64_t flood_count;
static unsigned burst; /* frames at once */

static void set_up(void)
{
    world_stage_make((struct world_settings){.memory_limit = LIMIT});
    struct segment *segment = world_segment(world, "lan");
    segment_join(segment, device_port, 0);
    segment_join(segment, peer_port, 0);
    vcc = probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(world, SECONDS(1));
    flood_count = 0;
    burst = 1;
}

static void flood_vcc(void *owner)
{
    static const uint8_t frame[FRAME_SIZE] = {0};
    struct probe_station *station = owner;
    const struct station_services *services = station->services;
    for (unsigned i = 0; i < burst; i++, flood_count++)
        services->sdu_send(services->context, vcc, frame, sizeof frame);
    services->timer_start(services->context, &flood, MILLISECONDS(1));
}

static void flood_lan(void *owner)
{
    static const uint8_t frame[FRAME_SIZE] = {0};
    struct probe_station *station = owner;
    const struct station_services *services = station->services;
    for (unsigned i = 0; i < burst; i++, flood_count++)
        services->lan_frame_send(services->context, 0, frame, sizeof frame);
    services->timer_start(services->context, &flood, MILLISECONDS(1));
}

static void run(void (*flooding)(void *owner), struct probe_station *station)
{
    timer_init(&flood, flooding, station);
    station->services->timer_start(station->services->context, &flood, 0);
    world_run_until(world, SECONDS(20));
}

static void expect_full(void)
{
    ck_assert_ptr_nonnull(world_stuck(world));
    ck_assert_ptr_nonnull(strstr(world_stuck(world), "more than vmacheck keeps of one case (2 MiB)"));
    ck_assert_int_lt(world_now_ns(world), SECONDS(10));
    ck_assert_uint_gt(arena_size(arena), LIMIT);
    ck_assert_uint_lt(arena_size(arena), LIMIT + BEYOND);
    const struct tap_event *last = tap_at(tap, tap_count(tap) - 1);
    ck_assert_int_eq(last->kind, TAP_NOTE);
    ck_assert_str_eq(last->text, "the case ends here: more frames than vmacheck keeps of one case");
}

START_TEST(flood_on_a_vcc_ends_the_world)
{
    run(flood_vcc, &device);
    expect_full();
    ck_assert_ptr_nonnull(strstr(world_stuck(world), " of them from the device"));
    ck_assert_uint_gt(flood_count, 500);
    ck_assert_ptr_nonnull(tap_frame(tap, tap_at(tap, tap_count(tap) - 2))); /* what was kept can be read */
}
END_TEST

START_TEST(flood_on_a_lan_ends_the_world)
{
    run(flood_lan, &device);
    expect_full();
}
END_TEST

START_TEST(flood_of_another_is_not_said_to_be_the_devices)
{
    run(flood_lan, &peer);
    expect_full();
    ck_assert_ptr_nonnull(strstr(world_stuck(world), " s, 0 of them from the device"));
}
END_TEST

/* Faster than the world comes to look. */
START_TEST(no_more_than_that_is_kept_of_a_burst)
{
    burst = 100000;
    run(flood_lan, &device);
    expect_full();
    flood_vcc(&device);
    expect_full();
}
END_TEST

START_TEST(less_is_no_flood)
{
    timer_init(&flood, flood_vcc, &device);
    for (unsigned i = 0; i < 500; i++)
        flood_vcc(&device);
    world_run_until(world, world_now_ns(world) + 3 * LATENCY);
    ck_assert_uint_lt(arena_size(arena), LIMIT);
    ck_assert_ptr_null(world_stuck(world));
}
END_TEST

START_TEST(next_world_is_unharmed)
{
    run(flood_vcc, &device);
    expect_full();
    world_free(world);
    arena_clear(arena);
    world = world_new(&(struct world_settings){.seed = 1, .memory_limit = LIMIT}, arena);
    world_run_until(world, SECONDS(10));
    ck_assert_ptr_null(world_stuck(world));
    ck_assert_int_eq(world_now_ns(world), SECONDS(10));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("world_flood");
    TCase *tests = tcase_create("flood");
    tcase_add_checked_fixture(tests, set_up, world_stage_tear_down);
    tcase_add_test(tests, flood_on_a_vcc_ends_the_world);
    tcase_add_test(tests, flood_on_a_lan_ends_the_world);
    tcase_add_test(tests, flood_of_another_is_not_said_to_be_the_devices);
    tcase_add_test(tests, no_more_than_that_is_kept_of_a_burst);
    tcase_add_test(tests, less_is_no_flood);
    tcase_add_test(tests, next_world_is_unharmed);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
