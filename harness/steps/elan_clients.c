#include "steps/elan_clients.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "steps/device_frames.h"

#define DEVICE_PORT 0u
/* A set-up or a frame over VCCs of 300 ms. */
#define ARRIVAL_LIMIT SECONDS(5)

static struct tap_event *arrival(struct scene *scene, const struct port *from, struct mark since,
                                 const uint8_t *data, size_t size);
static struct tap_event *copy_at(struct scene *scene, const struct tap_event *sent, uint64_t port,
                                 struct tap_event **similar);
static bool speaks_of_the_same(struct scene *scene, struct tap_event *event, const struct tap_event *sent);

struct peer_lec *client_lec(const struct scene *scene, enum elan_client client)
{
    switch (client) {
    case CLIENT_OWNER:
        return scene->speaker_lec;
    case CLIENT_HOST:
        return scene->host_lec;
    case CLIENT_PROXY:
    case CLIENT_SECOND_PROXY:
    case CLIENT_PLAIN:
    case ELAN_CLIENT_COUNT:
        break;
    }
    return scene->bystanders[client - CLIENT_PROXY].lec;
}

struct port *client_port(const struct scene *scene, enum elan_client client)
{
    switch (client) {
    case CLIENT_OWNER:
        return scene->speaker_port;
    case CLIENT_HOST:
        return scene->host_port;
    case CLIENT_PROXY:
    case CLIENT_SECOND_PROXY:
    case CLIENT_PLAIN:
    case ELAN_CLIENT_COUNT:
        break;
    }
    return scene->bystanders[client - CLIENT_PROXY].port;
}

struct atm_address client_atm(const struct scene *scene, enum elan_client client)
{
    return peer_lec_settings_of(client_lec(scene, client))->atm_address;
}

struct mac_address client_mac(const struct scene *scene, enum elan_client client)
{
    return peer_lec_settings_of(client_lec(scene, client))->mac;
}

bool clients_operational(const struct scene *scene, unsigned clients)
{
    for (enum elan_client client = 0; client < ELAN_CLIENT_COUNT; client++)
        if (clients & CLIENT_SET(client) && !peer_lec_operational(client_lec(scene, client)))
            return false;
    return true;
}

struct le_control registration_of(const struct scene *scene, enum elan_client client, struct mac_address mac)
{
    struct le_control request = peer_lec_request(client_lec(scene, client), LE_REGISTER_REQUEST);
    request.source_lan = lan_destination_of_mac(mac);
    return request;
}

struct le_control unregistration_of(const struct scene *scene, enum elan_client client,
                                    struct mac_address mac)
{
    struct le_control request = peer_lec_request(client_lec(scene, client), LE_UNREGISTER_REQUEST);
    request.source_lan = lan_destination_of_mac(mac);
    return request;
}

struct le_control question_of(const struct scene *scene, enum elan_client client, struct mac_address mac)
{
    struct le_control request = peer_lec_request(client_lec(scene, client), LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(client_mac(scene, client));
    request.target_lan = lan_destination_of_mac(mac);
    return request;
}

struct le_control join_of_caller(struct scene *scene)
{
    const struct device_settings *device = &scene->plan.device;
    struct le_control join = le_control_of(LE_JOIN_REQUEST);
    join.transaction_id = (uint32_t)random_next(&scene->random);
    join.source_atm = scene->plan.ghost_atm;
    join.lan_type = device->token_ring ? LAN_TYPE_8025 : LAN_TYPE_8023;
    join.max_frame_size = scene->plan.host_lec.max_frame_size;
    join.elan_name_size = (uint8_t)strlen(device->elan_name);
    memcpy(join.elan_name, device->elan_name, join.elan_name_size);
    return join;
}

uint16_t unknown_lecid(struct scene *scene)
{
    for (;;) {
        uint16_t lecid = (uint16_t)random_between(&scene->random, 1, 0xfeff);
        enum elan_client client = 0;
        while (client < ELAN_CLIENT_COUNT && peer_lec_lecid(client_lec(scene, client)) != lecid)
            client++;
        if (client == ELAN_CLIENT_COUNT)
            return lecid;
    }
}

/* The group address of VRRP on 802.3; the functional address of bridges on 802.5, where that is what groups
 * use (RFC 1469). */
struct mac_address group_mac(const struct scene *scene)
{
    return scene->plan.device.token_ring ? (struct mac_address){{0xc0, 0x00, 0x00, 0x00, 0x01, 0x00}}
                                         : (struct mac_address){{0x01, 0x00, 0x5e, 0x00, 0x00, 0x12}};
}

struct tap_event *client_sends(struct scene *scene, enum elan_client client, const struct le_control *control)
{
    uint8_t data[2048];
    return client_sends_octets(scene, client, data, le_control_encode(control, data, sizeof data));
}

struct tap_event *client_sends_octets(struct scene *scene, enum elan_client client, const uint8_t *data,
                                      size_t size)
{
    struct mark since = mark_now(scene);
    if (!peer_lec_send_octets(client_lec(scene, client), PEER_LEC_CONTROL_DIRECT, data, size))
        scene_inconclusive(scene, "%s is not in the ELAN: it has no Control Direct VCC",
                           port_name(client_port(scene, client)));
    return arrival(scene, client_port(scene, client), since, data, size);
}

struct tap_event *caller_joins(struct scene *scene, const struct le_control *join)
{
    caller_call(scene->caller, &join->source_atm, &scene->plan.device.les_address, B_LLI_CONTROL);
    int64_t limit_ns = scene_now_ns(scene) + ARRIVAL_LIMIT;
    while (!caller_connected(scene->caller)) {
        if (scene_now_ns(scene) > limit_ns)
            scene_inconclusive(scene, "the device accepts no Control Direct VCC of a new client");
        scene_advance(scene, MILLISECONDS(10));
    }
    return caller_sends(scene, join);
}

struct tap_event *caller_sends(struct scene *scene, const struct le_control *control)
{
    uint8_t data[2048];
    size_t size = le_control_encode(control, data, sizeof data);
    struct mark since = mark_now(scene);
    if (!caller_send(scene->caller, data, size))
        scene_inconclusive(scene, "the Control Direct VCC of the new client is gone");
    return arrival(scene, scene->caller_port, since, data, size);
}

struct pattern answer_to(const struct scene *scene, struct tap_event *asked)
{
    const struct le_control *request = &tap_frame(scene->tap, asked)->control;
    struct pattern pattern = {.from = DEVICE_PORT, .reaches = port_bit(asked->from)};
    pattern = pattern_with(pattern, FIELD_OPCODE, number_value(request->opcode | LE_RESPONSE_BIT));
    return pattern_with(pattern, FIELD_TRANSACTION_ID, number_value(request->transaction_id));
}

struct tap_event *require_answer(struct scene *scene, struct tap_event *asked, uint16_t status)
{
    struct pattern pattern = answer_to(scene, asked);
    struct tap_event *answer = await(scene, &pattern, mark_at(asked), LES_ANSWER_LIMIT);
    char line[FRAME_TEXT_SIZE];
    if (!answer)
        scene_inconclusive(scene, "no answer to %s", tap_what(scene->tap, asked, line, sizeof line));
    if (tap_frame(scene->tap, answer)->control.status != status)
        scene_inconclusive(scene, "a good request was not answered with status %u: %s", status,
                           tap_what(scene->tap, answer, line, sizeof line));
    return answer;
}

void client_registers(struct scene *scene, enum elan_client client, struct mac_address mac)
{
    struct mark since = mark_now(scene);
    peer_lec_represent(client_lec(scene, client), mac, PEER_LEC_REGISTERED);
    struct pattern pattern = {.names = FRAME_SET(LE_REGISTER_REQUEST),
                              .from = (uint8_t)port_index(client_port(scene, client))};
    pattern = pattern_with(pattern, FIELD_SOURCE_LAN, mac_value(mac));
    struct tap_event *asked = await(scene, &pattern, since, ARRIVAL_LIMIT);
    if (!asked)
        scene_inconclusive(scene, "the registration of %s did not reach the device",
                           port_name(client_port(scene, client)));
    require_answer(scene, asked, LE_STATUS_SUCCESS);
}

void require_bound(struct scene *scene, enum elan_client asker, struct mac_address mac,
                   struct atm_address atm)
{
    struct le_control question = question_of(scene, asker, mac);
    struct tap_event *answer =
        require_answer(scene, client_sends(scene, asker, &question), LE_STATUS_SUCCESS);
    char line[FRAME_TEXT_SIZE];
    if (!atm_address_equal(&tap_frame(scene->tap, answer)->control.target_atm, &atm))
        scene_inconclusive(scene, "a registered address is not resolved to its owner: %s",
                           tap_what(scene->tap, answer, line, sizeof line));
}

struct tap_event *expect_answer_at(struct scene *scene, const char *site, struct tap_event *asked,
                                   uint16_t status, const char *requirements)
{
    struct tap_event *answer = expect_at(scene, site,
                                         &(struct expectation){.requirements = requirements,
                                                               .pattern = answer_to(scene, asked),
                                                               .since = mark_at(asked),
                                                               .max_ns = LES_ANSWER_LIMIT});
    if (answer)
        expect_field_at(scene, site, answer, FIELD_STATUS, number_value(status), requirements);
    return answer;
}

struct tap_event *expect_bound_at(struct scene *scene, const char *site, enum elan_client asker,
                                  struct mac_address mac, struct atm_address atm, const char *requirements)
{
    struct le_control question = question_of(scene, asker, mac);
    struct tap_event *asked = client_sends(scene, asker, &question);
    struct tap_event *answer = expect_answer_at(scene, site, asked, LE_STATUS_SUCCESS, requirements);
    if (answer)
        expect_field_at(scene, site, answer, FIELD_TARGET_ATM, atm_value(atm), requirements);
    return answer;
}

bool expect_unbound_at(struct scene *scene, const char *site, enum elan_client asker, struct mac_address mac,
                       struct atm_address atm, const char *requirements)
{
    struct le_control question = question_of(scene, asker, mac);
    struct tap_event *asked = client_sends(scene, asker, &question);
    struct pattern pattern = pattern_with(answer_to(scene, asked), FIELD_TARGET_ATM, atm_value(atm));
    pattern = pattern_with(pattern, FIELD_STATUS, number_value(LE_STATUS_SUCCESS));
    return expect_none_at(scene, site,
                          &(struct expectation){.requirements = requirements,
                                                .pattern = pattern,
                                                .since = mark_at(asked),
                                                .max_ns = LES_ANSWER_LIMIT});
}

void expect_forwarded_at(struct scene *scene, const char *site, const struct tap_event *sent,
                         unsigned clients, const char *requirements, const char *changed_requirements)
{
    int64_t until_ns = sent->time_ns + LES_ANSWER_LIMIT;
    char line[FRAME_TEXT_SIZE], expected[FRAME_TEXT_SIZE + 64];
    struct tap_event copy = *sent;
    tap_what(scene->tap, &copy, line, sizeof line);
    for (enum elan_client client = 0; client < ELAN_CLIENT_COUNT; client++) {
        if (!(clients & CLIENT_SET(client)))
            continue;
        const struct port *port = client_port(scene, client);
        struct tap_event *similar = NULL, *found;
        while (!(found = copy_at(scene, sent, port_bit(port_index(port)), &similar)) &&
               scene_run_to_next_tap_event(scene, until_ns))
            continue;
        bool changed = !found && similar;
        snprintf(expected, sizeof expected, "from dut to %s, octet by octet: %s", port_name(port), line);
        expect_true_at(scene, site, found, changed ? similar : found,
                       changed && changed_requirements ? changed_requirements : requirements, expected,
                       changed ? "a copy with other octets" : "nothing within 2 s");
    }
}

bool was_forwarded(struct scene *scene, const struct tap_event *sent, enum elan_client client)
{
    struct tap_event *similar;
    return copy_at(scene, sent, port_bit(port_index(client_port(scene, client))), &similar);
}

/* The arrival of what was sent at 'since' or later: an equal frame may be under way. */
static struct tap_event *arrival(struct scene *scene, const struct port *from, struct mark since,
                                 const uint8_t *data, size_t size)
{
    struct pattern pattern = {.from = (uint8_t)port_index(from), .reaches = port_bit(DEVICE_PORT)};
    for (;;) {
        struct tap_event *event = await(scene, &pattern, since, ARRIVAL_LIMIT);
        if (!event)
            scene_inconclusive(scene, "the frame of %s did not reach the device", port_name(from));
        if (event->sent_ns >= since.time_ns && event->size == size && memcmp(event->data, data, size) == 0)
            return event;
        since.index = event->index + 1;
    }
}

/* Looks among what is in the tap. 'similar' gets a frame about the same that has other octets. */
static struct tap_event *copy_at(struct scene *scene, const struct tap_event *sent, uint64_t port,
                                 struct tap_event **similar)
{
    for (size_t i = sent->index + 1; i < tap_count(scene->tap); i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        if (event->kind != TAP_SDU || event->from != DEVICE_PORT || !(event->to & port))
            continue;
        if (event->size == sent->size && memcmp(event->data, sent->data, sent->size) == 0)
            return event;
        if (speaks_of_the_same(scene, event, sent))
            *similar = event;
    }
    return NULL;
}

static bool speaks_of_the_same(struct scene *scene, struct tap_event *event, const struct tap_event *sent)
{
    const struct frame *frame = tap_frame(scene->tap, event);
    const struct frame *original = tap_frame(scene->tap, tap_at(scene->tap, sent->index));
    if (frame->layers != original->layers)
        return false;
    if (frame->layers & LAYER_ETHERNET)
        return mac_equal(frame->ethernet.source, original->ethernet.source) &&
               frame->ethernet.type == original->ethernet.type;
    return frame->layers & LAYER_CONTROL && frame->control.opcode == original->control.opcode;
}
