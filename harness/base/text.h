/* A line of text built piece by piece in a buffer of fixed size; what does not fit is cut off, never written
 * past the end. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stddef.h>

struct text {
    char *at;      /* the buffer, always ended by '\0' */
    size_t size;   /* octets in the buffer, at least 1 */
    size_t length; /* characters so far, below size */
};

/* Starts an empty text in 'buffer'. */
struct text text_in(char *buffer, size_t size);

/* Appends formatted text. */
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends a string as it is: the fast path of text_add(text, "%s", string). */
void text_put(struct text *text, const char *string);

#endif
