/* JSON texts that come from outside, read by cJSON; what cJSON lets pass although others would stumble over
 * it is refused here: octets that are no UTF-8, control characters, "\u0000" within a string, and more than
 * one value. It reads some numbers that RFC 8259 does not allow, such as 01.
 *
 *   cJSON *object = json_parse(line, size, &reason);
 *   const cJSON *type = cJSON_GetObjectItemCaseSensitive(object, "type");
 *   cJSON_Delete(object);
 *
 * Total: any octets give a tree or a reason. Numbers are doubles, so whole ones are exact up to
 * JSON_NUMBER_LIMIT. Nothing here calls cJSON_InitHooks() or cJSON_GetErrorPtr(), so threads don't meet.
 */
#ifndef JSON_PARSE_H
#define JSON_PARSE_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "base/reason.h"

/* The largest whole number that every reader of JSON keeps as it is (RFC 8259 6): 2^53 - 1. */
#define JSON_NUMBER_LIMIT 9007199254740991

/* Reads a text of 'size' octets. The tree belongs to the caller, cJSON_Delete(). NULL with the reason: it is
 * no JSON, or lists and objects are within each other more than CJSON_NESTING_LIMIT deep. */
cJSON *json_parse(const char *text, size_t size, struct reason *reason);

#endif
