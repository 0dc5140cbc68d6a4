/* The command line: one table of commands and one of options. Parsing, `--help`, the completion for bash and
 * docs/command-line.md all come from these tables.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/reason.h"
#include "base/scope.h"
#include "ledger/pixit.h"
#include "world/impairment.h"

#include <stdio.h>

/* How help is printed. */
enum help_format { HELP_TEXT, HELP_MARKDOWN, HELP_BASH };

#define WHERE_ROOM 16 /* conditions of one command */

/* What was asked for; filled with the defaults before parsing. */
struct arguments {
    const struct command *command;
    const char *const *words; /* what is no option: selectors, ids */
    size_t word_count;
    bool help;
    bool json;
    bool quiet;
    bool strict;
    bool wall_clock;
    bool ledger_only;              /* mutants: list, don't run */
    bool markdown;                 /* requirements: the page of documentation */
    bool gaps;                     /* requirements: those without a check */
    bool full;                     /* mutants: against every case */
    struct scope scope;            /* empty masks: all */
    const char *device;            /* --dut */
    const char *out;               /* directory; NULL: none */
    const char *pixit_file;        /* audit: a device file; NULL: none */
    bool complete;                 /* audit: what is missing was not sent */
    const char *station;           /* audit: NULL: every one */
    const char *annotate;          /* audit: file; NULL: none */
    const char *frames;            /* show: "39,41-50"; NULL: all */
    const char *names;             /* show: "ADVERTISEMENT,ARP_REPLY"; NULL: all */
    const char *where[WHERE_ROOM]; /* show: "vrid=1"… */
    size_t where_count;
    bool numbers; /* show */
    bool hex;     /* show */
    uint64_t seed;
    unsigned jobs;
    bool jobs_given;                       /* by --jobs */
    struct impairment_settings impairment; /* relay */
    int64_t duration_ns;                   /* relay; TIME_NEVER: no end */
    struct pixit pixit;
    bool pixit_given[PIXIT_CHOICE_COUNT]; /* by --pixit */
    enum help_format help_format;
};

/* A command; 'run' returns the exit code. */
struct command {
    const char *name;
    const char *operands;    /* "[SELECTOR...]" or empty */
    const char *summary;     /* one line */
    const char *description; /* paragraphs for its help */
    unsigned bit;            /* in 'commands' of an option */
    int (*run)(const struct arguments *arguments);
};

extern const struct command commands[]; /* command_count of them */
extern const size_t command_count;

/* The command called 'name', or NULL. */
const struct command *command_find(const char *name);

/* Reads the arguments behind the name of 'command'; 'argv' is put into another order. False, with the reason,
 * when one is wrong. */
bool options_read(const struct command *command, int argc, char **argv, struct arguments *arguments,
                  struct reason *reason);

/* Help on one command, or, with NULL, on all. */
void options_help(FILE *out, const struct command *command, enum help_format format);

#endif
