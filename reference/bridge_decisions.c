#include "reference/bridge_decisions.h"

static bool learns(const struct bridge_arrival *arrival);
static bool moves(const struct bridge_arrival *arrival);
static bool associates(const struct bridge_station_state *station);
static bool disassociates(const struct bridge_station_state *station);

struct bridge_options bridge_options_default(void)
{
    return (struct bridge_options){
        .forward_delay_ns = SECONDS(15),
        .change_limit_ns = SECONDS(20),
        .station_room = 4096,
        .learns = learns,
        .moves = moves,
        .associates = associates,
        .disassociates = disassociates,
    };
}

/* From every frame, whomever it is for (R-2.2-04). */
static bool learns(const struct bridge_arrival *arrival)
{
    (void)arrival;
    return true;
}

static bool moves(const struct bridge_arrival *arrival)
{
    (void)arrival;
    return true;
}

/* Whatever the address (R-4-04), and before anybody asks. */
static bool associates(const struct bridge_station_state *station)
{
    (void)station;
    return true;
}

static bool disassociates(const struct bridge_station_state *station)
{
    (void)station;
    return true;
}
