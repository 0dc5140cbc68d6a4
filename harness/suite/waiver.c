#include "suite/waiver.h"

#include <string.h>

#include "base/text.h"
#include "suite/selection.h"

const char *waiver_effect_text(enum waiver_effect effect)
{
    switch (effect) {
    case WAIVER_IDLE:
        return "idle";
    case WAIVER_WAIVES:
        return "waives";
    case WAIVER_NEEDLESS:
        return "needless";
    }
    return "?";
}

enum waiver_effect waiver_effect_on(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_FAIL:
        return WAIVER_WAIVES;
    case VERDICT_PASS:
        return WAIVER_NEEDLESS;
    case VERDICT_INCONCLUSIVE:
    case VERDICT_NOT_APPLICABLE:
    case VERDICT_ERROR:
    case VERDICT_COUNT:
        break;
    }
    return WAIVER_IDLE;
}

/* The longer of two that match is the closer one: a prefix is shorter than the case, the case than its
 * instance.
 */
const struct waiver *waiver_of(const struct waiver *waivers, size_t count,
                               const struct case_instance *instance)
{
    const struct waiver *closest = NULL;
    for (size_t i = 0; i < count; i++)
        if (instance_named(instance, waivers[i].cases) &&
            (!closest || strlen(waivers[i].cases) > strlen(closest->cases)))
            closest = &waivers[i];
    return closest;
}

const char *waiver_text(const struct waiver *waiver, char *line, size_t size)
{
    struct text text = text_in(line, size);
    text_add(&text, "waived: %s, %s, until %s", waiver->reason, waiver->ticket, waiver->expires);
    return line;
}
