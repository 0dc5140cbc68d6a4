#include "wire/frame.h"

#include <assert.h>

#include "wire/token_ring.h"

#define LE_HEADER_SIZE 2

/* FRAME-TYPE behind the OUI of the LLC prefix (lane-wire 12.3). */
#define LLC_PREFIX_8023 0x000c
#define LLC_PREFIX_8025 0x000d

/* The offset in an IPv4 header's fragment field. */
#define FRAGMENT_OFFSET 0x1fff

static void decode_lane(bool token_ring, struct octets octets, struct frame *frame);
static void decode_llc_multiplexed(struct octets octets, struct frame *frame);
static void decode_control(struct octets octets, struct frame *frame);
static void decode_ethernet(struct octets octets, struct frame *frame);
static void decode_8025(struct octets octets, size_t first, struct frame *frame);
static void decode_payload(struct frame *frame);
static void decode_ipv4(struct frame *frame);
static enum frame_name name_of_arp(const struct arp *arp);
static enum frame_name name_of_icmp(const struct icmp *icmp);

static_assert(FRAME_NAME_COUNT <= 64, "FRAME_SET has a bit for every name");

const char *frame_name_text(enum frame_name name)
{
    static const char *const texts[] = {
#define X(name, text) text,
        FRAME_NAMES(X)
#undef X
    };
    return (size_t)name < FRAME_NAME_COUNT ? texts[name] : texts[FRAME_MALFORMED];
}

enum frame_name frame_name_of_control(const struct le_control *control)
{
    if (control->opcode == LE_ARP_REQUEST && control->target_lan.tag == LAN_TAG_NOT_PRESENT &&
        control->source_lan.tag == LAN_TAG_MAC)
        return FRAME_TARGETLESS_LE_ARP_REQUEST;
    if (control->opcode == LE_NARP_REQUEST && atm_address_is_zero(&control->source_atm))
        return atm_address_is_zero(&control->target_atm) ? FRAME_ZERO_LE_NARP_REQUEST
                                                         : FRAME_NO_SOURCE_LE_NARP_REQUEST;
    switch (control->opcode) {
#define X(name, value)                                                                                       \
    case value:                                                                                              \
        return FRAME_##name;
        LE_OPCODES(X)
#undef X
    }
    return FRAME_LE_UNKNOWN;
}

void frame_decode(enum frame_carrier carrier, const uint8_t *data, size_t size, struct frame *frame)
{
    struct octets octets = {data, size};
    frame->name = FRAME_MALFORMED;
    frame->layers = 0;
    frame->octets = octets;
    frame->lecid = 0;
    frame->llc_multiplexed = false;
    frame->token_ring = false;
    frame->elan_id = 0;
    frame->route = (struct octets){0};
    frame->reason.text[0] = '\0';
    switch (carrier) {
    case CARRIER_LANE_8023:
        decode_lane(false, octets, frame);
        break;
    case CARRIER_LANE_8025:
        decode_lane(true, octets, frame);
        break;
    case CARRIER_LANE_LLC:
        decode_llc_multiplexed(octets, frame);
        break;
    case CARRIER_ETHERNET:
        decode_ethernet(octets, frame);
        break;
    case CARRIER_TOKEN_RING:
        decode_8025(octets, 0, frame);
        break;
    }
}

bool frame_is_disguised_advertisement(const struct frame *frame)
{
    struct vrrp message;
    return frame->name == FRAME_IPV4 && frame->ipv4.protocol != IPV4_PROTOCOL_AH &&
           vrrp_decode(frame->ipv4.payload, &message, NULL) && message.version == 2 && message.type == 1 &&
           message.complete && message.checksum_good;
}

/* What a LANE VCC carries: control by its marker, else data (lane-wire 10). */
static void decode_lane(bool token_ring, struct octets octets, struct frame *frame)
{
    if (le_control_marked(octets.data, octets.size)) {
        decode_control(octets, frame);
        return;
    }
    if (octets.size < LE_HEADER_SIZE) {
        reason_set(&frame->reason, "LE data: %zu octets are left, but the LE header has %d", octets.size,
                   LE_HEADER_SIZE);
        return;
    }
    frame->layers |= LAYER_LE_DATA;
    frame->lecid = octets_u16(octets.data);
    if (token_ring)
        decode_8025(octets, LE_HEADER_SIZE, frame);
    else
        decode_ethernet((struct octets){octets.data + LE_HEADER_SIZE, octets.size - LE_HEADER_SIZE}, frame);
}

static void decode_llc_multiplexed(struct octets octets, struct frame *frame)
{
    static const uint8_t lane[] = {0xaa, 0xaa, 0x03, 0x00, 0xa0, 0x3e};
    if (octets.size < LLC_PREFIX_SIZE || memcmp(octets.data, lane, sizeof lane) != 0) {
        reason_set(&frame->reason,
                   "octet 0: a frame on an LLC-multiplexed VCC starts with AA-AA-03-00-A0-3E, "
                   "FRAME-TYPE and ELAN-ID (12 octets)");
        return;
    }
    frame->llc_multiplexed = true;
    frame->elan_id = octets_u32(octets.data + 8);
    uint16_t type = octets_u16(octets.data + sizeof lane);
    struct octets rest = {octets.data + LLC_PREFIX_SIZE, octets.size - LLC_PREFIX_SIZE};
    if (type == LLC_PREFIX_8023 || type == LLC_PREFIX_8025)
        decode_lane(type == LLC_PREFIX_8025, rest, frame);
    else
        reason_set(&frame->reason, "octet 6: FRAME-TYPE 0x%04x is neither 0x%04x (802.3) nor 0x%04x (802.5)",
                   type, LLC_PREFIX_8023, LLC_PREFIX_8025);
}

static void decode_control(struct octets octets, struct frame *frame)
{
    bool whole = le_control_decode(octets.data, octets.size, &frame->control, &frame->reason);
    if (whole)
        frame->name = frame_name_of_control(&frame->control);
    if (whole || octets.size >= LE_CONTROL_HEADER_SIZE)
        frame->layers |= LAYER_CONTROL;
}

static void decode_ethernet(struct octets octets, struct frame *frame)
{
    if (!ethernet_decode(octets.data, octets.size, &frame->ethernet, &frame->reason))
        return;
    frame->layers |= LAYER_ETHERNET;
    decode_payload(frame);
}

/* AC, FC, addresses, routing information, LLC, from octet 'first' on: in an ELAN behind the LE header
 * (lane-wire 12.2). A frame that isn't LLC/SNAP, or no LLC frame at all, has type 0. */
static void decode_8025(struct octets octets, size_t first, struct frame *frame)
{
    frame->token_ring = true;
    if (!token_ring_decode(octets.data + first, octets.size - first, first, &frame->ethernet, &frame->route,
                           &frame->reason))
        return;
    frame->layers |= LAYER_ETHERNET;
    decode_payload(frame);
}

/* Reads what the Ethernet or 802.5 frame carries. */
static void decode_payload(struct frame *frame)
{
    frame->name = FRAME_ETHERNET;
    if (frame->ethernet.type == ETHERTYPE_IPV4) {
        decode_ipv4(frame);
    } else if (frame->ethernet.type == ETHERTYPE_ARP) {
        if (arp_decode(frame->ethernet.payload, &frame->arp, &frame->reason)) {
            frame->layers |= LAYER_ARP;
            frame->name = name_of_arp(&frame->arp);
        }
    }
}

static void decode_ipv4(struct frame *frame)
{
    if (!ipv4_decode(frame->ethernet.payload, &frame->ipv4, &frame->reason))
        return;
    frame->layers |= LAYER_IPV4;
    frame->name = FRAME_IPV4;
    if (frame->ipv4.fragment & FRAGMENT_OFFSET)
        return;
    uint8_t protocol = frame->ipv4.protocol;
    if (protocol == IPV4_PROTOCOL_AH &&
        authentication_header_decode(frame->ipv4.payload, &frame->ah, &frame->reason) &&
        frame->ah.next_protocol == IPV4_PROTOCOL_VRRP) {
        frame->layers |= LAYER_AH;
        protocol = IPV4_PROTOCOL_VRRP;
    }
    if (protocol == IPV4_PROTOCOL_VRRP) {
        frame->name = FRAME_ADVERTISEMENT;
        if (vrrp_decode(frame_vrrp_message(frame), &frame->vrrp, &frame->reason))
            frame->layers |= LAYER_VRRP;
    } else if (frame->ipv4.protocol == IPV4_PROTOCOL_ICMP) {
        if (icmp_decode(frame->ipv4.payload, &frame->icmp, &frame->reason)) {
            frame->layers |= LAYER_ICMP;
            frame->name = name_of_icmp(&frame->icmp);
        }
    }
}

static enum frame_name name_of_arp(const struct arp *arp)
{
    switch (arp->operation) {
    case ARP_REQUEST:
        return ipv4_equal(arp->sender_ip, arp->target_ip) ? FRAME_GRATUITOUS_ARP : FRAME_ARP_REQUEST;
    case ARP_REPLY:
        return FRAME_ARP_REPLY;
    }
    return FRAME_ETHERNET;
}

static enum frame_name name_of_icmp(const struct icmp *icmp)
{
    switch (icmp->type) {
    case ICMP_ECHO_REQUEST:
        return FRAME_ICMP_ECHO_REQUEST;
    case ICMP_ECHO_REPLY:
        return FRAME_ICMP_ECHO_REPLY;
    case ICMP_REDIRECT:
        return FRAME_ICMP_REDIRECT;
    }
    return FRAME_ICMP;
}
