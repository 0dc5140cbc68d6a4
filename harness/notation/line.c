#include "notation/line.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hexadecimal.h"
#include "base/utf8.h"

/* Equal octets in a row that are worth a multiplication. */
#define RUN_MINIMUM 8

static void make_room(struct line *line, size_t size);
static size_t run_at(struct octets octets, size_t at);
static void put_hexadecimal(struct line *line, const uint8_t *data, size_t size);

void line_clear(struct line *line)
{
    make_room(line, 0);
    line->length = 0;
    line->text[0] = '\0';
}

void line_put(struct line *line, const char *text)
{
    line_put_part(line, text, strlen(text));
}

void line_put_part(struct line *line, const char *text, size_t size)
{
    make_room(line, size);
    memcpy(line->text + line->length, text, size);
    line->length += size;
    line->text[line->length] = '\0';
}

void line_add(struct line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char word[512];
    int length = vsnprintf(word, sizeof word, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    if ((size_t)length < sizeof word) {
        line_put_part(line, word, (size_t)length);
        return;
    }
    make_room(line, (size_t)length);
    va_start(arguments, format);
    vsnprintf(line->text + line->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    line->length += (size_t)length;
}

void line_put_octets(struct line *line, struct octets octets)
{
    size_t start = 0; /* of the octets that were not put yet */
    bool first = true;
    for (size_t at = 0; at < octets.size;) {
        size_t run = run_at(octets, at);
        if (run < RUN_MINIMUM) {
            at += run;
            continue;
        }
        if (at > start) {
            line_put(line, first ? "" : ",");
            put_hexadecimal(line, octets.data + start, at - start);
            first = false;
        }
        line_add(line, "%s%02x*%zu", first ? "" : ",", octets.data[at], run);
        first = false;
        at += run;
        start = at;
    }
    if (octets.size > start) {
        line_put(line, first ? "" : ",");
        put_hexadecimal(line, octets.data + start, octets.size - start);
    }
}

void line_put_quoted(struct line *line, const char *text, size_t size)
{
    line_put(line, "\"");
    for (size_t at = 0; at < size;) {
        unsigned char character = (unsigned char)text[at];
        char character_only[5] = {0};
        memcpy(character_only, text + at, size - at < 4 ? size - at : 4);
        size_t whole = utf8_character_size(character_only);
        if (character == '\n')
            line_put(line, "\\n");
        else if (character == '"' || character == '\\')
            line_add(line, "\\%c", character);
        else if (character < ' ' || character == 0x7f || whole == 0)
            line_add(line, "\\x%02x", character);
        else
            line_put_part(line, text + at, whole);
        at += whole ? whole : 1;
    }
    line_put(line, "\"");
}

void line_free(struct line *line)
{
    free(line->text);
    *line = (struct line){0};
}

/* For 'size' further characters and the end. */
static void make_room(struct line *line, size_t size)
{
    if (line->length + size < line->room)
        return;
    size_t room = line->room ? line->room : 1024;
    while (room <= line->length + size)
        room *= 2;
    line->text = realloc(line->text, room);
    if (!line->text)
        abort();
    line->room = room;
}

/* Octets from 'at' on that are equal. */
static size_t run_at(struct octets octets, size_t at)
{
    size_t run = 1;
    while (at + run < octets.size && octets.data[at + run] == octets.data[at])
        run++;
    return run;
}

static void put_hexadecimal(struct line *line, const uint8_t *data, size_t size)
{
    make_room(line, 2 * size);
    hexadecimal_write(data, size, line->text + line->length);
    line->length += 2 * size;
    line->text[line->length] = '\0';
}
