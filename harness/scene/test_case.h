/* A case: an active test of one thing, as it stands in the registry. Cases are written in cases/, one file
 * per topic of the draft; docs/writing-a-case.md shows how.
 */
#ifndef SCENE_TEST_CASE_H
#define SCENE_TEST_CASE_H

#include "base/scope.h"

#include <stddef.h>

struct scene;
struct scene_plan;

struct test_case {
    const char *id;           /* "backup/le-arp-unanswered" */
    const char *title;        /* one line: what is tested */
    const char *requirements; /* ids with spaces between: those that the case can find broken */
    const char *stimulus;     /* for `vmacheck explain`: what is done to the device */
    const char *accepted;     /* what it may do then */
    struct scope scope;       /* where it applies */
    unsigned capabilities;    /* CAPABILITY_* it needs; without them it is not-applicable */
    /* Changes the plan of the network before it is built; may be NULL. */
    void (*prepare)(struct scene_plan *plan);
    void (*run)(struct scene *scene);
    int parameter; /* for cases that share a function */
};

/* One topic's cases. */
struct case_list {
    const struct test_case *cases;
    size_t count;
};

/* All cases of the suite in canonical order (cases/registry.c). */
extern const struct case_list *const case_registry[];
extern const size_t case_registry_count;

/* The most a case can be instantiated: 2 schemes x 2 versions x 2 media. */
struct case_instance {
    const struct test_case *test;
    enum role role;
    enum scheme scheme;
    enum lane_version lane;
    enum medium medium;
};

/* "backup/le-arp-unanswered[router,non-proxy,v2,ethernet]"; role vrrp, which has neither scheme nor LANE
 * version: "timers/skew[vrrp,ethernet]". Returns 'text'. */
#define INSTANCE_TEXT_SIZE 160
const char *instance_text(const struct case_instance *instance, char text[static INSTANCE_TEXT_SIZE]);

#endif
