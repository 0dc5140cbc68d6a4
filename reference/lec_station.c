#include "reference/lec_station.h"

void lec_station_call_offered(void *station, uint32_t vcc, const struct call *call)
{
    struct lec_station *own = station;
    if (own->lec)
        lec_call_offered(own->lec, vcc, call);
}

void lec_station_call_connected(void *station, uint32_t vcc)
{
    struct lec_station *own = station;
    if (own->lec)
        lec_call_connected(own->lec, vcc);
}

void lec_station_call_released(void *station, uint32_t vcc, enum release_cause cause)
{
    struct lec_station *own = station;
    if (own->lec)
        lec_call_released(own->lec, vcc, cause);
}

void lec_station_sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size)
{
    struct lec_station *own = station;
    if (own->lec)
        lec_sdu_received(own->lec, vcc, data, size);
}
