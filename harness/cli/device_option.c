#include "cli/device_option.h"

#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/labs.h"

static bool ends_with(const char *word, const char *ending);

bool device_is_file(const char *spec)
{
    bool attachment = strcmp(spec, "reference") == 0 || strncmp(spec, "mutant:", 7) == 0 ||
                      strncmp(spec, "adapter:", 8) == 0;
    return !attachment && (ends_with(spec, ".yaml") || ends_with(spec, ".yml") || access(spec, F_OK) == 0);
}

int complain_of_mistakes(const char *path, const struct mistakes *mistakes)
{
    size_t count = mistakes->count + mistakes->dropped;
    fflush(stdout);
    for (size_t i = 0; i < mistakes->count; i++)
        fprintf(stderr, "%s:%zu:%zu: %s\n", path, mistakes->list[i].place.line,
                mistakes->list[i].place.column, mistakes->list[i].text);
    if (mistakes->dropped)
        return complain(RUN_USAGE, "%zu mistakes in %s, the first %zu are shown; nothing was run", count,
                        path, mistakes->count);
    return complain(RUN_USAGE, "%zu mistake%s in %s; nothing was run", count, count == 1 ? "" : "s", path);
}

struct lab *device_file_lab(const struct device_file *file, struct mistakes *mistakes)
{
    struct reason reason = {""};
    struct lab *lab = lab_open(file->attached, &reason);
    if (!lab) {
        mistake_add(mistakes, file->attached_at, "%s", reason.text);
        return NULL;
    }
    if (device_file_bind(file, lab, mistakes))
        return lab;
    lab_close(lab);
    return NULL;
}

struct pixit pixit_in_force(const struct arguments *arguments, const struct device_file *file)
{
    struct pixit pixit = arguments->pixit;
    for (unsigned i = 0; file && i < PIXIT_CHOICE_COUNT; i++)
        if (!arguments->pixit_given[i])
            pixit.choice[i] = file->pixit.choice[i];
    return pixit;
}

bool claimed_scope(const struct scope *asked, const struct device_file *file, struct scope *scope,
                   struct reason *reason)
{
    *scope = *asked;
    if (!file)
        return true;
    const struct scope *claims = &file->profile.claims;
    scope->roles = asked->roles ? asked->roles & claims->roles : claims->roles;
    scope->schemes = asked->schemes ? asked->schemes & claims->schemes : claims->schemes;
    scope->lane = asked->lane ? asked->lane & claims->lane : claims->lane;
    scope->media = asked->media ? asked->media & claims->media : claims->media;
    for (int i = 0; i < SCOPE_DIMENSION_COUNT; i++)
        if (!scope_mask(scope, (enum scope_dimension)i))
            return reason_set(reason, "nothing is selected: %s claims none of the %s asked for", file->path,
                              scope_dimension_name((enum scope_dimension)i));
    return true;
}

static bool ends_with(const char *word, const char *ending)
{
    size_t length = strlen(word);
    size_t size = strlen(ending);
    return length > size && strcmp(word + length - size, ending) == 0;
}
