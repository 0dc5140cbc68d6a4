/* Joining at a LES (lane-rules 4.1, lane-wire 4, 13): whom it refuses, and which LECIDs it gives. */
#include <stdio.h>
#include <string.h>

#include "cases/cases.h"
#include "steps/elan_clients.h"

/* What is wrong with a join. */
enum join_defect {
    WRONG_LAN_TYPE,
    BOUND_LAN_DESTINATION,
    ATM_ADDRESS_IN_USE,
    UNKNOWN_LECID,
    GROUP_LAN_DESTINATION,
    UNKNOWN_ELAN,
};

#define JOIN_LIMIT SECONDS(60)

static void spoil(struct scene *scene, struct le_control *join);
static void expect_lecids_unique_at(struct scene *scene, const char *site, uint16_t of_caller);
#define expect_lecids_unique(scene, of_caller) expect_lecids_unique_at((scene), SITE, (of_caller))
static uint16_t lecid_given(struct scene *scene, struct tap_event *answer);
static void wait_for(struct scene *scene, unsigned clients);

/* L-join-07: the defect, and then the same join without it. */
static void refused(struct scene *scene)
{
    static const uint16_t statuses[] = {
        [WRONG_LAN_TYPE] = LE_STATUS_INVALID_PARAMETERS,
        [BOUND_LAN_DESTINATION] = LE_STATUS_DUPLICATE_LAN_DESTINATION,
        [ATM_ADDRESS_IN_USE] = LE_STATUS_DUPLICATE_ATM_ADDRESS,
        [UNKNOWN_LECID] = LE_STATUS_INVALID_LECID,
        [GROUP_LAN_DESTINATION] = LE_STATUS_INVALID_LAN_DESTINATION,
        [UNKNOWN_ELAN] = LE_STATUS_NO_CONFIGURATION,
    };
    bring_to_elan(scene);
    struct le_control good = join_of_caller(scene);
    struct le_control bad = good;
    bad.transaction_id++;
    spoil(scene, &bad);
    expect_answer(scene, caller_joins(scene, &bad), statuses[scene->test->parameter], "L-join-07");
    require_answer(scene, caller_joins(scene, &good), LE_STATUS_SUCCESS);
}

/* L-join-08, and again when one has left and others have come. */
static void lecids(struct scene *scene)
{
    bring_to_elan(scene);
    expect_lecids_unique(scene, 0);
    peer_lec_leave(client_lec(scene, CLIENT_PLAIN));
    scene_advance(scene, SECONDS(1));
    struct le_control join = join_of_caller(scene);
    struct tap_event *answer = require_answer(scene, caller_joins(scene, &join), LE_STATUS_SUCCESS);
    peer_lec_start(client_lec(scene, CLIENT_PLAIN));
    wait_for(scene, ALL_CLIENTS);
    expect_lecids_unique(scene, lecid_given(scene, answer));
}

/* L-join-08 after the server was switched off and on: all join anew. */
static void restart(struct scene *scene)
{
    bring_to_elan(scene);
    scene_control(scene, CONTROL_FAIL, 0, 0);
    port_fail_link(scene->device_port, LINK_CARRIER_LOSS);
    scene_advance(scene, SECONDS(1));
    port_restore_link(scene->device_port);
    scene_control(scene, CONTROL_START, 0, 0);
    scene_advance(scene, SECONDS(1));
    wait_for(scene, ALL_CLIENTS);
    expect_lecids_unique(scene, 0);
    prove_alive(scene);
}

/* L-v2-04 */
static void v2_required(struct scene *scene)
{
    bring_to_elan(scene);
    bool capable = scene->test->parameter;
    struct le_control join = join_of_caller(scene);
    join.flags = capable ? LE_FLAG_V2_CAPABLE : 0;
    struct tap_event *answer = require_answer(scene, caller_joins(scene, &join), LE_STATUS_SUCCESS);
    expect_field(scene, answer, FIELD_FLAG_V2_REQUIRED, number_value(capable && scene->v2), "L-v2-04");
}

static const struct test_case cases[] = {
    {.id = "les-join/refuses-lan-type",
     .title = "A LES refuses a client of another LAN type",
     .requirements = "L-join-07",
     .stimulus = "LE_JOIN_REQUEST with the LAN type of the other medium; then a good one",
     .accepted = "status 2; status 0",
     .scope = LES_ANY,
     .run = refused,
     .parameter = WRONG_LAN_TYPE},
    {.id = "les-join/refuses-bound-destination",
     .title = "A LES refuses a client whose LAN destination is bound elsewhere",
     .requirements = "L-join-07",
     .stimulus = "LE_JOIN_REQUEST with the MAC address of another client; then a good one",
     .accepted = "status 4; status 0",
     .scope = LES_ANY,
     .run = refused,
     .parameter = BOUND_LAN_DESTINATION},
    {.id = "les-join/refuses-atm-address",
     .title = "A LES refuses a second client with the same ATM address",
     .requirements = "L-join-07",
     .stimulus = "LE_JOIN_REQUEST with the ATM address of another client; then a good one",
     .accepted = "status 5; status 0",
     .scope = LES_ANY,
     .run = refused,
     .parameter = ATM_ADDRESS_IN_USE},
    {.id = "les-join/refuses-lecid",
     .title = "A LES refuses a join with a LECID that it never gave",
     .requirements = "L-join-07",
     .stimulus = "LE_JOIN_REQUEST with a LECID of nobody; then one with LECID 0",
     .accepted = "status 8; status 0",
     .scope = LES_ANY,
     .run = refused,
     .parameter = UNKNOWN_LECID},
    {.id = "les-join/refuses-group-destination",
     .title = "A LES refuses a client whose LAN destination is a group address",
     .requirements = "L-join-07",
     .stimulus = "LE_JOIN_REQUEST with a group address as SOURCE-LAN-DESTINATION; then a good one",
     .accepted = "status 9; status 0",
     .scope = LES_ANY,
     .run = refused,
     .parameter = GROUP_LAN_DESTINATION},
    {.id = "les-join/refuses-elan-name",
     .title = "A LES refuses a client of another ELAN",
     .requirements = "L-join-07",
     .stimulus = "LE_JOIN_REQUEST with another ELAN name; then a good one",
     .accepted = "status 20; status 0",
     .scope = LES_ANY,
     .run = refused,
     .parameter = UNKNOWN_ELAN},
    {.id = "les-join/lecids",
     .title = "A LES gives each of its clients a LECID of its own",
     .requirements = "L-join-08",
     .stimulus = "clients join; one leaves, another one comes, the first comes back",
     .accepted = "LECIDs between 0001 and FEFF, no two alike",
     .scope = LES_ANY,
     .run = lecids},
    {.id = "les-join/restart",
     .title = "After a restart of the LES all clients get LECIDs of their own again",
     .requirements = "L-join-08",
     .stimulus = "the LES fails with its link and is switched on again",
     .accepted = "all clients join; LECIDs between 0001 and FEFF, no two alike",
     .scope = LES_ANY,
     .capabilities = CAPABILITY_CONTROL_FAIL | CAPABILITY_FAIL_LINK,
     .run = restart},
    {.id = "les-join/v2-required",
     .title = "A LES requires LANE v2 of a client that is capable of it, if it is a server of v2",
     .requirements = "L-v2-04",
     .stimulus = "LE_JOIN_REQUEST with V2 Capable",
     .accepted = "V2 Required set by a server of LANE v2, clear by one of v1",
     .scope = LES_ANY,
     .run = v2_required,
     .parameter = true},
    {.id = "les-join/v1-client",
     .title = "A LES does not require LANE v2 of a client of v1",
     .requirements = "L-v2-04",
     .stimulus = "LE_JOIN_REQUEST without V2 Capable",
     .accepted = "V2 Required clear",
     .scope = LES_ANY,
     .run = v2_required,
     .parameter = false},
};

const struct case_list les_join_cases = {cases, sizeof cases / sizeof *cases};

static void spoil(struct scene *scene, struct le_control *join)
{
    switch ((enum join_defect)scene->test->parameter) {
    case WRONG_LAN_TYPE:
        join->lan_type = scene->plan.device.token_ring ? LAN_TYPE_8023 : LAN_TYPE_8025;
        break;
    case BOUND_LAN_DESTINATION:
        join->source_lan = lan_destination_of_mac(client_mac(scene, CLIENT_HOST));
        break;
    case ATM_ADDRESS_IN_USE:
        join->source_atm = client_atm(scene, CLIENT_HOST);
        break;
    case UNKNOWN_LECID:
        join->requester_lecid = unknown_lecid(scene);
        break;
    case GROUP_LAN_DESTINATION:
        join->source_lan = lan_destination_of_mac(group_mac(scene));
        break;
    case UNKNOWN_ELAN:
        join->elan_name[join->elan_name_size++] = 'x';
        break;
    }
}

/* 'of_caller': the LECID that the caller got; 0: it has none. */
static void expect_lecids_unique_at(struct scene *scene, const char *site, uint16_t of_caller)
{
    uint16_t given[ELAN_CLIENT_COUNT + 1];
    size_t count = 0;
    bool good = true;
    char actual[160] = "LECIDs";
    for (enum elan_client client = 0; client < ELAN_CLIENT_COUNT; client++)
        given[count++] = peer_lec_lecid(client_lec(scene, client));
    if (of_caller)
        given[count++] = of_caller;
    for (size_t i = 0; i < count; i++) {
        good &= given[i] >= 0x0001 && given[i] <= 0xfeff;
        for (size_t j = 0; j < i; j++)
            good &= given[i] != given[j];
        size_t used = strlen(actual);
        snprintf(actual + used, sizeof actual - used, " %u", given[i]);
    }
    expect_true_at(scene, site, good, NULL, "L-join-08", "LECIDs between 1 and 65279, no two alike", actual);
}

static uint16_t lecid_given(struct scene *scene, struct tap_event *answer)
{
    return tap_frame(scene->tap, answer)->control.requester_lecid;
}

static void wait_for(struct scene *scene, unsigned clients)
{
    int64_t limit_ns = scene_now_ns(scene) + JOIN_LIMIT;
    while (!clients_operational(scene, clients)) {
        if (scene_now_ns(scene) > limit_ns)
            scene_inconclusive(scene, "the clients did not all join again within %d s",
                               (int)(JOIN_LIMIT / NS_PER_S));
        scene_advance(scene, MILLISECONDS(100));
    }
}
