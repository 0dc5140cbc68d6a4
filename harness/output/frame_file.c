#include "output/frame_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "output/file.h"

#define FLUSH_SIZE ((size_t)1024 * 1024) /* octets in memory that are worth a write */

#define PCAP_MAGIC_NANOSECONDS 0xa1b23c4du
#define PCAP_SNAP_SIZE         262144u
#define NS_PER_S               1000000000

struct frame_file {
    char *path;                   /* owned */
    struct file_writing *writing; /* NULL: it goes to the standard output */
    FILE *temporary;              /* until it is complete */
    bool pcap;
    bool headed; /* pcap: the file header is written, with 'link_type' */
    uint16_t link_type;
    struct pcapng pcapng; /* blocks that are not in the file yet */
    struct reason reason; /* what went wrong first */
};

static bool ends_in(const char *path, const char *ending);
static void put_pcap(struct frame_file *file, const struct pcapng_packet *packet);
static void put(struct frame_file *file, const void *data, size_t size);
static void flush(struct frame_file *file);
static void copy_out(struct frame_file *file);

struct frame_file *frame_file_open(const char *path, const char *application, struct reason *reason)
{
    struct frame_file *file = calloc(1, sizeof *file);
    if (!file || !(file->path = strdup(path)))
        abort();
    file->pcap = ends_in(path, ".pcap");
    if (strcmp(path, "-") != 0)
        file->writing = file_start(path, reason);
    else if (!(file->temporary = tmpfile()))
        reason_set(reason, "can't write a temporary file: %s", strerror(errno));
    if (!file->writing && !file->temporary) {
        free(file->path);
        free(file);
        return NULL;
    }
    if (!file->pcap)
        pcapng_section(&file->pcapng, application, NULL);
    return file;
}

void frame_file_interface(struct frame_file *file, uint16_t link_type, const char *name,
                          const char *description)
{
    if (!file->pcap) {
        pcapng_interface(&file->pcapng, link_type, name[0] ? name : NULL,
                         description[0] ? description : NULL);
        return;
    }
    if (file->headed) {
        if (file->link_type != link_type && !file->reason.text[0])
            reason_set(&file->reason,
                       "a pcap has one link type, here are %u and %u; end the name of %s in .pcapng",
                       file->link_type, link_type, file->path);
        return;
    }
    file->headed = true;
    file->link_type = link_type;
    const uint32_t header[] = {PCAP_MAGIC_NANOSECONDS, 2u | 4u << 16, 0, 0, PCAP_SNAP_SIZE, link_type};
    put(file, header, sizeof header);
}

void frame_file_put(struct frame_file *file, const struct pcapng_packet *packet)
{
    if (file->pcap)
        put_pcap(file, packet);
    else
        pcapng_packet(&file->pcapng, packet);
    if (file->pcapng.size >= FLUSH_SIZE)
        flush(file);
}

bool frame_file_close(struct frame_file *file, bool keep, struct reason *reason)
{
    if (file->pcap && !file->headed)
        frame_file_interface(file, LINK_TYPE_SUNATM, "", "");
    flush(file);
    bool kept = keep && !file->reason.text[0];
    if (kept && file->temporary)
        copy_out(file);
    if (file->temporary)
        fclose(file->temporary);
    else if (kept)
        file_finish(file->writing, &file->reason);
    else
        file_abandon(file->writing);
    bool good = !file->reason.text[0];
    if (!good && reason)
        *reason = file->reason;
    pcapng_free(&file->pcapng);
    free(file->path);
    free(file);
    return good;
}

static bool ends_in(const char *path, const char *ending)
{
    size_t size = strlen(path);
    return size >= strlen(ending) && strcmp(path + size - strlen(ending), ending) == 0;
}

/* The magic in the header says that the fractions are nanoseconds. */
static void put_pcap(struct frame_file *file, const struct pcapng_packet *packet)
{
    uint64_t seconds = (uint64_t)packet->time_ns / NS_PER_S;
    uint32_t original = packet->original_size ? packet->original_size : (uint32_t)packet->body.size;
    if (seconds > UINT32_MAX && !file->reason.text[0])
        reason_set(&file->reason, "a pcap has no times after 2106; end the name of %s in .pcapng",
                   file->path);
    if (packet->body.size > PCAP_SNAP_SIZE && !file->reason.text[0])
        reason_set(&file->reason, "a pcap has no frames above %u octets; end the name of %s in .pcapng",
                   PCAP_SNAP_SIZE, file->path);
    const uint32_t header[] = {(uint32_t)seconds, (uint32_t)((uint64_t)packet->time_ns % NS_PER_S),
                               (uint32_t)packet->body.size, original};
    put(file, header, sizeof header);
    put(file, packet->body.data, packet->body.size);
}

static void put(struct frame_file *file, const void *data, size_t size)
{
    if (file->writing)
        file_put(file->writing, data, size);
    else if (size && fwrite(data, size, 1, file->temporary) != 1 && !file->reason.text[0])
        reason_set(&file->reason, "can't write a temporary file: %s", strerror(errno));
}

static void flush(struct frame_file *file)
{
    put(file, file->pcapng.data, file->pcapng.size);
    file->pcapng.size = 0;
}

/* From the temporary file to the standard output. */
static void copy_out(struct frame_file *file)
{
    char data[65536];
    size_t size;
    fflush(stdout);
    rewind(file->temporary);
    while ((size = fread(data, 1, sizeof data, file->temporary)) > 0)
        if (!file_write_all(STDOUT_FILENO, data, size)) {
            reason_set(&file->reason, "can't write the standard output: %s", strerror(errno));
            return;
        }
    if (ferror(file->temporary))
        reason_set(&file->reason, "can't read the temporary file: %s", strerror(errno));
}
