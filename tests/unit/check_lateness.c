#include <check.h>

#include "base/duration.h"
#include "world/lateness.h"

START_TEST(nothing_was_late)
{
    struct lateness lateness = {0};
    ck_assert_int_eq(lateness_quantile_ns(&lateness, 0.5), 0);
    lateness_add(&lateness, -5);
    ck_assert_uint_eq(lateness.count, 1);
    ck_assert_int_eq(lateness.longest_ns, 0);
    ck_assert_int_eq(lateness_quantile_ns(&lateness, 1), 0);
}
END_TEST

/* Of 1 to 1000 units: never below the truth, and above it by an eighth at most. */
START_TEST(quantiles_are_close)
{
    static const int64_t units_ns[] = {100, MICROSECONDS(1), MICROSECONDS(37), MILLISECONDS(3), SECONDS(20)};
    int64_t unit_ns = units_ns[_i];
    struct lateness lateness = {0};
    for (int64_t i = 1000; i >= 1; i--)
        lateness_add(&lateness, i * unit_ns);
    ck_assert_uint_eq(lateness.count, 1000);
    ck_assert_int_eq(lateness.longest_ns, 1000 * unit_ns);
    for (int percent = 1; percent <= 100; percent++) {
        int64_t truth_ns = percent * 10 * unit_ns;
        int64_t quantile_ns = lateness_quantile_ns(&lateness, percent / 100.0);
        ck_assert_int_ge(quantile_ns, truth_ns);
        ck_assert_int_le(quantile_ns, truth_ns + truth_ns / 8 + MICROSECONDS(1) + unit_ns);
    }
}
END_TEST

START_TEST(rare_outlier_is_not_the_99th)
{
    struct lateness lateness = {0};
    for (int i = 0; i < 999; i++)
        lateness_add(&lateness, MICROSECONDS(100));
    lateness_add(&lateness, SECONDS(5));
    ck_assert_int_lt(lateness_quantile_ns(&lateness, 0.99), MICROSECONDS(120));
    ck_assert_int_eq(lateness_quantile_ns(&lateness, 1), SECONDS(5));
}
END_TEST

START_TEST(hours_fit)
{
    struct lateness lateness = {0};
    lateness_add(&lateness, SECONDS(1000000));
    ck_assert_int_eq(lateness_quantile_ns(&lateness, 0.5), SECONDS(1000000));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lateness");
    TCase *tests = tcase_create("lateness");
    tcase_add_test(tests, nothing_was_late);
    tcase_add_loop_test(tests, quantiles_are_close, 0, 5);
    tcase_add_test(tests, rare_outlier_is_not_the_99th);
    tcase_add_test(tests, hours_fit);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
