#include "dut/device_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dut/reader.h"

static struct device_file *read_file(const char *path, bool deep, struct mistakes *mistakes);
static char *folder_of(const char *path, struct arena *arena);
static void complete_claims(struct device_file *file);
static size_t list_length(const struct yaml_node *list);
static void contradict(struct mistakes *mistakes, struct place place, const struct lab *lab,
                       enum scope_dimension dimension, unsigned claimed, unsigned offered);

struct device_file *device_file_read(const char *path, struct mistakes *mistakes)
{
    return read_file(path, true, mistakes);
}

struct device_file *device_file_read_router(const char *path, struct mistakes *mistakes)
{
    return read_file(path, false, mistakes);
}

void device_file_free(struct device_file *file)
{
    if (!file)
        return;
    for (size_t i = 0; i < file->router_count; i++)
        device_file_free(file->router_files[i]);
    arena_free(file->arena);
}

bool device_file_bind(const struct device_file *file, struct lab *lab, struct mistakes *mistakes)
{
    const struct scope *claims = &file->profile.claims;
    const struct scope *offers = &lab->claims;
    bool lane = claims->roles != ROLE_VRRP; /* which has neither scheme nor version */
    contradict(mistakes, file->role_at, lab, SCOPE_ROLES, claims->roles, offers->roles);
    if (lane) {
        contradict(mistakes, file->schemes_at, lab, SCOPE_SCHEMES, claims->schemes, offers->schemes);
        contradict(mistakes, file->lane_at, lab, SCOPE_LANE, claims->lane, offers->lane);
    }
    contradict(mistakes, file->media_at, lab, SCOPE_MEDIA, claims->media, offers->media);
    unsigned missing = file->profile.options & ~lab->capabilities;
    for (const struct capability_name *known = capability_names; known->bit; known++)
        if (missing & known->bit)
            mistake_add(
                mistakes, file->options_at,
                "%s is claimed, but %s does not offer it; take it out, or attach the device so that it does",
                known->name, lab->name);
    mistakes_sort(mistakes);
    lab->claims = (struct scope){.roles = claims->roles & offers->roles,
                                 .schemes = lane ? claims->schemes & offers->schemes : offers->schemes,
                                 .lane = lane ? claims->lane & offers->lane : offers->lane,
                                 .media = claims->media & offers->media};
    lab->capabilities &= file->profile.options | CAPABILITIES_OF_ATTACHMENT;
    return mistakes->count == 0;
}

/* 'deep': with the files that it names, which might be itself. */
static struct device_file *read_file(const char *path, bool deep, struct mistakes *mistakes)
{
    struct arena *arena = arena_new();
    const struct yaml_node *root = yaml_tree_read(path, arena, mistakes);
    struct device_file *file = arena_zeroed(arena, sizeof *file);
    file->arena = arena;
    file->path = file->profile.source = arena_text(arena, "%s", path);
    file->pixit = pixit_default();
    file->instances = 1;
    file->control.folder = folder_of(path, arena);
    if (root) {
        size_t room = list_length(yaml_child(root, "waivers"));
        struct reader reader = {.file = file,
                                .waivers = arena_zeroed(arena, (room + 1) * sizeof(struct waiver)),
                                .waiver_at = arena_zeroed(arena, (room + 1) * sizeof(struct place)),
                                .expires_at = arena_zeroed(arena, (room + 1) * sizeof(struct place)),
                                .root = root,
                                .mistakes = mistakes};
        read_section(&reader, &schema, root, file);
        if (reader.roles && root->kind == YAML_MAPPING) {
            check_claims(&reader);
            check_addresses(&reader);
            check_attachment(&reader);
            if (deep)
                read_router_files(&reader);
        }
        complete_claims(file);
        check_waivers(&reader);
        file->profile.waivers = reader.waivers;
        file->profile.waiver_count = reader.waiver_count;
        file->attached_at = place_of_key(&reader, "device", "attached");
        file->heartbeat_at = place_of_key(&reader, "control", deed_name(DEED_HEARTBEAT));
        file->role_at = place_of_key(&reader, NULL, "role");
        file->schemes_at = place_of_key(&reader, NULL, "schemes");
        file->lane_at = place_of_key(&reader, NULL, "lane");
        file->media_at = place_of_key(&reader, NULL, "media");
        file->options_at = place_of_key(&reader, NULL, "options");
    }
    mistakes_sort(mistakes);
    if (!mistakes->count)
        return file;
    device_file_free(file);
    return NULL;
}

static char *folder_of(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return arena_text(arena, ".");
    return arena_text(arena, "%.*s", slash == path ? 1 : (int)(slash - path), path);
}

/* Nothing said where nothing has to be said: everything. */
static void complete_claims(struct device_file *file)
{
    struct scope *claims = &file->profile.claims;
    if (!claims->schemes)
        claims->schemes = SCHEME_NON_PROXY | SCHEME_PROXY;
    if (!claims->lane)
        claims->lane = LANE_V1 | LANE_V2;
}

static size_t list_length(const struct yaml_node *list)
{
    size_t length = 0;
    for (const struct yaml_node *entry = list ? list->children : NULL; entry; entry = entry->next)
        length++;
    return length;
}

static void contradict(struct mistakes *mistakes, struct place place, const struct lab *lab,
                       enum scope_dimension dimension, unsigned claimed, unsigned offered)
{
    const char *name;
    char offers[200];
    struct text text = text_in(offers, sizeof offers);
    for (unsigned bit = 1; (name = scope_bit_name(dimension, bit)); bit <<= 1)
        if (offered & bit)
            text_add(&text, "%s%s", text.length ? ", " : "", name);
    for (unsigned bit = 1; (name = scope_bit_name(dimension, bit)); bit <<= 1)
        if (claimed & ~offered & bit)
            mistake_add(mistakes, place, "%s is claimed, but %s offers only %s; claim no more than that",
                        name, lab->name, offers);
}
