#include "world/tap_stream.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "world/world_private.h"

#define FIRST_COUNT 256 /* events in the first chunk; each has twice as many as the one before, up to */
#define CHUNK_COUNT 4096
#define CHUNK_ROOM  4096  /* chunks; what is kept is bounded by its keepers long before */
#define LARGE_ROOM  65536 /* places; up to here room is spent on searching seldom: */
#define LINE_SIZE   64    /* of a cache */
#define FEW         16    /* of so many places one may be kept */

/* A place for an event. */
struct place {
    struct tap_event event; /* first: the address of the event is that of its place */
    struct place *next;     /* free ones */
    uint8_t *copy;          /* of the octets, NULL if they are stable; owned */
    size_t copy_room;
    bool in_use;
    bool kept; /* found while searching */
};

struct chunk {
    struct place *places;
    size_t count;
};

struct tap_stream {
    struct arena *keepers;
    struct arena *arena; /* of the tap */
    struct tap *tap;
    struct chunk chunks[CHUNK_ROOM];
    size_t chunk_count;
    size_t room;      /* places in all */
    uintptr_t lowest; /* of all places */
    uintptr_t highest;
    struct place *free;
    struct place *last; /* the one that was added last */
    struct frame frame; /* of 'last' */
};

static struct place *place_take(struct tap_stream *stream);
static void chunk_add(struct tap_stream *stream);
static size_t collect(struct tap_stream *stream);
static void search(void *context, const void *block, size_t size);
static struct place *place_at(const struct tap_stream *stream, uintptr_t address);
static void octets_keep(struct place *place, struct octets octets);

struct tap_stream *tap_stream_new(struct arena *keepers)
{
    struct tap_stream *stream = calloc(1, sizeof *stream);
    if (!stream)
        abort();
    stream->keepers = keepers;
    stream->arena = arena_new();
    stream->tap = tap_of_stream(stream->arena, stream);
    stream->lowest = UINTPTR_MAX;
    chunk_add(stream);
    return stream;
}

void tap_stream_free(struct tap_stream *stream)
{
    if (!stream)
        return;
    for (size_t i = 0; i < stream->chunk_count; i++) {
        for (size_t j = 0; j < stream->chunks[i].count; j++) {
            struct place *place = &stream->chunks[i].places[j];
            free(place->copy);
            if (place->event.decoded != &stream->frame && place != stream->last)
                free(place->event.decoded);
        }
        free(stream->chunks[i].places);
    }
    arena_free(stream->arena);
    free(stream);
}

struct tap *tap_stream_tap(struct tap_stream *stream)
{
    return stream->tap;
}

struct tap_event *tap_stream_add(struct tap_stream *stream, enum tap_kind kind, int64_t time_ns,
                                 struct octets octets, bool stable)
{
    if (stream->last)
        stream->last->event.decoded = NULL; /* it was the frame of the moment */
    struct place *place = place_take(stream);
    stream->last = place;
    struct tap_event *event = &place->event;
    *event =
        (struct tap_event){.time_ns = time_ns, .sent_ns = time_ns, .kind = (uint8_t)kind, .from = PORT_NONE};
    if (stable)
        event->data = octets.data;
    else
        octets_keep(place, octets);
    event->size = (uint32_t)octets.size;
    return event;
}

void tap_stream_decoded(struct tap_stream *stream, struct tap_event *event, struct frame *frame)
{
    if (stream->last && event == &stream->last->event)
        event->decoded = frame;
}

size_t tap_stream_room(const struct tap_stream *stream)
{
    return stream->room;
}

/* Frames of the moment share one place; one that is asked for later gets its own, until the event goes. */
const struct frame *tap_stream_frame(struct tap_stream *stream, struct tap_event *event)
{
    if (event->decoded)
        return event->decoded;
    if (stream->last && event == &stream->last->event) {
        event->decoded = &stream->frame;
    } else {
        event->decoded = malloc(sizeof *event->decoded);
        if (!event->decoded)
            abort();
    }
    frame_decode((enum frame_carrier)event->carrier, event->data, event->size, event->decoded);
    return event->decoded;
}

/* A free place. When none is left, those that nobody keeps become free; when these are few, there will be
 * more. */
static struct place *place_take(struct tap_stream *stream)
{
    if (!stream->free) {
        size_t room = tap_stream_room(stream);
        size_t kept = room - collect(stream);
        if (kept > (room < LARGE_ROOM ? room / FEW : room / 2))
            chunk_add(stream);
    }
    struct place *place = stream->free;
    stream->free = place->next;
    for (size_t i = 0; stream->free && i < sizeof *place; i += LINE_SIZE)
        __builtin_prefetch((const uint8_t *)stream->free + i, 1); /* the next one will be asked for soon */
    place->in_use = true;
    return place;
}

static void chunk_add(struct tap_stream *stream)
{
    size_t count = stream->chunk_count ? 2 * stream->chunks[stream->chunk_count - 1].count : FIRST_COUNT;
    count = count < CHUNK_COUNT ? count : CHUNK_COUNT;
    struct place *places = calloc(count, sizeof *places);
    if (!places || stream->chunk_count == CHUNK_ROOM)
        abort();
    stream->chunks[stream->chunk_count++] = (struct chunk){places, count};
    stream->room += count;
    uintptr_t first = (uintptr_t)places;
    uintptr_t end = (uintptr_t)(places + count);
    stream->lowest = first < stream->lowest ? first : stream->lowest;
    stream->highest = end > stream->highest ? end : stream->highest;
    for (size_t i = count; i-- > 0;) {
        places[i].next = stream->free;
        stream->free = &places[i];
    }
}

/* Returns how many places became free. */
static size_t collect(struct tap_stream *stream)
{
    size_t freed = 0;
    arena_visit(stream->keepers, search, stream);
    for (size_t i = stream->chunk_count; i-- > 0;) {
        for (size_t j = stream->chunks[i].count; j-- > 0;) {
            struct place *place = &stream->chunks[i].places[j];
            bool kept = place->kept;
            place->kept = false;
            if (!place->in_use || kept)
                continue;
            free(place->event.decoded);
            place->event.decoded = NULL;
            place->in_use = false;
            place->next = stream->free;
            stream->free = place;
            freed++;
        }
    }
    return freed;
}

/* Marks the places that words of the block point at. */
static void search(void *context, const void *block, size_t size)
{
    struct tap_stream *stream = context;
    const uintptr_t *words = block;
    for (size_t i = 0; i < size / sizeof *words; i++) {
        if (words[i] < stream->lowest || words[i] >= stream->highest)
            continue;
        struct place *place = place_at(stream, words[i]);
        if (place)
            place->kept = true;
    }
}

static struct place *place_at(const struct tap_stream *stream, uintptr_t address)
{
    for (size_t i = 0; i < stream->chunk_count; i++) {
        const struct chunk *chunk = &stream->chunks[i];
        uintptr_t first = (uintptr_t)chunk->places;
        if (address >= first && address < first + chunk->count * sizeof(struct place))
            return &chunk->places[(address - first) / sizeof(struct place)];
    }
    return NULL;
}

static void octets_keep(struct place *place, struct octets octets)
{
    if (place->copy_room < octets.size) {
        free(place->copy);
        place->copy_room = octets.size > 128 ? octets.size : 128;
        place->copy = malloc(place->copy_room);
        if (!place->copy)
            abort();
    }
    if (octets.size)
        memcpy(place->copy, octets.data, octets.size);
    place->event.data = place->copy;
}
