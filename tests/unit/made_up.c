#include "made_up.h"

#include "steps/expect.h"

void meet(struct scene *scene)
{
    expect_true(scene, true, NULL, MADE_UP_REQUIREMENT, "this", "that");
}

void violate(struct scene *scene)
{
    expect_true(scene, false, NULL, MADE_UP_REQUIREMENT, "this", "that");
}

void name_unknown(struct scene *scene)
{
    expect_true(scene, true, NULL, "X-1 " MADE_UP_REQUIREMENT, "this", "that");
}

void give_up(struct scene *scene)
{
    scene_inconclusive(scene, "no %s within %d s", "answer", 5);
}

void not_apply(struct scene *scene)
{
    scene_not_applicable(scene, "no %s", "need");
}

bool lend_silent_device(struct lab *lab, struct port *port, const struct device_settings *settings,
                        struct reason *reason)
{
    static const struct station_handlers silent = {0};
    (void)settings;
    (void)reason;
    port_attach(port, &silent, lab);
    return true;
}

void keep_open(struct lab *lab)
{
    (void)lab;
}
