/* What the commands share: how they complain, and the exit codes (docs/formats.md). */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include <jansson.h>

#include "cli/options.h"
#include "suite/run.h"
#include "suite/selection.h"

/* Exit codes on top of enum run_exit: 128 and the number of the signal that ended a run early. */
#define EXIT_SIGNAL_BASE 128

int run_command(const struct arguments *arguments);
int list_command(const struct arguments *arguments);
int requirements_command(const struct arguments *arguments);
int explain_command(const struct arguments *arguments);
int mutants_command(const struct arguments *arguments);
int coverage_command(const struct arguments *arguments);
int scenarios_command(const struct arguments *arguments);
int dut_command(const struct arguments *arguments);
int audit_command(const struct arguments *arguments);
int show_command(const struct arguments *arguments);
int make_command(const struct arguments *arguments);
int relay_command(const struct arguments *arguments);
int help_command(const struct arguments *arguments);

/* Prints "vmacheck: …" on the standard error output; returns 'code'. */
int complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints 'value' on the standard output and gives it up; returns output_end(code). */
int print_json(json_t *value, int code);

/* What was printed has to have arrived: returns 'code', or complains when the output could not be written. */
int output_end(int code);

/* Fills a selection from the words and masks of the command line. */
struct selection selection_of(const struct arguments *arguments);

/* Starts to listen for SIGINT and SIGTERM; a second one ends the program at once. */
void signals_listen(void);

/* The signal that came, 0 if none did. */
int signals_seen(void);

/* A descriptor that can be read from then on. First called before there are threads. -1: the system has none
 * left. */
int signals_descriptor(void);

#endif
