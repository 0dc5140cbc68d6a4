#include "suite_run.h"

#include <check.h>
#include <stdlib.h>

#include "cli/labs.h"

static struct lab *open_device(void *context, struct reason *reason)
{
    return lab_open(context, reason);
}

bool run_suite(const struct selection *selection, const char *device, unsigned jobs,
               void *(*look)(void *context, size_t index, const struct case_result *result))
{
    struct reason reason = {""};
    struct case_instance *instances;
    size_t count;
    size_t counts[VERDICT_COUNT];
    struct run_options options = {.seed = 1, .pixit = pixit_default()};
    struct run_callbacks callbacks = {.open_lab = open_device, .render = look, .context = (void *)device};
    if (!select_instances(selection, &instances, &count, &reason))
        return false;
    ck_assert_msg(run_instances(instances, count, &options, jobs, &callbacks, counts, &reason), "%s",
                  reason.text);
    free(instances);
    return true;
}
