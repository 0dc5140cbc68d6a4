/* Lines of the adapter protocol, from either side: what can be read can be written, and is then read again.
 * The first octet is the side. */
#include "fuzz.h"
#include "links/adapter_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char line[ADAPTER_LINE_ROOM];
    struct adapter_message message;
    struct reason reason = {""};
    if (size < 1)
        return 0;
    enum adapter_side side = data[0] & 1 ? ADAPTER_DEVICE : ADAPTER_HARNESS;
    struct adapter_decoder *decoder = adapter_decoder_new();
    if (adapter_decode(decoder, side, (const char *)data + 1, size - 1, &message, &reason)) {
        enum adapter_kind kind = message.kind;
        size_t length = adapter_encode(&message, line);
        FUZZ_CHECK(length == 0 || adapter_decode(decoder, side, line, length - 1, &message, &reason));
        FUZZ_CHECK(message.kind == kind);
    } else {
        FUZZ_CHECK(reason.text[0]);
    }
    adapter_decoder_free(decoder);
    return 0;
}
