#include "suite/finding.h"

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

static enum finding_kind kind_of_broken(const struct findings *findings,
                                        const struct requirement *requirement);
static void record(struct findings *findings, const struct finding *finding, enum finding_kind kind);
static bool recorded(const struct findings *findings, const struct finding *finding);
static size_t last_remark(const struct findings *findings);

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
    record(findings, &finding, kind_of_broken(findings, finding.requirement));
}

void finding_remark(struct findings *findings, struct finding finding)
{
    record(findings, &finding, FINDING_REMARK);
}

bool findings_have_room(const struct findings *findings, const struct requirement *requirement,
                        const char *site)
{
    if (findings->count == FINDING_ROOM && last_remark(findings) == FINDING_ROOM)
        return false;
    size_t repeats = 0;
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];
        if (finding->requirement == requirement && strcmp(finding->site, site) == 0)
            repeats++;
    }
    return repeats < FINDING_REPEAT_ROOM;
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

static enum finding_kind kind_of_broken(const struct findings *findings,
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

static void record(struct findings *findings, const struct finding *finding, enum finding_kind kind)
{
    if (recorded(findings, finding))
        return;
    size_t place = findings->count;
    if (place == FINDING_ROOM)
        place = kind == FINDING_VIOLATION ? last_remark(findings) : FINDING_ROOM;
    if (place == FINDING_ROOM || !findings_have_room(findings, finding->requirement, finding->site)) {
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

/* Place of the latest remark, FINDING_ROOM if there is none. */
static size_t last_remark(const struct findings *findings)
{
    for (size_t i = findings->count; i > 0; i--) {
        if (findings->list[i - 1].kind == FINDING_REMARK)
            return i - 1;
    }
    return FINDING_ROOM;
}

static bool recorded(const struct findings *findings, const struct finding *finding)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *other = &findings->list[i];
        if (other->requirement == finding->requirement && other->event == finding->event &&
            strcmp(other->site, finding->site) == 0)
            return true;
    }
    return false;
}
