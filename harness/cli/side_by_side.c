#include "cli/side_by_side.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "cli/commands.h"
#include "cli/labs.h"
#include "cli/processors.h"

/* Descriptors that the harness itself needs, and each case: clock, capture, device (up to six for
 * each of two ports), its control. */
#define DESCRIPTORS_OF_RUN  64u
#define DESCRIPTORS_OF_CASE 24u

/* A rehearsal on the built-in device. */
struct rehearsal {
    const struct lab *lab; /* the one of the run: what it can't do does not run */
    int64_t *durations_ns; /* by index */
};

struct place_in_order {
    size_t index;
    int64_t duration_ns;
};

static unsigned usual_jobs(const struct arguments *arguments, const struct run_options *options,
                           const struct lab *lab);
static unsigned device_count(const struct device_file *file, const struct lab *lab);
static bool make_room(const struct arguments *arguments, struct side_by_side *plan, struct reason *reason);
static bool rehearse(const struct lab *lab, const struct case_instance *instances, size_t count,
                     const struct run_options *options, int64_t *durations_ns, struct reason *reason);
static struct lab *open_built_in(void *context, struct reason *reason);
static void *note_duration(void *context, size_t index, const struct case_result *result);
static bool stop(void *context);
static void put_in_order(struct side_by_side *plan, const int64_t *durations_ns, size_t count);
static int longest_first(const void *a, const void *b);
static int64_t elapsed_ns(const struct side_by_side *plan, const int64_t *durations_ns, size_t count);

bool side_by_side_plan(const struct arguments *arguments, const struct device_file *file,
                       const struct lab *lab, const struct case_instance *instances, size_t count,
                       const struct run_options *options, struct side_by_side *plan, struct reason *reason)
{
    unsigned most = device_count(file, lab);
    *plan = (struct side_by_side){.jobs = usual_jobs(arguments, options, lab)};
    if (lab->instances && options->profile && options->profile->values.vrid_given) {
        unsigned needed = lab->capabilities & CAPABILITY_SEVERAL_VRIDS ? PROFILE_VRIDS_OF_A_CASE : 1;
        unsigned shares = profile_vrid_count(options->profile) / needed;
        most = shares < most ? shares : most;
        plan->vrid_shares = most > 1 ? most : 0; /* not by `jobs`: what is drawn must not depend on them */
    }
    plan->jobs = plan->jobs < most ? plan->jobs : most;
    plan->jobs = plan->jobs < count ? plan->jobs : (unsigned)count;
    plan->jobs = plan->jobs ? plan->jobs : 1;
    if (!make_room(arguments, plan, reason))
        return false;
    if (!options->wall_clock || !count)
        return true;
    plan->durations_ns = calloc(count, sizeof *plan->durations_ns);
    if (!plan->durations_ns)
        abort();
    if (!rehearse(lab, instances, count, options, plan->durations_ns, reason))
        return false;
    put_in_order(plan, plan->durations_ns, count);
    plan->expected_ns = elapsed_ns(plan, plan->durations_ns, count);
    return true;
}

void side_by_side_free(struct side_by_side *plan)
{
    free(plan->order);
    free(plan->durations_ns);
}

/* In virtual time nothing waits: processes are asked as fast as they answer, one that is several devices too.
 */
static unsigned usual_jobs(const struct arguments *arguments, const struct run_options *options,
                           const struct lab *lab)
{
    if (arguments->jobs_given)
        return arguments->jobs;
    if (options->wall_clock)
        return SIDE_BY_SIDE_DEFAULT;
    return lab->instances ? 1 : arguments->jobs;
}

/* How many devices there can be. */
static unsigned device_count(const struct device_file *file, const struct lab *lab)
{
    unsigned count = lab->instances ? lab->instances : UINT32_MAX;
    if (file && file->port_count && file->instances < count)
        count = file->instances;
    for (size_t i = 0; file && i < file->router_count; i++)
        if (file->router_files[i]->port_count && file->router_files[i]->instances < count)
            count = file->router_files[i]->instances;
    return count;
}

/* Fewer side by side than usual are no fault, fewer than asked for are. */
static bool make_room(const struct arguments *arguments, struct side_by_side *plan, struct reason *reason)
{
    struct rlimit limit;
    rlim_t needed = DESCRIPTORS_OF_RUN + (rlim_t)plan->jobs * DESCRIPTORS_OF_CASE;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= needed)
        return true;
    limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max >= needed ? needed : limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= needed)
        return true;
    rlim_t spare = limit.rlim_cur > DESCRIPTORS_OF_RUN ? limit.rlim_cur - DESCRIPTORS_OF_RUN : 0;
    unsigned fit = (unsigned)(spare / DESCRIPTORS_OF_CASE);
    if (arguments->jobs_given && plan->jobs > 1)
        return reason_set(reason,
                          "--jobs %u needs %llu open files, and the system allows %llu (ulimit -Hn); raise "
                          "that, or use --jobs %u",
                          plan->jobs, (unsigned long long)needed, (unsigned long long)limit.rlim_cur,
                          fit ? fit : 1);
    plan->jobs = fit ? fit : 1;
    return true;
}

/* Runs all of it in virtual time on the built-in device. */
static bool rehearse(const struct lab *lab, const struct case_instance *instances, size_t count,
                     const struct run_options *options, int64_t *durations_ns, struct reason *reason)
{
    struct rehearsal rehearsal = {lab, durations_ns};
    struct run_callbacks callbacks = {
        .open_lab = open_built_in, .render = note_duration, .stop = stop, .context = &rehearsal};
    struct run_options virtual = {
        .seed = options->seed, .pixit = options->pixit, .profile = options->profile};
    struct processors processors = processors_of_thread();
    size_t counts[VERDICT_COUNT];
    return run_instances(instances, count, &virtual, processors_count(&processors), &callbacks, counts,
                         reason);
}

static struct lab *open_built_in(void *context, struct reason *reason)
{
    const struct rehearsal *rehearsal = context;
    struct lab *lab = lab_open("reference", reason);
    if (!lab)
        return NULL;
    const struct scope *claims = &rehearsal->lab->claims;
    lab->capabilities &= rehearsal->lab->capabilities;
    lab->claims = (struct scope){.roles = lab->claims.roles & claims->roles,
                                 .schemes = lab->claims.schemes & claims->schemes,
                                 .lane = lab->claims.lane & claims->lane,
                                 .media = lab->claims.media & claims->media};
    return lab;
}

static void *note_duration(void *context, size_t index, const struct case_result *result)
{
    ((struct rehearsal *)context)->durations_ns[index] = result->end_ns;
    return NULL;
}

static bool stop(void *context)
{
    (void)context;
    return signals_seen() != 0;
}

static void put_in_order(struct side_by_side *plan, const int64_t *durations_ns, size_t count)
{
    struct place_in_order *places = calloc(count, sizeof *places);
    plan->order = calloc(count, sizeof *plan->order);
    if (!places || !plan->order)
        abort();
    for (size_t i = 0; i < count; i++)
        places[i] = (struct place_in_order){i, durations_ns[i]};
    qsort(places, count, sizeof *places, longest_first);
    for (size_t i = 0; i < count; i++)
        plan->order[i] = places[i].index;
    free(places);
}

static int longest_first(const void *a, const void *b)
{
    const struct place_in_order *one = a;
    const struct place_in_order *other = b;
    if (one->duration_ns != other->duration_ns)
        return one->duration_ns > other->duration_ns ? -1 : 1;
    return one->index < other->index ? -1 : 1;
}

/* Each instance goes to who is free first. That those of equal VRIDs don't run at once is left out. */
static int64_t elapsed_ns(const struct side_by_side *plan, const int64_t *durations_ns, size_t count)
{
    int64_t *busy_ns = calloc(plan->jobs, sizeof *busy_ns);
    int64_t end_ns = 0;
    if (!busy_ns)
        abort();
    for (size_t i = 0; i < count; i++) {
        size_t worker = 0;
        for (size_t j = 1; j < plan->jobs; j++)
            if (busy_ns[j] < busy_ns[worker])
                worker = j;
        busy_ns[worker] += durations_ns[plan->order[i]];
        if (busy_ns[worker] > end_ns)
            end_ns = busy_ns[worker];
    }
    free(busy_ns);
    return end_ns;
}
