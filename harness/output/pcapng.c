#include "output/pcapng.h"

#include <stdlib.h>

#define NANOSECONDS 9 /* if_tsresol: 10 to the minus 9 */

#define OPTION_LIMIT 65000u /* octets of text in one option; the format ends at 65,535 */

static size_t block_begin(struct pcapng *pcapng, uint32_t type);
static void block_end(struct pcapng *pcapng, size_t start);
static void put_option(struct pcapng *pcapng, uint16_t code, const void *value, size_t size);
static void put_text_option(struct pcapng *pcapng, uint16_t code, const char *text);
static void put_u16(struct pcapng *pcapng, uint16_t number);
static void put_u32(struct pcapng *pcapng, uint32_t number);
static void put(struct pcapng *pcapng, const void *data, size_t size);
static void put_padding(struct pcapng *pcapng);
static void make_room(struct pcapng *pcapng, size_t size);

void pcapng_section(struct pcapng *pcapng, const char *application, const char *comment)
{
    static const uint64_t length_unknown = UINT64_MAX;
    size_t start = block_begin(pcapng, BLOCK_SECTION);
    put_u32(pcapng, BYTE_ORDER_MARK);
    put_u16(pcapng, 1); /* version 1.0 */
    put_u16(pcapng, 0);
    put(pcapng, &length_unknown, sizeof length_unknown);
    put_text_option(pcapng, OPTION_COMMENT, comment);
    put_text_option(pcapng, OPTION_SECTION_APPLICATION, application);
    put_option(pcapng, OPTION_END, NULL, 0);
    block_end(pcapng, start);
}

uint32_t pcapng_interface(struct pcapng *pcapng, uint16_t link_type, const char *name,
                          const char *description)
{
    return pcapng_interface_with(
        pcapng, &(struct pcapng_interface){.link_type = link_type, .name = name, .description = description});
}

uint32_t pcapng_interface_with(struct pcapng *pcapng, const struct pcapng_interface *interface)
{
    static const uint8_t resolution = NANOSECONDS;
    size_t start = block_begin(pcapng, BLOCK_INTERFACE);
    put_u16(pcapng, interface->link_type);
    put_u16(pcapng, 0);
    put_u32(pcapng, interface->snap_size);
    put_text_option(pcapng, OPTION_INTERFACE_NAME, interface->name);
    put_text_option(pcapng, OPTION_INTERFACE_DESCRIPTION, interface->description);
    put_option(pcapng, OPTION_INTERFACE_RESOLUTION, &resolution, sizeof resolution);
    if (interface->fcs_size)
        put_option(pcapng, OPTION_INTERFACE_FCS_SIZE, &interface->fcs_size, sizeof interface->fcs_size);
    put_option(pcapng, OPTION_END, NULL, 0);
    block_end(pcapng, start);
    return pcapng->interface_count++;
}

void pcapng_packet(struct pcapng *pcapng, const struct pcapng_packet *packet)
{
    uint64_t time = (uint64_t)packet->time_ns;
    uint32_t size = (uint32_t)(packet->head.size + packet->body.size);
    size_t start = block_begin(pcapng, BLOCK_PACKET);
    put_u32(pcapng, packet->interface);
    put_u32(pcapng, (uint32_t)(time >> 32));
    put_u32(pcapng, (uint32_t)time);
    put_u32(pcapng, size); /* captured */
    put_u32(pcapng, packet->original_size ? packet->original_size : size);
    put(pcapng, packet->head.data, packet->head.size);
    put(pcapng, packet->body.data, packet->body.size);
    put_padding(pcapng);
    for (size_t i = 0; i < packet->comment_count; i++)
        put_text_option(pcapng, OPTION_COMMENT, packet->comments[i]);
    uint32_t flags = packet->direction;
    put_option(pcapng, OPTION_PACKET_FLAGS, &flags, sizeof flags);
    put_option(pcapng, OPTION_END, NULL, 0);
    block_end(pcapng, start);
}

size_t pcapng_text_size(const char *text)
{
    size_t size = strlen(text);
    if (size > OPTION_LIMIT) {
        size = OPTION_LIMIT;
        while (((uint8_t)text[size] & 0xc0) == 0x80) /* never in the middle of a character */
            size--;
    }
    return size;
}

void pcapng_clear(struct pcapng *pcapng)
{
    pcapng->size = 0;
    pcapng->interface_count = 0;
}

void pcapng_free(struct pcapng *pcapng)
{
    free(pcapng->data);
    *pcapng = (struct pcapng){0};
}

/* Returns where the block starts, for block_end(). */
static size_t block_begin(struct pcapng *pcapng, uint32_t type)
{
    size_t start = pcapng->size;
    put_u32(pcapng, type);
    put_u32(pcapng, 0); /* the length, known at the end */
    return start;
}

/* A block says its length in front and at the end. */
static void block_end(struct pcapng *pcapng, size_t start)
{
    uint32_t length = (uint32_t)(pcapng->size - start + sizeof length);
    put_u32(pcapng, length);
    memcpy(pcapng->data + start + sizeof(uint32_t), &length, sizeof length);
}

static void put_option(struct pcapng *pcapng, uint16_t code, const void *value, size_t size)
{
    put_u16(pcapng, code);
    put_u16(pcapng, (uint16_t)size);
    put(pcapng, value, size);
    put_padding(pcapng);
}

static void put_text_option(struct pcapng *pcapng, uint16_t code, const char *text)
{
    if (!text)
        return;
    put_option(pcapng, code, text, pcapng_text_size(text));
}

static void put_u16(struct pcapng *pcapng, uint16_t number)
{
    put(pcapng, &number, sizeof number);
}

static void put_u32(struct pcapng *pcapng, uint32_t number)
{
    put(pcapng, &number, sizeof number);
}

static void put(struct pcapng *pcapng, const void *data, size_t size)
{
    if (pcapng->room - pcapng->size < size)
        make_room(pcapng, size);
    if (size)
        memcpy(pcapng->data + pcapng->size, data, size);
    pcapng->size += size;
}

/* Blocks and options start at multiples of 4 octets. */
static void put_padding(struct pcapng *pcapng)
{
    static const uint8_t zeros[3];
    put(pcapng, zeros, (4 - pcapng->size % 4) % 4);
}

static void make_room(struct pcapng *pcapng, size_t size)
{
    size_t room = pcapng->room ? pcapng->room : (size_t)64 * 1024;
    while (room - pcapng->size < size)
        room *= 2;
    pcapng->data = realloc(pcapng->data, room);
    if (!pcapng->data)
        abort();
    pcapng->room = room;
}
