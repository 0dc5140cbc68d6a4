#include "output/audit_report.h"

#include <inttypes.h>
#include <string.h>

#include "base/duration.h"
#include "base/text.h"
#include "output/owners_print.h"

static void print_verdict(FILE *out, const struct audit *audit, const struct audit_print *print);
static void print_files(FILE *out, const struct audit *audit, const struct audit_files *files);
static void print_owners(FILE *out, const struct audit *audit);
static void print_station(FILE *out, const struct audit *audit, const struct station *station,
                          const struct audit_print *print);
static void print_what_it_is(FILE *out, const struct station *station);
static void print_group(FILE *out, const struct finding_group *group, const struct audit_print *print);
static void print_example(FILE *out, const struct example *example);
static void print_unjudged(FILE *out, const struct station *station);
static void print_rules_lacking(FILE *out, const struct station *station, const char *what,
                                bool printed[static RULE_ROOM]);
static void print_gaps(FILE *out, const struct audit *audit);
static void print_coloured(FILE *out, const struct audit_print *print, const char *colour, const char *text);

/* Findings shown in full for each group; the others are counted. */
#define SHOWN_COUNT 3

/* Changes of owner shown for each VMAC; all are in the JSON. */
#define ENTRY_COUNT 40

void audit_print_text(FILE *out, const struct audit *audit, const struct audit_files *files,
                      const struct audit_print *print)
{
    const struct stations *stations = audit_stations(audit);
    print_files(out, audit, files);
    if (!print->quiet)
        print_owners(out, audit);
    for (size_t i = 0; i < stations_count(stations); i++) {
        const struct station *station = stations_at(stations, i);
        if (station->judge && station->sent_count && audit_asked(audit, station) &&
            (!print->quiet || judge_groups(station->judge)))
            print_station(out, audit, station, print);
    }
    if (!print->quiet)
        print_gaps(out, audit);
    print_verdict(out, audit, print);
}

static void print_verdict(FILE *out, const struct audit *audit, const struct audit_print *print)
{
    struct reason reason = {""};
    enum verdict verdict = audit_verdict(audit, &reason);
    fputc('\n', out);
    print_coloured(out, print, verdict_colour(verdict), verdict_text(verdict));
    fprintf(out, ": %s\n", reason.text);
}

static void print_files(FILE *out, const struct audit *audit, const struct audit_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        fprintf(out, "%s%s", i ? ", " : "", files->names[i]);
    fprintf(out, ": %" PRIu64 " frames in %.6f s\n", audit_frame_count(audit),
            (double)audit_duration_ns(audit) / 1e9);
    if (files->error)
        fprintf(out, "the rest could not be read: %s\n", files->error);
}

static void print_owners(FILE *out, const struct audit *audit)
{
    struct owners_page page = {.owners = audit_owners(audit), .entry_count = ENTRY_COUNT};
    page.networks = audit_network_names(audit, &page.network_count);
    fputc('\n', out);
    owners_print(out, &page);
}

static void print_station(FILE *out, const struct audit *audit, const struct station *station,
                          const struct audit_print *print)
{
    char text[STATION_TEXT_SIZE];
    size_t network_count;
    const char *const *networks = audit_network_names(audit, &network_count);
    fprintf(out, "\n%s on %s, ", station_text(station, text), networks[station->network]);
    print_what_it_is(out, station);
    fprintf(out, ": %" PRIu64 " frame%s sent", station->sent_count, station->sent_count == 1 ? "" : "s");
    if (station->local)
        fprintf(out, ", %" PRIu64 " heard", station->heard_count);
    fputc('\n', out);
    for (const struct finding_group *group = judge_groups(station->judge); group; group = group->next)
        print_group(out, group, print);
    if (!print->quiet)
        print_unjudged(out, station);
}

/* "at the capture point; role router or bridge, proxy, v2" */
static void print_what_it_is(FILE *out, const struct station *station)
{
    struct scope possible = judge_possible(station->judge);
    fputs(station->local ? "at the capture point; " : "seen in part; ", out);
    for (unsigned i = 0; i < SCOPE_DIMENSION_COUNT; i++) {
        enum scope_dimension dimension = (enum scope_dimension)i;
        unsigned mask = scope_mask(&possible, dimension);
        bool lane_only = dimension == SCOPE_SCHEMES || dimension == SCOPE_LANE;
        if (station->kind == STATION_LAN_ROUTER && lane_only)
            continue;
        const char *name;
        bool first = true;
        fputs(i ? ", " : "", out);
        for (unsigned bit = 1; (name = scope_bit_name(dimension, bit)); bit <<= 1) {
            if (!(mask & bit))
                continue;
            fprintf(out, "%s%s", first ? "" : " or ", name);
            first = false;
        }
    }
}

static void print_group(FILE *out, const struct finding_group *group, const struct audit_print *print)
{
    const struct requirement *requirement = group->requirement;
    bool violation = group->kind == FINDING_VIOLATION;
    fputs("  ", out);
    print_coloured(out, print, verdict_colour(violation ? VERDICT_FAIL : VERDICT_INCONCLUSIVE),
                   violation ? "FAIL" : "REMARK");
    fprintf(out, " %s \"%s\"\n", requirement->id, requirement->quote);
    size_t shown = 0;
    for (const struct example *example = group->first; example && shown < SHOWN_COUNT;
         example = example->next, shown++)
        print_example(out, example);
    if (group->count > shown)
        fprintf(out, "    and %" PRIu64 " more, the last in frame %" PRIu64 "\n", group->count - shown,
                group->last_number);
    fprintf(out, "    by        %s, %s\n", group->source, group->site);
}

static void print_example(FILE *out, const struct example *example)
{
    fprintf(out, "    frame %" PRIu64 " at %.6f s\n      expected  %s\n", example->number,
            (double)example->time_ns / 1e9, example->expected);
    if (example->window_from_ns || example->window_to_ns)
        fprintf(out, "                from %.6f s to %.6f s\n", (double)example->window_from_ns / 1e9,
                (double)example->window_to_ns / 1e9);
    fprintf(out, "      got       %s\n", example->actual);
}

static void print_unjudged(FILE *out, const struct station *station)
{
    char text[UNJUDGED_TEXT_SIZE];
    bool printed[RULE_ROOM] = {false};
    for (const struct doubt *doubt = judge_doubts(station->judge); doubt; doubt = doubt->next)
        fprintf(out,
                "  not judged: %s seems broken (%" PRIu64 " times, first in frame %" PRIu64
                "), but it binds only some of what the station may be\n",
                doubt->requirement->id, doubt->count, doubt->first_number);
    for (size_t i = 0; i < rule_registry_count; i++) {
        if (printed[i] || !judge_unjudged(station->judge, rule_registry[i], text))
            continue;
        fprintf(out, "  not judged, since the capture does not tell %s:\n   ", text);
        print_rules_lacking(out, station, text, printed);
    }
}

/* All rules that lack the same. */
static void print_rules_lacking(FILE *out, const struct station *station, const char *what,
                                bool printed[static RULE_ROOM])
{
    char text[UNJUDGED_TEXT_SIZE];
    for (size_t i = 0; i < rule_registry_count; i++) {
        if (!judge_unjudged(station->judge, rule_registry[i], text) || strcmp(text, what) != 0)
            continue;
        fprintf(out, " %s", rule_registry[i]->name);
        printed[i] = true;
    }
    fputc('\n', out);
}

static void print_gaps(FILE *out, const struct audit *audit)
{
    uint64_t first;
    uint64_t backwards = audit_backwards_count(audit, &first);
    const struct court *court = audit_court(audit);
    bool begun = false;
    for (unsigned i = 0; i < SKIP_COUNT; i++) {
        uint64_t count = audit_skip_count(audit, (enum audit_skip)i);
        if (count == 0)
            continue;
        fprintf(out, "%sNot looked at: %" PRIu64 " %s\n", begun ? "" : "\n", count,
                audit_skip_text((enum audit_skip)i));
        begun = true;
    }
    if (backwards)
        fprintf(out,
                "Times: %" PRIu64
                " frames bear a time before that of the frame in front of them, first frame %" PRIu64
                "; they are taken for simultaneous\n",
                backwards, first);
    const char *what;
    if (audit_channels_full(audit, &what))
        fprintf(out, "VCCs: %s\n", what);
    if (owners_beyond_count(audit_owners(audit)))
        fprintf(out, "Owners: %" PRIu64 " frames found no room in the timelines\n",
                owners_beyond_count(audit_owners(audit)));
    if (court->unmarked_count)
        fprintf(out, "Findings: %" PRIu64 " frames beyond %d are counted only\n", court->unmarked_count,
                MARK_ROOM);
}

static void print_coloured(FILE *out, const struct audit_print *print, const char *colour, const char *text)
{
    if (print->colour)
        fprintf(out, "\033[%sm%s\033[0m", colour, text);
    else
        fputs(text, out);
}
