/* Which frame travels on which VCC, and what a SETUP says about it (lane-wire 10, 11). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* ATM addresses that were heard, each list up to its room; a full list ends the judgement on it. */
#define ADDRESS_ROOM 64
struct address_list {
    struct atm_address addresses[ADDRESS_ROOM];
    size_t count;
};

struct vcc_use {
    struct address_list told;    /* that the device was told: answers to it, requests, calls */
    struct address_list foreign; /* in answers to other clients */
};

/* The VCCs, as bits of enum vcc_kind, that the control frames of a client travel on (lane-wire 10). Data is
 * judged by its destination. */
struct way {
    uint64_t names;
    unsigned kinds;
    const char *text;
};

#define KIND(name) (1u << VCC_##name)
static const struct way ways[] = {
    {FRAME_SET(LE_CONFIGURE_REQUEST), KIND(CONFIGURATION_DIRECT), "configuration-direct"},
    {FRAME_SET(READY_QUERY) | FRAME_SET(READY_IND), KIND(DATA_DIRECT), "data-direct"},
    {FRAME_SET(LE_FLUSH_REQUEST), KIND(MULTICAST_SEND) | KIND(DATA_DIRECT), "multicast-send or data-direct"},
    {CONTROL_FRAMES & ~(FRAME_SET(LE_CONFIGURE_REQUEST) | FRAME_SET(READY_QUERY) | FRAME_SET(READY_IND) |
                        FRAME_SET(LE_FLUSH_REQUEST)),
     KIND(CONTROL_DIRECT), "control-direct"},
};

static void judge_way(struct rule_context *context, struct tap_event *event);
static void judge_setup(struct rule_context *context, const struct vcc_use *state, struct tap_event *event);
static void judge_b_lli(struct rule_context *context, struct tap_event *event);
static void learn(struct rule_context *context, struct vcc_use *state);
static bool is_group(const struct frame *frame);
static bool listed(const struct address_list *list, const struct atm_address *address);
static void list_add(struct address_list *list, const struct atm_address *address);

static void vcc_use(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct vcc_use *state = memory;
    if (context->facts->role == ROLE_LES) { /* the rest is about clients */
        if (event->kind == TAP_CALL_SETUP && event->vcc->caller == context->facts->device)
            judge_b_lli(context, event);
        return;
    }
    if (event->kind == TAP_CALL_SETUP && event->vcc->caller == context->facts->device)
        judge_setup(context, state, event);
    else if (event->kind == TAP_CALL_SETUP)
        list_add(&state->told, &event->vcc->call.calling);
    else if (!context->sent)
        learn(context, state);
    else if (event->kind == TAP_SDU)
        judge_way(context, event);
}

const struct rule vcc_use_rule = {
    .name = "vcc-use",
    .title = "VCCs: what each carries, whom and how the device calls",
    .requirements = "L-vcc-01 L-vcc-02 L-v2-05 L-lecid-03",
    .needs = FACT_VCC_KINDS,
    .roles = CLIENT_ROLES | ROLE_LES,
    .sent = CONTROL_FRAMES | DATA_FRAMES,
    .heard = FRAME_SET(LE_ARP_RESPONSE) | FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) |
             FRAME_SET(LE_NARP_REQUEST),
    .kinds = 1u << TAP_CALL_SETUP,
    .state_size = sizeof(struct vcc_use),
    .event = vcc_use,
};

static void judge_way(struct rule_context *context, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    unsigned kind = 1u << event->vcc->kind;
    const char *name = frame_name_text(frame->name);
    if (event->vcc->kind == VCC_UNKNOWN)
        return;
    if (frame->layers & LAYER_LE_DATA) {
        if (is_group(frame) && !(kind & KIND(MULTICAST_SEND)))
            rule_broken(context, "L-vcc-01", event, "%s on multicast-send", name);
        else if (!(kind & (KIND(MULTICAST_SEND) | KIND(DATA_DIRECT))))
            rule_broken(context, "L-vcc-01", event, "%s on multicast-send or data-direct", name);
        return;
    }
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (ways[i].names >> frame->name & 1 && !(kind & ways[i].kinds))
            rule_broken(context, "L-vcc-01", event, "%s on %s", name, ways[i].text);
    }
}

static void judge_setup(struct rule_context *context, const struct vcc_use *state, struct tap_event *event)
{
    const struct call *call = &event->vcc->call;
    judge_b_lli(context, event);
    if (!context->device->v2 && call->b_lli == B_LLI_LLC_MULTIPLEXED)
        rule_broken(context, "L-v2-05", event, "SETUP pid=%d with a LANE v1 LES",
                    context->facts->token_ring ? B_LLI_DATA_DIRECT_8025 : B_LLI_DATA_DIRECT_8023);
    bool known = state->told.count == ADDRESS_ROOM || listed(&state->told, &call->called);
    if (event->vcc->kind == VCC_DATA_DIRECT && facts_known(context->facts, FACT_COMPLETE) && !known &&
        listed(&state->foreign, &call->called))
        rule_broken(context, "L-lecid-03", event, "no SETUP to an address from an answer to another client");
}

/* The kind of a VCC follows from who stands at its ends; the B-LLI has to say the same. */
static void judge_b_lli(struct rule_context *context, struct tap_event *event)
{
    bool token_ring = context->facts->token_ring;
    enum b_lli expected = B_LLI_NONE;
    switch (event->vcc->kind) {
    case VCC_CONFIGURATION_DIRECT:
    case VCC_CONTROL_DIRECT:
    case VCC_CONTROL_DISTRIBUTE:
        expected = B_LLI_CONTROL;
        break;
    case VCC_MULTICAST_SEND:
    case VCC_MULTICAST_FORWARD:
        expected = token_ring ? B_LLI_MULTICAST_8025 : B_LLI_MULTICAST_8023;
        break;
    case VCC_DATA_DIRECT:
        expected = token_ring ? B_LLI_DATA_DIRECT_8025 : B_LLI_DATA_DIRECT_8023;
        break;
    case VCC_UNKNOWN:
    case VCC_KIND_COUNT:
        return;
    }
    enum b_lli seen = event->vcc->call.b_lli;
    if (seen != expected && !(event->vcc->kind == VCC_DATA_DIRECT && seen == B_LLI_LLC_MULTIPLEXED))
        rule_broken(context, "L-vcc-02", event, "SETUP pid=%d for %s", expected,
                    vcc_kind_text(event->vcc->kind));
}

static void learn(struct rule_context *context, struct vcc_use *state)
{
    const struct le_control *control = &context->frame->control;
    uint16_t lecid = context->device->lecid;
    if (control->opcode != LE_ARP_RESPONSE)
        list_add(&state->told, &control->source_atm);
    else if (lecid && control->requester_lecid != lecid)
        list_add(&state->foreign, &control->target_atm);
    else
        list_add(&state->told, &control->target_atm);
}

static bool is_group(const struct frame *frame)
{
    return frame->ethernet.destination.octet[0] & (frame->token_ring ? 0x80 : 0x01);
}

static bool listed(const struct address_list *list, const struct atm_address *address)
{
    for (size_t i = 0; i < list->count; i++) {
        if (atm_address_equal(&list->addresses[i], address))
            return true;
    }
    return false;
}

static void list_add(struct address_list *list, const struct atm_address *address)
{
    if (list->count < ADDRESS_ROOM && !listed(list, address))
        list->addresses[list->count++] = *address;
}
