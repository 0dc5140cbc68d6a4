#include "audit/stations.h"

#include <stdio.h>
#include <stdlib.h>

#define HASH_COUNT  2048
#define LECID_COUNT 65536

struct stations {
    struct arena *arena;
    struct station *list[STATION_ROOM];
    size_t count;
    uint64_t beyond_count;
    struct station *by_hash[HASH_COUNT]; /* of ATM address, or of network and IP address */
    struct station *by_lecid[LECID_COUNT];
    struct station *server;
    struct station *local_lec; /* the last one that became local */
    size_t local_lec_count;
};

static struct station *station_new(struct stations *stations, enum station_kind kind);
static size_t atm_hash(const struct atm_address *atm);
static size_t ip_hash(unsigned network, struct ipv4_address ip);
static void add_to_hash(struct stations *stations, size_t hash, struct station *station);

struct stations *stations_new(void)
{
    struct stations *stations = calloc(1, sizeof *stations);
    if (!stations)
        abort();
    stations->arena = arena_new();
    return stations;
}

void stations_free(struct stations *stations)
{
    if (!stations)
        return;
    arena_free(stations->arena);
    free(stations);
}

struct station *stations_lec_of_atm(struct stations *stations, const struct atm_address *atm)
{
    struct station *known = stations_known_atm(stations, atm);
    if (known)
        return known;
    struct station *station = station_new(stations, STATION_LEC);
    if (!station)
        return NULL;
    station->atm_known = true;
    station->atm = *atm;
    add_to_hash(stations, atm_hash(atm), station);
    return station;
}

struct station *stations_lec_of_lecid(struct stations *stations, uint16_t lecid)
{
    if (stations->by_lecid[lecid])
        return stations->by_lecid[lecid];
    struct station *station = station_new(stations, STATION_LEC);
    if (station) {
        station->lecid = lecid;
        stations->by_lecid[lecid] = station;
    }
    return station;
}

struct station *stations_lec_joined(struct stations *stations, const struct atm_address *atm, uint16_t lecid)
{
    struct station *known = stations->by_lecid[lecid];
    if (known && known->atm_known && atm_address_equal(&known->atm, atm))
        return known;
    struct station *station = stations_known_atm(stations, atm);
    if (!station && known && !known->atm_known) { /* its address has just become known */
        known->atm_known = true;
        known->atm = *atm;
        add_to_hash(stations, atm_hash(atm), known);
        return known;
    }
    if (!station)
        station = stations_lec_of_atm(stations, atm);
    if (station) {
        station->lecid = lecid;
        stations->by_lecid[lecid] = station;
    }
    return station;
}

struct station *stations_server(struct stations *stations)
{
    if (!stations->server)
        stations->server = station_new(stations, STATION_SERVER);
    return stations->server;
}

struct station *stations_lan_router(struct stations *stations, unsigned network, struct ipv4_address ip)
{
    size_t hash = ip_hash(network, ip);
    for (struct station *station = stations->by_hash[hash]; station; station = station->next)
        if (station->kind == STATION_LAN_ROUTER && station->network == network && ipv4_equal(station->ip, ip))
            return station;
    struct station *station = station_new(stations, STATION_LAN_ROUTER);
    if (!station)
        return NULL;
    station->network = network;
    station->ip = ip;
    add_to_hash(stations, hash, station);
    return station;
}

struct station *stations_known_server(const struct stations *stations)
{
    return stations->server;
}

struct station *stations_known_lecid(const struct stations *stations, uint16_t lecid)
{
    return stations->by_lecid[lecid];
}

struct station *stations_known_atm(const struct stations *stations, const struct atm_address *atm)
{
    struct station *station = stations->by_hash[atm_hash(atm)];
    while (station && (station->kind != STATION_LEC || !atm_address_equal(&station->atm, atm)))
        station = station->next;
    return station;
}

struct station *stations_only_local(const struct stations *stations)
{
    return stations->local_lec_count == 1 ? stations->local_lec : NULL;
}

void stations_make_local(struct stations *stations, struct station *station)
{
    if (station->local)
        return;
    station->local = true;
    if (station->kind != STATION_LEC)
        return;
    stations->local_lec = station;
    stations->local_lec_count++;
}

size_t stations_count(const struct stations *stations)
{
    return stations->count;
}

struct station *stations_at(const struct stations *stations, size_t index)
{
    return stations->list[index];
}

uint64_t stations_beyond_count(const struct stations *stations)
{
    return stations->beyond_count;
}

const char *station_text(const struct station *station, char text[static STATION_TEXT_SIZE])
{
    char atm[ATM_ADDRESS_TEXT_SIZE];
    if (station->kind != STATION_LEC || !station->atm_known || !station->lecid)
        return station_name(station, text);
    snprintf(text, STATION_TEXT_SIZE, "LEC %u at %s", station->lecid, atm_address_text(&station->atm, atm));
    return text;
}

const char *station_name(const struct station *station, char text[static STATION_TEXT_SIZE])
{
    uint32_t ip = station->ip.number;
    switch (station->kind) {
    case STATION_LEC:
        if (station->atm_known)
            atm_address_text(&station->atm, text);
        else
            snprintf(text, STATION_TEXT_SIZE, "lecid %u", station->lecid);
        break;
    case STATION_SERVER:
        snprintf(text, STATION_TEXT_SIZE, "servers");
        break;
    case STATION_LAN_ROUTER:
        snprintf(text, STATION_TEXT_SIZE, "%u.%u.%u.%u", ip >> 24, ip >> 16 & 0xff, ip >> 8 & 0xff,
                 ip & 0xff);
        break;
    }
    return text;
}

static struct station *station_new(struct stations *stations, enum station_kind kind)
{
    if (stations->count == STATION_ROOM) {
        stations->beyond_count++;
        return NULL;
    }
    struct station *station = arena_zeroed(stations->arena, sizeof *station);
    station->kind = kind;
    station->index = (unsigned)stations->count;
    stations->list[stations->count++] = station;
    return station;
}

static size_t atm_hash(const struct atm_address *atm)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < ATM_ADDRESS_SIZE; i++)
        hash = (hash ^ atm->octet[i]) * 16777619u;
    return hash % HASH_COUNT;
}

static size_t ip_hash(unsigned network, struct ipv4_address ip)
{
    return (ip.number * 2654435761u + network * 40503u) % HASH_COUNT;
}

static void add_to_hash(struct stations *stations, size_t hash, struct station *station)
{
    station->next = stations->by_hash[hash];
    stations->by_hash[hash] = station;
}
