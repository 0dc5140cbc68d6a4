#include "input/inflater.h"

#include <limits.h>
#include <stdlib.h>

#define ZLIB_CONST
#include <zlib.h>

#define GZIP_ONLY (15 + 16) /* zlib: window of any size, gzip header */

struct inflater {
    z_stream stream;
    inflater_refill *refill;
    void *context;
    uint64_t compressed_offset; /* octets taken from outside so far */
    bool between_members;       /* nothing of the next member was read yet */
    bool ended;
    uint8_t *compressed;
    size_t compressed_room;
};

static bool have_input(struct inflater *inflater);
static bool next_member(struct inflater *inflater);
static size_t give_up(struct inflater *inflater, struct reason *damage, const char *why);

struct inflater *inflater_new(uint8_t *buffer, size_t size, size_t room, inflater_refill *refill,
                              void *context)
{
    struct inflater *inflater = calloc(1, sizeof *inflater);
    if (!inflater)
        abort();
    inflater->refill = refill;
    inflater->context = context;
    inflater->compressed = buffer;
    inflater->compressed_room = room;
    inflater->stream.next_in = buffer;
    inflater->stream.avail_in = (uInt)size;
    inflater->compressed_offset = size;
    if (inflateInit2(&inflater->stream, GZIP_ONLY) != Z_OK)
        abort();
    return inflater;
}

size_t inflater_read(struct inflater *inflater, uint8_t *data, size_t room, struct reason *damage)
{
    z_stream *stream = &inflater->stream;
    uInt asked = room < UINT_MAX ? (uInt)room : UINT_MAX;
    stream->next_out = data;
    stream->avail_out = asked;
    while (!inflater->ended && stream->avail_out == asked) {
        if (inflater->between_members && !next_member(inflater))
            break;
        if (!have_input(inflater))
            return give_up(inflater, damage, "it ends before the gzip data do");
        int result = inflate(stream, Z_NO_FLUSH);
        inflater->between_members = result == Z_STREAM_END;
        if (result == Z_MEM_ERROR)
            abort();
        if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
            /* what came out before the bad place is good; the next call meets the error again */
            if (stream->avail_out == asked)
                return give_up(inflater, damage, stream->msg ? stream->msg : "not gzip");
            break;
        }
    }
    return asked - stream->avail_out;
}

void inflater_free(struct inflater *inflater)
{
    if (!inflater)
        return;
    inflateEnd(&inflater->stream);
    free(inflater->compressed);
    free(inflater);
}

/* False when there is no more. */
static bool have_input(struct inflater *inflater)
{
    z_stream *stream = &inflater->stream;
    if (stream->avail_in > 0)
        return true;
    size_t size = inflater->refill(inflater->context, inflater->compressed, inflater->compressed_room);
    inflater->compressed_offset += size;
    stream->next_in = inflater->compressed;
    stream->avail_in = (uInt)size;
    return size > 0;
}

/* Starts on the member behind the last one, passing over zeros that a tape or a disk added (as gzip does).
 * False when there is none. */
static bool next_member(struct inflater *inflater)
{
    z_stream *stream = &inflater->stream;
    while (have_input(inflater)) {
        while (stream->avail_in > 0 && *stream->next_in == 0) {
            stream->next_in++;
            stream->avail_in--;
        }
        if (stream->avail_in > 0) {
            inflateReset(stream);
            inflater->between_members = false;
            return true;
        }
    }
    inflater->ended = true;
    return false;
}

static size_t give_up(struct inflater *inflater, struct reason *damage, const char *why)
{
    inflater->ended = true;
    reason_set(damage, "the gzip data are damaged at offset %llu of the compressed file: %s",
               (unsigned long long)(inflater->compressed_offset - inflater->stream.avail_in), why);
    return 0;
}
