/* Waivers name cases of the suite that the device claims, each once, and are not over. */
#include <stdio.h>
#include <string.h>

#include "base/nearest.h"
#include "dut/date.h"
#include "dut/reader.h"
#include "suite/selection.h"

static void check_cases(struct reader *reader, size_t number);
static void check_expiry(struct reader *reader, size_t number);

void check_waivers(struct reader *reader)
{
    for (size_t i = 0; i < reader->waiver_count; i++) {
        if (reader->waivers[i].cases)
            check_cases(reader, i);
        if (reader->waivers[i].expires)
            check_expiry(reader, i);
    }
}

static void check_cases(struct reader *reader, size_t number)
{
    const char *cases = reader->waivers[number].cases;
    struct place place = reader->waiver_at[number];
    static const struct scope everything;
    for (size_t i = 0; i < number; i++)
        if (reader->waivers[i].cases && strcmp(reader->waivers[i].cases, cases) == 0)
            mistake_add(reader->mistakes, place,
                        "the waiver in line %zu is for '%s' as well; take one of them out",
                        reader->waiver_at[i].line, cases);
    if (instances_named(cases, &reader->file->profile.claims))
        return;
    if (instances_named(cases, &everything)) {
        mistake_add(reader->mistakes, place,
                    "'%s' is no case for a device that claims this; take the waiver out or mend the claims",
                    cases);
        return;
    }
    char id[INSTANCE_TEXT_SIZE];
    snprintf(id, sizeof id, "%.*s", (int)strcspn(cases, "["), cases);
    struct nearest nearest = nearest_to(id);
    for (size_t i = 0; i < case_registry_count; i++)
        for (size_t j = 0; j < case_registry[i]->count; j++)
            nearest_offer(&nearest, case_registry[i]->cases[j].id);
    if (nearest.best && strcmp(nearest.best, id) == 0)
        mistake_add(reader->mistakes, place,
                    "the suite has no instance '%s'; `vmacheck run %s` shows the instances there are", cases,
                    id);
    else if (nearest.best)
        mistake_add(reader->mistakes, place, "the suite has no case '%s'; did you mean '%s'?", cases,
                    nearest.best);
    else
        mistake_add(reader->mistakes, place, "the suite has no case '%s'; `vmacheck list` shows all", cases);
}

static void check_expiry(struct reader *reader, size_t number)
{
    char today[DATE_TEXT_SIZE];
    struct reason reason = {""};
    const struct waiver *waiver = &reader->waivers[number];
    if (!date_today(today, &reason))
        mistake_add(reader->mistakes, reader->expires_at[number], "%s", reason.text);
    else if (strcmp(waiver->expires, today) < 0)
        mistake_add(reader->mistakes, reader->expires_at[number],
                    "the waiver for '%s' expired on %s; renew it%s%s, or take it out",
                    waiver->cases ? waiver->cases : "?", waiver->expires,
                    waiver->ticket ? " after a look at " : "", waiver->ticket ? waiver->ticket : "");
}
