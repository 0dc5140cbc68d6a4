#include "output/audit_annotate.h"

#include <stdlib.h>

#include "output/annotate.h"
#include "output/version.h"

static const char *comment_of(const struct court *court, const struct mark *mark, const char **further,
                              struct arena *arena);
static const struct example *example_on(const struct finding_group *group, uint64_t number);
static const char *head_of(const struct finding_group *group);
static void sort_by_number(struct frame_comment *comments, size_t count);

bool audit_annotate(const struct audit *audit, const char *path, const char *out, struct reason *reason)
{
    const struct court *court = audit_court(audit);
    struct arena *arena = arena_new();
    struct frame_comment *comments = calloc(court->mark_count + 1, sizeof *comments);
    const char **further = calloc(court->group_count + 1, sizeof *further);
    if (!comments || !further)
        abort();
    size_t count = 0;
    for (size_t i = 0; i < court->mark_count; i++) {
        const struct mark *mark = &court->marks[i];
        if (mark->number && !court->groups[mark->group]->withdrawn &&
            audit_asked(audit, court->groups[mark->group]->station))
            comments[count++] = (struct frame_comment){mark->number, comment_of(court, mark, further, arena)};
    }
    sort_by_number(comments, count);
    struct reason why = {""};
    enum verdict verdict = audit_verdict(audit, &why);
    const char *section =
        arena_text(arena, "vmacheck %s audit: %s: %s", VMACHECK_VERSION, verdict_text(verdict), why.text);
    bool written = annotate(path, out, comments, count, section, reason);
    free(further);
    free(comments);
    arena_free(arena);
    return written;
}

/* What was kept is told in full; of the rest, which share a text, where the like of it is. */
static const char *comment_of(const struct court *court, const struct mark *mark, const char **further,
                              struct arena *arena)
{
    const struct finding_group *group = court->groups[mark->group];
    const struct example *example = example_on(group, mark->number);
    if (example)
        return arena_text(arena, "%s %s: expected %s; got %s", head_of(group), group->requirement->id,
                          example->expected, example->actual);
    if (!further[mark->group])
        further[mark->group] = arena_text(arena, "%s %s: the same as in frame %llu", head_of(group),
                                          group->requirement->id, (unsigned long long)group->first_number);
    return further[mark->group];
}

static const struct example *example_on(const struct finding_group *group, uint64_t number)
{
    const struct example *example = group->first;
    while (example && example->number != number)
        example = example->next;
    return example;
}

static const char *head_of(const struct finding_group *group)
{
    return group->kind == FINDING_VIOLATION ? "FAIL" : "REMARK";
}

/* Nearly all are in order already; equal ones stay as they are. */
static void sort_by_number(struct frame_comment *comments, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct frame_comment comment = comments[i];
        size_t place = i;
        for (; place > 0 && comments[place - 1].number > comment.number; place--)
            comments[place] = comments[place - 1];
        comments[place] = comment;
    }
}
