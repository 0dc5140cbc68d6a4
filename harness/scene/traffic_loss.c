#include "scene/traffic_loss.h"

#include <string.h>

/* The packets of a window, by sequence number. */
struct packets {
    const struct traffic_way *way;
    size_t first; /* sequence number */
    size_t count;
    uint8_t *place; /* enum loss_place: where each was seen last */
    bool *arrived;
};

static struct packets packets_of(const struct traffic_way *way, int64_t from_ns, int64_t to_ns,
                                 struct arena *arena);
static size_t first_event(const struct tap *tap, int64_t from_ns);
static bool packet_of(const struct packets *packets, struct tap *tap, struct tap_event *event,
                      size_t *number);
static void note_place(struct packets *packets, size_t number, enum loss_place place,
                       struct traffic_loss *loss);
static enum loss_place place_of(const struct traffic_way *way, const struct tap_event *event);
static void add_up(const struct packets *packets, struct traffic_loss *loss);

const char *loss_place_key(enum loss_place place)
{
    static const char *const keys[] = {
#define X(name, key, words) [LOSS_##name] = key,
        LOSS_PLACES(X)
#undef X
    };
    return keys[place];
}

const char *loss_place_words(enum loss_place place)
{
    static const char *const texts[] = {
#define X(name, key, words) [LOSS_##name] = words,
        LOSS_PLACES(X)
#undef X
    };
    return texts[place];
}

struct traffic_loss traffic_loss_read(struct tap *tap, const struct traffic_way *way, int64_t from_ns,
                                      int64_t to_ns, struct arena *arena)
{
    struct packets packets = packets_of(way, from_ns, to_ns, arena);
    struct traffic_loss loss = {.sent = packets.count};
    int64_t last_ns = from_ns;
    for (size_t i = first_event(tap, from_ns); i < tap_count(tap); i++) {
        struct tap_event *event = tap_at(tap, i);
        size_t number;
        if (!packet_of(&packets, tap, event, &number))
            continue;
        if (!tap_reaches(event, way->sink)) {
            if (tap_from(event, way->sender))
                note_place(&packets, number, place_of(way, event), &loss);
            continue;
        }
        packets.arrived[number] = true;
        if (event->time_ns < to_ns && event->time_ns - last_ns > loss.gap_ns)
            loss.gap_ns = event->time_ns - last_ns;
        last_ns = event->time_ns;
    }
    if (to_ns - last_ns > loss.gap_ns)
        loss.gap_ns = to_ns - last_ns;
    add_up(&packets, &loss);
    return loss;
}

static struct packets packets_of(const struct traffic_way *way, int64_t from_ns, int64_t to_ns,
                                 struct arena *arena)
{
    struct packets packets = {.way = way};
    size_t sent = traffic_sent_count(way->traffic);
    while (packets.first < sent && traffic_sent_ns(way->traffic, packets.first) < from_ns)
        packets.first++;
    while (packets.first + packets.count < sent &&
           traffic_sent_ns(way->traffic, packets.first + packets.count) < to_ns)
        packets.count++;
    packets.place = arena_zeroed(arena, packets.count + 1);
    packets.arrived = arena_zeroed(arena, (packets.count + 1) * sizeof *packets.arrived);
    memset(packets.place, LOSS_NOWHERE, packets.count);
    return packets;
}

/* Events are in the order of their times. */
static size_t first_event(const struct tap *tap, int64_t from_ns)
{
    size_t low = 0;
    size_t high = tap_count(tap);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tap_at(tap, middle)->time_ns < from_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The event carries packet 'number' of the window. */
static bool packet_of(const struct packets *packets, struct tap *tap, struct tap_event *event, size_t *number)
{
    uint16_t stream;
    uint32_t sequence;
    if (event->kind != TAP_SDU && event->kind != TAP_LAN_FRAME)
        return false;
    if (!traffic_read(tap_frame(tap, event), &stream, &sequence) ||
        stream != traffic_stream(packets->way->traffic) || sequence < packets->first)
        return false;
    *number = sequence - packets->first;
    return *number < packets->count;
}

static void note_place(struct packets *packets, size_t number, enum loss_place place,
                       struct traffic_loss *loss)
{
    packets->place[number] = (uint8_t)place;
    loss->flooded += place == LOSS_BUS;
}

static enum loss_place place_of(const struct traffic_way *way, const struct tap_event *event)
{
    if (event->vcc && event->vcc->kind == VCC_MULTICAST_SEND)
        return LOSS_BUS;
    if (!event->to)
        return LOSS_DEAD_VCC;
    if (event->to & way->new_master)
        return LOSS_NEW_MASTER;
    return event->to & way->old_master ? LOSS_OLD_MASTER : LOSS_ELSEWHERE;
}

static void add_up(const struct packets *packets, struct traffic_loss *loss)
{
    for (size_t i = 0; i < packets->count; i++) {
        loss->recovered = packets->arrived[i];
        if (packets->arrived[i])
            continue;
        loss->lost++;
        loss->where[packets->place[i]]++;
    }
}
