#include "output/scenario_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/text.h"
#include "output/json_parts.h"
#include "output/plain.h"

#define CELL_SIZE 200

/* The same measurement in LANE v1 and v2; a cell of two columns. */
struct line {
    const struct scenario_row *row[2]; /* v1, v2; NULL: there is none */
    size_t number;                     /* of the measurement in its row */
};

static bool same_group(const struct scenario_row *a, const struct scenario_row *b);
static void print_group(FILE *out, struct scenario_row *const *rows, size_t count,
                        enum scenario_format format);
static void print_heading(FILE *out, struct scenario_row *const *rows, size_t count,
                          enum scenario_format format);
static void print_line(FILE *out, const struct line *line, enum scenario_format format);
static const struct scenario_row *sibling(struct scenario_row *const *rows, size_t count, size_t of);
static const char *cell_text(const struct measurement *measurement, char text[static CELL_SIZE]);

static const char page[] =
    "# Scenarios: what a move of the virtual router costs\n"
    "\n"
    "<!-- vmacheck scenarios --media ethernet --format markdown -->\n"
    "\n"
    "Whole scenarios of sections 2.1, 2.2 and 3.1 of the draft with traffic flowing through them: hosts send "
    "a packet each "
    "100 ms, and the case finds in the tap what became of each of them. The figures are those of the "
    "reference device at seed 1 (`vmacheck scenarios --media ethernet --format markdown` prints this page; "
    "`vmacheck scenarios --dut DEVICE` measures another device). Advertisement_Interval is 1 s, latencies "
    "are 10 us to "
    "5 ms per VCC, the LES answers within 20 ms, C17 is 300 s, T309 4 s; priorities and the moment of a "
    "failure "
    "are drawn.\n"
    "\n"
    "How to read a cell: packets lost of those sent; the longest time in which none arrived, and in brackets "
    "how "
    "long the timing budget allows (none: the draft does not say, the figure is only reported); where the "
    "lost "
    "ones went. *still losing*: at the end of the measurement packets were lost still. Places: the old "
    "Master "
    "(or whoever has its address), the new one that does not forward yet (or an impostor), a VCC whose other "
    "end is gone, the BUS without anybody taking the frame, nowhere: the client's LEC kept or dropped it. "
    "A gap without a loss is a flush: the packets waited.\n"
    "\n"
    "**host**: a bystander whose LEC obeys the announcements of the draft. **host with ageing alone**: its "
    "LEC "
    "ignores them, as if nobody announced anything; plain LANE is left to it, C17 and the loss of a VCC. It "
    "sends a packet each second. "
    "**back to the host**: the other direction, through the device's own MAC address. **host of the other "
    "virtual router**: of the one that stays where it is. **host on the LAN**: on the "
    "LAN behind the bridge under test. **host behind the device**: the device under test is a router that "
    "sends through a virtual router of others.\n"
    "\n"
    "What the figures say:\n"
    "\n"
    "- Where the old Master stays reachable, ageing alone costs all of C17, five minutes; the draft's "
    "announcements cost what VRRP itself takes to elect.\n"
    "- Where the switch releases the calls of a dead router at once, plain LANE does as well as the draft: "
    "losing the VCC "
    "is what makes a host ask again.\n"
    "- LANE v2 needs nobody but the new Master: the targetless LE_ARP_REQUEST carries the new address. In v1 "
    "the host "
    "has to ask, and as long as a stale registration or a hanging proxy answers, it is sent back to the old "
    "Master "
    "(section 3.1, \"potential failure mode\"); of the repeated announcements only a packet a second "
    "profits, which "
    "the BUS carries until the stale answer comes.\n"
    "- A T309 of 4 s outlasts the election: in v1, after a non-proxy Master, service is back only when the "
    "switch "
    "releases its calls and with them the stale registration. Detected under 3 s, as the draft recommends, "
    "the failure is over "
    "before the new Master speaks.\n"
    "- Behind bridges ageing alone costs C18 while a topology change is announced, 15 s less the time of the "
    "question that verifies, and C17 otherwise.\n"
    "- In v1 nobody can say that an association has ended. A host that learned the address of a second "
    "Master "
    "goes on with it after that one yielded, until the entry ages.\n"
    "- An impostor of lower priority gets the traffic of a v2 ELAN with one frame, and the Master need not "
    "do "
    "anything about it (A-11).\n";

struct scenario_row *scenario_row_new(const struct case_result *result)
{
    struct scenario_row *row = calloc(1, sizeof *row);
    if (!row)
        abort();
    row->instance = result->instance;
    row->verdict = result->verdict;
    row->count = result->measurements.count;
    for (size_t i = 0; i < row->count; i++) {
        row->list[i] = result->measurements.list[i];
        row->list[i].traffic = plain_copy(row->list[i].traffic);
        row->list[i].move = plain_copy(row->list[i].move);
    }
    return row;
}

void scenario_row_free(struct scenario_row *row)
{
    for (size_t i = 0; row && i < row->count; i++) {
        free((char *)(uintptr_t)row->list[i].traffic);
        free((char *)(uintptr_t)row->list[i].move);
    }
    free(row);
}

void scenario_table_print(FILE *out, struct scenario_row *const *rows, size_t count,
                          enum scenario_format format)
{
    if (format == SCENARIO_MARKDOWN)
        fputs(page, out);
    for (size_t first = 0; first < count;) {
        size_t end = first + 1;
        while (end < count && same_group(rows[first], rows[end]))
            end++;
        print_group(out, rows + first, end - first, format);
        first = end;
    }
}

json_t *scenario_table_json(struct scenario_row *const *rows, size_t count)
{
    json_t *array = json_array();
    char text[INSTANCE_TEXT_SIZE];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < rows[i]->count; j++) {
            json_t *object = measurement_json(&rows[i]->list[j]);
            json_put(object, "instance", json_text(instance_text(&rows[i]->instance, text)));
            json_put(object, "verdict", json_text(verdict_text(rows[i]->verdict)));
            json_array_append_new(array, object);
        }
    return array;
}

json_t *measurement_json(const struct measurement *measurement)
{
    const struct traffic_loss *loss = &measurement->loss;
    json_t *where = json_object();
    for (int place = 0; place < LOSS_PLACE_COUNT; place++)
        if (loss->where[place])
            json_put(where, loss_place_key((enum loss_place)place),
                     json_integer((json_int_t)loss->where[place]));
    json_t *object = json_object();
    json_put(object, "traffic", json_text(measurement->traffic));
    json_put(object, "move", json_text(measurement->move));
    json_put(object, "sent", json_integer((json_int_t)loss->sent));
    json_put(object, "lost", json_integer((json_int_t)loss->lost));
    json_put(object, "flooded", json_integer((json_int_t)loss->flooded));
    json_put(object, "gap_ns", json_integer(loss->gap_ns));
    json_put(object, "recovered", json_boolean(loss->recovered));
    json_put(object, "where", where);
    json_put(object, "limit_ns", measurement->limit_ns ? json_integer(measurement->limit_ns) : json_null());
    return object;
}

/* Variants of one scenario say the same of the stimulus, and stand behind each other. */
static bool same_group(const struct scenario_row *a, const struct scenario_row *b)
{
    return strcmp(a->instance.test->stimulus, b->instance.test->stimulus) == 0;
}

static void print_group(FILE *out, struct scenario_row *const *rows, size_t count,
                        enum scenario_format format)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        bool paired = rows[i]->instance.lane == LANE_V2 && sibling(rows, count, i);
        for (size_t j = 0; j < rows[i]->count && !paired; j++) {
            struct line line = {.number = j};
            line.row[rows[i]->instance.lane == LANE_V2] = rows[i];
            if (!line.row[1])
                line.row[1] = sibling(rows, count, i);
            if (!any)
                print_heading(out, rows, count, format);
            any = true;
            print_line(out, &line, format);
        }
    }
}

static void print_heading(FILE *out, struct scenario_row *const *rows, size_t count,
                          enum scenario_format format)
{
    bool markdown = format == SCENARIO_MARKDOWN;
    const struct test_case *test = NULL;
    fputs(markdown ? "\n## " : "\n", out);
    for (size_t i = 0; i < count; i++) {
        if (rows[i]->instance.test == test)
            continue;
        test = rows[i]->instance.test;
        fprintf(out, "%s%s", i == 0 ? "" : ", ", test->id);
    }
    if (markdown)
        fprintf(out,
                "\n\nStimulus: %s.\n\nAccepted: %s.\n\n| old to new Master | traffic | LANE v1 | LANE v2 "
                "|\n|---|---|---|---|\n",
                test->stimulus, test->accepted);
    else
        fprintf(out, "\n  %s\n", test->stimulus);
}

/* The instance of the other LANE version, of the same case, scheme, role and medium. */
static const struct scenario_row *sibling(struct scenario_row *const *rows, size_t count, size_t of)
{
    const struct case_instance *own = &rows[of]->instance;
    for (size_t i = 0; i < count; i++) {
        const struct case_instance *other = &rows[i]->instance;
        if (other->test == own->test && other->role == own->role && other->scheme == own->scheme &&
            other->medium == own->medium && other->lane != own->lane && rows[i]->count == rows[of]->count)
            return rows[i];
    }
    return NULL;
}

static void print_line(FILE *out, const struct line *line, enum scenario_format format)
{
    const struct measurement *either = &(line->row[0] ? line->row[0] : line->row[1])->list[line->number];
    char cells[2][CELL_SIZE];
    for (size_t i = 0; i < 2; i++)
        cell_text(line->row[i] ? &line->row[i]->list[line->number] : NULL, cells[i]);
    if (format == SCENARIO_MARKDOWN)
        fprintf(out, "| %s | %s | %s | %s |\n", either->move, either->traffic, cells[0], cells[1]);
    else
        fprintf(out, "  %s, %s\n    v1 %s\n    v2 %s\n", either->move, either->traffic, cells[0], cells[1]);
}

/* "8 of 78; 0.805 s (2.262 s); BUS 7, old Master 1". NULL: not measured. */
static const char *cell_text(const struct measurement *measurement, char text[static CELL_SIZE])
{
    struct text line = text_in(text, CELL_SIZE);
    if (!measurement) {
        text_add(&line, "–");
        return text;
    }
    const struct traffic_loss *loss = &measurement->loss;
    text_add(&line, "%zu of %zu; %.1f s", loss->lost, loss->sent, (double)loss->gap_ns / (double)NS_PER_S);
    if (measurement->limit_ns)
        text_add(&line, " (%.1f s)", (double)measurement->limit_ns / (double)NS_PER_S);
    const char *before = "; ";
    for (int place = 0; place < LOSS_PLACE_COUNT; place++) {
        if (!loss->where[place])
            continue;
        text_add(&line, "%s%s %zu", before, loss_place_words((enum loss_place)place), loss->where[place]);
        before = ", ";
    }
    if (loss->lost && !loss->recovered)
        text_add(&line, "; still losing");
    return text;
}
