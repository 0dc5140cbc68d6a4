#include "links/number_map.h"

#include <stdlib.h>

bool number_map_add(struct number_map *map, uint32_t group, uint32_t device, uint32_t world)
{
    uint32_t known;
    if (number_map_world(map, group, device, &known))
        return false;
    if (map->count == map->room) {
        map->room = map->room ? map->room * 2 : 32;
        map->pairs = realloc(map->pairs, map->room * sizeof *map->pairs);
        if (!map->pairs)
            abort();
    }
    map->pairs[map->count++] = (struct number_pair){group, device, world};
    return true;
}

bool number_map_world(const struct number_map *map, uint32_t group, uint32_t device, uint32_t *world)
{
    for (size_t i = map->count; i-- > 0;)
        if (map->pairs[i].group == group && map->pairs[i].device == device) {
            *world = map->pairs[i].world;
            return true;
        }
    return false;
}

bool number_map_device(const struct number_map *map, uint32_t group, uint32_t world, uint32_t *device)
{
    for (size_t i = map->count; i-- > 0;)
        if (map->pairs[i].group == group && map->pairs[i].world == world) {
            *device = map->pairs[i].device;
            return true;
        }
    return false;
}

void number_map_clear(struct number_map *map)
{
    map->count = 0;
}

void number_map_free(struct number_map *map)
{
    free(map->pairs);
    *map = (struct number_map){0};
}
