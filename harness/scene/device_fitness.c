#include "scene/device_fitness.h"

#include <string.h>

/* Different cases in a row to which a device may fail to be lent. Some devices can't be what a case asks for:
 * that is no fault of their lab. */
#define FAILED_LENDS_LIMIT 3

static bool check(struct lab *lab, struct reason *reason);
static bool mend(struct lab *lab, const char *when, const char *why, struct reason *report);

bool device_is_fit(struct lab *lab, struct reason *report)
{
    struct reason why = {""};
    report->text[0] = '\0';
    return !lab->unfit.text[0] && (check(lab, &why) || mend(lab, "before", why.text, report));
}

void device_restore(struct lab *lab, const struct device_doubt *doubt, struct reason *report)
{
    struct reason why = {""};
    const char *any = doubt->stop ? doubt->stop : doubt->seen;
    report->text[0] = '\0';
    if (!check(lab, &why))
        mend(lab, "after", why.text, report);
    else if (any && device_control_can(lab->control, DEED_RESET))
        mend(lab, "after", any, report);
    else if (doubt->stop && device_control_can(lab->control, DEED_ALIVE))
        reason_set(report,
                   "after this case %.200s; `alive` finds the device well, and the lab has no `reset`",
                   doubt->stop);
    else if (doubt->stop)
        mend(lab, "after", doubt->stop, report);
}

void device_count_lend(struct lab *lab, const char *case_id, bool lent, const char *why,
                       struct reason *report)
{
    bool again = lab->failed_lend && strcmp(lab->failed_lend, case_id) == 0;
    lab->failed_lend = lent ? NULL : case_id;
    lab->failed_lends = lent ? 0 : lab->failed_lends + !again;
    if (!lent && !again && lab->failed_lends == FAILED_LENDS_LIMIT)
        reason_set(report, "the device could not be lent to %u cases in a row: %s", lab->failed_lends, why);
}

bool device_is_of_use(const struct lab *lab)
{
    return !lab->unfit.text[0] && lab->failed_lends < FAILED_LENDS_LIMIT;
}

/* The sanity check of the lab, if it has one. */
static bool check(struct lab *lab, struct reason *reason)
{
    return !device_control_can(lab->control, DEED_ALIVE) ||
           device_control_do(lab->control, DEED_ALIVE, NULL, NULL, lab->case_name, reason);
}

/* Resets the device before or after a case ('when'). False when it is unfit for good. */
static bool mend(struct lab *lab, const char *when, const char *why, struct reason *report)
{
    struct reason failure = {"the lab has no `reset`"};
    bool resets = device_control_can(lab->control, DEED_RESET);
    if (resets && device_control_do(lab->control, DEED_RESET, NULL, NULL, lab->case_name, &failure) &&
        check(lab, &failure)) {
        reason_set(report, "the device was reset %s this case: %s", when, why);
        return true;
    }
    reason_set(&lab->unfit, "%s %.120s the device is unfit: %.100s; %s%.120s", when, lab->case_name, why,
               resets ? "its reset failed: " : "", failure.text);
    *report = lab->unfit;
    return false;
}
