#include <stdlib.h>

#include "peers/les_private.h"

static bool matches(const struct les_rule *rule, const struct les_member *member,
                    const struct le_control *control);
static bool is_targetless(const struct le_control *control);
static struct lan_destination subject_of(const struct le_control *control);

void les_when(struct les *les, struct les_rule rule)
{
    if (les->rule_count == les->rule_room) {
        les->rule_room = les->rule_room ? les->rule_room * 2 : 8;
        les->rules = realloc(les->rules, les->rule_room * sizeof *les->rules);
        if (!les->rules)
            abort();
    }
    les->rules[les->rule_count++] = rule;
}

void les_forget_rules(struct les *les)
{
    les->rule_count = 0;
}

bool les_take_rule(struct les *les, const struct les_member *member, const struct le_control *control,
                   struct les_rule *rule)
{
    for (size_t i = 0; i < les->rule_count; i++) {
        if (!matches(&les->rules[i], member, control))
            continue;
        *rule = les->rules[i];
        if (les->rules[i].times > 0 && --les->rules[i].times == 0) {
            les->rule_count--;
            memmove(&les->rules[i], &les->rules[i + 1], (les->rule_count - i) * sizeof *les->rules);
        }
        return true;
    }
    return false;
}

static bool matches(const struct les_rule *rule, const struct les_member *member,
                    const struct le_control *control)
{
    if (rule->opcode != control->opcode)
        return false;
    if (control->opcode == LE_ARP_REQUEST && rule->targetless != is_targetless(control))
        return false;
    if (rule->lan_given && !lan_destination_is_mac(subject_of(control), rule->lan))
        return false;
    return !rule->from_given || atm_address_equal(&rule->from, &member->atm);
}

static bool is_targetless(const struct le_control *control)
{
    return control->target_lan.tag == LAN_TAG_NOT_PRESENT;
}

/* The LAN destination that a frame is about (lane-wire 1.1): the target where there is one. */
static struct lan_destination subject_of(const struct le_control *control)
{
    return is_targetless(control) ? control->source_lan : control->target_lan;
}
