/* vmacheck-reference: the reference stack as a process on the adapter protocol (docs/adapter.md), and an
 * example of how a stack in C becomes one: say what it is, make it from settings, hand both to
 * adapter_device_run().
 *
 *   vmacheck run --dut 'adapter:vmacheck-reference'
 *
 * With `--instances COUNT` it is so many devices at once in one process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "links/adapter_device.h"
#include "links/adapter_message.h"
#include "output/version.h"
#include "reference/reference.h"

static void *create(const struct station_services *services, const struct device_settings *settings,
                    const struct station_handlers **handlers, struct reason *reason)
{
    return reference_new(services, settings, NULL, handlers, reason);
}

int main(int argc, char **argv)
{
    char *end = "";
    unsigned long instances = 0;
    bool good = argc == 1;
    if (argc == 3 && strcmp(argv[1], "--instances") == 0) {
        instances = strtoul(argv[2], &end, 10);
        good = !*end && instances >= 1 && instances <= ADAPTER_INSTANCE_LIMIT;
    }
    if (!good) {
        fprintf(stderr, "usage: vmacheck-reference [--instances COUNT], 1 to %u\n", ADAPTER_INSTANCE_LIMIT);
        return 2;
    }
    const struct adapter_stack stack = {
        .name = "vmacheck reference " VMACHECK_VERSION,
        .claims = reference_claims,
        .capabilities = reference_capabilities(),
        .instances = (unsigned)instances,
        .create = create,
    };
    struct reason reason;
    if (adapter_device_run(&stack, STDIN_FILENO, STDOUT_FILENO, &reason))
        return 0;
    fprintf(stderr, "vmacheck-reference: %s\n", reason.text);
    return 1;
}
