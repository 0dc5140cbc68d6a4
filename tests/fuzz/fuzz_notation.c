/* Texts of the notation: read, and made into frames. */
#include <string.h>

#include "fuzz.h"
#include "notation/script.h"

#define TEXT_ROOM   1500
#define REPEAT_SIZE 1 /* digits of a count that still takes no time */

static void take_interface(void *context, const struct script_interface *interface)
{
    (void)context;
    FUZZ_CHECK(strlen(interface->name) < TEXT_ROOM);
}

static void take_frame(void *context, const struct script_frame *frame)
{
    uint64_t *sum = context;
    for (size_t i = 0; i < frame->octets.size; i++)
        *sum += frame->octets.data[i];
    for (size_t i = 0; i < frame->comment_count; i++)
        *sum += strlen(frame->comments[i]);
}

/* True for "x1000" and more. */
static bool repeats_much(const char *line)
{
    for (const char *at = line; (at = strchr(at, 'x')); at++)
        if (strspn(at + 1, "0123456789abcdefxABCDEFX") > REPEAT_SIZE &&
            (at == line || at[-1] == ' ' || at[-1] == '\t'))
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mistakes mistakes;
    static char text[TEXT_ROOM];
    if (size >= TEXT_ROOM)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    mistakes.count = mistakes.dropped = 0;
    uint64_t sum = 0;
    struct script *script = script_new(
        (struct script_sink){.interface = take_interface, .frame = take_frame, .context = &sum}, &mistakes);
    char *rest = text;
    for (char *line; (line = strtok_r(rest, "\n", &rest));)
        if (!repeats_much(line))
            script_line(script, line);
    script_free(script);
    for (size_t i = 0; i < mistakes.count; i++)
        FUZZ_CHECK(mistakes.list[i].text[0] && mistakes.list[i].place.line > 0);
    return 0;
}
