#include "dut/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int number_at(const char *digits, int count);

bool date_is(const char *text)
{
    static const char pattern[] = "dddd-dd-dd";
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (strlen(text) != strlen(pattern))
        return false;
    for (size_t i = 0; pattern[i]; i++)
        if (pattern[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != pattern[i])
            return false;
    int year = number_at(text, 4);
    int month = number_at(text + 5, 2);
    int day = number_at(text + 8, 2);
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (leap && month == 2);
}

bool date_today(char text[static DATE_TEXT_SIZE], struct reason *reason)
{
    const char *given = getenv("VMACHECK_TODAY");
    time_t now = time(NULL);
    struct tm today;
    if (given && !date_is(given))
        return reason_set(reason, "VMACHECK_TODAY=%s is no date; write it like 2030-12-31", given);
    if (given)
        memcpy(text, given, DATE_TEXT_SIZE);
    else
        strftime(text, DATE_TEXT_SIZE, "%Y-%m-%d", localtime_r(&now, &today));
    return true;
}

static int number_at(const char *digits, int count)
{
    int number = 0;
    for (int i = 0; i < count; i++)
        number = 10 * number + digits[i] - '0';
    return number;
}
