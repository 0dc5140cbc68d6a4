/* Any frame, as a line of the notation, is the same frame again. The first octet is the carrier. */
#include <string.h>

#include "fuzz.h"
#include "notation/recipe.h"
#include "notation/words.h"

#define FRAME_ROOM 2048

static bool no_other_words(void *context, const struct word *word)
{
    (void)context;
    (void)word;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mistakes mistakes;
    if (size < 1 || size > FRAME_ROOM)
        return 0;
    mistakes.count = mistakes.dropped = 0;
    struct recipe_carrier carrier = {.carrier = data[0] % (CARRIER_TOKEN_RING + 1),
                                     .token_ring = data[0] & 0x80};
    struct octets frame = {data + 1, size - 1};
    struct arena *arena = arena_new();
    struct recipe *recipe = arena_zeroed(arena, sizeof *recipe);
    struct recipe *read = arena_zeroed(arena, sizeof *read);
    struct line line = {0};
    struct words words;
    struct octets made;
    recipe_of(carrier, frame, arena, recipe);
    recipe_print(recipe, &line);
    FUZZ_CHECK(words_read(line.text, 1, arena, &words, &mistakes));
    FUZZ_CHECK(recipe_read(&words, 0, no_other_words, NULL, arena, read, &mistakes));
    FUZZ_CHECK(recipe_encode(read, carrier, arena, &made, &mistakes));
    FUZZ_CHECK(made.size == frame.size && memcmp(made.data, frame.data, made.size) == 0);
    line_free(&line);
    arena_free(arena);
    return 0;
}
