/* A bad wire: the shares are as asked, the delays within their bounds, and every run is the same. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "world/impairment.h"

#define FRAME_COUNT 100000
#define INTERVAL_NS MICROSECONDS(500)

/* What became of FRAME_COUNT frames that were sent every INTERVAL_NS. */
struct outcome {
    unsigned lost;
    unsigned duplicated;
    unsigned held_back;
    unsigned overtaking; /* arrivals before that of an earlier frame that was not held back */
    int64_t shortest_ns;
    int64_t longest_ns;
    int64_t sum_ns; /* of the first copies */
};

static struct outcome run(const struct impairment_settings *settings, uint64_t seed)
{
    struct impairment impairment = impairment_start(settings, seed, "test");
    struct outcome outcome = {.shortest_ns = INT64_MAX};
    int64_t latest_ns = 0;
    for (int i = 0; i < FRAME_COUNT; i++) {
        int64_t now_ns = i * INTERVAL_NS;
        struct fate fate = impairment_decide(&impairment, now_ns);
        ck_assert_uint_le(fate.copy_count, IMPAIRMENT_COPY_LIMIT);
        outcome.lost += fate.copy_count == 0;
        outcome.duplicated += fate.copy_count == 2;
        outcome.held_back += fate.held_back;
        for (unsigned copy = 0; copy < fate.copy_count; copy++) {
            int64_t delay_ns = fate.delay_ns[copy];
            outcome.sum_ns += copy == 0 ? delay_ns : 0;
            if (delay_ns < outcome.shortest_ns)
                outcome.shortest_ns = delay_ns;
            if (delay_ns > outcome.longest_ns)
                outcome.longest_ns = delay_ns;
            if (fate.held_back)
                continue;
            outcome.overtaking += now_ns + delay_ns < latest_ns;
            latest_ns = now_ns + delay_ns;
        }
    }
    return outcome;
}

START_TEST(perfect_wire)
{
    struct outcome outcome = run(&(struct impairment_settings){0}, 1);
    ck_assert_uint_eq(outcome.lost + outcome.duplicated + outcome.held_back + outcome.overtaking, 0);
    ck_assert_int_eq(outcome.longest_ns, 0);
}
END_TEST

/* Six standard deviations of a binomial distribution: 100,000 frames at 10 % stray by less than 570. The seed
 * is fixed, so this passes always or never. */
START_TEST(shares_are_as_asked)
{
    struct impairment_settings settings = {.loss_ppm = 100000, .duplicate_ppm = 50000, .reorder_ppm = 20000};
    struct outcome outcome = run(&settings, 7);
    ck_assert_int_lt(abs((int)outcome.lost - 10000), 570);
    ck_assert_int_lt(abs((int)outcome.duplicated - 4500), 400); /* of those that are not lost */
    ck_assert_int_lt(abs((int)outcome.held_back - 1800), 260);
}
END_TEST

START_TEST(none_and_all)
{
    struct outcome outcome = run(&(struct impairment_settings){.loss_ppm = 1000000}, 1);
    ck_assert_uint_eq(outcome.lost, FRAME_COUNT);
    outcome = run(&(struct impairment_settings){.duplicate_ppm = 1000000}, 1);
    ck_assert_uint_eq(outcome.duplicated, FRAME_COUNT);
    outcome = run(&(struct impairment_settings){.reorder_ppm = 1000000}, 1);
    ck_assert_uint_eq(outcome.held_back, FRAME_COUNT);
}
END_TEST

START_TEST(delay_alone_is_exact)
{
    struct outcome outcome = run(&(struct impairment_settings){.delay_ns = MILLISECONDS(30)}, 1);
    ck_assert_int_eq(outcome.shortest_ns, MILLISECONDS(30));
    ck_assert_int_eq(outcome.longest_ns, MILLISECONDS(30));
}
END_TEST

/* A frame waits for the one before, so that close together most are as late as the latest. */
START_TEST(jitter_stays_in_bounds_and_in_order)
{
    struct impairment_settings settings = {.delay_ns = MILLISECONDS(30), .jitter_ns = MILLISECONDS(10)};
    struct outcome outcome = run(&settings, 1);
    ck_assert_int_ge(outcome.shortest_ns, MILLISECONDS(20));
    ck_assert_int_le(outcome.longest_ns, MILLISECONDS(40));
    ck_assert_int_gt(outcome.longest_ns, MILLISECONDS(39));
    ck_assert_uint_eq(outcome.overtaking, 0);
}
END_TEST

/* Far apart no frame has to wait for another, so what is drawn shows: evenly spread around the delay. */
START_TEST(jitter_is_even)
{
    struct impairment_settings settings = {.delay_ns = MILLISECONDS(30), .jitter_ns = MILLISECONDS(10)};
    struct impairment impairment = impairment_start(&settings, 5, "test");
    int64_t sum_ns = 0;
    int64_t shortest_ns = INT64_MAX;
    unsigned below = 0;
    for (int i = 0; i < FRAME_COUNT; i++) {
        int64_t delay_ns = impairment_decide(&impairment, i * SECONDS(1)).delay_ns[0];
        sum_ns += delay_ns;
        below += delay_ns < MILLISECONDS(25);
        shortest_ns = delay_ns < shortest_ns ? delay_ns : shortest_ns;
    }
    ck_assert_int_ge(shortest_ns, MILLISECONDS(20));
    ck_assert_int_lt(shortest_ns, MICROSECONDS(20010));
    ck_assert_int_lt(llabs(sum_ns / FRAME_COUNT - MILLISECONDS(30)), MICROSECONDS(110));
    ck_assert_int_lt(abs((int)below - FRAME_COUNT / 4), 830);
}
END_TEST

START_TEST(no_delay_is_negative)
{
    struct impairment_settings settings = {.delay_ns = MILLISECONDS(1), .jitter_ns = MILLISECONDS(10)};
    ck_assert_int_eq(run(&settings, 1).shortest_ns, 0);
}
END_TEST

/* Those that come meanwhile overtake it. */
START_TEST(held_back_frames_are_overtaken)
{
    struct impairment_settings settings = {.reorder_ppm = 500000, .delay_ns = MILLISECONDS(3)};
    struct impairment impairment = impairment_start(&settings, 1, "test");
    bool held_back = false;
    bool in_time = false;
    for (int i = 0; i < 100; i++) {
        struct fate fate = impairment_decide(&impairment, i * INTERVAL_NS);
        ck_assert_int_eq(fate.delay_ns[0], MILLISECONDS(3) + (fate.held_back ? IMPAIRMENT_HOLD_NS : 0));
        held_back |= fate.held_back;
        in_time |= !fate.held_back;
    }
    ck_assert(held_back && in_time);
}
END_TEST

START_TEST(equal_seeds_give_equal_runs)
{
    struct impairment_settings settings = {100000, 50000, 20000, MILLISECONDS(5), MILLISECONDS(5)};
    struct outcome one = run(&settings, 1);
    struct outcome again = run(&settings, 1);
    struct outcome other = run(&settings, 2);
    ck_assert_mem_eq(&one, &again, sizeof one);
    ck_assert_int_ne(one.sum_ns, other.sum_ns);
}
END_TEST

START_TEST(directions_differ)
{
    struct impairment_settings settings = {.loss_ppm = 500000};
    struct impairment there = impairment_start(&settings, 1, "there");
    struct impairment back = impairment_start(&settings, 1, "back");
    unsigned differing = 0;
    for (int i = 0; i < 1000; i++)
        differing += impairment_decide(&there, i).copy_count != impairment_decide(&back, i).copy_count;
    ck_assert_int_lt(abs((int)differing - 500), 100);
}
END_TEST

/* One kind more of impairment leaves alone what the others do. */
START_TEST(kinds_are_independent)
{
    struct impairment_settings plain = {.loss_ppm = 300000};
    struct impairment_settings more = {.loss_ppm = 300000,
                                       .duplicate_ppm = 400000,
                                       .reorder_ppm = 500000,
                                       .delay_ns = MILLISECONDS(5),
                                       .jitter_ns = MILLISECONDS(5)};
    struct impairment one = impairment_start(&plain, 1, "test");
    struct impairment other = impairment_start(&more, 1, "test");
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(impairment_decide(&one, i).copy_count == 0,
                         impairment_decide(&other, i).copy_count == 0);
    struct impairment_settings duplicates = {.duplicate_ppm = 400000};
    one = impairment_start(&duplicates, 1, "test");
    other = impairment_start(&more, 1, "test");
    for (int i = 0; i < 1000; i++) {
        struct fate alone = impairment_decide(&one, i);
        struct fate fate = impairment_decide(&other, i);
        ck_assert(fate.copy_count == 0 || fate.copy_count == alone.copy_count);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("impairment");
    TCase *all = tcase_create("impairment");
    tcase_add_test(all, perfect_wire);
    tcase_add_test(all, shares_are_as_asked);
    tcase_add_test(all, none_and_all);
    tcase_add_test(all, delay_alone_is_exact);
    tcase_add_test(all, jitter_stays_in_bounds_and_in_order);
    tcase_add_test(all, jitter_is_even);
    tcase_add_test(all, no_delay_is_negative);
    tcase_add_test(all, held_back_frames_are_overtaken);
    tcase_add_test(all, equal_seeds_give_equal_runs);
    tcase_add_test(all, directions_differ);
    tcase_add_test(all, kinds_are_independent);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
