#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/decimal.h"
#include "cli/nearest.h"
#include "cli/option_table.h"

#define JOBS_LIMIT  1024
#define LONGEST_S   1000000000 /* of a time that is given */
#define OPTION_BASE 256        /* getopt_long: value of the option in row 0 */

static struct arguments defaults(void);
static bool read_one(const struct option_row *row, const char *value, struct arguments *arguments,
                     struct reason *reason);
static bool percent_option(const struct option_row *row, const char *value, unsigned *share_ppm,
                           struct reason *reason);
static bool unknown_option(const struct command *command, const char *word, struct reason *reason);
static bool scope_option(const struct option_row *row, enum scope_dimension dimension, const char *names,
                         struct arguments *arguments, struct reason *reason);
static uint8_t *scope_place(struct scope *scope, enum scope_dimension dimension);
static void scope_choices(enum scope_dimension dimension, char *line, size_t size);
static bool pixit_option(const char *setting, struct arguments *arguments, struct reason *reason);
static bool pixit_value(const char *name, enum pixit_choice choice, const char *value,
                        struct arguments *arguments, struct reason *reason);
static bool number_read(const char *digits, uint64_t highest, uint64_t *number);

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(name, commands[i].name) == 0)
            return &commands[i];
    return NULL;
}

bool options_read(const struct command *command, int argc, char **argv, struct arguments *arguments,
                  struct reason *reason)
{
    struct option longs[OPTION_ROW_COUNT + 1] = {0};
    char shorts[2 * OPTION_ROW_COUNT + 2] = ":"; /* the colon: tell a missing value from an unknown option */
    size_t count = 0;
    size_t letters = 1;
    for (int i = 0; i < OPTION_ROW_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        if (!(row->commands & command->bit))
            continue;
        longs[count++] =
            (struct option){row->name, row->value ? required_argument : no_argument, NULL, OPTION_BASE + i};
        if (row->letter)
            shorts[letters++] = row->letter;
        if (row->letter && row->value)
            shorts[letters++] = ':';
    }
    *arguments = defaults();
    arguments->command = command;
    opterr = 0;
    optind = 1;
    for (int code; (code = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        if (code == '?')
            return unknown_option(command, optopt && optopt < OPTION_BASE ? NULL : argv[optind - 1], reason);
        if (code == ':')
            return reason_set(reason, "%s needs a value; see `vmacheck %s --help`", argv[optind - 1],
                              command->name);
        const struct option_row *row = NULL;
        for (int i = 0; i < OPTION_ROW_COUNT && !row; i++)
            if (code == OPTION_BASE + i || (option_rows[i].letter && code == option_rows[i].letter &&
                                            (option_rows[i].commands & command->bit)))
                row = &option_rows[i];
        if (row && !read_one(row, optarg, arguments, reason))
            return false;
    }
    arguments->words = (const char *const *)argv + optind;
    arguments->word_count = (size_t)(argc - optind);
    return true;
}

static struct arguments defaults(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return (struct arguments){
        .device = "reference",
        .seed = 1,
        .jobs = processors > 0 && processors <= JOBS_LIMIT ? (unsigned)processors : 1,
        .duration_ns = TIME_NEVER,
        .pixit = pixit_default(),
    };
}

static bool read_one(const struct option_row *row, const char *value, struct arguments *arguments,
                     struct reason *reason)
{
    uint64_t number;
    switch (row->key) {
    case OPTION_ROLE:
    case OPTION_CLAIM_ROLE:
        return scope_option(row, SCOPE_ROLES, value, arguments, reason);
    case OPTION_SCHEME:
    case OPTION_CLAIM_SCHEME:
        return scope_option(row, SCOPE_SCHEMES, value, arguments, reason);
    case OPTION_LANE:
    case OPTION_CLAIM_LANE:
        return scope_option(row, SCOPE_LANE, value, arguments, reason);
    case OPTION_MEDIA:
        return scope_option(row, SCOPE_MEDIA, value, arguments, reason);
    case OPTION_DUT:
        arguments->device = value;
        return true;
    case OPTION_SEED:
    case OPTION_RELAY_SEED:
        return number_read(value, UINT64_MAX, &arguments->seed) ||
               reason_set(reason, "--seed %s: a seed is a whole number from 0 to 18446744073709551615",
                          value);
    case OPTION_JOBS:
        if (!number_read(value, JOBS_LIMIT, &number) || number == 0)
            return reason_set(reason, "--jobs %s: give the number of threads, 1 to %d", value, JOBS_LIMIT);
        arguments->jobs = (unsigned)number;
        return arguments->jobs_given = true;
    case OPTION_OUT:
        arguments->out = value;
        return *value || reason_set(reason, "--out needs the name of a directory");
    case OPTION_CLOCK:
        arguments->wall_clock = strcmp(value, "wall") == 0;
        return arguments->wall_clock || strcmp(value, "virtual") == 0 ||
               reason_set(reason, "--clock %s: the clock is virtual or wall", value);
    case OPTION_FORMAT:
        arguments->json = strcmp(value, "json") == 0;
        return arguments->json || strcmp(value, "text") == 0 ||
               reason_set(reason, "--format %s: the format is text or json", value);
    case OPTION_HELP_FORMAT:
        return help_format_of_name(value, &arguments->help_format) ||
               reason_set(reason, "--format %s: the format is text, markdown or bash", value);
    case OPTION_LEDGER_FORMAT:
    case OPTION_SCENARIOS_FORMAT:
        arguments->markdown = strcmp(value, "markdown") == 0;
        return arguments->markdown || strcmp(value, "text") == 0 ||
               reason_set(reason, "--format %s: the format is text or markdown", value);
    case OPTION_GAPS:
        return arguments->gaps = true;
    case OPTION_PIXIT:
        return pixit_option(value, arguments, reason);
    case OPTION_AUDIT_PIXIT:
        if (strchr(value, '=') && access(value, F_OK) != 0)
            return pixit_option(value, arguments, reason);
        arguments->pixit_file = value;
        return true;
    case OPTION_COMPLETE:
        return arguments->complete = true;
    case OPTION_STATION:
        arguments->station = value;
        return *value || reason_set(reason, "--station needs the name of a station");
    case OPTION_ANNOTATE:
        arguments->annotate = value;
        return *value || reason_set(reason, "--annotate needs the name of a file");
    case OPTION_STRICT:
        return arguments->strict = true;
    case OPTION_QUIET:
    case OPTION_AUDIT_QUIET:
        return arguments->quiet = true;
    case OPTION_FULL:
        return arguments->full = true;
    case OPTION_LIST:
        return arguments->ledger_only = true;
    case OPTION_FRAMES:
        arguments->frames = value;
        return true;
    case OPTION_NAMES:
        arguments->names = value;
        return true;
    case OPTION_WHERE:
        if (arguments->where_count == WHERE_ROOM)
            return reason_set(reason, "--where %s: at most %d conditions can be given", value, WHERE_ROOM);
        arguments->where[arguments->where_count++] = value;
        return true;
    case OPTION_NUMBERS:
        return arguments->numbers = true;
    case OPTION_HEX:
        return arguments->hex = true;
    case OPTION_MAKE_OUT:
    case OPTION_RELAY_OUT:
        arguments->out = value;
        return *value || reason_set(reason, "--out needs the name of a file");
    case OPTION_LOSS:
        return percent_option(row, value, &arguments->impairment.loss_ppm, reason);
    case OPTION_DUPLICATE:
        return percent_option(row, value, &arguments->impairment.duplicate_ppm, reason);
    case OPTION_REORDER:
        return percent_option(row, value, &arguments->impairment.reorder_ppm, reason);
    case OPTION_DELAY:
        return decimal_read(value, 6, SECONDS(LONGEST_S), &arguments->impairment.delay_ns) ||
               reason_set(reason, "--delay %s: give milliseconds, as in 20 or 0.5", value);
    case OPTION_JITTER:
        return decimal_read(value, 6, SECONDS(LONGEST_S), &arguments->impairment.jitter_ns) ||
               reason_set(reason, "--jitter %s: give milliseconds, as in 20 or 0.5", value);
    case OPTION_FOR:
        return decimal_read(value, 9, SECONDS(LONGEST_S), &arguments->duration_ns) ||
               reason_set(reason, "--for %s: give seconds, as in 60 or 0.5", value);
    case OPTION_JSON:
        return arguments->json = true;
    case OPTION_HELP:
        return arguments->help = true;
    }
    return true;
}

static bool percent_option(const struct option_row *row, const char *value, unsigned *share_ppm,
                           struct reason *reason)
{
    int64_t ppm;
    if (!decimal_read(value, 4, 1000000, &ppm))
        return reason_set(reason, "--%s %s: give a percentage, 0 to 100, as in 5 or 0.5", row->name, value);
    *share_ppm = (unsigned)ppm;
    return true;
}

/* 'word' is NULL for a letter: getopt says which in optopt. */
static bool unknown_option(const struct command *command, const char *word, struct reason *reason)
{
    if (!word)
        return reason_set(reason, "unknown option -%c; `vmacheck %s --help` lists the options", optopt,
                          command->name);
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(word, "="), word);
    for (int i = 0; i < OPTION_ROW_COUNT; i++)
        if (strcmp(option_rows[i].name, name + strspn(name, "-")) == 0 &&
            (option_rows[i].commands & command->bit))
            return reason_set(reason, "%s takes no value", name);
    struct nearest nearest = nearest_to(name + strspn(name, "-"));
    for (int i = 0; i < OPTION_ROW_COUNT; i++)
        if (option_rows[i].commands & command->bit)
            nearest_offer(&nearest, option_rows[i].name);
    if (nearest.best)
        return reason_set(reason, "unknown option %s; did you mean --%s?", name, nearest.best);
    return reason_set(reason, "unknown option %s; `vmacheck %s --help` lists the options", name,
                      command->name);
}

/* Adds the bits of "v1" or "v1,v2". */
static bool scope_option(const struct option_row *row, enum scope_dimension dimension, const char *names,
                         struct arguments *arguments, struct reason *reason)
{
    const char *at = names;
    do {
        char name[32];
        size_t size = strcspn(at, ",");
        snprintf(name, sizeof name, "%.*s", (int)size, at);
        unsigned bit = scope_bit_of_name(dimension, name);
        if (!bit || size >= sizeof name) {
            char choices[128];
            scope_choices(dimension, choices, sizeof choices);
            return reason_set(reason, "--%s %s: '%.*s' is none of %s", row->name, names, (int)size, at,
                              choices);
        }
        *scope_place(&arguments->scope, dimension) |= (uint8_t)bit;
        at += size;
    } while (*at++ == ',');
    return true;
}

static uint8_t *scope_place(struct scope *scope, enum scope_dimension dimension)
{
    switch (dimension) {
    case SCOPE_ROLES:
        return &scope->roles;
    case SCOPE_SCHEMES:
        return &scope->schemes;
    case SCOPE_LANE:
        return &scope->lane;
    case SCOPE_MEDIA:
        break;
    }
    return &scope->media;
}

static void scope_choices(enum scope_dimension dimension, char *line, size_t size)
{
    size_t length = 0;
    const char *name;
    line[0] = '\0';
    for (unsigned bit = 1; (name = scope_bit_name(dimension, bit)) && length < size; bit <<= 1)
        length += (size_t)snprintf(line + length, size - length, "%s%s", length ? ", " : "", name);
}

/* "v1_repetition=once" */
static bool pixit_option(const char *setting, struct arguments *arguments, struct reason *reason)
{
    char name[64];
    size_t size = strcspn(setting, "=");
    enum pixit_choice choice;
    snprintf(name, sizeof name, "%.*s", (int)size, setting);
    if (!setting[size])
        return reason_set(reason, "--pixit %s: write NAME=VALUE", setting);
    if (pixit_choice_of_name(name, &choice))
        return pixit_value(name, choice, setting + size + 1, arguments, reason);
    struct nearest nearest = nearest_to(name);
    for (unsigned i = 0; i < PIXIT_CHOICE_COUNT; i++)
        nearest_offer(&nearest, ledger_pixit((enum pixit_choice)i)->name);
    return reason_set(reason, "--pixit %s: there is no such choice; %s%s", name,
                      nearest.best ? "did you mean " : "`vmacheck explain pixit` lists them",
                      nearest.best ? nearest.best : "");
}

static bool pixit_value(const char *name, enum pixit_choice choice, const char *value,
                        struct arguments *arguments, struct reason *reason)
{
    const struct pixit_item *item = ledger_pixit(choice);
    unsigned *place = &arguments->pixit.choice[choice];
    arguments->pixit_given[choice] = true;
    uint64_t number;
    if (item->values) {
        if (pixit_value_of_name(choice, value, place))
            return true;
        char choices[160] = "";
        for (size_t i = 0, length = 0; i < item->value_count && length < sizeof choices; i++)
            length += (size_t)snprintf(choices + length, sizeof choices - length, "%s%s", i ? ", " : "",
                                       item->values[i]);
        return reason_set(reason, "--pixit %s=%s: the value is one of %s", name, value, choices);
    }
    if (!number_read(value, pixit_highest(choice), &number))
        return reason_set(reason, "--pixit %s=%s: the value is a whole number of %s up to %u", name, value,
                          item->unit, pixit_highest(choice));
    *place = (unsigned)number;
    return true;
}

/* Decimal or 0x… */
static bool number_read(const char *digits, uint64_t highest, uint64_t *number)
{
    bool hexadecimal = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    const char *first = digits + (hexadecimal ? 2 : 0);
    if (!*first || first[strspn(first, hexadecimal ? "0123456789abcdefABCDEF" : "0123456789")])
        return false;
    errno = 0;
    unsigned long long value = strtoull(first, NULL, hexadecimal ? 16 : 10);
    if (errno || value > highest)
        return false;
    *number = value;
    return true;
}
