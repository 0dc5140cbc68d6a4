/* Dates of waivers, as "2030-12-31". */
#ifndef DUT_DATE_H
#define DUT_DATE_H

#include <stdbool.h>

#include "base/reason.h"

#define DATE_TEXT_SIZE 11

/* True if 'text' is a day of the calendar; texts of such days are in order as strings are. */
bool date_is(const char *text);

/* Today, in local time; the environment variable VMACHECK_TODAY goes before the clock. It decides whether a
 * waiver is over and nothing else. False, with the reason, when the variable is no date. */
bool date_today(char text[static DATE_TEXT_SIZE], struct reason *reason);

#endif
