/* What frames tell about their VCC, about who is who, and about the medium (lane-wire 10).
 *
 * A record without the direction bit may have been received by the host or overheard between others, so it
 * proves less than one that the host sent. A host may also be LEC and server at once; while it does not show
 * that it serves, what a LEC of it sends is taken for a LEC's.
 */
#include "audit/channels_private.h"

/* Places in LE control frames and in 802.5 LE data (lane-wire 1 and 12). */
#define OPCODE_AT        4
#define STATUS_AT        6
#define TRANSACTION_AT   8
#define REQUESTER_AT     12
#define TARGET_LAN_AT    24
#define SOURCE_ATM_AT    32
#define LAN_TYPE_AT      52
#define TARGET_ATM_AT    56
#define DESTINATION_8023 2
#define DESTINATION_8025 4
#define GROUP_BIT_8023   0x01
#define GROUP_BIT_8025   0x80

/* Frames that only LECS and LES send. */
#define CLASSES_OF_SERVERS (CLASS_CONFIGURE_RESPONSE | CLASS_JOIN_RESPONSE | CLASS_LES_RESPONSE)

/* Control frames that travel between a LEC and its LES; a VCC that has them in both directions is a Control
 * Direct. */
#define CLASSES_OF_LES                                                                                       \
    (CLASS_JOIN_RESPONSE | CLASS_LES_RESPONSE | CLASS_QUESTION | CLASS_LE_ARP_RESPONSE | CLASS_FLUSH_RESPONSE)

static const uint16_t request_classes[] = {
    [LE_CONFIGURE_REQUEST] = CLASS_CONFIGURE_REQUEST,
    [LE_JOIN_REQUEST] = CLASS_JOIN_REQUEST,
    [READY_QUERY] = CLASS_READY,
    [LE_REGISTER_REQUEST] = CLASS_LES_REQUEST,
    [LE_UNREGISTER_REQUEST] = CLASS_LES_REQUEST,
    [LE_ARP_REQUEST] = CLASS_QUESTION,
    [LE_FLUSH_REQUEST] = CLASS_FLUSH_REQUEST,
    [LE_NARP_REQUEST] = CLASS_QUESTION,
    [LE_TOPOLOGY_REQUEST] = CLASS_QUESTION,
    [LE_VERIFY_REQUEST] = CLASS_LES_REQUEST,
};
#define OPCODE_COUNT (sizeof request_classes / sizeof *request_classes)
static const uint16_t response_classes[OPCODE_COUNT] = {
    [LE_CONFIGURE_REQUEST] = CLASS_CONFIGURE_RESPONSE,
    [LE_JOIN_REQUEST] = CLASS_JOIN_RESPONSE,
    [READY_QUERY] = CLASS_READY,
    [LE_REGISTER_REQUEST] = CLASS_LES_RESPONSE,
    [LE_UNREGISTER_REQUEST] = CLASS_LES_RESPONSE,
    [LE_ARP_REQUEST] = CLASS_LE_ARP_RESPONSE,
    [LE_FLUSH_REQUEST] = CLASS_FLUSH_RESPONSE,
    [LE_VERIFY_REQUEST] = CLASS_LES_RESPONSE,
};

static void learn_request(struct channels *channels, struct channel *channel,
                          const struct channel_record *record, unsigned class);
static void learn_response(struct channels *channels, struct channel *channel,
                           const struct channel_record *record, unsigned class);
static void learn_answer(struct channel *asked, struct channel *answering);
static bool exchanged(const struct channel *channel, unsigned request, unsigned response);
static void learn_medium(struct channels *channels, enum medium medium, bool answered);
static enum medium medium_of_lan_type(uint8_t lan_type);
static void note_data(struct data_seen *seen, uint16_t lecid, unsigned class);
static enum vcc_kind kind_by_control(const struct channel *channel);
static enum vcc_kind kind_by_data(struct channels *channels, const struct channel *channel);
static struct atm_address address_at(const uint8_t *at);
static const uint8_t *frame_of(enum frame_carrier carrier, const struct channel_record *record);
static bool is_ip_or_arp(const uint8_t *at);

unsigned behaviour_class(enum frame_carrier carrier, const uint8_t *sdu, size_t size)
{
    size_t prefix_size = carrier == CARRIER_LANE_LLC ? LLC_PREFIX_SIZE : 0;
    if (size < prefix_size + LE_READY_SIZE)
        return CLASS_OTHER;
    bool token_ring = carrier == CARRIER_LANE_8025 || (prefix_size && sdu[7] == 0x0d);
    const uint8_t *frame = sdu + prefix_size;
    if (!le_control_marked(frame, size - prefix_size)) {
        if (token_ring)
            return frame[DESTINATION_8025] & GROUP_BIT_8025 ? CLASS_GROUP_DATA : CLASS_UNICAST_DATA;
        return frame[DESTINATION_8023] & GROUP_BIT_8023 ? CLASS_GROUP_DATA : CLASS_UNICAST_DATA;
    }
    uint16_t opcode = octets_u16(frame + OPCODE_AT);
    unsigned number = opcode & ~(unsigned)LE_RESPONSE_BIT;
    unsigned class = 0;
    if (number < OPCODE_COUNT)
        class = opcode & LE_RESPONSE_BIT ? response_classes[number] : request_classes[number];
    if (class == 0 || (class != CLASS_READY && size - prefix_size < LE_CONTROL_SIZE))
        return CLASS_OTHER;
    return class;
}

void behaviour_learn(struct channels *channels, struct channel *channel, const struct channel_record *record,
                     unsigned class)
{
    if (class & (CLASS_CONFIGURE_REQUEST | CLASS_JOIN_REQUEST | CLASS_LES_REQUEST))
        learn_request(channels, channel, record, class);
    else if (class & (CLASSES_OF_SERVERS | CLASS_LE_ARP_RESPONSE) && channel->carrier != CARRIER_LANE_LLC)
        learn_response(channels, channel, record, class);
    else if (class & CLASSES_DATA && channels->medium == MEDIUM_UNKNOWN)
        learn_medium(channels, behaviour_medium(channel->carrier, record->sdu, record->size), false);
}

bool behaviour_joins_anew(const struct channels *channels, const struct channel *channel,
                          const struct channel_record *record, unsigned class)
{
    if (class != CLASS_JOIN_REQUEST || channel->carrier == CARRIER_LANE_LLC)
        return false;
    struct atm_address address = address_at(record->sdu + SOURCE_ATM_AT);
    const struct station_address *joining = role_known_address(channels, &address);
    return joining && joining->joined && joining->at_host == record->from_host;
}

void behaviour_note(struct channel *channel, const struct channel_record *record, unsigned class)
{
    struct channel_insides *insides = channel->insides;
    const uint8_t *frame = frame_of(channel->carrier, record);
    *(record->from_host ? &insides->from_host : &insides->others) |= class;
    if (class & CLASSES_DATA)
        note_data(record->from_host ? &insides->data_from_host : &insides->data_of_others, octets_u16(frame),
                  class);
}

enum vcc_kind behaviour_kind(struct channels *channels, struct channel *channel)
{
    const struct channel_insides *insides = channel->insides;
    unsigned seen = insides->from_host | insides->others;
    if (channel->vpi == SIGNALLING_VPI && channel->vcc.vci == LECS_PVC_VCI)
        return VCC_CONFIGURATION_DIRECT;
    if (channel->carrier == CARRIER_LANE_LLC || seen & CLASS_READY)
        return VCC_DATA_DIRECT;
    if (exchanged(channel, CLASS_CONFIGURE_REQUEST, CLASS_CONFIGURE_RESPONSE))
        return VCC_CONFIGURATION_DIRECT;
    enum vcc_kind kind = kind_by_control(channel);
    return kind == VCC_UNKNOWN ? kind_by_data(channels, channel) : kind;
}

unsigned behaviour_contradictions(enum vcc_kind kind)
{
    static const unsigned contradictions[VCC_KIND_COUNT] = {
        [VCC_CONFIGURATION_DIRECT] =
            CLASSES_ALL & ~(unsigned)(CLASS_CONFIGURE_REQUEST | CLASS_CONFIGURE_RESPONSE | CLASS_OTHER),
        [VCC_CONTROL_DIRECT] =
            CLASS_CONFIGURE_REQUEST | CLASS_CONFIGURE_RESPONSE | CLASS_READY | CLASSES_DATA,
        [VCC_CONTROL_DISTRIBUTE] = CLASS_CONFIGURE_REQUEST | CLASS_CONFIGURE_RESPONSE | CLASS_JOIN_REQUEST |
                                   CLASS_LES_REQUEST | CLASS_READY | CLASSES_DATA,
        [VCC_MULTICAST_SEND] = CLASSES_ALL & ~(unsigned)(CLASSES_DATA | CLASS_FLUSH_REQUEST | CLASS_OTHER),
        [VCC_MULTICAST_FORWARD] = CLASSES_ALL & ~(unsigned)(CLASSES_DATA | CLASS_FLUSH_REQUEST | CLASS_OTHER),
        [VCC_DATA_DIRECT] = CLASSES_ALL & ~(unsigned)(CLASSES_DATA | CLASS_READY | CLASS_FLUSH_REQUEST |
                                                      CLASS_FLUSH_RESPONSE | CLASS_OTHER),
    };
    return contradictions[kind];
}

/* Certain are LLC/SNAP with IPv4 or ARP at the place where 802.5 has it, and IPv4 or ARP at the place of
 * 802.3. */
enum medium behaviour_medium(enum frame_carrier carrier, const uint8_t *sdu, size_t size)
{
    enum { CONTROL_8025 = 3, SOURCE_8025 = 10, ROUTE_8025 = 16, TYPE_8023 = 14, ROUTED = 0x80 };
    static const uint8_t snap[] = {0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00};
    if (carrier == CARRIER_LANE_LLC || size < 48)
        return MEDIUM_UNKNOWN;
    size_t snap_at = ROUTE_8025;
    if (sdu[SOURCE_8025] & ROUTED)
        snap_at += sdu[ROUTE_8025] & 0x1fu;
    bool is_8025 = snap_at + sizeof snap + 4 <= size && (sdu[CONTROL_8025] & 0xf8) == 0x40 &&
                   memcmp(sdu + snap_at, snap, sizeof snap) == 0 && is_ip_or_arp(sdu + snap_at + sizeof snap);
    bool is_8023 = is_ip_or_arp(sdu + TYPE_8023);
    if (is_8025 == is_8023)
        return MEDIUM_UNKNOWN;
    return is_8025 ? MEDIUM_8025 : MEDIUM_8023;
}

void behaviour_learn_medium(struct channels *channels, enum medium medium)
{
    learn_medium(channels, medium, false);
}

/* A type field and the first two octets behind it. */
static bool is_ip_or_arp(const uint8_t *at)
{
    unsigned type = octets_u16(at);
    return (type == ETHERTYPE_IPV4 && at[2] >> 4 == 4) ||
           (type == ETHERTYPE_ARP && at[2] == 0 && (at[3] == ARP_ETHERNET || at[3] == ARP_IEEE_802));
}

static void learn_request(struct channels *channels, struct channel *channel,
                          const struct channel_record *record, unsigned class)
{
    if (channel->carrier == CARRIER_LANE_LLC)
        return;
    struct atm_address address = address_at(record->sdu + SOURCE_ATM_AT);
    uint32_t transaction = octets_u32(record->sdu + TRANSACTION_AT);
    if (class != CLASS_LES_REQUEST) {
        channel->insides->transaction = transaction;
        channel->insides->waiting_for =
            class == CLASS_JOIN_REQUEST ? CLASS_JOIN_RESPONSE : CLASS_CONFIGURE_RESPONSE;
        *(record->from_host ? &channel->insides->from_host : &channel->insides->others) |= class;
        learn_medium(channels, medium_of_lan_type(record->sdu[LAN_TYPE_AT]), false);
        role_learn(channels, &address, ROLE_OF_LEC);
        struct station_address *joining =
            class == CLASS_JOIN_REQUEST ? role_address(channels, &address) : NULL;
        if (joining && (!joining->joined || joining->at_host == record->from_host)) {
            joining->control_direct = channel;
            joining->at_host = record->from_host;
            joining->joined = false;
            joining->waiting = true;
            joining->transaction = transaction;
        }
        return;
    }
    struct lec *lec = lec_of(channels, octets_u16(record->sdu + REQUESTER_AT));
    if (!lec->control_direct || !lec->control_direct->vcc.open)
        lec->control_direct = channel;
    lec->at_host |= record->from_host;
    lec->waiting = lec->control_direct == channel;
    lec->transaction = transaction;
}

static void learn_response(struct channels *channels, struct channel *channel,
                           const struct channel_record *record, unsigned class)
{
    const uint8_t *frame = record->sdu;
    uint32_t transaction = octets_u32(frame + TRANSACTION_AT);
    struct lec *lec = lec_of(channels, octets_u16(frame + REQUESTER_AT));
    if (record->from_host && (class & CLASSES_OF_SERVERS || lec->at_host))
        channels->host_serves = true;
    struct channel_insides *insides = channel->insides;
    if (insides->waiting_for == class && insides->transaction == transaction)
        insides->answered = true;
    if (class == CLASS_LES_RESPONSE && lec->waiting && lec->transaction == transaction) {
        lec->waiting = false;
        learn_answer(lec->control_direct, channel);
    }
    if (octets_u16(frame + STATUS_AT) != LE_STATUS_SUCCESS)
        return;
    struct atm_address source = address_at(frame + SOURCE_ATM_AT);
    struct atm_address target = address_at(frame + TARGET_ATM_AT);
    if (class == CLASS_CONFIGURE_RESPONSE)
        role_learn(channels, &target, ROLE_OF_LES);
    if (class == CLASS_LE_ARP_RESPONSE) {
        static const uint8_t broadcast[] = {0, LAN_TAG_MAC, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
        if (memcmp(frame + TARGET_LAN_AT, broadcast, sizeof broadcast) == 0)
            role_learn(channels, &target, ROLE_OF_BUS);
    }
    struct station_address *joined = class == CLASS_JOIN_RESPONSE ? role_address(channels, &source) : NULL;
    if (joined && joined->waiting && joined->transaction == transaction) {
        joined->waiting = false;
        joined->joined = true;
        learn_answer(joined->control_direct, channel);
        *lec = (struct lec){.control_direct = joined->control_direct, .at_host = joined->at_host};
    }
    if (class & (CLASS_CONFIGURE_RESPONSE | CLASS_JOIN_RESPONSE))
        learn_medium(channels, medium_of_lan_type(frame[LAN_TYPE_AT]), true);
}

/* A request on 'asked' was answered on 'answering'. */
static void learn_answer(struct channel *asked, struct channel *answering)
{
    asked->insides->asked = true;
    if (asked != answering && asked->vcc.open)
        answering->insides->answers_others = true;
}

/* The first answer counts, whatever was believed before; else what comes first. */
static void learn_medium(struct channels *channels, enum medium medium, bool answered)
{
    if (medium == MEDIUM_UNKNOWN || channels->medium_is_answered ||
        (channels->medium != MEDIUM_UNKNOWN && !answered))
        return;
    channels->medium_is_answered = answered;
    if (channels->medium != medium)
        channels->version++;
    channels->medium = medium;
}

static enum medium medium_of_lan_type(uint8_t lan_type)
{
    static const enum medium media[] = {[LAN_TYPE_8023] = MEDIUM_8023, [LAN_TYPE_8025] = MEDIUM_8025};
    return lan_type < sizeof media / sizeof *media ? media[lan_type] : MEDIUM_UNKNOWN;
}

static void note_data(struct data_seen *seen, uint16_t lecid, unsigned class)
{
    struct lecids *lecids = class == CLASS_GROUP_DATA ? &seen->group : &seen->unicast;
    if (lecid == 0)
        return;
    if (lecids->first == 0)
        lecids->first = lecid;
    lecids->several |= lecids->first != lecid;
}

/* The host made the request, or answered it, or others did both while the host kept silent. */
static bool exchanged(const struct channel *channel, unsigned request, unsigned response)
{
    const struct channel_insides *insides = channel->insides;
    if (insides->from_host & request)
        return true;
    if (!(insides->others & request))
        return false;
    return insides->from_host & response || (insides->answered && !insides->from_host);
}

/* From what LEC and LES say to each other. */
static enum vcc_kind kind_by_control(const struct channel *channel)
{
    const struct channel_insides *insides = channel->insides;
    unsigned seen = insides->from_host | insides->others;
    if (insides->asked || exchanged(channel, CLASS_JOIN_REQUEST, CLASS_JOIN_RESPONSE))
        return VCC_CONTROL_DIRECT;
    if (insides->answers_others)
        return VCC_CONTROL_DISTRIBUTE;
    if (insides->called && channel->caller != CALLER_OTHERS) {
        bool by_host = channel->caller == CALLER_HOST;
        if ((by_host ? insides->others : insides->from_host) & CLASSES_OF_LES)
            return VCC_CONTROL_DIRECT; /* a Control Distribute goes one way, from its caller */
        if ((by_host ? insides->from_host : insides->others) & (CLASS_JOIN_RESPONSE | CLASS_LES_RESPONSE))
            return VCC_CONTROL_DISTRIBUTE;
    }
    bool both_ways = insides->from_host & CLASSES_OF_LES && insides->others & CLASSES_OF_LES;
    return both_ways && !(seen & (CLASSES_DATA | CLASS_FLUSH_REQUEST)) ? VCC_CONTROL_DIRECT : VCC_UNKNOWN;
}

/* From whose data it carries. */
static enum vcc_kind kind_by_data(struct channels *channels, const struct channel *channel)
{
    const struct data_seen *host = &channel->insides->data_from_host;
    const struct data_seen *others = &channel->insides->data_of_others;
    if (host->group.several || others->group.several)
        return VCC_MULTICAST_FORWARD;
    if (!host->group.first && !others->group.first && host->unicast.first && others->unicast.first &&
        !host->unicast.several && !others->unicast.several && host->unicast.first != others->unicast.first)
        return VCC_DATA_DIRECT;
    uint16_t lecid = host->group.first ? host->group.first : others->group.first;
    struct lec *lec = lecid ? lec_of(channels, lecid) : NULL;
    if (!lec || !lec->at_host || channels->host_serves)
        return VCC_UNKNOWN;
    if (host->group.first && !others->group.first &&
        (!lec->multicast_send || lec->multicast_send == channel)) {
        lec->multicast_send = channel;
        return VCC_MULTICAST_SEND;
    }
    bool comes_back = others->group.first && !host->group.first && !host->unicast.first;
    return comes_back && lec->multicast_send != channel ? VCC_MULTICAST_FORWARD : VCC_UNKNOWN;
}

static struct atm_address address_at(const uint8_t *at)
{
    struct atm_address address;
    memcpy(address.octet, at, sizeof address.octet);
    return address;
}

/* The frame behind the LLC prefix, if there is one. */
static const uint8_t *frame_of(enum frame_carrier carrier, const struct channel_record *record)
{
    return record->sdu + (carrier == CARRIER_LANE_LLC ? LLC_PREFIX_SIZE : 0);
}
