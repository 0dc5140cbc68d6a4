/* Made-up cases, and a made-up device that does nothing, for tests of the runner.
 *
 *   static const struct lab_kind kind = {.lend = lend_silent_device, .close = keep_open};
 *   struct test_case test = {.id = "fake/case", .requirements = MADE_UP_REQUIREMENT, .run = meet};
 */
#ifndef TESTS_UNIT_MADE_UP_H
#define TESTS_UNIT_MADE_UP_H

#include "scene/scene.h"

#define MADE_UP_REQUIREMENT "R-3.3.2-02"

/* Each ends as its name says, with an expectation of MADE_UP_REQUIREMENT or without one. */
void meet(struct scene *scene);
void violate(struct scene *scene);
void name_unknown(struct scene *scene); /* cites a requirement that there is not */
void give_up(struct scene *scene);      /* inconclusive: "no answer within 5 s" */
void not_apply(struct scene *scene);    /* "no need" */

/* Of a kind of lab (links/lab.h): puts a device at the port that never says anything. */
bool lend_silent_device(struct lab *lab, struct port *port, const struct device_settings *settings,
                        struct reason *reason);
/* The lab is the test's own. */
void keep_open(struct lab *lab);

#endif
