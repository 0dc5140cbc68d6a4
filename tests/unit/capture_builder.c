#include "capture_builder.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "output/file.h"

#define NUMBER_COUNT 16

struct built built;

static char saved[64];

static void build_number_at(uint8_t *at, uint64_t number, size_t size);
static const char *temporary_path(void);

void build_start(bool big_endian)
{
    built.size = 0;
    built.big_endian = big_endian;
}

void build_u16(uint16_t number)
{
    build_octets(build_number(number, sizeof number), sizeof number);
}

void build_u32(uint32_t number)
{
    build_octets(build_number(number, sizeof number), sizeof number);
}

void build_u64(uint64_t number)
{
    build_octets(build_number(number, sizeof number), sizeof number);
}

void build_octets(const void *data, size_t size)
{
    ck_assert_uint_le(size, BUILT_ROOM - built.size);
    if (size)
        memcpy(built.data + built.size, data, size);
    built.size += size;
}

void build_pattern(uint8_t first, size_t size)
{
    ck_assert_uint_le(size, BUILT_ROOM - built.size);
    for (size_t i = 0; i < size; i++)
        built.data[built.size++] = (uint8_t)(first + i);
}

void build_pcap(uint32_t magic, uint32_t link_type)
{
    build_u32(magic);
    build_u16(2);
    build_u16(4);
    build_u32(0);
    build_u32(0);
    build_u32(65535);
    build_u32(link_type);
}

void build_record(uint32_t seconds, uint32_t fraction, uint32_t size, uint32_t original)
{
    build_u32(seconds);
    build_u32(fraction);
    build_u32(size);
    build_u32(original);
    build_pattern((uint8_t)size, size);
}

void build_block(uint32_t type)
{
    built.block = built.size;
    build_u32(type);
    build_u32(0);
}

void build_block_end(void)
{
    static const uint8_t zeros[3];
    build_octets(zeros, (4 - (built.size - built.block) % 4) % 4);
    uint32_t size = (uint32_t)(built.size - built.block + sizeof size);
    build_u32(size);
    build_number_at(built.data + built.block + 4, size, sizeof size);
}

void build_options(const struct built_option *options, size_t count)
{
    static const uint8_t zeros[4];
    for (size_t i = 0; i < count; i++) {
        build_u16(options[i].code);
        build_u16(options[i].size);
        build_octets(options[i].data, options[i].size);
        build_octets(zeros, (4 - options[i].size % 4u) % 4);
    }
    if (count)
        build_octets(zeros, sizeof zeros);
}

void build_section(const struct built_option *options, size_t count)
{
    build_block(BLOCK_SECTION);
    build_u32(BYTE_ORDER_MARK);
    build_u16(1);
    build_u16(0);
    build_u64(UINT64_MAX);
    build_options(options, count);
    build_block_end();
}

void build_interface(uint16_t link_type, uint32_t snap_size, const struct built_option *options, size_t count)
{
    build_block(BLOCK_INTERFACE);
    build_u16(link_type);
    build_u16(0);
    build_u32(snap_size);
    build_options(options, count);
    build_block_end();
}

void build_packet(const struct built_packet *packet)
{
    static const uint8_t zeros[3];
    build_block(BLOCK_PACKET);
    build_u32(packet->interface);
    build_u32((uint32_t)(packet->ticks >> 32));
    build_u32((uint32_t)packet->ticks);
    build_u32(packet->size);
    build_u32(packet->original ? packet->original : packet->size);
    build_pattern((uint8_t)packet->size, packet->size);
    build_octets(zeros, (4 - packet->size % 4) % 4);
    build_options(packet->options, packet->option_count);
    build_block_end();
}

const void *build_number(uint64_t number, size_t size)
{
    static uint8_t numbers[NUMBER_COUNT][sizeof number];
    static size_t next;
    uint8_t *at = numbers[next++ % NUMBER_COUNT];
    build_number_at(at, number, size);
    return at;
}

const char *build_save(void)
{
    struct reason reason;
    ck_assert_msg(file_replace(temporary_path(), built.data, built.size, &reason), "%s", reason.text);
    return saved;
}

const char *build_save_gzip(size_t members)
{
    size_t size = built.size / members + 1;
    for (size_t at = 0; at < built.size; at += size) {
        gzFile file = gzopen(at ? saved : temporary_path(), at ? "ab" : "wb");
        ck_assert_ptr_nonnull(file);
        unsigned part = (unsigned)(built.size - at < size ? built.size - at : size);
        ck_assert_int_eq(gzwrite(file, built.data + at, part), (int)part);
        ck_assert_int_eq(gzclose(file), Z_OK);
    }
    return saved;
}

void build_remove(void)
{
    if (saved[0])
        unlink(saved);
    saved[0] = '\0';
}

static void build_number_at(uint8_t *at, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[built.big_endian ? size - 1 - i : i] = (uint8_t)(number >> 8 * i);
}

/* Another one than before. */
static const char *temporary_path(void)
{
    build_remove();
    snprintf(saved, sizeof saved, "/tmp/check-input-XXXXXX");
    int descriptor = mkstemp(saved);
    ck_assert_int_ge(descriptor, 0);
    close(descriptor);
    return saved;
}
