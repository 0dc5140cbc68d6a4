/* Makes the capture that `make bench` measures audit and others with, of any length:
 *
 *   make_capture COUNT FILE.pcapng [TWIN.pcap]
 *
 * It is taken at a router with an ATM port and a LAN port. The router joins an ELAN, with signalling, and is
 * Master of 255 virtual routers there; on the LAN another router is Master of 255. Of the frames 40 % are LE
 * control, 40 % VRRP and 20 % ARP; 10,000 MAC addresses of hosts occur, and one frame in a hundred breaks a
 * requirement (enum violation). All others are what conforming devices send. The same arguments make the same
 * octets.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/duration.h"
#include "call_messages.h"
#include "capture_writer.h"
#include "wire/frame.h"

#define VRID_LAST       255
#define ELAN_HOST_COUNT 8000
#define LAN_HOST_COUNT  2000
#define EDGE_COUNT      64 /* proxy LECs, with the ELAN hosts behind them */

/* Each virtual router has a slot of every second; frames of a slot keep to these times. */
#define SLOT_NS    (NS_PER_S / VRID_LAST)
#define START_NS   SECONDS(1000000000) /* the capture, since 1970 */
#define MASTERS_NS SECONDS(10)         /* since then: the first slot */
#define BUS_NS     MICROSECONDS(200)   /* to the BUS and back */
#define LES_NS     MICROSECONDS(300)

#define VIOLATION_PERIOD 13              /* slots; there are 7.5 frames in each */
#define SETTLED_SLOTS    (4 * VRID_LAST) /* without violations, at the start */

#define LECID_ROUTER     2
#define LECID_FIRST_EDGE 100

/* VCIs; every Data Direct VCC is one of an edge. */
#define VCI_CONFIGURATION_DIRECT 32
#define VCI_CONTROL_DIRECT       33
#define VCI_CONTROL_DISTRIBUTE   34
#define VCI_MULTICAST_SEND       35
#define VCI_MULTICAST_FORWARD    36
#define VCI_FIRST_DATA_DIRECT    40

#define ELAN_NAME    "bench"
#define ELAN_ID      7
#define ELAN_NETWORK 0x0a000000u /* 10.0.0.0/16; the LAN is 10.1.0.0/16 */
#define LAN_NETWORK  0x0a010000u
#define ROUTER_HOST  0xfe01u /* 10.0.254.1, 10.1.254.1 */
#define VIRTUAL_HOST 0xff00u /* 10.0.255.VRID */

/* What is wrong with a frame. */
enum violation {
    VIOLATION_NONE,
    VIOLATION_TTL,           /* of the router's advertisement */
    VIOLATION_CHECKSUM,      /* of the LAN router's advertisement */
    VIOLATION_SOURCE_MAC,    /* the router's advertisement comes from its own MAC address */
    VIOLATION_ZERO_SOURCE,   /* targetless LE_ARP_REQUEST without ATM address */
    VIOLATION_NARP_RESPONSE, /* there is no such frame */
    VIOLATION_ARP_REPLY,     /* the answer for a virtual IP address names the router's own MAC address */
    VIOLATION_RESERVED,      /* LAN-TYPE in an LE_ARP_REQUEST */
    VIOLATION_DESTINATION,   /* the LAN router's advertisement goes to another group */
    VIOLATION_COUNT
};

struct maker {
    struct capture_writer *writer;
    uint64_t left;         /* frames that are still wanted */
    int64_t now_ns;        /* of the last frame */
    uint32_t sequence[2];  /* of SSCOP: sent, heard */
    uint32_t reference[2]; /* call references given */
    uint32_t transaction_id;
    uint32_t foreign_transaction_id;
    uint16_t identification; /* of IP */
    uint8_t data[512];       /* of the frame under way */
};

static void make(struct maker *maker);
static void begin(struct maker *maker);
static void call_out(struct maker *maker, struct call_of_port *call);
static void call_in(struct maker *maker, struct call_of_port *call);
static void join(struct maker *maker);
static void slot(struct maker *maker, uint64_t number);
static void start_master(struct maker *maker, uint8_t vrid, int64_t at_ns);
static void elan_advertisement(struct maker *maker, uint8_t vrid, int64_t at_ns, enum violation violation);
static void lan_advertisement(struct maker *maker, uint8_t vrid, int64_t at_ns, enum violation violation);
static void own_question(struct maker *maker, uint32_t host, int64_t at_ns, enum violation violation);
static void others_question(struct maker *maker, uint32_t host, int64_t at_ns, bool answered);
static void flush(struct maker *maker, unsigned edge, int64_t at_ns);
static void additional_violation(struct maker *maker, uint8_t vrid, uint32_t host, int64_t at_ns,
                                 enum violation violation);
static void elan_arp(struct maker *maker, uint8_t vrid, uint32_t host, int64_t at_ns,
                     enum violation violation);
static void lan_arp(struct maker *maker, uint8_t vrid, uint32_t host, int64_t at_ns);

int main(int count, char **words)
{
    char *end = NULL;
    uint64_t wanted = count > 1 ? strtoull(words[1], &end, 10) : 0;
    if (count < 3 || count > 4 || wanted == 0 || *end) {
        fprintf(stderr, "usage: make_capture COUNT FILE.pcapng [TWIN.pcap]\n");
        return 2;
    }
    struct maker maker = {.left = wanted, .writer = capture_writer_open(words[2], words[3])};
    make(&maker);
    capture_writer_close(maker.writer);
    return EXIT_SUCCESS;
}

static void make(struct maker *maker)
{
    begin(maker);
    join(maker);
    for (uint64_t number = 0; maker->left; number++)
        slot(maker, number);
}

/* --- addresses --- */

static struct atm_address atm_of(uint32_t esi, uint8_t selector)
{
    static const uint8_t prefix[13] = {0x47, 0x00, 0x05, 0x80, 0xff, 0xe1, 0x00,
                                       0x00, 0x00, 0xf2, 0x1a, 0x26, 0xd8};
    struct mac_address mac = {{0x00, 0x20, 0xea}};
    mac.octet[3] = (uint8_t)(esi >> 16);
    octets_put_u16(mac.octet + 4, (uint16_t)esi);
    return atm_address_of(prefix, mac, selector);
}

#define ATM_LECS   atm_of(1, 0)
#define ATM_LES    atm_of(1, 1)
#define ATM_BUS    atm_of(1, 2)
#define ATM_ROUTER atm_of(2, 0)

static struct atm_address atm_of_edge(unsigned edge)
{
    return atm_of(0x10000 + edge, 0);
}

/* Its MAC address in the ELAN. */
static const struct mac_address router_mac = {{0x00, 0x20, 0xea, 0x00, 0x00, 0x02}};

static unsigned edge_of(uint32_t host)
{
    return host % EDGE_COUNT;
}

static uint16_t lecid_of(unsigned edge)
{
    return (uint16_t)(LECID_FIRST_EDGE + edge);
}

static struct mac_address mac_of_host(uint32_t host)
{
    struct mac_address mac = {{0x00, 0x10, 0x7b, 0x00}};
    octets_put_u16(mac.octet + 4, (uint16_t)host);
    return mac;
}

/* Those of the LAN follow those of the ELAN. */
static struct ipv4_address ip_of_host(uint32_t host)
{
    uint32_t network = host < ELAN_HOST_COUNT ? ELAN_NETWORK : LAN_NETWORK;
    return (struct ipv4_address){network | (host / 250) << 8 | (host % 250 + 1)};
}

/* --- frames --- */

/* Every frame goes through here or put_lan(); none is put beyond the count. Times only rise. */
static void put(struct maker *maker, int64_t at_ns, bool sent, enum sunatm_traffic traffic, uint16_t vci,
                size_t size)
{
    if (!maker->left)
        return;
    maker->left--;
    maker->now_ns = at_ns > maker->now_ns ? at_ns : maker->now_ns + 1;
    capture_writer_sdu(maker->writer, START_NS + maker->now_ns, sent, traffic, vci, maker->data, size);
}

static void put_lan(struct maker *maker, int64_t at_ns, size_t size)
{
    if (!maker->left)
        return;
    maker->left--;
    maker->now_ns = at_ns > maker->now_ns ? at_ns : maker->now_ns + 1;
    capture_writer_lan(maker->writer, START_NS + maker->now_ns, maker->data, size);
}

static void put_control(struct maker *maker, int64_t at_ns, bool sent, uint16_t vci,
                        const struct le_control *control)
{
    put(maker, at_ns, sent, TRAFFIC_LANE, vci, le_control_encode(control, maker->data, sizeof maker->data));
}

/* A request of the router. */
static struct le_control request_of_router(struct maker *maker, enum le_opcode opcode)
{
    struct le_control control = le_control_of(opcode);
    control.transaction_id = ++maker->transaction_id;
    control.requester_lecid = LECID_ROUTER;
    control.source_lan = lan_destination_of_mac(router_mac);
    control.source_atm = ATM_ROUTER;
    return control;
}

/* The same as long as the router has no LECID: it says which ELAN it wants to be in. */
static struct le_control request_of_newcomer(struct maker *maker, enum le_opcode opcode)
{
    struct le_control request = request_of_router(maker, opcode);
    request.requester_lecid = 0;
    request.flags = LE_FLAG_V2_CAPABLE;
    request.lan_type = LAN_TYPE_8023;
    request.max_frame_size = MAX_FRAME_1516;
    request.elan_name_size = sizeof ELAN_NAME - 1;
    memcpy(request.elan_name, ELAN_NAME, sizeof ELAN_NAME - 1);
    return request;
}

/* --- the start --- */

/* The next message of the signalling channel. */
static void put_message(struct maker *maker, bool sent, size_t size)
{
    put(maker, maker->now_ns + MILLISECONDS(5), sent, TRAFFIC_SIGNALLING, SIGNALLING_VCI, size);
}

/* The signalling channel comes up, and the router gets its configuration. */
static void begin(struct maker *maker)
{
    for (int sent = 1; sent >= 0; sent--)
        put_message(maker, sent, sscop_begin(maker->data));
    for (int sent = 0; sent <= 1; sent++)
        put_message(maker, sent, sscop_begin_acknowledge(maker->data));
    struct call_of_port call = {.called = ATM_LECS, .b_lli = B_LLI_CONTROL, .vci = VCI_CONFIGURATION_DIRECT};
    call_out(maker, &call);

    struct le_control request = request_of_newcomer(maker, LE_CONFIGURE_REQUEST);
    put_control(maker, maker->now_ns + MILLISECONDS(1), true, VCI_CONFIGURATION_DIRECT, &request);
    struct le_control response = request;
    response.opcode |= LE_RESPONSE_BIT;
    response.flags = 0;
    response.target_atm = ATM_LES;
    put_control(maker, maker->now_ns + MILLISECONDS(1), false, VCI_CONFIGURATION_DIRECT, &response);
    put_message(maker, true, call_release(&call, maker->sequence[0]++, maker->data));
    put_message(maker, false, call_release_complete(&call, maker->sequence[1]++, maker->data));
}

/* The router calls. */
static void call_out(struct maker *maker, struct call_of_port *call)
{
    call->reference = ++maker->reference[0];
    call->calling = ATM_ROUTER;
    put_message(maker, true, call_setup(call, false, maker->sequence[0]++, maker->data));
    put_message(maker, false, call_proceeding(call, maker->sequence[1]++, maker->data));
    put_message(maker, false, call_connect(call, maker->sequence[1]++, maker->data));
    put_message(maker, true, call_connect_acknowledge(call, maker->sequence[0]++, maker->data));
}

/* The router is called. */
static void call_in(struct maker *maker, struct call_of_port *call)
{
    call->reference = ++maker->reference[1];
    call->called = ATM_ROUTER;
    put_message(maker, false, call_setup(call, true, maker->sequence[1]++, maker->data));
    put_message(maker, true, call_connect(call, maker->sequence[0]++, maker->data));
    put_message(maker, false, call_connect_acknowledge(call, maker->sequence[1]++, maker->data));
}

static void join(struct maker *maker)
{
    static const uint8_t elan_id[] = {0, 0, 0, ELAN_ID};
    call_out(maker,
             &(struct call_of_port){.called = ATM_LES, .b_lli = B_LLI_CONTROL, .vci = VCI_CONTROL_DIRECT});
    struct le_control request = request_of_newcomer(maker, LE_JOIN_REQUEST);
    put_control(maker, maker->now_ns + MILLISECONDS(1), true, VCI_CONTROL_DIRECT, &request);
    call_in(maker, &(struct call_of_port){.calling = ATM_LES,
                                          .b_lli = B_LLI_CONTROL,
                                          .vci = VCI_CONTROL_DISTRIBUTE,
                                          .point_to_multipoint = true});
    struct le_control response = request;
    response.opcode |= LE_RESPONSE_BIT;
    response.flags = LE_FLAG_V2_REQUIRED;
    response.requester_lecid = LECID_ROUTER;
    le_control_add_tlv(&response, TLV_ELAN_ID, elan_id, sizeof elan_id);
    put_control(maker, maker->now_ns + MILLISECONDS(1), false, VCI_CONTROL_DIRECT, &response);

    /* The address of the BUS. */
    request = request_of_router(maker, LE_ARP_REQUEST);
    request.target_lan = lan_destination_of_mac(MAC_BROADCAST);
    put_control(maker, maker->now_ns + MILLISECONDS(1), true, VCI_CONTROL_DIRECT, &request);
    response = le_control_response(&request);
    response.target_atm = ATM_BUS;
    put_control(maker, maker->now_ns + MILLISECONDS(1), false, VCI_CONTROL_DIRECT, &response);
    call_out(maker, &(struct call_of_port){
                        .called = ATM_BUS, .b_lli = B_LLI_MULTICAST_8023, .vci = VCI_MULTICAST_SEND});
    call_in(maker, &(struct call_of_port){.calling = ATM_BUS,
                                          .b_lli = B_LLI_MULTICAST_8023,
                                          .vci = VCI_MULTICAST_FORWARD,
                                          .point_to_multipoint = true});
    for (unsigned edge = 0; edge < EDGE_COUNT; edge++) {
        uint16_t vci = (uint16_t)(VCI_FIRST_DATA_DIRECT + edge);
        call_in(maker, &(struct call_of_port){
                           .calling = atm_of_edge(edge), .b_lli = B_LLI_DATA_DIRECT_8023, .vci = vci});
        struct le_control ready = le_control_of(READY_IND);
        put_control(maker, maker->now_ns + MILLISECONDS(1), false, vci, &ready);
    }
}

/* --- the rest of the time --- */

/* 30 frames in four slots: 12 advertisements, 12 control frames, 6 of ARP. */
static void slot(struct maker *maker, uint64_t number)
{
    uint8_t vrid = (uint8_t)(number % VRID_LAST + 1);
    int64_t at_ns =
        MASTERS_NS + (int64_t)(number / VRID_LAST) * NS_PER_S + (int64_t)(number % VRID_LAST) * SLOT_NS;
    uint32_t host = (uint32_t)(number * 7919 % ELAN_HOST_COUNT);
    enum violation violation = VIOLATION_NONE;
    if (number > SETTLED_SLOTS && number % VIOLATION_PERIOD == 0)
        violation = (enum violation)(1 + number / VIOLATION_PERIOD % (VIOLATION_COUNT - 1));

    if (number < VRID_LAST)
        start_master(maker, vrid, at_ns);
    else
        elan_advertisement(maker, vrid, at_ns, violation);
    lan_advertisement(maker, vrid, at_ns + MICROSECONDS(600), violation);
    int64_t control_ns = at_ns + MICROSECONDS(1000);
    others_question(maker, (host + 11) % ELAN_HOST_COUNT, control_ns, false);
    int64_t arp_ns = at_ns + MICROSECONDS(2600);
    switch (number % 4) {
    case 0:
        own_question(maker, host, control_ns + MICROSECONDS(100), VIOLATION_NONE);
        elan_arp(maker, vrid, host, arp_ns, VIOLATION_NONE);
        break;
    case 1:
        others_question(maker, (host + 12) % ELAN_HOST_COUNT, control_ns + MICROSECONDS(100), false);
        others_question(maker, (host + 13) % ELAN_HOST_COUNT, control_ns + MICROSECONDS(200), false);
        lan_arp(maker, vrid, (uint32_t)(number / 4 * 7919 % LAN_HOST_COUNT), arp_ns);
        break;
    case 2:
        others_question(maker, (host + 14) % ELAN_HOST_COUNT, control_ns + MICROSECONDS(100), true);
        elan_arp(maker, vrid, host, arp_ns, VIOLATION_NONE);
        break;
    case 3:
        flush(maker, edge_of(host), control_ns + MICROSECONDS(100));
        break;
    }
    additional_violation(maker, vrid, host, at_ns + MICROSECONDS(3300), violation);
}

/* The transition to Master: association (draft 3.1), advertisement, gratuitous ARP (RFC 2338 6.4.2). */
static void start_master(struct maker *maker, uint8_t vrid, int64_t at_ns)
{
    struct lan_destination vmac = lan_destination_of_mac(mac_of_vrid(vrid));
    struct le_control registration = request_of_router(maker, LE_REGISTER_REQUEST);
    registration.source_lan = vmac;
    put_control(maker, at_ns, true, VCI_CONTROL_DIRECT, &registration);
    struct le_control announcement = request_of_router(maker, LE_ARP_REQUEST);
    announcement.source_lan = vmac;
    put_control(maker, at_ns, true, VCI_CONTROL_DIRECT, &announcement);
    elan_advertisement(maker, vrid, at_ns, VIOLATION_NONE);

    struct ipv4_address virtual = {ELAN_NETWORK | VIRTUAL_HOST | vrid};
    struct arp arp = {.operation = ARP_REQUEST,
                      .sender_mac = mac_of_vrid(vrid),
                      .sender_ip = virtual,
                      .target_ip = virtual};
    uint8_t message[ARP_SIZE];
    struct ethernet ethernet = {.destination = MAC_BROADCAST,
                                .source = mac_of_vrid(vrid),
                                .type = ETHERTYPE_ARP,
                                .payload = {message, arp_encode(&arp, message, sizeof message)}};
    size_t size = le_data_encode(LECID_ROUTER, &ethernet, true, maker->data, sizeof maker->data);
    put(maker, maker->now_ns, true, TRAFFIC_LANE, VCI_MULTICAST_SEND, size);
    put(maker, maker->now_ns + BUS_NS, false, TRAFFIC_LANE, VCI_MULTICAST_FORWARD, size);
    put_control(maker, at_ns + LES_NS, false, VCI_CONTROL_DISTRIBUTE, &announcement);
    struct le_control response = le_control_response(&registration);
    put_control(maker, maker->now_ns, false, VCI_CONTROL_DIRECT, &response);
}

/* Writes an advertisement into 'data': VRRP, IP and Ethernet, behind 'head_size' octets of an LE header.
 * Returns its size. */
static size_t advertisement(struct maker *maker, uint32_t network, uint8_t vrid, enum violation violation,
                            size_t head_size, struct ethernet *ethernet)
{
    uint8_t *datagram = maker->data + head_size + ETHERNET_HEADER_SIZE;
    size_t room = sizeof maker->data - head_size - ETHERNET_HEADER_SIZE;
    struct vrrp vrrp = {.version = 2,
                        .type = 1,
                        .vrid = vrid,
                        .priority = VRRP_PRIORITY_DEFAULT,
                        .address_count = 1,
                        .interval_s = 1,
                        .addresses = {{network | VIRTUAL_HOST | vrid}},
                        .addresses_present = 1};
    struct ipv4 ipv4 = {.identification = maker->identification++,
                        .ttl = violation == VIOLATION_TTL ? VRRP_TTL - 1 : VRRP_TTL,
                        .protocol = IPV4_PROTOCOL_VRRP,
                        .source = {network | ROUTER_HOST},
                        .destination = VRRP_GROUP};
    uint8_t *message = datagram + IPV4_HEADER_SIZE;
    ipv4.payload = (struct octets){message, vrrp_encode(&vrrp, message, room - IPV4_HEADER_SIZE)};
    if (violation == VIOLATION_CHECKSUM)
        message[6] ^= 0xff;
    *ethernet = (struct ethernet){.destination = VRRP_GROUP_MAC,
                                  .source = mac_of_vrid(vrid),
                                  .type = ETHERTYPE_IPV4,
                                  .payload = {datagram, ipv4_encode(&ipv4, datagram, room)}};
    return ethernet->payload.size;
}

static void elan_advertisement(struct maker *maker, uint8_t vrid, int64_t at_ns, enum violation violation)
{
    if (violation != VIOLATION_TTL && violation != VIOLATION_SOURCE_MAC)
        violation = VIOLATION_NONE;
    struct ethernet ethernet;
    advertisement(maker, ELAN_NETWORK, vrid, violation, 2, &ethernet);
    if (violation == VIOLATION_SOURCE_MAC)
        ethernet.source = router_mac;
    size_t size = le_data_encode(LECID_ROUTER, &ethernet, true, maker->data, sizeof maker->data);
    put(maker, at_ns, true, TRAFFIC_LANE, VCI_MULTICAST_SEND, size);
    put(maker, at_ns + BUS_NS, false, TRAFFIC_LANE, VCI_MULTICAST_FORWARD, size);
}

static void lan_advertisement(struct maker *maker, uint8_t vrid, int64_t at_ns, enum violation violation)
{
    if (violation != VIOLATION_CHECKSUM && violation != VIOLATION_DESTINATION)
        violation = VIOLATION_NONE;
    struct ethernet ethernet;
    advertisement(maker, LAN_NETWORK, vrid, violation, 0, &ethernet);
    if (violation == VIOLATION_DESTINATION)
        ethernet.destination = MAC_BROADCAST;
    put_lan(maker, at_ns, ethernet_encode(&ethernet, true, maker->data, sizeof maker->data));
}

/* The router asks where a host is, and its edge answers. */
static void own_question(struct maker *maker, uint32_t host, int64_t at_ns, enum violation violation)
{
    struct le_control request = request_of_router(maker, LE_ARP_REQUEST);
    request.target_lan = lan_destination_of_mac(mac_of_host(host));
    if (violation == VIOLATION_RESERVED)
        request.lan_type = LAN_TYPE_8023;
    put_control(maker, at_ns, true, VCI_CONTROL_DIRECT, &request);
    struct le_control response = le_control_response(&request);
    response.flags = LE_FLAG_REMOTE_ADDRESS;
    response.target_atm = atm_of_edge(edge_of(host));
    put_control(maker, at_ns + LES_NS, false, VCI_CONTROL_DIRECT, &response);
}

/* Some edge asks, as the LES distributes it; 'answered' by another. */
static void others_question(struct maker *maker, uint32_t host, int64_t at_ns, bool answered)
{
    unsigned edge = edge_of(host + 1);
    struct le_control request = le_control_of(LE_ARP_REQUEST);
    request.transaction_id = 0x10000000 + ++maker->foreign_transaction_id;
    request.requester_lecid = lecid_of(edge);
    request.source_lan = lan_destination_of_mac(mac_of_host(host + 1 < ELAN_HOST_COUNT ? host + 1 : edge));
    request.source_atm = atm_of_edge(edge);
    request.target_lan = lan_destination_of_mac(mac_of_host(host));
    put_control(maker, at_ns, false, VCI_CONTROL_DISTRIBUTE, &request);
    if (!answered)
        return;
    struct le_control response = le_control_response(&request);
    response.flags = LE_FLAG_REMOTE_ADDRESS;
    response.target_atm = atm_of_edge(edge_of(host));
    put_control(maker, at_ns + LES_NS, false, VCI_CONTROL_DISTRIBUTE, &response);
}

/* An edge empties its Data Direct VCC to the router. */
static void flush(struct maker *maker, unsigned edge, int64_t at_ns)
{
    struct le_control request = le_control_of(LE_FLUSH_REQUEST);
    request.transaction_id = 0x20000000 + ++maker->foreign_transaction_id;
    request.requester_lecid = lecid_of(edge);
    request.source_atm = atm_of_edge(edge);
    request.target_atm = ATM_ROUTER;
    put_control(maker, at_ns, false, (uint16_t)(VCI_FIRST_DATA_DIRECT + edge), &request);
    struct le_control response = le_control_response(&request);
    put_control(maker, at_ns + MICROSECONDS(50), true, VCI_CONTROL_DIRECT, &response);
}

/* Violations in frames that stand in no slot otherwise. */
static void additional_violation(struct maker *maker, uint8_t vrid, uint32_t host, int64_t at_ns,
                                 enum violation violation)
{
    struct le_control control = request_of_router(maker, LE_ARP_REQUEST);
    switch (violation) {
    case VIOLATION_ZERO_SOURCE:
        control.source_lan = lan_destination_of_mac(mac_of_vrid(vrid));
        control.source_atm = (struct atm_address){{0}};
        put_control(maker, at_ns, true, VCI_CONTROL_DIRECT, &control);
        break;
    case VIOLATION_NARP_RESPONSE:
        control.opcode = LE_NARP_REQUEST | LE_RESPONSE_BIT;
        control.target_lan = lan_destination_of_mac(mac_of_host(host));
        put_control(maker, at_ns, true, VCI_CONTROL_DIRECT, &control);
        break;
    case VIOLATION_ARP_REPLY:
        elan_arp(maker, vrid, host, at_ns, violation);
        break;
    case VIOLATION_RESERVED:
        own_question(maker, host, at_ns, violation);
        break;
    case VIOLATION_NONE:
    case VIOLATION_TTL:
    case VIOLATION_CHECKSUM:
    case VIOLATION_SOURCE_MAC:
    case VIOLATION_DESTINATION:
    case VIOLATION_COUNT:
        break;
    }
}

/* Writes an ARP message behind an LE header and returns the Ethernet frame around it. */
static struct ethernet arp_frame(struct maker *maker, const struct arp *arp, size_t head_size)
{
    uint8_t *message = maker->data + head_size + ETHERNET_HEADER_SIZE;
    return (struct ethernet){.destination = arp->operation == ARP_REQUEST ? MAC_BROADCAST : arp->target_mac,
                             .source = arp->sender_mac,
                             .type = ETHERTYPE_ARP,
                             .payload = {message, arp_encode(arp, message, ARP_SIZE)}};
}

static struct arp arp_question(uint32_t network, uint8_t vrid, uint32_t host)
{
    return (struct arp){.operation = ARP_REQUEST,
                        .sender_mac = mac_of_host(host),
                        .sender_ip = ip_of_host(host),
                        .target_ip = {network | VIRTUAL_HOST | vrid}};
}

static struct arp arp_answer(const struct arp *question, uint8_t vrid)
{
    return (struct arp){.operation = ARP_REPLY,
                        .sender_mac = mac_of_vrid(vrid),
                        .sender_ip = question->target_ip,
                        .target_mac = question->sender_mac,
                        .target_ip = question->sender_ip};
}

/* A host asks for a virtual IP address; the answer takes the Data Direct VCC of its edge. */
static void elan_arp(struct maker *maker, uint8_t vrid, uint32_t host, int64_t at_ns,
                     enum violation violation)
{
    struct arp question = arp_question(ELAN_NETWORK, vrid, host);
    struct ethernet ethernet = arp_frame(maker, &question, 2);
    put(maker, at_ns, false, TRAFFIC_LANE, VCI_MULTICAST_FORWARD,
        le_data_encode(lecid_of(edge_of(host)), &ethernet, true, maker->data, sizeof maker->data));
    struct arp answer = arp_answer(&question, vrid);
    if (violation == VIOLATION_ARP_REPLY)
        answer.sender_mac = router_mac;
    ethernet = arp_frame(maker, &answer, 2);
    put(maker, at_ns + MICROSECONDS(100), true, TRAFFIC_LANE,
        (uint16_t)(VCI_FIRST_DATA_DIRECT + edge_of(host)),
        le_data_encode(LECID_ROUTER, &ethernet, true, maker->data, sizeof maker->data));
}

static void lan_arp(struct maker *maker, uint8_t vrid, uint32_t host, int64_t at_ns)
{
    struct arp question = arp_question(LAN_NETWORK, vrid, ELAN_HOST_COUNT + host);
    struct ethernet ethernet = arp_frame(maker, &question, 0);
    put_lan(maker, at_ns, ethernet_encode(&ethernet, true, maker->data, sizeof maker->data));
    struct arp answer = arp_answer(&question, vrid);
    ethernet = arp_frame(maker, &answer, 0);
    put_lan(maker, at_ns + MICROSECONDS(100),
            ethernet_encode(&ethernet, true, maker->data, sizeof maker->data));
}
