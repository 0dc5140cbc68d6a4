/* How late a world on the wall clock fires its timers: lines of `name value unit`. First on a machine that
 * does nothing else, then with a thread on every processor that never rests; each for as many seconds as the
 * one argument says.
 *
 * Ten timers run side by side; each is started again for 1 to 10 ms later when it fires, as the cases and
 * peers of a wall clock run do. Late is the real time at which a timer fires after the time it was due.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/random.h"
#include "world/world.h"

#define TIMER_COUNT         10
#define SHORTEST_NS         MILLISECONDS(1)
#define LONGEST_NS          MILLISECONDS(10)
#define LONGEST_DURATION_NS SECONDS(60)
#define SAMPLE_ROOM         (TIMER_COUNT * (size_t)(LONGEST_DURATION_NS / SHORTEST_NS + 1))
#define LOAD_LIMIT          256

struct bench {
    struct world *world;
    struct random random;
    int64_t *late_ns; /* sample_count of them, SAMPLE_ROOM at most */
    size_t sample_count;
};

struct ticker {
    struct bench *bench;
    struct timer timer;
};

static void measure(const char *name, int64_t duration_ns);
static void start(struct ticker *ticker);
static void fired(void *owner);
static int compare(const void *left, const void *right);
static double quantile_ms(const struct bench *bench, double share);
static void *burn(void *context);

int main(int argc, char **argv)
{
    int64_t duration_ns = SECONDS(argc == 2 ? atoi(argv[1]) : 0);
    if (duration_ns <= 0 || duration_ns > LONGEST_DURATION_NS) {
        fputs("usage: bench_lateness SECONDS\n", stderr);
        return EXIT_FAILURE;
    }
    static atomic_bool enough;
    pthread_t threads[LOAD_LIMIT];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = processors < 1 ? 1 : processors > LOAD_LIMIT ? LOAD_LIMIT : (size_t)processors;
    measure("idle", duration_ns);
    for (size_t i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, burn, &enough) != 0)
            abort();
    measure("loaded", duration_ns);
    atomic_store(&enough, true);
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    return EXIT_SUCCESS;
}

static void measure(const char *name, int64_t duration_ns)
{
    struct arena *arena = arena_new();
    struct world_settings settings = {.seed = 1, .wall_clock = true};
    struct bench bench = {.random = random_stream(1, "timers"),
                          .late_ns = calloc(SAMPLE_ROOM, sizeof *bench.late_ns)};
    bench.world = world_new(&settings, arena);
    if (!bench.late_ns || !bench.world) {
        fputs("bench_lateness: no world on the wall clock\n", stderr);
        exit(EXIT_FAILURE);
    }
    struct ticker tickers[TIMER_COUNT];
    for (size_t i = 0; i < TIMER_COUNT; i++) {
        tickers[i].bench = &bench;
        timer_init(&tickers[i].timer, fired, &tickers[i]);
        start(&tickers[i]);
    }
    world_run_until(bench.world, duration_ns);
    world_free(bench.world);
    qsort(bench.late_ns, bench.sample_count, sizeof *bench.late_ns, compare);
    printf("timer_lateness_%s_p50 %.4f ms\n", name, quantile_ms(&bench, 0.5));
    printf("timer_lateness_%s_p99 %.4f ms\n", name, quantile_ms(&bench, 0.99));
    printf("timer_lateness_%s_max %.4f ms\n", name, quantile_ms(&bench, 1));
    printf("timer_lateness_%s_samples %zu count\n", name, bench.sample_count);
    fflush(stdout);
    free(bench.late_ns);
    arena_free(arena);
}

static void start(struct ticker *ticker)
{
    struct bench *bench = ticker->bench;
    int64_t now_ns = world_now_ns(bench->world);
    world_timer_start(bench->world, &ticker->timer,
                      now_ns + random_between(&bench->random, SHORTEST_NS, LONGEST_NS));
}

static void fired(void *owner)
{
    struct ticker *ticker = owner;
    struct bench *bench = ticker->bench;
    if (bench->sample_count < SAMPLE_ROOM)
        bench->late_ns[bench->sample_count++] = world_real_ns(bench->world) - ticker->timer.due_ns;
    start(ticker);
}

static int compare(const void *left, const void *right)
{
    const int64_t one = *(const int64_t *)left;
    const int64_t other = *(const int64_t *)right;
    return (one > other) - (one < other);
}

static double quantile_ms(const struct bench *bench, double share)
{
    if (bench->sample_count == 0)
        return 0;
    size_t place = (size_t)((double)(bench->sample_count - 1) * share);
    return (double)bench->late_ns[place] / (double)NS_PER_MS;
}

static void *burn(void *context)
{
    const atomic_bool *enough = context;
    while (!atomic_load_explicit(enough, memory_order_relaxed))
        continue;
    return NULL;
}
