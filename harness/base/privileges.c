#include "base/privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <string.h>

bool privileges_drop(struct reason *reason)
{
    /* The bounding set stays: what root starts gets its privileges back out of it, capabilities(7). */
    capng_clear(CAPNG_SELECT_CAPS);
    errno = 0;
    if (capng_apply(CAPNG_SELECT_CAPS) != 0)
        return reason_set(reason, "the capabilities can't be given up: %s",
                          errno ? strerror(errno) : "the kernel refuses");
    if (capng_get_caps_process() != 0 || capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE)
        return reason_set(reason, "capabilities are left after they were given up");
    return true;
}
