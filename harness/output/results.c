#include "output/results.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/capture.h"
#include "output/case_report.h"
#include "output/file.h"
#include "output/json_parts.h"
#include "output/results_event.h"
#include "output/scenario_table.h"
#include "output/version.h"

#define EVENTS_KEY ",\"events\":"

struct results {
    pthread_mutex_t mutex; /* over everything below */
    char path[PATH_MAX];   /* empty: no file */
    char early_path[PATH_MAX];
    int file;       /* -1: none */
    int early_file; /* -1: none yet */
    int stream;     /* -1: none */
    size_t planned;
    size_t next;               /* index of the line whose turn it is */
    struct results_line *held; /* by index: lines before their turn; text NULL: not here */
    size_t counts[VERDICT_COUNT];
    size_t finished;
    struct reason failure; /* the first write that failed */
};

static json_t *head_json(const struct results_head *head);
static json_t *end_json(const struct results *results, const struct results_end *end);
static json_t *case_json(size_t index, const struct case_result *result, const char *capture);
static json_t *profile_json(const struct device_profile *profile);
static json_t *waiver_json(const struct case_result *result);
static json_t *contradictions_json(const struct contradictions *contradictions);
static json_t *wall_json(const struct case_result *result);
static void put_totals(json_t *object, const struct run_report *report);
static json_t *findings_json(const struct case_result *result);
static json_t *finding_json(struct tap *tap, const struct finding *finding);
static json_t *measurements_json(const struct measurements *measurements);
static int file_open(const char *path, struct reason *reason);
static void keep_early(struct results *results, const struct results_line *line);
static void write_line(struct results *results, struct results_line *line);
static void write_json(struct results *results, json_t *value);
static void write_to(struct results *results, int descriptor, const char *path, const char *text,
                     size_t size);

struct results *results_open(const char *path, int stream, const struct results_head *head,
                             struct reason *reason)
{
    struct results *results = calloc(1, sizeof *results);
    if (!results)
        abort();
    pthread_mutex_init(&results->mutex, NULL);
    results->stream = stream;
    results->file = results->early_file = -1;
    results->planned = head->planned;
    results->held = calloc(head->planned + 1, sizeof *results->held);
    if (!results->held)
        abort();
    if (path) {
        snprintf(results->path, sizeof results->path, "%s", path);
        snprintf(results->early_path, sizeof results->early_path, "%.*s.early", PATH_MAX - 8, path);
        results->file = file_open(path, reason);
        if (results->file < 0) {
            results_close(results, NULL, NULL);
            return NULL;
        }
        unlink(results->early_path); /* of a run that was killed here */
    }
    write_json(results, head_json(head));
    return results;
}

struct results_line results_case_line(size_t index, const struct case_result *result, const char *capture)
{
    struct results_line line = {.index = index, .verdict = result->verdict};
    struct line text = {0};
    size_t size;
    char *object = json_line(case_json(index, result, capture), &size);
    line_put(&text, object, size - strlen("}\n"));
    free(object);
    line_put(&text, EVENTS_KEY, strlen(EVENTS_KEY));
    results_events_put(&text, result->tap);
    line_put(&text, "}\n", strlen("}\n"));
    line.text = text.text;
    line.size = text.size;
    return line;
}

bool results_put(struct results *results, struct results_line line, struct reason *reason)
{
    pthread_mutex_lock(&results->mutex);
    results->counts[line.verdict]++;
    results->finished++;
    if (line.index != results->next)
        keep_early(results, &line);
    results->held[line.index] = line;
    while (results->next < results->planned && results->held[results->next].text)
        write_line(results, &results->held[results->next++]);
    bool good = results->failure.text[0] == '\0';
    if (!good)
        reason_set(reason, "%s", results->failure.text);
    pthread_mutex_unlock(&results->mutex);
    return good;
}

bool results_close(struct results *results, const struct results_end *end, struct reason *reason)
{
    for (size_t i = results->next; i < results->planned; i++)
        if (results->held[i].text)
            write_line(results, &results->held[i]);
    if (end)
        write_json(results, end_json(results, end));
    if (results->file >= 0 && close(results->file) != 0 && results->failure.text[0] == '\0')
        reason_set(&results->failure, "can't write %s: %s", results->path, strerror(errno));
    if (results->early_file >= 0) {
        close(results->early_file);
        unlink(results->early_path);
    }
    bool good = results->failure.text[0] == '\0';
    if (!good)
        reason_set(reason, "%s", results->failure.text);
    pthread_mutex_destroy(&results->mutex);
    free(results->held);
    free(results);
    return good;
}

static json_t *head_json(const struct results_head *head)
{
    json_t *selection = json_object();
    json_t *selectors = json_array();
    for (size_t i = 0; i < head->selection->selector_count; i++)
        json_array_append_new(selectors, json_text(head->selection->selectors[i]));
    json_put(selection, "selectors", selectors);
    json_set_scope(selection, &head->selection->scope);

    json_t *object = json_object();
    json_put(object, "type", json_text("run"));
    json_put(object, "format", json_integer(1));
    json_put(object, "version", json_text(VMACHECK_VERSION));
    json_put(object, "device", json_text(head->device));
    json_put(object, "device_file", profile_json(head->options->profile));
    json_put(object, "selection", selection);
    json_put(object, "planned", json_integer((json_int_t)head->planned));
    json_put(object, "seed", json_seed(head->options->seed));
    json_put(object, "strict", json_boolean(head->options->strict));
    json_put(object, "pixit", json_pixit(&head->options->pixit));
    json_put(object, "event_members", results_event_members());
    return object;
}

static json_t *end_json(const struct results *results, const struct results_end *end)
{
    json_t *counts = json_object();
    for (int i = 0; i < VERDICT_COUNT; i++)
        json_put(counts, verdict_text((enum verdict)i), json_integer((json_int_t)results->counts[i]));
    json_t *object = json_object();
    json_put(object, "type", json_text("end"));
    json_put(object, "complete", json_boolean(end->reason == NULL));
    json_put(object, "reason", json_text(end->reason));
    json_put(object, "planned", json_integer((json_int_t)results->planned));
    json_put(object, "finished", json_integer((json_int_t)results->finished));
    json_put(object, "counts", counts);
    if (end->report)
        put_totals(object, end->report);
    json_put(object, "exit", json_integer(end->exit_code));
    return object;
}

/* All but the events. */
static json_t *case_json(size_t index, const struct case_result *result, const char *capture)
{
    const struct case_instance *instance = &result->instance;
    char text[INSTANCE_TEXT_SIZE];
    json_t *object = json_object();
    json_put(object, "type", json_text("case"));
    json_put(object, "index", json_integer((json_int_t)index));
    json_put(object, "instance", json_text(instance_text(instance, text)));
    json_put(object, "id", json_text(instance->test->id));
    json_put(object, "role", json_text(role_name(instance->role)));
    json_put(object, "scheme", json_text(scheme_name(instance->scheme)));
    json_put(object, "lane", json_text(lane_name(instance->lane)));
    json_put(object, "media", json_text(medium_name(instance->medium)));
    json_put(object, "seed", json_seed(result->seed));
    json_put(object, "verdict", json_text(verdict_text(result->verdict)));
    json_put(object, "reason", json_text(result->reason));
    json_put(object, "waiver", waiver_json(result));
    json_put(object, "requirements", json_words(instance->test->requirements));
    json_put(object, "findings", findings_json(result));
    json_put(object, "findings_dropped", json_integer((json_int_t)result->findings.dropped));
    json_put(object, "measurements", measurements_json(&result->measurements));
    json_put(object, "contradictions", contradictions_json(&result->contradictions));
    json_put(object, "evidence", json_lines(result->evidence));
    json_put(object, "restored", json_text(result->restored));
    json_put(object, "wall", wall_json(result));
    json_put(object, "start_ns", json_integer(result->start_ns));
    json_put(object, "end_ns", json_integer(result->end_ns));
    json_put(object, "capture", json_text(capture));
    return object;
}

/* What the device file says, but for values and waivers. */
static json_t *profile_json(const struct device_profile *profile)
{
    if (!profile)
        return json_null();
    json_t *options = json_array();
    for (const struct capability_name *known = capability_names; known->bit; known++)
        if (profile->options & known->bit)
            json_array_append_new(options, json_text(known->name));
    json_t *object = json_object();
    json_put(object, "path", json_text(profile->source));
    json_put(object, "name", json_text(profile->name));
    json_put(object, "version", json_text(profile->version));
    json_set_scope(object, &profile->claims);
    json_put(object, "options", options);
    return object;
}

static json_t *waiver_json(const struct case_result *result)
{
    const struct waiver *waiver = result->waiver;
    if (!waiver)
        return json_null();
    json_t *object = json_object();
    json_put(object, "case", json_text(waiver->cases));
    json_put(object, "reason", json_text(waiver->reason));
    json_put(object, "ticket", json_text(waiver->ticket));
    json_put(object, "expires", json_text(waiver->expires));
    json_put(object, "effect", json_text(waiver_effect_text(waiver_effect_on(result->verdict))));
    return object;
}

static json_t *contradictions_json(const struct contradictions *contradictions)
{
    json_t *array = json_array();
    for (size_t i = 0; i < contradictions->count; i++) {
        const struct contradiction *contradiction = &contradictions->list[i];
        json_t *object = json_object();
        json_put(object, "key", json_text(contradiction->key));
        json_put(object, "text", json_text(contradiction->text));
        json_put(object, "frame",
                 contradiction->event ? json_integer(contradiction->event->frame_number) : json_null());
        json_array_append_new(array, object);
    }
    return array;
}

/* How exact the harness was on the wall clock. */
static json_t *wall_json(const struct case_result *result)
{
    const struct lateness *lateness = &result->lateness;
    if (!lateness->count)
        return json_null();
    json_t *object = json_object();
    json_put(object, "actions", json_integer((json_int_t)lateness->count));
    json_put(object, "late_p99_ns", json_integer(lateness_quantile_ns(lateness, 0.99)));
    json_put(object, "late_max_ns", json_integer(lateness->longest_ns));
    json_put(object, "deed_max_ns", json_integer(result->longest_deed_ns));
    json_put(object, "starved_ns",
             result->starved_ns == INT64_MAX ? json_null() : json_integer(result->starved_ns));
    return object;
}

/* What waivers and claims come to over the whole run. */
static void put_totals(json_t *object, const struct run_report *report)
{
    struct run_contradiction list[CONTRADICTION_ROOM];
    size_t count = run_report_contradictions(report, list);
    json_t *unused = json_array();
    for (size_t i = 0; report->profile && i < report->profile->waiver_count; i++)
        if (run_report_unused(report, &report->profile->waivers[i]))
            json_array_append_new(unused, json_text(report->profile->waivers[i].cases));
    json_t *contradictions = json_array();
    for (size_t i = 0; i < count; i++) {
        char instance[INSTANCE_TEXT_SIZE];
        json_t *entry = json_object();
        uint32_t frame = list[i].first->frame_number;
        json_put(entry, "key", json_text(list[i].first->key));
        json_put(entry, "text", json_text(list[i].first->text));
        json_put(entry, "instance", json_text(instance_text(&list[i].report->instance, instance)));
        json_put(entry, "frame", frame ? json_integer(frame) : json_null());
        json_put(entry, "cases", json_integer((json_int_t)list[i].case_count));
        json_array_append_new(contradictions, entry);
    }
    json_put(object, "waived", json_integer((json_int_t)report->waived_count));
    json_put(object, "needless_waivers", json_integer((json_int_t)report->needless_count));
    json_put(object, "unused_waivers", unused);
    json_put(object, "contradictions", contradictions);
}

static json_t *findings_json(const struct case_result *result)
{
    json_t *array = json_array();
    for (size_t i = 0; i < result->findings.count; i++)
        json_array_append_new(array, finding_json(result->tap, &result->findings.list[i]));
    return array;
}

static json_t *finding_json(struct tap *tap, const struct finding *finding)
{
    uint32_t frame = capture_frame_number(tap, finding);
    bool timed = finding->window_from_ns || finding->window_to_ns;
    json_t *window = timed ? json_array() : json_null();
    if (timed) {
        json_array_append_new(window, json_integer(finding->window_from_ns));
        json_array_append_new(window, json_integer(finding->window_to_ns));
    }
    json_t *object = json_object();
    json_put(object, "kind", json_text(finding->kind == FINDING_VIOLATION ? "violation" : "remark"));
    json_put(object, "requirement", json_text(finding->requirement->id));
    json_put(object, "level", json_text(requirement_level_name(finding->requirement->level)));
    json_put(object, "frame", frame ? json_integer(frame) : json_null());
    json_put(object, "silence", json_boolean(finding->silence));
    json_put(object, "time_ns", json_integer(finding->time_ns));
    json_put(object, "window_ns", window);
    json_put(object, "expected", json_text(finding->expected));
    json_put(object, "actual", json_text(finding->actual));
    json_put(object, "source", json_text(finding->source));
    json_put(object, "site", json_text(finding->site));
    return object;
}

static json_t *measurements_json(const struct measurements *measurements)
{
    json_t *array = json_array();
    for (size_t i = 0; i < measurements->count; i++)
        json_array_append_new(array, measurement_json(&measurements->list[i]));
    return array;
}

static int file_open(const char *path, struct reason *reason)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0)
        reason_set(reason, "can't write %s: %s", path, strerror(errno));
    return file;
}

static void keep_early(struct results *results, const struct results_line *line)
{
    if (results->file < 0)
        return;
    if (results->early_file < 0)
        results->early_file = file_open(results->early_path, &results->failure);
    write_to(results, results->early_file, results->early_path, line->text, line->size);
}

/* Writes a line whose turn has come and frees it. */
static void write_line(struct results *results, struct results_line *line)
{
    write_to(results, results->file, results->path, line->text, line->size);
    write_to(results, results->stream, "the output", line->text, line->size);
    free(line->text);
    line->text = NULL;
}

static void write_json(struct results *results, json_t *value)
{
    struct results_line line = {0};
    line.text = json_line(value, &line.size);
    write_line(results, &line);
}

static void write_to(struct results *results, int descriptor, const char *path, const char *text, size_t size)
{
    if (descriptor >= 0 && !file_write_all(descriptor, text, size) && results->failure.text[0] == '\0')
        reason_set(&results->failure, "can't write %s: %s", path, strerror(errno));
}
