/* The VRRP message of an advertisement: its fields follow RFC 2338 5.1, 5.3 and the configuration (7.2). */
#include "rules/device_history.h"

struct advertisement_form {
    struct tap_event *priority_set[256]; /* by VRID: the last CONTROL_SET_PRIORITY, NULL */
};

static void judge_header(struct rule_context *context, struct tap_event *event);
static void judge_size(struct rule_context *context, struct tap_event *event);
static void judge_vrid(struct rule_context *context, struct tap_event *event);
static void judge_priority(struct rule_context *context, const struct advertisement_form *state,
                           struct tap_event *event, const struct virtual_router_history *router);
static void judge_interval(struct rule_context *context, struct tap_event *event,
                           const struct virtual_router_history *router);
static void judge_addresses(struct rule_context *context, struct tap_event *event,
                            const struct virtual_router_settings *settings);
static void judge_authentication(struct rule_context *context, struct tap_event *event);
static void judge_authentication_header(struct rule_context *context, struct tap_event *event);
static void judge_password(struct rule_context *context, struct tap_event *event);
static bool all_zero(const uint8_t *octets, size_t size);

static void advertisement_form(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct advertisement_form *state = memory;
    if (event->kind == TAP_CONTROL) {
        if (event->control.kind == CONTROL_SET_PRIORITY)
            state->priority_set[event->control.vrid] = event;
        return;
    }
    const struct frame *frame = context->frame;
    if (!(frame->layers & LAYER_VRRP)) {
        rule_broken(context, "V-5.1-01", event, "ADVERTISEMENT of 16 octets and 4 per address");
        return;
    }
    if (facts_known(context->facts, FACT_SETTINGS) &&
        !device_has_address(context->device, frame->ipv4.source))
        return; /* somebody else's, passing through */
    judge_header(context, event);
    judge_size(context, event);
    judge_vrid(context, event);
    judge_authentication(context, event);
    const struct virtual_router_history *router = device_virtual_router(context->device, frame->vrrp.vrid);
    if (!router || !router->settings)
        return;
    judge_priority(context, state, event, router);
    judge_interval(context, event, router);
    judge_addresses(context, event, router->settings);
}

const struct rule advertisement_form_rule = {
    .name = "advertisement-form",
    .title = "fields of the VRRP message against RFC 2338 and the configuration",
    .requirements =
        "V-5.1-01 V-5.3.1-01 V-5.3.2-01 V-5.3.3-01 V-5.3.4-01 V-5.3.4-02 V-5.3.4-03 V-5.3.5-01 V-5.3.6.1-01 "
        "V-5.3.6.2-01 V-5.3.6.3-02 V-5.3.7-01 V-5.3.7-02 V-5.3.8-01 V-5.3.9-01 V-5.3.10-01 V-5.3.10-03 "
        "V-6.1.2-02 V-6.1.2-03 V-7.2-01 V-7.2-02",
    .roles = ROLE_ROUTER | ROLE_VRRP,
    .sent = FRAME_SET(ADVERTISEMENT),
    .kinds = 1u << TAP_CONTROL,
    .state_size = sizeof(struct advertisement_form),
    .event = advertisement_form,
};

static void judge_header(struct rule_context *context, struct tap_event *event)
{
    const struct vrrp *vrrp = &context->frame->vrrp;
    if (vrrp->version != 2)
        rule_broken(context, "V-5.3.1-01", event, "ADVERTISEMENT vrrp-version=2");
    if (vrrp->type != 1)
        rule_broken(context, "V-5.3.2-01", event, "ADVERTISEMENT vrrp-type=1");
    if (!vrrp->checksum_good) {
        rule_broken(context, "V-5.3.8-01", event,
                    "ADVERTISEMENT with a checksum over the VRRP message alone");
        rule_broken(context, "V-7.2-02", event, "ADVERTISEMENT with a checksum over the VRRP message alone");
    }
}

/* A size that fits another number of addresses blames the count, any other size the message. */
static void judge_size(struct rule_context *context, struct tap_event *event)
{
    const struct vrrp *vrrp = &context->frame->vrrp;
    size_t fixed = VRRP_HEADER_SIZE + VRRP_AUTHENTICATION_DATA_SIZE;
    if (vrrp->size == fixed + 4u * vrrp->address_count)
        return;
    if (vrrp->complete && vrrp->trailing_size % 4 == 0)
        rule_broken(context, "V-5.3.5-01", event, "ADVERTISEMENT addresses=%zu", (vrrp->size - fixed) / 4);
    else
        rule_broken(context, "V-5.1-01", event, "ADVERTISEMENT vrrp-size=%zu",
                    fixed + 4u * vrrp->address_count);
}

static void judge_vrid(struct rule_context *context, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    uint8_t vrid;
    if (facts_known(context->facts, FACT_SETTINGS)) {
        if (device_virtual_router(context->device, frame->vrrp.vrid))
            return;
        rule_broken(context, "V-7.2-01", event, "ADVERTISEMENT with a configured VRID");
    } else if (!vrid_of_mac(context->facts, frame->ethernet.source, &vrid) || vrid == frame->vrrp.vrid) {
        return;
    }
    rule_broken(context, "V-5.3.3-01", event, "ADVERTISEMENT with the VRID of its virtual router");
}

static void judge_priority(struct rule_context *context, const struct advertisement_form *state,
                           struct tap_event *event, const struct virtual_router_history *router)
{
    uint8_t priority = context->frame->vrrp.priority;
    struct tap_event *set = state->priority_set[router->vrid];
    bool just_set = set && event->time_ns <= set->time_ns + reaction_ns(context->facts);
    if (priority == VRRP_PRIORITY_STOP || priority == router->priority || just_set)
        return;
    rule_broken(context, "V-7.2-01", event, "ADVERTISEMENT priority=%u", router->priority);
    if (router->priority == VRRP_PRIORITY_OWNER) {
        rule_broken(context, "V-5.3.4-01", event, "ADVERTISEMENT priority=255 from the owner");
    } else if (priority == VRRP_PRIORITY_OWNER) {
        rule_broken(context, "V-5.3.4-02", event, "ADVERTISEMENT priority=%u", router->priority);
        rule_broken(context, "V-6.1.2-02", event, "ADVERTISEMENT priority=%u", router->priority);
    }
    if (!router->settings->priority_given && !set)
        rule_broken(context, "V-5.3.4-03", event, "ADVERTISEMENT priority=100");
}

static void judge_interval(struct rule_context *context, struct tap_event *event,
                           const struct virtual_router_history *router)
{
    unsigned interval_s = (unsigned)(router->interval_ns / NS_PER_S);
    if (context->frame->vrrp.interval_s == interval_s)
        return;
    rule_broken(context, "V-5.3.7-01", event, "ADVERTISEMENT interval=%u", interval_s);
    rule_broken(context, "V-7.2-01", event, "ADVERTISEMENT interval=%u", interval_s);
    if (!router->settings->interval_given)
        rule_broken(context, "V-5.3.7-02", event, "ADVERTISEMENT interval=1");
}

/* The configured ones, in whatever order. */
static void judge_addresses(struct rule_context *context, struct tap_event *event,
                            const struct virtual_router_settings *settings)
{
    const struct vrrp *vrrp = &context->frame->vrrp;
    char text[IPV4_TEXT_SIZE];
    if (vrrp->address_count != settings->address_count) {
        rule_broken(context, "V-5.3.5-01", event, "ADVERTISEMENT addresses=%zu", settings->address_count);
        rule_broken(context, "V-7.2-01", event, "ADVERTISEMENT addresses=%zu", settings->address_count);
    }
    for (size_t i = 0; i < settings->address_count; i++) {
        bool found = false;
        for (size_t j = 0; j < vrrp->addresses_present && !found; j++)
            found = ipv4_equal(settings->addresses[i], vrrp->addresses[j]);
        if (found)
            continue;
        ipv4_text(settings->addresses[i], text);
        rule_broken(context, "V-5.3.9-01", event, "ADVERTISEMENT with address=%s", text);
        if (settings->address_count > 1)
            rule_broken(context, "V-6.1.2-03", event, "ADVERTISEMENT with address=%s", text);
        return;
    }
}

static void judge_authentication(struct rule_context *context, struct tap_event *event)
{
    const struct vrrp *vrrp = &context->frame->vrrp;
    bool empty = all_zero(vrrp->authentication_data, sizeof vrrp->authentication_data);
    bool known = facts_known(context->facts, FACT_SETTINGS);
    if (known && vrrp->authentication_type != context->facts->settings->authentication_type)
        rule_broken(context, "V-7.2-01", event, "ADVERTISEMENT auth=%u",
                    context->facts->settings->authentication_type);
    if (known)
        judge_authentication_header(context, event);
    if (!vrrp->complete)
        return;
    switch (vrrp->authentication_type) {
    case VRRP_AUTHENTICATION_NONE:
        if (!empty)
            rule_broken(context, "V-5.3.6.1-01", event, "ADVERTISEMENT auth-data=0000000000000000");
        break;
    case VRRP_AUTHENTICATION_PASSWORD:
        if (known)
            judge_password(context, event);
        break;
    case VRRP_AUTHENTICATION_AH:
        if (!empty)
            rule_broken(context, "V-5.3.6.3-02", event, "ADVERTISEMENT auth-data=0000000000000000");
        break;
    }
}

static void judge_authentication_header(struct rule_context *context, struct tap_event *event)
{
    const struct device_settings *settings = context->facts->settings;
    if (settings->authentication_type == VRRP_AUTHENTICATION_AH &&
        !authentication_header_fits(settings, context->frame))
        rule_broken(context, "V-7.2-01", event,
                    "ADVERTISEMENT spi=0x%08x with the digest of the configured key", settings->spi);
}

static void judge_password(struct rule_context *context, struct tap_event *event)
{
    const uint8_t *data = context->frame->vrrp.authentication_data;
    const char *password = context->facts->settings->password;
    size_t size = strnlen(password, VRRP_AUTHENTICATION_DATA_SIZE);
    if (memcmp(data, password, size) != 0) {
        rule_broken(context, "V-5.3.6.2-01", event, "ADVERTISEMENT with the configured password");
        if (size == VRRP_AUTHENTICATION_DATA_SIZE && memcmp(data, password, size - 1) == 0)
            rule_broken(context, "V-5.3.10-03", event,
                        "ADVERTISEMENT with all eight characters of the password");
    } else if (!all_zero(data + size, VRRP_AUTHENTICATION_DATA_SIZE - size)) {
        rule_broken(context, "V-5.3.10-01", event, "ADVERTISEMENT with zeros behind the password");
    }
}

static bool all_zero(const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (octets[i])
            return false;
    }
    return true;
}
