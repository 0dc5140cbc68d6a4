#include "suite/unchecked.h"

#include <string.h>

#include "ledger/citation.h"
#include "rules/rules.h"
#include "suite/selection.h"

#define EVERY_ROLE (ROLE_ROUTER | ROLE_BRIDGE | ROLE_CLIENT | ROLE_LES | ROLE_SWITCH | ROLE_VRRP)

/* By id, and the roles for which the reason holds. */
static const struct {
    const char *id;
    unsigned roles;
    const char *reason;
} excuses[] = {
    {"L-ready-03", EVERY_ROLE, "only permits; a READY_QUERY is taken as the table of default behaviour says"},
    {"L-register-10", EVERY_ROLE, "either reaction is allowed, and a refused VMAC is R-3.1-05"},
    {"R-5-09", EVERY_ROLE, "a summary: the requirements of sections 2 to 4 and 6 run on token ring as well"},
    {"L-frame-08", ROLE_LES,
     "a LES copies LAN destinations and makes none of its own: L-le_arp-01, L-le_arp-12"},
    {"R-2-17", ROLE_BRIDGE, "only permits; what a bridge has to announce is R-4-02"},
    {"R-2-18", ROLE_BRIDGE, "only permits; what a bridge has to withdraw is R-4-03"},
    {"R-3.2-02", ROLE_BRIDGE, "only permits; a bridge needs no address of its own"},
    {"V-9.2-05", ROLE_VRRP, "only permits; which modes a device has is a claim"},
    {"V-9.2-10", EVERY_ROLE, "a preference that section 5 of the draft turns round: reported by R-5-02"},
};

unsigned requirement_checked_roles(const struct requirement *requirement)
{
    unsigned roles = 0;
    for (size_t i = 0; i < case_registry_count; i++)
        for (size_t j = 0; j < case_registry[i]->count; j++)
            if (case_cites(&case_registry[i]->cases[j], requirement))
                roles |= case_registry[i]->cases[j].scope.roles;
    for (size_t i = 0; i < rule_registry_count; i++)
        if (citation_has(rule_registry[i]->requirements, requirement->id))
            roles |= rule_registry[i]->roles;
    return roles & requirement->scope.roles;
}

const char *requirement_unchecked_reason(const struct requirement *requirement, enum role role)
{
    if (requirement->unobservable)
        return requirement->unobservable;
    for (size_t i = 0; i < sizeof excuses / sizeof *excuses; i++)
        if (excuses[i].roles & role && strcmp(excuses[i].id, requirement->id) == 0)
            return excuses[i].reason;
    return NULL;
}

unsigned requirement_gap_roles(const struct requirement *requirement)
{
    unsigned gaps = requirement->scope.roles & ~requirement_checked_roles(requirement);
    for (unsigned role = 1; role <= gaps; role <<= 1)
        if (gaps & role && requirement_unchecked_reason(requirement, (enum role)role))
            gaps &= ~role;
    return gaps;
}
