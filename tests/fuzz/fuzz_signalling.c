/* SSCOP and Q.2931. */
#include <string.h>

#include "fuzz.h"
#include "wire/signalling.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signalling signalling;
    struct reason reason = {""};
    char line[SIGNALLING_TEXT_SIZE];
    FUZZ_CHECK(signalling_decode(data, size, &signalling, &reason) || reason.text[0]);
    FUZZ_CHECK(strlen(signalling_text(&signalling, line, sizeof line)) < sizeof line);
    return 0;
}
