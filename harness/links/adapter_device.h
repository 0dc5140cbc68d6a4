/* The device's side of the adapter protocol (docs/adapter.md) for stacks written in C: a stack that works on
 * `struct station_services` becomes an adapter process by handing it to adapter_device_run().
 * reference/process.c is an example.
 *
 * A program that is several devices at once makes a station for each, all with times of their own.
 *
 * Time is that of the messages; timers fire one per `advance`, in the order of their times and then of their
 * starting. What the stack does between a message and its `done` is written at once.
 */
#ifndef LINKS_ADAPTER_DEVICE_H
#define LINKS_ADAPTER_DEVICE_H

#include "base/scope.h"
#include "station/device_settings.h"
#include "station/station.h"

/* What makes a stack of this kind. */
struct adapter_stack {
    const char *name;      /* for the report: product and version */
    struct scope claims;   /* what it claims to be */
    unsigned capabilities; /* CAPABILITY_* */
    unsigned instances;    /* how many devices it can be at once; 0: one */
    /* A new station with these settings (copied if they are kept), and its handlers; NULL with the reason
     * when it can't. The services stay valid until handlers->destroy ends the station, at the next
     * `configure` or at the end. */
    void *(*create)(const struct station_services *services, const struct device_settings *settings,
                    const struct station_handlers **handlers, struct reason *reason);
};

/* Answers the harness on these two descriptors until 'input' ends (true), or something is wrong with the
 * conversation (false, with the reason). */
bool adapter_device_run(const struct adapter_stack *stack, int input, int output, struct reason *reason);

#endif
