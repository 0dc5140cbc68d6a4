/* Frames in every carrier: decoded, printed, each field read, written back and read once more. The first
 * octet is the carrier. */
#include <string.h>

#include "fuzz.h"
#include "wire/field.h"

#define FRAME_ROOM 2048

static void check_field(enum frame_carrier carrier, const uint8_t *data, size_t size,
                        const struct frame *frame, enum frame_field field)
{
    char text[VALUE_TEXT_SIZE];
    uint8_t copy[FRAME_ROOM];
    struct value value;
    struct octets place = field_octets(frame, field);
    FUZZ_CHECK(place.size == 0 || (place.data >= data && place.data + place.size <= data + size));
    if (!field_get(frame, field, &value))
        return;
    FUZZ_CHECK(value_text(field, &value, text)[0] || value.kind == VALUE_TEXT);
    memcpy(copy, data, size);
    if (!field_set(carrier, copy, size, field, &value))
        return;
    struct frame again;
    struct value read;
    frame_decode(carrier, copy, size, &again);
    FUZZ_CHECK(field_get(&again, field, &read) && value_equal(&read, &value));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > FRAME_ROOM)
        return 0;
    char line[FRAME_TEXT_SIZE];
    struct frame frame;
    enum frame_carrier carrier = data[0] % (CARRIER_TOKEN_RING + 1);
    frame_decode(carrier, data + 1, size - 1, &frame);
    FUZZ_CHECK(frame.name != FRAME_MALFORMED || frame.reason.text[0]);
    FUZZ_CHECK(strlen(frame_text(&frame, line, sizeof line)) < sizeof line);
    for (enum frame_field field = FIELD_NONE + 1; field < FIELD_COUNT; field++)
        check_field(carrier, data + 1, size - 1, &frame, field);
    return 0;
}
