/* LE_ARP_RESPONSEs of the device: whom it answers, for what, and with which fields (lane-rules 5.2, draft 2
 * and 3.3). */
#include "rules/frame_sets.h"
#include "rules/questions.h"

/* Requests that were heard, newest last, in a ring. */
#define HEARD_ROOM 128
/* A ring that was turned round within this time may have lost the request to an answer. */
#define RING_AGE_NS SECONDS(10)

struct le_arp_answers {
    struct tap_event *heard[HEARD_ROOM];
    size_t heard_count; /* in all */
    struct questions open;
};

static void hear(struct rule_context *context, struct le_arp_answers *state, struct tap_event *event);
static void judge_answer(struct rule_context *context, struct le_arp_answers *state, struct tap_event *event);
static void judge_match(struct rule_context *context, const struct le_arp_answers *state,
                        struct tap_event *event);
static void judge_copies(struct rule_context *context, const struct le_control *request,
                         struct tap_event *event);
static void judge_binding(struct rule_context *context, struct tap_event *event,
                          const struct virtual_router_history *router);
static void judge_subject(struct rule_context *context, struct tap_event *event,
                          const struct virtual_router_history *router);
static void judge_state(struct rule_context *context, struct tap_event *event,
                        const struct virtual_router_history *router);
static const struct le_control *request_heard(const struct rule_context *context,
                                              const struct le_arp_answers *state, size_t age);

static void le_arp_answers(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct le_arp_answers *state = memory;
    if (context->sent)
        judge_answer(context, state, event);
    else
        hear(context, state, event);
}

/* A Master that was asked for its VMAC and kept silent. */
static void le_arp_unanswered(struct rule_context *context, void *memory, int64_t now_ns)
{
    struct le_arp_answers *state = memory;
    struct question question;
    while (question_expired(context, &state->open, now_ns, &question)) {
        const struct le_control *request = &tap_frame(context->tap, question.event)->control;
        const struct virtual_router_history *router = device_vmac(context->device, request->target_lan.mac);
        if (!router || router->mastery != MASTERY_YES || router->episode != question.episode)
            continue;
        static const char *const requirements[] = {"R-3.3.3-02", "R-2-03", "R-2.1-02"};
        char mac[MAC_TEXT_SIZE];
        mac_text(request->target_lan.mac, mac);
        for (size_t i = 0; i < sizeof requirements / sizeof *requirements; i++)
            rule_missed(context, requirements[i], question.event, question.due_ns,
                        "LE_ARP_RESPONSE target=%s", mac);
    }
}

const struct rule le_arp_answers_rule = {
    .name = "le-arp-answers",
    .title = "LE_ARP_RESPONSEs: for the right addresses, in the right state, with the right fields",
    .requirements =
        "L-le_arp-01 L-le_arp-02 L-le_arp-03 L-le_arp-04 L-le_arp-13 R-2-01 R-2-03 R-2-16 R-2.1-02 "
        "R-3.3.2-02 R-3.3.3-02 R-3.3.3-03 R-3.3.3-04 R-3.3.3-05",
    .roles = CLIENT_ROLES,
    .sent = FRAME_SET(LE_ARP_RESPONSE),
    .heard = FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST),
    .state_size = sizeof(struct le_arp_answers),
    .event = le_arp_answers,
    .due = le_arp_unanswered,
};

static void hear(struct rule_context *context, struct le_arp_answers *state, struct tap_event *event)
{
    const struct device_history *device = context->device;
    const struct le_control *request = &context->frame->control;
    state->heard[state->heard_count++ % HEARD_ROOM] = event;
    if (context->frame->name != FRAME_LE_ARP_REQUEST || request->target_lan.tag != LAN_TAG_MAC ||
        device->join != JOIN_DONE || own_echo(device, context->frame))
        return;
    const struct virtual_router_history *router = device_vmac(device, request->target_lan.mac);
    if (router && router->mastery == MASTERY_YES && !router->shutdown && plain_question(request))
        question_add(context, &state->open, event, router->episode);
}

static void judge_answer(struct rule_context *context, struct le_arp_answers *state, struct tap_event *event)
{
    const struct le_control *response = &context->frame->control;
    for (size_t i = state->open.count; i > 0; i--) {
        const struct le_control *request = &tap_frame(context->tap, state->open.open[i - 1].event)->control;
        if (lan_destination_equal(request->target_lan, response->target_lan))
            question_remove(&state->open, i - 1);
    }
    judge_match(context, state, event);
    const struct virtual_router_history *router = NULL;
    if (response->target_lan.tag == LAN_TAG_MAC)
        router = device_vmac(context->device, response->target_lan.mac);
    judge_binding(context, event, router);
    judge_subject(context, event, router);
}

/* Finds the request that is answered by TRANSACTION-ID and LECID, or else by what it asked for. */
static void judge_match(struct rule_context *context, const struct le_arp_answers *state,
                        struct tap_event *event)
{
    const struct le_control *response = &context->frame->control;
    const struct le_control *similar = NULL;
    size_t present = state->heard_count < HEARD_ROOM ? state->heard_count : HEARD_ROOM;
    for (size_t age = 0; age < present; age++) {
        const struct le_control *request = request_heard(context, state, age);
        if (request->transaction_id == response->transaction_id &&
            request->requester_lecid == response->requester_lecid) {
            judge_copies(context, request, event);
            return;
        }
        if (!similar && lan_destination_equal(request->target_lan, response->target_lan))
            similar = request;
    }
    bool turned = present == HEARD_ROOM &&
                  state->heard[state->heard_count % HEARD_ROOM]->time_ns > event->time_ns - RING_AGE_NS;
    if (turned || !facts_known(context->facts, FACT_COMPLETE) ||
        heard_unreadable(context->device, event->time_ns))
        return;
    if (!similar) {
        rule_broken(context, "L-le_arp-01", event, "LE_ARP_RESPONSE to a request that it heard");
        return;
    }
    rule_broken(context, "L-le_arp-01", event, "LE_ARP_RESPONSE lecid=%u tid=0x%x", similar->requester_lecid,
                (unsigned)similar->transaction_id);
    rule_broken(context, "R-2-03", event, "LE_ARP_RESPONSE lecid=%u tid=0x%x", similar->requester_lecid,
                (unsigned)similar->transaction_id);
}

static void judge_copies(struct rule_context *context, const struct le_control *request,
                         struct tap_event *event)
{
    const struct le_control *response = &context->frame->control;
    uint16_t lecid = context->device->lecid;
    if (request->target_lan.tag == LAN_TAG_NOT_PRESENT)
        rule_broken(context, "L-le_arp-13", event, "no answer to a TARGETLESS_LE_ARP_REQUEST");
    else if (lecid && request->requester_lecid == lecid)
        rule_broken(context, "L-le_arp-04", event, "no answer to its own LE_ARP_REQUEST (lecid=%u)", lecid);
    if (!lan_destination_equal(request->source_lan, response->source_lan))
        rule_broken(context, "L-le_arp-01", event,
                    "LE_ARP_RESPONSE with the request's SOURCE-LAN-DESTINATION");
    if (!lan_destination_equal(request->target_lan, response->target_lan))
        rule_broken(context, "L-le_arp-01", event,
                    "LE_ARP_RESPONSE with the request's TARGET-LAN-DESTINATION");
    if (!atm_address_equal(&request->source_atm, &response->source_atm))
        rule_broken(context, "L-le_arp-01", event, "LE_ARP_RESPONSE with the request's SOURCE-ATM-ADDRESS");
}

/* Status, TARGET-ATM-ADDRESS and Remote flag. */
static void judge_binding(struct rule_context *context, struct tap_event *event,
                          const struct virtual_router_history *router)
{
    const struct le_control *response = &context->frame->control;
    char text[ATM_ADDRESS_TEXT_SIZE];
    if (response->status != LE_STATUS_SUCCESS || atm_is_foreign(context->device, &response->target_atm)) {
        const char *own =
            context->device->atm_known ? atm_address_text(&context->device->atm, text) : "its own";
        rule_broken(context, "R-2-03", event, "LE_ARP_RESPONSE status=0 target-atm=%s", own);
        if (router)
            rule_broken(context, "R-3.3.3-02", event, "LE_ARP_RESPONSE status=0 target-atm=%s", own);
    }
    bool remote = response->flags & LE_FLAG_REMOTE_ADDRESS;
    if (context->facts->role != ROLE_ROUTER || context->facts->scheme_open)
        return;
    if (context->facts->proxy && router && !remote)
        rule_broken(context, "L-le_arp-02", event, "LE_ARP_RESPONSE remote=1");
    else if (!context->facts->proxy && remote)
        rule_broken(context, "L-le_arp-02", event, "LE_ARP_RESPONSE remote=0");
}

/* Whether it may speak for the address. */
static void judge_subject(struct rule_context *context, struct tap_event *event,
                          const struct virtual_router_history *router)
{
    const struct lan_destination *target = &context->frame->control.target_lan;
    if (context->facts->role != ROLE_ROUTER || target->tag != LAN_TAG_MAC ||
        !facts_known(context->facts, FACT_SETTINGS))
        return;
    if (!router && !same_mac(context->facts, target->mac, context->device->mac))
        rule_broken(context, "L-le_arp-03", event, "no answer for an address that it does not represent");
    else if (router && certainly_not_master(context->device, router, event->time_ns))
        judge_state(context, event, router);
}

/* An answer for the VMAC by a device that isn't Master. */
static void judge_state(struct rule_context *context, struct tap_event *event,
                        const struct virtual_router_history *router)
{
    static const char expected[] = "no answer for the VMAC: not Master";
    switch (router->rest) {
    case REST_OFF:
    case REST_STOPPED_BACKUP:
        rule_broken(context, "L-le_arp-03", event, "%s", expected);
        break;
    case REST_STOPPED:
        rule_broken(context, "L-le_arp-03", event, "%s", expected);
        rule_broken(context, "R-3.3.3-03", event, "%s", expected);
        break;
    case REST_HIGHER:
        rule_broken(context, "R-3.3.2-02", event, "%s", expected);
        rule_broken(context, "R-3.3.3-04", event, "%s", expected);
        break;
    case REST_EQUAL:
        rule_broken(context, "R-3.3.2-02", event, "%s", expected);
        rule_broken(context, "R-3.3.3-05", event, "%s", expected);
        break;
    case REST_STARTED:
    case REST_GAVE_UP:
    case REST_LOST:
        rule_broken(context, "R-3.3.2-02", event, "%s", expected);
        break;
    }
    if (router->ever_master)
        rule_broken(context, "R-2-16", event, "no answer for the VMAC after disassociation");
    if (other_master_settled(context->device, router, event->time_ns))
        rule_broken(context, "R-2-01", event, "one owner of the VMAC, the other Master");
}

/* The request that is 'age' places back from the newest. */
static const struct le_control *request_heard(const struct rule_context *context,
                                              const struct le_arp_answers *state, size_t age)
{
    return &tap_frame(context->tap, state->heard[(state->heard_count - 1 - age) % HEARD_ROOM])->control;
}
