/* The network of a client, a bystander of the ELAN: as that of a router. The speaker has the virtual router;
 * the scheme of the instance is the speaker's and the host's, which takes over from it, and the device may
 * have joined as proxy or not. */
#include "scene/role_network.h"

static void draw(struct scene_plan *plan);

const struct role_network client_network = {
    .draw = draw,
    .attach = attach_elan,
    .start = start_elan,
    .ready = elan_ready,
    .alive = answers_le_arp,
    .no_life = "the device does not answer LE_ARP for its own MAC address, so its silence proves nothing",
    .serves = answers_arp,
    .no_service = "the device does not answer ARP for its own address after the case",
};

static void draw(struct scene_plan *plan)
{
    bool proxy = plan->instance->scheme == SCHEME_PROXY;
    plan->speaker_lec.proxy = plan->host_lec.proxy = proxy;
    plan->device.proxy = random_between(&plan->random, 0, 1);
}
