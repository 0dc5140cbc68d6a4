#include "output/console.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/system_time.h"

#define PROGRESS_INTERVAL_NS MILLISECONDS(100)
#define FAILURE_LIMIT        25
#define VERDICT_WIDTH        14 /* the longest one, "not-applicable" */
#define BOLD                 "1"
#define DIM                  "2"

static void print_failures(const struct console *console, const struct run_report *run);
static void print_failure(const struct console *console, const struct run_report *run,
                          const struct case_report *report);
static void print_finding(const struct console *console, const struct report_finding *finding);
static void print_broken_requirements(const struct console *console, const struct run_report *run);
static void print_unproven(const struct console *console, const struct run_report *run);
static void print_restored(const struct console *console, const struct run_report *run);
static void print_waivers(const struct console *console, const struct run_report *run);
static void print_contradictions(const struct console *console, const struct run_report *run);
static void print_totals(const struct console *console, const struct run_report *run);
static const char *first_violation(const struct case_report *report, char *line, size_t size);
static void show_progress(struct console *console, const struct run_report *run, size_t done, size_t running);
static void print_coloured(const struct console *console, const char *colour, const char *text);
static const char *citation_text(const struct requirement *requirement, char *line, size_t size);

struct console_settings console_settings_for(FILE *out)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *kind = getenv("TERM");
    bool terminal = isatty(fileno(out)) && !(kind && strcmp(kind, "dumb") == 0);
    return (struct console_settings){
        .out = out,
        .terminal = terminal,
        .progress = terminal,
        .colour = terminal && !(no_colour && *no_colour),
        .failure_limit = FAILURE_LIMIT,
    };
}

void console_begin(struct console *console, const struct console_settings *settings,
                   const struct run_report *run)
{
    *console = (struct console){.settings = *settings, .started_ns = monotonic_ns()};
    if (run->profile)
        fprintf(settings->out, "%s %s, as %s says\n", run->profile->name, run->profile->version,
                run->profile->source);
    fprintf(settings->out, "%zu case instance%s, device %s, seed %" PRIu64 "%s", run->planned,
            run->planned == 1 ? "" : "s", run->device, run->seed, run->strict ? ", strict" : "");
    if (settings->side_by_side > 1)
        fprintf(settings->out, ", %u side by side", settings->side_by_side);
    if (settings->expected_ns) {
        int64_t expected_s = (settings->expected_ns + NS_PER_S - 1) / NS_PER_S;
        fprintf(settings->out, ", about %" PRId64 ":%02" PRId64, expected_s / 60, expected_s % 60);
    }
    putc('\n', settings->out);
    fflush(settings->out);
}

void console_case(struct console *console, const struct run_report *run, const struct case_report *report)
{
    const struct console_settings *settings = &console->settings;
    bool quiet = settings->quiet && ((report->verdict == VERDICT_PASS && !report->waiver) ||
                                     report->verdict == VERDICT_NOT_APPLICABLE);
    if (!quiet) {
        char instance[INSTANCE_TEXT_SIZE];
        char line[FINDING_TEXT_SIZE];
        const char *verdict = verdict_text(report->verdict);
        console_wipe_progress(console);
        print_coloured(console, verdict_colour(report->verdict), verdict);
        fprintf(settings->out, "%*s  %s", VERDICT_WIDTH - (int)strlen(verdict), "",
                instance_text(&report->instance, instance));
        if (report->waiver && report->waiver_effect == WAIVER_WAIVES)
            fprintf(settings->out, "  (%s)", waiver_text(report->waiver, line, sizeof line));
        if (report->waiver && report->waiver_effect == WAIVER_NEEDLESS)
            fprintf(settings->out, "  (needlessly %s)", waiver_text(report->waiver, line, sizeof line));
        if (report->verdict == VERDICT_FAIL)
            fprintf(settings->out, "  %s", first_violation(report, line, sizeof line));
        else if (report->verdict != VERDICT_PASS)
            fprintf(settings->out, "  %s", report->reason);
        else if (report->finding_count) /* of a pass: remarks only */
            fprintf(settings->out, "  %zu remark%s", report->finding_count,
                    report->finding_count == 1 ? "" : "s");
        putc('\n', settings->out);
    }
    if (settings->progress && !settings->side_by_side)
        show_progress(console, run, run->count, 0);
}

void console_progress(struct console *console, const struct run_report *run, size_t done, size_t running)
{
    if (console->settings.progress)
        show_progress(console, run, done, running);
}

void console_wipe_progress(struct console *console)
{
    if (console->progress)
        fputs("\r\033[K", console->settings.out);
    console->progress = false;
}

void console_end(struct console *console, const struct run_report *run, const char *unfinished)
{
    FILE *out = console->settings.out;
    console_wipe_progress(console);
    print_failures(console, run);
    print_broken_requirements(console, run);
    print_unproven(console, run);
    print_restored(console, run);
    print_waivers(console, run);
    print_contradictions(console, run);
    print_totals(console, run);
    if (unfinished) {
        print_coloured(console, verdict_colour(VERDICT_ERROR), "not complete");
        fprintf(out, ": %s; %zu of %zu case instances ran\n", unfinished, run->count, run->planned);
    }
    if (run->directory && run->all_written)
        fprintf(out, "results, captures and junit.xml are in %s\n", run->directory);
    else if (run->directory)
        fprintf(out, "what could be written of results and captures is in %s, %s junit.xml\n", run->directory,
                run->junit_written ? "with" : "without");
    else if (run->verdicts[VERDICT_FAIL] > run->waived_count)
        fprintf(out, "run again with --out DIRECTORY to keep captures and results\n");
}

static void print_failures(const struct console *console, const struct run_report *run)
{
    FILE *out = console->settings.out;
    size_t failures = run->verdicts[VERDICT_FAIL] - run->waived_count;
    size_t shown = 0;
    for (size_t i = 0; i < run->count && shown < console->settings.failure_limit; i++) {
        if (run->cases[i]->verdict != VERDICT_FAIL || run->cases[i]->waiver)
            continue;
        print_failure(console, run, run->cases[i]);
        shown++;
    }
    if (failures > shown)
        fprintf(out, "\n%zu further failure%s: see the lines above\n", failures - shown,
                failures - shown == 1 ? "" : "s");
}

static void print_failure(const struct console *console, const struct run_report *run,
                          const struct case_report *report)
{
    FILE *out = console->settings.out;
    char instance[INSTANCE_TEXT_SIZE];
    putc('\n', out);
    print_coloured(console, verdict_colour(VERDICT_FAIL), "FAIL");
    putc(' ', out);
    print_coloured(console, BOLD, instance_text(&report->instance, instance));
    fprintf(out, "  role %s, seed %" PRIu64 "\n", role_name(report->instance.role), report->seed);
    if (!report->violation_count)
        fprintf(out, "  %s\n", report->reason);
    for (size_t i = 0; i < report->finding_count; i++)
        if (report->findings[i].kind == FINDING_VIOLATION)
            print_finding(console, &report->findings[i]);
    if (report->dropped_count)
        fprintf(out, "  and %zu further findings\n", report->dropped_count);
    if (report->capture)
        fprintf(out, "  capture   %s/%s\n", run->directory, report->capture);
}

static void print_finding(const struct console *console, const struct report_finding *finding)
{
    FILE *out = console->settings.out;
    char line[FINDING_TEXT_SIZE];
    fputs("  ", out);
    print_coloured(console, BOLD, finding->requirement->id);
    fprintf(out, " (%s) \"%s\"\n", citation_text(finding->requirement, line, sizeof line),
            finding->requirement->quote);
    fprintf(out, "  expected  %s\n", finding->expected);
    fprintf(out, "  got       %s\n", finding->actual);
    fprintf(out, "            %s\n", report_finding_place(finding, line, sizeof line));
    fprintf(out, "  by        %s, %s\n", finding->source, finding->site);
}

/* How often each requirement was broken, once there is more than one failure to read. */
static void print_broken_requirements(const struct console *console, const struct run_report *run)
{
    FILE *out = console->settings.out;
    size_t count = ledger_count();
    size_t *broken = calloc(count + 1, sizeof *broken);
    if (!broken)
        abort();
    for (size_t i = 0; i < run->count; i++)
        for (size_t j = 0; j < run->cases[i]->finding_count; j++)
            if (run->cases[i]->findings[j].kind == FINDING_VIOLATION)
                broken[ledger_index(run->cases[i]->findings[j].requirement)]++;
    if (run->verdicts[VERDICT_FAIL] > 1) {
        fputs("\nviolations by requirement\n", out);
        for (size_t i = 0; i < count; i++)
            if (broken[i])
                fprintf(out, "  %6zu  %s\n", broken[i], ledger_at(i)->id);
    }
    free(broken);
}

/* What kept the run from proving something: errors of the harness and inconclusive cases, one line each. */
static void print_unproven(const struct console *console, const struct run_report *run)
{
    FILE *out = console->settings.out;
    bool any = run->verdicts[VERDICT_INCONCLUSIVE] || run->verdicts[VERDICT_ERROR];
    size_t left = console->settings.failure_limit;
    if (any)
        putc('\n', out);
    for (size_t i = 0; i < run->count && left; i++) {
        const struct case_report *report = run->cases[i];
        char instance[INSTANCE_TEXT_SIZE];
        if (report->verdict != VERDICT_INCONCLUSIVE && report->verdict != VERDICT_ERROR)
            continue;
        print_coloured(console, verdict_colour(report->verdict), verdict_text(report->verdict));
        fprintf(out, " %s: %s\n", instance_text(&report->instance, instance), report->reason);
        left--;
    }
}

/* Devices that a case left unfit, and what became of them: each once. */
static void print_restored(const struct console *console, const struct run_report *run)
{
    for (size_t i = 0; i < run->count; i++) {
        char instance[INSTANCE_TEXT_SIZE];
        if (!run->cases[i]->restored)
            continue;
        print_coloured(console, verdict_colour(VERDICT_INCONCLUSIVE), "unfit device");
        fprintf(console->settings.out, " %s: %s\n", instance_text(&run->cases[i]->instance, instance),
                run->cases[i]->restored);
    }
}

/* Failures that are waived, waivers that are needless, and those that no case needed. */
static void print_waivers(const struct console *console, const struct run_report *run)
{
    FILE *out = console->settings.out;
    if (!run->profile || !run->profile->waiver_count)
        return;
    putc('\n', out);
    for (size_t i = 0; i < run->count; i++) {
        const struct case_report *report = run->cases[i];
        char instance[INSTANCE_TEXT_SIZE];
        char line[WAIVER_TEXT_SIZE];
        if (!report->waiver || report->waiver_effect == WAIVER_IDLE)
            continue;
        bool waived = report->waiver_effect == WAIVER_WAIVES;
        print_coloured(console, waived ? DIM : verdict_colour(VERDICT_FAIL),
                       waived ? "waived" : "needless waiver");
        waiver_text(report->waiver, line, sizeof line);
        fprintf(out, " %s: %s (%s)\n", instance_text(&report->instance, instance),
                waived ? "fail" : "passes; take the waiver out or narrow it", line);
    }
    for (size_t i = 0; i < run->profile->waiver_count; i++)
        if (run_report_unused(run, &run->profile->waivers[i])) {
            print_coloured(console, verdict_colour(VERDICT_INCONCLUSIVE), "unused waiver");
            fprintf(out, " %s: no case that it names ran\n", run->profile->waivers[i].cases);
        }
}

static void print_contradictions(const struct console *console, const struct run_report *run)
{
    FILE *out = console->settings.out;
    struct run_contradiction list[CONTRADICTION_ROOM];
    size_t count = run_report_contradictions(run, list);
    if (count)
        putc('\n', out);
    for (size_t i = 0; i < count; i++) {
        char line[512];
        print_coloured(console, verdict_colour(VERDICT_INCONCLUSIVE), "claim contradicted");
        fprintf(out, ": %s: %s\n", list[i].first->key, run_contradiction_text(&list[i], line, sizeof line));
    }
}

static void print_totals(const struct console *console, const struct run_report *run)
{
    FILE *out = console->settings.out;
    double elapsed_s = (double)(monotonic_ns() - console->started_ns) / 1e9;
    fputs("\n", out);
    const char *before = "";
    for (int i = 0; i < VERDICT_COUNT; i++) {
        enum verdict verdict = (enum verdict)i;
        char words[64];
        if (!run->verdicts[i] && verdict != VERDICT_PASS && verdict != VERDICT_FAIL)
            continue;
        snprintf(words, sizeof words, "%zu %s", run->verdicts[i], verdict_text(verdict));
        fputs(before, out);
        print_coloured(console, run->verdicts[i] ? verdict_colour(verdict) : DIM, words);
        before = ", ";
    }
    if (run->waived_count)
        fprintf(out, ", %zu of the failures waived", run->waived_count);
    if (run->needless_count)
        fprintf(out, ", %zu needlessly waived", run->needless_count);
    fprintf(out, "; %zu violation%s, %zu remark%s; %.1f s\n", run->violation_count,
            run->violation_count == 1 ? "" : "s", run->remark_count, run->remark_count == 1 ? "" : "s",
            elapsed_s);
}

static const char *first_violation(const struct case_report *report, char *line, size_t size)
{
    for (size_t i = 0; i < report->finding_count; i++)
        if (report->findings[i].kind == FINDING_VIOLATION)
            return report_finding_text(&report->findings[i], line, size);
    return report->reason;
}

/* "[ 12/640, 3 fail, ~0:05 left ]" in a line that the next output wipes. */
static void show_progress(struct console *console, const struct run_report *run, size_t done, size_t running)
{
    FILE *out = console->settings.out;
    int64_t now_ns = monotonic_ns();
    if (now_ns - console->shown_ns < PROGRESS_INTERVAL_NS)
        return;
    int64_t elapsed_ns = now_ns - console->started_ns;
    int64_t left_ns = console->settings.expected_ns - elapsed_ns;
    if (!console->settings.expected_ns && done)
        left_ns = elapsed_ns / (int64_t)done * (int64_t)(run->planned - done);
    int64_t left_s = left_ns > 0 ? left_ns / NS_PER_S : 0;
    fprintf(out, "\r\033[K[ %zu/%zu, ", done, run->planned);
    if (running > 1)
        fprintf(out, "%zu running, ", running);
    fprintf(out, "%zu fail, ~%" PRId64 ":%02" PRId64 " left ]", run->verdicts[VERDICT_FAIL], left_s / 60,
            left_s % 60);
    fflush(out);
    console->shown_ns = now_ns;
    console->progress = true;
}

static void print_coloured(const struct console *console, const char *colour, const char *text)
{
    if (console->settings.colour)
        fprintf(console->settings.out, "\033[%sm%s\033[0m", colour, text);
    else
        fputs(text, console->settings.out);
}

/* "must, draft 3.1" */
static const char *citation_text(const struct requirement *requirement, char *line, size_t size)
{
    static const char *const names[] = {
        [SOURCE_DRAFT] = "draft-ietf-vrrp-lane-02",
        [SOURCE_RFC2338] = "RFC 2338",
        [SOURCE_LANE] = "LAN Emulation, paraphrased,",
    };
    snprintf(line, size, "%s, %s %s", requirement_level_name(requirement->level), names[requirement->source],
             requirement->section);
    return line;
}
