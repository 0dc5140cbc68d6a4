/* Help, the completion for bash and the page docs/command-line.md, all from the tables of commands and
 * options. */
#include <string.h>

#include "cli/commands.h"
#include "cli/nearest.h"
#include "cli/option_table.h"
#include "output/version.h"

#define TEXT_WIDTH    100
#define OPTION_COLUMN 26 /* where the help of an option starts */

const struct option_row option_rows[OPTION_ROW_COUNT] = {
#define X(key, name, letter, value, values, commands, help)                                                  \
    {OPTION_##key, name, letter, value, values, commands, help},
    OPTIONS(X)
#undef X
};

static const char overview[] = "vmacheck checks that a device keeps a VRRP virtual MAC in the right place on "
                               "an ATM LAN Emulation network, as "
                               "draft-ietf-vrrp-lane-02 asks.";

static const char exit_codes[] = "Exit codes: 0 conforms, 1 fail, 2 usage, bad file or nothing selected, 3 "
                                 "error of the harness, 4 inconclusive, 130 "
                                 "interrupted (128 and the number of the signal).";

static void text_overview(FILE *out);
static void text_command(FILE *out, const struct command *command);
static void print_wrapped(FILE *out, int indent, const char *text);
static void option_usage(const struct option_row *row, char *line, size_t size);
static void markdown_page(FILE *out);
static void markdown_command(FILE *out, const struct command *command);
static void bash_completion(FILE *out);
static void bash_command(FILE *out, const struct command *command);

bool help_format_of_name(const char *name, enum help_format *format)
{
    static const char *const names[] = {
        [HELP_TEXT] = "text", [HELP_MARKDOWN] = "markdown", [HELP_BASH] = "bash"};
    for (int i = 0; i <= HELP_BASH; i++)
        if (strcmp(name, names[i]) == 0) {
            *format = (enum help_format)i;
            return true;
        }
    return false;
}

int help_command(const struct arguments *arguments)
{
    const struct command *command = NULL;
    if (arguments->word_count > 1)
        return complain(RUN_USAGE, "help takes one command; `vmacheck help` lists them");
    if (arguments->word_count == 1) {
        command = command_find(arguments->words[0]);
        if (!command) {
            struct nearest nearest = nearest_to(arguments->words[0]);
            for (size_t i = 0; i < command_count; i++)
                nearest_offer(&nearest, commands[i].name);
            return complain(RUN_USAGE, "there is no command %s%s%s; `vmacheck help` lists them",
                            arguments->words[0], nearest.best ? ", did you mean " : "",
                            nearest.best ? nearest.best : "");
        }
    }
    options_help(stdout, command, arguments->help_format);
    return output_end(RUN_CONFORMS);
}

void options_help(FILE *out, const struct command *command, enum help_format format)
{
    switch (format) {
    case HELP_TEXT:
        if (command)
            text_command(out, command);
        else
            text_overview(out);
        break;
    case HELP_MARKDOWN:
        if (command)
            markdown_command(out, command);
        else
            markdown_page(out);
        break;
    case HELP_BASH:
        bash_completion(out);
        break;
    }
}

static void text_overview(FILE *out)
{
    fprintf(out, "usage: vmacheck COMMAND [OPTION...] [WORD...]\n\n");
    print_wrapped(out, 0, overview);
    fputs("\nCommands:\n", out);
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "  %-14s%s\n", commands[i].name, commands[i].summary);
    fputs("\n`vmacheck COMMAND --help` explains a command, `vmacheck --version` prints the version.\n", out);
    print_wrapped(out, 0, exit_codes);
}

static void text_command(FILE *out, const struct command *command)
{
    fprintf(out, "usage: vmacheck %s [OPTION...]%s%s\n\n", command->name, *command->operands ? " " : "",
            command->operands);
    print_wrapped(out, 0, command->description);
    fputs("\nOptions:\n", out);
    for (int i = 0; i < OPTION_ROW_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        char usage[64];
        if (!(row->commands & command->bit))
            continue;
        option_usage(row, usage, sizeof usage);
        fprintf(out, "  %-*s", OPTION_COLUMN - 2, usage);
        if (strlen(usage) > OPTION_COLUMN - 4)
            fprintf(out, "\n%*s", OPTION_COLUMN, "");
        print_wrapped(out, OPTION_COLUMN, row->help);
    }
    putc('\n', out);
    print_wrapped(out, 0, exit_codes);
}

/* Prints 'text' from the column 'indent', where the cursor is, in lines of at most TEXT_WIDTH; "\n" in it
 * starts a new line. */
static void print_wrapped(FILE *out, int indent, const char *text)
{
    int column = indent;
    bool first = true;
    while (*text) {
        int size = (int)strcspn(text, " \n");
        if (!first && column + 1 + size > TEXT_WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            first = true;
        }
        column += fprintf(out, "%s%.*s", first ? "" : " ", size, text);
        first = false;
        text += size;
        if (*text == '\n') {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            first = true;
        }
        text += *text != '\0';
    }
    putc('\n', out);
}

/* "-s, --seed=NUMBER" */
static void option_usage(const struct option_row *row, char *line, size_t size)
{
    char letter[8] = "    ";
    if (row->letter)
        snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(line, size, "%s--%s%s%s", letter, row->name, row->value ? "=" : "",
             row->value ? row->value : "");
}

static void markdown_page(FILE *out)
{
    fprintf(out,
            "# Command line\n\nMade by `vmacheck help --format markdown` from the tables in "
            "`harness/cli/`.\n\n%s\n\n    vmacheck COMMAND [OPTION...] [WORD...]\n\n%s\n",
            overview, exit_codes);
    for (size_t i = 0; i < command_count; i++)
        markdown_command(out, &commands[i]);
}

static void markdown_command(FILE *out, const struct command *command)
{
    fprintf(out, "\n## vmacheck %s\n\n    vmacheck %s [OPTION...]%s%s\n\n", command->name, command->name,
            *command->operands ? " " : "", command->operands);
    for (const char *at = command->description; *at; at++) {
        if (*at == '\n')
            putc('\n', out); /* a line is a paragraph */
        putc(*at, out);
    }
    fputs("\n\n| option | meaning |\n|---|---|\n", out);
    for (int i = 0; i < OPTION_ROW_COUNT; i++) {
        char usage[64];
        if (!(option_rows[i].commands & command->bit))
            continue;
        option_usage(&option_rows[i], usage, sizeof usage);
        fprintf(out, "| `%s` | %s |\n", usage + strspn(usage, " "), option_rows[i].help);
    }
}

static void bash_completion(FILE *out)
{
    fputs("# Completion of vmacheck for bash: `source <(vmacheck help --format bash)`\n"
          "_vmacheck() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=\n"
          "    COMPREPLY=()\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        words='--help --version",
          out);
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, " %s", commands[i].name);
    fputs("'\n    else\n        case ${COMP_WORDS[1]}:$before in\n", out);
    for (size_t i = 0; i < command_count; i++)
        bash_command(out, &commands[i]);
    fputs("        esac\n"
          "    fi\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
          "}\n"
          "complete -o default -F _vmacheck vmacheck\n",
          out);
}

/* The values of options that have some, then the names of all options. */
static void bash_command(FILE *out, const struct command *command)
{
    for (int i = 0; i < OPTION_ROW_COUNT; i++) {
        const struct option_row *row = &option_rows[i];
        if (!(row->commands & command->bit) || !row->value)
            continue;
        fprintf(out, "        %s:--%s", command->name, row->name);
        if (row->letter)
            fprintf(out, " | %s:-%c", command->name, row->letter);
        fprintf(out, ") words='%s' ;;\n", row->values);
    }
    fprintf(out, "        %s:*) words='", command->name);
    const char *before = "";
    for (int i = 0; i < OPTION_ROW_COUNT; i++) {
        if (!(option_rows[i].commands & command->bit))
            continue;
        fprintf(out, "%s--%s", before, option_rows[i].name);
        before = " ";
    }
    fputs("' ;;\n", out);
}
