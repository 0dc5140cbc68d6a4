/* Many instances in threads: workers take the next instance, results are handed on in canonical order. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/duration.h"
#include "base/system_time.h"
#include "scene/device_fitness.h"
#include "suite/run.h"

#define STACK_SIZE           ((size_t)1 << 20) /* octets; there may be hundreds of threads */
#define PROGRESS_INTERVAL_NS MILLISECONDS(500)
#define STARTS_APART_NS      MILLISECONDS(3) /* wall clock: so that equal cases don't do all at once */

struct crew {
    const struct case_instance *instances;
    size_t count;
    const struct run_options *options;
    const struct run_callbacks *callbacks;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* a lab was opened, a worker has gone */
    unsigned thread_count;  /* workers besides the calling thread */
    unsigned worker_count;  /* 0 while they are started */
    unsigned looked;        /* workers that opened a lab, or tried to */
    unsigned gone;          /* workers that have nothing more to do */
    size_t next;            /* in the order of starting: all before it were taken */
    bool *taken;            /* in this order */
    unsigned *shares;       /* of VRIDs, by instance; NULL: not dealt */
    bool *in_use;           /* shares */
    size_t next_emit;       /* instance whose turn it is */
    size_t running;
    size_t finished;
    void **rendered; /* what waits for its turn */
    bool *done;
    int64_t *started_ns; /* by instance, of the monotonic clock; 0: it does not run */
    bool stop_told;
    size_t *counts;
    size_t labs;      /* workers that have a lab */
    size_t busy;      /* of these, how many still take instances */
    int64_t ready_ns; /* of the monotonic clock: all of them had one */
    struct reason reason;
};

struct worker {
    struct crew *crew;
    pthread_t thread;
    unsigned number; /* from 0 */
};

static void begin(struct crew *crew);
static void start_workers(struct crew *crew, struct worker *workers, unsigned jobs, bool watches);
static void watch(struct crew *crew);
static void tell_stop(struct crew *crew);
static bool wait_until(struct crew *crew, int64_t time_ns);
static void *work(void *context);
static struct lab *open_lab(const struct worker *worker);
static void run_all(struct worker *worker, struct lab *lab);
static bool leaves_the_rest_to_others(struct crew *crew);
static void deal_vrids(struct crew *crew);
static bool take(struct crew *crew, size_t *index);
static size_t first_that_can_start(const struct crew *crew);
static bool is_over(struct crew *crew);
static size_t at_place(const struct crew *crew, size_t place);
static void hand_on(struct crew *crew, size_t index, void *rendered, enum verdict verdict);
static void emit(struct crew *crew, size_t index);
static void show(const struct crew *crew);

bool run_instances(const struct case_instance *instances, size_t count, const struct run_options *options,
                   unsigned jobs, const struct run_callbacks *callbacks, size_t counts[static VERDICT_COUNT],
                   struct reason *reason)
{
    struct crew crew = {.instances = instances,
                        .count = count,
                        .options = options,
                        .callbacks = callbacks,
                        .rendered = calloc(count + 1, sizeof(void *)),
                        .taken = calloc(count + 1, sizeof(bool)),
                        .done = calloc(count + 1, sizeof(bool)),
                        .started_ns = calloc(count + 1, sizeof(int64_t)),
                        .counts = counts};
    if (jobs > count)
        jobs = (unsigned)count;
    struct worker *workers = calloc(jobs + 1, sizeof *workers);
    if (!crew.rendered || !crew.taken || !crew.done || !crew.started_ns || !workers)
        abort();
    if (options->vrid_shares && options->profile)
        deal_vrids(&crew);
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        counts[i] = 0;
    begin(&crew);
    bool watches = callbacks->progress || callbacks->stopped; /* else this thread works as well */
    start_workers(&crew, workers, jobs, watches);
    if (watches && crew.thread_count)
        watch(&crew);
    else
        work(&workers[crew.thread_count]);
    for (unsigned i = 0; i < crew.thread_count; i++)
        pthread_join(workers[i].thread, NULL);
    for (; crew.next_emit < count; crew.next_emit++) /* stopped: beyond those that never ran */
        if (crew.done[crew.next_emit])
            emit(&crew, crew.next_emit);
    pthread_mutex_destroy(&crew.lock);
    pthread_cond_destroy(&crew.changed);
    free(workers);
    free(crew.rendered);
    free(crew.taken);
    free(crew.done);
    free(crew.started_ns);
    free(crew.shares);
    free(crew.in_use);
    if (!crew.labs)
        return reason_set(reason, "%s", crew.reason.text);
    return true;
}

enum run_exit run_exit_of(const size_t counts[static VERDICT_COUNT])
{
    if (counts[VERDICT_ERROR])
        return RUN_HARNESS_ERROR;
    if (counts[VERDICT_FAIL])
        return RUN_FAILED;
    if (counts[VERDICT_INCONCLUSIVE] || !counts[VERDICT_PASS])
        return RUN_INCONCLUSIVE;
    return RUN_CONFORMS;
}

static void begin(struct crew *crew)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

/* One worker is the calling thread, unless it 'watches'. */
static void start_workers(struct crew *crew, struct worker *workers, unsigned jobs, bool watches)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    unsigned wanted = watches || !jobs ? jobs : jobs - 1;
    int error = 0;
    for (unsigned i = 0; i <= jobs; i++)
        workers[i] = (struct worker){.crew = crew, .number = i};
    while (crew->thread_count < wanted && !error) {
        struct worker *worker = &workers[crew->thread_count];
        error = pthread_create(&worker->thread, &attributes, work, worker);
        crew->thread_count += !error;
    }
    pthread_attr_destroy(&attributes);
    pthread_mutex_lock(&crew->lock);
    if (error)
        reason_set(&crew->reason, "no more than %u threads: %s", crew->thread_count, strerror(error));
    crew->worker_count = crew->thread_count + (watches && crew->thread_count ? 0 : 1);
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

/* Shows how far the others are until they have gone. */
static void watch(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    while (crew->gone < crew->worker_count) {
        if (wait_until(crew, monotonic_ns() + PROGRESS_INTERVAL_NS))
            show(crew);
        tell_stop(crew);
    }
    pthread_mutex_unlock(&crew->lock);
}

static void tell_stop(struct crew *crew)
{
    const struct run_callbacks *callbacks = crew->callbacks;
    int64_t left_ns = crew->options->durations_ns ? 0 : -1;
    int64_t now_ns = monotonic_ns();
    if (crew->stop_told || !crew->running || !callbacks->stopped || !callbacks->stop ||
        !callbacks->stop(callbacks->context))
        return;
    for (size_t i = 0; i < crew->count && crew->options->durations_ns; i++) {
        int64_t end_ns = crew->started_ns[i] + crew->options->durations_ns[i];
        if (crew->started_ns[i] && end_ns - now_ns > left_ns)
            left_ns = end_ns - now_ns;
    }
    callbacks->stopped(callbacks->context, crew->running, left_ns);
    crew->stop_told = true;
}

/* Waits with the lock until something changes, or until a time of the monotonic clock: true. */
static bool wait_until(struct crew *crew, int64_t time_ns)
{
    struct timespec until = {.tv_sec = time_ns / NS_PER_S, .tv_nsec = time_ns % NS_PER_S};
    return pthread_cond_timedwait(&crew->changed, &crew->lock, &until) == ETIMEDOUT;
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct crew *crew = worker->crew;
    struct lab *lab = open_lab(worker);
    if (lab)
        run_all(worker, lab);
    lab_close(lab);
    pthread_mutex_lock(&crew->lock);
    crew->gone++;
    pthread_cond_broadcast(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

/* Where cases wait for real time, opening labs would make those late that run already. NULL when there is
 * none. */
static struct lab *open_lab(const struct worker *worker)
{
    struct crew *crew = worker->crew;
    struct reason reason = {""};
    struct lab *lab = crew->callbacks->open_lab(crew->callbacks->context, &reason);
    pthread_mutex_lock(&crew->lock);
    if (lab) {
        crew->labs++;
        crew->busy++;
    } else {
        crew->reason = reason;
    }
    crew->looked++;
    pthread_cond_broadcast(&crew->changed);
    while (crew->options->wall_clock && (!crew->worker_count || crew->looked < crew->worker_count))
        pthread_cond_wait(&crew->changed, &crew->lock);
    if (!crew->ready_ns)
        crew->ready_ns = monotonic_ns();
    int64_t start_ns = crew->ready_ns + (int64_t)worker->number * STARTS_APART_NS;
    while (crew->options->wall_clock && !wait_until(crew, start_ns))
        continue;
    pthread_mutex_unlock(&crew->lock);
    return lab;
}

static void run_all(struct worker *worker, struct lab *lab)
{
    struct crew *crew = worker->crew;
    struct arena *arena = arena_new();
    struct run_options options = *crew->options;
    struct device_profile share;
    options.sites = crew->options->sites ? site_log_new() : NULL;
    for (size_t index; take(crew, &index);) {
        struct case_result result;
        if (crew->shares) {
            share = profile_share(crew->options->profile, crew->shares[index], options.vrid_shares);
            options.profile = &share;
        }
        run_instance(&crew->instances[index], lab, &options, arena, &result);
        void *rendered = crew->callbacks->render
                             ? crew->callbacks->render(crew->callbacks->context, index, &result)
                             : NULL;
        hand_on(crew, index, rendered, result.verdict);
        arena_clear(arena);
        if (!device_is_of_use(lab) && leaves_the_rest_to_others(crew))
            break;
    }
    pthread_mutex_lock(&crew->lock);
    if (options.sites)
        site_log_add(crew->options->sites, options.sites);
    pthread_mutex_unlock(&crew->lock);
    site_log_free(options.sites);
    arena_free(arena);
}

/* With a device that is unfit for good cases end in no time: it would take them all away from the others. */
static bool leaves_the_rest_to_others(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    bool leaves = crew->busy > 1;
    crew->busy -= leaves;
    pthread_mutex_unlock(&crew->lock);
    return leaves;
}

/* By the instance and the seed alone. */
static void deal_vrids(struct crew *crew)
{
    unsigned count = crew->options->vrid_shares;
    crew->shares = calloc(crew->count + 1, sizeof *crew->shares);
    crew->in_use = calloc(count, sizeof *crew->in_use);
    if (!crew->shares || !crew->in_use)
        abort();
    for (size_t i = 0; i < crew->count; i++) {
        char name[INSTANCE_TEXT_SIZE];
        char label[INSTANCE_TEXT_SIZE + 16];
        snprintf(label, sizeof label, "VRIDs of %s", instance_text(&crew->instances[i], name));
        struct random random = random_stream(crew->options->seed, label);
        crew->shares[i] = (unsigned)random_between(&random, 0, (int64_t)count - 1);
    }
}

/* Waits while all that are left have VRIDs of those that run. False when there is nothing more to do. */
static bool take(struct crew *crew, size_t *index)
{
    pthread_mutex_lock(&crew->lock);
    size_t place;
    bool over;
    while (!(over = is_over(crew)) && (place = first_that_can_start(crew)) == crew->count)
        pthread_cond_wait(&crew->changed, &crew->lock);
    if (!over) {
        *index = at_place(crew, place);
        crew->taken[place] = true;
        while (crew->taken[crew->next])
            crew->next++;
        if (crew->shares)
            crew->in_use[crew->shares[*index]] = true;
        crew->running++;
        crew->started_ns[*index] = monotonic_ns();
        show(crew);
    }
    pthread_mutex_unlock(&crew->lock);
    return !over;
}

/* In the order of starting; `count` if none. */
static size_t first_that_can_start(const struct crew *crew)
{
    size_t place = crew->next;
    while (place < crew->count &&
           (crew->taken[place] || (crew->shares && crew->in_use[crew->shares[at_place(crew, place)]])))
        place++;
    return place;
}

static bool is_over(struct crew *crew)
{
    return crew->next == crew->count ||
           (crew->callbacks->stop && crew->callbacks->stop(crew->callbacks->context));
}

/* The instance at a place in the order of starting. */
static size_t at_place(const struct crew *crew, size_t place)
{
    return crew->options->order ? crew->options->order[place] : place;
}

static void hand_on(struct crew *crew, size_t index, void *rendered, enum verdict verdict)
{
    pthread_mutex_lock(&crew->lock);
    crew->running--;
    crew->started_ns[index] = 0;
    crew->finished++;
    crew->counts[verdict]++;
    crew->rendered[index] = rendered;
    crew->done[index] = true;
    if (crew->shares) {
        crew->in_use[crew->shares[index]] = false;
        pthread_cond_broadcast(&crew->changed);
    }
    for (; crew->next_emit < crew->count && crew->done[crew->next_emit]; crew->next_emit++)
        emit(crew, crew->next_emit);
    show(crew);
    pthread_mutex_unlock(&crew->lock);
}

static void emit(struct crew *crew, size_t index)
{
    if (crew->callbacks->emit)
        crew->callbacks->emit(crew->callbacks->context, index, crew->rendered[index]);
}

static void show(const struct crew *crew)
{
    if (crew->callbacks->progress)
        crew->callbacks->progress(crew->callbacks->context, crew->finished, crew->running);
}
