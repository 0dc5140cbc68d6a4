/* Which case instances a run is about. */
#ifndef SUITE_SELECTION_H
#define SUITE_SELECTION_H

#include "ledger/ledger.h"
#include "scene/test_case.h"

#include "base/reason.h"

/* What was asked for. A selector is a case id ("backup/le-arp-unanswered"), a prefix of ids ending in '/'
 * ("backup/"), an instance ("backup/le-arp-unanswered[router,proxy,v1,ethernet]"), a requirement id
 * ("R-3.3.2-02") or a section of the draft or RFC 2338 ("3.3.2"). No selectors: every case. Empty masks:
 * everything. */
struct selection {
    const char *const *selectors;
    size_t selector_count;
    struct scope scope;
};

/* Fills 'instances' (freed by the caller) in canonical order, each instance once. False, with the reason,
 * when a selector matches no case, or nothing is left after all. */
bool select_instances(const struct selection *selection, struct case_instance **instances, size_t *count,
                      struct reason *reason);

/* True if 'name' names the instance: as an instance, a case id or a prefix of ids that ends in '/'. */
bool instance_named(const struct case_instance *instance, const char *name);

/* How many instances of the suite within 'scope' (empty masks: everything) 'name' names; the empty name: all.
 */
size_t instances_named(const char *name, const struct scope *scope);

/* The case called 'id', or NULL. */
const struct test_case *case_find(const char *id);

/* True if the case cites the requirement. */
bool case_cites(const struct test_case *test, const struct requirement *requirement);

#endif
