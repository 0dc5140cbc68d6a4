/* Shorthand for the commonest definitions: one rule at the ports, and one, two or three entries of the table
 * of decisions. */
#ifndef MUTANTS_ONE_RULE_H
#define MUTANTS_ONE_RULE_H

#include "mutants/mutants.h"

#define ONE_RULE(...)                                                                                        \
    .interposition = &(const struct interposition)                                                           \
    {                                                                                                        \
        .rules = (const struct interposer_rule[])                                                            \
        {                                                                                                    \
            {__VA_ARGS__},                                                                                   \
            {                                                                                                \
                .names = 0                                                                                   \
            }                                                                                                \
        }                                                                                                    \
    }

/* Defines the function 'name' for mutant_definition.change: the member 'entry' of struct reference_options is
 * another one. */
#define ONE_ENTRY(name, entry, value)                                                                        \
    static void name(struct reference_options *options)                                                      \
    {                                                                                                        \
        options->entry = value;                                                                              \
    }
#define TWO_ENTRIES(name, entry_1, value_1, entry_2, value_2)                                                \
    static void name(struct reference_options *options)                                                      \
    {                                                                                                        \
        options->entry_1 = value_1;                                                                          \
        options->entry_2 = value_2;                                                                          \
    }
#define THREE_ENTRIES(name, entry_1, value_1, entry_2, value_2, entry_3, value_3)                            \
    static void name(struct reference_options *options)                                                      \
    {                                                                                                        \
        options->entry_1 = value_1;                                                                          \
        options->entry_2 = value_2;                                                                          \
        options->entry_3 = value_3;                                                                          \
    }

#endif
