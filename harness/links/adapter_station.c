/* The station in front of the process: what the network does to it becomes a question, what the process does
 * becomes a call of the station's services. */
#include "links/adapter_private.h"

#define LAN_PORT_ROOM 4          /* LAN ports of a station */
#define FIRST_PARTY   0u         /* the party of the SETUP, to both sides */
#define GONE_PARTY    UINT32_MAX /* in the world: one that could not be added */

static bool tell(struct adapter *adapter, struct adapter_message *message, struct adapter_answer *answer);
static void deadline_reached(void *station);
static bool number_of_vcc(const struct adapter *adapter, uint32_t vcc, struct adapter_message *message);
static bool number_of_party(const struct adapter *adapter, uint32_t vcc, uint32_t party,
                            struct adapter_message *message);
static bool find_vcc(const struct adapter *adapter, const struct adapter_message *output, uint32_t *vcc,
                     struct reason *reason);

void adapter_begin_case(struct adapter *adapter, struct port *port)
{
    adapter->services = port_services(port);
    adapter->world = port_world(port);
    adapter->generation = adapter->host->generation;
    adapter->lab.lost = false;
    adapter->lab.starved_ns = 0;
    timer_init(&adapter->deadline, deadline_reached, adapter);
    number_map_clear(&adapter->vccs);
    number_map_clear(&adapter->parties);
}

void adapter_end_case(struct adapter *adapter)
{
    adapter->services->timer_stop(adapter->services->context, &adapter->deadline);
    adapter->services = NULL;
}

/* --- the network acts on the station --- */

static void call_offered(void *station, uint32_t vcc, const struct call *call)
{
    struct adapter *adapter = station;
    uint32_t number = ADAPTER_FIRST_OFFERED_VCC + vcc;
    number_map_add(&adapter->vccs, 0, number, vcc);
    tell(adapter, &(struct adapter_message){.kind = ADAPTER_CALL_OFFERED, .vcc = number, .call = *call},
         NULL);
}

static void call_connected(void *station, uint32_t vcc)
{
    struct adapter_message message = {.kind = ADAPTER_CALL_CONNECTED};
    if (number_of_vcc(station, vcc, &message))
        tell(station, &message, NULL);
}

static void call_released(void *station, uint32_t vcc, enum release_cause cause)
{
    struct adapter_message message = {.kind = ADAPTER_CALL_RELEASED, .cause = (uint8_t)cause};
    if (number_of_vcc(station, vcc, &message))
        tell(station, &message, NULL);
}

static void party_connected(void *station, uint32_t vcc, uint32_t party)
{
    struct adapter_message message = {.kind = ADAPTER_PARTY_CONNECTED};
    if (number_of_party(station, vcc, party, &message))
        tell(station, &message, NULL);
}

static void party_released(void *station, uint32_t vcc, uint32_t party, enum release_cause cause)
{
    struct adapter_message message = {.kind = ADAPTER_PARTY_RELEASED, .cause = (uint8_t)cause};
    if (number_of_party(station, vcc, party, &message))
        tell(station, &message, NULL);
}

static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size)
{
    struct adapter_message message = {.kind = ADAPTER_SDU, .data = {data, size}};
    if (number_of_vcc(station, vcc, &message))
        tell(station, &message, NULL);
}

static void lan_frame_received(void *station, unsigned port, const uint8_t *data, size_t size)
{
    struct adapter_message message = {.kind = ADAPTER_LAN_FRAME, .port = (uint8_t)port, .data = {data, size}};
    tell(station, &message, NULL);
}

static bool control(void *station, const struct control_action *action, struct reason *reason)
{
    struct adapter *adapter = station;
    struct adapter_message message = {0};
    struct adapter_answer answer;
    adapter_put_control(&message, action);
    if (!tell(adapter, &message, &answer))
        return reason_set(reason, "adapter `%.100s`: %.280s", adapter->host->command, adapter->why_lost.text);
    return answer.ok || reason_set(reason, "%s", answer.text.text);
}

static void destroy(void *station)
{
    ((struct adapter *)station)->services = NULL;
}

const struct station_handlers adapter_handlers = {
    .call_offered = call_offered,
    .call_connected = call_connected,
    .call_released = call_released,
    .party_connected = party_connected,
    .party_released = party_released,
    .sdu_received = sdu_received,
    .lan_frame_received = lan_frame_received,
    .control = control,
    .destroy = destroy,
};

static void deadline_reached(void *station)
{
    tell(station, &(struct adapter_message){.kind = ADAPTER_ADVANCE}, NULL);
}

/* False when the process is lost, or was before. 'answer' may be NULL when none is due. */
static bool tell(struct adapter *adapter, struct adapter_message *message, struct adapter_answer *answer)
{
    struct adapter_host *host = adapter->host;
    const struct station_services *services = adapter->services;
    if (adapter->lab.lost)
        return false;
    message->time_ns = services->now_ns(services->context);
    message->instance = adapter->instance;
    int64_t asked_ns = world_real_ns(adapter->world);
    pthread_mutex_lock(&host->lock);
    bool there = host->generation == adapter->generation && !host->lost;
    bool heard = there && adapter_ask(adapter, message, ADAPTER_ANSWER_LIMIT_MS, answer, &adapter->why_lost);
    if (there && !heard)
        adapter_host_lose(host, &adapter->why_lost);
    else if (!there)
        adapter->why_lost = host->why_lost;
    pthread_mutex_unlock(&host->lock);
    int64_t late_ns = world_kept_waiting(adapter->world, world_real_ns(adapter->world) - asked_ns);
    if (late_ns > adapter->lab.starved_ns)
        adapter->lab.starved_ns = late_ns;
    if (heard)
        return true;
    adapter->lab.lost = true;
    adapter->lab.lost_ns = message->time_ns;
    services->timer_stop(services->context, &adapter->deadline);
    return false;
}

/* --- the station acts on the network --- */

static bool address_register(struct adapter *adapter, const struct adapter_message *output,
                             struct reason *reason)
{
    (void)reason;
    adapter->services->address_register(adapter->services->context, &output->address);
    return true;
}

static bool call_setup(struct adapter *adapter, const struct adapter_message *output, struct reason *reason)
{
    uint32_t known;
    if (output->vcc == VCC_NONE || output->vcc >= ADAPTER_FIRST_OFFERED_VCC)
        return reason_set(reason, "a device numbers its VCCs from 1 to %u", ADAPTER_FIRST_OFFERED_VCC - 1);
    if (number_map_world(&adapter->vccs, 0, output->vcc, &known))
        return reason_set(reason, "VCC %u was used before in this case", output->vcc);
    uint32_t vcc = adapter->services->call_setup(adapter->services->context, &output->call);
    number_map_add(&adapter->vccs, 0, output->vcc, vcc);
    number_map_add(&adapter->parties, vcc, FIRST_PARTY, FIRST_PARTY);
    return true;
}

static bool call_accept(struct adapter *adapter, const struct adapter_message *output, struct reason *reason)
{
    uint32_t vcc;
    if (!find_vcc(adapter, output, &vcc, reason))
        return false;
    adapter->services->call_accept(adapter->services->context, vcc);
    return true;
}

static bool call_reject(struct adapter *adapter, const struct adapter_message *output, struct reason *reason)
{
    uint32_t vcc;
    if (!find_vcc(adapter, output, &vcc, reason))
        return false;
    adapter->services->call_reject(adapter->services->context, vcc, (enum release_cause)output->cause);
    return true;
}

static bool call_release(struct adapter *adapter, const struct adapter_message *output, struct reason *reason)
{
    uint32_t vcc;
    if (!find_vcc(adapter, output, &vcc, reason))
        return false;
    adapter->services->call_release(adapter->services->context, vcc, (enum release_cause)output->cause);
    return true;
}

static bool party_add(struct adapter *adapter, const struct adapter_message *output, struct reason *reason)
{
    uint32_t vcc, known;
    if (!find_vcc(adapter, output, &vcc, reason))
        return false;
    if (number_map_world(&adapter->parties, vcc, output->party, &known))
        return reason_set(reason, "party %u of VCC %u was used before", output->party, output->vcc);
    uint32_t party = adapter->services->party_add(adapter->services->context, vcc, &output->address);
    number_map_add(&adapter->parties, vcc, output->party, party ? party : GONE_PARTY);
    return true;
}

static bool party_drop(struct adapter *adapter, const struct adapter_message *output, struct reason *reason)
{
    uint32_t vcc, party;
    if (!find_vcc(adapter, output, &vcc, reason))
        return false;
    if (!number_map_world(&adapter->parties, vcc, output->party, &party))
        return reason_set(reason, "VCC %u never had a party %u", output->vcc, output->party);
    adapter->services->party_drop(adapter->services->context, vcc, party, (enum release_cause)output->cause);
    return true;
}

static bool sdu_send(struct adapter *adapter, const struct adapter_message *output, struct reason *reason)
{
    uint32_t vcc;
    if (!find_vcc(adapter, output, &vcc, reason))
        return false;
    adapter->services->sdu_send(adapter->services->context, vcc, output->data.data, output->data.size);
    return true;
}

static bool lan_frame_send(struct adapter *adapter, const struct adapter_message *output,
                           struct reason *reason)
{
    if (output->port >= LAN_PORT_ROOM)
        return reason_set(reason, "LAN port %u: a device has %d at most", output->port, LAN_PORT_ROOM);
    adapter->services->lan_frame_send(adapter->services->context, output->port, output->data.data,
                                      output->data.size);
    return true;
}

bool adapter_carry_out(struct adapter *adapter, const struct adapter_message *output, struct reason *reason)
{
    static bool (*const acts[ADAPTER_KIND_COUNT])(struct adapter *, const struct adapter_message *,
                                                  struct reason *) = {
        [ADAPTER_ADDRESS_REGISTER] = address_register,
        [ADAPTER_CALL_SETUP] = call_setup,
        [ADAPTER_CALL_ACCEPT] = call_accept,
        [ADAPTER_CALL_REJECT] = call_reject,
        [ADAPTER_CALL_RELEASE] = call_release,
        [ADAPTER_PARTY_ADD] = party_add,
        [ADAPTER_PARTY_DROP] = party_drop,
        [ADAPTER_SDU_SEND] = sdu_send,
        [ADAPTER_LAN_FRAME_SEND] = lan_frame_send,
    };
    if (!acts[output->kind])
        return reason_set(reason, "a \"%s\" that was not asked for", adapter_kind_name(output->kind));
    if (!adapter->services)
        return reason_set(reason, "the device acts before it was configured");
    return acts[output->kind](adapter, output, reason);
}

static bool number_of_vcc(const struct adapter *adapter, uint32_t vcc, struct adapter_message *message)
{
    return number_map_device(&adapter->vccs, 0, vcc, &message->vcc);
}

static bool number_of_party(const struct adapter *adapter, uint32_t vcc, uint32_t party,
                            struct adapter_message *message)
{
    return number_of_vcc(adapter, vcc, message) &&
           number_map_device(&adapter->parties, vcc, party, &message->party);
}

/* The world's number of the VCC that an output names; one that has gone meanwhile is known, and the network
 * ignores it. */
static bool find_vcc(const struct adapter *adapter, const struct adapter_message *output, uint32_t *vcc,
                     struct reason *reason)
{
    return number_map_world(&adapter->vccs, 0, output->vcc, vcc) ||
           reason_set(reason, "VCC %u is unknown", output->vcc);
}
