/* The mistakes of a file: where, what, and how to mend it. All of a file's are gathered, not only the first.
 */
#ifndef BASE_MISTAKES_H
#define BASE_MISTAKES_H

#include <stdbool.h>
#include <stddef.h>

/* A place in a file, both from 1; a column counts characters. */
struct place {
    size_t line;
    size_t column;
};

#define MISTAKE_TEXT_SIZE 500
struct mistake {
    struct place place;
    char text[MISTAKE_TEXT_SIZE]; /* "WHAT; MEND": one line of plain text */
};

/* The most that are kept of one file; further ones are counted only. */
#define MISTAKE_ROOM 50

struct mistakes {
    struct mistake list[MISTAKE_ROOM];
    size_t count;
    size_t dropped; /* not kept */
};

/* Adds one. Returns false, so that a caller can `return mistake_add(…)`.
 */
bool mistake_add(struct mistakes *mistakes, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts them into the order of the file. */
void mistakes_sort(struct mistakes *mistakes);

#endif
