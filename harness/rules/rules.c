#include "rules/rules.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "rules/device_history.h"

#define LANE_PROTOCOL 1
#define LANE_VERSION  1

/* A rule at work. */
struct active_rule {
    struct rule_context context;
    void *state;
};

/* Sets of rules are bits by their place in 'active'. */
struct rule_set {
    struct facts facts;
    struct tap *tap;
    struct device_history *device;
    struct active_rule *active;
    size_t active_count;
    uint64_t sent[FRAME_NAME_COUNT];  /* who wants frames of the device */
    uint64_t heard[FRAME_NAME_COUNT]; /* who wants frames that reach it */
    uint64_t kinds[64];               /* who wants other events, by enum tap_kind */
    int64_t due_ns;                   /* the earliest of all rules */
    struct tap_event *last;
};

/* What a finding is about. */
struct report {
    struct rule_context *context;
    const char *site;
    const char *requirement;
    struct tap_event *event;
    int64_t due_ns; /* TIME_NEVER: time did not matter */
};

static void activate(struct rule_set *set, const struct rule *rule, struct findings *findings,
                     struct arena *arena);
static void watch(void *observer, struct tap_event *event);
static bool unreadable(const struct frame *frame);
static uint64_t rules_wanting(const struct rule_set *set, const struct tap_event *event,
                              const struct frame *frame, bool sent);
static void call(struct rule_set *set, struct active_rule *active, struct tap_event *event,
                 const struct frame *frame, bool sent);
static void call_due(struct rule_set *set, int64_t now_ns);
static void report(const struct report *report, bool remark, const char *format, va_list arguments);
static bool worth_telling(const struct report *about, const struct requirement *requirement, bool remark);
static bool in_scope(const struct rule_context *context, const struct requirement *requirement);

static_assert(TAP_NOTE < 64, "rule.kinds has a bit for every kind of event");

static bool without_associations(const struct facts *facts);

bool rule_judges(const struct rule *rule, const struct facts *facts)
{
    return (rule->roles & facts->role) && facts_known(facts, rule->needs) &&
           !(rule->associations && without_associations(facts));
}

/* In functional mode; on token ring that is told by the settings alone. */
static bool without_associations(const struct facts *facts)
{
    return functional_mode(facts) || (facts->token_ring && !facts_known(facts, FACT_SETTINGS));
}

struct rule_set *rule_set_new(const struct facts *facts, struct tap *tap, struct findings *findings,
                              struct arena *arena)
{
    assert(rule_registry_count <= RULE_ROOM);
    struct rule_set *set = arena_zeroed(arena, sizeof *set);
    set->facts = *facts;
    set->tap = tap;
    set->device = device_history_new(&set->facts, tap, arena);
    set->active = arena_zeroed(arena, rule_registry_count * sizeof *set->active);
    set->due_ns = TIME_NEVER;
    for (size_t i = 0; i < rule_registry_count; i++) {
        if (rule_judges(rule_registry[i], facts))
            activate(set, rule_registry[i], findings, arena);
    }
    return set;
}

struct tap_observer rule_set_observer(struct rule_set *set)
{
    return (struct tap_observer){watch, set};
}

struct facts *rule_set_facts(struct rule_set *set)
{
    return &set->facts;
}

void rule_set_finish(struct rule_set *set, int64_t now_ns)
{
    call_due(set, now_ns + 1);
}

const struct device_history *rule_set_history(const struct rule_set *set)
{
    return set->device;
}

void rule_broken_at(struct rule_context *context, const char *site, const char *requirement,
                    struct tap_event *event, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(&(struct report){context, site, requirement, event, TIME_NEVER}, false, format, arguments);
    va_end(arguments);
}

void rule_remark_at(struct rule_context *context, const char *site, const char *requirement,
                    struct tap_event *event, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(&(struct report){context, site, requirement, event, TIME_NEVER}, true, format, arguments);
    va_end(arguments);
}

void rule_missed_at(struct rule_context *context, const char *site, const char *requirement,
                    struct tap_event *event, int64_t due_ns, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(&(struct report){context, site, requirement, event, due_ns}, false, format, arguments);
    va_end(arguments);
}

int64_t rule_tolerance_ns(const struct facts *facts, int64_t bound_ns)
{
    int64_t relative_ns = bound_ns / 100 * facts->tolerance_percent;
    return relative_ns > facts->tolerance_ns ? relative_ns : facts->tolerance_ns;
}

static void activate(struct rule_set *set, const struct rule *rule, struct findings *findings,
                     struct arena *arena)
{
    struct active_rule *active = &set->active[set->active_count];
    uint64_t bit = UINT64_C(1) << set->active_count++;
    active->context = (struct rule_context){.facts = &set->facts,
                                            .device = set->device,
                                            .tap = set->tap,
                                            .arena = arena,
                                            .findings = findings,
                                            .rule = rule,
                                            .due_ns = TIME_NEVER};
    active->state = rule->state_size ? arena_zeroed(arena, rule->state_size) : NULL;
    for (unsigned name = 0; name < FRAME_NAME_COUNT; name++) {
        set->sent[name] |= rule->sent >> name & 1 ? bit : 0;
        set->heard[name] |= rule->heard >> name & 1 ? bit : 0;
    }
    for (unsigned kind = 0; kind <= TAP_NOTE; kind++)
        set->kinds[kind] |= rule->kinds >> kind & 1 ? bit : 0;
}

/* One event of the tap: what was due before it, those who want it, then the history. */
static void watch(void *observer, struct tap_event *event)
{
    struct rule_set *set = observer;
    if (event->time_ns > set->due_ns)
        call_due(set, event->time_ns);
    bool sent = tap_from(event, set->facts.device);
    if (!sent && !tap_reaches(event, set->facts.device))
        return;
    const struct frame *frame = tap_frame(set->tap, event);
    if (frame && sent)
        device_history_meet(set->device, frame);
    if (frame && !sent && unreadable(frame)) {
        set->device->unreadable_ns = event->time_ns;
        set->last = event;
        if (set->facts.role != ROLE_LES)
            return; /* nothing that a client may understand; a LES has an answer to it (lane-wire 3) */
    }
    uint64_t wanting = rules_wanting(set, event, frame, sent);
    for (; wanting; wanting &= wanting - 1)
        call(set, &set->active[__builtin_ctzll(wanting)], event, frame, sent);
    device_history_add(set->device, event, frame, sent);
    if (frame)
        set->last = event;
}

/* No LE control frame as far as we can tell: cut, lying about its TLVs, of another protocol or version. */
static bool unreadable(const struct frame *frame)
{
    bool control = frame->layers & LAYER_CONTROL;
    return frame->name == FRAME_MALFORMED ||
           (control && (frame->control.protocol != LANE_PROTOCOL || frame->control.version != LANE_VERSION));
}

/* Rules that want the event of the device, as bits. */
static uint64_t rules_wanting(const struct rule_set *set, const struct tap_event *event,
                              const struct frame *frame, bool sent)
{
    if (!frame)
        return set->kinds[event->kind];
    return (sent ? set->sent : set->heard)[frame->name];
}

static void call(struct rule_set *set, struct active_rule *active, struct tap_event *event,
                 const struct frame *frame, bool sent)
{
    active->context.frame = frame;
    active->context.sent = sent;
    active->context.last = set->last;
    active->context.rule->event(&active->context, active->state, event);
    if (active->context.due_ns < set->due_ns)
        set->due_ns = active->context.due_ns;
}

/* Calls the rules whose time is over before 'now_ns'; a rule may ask for another time at once. */
static void call_due(struct rule_set *set, int64_t now_ns)
{
    set->due_ns = TIME_NEVER;
    for (size_t i = 0; i < set->active_count; i++) {
        struct rule_context *context = &set->active[i].context;
        while (context->due_ns < now_ns) {
            context->due_ns = TIME_NEVER;
            context->frame = NULL;
            context->last = set->last;
            context->rule->due(context, set->active[i].state, now_ns);
        }
        if (context->due_ns < set->due_ns)
            set->due_ns = context->due_ns;
    }
}

static void report(const struct report *about, bool remark, const char *format, va_list arguments)
{
    struct rule_context *context = about->context;
    const struct requirement *requirement = ledger_find(about->requirement);
    assert(requirement);
    if (!in_scope(context, requirement))
        return;
    if (!worth_telling(about, requirement, remark)) {
        context->findings->dropped++;
        return;
    }
    char line[TAP_TEXT_SIZE];
    struct finding finding = {.requirement = requirement,
                              .source = context->rule->name,
                              .site = about->site,
                              .event = about->event,
                              .time_ns = about->event ? about->event->time_ns : 0};
    vsnprintf(line, sizeof line, format, arguments);
    finding.expected = arena_copy(context->arena, line, strlen(line) + 1);
    if (about->due_ns == TIME_NEVER) {
        finding.actual =
            arena_text(context->arena, "%s", tap_what(context->tap, about->event, line, sizeof line));
    } else {
        finding.silence = true;
        finding.event = context->last;
        finding.window_from_ns = finding.time_ns;
        finding.window_to_ns = about->due_ns;
        finding.time_ns = about->due_ns;
        finding.actual = "nothing";
    }
    if (remark)
        finding_remark(context->findings, finding);
    else
        finding_broken(context->findings, finding);
}

static bool worth_telling(const struct report *about, const struct requirement *requirement, bool remark)
{
    const struct findings *findings = about->context->findings;
    if (!findings->sink)
        return findings_have_room(findings, requirement, about->site);
    enum finding_kind kind = remark ? FINDING_REMARK : finding_kind_of_broken(findings, requirement);
    return findings->sink->wanted(findings->sink->context, requirement, about->site, kind,
                                  about->due_ns == TIME_NEVER ? about->event : about->context->last);
}

static bool in_scope(const struct rule_context *context, const struct requirement *requirement)
{
    const struct facts *facts = context->facts;
    return scope_has(&requirement->scope, facts->role, facts->proxy ? SCHEME_PROXY : SCHEME_NON_PROXY,
                     context->device->v2 ? LANE_V2 : LANE_V1,
                     facts->token_ring ? MEDIUM_TOKEN_RING : MEDIUM_ETHERNET);
}
