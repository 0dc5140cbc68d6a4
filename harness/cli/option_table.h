/* The rows of the option table; for options.c and help.c. */
#ifndef CLI_OPTION_TABLE_H
#define CLI_OPTION_TABLE_H

#include "cli/options.h"
#include "wire/frame.h"

/* Bits of commands. */
#define COMMAND_RUN          0x01u
#define COMMAND_LIST         0x02u
#define COMMAND_REQUIREMENTS 0x04u
#define COMMAND_EXPLAIN      0x08u
#define COMMAND_MUTANTS      0x10u
#define COMMAND_HELP         0x20u
#define COMMAND_COVERAGE     0x40u
#define COMMAND_DUT          0x80u
#define COMMAND_SCENARIOS    0x100u
#define COMMAND_AUDIT        0x200u
#define COMMAND_SHOW         0x400u
#define COMMAND_MAKE         0x800u
#define COMMAND_RELAY        0x1000u
#define COMMAND_EVERY        0x1fffu

/* The names of frames, each with a space in front. */
#define FRAME_NAME_WORD(name, text) " " text
#define FRAME_NAME_WORDS            FRAME_NAMES(FRAME_NAME_WORD)

/* Every option once: key, name, letter (0: none), name of its value (NULL: it has none), values that
 * completion offers, commands, help. */
#define OPTIONS(X)                                                                                           \
    X(ROLE, "role", 0, "ROLE", "router bridge client les switch vrrp",                                       \
      COMMAND_RUN | COMMAND_LIST | COMMAND_REQUIREMENTS | COMMAND_DUT | COMMAND_SCENARIOS,                   \
      "only for devices in this role: router, bridge, client, les, switch, vrrp; several with commas")       \
    X(SCHEME, "scheme", 0, "SCHEME", "non-proxy proxy",                                                      \
      COMMAND_RUN | COMMAND_LIST | COMMAND_REQUIREMENTS | COMMAND_DUT | COMMAND_SCENARIOS,                   \
      "only for this scheme: non-proxy, proxy")                                                              \
    X(LANE, "lane", 0, "VERSION", "v1 v2",                                                                   \
      COMMAND_RUN | COMMAND_LIST | COMMAND_REQUIREMENTS | COMMAND_DUT | COMMAND_SCENARIOS,                   \
      "only for this version of LANE: v1, v2")                                                               \
    X(MEDIA, "media", 0, "MEDIA", "ethernet token-ring",                                                     \
      COMMAND_RUN | COMMAND_LIST | COMMAND_REQUIREMENTS | COMMAND_DUT | COMMAND_SCENARIOS,                   \
      "only for ELANs of this kind: ethernet, token-ring")                                                   \
    X(DUT, "dut", 'd', "DEVICE", "reference mutant: adapter:", COMMAND_RUN | COMMAND_SCENARIOS,              \
      "the device under test: reference (default), mutant:ID, adapter:COMMAND, or a device file "            \
      "(docs/device-file.md)")                                                                               \
    X(SEED, "seed", 's', "NUMBER", "", COMMAND_RUN | COMMAND_MUTANTS | COMMAND_COVERAGE | COMMAND_SCENARIOS, \
      "where drawn addresses, priorities and latencies start from (default 1); an equal seed gives an "      \
      "equal run")                                                                                           \
    X(JOBS, "jobs", 'j', "COUNT", "",                                                                        \
      COMMAND_RUN | COMMAND_MUTANTS | COMMAND_COVERAGE | COMMAND_SCENARIOS | COMMAND_AUDIT,                  \
      "threads (default: one per processor; in `run --clock wall` as many case instances side by side as "   \
      "there are devices, at most 64)")                                                                      \
    X(OUT, "out", 'o', "DIRECTORY", "", COMMAND_RUN,                                                         \
      "write results.jsonl, junit.xml and a capture per case instance there")                                \
    X(CLOCK, "clock", 0, "CLOCK", "virtual wall", COMMAND_RUN,                                               \
      "virtual (default): time jumps from event to event; wall: time passes")                                \
    X(PIXIT, "pixit", 0, "NAME=VALUE", "", COMMAND_RUN | COMMAND_MUTANTS,                                    \
      "how this lab reads the draft where it leaves a choice, or a tolerance; may be repeated; "             \
      "`vmacheck explain pixit` lists the choices")                                                          \
    X(STRICT, "strict", 0, NULL, "", COMMAND_RUN | COMMAND_MUTANTS | COMMAND_AUDIT,                          \
      "a broken `should` is a violation")                                                                    \
    X(QUIET, "quiet", 'q', NULL, "", COMMAND_RUN, "no line for a pass or a case that is not applicable")     \
    X(AUDIT_QUIET, "quiet", 'q', NULL, "", COMMAND_AUDIT, "only findings and the verdict")                   \
    X(AUDIT_PIXIT, "pixit", 0, "FILE | NAME=VALUE", "", COMMAND_AUDIT,                                       \
      "a device file (docs/device-file.md): how this lab reads the draft, tolerances, and what the device "  \
      "at the capture point claims to be; or a single choice, as in `vmacheck run`; may be repeated")        \
    X(COMPLETE, "complete", 0, NULL, "", COMMAND_AUDIT,                                                      \
      "the capture was taken at the station's own port and holds, with the signalling, everything that it "  \
      "sent and heard since it was switched on: what is missing was not sent, and is judged")                \
    X(STATION, "station", 0, "NAME", "local", COMMAND_AUDIT,                                                 \
      "let only this station decide the verdict: an ATM address, `lecid 5`, an IP address, `servers`, or "   \
      "`local`: those at the capture point")                                                                 \
    X(CLAIM_ROLE, "role", 0, "ROLE", "router bridge client les vrrp", COMMAND_AUDIT,                         \
      "what the station at the capture point is")                                                            \
    X(CLAIM_SCHEME, "scheme", 0, "SCHEME", "non-proxy proxy", COMMAND_AUDIT, "how it joined its ELAN")       \
    X(CLAIM_LANE, "lane", 0, "VERSION", "v1 v2", COMMAND_AUDIT, "the version of LANE that it speaks")        \
    X(ANNOTATE, "annotate", 'a', "OUT.pcapng", "", COMMAND_AUDIT,                                            \
      "write the capture with the findings as comments on their frames")                                     \
    X(FORMAT, "format", 'f', "FORMAT", "text json", COMMAND_RUN,                                             \
      "text (default), or json: results.jsonl on the standard output")                                       \
    X(HELP_FORMAT, "format", 'f', "FORMAT", "text markdown bash", COMMAND_HELP,                              \
      "text (default), markdown, or bash: a completion for the shell")                                       \
    X(LEDGER_FORMAT, "format", 'f', "FORMAT", "text markdown", COMMAND_REQUIREMENTS,                         \
      "text (default), or markdown: the page docs/requirements.md")                                          \
    X(SCENARIOS_FORMAT, "format", 'f', "FORMAT", "text markdown", COMMAND_SCENARIOS,                         \
      "text (default), or markdown: the page docs/scenarios.md")                                             \
    X(FRAMES, "frame", 'n', "LIST", "", COMMAND_SHOW,                                                        \
      "only the frames with these numbers: 39 or 39,41-50,100-")                                             \
    X(NAMES, "name", 0, "NAME", FRAME_NAME_WORDS, COMMAND_SHOW,                                              \
      "only frames of this name, as in LE_ARP_REQUEST; several with commas")                                 \
    X(WHERE, "where", 'w', "FIELD=VALUE", "", COMMAND_SHOW,                                                  \
      "only frames whose field has this value, as in vrid=1; may be repeated: all have to hold")             \
    X(NUMBERS, "numbers", 0, NULL, "", COMMAND_SHOW, "the number of the frame in front of each line")        \
    X(HEX, "hex", 'x', NULL, "", COMMAND_SHOW, "below each line the octets of the frame")                    \
    X(MAKE_OUT, "out", 'o', "FILE", "", COMMAND_MAKE,                                                        \
      "the capture: pcapng, or pcap if the name ends in .pcap; - for the standard output")                   \
    X(LOSS, "loss", 0, "PERCENT", "", COMMAND_RELAY, "lose this share of the frames")                        \
    X(DELAY, "delay", 0, "MS", "", COMMAND_RELAY, "delay each frame, from when it came in")                  \
    X(JITTER, "jitter", 0, "MS", "", COMMAND_RELAY, "vary the delay by up to so much, up and down")          \
    X(DUPLICATE, "duplicate", 0, "PERCENT", "", COMMAND_RELAY, "forward this share of the frames twice")     \
    X(REORDER, "reorder", 0, "PERCENT", "", COMMAND_RELAY,                                                   \
      "hold this share of the frames back for 20 ms: those that come meanwhile overtake them")               \
    X(RELAY_SEED, "seed", 's', "NUMBER", "", COMMAND_RELAY,                                                  \
      "where what becomes of the frames is drawn from (default 1)")                                          \
    X(FOR, "for", 0, "SECONDS", "", COMMAND_RELAY, "end after so long (default: at Ctrl-C)")                 \
    X(RELAY_OUT, "out", 'o', "FILE", "", COMMAND_RELAY,                                                      \
      "a capture of both ports: pcapng, or pcap if the name ends in .pcap")                                  \
    X(GAPS, "gaps", 0, NULL, "", COMMAND_REQUIREMENTS,                                                       \
      "only those that a role is bound by and nothing checks; exit code 1 if there are any")                 \
    X(FULL, "full", 0, NULL, "", COMMAND_MUTANTS,                                                            \
      "every mutant against every case, not only against those that cite what it breaks")                    \
    X(LIST, "list", 'l', NULL, "", COMMAND_MUTANTS, "only list the mutants and what they break")             \
    X(JSON, "json", 0, NULL, "", COMMAND_EVERY & ~(COMMAND_HELP | COMMAND_MAKE),                             \
      "print JSON (docs/formats.md)")                                                                        \
    X(HELP, "help", 'h', NULL, "", COMMAND_EVERY, "print this help")

enum option_key {
#define X(key, name, letter, value, values, commands, help) OPTION_##key,
    OPTIONS(X)
#undef X
};

enum { OPTION_ROW_COUNT = OPTION_HELP + 1 };

struct option_row {
    enum option_key key;
    const char *name;
    char letter;
    const char *value;
    const char *values; /* words with spaces between */
    unsigned commands;
    const char *help;
};

extern const struct option_row option_rows[OPTION_ROW_COUNT];

/* "text", "markdown", "bash". */
bool help_format_of_name(const char *name, enum help_format *format);

#endif
