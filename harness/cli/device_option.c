#include "cli/device_option.h"

#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/labs.h"
#include "ethernet/wired.h"

static struct lab *bind(const struct device_file *file, struct lab *lab, unsigned instance,
                        struct mistakes *mistakes);
static struct lab *open_attached(const struct device_file *file, unsigned instance, struct place *at,
                                 struct reason *reason);
static struct lab *open_lab(const struct device_file *file, unsigned instance, struct reason *reason);
static void add_control(const struct device_file *file, struct lab *lab, unsigned instance);
static struct lab *start_control(const struct device_file *file, struct lab *lab, struct place *at,
                                 struct reason *reason);
static bool add_routers(const struct device_file *file, struct lab *lab, unsigned instance,
                        struct mistakes *mistakes);
static bool ends_with(const char *word, const char *ending);

bool device_is_file(const char *spec)
{
    bool attachment = strcmp(spec, ATTACHED_REFERENCE) == 0 ||
                      strncmp(spec, ATTACHED_MUTANT, strlen(ATTACHED_MUTANT)) == 0 ||
                      strncmp(spec, ATTACHED_ADAPTER, strlen(ATTACHED_ADAPTER)) == 0;
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

void device_file_guard(struct device_file *file, const struct guard *guard)
{
    if (!file)
        return;
    file->control.guard = guard;
    for (size_t i = 0; i < file->router_count; i++)
        file->router_files[i]->control.guard = guard;
}

struct lab *device_file_lab(const struct device_file *file, unsigned instance, struct mistakes *mistakes)
{
    struct reason reason = {""};
    struct place at;
    struct lab *lab = open_attached(file, instance, &at, &reason);
    if (!lab) {
        mistake_add(mistakes, at, "%s", reason.text);
        return NULL;
    }
    return bind(file, lab, instance, mistakes);
}

struct lab *device_file_share(const struct device_file *file, struct lab *lab, unsigned instance,
                              struct mistakes *mistakes)
{
    struct reason reason = {""};
    struct place at;
    struct lab *another = lab_share(lab, instance - 1);
    add_control(file, another, instance);
    another = start_control(file, another, &at, &reason);
    if (another)
        return bind(file, another, instance, mistakes);
    mistake_add(mistakes, at, "%s", reason.text);
    return NULL;
}

/* Closes the lab when it does not fit the file. */
static struct lab *bind(const struct device_file *file, struct lab *lab, unsigned instance,
                        struct mistakes *mistakes)
{
    if (device_file_bind(file, lab, mistakes) && add_routers(file, lab, instance, mistakes))
        return lab;
    lab_close(lab);
    return NULL;
}

/* NULL, with the reason and where its cause stands. */
static struct lab *open_attached(const struct device_file *file, unsigned instance, struct place *at,
                                 struct reason *reason)
{
    struct lab *lab = open_lab(file, instance, reason);
    *at = file->attached_at;
    return lab ? start_control(file, lab, at, reason) : NULL;
}

static struct lab *open_lab(const struct device_file *file, unsigned instance, struct reason *reason)
{
    const struct device_profile *profile = &file->profile;
    if (strcmp(file->attached, ATTACHED_PORTS) == 0) {
        struct wired_plan plan = {.name = profile->name,
                                  .ports = file->ports,
                                  .port_count = file->port_count,
                                  .control = &file->control,
                                  .claims = profile->claims,
                                  .options = profile->options};
        return wired_lab_open(&plan, instance, reason);
    }
    struct lab *lab = lab_open_in(file->control.folder, file->attached, reason);
    if (lab)
        add_control(file, lab, instance);
    return lab;
}

static void add_control(const struct device_file *file, struct lab *lab, unsigned instance)
{
    if (!file->control_given)
        return;
    lab->control = device_control_new(&file->control, instance);
    lab->capabilities |= control_plan_capabilities(&file->control);
}

/* Listens to signals and to the heartbeat; closes the lab when it has one that can't be heard. */
static struct lab *start_control(const struct device_file *file, struct lab *lab, struct place *at,
                                 struct reason *reason)
{
    device_control_interrupt_by(lab->control, signals_descriptor());
    if (!lab->control || device_control_heartbeat_start(lab->control, reason))
        return lab;
    *at = file->heartbeat_at;
    lab_close(lab);
    return NULL;
}

/* Real VRRP routers in place of the built-in ones, each with a device file of its own. */
static bool add_routers(const struct device_file *file, struct lab *lab, unsigned instance,
                        struct mistakes *mistakes)
{
    if (!file->router_count)
        return true;
    while (lab->companion_count)
        lab_close(lab->companions[--lab->companion_count]);
    for (size_t i = 0; i < file->router_count; i++) {
        struct reason reason = {""};
        struct place in_its_file;
        struct lab *companion = open_attached(file->router_files[i], instance, &in_its_file, &reason);
        if (!companion) {
            mistake_add(mistakes, file->routers_at[i], "%s: %s", file->routers[i], reason.text);
            return false;
        }
        lab->companions[lab->companion_count++] = companion;
    }
    return true;
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
