/* A line of text that grows as it needs; one line is used again and again. Exhausted memory ends the program.
 *
 *   struct line line = {0};
 *   line_clear(&line);
 *   line_add(&line, "vrid=%u", 1u);
 *   … line.text, line.length …
 *   line_free(&line);
 */
#ifndef NOTATION_LINE_H
#define NOTATION_LINE_H

#include "wire/octets.h"

struct line {
    char *text;    /* ended by '\0' once something was put into it; owned */
    size_t length; /* characters */
    size_t room;
};

void line_clear(struct line *line);

/* Appends a string as it is. */
void line_put(struct line *line, const char *text);

/* Appends 'size' characters. */
void line_put_part(struct line *line, const char *text, size_t size);

/* Appends formatted text. */
void line_add(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends octets in hexadecimal, equal ones in a row as "00*40": "4500,00*40,ff" (docs/notation.md). */
void line_put_octets(struct line *line, struct octets octets);

/* Appends 'size' characters in quotation marks, those that would end them or that aren't printable ASCII or
 * UTF-8 as escapes: \" \\ \n \x1b. */
void line_put_quoted(struct line *line, const char *text, size_t size);

void line_free(struct line *line);

#endif
