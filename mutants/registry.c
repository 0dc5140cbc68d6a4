#include <string.h>

#include "mutants/mutants.h"

extern const struct mutant_definition association_mutants[];
extern const struct mutant_definition vrrp_state_mutants[];

const struct mutant_definition *const mutant_tables[] = {association_mutants, vrrp_state_mutants};
const size_t mutant_table_count = sizeof mutant_tables / sizeof *mutant_tables;

const struct mutant_definition *mutant_definition_find(const char *id)
{
    for (size_t i = 0; i < mutant_table_count; i++)
        for (const struct mutant_definition *definition = mutant_tables[i]; definition->id; definition++)
            if (strcmp(definition->id, id) == 0)
                return definition;
    return NULL;
}

void *mutant_new(const struct mutant_definition *definition, const struct station_services *services,
                 const struct device_settings *settings, const struct station_handlers **handlers)
{
    static const struct interposition nothing = {0};
    struct router_options options = router_options_default();
    struct device_settings misread = *settings;
    if (definition->change)
        definition->change(&options);
    if (definition->misread)
        definition->misread(&misread);
    struct interposer *interposer =
        interposer_new(definition->interposition ? definition->interposition : &nothing, services, settings);
    interposer_adopt(interposer, &router_handlers, router_new(interposer_services(interposer), &misread, &options));
    *handlers = &interposer_handlers;
    return interposer;
}
