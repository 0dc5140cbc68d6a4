#include "audit/attribution.h"

#define LECID_HIGHEST 0xfeff /* of a LEC (lane-wire 3) */
#define APART_SIZE    128    /* keeps what the judges' thread reads off the cache lines of this one */

/* Only servers send these. */
#define SERVER_FRAMES                                                                                        \
    (FRAME_SET(LE_CONFIGURE_RESPONSE) | FRAME_SET(LE_JOIN_RESPONSE) | FRAME_SET(LE_REGISTER_RESPONSE) |      \
     FRAME_SET(LE_UNREGISTER_RESPONSE))

/* Requests whose SOURCE-ATM-ADDRESS is the requester's: all but LE_NARP. */
#define SELF_NAMING_FRAMES                                                                                   \
    (FRAME_SET(LE_CONFIGURE_REQUEST) | FRAME_SET(LE_JOIN_REQUEST) | FRAME_SET(LE_REGISTER_REQUEST) |         \
     FRAME_SET(LE_UNREGISTER_REQUEST) | FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) |   \
     FRAME_SET(LE_FLUSH_REQUEST) | FRAME_SET(LE_TOPOLOGY_REQUEST) | FRAME_SET(LE_VERIFY_REQUEST))

static struct ends *ends_of(struct stations *stations, struct channel *channel, struct arena *arena);
static void ends_settle(struct stations *stations, const struct channel *channel, struct ends *ends,
                        struct arena *arena);
static void learn(struct stations *stations, bool from_host, const struct frame *frame);
static struct station *who_says(struct stations *stations, const struct frame *frame);
static struct station *host_station(struct stations *stations, struct ends *ends, const struct frame *frame);
static struct station *hearer_of(struct stations *stations, const struct channel *channel, struct ends *ends);

struct attribution attribute_lane(struct stations *stations, struct channel *channel, bool from_host,
                                  const struct frame *frame, struct arena *arena)
{
    struct ends *ends = ends_of(stations, channel, arena);
    struct attribution result = {.ends = ends};
    learn(stations, from_host, frame);
    if (from_host) {
        result.sender = host_station(stations, ends, frame);
        return result;
    }
    result.hearer = hearer_of(stations, channel, ends);
    struct station *sender = who_says(stations, frame);
    if (sender && !sender->local)
        result.sender = sender;
    return result;
}

struct ends *attribute_call(struct stations *stations, struct channel *channel, struct arena *arena)
{
    return ends_of(stations, channel, arena);
}

static struct ends *ends_of(struct stations *stations, struct channel *channel, struct arena *arena)
{
    struct ends *ends = channel->user;
    if (!ends) {
        ends = channel->user = arena_zeroed(arena, sizeof *ends + APART_SIZE);
        ends->vcc = channel->vcc;
        ends->vcc.kind = VCC_UNKNOWN;
        ends->told = ends->vcc;
        ends->shown = arena_zeroed(arena, sizeof ends->vcc + APART_SIZE);
        *ends->shown = ends->vcc;
    }
    if (channel->known >= KNOWN_BY_METADATA &&
        (ends->vcc.kind != channel->vcc.kind || (!ends->local && !ends->others)))
        ends_settle(stations, channel, ends, arena);
    return ends;
}

/* From signalling or metadata. */
static void ends_settle(struct stations *stations, const struct channel *channel, struct ends *ends,
                        struct arena *arena)
{
    const struct vcc *vcc = &channel->vcc;
    ends->vcc = *vcc;
    ends->vcc.caller = channel->caller == CALLER_HOST ? STATION_PORT : OTHER_PORT;
    ends->vcc.called = channel->caller == CALLER_HOST ? OTHER_PORT : STATION_PORT;
    if (memcmp(&ends->vcc, &ends->told, sizeof ends->vcc) != 0) {
        ends->told = ends->vcc;
        ends->settled = arena_copy(arena, &ends->vcc, sizeof ends->vcc);
    }
    /* metadata name the first leaf of several, signalling the one at this port */
    bool leaf = vcc->call.point_to_multipoint && channel->known == KNOWN_BY_METADATA;
    bool called_known = channel->caller == CALLER_NETWORK && channel->called_known && !leaf;
    bool calling_known = channel->caller == CALLER_HOST && channel->calling_known;
    if (ends->local || channel->caller == CALLER_UNKNOWN)
        return;
    if (channel->caller == CALLER_OTHERS) {
        ends->others = true;
        return;
    }
    bool client_calls = vcc->kind == VCC_CONFIGURATION_DIRECT || vcc->kind == VCC_CONTROL_DIRECT ||
                        vcc->kind == VCC_MULTICAST_SEND;
    bool server_calls = vcc->kind == VCC_CONTROL_DISTRIBUTE || vcc->kind == VCC_MULTICAST_FORWARD;
    bool host_calls = channel->caller == CALLER_HOST;
    if (host_calls ? server_calls : client_calls)
        ends->local = stations_server(stations);
    else if (calling_known)
        ends->local = stations_lec_of_atm(stations, &vcc->call.calling);
    else if (called_known)
        ends->local = stations_lec_of_atm(stations, &vcc->call.called);
    if (ends->local)
        stations_make_local(stations, ends->local);
}

/* Which LECID belongs to which ATM address. What others say of a local LEC's LECID or address, but for the
 * LES's answer to its join, counts for nothing: it may be wrong on purpose. */
static void learn(struct stations *stations, bool from_host, const struct frame *frame)
{
    const struct le_control *control = &frame->control;
    uint64_t name = UINT64_C(1) << frame->name;
    if (!(name & (SELF_NAMING_FRAMES | FRAME_SET(LE_JOIN_RESPONSE))))
        return;
    bool joined = frame->name == FRAME_LE_JOIN_RESPONSE && control->status == LE_STATUS_SUCCESS;
    if (!joined && !(name & SELF_NAMING_FRAMES))
        return;
    if (control->requester_lecid == 0 || control->requester_lecid > LECID_HIGHEST ||
        atm_address_is_zero(&control->source_atm))
        return;
    const struct station *known = stations_known_lecid(stations, control->requester_lecid);
    bool taken = known && known->local && known->atm_known;
    const struct station *named = stations_known_atm(stations, &control->source_atm);
    if (!joined && !from_host && (taken || (named && named->local)))
        return;
    stations_lec_joined(stations, &control->source_atm, control->requester_lecid);
}

/* The LEC that a frame names as its sender; NULL if it names none. */
static struct station *who_says(struct stations *stations, const struct frame *frame)
{
    if (frame->layers & LAYER_LE_DATA)
        return frame->lecid && frame->lecid <= LECID_HIGHEST ? stations_lec_of_lecid(stations, frame->lecid)
                                                             : NULL;
    if (!(frame->layers & LAYER_CONTROL) || le_control_is_ready(&frame->control) ||
        frame->control.opcode & LE_RESPONSE_BIT)
        return NULL;
    const struct le_control *control = &frame->control;
    if (control->requester_lecid && control->requester_lecid <= LECID_HIGHEST)
        return stations_lec_of_lecid(stations, control->requester_lecid);
    if (UINT64_C(1) << frame->name & SELF_NAMING_FRAMES && !atm_address_is_zero(&control->source_atm))
        return stations_lec_of_atm(stations, &control->source_atm);
    return NULL;
}

/* The station at the capture point that sent the frame. */
static struct station *host_station(struct stations *stations, struct ends *ends, const struct frame *frame)
{
    if (ends->local)
        return ends->local;
    struct station *station = NULL;
    if (UINT64_C(1) << frame->name & SERVER_FRAMES) {
        station = stations_server(stations);
    } else {
        station = who_says(stations, frame);
        bool own = station && (station->local || frame->name == FRAME_LE_CONFIGURE_REQUEST ||
                               frame->name == FRAME_LE_JOIN_REQUEST);
        struct station *server = stations_known_server(stations);
        if (!own && server && server->local)
            return server; /* it may have passed on the frame of another */
    }
    bool remote = station && !station->local && station->sent_count; /* its LECID is somebody else's now */
    if (!station || remote)
        return stations_only_local(stations);
    ends->local = station;
    stations_make_local(stations, station);
    return station;
}

/* Behaviour shows who hears only where a LEC is a leaf of its servers. */
static struct station *hearer_of(struct stations *stations, const struct channel *channel, struct ends *ends)
{
    if (ends->local || ends->others)
        return ends->local;
    if (channel->vcc.kind == VCC_CONTROL_DISTRIBUTE || channel->vcc.kind == VCC_MULTICAST_FORWARD)
        return stations_only_local(stations);
    return NULL;
}
