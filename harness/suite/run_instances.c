/* Many instances in threads: workers take the next instance, results are handed on in canonical order. */
#include <pthread.h>
#include <stdlib.h>

#include "suite/run.h"

struct crew {
    const struct case_instance *instances;
    size_t count;
    const struct run_options *options;
    const struct run_callbacks *callbacks;
    pthread_mutex_t lock;
    size_t next;      /* instance to be taken */
    size_t next_emit; /* instance whose turn it is */
    void **rendered;  /* what waits for its turn */
    bool *done;
    size_t *counts;
    size_t labs; /* workers that have a lab */
    struct reason reason;
};

static void *work(void *context);
static bool take(struct crew *crew, size_t *index);
static void hand_on(struct crew *crew, size_t index, void *rendered, enum verdict verdict);

bool run_instances(const struct case_instance *instances, size_t count, const struct run_options *options,
                   unsigned jobs, const struct run_callbacks *callbacks, size_t counts[static VERDICT_COUNT],
                   struct reason *reason)
{
    struct crew crew = {.instances = instances,
                        .count = count,
                        .options = options,
                        .callbacks = callbacks,
                        .rendered = calloc(count + 1, sizeof(void *)),
                        .done = calloc(count + 1, sizeof(bool)),
                        .counts = counts};
    if (jobs > count)
        jobs = (unsigned)count;
    pthread_t *threads = calloc(jobs + 1, sizeof *threads);
    if (!crew.rendered || !crew.done || !threads)
        abort();
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        counts[i] = 0;
    pthread_mutex_init(&crew.lock, NULL);
    unsigned started = 0;
    while (started + 1 < jobs && pthread_create(&threads[started], NULL, work, &crew) == 0)
        started++;
    work(&crew);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&crew.lock);
    free(threads);
    free(crew.rendered);
    free(crew.done);
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

static void *work(void *context)
{
    struct crew *crew = context;
    struct reason reason = {""};
    struct lab *lab = crew->callbacks->open_lab(crew->callbacks->context, &reason);
    pthread_mutex_lock(&crew->lock);
    if (lab)
        crew->labs++;
    else
        crew->reason = reason;
    pthread_mutex_unlock(&crew->lock);
    if (!lab)
        return NULL;
    struct arena *arena = arena_new();
    struct run_options options = *crew->options;
    options.sites = crew->options->sites ? site_log_new() : NULL;
    for (size_t index; take(crew, &index);) {
        struct case_result result;
        run_instance(&crew->instances[index], lab, &options, arena, &result);
        void *rendered = crew->callbacks->render
                             ? crew->callbacks->render(crew->callbacks->context, index, &result)
                             : NULL;
        hand_on(crew, index, rendered, result.verdict);
        arena_clear(arena);
    }
    pthread_mutex_lock(&crew->lock);
    if (options.sites)
        site_log_add(crew->options->sites, options.sites);
    pthread_mutex_unlock(&crew->lock);
    site_log_free(options.sites);
    arena_free(arena);
    lab_close(lab);
    return NULL;
}

static bool take(struct crew *crew, size_t *index)
{
    pthread_mutex_lock(&crew->lock);
    bool stop = crew->callbacks->stop && crew->callbacks->stop(crew->callbacks->context);
    bool taken = crew->next < crew->count && !stop;
    if (taken)
        *index = crew->next++;
    pthread_mutex_unlock(&crew->lock);
    return taken;
}

static void hand_on(struct crew *crew, size_t index, void *rendered, enum verdict verdict)
{
    pthread_mutex_lock(&crew->lock);
    crew->counts[verdict]++;
    crew->rendered[index] = rendered;
    crew->done[index] = true;
    for (; crew->next_emit < crew->count && crew->done[crew->next_emit]; crew->next_emit++)
        if (crew->callbacks->emit)
            crew->callbacks->emit(crew->callbacks->context, crew->next_emit, crew->rendered[crew->next_emit]);
    pthread_mutex_unlock(&crew->lock);
}
