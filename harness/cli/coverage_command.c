/* `vmacheck coverage`: which cells of the state x event table the suite visits. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/labs.h"
#include "output/json_parts.h"
#include "suite/selection.h"

/* One scheme, version and medium. */
struct corner {
    enum scheme scheme;
    enum lane_version lane;
    enum medium medium;
};

static const struct corner corners[] = {
    {SCHEME_NON_PROXY, LANE_V1, MEDIUM_ETHERNET},   {SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET},
    {SCHEME_PROXY, LANE_V1, MEDIUM_ETHERNET},       {SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET},
    {SCHEME_NON_PROXY, LANE_V1, MEDIUM_TOKEN_RING}, {SCHEME_NON_PROXY, LANE_V2, MEDIUM_TOKEN_RING},
    {SCHEME_PROXY, LANE_V1, MEDIUM_TOKEN_RING},     {SCHEME_PROXY, LANE_V2, MEDIUM_TOKEN_RING},
};
/* So many cells left out are named one by one. */
#define GAP_LINES    20
#define CORNER_COUNT (sizeof corners / sizeof *corners)

/* How far one cell is covered. */
struct cell_count {
    size_t needed;  /* corners in which it can be visited */
    size_t visited; /* of them */
};

static enum run_exit run_suite(const struct arguments *arguments, struct state_coverage *coverage,
                               struct reason *reason);
static struct lab *open_lab(void *context, struct reason *reason);
static bool stop(void *context);
static const char *column_title(enum router_state state);
static struct cell_count count_cell(const struct state_coverage *coverage, enum router_state state,
                                    enum router_event event);
static size_t print_table(const struct state_coverage *coverage);
static size_t print_gaps(const struct state_coverage *coverage);
static json_t *coverage_json(const struct state_coverage *coverage, size_t *gaps);

int coverage_command(const struct arguments *arguments)
{
    struct reason reason = {""};
    struct state_coverage *coverage = state_coverage_new();
    signals_listen();
    int code = (int)run_suite(arguments, coverage, &reason);
    if (code) {
        complain(code, "%s", reason.text);
    } else if (signals_seen()) {
        code = EXIT_SIGNAL_BASE + signals_seen();
    } else if (arguments->json) {
        size_t gaps;
        json_t *json = coverage_json(coverage, &gaps);
        code = print_json(json, gaps ? RUN_FAILED : RUN_CONFORMS);
    } else {
        size_t cells = print_table(coverage);
        size_t gaps = print_gaps(coverage);
        printf("\n%zu cells of state, event, scheme, LANE version and medium can be visited; %zu are not\n",
               cells, gaps);
        code = output_end(gaps ? RUN_FAILED : RUN_CONFORMS);
    }
    state_coverage_free(coverage);
    return code;
}

static enum run_exit run_suite(const struct arguments *arguments, struct state_coverage *coverage,
                               struct reason *reason)
{
    struct selection selection = selection_of(arguments);
    selection.scope.roles = ROLE_ROUTER;
    struct case_instance *instances;
    size_t count;
    if (!select_instances(&selection, &instances, &count, reason))
        return RUN_USAGE;
    struct run_options options = {.seed = arguments->seed, .pixit = pixit_default(), .coverage = coverage};
    struct run_callbacks callbacks = {.open_lab = open_lab, .stop = stop};
    size_t counts[VERDICT_COUNT];
    bool good = run_instances(instances, count, &options, arguments->jobs, &callbacks, counts, reason);
    free(instances);
    return good ? RUN_CONFORMS : RUN_HARNESS_ERROR;
}

static struct lab *open_lab(void *context, struct reason *reason)
{
    (void)context;
    return lab_open("reference", reason);
}

static bool stop(void *context)
{
    (void)context;
    return signals_seen() != 0;
}

static size_t visits(const struct state_coverage *coverage, enum router_state state, enum router_event event,
                     const struct corner *corner)
{
    return state_coverage_visits(coverage, state, event, corner->scheme, corner->lane, corner->medium);
}

static const char *impossible(enum router_state state, enum router_event event, const struct corner *corner)
{
    return state_cell_impossible(state, event, corner->scheme, corner->lane, corner->medium);
}

static struct cell_count count_cell(const struct state_coverage *coverage, enum router_state state,
                                    enum router_event event)
{
    struct cell_count count = {0};
    for (size_t i = 0; i < CORNER_COUNT; i++) {
        if (impossible(state, event, &corners[i]))
            continue;
        count.needed++;
        count.visited += visits(coverage, state, event, &corners[i]) > 0;
    }
    return count;
}

/* "np-pending" for "Master/np-pending". */
static const char *column_title(enum router_state state)
{
    const char *name = router_state_name(state);
    const char *slash = strchr(name, '/');
    return slash ? slash + 1 : name;
}

/* Per cell how many of its schemes, versions and media were visited. Returns how many there are in all. */
static size_t print_table(const struct state_coverage *coverage)
{
    size_t cells = 0;
    printf("%-30s", "");
    for (size_t state = 0; state < ROUTER_STATE_COUNT; state++)
        printf(" %-13s", column_title((enum router_state)state));
    putchar('\n');
    for (size_t event = 0; event < ROUTER_EVENT_COUNT; event++) {
        printf("%-30s", router_event_name((enum router_event)event));
        for (size_t state = 0; state < ROUTER_STATE_COUNT; state++) {
            struct cell_count count =
                count_cell(coverage, (enum router_state)state, (enum router_event)event);
            char text[32] = "-";
            if (count.needed)
                snprintf(text, sizeof text, "%zu/%zu%s", count.visited, count.needed,
                         count.visited < count.needed ? " GAP" : "");
            printf(" %-13s", text);
            cells += count.needed;
        }
        putchar('\n');
    }
    return cells;
}

static size_t print_gaps(const struct state_coverage *coverage)
{
    size_t gaps = 0;
    for (size_t state = 0; state < ROUTER_STATE_COUNT; state++)
        for (size_t event = 0; event < ROUTER_EVENT_COUNT; event++)
            for (size_t i = 0; i < CORNER_COUNT; i++) {
                const struct corner *corner = &corners[i];
                if (impossible((enum router_state)state, (enum router_event)event, corner) ||
                    visits(coverage, (enum router_state)state, (enum router_event)event, corner))
                    continue;
                if (gaps >= GAP_LINES) {
                    gaps++;
                    continue;
                }
                printf("%sno case visits %s, %s in %s, %s, %s\n", gaps++ ? "" : "\n",
                       router_state_name((enum router_state)state),
                       router_event_name((enum router_event)event), scheme_name(corner->scheme),
                       lane_name(corner->lane), medium_name(corner->medium));
            }
    if (gaps > GAP_LINES)
        printf("and %zu more; --json lists all\n", gaps - GAP_LINES);
    return gaps;
}

static json_t *coverage_json(const struct state_coverage *coverage, size_t *gaps)
{
    json_t *cells = json_array();
    *gaps = 0;
    for (size_t state = 0; state < ROUTER_STATE_COUNT; state++)
        for (size_t event = 0; event < ROUTER_EVENT_COUNT; event++)
            for (size_t i = 0; i < CORNER_COUNT; i++) {
                const struct corner *corner = &corners[i];
                const char *reason = impossible((enum router_state)state, (enum router_event)event, corner);
                size_t count = visits(coverage, (enum router_state)state, (enum router_event)event, corner);
                *gaps += !reason && !count;
                json_t *cell = json_object();
                json_put(cell, "state", json_text(router_state_name((enum router_state)state)));
                json_put(cell, "event", json_text(router_event_name((enum router_event)event)));
                json_put(cell, "scheme", json_text(scheme_name(corner->scheme)));
                json_put(cell, "lane", json_text(lane_name(corner->lane)));
                json_put(cell, "media", json_text(medium_name(corner->medium)));
                json_put(cell, "instances", json_integer((json_int_t)count));
                json_put(cell, "impossible", reason ? json_text(reason) : json_null());
                json_array_append_new(cells, cell);
            }
    return cells;
}
