/* How a run is spread: how many case instances run side by side, in which order they start, and how long all
 * of that takes.
 *
 * In virtual time a run is as fast as the processors. On the wall clock cases wait most of the time, so that
 * many run at once and a run takes as long as its longest case: that one starts first. How long each takes is
 * known from the built-in device in virtual time.
 */
#ifndef CLI_SIDE_BY_SIDE_H
#define CLI_SIDE_BY_SIDE_H

#include "cli/options.h"
#include "dut/device_file.h"
#include "suite/run.h"

/* Side by side on the wall clock, of devices of which there can be as many as are wanted. */
#define SIDE_BY_SIDE_DEFAULT 64u

struct side_by_side {
    unsigned jobs;
    unsigned vrid_shares;  /* as run_options */
    size_t *order;         /* as run_options; NULL: canonical, nothing is known of the durations */
    int64_t *durations_ns; /* as run_options; NULL: nothing is known of them */
    int64_t expected_ns;   /* of the whole run on the wall clock; 0: not known */
};

/* Decides it for a run of 'instances' with 'options' on 'lab'; 'file' may be NULL. Raises the limit of open
 * files for it. False, with the reason, when the system does not allow what was asked for. */
bool side_by_side_plan(const struct arguments *arguments, const struct device_file *file,
                       const struct lab *lab, const struct case_instance *instances, size_t count,
                       const struct run_options *options, struct side_by_side *plan, struct reason *reason);
void side_by_side_free(struct side_by_side *plan);

#endif
