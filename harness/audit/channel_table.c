/* The tables of channels: by interface, VPI and VCI, and in the order of their making. */
#include "audit/channels_private.h"

#define FIRST_PLACE_ROOM 256

static struct place *place_of(struct channels *channels, uint64_t key);
static struct channel *find(const struct channels *channels, uint64_t key);

void table_open(struct channels *channels)
{
    channels->place_room = FIRST_PLACE_ROOM;
    channels->places = arena_zeroed(channels->arena, channels->place_room * sizeof *channels->places);
}

struct place *table_place(struct channels *channels, uint32_t interface, uint8_t vpi, uint16_t vci)
{
    return interface_at(channels, interface) ? place_of(channels, key_of(interface, vpi, vci)) : NULL;
}

void table_signalling(struct channels *channels, uint32_t interface)
{
    if (channels->signalling_interface && channels->signalling_interface != interface + 1)
        channels->several_signal = true;
    channels->signalling_interface = channels->several_signal ? 0 : interface + 1;
}

struct channel *table_apart(const struct channels *channels, const struct channel_record *record)
{
    uint32_t signalling = channels->signalling_interface - 1;
    if (channels->signalling_interface == 0 || signalling == record->interface ||
        channels->interfaces[signalling]->has_vccs)
        return NULL;
    struct channel *channel = find(channels, key_of(signalling, record->vpi, record->vci));
    return channel && channel->insides->signalled && !channel->insides->released ? channel : NULL;
}

struct interface *interface_at(struct channels *channels, uint32_t interface)
{
    if (interface >= INTERFACE_LIMIT) {
        channels_overflow(channels, "there are more interfaces than are told apart");
        return NULL;
    }
    if (interface >= channels->interface_room) {
        size_t room = channels->interface_room ? channels->interface_room : 16;
        while (room <= interface)
            room *= 2;
        struct interface **interfaces = arena_zeroed(channels->arena, room * sizeof(struct interface *));
        if (channels->interface_room)
            memcpy(interfaces, channels->interfaces, channels->interface_room * sizeof *interfaces);
        channels->interfaces = interfaces;
        channels->interface_room = room;
    }
    if (!channels->interfaces[interface])
        channels->interfaces[interface] = arena_zeroed(channels->arena, sizeof(struct interface));
    return channels->interfaces[interface];
}

void channels_overflow(struct channels *channels, const char *what)
{
    if (!channels->full)
        channels->full = what;
}

struct channel *channel_make(struct channels *channels, uint32_t interface,
                             const struct channel_record *record)
{
    if (channels->count == CHANNEL_ROOM) {
        channels_overflow(channels, "there are more VCCs than are told apart");
        return NULL;
    }
    if (channels->count == channels->room) {
        size_t room = channels->room ? 2 * channels->room : 64;
        struct channel **list = arena_zeroed(channels->arena, room * sizeof(struct channel *));
        if (channels->count)
            memcpy(list, channels->list, channels->count * sizeof *list);
        channels->list = list;
        channels->room = room;
    }
    struct channel *channel = arena_zeroed(channels->arena, sizeof *channel);
    channel->insides = arena_zeroed(channels->arena, sizeof *channel->insides);
    channels->list[channels->count++] = channel;
    channel->vcc.id = (uint32_t)channels->count;
    channel->vcc.caller = channel->vcc.called = PORT_NONE;
    channel->interface = interface;
    channel->generation = 1;
    channel->first_record = record->number;
    channel->opened_ns = record->time_ns;
    channel->attention = CLASSES_ALL;
    channel->insides->candidates = KINDS_ALL;
    struct interface *place = interface_at(channels, interface);
    channel->insides->epoch = place ? place->epoch : 0;
    return channel;
}

void channel_bind(struct channels *channels, struct channel *channel, uint8_t vpi, uint16_t vci,
                  int64_t time_ns)
{
    struct place *place = table_place(channels, channel->interface, vpi, vci);
    if (!place)
        return;
    if (place->channel) {
        channel->generation = place->channel->generation + 1;
        if (place->channel->vcc.open)
            channel_close(place->channel, time_ns);
    }
    place->channel = channel;
    channel->vpi = vpi;
    channel->vcc.vci = vci;
    channel->insides->bound = true;
    if (channels->signalling_interface == channel->interface + 1)
        channels->version++; /* records of other interfaces may be its */
}

struct channel *channel_at(const struct channels *channels, uint32_t interface, uint8_t vpi, uint16_t vci)
{
    return find(channels, key_of(interface, vpi, vci));
}

void channel_close(struct channel *channel, int64_t time_ns)
{
    channel->vcc.open = false;
    channel->closed_ns = time_ns;
    channel->attention = CLASSES_ALL; /* a later frame may be another call's */
}

/* The place of the key, taken for it if it was free; NULL when there is no room. */
static struct place *place_of(struct channels *channels, uint64_t key)
{
    size_t mask = channels->place_room - 1;
    size_t at = hash_of(key) & mask;
    while (channels->places[at].key && channels->places[at].key != key)
        at = (at + 1) & mask;
    if (channels->places[at].key)
        return &channels->places[at];
    if (channels->place_count == CHANNEL_ROOM) {
        channels_overflow(channels, "there are more VCCs than are told apart");
        return NULL;
    }
    if (2 * channels->place_count >= channels->place_room) {
        struct place *old = channels->places;
        size_t old_room = channels->place_room;
        channels->place_room = 2 * old_room;
        channels->places = arena_zeroed(channels->arena, channels->place_room * sizeof *old);
        channels->place_count = 0;
        for (size_t i = 0; i < old_room; i++)
            if (old[i].key)
                place_of(channels, old[i].key)->channel = old[i].channel;
        return place_of(channels, key);
    }
    channels->place_count++;
    channels->places[at].key = key;
    return &channels->places[at];
}

static struct channel *find(const struct channels *channels, uint64_t key)
{
    size_t mask = channels->place_room - 1;
    size_t at = hash_of(key) & mask;
    while (channels->places[at].key && channels->places[at].key != key)
        at = (at + 1) & mask;
    return channels->places[at].channel;
}
