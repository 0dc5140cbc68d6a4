/* ICMP from virtual addresses: redirects name the address that the host used, echo replies come from the
 * owner alone (RFC 2338 6.4.2, 6.4.3, 8.1). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* A datagram that was sent to a VMAC of the device. */
#define HEARD_ROOM 32
struct datagram {
    struct ipv4_address source;
    struct ipv4_address destination;
    uint16_t identification;
    uint8_t vrid;
};

/* An echo reply that came in: sent on, it is still somebody else's. */
#define REPLY_ROOM 32
struct reply {
    struct ipv4_address source;
    struct ipv4_address destination;
    uint16_t identifier;
    uint16_t sequence;
    uint8_t ttl;
};

struct icmp_source {
    struct datagram heard[HEARD_ROOM]; /* in a ring */
    size_t heard_count;                /* in all */
    struct reply replies[REPLY_ROOM];  /* in a ring */
    size_t reply_count;                /* in all */
};

static void hear(struct rule_context *context, struct icmp_source *state);
static void judge_redirect(struct rule_context *context, const struct icmp_source *state,
                           struct tap_event *event);
static void judge_echo_reply(struct rule_context *context, const struct icmp_source *state,
                             struct tap_event *event);
static bool sent_on(const struct icmp_source *state, const struct frame *frame);
static const struct datagram *redirected(const struct icmp_source *state, const uint8_t *header);

static void icmp_source(struct rule_context *context, void *memory, struct tap_event *event)
{
    if (!on_vrrp_interface(context->facts, event))
        return;
    if (!context->sent)
        hear(context, memory);
    else if (context->frame->name == FRAME_ICMP_REDIRECT)
        judge_redirect(context, memory, event);
    else
        judge_echo_reply(context, memory, event);
}

const struct rule icmp_source_rule = {
    .name = "icmp-source",
    .title = "source addresses of redirects and echo replies",
    .requirements = "R-3.3.2-04 V-6.4.2-03 V-6.4.3-03 V-8.1-02 V-8.1-03",
    .needs = FACT_SETTINGS,
    .roles = ROLE_ROUTER | ROLE_VRRP,
    .sent = FRAME_SET(ICMP_REDIRECT) | FRAME_SET(ICMP_ECHO_REPLY),
    .heard = FRAME_SET(IPV4) | FRAME_SET(ICMP) | FRAME_SET(ICMP_ECHO_REQUEST) | FRAME_SET(ICMP_ECHO_REPLY),
    .state_size = sizeof(struct icmp_source),
    .event = icmp_source,
};

static void hear(struct rule_context *context, struct icmp_source *state)
{
    const struct frame *frame = context->frame;
    const struct virtual_router_history *router = device_vmac(context->device, frame->ethernet.destination);
    if (router)
        state->heard[state->heard_count++ % HEARD_ROOM] = (struct datagram){
            frame->ipv4.source, frame->ipv4.destination, frame->ipv4.identification, router->vrid};
    if (frame->name == FRAME_ICMP_ECHO_REPLY)
        state->replies[state->reply_count++ % REPLY_ROOM] =
            (struct reply){frame->ipv4.source, frame->ipv4.destination, frame->icmp.identifier,
                           frame->icmp.sequence, frame->ipv4.ttl};
}

static void judge_redirect(struct rule_context *context, const struct icmp_source *state,
                           struct tap_event *event)
{
    const struct frame *frame = context->frame;
    if (frame->icmp.payload.size < IPV4_HEADER_SIZE)
        return;
    const struct datagram *datagram = redirected(state, frame->icmp.payload.data);
    if (!datagram)
        return;
    const struct virtual_router_history *used = device_virtual_router(context->device, datagram->vrid);
    const struct virtual_router_history *named = device_virtual_address(context->device, frame->ipv4.source);
    char text[IPV4_TEXT_SIZE];
    ipv4_text(used->settings->addresses[0], text);
    if (named && named != used)
        rule_broken(context, "V-8.1-03", event, "ICMP_REDIRECT ip=%s", text);
    else if (!named)
        rule_broken(context, "V-8.1-02", event, "ICMP_REDIRECT ip=%s", text);
}

/* Only the owner accepts packets to a virtual address. A reply on the ELAN from such an address is its own:
 * the address belongs there. */
static void judge_echo_reply(struct rule_context *context, const struct icmp_source *state,
                             struct tap_event *event)
{
    const struct frame *frame = context->frame;
    const struct virtual_router_history *router = device_virtual_address(context->device, frame->ipv4.source);
    if (!router || router->priority == VRRP_PRIORITY_OWNER ||
        ipv4_equal(frame->ipv4.source, context->facts->settings->elan.address) || sent_on(state, frame))
        return;
    if (certainly_not_master(context->device, router, event->time_ns)) {
        bool backup =
            router->rest == REST_STARTED || router->rest == REST_HIGHER || router->rest == REST_EQUAL;
        if (!backup)
            return;
        rule_broken(context, "V-6.4.2-03", event, "no ICMP_ECHO_REPLY from the virtual address in Backup");
        rule_broken(context, "R-3.3.2-04", event, "no ICMP_ECHO_REPLY from the virtual address in Backup");
    } else if (router->mastery == MASTERY_YES) {
        rule_broken(context, "V-6.4.3-03", event, "no ICMP_ECHO_REPLY from an address that it doesn't own");
    }
}

/* A router that forwards takes 1 from the TTL of what it heard. */
static bool sent_on(const struct icmp_source *state, const struct frame *frame)
{
    size_t present = state->reply_count < REPLY_ROOM ? state->reply_count : REPLY_ROOM;
    for (size_t i = 0; i < present; i++) {
        const struct reply *reply = &state->replies[i];
        if (ipv4_equal(reply->source, frame->ipv4.source) && reply->ttl == frame->ipv4.ttl + 1 &&
            ipv4_equal(reply->destination, frame->ipv4.destination) &&
            reply->identifier == frame->icmp.identifier && reply->sequence == frame->icmp.sequence)
            return true;
    }
    return false;
}

/* The datagram whose IPv4 header is quoted in a redirect (its data is cut off), NULL if it wasn't sent to a
 * VMAC. The newest counts. */
static const struct datagram *redirected(const struct icmp_source *state, const uint8_t *header)
{
    size_t present = state->heard_count < HEARD_ROOM ? state->heard_count : HEARD_ROOM;
    for (size_t age = 0; age < present; age++) {
        const struct datagram *datagram = &state->heard[(state->heard_count - 1 - age) % HEARD_ROOM];
        if (datagram->identification == octets_u16(header + 4) &&
            datagram->source.number == octets_u32(header + 12) &&
            datagram->destination.number == octets_u32(header + 16))
            return datagram;
    }
    return NULL;
}
