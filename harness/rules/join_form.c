/* LE_CONFIGURE_REQUEST and LE_JOIN_REQUEST: identity, flags and what the configuration prescribes
 * (lane-wire 1.1, 4). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

struct join_form {
    struct tap_event *configuration; /* the last successful LE_CONFIGURE_RESPONSE, NULL */
};

static void judge_identity(struct rule_context *context, struct tap_event *event);
static void judge_elan(struct rule_context *context, const struct join_form *state, struct tap_event *event);
static void judge_proxy(struct rule_context *context, struct tap_event *event);
static void judge_version(struct rule_context *context, struct tap_event *event);

static void join_form(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct join_form *state = memory;
    const struct le_control *control = &context->frame->control;
    if (!context->sent) {
        if (control->status == LE_STATUS_SUCCESS)
            state->configuration = event;
        return;
    }
    judge_version(context, event);
    if (control->opcode != LE_JOIN_REQUEST)
        return;
    judge_identity(context, event);
    judge_elan(context, state, event);
    judge_proxy(context, event);
}

const struct rule join_form_rule = {
    .name = "join-form",
    .title = "fields and flags of configuration and join",
    .requirements = "L-join-02 R-3.1-01 R-3.2-01 R-4-01 L-v2-01",
    .roles = CLIENT_ROLES,
    .sent = FRAME_SET(LE_CONFIGURE_REQUEST) | FRAME_SET(LE_JOIN_REQUEST),
    .heard = FRAME_SET(LE_CONFIGURE_RESPONSE),
    .state_size = sizeof(struct join_form),
    .event = join_form,
};

static void judge_identity(struct rule_context *context, struct tap_event *event)
{
    const struct le_control *control = &context->frame->control;
    char text[ATM_ADDRESS_TEXT_SIZE];
    if (control->requester_lecid)
        rule_broken(context, "L-join-02", event, "LE_JOIN_REQUEST lecid=0");
    const struct atm_address *own = &context->device->atm;
    bool called = event->vcc && event->vcc->caller == context->facts->device;
    if (!context->device->atm_known && called)
        own = &event->vcc->call.calling;
    else if (!context->device->atm_known)
        return;
    if (!atm_address_equal(&control->source_atm, own))
        rule_broken(context, "L-join-02", event, "LE_JOIN_REQUEST source-atm=%s",
                    atm_address_text(own, text));
}

/* LAN type, frame size and name follow the answer of the LECS, or else the device's settings; "unspecified"
 * is left to the LES. */
static void judge_elan(struct rule_context *context, const struct join_form *state, struct tap_event *event)
{
    const struct le_control *join = &context->frame->control;
    uint8_t lan_type = context->facts->token_ring ? LAN_TYPE_8025 : LAN_TYPE_8023;
    if (join->lan_type != LAN_TYPE_UNSPECIFIED && join->lan_type != lan_type)
        rule_broken(context, "L-join-02", event, "LE_JOIN_REQUEST lan-type=%u", lan_type);
    const struct le_control *given =
        state->configuration ? &tap_frame(context->tap, state->configuration)->control : NULL;
    if (given && given->max_frame_size && join->max_frame_size &&
        join->max_frame_size != given->max_frame_size && given->max_frame_size != MAX_FRAME_1580)
        rule_broken(context, "L-join-02", event, "LE_JOIN_REQUEST max-frame-size=%u", given->max_frame_size);
    const char *name = NULL;
    size_t size = 0;
    if (given && given->elan_name_size) {
        name = given->elan_name;
        size = given->elan_name_size;
    } else if (facts_known(context->facts, FACT_SETTINGS) && context->facts->settings->elan_name[0]) {
        name = context->facts->settings->elan_name;
        size = strlen(name);
    }
    if (name && size <= sizeof join->elan_name &&
        (join->elan_name_size != size || memcmp(join->elan_name, name, size) != 0))
        rule_broken(context, "L-join-02", event, "LE_JOIN_REQUEST elan-name=%.*s", (int)size, name);
}

static void judge_proxy(struct rule_context *context, struct tap_event *event)
{
    bool proxy = context->frame->control.flags & LE_FLAG_PROXY;
    if (proxy == context->facts->proxy || context->facts->role == ROLE_CLIENT)
        return;
    rule_broken(context, "R-3.1-01", event, "LE_JOIN_REQUEST proxy=0");
    rule_broken(context, "R-3.2-01", event, "LE_JOIN_REQUEST proxy=1");
    rule_broken(context, "R-4-01", event, "LE_JOIN_REQUEST proxy=1");
}

/* A LEC of which LANE v2 is expected has to offer it. */
static void judge_version(struct rule_context *context, struct tap_event *event)
{
    const struct facts *facts = context->facts;
    bool capable = facts_known(facts, FACT_SETTINGS) ? facts->settings->v2_capable : facts->v2;
    if (capable && !(context->frame->control.flags & LE_FLAG_V2_CAPABLE))
        rule_broken(context, "L-v2-01", event, "%s v2-capable=1", frame_name_text(context->frame->name));
}
