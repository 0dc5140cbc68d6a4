#include "output/owners_print.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/duration.h"
#include "output/json_parts.h"
#include "output/plain.h"

/* "12.345678" with room for any time. */
#define TIME_TEXT_SIZE 32

/* A plain name, or "network 3". */
#define NETWORK_TEXT_SIZE 24

static void print_owner(FILE *out, const struct owners_page *page, const struct owner *owner);
static void print_origin(FILE *out, const struct owners_page *page, const struct owner_entry *entry);
static void print_moves(FILE *out, const struct owner *owner);
static void print_entry(FILE *out, const struct owners_page *page, const struct owner_entry *entry);
static json_t *owner_json(const struct owners_page *page, const struct owner *owner);
static json_t *entry_json(const struct owners_page *page, const struct owner_entry *entry);
static json_t *holder_json(const struct holder *holder);
static char *network_name(const struct owners_page *page, unsigned network);
static int64_t since_start(const struct owners_page *page, int64_t time_ns);
static const char *time_text(int64_t time_ns, char text[static TIME_TEXT_SIZE]);

void owners_print(FILE *out, const struct owners_page *page)
{
    const struct owner *owner = owners_next(page->owners, NULL);
    if (!owner)
        fprintf(out, "Nobody was seen to hold a VMAC.\n");
    const struct owner *before = NULL;
    for (; owner; before = owner, owner = owners_next(page->owners, owner)) {
        if (before && (before->entry_count > 1 || owner->entry_count > 1))
            fputc('\n', out);
        print_owner(out, page, owner);
    }
    uint64_t beyond_count = owners_beyond_count(page->owners);
    if (beyond_count)
        fprintf(out,
                "\n%" PRIu64 " frame%s not in these timelines: there is room for %d VMACs, %d holders and "
                "%d networks\n",
                beyond_count, beyond_count == 1 ? " is" : "s are", OWNER_ROOM, HOLDER_ROOM,
                OWNER_NETWORK_ROOM);
}

json_t *owners_json(const struct owners_page *page)
{
    json_t *array = json_array();
    for (const struct owner *owner = owners_next(page->owners, NULL); owner;
         owner = owners_next(page->owners, owner))
        json_array_append_new(array, owner_json(page, owner));
    return array;
}

static void print_owner(FILE *out, const struct owners_page *page, const struct owner *owner)
{
    char mac[MAC_TEXT_SIZE], holder[HOLDER_TEXT_SIZE], time[TIME_TEXT_SIZE];
    char *network = network_name(page, owner->network);
    fprintf(out, "%s (VRID %u) on %s: %s, ", mac_text(mac_of_vrid(owner->vrid), mac), owner->vrid, network,
            holder_text(owner->holder, holder));
    free(network);
    if (!owner->holder)
        fprintf(out, "before that %s, ", holder_text(owner->last, holder));
    if (owner->entry_count == 1)
        print_origin(out, page, owner->first);
    fprintf(out, "last seen in frame %" PRIu64 " at %s s\n", owner->seen_number,
            time_text(since_start(page, owner->seen_ns), time));
    if (owner->entry_count == 1)
        return;
    print_moves(out, owner);
    fprintf(out, "  %10s  %12s  held by\n", "frame", "time");
    uint64_t printed = 0;
    for (const struct owner_entry *entry = owner->first;
         entry && (page->entry_count == 0 || printed < page->entry_count); entry = entry->next, printed++)
        print_entry(out, page, entry);
    if (printed < owner->entry_count)
        fprintf(out, "  %10s  %" PRIu64 " later changes are not shown\n", "", owner->entry_count - printed);
}

/* All that there is to tell of a VMAC that has had one holder. */
static void print_origin(FILE *out, const struct owners_page *page, const struct owner_entry *entry)
{
    char time[TIME_TEXT_SIZE];
    fprintf(out, "%s (%s) in frame %" PRIu64 " at %s s, ", owner_evidence_text(entry->evidence),
            frame_name_text(entry->name), entry->number, time_text(since_start(page, entry->time_ns), time));
}

static void print_moves(FILE *out, const struct owner *owner)
{
    char gap[TIME_TEXT_SIZE];
    if (owner->move_count)
        fprintf(out, "  %" PRIu64 " move%s; %s %s s, up to frame %" PRIu64 "\n", owner->move_count,
                owner->move_count == 1 ? "" : "s", owner->move_count == 1 ? "gap" : "longest gap",
                time_text(owner->longest_gap_ns, gap), owner->longest_gap_number);
}

static void print_entry(FILE *out, const struct owners_page *page, const struct owner_entry *entry)
{
    char time[TIME_TEXT_SIZE], holder[HOLDER_TEXT_SIZE];
    fprintf(out, "  %10" PRIu64 "  %12s  %s: %s (%s)", entry->number,
            time_text(since_start(page, entry->time_ns), time), holder_text(entry->to, holder),
            owner_evidence_text(entry->evidence), frame_name_text(entry->name));
    if (entry->moved_from)
        fprintf(out, ", moved from %s, gap %s s", holder_text(entry->moved_from, holder),
                time_text(entry->gap_ns, time));
    fputc('\n', out);
}

static json_t *owner_json(const struct owners_page *page, const struct owner *owner)
{
    char mac[MAC_TEXT_SIZE];
    json_t *object = json_object();
    char *network = network_name(page, owner->network);
    json_put(object, "network", json_text(network));
    free(network);
    json_put(object, "vmac", json_text(mac_text(mac_of_vrid(owner->vrid), mac)));
    json_put(object, "vrid", json_integer(owner->vrid));
    json_put(object, "holder", holder_json(owner->holder));
    json_put(object, "last_holder", holder_json(owner->last));
    json_put(object, "last_seen_frame", json_integer((json_int_t)owner->seen_number));
    json_put(object, "last_seen_ns", json_integer(since_start(page, owner->seen_ns)));
    json_put(object, "moves", json_integer((json_int_t)owner->move_count));
    json_put(object, "longest_gap_ns", owner->move_count ? json_integer(owner->longest_gap_ns) : json_null());
    json_put(object, "longest_gap_frame",
             owner->move_count ? json_integer((json_int_t)owner->longest_gap_number) : json_null());
    json_put(object, "changes", json_integer((json_int_t)owner->entry_count));
    json_t *entries = json_array();
    for (const struct owner_entry *entry = owner->first; entry; entry = entry->next)
        json_array_append_new(entries, entry_json(page, entry));
    json_put(object, "entries", entries);
    return object;
}

static json_t *entry_json(const struct owners_page *page, const struct owner_entry *entry)
{
    json_t *object = json_object();
    json_put(object, "frame", json_integer((json_int_t)entry->number));
    json_put(object, "time_ns", json_integer(since_start(page, entry->time_ns)));
    json_put(object, "from", holder_json(entry->from));
    json_put(object, "to", holder_json(entry->to));
    json_put(object, "evidence", json_text(owner_evidence_text(entry->evidence)));
    json_put(object, "name", json_text(frame_name_text(entry->name)));
    json_put(object, "moved_from", holder_json(entry->moved_from));
    json_put(object, "gap_ns", entry->moved_from ? json_integer(entry->gap_ns) : json_null());
    return object;
}

static json_t *holder_json(const struct holder *holder)
{
    char name[HOLDER_TEXT_SIZE];
    return holder ? json_text(holder_name(holder, name)) : json_null();
}

/* To be freed. */
static char *network_name(const struct owners_page *page, unsigned network)
{
    if (network < page->network_count)
        return plain_copy(page->networks[network]);
    char text[NETWORK_TEXT_SIZE];
    snprintf(text, sizeof text, "network %u", network);
    return plain_copy(text);
}

/* As far as a number can tell: times of a damaged capture may be anything. */
static int64_t since_start(const struct owners_page *page, int64_t time_ns)
{
    int64_t since_ns;
    if (__builtin_sub_overflow(time_ns, page->start_ns, &since_ns))
        return time_ns < page->start_ns ? INT64_MIN : INT64_MAX;
    return since_ns;
}

/* Seconds to the microsecond, cut off. */
static const char *time_text(int64_t time_ns, char text[static TIME_TEXT_SIZE])
{
    const char *sign = time_ns < 0 ? "-" : "";
    uint64_t size_us = (time_ns < 0 ? 0 - (uint64_t)time_ns : (uint64_t)time_ns) / NS_PER_US;
    snprintf(text, TIME_TEXT_SIZE, "%s%" PRIu64 ".%06" PRIu64, sign, size_us / 1000000, size_us % 1000000);
    return text;
}
