#include "audit/channels_private.h"

#include "base/text.h"

/* SUNATM traffic nibbles (wireshark.md 1.1). */
enum traffic {
    TRAFFIC_RAW,
    TRAFFIC_LANE,
    TRAFFIC_LLC,
    TRAFFIC_MARS,
    TRAFFIC_IFMP,
    TRAFFIC_ILMI,
    TRAFFIC_SIGNALLING
};

/* Frames may still come on a VCC for so long after its RELEASE COMPLETE; later ones are another call's. */
#define IN_FLIGHT_NS UINT64_C(1000000000)

static struct channel *record_slowly(struct channels *channels, const struct channel_record *record);
static struct channel *look_up(struct channels *channels, const struct channel_record *record);
static struct channel *channel_begin(struct channels *channels, const struct channel_record *record);
static void describe(struct channels *channels, struct channel *channel, const struct channel_record *record);
static enum channel_use use_of(const struct channel_record *record);
static struct channel *look(struct channels *channels, struct channel *channel,
                            const struct channel_record *record);
static struct channel *renew(struct channels *channels, struct channel *channel,
                             const struct channel_record *record);
static void contradict(struct channel *channel);
static void attend(const struct channels *channels, struct channel *channel);
static bool begins_anew(const struct channels *channels, const struct channel *channel,
                        const struct channel_record *record, unsigned class);
static void choose_carrier(struct channels *channels, struct channel *channel,
                           const struct channel_record *record);

struct channels *channels_new(struct arena *arena)
{
    struct channels *channels = arena_zeroed(arena, sizeof *channels);
    channels->arena = arena;
    table_open(channels);
    channels->version = 1;
    struct channel *shared = channels->shared = arena_zeroed(arena, sizeof *shared);
    shared->insides = arena_zeroed(arena, sizeof *shared->insides);
    shared->shared = true;
    shared->generation = 1;
    return channels;
}

void channels_interface(struct channels *channels, uint32_t interface, const char *name,
                        const char *description, const char *device_name)
{
    struct interface *declared = interface_at(channels, interface);
    if (!declared || declared->declared)
        return;
    declared->declared = true;
    metadata_read(channels->arena, name, description, device_name, declared);
}

bool channel_record_read(const uint8_t *data, size_t size, struct channel_record *record)
{
    if (size < SUNATM_HEADER_SIZE)
        return false;
    record->from_host = data[0] & 0x80;
    record->traffic = data[0] & 0x0f;
    record->vpi = data[1];
    record->vci = octets_u16(data + 2);
    record->sdu = data + SUNATM_HEADER_SIZE;
    record->size = size - SUNATM_HEADER_SIZE;
    return true;
}

struct channel *channels_record(struct channels *channels, const struct channel_record *record)
{
    channels->has_event = false;
    uint64_t key = key_of(record->interface, record->vpi, record->vci);
    const struct place *place = &channels->places[hash_of(key) & (channels->place_room - 1)];
    struct channel *channel = place->channel;
    if (place->key != key || !channel || channel->version != channels->version)
        return record_slowly(channels, record);
    bool data_is_known = !(channel->attention & CLASSES_DATA);
    if (data_is_known && record->size > 0 && record->sdu[0] != LE_CONTROL_MARKER >> 8)
        return channel;
    if (!(behaviour_class(channel->carrier, record->sdu, record->size) & channel->attention))
        return channel;
    return record_slowly(channels, record);
}

const struct channel_event *channels_event(const struct channels *channels)
{
    return channels->has_event ? &channels->event : NULL;
}

size_t channels_count(const struct channels *channels)
{
    return channels->count;
}

struct channel *channels_at(const struct channels *channels, size_t index)
{
    return channels->list[index];
}

bool channels_full(const struct channels *channels, const char **what)
{
    if (what && channels->full)
        *what = channels->full;
    return channels->full;
}

uint64_t channels_message_count(const struct channels *channels)
{
    return channels->message_count;
}

uint64_t channels_unread_count(const struct channels *channels)
{
    return channels->unread_count;
}

bool channels_token_ring(const struct channels *channels)
{
    return channels->medium == MEDIUM_8025;
}

const char *channel_known_text(enum channel_known known)
{
    static const char *const texts[] = {"nothing", "behaviour", "metadata", "signalling"};
    return texts[known];
}

const char *channel_text(const struct channel *channel, char *line, size_t size)
{
    struct text text = text_in(line, size);
    if (channel->shared) {
        text_put(&text, "one of too many VCCs");
        return line;
    }
    if (channel->insides->bound)
        text_add(&text, "VPI %u VCI %u", channel->vpi, channel->vcc.vci);
    else
        text_put(&text, "call without VCI");
    switch (channel->use) {
    case CHANNEL_LANE:
        text_add(&text, " (%s, known by %s)", vcc_kind_text(channel->vcc.kind),
                 channel_known_text(channel->known));
        break;
    case CHANNEL_SIGNALLING:
        text_put(&text, " (signalling)");
        break;
    case CHANNEL_ILMI:
        text_put(&text, " (ILMI)");
        break;
    case CHANNEL_OTHER:
        text_put(&text, " (other than LANE)");
        break;
    }
    return line;
}

void channel_settle(struct channels *channels, struct channel *channel, enum vcc_kind kind,
                    enum channel_known known, uint64_t number)
{
    channel->vcc.kind = kind;
    channel->known = known;
    channel->known_since = number;
    role_learn_from_kind(channels, channel);
}

void channels_conclude(struct channels *channels, struct channel *channel, uint64_t number)
{
    struct channel_insides *insides = channel->insides;
    if (insides->called)
        insides->candidates = role_candidates(channels, channel);
    for (int kind = VCC_UNKNOWN + 1; insides->called && kind < VCC_KIND_COUNT; kind++)
        if (insides->candidates == 1u << kind) {
            channel_settle(channels, channel, (enum vcc_kind)kind, KNOWN_BY_SIGNALLING, number);
            return;
        }
    enum vcc_kind kind = behaviour_kind(channels, channel);
    if (kind != VCC_UNKNOWN && insides->candidates >> kind & 1)
        channel_settle(channels, channel, kind, insides->called ? KNOWN_BY_SIGNALLING : KNOWN_BY_BEHAVIOUR,
                       number);
}

/* A record whose channel is new, no LANE channel, or not settled, or that teaches something. */
static struct channel *record_slowly(struct channels *channels, const struct channel_record *record)
{
    struct channel *channel = look_up(channels, record);
    if (channel->shared)
        return channel;
    switch (channel->use) {
    case CHANNEL_LANE:
    case CHANNEL_OTHER:
        return look(channels, channel, record);
    case CHANNEL_SIGNALLING:
        calls_take(channels, record);
        break;
    case CHANNEL_ILMI:
        break;
    }
    return channel;
}

static struct channel *look_up(struct channels *channels, const struct channel_record *record)
{
    struct channel *apart = table_apart(channels, record);
    struct place *place = table_place(channels, record->interface, record->vpi, record->vci);
    if (!place)
        return channels->shared;
    if (apart && apart != place->channel) {
        if (place->channel)
            apart->generation = place->channel->generation + 1;
        place->channel = apart;
        describe(channels, apart, record);
    }
    if (!place->channel)
        place->channel = channel_begin(channels, record);
    return place->channel ? place->channel : channels->shared;
}

/* A channel that shows itself by a record. */
static struct channel *channel_begin(struct channels *channels, const struct channel_record *record)
{
    struct channel *channel = channel_make(channels, record->interface, record);
    if (!channel)
        return NULL;
    channel->vpi = record->vpi;
    channel->vcc.vci = record->vci;
    channel->vcc.open = true;
    channel->insides->bound = true;
    channel->use = use_of(record);
    struct interface *interface = interface_at(channels, record->interface);
    if (channel->use == CHANNEL_SIGNALLING)
        table_signalling(channels, record->interface);
    interface->has_vccs |= channel->use == CHANNEL_LANE || channel->use == CHANNEL_OTHER;
    if (channel->use == CHANNEL_LANE || channel->use == CHANNEL_OTHER)
        describe(channels, channel, record);
    return channel;
}

static enum channel_use use_of(const struct channel_record *record)
{
    if (record->traffic == TRAFFIC_SIGNALLING ||
        (record->vpi == SIGNALLING_VPI && record->vci == SIGNALLING_VCI))
        return CHANNEL_SIGNALLING;
    if (record->traffic == TRAFFIC_ILMI || (record->vpi == SIGNALLING_VPI && record->vci == ILMI_VCI))
        return CHANNEL_ILMI;
    return record->traffic <= TRAFFIC_LANE ? CHANNEL_LANE : CHANNEL_OTHER;
}

/* From the metadata of the interface. */
static void describe(struct channels *channels, struct channel *channel, const struct channel_record *record)
{
    const struct interface *interface = interface_at(channels, record->interface);
    if (!interface->described || interface->vci != record->vci)
        return;
    channel->vcc.call = interface->call;
    channel->calling_known = channel->called_known = channel->b_lli_known = true;
    channel->caller = interface->caller;
    channel->caller_name = interface->caller_name;
    channel->hearer_names = interface->hearer_names;
    behaviour_learn_medium(channels, medium_of_b_lli(interface->call.b_lli));
    if (interface->kind != channel->vcc.kind && interface->kind != VCC_UNKNOWN)
        channel_settle(channels, channel, interface->kind, KNOWN_BY_METADATA, record->number);
}

/* A frame that may tell something; its VCC may turn out to be another one. */
static struct channel *look(struct channels *channels, struct channel *channel,
                            const struct channel_record *record)
{
    channel = renew(channels, channel, record);
    if (channel->shared)
        return channel;
    if (channel->version == 0 && !channel->b_lli_known)
        channel->use = use_of(record);
    choose_carrier(channels, channel, record);
    if (channel->use != CHANNEL_LANE)
        return channel;
    channel->version = channels->version;
    if (channel->insides->signalled && !channel->insides->released)
        channel->vcc.open = true; /* CONNECT was not seen */
    unsigned class = behaviour_class(channel->carrier, record->sdu, record->size);
    bool settled = channel->vcc.kind != VCC_UNKNOWN || channel->contradicted;
    if (!settled)
        behaviour_note(channel, record, class);
    behaviour_learn(channels, channel, record, class);
    if (channel->version != channels->version)
        choose_carrier(channels, channel, record);
    channel->version = channels->version;
    if (!settled)
        channels_conclude(channels, channel, record->number);
    else if (channel->known == KNOWN_BY_BEHAVIOUR && class & behaviour_contradictions(channel->vcc.kind))
        contradict(channel);
    attend(channels, channel);
    return channel;
}

/* The channel, or the new one of another call that the record belongs to. */
static struct channel *renew(struct channels *channels, struct channel *channel,
                             const struct channel_record *record)
{
    unsigned class = behaviour_class(channel->carrier, record->sdu, record->size);
    if (behaviour_joins_anew(channels, channel, record, class)) {
        uint32_t epoch = ++channels->interfaces[channel->interface]->epoch;
        channels->version++;
        if (channel->version == 0) /* this is its first frame */
            channel->insides->epoch = epoch;
    }
    if (!begins_anew(channels, channel, record, class))
        return channel;
    struct channel *anew = channel_make(channels, record->interface, record);
    if (!anew)
        return channels->shared;
    channel_bind(channels, anew, record->vpi, record->vci, record->time_ns);
    anew->vcc.open = true;
    return anew;
}

static void contradict(struct channel *channel)
{
    channel->vcc.kind = VCC_UNKNOWN;
    channel->known = KNOWN_BY_NOTHING;
    channel->known_since = 0;
    channel->contradicted = true;
}

/* What to look at from now on. */
static void attend(const struct channels *channels, struct channel *channel)
{
    const struct channel_insides *insides = channel->insides;
    bool settled = channel->vcc.kind != VCC_UNKNOWN || channel->contradicted;
    if (!settled || insides->doubtful || insides->released) {
        channel->attention = CLASSES_ALL;
        return;
    }
    channel->attention = CLASSES_TEACHING;
    if (channel->known == KNOWN_BY_BEHAVIOUR)
        channel->attention |= behaviour_contradictions(channel->vcc.kind);
    if (channels->medium == MEDIUM_UNKNOWN)
        channel->attention |= CLASSES_DATA;
}

/* True when the frame belongs to another call than the channel: signalling or a station that joined anew show
 * it, or what a configuration or a join looks like. */
static bool begins_anew(const struct channels *channels, const struct channel *channel,
                        const struct channel_record *record, unsigned class)
{
    const struct channel_insides *insides = channel->insides;
    if (insides->released)
        return record->time_ns > channel->closed_ns &&
               (uint64_t)record->time_ns - (uint64_t)channel->closed_ns > IN_FLIGHT_NS;
    if (insides->signalled || channel->known >= KNOWN_BY_METADATA)
        return false;
    if (insides->epoch != channels->interfaces[channel->interface]->epoch)
        return true;
    unsigned ours = record->from_host ? insides->from_host : insides->others;
    unsigned theirs = record->from_host ? insides->others : insides->from_host;
    unsigned before = 0;
    if (class == CLASS_JOIN_REQUEST && channel->vcc.kind == VCC_CONFIGURATION_DIRECT)
        before = CLASS_CONFIGURE_REQUEST;
    else if (class == CLASS_CONFIGURE_REQUEST && channel->vcc.kind == VCC_CONTROL_DIRECT)
        before = CLASS_JOIN_REQUEST;
    return ours & before && !(theirs & before);
}

/* How the frames of the channel are read. What LECS or LES say of the medium and the B-LLI may be about
 * different ELANs, or one of them wrong: then a frame decides. */
static void choose_carrier(struct channels *channels, struct channel *channel,
                           const struct channel_record *record)
{
    static const uint8_t llc_lane[] = {0xaa, 0xaa, 0x03, 0x00, 0xa0, 0x3e, 0x00}; /* then 0c or 0d */
    enum b_lli b_lli = channel->b_lli_known ? channel->vcc.call.b_lli : B_LLI_NONE;
    bool prefixed = b_lli == B_LLI_NONE && record->size >= LLC_PREFIX_SIZE &&
                    memcmp(record->sdu, llc_lane, sizeof llc_lane) == 0 &&
                    (record->sdu[sizeof llc_lane] & 0xfe) == 0x0c;
    if (b_lli == B_LLI_LLC_MULTIPLEXED || prefixed || channel->carrier == CARRIER_LANE_LLC) {
        channel->use = CHANNEL_LANE;
        channel->carrier = CARRIER_LANE_LLC;
        return;
    }
    enum medium said = medium_of_b_lli(b_lli);
    enum medium medium = channels->medium;
    bool doubtful = said != MEDIUM_UNKNOWN && medium != MEDIUM_UNKNOWN && said != medium;
    if (doubtful) {
        enum medium shown = le_control_marked(record->sdu, record->size)
                                ? MEDIUM_UNKNOWN
                                : behaviour_medium(channel->carrier, record->sdu, record->size);
        if (shown != MEDIUM_UNKNOWN)
            channel->insides->shown = shown;
        doubtful = channel->insides->shown == MEDIUM_UNKNOWN;
        medium = doubtful ? medium : channel->insides->shown;
    } else if (said != MEDIUM_UNKNOWN) {
        medium = said;
    }
    channel->carrier = medium == MEDIUM_8025 ? CARRIER_LANE_8025 : CARRIER_LANE_8023;
    channel->insides->doubtful = doubtful;
}
