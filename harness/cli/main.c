/* vmacheck: finds the command, reads its arguments, runs it. */
#include <signal.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/nearest.h"
#include "output/version.h"

static int unknown_command(const char *word);

int main(int argc, char **argv)
{
    struct arguments arguments;
    struct reason reason = {""};
    signal(SIGCHLD, SIG_DFL); /* where it was ignored, nobody would learn how commands end */
    if (argc < 2)
        return complain(RUN_USAGE, "give a command; `vmacheck --help` lists them");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        options_help(stdout, NULL, HELP_TEXT);
        return output_end(RUN_CONFORMS);
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("vmacheck " VMACHECK_VERSION);
        return output_end(RUN_CONFORMS);
    }
    const struct command *command = command_find(argv[1]);
    if (!command)
        return unknown_command(argv[1]);
    if (!options_read(command, argc - 1, argv + 1, &arguments, &reason))
        return complain(RUN_USAGE, "%s", reason.text);
    if (arguments.help) {
        options_help(stdout, command, HELP_TEXT);
        return output_end(RUN_CONFORMS);
    }
    return command->run(&arguments);
}

static int unknown_command(const char *word)
{
    if (word[0] == '-')
        return complain(RUN_USAGE,
                        "options come behind a command, as in `vmacheck run %s`; `vmacheck --help` lists "
                        "the commands",
                        word);
    struct nearest nearest = nearest_to(word);
    for (size_t i = 0; i < command_count; i++)
        nearest_offer(&nearest, commands[i].name);
    if (nearest.best)
        return complain(RUN_USAGE, "there is no command %s; did you mean %s?", word, nearest.best);
    return complain(RUN_USAGE, "there is no command %s; `vmacheck --help` lists them", word);
}
