/* Shorthand for the commonest definition: one rule at the ports. */
#ifndef MUTANTS_ONE_RULE_H
#define MUTANTS_ONE_RULE_H

#include "mutants/mutants.h"

#define ONE_RULE(...)                                                                                        \
    .interposition = &(const struct interposition)                                                           \
    {                                                                                                        \
        .rules = (const struct interposer_rule[])                                                            \
        {                                                                                                    \
            {__VA_ARGS__}, { .names = 0 }                                                                    \
        }                                                                                                    \
    }

#endif
