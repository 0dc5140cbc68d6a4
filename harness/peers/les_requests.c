#include "peers/les_private.h"

static void handle_register(struct les *les, const struct les_request *request);
static void handle_unregister(struct les *les, const struct les_request *request);
static void handle_le_arp(struct les *les, const struct les_request *request);
static void handle_le_narp(struct les *les, const struct les_request *request);
static void handle_topology(struct les *les, const struct les_request *request);
static void handle_response(struct les *les, const struct les_request *request);
static void handle_verify(struct les *les, const struct les_request *request);
static void answer_status(struct les *les, const struct les_request *request, uint16_t status);
static void answer_le_arp(struct les *les, const struct les_request *request, const struct atm_address *atm,
                          const struct les_binding_entry *binding);
static void forward(struct les *les, const struct les_request *request, enum les_audience audience);
static void act(struct les *les, struct les_request *request, const struct les_rule *rule);
static void process(struct les *les, const struct les_request *request);
static int64_t delay_of(const struct les *les, uint16_t opcode);
static uint32_t answer_vcc(const struct les *les, const struct les_member *member);

/* What the LES does with each kind of frame. */
static const struct procedure {
    uint16_t opcode;
    bool answered;    /* a client that may not send it gets an answer */
    bool before_join; /* allowed before the join */
    void (*handle)(struct les *les, const struct les_request *request);
} procedures[] = {
    {LE_JOIN_REQUEST, true, true, les_handle_join},
    {LE_REGISTER_REQUEST, true, false, handle_register},
    {LE_UNREGISTER_REQUEST, true, false, handle_unregister},
    {LE_ARP_REQUEST, true, false, handle_le_arp},
    {LE_VERIFY_REQUEST, true, false, handle_verify},
    {LE_NARP_REQUEST, false, false, handle_le_narp},
    {LE_TOPOLOGY_REQUEST, false, false, handle_topology},
    {LE_ARP_RESPONSE, false, false, handle_response},
    {LE_FLUSH_RESPONSE, false, false, handle_response},
};

static const struct procedure *procedure_of(uint16_t opcode);

void les_handle(struct les *les, struct les_member *member, const uint8_t *data, size_t size)
{
    struct le_control control;
    if (!le_control_decode(data, size, &control, NULL) || !procedure_of(control.opcode))
        return;
    int64_t delay_ns = delay_of(les, control.opcode);
    struct les_request request = {
        .member = member, .control = &control, .octets = {data, size}, .answer_delay_ns = delay_ns};
    struct les_rule rule;
    if (les_take_rule(les, member, &control, &rule))
        act(les, &request, &rule);
    else
        process(les, &request);
}

/* Sends the LES's own answer, or one that it forwards, to a member. */
void les_answer(struct les *les, struct les_member *member, const struct le_control *response,
                int64_t delay_ns)
{
    sdu_sender_send_control(&les->sender, answer_vcc(les, member), response, delay_ns);
}

static void act(struct les *les, struct les_request *request, const struct les_rule *rule)
{
    switch (rule->action) {
    case LES_ANSWER_STATUS:
        if (procedure_of(request->control->opcode)->answered)
            answer_status(les, request, rule->status);
        break;
    case LES_STAY_SILENT:
        break;
    case LES_DELAY:
        request->answer_delay_ns = rule->delay_ns;
        request->forward_delay_ns = rule->delay_ns;
        process(les, request);
        break;
    case LES_FORWARD:
        forward(les, request, rule->audience);
        break;
    case LES_RELEASE_CONTROL_DIRECT:
        les->services->call_release(les->services->context, request->member->control_direct, CAUSE_NORMAL);
        les_lose_member(request->member);
        break;
    case LES_DROP_CONTROL_DISTRIBUTE:
        les_drop_control_distribute(les, &request->member->atm);
        break;
    }
}

/* Good behaviour. Every member has to use the LECID that it was given (lane-rules 4.2, 4.3). */
static void process(struct les *les, const struct les_request *request)
{
    const struct le_control *control = request->control;
    const struct procedure *procedure = procedure_of(control->opcode);
    uint16_t status = LE_STATUS_SUCCESS;
    bool is_response = control->opcode & LE_RESPONSE_BIT; /* carries the LECID of the other side */
    if (control->protocol != 1 || control->version != 1)
        status = LE_STATUS_VERSION_NOT_SUPPORTED;
    else if (!procedure->before_join &&
             (request->member->lecid == 0 ||
              (!is_response && control->requester_lecid != request->member->lecid)))
        status = LE_STATUS_INVALID_LECID;
    if (status == LE_STATUS_SUCCESS)
        procedure->handle(les, request);
    else if (procedure->answered)
        answer_status(les, request, status);
}

static void handle_register(struct les *les, const struct les_request *request)
{
    const struct le_control *control = request->control;
    const struct les_binding_entry *binding = les_find_binding(les, control->source_lan);
    uint16_t status = LE_STATUS_SUCCESS;
    if (control->source_lan.tag == LAN_TAG_NOT_PRESENT ||
        (control->source_lan.tag == LAN_TAG_MAC && les_mac_is_group(les, control->source_lan.mac)))
        status = LE_STATUS_INVALID_LAN_DESTINATION;
    else if (atm_address_is_zero(&control->source_atm))
        status = LE_STATUS_INVALID_ATM_ADDRESS;
    else if (binding && !atm_address_equal(&binding->atm, &control->source_atm))
        status = LE_STATUS_DUPLICATE_LAN_DESTINATION;
    else
        les_add_binding(les, control->source_lan, &control->source_atm,
                        le_control_find_tlv(control, TLV_LLC_MUXED_ATM_ADDRESS));
    answer_status(les, request, status);
}

static void handle_unregister(struct les *les, const struct les_request *request)
{
    const struct le_control *control = request->control;
    struct les_binding_entry *binding = les_find_binding(les, control->source_lan);
    uint16_t status = LE_STATUS_SUCCESS;
    if (binding && !atm_address_equal(&binding->atm, &control->source_atm))
        status = LE_STATUS_INVALID_LAN_DESTINATION;
    else if (binding)
        les_remove_binding(les, binding);
    answer_status(les, request, status);
}

static void handle_le_arp(struct les *les, const struct les_request *request)
{
    const struct les_settings *settings = &les->settings;
    struct lan_destination target = request->control->target_lan;
    const struct les_binding_entry *binding = les_find_binding(les, target);
    if (target.tag == LAN_TAG_NOT_PRESENT)
        forward(les, request, settings->targetless_to);
    else if (target.tag == LAN_TAG_MAC && les_mac_is_group(les, target.mac))
        answer_le_arp(les, request, &settings->bus_address, NULL);
    else if (settings->forwards_every_le_arp)
        forward(les, request, LES_TO_ALL);
    else if (binding)
        answer_le_arp(les, request, &binding->atm, binding);
    else
        forward(les, request, settings->unregistered_to);
}

static void handle_le_narp(struct les *les, const struct les_request *request)
{
    forward(les, request, les->settings.le_narp_to);
}

static void handle_topology(struct les *les, const struct les_request *request)
{
    forward(les, request, les->settings.topology_to);
}

/* A client's LE_ARP_RESPONSE or LE_FLUSH_RESPONSE goes to the client that had asked. */
static void handle_response(struct les *les, const struct les_request *request)
{
    const struct les_member *asker = les_member_by_lecid(les, request->control->requester_lecid);
    if (asker)
        sdu_sender_send(&les->sender, answer_vcc(les, asker), request->octets.data, request->octets.size,
                        request->forward_delay_ns);
}

/* Is this address one of the LANE service? */
static void handle_verify(struct les *les, const struct les_request *request)
{
    const struct atm_address *asked = &request->control->target_atm;
    bool ours = atm_address_equal(asked, &les->settings.address) ||
                atm_address_equal(asked, &les->settings.bus_address);
    answer_status(les, request, ours ? LE_STATUS_SUCCESS : LE_STATUS_INVALID_ATM_ADDRESS);
}

static void answer_status(struct les *les, const struct les_request *request, uint16_t status)
{
    struct le_control response = le_control_response(request->control);
    response.status = status;
    les_answer(les, request->member, &response, request->answer_delay_ns);
}

/* The LES answers with the Remote Address flag clear and the TLV of the registration (lane-rules 4.3). */
static void answer_le_arp(struct les *les, const struct les_request *request, const struct atm_address *atm,
                          const struct les_binding_entry *binding)
{
    struct le_control response = le_control_response(request->control);
    response.flags = 0;
    response.target_atm = *atm;
    if (binding && binding->llc_muxed_given && request->member->v2)
        le_control_add_tlv(&response, TLV_LLC_MUXED_ATM_ADDRESS, binding->llc_muxed.octet, ATM_ADDRESS_SIZE);
    les_answer(les, request->member, &response, request->answer_delay_ns);
}

/* Forwards the frame octet by octet: to all on Control Distribute, or to each on its Control Direct. */
static void forward(struct les *les, const struct les_request *request, enum les_audience audience)
{
    const uint8_t *data = request->octets.data;
    size_t size = request->octets.size;
    const struct les_settings *settings = &les->settings;
    if (audience == LES_TO_NOBODY)
        return;
    if (audience == LES_TO_ALL && settings->echo && !settings->omits_distribute) {
        if (les->distribute.connected)
            sdu_sender_send(&les->sender, les->distribute.vcc, data, size, request->forward_delay_ns);
        return;
    }
    for (const struct les_member *member = les->members; member; member = member->next) {
        bool wanted = member->lecid != 0 && (audience == LES_TO_ALL || member->proxy);
        if (wanted && (settings->echo || member != request->member))
            sdu_sender_send(&les->sender, member->control_direct, data, size, request->forward_delay_ns);
    }
}

static const struct procedure *procedure_of(uint16_t opcode)
{
    for (size_t i = 0; i < sizeof procedures / sizeof procedures[0]; i++)
        if (procedures[i].opcode == opcode)
            return &procedures[i];
    return NULL;
}

static int64_t delay_of(const struct les *les, uint16_t opcode)
{
    for (size_t i = 0; i < les->settings.delay_count; i++)
        if (les->settings.delays[i].opcode == opcode)
            return les->settings.delays[i].delay_ns;
    return 0;
}

static uint32_t answer_vcc(const struct les *les, const struct les_member *member)
{
    if (les->settings.answers_on_distribute && distribution_reaches(&les->distribute, &member->atm))
        return les->distribute.vcc;
    return member->control_direct;
}
