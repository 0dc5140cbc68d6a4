#include "world/tap.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "world/world_private.h"

#define CHUNK_COUNT   256 /* events per chunk */
#define OBSERVER_ROOM 8

struct tap {
    struct world *world;       /* NULL: of a stream */
    struct tap_stream *stream; /* NULL: of a world */
    struct arena *arena;
    struct tap_event **chunks;
    size_t chunk_room;
    size_t count;
    uint32_t frame_count;
    unsigned device;
    struct tap_observer observers[OBSERVER_ROOM];
    size_t observer_count;
};

static const char *const vcc_kind_texts[] = {
#define X(name, text) text,
    VCC_KINDS(X)
#undef X
};

static bool is_at_device(const struct tap *tap, const struct tap_event *event);
static enum frame_carrier carrier_of(const struct tap *tap, const struct tap_event *event);
static void put_seconds(struct text *text, int64_t time_ns);
static void put_call(struct text *text, const struct tap_event *event);

const char *vcc_kind_text(enum vcc_kind kind)
{
    return vcc_kind_texts[kind];
}

struct tap *tap_new(struct world *world)
{
    struct tap *tap = arena_zeroed(world->arena, sizeof *tap);
    tap->world = world;
    tap->arena = world->arena;
    tap->device = PORT_NONE;
    return tap;
}

struct tap *tap_of_stream(struct arena *arena, struct tap_stream *stream)
{
    struct tap *tap = arena_zeroed(arena, sizeof *tap);
    tap->stream = stream;
    tap->arena = arena;
    return tap;
}

void tap_set_device(struct tap *tap, unsigned port)
{
    tap->device = port;
}

struct tap_event *tap_add(struct tap *tap, enum tap_kind kind)
{
    size_t chunk = tap->count / CHUNK_COUNT;
    if (tap->count % CHUNK_COUNT == 0) {
        if (chunk == tap->chunk_room) {
            size_t room = tap->chunk_room ? tap->chunk_room * 2 : 16;
            struct tap_event **chunks = arena_zeroed(tap->arena, room * sizeof *chunks);
            if (chunk)
                memcpy(chunks, tap->chunks, chunk * sizeof *chunks);
            tap->chunks = chunks;
            tap->chunk_room = room;
        }
        tap->chunks[chunk] = arena_zeroed(tap->arena, CHUNK_COUNT * sizeof(struct tap_event));
    }
    struct tap_event *event = &tap->chunks[chunk][tap->count % CHUNK_COUNT];
    event->time_ns = event->sent_ns = tap->world->now_ns;
    event->late_ns = world_late_ns(tap->world, event->time_ns);
    event->index = (uint32_t)tap->count++;
    event->kind = (uint8_t)kind;
    event->from = PORT_NONE;
    if (kind == TAP_SDU || kind == TAP_LAN_FRAME)
        event->frame_number = ++tap->frame_count;
    return event;
}

void tap_set_time(struct tap *tap, struct tap_event *event, int64_t time_ns)
{
    int64_t earliest_ns = event->index ? tap_at(tap, event->index - 1)->time_ns : 0;
    if (time_ns < earliest_ns)
        time_ns = earliest_ns;
    if (time_ns < event->time_ns)
        event->time_ns = event->sent_ns = time_ns;
    event->late_ns = 0; /* it is no action of the harness */
}

void tap_publish(struct tap *tap, struct tap_event *event)
{
    if (tap_kind_is_call((enum tap_kind)event->kind) && is_at_device(tap, event))
        event->frame_number = ++tap->frame_count;
    for (size_t i = 0; i < tap->observer_count; i++)
        tap->observers[i].event(tap->observers[i].context, event);
    if (event->index % CHUNK_COUNT == CHUNK_COUNT - 1)
        world_check_memory(tap->world);
}

size_t tap_count(const struct tap *tap)
{
    return tap->count;
}

struct tap_event *tap_at(const struct tap *tap, size_t index)
{
    return &tap->chunks[index / CHUNK_COUNT][index % CHUNK_COUNT];
}

void tap_observe(struct tap *tap, struct tap_observer observer)
{
    if (tap->observer_count < OBSERVER_ROOM)
        tap->observers[tap->observer_count++] = observer;
}

const struct frame *tap_frame(struct tap *tap, struct tap_event *event)
{
    if (event->kind != TAP_SDU && event->kind != TAP_LAN_FRAME)
        return NULL;
    if (tap->stream)
        return tap_stream_frame(tap->stream, event);
    if (!event->decoded) {
        event->decoded = arena_zeroed(tap->arena, sizeof *event->decoded);
        frame_decode(carrier_of(tap, event), event->data, event->size, event->decoded);
    }
    return event->decoded;
}

unsigned tap_device(const struct tap *tap)
{
    return tap->device;
}

const char *tap_port_name(const struct tap *tap, unsigned port)
{
    return tap->world && port < tap->world->port_count ? tap->world->ports[port]->name : "network";
}

const char *tap_text(struct tap *tap, struct tap_event *event, char *line, size_t size)
{
    struct text text = text_in(line, size);
    put_seconds(&text, event->time_ns);
    char names[128];
    text_add(&text, " %s", event->from == PORT_NONE && !event->vcc ? "lab" : tap_port_name(tap, event->from));
    if (event->to)
        text_add(&text, " -> %s", tap_receivers(tap, event, names, sizeof names));
    if (event->vcc)
        text_add(&text, " %s", vcc_kind_text(event->vcc->kind));
    else if (event->segment)
        text_add(&text, " %s", event->segment->name);
    char what[FRAME_TEXT_SIZE];
    text_add(&text, " %s", tap_what(tap, event, what, sizeof what));
    return line;
}

const char *tap_what(struct tap *tap, struct tap_event *event, char *line, size_t size)
{
    struct text text = text_in(line, size);
    switch ((enum tap_kind)event->kind) {
    case TAP_SDU:
    case TAP_LAN_FRAME:
        return frame_text(tap_frame(tap, event), line, size);
    case TAP_CALL_SETUP:
        text_put(&text, "SETUP");
        put_call(&text, event);
        break;
    case TAP_CALL_CONNECTED:
        text_put(&text, "CONNECT");
        break;
    case TAP_CALL_RELEASED:
        text_add(&text, "RELEASE cause=%d", event->cause);
        break;
    case TAP_PARTY_ADDED:
        text_put(&text, "ADD_PARTY");
        break;
    case TAP_PARTY_DROPPED:
        text_add(&text, "DROP_PARTY cause=%d", event->cause);
        break;
    case TAP_CONTROL:
        return control_action_text(&event->control, line, size);
    case TAP_LINK_DOWN:
        text_put(&text, "link down");
        break;
    case TAP_LINK_UP:
        text_put(&text, "link up");
        break;
    case TAP_NOTE:
        text_put(&text, event->text);
        break;
    }
    return line;
}

const char *tap_receivers(const struct tap *tap, const struct tap_event *event, char *line, size_t size)
{
    struct text text = text_in(line, size);
    for (unsigned port = 0; tap->world && port < tap->world->port_count; port++)
        if (tap_reaches(event, port)) {
            if (text.length)
                text_put(&text, ",");
            text_put(&text, tap_port_name(tap, port));
        }
    return line;
}

static bool is_at_device(const struct tap *tap, const struct tap_event *event)
{
    return tap->device != PORT_NONE && (tap_from(event, tap->device) || tap_reaches(event, tap->device));
}

static enum frame_carrier carrier_of(const struct tap *tap, const struct tap_event *event)
{
    if (event->kind == TAP_LAN_FRAME)
        return event->segment->token_ring ? CARRIER_TOKEN_RING : CARRIER_ETHERNET;
    if (event->vcc->call.b_lli == B_LLI_LLC_MULTIPLEXED)
        return CARRIER_LANE_LLC;
    return tap->world->settings.token_ring ? CARRIER_LANE_8025 : CARRIER_LANE_8023;
}

static void put_seconds(struct text *text, int64_t time_ns)
{
    text_add(text, "%lld.%06lld", (long long)(time_ns / NS_PER_S),
             (long long)(time_ns % NS_PER_S / NS_PER_US));
}

static void put_call(struct text *text, const struct tap_event *event)
{
    const struct call *call = &event->vcc->call;
    char called[ATM_ADDRESS_TEXT_SIZE];
    char calling[ATM_ADDRESS_TEXT_SIZE];
    text_add(text, " called=%s calling=%s pid=%d%s", atm_address_text(event->called, called),
             atm_address_text(&call->calling, calling), call->b_lli,
             call->point_to_multipoint ? " point-to-multipoint" : "");
}
