/* On an 802.5 ELAN an address has one bit order, in the LAN destinations of control frames as in data frames
 * (lane-wire 5; draft-requirements A-14). VMACs of the device itself: vmac_form.c. */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* Sources of data frames, the oldest of which give way. */
#define SEEN_ROOM 64

struct address_order {
    struct mac_address seen[SEEN_ROOM];
    size_t count; /* ever put in */
    bool started;
};

static void remember(struct address_order *state, struct mac_address mac);
static bool is_seen(const struct address_order *state, struct mac_address mac);
static const struct lan_destination *subject_of(const struct frame *frame);

static void address_order(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct address_order *state = memory;
    const struct frame *frame = context->frame;
    const struct facts *facts = context->facts;
    if (!facts->token_ring)
        return;
    if (!state->started && facts->settings)
        remember(state, facts->settings->elan.mac);
    state->started = true;
    if (frame->layers & LAYER_ETHERNET) {
        remember(state, frame->ethernet.source);
        return;
    }
    const struct lan_destination *subject = subject_of(frame);
    if (!context->sent || subject->tag != LAN_TAG_MAC || is_seen(state, subject->mac))
        return;
    struct mac_address turned = mac_reversed(subject->mac);
    char text[MAC_TEXT_SIZE];
    if (is_seen(state, turned))
        rule_broken(context, "L-frame-08", event, "%s %s, as in data frames", frame_name_text(frame->name),
                    mac_text(turned, text));
}

const struct rule address_order_rule = {
    .name = "address-order",
    .title = "LAN destinations have the bit order of data frames",
    .requirements = "L-frame-08",
    .roles = CLIENT_ROLES,
    .sent = FRAME_SET(LE_JOIN_REQUEST) | REGISTRATION_FRAMES | FRAME_SET(LE_ARP_REQUEST) |
            FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | NARP_FRAMES | DATA_FRAMES,
    .heard = DATA_FRAMES,
    .state_size = sizeof(struct address_order),
    .event = address_order,
};

static void remember(struct address_order *state, struct mac_address mac)
{
    if (!is_seen(state, mac))
        state->seen[state->count++ % SEEN_ROOM] = mac;
}

static bool is_seen(const struct address_order *state, struct mac_address mac)
{
    for (size_t i = 0; i < state->count && i < SEEN_ROOM; i++)
        if (mac_equal(state->seen[i], mac))
            return true;
    return false;
}

/* The address that a request is about. */
static const struct lan_destination *subject_of(const struct frame *frame)
{
    bool by_target = frame->name == FRAME_LE_ARP_REQUEST || (NARP_FRAMES >> frame->name & 1);
    return by_target ? &frame->control.target_lan : &frame->control.source_lan;
}
