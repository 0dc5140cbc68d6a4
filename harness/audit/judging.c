#include "audit/judging.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "rules/device_history.h"

#define BATCH_HEARINGS 2048 /* many: to wake a thread costs as much as to judge some dozens */
#define BATCH_COUNT    4
#define AHEAD_COUNT    6 /* hearings between fetching and judging */
#define FETCHED_SIZE   128
#define LINE_SIZE      64   /* of a cache */
#define SPIN_COUNT     4000 /* looks at a counter before a thread goes to sleep */

/* Names of frames by which a LEC says that it represents a VMAC, if they are about one. */
#define CLAIMS                                                                                               \
    (FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_ARP_RESPONSE) |    \
     FRAME_SET(NO_SOURCE_LE_NARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST) |                                \
     FRAME_SET(LE_UNREGISTER_REQUEST) | FRAME_SET(ADVERTISEMENT))

struct batch {
    _Alignas(LINE_SIZE) struct hearing hearings[BATCH_HEARINGS];
    size_t count;
};

struct judging {
    struct court *court;
    struct batch *batches; /* BATCH_COUNT of them */
    bool threaded;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    atomic_size_t filled; /* batches that were handed over, from the start on */
    atomic_size_t judged; /* of them */
    atomic_bool ended;
    atomic_bool sleeping; /* one of the threads waits for 'changed' */
};

static void *work(void *context);
static struct batch *current(struct judging *judging);
static void hand_over(struct judging *judging);
static bool all_is_judged(struct judging *judging);
static bool there_is_work(struct judging *judging);
static bool there_is_room(struct judging *judging);
static void wait_for(struct judging *judging, bool (*done)(struct judging *judging));
static void wake(struct judging *judging);
static void judge_batch(struct judging *judging, struct batch *batch);
static void fetch(struct octets octets);
static void judge_hearing(struct court *court, const struct hearing *hearing, struct frame *frame);
static void learn(const struct hearing *hearing, const struct frame *frame);
static bool shows_ethernet(const struct frame *frame);

struct judging *judging_new(struct court *court, bool threaded)
{
    struct judging *judging = calloc(1, sizeof *judging);
    void *batches;
    if (!judging || posix_memalign(&batches, LINE_SIZE, BATCH_COUNT * sizeof *judging->batches))
        abort();
    judging->batches = batches;
    for (size_t i = 0; i < BATCH_COUNT; i++)
        judging->batches[i].count = 0;
    judging->court = court;
    pthread_mutex_init(&judging->mutex, NULL);
    pthread_cond_init(&judging->changed, NULL);
    judging->threaded = threaded && pthread_create(&judging->thread, NULL, work, judging) == 0;
    return judging;
}

/* The other thread decodes the octets once more: that costs less than to hand the decoded frame over. */
void judging_add(struct judging *judging, const struct hearing *hearing, struct frame *frame)
{
    if (!judging->threaded) {
        judge_hearing(judging->court, hearing, frame);
        return;
    }
    struct batch *batch = current(judging);
    __builtin_prefetch(&batch->hearings[(batch->count + AHEAD_COUNT) % BATCH_HEARINGS], 1);
    batch->hearings[batch->count++] = *hearing;
    if (batch->count == BATCH_HEARINGS)
        hand_over(judging);
}

void judging_drain(struct judging *judging)
{
    hand_over(judging);
    wait_for(judging, all_is_judged);
}

void judging_finish(struct judging *judging)
{
    judging_drain(judging);
    if (judging->threaded) {
        atomic_store(&judging->ended, true);
        wake(judging);
        pthread_join(judging->thread, NULL);
    }
    pthread_cond_destroy(&judging->changed);
    pthread_mutex_destroy(&judging->mutex);
    free(judging->batches);
    free(judging);
}

/* The judges' thread. */
static void *work(void *context)
{
    struct judging *judging = context;
    for (;;) {
        wait_for(judging, there_is_work);
        size_t judged = atomic_load(&judging->judged);
        if (judged == atomic_load(&judging->filled))
            return NULL;
        judge_batch(judging, &judging->batches[judged % BATCH_COUNT]);
        atomic_store(&judging->judged, judged + 1);
        wake(judging);
    }
}

/* The batch that is being filled; nobody else writes 'filled'. */
static struct batch *current(struct judging *judging)
{
    return &judging->batches[atomic_load_explicit(&judging->filled, memory_order_relaxed) % BATCH_COUNT];
}

/* Gives the current batch to the judges, and waits until there is another one to fill. */
static void hand_over(struct judging *judging)
{
    if (!judging->threaded)
        return;
    atomic_fetch_add(&judging->filled, 1);
    wake(judging);
    wait_for(judging, there_is_room);
}

static bool all_is_judged(struct judging *judging)
{
    return atomic_load(&judging->judged) == atomic_load(&judging->filled);
}

static bool there_is_work(struct judging *judging)
{
    return atomic_load(&judging->judged) != atomic_load(&judging->filled) || atomic_load(&judging->ended);
}

static bool there_is_room(struct judging *judging)
{
    return atomic_load(&judging->filled) - atomic_load(&judging->judged) < BATCH_COUNT;
}

/* Looks again and again for a while, since the other thread is mostly nearly done, then sleeps. */
static void wait_for(struct judging *judging, bool (*done)(struct judging *judging))
{
    for (unsigned i = 0; i < SPIN_COUNT; i++)
        if (done(judging))
            return;
    pthread_mutex_lock(&judging->mutex);
    atomic_store(&judging->sleeping, true);
    while (!done(judging)) {
        pthread_cond_wait(&judging->changed, &judging->mutex);
        atomic_store(&judging->sleeping, true);
    }
    pthread_mutex_unlock(&judging->mutex);
}

/* After a change of what wait_for() looks at. */
static void wake(struct judging *judging)
{
    if (!atomic_load(&judging->sleeping))
        return;
    pthread_mutex_lock(&judging->mutex);
    atomic_store(&judging->sleeping, false);
    pthread_cond_broadcast(&judging->changed);
    pthread_mutex_unlock(&judging->mutex);
}

static void judge_batch(struct judging *judging, struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (i + AHEAD_COUNT < batch->count)
            fetch(batch->hearings[i + AHEAD_COUNT].octets);
        judge_hearing(judging->court, &batch->hearings[i], NULL);
    }
    batch->count = 0;
}

/* Octets that will be looked at soon: the other thread has had them, this one's processor has not. */
static void fetch(struct octets octets)
{
    for (size_t i = 0; i < octets.size && i < FETCHED_SIZE; i += LINE_SIZE)
        __builtin_prefetch(octets.data + i);
}

static void judge_hearing(struct court *court, const struct hearing *hearing, struct frame *frame)
{
    struct station *station = hearing->station;
    bool is_frame = hearing->kind == TAP_SDU || hearing->kind == TAP_LAN_FRAME;
    if (hearing->settled)
        *hearing->vcc = *hearing->settled;
    if (hearing->local && !station->judged_local && station->judge) {
        judge_withdraw(station->judge); /* what it sends is seen at its port, and those frames were not */
        station->judge = NULL;
    }
    station->judged_local |= hearing->local;
    station->token_ring |= hearing->token_ring;
    struct tap_event *event = tap_stream_add(court->stream, (enum tap_kind)hearing->kind, hearing->time_ns,
                                             hearing->octets, hearing->stable);
    event->carrier = hearing->carrier;
    event->frame_number = (uint32_t)hearing->number;
    event->vcc = hearing->vcc;
    event->from = hearing->sent ? STATION_PORT : OTHER_PORT;
    event->to = port_bit(hearing->sent ? OTHER_PORT : STATION_PORT);
    if (frame)
        tap_stream_decoded(court->stream, event, frame);
    if (is_frame)
        learn(hearing, tap_frame(tap_stream_tap(court->stream), event));
    else
        event->called = &hearing->vcc->call.called;
    if (!station->judge)
        station->judge = judge_new(court, station);
    judge_see(station->judge, event);
}

/* What the frame tells about the station. That an ELAN is a token ring is told by signalling or a LAN-TYPE;
 * that it is none, by a join or by data that only 802.3 can be. */
static void learn(const struct hearing *hearing, const struct frame *frame)
{
    struct station *station = hearing->station;
    uint64_t name = UINT64_C(1) << frame->name;
    uint8_t vrid;
    station->medium_known |=
        hearing->token_ring || station->kind == STATION_LAN_ROUTER || shows_ethernet(frame);
    if (!hearing->sent) {
        station->heard_names |= name;
        return;
    }
    station->sent_names |= name;
    if (frame->name == FRAME_LE_JOIN_REQUEST) {
        station->proxy_known = true;
        station->proxy = frame->control.flags & LE_FLAG_PROXY;
    }
    if (station->claims || !(name & CLAIMS))
        return;
    struct facts facts = {.token_ring = station->token_ring};
    station->claims = frame->name == FRAME_ADVERTISEMENT ||
                      vrid_of_mac(&facts, frame->control.source_lan.mac, &vrid) ||
                      vrid_of_mac(&facts, frame->control.target_lan.mac, &vrid);
}

static bool shows_ethernet(const struct frame *frame)
{
    return frame->layers & (LAYER_ARP | LAYER_IPV4) ||
           (frame->layers & LAYER_CONTROL && frame->control.lan_type == LAN_TYPE_8023);
}
