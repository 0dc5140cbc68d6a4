/* The table of `vmacheck scenarios`: what traffic lost in each scenario, by schemes and LANE version. */
#ifndef OUTPUT_SCENARIO_TABLE_H
#define OUTPUT_SCENARIO_TABLE_H

#include <jansson.h>
#include <stdio.h>

#include "suite/run.h"

/* What an instance measured; its texts are owned. */
struct scenario_row {
    struct case_instance instance;
    enum verdict verdict;
    size_t count;
    struct measurement list[MEASUREMENT_ROOM];
};

struct scenario_row *scenario_row_new(const struct case_result *result);
void scenario_row_free(struct scenario_row *row);

enum scenario_format { SCENARIO_TEXT, SCENARIO_MARKDOWN };

/* 'rows' in canonical order; those without measurements are left out. Markdown is the page docs/scenarios.md.
 */
void scenario_table_print(FILE *out, struct scenario_row *const *rows, size_t count,
                          enum scenario_format format);

/* An array with an object per measurement. */
json_t *scenario_table_json(struct scenario_row *const *rows, size_t count);

/* A measurement as results.jsonl has it (docs/formats.md). */
json_t *measurement_json(const struct measurement *measurement);

#endif
