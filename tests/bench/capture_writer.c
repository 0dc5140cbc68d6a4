#include "capture_writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/duration.h"
#include "output/pcapng.h"

#define FLUSH_SIZE ((size_t)1024 * 1024) /* the files are written in pieces of this size */
#define FRAME_ROOM 1600                  /* no frame of the bench is larger */

#define PCAP_NS_MAGIC      0xa1b23c4du
#define PCAP_RECORD_SIZE   16
#define PCAP_SNAP_SIZE     262144
#define SUNATM_HEADER_SIZE 4
#define SUNATM_SENT        0x80
#define LE_HEADER_SIZE     2

/* A file and what is not yet in it. */
struct output {
    FILE *file; /* NULL: not wanted */
    const char *path;
    uint8_t *data;
    size_t size;
};

struct capture_writer {
    struct pcapng pcapng; /* what is not yet in the file */
    struct output main;
    struct output twin;
    uint32_t atm; /* interfaces */
    uint32_t lan;
};

static void open_output(struct output *output, const char *path);
static void save(struct output *output, const void *data, size_t size);
static void close_output(struct output *output);
static void put_packet(struct capture_writer *writer, const struct pcapng_packet *packet);
static void put_twin(struct capture_writer *writer, int64_t time_ns, struct octets head, struct octets body);

struct capture_writer *capture_writer_open(const char *path, const char *twin_path)
{
    struct capture_writer *writer = calloc(1, sizeof *writer);
    if (!writer)
        abort();
    open_output(&writer->main, path);
    pcapng_section(&writer->pcapng, "vmacheck bench", NULL);
    writer->atm = pcapng_interface(&writer->pcapng, LINK_TYPE_SUNATM, "atm0", NULL);
    writer->lan = pcapng_interface(&writer->pcapng, LINK_TYPE_ETHERNET, "eth0", NULL);
    if (!twin_path)
        return writer;
    open_output(&writer->twin, twin_path);
    writer->twin.data = malloc(FLUSH_SIZE + PCAP_RECORD_SIZE + FRAME_ROOM);
    if (!writer->twin.data)
        abort();
    uint32_t header[] = {PCAP_NS_MAGIC, 0x00040002, 0, 0, PCAP_SNAP_SIZE, LINK_TYPE_SUNATM};
    save(&writer->twin, header, sizeof header);
    return writer;
}

void capture_writer_sdu(struct capture_writer *writer, int64_t time_ns, bool sent,
                        enum sunatm_traffic traffic, uint16_t vci, const uint8_t *data, size_t size)
{
    uint8_t head[SUNATM_HEADER_SIZE] = {(uint8_t)(traffic | (sent ? SUNATM_SENT : 0)), 0};
    octets_put_u16(head + 2, vci);
    struct pcapng_packet packet = {.interface = writer->atm,
                                   .time_ns = time_ns,
                                   .direction = sent ? DIRECTION_OUTBOUND : DIRECTION_INBOUND,
                                   .head = {head, sizeof head},
                                   .body = {data, size}};
    put_packet(writer, &packet);
    put_twin(writer, time_ns, packet.head, packet.body);
}

void capture_writer_lan(struct capture_writer *writer, int64_t time_ns, const uint8_t *data, size_t size)
{
    struct pcapng_packet packet = {.interface = writer->lan, .time_ns = time_ns, .body = {data, size}};
    put_packet(writer, &packet);
    uint8_t head[SUNATM_HEADER_SIZE + LE_HEADER_SIZE] = {TRAFFIC_LANE, 0, 0, TWIN_LAN_VCI};
    put_twin(writer, time_ns, (struct octets){head, sizeof head}, packet.body);
}

void capture_writer_close(struct capture_writer *writer)
{
    save(&writer->main, writer->pcapng.data, writer->pcapng.size);
    close_output(&writer->main);
    if (writer->twin.file) {
        save(&writer->twin, writer->twin.data, writer->twin.size);
        close_output(&writer->twin);
    }
    free(writer->twin.data);
    pcapng_free(&writer->pcapng);
    free(writer);
}

static void open_output(struct output *output, const char *path)
{
    *output = (struct output){.file = fopen(path, "wb"), .path = path};
    if (!output->file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        exit(EXIT_FAILURE);
    }
    setvbuf(output->file, NULL, _IONBF, 0);
}

static void save(struct output *output, const void *data, size_t size)
{
    if (fwrite(data, 1, size, output->file) != size) {
        fprintf(stderr, "%s: %s\n", output->path, strerror(errno));
        exit(EXIT_FAILURE);
    }
}

static void close_output(struct output *output)
{
    if (fclose(output->file) != 0) {
        fprintf(stderr, "%s: %s\n", output->path, strerror(errno));
        exit(EXIT_FAILURE);
    }
}

static void put_packet(struct capture_writer *writer, const struct pcapng_packet *packet)
{
    pcapng_packet(&writer->pcapng, packet);
    if (writer->pcapng.size < FLUSH_SIZE)
        return;
    save(&writer->main, writer->pcapng.data, writer->pcapng.size);
    pcapng_clear(&writer->pcapng);
}

static void put_twin(struct capture_writer *writer, int64_t time_ns, struct octets head, struct octets body)
{
    struct output *twin = &writer->twin;
    if (!twin->file)
        return;
    uint32_t size = (uint32_t)(head.size + body.size);
    uint32_t record[] = {(uint32_t)(time_ns / NS_PER_S), (uint32_t)(time_ns % NS_PER_S), size, size};
    memcpy(twin->data + twin->size, record, sizeof record);
    memcpy(twin->data + twin->size + sizeof record, head.data, head.size);
    memcpy(twin->data + twin->size + sizeof record + head.size, body.data, body.size);
    twin->size += sizeof record + size;
    if (twin->size < FLUSH_SIZE)
        return;
    save(twin, twin->data, twin->size);
    twin->size = 0;
}
