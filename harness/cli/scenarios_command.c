/* `vmacheck scenarios`: what traffic loses while the virtual router moves. */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/labs.h"
#include "output/scenario_table.h"

#define SCENARIOS "failover/" /* the topic whose cases measure */

struct measuring {
    const struct arguments *arguments;
    struct scenario_row **rows; /* in canonical order */
    size_t count;
};

static struct lab *open_lab(void *context, struct reason *reason);
static void *render(void *context, size_t index, const struct case_result *result);
static void emit(void *context, size_t index, void *rendered);
static bool stop(void *context);
static bool has_measurements(const struct measuring *measuring);
static int report(const struct measuring *measuring, const size_t counts[static VERDICT_COUNT]);

int scenarios_command(const struct arguments *arguments)
{
    static const char *const all[] = {SCENARIOS};
    struct measuring measuring = {.arguments = arguments};
    struct selection selection = selection_of(arguments);
    if (selection.selector_count == 0) {
        selection.selectors = all;
        selection.selector_count = 1;
    }
    struct case_instance *instances;
    size_t count;
    struct reason reason = {""};
    if (!select_instances(&selection, &instances, &count, &reason))
        return complain(RUN_USAGE, "%s", reason.text);
    measuring.rows = calloc(count + 1, sizeof(struct scenario_row *));
    if (!measuring.rows)
        abort();
    struct run_options options = {.seed = arguments->seed, .pixit = pixit_default()};
    struct run_callbacks callbacks = {
        .open_lab = open_lab, .render = render, .emit = emit, .stop = stop, .context = &measuring};
    size_t counts[VERDICT_COUNT];
    signals_listen();
    int code;
    if (!run_instances(instances, count, &options, arguments->jobs, &callbacks, counts, &reason))
        code = complain(RUN_USAGE, "%s", reason.text);
    else if (signals_seen())
        code = EXIT_SIGNAL_BASE + signals_seen();
    else
        code = report(&measuring, counts);
    for (size_t i = 0; i < measuring.count; i++)
        scenario_row_free(measuring.rows[i]);
    free(measuring.rows);
    free(instances);
    return code;
}

static struct lab *open_lab(void *context, struct reason *reason)
{
    const struct measuring *measuring = context;
    return lab_open(measuring->arguments->device, reason);
}

static void *render(void *context, size_t index, const struct case_result *result)
{
    (void)context;
    (void)index;
    return scenario_row_new(result);
}

static void emit(void *context, size_t index, void *rendered)
{
    struct measuring *measuring = context;
    (void)index;
    measuring->rows[measuring->count++] = rendered;
}

static bool stop(void *context)
{
    (void)context;
    return signals_seen() != 0;
}

static bool has_measurements(const struct measuring *measuring)
{
    for (size_t i = 0; i < measuring->count; i++)
        if (measuring->rows[i]->count)
            return true;
    return false;
}

static int report(const struct measuring *measuring, const size_t counts[static VERDICT_COUNT])
{
    const struct arguments *arguments = measuring->arguments;
    int code = (int)run_exit_of(counts);
    if (!has_measurements(measuring))
        return complain(code ? code : RUN_USAGE,
                        "none of the selected cases measured traffic; those of " SCENARIOS " do");
    if (arguments->json)
        return print_json(scenario_table_json(measuring->rows, measuring->count), code);
    scenario_table_print(stdout, measuring->rows, measuring->count,
                         arguments->markdown ? SCENARIO_MARKDOWN : SCENARIO_TEXT);
    return output_end(code);
}
