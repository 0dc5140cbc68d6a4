#include "cli/commands.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cli/option_table.h"
#include "output/json_parts.h"

static void signal_arrived(int number);

const struct command commands[] = {
    {"run", "[SELECTOR...]", "run cases against a device",
     "Runs the selected cases against the device under test, each in every scheme, LANE version and medium "
     "it applies "
     "to, and prints a verdict for each.\n"
     "A SELECTOR is a case (backup/le-arp-unanswered), a topic (backup/), an instance "
     "(backup/le-arp-unanswered[router,proxy,v1,ethernet]), a requirement (R-3.3.2-02) or a section of the "
     "draft or "
     "of RFC "
     "2338 (3.3.2). Without one every case is selected.\n"
     "With --out the directory gets results.jsonl, junit.xml and captures/; what an earlier run left there "
     "is "
     "replaced, and a second run there at the same time is refused. Interrupted (Ctrl-C), vmacheck lets the "
     "cases under way end, asks an operator nothing more and writes a report that says so; on the wall clock "
     "it tells how long that takes. A second Ctrl-C ends it at once, and results.jsonl stays readable.",
     COMMAND_RUN, run_command},
    {"list", "[SELECTOR...]", "list the cases",
     "Lists the cases that `vmacheck run` would run with the same selectors and options, with the number of "
     "their instances.",
     COMMAND_LIST, list_command},
    {"requirements", "[SECTION | ID]...", "list the requirements and what checks them",
     "Lists the requirement ledger: level, id, how many cases and rules can find it broken, how many mutants "
     "break it, and the "
     "sentence. Words choose sections of the draft or RFC 2338 (3.3.2 or 3.3 with all below) and ids.",
     COMMAND_REQUIREMENTS, requirements_command},
    {"explain", "ID...", "explain a case, rule, requirement, mutant, reading or choice",
     "Prints everything that is known about an id: a case (backup/le-arp-unanswered), a rule "
     "(le-arp-answers), a requirement (R-3.3.2-02), a mutant (M17), a reading of the draft (A-14) or a PIXIT "
     "choice (v1_repetition; `pixit` "
     "for all).",
     COMMAND_EXPLAIN, explain_command},
    {"mutants", "[MUTANT...]", "run the suite against defective devices, to prove the suite",
     "Runs the suite against mutants: the reference device with one defect each. Every requirement that a "
     "mutant breaks has to be named by a finding, and, with --full and without a MUTANT, every expectation "
     "in the cases has to fail once. Exit code 0 if so, 1 if not.",
     COMMAND_MUTANTS, mutants_command},
    {"coverage", "[SELECTOR...]", "show which cells of the state table the suite visits",
     "Runs the router's cases on the reference and shows, for each event and each state of the table in "
     "spec/states.yaml, in how many of the schemes, LANE versions and media in which it can happen a case "
     "met it. That is told from the frames, not from the names of the cases. Exit code 1 if a cell is left "
     "out.",
     COMMAND_COVERAGE, coverage_command},
    {"scenarios", "[SELECTOR...]", "show what traffic loses while the virtual router moves",
     "Runs the scenarios with traffic (failover/, or the selectors) and shows for each, by the schemes of "
     "old "
     "and new Master and the version of LANE: packets lost of those sent, the longest time without one and "
     "how long "
     "it may be, and where the lost ones went. docs/scenarios.md is the page of the reference device on "
     "Ethernet. The exit code is that of `vmacheck run`.",
     COMMAND_SCENARIOS, scenarios_command},
    {"dut", "init [FILE] | check FILE", "write or check a device file",
     "A device file says what a device is and claims (PICS), how the lab reaches and reads it (PIXIT), and "
     "what "
     "of it is waived (docs/device-file.md); `vmacheck run --dut FILE` tests by it.\n"
     "`dut init` writes one with comments, into FILE unless it is there already; --role, --scheme, --lane "
     "and "
     "--media say for what device. `dut check` prints all mistakes of a file, with their lines, and starts "
     "nothing. `dut page` prints docs/device-file.md.",
     COMMAND_DUT, dut_command},
    {"audit", "FILE...", "judge captures: who held each VMAC, who broke what, what can't be told",
     "Runs the rules of the suite over captures (pcap or pcapng, also gzip; - for the standard input): "
     "SUNATM "
     "for the ELAN, Ethernet or 802.5 for LANs. Several files are parts of one capture. Prints for each VMAC "
     "who held it and when, for each station what it broke, with requirement, frame and sentence, and what "
     "could not be judged and why (docs/audit.md).\n"
     "What was not seen is neither pass nor fail. Exit code 1 if a requirement was violated, 4 if none was "
     "but something could not be judged, 2 if a file can't be read to its end; what comes before that place "
     "is judged and reported.",
     COMMAND_AUDIT, audit_command},
    {"show", "FILE...", "print captures, a frame per line",
     "Prints captures (pcap or pcapng, also gzip; - for the standard input) in the notation of "
     "docs/notation.md: time, channel, direction, name and fields of each frame. `vmacheck make` makes the "
     "same capture of what `vmacheck show` prints, octet for octet.\n"
     "With options that choose frames only those are printed. Exit code 2 if a file can't be read to its "
     "end; "
     "what comes before that place is printed.",
     COMMAND_SHOW, show_command},
    {"make", "[FILE]", "make a capture of lines of text",
     "Makes a capture of frames that are written down, a line each, in the notation of docs/notation.md: "
     "ADVERTISEMENT vrid=1 priority=100 checksum=bad. What a line doesn't say has the value that a device "
     "would send. The lines come from FILE or the standard input.\n"
     "All mistakes are printed, with line and column; then nothing is written, and the exit code is 2.",
     COMMAND_MAKE, make_command},
    {"relay", "PORT PORT", "be a bad wire between two Ethernet ports",
     "Forwards every frame between two Ethernet ports of this machine, INTERFACE or NAMESPACE/INTERFACE "
     "each, "
     "with loss, delay, duplication and reordering in both directions, until Ctrl-C or --for SECONDS. Says "
     "for each direction how many frames were received, forwarded, lost, duplicated and reordered.\n"
     "Where a sender leaves the checksum of UDP or TCP to its port and that is software (veth), it is put "
     "in, as a wire would have it. TCP segments that it leaves to be cut are larger than the MTU and not "
     "forwarded: turn that off there, ethtool -K INTERFACE tso off gso off.\n"
     "Equal seeds do the same to the n-th frame. Frames keep their order, except those held back by "
     "--reorder. With --out each frame is in the capture where it came in and where it went out, with a "
     "comment on what became of it.\n"
     "It needs CAP_NET_RAW, and CAP_SYS_ADMIN for other namespaces (README.md), and gives all capabilities "
     "up once the ports are open. Exit code 3 if a port is lost.",
     COMMAND_RELAY, relay_command},
    {"help", "[COMMAND]", "explain a command",
     "Prints help on a command or an overview; as Markdown the page docs/command-line.md; for bash a "
     "completion: "
     "source <(vmacheck help --format bash)",
     COMMAND_HELP, help_command},
};
const size_t command_count = sizeof commands / sizeof commands[0];

/* The one thing that a signal handler can reach. */
static volatile sig_atomic_t signal_number;
static int signal_descriptor = -1; /* written to by the first one */

int complain(int code, const char *format, ...)
{
    va_list arguments;
    fflush(stdout);
    fputs("vmacheck: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    putc('\n', stderr);
    return code;
}

int print_json(json_t *value, int code)
{
    json_print(stdout, value);
    return output_end(code);
}

int output_end(int code)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        return complain(RUN_HARNESS_ERROR, "can't write the output: %s", strerror(errno));
    return code;
}

struct selection selection_of(const struct arguments *arguments)
{
    return (struct selection){
        .selectors = arguments->words,
        .selector_count = arguments->word_count,
        .scope = arguments->scope,
    };
}

void signals_listen(void)
{
    /* Once only: a second signal does what it does to every program. */
    struct sigaction action = {.sa_handler = signal_arrived, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

int signals_seen(void)
{
    return signal_number;
}

int signals_descriptor(void)
{
    if (signal_descriptor < 0)
        signal_descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return signal_descriptor;
}

static void signal_arrived(int number)
{
    const uint64_t one = 1;
    int error = errno;
    signal_number = number;
    ssize_t written = signal_descriptor < 0 ? 0 : write(signal_descriptor, &one, sizeof one);
    (void)written; /* who waits looks again in time */
    errno = error;
}
