#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text text_in(char *buffer, size_t size)
{
    buffer[0] = '\0';
    return (struct text){.at = buffer, .size = size};
}

void text_add(struct text *text, const char *format, ...)
{
    size_t room = text->size - text->length;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text->at + text->length, room, format, arguments);
    va_end(arguments);
    if (length > 0)
        text->length += (size_t)length < room ? (size_t)length : room - 1;
}

void text_put(struct text *text, const char *string)
{
    size_t room = text->size - text->length - 1;
    size_t length = strlen(string);
    if (length > room)
        length = room;
    memcpy(text->at + text->length, string, length);
    text->length += length;
    text->at[text->length] = '\0';
}
