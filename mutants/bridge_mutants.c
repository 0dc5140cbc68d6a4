/* Defects of bridges (draft 2.2, 4): what they learn from, what they represent, and what a move means to
 * them. */
#include "mutants/lane_rules.h"

/* --- giving up --- */

static bool gives_nothing_up(const struct bridge_station_state *station)
{
    (void)station;
    return false;
}

static bool takes_own_data(uint16_t le_header, uint16_t own_lecid)
{
    (void)le_header;
    (void)own_lecid;
    return true;
}

static bool answers_for_what_it_had(const struct le_arp_question *question)
{
    return question->associated_before || lec_options_default().answers_le_arp(question);
}

static bool moves_by_bus_only(const struct bridge_arrival *arrival)
{
    return arrival->way != BRIDGE_FROM_DATA_DIRECT;
}

ONE_ENTRY(m26, bridge.disassociates, gives_nothing_up)
ONE_ENTRY(m27, lec.takes_data, takes_own_data)
ONE_ENTRY(m66, lec.answers_le_arp, answers_for_what_it_had)
ONE_ENTRY(m123, bridge.moves, moves_by_bus_only)

/* --- learning --- */

static bool learns_from_unicast(const struct bridge_arrival *arrival)
{
    return !arrival->group;
}

static bool learns_from_arp(const struct bridge_arrival *arrival)
{
    return arrival->type == ETHERTYPE_ARP;
}

ONE_ENTRY(m68, bridge.learns, learns_from_unicast)
ONE_ENTRY(m69, bridge.learns, learns_from_arp)

/* --- associating --- */

static bool associates_when_asked_for(const struct bridge_station_state *station)
{
    return station->asked_for;
}

/* 00-00-5E-00-01-xx */
static bool is_of_vrrp(const struct bridge_station_state *station)
{
    return mac_is_vmac(station->mac);
}

ONE_ENTRY(m122, bridge.associates, associates_when_asked_for)
TWO_ENTRIES(m124, bridge.associates, is_of_vrrp, bridge.disassociates, is_of_vrrp)

const struct mutant_definition bridge_mutants[] = {
    {.id = "M26", .change = m26},
    {.id = "M27", .change = m27},
    {.id = "M66", .change = m66},
    {.id = "M67", ONE_RULE(SENDS_ANY(ANNOUNCEMENTS), DROP)},
    {.id = "M68", .change = m68},
    {.id = "M69", .change = m69},
    {.id = "M121", ONE_RULE(SENDS(LE_JOIN_REQUEST), GIVE(FLAG_PROXY, 0))},
    {.id = "M122", .change = m122},
    {.id = "M123", .change = m123},
    {.id = "M124", .change = m124},
    {.id = "M294", ONE_RULE(SENDS(LE_TOPOLOGY_REQUEST), DROP)},
    {.id = NULL},
};
