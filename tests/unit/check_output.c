/* Results, JUnit and console, read back: results with jansson, JUnit with libxml2's parser. */
#include <check.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/duration.h"
#include "output/console.h"
#include "output/junit.h"
#include "output/plain.h"
#include "output/results.h"
#include "output/results_event.h"
#include "output_sample.h"

#define RUN_COUNT 4 /* case instances of a sample run */

static struct sample sample;
static struct selection selection;
static struct run_options options;

static struct results *open_results(const char *path, size_t planned)
{
    struct reason reason = {""};
    options = (struct run_options){.seed = 7, .strict = true, .pixit = pixit_default()};
    selection = (struct selection){.selectors = (const char *const[]){"backup/"}, .selector_count = 1};
    selection.scope.lane = LANE_V2;
    struct results_head head = {
        .device = "mutant:M17", .selection = &selection, .planned = planned, .options = &options};
    struct results *results = results_open(path, -1, &head, &reason);
    ck_assert_msg(results, "%s", reason.text);
    return results;
}

/* Line 'number' from 0 of a file, NULL behind the last; the caller gives it up. */
static json_t *line_of(const char *path, size_t number)
{
    size_t size;
    char *text = sample_read(path, &size);
    ck_assert_ptr_nonnull(text);
    char *at = text;
    while (number-- && at)
        at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
    json_t *line = NULL;
    if (at && *at) {
        json_error_t error;
        *strchr(at, '\n') = '\0';
        line = json_loads(at, JSON_REJECT_DUPLICATES, &error);
        ck_assert_msg(line, "%s in %s", error.text, at);
    }
    free(text);
    return line;
}

static const char *string_of(const json_t *object, const char *key)
{
    const char *string = json_string_value(json_object_get(object, key));
    ck_assert_msg(string, "%s is no string", key);
    return string;
}

static json_int_t integer_of(const json_t *object, const char *key)
{
    const json_t *integer = json_object_get(object, key);
    ck_assert_msg(json_is_integer(integer), "%s is no integer", key);
    return json_integer_value(integer);
}

/* The line of the sample as a case at 'index'. */
static json_t *case_line(size_t index, const char *capture)
{
    struct results_line line = results_case_line(index, &sample.result, capture);
    ck_assert_int_eq(line.text[line.size - 1], '\n');
    json_t *object = json_loadb(line.text, line.size, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(object, "%.*s", (int)line.size, line.text);
    free(line.text);
    return object;
}

START_TEST(first_line_tells_the_run)
{
    char path[SAMPLE_PATH_SIZE];
    struct results *results = open_results(sample_path("head.jsonl", path), 12);
    json_t *head = line_of(path, 0);
    ck_assert_str_eq(string_of(head, "type"), "run");
    ck_assert_str_eq(string_of(head, "device"), "mutant:M17");
    ck_assert_int_eq(integer_of(head, "planned"), 12);
    ck_assert_str_eq(string_of(head, "seed"), "7");
    ck_assert(json_is_true(json_object_get(head, "strict")));
    const json_t *asked = json_object_get(head, "selection");
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(asked, "selectors"), 0)), "backup/");
    ck_assert_uint_eq(json_array_size(json_object_get(asked, "schemes")), 0);
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(asked, "lane"), 0)), "v2");
    const json_t *pixit = json_object_get(head, "pixit");
    ck_assert_uint_eq(json_object_size(pixit), PIXIT_CHOICE_COUNT);
    ck_assert_str_eq(string_of(pixit, "v1_repetition"), "required");
    ck_assert_int_eq(integer_of(pixit, "time_tolerance_ms"), 50);
    json_decref(head);
    ck_assert(results_close(results, &(struct results_end){0}, NULL));
    unlink(path);
}
END_TEST

START_TEST(case_line_tells_the_instance)
{
    json_t *line = case_line(3, "captures/a.pcapng");
    ck_assert_str_eq(string_of(line, "type"), "case");
    ck_assert_int_eq(integer_of(line, "index"), 3);
    ck_assert_str_eq(string_of(line, "instance"), "backup/le-arp-unanswered[router,non-proxy,v2,ethernet]");
    ck_assert_str_eq(string_of(line, "id"), "backup/le-arp-unanswered");
    ck_assert_str_eq(string_of(line, "role"), "router");
    ck_assert_str_eq(string_of(line, "scheme"), "non-proxy");
    ck_assert_str_eq(string_of(line, "lane"), "v2");
    ck_assert_str_eq(string_of(line, "media"), "ethernet");
    ck_assert_str_eq(string_of(line, "seed"), "18446744073709551615");
    ck_assert_str_eq(string_of(line, "verdict"), "pass");
    ck_assert_str_eq(string_of(line, "reason"), "nothing was violated");
    ck_assert_uint_eq(json_array_size(json_object_get(line, "requirements")), 2);
    ck_assert_uint_eq(json_array_size(json_object_get(line, "findings")), 0);
    ck_assert_int_eq(integer_of(line, "start_ns"), 0);
    ck_assert_int_eq(integer_of(line, "end_ns"), SECONDS(5002));
    ck_assert_str_eq(string_of(line, "capture"), "captures/a.pcapng");
    json_decref(line);
}
END_TEST

START_TEST(finding_is_told_in_full)
{
    sample_find(&sample, FINDING_VIOLATION, "R-3.1-05", SAMPLE_CONTROL_INDEX);
    sample_find(&sample, FINDING_REMARK, "R-3.1-06", SIZE_MAX);
    json_t *line = case_line(0, NULL);
    ck_assert(json_is_null(json_object_get(line, "capture")));
    ck_assert_str_eq(string_of(line, "verdict"), "fail");
    const json_t *findings = json_object_get(line, "findings");
    ck_assert_uint_eq(json_array_size(findings), 2);
    const json_t *finding = json_array_get(findings, 0);
    ck_assert_str_eq(string_of(finding, "kind"), "violation");
    ck_assert_str_eq(string_of(finding, "requirement"), "R-3.1-05");
    ck_assert_str_eq(string_of(finding, "level"), "must");
    ck_assert_int_eq(integer_of(finding, "frame"), 5);
    ck_assert_int_eq(integer_of(finding, "time_ns"), SECONDS(1) + 1);
    ck_assert_int_eq(json_integer_value(json_array_get(json_object_get(finding, "window_ns"), 0)), 0);
    ck_assert_int_eq(json_integer_value(json_array_get(json_object_get(finding, "window_ns"), 1)),
                     SECONDS(2));
    ck_assert_str_eq(string_of(finding, "expected"), "LE_REGISTER_REQUEST lecid=\"5\"");
    ck_assert_str_eq(string_of(finding, "actual"), "<nothing> & more");
    ck_assert_str_eq(string_of(finding, "source"), "case");
    ck_assert_str_eq(string_of(finding, "site"), "cases/backup.c:57");
    finding = json_array_get(findings, 1);
    ck_assert_str_eq(string_of(finding, "kind"), "remark");
    ck_assert(json_is_null(json_object_get(finding, "frame")));
    ck_assert(json_is_true(json_object_get(finding, "silence")));
    json_decref(line);
}
END_TEST

/* Reads an event's member by the name that the first line gives it. */
static const json_t *member(const json_t *event, const char *name)
{
    json_t *names = results_event_members();
    size_t place = 0;
    while (place < json_array_size(names) &&
           strcmp(json_string_value(json_array_get(names, place)), name) != 0)
        place++;
    ck_assert_uint_eq(json_array_size(event), json_array_size(names));
    json_decref(names);
    return json_array_get(event, place);
}

START_TEST(events_are_those_of_the_tap)
{
    sample_free(&sample);
    sample_make(&sample, true);
    json_t *line = case_line(0, NULL);
    const json_t *events = json_object_get(line, "events");
    ck_assert_uint_eq(json_array_size(events), tap_count(sample.tap));
    for (size_t i = 0; i < tap_count(sample.tap); i++) {
        struct tap_event *event = tap_at(sample.tap, i);
        const json_t *json = json_array_get(events, i);
        char what[TAP_TEXT_SIZE];
        ck_assert_int_eq(json_integer_value(member(json, "time_ns")), event->time_ns);
        if (i)
            ck_assert_str_eq(json_string_value(member(json, "text")),
                             tap_what(sample.tap, event, what, sizeof what));
        ck_assert_int_eq(json_integer_value(member(json, "frame")), event->frame_number);
        ck_assert_str_eq(json_string_value(member(json, "kind")), tap_kind_text((enum tap_kind)event->kind));
    }
    const json_t *note = json_array_get(events, 0);
    ck_assert_str_eq(json_string_value(member(note, "text")), "quote \" backslash \\ tab ? octet ? end");
    ck_assert(json_is_null(member(note, "from")));
    ck_assert_uint_eq(json_array_size(member(note, "to")), 0);
    ck_assert(json_is_null(member(note, "channel")));
    ck_assert(json_is_null(member(note, "frame")));
    const json_t *distributed = json_array_get(events, 5);
    ck_assert_str_eq(json_string_value(member(distributed, "from")), "les");
    ck_assert_uint_eq(json_array_size(member(distributed, "to")), 2);
    ck_assert_str_eq(json_string_value(json_array_get(member(distributed, "to"), 1)), "peer");
    ck_assert_str_eq(json_string_value(member(distributed, "channel")), "control-distribute/33");
    ck_assert_str_eq(json_string_value(member(json_array_get(events, 8), "channel")), "upstream");
    json_decref(line);
}
END_TEST

START_TEST(texts_of_events_are_escaped)
{
    static const struct {
        const char *text;
        const char *read_back;
    } expected[] = {
        {"plain", "plain"},
        {"\"quoted\"", "\"quoted\""},
        {"back\\slash\\", "back\\slash\\"},
        {"tab\t", "tab?"},
        {"delete\x7f", "delete?"},
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"octet \xff", "octet ?"},
        {"", ""},
        {"~ ~", "~ ~"},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        tap_at(sample.tap, 0)->text = expected[i].text;
        json_t *line = case_line(0, NULL);
        const json_t *note = json_array_get(json_object_get(line, "events"), 0);
        ck_assert_str_eq(json_string_value(member(note, "text")), expected[i].read_back);
        json_decref(line);
    }
}
END_TEST

START_TEST(instance_that_never_ran_has_no_events)
{
    sample.result.tap = NULL;
    sample.result.verdict = VERDICT_NOT_APPLICABLE;
    json_t *line = case_line(0, NULL);
    ck_assert_uint_eq(json_array_size(json_object_get(line, "events")), 0);
    ck_assert_str_eq(string_of(line, "verdict"), "not-applicable");
    json_decref(line);
}
END_TEST

static void put(struct results *results, size_t index)
{
    struct reason reason = {""};
    ck_assert_msg(results_put(results, results_case_line(index, &sample.result, NULL), &reason), "%s",
                  reason.text);
}

/* The indexes of the case lines of a file from line 'first' on, as a text such as "0 1 2". */
static void assert_indexes(const char *path, size_t first, const char *expected)
{
    char text[64] = "";
    size_t length = 0;
    json_t *line;
    for (size_t i = first; (line = line_of(path, i)); i++) {
        if (strcmp(string_of(line, "type"), "case") == 0)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s%d", length ? " " : "",
                                       (int)integer_of(line, "index"));
        json_decref(line);
    }
    ck_assert_str_eq(text, expected);
}

START_TEST(lines_come_in_order)
{
    char path[SAMPLE_PATH_SIZE];
    char early[SAMPLE_PATH_SIZE];
    sample_path("order.jsonl.early", early);
    struct results *results = open_results(sample_path("order.jsonl", path), RUN_COUNT);
    put(results, 2);
    put(results, 1);
    assert_indexes(path, 1, ""); /* what a kill would leave: nothing in order yet, two lines beside it */
    assert_indexes(early, 0, "2 1");
    put(results, 0);
    assert_indexes(path, 1, "0 1 2");
    put(results, 3);
    ck_assert(results_close(results, &(struct results_end){.exit_code = 1}, NULL));
    assert_indexes(path, 1, "0 1 2 3");
    ck_assert_int_ne(access(early, F_OK), 0);
    json_t *end = line_of(path, 5);
    ck_assert_str_eq(string_of(end, "type"), "end");
    ck_assert(json_is_true(json_object_get(end, "complete")));
    ck_assert(json_is_null(json_object_get(end, "reason")));
    ck_assert_int_eq(integer_of(end, "finished"), 4);
    ck_assert_int_eq(integer_of(json_object_get(end, "counts"), "pass"), 4);
    ck_assert_int_eq(integer_of(json_object_get(end, "counts"), "fail"), 0);
    ck_assert_int_eq(integer_of(end, "exit"), 1);
    json_decref(end);
    unlink(path);
}
END_TEST

START_TEST(interrupted_run_says_so)
{
    char path[SAMPLE_PATH_SIZE];
    struct results *results = open_results(sample_path("cut.jsonl", path), RUN_COUNT);
    put(results, 3); /* behind a gap */
    put(results, 0);
    ck_assert(results_close(results, &(struct results_end){.reason = "interrupted", .exit_code = 130}, NULL));
    assert_indexes(path, 1, "0 3");
    json_t *end = line_of(path, 3);
    ck_assert(json_is_false(json_object_get(end, "complete")));
    ck_assert_str_eq(string_of(end, "reason"), "interrupted");
    ck_assert_int_eq(integer_of(end, "planned"), 4);
    ck_assert_int_eq(integer_of(end, "finished"), 2);
    json_decref(end);
    unlink(path);
}
END_TEST

START_TEST(full_disk_is_told)
{
    struct reason reason = {""};
    struct results *results = open_results("/dev/full", 1);
    ck_assert(!results_put(results, results_case_line(0, &sample.result, NULL), &reason));
    ck_assert_str_eq(reason.text, "can't write /dev/full: No space left on device");
    reason.text[0] = '\0';
    ck_assert(!results_close(results, &(struct results_end){0}, &reason));
    ck_assert_str_eq(reason.text, "can't write /dev/full: No space left on device");
}
END_TEST

/* A pass with a remark, a fail, an inconclusive and a not-applicable instance, of two topics. */
static void fill_run(struct run_report *run)
{
    *run = (struct run_report){.device = "reference", .directory = "out", .planned = RUN_COUNT, .seed = 7};
    sample_find(&sample, FINDING_REMARK, "R-3.1-06", SAMPLE_REGISTER_INDEX);
    run_report_add(run, case_report_new(&sample.result, "captures/a.pcapng"));
    sample_find(&sample, FINDING_VIOLATION, "R-3.1-05", SAMPLE_REGISTER_INDEX);
    run_report_add(run, case_report_new(&sample.result, "captures/b.pcapng"));
    sample.result.findings.count = 0;
    sample.result.verdict = VERDICT_INCONCLUSIVE;
    sample.result.reason = "the device never joined";
    run_report_add(run, case_report_new(&sample.result, NULL));
    static const struct test_case other = {.id = "join/first", .requirements = ""};
    sample.result.instance.test = &other;
    sample.result.verdict = VERDICT_NOT_APPLICABLE;
    run_report_add(run, case_report_new(&sample.result, NULL));
}

static xmlNodePtr child(xmlNodePtr node, const char *name, size_t wanted)
{
    for (xmlNodePtr at = node->children; at; at = at->next)
        if (at->type == XML_ELEMENT_NODE && strcmp((const char *)at->name, name) == 0 && wanted-- == 0)
            return at;
    return NULL;
}

static void assert_attribute(xmlNodePtr node, const char *name, const char *expected)
{
    ck_assert_ptr_nonnull(node);
    xmlChar *value = xmlGetProp(node, BAD_CAST name);
    ck_assert_pstr_eq((const char *)value, expected);
    xmlFree(value);
}

START_TEST(junit_is_read_back)
{
    char path[SAMPLE_PATH_SIZE];
    struct run_report run;
    struct reason reason = {""};
    fill_run(&run);
    ck_assert_msg(junit_write(sample_path("junit.xml", path), &run, NULL, &reason), "%s", reason.text);
    xmlDocPtr document = xmlReadFile(path, NULL, XML_PARSE_NONET);
    ck_assert_ptr_nonnull(document);
    xmlNodePtr root = xmlDocGetRootElement(document);
    assert_attribute(root, "tests", "4");
    assert_attribute(root, "failures", "1");
    assert_attribute(root, "errors", "1");
    assert_attribute(root, "skipped", "1");
    xmlNodePtr suite = child(root, "testsuite", 0);
    assert_attribute(suite, "name", "backup");
    assert_attribute(suite, "tests", "3");
    assert_attribute(child(root, "testsuite", 1), "name", "join");
    ck_assert_ptr_null(child(root, "testsuite", 2));
    xmlNodePtr passed = child(suite, "testcase", 0);
    assert_attribute(passed, "classname", "router.backup");
    assert_attribute(passed, "name", "le-arp-unanswered[router,non-proxy,v2,ethernet]");
    assert_attribute(passed, "time", "5002.000000");
    ck_assert_ptr_null(child(passed, "failure", 0));
    xmlChar *output = xmlNodeGetContent(child(passed, "system-out", 0));
    ck_assert_ptr_nonnull(strstr((const char *)output, "capture captures/a.pcapng\nremark R-3.1-06: "));
    xmlFree(output);
    xmlNodePtr failure = child(child(suite, "testcase", 1), "failure", 0);
    assert_attribute(failure, "type", "R-3.1-05");
    assert_attribute(
        failure, "message",
        "R-3.1-05: expected LE_REGISTER_REQUEST lecid=\"5\"; got <nothing> & more (at 1.000000 s, "
        "frame 3, window 0.000000 s to 2.000000 s)");
    assert_attribute(child(child(suite, "testcase", 2), "error", 0), "message", "the device never joined");
    ck_assert_ptr_nonnull(child(child(child(root, "testsuite", 1), "testcase", 0), "skipped", 0));
    xmlFreeDoc(document);
    run_report_clear(&run);
    unlink(path);
}
END_TEST

START_TEST(unfinished_junit_is_not_green)
{
    char path[SAMPLE_PATH_SIZE];
    struct run_report run = {.device = "reference", .planned = RUN_COUNT};
    run_report_add(&run, case_report_new(&sample.result, NULL));
    ck_assert(junit_write(sample_path("cut.xml", path), &run, "interrupted", NULL));
    xmlDocPtr document = xmlReadFile(path, NULL, XML_PARSE_NONET);
    xmlNodePtr root = xmlDocGetRootElement(document);
    assert_attribute(root, "tests", "2");
    assert_attribute(root, "errors", "1");
    assert_attribute(child(child(child(root, "testsuite", 1), "testcase", 0), "error", 0), "message",
                     "interrupted");
    xmlFreeDoc(document);
    run_report_clear(&run);
    unlink(path);
}
END_TEST

/* What the console prints about the run of fill_run(); freed by the caller. */
static char *console_text(struct console_settings settings)
{
    char *text = NULL;
    size_t size = 0;
    struct run_report run;
    struct run_report shown;
    struct console console;
    settings.out = open_memstream(&text, &size);
    fill_run(&run);
    shown = (struct run_report){
        .device = run.device, .directory = run.directory, .planned = run.planned, .seed = run.seed};
    shown.all_written = shown.junit_written = true;
    console_begin(&console, &settings, &shown);
    for (size_t i = 0; i < run.count; i++) {
        run_report_add(&shown, run.cases[i]);
        console_case(&console, &shown, run.cases[i]);
    }
    console_end(&console, &shown, NULL);
    fclose(settings.out);
    free(shown.cases);
    run_report_clear(&run);
    return text;
}

START_TEST(console_in_a_pipe_is_plain)
{
    char *text = console_text((struct console_settings){.failure_limit = 10});
    ck_assert_ptr_null(strchr(text, '\033'));
    ck_assert_ptr_null(strchr(text, '\r'));
    static const char *const parts[] = {
        "4 case instances, device reference, seed 7\n",
        "pass            backup/le-arp-unanswered[router,non-proxy,v2,ethernet]  1 remark\n",
        "fail            backup/le-arp-unanswered[router,non-proxy,v2,ethernet]  R-3.1-05: expected "
        "LE_REGISTER_REQUEST",
        "inconclusive    backup/le-arp-unanswered[router,non-proxy,v2,ethernet]  the device never joined\n",
        "not-applicable  join/first[router,non-proxy,v2,ethernet]  the device never joined\n",
        "\nFAIL backup/le-arp-unanswered[router,non-proxy,v2,ethernet]  role router, seed "
        "18446744073709551615\n",
        "  R-3.1-05 (must, draft-ietf-vrrp-lane-02 3.1) \"If the VMAC registration fails, the master must "
        "persist "
        "with the registration phase.\"\n",
        "  expected  LE_REGISTER_REQUEST lecid=\"5\"\n  got       <nothing> & more\n",
        "            at 1.000000 s, frame 3, window 0.000000 s to 2.000000 s\n",
        "  capture   out/captures/b.pcapng\n",
        "\n1 pass, 1 fail, 1 inconclusive, 1 not-applicable; 1 violation, 2 remarks; ",
        "\nresults, captures and junit.xml are in out\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        ck_assert_msg(strstr(text, parts[i]), "'%s' is not in:\n%s", parts[i], text);
    free(text);
}
END_TEST

START_TEST(console_on_a_terminal_shows_progress)
{
    char *text = console_text((struct console_settings){
        .terminal = true, .progress = true, .colour = true, .quiet = true, .failure_limit = 10});
    ck_assert_ptr_nonnull(strstr(text, "\r\033[K[ 1/4, 0 fail, ~0:00 left ]"));
    ck_assert_ptr_nonnull(strstr(text, "\033[31mfail\033[0m"));
    ck_assert_ptr_null(strstr(text, "not-applicable  join/first"));
    free(text);
}
END_TEST

START_TEST(failures_beyond_the_limit_are_counted)
{
    char *text = console_text((struct console_settings){.failure_limit = 0});
    ck_assert_ptr_null(strstr(text, "FAIL "));
    ck_assert_ptr_nonnull(strstr(text, "\n1 further failure"));
    free(text);
}
END_TEST

START_TEST(texts_are_mended)
{
    static const struct {
        const char *text;
        const char *plain;
    } expected[] = {
        {"", ""},
        {"R-3.1-05 caf\xc3\xa9 \xe2\x80\x93 \xf0\x9f\x98\x80",
         "R-3.1-05 caf\xc3\xa9 \xe2\x80\x93 \xf0\x9f\x98\x80"},
        {"a\nb\x1b[31m\x7f", "a?b?[31m?"},
        {"\xff\xfe", "??"},
        {"\xc3", "?"}, /* cut off */
        {"\xe2\x80", "??"},
        {"\xc0\xaf", "??"}, /* longer than needed */
        {"\xe0\x80\xaf", "???"},
        {"\xed\xa0\x80", "???"},      /* half of a surrogate pair */
        {"\xf4\x90\x80\x80", "????"}, /* above U+10FFFF */
        {"\xef\xbf\xbe", "???"},      /* U+FFFE, which XML forbids */
        {"\xc2\x85x", "??x"},         /* a control character of ISO 8859-1 */
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        char *copy = plain_copy(expected[i].text);
        ck_assert_str_eq(copy, expected[i].plain);
        ck_assert_int_eq(plain_is(expected[i].text), strcmp(expected[i].text, expected[i].plain) == 0);
        free(copy);
    }
}
END_TEST

static void set_up(void)
{
    sample_make(&sample, false);
}

static void tear_down(void)
{
    sample_free(&sample);
}

int main(void)
{
    Suite *suite = suite_create("output");
    TCase *tests = tcase_create("output");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, first_line_tells_the_run);
    tcase_add_test(tests, case_line_tells_the_instance);
    tcase_add_test(tests, finding_is_told_in_full);
    tcase_add_test(tests, events_are_those_of_the_tap);
    tcase_add_test(tests, texts_of_events_are_escaped);
    tcase_add_test(tests, instance_that_never_ran_has_no_events);
    tcase_add_test(tests, lines_come_in_order);
    tcase_add_test(tests, interrupted_run_says_so);
    tcase_add_test(tests, full_disk_is_told);
    tcase_add_test(tests, junit_is_read_back);
    tcase_add_test(tests, unfinished_junit_is_not_green);
    tcase_add_test(tests, console_in_a_pipe_is_plain);
    tcase_add_test(tests, console_on_a_terminal_shows_progress);
    tcase_add_test(tests, failures_beyond_the_limit_are_counted);
    tcase_add_test(tests, texts_are_mended);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
