/* Octets as pairs of hexadecimal digits, the form in which text formats carry frames. */
#ifndef BASE_HEXADECIMAL_H
#define BASE_HEXADECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes 2 * 'size' lower case digits, no end of string; returns the place behind them. */
char *hexadecimal_write(const uint8_t *data, size_t size, char *text);

/* Reads 'size' octets from 2 * 'size' digits of either case; false when one is no digit. */
bool hexadecimal_read(const char *text, size_t size, uint8_t *data);

#endif
