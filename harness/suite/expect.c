#include "suite/expect.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "suite/site_log.h"

/* Where one expectation stands while events go by. */
struct search {
    const struct expectation *expectation;
    int64_t from_ns;
    int64_t to_ns;
    size_t next; /* tap index to look at */
};

static struct search search_begin(struct scene *scene, const struct expectation *expectation);
static struct tap_event *search_step(struct scene *scene, struct search *search);
static bool wait_for_more(struct scene *scene, int64_t until_ns);
static void consume(struct scene *scene, struct tap_event *event, const struct expectation *expectation);
static void too_early(struct scene *scene, const char *site, const struct search *search,
                      struct tap_event *event);
static void missed(struct scene *scene, const char *site, const struct search *search);
static void report(struct scene *scene, const char *requirements, struct finding finding, bool allowed);
static struct finding finding_about(struct scene *scene, const char *site, struct tap_event *event);
static int64_t tolerance(const struct scene *scene, int64_t bound_ns);
static struct tap_event *last_frame_before(struct scene *scene, int64_t time_ns);
static bool left_before(const struct tap_event *a, const struct tap_event *b);

struct mark mark_now(const struct scene *scene)
{
    return (struct mark){tap_count(scene->tap), world_now_ns(scene->world)};
}

struct mark mark_after(const struct tap_event *event)
{
    return (struct mark){event->index + 1, event->time_ns};
}

struct mark mark_at(const struct tap_event *event)
{
    return (struct mark){event->index, event->time_ns};
}

struct tap_event *expect_at(struct scene *scene, const char *site, const struct expectation *expectation)
{
    struct search search = search_begin(scene, expectation);
    for (;;) {
        struct tap_event *event = search_step(scene, &search);
        if (event) {
            consume(scene, event, expectation);
            bool early = event->time_ns < search.from_ns;
            site_log_ran(scene->sites, site, early);
            if (early)
                too_early(scene, site, &search, event);
            return event;
        }
        if (!wait_for_more(scene, search.to_ns)) {
            site_log_ran(scene->sites, site, true);
            missed(scene, site, &search);
            return NULL;
        }
    }
}

bool expect_all_at(struct scene *scene, const char *site, const struct expectation *list, size_t count,
                   struct tap_event **events)
{
    bool all = true;
    for (size_t i = 0; i < count; i++) {
        struct tap_event *event = expect_at(scene, site, &list[i]);
        if (events)
            events[i] = event;
        all = all && event;
    }
    return all;
}

bool expect_sequence_at(struct scene *scene, const char *site, const char *order_requirements,
                        const struct expectation *list, size_t count, struct tap_event **events)
{
    struct tap_event *previous = NULL;
    bool met = true;
    for (size_t i = 0; i < count; i++) {
        struct tap_event *event = expect_at(scene, site, &list[i]);
        if (events)
            events[i] = event;
        met = met && event;
        if (!event)
            continue;
        if (!(scene->lab->capabilities & CAPABILITY_EGRESS_ORDER)) {
            scene->inconclusive = "the order can't be judged: the attachment does not keep the egress order";
        } else if (previous && !left_before(previous, event)) {
            char expected[FRAME_TEXT_SIZE];
            char actual[FRAME_TEXT_SIZE];
            struct text text = text_in(expected, sizeof expected);
            text_put(&text, "after ");
            tap_what(scene->tap, previous, expected + text.length, sizeof expected - text.length);
            tap_what(scene->tap, event, actual, sizeof actual);
            expect_true_at(scene, site, false, event, order_requirements, expected, actual);
            met = false;
        }
        previous = event;
    }
    return met;
}

size_t expect_choice_at(struct scene *scene, const char *site, const struct expectation *list, size_t count,
                        struct tap_event **event)
{
    struct search searches[8];
    int64_t end_ns = 0;
    if (count > 8)
        count = 8;
    for (size_t i = 0; i < count; i++) {
        searches[i] = search_begin(scene, &list[i]);
        if (searches[i].to_ns > end_ns)
            end_ns = searches[i].to_ns;
    }
    for (;;) {
        size_t first = count;
        struct tap_event *match = NULL;
        for (size_t i = 0; i < count; i++) {
            struct search ahead = searches[i];
            struct tap_event *found = search_step(scene, &ahead);
            if (!found)
                searches[i] = ahead;
            else if (!match || found->index < match->index) {
                match = found;
                first = i;
            }
        }
        if (match) {
            consume(scene, match, &list[first]);
            bool early = match->time_ns < searches[first].from_ns;
            site_log_ran(scene->sites, site, early);
            if (early)
                too_early(scene, site, &searches[first], match);
            if (event)
                *event = match;
            return first;
        }
        if (!wait_for_more(scene, end_ns)) {
            site_log_ran(scene->sites, site, true);
            missed(scene, site, &searches[0]);
            if (event)
                *event = NULL;
            return count;
        }
    }
}

size_t expect_count_at(struct scene *scene, const char *site, size_t times,
                       const struct expectation *expectation)
{
    struct search search = search_begin(scene, expectation);
    world_run_until(scene->world, search.to_ns);
    size_t count = 0;
    struct tap_event *extra = NULL;
    for (struct tap_event *event; (event = search_step(scene, &search));) {
        consume(scene, event, expectation);
        if (event->time_ns < search.from_ns)
            too_early(scene, site, &search, event);
        if (++count > times && !extra)
            extra = event;
    }
    site_log_ran(scene->sites, site, count != times);
    if (count != times) {
        char pattern[FRAME_TEXT_SIZE];
        struct finding finding = finding_about(scene, site, extra);
        finding.silence = !extra;
        if (!extra) {
            finding.event = last_frame_before(scene, search.to_ns);
            finding.time_ns = search.to_ns;
        }
        finding.window_from_ns = search.from_ns;
        finding.window_to_ns = search.to_ns;
        finding.expected = arena_text(scene->arena, "%zu times %s", times,
                                      pattern_text(scene, &expectation->pattern, pattern, sizeof pattern));
        finding.actual = arena_text(scene->arena, "%zu times", count);
        report(scene, expectation->requirements, finding, false);
    }
    return count;
}

bool expect_none_at(struct scene *scene, const char *site, const struct expectation *expectation)
{
    struct search search = search_begin(scene, expectation);
    search.to_ns = expectation->since.time_ns + expectation->max_ns;
    search.from_ns = expectation->since.time_ns + expectation->min_ns;
    world_run_until(scene->world, search.to_ns);
    bool silent = true;
    for (size_t i = expectation->since.index; i < tap_count(scene->tap); i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        if (event->time_ns > search.to_ns)
            break;
        if (event->time_ns < search.from_ns || !pattern_matches(&expectation->pattern, scene->tap, event))
            continue;
        silent = false;
        char line[FRAME_TEXT_SIZE];
        char pattern[FRAME_TEXT_SIZE];
        struct finding finding = finding_about(scene, site, event);
        finding.window_from_ns = search.from_ns;
        finding.window_to_ns = search.to_ns;
        finding.expected = arena_text(scene->arena, "no %s",
                                      pattern_text(scene, &expectation->pattern, pattern, sizeof pattern));
        finding.actual = arena_text(scene->arena, "%s", tap_what(scene->tap, event, line, sizeof line));
        report(scene, expectation->requirements, finding, false);
    }
    site_log_ran(scene->sites, site, !silent);
    if (silent && !expectation->pattern.from_any && expectation->pattern.from == 0)
        scene->silence_index = tap_count(scene->tap);
    return silent;
}

bool expect_field_at(struct scene *scene, const char *site, struct tap_event *event, enum frame_field field,
                     struct value value, const char *requirements)
{
    struct value actual;
    bool present = field_get(tap_frame(scene->tap, event), field, &actual);
    bool met = present && value_equal(&actual, &value);
    site_log_ran(scene->sites, site, !met);
    if (met)
        return true;
    char text[VALUE_TEXT_SIZE];
    struct finding finding = finding_about(scene, site, event);
    finding.expected = arena_text(scene->arena, "%s=%s", field_name(field), value_text(field, &value, text));
    finding.actual =
        present ? arena_text(scene->arena, "%s=%s", field_name(field), value_text(field, &actual, text))
                : arena_text(scene->arena, "no %s", field_name(field));
    report(scene, requirements, finding, false);
    return false;
}

bool expect_true_at(struct scene *scene, const char *site, bool condition, struct tap_event *event,
                    const char *requirements, const char *expected, const char *actual)
{
    site_log_ran(scene->sites, site, !condition);
    if (condition)
        return true;
    struct finding finding = finding_about(scene, site, event);
    finding.expected = arena_text(scene->arena, "%s", expected);
    finding.actual = arena_text(scene->arena, "%s", actual);
    report(scene, requirements, finding, false);
    return false;
}

void remark_at(struct scene *scene, const char *site, struct tap_event *event, const char *requirements,
               const char *expected, const char *actual)
{
    struct finding finding = finding_about(scene, site, event);
    finding.expected = arena_text(scene->arena, "%s", expected);
    finding.actual = arena_text(scene->arena, "%s", actual);
    report(scene, requirements, finding, true);
}

struct tap_event *seen(struct scene *scene, const struct pattern *pattern, struct mark since)
{
    for (size_t i = since.index; i < tap_count(scene->tap); i++)
        if (pattern_matches(pattern, scene->tap, tap_at(scene->tap, i)))
            return tap_at(scene->tap, i);
    return NULL;
}

struct tap_event *await(struct scene *scene, const struct pattern *pattern, struct mark since, int64_t max_ns)
{
    struct expectation expectation = {.pattern = *pattern, .since = since, .max_ns = max_ns, .keep = true};
    struct search search = search_begin(scene, &expectation);
    for (;;) {
        for (; search.next < tap_count(scene->tap); search.next++) {
            struct tap_event *event = tap_at(scene->tap, search.next);
            if (event->time_ns > search.to_ns)
                return NULL;
            if (pattern_matches(pattern, scene->tap, event))
                return event;
        }
        if (!wait_for_more(scene, search.to_ns))
            return NULL;
    }
}

static struct search search_begin(struct scene *scene, const struct expectation *expectation)
{
    int64_t base_ns = expectation->since.time_ns;
    return (struct search){.expectation = expectation,
                           .from_ns = expectation->min_ns ? base_ns + expectation->min_ns -
                                                                tolerance(scene, expectation->min_ns)
                                                          : base_ns,
                           .to_ns = base_ns + expectation->max_ns + tolerance(scene, expectation->max_ns),
                           .next = expectation->since.index};
}

/* The next unconsumed match that is already in the tap, within the window's end. */
static struct tap_event *search_step(struct scene *scene, struct search *search)
{
    for (; search->next < tap_count(scene->tap); search->next++) {
        struct tap_event *event = tap_at(scene->tap, search->next);
        if (event->time_ns > search->to_ns)
            return NULL;
        if ((!event->matched || search->expectation->keep) &&
            pattern_matches(&search->expectation->pattern, scene->tap, event)) {
            search->next++;
            return event;
        }
    }
    return NULL;
}

static bool wait_for_more(struct scene *scene, int64_t until_ns)
{
    if (world_run_to_next_tap_event(scene->world, until_ns))
        return true;
    if (world_stuck(scene->world))
        scene_inconclusive(scene, "%s", world_stuck(scene->world));
    return false;
}

static void consume(struct scene *scene, struct tap_event *event, const struct expectation *expectation)
{
    if (!expectation->keep)
        event->matched = 1;
    /* Seen after the silence began: the device lives and its path works. */
    if (event->from == 0 && event->index >= scene->silence_index)
        scene->silence_index = SIZE_MAX;
}

static void too_early(struct scene *scene, const char *site, const struct search *search,
                      struct tap_event *event)
{
    char line[FRAME_TEXT_SIZE];
    struct finding finding = finding_about(scene, site, event);
    finding.window_from_ns = search->from_ns;
    finding.window_to_ns = search->to_ns;
    finding.expected = arena_text(scene->arena, "%s not before %.6f s",
                                  pattern_text(scene, &search->expectation->pattern, line, sizeof line),
                                  (double)search->from_ns / (double)NS_PER_S);
    finding.actual = arena_text(scene->arena, "%s at %.6f s", tap_what(scene->tap, event, line, sizeof line),
                                (double)event->time_ns / (double)NS_PER_S);
    report(scene, search->expectation->requirements, finding, false);
}

static void missed(struct scene *scene, const char *site, const struct search *search)
{
    char line[FRAME_TEXT_SIZE];
    struct finding finding = finding_about(scene, site, last_frame_before(scene, search->to_ns));
    finding.time_ns = search->to_ns;
    finding.silence = true;
    finding.window_from_ns = search->from_ns;
    finding.window_to_ns = search->to_ns;
    finding.expected =
        arena_text(scene->arena, "%s", pattern_text(scene, &search->expectation->pattern, line, sizeof line));
    finding.actual = "nothing";
    report(scene, search->expectation->requirements, finding, false);
}

/* One finding for each requirement in the list that binds the instance; at least one has to. */
static void report(struct scene *scene, const char *requirements, struct finding finding, bool allowed)
{
    const struct case_instance *instance = scene->instance;
    bool recorded = false;
    char list[256];
    snprintf(list, sizeof list, "%s", requirements ? requirements : "");
    char *rest = NULL;
    for (char *id = strtok_r(list, " ", &rest); id; id = strtok_r(NULL, " ", &rest)) {
        finding.requirement = ledger_find(id);
        if (!finding.requirement) {
            scene->harness_error =
                arena_text(scene->arena, "%s names %s, which is not in the ledger", finding.site, id);
            continue;
        }
        /* One that does not bind this scheme or version can't be broken here. */
        if (!scope_has(&finding.requirement->scope, instance->role, instance->scheme, instance->lane,
                       instance->medium))
            continue;
        recorded = true;
        if (allowed)
            finding_remark(&scene->findings, finding);
        else
            finding_broken(&scene->findings, finding);
    }
    if (!recorded && !scene->harness_error)
        scene->harness_error =
            arena_text(scene->arena, "%s cites nothing that binds this instance: %s", finding.site,
                       requirements ? requirements : "no requirement at all");
}

static struct finding finding_about(struct scene *scene, const char *site, struct tap_event *event)
{
    return (struct finding){.source = "case",
                            .site = site,
                            .time_ns = event ? event->time_ns : world_now_ns(scene->world),
                            .event = event};
}

static int64_t tolerance(const struct scene *scene, int64_t bound_ns)
{
    int64_t relative_ns = bound_ns / 100 * (int64_t)scene->tolerance_percent;
    return relative_ns > scene->tolerance_ns ? relative_ns : scene->tolerance_ns;
}

static struct tap_event *last_frame_before(struct scene *scene, int64_t time_ns)
{
    for (size_t i = tap_count(scene->tap); i-- > 0;) {
        struct tap_event *event = tap_at(scene->tap, i);
        if (event->frame_number && event->time_ns <= time_ns)
            return event;
    }
    return NULL;
}

static bool left_before(const struct tap_event *a, const struct tap_event *b)
{
    return a->index < b->index;
}
