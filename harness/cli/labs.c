/* The labs that a command line can name. */
#include <stdlib.h>
#include <string.h>

#include "links/lab.h"
#include "reference/router.h"

static bool reference_lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                           struct reason *reason);
static void reference_close(struct lab *lab);

static const struct lab_kind reference_kind = {.lend = reference_lend, .close = reference_close};

struct lab *lab_open(const char *spec, struct reason *reason)
{
    if (strcmp(spec, "reference") != 0) {
        reason_set(reason, "--dut %s: no such device; use reference, mutant:ID or adapter:COMMAND", spec);
        return NULL;
    }
    static const struct device_settings everything = {
        .lan_port = true, .redirects = true, .proxy_arp = true, .llc_multiplexed = true};
    struct lab *lab = calloc(1, sizeof *lab);
    if (!lab)
        abort();
    lab->name = "reference";
    lab->kind = &reference_kind;
    lab->capabilities = router_capabilities(&everything) | CAPABILITY_FAIL_LINK;
    lab->claims = (struct scope){.roles = ROLE_ROUTER,
                                 .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,
                                 .lane = LANE_V1 | LANE_V2,
                                 .media = MEDIUM_ETHERNET};
    return lab;
}

static bool reference_lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                           struct reason *reason)
{
    (void)lab;
    (void)reason;
    port_attach(port, &router_handlers, router_new(port_services(port), settings, NULL));
    return true;
}

static void reference_close(struct lab *lab)
{
    free(lab);
}
