#include "output/case_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "output/capture.h"
#include "output/plain.h"

static struct report_finding finding_copy(struct tap *tap, const struct finding *finding);

struct case_report *case_report_new(const struct case_result *result, const char *capture)
{
    const struct findings *findings = &result->findings;
    struct case_report *report = calloc(1, sizeof *report);
    if (!report)
        abort();
    report->instance = result->instance;
    report->seed = result->seed;
    report->verdict = result->verdict;
    report->reason = plain_copy(result->reason);
    report->restored = plain_copy(result->restored);
    report->capture = plain_copy(capture);
    report->duration_ns = result->end_ns - result->start_ns;
    report->violation_count = findings_violations(findings);
    report->dropped_count = findings->dropped;
    report->finding_count = findings->count;
    report->waiver = result->waiver;
    report->waiver_effect = waiver_effect_on(result->verdict);
    report->contradiction_count = result->contradictions.count;
    for (size_t i = 0; i < result->contradictions.count; i++) {
        const struct contradiction *contradiction = &result->contradictions.list[i];
        report->contradictions[i] =
            (struct report_contradiction){contradiction->key, contradiction->text,
                                          contradiction->event ? contradiction->event->frame_number : 0};
    }
    if (findings->count) {
        report->findings = calloc(findings->count, sizeof *report->findings);
        if (!report->findings)
            abort();
        for (size_t i = 0; i < findings->count; i++)
            report->findings[i] = finding_copy(result->tap, &findings->list[i]);
    }
    return report;
}

void case_report_free(struct case_report *report)
{
    if (!report)
        return;
    for (size_t i = 0; i < report->finding_count; i++) {
        free(report->findings[i].source);
        free(report->findings[i].site);
        free(report->findings[i].expected);
        free(report->findings[i].actual);
    }
    free(report->findings);
    free(report->reason);
    free(report->restored);
    free(report->capture);
    free(report);
}

void run_report_add(struct run_report *run, struct case_report *report)
{
    if (run->count == run->room) {
        run->room = run->room ? 2 * run->room : 64;
        run->cases = realloc(run->cases, run->room * sizeof(struct case_report *));
        if (!run->cases)
            abort();
    }
    run->cases[run->count++] = report;
    run->verdicts[report->verdict]++;
    run->violation_count += report->violation_count;
    run->remark_count += report->finding_count - report->violation_count;
    run->waived_count += report->waiver && report->waiver_effect == WAIVER_WAIVES;
    run->needless_count += report->waiver && report->waiver_effect == WAIVER_NEEDLESS;
}

enum run_exit run_report_exit(const struct run_report *run)
{
    size_t counts[VERDICT_COUNT];
    memcpy(counts, run->verdicts, sizeof counts);
    counts[VERDICT_FAIL] += run->needless_count;
    counts[VERDICT_FAIL] -= run->waived_count;
    return run_exit_of(counts);
}

bool run_report_unused(const struct run_report *run, const struct waiver *waiver)
{
    for (size_t i = 0; i < run->count; i++)
        if (run->cases[i]->waiver == waiver && run->cases[i]->verdict != VERDICT_NOT_APPLICABLE)
            return false;
    return true;
}

size_t run_report_contradictions(const struct run_report *run,
                                 struct run_contradiction list[static CONTRADICTION_ROOM])
{
    size_t count = 0;
    for (size_t i = 0; i < run->count; i++)
        for (size_t j = 0; j < run->cases[i]->contradiction_count; j++) {
            const struct report_contradiction *seen = &run->cases[i]->contradictions[j];
            size_t place = 0;
            while (place < count && list[place].first->text != seen->text)
                place++;
            if (place == CONTRADICTION_ROOM)
                continue;
            if (place == count)
                list[count++] = (struct run_contradiction){.first = seen, .report = run->cases[i]};
            list[place].case_count++;
        }
    return count;
}

const char *run_contradiction_text(const struct run_contradiction *contradiction, char *line, size_t size)
{
    struct text text = text_in(line, size);
    char instance[INSTANCE_TEXT_SIZE];
    size_t further = contradiction->case_count - 1;
    text_add(&text, "%s; seen in ", contradiction->first->text);
    if (contradiction->first->frame_number)
        text_add(&text, "frame %u of ", contradiction->first->frame_number);
    text_put(&text, instance_text(&contradiction->report->instance, instance));
    if (further)
        text_add(&text, " and %zu further case%s", further, further == 1 ? "" : "s");
    return line;
}

void run_report_clear(struct run_report *run)
{
    for (size_t i = 0; i < run->count; i++)
        case_report_free(run->cases[i]);
    free(run->cases);
    *run = (struct run_report){0};
}

const char *report_finding_text(const struct report_finding *finding, char *line, size_t size)
{
    struct text text = text_in(line, size);
    char place[128];
    text_add(&text, "%s: expected %s; got %s (%s)", finding->requirement->id, finding->expected,
             finding->actual, report_finding_place(finding, place, sizeof place));
    return line;
}

const char *report_finding_place(const struct report_finding *finding, char *line, size_t size)
{
    struct text text = text_in(line, size);
    text_add(&text, "%s %.6f s", finding->silence ? "by" : "at", (double)finding->time_ns / 1e9);
    if (finding->frame_number)
        text_add(&text, ", %s %u", finding->silence ? "after frame" : "frame", finding->frame_number);
    if (finding->window_from_ns || finding->window_to_ns)
        text_add(&text, ", window %.6f s to %.6f s", (double)finding->window_from_ns / 1e9,
                 (double)finding->window_to_ns / 1e9);
    return line;
}

static struct report_finding finding_copy(struct tap *tap, const struct finding *finding)
{
    return (struct report_finding){
        .kind = finding->kind,
        .requirement = finding->requirement,
        .source = plain_copy(finding->source),
        .site = plain_copy(finding->site),
        .expected = plain_copy(finding->expected),
        .actual = plain_copy(finding->actual),
        .time_ns = finding->time_ns,
        .window_from_ns = finding->window_from_ns,
        .window_to_ns = finding->window_to_ns,
        .frame_number = capture_frame_number(tap, finding),
        .silence = finding->silence,
    };
}
