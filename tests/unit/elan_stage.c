#include "elan_stage.h"

#include <check.h>

struct peer_elan *elan;
const struct mac_address vmac = {{0x00, 0x00, 0x5e, 0x00, 0x01, 0x01}};

void open_elan(bool v2)
{
    elan = peer_elan_new(v2);
    peer_elan_build(elan);
}

void close_elan(void)
{
    peer_elan_free(elan);
}

void open_pair(bool v2)
{
    open_elan(v2);
    peer_elan_lec(elan, NULL);
    peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    ck_assert(peer_lec_operational(elan->lecs_of[0]));
    ck_assert(peer_lec_operational(elan->lecs_of[1]));
}
