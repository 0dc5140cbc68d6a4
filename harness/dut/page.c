/* docs/device-file.md. */
#include <string.h>

#include "base/text.h"
#include "control/deed_variables.h"
#include "control/evidence.h"
#include "dut/schema.h"
#include "dut/writer.h"
#include "ledger/ledger.h"
#include "station/station.h"

static const char head[] = "# Device file\n"
                           "\n"
                           "Made by `vmacheck dut page` from the schema in `harness/dut/schema.c`.\n"
                           "\n"
                           "One YAML file says what a device is and claims (PICS), how this lab reaches and "
                           "reads it (PIXIT), and what of it "
                           "is waived:\n"
                           "\n"
                           "    vmacheck dut init device.yaml      # writes one with every key and what it "
                           "means; --role, --scheme, --lane, "
                           "--media\n"
                           "    vmacheck dut check device.yaml     # looks for mistakes\n"
                           "    vmacheck run --dut device.yaml     # runs the cases that the device claims\n"
                           "\n"
                           "`examples/device.yaml` is what `vmacheck dut init` writes. --dut takes a name "
                           "for a device file that ends in "
                           "`.yaml` or `.yml`, or that is the name of a file.\n"
                           "\n"
                           "- **Claims** choose the cases. What is not claimed is not run; an option that is "
                           "not claimed makes the cases that "
                           "need it not-applicable. --role, --scheme, --lane and --media on the command line "
                           "narrow the claims further. A "
                           "device that claims nothing (no role, scheme, LANE version or medium) is a "
                           "mistake, and so is a claim that the "
                           "attachment does not offer.\n"
                           "- **Claims that contradict what is seen** are listed behind the verdicts and in "
                           "results.jsonl, with the frame: a "
                           "device that claims v1 only and joins with V2 Capable, sends redirects without "
                           "claiming the option, advertises a "
                           "VRID that is not its own. They change no verdict.\n"
                           "- **Values** (`vrids`, `priorities`, `addresses`, `timers`) are used instead of "
                           "drawn ones. Other values that a "
                           "case draws (the VRRP interval, authentication, the ELAN's name, the LAN port's "
                           "addresses) can't be given; a "
                           "case that needs the device configured in another way than the file allows is "
                           "not-applicable, with the reason.\n"
                           "- **Waivers** leave the verdict as it is: `fail`, with `(waived: REASON, TICKET, "
                           "until DATE)`, but the run does not fail "
                           "for it. A waived case that passes fails the run (exit code 1), since its waiver "
                           "is needless: narrow it to the "
                           "instances that fail, or take it out. A waiver for cases none of which ran is a "
                           "warning. The date counts in local "
                           "time; the environment variable `VMACHECK_TODAY` goes before the clock.\n"
                           "- **Mistakes** are all told, in the order of the file, as `FILE:LINE:COLUMN: "
                           "WHAT; MEND` on the standard error "
                           "output; the exit code is 2 and nothing runs.\n"
                           "\n"
                           "The file is UTF-8 and one YAML document of at most 256 KiB. Anchors, aliases, "
                           "tags, tabs for indentation and keys "
                           "that stand twice are mistakes. Where a list of names is wanted, one name may "
                           "stand without brackets, but for "
                           "`options` and `virtual`.\n";

static const char on_control[] =
    "\n## How deeds are done\n"
    "\n"
    "- **A command** runs in a shell (`/bin/sh`) in the folder of the device file, in a process group of its "
    "own, "
    "with standard input from /dev/null. What it has to know comes in its environment, never in its text, so "
    "write "
    "`\"$VMACHECK_MAC\"` with quotes and nothing that a device or case is called can do harm. Status 0: "
    "done. Any "
    "other status, a signal, or the time limit `limit_s` (then the whole group is killed): the deed failed, "
    "and the "
    "case is inconclusive with the reason, which quotes the last line that the command printed.\n"
    "- **What it starts in the background** lives on after it and is not waited for. Nobody reads its output "
    "any more, so give it a "
    "file or /dev/null: `keepalived >log 2>&1 &`.\n"
    "- **What it prints**, on either output, is kept with the case as evidence, each line behind the name of "
    "its "
    "deed, up to %u KiB in a case.\n"
    "- **`manual`** asks the operator on the terminal, one question at a time: Enter says that it is done, "
    "`n` "
    "declines, and words behind the `n` are kept. What he declines, or has not done within 10 minutes, makes "
    "the "
    "case inconclusive. Without a terminal, or in its background, nobody is asked and the deed fails; so it "
    "does, as interrupted, from a Ctrl-C on.\n"
    "- **The moment of a deed** is not known closer than the time that it takes. Verdicts take that into "
    "account, so "
    "a command should end as soon as the device has got its order, and not before.\n"
    "- **Order.** Before a case `alive`, `configure`, `start`; after it `stop`, `alive`. When the case left "
    "the device unfit (`alive` or `stop` fails, or nothing answers any more) it is reset, which is reported "
    "once, with that case; the cases that follow are not blamed. One that `alive` finds unfit before a case "
    "is reset as well, which is reported with that case. Where `alive` fails and no reset helps, the cases "
    "that follow are inconclusive.\n"
    "- **Without `reset`** a `stop` that fails is reported with its case, and `alive` says whether the "
    "device "
    "is fit all the same. With neither nobody knows: it is unfit, and the cases that follow are "
    "inconclusive. That a device answered nothing any more is told by the verdict of its case; `stop` and "
    "`configure` are then all there is to mend it.\n"
    "- **Side by side.** An instance that can't be lent to three different cases in a row (`configure` "
    "fails, "
    "say) leaves the rest to the others, though `alive` may find it fit; that is reported with the third. "
    "The last one, or one that stands alone, is tried with each case: it may only be no device for some.\n"
    "- **`heartbeat`** runs on the device's host as long as the run, `while sleep 0.1; do echo; done` by ssh "
    "or the "
    "like, and has to print its first lines within `limit_s`. Where lines are missing for longer than the "
    "tolerance, the host was starved: what the device then did late is inconclusive and never fail. When the "
    "heartbeat itself ends, nothing late can be judged any more.\n"
    "- **Interop.** `routers` of a bridge are device files of role vrrp with `attached: ports`; each has "
    "ports, "
    "instances and commands of its own. What they print is evidence of the case too, each line behind the "
    "name of the router; the hosts of routers may have a `heartbeat` as well, and the reason says whose was "
    "starved.\n"
    "\n"
    "A hook may as well be one program that looks at `VMACHECK_ACTION`; `examples/keepalived` and "
    "`examples/frr` "
    "have some. Its environment is that of vmacheck, with these variables, which are always there:\n"
    "\n"
    "| variable | value |\n|---|---|\n";

static void key_table(FILE *out, const struct schema_key *section, const char *title);
static void variable_table(FILE *out);
static void key_row(FILE *out, const struct schema_key *key);
static const char *default_text(const struct schema_key *key, char *line, size_t size);
static const char *role_list(unsigned roles, char *line, size_t size);

void device_file_page(FILE *out)
{
    fputs(head, out);
    key_table(out, &schema, "The file");
    for (size_t i = 0; i < schema_key_count(&schema); i++) {
        const struct schema_key key = schema_key_at(&schema, i);
        if (key.kind == SCHEMA_SECTION || key.kind == SCHEMA_LIST)
            key_table(out, &key, key.name);
    }
    variable_table(out);
    fputs("\n## Options\n\n| option | a device of role | what it means | takes |\n|---|---|---|---|\n", out);
    for (const struct capability_name *known = capability_names; known->bit; known++) {
        struct schema_option option;
        char roles[100];
        if (!schema_option_of(known->bit, &option))
            continue;
        fprintf(out, "| `%s` | %s | %s | ", known->name, role_list(option.roles, roles, sizeof roles),
                option.text);
        for (const struct capability_name *other = capability_names; other->bit; other++)
            if (option.needs & other->bit)
                fprintf(out, "`%s`", other->name);
        fputs(" |\n", out);
    }
}

static void key_table(FILE *out, const struct schema_key *section, const char *title)
{
    fprintf(out, "\n## %s\n\n%s%s| key | value | roles | meaning |\n|---|---|---|---|\n", title,
            section->text ? section->text : "", section->text ? "\n\n" : "");
    for (size_t i = 0; i < schema_key_count(section); i++) {
        const struct schema_key key = schema_key_at(section, i);
        key_row(out, &key);
    }
}

static void variable_table(FILE *out)
{
    fprintf(out, on_control, EVIDENCE_LIMIT / 1024);
    for (unsigned i = 0; i < DEED_VARIABLE_COUNT; i++)
        fprintf(out, "| `%s` | %s |\n", deed_variable_name((enum deed_variable)i),
                deed_variable_meaning((enum deed_variable)i));
}

/* Roles that have to say it are marked. */
static void key_row(FILE *out, const struct schema_key *key)
{
    char values[SCHEMA_TEXT_SIZE];
    char initial[100];
    char roles[100];
    char required[100];
    fprintf(out, "| `%s` | %s%s | %s", key->name, schema_value_text(key, values, sizeof values),
            default_text(key, initial, sizeof initial), role_list(key->roles, roles, sizeof roles));
    if (key->required == key->roles)
        fputs("; has to be there", out);
    else if (key->required)
        fprintf(out, "; has to be there for %s", role_list(key->required, required, sizeof required));
    fprintf(out, " | %s |\n", key->text);
}

static const char *default_text(const struct schema_key *key, char *line, size_t size)
{
    struct text text = text_in(line, size);
    if (key->kind != SCHEMA_PIXIT)
        return line;
    const struct pixit_item *item = ledger_pixit((enum pixit_choice)key->parameter);
    if (item->values)
        text_add(&text, " (default %s)", item->values[item->default_value]);
    else
        text_add(&text, " (default %u)", item->default_value);
    return line;
}

static const char *role_list(unsigned roles, char *line, size_t size)
{
    struct text text = text_in(line, size);
    const char *name;
    unsigned known = 0;
    for (unsigned bit = 1; (name = scope_bit_name(SCOPE_ROLES, bit)); bit <<= 1) {
        known |= bit;
        if (roles & bit)
            text_add(&text, "%s%s", text.length ? ", " : "", name);
    }
    if ((roles & known) == known) {
        text = text_in(line, size);
        text_put(&text, "all");
    }
    return line;
}
