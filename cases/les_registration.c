/* The register database of a LES (lane-rules 4.2): first come, first served, and each binding by itself. */
#include "cases/cases.h"
#include "steps/elan_clients.h"

/* L-register-02 */
static void first_come(struct scene *scene)
{
    bring_to_elan(scene);
    client_registers(scene, CLIENT_OWNER, scene->vmac);
    require_bound(scene, CLIENT_PLAIN, scene->vmac, client_atm(scene, CLIENT_OWNER));
    struct le_control second = registration_of(scene, CLIENT_HOST, scene->vmac);
    expect_answer(scene, client_sends(scene, CLIENT_HOST, &second), LE_STATUS_DUPLICATE_LAN_DESTINATION,
                  "L-register-02");
    expect_bound(scene, CLIENT_PLAIN, scene->vmac, client_atm(scene, CLIENT_OWNER), "L-register-02");
    struct le_control twin = registration_of(scene, CLIENT_HOST, scene->plan.third_mac);
    require_answer(scene, client_sends(scene, CLIENT_HOST, &twin), LE_STATUS_SUCCESS);
}

/* L-register-03 */
static void repeated(struct scene *scene)
{
    bring_to_elan(scene);
    client_registers(scene, CLIENT_OWNER, scene->vmac);
    struct le_control again = registration_of(scene, CLIENT_OWNER, scene->vmac);
    expect_answer(scene, client_sends(scene, CLIENT_OWNER, &again), LE_STATUS_SUCCESS, "L-register-03");
}

/* L-register-04: no client has asked for selective multicast. */
static void group(struct scene *scene)
{
    bring_to_elan(scene);
    struct mac_address mac = scene->test->parameter ? MAC_BROADCAST : group_mac(scene);
    struct le_control bad = registration_of(scene, CLIENT_PLAIN, mac);
    expect_answer(scene, client_sends(scene, CLIENT_PLAIN, &bad), LE_STATUS_INVALID_LAN_DESTINATION,
                  "L-register-04");
    struct le_control twin = registration_of(scene, CLIENT_PLAIN, scene->plan.third_mac);
    require_answer(scene, client_sends(scene, CLIENT_PLAIN, &twin), LE_STATUS_SUCCESS);
}

/* L-register-05: the client has its own MAC address and the VMAC. */
static void one_of_two(struct scene *scene)
{
    bring_to_elan(scene);
    struct atm_address owner = client_atm(scene, CLIENT_OWNER);
    client_registers(scene, CLIENT_OWNER, scene->vmac);
    peer_lec_abandon(scene->speaker_lec, scene->vmac); /* nor does it answer for it any more */
    struct le_control request = unregistration_of(scene, CLIENT_OWNER, scene->vmac);
    require_answer(scene, client_sends(scene, CLIENT_OWNER, &request), LE_STATUS_SUCCESS);
    expect_unbound(scene, CLIENT_HOST, scene->vmac, owner, "L-register-05");
    expect_bound(scene, CLIENT_HOST, client_mac(scene, CLIENT_OWNER), owner, "L-register-05");
}

/* L-register-06 */
static void of_another(struct scene *scene)
{
    bring_to_elan(scene);
    client_registers(scene, CLIENT_OWNER, scene->vmac);
    require_bound(scene, CLIENT_PLAIN, scene->vmac, client_atm(scene, CLIENT_OWNER));
    struct le_control request = unregistration_of(scene, CLIENT_HOST, scene->vmac);
    struct tap_event *asked = client_sends(scene, CLIENT_HOST, &request);
    expect(scene, .requirements = "L-register-06",
           .pattern = pattern_without(answer_to(scene, asked), FIELD_STATUS, number_value(LE_STATUS_SUCCESS)),
           .since = mark_at(asked), .max_ns = LES_ANSWER_LIMIT);
    expect_bound(scene, CLIENT_PLAIN, scene->vmac, client_atm(scene, CLIENT_OWNER), "L-register-06");
}

/* L-register-07: neither the status nor the database says that it was taken. */
static void unknown_requester(struct scene *scene)
{
    bring_to_elan(scene);
    struct mac_address mac = scene->plan.third_mac;
    struct le_control bad = registration_of(scene, CLIENT_HOST, mac);
    bad.requester_lecid = unknown_lecid(scene);
    expect_answer(scene, client_sends(scene, CLIENT_HOST, &bad), LE_STATUS_INVALID_LECID, "L-register-07");
    expect_unbound(scene, CLIENT_PLAIN, mac, client_atm(scene, CLIENT_HOST), "L-register-07");
    struct le_control twin = registration_of(scene, CLIENT_HOST, mac);
    require_answer(scene, client_sends(scene, CLIENT_HOST, &twin), LE_STATUS_SUCCESS);
    prove_alive(scene);
}

/* L-register-07: a binding stays. */
static void unknown_unregisters(struct scene *scene)
{
    bring_to_elan(scene);
    struct mac_address mac = client_mac(scene, CLIENT_HOST);
    struct le_control bad = unregistration_of(scene, CLIENT_HOST, mac);
    bad.requester_lecid = unknown_lecid(scene);
    expect_answer(scene, client_sends(scene, CLIENT_HOST, &bad), LE_STATUS_INVALID_LECID, "L-register-07");
    expect_bound(scene, CLIENT_PLAIN, mac, client_atm(scene, CLIENT_HOST), "L-register-07");
}

/* L-register-11 */
static void never_registered(struct scene *scene)
{
    bring_to_elan(scene);
    struct le_control request = unregistration_of(scene, CLIENT_HOST, scene->plan.third_mac);
    expect_answer(scene, client_sends(scene, CLIENT_HOST, &request), LE_STATUS_SUCCESS, "L-register-11");
}

/* L-frame-03: a TLV of a type that nobody knows. */
static void unknown_tlv(struct scene *scene)
{
    static const uint8_t value[] = {0x12, 0x34, 0x56};
    bring_to_elan(scene);
    struct le_control request = registration_of(scene, CLIENT_OWNER, scene->plan.third_mac);
    le_control_add_tlv(&request, 0x00a03ef0, value, sizeof value);
    expect_answer(scene, client_sends(scene, CLIENT_OWNER, &request), LE_STATUS_SUCCESS, "L-frame-03");
}

static const struct test_case cases[] = {
    {.id = "les-registration/first-come",
     .title = "A LES refuses to register a VMAC that another client has registered",
     .requirements = "L-register-02",
     .stimulus = "LE_REGISTER_REQUEST for the VMAC by a second client; LE_ARP_REQUEST by a third",
     .accepted = "status 4; the VMAC is still at the first client; another address is registered",
     .scope = LES_NON_PROXY,
     .run = first_come},
    {.id = "les-registration/repeated",
     .title = "A LES confirms a registration again to its owner",
     .requirements = "L-register-03",
     .stimulus = "the same LE_REGISTER_REQUEST twice",
     .accepted = "status 0 twice",
     .scope = LES_NON_PROXY,
     .run = repeated},
    {.id = "les-registration/multicast",
     .title = "A LES does not register a group or functional address",
     .requirements = "L-register-04",
     .stimulus = "LE_REGISTER_REQUEST for a group address (802.5: a functional one); then for a unicast one",
     .accepted = "status 9; status 0",
     .scope = LES_NON_PROXY,
     .run = group,
     .parameter = false},
    {.id = "les-registration/broadcast",
     .title = "A LES does not register the broadcast address",
     .requirements = "L-register-04",
     .stimulus = "LE_REGISTER_REQUEST for the broadcast address; then for a unicast one",
     .accepted = "status 9; status 0",
     .scope = LES_NON_PROXY,
     .run = group,
     .parameter = true},
    {.id = "les-registration/one-of-two",
     .title = "A LES unregisters the VMAC and leaves the client's own MAC address alone",
     .requirements = "L-register-05",
     .stimulus = "LE_UNREGISTER_REQUEST for the VMAC by a client that registered its own address before",
     .accepted = "status 0; the VMAC is not resolved any more, the other address is",
     .scope = LES_NON_PROXY,
     .run = one_of_two},
    {.id = "les-registration/of-another",
     .title = "A LES does not unregister what another client has registered",
     .requirements = "L-register-06",
     .stimulus = "LE_UNREGISTER_REQUEST for the VMAC by a client that does not own it",
     .accepted = "a failure status; the VMAC is still at its owner",
     .scope = LES_NON_PROXY,
     .run = of_another},
    {.id = "les-registration/unknown-lecid",
     .title = "A LES registers nothing for a LECID that it does not know",
     .requirements = "L-register-07",
     .stimulus = "LE_REGISTER_REQUEST with a LECID of nobody; then with the client's own",
     .accepted = "status 8, and LE_ARP for the address is not answered; status 0",
     .scope = LES_ANY,
     .run = unknown_requester},
    {.id = "les-registration/unknown-lecid-unregisters",
     .title = "A LES unregisters nothing for a LECID that it does not know",
     .requirements = "L-register-07",
     .stimulus = "LE_UNREGISTER_REQUEST with a LECID of nobody",
     .accepted = "status 8; the address is still resolved",
     .scope = LES_ANY,
     .run = unknown_unregisters},
    {.id = "les-registration/never-registered",
     .title = "A LES confirms the unregistration of an address that nobody registered",
     .requirements = "L-register-11",
     .stimulus = "LE_UNREGISTER_REQUEST for an address of nobody",
     .accepted = "status 0",
     .scope = LES_NON_PROXY,
     .run = never_registered},
    {.id = "les-registration/unknown-tlv",
     .title = "A LES registers an address whatever TLVs come with it",
     .requirements = "L-frame-03",
     .stimulus = "LE_REGISTER_REQUEST with a TLV of an unknown type",
     .accepted = "status 0",
     .scope = LES_V2,
     .run = unknown_tlv},
};

const struct case_list les_registration_cases = {cases, sizeof cases / sizeof *cases};
