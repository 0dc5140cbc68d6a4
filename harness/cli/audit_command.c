/* `vmacheck audit`: captures instead of a device. */
#include <stdlib.h>
#include <string.h>

#include "audit/audit.h"
#include "cli/commands.h"
#include "cli/device_option.h"
#include "output/audit_annotate.h"
#include "output/audit_report.h"
#include "output/console.h"

#define BATCH_COUNT 256 /* records at a time */

/* An audit under way. */
struct auditing {
    const struct arguments *arguments;
    struct audit *audit;
    struct capture_input **inputs; /* open ones: what is judged may lie in them to the end */
    size_t input_count;
    struct reason error; /* the file that could not be read to its end; empty: none */
};

static int audit_with(const struct arguments *arguments, const struct device_file *file);
static bool read_file(struct auditing *auditing, const char *path);
static int report(struct auditing *auditing);

int audit_command(const struct arguments *arguments)
{
    struct mistakes *mistakes = calloc(1, sizeof *mistakes);
    if (!mistakes)
        abort();
    struct device_file *file = NULL;
    int code;
    if (arguments->word_count == 0)
        code = complain(RUN_USAGE, "audit needs a capture, or - for the standard input");
    else if (arguments->annotate && arguments->word_count > 1)
        code = complain(RUN_USAGE, "--annotate writes one file: audit one capture at a time");
    else if (arguments->annotate && strcmp(arguments->words[0], "-") == 0)
        code = complain(RUN_USAGE, "--annotate reads the capture twice: give it a file instead of -");
    else if (arguments->pixit_file && !(file = device_file_read(arguments->pixit_file, mistakes)))
        code = complain_of_mistakes(arguments->pixit_file, mistakes);
    else
        code = audit_with(arguments, file);
    device_file_free(file);
    free(mistakes);
    return code;
}

static int audit_with(const struct arguments *arguments, const struct device_file *file)
{
    struct audit_options options = {.pixit = pixit_in_force(arguments, file),
                                    .station = arguments->station,
                                    .threaded = arguments->jobs > 1,
                                    .complete = arguments->complete,
                                    .strict = arguments->strict};
    struct auditing auditing = {.arguments = arguments, .error = {""}};
    if (!claimed_scope(&arguments->scope, file, &options.claims, &auditing.error))
        return complain(RUN_USAGE, "%s", auditing.error.text);
    options.tolerance_ms = options.pixit.choice[PIXIT_TIME_TOLERANCE_MS];
    options.tolerance_percent = options.pixit.choice[PIXIT_TIME_TOLERANCE_PERCENT];
    auditing.audit = audit_new(&options);
    auditing.inputs = calloc(arguments->word_count, sizeof *auditing.inputs);
    if (!auditing.inputs)
        abort();
    for (size_t i = 0; i < arguments->word_count; i++) {
        if (i > 0)
            audit_next_file(auditing.audit);
        if (!read_file(&auditing, arguments->words[i]))
            break;
    }
    audit_finish(auditing.audit);
    int code = report(&auditing);
    audit_free(auditing.audit);
    for (size_t i = 0; i < auditing.input_count; i++)
        capture_input_close(auditing.inputs[i]);
    free(auditing.inputs);
    return code;
}

/* False when the file can't be read to its end. */
static bool read_file(struct auditing *auditing, const char *path)
{
    struct capture_record records[BATCH_COUNT];
    struct capture_input *input = capture_input_open(path, &auditing->error);
    if (!input)
        return false;
    auditing->inputs[auditing->input_count++] = input;
    size_t count;
    while ((count = capture_input_batch(input, records, BATCH_COUNT)) > 0)
        audit_records(auditing->audit, input, records, count);
    const struct reason *error = capture_input_error(input);
    if (error)
        auditing->error = *error;
    return !error;
}

static int report(struct auditing *auditing)
{
    const struct arguments *arguments = auditing->arguments;
    bool failed = auditing->error.text[0];
    struct audit_files files = {.names = arguments->words,
                                .count = arguments->word_count,
                                .error = failed ? auditing->error.text : NULL};
    struct reason reason = {""};
    if (failed && audit_frame_count(auditing->audit) == 0)
        return complain(RUN_USAGE, "%s", auditing->error.text);
    size_t counts[VERDICT_COUNT] = {0};
    counts[audit_verdict(auditing->audit, &reason)] = 1;
    int code = (int)run_exit_of(counts);
    if (arguments->json) {
        code = print_json(audit_json(auditing->audit, &files), code);
    } else {
        struct audit_print print = {.quiet = arguments->quiet, .colour = console_settings_for(stdout).colour};
        audit_print_text(stdout, auditing->audit, &files, &print);
        code = output_end(code);
    }
    if (arguments->annotate &&
        !audit_annotate(auditing->audit, arguments->words[0], arguments->annotate, &reason))
        return complain(RUN_USAGE, "%s", reason.text);
    return failed ? complain(RUN_USAGE, "%s", auditing->error.text) : code;
}
