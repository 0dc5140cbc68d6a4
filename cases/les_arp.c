/* Address resolution by a LES (lane-rules 4.3, draft 2): what it answers itself, whom it asks, and that the
 * answers of others reach whoever asked. */
#include "cases/cases.h"
#include "steps/elan_clients.h"

#define JOIN_LIMIT SECONDS(60)

/* R-2-05: the VMAC of a non-proxy router. A proxy has registered its own MAC address alone. */
static void registered(struct scene *scene)
{
    bring_to_elan(scene);
    struct mac_address mac = scene->proxy ? client_mac(scene, CLIENT_OWNER) : scene->vmac;
    if (!scene->proxy)
        client_registers(scene, CLIENT_OWNER, scene->vmac);
    expect_bound(scene, CLIENT_HOST, mac, client_atm(scene, CLIENT_OWNER), "R-2-05 L-le_arp-05");
}

/* R-2-05: given up by one, registered by another. */
static void moved(struct scene *scene)
{
    bring_to_elan(scene);
    client_registers(scene, CLIENT_OWNER, scene->vmac);
    peer_lec_abandon(scene->speaker_lec, scene->vmac);
    struct le_control request = unregistration_of(scene, CLIENT_OWNER, scene->vmac);
    require_answer(scene, client_sends(scene, CLIENT_OWNER, &request), LE_STATUS_SUCCESS);
    client_registers(scene, CLIENT_HOST, scene->vmac);
    expect_bound(scene, CLIENT_PLAIN, scene->vmac, client_atm(scene, CLIENT_HOST), "R-2-05");
}

/* L-le_arp-06: nobody has the address. */
static void unregistered(struct scene *scene)
{
    bring_to_elan(scene);
    struct le_control question = question_of(scene, CLIENT_HOST, scene->plan.third_mac);
    struct tap_event *asked = client_sends(scene, CLIENT_HOST, &question);
    expect_forwarded(scene, asked, ALL_PROXIES, "L-le_arp-06", "L-le_arp-12");
    expect_none(scene, .requirements = "L-le_arp-06", .pattern = answer_to(scene, asked),
                .since = mark_at(asked), .max_ns = LES_ANSWER_LIMIT);
    prove_alive(scene);
}

/* L-le_arp-08: a proxy answers for what it has not registered. */
static void proxied(struct scene *scene)
{
    bring_to_elan(scene);
    enum elan_client proxy = scene->proxy ? CLIENT_OWNER : CLIENT_PROXY;
    peer_lec_represent(client_lec(scene, proxy), scene->vmac, PEER_LEC_PROXIED);
    struct le_control question = question_of(scene, CLIENT_HOST, scene->vmac);
    struct mark since = mark_at(client_sends(scene, CLIENT_HOST, &question));
    struct pattern answer = {.names = FRAME_SET(LE_ARP_RESPONSE),
                             .from = (uint8_t)port_index(client_port(scene, proxy))};
    answer = pattern_with(answer, FIELD_TRANSACTION_ID, number_value(question.transaction_id));
    struct tap_event *answered = await(scene, &answer, since, LES_ANSWER_LIMIT);
    if (!answered)
        scene_inconclusive(scene, "the LE_ARP_REQUEST was not answered by the proxy that has the address");
    expect_forwarded(scene, answered, CLIENT_SET(CLIENT_HOST), "L-le_arp-08", NULL);
}

/* L-le_arp-07: how every client finds the BUS when it joins. */
static void broadcast(struct scene *scene)
{
    start_stations(scene);
    struct pattern question = {.names = FRAME_SET(LE_ARP_REQUEST),
                               .from = (uint8_t)port_index(scene->host_port)};
    question = pattern_with(question, FIELD_TARGET_LAN, mac_value(MAC_BROADCAST));
    struct tap_event *asked = await(scene, &question, (struct mark){0}, JOIN_LIMIT);
    if (!asked)
        scene_inconclusive(scene, "no client came as far as to ask for the BUS");
    struct atm_address bus = scene->plan.device.les.bus_address;
    expect(scene, .requirements = "L-le_arp-07",
           .pattern = pattern_with(answer_to(scene, asked), FIELD_TARGET_ATM, atm_value(bus)),
           .since = mark_at(asked), .max_ns = LES_ANSWER_LIMIT);
}

/* L-le_arp-07 */
static void group(struct scene *scene)
{
    start_stations(scene);
    int64_t limit_ns = scene_now_ns(scene) + JOIN_LIMIT;
    while (!peer_lec_lecid(scene->host_lec)) { /* joined; how far it is with the BUS does not matter */
        if (scene_now_ns(scene) > limit_ns)
            scene_inconclusive(scene, "no client came as far as to join");
        scene_advance(scene, MILLISECONDS(10));
    }
    expect_bound(scene, CLIENT_HOST, group_mac(scene), scene->plan.device.les.bus_address, "L-le_arp-07");
}

/* L-le_arp-15 */
static void unknown_requester(struct scene *scene)
{
    bring_to_elan(scene);
    struct mac_address mac = client_mac(scene, CLIENT_OWNER);
    struct le_control bad = question_of(scene, CLIENT_HOST, mac);
    bad.requester_lecid = unknown_lecid(scene);
    expect_answer(scene, client_sends(scene, CLIENT_HOST, &bad), LE_STATUS_INVALID_LECID, "L-le_arp-15");
    struct le_control twin = question_of(scene, CLIENT_HOST, mac);
    require_answer(scene, client_sends(scene, CLIENT_HOST, &twin), LE_STATUS_SUCCESS);
}

static const struct test_case cases[] = {
    {.id = "les-arp/registered",
     .title = "A LES resolves a registered address",
     .requirements = "R-2-05 L-le_arp-01 L-le_arp-02 L-le_arp-05",
     .stimulus = "LE_ARP_REQUEST for a registered VMAC (proxy scheme: for the router's own address)",
     .accepted = "LE_ARP_RESPONSE with the registered ATM address, by the LES or by the client (A-7)",
     .scope = LES_ANY,
     .run = registered},
    {.id = "les-arp/moved",
     .title = "A LES resolves a VMAC to the client that registered it last",
     .requirements = "R-2-05",
     .stimulus = "one client unregisters the VMAC, another registers it; LE_ARP_REQUEST by a third",
     .accepted = "LE_ARP_RESPONSE with the ATM address of the second",
     .scope = LES_NON_PROXY,
     .run = moved},
    {.id = "les-arp/unregistered",
     .title = "A LES asks every proxy for an address that nobody registered, and answers nothing itself",
     .requirements = "L-le_arp-06 L-le_arp-12",
     .stimulus = "LE_ARP_REQUEST for an address of nobody",
     .accepted = "it arrives unchanged at every proxy; no LE_ARP_RESPONSE",
     .scope = LES_ANY,
     .run = unregistered},
    {.id = "les-arp/proxied",
     .title = "A LES hands the answer of a proxy to whoever asked",
     .requirements = "L-le_arp-08",
     .stimulus = "LE_ARP_REQUEST for a VMAC behind a proxy, which answers",
     .accepted = "the answer arrives unchanged",
     .scope = LES_ANY,
     .run = proxied},
    {.id = "les-arp/broadcast",
     .title = "A LES answers LE_ARP for the broadcast address with the address of the BUS",
     .requirements = "L-le_arp-07",
     .stimulus = "LE_ARP_REQUEST for FF-FF-FF-FF-FF-FF by a client that joins",
     .accepted = "LE_ARP_RESPONSE with the ATM address of the BUS",
     .scope = LES_ANY,
     .run = broadcast},
    {.id = "les-arp/group",
     .title = "A LES answers LE_ARP for a group address with the address of the BUS",
     .requirements = "L-le_arp-07",
     .stimulus = "LE_ARP_REQUEST for a group address (802.5: a functional one)",
     .accepted = "LE_ARP_RESPONSE with the ATM address of the BUS",
     .scope = LES_ANY,
     .run = group},
    {.id = "les-arp/unknown-lecid",
     .title = "A LES resolves nothing for a LECID that it does not know",
     .requirements = "L-le_arp-15",
     .stimulus = "LE_ARP_REQUEST for a registered address with a LECID of nobody; then with the client's own",
     .accepted = "status 8; status 0",
     .scope = LES_ANY,
     .run = unknown_requester},
};

const struct case_list les_arp_cases = {cases, sizeof cases / sizeof *cases};
