#include "base/mistakes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b);

bool mistake_add(struct mistakes *mistakes, struct place place, const char *format, ...)
{
    if (mistakes->count == MISTAKE_ROOM) {
        mistakes->dropped++;
        return false;
    }
    struct mistake *mistake = &mistakes->list[mistakes->count++];
    va_list arguments;
    mistake->place = place;
    va_start(arguments, format);
    vsnprintf(mistake->text, sizeof mistake->text, format, arguments);
    va_end(arguments);
    return false;
}

void mistakes_sort(struct mistakes *mistakes)
{
    qsort(mistakes->list, mistakes->count, sizeof *mistakes->list, compare);
}

static int compare(const void *a, const void *b)
{
    const struct place *first = &((const struct mistake *)a)->place;
    const struct place *second = &((const struct mistake *)b)->place;
    if (first->line != second->line)
        return first->line < second->line ? -1 : 1;
    return (first->column > second->column) - (first->column < second->column);
}
