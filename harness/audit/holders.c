#include "audit/holders.h"

#include <stdio.h>

#define SLOTS_AT_FIRST 1024                         /* a power of two */
#define HASH_FACTOR    UINT64_C(0x9e3779b97f4a7c15) /* 2^64 divided by the golden ratio, odd */

struct holders {
    struct arena *arena;
    struct holder **slots; /* those with an address, by its hash; open addressing, at most half full */
    size_t slot_count;     /* a power of two */
    size_t slots_used;
    size_t count; /* with those known by LECID alone */
    uint64_t beyond_count;
};

static struct holder *holder_at(struct holders *holders, const struct holder *key);
static struct holder *holder_new(struct holders *holders, const struct holder *holder);
static void put(struct holders *holders, struct holder *holder);
static void grow(struct holders *holders);
static struct holder **slot_of(const struct holders *holders, const struct holder *key);
static bool same_address(const struct holder *a, const struct holder *b);

struct holders *holders_new(struct arena *arena)
{
    struct holders *holders = arena_zeroed(arena, sizeof *holders);
    holders->arena = arena;
    holders->slot_count = SLOTS_AT_FIRST;
    holders->slots = arena_zeroed(arena, holders->slot_count * sizeof(struct holder *));
    return holders;
}

const char *holder_name(const struct holder *holder, char text[static HOLDER_TEXT_SIZE])
{
    if (!holder) {
        snprintf(text, HOLDER_TEXT_SIZE, "nobody");
        return text;
    }
    switch (holder->kind) {
    case HOLDER_ATM:
        atm_address_text(&holder->atm, text);
        break;
    case HOLDER_LECID:
        snprintf(text, HOLDER_TEXT_SIZE, "lecid %u", holder->lecid);
        break;
    case HOLDER_IP:
        ipv4_text(holder->ip, text);
        break;
    }
    return text;
}

const char *holder_text(const struct holder *holder, char text[static HOLDER_TEXT_SIZE])
{
    if (!holder || holder->kind != HOLDER_ATM || holder->lecid == 0)
        return holder_name(holder, text);
    char address[ATM_ADDRESS_TEXT_SIZE];
    snprintf(text, HOLDER_TEXT_SIZE, "LEC %u at %s", holder->lecid, atm_address_text(&holder->atm, address));
    return text;
}

struct holder *holders_at_address(struct holders *holders, const struct atm_address *address)
{
    return holder_at(holders, &(struct holder){.kind = HOLDER_ATM, .atm = *address});
}

struct holder *holders_at_ip(struct holders *holders, struct ipv4_address ip)
{
    return holder_at(holders, &(struct holder){.kind = HOLDER_IP, .ip = ip});
}

struct holder *holders_find(const struct holders *holders, const struct atm_address *address)
{
    return *slot_of(holders, &(struct holder){.kind = HOLDER_ATM, .atm = *address});
}

struct holder *holders_with_lecid(struct holders *holders, uint16_t lecid)
{
    return holder_new(holders, &(struct holder){.kind = HOLDER_LECID, .lecid = lecid});
}

void holders_rename(struct holders *holders, struct holder *holder, const struct atm_address *address)
{
    holder->kind = HOLDER_ATM;
    holder->atm = *address;
    put(holders, holder);
}

uint64_t holders_beyond_count(const struct holders *holders)
{
    return holders->beyond_count;
}

static struct holder *holder_at(struct holders *holders, const struct holder *key)
{
    struct holder *holder = *slot_of(holders, key);
    if (!holder) {
        holder = holder_new(holders, key);
        if (holder)
            put(holders, holder);
    }
    return holder;
}

static struct holder *holder_new(struct holders *holders, const struct holder *holder)
{
    if (holders->count == HOLDER_ROOM) {
        holders->beyond_count++;
        return NULL;
    }
    holders->count++;
    return arena_copy(holders->arena, holder, sizeof *holder);
}

/* Puts a holder with an address into the table. */
static void put(struct holders *holders, struct holder *holder)
{
    if (holders->slots_used * 2 == holders->slot_count)
        grow(holders);
    *slot_of(holders, holder) = holder;
    holders->slots_used++;
}

/* Doubles the table. */
static void grow(struct holders *holders)
{
    struct holder **old = holders->slots;
    size_t old_count = holders->slot_count;
    holders->slot_count *= 2;
    holders->slots = arena_zeroed(holders->arena, holders->slot_count * sizeof(struct holder *));
    for (size_t i = 0; i < old_count; i++)
        if (old[i])
            *slot_of(holders, old[i]) = old[i];
}

/* Where the holder with the address of 'key' stands, or would stand (NULL in there). */
static struct holder **slot_of(const struct holders *holders, const struct holder *key)
{
    uint64_t hash = key->kind == HOLDER_IP ? key->ip.number : 1;
    for (size_t i = 0; key->kind == HOLDER_ATM && i < ATM_ADDRESS_SIZE; i += 4)
        hash = (hash ^ octets_u32(key->atm.octet + i)) * HASH_FACTOR;
    size_t at = (size_t)(hash * HASH_FACTOR >> 32);
    for (;; at++) {
        struct holder **slot = &holders->slots[at & (holders->slot_count - 1)];
        if (!*slot || same_address(*slot, key))
            return slot;
    }
}

static bool same_address(const struct holder *a, const struct holder *b)
{
    if (a->kind != b->kind)
        return false;
    return a->kind == HOLDER_IP ? ipv4_equal(a->ip, b->ip) : atm_address_equal(&a->atm, &b->atm);
}
