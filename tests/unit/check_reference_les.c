/* The reference LES and BUS in a real world, with emulated clients. */
#include <check.h>
#include <stdlib.h>

#include "base/duration.h"
#include "peers/caller.h"
#include "peers/lec.h"
#include "reference/les.h"
#include "world/tap.h"
#include "world/world.h"

#define CLIENTS 3

static struct arena *arena;
static struct world *world;
static struct tap *tap;
static struct port *server_port;
static struct port *ports[CLIENTS];
static struct peer_lec *lecs[CLIENTS];
static struct port *caller_port;
static struct caller *caller;
static struct device_settings settings;

static const struct mac_address vmac = {{0x00, 0x00, 0x5e, 0x00, 0x01, 0x07}};
static const struct mac_address nobody = {{0x00, 0x20, 0x5a, 0x99, 0x99, 0x99}};

static struct atm_address atm_of(uint8_t number)
{
    static const uint8_t prefix[13] = {0x47, 0x00, 0x05};
    return atm_address_of(prefix, (struct mac_address){{0x00, 0x20, 0x5a, 0, 0, number}}, 0);
}

static struct mac_address mac_of(uint8_t number)
{
    return (struct mac_address){{0x00, 0x20, 0x5a, 0x01, 0x01, number}};
}

static void control(struct port *port, enum control_kind kind)
{
    struct reason reason;
    ck_assert(port_control(port, &(struct control_action){.kind = kind}, &reason));
}

static void run(int64_t duration_ns)
{
    world_run_until(world, world_now_ns(world) + duration_ns);
}

/* A v2 server, a v2 client, a proxy that is v2 capable or not, and a client of v1. */
static void open_elan(bool v2, const struct reference_options *options)
{
    static const char *const names[CLIENTS] = {"v2", "proxy", "v1"};
    arena = arena_new();
    world = world_new(
        &(struct world_settings){.latency_low_ns = MILLISECONDS(1), .latency_high_ns = MILLISECONDS(20)},
        arena);
    tap = world_tap(world);
    server_port = world_port(world, "dut");
    port_mark_device(server_port);
    settings = (struct device_settings){.role = ROLE_LES, .les_address = atm_of(100), .elan_name = "blue"};
    settings.les = (struct les_service_settings){.bus_address = atm_of(101), .v2 = v2, .elan_id = 9};
    port_set_address_service(server_port, &settings.les_address, SERVICE_LES);
    port_set_address_service(server_port, &settings.les.bus_address, SERVICE_BUS);
    port_attach(server_port, &les_server_handlers,
                les_server_new(port_services(server_port), &settings, options));
    control(server_port, CONTROL_START);
    for (uint8_t i = 0; i < CLIENTS; i++) {
        struct peer_lec_settings client = peer_lec_settings_default();
        client.atm_address = atm_of(i + 1);
        client.mac = mac_of(i + 1);
        client.les_address = settings.les_address;
        client.v2_capable = i < 2;
        client.proxy = i == 1;
        client.rejoins = true;
        ports[i] = world_port(world, names[i]);
        lecs[i] = peer_lec_new(port_services(ports[i]), &client);
        port_attach(ports[i], &peer_lec_handlers, lecs[i]);
        peer_lec_start(lecs[i]);
    }
    caller_port = world_port(world, "caller");
    struct atm_address own = atm_of(50);
    caller = caller_new(port_services(caller_port), &own);
    port_attach(caller_port, &caller_handlers, caller);
    run(SECONDS(2));
}

static void setup(void)
{
    open_elan(true, NULL);
}

static void teardown(void)
{
    world_free(world);
    arena_free(arena);
}

/* The last frame of the server with this op-code that reaches the port, behind tap index 'since'. */
static const struct frame *got(const struct port *port, uint16_t opcode, size_t since)
{
    for (size_t i = tap_count(tap); i-- > since;) {
        struct tap_event *event = tap_at(tap, i);
        const struct frame *frame = tap_frame(tap, event);
        if (frame && event->from == 0 && tap_reaches(event, port_index(port)) &&
            frame->layers & LAYER_CONTROL && frame->control.opcode == opcode)
            return frame;
    }
    return NULL;
}

static struct le_control request_about(unsigned client, enum le_opcode opcode, struct mac_address mac)
{
    struct le_control request = peer_lec_request(lecs[client], opcode);
    if (opcode == LE_ARP_REQUEST)
        request.target_lan = lan_destination_of_mac(mac);
    else
        request.source_lan = lan_destination_of_mac(mac);
    return request;
}

/* Sends a request of a client and returns the answer, NULL if there is none. */
static const struct le_control *ask(unsigned client, const struct le_control *request)
{
    size_t since = tap_count(tap);
    ck_assert(peer_lec_send_control(lecs[client], PEER_LEC_CONTROL_DIRECT, request));
    run(SECONDS(1));
    const struct frame *frame = got(ports[client], request->opcode | LE_RESPONSE_BIT, since);
    return frame && frame->control.transaction_id == request->transaction_id ? &frame->control : NULL;
}

static uint16_t status_of(unsigned client, struct le_control request)
{
    const struct le_control *answer = ask(client, &request);
    ck_assert_ptr_nonnull(answer);
    return answer->status;
}

/* True when the server answers 'client' that 'mac' is at ATM address number 'owner'. */
static bool bound(unsigned client, struct mac_address mac, uint8_t owner)
{
    struct le_control question = request_about(client, LE_ARP_REQUEST, mac);
    const struct le_control *answer = ask(client, &question);
    struct atm_address atm = atm_of(owner);
    return answer && answer->status == 0 && atm_address_equal(&answer->target_atm, &atm);
}

static struct le_control join_of_caller(void)
{
    struct le_control join = le_control_of(LE_JOIN_REQUEST);
    join.transaction_id = 77;
    join.source_atm = atm_of(50);
    join.lan_type = LAN_TYPE_8023;
    join.max_frame_size = MAX_FRAME_1516;
    return join;
}

static const struct le_control *caller_joins(const struct le_control *join)
{
    size_t since = tap_count(tap);
    uint8_t data[256];
    caller_call(caller, &join->source_atm, &settings.les_address, B_LLI_CONTROL);
    run(SECONDS(1));
    ck_assert(caller_connected(caller));
    ck_assert(caller_send(caller, data, le_control_encode(join, data, sizeof data)));
    run(SECONDS(1));
    const struct frame *frame = got(caller_port, LE_JOIN_RESPONSE, since);
    return frame ? &frame->control : NULL;
}

/* --- joining --- */

START_TEST(clients_join_in_their_version)
{
    teardown();
    open_elan(_i, NULL);
    for (unsigned i = 0; i < CLIENTS; i++) {
        ck_assert(peer_lec_operational(lecs[i]));
        ck_assert_int_eq(peer_lec_is_v2(lecs[i]), _i && i < 2);
        for (unsigned j = 0; j < i; j++)
            ck_assert_uint_ne(peer_lec_lecid(lecs[i]), peer_lec_lecid(lecs[j]));
    }
    const struct frame *joined = got(ports[0], LE_JOIN_RESPONSE, 0);
    ck_assert_int_eq(le_control_find_tlv(&joined->control, TLV_ELAN_ID) != NULL, _i);
    ck_assert_ptr_null(le_control_find_tlv(&got(ports[2], LE_JOIN_RESPONSE, 0)->control, TLV_ELAN_ID));
    ck_assert(got(ports[1], LE_JOIN_RESPONSE, 0)->control.flags & LE_FLAG_PROXY);
}
END_TEST

START_TEST(bad_joins_are_refused)
{
    struct le_control join = join_of_caller();
    join.lan_type = LAN_TYPE_8025;
    ck_assert_uint_eq(caller_joins(&join)->status, LE_STATUS_INVALID_PARAMETERS);
    join = join_of_caller();
    join.requester_lecid = 0x77;
    ck_assert_uint_eq(caller_joins(&join)->status, LE_STATUS_INVALID_LECID);
    join = join_of_caller();
    join.source_atm = atm_of(1);
    ck_assert_uint_eq(caller_joins(&join)->status, LE_STATUS_DUPLICATE_ATM_ADDRESS);
    join = join_of_caller();
    join.source_lan = lan_destination_of_mac(mac_of(1));
    ck_assert_uint_eq(caller_joins(&join)->status, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    join.source_lan = lan_destination_of_mac(MAC_BROADCAST);
    ck_assert_uint_eq(caller_joins(&join)->status, LE_STATUS_INVALID_LAN_DESTINATION);
    join = join_of_caller();
    join.elan_name_size = 1;
    join.elan_name[0] = 'x';
    ck_assert_uint_eq(caller_joins(&join)->status, LE_STATUS_NO_CONFIGURATION);
    join = join_of_caller();
    join.version = 2;
    ck_assert_uint_eq(caller_joins(&join)->status, LE_STATUS_VERSION_NOT_SUPPORTED);
    join.version = 1;
    const struct le_control *good = caller_joins(&join);
    ck_assert_uint_eq(good->status, LE_STATUS_SUCCESS);
    ck_assert_uint_gt(good->requester_lecid, 0);
}
END_TEST

START_TEST(a_repeated_join_gets_the_same_lecid)
{
    struct le_control join = join_of_caller();
    uint16_t lecid = caller_joins(&join)->requester_lecid;
    size_t since = tap_count(tap);
    uint8_t data[256];
    caller_send(caller, data, le_control_encode(&join, data, sizeof data));
    run(SECONDS(1));
    ck_assert_uint_eq(got(caller_port, LE_JOIN_RESPONSE, since)->control.requester_lecid, lecid);
}
END_TEST

/* S4 */
START_TEST(a_client_that_does_not_join_is_released)
{
    struct atm_address own = atm_of(50);
    caller_call(caller, &own, &settings.les_address, B_LLI_CONTROL);
    run(SECONDS(119));
    ck_assert(caller_connected(caller));
    run(SECONDS(2));
    ck_assert(!caller_connected(caller));
    struct le_control join = join_of_caller();
    ck_assert_uint_eq(caller_joins(&join)->status, LE_STATUS_SUCCESS);
    run(SECONDS(130));
    ck_assert(caller_connected(caller));
}
END_TEST

START_TEST(other_calls_are_rejected)
{
    struct atm_address own = atm_of(50);
    caller_call(caller, &own, &settings.les_address, B_LLI_DATA_DIRECT_8023);
    run(SECONDS(1));
    ck_assert(!caller_connected(caller));
    caller_call(caller, &own, &settings.les.bus_address, B_LLI_MULTICAST_8025);
    run(SECONDS(1));
    ck_assert(!caller_connected(caller));
}
END_TEST

/* --- the register database --- */

START_TEST(first_come_first_served)
{
    ck_assert_uint_eq(status_of(0, request_about(0, LE_REGISTER_REQUEST, vmac)), 0);
    ck_assert_uint_eq(status_of(0, request_about(0, LE_REGISTER_REQUEST, vmac)), 0);
    ck_assert_uint_eq(status_of(1, request_about(1, LE_REGISTER_REQUEST, vmac)),
                      LE_STATUS_DUPLICATE_LAN_DESTINATION);
    ck_assert(bound(2, vmac, 1));
    ck_assert_uint_eq(status_of(1, request_about(1, LE_UNREGISTER_REQUEST, vmac)),
                      LE_STATUS_INVALID_LAN_DESTINATION);
    ck_assert_uint_eq(status_of(1, request_about(1, LE_UNREGISTER_REQUEST, nobody)), 0);
    ck_assert(bound(2, vmac, 1));
    ck_assert_uint_eq(status_of(0, request_about(0, LE_UNREGISTER_REQUEST, vmac)), 0);
    ck_assert(!bound(2, vmac, 1));
    ck_assert(bound(2, mac_of(1), 1));
}
END_TEST

START_TEST(groups_and_strangers_are_not_registered)
{
    struct le_control request = request_about(0, LE_REGISTER_REQUEST, vmac);
    request.requester_lecid ^= 0x4000;
    ck_assert_uint_eq(status_of(0, request), LE_STATUS_INVALID_LECID);
    request = request_about(0, LE_REGISTER_REQUEST, vmac);
    request.source_atm = atm_of(2);
    ck_assert_uint_eq(status_of(0, request), LE_STATUS_INVALID_ATM_ADDRESS);
    request = request_about(0, LE_REGISTER_REQUEST, MAC_BROADCAST);
    ck_assert_uint_eq(status_of(0, request), LE_STATUS_INVALID_LAN_DESTINATION);
    request.source_lan = LAN_DESTINATION_NONE;
    ck_assert_uint_eq(status_of(0, request), LE_STATUS_INVALID_LAN_DESTINATION);
    ck_assert(!bound(2, vmac, 1));
}
END_TEST

START_TEST(tlvs_come_back_to_clients_of_v2)
{
    struct atm_address multiplexed = atm_of(77);
    struct le_control request = request_about(0, LE_REGISTER_REQUEST, vmac);
    le_control_add_tlv(&request, TLV_LLC_MUXED_ATM_ADDRESS, multiplexed.octet, ATM_ADDRESS_SIZE);
    ck_assert_uint_eq(status_of(0, request), 0);
    struct le_control question = request_about(1, LE_ARP_REQUEST, vmac);
    const struct le_tlv *tlv = le_control_find_tlv(ask(1, &question), TLV_LLC_MUXED_ATM_ADDRESS);
    ck_assert_ptr_nonnull(tlv);
    ck_assert_mem_eq(tlv->value.data, multiplexed.octet, ATM_ADDRESS_SIZE);
    question = request_about(2, LE_ARP_REQUEST, vmac);
    ck_assert_uint_eq(ask(2, &question)->tlv_count, 0);
}
END_TEST

/* --- loss --- */

START_TEST(a_lost_client_leaves_nothing)
{
    peer_lec_represent(lecs[0], vmac, PEER_LEC_REGISTERED);
    run(SECONDS(1));
    ck_assert(bound(2, vmac, 1));
    peer_lec_leave(lecs[0]);
    run(MILLISECONDS(100));
    ck_assert(!bound(2, vmac, 1));
    ck_assert(!bound(2, mac_of(1), 1));
    ck_assert_uint_eq(status_of(2, request_about(2, LE_REGISTER_REQUEST, vmac)), 0);
    ck_assert(bound(1, vmac, 3));
}
END_TEST

START_TEST(a_restarted_server_begins_anew)
{
    ck_assert_uint_eq(status_of(0, request_about(0, LE_REGISTER_REQUEST, vmac)), 0);
    struct reason reason;
    ck_assert(!port_control(server_port, &(struct control_action){.kind = CONTROL_START}, &reason));
    control(server_port, CONTROL_FAIL);
    port_fail_link(server_port, LINK_CARRIER_LOSS);
    run(SECONDS(1));
    port_restore_link(server_port);
    control(server_port, CONTROL_START);
    run(SECONDS(30));
    for (unsigned i = 0; i < CLIENTS; i++)
        ck_assert(peer_lec_operational(lecs[i]));
    ck_assert(!bound(2, vmac, 1));
    ck_assert(bound(2, mac_of(1), 1));
}
END_TEST

/* --- resolution and forwarding --- */

START_TEST(groups_are_at_the_bus)
{
    struct le_control question = request_about(0, LE_ARP_REQUEST, MAC_BROADCAST);
    ck_assert(atm_address_equal(&ask(0, &question)->target_atm, &settings.les.bus_address));
}
END_TEST

START_TEST(proxies_are_asked_and_their_answers_handed_on)
{
    struct le_control question = request_about(0, LE_ARP_REQUEST, vmac);
    size_t since = tap_count(tap);
    ck_assert_ptr_null(ask(0, &question));
    ck_assert_ptr_nonnull(got(ports[1], LE_ARP_REQUEST, since));
    ck_assert_ptr_null(got(ports[2], LE_ARP_REQUEST, since));
    peer_lec_represent(lecs[1], vmac, PEER_LEC_PROXIED);
    const struct le_control *answer = ask(0, &question);
    ck_assert_ptr_nonnull(answer);
    ck_assert_uint_eq(answer->flags, LE_FLAG_REMOTE_ADDRESS);
    question.requester_lecid ^= 0x4000;
    ck_assert_uint_eq(ask(0, &question)->status, LE_STATUS_INVALID_LECID);
}
END_TEST

/* Octet by octet, at everybody: targetless by a v2 server, LE_NARP and LE_TOPOLOGY_REQUEST by any. */
START_TEST(announcements_reach_everybody)
{
    struct le_control frames[] = {peer_lec_request(lecs[0], LE_ARP_REQUEST),
                                  peer_lec_request(lecs[0], LE_NARP_REQUEST),
                                  peer_lec_request(lecs[0], LE_TOPOLOGY_REQUEST)};
    frames[0].source_lan = lan_destination_of_mac(vmac);
    frames[1].target_lan = lan_destination_of_mac(vmac);
    for (size_t i = 0; i < 3; i++) {
        size_t since = tap_count(tap);
        uint8_t data[256];
        size_t size = le_control_encode(&frames[i], data, sizeof data);
        data[size++] = 0x5a; /* behind the frame; forwarded as it came */
        ck_assert(peer_lec_send_octets(lecs[0], PEER_LEC_CONTROL_DIRECT, data, size));
        run(SECONDS(1));
        for (unsigned client = 0; client < CLIENTS; client++) {
            const struct frame *copy = got(ports[client], frames[i].opcode, since);
            ck_assert_ptr_nonnull(copy);
            ck_assert_uint_eq(copy->octets.size, size);
            ck_assert_mem_eq(copy->octets.data, data, size);
        }
        ck_assert_ptr_null(got(ports[0], frames[i].opcode | LE_RESPONSE_BIT, since));
    }
    frames[1].requester_lecid ^= 0x4000;
    size_t since = tap_count(tap);
    peer_lec_send_control(lecs[0], PEER_LEC_CONTROL_DIRECT, &frames[1]);
    run(SECONDS(1));
    ck_assert_ptr_null(got(ports[1], LE_NARP_REQUEST, since));
}
END_TEST

START_TEST(a_v1_server_sends_targetless_requests_to_proxies)
{
    teardown();
    open_elan(false, NULL);
    struct le_control frame = peer_lec_request(lecs[0], LE_ARP_REQUEST);
    frame.source_lan = lan_destination_of_mac(vmac);
    size_t since = tap_count(tap);
    peer_lec_send_control(lecs[0], PEER_LEC_CONTROL_DIRECT, &frame);
    run(SECONDS(1));
    ck_assert_ptr_nonnull(got(ports[1], LE_ARP_REQUEST, since));
    ck_assert_ptr_null(got(ports[2], LE_ARP_REQUEST, since));
}
END_TEST

START_TEST(the_bus_sends_everything_to_everybody)
{
    uint8_t frame[64] = {0x00, 0x20, 0x5a, 0x99, 0x99, 0x99};
    frame[12] = 0x88;
    frame[13] = 0xb5;
    size_t since = tap_count(tap);
    peer_lec_send_on_bus(lecs[0], peer_lec_lecid(lecs[0]), frame, sizeof frame);
    run(SECONDS(1));
    uint64_t reached = 0;
    for (size_t i = since; i < tap_count(tap); i++) {
        const struct tap_event *event = tap_at(tap, i);
        if (event->kind == TAP_SDU && event->from == 0 && event->vcc->kind == VCC_MULTICAST_FORWARD) {
            reached |= event->to;
            ck_assert_uint_eq(event->size, 2 + sizeof frame);
            ck_assert_uint_eq(octets_u16(event->data), peer_lec_lecid(lecs[0]));
            ck_assert_mem_eq(event->data + 2, frame, sizeof frame);
        }
    }
    for (unsigned i = 0; i < CLIENTS; i++)
        ck_assert(reached & port_bit(port_index(ports[i])));
}
END_TEST

/* --- decisions --- */

/* --- what another server may do (lane-rules 1, 4.3, 4.4) --- */

static enum les_recipients everybody(const struct les_forwarding *forwarding)
{
    (void)forwarding;
    return LES_RECIPIENTS_ALL;
}

static enum les_recipients the_others(const struct les_forwarding *forwarding)
{
    (void)forwarding;
    return LES_RECIPIENTS_OTHERS;
}

static void open_other_elan(const struct reference_options *options)
{
    teardown();
    open_elan(true, options);
    for (size_t i = 0; i < CLIENTS; i++)
        ck_assert(peer_lec_operational(lecs[i]));
}

/* The last control VCC from the server to the client that carried the op-code. */
static enum vcc_kind kind_of_last(const struct port *port, uint16_t opcode)
{
    for (size_t i = tap_count(tap); i-- > 0;) {
        struct tap_event *event = tap_at(tap, i);
        const struct frame *frame = tap_frame(tap, event);
        if (frame && event->from == 0 && tap_reaches(event, port_index(port)) &&
            frame->layers & LAYER_CONTROL && frame->control.opcode == opcode)
            return event->vcc->kind;
    }
    return VCC_UNKNOWN;
}

START_TEST(the_owner_is_asked)
{
    struct reference_options options = reference_options_default();
    options.les.leaves_answers_to_clients = true;
    options.les.recipients = everybody;
    open_other_elan(&options);
    struct le_control question = request_about(0, LE_ARP_REQUEST, mac_of(3));
    size_t since = tap_count(tap);
    const struct le_control *answer = ask(0, &question);
    ck_assert_ptr_nonnull(got(ports[2], LE_ARP_REQUEST, since));
    ck_assert_ptr_nonnull(got(ports[0], LE_ARP_REQUEST, since));
    struct atm_address owner = atm_of(3);
    ck_assert(answer && atm_address_equal(&answer->target_atm, &owner));
}
END_TEST

START_TEST(the_originator_is_left_out)
{
    struct reference_options options = reference_options_default();
    options.les.recipients = the_others;
    open_other_elan(&options);
    struct le_control announcement = request_about(0, LE_NARP_REQUEST, vmac);
    size_t since = tap_count(tap);
    peer_lec_send_control(lecs[0], PEER_LEC_CONTROL_DIRECT, &announcement);
    run(SECONDS(1));
    ck_assert_ptr_null(got(ports[0], LE_NARP_REQUEST, since));
    ck_assert_ptr_nonnull(got(ports[1], LE_NARP_REQUEST, since));
    ck_assert_ptr_nonnull(got(ports[2], LE_NARP_REQUEST, since));
}
END_TEST

START_TEST(answers_go_where_the_server_likes)
{
    struct reference_options options = reference_options_default();
    struct le_control question;
    options.les.answers_on_distribute = true;
    open_other_elan(&options);
    question = request_about(0, LE_ARP_REQUEST, mac_of(3));
    ck_assert_ptr_nonnull(ask(0, &question));
    ck_assert_int_eq(kind_of_last(ports[0], LE_ARP_RESPONSE), VCC_CONTROL_DISTRIBUTE);
    options.les.distribution = LES_DISTRIBUTES_NEVER;
    open_other_elan(&options);
    question = request_about(0, LE_ARP_REQUEST, mac_of(3));
    ck_assert_ptr_nonnull(ask(0, &question));
    ck_assert_int_eq(kind_of_last(ports[0], LE_ARP_RESPONSE), VCC_CONTROL_DIRECT);
    options.les.distribution = LES_DISTRIBUTES_AFTER_ANSWER;
    open_other_elan(&options);
    ck_assert_int_eq(kind_of_last(ports[2], LE_JOIN_RESPONSE), VCC_CONTROL_DIRECT);
    question = request_about(0, LE_ARP_REQUEST, mac_of(3));
    ck_assert_ptr_nonnull(ask(0, &question));
    ck_assert_int_eq(kind_of_last(ports[0], LE_ARP_RESPONSE), VCC_CONTROL_DISTRIBUTE);
}
END_TEST

START_TEST(lecids_go_round)
{
    struct les_options options = les_options_default();
    ck_assert_uint_eq(options.next_lecid(0), 1);
    ck_assert_uint_eq(options.next_lecid(0xfeff), 1);
    ck_assert_uint_eq(options.next_lecid(0xffff), 1);
}
END_TEST

START_TEST(groups_are_registered_with_selective_multicast)
{
    struct les_options options = les_options_default();
    struct les_registering group = {
        .lan = lan_destination_of_mac(MAC_BROADCAST), .v2 = true, .selective_multicast = true};
    ck_assert_uint_eq(options.register_status(&group), 0);
    group.ownership = LES_BOUND_ELSEWHERE; /* several clients may want a group */
    ck_assert_uint_eq(options.register_status(&group), 0);
    group.v2 = false;
    ck_assert_uint_eq(options.register_status(&group), LE_STATUS_INVALID_LAN_DESTINATION);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference_les");
    TCase *tests = tcase_create("les");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, clients_join_in_their_version, 0, 2);
    tcase_add_test(tests, bad_joins_are_refused);
    tcase_add_test(tests, a_repeated_join_gets_the_same_lecid);
    tcase_add_test(tests, a_client_that_does_not_join_is_released);
    tcase_add_test(tests, other_calls_are_rejected);
    tcase_add_test(tests, first_come_first_served);
    tcase_add_test(tests, groups_and_strangers_are_not_registered);
    tcase_add_test(tests, tlvs_come_back_to_clients_of_v2);
    tcase_add_test(tests, a_lost_client_leaves_nothing);
    tcase_add_test(tests, a_restarted_server_begins_anew);
    tcase_add_test(tests, groups_are_at_the_bus);
    tcase_add_test(tests, proxies_are_asked_and_their_answers_handed_on);
    tcase_add_test(tests, announcements_reach_everybody);
    tcase_add_test(tests, a_v1_server_sends_targetless_requests_to_proxies);
    tcase_add_test(tests, the_bus_sends_everything_to_everybody);
    tcase_add_test(tests, the_owner_is_asked);
    tcase_add_test(tests, the_originator_is_left_out);
    tcase_add_test(tests, answers_go_where_the_server_likes);
    tcase_add_test(tests, lecids_go_round);
    tcase_add_test(tests, groups_are_registered_with_selective_multicast);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
