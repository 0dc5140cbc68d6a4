#include "audit/audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/attribution.h"
#include "audit/channels.h"
#include "audit/judging.h"
#include "base/duration.h"
#include "rules/device_history.h"
#include "wire/pcapng_format.h"

#define LAN_ROOM (OWNER_NETWORK_ROOM - 1)

/* An interface of the capture, as audit uses it. */
struct port {
    enum { PORT_UNUSABLE, PORT_ATM, PORT_LAN } kind;
    enum frame_carrier carrier; /* PORT_LAN */
    unsigned network;
    uint32_t channel_interface; /* PORT_ATM: among all files */
    uint8_t fcs_size;
};

struct audit {
    struct audit_options options;
    struct court court;
    struct arena *arena; /* channels, ends, names */
    struct channels *channels;
    struct stations *stations;
    struct owners *owners;
    struct port *ports; /* of the file at hand, port_count of them */
    size_t port_count;
    size_t port_room;
    uint32_t channel_interface_count;
    const char *network_names[OWNER_NETWORK_ROOM];
    size_t network_count;
    struct station *lan_locals[OWNER_NETWORK_ROOM];
    bool atm_seen;
    bool started;
    int64_t start_ns;
    int64_t now_ns;       /* since start_ns; never goes back */
    uint64_t number_base; /* frames of files before */
    uint64_t frame_count;
    uint64_t skips[SKIP_COUNT];
    uint64_t backwards_count;
    uint64_t backwards_first;
    struct judging *judging;
    struct frame frame; /* the one at hand */
};

static void look_at(struct audit *audit, const struct capture_input *input,
                    const struct capture_record *record);
static struct port *port_of(struct audit *audit, const struct capture_input *input, uint32_t index);
static void port_add(struct audit *audit, const struct capture_input *input);
static void look_at_cells(struct audit *audit, const struct port *port, const struct capture_record *record,
                          bool stable);
static void look_at_lan(struct audit *audit, const struct port *port, const struct capture_record *record,
                        bool stable);
static struct station *lan_sender(struct audit *audit, unsigned network, const struct capture_record *record);
static bool vmac_of(const struct frame *frame, uint8_t *vrid);
static void see_owner(struct audit *audit, unsigned network, uint64_t number, bool token_ring);
static void send_to_judge(struct audit *audit, struct hearing *hearing, struct ends *ends);
static void look_at_call(struct audit *audit, const struct channel_event *event);
static bool left_unjudged(const struct station *station);

const char *audit_skip_text(enum audit_skip skip)
{
    static const char *const texts[] = {
#define X(name, text) text,
        AUDIT_SKIPS(X)
#undef X
    };
    return texts[skip];
}

struct audit *audit_new(const struct audit_options *options)
{
    struct audit *audit = calloc(1, sizeof *audit);
    if (!audit)
        abort();
    audit->options = *options;
    audit->court = (struct court){.pixit = options->pixit,
                                  .tolerance_ns = MILLISECONDS(options->tolerance_ms),
                                  .tolerance_percent = options->tolerance_percent,
                                  .strict = options->strict,
                                  .complete = options->complete,
                                  .claims = options->claims};
    court_open(&audit->court);
    audit->judging = judging_new(&audit->court, options->threaded);
    audit->arena = arena_new();
    audit->channels = channels_new(audit->arena);
    audit->stations = stations_new();
    audit->owners = owners_new(audit->arena);
    audit->network_names[0] = "elan";
    audit->network_count = 1;
    return audit;
}

void audit_free(struct audit *audit)
{
    if (!audit)
        return;
    if (audit->judging)
        judging_finish(audit->judging);
    court_close(&audit->court);
    stations_free(audit->stations);
    arena_free(audit->arena);
    free(audit->ports);
    free(audit);
}

void audit_records(struct audit *audit, const struct capture_input *input,
                   const struct capture_record *records, size_t count)
{
    for (size_t i = 0; i < count; i++)
        look_at(audit, input, &records[i]);
    if (!capture_input_stable(input))
        judging_drain(audit->judging);
}

void audit_next_file(struct audit *audit)
{
    audit->number_base = audit->frame_count;
    audit->port_count = 0;
}

void audit_finish(struct audit *audit)
{
    judging_finish(audit->judging);
    audit->judging = NULL;
    for (size_t i = 0; i < stations_count(audit->stations); i++) {
        struct station *station = stations_at(audit->stations, i);
        if (station->judge)
            judge_finish(station->judge, audit->now_ns);
    }
}

enum verdict audit_station_verdict(const struct audit *audit, const struct station *station)
{
    (void)audit;
    if (!station->judge)
        return VERDICT_INCONCLUSIVE;
    for (const struct finding_group *group = judge_groups(station->judge); group; group = group->next)
        if (group->kind == FINDING_VIOLATION)
            return VERDICT_FAIL;
    return station->local && !left_unjudged(station) ? VERDICT_PASS : VERDICT_INCONCLUSIVE;
}

enum verdict audit_verdict(const struct audit *audit, struct reason *reason)
{
    size_t asked = 0;
    size_t failed = 0;
    size_t passed = 0;
    for (size_t i = 0; i < stations_count(audit->stations); i++) {
        const struct station *station = stations_at(audit->stations, i);
        if (!station->sent_count || !audit_asked(audit, station))
            continue;
        enum verdict verdict = audit_station_verdict(audit, station);
        asked++;
        failed += verdict == VERDICT_FAIL;
        passed += verdict == VERDICT_PASS;
    }
    bool gaps = audit->skips[SKIP_CUT] || audit->skips[SKIP_BEYOND] || audit->skips[SKIP_NO_SENDER] ||
                audit->backwards_count;
    if (failed) {
        reason_set(reason,
                   failed == 1 ? "a station violated a requirement" : "%zu stations violated requirements",
                   failed);
        return VERDICT_FAIL;
    }
    if (!asked) {
        reason_set(reason, audit->options.station
                               ? "the station that was asked for sent nothing in this capture"
                               : "no station that could be judged sent anything");
        return VERDICT_INCONCLUSIVE;
    }
    if (passed == asked && !gaps) {
        reason_set(reason, "nothing violated, and nothing that was seen was left unjudged");
        return VERDICT_PASS;
    }
    reason_set(reason, "no violation was seen, but not everything could be judged");
    return VERDICT_INCONCLUSIVE;
}

bool audit_asked(const struct audit *audit, const struct station *station)
{
    char name[STATION_TEXT_SIZE];
    const char *asked = audit->options.station;
    if (!asked)
        return true;
    if (strcmp(asked, "local") == 0)
        return station->local;
    return strcmp(asked, station_name(station, name)) == 0;
}

const struct stations *audit_stations(const struct audit *audit)
{
    return audit->stations;
}

const struct owners *audit_owners(const struct audit *audit)
{
    return audit->owners;
}

const struct court *audit_court(const struct audit *audit)
{
    return &audit->court;
}

const char *const *audit_network_names(const struct audit *audit, size_t *count)
{
    *count = audit->network_count;
    return audit->network_names;
}

uint64_t audit_frame_count(const struct audit *audit)
{
    return audit->frame_count;
}

bool audit_channels_full(const struct audit *audit, const char **what)
{
    return channels_full(audit->channels, what);
}

uint64_t audit_skip_count(const struct audit *audit, enum audit_skip skip)
{
    return audit->skips[skip];
}

uint64_t audit_backwards_count(const struct audit *audit, uint64_t *first_number)
{
    *first_number = audit->backwards_first;
    return audit->backwards_count;
}

int64_t audit_start_ns(const struct audit *audit)
{
    return audit->start_ns;
}

int64_t audit_duration_ns(const struct audit *audit)
{
    return audit->now_ns;
}

static void look_at(struct audit *audit, const struct capture_input *input,
                    const struct capture_record *record)
{
    const struct port *port = port_of(audit, input, record->interface);
    uint64_t number = audit->number_base + record->number;
    audit->frame_count = number;
    if (!audit->started) {
        audit->started = true;
        audit->start_ns = record->time_ns;
    }
    if (record->flags & RECORD_BACKWARDS && audit->backwards_count++ == 0)
        audit->backwards_first = number;
    if (record->time_ns - audit->start_ns > audit->now_ns)
        audit->now_ns = record->time_ns - audit->start_ns;
    bool stable = capture_input_stable(input);
    switch (port->kind) {
    case PORT_UNUSABLE:
        audit->skips[SKIP_LINK_TYPE]++;
        break;
    case PORT_ATM:
        look_at_cells(audit, port, record, stable);
        break;
    case PORT_LAN:
        look_at_lan(audit, port, record, stable);
        break;
    }
}

static struct port *port_of(struct audit *audit, const struct capture_input *input, uint32_t index)
{
    while (audit->port_count <= index)
        port_add(audit, input);
    return &audit->ports[index];
}

static void port_add(struct audit *audit, const struct capture_input *input)
{
    if (audit->port_count == audit->port_room) {
        audit->port_room = audit->port_room ? 2 * audit->port_room : 16;
        audit->ports = realloc(audit->ports, audit->port_room * sizeof *audit->ports);
        if (!audit->ports)
            abort();
    }
    const struct capture_interface *interface = capture_input_interface(input, (uint32_t)audit->port_count);
    struct port *port = &audit->ports[audit->port_count++];
    *port = (struct port){.kind = PORT_UNUSABLE, .fcs_size = interface->fcs_size};
    switch (interface->link_type) {
    case LINK_TYPE_SUNATM:
        port->kind = PORT_ATM;
        port->channel_interface = audit->channel_interface_count++;
        channels_interface(audit->channels, port->channel_interface, interface->name, interface->description,
                           NULL);
        audit->atm_seen = true;
        break;
    case LINK_TYPE_ETHERNET:
    case LINK_TYPE_TOKEN_RING:
        port->kind = PORT_LAN;
        port->carrier = interface->link_type == LINK_TYPE_ETHERNET ? CARRIER_ETHERNET : CARRIER_TOKEN_RING;
        port->network = audit->network_count < OWNER_NETWORK_ROOM ? (unsigned)audit->network_count++
                                                                  : OWNER_NETWORK_ROOM - 1;
        audit->network_names[port->network] =
            interface->name[0] ? arena_text(audit->arena, "%s", interface->name)
                               : arena_text(audit->arena, "lan-%zu", audit->port_count - 1);
        break;
    }
}

static void look_at_cells(struct audit *audit, const struct port *port, const struct capture_record *record,
                          bool stable)
{
    struct channel_record cells = {.interface = port->channel_interface,
                                   .number = audit->number_base + record->number,
                                   .time_ns = audit->now_ns,
                                   .snapped = record->flags & RECORD_SNAPPED};
    if (!channel_record_read(record->octets.data, record->octets.size, &cells)) {
        audit->skips[SKIP_CUT]++;
        return;
    }
    struct channel *channel = channels_record(audit->channels, &cells);
    if (channel->use != CHANNEL_LANE) {
        audit->skips[channel->use == CHANNEL_OTHER ? SKIP_OTHER_TRAFFIC : SKIP_SIGNALLING]++;
        if (channels_event(audit->channels))
            look_at_call(audit, channels_event(audit->channels));
        return;
    }
    if (cells.snapped) {
        audit->skips[SKIP_CUT]++;
        return;
    }
    struct frame *frame = &audit->frame;
    frame_decode(channel->carrier, cells.sdu, cells.size, frame);
    struct attribution whose = attribute_lane(audit->stations, channel, cells.from_host, frame, audit->arena);
    struct hearing hearing = {
        .kind = TAP_SDU,
        .carrier = (uint8_t)channel->carrier,
        .stable = stable,
        .number = cells.number,
        .octets = {cells.sdu, cells.size},
        .token_ring = channel->carrier == CARRIER_LANE_8025 || channels_token_ring(audit->channels),
    };
    if (UINT64_C(1) << frame->name & OWNER_EVIDENCE)
        see_owner(audit, 0, cells.number, hearing.token_ring);
    if (whose.sender) {
        hearing.station = whose.sender;
        hearing.sent = true;
        send_to_judge(audit, &hearing, whose.ends);
    } else if (cells.from_host || !whose.hearer) {
        audit->skips[stations_beyond_count(audit->stations) ? SKIP_BEYOND : SKIP_NO_SENDER]++;
    }
    if (whose.hearer) {
        hearing.station = whose.hearer;
        hearing.sent = false;
        send_to_judge(audit, &hearing, whose.ends);
    }
}

static void look_at_lan(struct audit *audit, const struct port *port, const struct capture_record *record,
                        bool stable)
{
    struct octets octets = record->octets;
    if (record->flags & RECORD_SNAPPED) {
        audit->skips[SKIP_CUT]++;
        return;
    }
    if (octets.size >= port->fcs_size)
        octets.size -= port->fcs_size;
    struct frame *frame = &audit->frame;
    struct hearing hearing = {.kind = TAP_LAN_FRAME,
                              .carrier = (uint8_t)port->carrier,
                              .stable = stable,
                              .number = audit->number_base + record->number,
                              .octets = octets,
                              .token_ring = port->carrier == CARRIER_TOKEN_RING};
    frame_decode(port->carrier, octets.data, octets.size, frame);
    struct station *sender = lan_sender(audit, port->network, record);
    if (UINT64_C(1) << frame->name & OWNER_EVIDENCE)
        see_owner(audit, port->network, hearing.number, frame->token_ring);
    if (sender) {
        hearing.station = sender;
        hearing.sent = true;
        send_to_judge(audit, &hearing, NULL);
    } else if (frame->name == FRAME_ADVERTISEMENT && record->direction != DIRECTION_INBOUND) {
        audit->skips[SKIP_BEYOND]++;
    }
    struct station *local = audit->lan_locals[port->network];
    if (local && local != sender && record->direction == DIRECTION_INBOUND) {
        hearing.station = local;
        hearing.sent = false;
        send_to_judge(audit, &hearing, NULL);
    }
}

/* The router of an advertisement; of another frame from a VMAC the local router if it left there, else who
 * holds the VMAC. Where there is an ATM port, the LAN is behind a bridge, and what leaves it there is not its
 * own. */
static struct station *lan_sender(struct audit *audit, unsigned network, const struct capture_record *record)
{
    const struct frame *frame = &audit->frame;
    bool left = record->direction == DIRECTION_OUTBOUND && !audit->atm_seen;
    uint8_t vrid;
    if (frame->name == FRAME_ADVERTISEMENT) {
        struct station *station = stations_lan_router(audit->stations, network, frame->ipv4.source);
        if (left && station) {
            stations_make_local(audit->stations, station);
            audit->lan_locals[network] = station;
        }
        bool came = station && station->local && record->direction == DIRECTION_INBOUND;
        return came ? NULL : station; /* another with the same address */
    }
    if (!vmac_of(frame, &vrid))
        return NULL;
    if (left)
        return audit->lan_locals[network];
    const struct owner *owner = owners_find(audit->owners, network, vrid);
    if (!owner || !owner->holder || owner->holder->kind != HOLDER_IP)
        return NULL;
    struct station *station = stations_lan_router(audit->stations, network, owner->holder->ip);
    return station && station->local ? NULL : station;
}

static bool vmac_of(const struct frame *frame, uint8_t *vrid)
{
    struct facts facts = {.token_ring = frame->token_ring};
    return frame->layers & LAYER_ETHERNET && vrid_of_mac(&facts, frame->ethernet.source, vrid);
}

static void see_owner(struct audit *audit, unsigned network, uint64_t number, bool token_ring)
{
    owners_see(audit->owners, &(struct sighting){.network = network,
                                                 .number = number,
                                                 .time_ns = audit->now_ns,
                                                 .token_ring = token_ring,
                                                 .frame = &audit->frame});
}

static void send_to_judge(struct audit *audit, struct hearing *hearing, struct ends *ends)
{
    struct station *station = hearing->station;
    if (hearing->sent) {
        if (!station->sent_count++)
            station->first_number = hearing->number;
        station->last_number = hearing->number;
    } else {
        station->heard_count++;
    }
    hearing->local = station->local;
    hearing->time_ns = audit->now_ns;
    if (ends) {
        hearing->vcc = ends->shown;
        hearing->settled = ends->settled;
        ends->settled = NULL;
    }
    judging_add(audit->judging, hearing, &audit->frame);
}

/* The judges are told of a SETUP when it is answered: by then more is known of what the VCC is for. */
static void look_at_call(struct audit *audit, const struct channel_event *event)
{
    bool opened = event->kind == CHANNEL_CONNECTED;
    if (!opened && event->kind != CHANNEL_RELEASED)
        return;
    struct ends *ends = attribute_call(audit->stations, event->channel, audit->arena);
    if (!ends->local)
        return;
    bool calls = event->channel->caller == CALLER_HOST;
    struct hearing hearing = {
        .station = ends->local,
        .kind = opened ? TAP_CALL_SETUP : TAP_CALL_RELEASED,
        .sent = opened ? calls : event->from_host,
        .local = true,
        .token_ring = channels_token_ring(audit->channels),
        .number = audit->frame_count,
        .time_ns = audit->now_ns,
        .vcc = ends->shown,
        .settled = ends->settled,
    };
    ends->settled = NULL;
    judging_add(audit->judging, &hearing, NULL);
    if (!opened)
        return;
    hearing.settled = NULL;
    hearing.kind = TAP_CALL_CONNECTED;
    hearing.sent = !calls;
    judging_add(audit->judging, &hearing, NULL);
}

/* Something that the station sent or heard is the subject of a rule that could not run, or may not bind it.
 */
static bool left_unjudged(const struct station *station)
{
    char text[UNJUDGED_TEXT_SIZE];
    if (judge_doubts(station->judge))
        return true;
    for (size_t i = 0; i < rule_registry_count; i++)
        if (judge_unjudged(station->judge, rule_registry[i], text))
            return true;
    return false;
}
