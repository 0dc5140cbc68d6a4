/* What LES and BUS forward (lane-rules 4.4, 7; draft 2, 6): to whom, and unchanged. */
#include "cases/cases.h"
#include "steps/elan_clients.h"

#define ALL_BUT(client) (ALL_CLIENTS & ~CLIENT_SET(client))
/* An EtherType of nobody (RFC 5342). */
#define ETHERTYPE_EXPERIMENT 0x88b5

enum bus_destination { TO_BROADCAST, TO_GROUP, TO_NOBODY };

static void bring_to_registered(struct scene *scene);
static void expect_still_registered(struct scene *scene);
static struct tap_event *frame_of_client(struct scene *scene, enum elan_client client, uint64_t name,
                                         struct mark since);

/* R-2-19: with the TLV or without. */
static void targetless(struct scene *scene)
{
    bring_to_registered(scene);
    struct atm_address multiplexed = client_atm(scene, CLIENT_OWNER);
    struct le_control announcement = peer_lec_request(scene->speaker_lec, LE_ARP_REQUEST);
    announcement.source_lan = lan_destination_of_mac(scene->vmac);
    if (scene->test->parameter)
        le_control_add_tlv(&announcement, TLV_LLC_MUXED_ATM_ADDRESS, multiplexed.octet, ATM_ADDRESS_SIZE);
    struct tap_event *sent = client_sends(scene, CLIENT_OWNER, &announcement);
    expect_forwarded(scene, sent, ALL_BUT(CLIENT_OWNER), "R-2-19", "R-2-19 L-le_arp-12");
    expect_still_registered(scene);
}

/* R-2-05: whoever announces a registered VMAC does not get it. */
static void targetless_of_another(struct scene *scene)
{
    bring_to_registered(scene);
    struct le_control announcement = peer_lec_request(scene->host_lec, LE_ARP_REQUEST);
    announcement.source_lan = lan_destination_of_mac(scene->vmac);
    client_sends(scene, CLIENT_HOST, &announcement);
    expect_bound(scene, CLIENT_PLAIN, scene->vmac, client_atm(scene, CLIENT_OWNER), "R-2-05 L-le_arp-05");
}

/* R-6-05 */
static void zero_le_narp(struct scene *scene)
{
    bring_to_registered(scene);
    struct le_control announcement = peer_lec_request(scene->speaker_lec, LE_NARP_REQUEST);
    announcement.source_atm = (struct atm_address){0};
    announcement.target_lan = lan_destination_of_mac(scene->vmac);
    struct tap_event *sent = client_sends(scene, CLIENT_OWNER, &announcement);
    expect_forwarded(scene, sent, ALL_BUT(CLIENT_OWNER), "R-6-05", "R-6-05 L-le_arp-12");
    expect_still_registered(scene);
}

/* Any other form of LE_NARP_REQUEST: plain, or without a source (lane-rules 4.4). */
static void other_le_narp(struct scene *scene)
{
    bring_to_registered(scene);
    struct le_control request = peer_lec_request(scene->speaker_lec, LE_NARP_REQUEST);
    request.target_lan = lan_destination_of_mac(scene->vmac);
    request.target_atm = scene->test->parameter ? scene->plan.ghost_atm : client_atm(scene, CLIENT_OWNER);
    if (!scene->test->parameter)
        request.source_atm = (struct atm_address){0};
    struct tap_event *sent = client_sends(scene, CLIENT_OWNER, &request);
    expect_forwarded(scene, sent, ALL_BUT(CLIENT_OWNER), "L-le_arp-12", NULL);
    expect_still_registered(scene);
}

/* L-topology-03 */
static void topology(struct scene *scene)
{
    bring_to_elan(scene);
    struct le_control request = peer_lec_request(client_lec(scene, CLIENT_PROXY), LE_TOPOLOGY_REQUEST);
    request.source_atm = (struct atm_address){0};
    request.flags = scene->test->parameter ? LE_FLAG_TOPOLOGY_CHANGE : 0;
    struct tap_event *sent = client_sends(scene, CLIENT_PROXY, &request);
    expect_forwarded(scene, sent, ALL_BUT(CLIENT_PROXY), "L-topology-03", "L-le_arp-12");
}

/* L-flush-03: the flush goes over the BUS, its answer over the LES. */
static void flush(struct scene *scene)
{
    bring_to_elan(scene);
    struct le_control request = peer_lec_request(scene->host_lec, LE_FLUSH_REQUEST);
    request.target_atm = client_atm(scene, CLIENT_OWNER);
    struct mark since = mark_now(scene);
    if (!peer_lec_send_control(scene->host_lec, PEER_LEC_MULTICAST_SEND, &request))
        scene_inconclusive(scene, "the host has no Multicast Send VCC");
    struct tap_event *answer = frame_of_client(scene, CLIENT_OWNER, FRAME_SET(LE_FLUSH_RESPONSE), since);
    expect_forwarded(scene, answer, CLIENT_SET(CLIENT_HOST), "L-flush-03", NULL);
}

/* L-bus-01; a frame to an address of nobody need not go to clients that are no proxies. */
static void bus(struct scene *scene)
{
    bring_to_elan(scene);
    bool unicast = scene->test->parameter == TO_NOBODY;
    uint8_t payload[64], frame[128];
    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (uint8_t)random_next(&scene->random);
    struct ethernet ethernet = {.destination = unicast ? scene->plan.third_mac : group_mac(scene),
                                .source = client_mac(scene, CLIENT_HOST),
                                .type = ETHERTYPE_EXPERIMENT,
                                .payload = {payload, sizeof payload}};
    if (scene->test->parameter == TO_BROADCAST)
        ethernet.destination = MAC_BROADCAST;
    size_t size = ethernet_encode(&ethernet, true, frame, sizeof frame);
    struct mark since = mark_now(scene);
    peer_lec_send_on_bus(scene->host_lec, peer_lec_lecid(scene->host_lec), frame, size);
    struct tap_event *sent = frame_of_client(scene, CLIENT_HOST, FRAME_SET(ETHERNET), since);
    expect_forwarded(scene, sent, unicast ? ALL_PROXIES : ALL_BUT(CLIENT_HOST), "L-bus-01", NULL);
}

static const struct test_case cases[] = {
    {.id = "les-forwarding/targetless",
     .title = "A LES forwards a targetless LE_ARP_REQUEST to all clients",
     .requirements = "R-2-19 L-le_arp-12 R-2-05",
     .stimulus = "targetless LE_ARP_REQUEST for the VMAC",
     .accepted = "it arrives at all other clients, proxy or not, v1 or v2, octet by octet; a registered VMAC "
                 "stays registered",
     .scope = LES_V2,
     .run = targetless,
     .parameter = false},
    {.id = "les-forwarding/targetless-with-tlv",
     .title = "A LES forwards a targetless LE_ARP_REQUEST with its TLV",
     .requirements = "R-2-19 L-le_arp-12 L-frame-03 R-2-05",
     .stimulus = "targetless LE_ARP_REQUEST for the VMAC with an LLC-Muxed-ATM-Address TLV",
     .accepted = "it arrives at all other clients, octet by octet; a registered VMAC stays registered",
     .scope = LES_V2,
     .run = targetless,
     .parameter = true},
    {.id = "les-forwarding/targetless-of-another",
     .title = "A registration outlives the targetless LE_ARP_REQUEST of another client",
     .requirements = "R-2-05 L-le_arp-05",
     .stimulus = "targetless LE_ARP_REQUEST of the host for the VMAC that the owner has registered",
     .accepted = "LE_ARP for the VMAC still returns the owner",
     .scope = {.roles = ROLE_LES, .schemes = SCHEME_NON_PROXY, .lane = LANE_V2, .media = ANY_MEDIUM},
     .run = targetless_of_another},
    {.id = "les-forwarding/zero-le-narp",
     .title = "A LES forwards the LE_NARP_REQUEST with zero ATM addresses to all clients",
     .requirements = "R-6-05 L-le_arp-12 L-frame-04 R-2-05",
     .stimulus = "LE_NARP_REQUEST for the VMAC, source and target ATM address zero",
     .accepted = "it arrives at all other clients, proxy or not, v1 or v2, octet by octet; no answer; a "
                 "registered VMAC stays registered",
     .scope = LES_ANY,
     .run = zero_le_narp},
    {.id = "les-forwarding/no-source-le-narp",
     .title = "A LES forwards the LE_NARP_REQUEST without a source to all clients",
     .requirements = "L-le_arp-12 L-frame-04 R-2-05",
     .stimulus = "LE_NARP_REQUEST for the VMAC, source ATM address zero",
     .accepted =
         "it arrives at all other clients, octet by octet; no answer; a registered VMAC stays registered",
     .scope = LES_ANY,
     .run = other_le_narp,
     .parameter = false},
    {.id = "les-forwarding/plain-le-narp",
     .title = "A LES forwards a plain LE_NARP_REQUEST to all clients",
     .requirements = "L-le_arp-12 L-frame-04 R-2-05",
     .stimulus = "LE_NARP_REQUEST for the VMAC with its old and its new ATM address",
     .accepted =
         "it arrives at all other clients, octet by octet; no answer; a registered VMAC stays registered",
     .scope = LES_ANY,
     .run = other_le_narp,
     .parameter = true},
    {.id = "les-forwarding/topology-change",
     .title = "A LES forwards LE_TOPOLOGY_REQUEST to all clients",
     .requirements = "L-topology-03 L-le_arp-12 L-frame-04",
     .stimulus = "LE_TOPOLOGY_REQUEST with the Topology Change flag",
     .accepted = "it arrives at all other clients, octet by octet; no answer",
     .scope = LES_ANY,
     .run = topology,
     .parameter = true},
    {.id = "les-forwarding/topology-settled",
     .title = "A LES forwards the end of a topology change to all clients",
     .requirements = "L-topology-03 L-le_arp-12 L-frame-04",
     .stimulus = "LE_TOPOLOGY_REQUEST with the Topology Change flag clear",
     .accepted = "it arrives at all other clients, octet by octet; no answer",
     .scope = LES_ANY,
     .run = topology,
     .parameter = false},
    {.id = "les-forwarding/flush",
     .title = "A LES hands LE_FLUSH_RESPONSE to whoever asked",
     .requirements = "L-flush-03",
     .stimulus = "LE_FLUSH_REQUEST over the BUS; the client answers on its Control Direct",
     .accepted = "the answer arrives at the requester, octet by octet",
     .scope = LES_ANY,
     .run = flush},
    {.id = "les-bus/broadcast",
     .title = "A BUS delivers a broadcast to all clients",
     .requirements = "L-bus-01",
     .stimulus = "a data frame to the broadcast address on Multicast Send",
     .accepted = "it arrives at all other clients, LE header included",
     .scope = LES_ANY,
     .run = bus,
     .parameter = TO_BROADCAST},
    {.id = "les-bus/group",
     .title = "A BUS delivers a frame to a group address to all clients",
     .requirements = "L-bus-01",
     .stimulus = "a data frame to a group address (802.5: a functional one) on Multicast Send",
     .accepted = "it arrives at all other clients, LE header included",
     .scope = LES_ANY,
     .run = bus,
     .parameter = TO_GROUP},
    {.id = "les-bus/unknown-unicast",
     .title = "A BUS delivers a unicast frame to an address that nobody registered",
     .requirements = "L-bus-01",
     .stimulus = "a data frame to an unknown unicast address on Multicast Send",
     .accepted = "it arrives at every proxy, LE header included",
     .scope = LES_ANY,
     .run = bus,
     .parameter = TO_NOBODY},
};

const struct case_list les_forwarding_cases = {cases, sizeof cases / sizeof *cases};

/* A proxy's VMAC is not registered. */
static void bring_to_registered(struct scene *scene)
{
    bring_to_elan(scene);
    if (!scene->proxy)
        client_registers(scene, CLIENT_OWNER, scene->vmac);
}

/* What clients announce to each other is no registration and ends none. */
static void expect_still_registered(struct scene *scene)
{
    if (!scene->proxy)
        expect_bound(scene, CLIENT_HOST, scene->vmac, client_atm(scene, CLIENT_OWNER), "R-2-05");
}

/* A frame of the client at the device. */
static struct tap_event *frame_of_client(struct scene *scene, enum elan_client client, uint64_t name,
                                         struct mark since)
{
    struct port *port = client_port(scene, client);
    struct pattern pattern = {.names = name, .from = (uint8_t)port_index(port), .reaches = port_bit(0)};
    for (;;) {
        struct tap_event *event = await(scene, &pattern, since, SECONDS(5));
        if (!event)
            scene_inconclusive(scene, "no frame of %s reached the device", port_name(port));
        if (event->sent_ns >= since.time_ns)
            return event;
        since.index = event->index + 1;
    }
}
