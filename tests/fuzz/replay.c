/* Feeds a target the files that are named, without libFuzzer. */
#include <string.h>

#include "fuzz.h"

int main(int count, char **paths)
{
    for (int i = 1; i < count; i++) {
        FILE *file = fopen(paths[i], "rb");
        if (!file) {
            perror(paths[i]);
            return EXIT_FAILURE;
        }
        char *data = NULL;
        size_t size = 0;
        FILE *memory = open_memstream(&data, &size);
        for (int octet; (octet = getc(file)) != EOF;)
            putc(octet, memory);
        fclose(memory);
        fclose(file);
        uint8_t *exact = malloc(size ? size : 1); /* so that a sanitizer sees its end */
        FUZZ_CHECK(exact);
        memcpy(exact, data, size);
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
        free(data);
    }
    return EXIT_SUCCESS;
}
