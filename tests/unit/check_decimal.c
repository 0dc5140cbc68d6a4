/* Numbers with a decimal point, exactly or not at all. */
#include <check.h>
#include <stdlib.h>

#include "cli/decimal.h"

START_TEST(numbers)
{
    static const struct {
        const char *text;
        int64_t value; /* in thousandths */
    } good[] = {{"0", 0},     {"12", 12000}, {"0.5", 500},  {".5", 500},        {"5.", 5000},
                {"0.001", 1}, {"007", 7000}, {"1.5", 1500}, {"100.000", 100000}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        int64_t value = -1;
        ck_assert_msg(decimal_read(good[i].text, 3, 100000, &value), "%s", good[i].text);
        ck_assert_int_eq(value, good[i].value);
    }
}
END_TEST

START_TEST(what_is_no_number)
{
    static const char *const bad[] = {"",      ".",   "-1",      "+1",  " 1",
                                      "1 ",    "1,5", "0.0001",  "1e3", "0x1",
                                      "1.2.3", "5%",  "100.001", "101", "99999999999999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int64_t value = -1;
        ck_assert_msg(!decimal_read(bad[i], 3, 100000, &value), "%s", bad[i]);
        ck_assert_int_eq(value, -1);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decimal");
    TCase *all = tcase_create("decimal");
    tcase_add_test(all, numbers);
    tcase_add_test(all, what_is_no_number);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
