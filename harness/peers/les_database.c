#include <stdlib.h>

#include "peers/les_private.h"

bool les_binding(const struct les *les, struct mac_address mac, struct atm_address *atm)
{
    const struct les_binding_entry *binding = les_find_binding(les, lan_destination_of_mac(mac));
    if (binding && atm)
        *atm = binding->atm;
    return binding != NULL;
}

void les_bind(struct les *les, struct mac_address mac, const struct atm_address *atm)
{
    les_unbind(les, mac);
    les_add_binding(les, lan_destination_of_mac(mac), atm, NULL);
}

void les_unbind(struct les *les, struct mac_address mac)
{
    struct les_binding_entry *binding = les_find_binding(les, lan_destination_of_mac(mac));
    if (binding)
        les_remove_binding(les, binding);
}

struct les_binding_entry *les_find_binding(const struct les *les, struct lan_destination lan)
{
    if (lan.tag == LAN_TAG_NOT_PRESENT)
        return NULL;
    for (size_t i = 0; i < les->binding_count; i++)
        if (lan_destination_equal(les->bindings[i].lan, lan))
            return &les->bindings[i];
    return NULL;
}

/* Adds it, or renews the TLV of one that is there; the caller has seen that it is nobody else's. */
void les_add_binding(struct les *les, struct lan_destination lan, const struct atm_address *atm,
                     const struct le_tlv *llc_muxed)
{
    struct les_binding_entry *binding = les_find_binding(les, lan);
    if (!binding) {
        if (les->binding_count == les->binding_room) {
            les->binding_room = les->binding_room ? les->binding_room * 2 : 16;
            les->bindings = realloc(les->bindings, les->binding_room * sizeof *les->bindings);
            if (!les->bindings)
                abort();
        }
        binding = &les->bindings[les->binding_count++];
    }
    *binding = (struct les_binding_entry){.lan = lan, .atm = *atm};
    if (llc_muxed && llc_muxed->value.size == ATM_ADDRESS_SIZE) {
        binding->llc_muxed_given = true;
        memcpy(binding->llc_muxed.octet, llc_muxed->value.data, ATM_ADDRESS_SIZE);
    }
}

void les_remove_binding(struct les *les, struct les_binding_entry *binding)
{
    *binding = les->bindings[--les->binding_count];
}

void les_remove_bindings_of(struct les *les, const struct atm_address *atm)
{
    for (size_t i = les->binding_count; i > 0; i--)
        if (atm_address_equal(&les->bindings[i - 1].atm, atm))
            les_remove_binding(les, &les->bindings[i - 1]);
}
