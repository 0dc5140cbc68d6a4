/* vmacheck-reference: the reference stack as a process on the adapter protocol (docs/adapter.md), and an
 * example of how a stack in C becomes one: say what it is, make it from settings, hand both to
 * adapter_device_run().
 *
 *   vmacheck run --dut 'adapter:vmacheck-reference'
 */
#include <stdio.h>
#include <unistd.h>

#include "links/adapter_device.h"
#include "output/version.h"
#include "reference/reference.h"

static void *create(const struct station_services *services, const struct device_settings *settings,
                    const struct station_handlers **handlers, struct reason *reason)
{
    return reference_new(services, settings, NULL, handlers, reason);
}

int main(void)
{
    const struct adapter_stack stack = {
        .name = "vmacheck reference " VMACHECK_VERSION,
        .claims = reference_claims,
        .capabilities = reference_capabilities(),
        .create = create,
    };
    struct reason reason;
    if (adapter_device_run(&stack, STDIN_FILENO, STDOUT_FILENO, &reason))
        return 0;
    fprintf(stderr, "vmacheck-reference: %s\n", reason.text);
    return 1;
}
