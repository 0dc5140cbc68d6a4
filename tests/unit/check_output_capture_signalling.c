/* Which message stands in a capture for an event of a call, at the port of the device. */
#include <check.h>
#include <stdlib.h>

#include "base/duration.h"
#include "output/capture_signalling.h"
#include "world/world_private.h"

enum { DUT, LES, PEER };

#define DUT_ADDRESS  "4700000000000000000000000000205a02020200"
#define LES_ADDRESS  "4700000000000000000000000000205a03030300"
#define PEER_ADDRESS "4700000000000000000000000000205a04040400"

static struct arena *arena;
static struct world *world;
static struct tap *tap;
static struct vcc vccs[4]; /* dut -> les; les -> dut; dut -> many; les -> many */
static struct atm_address addresses[3];

/* What happens to a VCC, and the message of it; NULL: no frame. */
struct step {
    unsigned vcc;
    enum tap_kind kind;
    unsigned from;
    unsigned to; /* a port; PORT_NONE: nobody */
    uint32_t party;
    enum release_cause cause;
    const char *expected;
};

static void run(const struct step *steps, size_t count)
{
    uint32_t frame_number = 0;
    for (size_t i = 0; i < count; i++) {
        const struct step *step = &steps[i];
        char text[SIGNALLING_TEXT_SIZE];
        struct tap_event *event = tap_add(tap, step->kind);
        event->vcc = &vccs[step->vcc];
        event->from = (uint8_t)step->from;
        event->to = step->to == PORT_NONE ? 0 : port_bit(step->to);
        event->party = step->party;
        event->cause = step->cause;
        event->called =
            step->kind == TAP_CALL_SETUP && step->to != PORT_NONE ? &addresses[step->to] : &addresses[PEER];
        tap_publish(tap, event);
        ck_assert_ptr_null(tap_frame(tap, event));
        ck_assert_uint_eq(event->frame_number, step->expected ? ++frame_number : 0);
        if (!step->expected)
            continue;
        struct signalling message = capture_signalling(tap, event);
        message.has_message = true;
        ck_assert_msg(strcmp(signalling_text(&message, text, sizeof text), step->expected) == 0,
                      "step %zu: '%s', not '%s'", i, text, step->expected);
    }
}

#define RUN(steps) run(steps, sizeof(steps) / sizeof *(steps))

START_TEST(call_of_the_device)
{
    static const struct step steps[] = {
        {0, TAP_CALL_SETUP, DUT, LES, 0, 0,
         "SETUP call=1 called=" LES_ADDRESS " calling=" DUT_ADDRESS " lane-protocol=1"},
        {0, TAP_CALL_CONNECTED, LES, DUT, 0, 0, "CONNECT call=1' vpci=0 vci=32"},
        {0, TAP_CALL_RELEASED, DUT, LES, PARTY_ALL, CAUSE_NORMAL, "RELEASE call=1 cause=16"},
    };
    RUN(steps);
}
END_TEST

START_TEST(call_of_the_device_that_the_other_side_ends)
{
    static const struct step steps[] = {
        {0, TAP_CALL_SETUP, DUT, LES, 0, 0,
         "SETUP call=1 called=" LES_ADDRESS " calling=" DUT_ADDRESS " lane-protocol=1"},
        {0, TAP_CALL_CONNECTED, LES, DUT, 0, 0, "CONNECT call=1' vpci=0 vci=32"},
        {0, TAP_CALL_RELEASED, PORT_NONE, DUT, 0, CAUSE_OUT_OF_ORDER, "RELEASE call=1' cause=27"},
    };
    RUN(steps);
}
END_TEST

START_TEST(refused_call)
{
    static const struct step steps[] = {
        {0, TAP_CALL_SETUP, DUT, PORT_NONE, 0, 0,
         "SETUP call=1 called=" PEER_ADDRESS " calling=" DUT_ADDRESS " lane-protocol=1"},
        {0, TAP_CALL_RELEASED, PORT_NONE, DUT, 0, CAUSE_NO_ROUTE, "RELEASE COMPLETE call=1' cause=3"},
        {1, TAP_CALL_SETUP, LES, DUT, 0, 0,
         "SETUP call=2 called=" DUT_ADDRESS " calling=" LES_ADDRESS " lane-protocol=2 vpci=0 vci=33"},
        {1, TAP_CALL_RELEASED, DUT, LES, 0, CAUSE_REJECTED, "RELEASE COMPLETE call=2' cause=21"},
    };
    RUN(steps);
}
END_TEST

START_TEST(given_up_before_the_answer)
{
    static const struct step steps[] = {
        {0, TAP_CALL_SETUP, DUT, LES, 0, 0,
         "SETUP call=1 called=" LES_ADDRESS " calling=" DUT_ADDRESS " lane-protocol=1"},
        {0, TAP_CALL_RELEASED, DUT, LES, PARTY_ALL, CAUSE_NORMAL, "RELEASE call=1 cause=16"},
        {1, TAP_CALL_SETUP, LES, DUT, 0, 0,
         "SETUP call=2 called=" DUT_ADDRESS " calling=" LES_ADDRESS " lane-protocol=2 vpci=0 vci=33"},
        {1, TAP_CALL_RELEASED, PORT_NONE, DUT, 0, CAUSE_TIMER_EXPIRED, "RELEASE call=2 cause=102"},
    };
    RUN(steps);
}
END_TEST

START_TEST(root_of_many)
{
    static const struct step steps[] = {
        {2, TAP_CALL_SETUP, DUT, LES, 0, 0,
         "SETUP call=3 called=" LES_ADDRESS " calling=" DUT_ADDRESS
         " lane-protocol=4 point-to-multipoint endpoint=0"},
        {2, TAP_CALL_SETUP, DUT, PEER, 1, 0,
         "ADD PARTY call=3 called=" PEER_ADDRESS " calling=" DUT_ADDRESS
         " lane-protocol=4 point-to-multipoint endpoint=1"},
        {2, TAP_PARTY_ADDED, PEER, DUT, 1, 0, "CONNECT call=3' endpoint=1 vpci=0 vci=34"},
        {2, TAP_CALL_CONNECTED, LES, DUT, 0, 0, "ADD PARTY ACKNOWLEDGE call=3' endpoint=0"},
        {2, TAP_CALL_SETUP, DUT, PEER, 2, 0,
         "ADD PARTY call=3 called=" PEER_ADDRESS " calling=" DUT_ADDRESS
         " lane-protocol=4 point-to-multipoint endpoint=2"},
        {2, TAP_PARTY_DROPPED, PEER, DUT, 2, CAUSE_BUSY, "ADD PARTY REJECT call=3' endpoint=2 cause=17"},
        {2, TAP_PARTY_DROPPED, PEER, DUT, 1, CAUSE_NORMAL, "DROP PARTY call=3' endpoint=1 cause=16"},
        {2, TAP_CALL_RELEASED, DUT, LES, 0, CAUSE_NORMAL, "DROP PARTY call=3 endpoint=0 cause=16"},
        {2, TAP_CALL_RELEASED, DUT, LES, PARTY_ALL, CAUSE_NORMAL, "RELEASE call=3 cause=16"},
    };
    RUN(steps);
}
END_TEST

/* What happens to other leaves is not at the port of the device. */
START_TEST(leaf_of_many)
{
    static const struct step steps[] = {
        {3, TAP_CALL_SETUP, LES, PEER, 0, 0, NULL},
        {3, TAP_CALL_CONNECTED, PEER, LES, 0, 0, NULL},
        {3, TAP_CALL_SETUP, LES, DUT, 1, 0,
         "SETUP call=4 called=" DUT_ADDRESS " calling=" LES_ADDRESS
         " lane-protocol=1 point-to-multipoint endpoint=0 vpci=0 vci=35"},
        {3, TAP_PARTY_ADDED, DUT, LES, 1, 0, "CONNECT call=4' endpoint=0 vpci=0 vci=35"},
        {3, TAP_PARTY_DROPPED, PEER, LES, 0, CAUSE_NORMAL, NULL},
        {3, TAP_CALL_RELEASED, LES, DUT, 1, CAUSE_NORMAL, "RELEASE call=4 cause=16"},
        {3, TAP_CALL_SETUP, LES, DUT, 2, 0,
         "SETUP call=4 called=" DUT_ADDRESS " calling=" LES_ADDRESS
         " lane-protocol=1 point-to-multipoint endpoint=0 vpci=0 vci=35"},
        {3, TAP_CALL_RELEASED, DUT, LES, 2, CAUSE_REJECTED, "RELEASE COMPLETE call=4' cause=21"},
    };
    RUN(steps);
}
END_TEST

START_TEST(sizes_of_sdus)
{
    struct tap_event *event = tap_add(tap, TAP_CALL_SETUP);
    event->vcc = &vccs[_i];
    event->from = DUT;
    event->called = &addresses[LES];
    tap_publish(tap, event);
    struct signalling message = capture_signalling(tap, event);
    ck_assert_uint_eq(message.elements & SIGNALLING_MAX_SDU, SIGNALLING_MAX_SDU);
    ck_assert_uint_eq(message.forward_max_sdu, 1516);
    ck_assert_uint_eq(message.backward_max_sdu, _i < 2 ? 1516 : 0);
}
END_TEST

START_TEST(world_without_a_device_has_no_signalling)
{
    static const struct step steps[] = {{0, TAP_CALL_SETUP, DUT, LES, 0, 0, NULL},
                                        {0, TAP_CALL_RELEASED, PORT_NONE, DUT, 0, 3, NULL}};
    tap_set_device(tap, PORT_NONE);
    RUN(steps);
}
END_TEST

static void set_up(void)
{
    arena = arena_new();
    world = world_new(&(struct world_settings){.seed = 1}, arena);
    tap = world_tap(world);
    port_mark_device(world_port(world, "dut"));
    world_port(world, "les");
    world_port(world, "peer");
    atm_address_read(DUT_ADDRESS, &addresses[DUT]);
    atm_address_read(LES_ADDRESS, &addresses[LES]);
    atm_address_read(PEER_ADDRESS, &addresses[PEER]);
    static const enum b_lli b_llis[] = {B_LLI_CONTROL, B_LLI_DATA_DIRECT_8023, B_LLI_MULTICAST_8023,
                                        B_LLI_CONTROL};
    for (uint8_t i = 0; i < 4; i++)
        vccs[i] = (struct vcc){.id = 1u + i,
                               .call = {.calling = addresses[i % 2 ? LES : DUT],
                                        .b_lli = b_llis[i],
                                        .point_to_multipoint = i >= 2,
                                        .max_sdu_size = 1516},
                               .caller = i % 2 ? LES : DUT,
                               .vci = (uint16_t)(32 + i)};
}

static void tear_down(void)
{
    world_free(world);
    arena_free(arena);
}

int main(void)
{
    Suite *suite = suite_create("output_capture_signalling");
    TCase *tests = tcase_create("capture_signalling");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, call_of_the_device);
    tcase_add_test(tests, call_of_the_device_that_the_other_side_ends);
    tcase_add_test(tests, refused_call);
    tcase_add_test(tests, given_up_before_the_answer);
    tcase_add_test(tests, root_of_many);
    tcase_add_test(tests, leaf_of_many);
    tcase_add_loop_test(tests, sizes_of_sdus, 0, 3);
    tcase_add_test(tests, world_without_a_device_has_no_signalling);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
