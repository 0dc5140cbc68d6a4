/* Signalling: from SETUP to RELEASE COMPLETE, of every call of an interface (uni-signalling 2 and 3).
 *
 * A capture may begin in the middle of a call's life and may lack messages; SSCOP may repeat SD PDUs. So a
 * message is taken for what it says, not for where it stands in the protocol.
 */
#include "audit/channels_private.h"

#define CALL_BUCKETS 16384 /* a power of two */

#define FIRST_FREE_VCI 32 /* on VPI 0; lower ones are not for calls */

#define SEQUENCE_MODULUS 0x1000000u
#define WINDOW_SIZE      64u

static bool is_repetition(struct sequence_window *window, uint32_t sequence);
static void take_message(struct channels *channels, const struct channel_record *record,
                         const struct signalling *message);
static void take_setup(struct channels *channels, const struct channel_record *record,
                       const struct signalling *message, bool by_host);
static void take_progress(struct channels *channels, const struct channel_record *record,
                          const struct signalling *message, struct call_under_way *call, bool by_host);
static void take_party(struct channels *channels, const struct channel_record *record,
                       const struct signalling *message, struct call_under_way *call);
static void take_release(struct channels *channels, const struct channel_record *record,
                         const struct signalling *message, struct call_under_way *call);
static void take_restart(struct channels *channels, const struct channel_record *record,
                         const struct signalling *message);
static void connect_channel(struct channels *channels, const struct channel_record *record,
                            const struct signalling *message, struct channel *channel);
static void tell(struct channels *channels, enum channel_event_kind kind, struct channel *channel,
                 const struct channel_record *record, const struct signalling *message);
static struct call_under_way **bucket_of(struct channels *channels, uint32_t interface, uint32_t reference,
                                         bool by_host);
static struct call_under_way *call_find(struct channels *channels, uint32_t interface, uint32_t reference,
                                        bool by_host);
static struct call_under_way *call_begin(struct channels *channels, const struct channel_record *record,
                                         uint32_t reference, bool by_host);
static void call_end(struct channels *channels, struct call_under_way *call, int64_t time_ns);

void calls_take(struct channels *channels, const struct channel_record *record)
{
    struct signalling pdu;
    bool readable = !record->snapped && signalling_decode(record->sdu, record->size, &pdu, NULL);
    if (!readable)
        channels->unread_count++;
    if (record->snapped)
        return;
    struct interface *interface = interface_at(channels, record->interface);
    switch (pdu.sscop) {
    case SSCOP_BGN:
    case SSCOP_BGAK:
    case SSCOP_RS:
    case SSCOP_RSAK:
    case SSCOP_ER:
    case SSCOP_ERAK: /* its sequence numbers begin again */
        interface->windows[record->from_host] = (struct sequence_window){0};
        break;
    case SSCOP_SD:
        if (!pdu.has_message || is_repetition(&interface->windows[record->from_host], pdu.sequence))
            break;
        channels->message_count++;
        take_message(channels, record, &pdu);
        break;
    default: /* the others say nothing about calls */
        break;
    }
}

/* Numbers far behind the newest one are those of a connection whose beginning was not seen. */
static bool is_repetition(struct sequence_window *window, uint32_t sequence)
{
    uint32_t ahead = (sequence - window->newest) % SEQUENCE_MODULUS;
    uint32_t behind = (window->newest - sequence) % SEQUENCE_MODULUS;
    if (window->started && behind < WINDOW_SIZE) {
        bool seen = window->seen >> behind & 1;
        window->seen |= UINT64_C(1) << behind;
        return seen;
    }
    bool continues = window->started && ahead < WINDOW_SIZE;
    window->seen = (continues ? window->seen << ahead : 0) | 1;
    window->newest = sequence;
    window->started = true;
    return false;
}

static void take_message(struct channels *channels, const struct channel_record *record,
                         const struct signalling *message)
{
    bool by_host = record->from_host == message->from_originator;
    struct call_under_way *call = call_find(channels, record->interface, message->call_reference, by_host);
    switch (message->message) {
    case CALL_MESSAGE_SETUP:
        if (call && call->releasing)
            call_end(channels, call, record->time_ns);
        else if (call)
            break; /* the network asks again */
        take_setup(channels, record, message, by_host);
        break;
    case CALL_MESSAGE_ALERTING:
    case CALL_MESSAGE_CALL_PROCEEDING:
    case CALL_MESSAGE_CONNECT:
        take_progress(channels, record, message, call, by_host);
        break;
    case CALL_MESSAGE_ADD_PARTY:
    case CALL_MESSAGE_ADD_PARTY_ACKNOWLEDGE:
    case CALL_MESSAGE_ADD_PARTY_REJECT:
    case CALL_MESSAGE_DROP_PARTY:
        if (call)
            take_party(channels, record, message, call);
        break;
    case CALL_MESSAGE_STATUS:
        if (!(message->elements & SIGNALLING_CALL_STATE) || message->call_state != 0)
            break;
        if (call)
            take_release(channels, record, message, call);
        break;
    case CALL_MESSAGE_RELEASE:
    case CALL_MESSAGE_RELEASE_COMPLETE:
        if (call)
            take_release(channels, record, message, call);
        break;
    case CALL_MESSAGE_RESTART:
        take_restart(channels, record, message);
        break;
    default: /* says nothing about VCCs */
        break;
    }
}

static void take_setup(struct channels *channels, const struct channel_record *record,
                       const struct signalling *message, bool by_host)
{
    struct call_under_way *call = call_begin(channels, record, message->call_reference, by_host);
    if (!call)
        return;
    struct channel *channel = call->channel;
    channel->insides->called = true;
    channel->called_known = message->elements & SIGNALLING_CALLED;
    channel->calling_known = message->elements & SIGNALLING_CALLING;
    channel->b_lli_known = message->elements & SIGNALLING_B_LLI;
    channel->vcc.call = (struct call){.calling = message->calling,
                                      .called = message->called,
                                      .b_lli = message->b_lli,
                                      .point_to_multipoint = message->point_to_multipoint,
                                      .max_sdu_size = message->forward_max_sdu};
    if (channel->b_lli_known)
        behaviour_learn_medium(channels, medium_of_b_lli(message->b_lli));
    connect_channel(channels, record, message, channel);
    channels_conclude(channels, channel, record->number);
    tell(channels, CHANNEL_SETUP, channel, record, message);
}

/* CALL PROCEEDING, ALERTING, CONNECT: the VCI, and the VCC itself. */
static void take_progress(struct channels *channels, const struct channel_record *record,
                          const struct signalling *message, struct call_under_way *call, bool by_host)
{
    if (!call && message->elements & SIGNALLING_CONNECTION)
        call = call_begin(channels, record, message->call_reference, by_host);
    if (!call || call->releasing)
        return;
    connect_channel(channels, record, message, call->channel);
    if (message->message != CALL_MESSAGE_CONNECT || call->connected)
        return;
    call->connected = true;
    struct channel *channel = call->channel;
    channel->vcc.open = true;
    if (channel->vcc.call.point_to_multipoint && channel->caller == CALLER_HOST)
        channel->party_count++;
    tell(channels, CHANNEL_CONNECTED, channel, record, message);
}

static void take_party(struct channels *channels, const struct channel_record *record,
                       const struct signalling *message, struct call_under_way *call)
{
    struct channel *channel = call->channel;
    channel->vcc.call.point_to_multipoint = true;
    if (channel->vcc.kind == VCC_UNKNOWN)
        channels_conclude(channels, channel, record->number);
    switch (message->message) {
    case CALL_MESSAGE_ADD_PARTY:
        if (message->elements & SIGNALLING_CALLED && channel->vcc.kind != VCC_UNKNOWN)
            role_learn(channels, &message->called, ROLE_OF_LEC);
        tell(channels, CHANNEL_PARTY_SETUP, channel, record, message);
        break;
    case CALL_MESSAGE_ADD_PARTY_ACKNOWLEDGE:
        channel->party_count++;
        tell(channels, CHANNEL_PARTY_ADDED, channel, record, message);
        break;
    case CALL_MESSAGE_DROP_PARTY:
        if (channel->party_count)
            channel->party_count--;
        tell(channels, CHANNEL_PARTY_DROPPED, channel, record, message);
        break;
    case CALL_MESSAGE_ADD_PARTY_REJECT:
        tell(channels, CHANNEL_PARTY_DROPPED, channel, record, message);
        break;
    }
}

/* The first of them counts as the release, the last one frees the call reference. */
static void take_release(struct channels *channels, const struct channel_record *record,
                         const struct signalling *message, struct call_under_way *call)
{
    struct channel *channel = call->channel;
    if (!call->releasing) {
        call->releasing = true;
        channel_close(channel, record->time_ns);
        channel->insides->released = true;
        channel->party_count = 0;
        tell(channels, CHANNEL_RELEASED, channel, record, message);
    }
    if (message->message != CALL_MESSAGE_RELEASE)
        call_end(channels, call, record->time_ns);
}

/* Of one connection, or of all calls of the interface. */
static void take_restart(struct channels *channels, const struct channel_record *record,
                         const struct signalling *message)
{
    if (message->elements & SIGNALLING_CONNECTION) {
        bool any_path = message->elements & SIGNALLING_ANY_PATH;
        struct channel *channel = channel_at(channels, record->interface,
                                             any_path ? record->vpi : (uint8_t)message->vpci, message->vci);
        if (channel && channel->insides->call)
            call_end(channels, channel->insides->call, record->time_ns);
        return;
    }
    struct interface *interface = interface_at(channels, record->interface);
    while (interface->newest_call)
        call_end(channels, interface->newest_call, record->time_ns);
}

/* The network has given the call a VCI. */
static void connect_channel(struct channels *channels, const struct channel_record *record,
                            const struct signalling *message, struct channel *channel)
{
    if (!(message->elements & SIGNALLING_CONNECTION))
        return;
    bool any_path = message->elements & SIGNALLING_ANY_PATH;
    if (!any_path && message->vpci > UINT8_MAX)
        return;
    uint8_t vpi = any_path ? record->vpi : (uint8_t)message->vpci;
    if (vpi == SIGNALLING_VPI && message->vci < FIRST_FREE_VCI)
        return;
    if (channel->insides->bound && channel->vpi == vpi && channel->vcc.vci == message->vci)
        return;
    channel_bind(channels, channel, vpi, message->vci, record->time_ns);
}

static void tell(struct channels *channels, enum channel_event_kind kind, struct channel *channel,
                 const struct channel_record *record, const struct signalling *message)
{
    channels->event_called = message->called;
    channels->event = (struct channel_event){
        .kind = kind,
        .channel = channel,
        .from_host = record->from_host,
        .cause = message->cause,
        .called = message->elements & SIGNALLING_CALLED ? &channels->event_called : NULL};
    channels->has_event = true;
}

static struct call_under_way **bucket_of(struct channels *channels, uint32_t interface, uint32_t reference,
                                         bool by_host)
{
    if (!channels->calls)
        channels->calls = arena_zeroed(channels->arena, CALL_BUCKETS * sizeof(struct call_under_way *));
    uint64_t key = (uint64_t)interface << 32 | reference << 1 | by_host;
    return &channels->calls[key * UINT64_C(0x9e3779b97f4a7c15) >> 32 & (CALL_BUCKETS - 1)];
}

static struct call_under_way *call_find(struct channels *channels, uint32_t interface, uint32_t reference,
                                        bool by_host)
{
    struct call_under_way *call = *bucket_of(channels, interface, reference, by_host);
    while (call && (call->interface != interface || call->reference != reference || call->by_host != by_host))
        call = call->next;
    return call;
}

/* A call and its channel; NULL when there is no room. */
static struct call_under_way *call_begin(struct channels *channels, const struct channel_record *record,
                                         uint32_t reference, bool by_host)
{
    struct channel *channel = channel_make(channels, record->interface, record);
    if (!channel)
        return NULL;
    struct call_under_way *call = channels->free_call;
    if (call)
        channels->free_call = call->next;
    else
        call = arena_zeroed(channels->arena, sizeof *call);
    struct interface *interface = interface_at(channels, record->interface);
    struct call_under_way **bucket = bucket_of(channels, record->interface, reference, by_host);
    *call = (struct call_under_way){.next = *bucket,
                                    .older = interface->newest_call,
                                    .interface = record->interface,
                                    .reference = reference,
                                    .by_host = by_host,
                                    .channel = channel};
    if (call->older)
        call->older->newer = call;
    *bucket = interface->newest_call = call;
    channel->caller = by_host ? CALLER_HOST : CALLER_NETWORK;
    channel->insides->signalled = true;
    channel->insides->call = call;
    return call;
}

static void call_end(struct channels *channels, struct call_under_way *call, int64_t time_ns)
{
    if (!call->releasing)
        channel_close(call->channel, time_ns);
    call->channel->insides->released = true;
    call->channel->insides->call = NULL;
    struct call_under_way **link = bucket_of(channels, call->interface, call->reference, call->by_host);
    while (*link != call)
        link = &(*link)->next;
    *link = call->next;
    struct interface *interface = interface_at(channels, call->interface);
    if (call->newer)
        call->newer->older = call->older;
    else
        interface->newest_call = call->older;
    if (call->older)
        call->older->newer = call->newer;
    call->next = channels->free_call;
    channels->free_call = call;
}
