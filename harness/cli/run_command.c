/* `vmacheck run`: cases against a device, with console, results, captures and JUnit. */
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/privileges.h"
#include "cli/commands.h"
#include "cli/device_option.h"
#include "cli/labs.h"
#include "cli/processors.h"
#include "cli/run_directory.h"
#include "cli/side_by_side.h"
#include "control/control_plan.h"
#include "control/guard.h"
#include "output/capture.h"
#include "output/console.h"
#include "output/junit.h"
#include "output/plain.h"
#include "output/results.h"

/* A run under way; the callbacks reach it from several threads. */
struct running {
    const struct arguments *arguments;
    const struct device_file *file; /* what --dut names, if it is a device file */
    struct results *results;        /* NULL: neither a file nor the standard output wants them */
    int claim;                      /* of the directory of --out; -1: there is none */
    bool console_on;                /* the run is shown as text */
    struct console console;
    struct run_report report;
    pthread_mutex_t mutex; /* over the members below */
    struct lab *spare_lab; /* opened to look at it, for the first thread that wants one */
    struct lab **shared;   /* of further instances of the same device; NULL: each thread opens a lab */
    size_t shared_count;
    struct processors processors;
    unsigned first_processor; /* of them: where this run began */
    bool takes_turns;         /* in virtual time a thread and the process that it asks never run at once */
    unsigned lab_count;       /* that were asked for */
    struct reason failure;    /* the first file that could not be written */
    atomic_bool failed;       /* 'failure' is set */
};

static int run_on(const struct arguments *arguments, const struct device_file *file,
                  struct mistakes *mistakes);
static bool open_outputs(struct running *running, const struct results_head *head,
                         const struct side_by_side *plan, struct reason *reason);
static int run_all(struct running *running, const struct case_instance *instances, size_t count,
                   const struct run_options *options, const struct side_by_side *plan);
static bool share_lab(struct running *running, unsigned count, struct reason *reason);
static int finish(struct running *running, int code);
static struct lab *open_lab(void *context, struct reason *reason);
static void use_processor(const struct running *running, unsigned number);
static struct lab *open_further_lab(const struct device_file *file, unsigned instance, struct reason *reason);
static void *render(void *context, size_t index, const struct case_result *result);
static void emit(void *context, size_t index, void *rendered);
static bool stop(void *context);
static void progress(void *context, size_t done, size_t running_count);
static void tell_end(void *context, size_t running_count, int64_t left_ns);
static void fail(struct running *running, const struct reason *reason);

int run_command(const struct arguments *arguments)
{
    struct mistakes *mistakes = calloc(1, sizeof *mistakes);
    if (!mistakes)
        abort();
    struct device_file *file = NULL;
    struct guard *guard = NULL;
    struct reason reason;
    int code;
    if (device_is_file(arguments->device) && !(file = device_file_read(arguments->device, mistakes)))
        code = complain_of_mistakes(arguments->device, mistakes);
    else if (file && !(guard = guard_start(&reason)))
        code = complain(RUN_HARNESS_ERROR, "%s", reason.text);
    else {
        device_file_guard(file, guard);
        code = run_on(arguments, file, mistakes);
    }
    guard_end(guard);
    device_file_free(file);
    free(mistakes);
    return code;
}

/* 'file' says what the device is; NULL: only --dut does. */
static int run_on(const struct arguments *arguments, const struct device_file *file,
                  struct mistakes *mistakes)
{
    struct running running = {
        .arguments = arguments, .file = file, .claim = -1, .mutex = PTHREAD_MUTEX_INITIALIZER};
    struct run_options options = {
        .seed = arguments->seed,
        .strict = arguments->strict,
        /* No other clock goes on a wire. */
        .wall_clock = arguments->wall_clock || (file && (file->port_count || file->router_count)),
        .pixit = pixit_in_force(arguments, file),
        .profile = file ? &file->profile : NULL,
    };
    struct selection selection = selection_of(arguments);
    struct selection claimed = selection;
    struct case_instance *instances = NULL;
    size_t count = 0;
    struct reason reason = {""};
    if (!claimed_scope(&selection.scope, file, &claimed.scope, &reason) ||
        !select_instances(&claimed, &instances, &count, &reason))
        return complain(RUN_USAGE, "%s", reason.text);
    const char *attached = file ? file->attached : arguments->device;
    running.processors = processors_of_thread();
    running.first_processor = processors_present(&running.processors);
    running.takes_turns = !options.wall_clock && lab_is_process(attached);
    use_processor(&running, 1);
    running.spare_lab = file ? device_file_lab(file, 1, mistakes) : lab_open(arguments->device, &reason);
    processors_use(&running.processors);
    if (!running.spare_lab) {
        free(instances);
        return file ? complain_of_mistakes(file->path, mistakes) : complain(RUN_USAGE, "%s", reason.text);
    }
    char *device = plain_copy(running.spare_lab->name);
    running.report = (struct run_report){.device = device,
                                         .directory = arguments->out,
                                         .profile = options.profile,
                                         .planned = count,
                                         .seed = arguments->seed,
                                         .strict = arguments->strict};
    struct results_head head = {
        .device = device, .selection = &selection, .planned = count, .options = &options};
    signals_listen();
    int code = RUN_USAGE;
    struct side_by_side plan = {0};
    if (side_by_side_plan(arguments, file, running.spare_lab, instances, count, &options, &plan, &reason) &&
        open_outputs(&running, &head, &plan, &reason))
        code = run_all(&running, instances, count, &options, &plan);
    else
        complain(code, "%s", reason.text);
    side_by_side_free(&plan);
    lab_close(running.spare_lab);
    if (running.claim >= 0)
        close(running.claim);
    run_report_clear(&running.report);
    free(device);
    free(instances);
    return code;
}

static bool open_outputs(struct running *running, const struct results_head *head,
                         const struct side_by_side *plan, struct reason *reason)
{
    const struct arguments *arguments = running->arguments;
    char path[PATH_MAX];
    if (arguments->out) {
        if (!run_directory_prepare(arguments->out, &running->claim, reason))
            return false;
        run_directory_file(arguments->out, "results.jsonl", path);
    }
    if (arguments->out || arguments->json) {
        running->results =
            results_open(arguments->out ? path : NULL, arguments->json ? STDOUT_FILENO : -1, head, reason);
        if (!running->results)
            return false;
    }
    running->console_on = !arguments->json;
    if (running->console_on) {
        struct console_settings settings = console_settings_for(stdout);
        settings.quiet = arguments->quiet;
        settings.side_by_side = head->options->wall_clock ? plan->jobs : 0;
        settings.expected_ns = plan->expected_ns;
        settings.progress &= !running->file || !control_plan_asks(&running->file->control);
        console_begin(&running->console, &settings, &running->report);
    }
    return true;
}

static int run_all(struct running *running, const struct case_instance *instances, size_t count,
                   const struct run_options *options, const struct side_by_side *plan)
{
    struct run_options spread = *options;
    spread.order = plan->order;
    spread.durations_ns = plan->durations_ns;
    spread.vrid_shares = plan->vrid_shares;
    struct run_callbacks callbacks = {
        .open_lab = open_lab, .render = render, .emit = emit, .stop = stop, .context = running};
    if (running->console_on && running->console.settings.progress && options->wall_clock)
        callbacks.progress = progress;
    if (options->wall_clock)
        callbacks.stopped = tell_end;
    size_t counts[VERDICT_COUNT];
    struct reason reason = {""};
    int code = RUN_HARNESS_ERROR;
    if (share_lab(running, plan->jobs, &reason) &&
        run_instances(instances, count, &spread, plan->jobs, &callbacks, counts, &reason))
        code = (int)run_report_exit(&running->report);
    else
        fail(running, &reason);
    processors_use(&running->processors);
    while (running->shared_count)
        lab_close(running->shared[--running->shared_count]);
    free(running->shared);
    return finish(running, code);
}

/* One device that is several at once: a lab for each instance that is used. */
static bool share_lab(struct running *running, unsigned count, struct reason *reason)
{
    if (!running->spare_lab->instances)
        return true;
    running->shared = calloc(count, sizeof(struct lab *));
    if (!running->shared)
        abort();
    for (unsigned i = 1; i < count; i++) {
        struct mistakes mistakes = {0};
        struct lab *lab = running->file
                              ? device_file_share(running->file, running->spare_lab, i + 1, &mistakes)
                              : lab_share(running->spare_lab, i);
        if (!lab)
            return reason_set(reason, "%s", mistakes.list[0].text);
        running->shared[running->shared_count++] = lab;
    }
    return true;
}

/* Closes every output. 'code' is what the verdicts say. */
static int finish(struct running *running, int code)
{
    const struct arguments *arguments = running->arguments;
    const char *unfinished = NULL;
    char path[PATH_MAX];
    struct reason reason = {""};
    if (running->failed) {
        unfinished = running->failure.text;
        code = RUN_HARNESS_ERROR;
    } else if (running->report.count < running->report.planned) {
        unfinished = signals_seen() == SIGTERM ? "terminated" : "interrupted";
        code = EXIT_SIGNAL_BASE + signals_seen(); /* nothing else stops a run that did not fail */
    }
    if (arguments->out) {
        run_directory_file(arguments->out, "junit.xml", path);
        running->report.junit_written = junit_write(path, &running->report, unfinished, &reason);
        if (!running->report.junit_written) {
            fail(running, &reason);
            code = RUN_HARNESS_ERROR;
        }
    }
    struct results_end end = {.report = &running->report, .reason = unfinished, .exit_code = code};
    if (running->results && !results_close(running->results, &end, &reason)) {
        fail(running, &reason);
        code = RUN_HARNESS_ERROR;
    }
    running->report.all_written = !running->failed;
    if (running->console_on)
        console_end(&running->console, &running->report, unfinished);
    if (running->failed)
        complain(code, "%s", running->failure.text);
    return output_end(code);
}

static struct lab *open_lab(void *context, struct reason *reason)
{
    struct running *running = context;
    pthread_mutex_lock(&running->mutex);
    struct lab *lab = running->spare_lab;
    running->spare_lab = NULL;
    if (!lab && running->shared_count)
        lab = running->shared[--running->shared_count];
    unsigned instance = ++running->lab_count;
    pthread_mutex_unlock(&running->mutex);
    use_processor(running, running->shared ? 1 : instance);
    if (!lab && !running->file)
        return lab_open(running->arguments->device, reason);
    if (!lab)
        lab = open_further_lab(running->file, instance, reason);
    if (lab && running->file && !privileges_drop(reason)) {
        lab_close(lab);
        return NULL;
    }
    return lab;
}

/* Of the process with this number, from 1. */
static void use_processor(const struct running *running, unsigned number)
{
    struct processors one = processors_one(&running->processors, running->first_processor + number - 1);
    if (running->takes_turns)
        processors_use(&one);
}

static struct lab *open_further_lab(const struct device_file *file, unsigned instance, struct reason *reason)
{
    struct mistakes *mistakes = calloc(1, sizeof *mistakes);
    if (!mistakes)
        abort();
    struct lab *lab = device_file_lab(file, instance, mistakes);
    if (!lab)
        reason_set(reason, "%s", mistakes->list[0].text);
    free(mistakes);
    return lab;
}

/* In the thread of the case, while its tap is alive. */
static void *render(void *context, size_t index, const struct case_result *result)
{
    struct running *running = context;
    const char *directory = running->arguments->out;
    struct reason reason = {""};
    char name[PATH_MAX];
    char path[PATH_MAX];
    bool captured = directory && result->tap;
    if (captured) {
        run_directory_capture_name(&result->instance, name);
        run_directory_file(directory, name, path);
        captured = capture_write(path, result, &reason);
        if (!captured)
            fail(running, &reason);
    }
    if (running->results &&
        !results_put(running->results, results_case_line(index, result, captured ? name : NULL), &reason))
        fail(running, &reason);
    return case_report_new(result, captured ? name : NULL);
}

/* In canonical order, one call at a time. */
static void emit(void *context, size_t index, void *rendered)
{
    struct running *running = context;
    struct case_report *report = rendered;
    (void)index;
    run_report_add(&running->report, report);
    if (running->console_on)
        console_case(&running->console, &running->report, report);
}

static bool stop(void *context)
{
    struct running *running = context;
    return signals_seen() != 0 || running->failed;
}

static void progress(void *context, size_t done, size_t running_count)
{
    struct running *running = context;
    console_progress(&running->console, &running->report, done, running_count);
}

/* Interrupted: what happens now. What an operator does takes no known time. */
static void tell_end(void *context, size_t running_count, int64_t left_ns)
{
    struct running *running = context;
    bool asks = running->file && control_plan_asks(&running->file->control);
    int64_t left_s = (left_ns + NS_PER_S - 1) / NS_PER_S;
    bool terminated = signals_seen() == SIGTERM;
    char last[60] = "";
    if (!signals_seen())
        return;
    if (left_ns >= 0 && !asks)
        snprintf(last, sizeof last, ", %sin about %" PRId64 ":%02" PRId64,
                 running_count > 1 ? "the last " : "", left_s / 60, left_s % 60);
    if (running->console_on)
        console_wipe_progress(&running->console);
    complain(RUN_CONFORMS, "%s: %zu case%s under way end%s first%s; %s ends all at once, without a report",
             terminated ? "terminated" : "interrupted", running_count, running_count == 1 ? "" : "s",
             running_count == 1 ? "s" : "", last, terminated ? "a second signal" : "Ctrl-C again");
}

/* Keeps the first reason why the run can't go on. */
static void fail(struct running *running, const struct reason *reason)
{
    pthread_mutex_lock(&running->mutex);
    if (!running->failure.text[0])
        running->failure = *reason;
    pthread_mutex_unlock(&running->mutex);
    running->failed = true;
}
