#include "rules/rules.h"

/* One table of rules: each stands in the file of its name. */
#define RULES(X)                                                                                             \
    X(control_form)                                                                                          \
    X(join_form)                                                                                             \
    X(join_order)                                                                                            \
    X(registration_form)                                                                                     \
    X(announcement_form)                                                                                     \
    X(narp_form)                                                                                             \
    X(vmac_form)                                                                                             \
    X(functional_form)                                                                                       \
    X(le_arp_answers)                                                                                        \
    X(vcc_use)                                                                                               \
    X(data_form)                                                                                             \
    X(ready)                                                                                                 \
    X(flush)                                                                                                 \
    X(association)                                                                                           \
    X(disassociation)                                                                                        \
    X(mastery)                                                                                               \
    X(announcement_rate)                                                                                     \
    X(probe_rounds)                                                                                          \
    X(registration_persistence)                                                                              \
    X(request_repetition)                                                                                    \
    X(advertisement_carrier)                                                                                 \
    X(advertisement_form)                                                                                    \
    X(advertisement_period)                                                                                  \
    X(arp_form)                                                                                              \
    X(gratuitous_arp)                                                                                        \
    X(icmp_source)                                                                                           \
    X(address_order)                                                                                         \
    X(bystander_claims)                                                                                      \
    X(les_frames)                                                                                            \
    X(default_behaviour)

#define X(name) extern const struct rule name##_rule;
RULES(X)
#undef X

const struct rule *const rule_registry[] = {
#define X(name) &name##_rule,
    RULES(X)
#undef X
};

const size_t rule_registry_count = sizeof rule_registry / sizeof *rule_registry;
