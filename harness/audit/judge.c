#include "audit/judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "rules/device_history.h"

#define DEVICE_PORT 0 /* as the rules see it: the station is port 0 */

struct judge {
    struct court *court;
    struct station *station;
    struct rule_set *rules;
    struct facts facts; /* at the start */
    struct findings findings;
    struct finding_sink sink;
    struct finding_group *groups;
    struct finding_group *newest;
    struct finding_group *wanted; /* the one whose texts are on the way */
    struct doubt *doubts;
};

static bool wanted(void *context, const struct requirement *requirement, const char *site,
                   enum finding_kind kind, const struct tap_event *event);
static void found(void *context, const struct finding *finding);
static bool binds(const struct scope *scope, const struct scope *possible);
static void doubt(struct judge *judge, const struct requirement *requirement, uint64_t number);
static struct finding_group *group_of(struct judge *judge, const struct requirement *requirement,
                                      const char *site, enum finding_kind kind);
static void mark(struct court *court, uint64_t number, const struct finding_group *group);
static enum role role_of(const struct court *court, const struct station *station);

void court_open(struct court *court)
{
    court->keepers = arena_new();
    court->arena = arena_new();
    court->stream = tap_stream_new(court->keepers);
}

void court_close(struct court *court)
{
    tap_stream_free(court->stream);
    arena_free(court->keepers);
    arena_free(court->arena);
    free(court->groups);
    free(court->marks);
}

struct judge *judge_new(struct court *court, struct station *station)
{
    struct judge *judge = arena_zeroed(court->arena, sizeof *judge);
    judge->court = court;
    judge->station = station;
    judge->sink = (struct finding_sink){wanted, found, judge};
    judge->findings.sink = &judge->sink;
    judge->findings.strict = court->strict;
    unsigned complete = court->complete ? FACT_COMPLETE | FACT_EGRESS_ORDER : 0;
    judge->facts = (struct facts){.known = station->judged_local ? FACT_VCC_KINDS | complete : 0,
                                  .role = role_of(court, station),
                                  .v2 = court->claims.lane != LANE_V1,
                                  .proxy = court->claims.schemes == SCHEME_PROXY,
                                  .token_ring = station->token_ring,
                                  .device = DEVICE_PORT,
                                  .pixit = court->pixit,
                                  .tolerance_ns = court->tolerance_ns,
                                  .tolerance_percent = court->tolerance_percent};
    judge->rules =
        rule_set_new(&judge->facts, tap_stream_tap(court->stream), &judge->findings, court->keepers);
    return judge;
}

void judge_withdraw(struct judge *judge)
{
    for (struct finding_group *group = judge->groups; group; group = group->next)
        group->withdrawn = true;
    judge->groups = judge->newest = NULL;
    judge->doubts = NULL;
}

void judge_see(struct judge *judge, struct tap_event *event)
{
    struct tap_observer rules = rule_set_observer(judge->rules);
    struct facts *facts = rule_set_facts(judge->rules);
    struct scope possible = judge_possible(judge);
    facts->scheme_open = possible.schemes == (SCHEME_NON_PROXY | SCHEME_PROXY);
    facts->proxy = possible.schemes == SCHEME_PROXY;
    facts->token_ring = judge->station->token_ring;
    rules.event(rules.context, event);
}

void judge_finish(struct judge *judge, int64_t now_ns)
{
    rule_set_finish(judge->rules, now_ns);
}

const struct finding_group *judge_groups(const struct judge *judge)
{
    return judge->groups;
}

const struct doubt *judge_doubts(const struct judge *judge)
{
    return judge->doubts;
}

struct scope judge_possible(const struct judge *judge)
{
    const struct station *station = judge->station;
    const struct device_history *history = rule_set_history(judge->rules);
    const struct scope claims = station->judged_local ? judge->court->claims : (struct scope){0};
    struct scope possible = {.schemes = SCHEME_NON_PROXY | SCHEME_PROXY,
                             .lane = LANE_V1 | LANE_V2,
                             .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING};
    if (station->medium_known)
        possible.media = station->token_ring ? MEDIUM_TOKEN_RING : MEDIUM_ETHERNET;
    switch (station->kind) {
    case STATION_LEC:
        possible.roles = ROLE_ROUTER | ROLE_BRIDGE | ROLE_CLIENT;
        if (station->proxy_known) {
            possible.schemes = station->proxy ? SCHEME_PROXY : SCHEME_NON_PROXY;
            if (!station->proxy)
                possible.roles &= (uint8_t)~ROLE_BRIDGE; /* a bridge joins as proxy (draft 3.2) */
        }
        if (station->claims)
            possible.roles &= (uint8_t)~ROLE_CLIENT;
        if (history->join == JOIN_DONE)
            possible.lane = history->v2 ? LANE_V2 : LANE_V1;
        break;
    case STATION_SERVER:
        possible.roles = ROLE_LES;
        break;
    case STATION_LAN_ROUTER:
        possible.roles = ROLE_VRRP;
        break;
    }
    possible.roles = claims.roles ? claims.roles : possible.roles;
    possible.schemes = claims.schemes ? claims.schemes : possible.schemes;
    possible.lane = claims.lane ? claims.lane : possible.lane;
    return possible;
}

const char *judge_unjudged(const struct judge *judge, const struct rule *rule,
                           char text[static UNJUDGED_TEXT_SIZE])
{
    static const struct {
        unsigned fact;
        const char *name;
    } missing[] = {
        {FACT_VCC_KINDS, "what each VCC is for"},
        {FACT_CONTROL, "when it was started and stopped"},
        {FACT_SETTINGS, "how it is configured"},
        {FACT_COMPLETE, "whether the capture holds everything it sent and heard"},
        {FACT_EGRESS_ORDER, "in what order it sent"},
    };
    const struct station *station = judge->station;
    bool looked = rule->sent & station->sent_names || rule->heard & station->heard_names;
    if (!looked || !(rule->roles & judge->facts.role) || rule_judges(rule, &judge->facts))
        return NULL;
    struct text line = text_in(text, UNJUDGED_TEXT_SIZE);
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (rule->needs & missing[i].fact & ~judge->facts.known)
            text_add(&line, "%s%s", line.length ? "; " : "", missing[i].name);
    if (!line.length)
        text_put(&line, "whether it uses functional addresses");
    return text;
}

static bool wanted(void *context, const struct requirement *requirement, const char *site,
                   enum finding_kind kind, const struct tap_event *event)
{
    struct judge *judge = context;
    uint64_t number = event ? event->frame_number : 0;
    struct scope possible = judge_possible(judge);
    judge->wanted = NULL;
    if (!binds(&requirement->scope, &possible)) {
        doubt(judge, requirement, number);
        return false;
    }
    struct finding_group *group = group_of(judge, requirement, site, kind);
    if (group->count && group->last_number == number)
        return false; /* the same again */
    group->count++;
    group->last_number = number;
    if (group->count == 1)
        group->first_number = number;
    mark(judge->court, number, group);
    judge->wanted = group;
    return group->example_count < EXAMPLE_ROOM;
}

static void found(void *context, const struct finding *finding)
{
    struct judge *judge = context;
    struct finding_group *group = judge->wanted;
    if (!group)
        return;
    struct arena *arena = judge->court->arena;
    struct example *example = arena_zeroed(arena, sizeof *example);
    *example = (struct example){
        .number = finding->event ? finding->event->frame_number : 0,
        .time_ns = finding->time_ns,
        .silence = finding->silence,
        .window_from_ns = finding->window_from_ns,
        .window_to_ns = finding->window_to_ns,
        .expected = arena_copy(arena, finding->expected, strlen(finding->expected) + 1),
        .actual = arena_copy(arena, finding->actual, strlen(finding->actual) + 1),
    };
    group->source = finding->source;
    if (group->newest)
        group->newest->next = example;
    else
        group->first = example;
    group->newest = example;
    group->example_count++;
}

/* True if the requirement binds the station in whatever it may be. */
static bool binds(const struct scope *scope, const struct scope *possible)
{
    for (unsigned i = 0; i < SCOPE_DIMENSION_COUNT; i++) {
        unsigned mask = scope_mask(possible, (enum scope_dimension)i);
        if ((scope_mask(scope, (enum scope_dimension)i) & mask) != mask)
            return false;
    }
    return true;
}

static void doubt(struct judge *judge, const struct requirement *requirement, uint64_t number)
{
    struct doubt **place = &judge->doubts;
    while (*place && (*place)->requirement != requirement)
        place = &(*place)->next;
    if (!*place) {
        *place = arena_zeroed(judge->court->arena, sizeof **place);
        (*place)->requirement = requirement;
        (*place)->first_number = number;
    }
    (*place)->count++;
}

/* Sites are texts of the program: the same place has the same address. */
static struct finding_group *group_of(struct judge *judge, const struct requirement *requirement,
                                      const char *site, enum finding_kind kind)
{
    for (struct finding_group *group = judge->groups; group; group = group->next)
        if (group->requirement == requirement && group->site == site && group->kind == kind)
            return group;
    struct court *court = judge->court;
    struct finding_group *group = arena_zeroed(court->arena, sizeof *group);
    group->index = (unsigned)court->group_count;
    group->station = judge->station;
    group->requirement = requirement;
    group->site = site;
    group->kind = kind;
    if (judge->newest)
        judge->newest->next = group;
    else
        judge->groups = group;
    judge->newest = group;
    if (court->group_count == court->group_room) {
        court->group_room = court->group_room ? 2 * court->group_room : 64;
        court->groups = realloc(court->groups, court->group_room * sizeof(struct finding_group *));
        if (!court->groups)
            abort();
    }
    court->groups[court->group_count++] = group;
    return group;
}

static void mark(struct court *court, uint64_t number, const struct finding_group *group)
{
    if (court->mark_count == MARK_ROOM) {
        court->unmarked_count++;
        return;
    }
    if (court->mark_count == court->mark_room) {
        court->mark_room = court->mark_room ? 2 * court->mark_room : 1024;
        court->marks = realloc(court->marks, court->mark_room * sizeof *court->marks);
        if (!court->marks)
            abort();
    }
    court->marks[court->mark_count++] = (struct mark){number, group->index};
}

static enum role role_of(const struct court *court, const struct station *station)
{
    uint8_t claimed = station->judged_local ? court->claims.roles : 0;
    if (claimed && !(claimed & (claimed - 1)))
        return (enum role)claimed;
    switch (station->kind) {
    case STATION_LEC:
        return ROLE_ROUTER;
    case STATION_SERVER:
        return ROLE_LES;
    case STATION_LAN_ROUTER:
        break;
    }
    return ROLE_VRRP;
}
