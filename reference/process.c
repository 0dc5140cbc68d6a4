/* vmacheck-reference: the reference router as a process on the adapter protocol (docs/adapter.md), and an
 * example of how a stack in C becomes one: say what it is, make it from settings, hand both to
 * adapter_device_run().
 *
 *   vmacheck run --dut 'adapter:vmacheck-reference'
 */
#include <stdio.h>
#include <unistd.h>

#include "links/adapter_device.h"
#include "output/version.h"
#include "reference/router.h"

static void *create(const struct station_services *services, const struct device_settings *settings,
                    struct reason *reason)
{
    if (settings->token_ring) {
        reason_set(reason, "the reference router joins 802.3 ELANs only");
        return NULL;
    }
    return router_new(services, settings, NULL);
}

int main(void)
{
    const struct device_settings everything = {
        .lan_port = true, .redirects = true, .proxy_arp = true, .llc_multiplexed = true};
    const struct adapter_stack stack = {
        .name = "vmacheck reference router " VMACHECK_VERSION,
        .claims = {.roles = ROLE_ROUTER,
                   .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,
                   .lane = LANE_V1 | LANE_V2,
                   .media = MEDIUM_ETHERNET},
        .capabilities = router_capabilities(&everything),
        .create = create,
        .handlers = &router_handlers,
    };
    struct reason reason;
    if (adapter_device_run(&stack, STDIN_FILENO, STDOUT_FILENO, &reason))
        return 0;
    fprintf(stderr, "vmacheck-reference: %s\n", reason.text);
    return 1;
}
