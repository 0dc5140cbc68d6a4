/* What a capture of a case alone tells never contradicts the verdict of the case: with its metadata taken
 * away, and with parts of it missing, it is the same or inconclusive. */
#include <check.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/audit.h"
#include "output/capture.h"
#include "output/file.h"
#include "suite/kill_matrix.h"
#include "suite_run.h"

#define JOBS       2
#define SHOWN      5
#define TAKEN_AWAY 0x7fff /* code of an option that nobody knows */

/* Of so many case instances on a mutant, one is looked at. */
#define MUTANT_SHARE 4

/* What is looked at of a capture. */
struct window {
    uint32_t skip_count;  /* frames at the start that are missing */
    uint32_t drop_one_of; /* of so many frames one is missing; 0: none */
    uint32_t deaf_one_of; /* of so many interfaces one is missing; 0: none */
};

/* Counts [verdict of the case][verdict of the audit]. */
struct tally {
    pthread_mutex_t mutex;
    size_t count[VERDICT_COUNT][VERDICT_COUNT];
    size_t opposite_count;
    bool windows;  /* look at a part of each capture as well */
    bool complete; /* the capture is said to hold everything */
    size_t one_of; /* of so many instances one is looked at */
};

static const struct window whole = {0};
static const struct window windows[] = {{.skip_count = 12}, {.skip_count = 30},
                                        {.drop_one_of = 3}, {.drop_one_of = 2, .skip_count = 5},
                                        {.deaf_one_of = 3}, {.deaf_one_of = 2}};
static struct tally tally;

/* --- taking the metadata away --- */

static uint32_t u32(const uint8_t *at)
{
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return number;
}

static uint16_t u16(const uint8_t *at)
{
    uint16_t number;
    memcpy(&number, at, sizeof number);
    return number;
}

static void forget(uint8_t *options, const uint8_t *end, uint16_t first, uint16_t last)
{
    const uint16_t unknown = TAKEN_AWAY;
    for (uint8_t *at = options; at + 4 <= end && u16(at) != 0; at += 4 + (u16(at + 2) + 3) / 4 * 4)
        if (u16(at) >= first && u16(at) <= last)
            memcpy(at, &unknown, sizeof unknown);
}

/* Names, descriptions and comments; link types, times and directions stay. */
static void strip(struct pcapng *pcapng)
{
    for (uint8_t *block = pcapng->data; block < pcapng->data + pcapng->size; block += u32(block + 4)) {
        uint8_t *end = block + u32(block + 4) - 4;
        switch (u32(block)) {
        case 0x0a0d0d0a:
            forget(block + 24, end, 1, 4);
            break;
        case 1:
            forget(block + 16, end, 1, 3);
            break;
        case 6:
            forget(block + 28 + (u32(block + 20) + 3) / 4 * 4, end, 1, 1);
            break;
        }
    }
}

/* --- the audit of a case --- */

static bool is_missing(const struct window *window, const struct capture_record *record)
{
    return record->number <= window->skip_count ||
           (window->drop_one_of && (record->number * 2654435761u >> 7) % window->drop_one_of == 0) ||
           (window->deaf_one_of && (record->interface * 40503u >> 3) % window->deaf_one_of == 1);
}

static enum verdict audit_of(const char *path, const struct window *window, char *text, size_t size)
{
    struct reason reason = {""};
    struct audit_options options = {.pixit = pixit_default(),
                                    .station = "local",
                                    .complete = tally.complete && window == &whole,
                                    .tolerance_ms = 50};
    struct capture_input *input = capture_input_open(path, &reason);
    struct audit *audit = audit_new(&options);
    struct capture_record record;
    ck_assert_msg(input != NULL, "%s", reason.text);
    while (capture_input_next(input, &record))
        if (!is_missing(window, &record))
            audit_records(audit, input, &record, 1);
    ck_assert_ptr_null(capture_input_error(input));
    audit_finish(audit);
    enum verdict verdict = audit_verdict(audit, &reason);
    text[0] = '\0';
    for (size_t i = 0; i < audit_court(audit)->group_count; i++) {
        const struct finding_group *group = audit_court(audit)->groups[i];
        if (group->kind == FINDING_VIOLATION && audit_asked(audit, group->station) && group->first)
            snprintf(text, size, "%s frame %" PRIu64 " %s: expected %s; got %s", group->requirement->id,
                     group->first->number, group->site, group->first->expected, group->first->actual);
    }
    audit_free(audit);
    capture_input_close(input);
    return verdict;
}

static void count(const struct case_result *result, enum verdict verdict, const char *text)
{
    bool opposite = result->verdict == VERDICT_PASS ? verdict == VERDICT_FAIL : verdict == VERDICT_PASS;
    pthread_mutex_lock(&tally.mutex);
    tally.count[result->verdict][verdict]++;
    if (opposite && tally.opposite_count++ < SHOWN) {
        char instance[INSTANCE_TEXT_SIZE];
        printf("%s %s: case %s, capture %s: %s\n", result->device, instance_text(&result->instance, instance),
               verdict_text(result->verdict), verdict_text(verdict), text);
    }
    pthread_mutex_unlock(&tally.mutex);
}

static void *audit_case(void *context, size_t index, const struct case_result *result)
{
    (void)context;
    if (!result->tap || (result->verdict != VERDICT_PASS && result->verdict != VERDICT_FAIL) ||
        index % tally.one_of)
        return NULL;
    char path[] = "/tmp/vmacheck-audit-XXXXXX";
    char text[2048];
    struct pcapng pcapng = {0};
    int descriptor = mkstemp(path);
    ck_assert_int_ge(descriptor, 0);
    capture_build(&pcapng, result);
    strip(&pcapng);
    ck_assert(file_write_all(descriptor, pcapng.data, pcapng.size));
    close(descriptor);
    count(result, audit_of(path, &whole, text, sizeof text), text);
    const struct window *window = &windows[index % (sizeof windows / sizeof *windows)];
    if (tally.windows)
        count(result, audit_of(path, window, text, sizeof text), text);
    unlink(path);
    pcapng_free(&pcapng);
    return NULL;
}

static void show(const char *what)
{
    printf("%s: of %zu passed %zu fail, %zu inconclusive, %zu pass; of %zu failed %zu fail, %zu "
           "inconclusive, %zu pass\n",
           what,
           tally.count[VERDICT_PASS][VERDICT_FAIL] + tally.count[VERDICT_PASS][VERDICT_INCONCLUSIVE] +
               tally.count[VERDICT_PASS][VERDICT_PASS],
           tally.count[VERDICT_PASS][VERDICT_FAIL], tally.count[VERDICT_PASS][VERDICT_INCONCLUSIVE],
           tally.count[VERDICT_PASS][VERDICT_PASS],
           tally.count[VERDICT_FAIL][VERDICT_FAIL] + tally.count[VERDICT_FAIL][VERDICT_INCONCLUSIVE] +
               tally.count[VERDICT_FAIL][VERDICT_PASS],
           tally.count[VERDICT_FAIL][VERDICT_FAIL], tally.count[VERDICT_FAIL][VERDICT_INCONCLUSIVE],
           tally.count[VERDICT_FAIL][VERDICT_PASS]);
}

static void begin(bool windows_too, size_t one_of)
{
    tally = (struct tally){.mutex = PTHREAD_MUTEX_INITIALIZER, .windows = windows_too, .one_of = one_of};
}

START_TEST(capture_of_a_conforming_device_shows_no_violation)
{
    struct selection all = {.selector_count = 0};
    begin(true, 1);
    ck_assert(run_suite(&all, "reference", JOBS, audit_case));
    show("captures, and parts of them");
    ck_assert_uint_eq(tally.opposite_count, 0);
    ck_assert_uint_gt(tally.count[VERDICT_PASS][VERDICT_INCONCLUSIVE], 12000);
}
END_TEST

START_TEST(complete_capture_of_a_conforming_device_shows_no_violation)
{
    struct selection all = {.selector_count = 0};
    begin(false, 1);
    tally.complete = true;
    ck_assert(run_suite(&all, "reference", JOBS, audit_case));
    show("complete captures");
    ck_assert_uint_eq(tally.opposite_count, 0);
}
END_TEST

/* --- mutants --- */

START_TEST(capture_of_a_mutant_never_shows_that_it_conforms)
{
    begin(false, MUTANT_SHARE);
    for (size_t i = 0; i < ledger_mutant_count(); i++) {
        const struct mutant *mutant = ledger_mutant_at(i);
        const char *ids[16];
        size_t id_count = 0;
        for (size_t j = 0; j < mutant->requirement_count && id_count < 16; j++)
            ids[id_count++] = mutant->requirements[j]->id;
        struct selection selection = {.selectors = ids, .selector_count = id_count};
        char device[32];
        snprintf(device, sizeof device, "mutant:%s", mutant->id);
        run_suite(&selection, device, JOBS, audit_case);
    }
    show("mutants");
    ck_assert_uint_eq(tally.opposite_count, 0);
    ck_assert_uint_gt(tally.count[VERDICT_FAIL][VERDICT_FAIL], 100);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit of the suite's captures");
    TCase *tcase = tcase_create("audit_suite");
    tcase_set_timeout(tcase, 300);
    tcase_add_test(tcase, capture_of_a_conforming_device_shows_no_violation);
    tcase_add_test(tcase, complete_capture_of_a_conforming_device_shows_no_violation);
    tcase_add_test(tcase, capture_of_a_mutant_never_shows_that_it_conforms);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
