#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)256 * 1024)
#define ALIGNMENT  ((size_t)16)

struct chunk {
    struct chunk *next;
    size_t size; /* octets behind this header */
    size_t used;
    bool clean; /* zero from 'used' on, as the system gave it: large objects cost nothing until they are used
                 */
    _Alignas(16) unsigned char data[];
};

struct arena {
    struct chunk *first;
    struct chunk *current; /* all chunks before it are full, all behind it are empty */
    size_t full_size;      /* octets used in those before it */
};

static void free_chunks(struct chunk *first);
static struct chunk *chunk_new(size_t size);
static void *claim(struct arena *arena, size_t size);

struct arena *arena_new(void)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        abort();
    arena->first = arena->current = chunk_new(CHUNK_SIZE);
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    free_chunks(arena->first);
    free(arena);
}

void arena_clear(struct arena *arena)
{
    size_t kept = 0;
    for (struct chunk *chunk = arena->first; chunk; chunk = chunk->next) {
        chunk->used = 0;
        chunk->clean = false;
        kept += chunk->size;
        if (kept >= ARENA_KEPT) {
            free_chunks(chunk->next);
            chunk->next = NULL;
        }
    }
    arena->current = arena->first;
    arena->full_size = 0;
}

size_t arena_size(const struct arena *arena)
{
    return arena->full_size + arena->current->used;
}

void *arena_zeroed(struct arena *arena, size_t size)
{
    void *place = claim(arena, size);
    return arena->current->clean ? place : memset(place, 0, size);
}

void *arena_copy(struct arena *arena, const void *data, size_t size)
{
    void *copy = claim(arena, size);
    return size ? memcpy(copy, data, size) : copy;
}

char *arena_text(struct arena *arena, const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length < (int)sizeof line)
        return arena_copy(arena, line, (size_t)length + 1);
    char *text = claim(arena, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void arena_visit(const struct arena *arena, void (*visit)(void *context, const void *block, size_t size),
                 void *context)
{
    for (const struct chunk *chunk = arena->first; chunk; chunk = chunk->next)
        if (chunk->used)
            visit(context, chunk->data, chunk->used);
}

static void free_chunks(struct chunk *first)
{
    for (struct chunk *chunk = first, *next; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
}

static struct chunk *chunk_new(size_t size)
{
    struct chunk *chunk = calloc(1, sizeof *chunk + size);
    if (!chunk)
        abort();
    chunk->size = size;
    chunk->clean = true;
    return chunk;
}

static void *claim(struct arena *arena, size_t size)
{
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    while (arena->current->size - arena->current->used < size) {
        struct chunk *next = arena->current->next;
        if (!next || next->size < size) {
            struct chunk *fresh = chunk_new(size > CHUNK_SIZE ? size : CHUNK_SIZE);
            fresh->next = next;
            arena->current->next = fresh;
            next = fresh;
        }
        arena->full_size += arena->current->used;
        arena->current = next;
    }
    void *place = arena->current->data + arena->current->used;
    arena->current->used += size;
    return place;
}
