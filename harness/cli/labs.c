/* The reference, a mutant of it, a process. */
#include "cli/labs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dut/device_file.h"
#include "links/adapter.h"
#include "mutants/mutants.h"
#include "reference/reference.h"

/* VRRP routers beside a bridge, where the device file names none. */
#define BUILT_IN_COMPANIONS 2

static struct lab *with_companions(struct lab *lab);
static struct lab *lab_of(const char *folder, const char *spec, struct reason *reason);
static struct lab *built_in_lab(const char *name, const struct mutant_definition *mutant);
static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason);
static void built_in_switch(struct lab *lab, struct switch_behaviour *behaviour);
static void close_built_in(struct lab *lab);

static const struct lab_kind built_in = {
    .lend = lend, .switch_behaviour = built_in_switch, .close = close_built_in};

struct lab *lab_open(const char *spec, struct reason *reason)
{
    return lab_open_in(NULL, spec, reason);
}

struct lab *lab_open_in(const char *folder, const char *spec, struct reason *reason)
{
    return with_companions(lab_of(folder, spec, reason));
}

bool lab_is_process(const char *spec)
{
    return strncmp(spec, ATTACHED_ADAPTER, strlen(ATTACHED_ADAPTER)) == 0;
}

struct lab *lab_share(struct lab *lab, unsigned instance)
{
    return with_companions(lab->kind->share(lab, instance));
}

static struct lab *with_companions(struct lab *lab)
{
    for (; lab && lab->companion_count < BUILT_IN_COMPANIONS; lab->companion_count++)
        lab->companions[lab->companion_count] = built_in_lab("reference", NULL);
    return lab;
}

static struct lab *lab_of(const char *folder, const char *spec, struct reason *reason)
{
    if (strcmp(spec, ATTACHED_REFERENCE) == 0)
        return built_in_lab(spec, NULL);
    if (lab_is_process(spec))
        return adapter_lab_open(spec + strlen(ATTACHED_ADAPTER), folder, reason);
    if (strncmp(spec, ATTACHED_MUTANT, strlen(ATTACHED_MUTANT)) == 0) {
        const struct mutant_definition *mutant = mutant_definition_find(spec + strlen(ATTACHED_MUTANT));
        if (mutant)
            return built_in_lab(spec, mutant);
        reason_set(reason, "%s is no mutant; `vmacheck mutants --list` lists them all", spec);
        return NULL;
    }
    reason_set(reason,
               "--dut %s: no such device; use " ATTACHED_REFERENCE ", " ATTACHED_MUTANT
               "ID, " ATTACHED_ADAPTER "COMMAND or a device file (docs/device-file.md)",
               spec);
    return NULL;
}

static struct lab *built_in_lab(const char *name, const struct mutant_definition *mutant)
{
    struct lab *lab = calloc(1, sizeof *lab);
    char *copy = strdup(name);
    if (!lab || !copy)
        abort();
    lab->name = copy;
    lab->kind = &built_in;
    lab->context = (void *)(uintptr_t)mutant;
    lab->capabilities = reference_capabilities() | CAPABILITY_FAIL_LINK;
    lab->claims = reference_claims;
    lab->claims.roles |= ROLE_SWITCH; /* the ATM cloud of the world */
    return lab;
}

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    if (settings->role == ROLE_SWITCH)
        return true; /* nobody stands at the device's port: the cloud is the device */
    const struct mutant_definition *mutant = lab->context;
    const struct station_handlers *handlers;
    void *station = mutant ? mutant_new(mutant, port_services(port), settings, &handlers, reason)
                           : reference_new(port_services(port), settings, NULL, &handlers, reason);
    if (station)
        port_attach(port, handlers, station);
    return station;
}

static void built_in_switch(struct lab *lab, struct switch_behaviour *behaviour)
{
    const struct mutant_definition *mutant = lab->context;
    if (mutant && mutant->change_switch)
        mutant->change_switch(behaviour);
}

static void close_built_in(struct lab *lab)
{
    free((char *)(uintptr_t)lab->name);
    free(lab);
}
