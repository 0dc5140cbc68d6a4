/* A LES and the loss of its clients (draft 3.1, lane-rules 4.5): with the Control Direct go the bindings. */
#include "cases/cases.h"
#include "steps/elan_clients.h"
#include "steps/vcc_events.h"

/* How the Control Direct of the owner goes. */
enum loss { CLIENT_LEAVES, NETWORK_CLEARS, CARRIER_LOST, SAAL_LOST };

#define RELEASE_LIMIT SECONDS(10)
#define JOIN_LIMIT    SECONDS(60)

static void owner_registers(struct scene *scene);
static struct tap_event *lose_owner(struct scene *scene, enum loss loss);
static void note_where_bystanders_are_sent(struct scene *scene);
static const struct vcc *control_direct_of(struct scene *scene, enum elan_client client);

/* R-3.1-10: LE_ARP no longer returns the address. */
static void forgotten(struct scene *scene)
{
    bring_to_elan(scene);
    owner_registers(scene);
    lose_owner(scene, (enum loss)scene->test->parameter);
    expect_unbound(scene, CLIENT_HOST, scene->vmac, client_atm(scene, CLIENT_OWNER), "R-3.1-10");
    prove_alive(scene);
}

/* R-3.1-10: the next one registers it at once. */
static void registered_by_another(struct scene *scene)
{
    bring_to_elan(scene);
    owner_registers(scene);
    lose_owner(scene, (enum loss)scene->test->parameter);
    struct le_control request = registration_of(scene, CLIENT_HOST, scene->vmac);
    expect_answer(scene, client_sends(scene, CLIENT_HOST, &request), LE_STATUS_SUCCESS, "R-3.1-10");
}

/* R-3.1-10: the link of the server itself failed, all its clients are lost and come back, one without the
 * VMAC. */
static void server_link(struct scene *scene)
{
    bring_to_elan(scene);
    owner_registers(scene);
    port_fail_link(scene->device_port, LINK_CARRIER_LOSS);
    scene_advance(scene, SECONDS(1));
    port_restore_link(scene->device_port);
    int64_t limit_ns = scene_now_ns(scene) + JOIN_LIMIT;
    while (!clients_operational(scene, ALL_CLIENTS)) {
        if (scene_now_ns(scene) > limit_ns)
            scene_inconclusive(scene, "the clients did not join again after the link was mended");
        scene_advance(scene, MILLISECONDS(100));
    }
    struct le_control request = registration_of(scene, CLIENT_HOST, scene->vmac);
    expect_answer(scene, client_sends(scene, CLIENT_HOST, &request), LE_STATUS_SUCCESS, "R-3.1-10");
}

/* R-3.1-12: the Master hangs, its Control Direct stays. What the LES does is no fault of it; when the VCC
 * goes, all is well. */
static void master_hangs(struct scene *scene)
{
    bring_to_elan(scene);
    owner_registers(scene);
    const struct vcc *control_direct = control_direct_of(scene, CLIENT_OWNER);
    peer_lec_die(scene->speaker_lec);
    struct le_control request = registration_of(scene, CLIENT_HOST, scene->vmac);
    expect_answer(scene, client_sends(scene, CLIENT_HOST, &request), LE_STATUS_DUPLICATE_LAN_DESTINATION,
                  "R-3.1-12 L-register-02");
    note_where_bystanders_are_sent(scene);
    struct mark since = mark_now(scene);
    world_clear_vcc(scene->world, control_direct->id, CAUSE_OUT_OF_ORDER);
    if (!await_vcc(scene, TAP_CALL_RELEASED, VCC_CONTROL_DIRECT, since, RELEASE_LIMIT))
        scene_inconclusive(scene, "the release did not reach the device");
    struct le_control again = registration_of(scene, CLIENT_HOST, scene->vmac);
    expect_answer(scene, client_sends(scene, CLIENT_HOST, &again), LE_STATUS_SUCCESS, "R-3.1-10");
}

#define FORGOTTEN(how)                                                                                       \
    .requirements = "R-3.1-10", .stimulus = how "; LE_ARP_REQUEST for the VMAC",                             \
    .accepted = "no answer with the ATM address of the client that is gone", .scope = LES_NON_PROXY,         \
    .run = forgotten
#define ANOTHER(how)                                                                                         \
    .requirements = "R-3.1-10", .stimulus = how "; another client registers the VMAC at once",               \
    .accepted = "status 0", .scope = LES_NON_PROXY, .run = registered_by_another
#define LEAVES  "the owner of the VMAC releases its Control Direct"
#define CLEARED "the network clears the owner's Control Direct"
#define CARRIER "the owner's link fails with loss of carrier"
#define SAAL    "the owner's link fails; the switch clears its calls after T309"

static const struct test_case cases[] = {
    {.id = "les-loss/forgotten-when-it-leaves",
     .title = "A LES forgets the bindings of a client that leaves",
     FORGOTTEN(LEAVES),
     .parameter = CLIENT_LEAVES},
    {.id = "les-loss/forgotten-when-cleared",
     .title = "A LES forgets the bindings of a client whose Control Direct is cleared",
     FORGOTTEN(CLEARED),
     .parameter = NETWORK_CLEARS},
    {.id = "les-loss/forgotten-with-its-carrier",
     .title = "A LES forgets the bindings of a client whose link fails",
     FORGOTTEN(CARRIER),
     .parameter = CARRIER_LOST},
    {.id = "les-loss/forgotten-after-t309",
     .title = "A LES forgets the bindings of a client when the switch gives its link up",
     FORGOTTEN(SAAL),
     .parameter = SAAL_LOST},
    {.id = "les-loss/another-when-it-leaves",
     .title = "A LES registers the VMAC of a client that left for another",
     ANOTHER(LEAVES),
     .parameter = CLIENT_LEAVES},
    {.id = "les-loss/another-when-cleared",
     .title = "A LES registers the VMAC of a client whose Control Direct was cleared for another",
     ANOTHER(CLEARED),
     .parameter = NETWORK_CLEARS},
    {.id = "les-loss/another-with-its-carrier",
     .title = "A LES registers the VMAC of a client whose link failed for another",
     ANOTHER(CARRIER),
     .parameter = CARRIER_LOST},
    {.id = "les-loss/another-after-t309",
     .title = "A LES registers the VMAC for another when the switch has given the owner's link up",
     ANOTHER(SAAL),
     .parameter = SAAL_LOST},
    {.id = "les-loss/server-link",
     .title = "A LES whose own link failed has forgotten the bindings of all clients",
     .requirements = "R-3.1-10",
     .stimulus = "the link of the LES fails and is mended; another client registers the VMAC",
     .accepted = "status 0",
     .scope = LES_NON_PROXY,
     .capabilities = CAPABILITY_FAIL_LINK,
     .run = server_link},
    {.id = "les-loss/master-hangs",
     .title = "A Master hangs with its Control Direct up, and the new one is refused until that goes",
     .requirements = "R-3.1-10 R-3.1-12 L-register-02",
     .stimulus =
         "the owner of the VMAC dies, its Control Direct stays and is cleared later; registrations by "
         "another client before and after",
     .accepted = "status 4; status 0",
     .scope = LES_NON_PROXY,
     .run = master_hangs},
};

const struct case_list les_loss_cases = {cases, sizeof cases / sizeof *cases};

/* When it comes back it comes without the VMAC. */
static void owner_registers(struct scene *scene)
{
    client_registers(scene, CLIENT_OWNER, scene->vmac);
    peer_lec_abandon(scene->speaker_lec, scene->vmac);
}

/* Returns the release of the Control Direct at the device. */
static struct tap_event *lose_owner(struct scene *scene, enum loss loss)
{
    struct mark since = mark_now(scene);
    switch (loss) {
    case CLIENT_LEAVES:
        peer_lec_leave(scene->speaker_lec);
        break;
    case NETWORK_CLEARS:
        world_clear_vcc(scene->world, control_direct_of(scene, CLIENT_OWNER)->id, CAUSE_OUT_OF_ORDER);
        break;
    case CARRIER_LOST:
        port_fail_link(scene->speaker_port, LINK_CARRIER_LOSS);
        break;
    case SAAL_LOST:
        port_fail_link(scene->speaker_port, LINK_SAAL_LOSS);
        break;
    }
    struct tap_event *released =
        await_vcc(scene, TAP_CALL_RELEASED, VCC_CONTROL_DIRECT, since, RELEASE_LIMIT);
    if (!released)
        scene_inconclusive(scene, "the release of the Control Direct did not reach the device");
    return released;
}

static const struct vcc *control_direct_of(struct scene *scene, enum elan_client client)
{
    for (size_t i = tap_count(scene->tap); i-- > 0;) {
        const struct vcc *vcc = tap_at(scene->tap, i)->vcc;
        if (vcc && vcc->kind == VCC_CONTROL_DIRECT && vcc->open &&
            vcc->caller == port_index(client_port(scene, client)))
            return vcc;
    }
    scene_inconclusive(scene, "%s has no Control Direct", port_name(client_port(scene, client)));
}

/* For the report: what the LES says of the VMAC while the Master hangs. */
static void note_where_bystanders_are_sent(struct scene *scene)
{
    struct le_control question = question_of(scene, CLIENT_PLAIN, scene->vmac);
    struct tap_event *asked = client_sends(scene, CLIENT_PLAIN, &question);
    struct pattern pattern = answer_to(scene, asked);
    struct tap_event *answer = await(scene, &pattern, mark_at(asked), LES_ANSWER_LIMIT);
    world_note(scene->world,
               answer ? "the Master hangs: until its Control Direct goes, the LES sends bystanders to it"
                      : "the Master hangs: the LES leaves bystanders without an answer");
}
