#include <string.h>

#include "mutants/mutants.h"

static const struct mutant_definition *const tables[] = {
    association_mutants, announcement_mutants, le_arp_mutants,      lec_join_mutants, lec_cache_mutants,
    lec_frame_mutants,   vrrp_state_mutants,   vrrp_packet_mutants, ip_mutants,       bridge_mutants,
    token_ring_mutants,  switch_mutants,       les_mutants,
};

const struct mutant_definition *mutant_definition_find(const char *id)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (const struct mutant_definition *definition = tables[i]; definition->id; definition++)
            if (strcmp(definition->id, id) == 0)
                return definition;
    return NULL;
}

const char *mutant_absent(const char *id)
{
    return mutant_definition_find(id) ? NULL : "not built yet";
}

void *mutant_new(const struct mutant_definition *definition, const struct station_services *services,
                 const struct device_settings *settings, const struct station_handlers **handlers,
                 struct reason *reason)
{
    static const struct interposition nothing = {0};
    struct reference_options options = reference_options_default();
    struct device_settings misread = *settings;
    if (definition->change)
        definition->change(&options);
    if (definition->misread)
        definition->misread(&misread);
    struct interposer *interposer =
        interposer_new(definition->interposition ? definition->interposition : &nothing, services, settings);
    const struct station_handlers *inside;
    void *station = reference_new(interposer_services(interposer), &misread, &options, &inside, reason);
    if (!station) {
        interposer_handlers.destroy(interposer);
        return NULL;
    }
    interposer_adopt(interposer, inside, station);
    *handlers = &interposer_handlers;
    return interposer;
}
