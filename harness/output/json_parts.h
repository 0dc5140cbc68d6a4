/* Pieces of JSON that several outputs share. Objects keep the order in which keys are set. A failure to
 * allocate ends the program. */
#ifndef OUTPUT_JSON_PARTS_H
#define OUTPUT_JSON_PARTS_H

#include <jansson.h>
#include <stdio.h>

#include "base/scope.h"
#include "ledger/pixit.h"

/* A string; mended if it is not plain text, null for NULL. */
json_t *json_text(const char *text);

/* Lines, each with its newline, as a list of strings; NULL is null. */
json_t *json_lines(const char *lines);

/* An array of the words of a list with spaces between, such as requirement ids; empty for NULL. */
json_t *json_words(const char *words);

/* An array of the names of a dimension's bits. */
json_t *json_scope_names(const struct scope *scope, enum scope_dimension dimension);

/* Sets all four dimensions of a scope: roles, schemes, lane, media. */
void json_set_scope(json_t *object, const struct scope *scope);

/* An object of all PIXIT choices: the name of the value, or the number. */
json_t *json_pixit(const struct pixit *pixit);

/* A seed as a string of decimal digits: JSON readers lose digits of large numbers. */
json_t *json_seed(uint64_t seed);

/* Sets a key, which is plain, to a new value that the object will own. */
void json_put(json_t *object, const char *key, json_t *value);

/* The compact text of 'value' and a newline, freed by the caller; gives up 'value'. '*size' gets its length
 * without the end of the string. */
char *json_line(json_t *value, size_t *size);

/* Prints 'value' for people and programs, indented, and gives it up. */
void json_print(FILE *out, json_t *value);

#endif
