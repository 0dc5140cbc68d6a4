/* Which number of a device is which number of the world: a device out of process names the VCCs and parties
 * that it makes itself, since it can't wait for the world's numbers.
 */
#ifndef LINKS_NUMBER_MAP_H
#define LINKS_NUMBER_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pairs of numbers; 'group' keeps apart numbers that are unique within something only (parties within a VCC).
 * Starts as zero octets. */
struct number_map {
    struct number_pair {
        uint32_t group;
        uint32_t device;
        uint32_t world;
    } * pairs;
    size_t count;
    size_t room;
};

/* Adds a pair; false when the device has used this number in this group before. */
bool number_map_add(struct number_map *map, uint32_t group, uint32_t device, uint32_t world);

/* The other number of a pair; false when there is none. The latest pairs are found fastest. */
bool number_map_world(const struct number_map *map, uint32_t group, uint32_t device, uint32_t *world);
bool number_map_device(const struct number_map *map, uint32_t group, uint32_t world, uint32_t *device);

/* Forgets all pairs but keeps the memory. */
void number_map_clear(struct number_map *map);
void number_map_free(struct number_map *map);

#endif
