#include "control/evidence.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/printable.h"

#define LAST_LINE_ROOM 80u

static size_t room_for_line(const struct evidence *evidence, const char *deed);
static size_t add_line(struct evidence *evidence, const char *deed, const char *line, size_t size);

void evidence_add(struct evidence *evidence, const char *deed, const char *output, size_t size,
                  uint64_t whole)
{
    if (!evidence->text && !(evidence->text = calloc(1, EVIDENCE_LIMIT + LAST_LINE_ROOM)))
        abort();
    size_t done = 0;
    while (done < size && room_for_line(evidence, deed)) {
        const char *newline = memchr(output + done, '\n', size - done);
        size_t line = newline ? (size_t)(newline - output) - done : size - done;
        size_t added = add_line(evidence, deed, output + done, line);
        done += added;
        if (added < line)
            break;
        done += newline ? 1 : 0;
    }
    evidence->left_out += whole - done;
}

const char *evidence_text(struct evidence *evidence)
{
    if (!evidence->text)
        return "";
    if (evidence->left_out)
        snprintf(evidence->text + evidence->size, LAST_LINE_ROOM, "(%" PRIu64 " more octets are left out)\n",
                 evidence->left_out);
    return evidence->text;
}

void evidence_clear(struct evidence *evidence)
{
    free(evidence->text);
    *evidence = (struct evidence){0};
}

/* Octets of text behind "deed: ", with a newline after them. */
static size_t room_for_line(const struct evidence *evidence, const char *deed)
{
    size_t around = strlen(deed) + strlen(": \n");
    size_t room = EVIDENCE_LIMIT - evidence->size;
    return room > around ? room - around : 0;
}

/* As many octets of the line as there is room for; returns how many. */
static size_t add_line(struct evidence *evidence, const char *deed, const char *line, size_t size)
{
    size_t room = room_for_line(evidence, deed);
    char *text = malloc(PRINTABLE_SIZE(size));
    if (!text)
        abort();
    for (size_t length; (length = printable(line, size, text)) > room;)
        size -= (length - room + 2) / 3; /* an octet becomes three at most */
    evidence->size += (size_t)sprintf(evidence->text + evidence->size, "%s: %s\n", deed, text);
    free(text);
    return size;
}
