#include "ledger/finding.h"

#include <string.h>

/* A verdict as people see it. */
struct verdict_style {
    const char *text;
    const char *colour;
};

static const struct verdict_style verdict_styles[] = {
#define X(name, text, colour) {text, colour},
    VERDICTS(X)
#undef X
};

static void record(struct findings *findings, const struct finding *finding, enum finding_kind kind);
static size_t place_for(const struct findings *findings, const struct finding *finding,
                        enum finding_kind kind);
static size_t repeats(const struct findings *findings, const struct requirement *requirement,
                      const char *site);
static size_t last_remark(const struct findings *findings, const struct finding *like);
static size_t recorded(const struct findings *findings, const struct finding *finding);
static bool is_from(const struct finding *finding, const struct requirement *requirement, const char *site);

const char *verdict_text(enum verdict verdict)
{
    return (size_t)verdict < VERDICT_COUNT ? verdict_styles[verdict].text : "?";
}

const char *verdict_colour(enum verdict verdict)
{
    return (size_t)verdict < VERDICT_COUNT ? verdict_styles[verdict].colour : "0";
}

void finding_broken(struct findings *findings, struct finding finding)
{
    record(findings, &finding, finding_kind_of_broken(findings, finding.requirement));
}

void finding_remark(struct findings *findings, struct finding finding)
{
    record(findings, &finding, FINDING_REMARK);
}

enum finding_kind finding_kind_of_broken(const struct findings *findings,
                                         const struct requirement *requirement)
{
    if (requirement->provenance == PROVENANCE_MEMORY)
        return FINDING_REMARK;
    switch (requirement->level) {
    case LEVEL_MUST:
        return FINDING_VIOLATION;
    case LEVEL_SHOULD:
        return findings->strict ? FINDING_VIOLATION : FINDING_REMARK;
    case LEVEL_MAY:
    case LEVEL_INFO:
        break;
    }
    return FINDING_REMARK;
}

bool findings_have_room(const struct findings *findings, const struct requirement *requirement,
                        const char *site)
{
    if (findings->count == FINDING_ROOM && last_remark(findings, NULL) == FINDING_ROOM)
        return false;
    return repeats(findings, requirement, site) < FINDING_REPEAT_ROOM;
}

bool findings_name(const struct findings *findings, const struct requirement *requirement)
{
    for (size_t i = 0; i < findings->count; i++) {
        if (findings->list[i].requirement == requirement)
            return true;
    }
    return false;
}

size_t findings_violations(const struct findings *findings)
{
    size_t violations = 0;
    for (size_t i = 0; i < findings->count; i++)
        violations += findings->list[i].kind == FINDING_VIOLATION;
    return violations;
}

void findings_forget_from(struct findings *findings, int64_t time_ns)
{
    size_t kept = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        int64_t certain_ns = finding->silence ? finding->window_to_ns : finding->time_ns;
        if (certain_ns < time_ns)
            findings->list[kept++] = *finding;
    }
    findings->count = kept;
}

static void record(struct findings *findings, const struct finding *finding, enum finding_kind kind)
{
    if (findings->sink) {
        struct finding taken = *finding;
        taken.kind = kind;
        findings->sink->found(findings->sink->context, &taken);
        return;
    }
    size_t place = recorded(findings, finding);
    if (place < findings->count && (kind == FINDING_REMARK || findings->list[place].kind == kind))
        return;
    if (place == FINDING_ROOM)
        place = place_for(findings, finding, kind);
    if (place == FINDING_ROOM) {
        findings->dropped++;
        return;
    }
    if (place == findings->count)
        findings->count++;
    else
        findings->dropped++; /* the remark that was there */
    findings->list[place] = *finding;
    findings->list[place].kind = kind;
}

/* A free place, or for a violation that of the latest remark: of one with the same requirement and site when
 * these have used up theirs. FINDING_ROOM if there is none. */
static size_t place_for(const struct findings *findings, const struct finding *finding,
                        enum finding_kind kind)
{
    bool repeated = repeats(findings, finding->requirement, finding->site) >= FINDING_REPEAT_ROOM;
    if (!repeated && findings->count < FINDING_ROOM)
        return findings->count;
    return kind == FINDING_VIOLATION ? last_remark(findings, repeated ? finding : NULL) : FINDING_ROOM;
}

static size_t repeats(const struct findings *findings, const struct requirement *requirement,
                      const char *site)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        count += is_from(&findings->list[i], requirement, site);
    return count;
}

/* Place of the latest remark (with the requirement and site of 'like', if that is not NULL), FINDING_ROOM if
 * there is none. */
static size_t last_remark(const struct findings *findings, const struct finding *like)
{
    for (size_t i = findings->count; i > 0; i--) {
        const struct finding *finding = &findings->list[i - 1];
        if (finding->kind == FINDING_REMARK && (!like || is_from(finding, like->requirement, like->site)))
            return i - 1;
    }
    return FINDING_ROOM;
}

/* Place of the finding with the same requirement, site and event, FINDING_ROOM if there is none. */
static size_t recorded(const struct findings *findings, const struct finding *finding)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *other = &findings->list[i];
        if (other->event == finding->event && is_from(other, finding->requirement, finding->site))
            return i;
    }
    return FINDING_ROOM;
}

static bool is_from(const struct finding *finding, const struct requirement *requirement, const char *site)
{
    return finding->requirement == requirement && strcmp(finding->site, site) == 0;
}
