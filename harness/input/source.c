#define _DEFAULT_SOURCE /* madvise(2): POSIX has no way to give pages of a file back */
#include "input/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/inflater.h"

#define BUFFER_SIZE ((size_t)256 * 1024) /* to begin with; fits into a core's cache */
#define MAP_KEEP_SIZE                                                                                        \
    ((size_t)64 * 1024 * 1024) /* octets of a mapping that stay in memory behind the reader */
#define GZIP_MAGIC "\x1f\x8b"

static bool open_descriptor(struct source *source, const char *path, struct reason *reason);
static bool map_file(struct source *source, size_t size);
static void start_stream(struct source *source);
static void new_buffer(struct source *source);
static void make_room(struct source *source);
static size_t fill(struct source *source, uint8_t *data, size_t room);
static size_t read_some(void *context, uint8_t *data, size_t room);

bool source_open(struct source *source, const char *path, struct reason *reason)
{
    *source = (struct source){.descriptor = -1};
    if (!open_descriptor(source, path, reason))
        return false;
    source->path = strdup(strcmp(path, "-") == 0 ? "standard input" : path);
    if (!source->path)
        abort();
    struct stat status;
    if (fstat(source->descriptor, &status) != 0 || S_ISDIR(status.st_mode)) {
        reason_set(reason, "%.160s is a directory; name a capture file", source->path);
        source_close(source);
        return false;
    }
    source->regular = S_ISREG(status.st_mode);
    uint8_t magic[2];
    bool plain = source->regular && lseek(source->descriptor, 0, SEEK_CUR) == 0 &&
                 pread(source->descriptor, magic, sizeof magic, 0) == sizeof magic &&
                 memcmp(magic, GZIP_MAGIC, sizeof magic) != 0;
    if (!plain || !map_file(source, (size_t)status.st_size))
        start_stream(source);
    return true;
}

bool source_need(struct source *source, size_t size)
{
    while (source_there(source) < size && !source->finished) {
        make_room(source);
        size_t used = (size_t)(source->end - source->buffer);
        size_t count = fill(source, source->buffer + used, source->buffer_room - used);
        source->end += count;
        source->finished = count == 0;
    }
    return source_there(source) >= size;
}

void source_pass(struct source *source)
{
    if (!source->mapped)
        return;
    size_t passed = (size_t)(source->at - source->begin);
    if (passed - source->map_dropped < 2 * MAP_KEEP_SIZE)
        return;
    size_t size = passed - MAP_KEEP_SIZE - source->map_dropped;
    size -= size % MAP_KEEP_SIZE;
    madvise(source->map + source->map_dropped, size, MADV_DONTNEED);
    source->map_dropped += size;
}

void source_close(struct source *source)
{
    if (source->map)
        munmap(source->map, source->map_size);
    if (source->descriptor > STDIN_FILENO)
        close(source->descriptor);
    inflater_free(source->inflater);
    free(source->buffer);
    free((char *)source->path);
    *source = (struct source){.descriptor = -1};
}

static bool open_descriptor(struct source *source, const char *path, struct reason *reason)
{
    if (strcmp(path, "-") == 0) {
        source->descriptor = STDIN_FILENO;
        return true;
    }
    source->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (source->descriptor >= 0)
        return true;
    return reason_set(reason, "can't open the capture %.160s: %s", path, strerror(errno));
}

/* False leaves the source as it was. */
static bool map_file(struct source *source, size_t size)
{
    if (size == 0)
        return false;
    void *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, source->descriptor, 0);
    if (map == MAP_FAILED)
        return false;
    posix_madvise(map, size, POSIX_MADV_SEQUENTIAL);
    source->map = map;
    source->map_size = size;
    source->mapped = true;
    source->finished = true;
    source->begin = source->at = map;
    source->end = source->begin + size;
    return true;
}

/* The first octets tell whether it is gzip. */
static void start_stream(struct source *source)
{
    new_buffer(source);
    if (!source_need(source, 2) || memcmp(source->at, GZIP_MAGIC, 2) != 0)
        return;
    source->inflater =
        inflater_new(source->buffer, source_there(source), source->buffer_room, read_some, source);
    new_buffer(source);
}

static void new_buffer(struct source *source)
{
    source->buffer = malloc(BUFFER_SIZE);
    if (!source->buffer)
        abort();
    source->buffer_room = BUFFER_SIZE;
    source->begin = source->at = source->end = source->buffer;
}

/* Moves what is left to the front; when that fills the buffer, takes a larger one. */
static void make_room(struct source *source)
{
    size_t there = source_there(source);
    source->offset = source_offset(source);
    if (there > 0 && source->at > source->buffer)
        memmove(source->buffer, source->at, there);
    if (there == source->buffer_room) {
        source->buffer_room *= 2;
        source->buffer = realloc(source->buffer, source->buffer_room);
        if (!source->buffer)
            abort();
    }
    source->begin = source->at = source->buffer;
    source->end = source->buffer + there;
}

/* What comes from outside, uncompressed. */
static size_t fill(struct source *source, uint8_t *data, size_t room)
{
    if (!source->inflater)
        return read_some(source, data, room);
    struct reason damage = {""};
    size_t count = inflater_read(source->inflater, data, room, &damage);
    if (damage.text[0] && !source->damage.text[0])
        reason_set(&source->damage,
                   "%.160s: %s; the capture could be unpacked up to its offset %llu, copy the file again",
                   source->path, damage.text,
                   (unsigned long long)(source_offset(source) + source_there(source)));
    return count;
}

/* As much as is there, waiting only for the first octet. 0 at the end, and when the system refuses. */
static size_t read_some(void *context, uint8_t *data, size_t room)
{
    struct source *source = context;
    for (;;) {
        ssize_t count = read(source->descriptor, data, room);
        if (count >= 0)
            return (size_t)count;
        if (errno == EAGAIN || errno == EWOULDBLOCK)
            poll(&(struct pollfd){.fd = source->descriptor, .events = POLLIN}, 1, -1);
        else if (errno != EINTR)
            break;
    }
    reason_set(&source->damage, "%.160s can't be read beyond offset %llu: %s", source->path,
               (unsigned long long)(source_offset(source) + source_there(source)), strerror(errno));
    return 0;
}
