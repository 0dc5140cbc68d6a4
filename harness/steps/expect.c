#include "steps/expect.h"

#include <stdio.h>
#include <string.h>

#include "steps/site_log.h"

#define ID_SIZE 32 /* of a requirement */

/* Where one expectation stands while events go by. */
struct search {
    const struct expectation *expectation;
    int64_t from_ns;
    int64_t to_ns;
    int64_t unsure_ns; /* the mark may have been later by as much */
    size_t next;       /* tap index to look at */
};

static struct search search_begin(struct scene *scene, const struct expectation *expectation);
static struct search search_window(struct scene *scene, const struct expectation *expectation);
static int64_t shorter_bound_ns(const struct expectation *expectation);
static int64_t search_end_ns(const struct search *search);
static int64_t mark_late_ns(const struct scene *scene, struct mark mark);
static void unsure(struct scene *scene, struct tap_event *event, int64_t late_ns);
static bool crosses(struct scene *scene, const struct pattern *pattern, struct tap_event *event,
                    struct mark mark, int64_t late_ns);
static struct tap_event *search_step(struct scene *scene, struct search *search);
static struct tap_event *taken(struct scene *scene, const char *site, const struct search *search,
                               struct tap_event *event);
static bool take_all(struct scene *scene, const char *site, const struct expectation *list, size_t count,
                     struct tap_event **events);
static bool place(struct scene *scene, const struct expectation *list, struct tap_event **held, size_t count,
                  struct tap_event *event, uint64_t *tried);
static const char *alternatives_text(struct scene *scene, const struct expectation *list, size_t count);
static void consume(struct scene *scene, struct tap_event *event, const struct expectation *expectation);
static void too_early(struct scene *scene, const char *site, const struct search *search,
                      struct tap_event *event);
static void missed(struct scene *scene, const char *site, const struct search *search, const char *expected);
static void owe_proof(struct scene *scene, const struct pattern *pattern);
static void ran(struct scene *scene, const char *site, const char *requirements, bool failed);
static void check_citations(struct scene *scene, const char *site, const char *requirements);
static bool next_id(const char **rest, char id[static ID_SIZE]);
static bool binds(const struct scene *scene, const struct requirement *requirement);
static void report(struct scene *scene, const char *requirements, struct finding finding, bool allowed);
static struct finding finding_about(struct scene *scene, const char *site, struct tap_event *event);
static struct tap_event *last_frame_before(struct scene *scene, int64_t time_ns);

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
        if (event)
            return taken(scene, site, &search, event);
        if (!scene_run_to_next_tap_event(scene, search_end_ns(&search))) {
            missed(scene, site, &search, alternatives_text(scene, expectation, 1));
            return NULL;
        }
    }
}

bool expect_all_at(struct scene *scene, const char *site, const struct expectation *list, size_t count,
                   struct tap_event **events)
{
    int64_t end_ns = 0;
    for (size_t i = 0; i < count; i++) {
        struct search search = search_begin(scene, &list[i]);
        end_ns = search_end_ns(&search) > end_ns ? search_end_ns(&search) : end_ns;
    }
    do {
        if (take_all(scene, site, list, count, events))
            return true;
    } while (scene_run_to_next_tap_event(scene, end_ns));
    for (size_t i = 0; i < count; i++) {
        struct tap_event *event = expect_at(scene, site, &list[i]);
        if (events)
            events[i] = event;
    }
    return false;
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
        if (previous && event && !expect_egress_order_at(scene, site, previous, event, order_requirements))
            met = false;
        if (event)
            previous = event;
    }
    return met;
}

bool expect_egress_order_at(struct scene *scene, const char *site, struct tap_event *earlier,
                            struct tap_event *later, const char *requirements)
{
    if (!(scene->lab->capabilities & CAPABILITY_EGRESS_ORDER)) {
        scene->inconclusive = "the order can't be judged: the attachment does not keep the egress order";
        return true;
    }
    char line[FRAME_TEXT_SIZE];
    bool met = earlier->index < later->index;
    const char *expected =
        met ? NULL : arena_text(scene->arena, "after %s", tap_what(scene->tap, earlier, line, sizeof line));
    return expect_true_at(scene, site, met, later, requirements, expected,
                          met ? NULL : tap_what(scene->tap, later, line, sizeof line));
}

size_t expect_choice_at(struct scene *scene, const char *site, const struct expectation *list, size_t count,
                        struct tap_event **event)
{
    struct search *searches = arena_zeroed(scene->arena, count * sizeof *searches);
    int64_t end_ns = 0;
    for (size_t i = 0; i < count; i++) {
        searches[i] = search_begin(scene, &list[i]);
        if (search_end_ns(&searches[i]) > end_ns)
            end_ns = search_end_ns(&searches[i]);
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
        if (event)
            *event = match;
        if (match) {
            taken(scene, site, &searches[first], match);
            return first;
        }
        if (!scene_run_to_next_tap_event(scene, end_ns)) {
            struct search whole = searches[0];
            whole.to_ns = end_ns;
            missed(scene, site, &whole, alternatives_text(scene, list, count));
            return count;
        }
    }
}

size_t expect_count_at(struct scene *scene, const char *site, size_t times,
                       const struct expectation *expectation)
{
    struct search search = search_begin(scene, expectation);
    scene_run_until(scene, search_end_ns(&search));
    size_t count = 0;
    struct tap_event *extra = NULL;
    bool doubtful = false;
    for (struct tap_event *event; (event = search_step(scene, &search));) {
        consume(scene, event, expectation);
        if (event->time_ns < search.from_ns)
            too_early(scene, site, &search, event);
        else if (event->time_ns > search.to_ns) {
            doubtful = true; /* for good, even if one that is known to be in time is read after it */
            unsure(scene, event, search.unsure_ns);
        }
        if (++count > times && !extra)
            extra = event;
    }
    ran(scene, site, expectation->requirements, count != times && !doubtful);
    if (!times && !count)
        owe_proof(scene, &expectation->pattern);
    if (count != times && !doubtful) {
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
    scene_judges_within(scene, shorter_bound_ns(expectation));
    int64_t base_ns = expectation->since.time_ns;
    int64_t from_ns = expectation->min_ns
                          ? base_ns + expectation->min_ns + scene_tolerance_ns(scene, expectation->min_ns)
                          : base_ns;
    int64_t to_ns = base_ns + expectation->max_ns - scene_tolerance_ns(scene, expectation->max_ns);
    int64_t late_ns = mark_late_ns(scene, expectation->since);
    scene_run_until(scene, base_ns + expectation->max_ns);
    bool silent = true;
    for (size_t i = expectation->since.index; i < tap_count(scene->tap); i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        if (event->time_ns > to_ns)
            break;
        if (event->time_ns < from_ns || !pattern_matches(&expectation->pattern, scene->tap, event))
            continue;
        if (event->time_ns <= from_ns + late_ns && late_ns) {
            unsure(scene, event, late_ns);
            continue;
        }
        if (!expectation->min_ns && crosses(scene, &expectation->pattern, event, expectation->since, late_ns))
            continue;
        silent = false;
        char line[FRAME_TEXT_SIZE];
        char pattern[FRAME_TEXT_SIZE];
        struct finding finding = finding_about(scene, site, event);
        finding.window_from_ns = from_ns;
        finding.window_to_ns = to_ns;
        finding.expected = arena_text(scene->arena, "no %s",
                                      pattern_text(scene, &expectation->pattern, pattern, sizeof pattern));
        finding.actual = arena_text(scene->arena, "%s", tap_what(scene->tap, event, line, sizeof line));
        report(scene, expectation->requirements, finding, false);
    }
    ran(scene, site, expectation->requirements, !silent);
    if (silent)
        owe_proof(scene, &expectation->pattern);
    return silent;
}

bool expect_field_at(struct scene *scene, const char *site, struct tap_event *event, enum frame_field field,
                     struct value value, const char *requirements)
{
    struct value actual;
    bool present = field_get(tap_frame(scene->tap, event), field, &actual);
    bool met = present && value_equal(&actual, &value);
    ran(scene, site, requirements, !met);
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
    ran(scene, site, requirements, !condition);
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
    check_citations(scene, site, requirements);
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
    struct search search = search_window(scene, &expectation);
    for (;;) {
        for (; search.next < tap_count(scene->tap); search.next++) {
            struct tap_event *event = tap_at(scene->tap, search.next);
            if (event->time_ns > search_end_ns(&search))
                return NULL;
            if (pattern_matches(pattern, scene->tap, event))
                return event;
        }
        if (!scene_run_to_next_tap_event(scene, search_end_ns(&search)))
            return NULL;
    }
}

/* A verdict rests on it. */
static struct search search_begin(struct scene *scene, const struct expectation *expectation)
{
    scene_judges_within(scene, shorter_bound_ns(expectation));
    return search_window(scene, expectation);
}

/* The bound of the two that knows the smaller tolerance. */
static int64_t shorter_bound_ns(const struct expectation *expectation)
{
    return expectation->min_ns ? expectation->min_ns : expectation->max_ns;
}

static struct search search_window(struct scene *scene, const struct expectation *expectation)
{
    int64_t base_ns = expectation->since.time_ns;
    return (struct search){
        .expectation = expectation,
        .from_ns = expectation->min_ns
                       ? base_ns + expectation->min_ns - scene_tolerance_ns(scene, expectation->min_ns)
                       : base_ns,
        .to_ns = base_ns + expectation->max_ns + scene_tolerance_ns(scene, expectation->max_ns),
        .unsure_ns = mark_late_ns(scene, expectation->since),
        .next = expectation->since.index};
}

/* Until then something may still be in time. */
static int64_t search_end_ns(const struct search *search)
{
    return search->to_ns + search->unsure_ns;
}

/* By how much the harness was late, at most, with what it did at the time of the mark. */
static int64_t mark_late_ns(const struct scene *scene, struct mark mark)
{
    int64_t late_ns = 0;
    for (size_t i = mark.index ? mark.index - 1 : 0; i < tap_count(scene->tap); i++) {
        const struct tap_event *event = tap_at(scene->tap, i);
        if (event->time_ns > mark.time_ns)
            break;
        bool acts = event->time_ns == mark.time_ns && event->from != port_index(scene->device_port);
        if (acts && event->late_ns > late_ns)
            late_ns = event->late_ns;
    }
    return late_ns;
}

/* Neither right nor wrong for sure, since the harness does not know closer when it acted. */
static void unsure(struct scene *scene, struct tap_event *event, int64_t late_ns)
{
    char line[FRAME_TEXT_SIZE];
    if (!scene->inconclusive)
        scene->inconclusive =
            arena_text(scene->arena,
                       "%s at %.6f s may be in time or not: when the harness acted is known to %.1f ms only",
                       tap_what(scene->tap, event, line, sizeof line),
                       (double)event->time_ns / (double)NS_PER_S, (double)late_ns / (double)NS_PER_MS);
}

/* An advertisement that was due by the device's timer just when it was told to be silent: on a wire it may
 * have left before the device took that in. */
static bool crosses(struct scene *scene, const struct pattern *pattern, struct tap_event *event,
                    struct mark mark, int64_t late_ns)
{
    const struct frame *frame = tap_frame(scene->tap, event);
    if (!scene->wall_clock || !frame || frame->name != FRAME_ADVERTISEMENT ||
        event->time_ns > mark.time_ns + late_ns + scene->tolerance_ns)
        return false;
    const struct tap_event *last = NULL;
    for (size_t i = event->index; !last && i-- > 0;)
        if (pattern_matches(pattern, scene->tap, tap_at(scene->tap, i)))
            last = tap_at(scene->tap, i);
    if (!last || last->time_ns >= mark.time_ns)
        return false;
    int64_t interval_ns = SECONDS(frame->vrrp.interval_s);
    int64_t early_ns = last->time_ns + interval_ns - event->time_ns;
    int64_t tolerance_ns = scene_tolerance_ns(scene, interval_ns);
    if (early_ns > tolerance_ns || early_ns < -tolerance_ns)
        return false;
    char line[FRAME_TEXT_SIZE];
    if (!scene->inconclusive)
        scene->inconclusive = arena_text(
            scene->arena, "%s at %.6f s was due just when the harness acted; it may have left before",
            tap_what(scene->tap, event, line, sizeof line), (double)event->time_ns / (double)NS_PER_S);
    return true;
}

/* The next unconsumed match that is already in the tap, within the window's end. */
static struct tap_event *search_step(struct scene *scene, struct search *search)
{
    for (; search->next < tap_count(scene->tap); search->next++) {
        struct tap_event *event = tap_at(scene->tap, search->next);
        if (event->time_ns > search_end_ns(search))
            return NULL;
        if ((!event->matched || search->expectation->keep) &&
            pattern_matches(&search->expectation->pattern, scene->tap, event)) {
            search->next++;
            return event;
        }
    }
    return NULL;
}

/* What expectation matched: not before its time, if it is to be met. Returns 'event'. */
static struct tap_event *taken(struct scene *scene, const char *site, const struct search *search,
                               struct tap_event *event)
{
    bool early = event->time_ns < search->from_ns;
    consume(scene, event, search->expectation);
    bool late = event->time_ns > search->to_ns;
    bool perhaps_early = search->expectation->min_ns && event->time_ns < search->from_ns + search->unsure_ns;
    ran(scene, site, search->expectation->requirements, early);
    if (early)
        too_early(scene, site, search, event);
    else if (late || (perhaps_early && search->unsure_ns > scene->tolerance_ns))
        unsure(scene, event, search->unsure_ns);
    return event;
}

/* Finds an event of its own for each expectation among what is in the tap, and takes them; one that two
 * expectations match goes to that for which there is no other. False, with nothing taken, when there are not
 * enough (yet). */
static bool take_all(struct scene *scene, const char *site, const struct expectation *list, size_t count,
                     struct tap_event **events)
{
    struct tap_event **held = arena_zeroed(scene->arena, count * sizeof(struct tap_event *));
    size_t placed = 0;
    size_t first = list[0].since.index;
    for (size_t i = 1; i < count; i++)
        first = list[i].since.index < first ? list[i].since.index : first;
    for (size_t i = first; i < tap_count(scene->tap) && placed < count; i++) {
        uint64_t tried = 0;
        placed += place(scene, list, held, count, tap_at(scene->tap, i), &tried);
    }
    for (size_t i = 0; placed == count && i < count; i++) {
        struct search search = search_begin(scene, &list[i]);
        taken(scene, site, &search, held[i]);
        if (events)
            events[i] = held[i];
    }
    return placed == count;
}

/* Gives 'event' to an expectation that it fits: a free one, or one whose event goes to another. */
static bool place(struct scene *scene, const struct expectation *list, struct tap_event **held, size_t count,
                  struct tap_event *event, uint64_t *tried)
{
    for (size_t i = 0; i < count; i++) {
        struct search search = search_begin(scene, &list[i]);
        bool fits = event->index >= search.next && event->time_ns <= search_end_ns(&search) &&
                    (!event->matched || list[i].keep) && pattern_matches(&list[i].pattern, scene->tap, event);
        if (!fits || *tried >> i & 1)
            continue;
        *tried |= UINT64_C(1) << i;
        if (held[i] && !place(scene, list, held, count, held[i], tried))
            continue;
        held[i] = event;
        return true;
    }
    return false;
}

static const char *alternatives_text(struct scene *scene, const struct expectation *list, size_t count)
{
    char line[FRAME_TEXT_SIZE];
    const char *text =
        arena_text(scene->arena, "%s", pattern_text(scene, &list[0].pattern, line, sizeof line));
    for (size_t i = 1; i < count; i++)
        text = arena_text(scene->arena, "%s or %s", text,
                          pattern_text(scene, &list[i].pattern, line, sizeof line));
    return text;
}

static void consume(struct scene *scene, struct tap_event *event, const struct expectation *expectation)
{
    if (!expectation->keep)
        event->matched = 1;
    /* Seen after the silence: the device lives and its path works. */
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

static void missed(struct scene *scene, const char *site, const struct search *search, const char *expected)
{
    ran(scene, site, search->expectation->requirements, true);
    struct finding finding = finding_about(scene, site, last_frame_before(scene, search->to_ns));
    finding.time_ns = search->to_ns;
    finding.silence = true;
    finding.window_from_ns = search->from_ns;
    finding.window_to_ns = search->to_ns;
    finding.expected = expected;
    finding.actual = "nothing";
    report(scene, search->expectation->requirements, finding, false);
}

/* Silence of the device was seen: it has to show that it would have spoken. */
static void owe_proof(struct scene *scene, const struct pattern *pattern)
{
    if (!pattern->from_any && pattern->from == 0)
        scene->silence_index = tap_count(scene->tap);
}

/* Every expectation that was evaluated comes here. */
static void ran(struct scene *scene, const char *site, const char *requirements, bool failed)
{
    scene->judged = true;
    site_log_ran(scene->sites, site, failed);
    check_citations(scene, site, requirements);
}

/* An expectation has to name at least one requirement that binds the instance, or it could not fail. */
static void check_citations(struct scene *scene, const char *site, const char *requirements)
{
    bool bound = false;
    char id[ID_SIZE];
    for (const char *rest = requirements ? requirements : ""; next_id(&rest, id);) {
        const struct requirement *requirement = ledger_find(id);
        bound = bound || (requirement && binds(scene, requirement));
        if (!requirement && !scene->harness_error)
            scene->harness_error =
                arena_text(scene->arena, "%s names %s, which is not in the ledger", site, id);
    }
    if (!bound && !scene->harness_error)
        scene->harness_error = arena_text(scene->arena, "%s cites nothing that binds this instance: %s", site,
                                          requirements ? requirements : "no requirement at all");
}

/* The next id of a list with spaces between; false at its end. */
static bool next_id(const char **rest, char id[static ID_SIZE])
{
    *rest += strspn(*rest, " ");
    size_t length = strcspn(*rest, " ");
    snprintf(id, ID_SIZE, "%.*s", (int)length, *rest);
    *rest += length;
    return length > 0;
}

static bool binds(const struct scene *scene, const struct requirement *requirement)
{
    const struct case_instance *instance = scene->instance;
    return scope_has(&requirement->scope, instance->role, instance->scheme, instance->lane, instance->medium);
}

/* One finding for each requirement in the list that binds the instance: another can't be broken here. */
static void report(struct scene *scene, const char *requirements, struct finding finding, bool allowed)
{
    char id[ID_SIZE];
    for (const char *rest = requirements ? requirements : ""; next_id(&rest, id);) {
        finding.requirement = ledger_find(id);
        if (!finding.requirement || !binds(scene, finding.requirement))
            continue;
        if (allowed)
            finding_remark(&scene->findings, finding);
        else
            finding_broken(&scene->findings, finding);
    }
}

static struct finding finding_about(struct scene *scene, const char *site, struct tap_event *event)
{
    return (struct finding){.source = "case",
                            .site = site,
                            .time_ns = event ? event->time_ns : world_now_ns(scene->world),
                            .event = event};
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
