/* Device files. Every mistake has a place and a text. */
#include "dut/device_file.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct mistakes mistakes;
    mistakes.count = mistakes.dropped = 0;
    struct device_file *file = device_file_read(fuzz_file(data, size), &mistakes);
    FUZZ_CHECK((file == NULL) == (mistakes.count > 0));
    for (size_t i = 0; i < mistakes.count; i++)
        FUZZ_CHECK(mistakes.list[i].text[0]);
    device_file_free(file);
    return 0;
}
