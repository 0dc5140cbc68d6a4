#include "rules/rules.h"

/* One table of rules: each stands in the file of its name. */
#define RULES(X)                                                                                             \
    X(control_form)                                                                                          \
    X(join_form)                                                                                             \
    X(join_order)                                                                                            \
    X(registration_form)                                                                                     \
    X(announcement_form)                                                                                     \
    X(narp_form)                                                                                             \
    X(le_arp_answers)                                                                                        \
    X(vcc_use)                                                                                               \
    X(data_form)                                                                                             \
    X(ready)                                                                                                 \
    X(flush)                                                                                                 \
    X(advertisement_carrier)                                                                                 \
    X(advertisement_form)                                                                                    \
    X(advertisement_period)

#define X(name) extern const struct rule name##_rule;
RULES(X)
#undef X

const struct rule *const rule_registry[] = {
#define X(name) &name##_rule,
    RULES(X)
#undef X
};

const size_t rule_registry_count = sizeof rule_registry / sizeof *rule_registry;
