/* What a device may send without being asked, per role: the table behind every case and capture
 * (docs/writing-a-case.md). Frames outside it are remarks under the requirement that comes nearest; what else
 * is wrong with a frame is the business of the other rules.
 */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

enum occasion {
    AT_ANY_TIME, /* may be sent unasked */
    WHEN_ASKED,  /* only if a frame of 'question' was heard a short while before */
    NEVER        /* not a frame of this role */
};

struct behaviour {
    enum frame_name name;
    unsigned roles;
    enum occasion occasion;
    uint64_t question;
    const char *requirement; /* the nearest; NULL for AT_ANY_TIME */
    const char *text;
};

#define R   ROLE_ROUTER
#define B   ROLE_BRIDGE
#define C   ROLE_CLIENT
#define S   ROLE_LES
#define V   ROLE_VRRP
#define LEC (R | B | C)

/* What only clients send. */
#define OF_CLIENTS "a frame of clients"
/* On a LAN port; what is unreadable on the ELAN is the business of control-form and data-form. A bridge may
 * have heard it. */
#define UNREADABLE "octets that are no frame of the LAN"

/* One row per frame name and group of roles; a role without a row for a name may send it at any time. */
static const struct behaviour behaviours[] = {
    {FRAME_LE_CONFIGURE_REQUEST, LEC, AT_ANY_TIME, 0, NULL, "joining"},
    {FRAME_LE_CONFIGURE_RESPONSE, LEC, NEVER, 0, "L-frame-04", "a frame of the LECS"},
    {FRAME_LE_JOIN_REQUEST, LEC, AT_ANY_TIME, 0, NULL, "joining"},
    {FRAME_LE_JOIN_RESPONSE, LEC, NEVER, 0, "L-frame-04", "a frame of the LES"},
    {FRAME_READY_QUERY, LEC, AT_ANY_TIME, 0, NULL, "called party that hears nothing for C28 (L-ready-03)"},
    {FRAME_READY_IND, LEC, AT_ANY_TIME, 0, NULL, "caller of a Data Direct VCC, or answer to READY_QUERY"},
    {FRAME_LE_REGISTER_REQUEST, LEC, AT_ANY_TIME, 0, NULL, "registrations may change at any time"},
    {FRAME_LE_REGISTER_RESPONSE, LEC, NEVER, 0, "L-frame-04", "a frame of the LES"},
    {FRAME_LE_UNREGISTER_REQUEST, LEC, AT_ANY_TIME, 0, NULL, "registrations may change at any time"},
    {FRAME_LE_UNREGISTER_RESPONSE, LEC, NEVER, 0, "L-frame-04", "a frame of the LES"},
    {FRAME_LE_ARP_REQUEST, LEC, AT_ANY_TIME, 0, NULL, "resolution, BUS connect, probe; within L-rate-02"},
    {FRAME_TARGETLESS_LE_ARP_REQUEST, LEC, AT_ANY_TIME, 0, NULL,
     "any address it represents (R-2-17); within L-rate-01"},
    {FRAME_LE_ARP_RESPONSE, LEC, WHEN_ASKED, FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST),
     "L-le_arp-01", "an answer to LE_ARP_REQUEST"},
    {FRAME_LE_FLUSH_REQUEST, LEC, AT_ANY_TIME, 0, NULL, "before a change of path (L-flush-04)"},
    {FRAME_LE_FLUSH_RESPONSE, LEC, WHEN_ASKED, FRAME_SET(LE_FLUSH_REQUEST), "L-flush-02",
     "an answer to LE_FLUSH_REQUEST"},
    {FRAME_LE_NARP_REQUEST, R, NEVER, 0, "R-6-11",
     "a plain LE_NARP_REQUEST is for remote bindings that changed"},
    {FRAME_LE_NARP_REQUEST, B | C, AT_ANY_TIME, 0, NULL, "a remote binding changed (R-6-11)"},
    {FRAME_NO_SOURCE_LE_NARP_REQUEST, LEC, AT_ANY_TIME, 0, NULL,
     "any address it gave up (R-2-18); within L-rate-01"},
    {FRAME_ZERO_LE_NARP_REQUEST, LEC, AT_ANY_TIME, 0, NULL, "v1 announcement (R-3.1-07); in v2 see R-6-07"},
    {FRAME_LE_TOPOLOGY_REQUEST, B, AT_ANY_TIME, 0, NULL, "topology change (L-topology-01)"},
    {FRAME_LE_TOPOLOGY_REQUEST, R | C, NEVER, 0, "L-topology-02", "a frame of bridges"},
    {FRAME_LE_VERIFY_REQUEST, LEC, AT_ANY_TIME, 0, NULL, "v2 only (L-v2-03)"},
    {FRAME_LE_VERIFY_RESPONSE, LEC, NEVER, 0, "L-frame-04", "a frame of the LES"},
    {FRAME_ADVERTISEMENT, R, AT_ANY_TIME, 0, NULL, "Master; see V-3-01"},
    {FRAME_ARP_REQUEST, R, AT_ANY_TIME, 0, NULL, "resolution"},
    {FRAME_GRATUITOUS_ARP, R, AT_ANY_TIME, 0, NULL, "becoming Master, or an interface configured (V-8.2-05)"},
    {FRAME_ARP_REPLY, R, WHEN_ASKED, FRAME_SET(ARP_REQUEST) | FRAME_SET(GRATUITOUS_ARP), "V-8.2-01",
     "an answer to an ARP request"},
    {FRAME_ICMP_ECHO_REQUEST, R, AT_ANY_TIME, 0, NULL, "its own or forwarded"},
    {FRAME_ICMP_ECHO_REPLY, R, AT_ANY_TIME, 0, NULL, "its own or forwarded"},
    {FRAME_ICMP_REDIRECT, R, AT_ANY_TIME, 0, NULL, "V-8.1-01"},
    {FRAME_ICMP, R, AT_ANY_TIME, 0, NULL, "its own or forwarded"},
    {FRAME_IPV4, R, AT_ANY_TIME, 0, NULL, "its own or forwarded"},
    {FRAME_LE_CONFIGURE_REQUEST, S, NEVER, 0, "L-frame-04", OF_CLIENTS},
    {FRAME_LE_CONFIGURE_RESPONSE, S, NEVER, 0, "L-frame-04", "a frame of the LECS"},
    {FRAME_LE_JOIN_REQUEST, S, NEVER, 0, "L-frame-04", OF_CLIENTS},
    {FRAME_LE_REGISTER_REQUEST, S, NEVER, 0, "L-frame-04", OF_CLIENTS},
    {FRAME_LE_UNREGISTER_REQUEST, S, NEVER, 0, "L-frame-04", OF_CLIENTS},
    {FRAME_LE_JOIN_RESPONSE, S, WHEN_ASKED, FRAME_SET(LE_JOIN_REQUEST), "L-frame-04",
     "an answer to LE_JOIN_REQUEST"},
    {FRAME_LE_REGISTER_RESPONSE, S, WHEN_ASKED, FRAME_SET(LE_REGISTER_REQUEST), "L-frame-04",
     "an answer to LE_REGISTER_REQUEST"},
    {FRAME_LE_UNREGISTER_RESPONSE, S, WHEN_ASKED, FRAME_SET(LE_UNREGISTER_REQUEST), "L-frame-04",
     "an answer to LE_UNREGISTER_REQUEST"},
    {FRAME_ETHERNET, R, NEVER, 0, "R-7-02", "a protocol that neither text asks for"},
    {FRAME_MALFORMED, R, NEVER, 0, "R-7-02", UNREADABLE},
    {FRAME_MALFORMED, B, WHEN_ASKED, 0, "R-7-02", UNREADABLE},
    {FRAME_MALFORMED, V, NEVER, 0, "V-5.1-01", UNREADABLE},
};

/* How long a question stands open. */
#define QUESTION_NS SECONDS(10)

struct default_behaviour {
    const struct behaviour *by_name[FRAME_NAME_COUNT]; /* what is not allowed at any time, for the role */
    bool indexed;
    bool heard[FRAME_NAME_COUNT];
    int64_t heard_ns[FRAME_NAME_COUNT]; /* when it was last heard */
    uint64_t reported;                  /* names, once each */
};

static void index_behaviours(const struct rule_context *context, struct default_behaviour *state);
static bool asked(const struct default_behaviour *state, uint64_t question, int64_t now_ns);

static void default_behaviour(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct default_behaviour *state = memory;
    enum frame_name name = context->frame->name;
    if (!context->sent) {
        state->heard[name] = true;
        state->heard_ns[name] = event->time_ns;
        return;
    }
    if (!state->indexed)
        index_behaviours(context, state);
    const struct behaviour *behaviour = state->by_name[name];
    if (!behaviour || state->reported >> name & 1 ||
        (name == FRAME_MALFORMED && event->kind != TAP_LAN_FRAME))
        return;
    if (behaviour->occasion == WHEN_ASKED && (asked(state, behaviour->question, event->time_ns) ||
                                              heard_unreadable(context->device, event->time_ns)))
        return;
    state->reported |= UINT64_C(1) << name;
    rule_remark(context, behaviour->requirement, event, "nothing unasked: %s", behaviour->text);
}

const struct rule default_behaviour_rule = {
    .name = "default-behaviour",
    .title = "nothing unasked beyond what the role may send",
    .requirements = "L-flush-02 L-frame-04 L-le_arp-01 L-topology-02 R-6-11 R-7-02 V-5.1-01 V-8.2-01",
    .needs = FACT_COMPLETE,
    .roles = LEC | S | V,
    .sent = CONTROL_FRAMES | DATA_FRAMES | FRAME_SET(MALFORMED),
    .heard = FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(LE_FLUSH_REQUEST) |
             FRAME_SET(ARP_REQUEST) | FRAME_SET(GRATUITOUS_ARP) | FRAME_SET(LE_JOIN_REQUEST) |
             REGISTRATION_FRAMES,
    .state_size = sizeof(struct default_behaviour),
    .event = default_behaviour,
};

static bool asked(const struct default_behaviour *state, uint64_t question, int64_t now_ns)
{
    for (unsigned name = 0; name < FRAME_NAME_COUNT; name++) {
        if (question >> name & 1 && state->heard[name] && now_ns - state->heard_ns[name] <= QUESTION_NS)
            return true;
    }
    return false;
}

/* Most frames are allowed at any time: they are looked up once. */
static void index_behaviours(const struct rule_context *context, struct default_behaviour *state)
{
    for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
        if (behaviours[i].roles & context->facts->role && behaviours[i].occasion != AT_ANY_TIME)
            state->by_name[behaviours[i].name] = &behaviours[i];
    }
    state->indexed = true;
}
