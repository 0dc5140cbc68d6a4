#define _GNU_SOURCE /* memfd_create(2) */
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

#define PATH_SIZE 64

const char *fuzz_file(const uint8_t *data, size_t size)
{
    static int descriptor = -1;
    static char path[PATH_SIZE];
    if (descriptor < 0) {
        descriptor = memfd_create("fuzz", MFD_CLOEXEC);
        snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    }
    FUZZ_CHECK(descriptor >= 0);
    FUZZ_CHECK(ftruncate(descriptor, 0) == 0);
    FUZZ_CHECK(pwrite(descriptor, data, size, 0) == (ssize_t)size);
    return path;
}

const char *fuzz_pipe(const uint8_t *data, size_t size)
{
    static int ends[2] = {-1, -1};
    static char path[PATH_SIZE];
    if (ends[0] >= 0)
        close(ends[0]);
    FUZZ_CHECK(pipe(ends) == 0);
    FUZZ_CHECK(write(ends[1], data, size) == (ssize_t)size);
    close(ends[1]);
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    return path;
}
