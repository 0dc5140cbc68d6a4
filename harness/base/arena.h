/* Memory that lives as long as one world.
 *
 * A world, its frames and its decoded views are given up together when the case ends, so nothing inside is
 * freed one by one. Exhausted memory ends the program: no verdict could be trusted after it.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena;

/* A new, empty arena; owned by the caller. */
struct arena *arena_new(void);

/* Frees the arena and everything that came from it; NULL is accepted. */
void arena_free(struct arena *arena);

/* Forgets everything that came from the arena but keeps its memory for the next use, up to ARENA_KEPT octets:
 * more than that is the exception, and goes back to the system. */
#define ARENA_KEPT ((size_t)64 * 1024 * 1024)
void arena_clear(struct arena *arena);

/* Octets that came from it since it was new or cleared. */
size_t arena_size(const struct arena *arena);

/* 'size' octets, zeroed, aligned for any object; never NULL. */
void *arena_zeroed(struct arena *arena, size_t size);

/* A copy of 'size' octets. */
void *arena_copy(struct arena *arena, const void *data, size_t size);

/* A formatted string. */
char *arena_text(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Visits all memory that came from the arena, in blocks aligned for any object. */
void arena_visit(const struct arena *arena, void (*visit)(void *context, const void *block, size_t size),
                 void *context);

#endif
