#include "output/junit.h"

#include <inttypes.h>
#include <libxml/xmlwriter.h>
#include <string.h>

#include "base/text.h"
#include "output/file.h"
#include "output/version.h"

/* How JUnit calls a verdict. */
enum outcome { OUTCOME_PASSED, OUTCOME_FAILURE, OUTCOME_ERROR, OUTCOME_SKIPPED, OUTCOME_COUNT };

/* Sums over a run of test cases. */
struct sums {
    size_t tests;
    size_t outcomes[OUTCOME_COUNT];
    int64_t duration_ns;
};

static enum outcome outcome_of(const struct case_report *report);
static size_t topic_length(const char *id);
static size_t topic_end(const struct run_report *run, size_t start);
static struct sums sums_of(const struct run_report *run, size_t start, size_t end);
static void put_sums(xmlTextWriterPtr xml, const struct sums *sums);
static void put_suite(xmlTextWriterPtr xml, const struct run_report *run, size_t start, size_t end);
static void put_properties(xmlTextWriterPtr xml, const struct run_report *run);
static void put_property(xmlTextWriterPtr xml, const char *name, const char *value);
static void put_case(xmlTextWriterPtr xml, const struct case_report *report);
static void put_failure(xmlTextWriterPtr xml, const struct case_report *report);
static void put_skipped(xmlTextWriterPtr xml, const struct case_report *report);
static void put_output(xmlTextWriterPtr xml, const struct case_report *report);
static void put_unfinished(xmlTextWriterPtr xml, const char *unfinished);
static void start(xmlTextWriterPtr xml, const char *element);
static void end_element(xmlTextWriterPtr xml);
static void attribute(xmlTextWriterPtr xml, const char *name, const char *value);
static void attribute_count(xmlTextWriterPtr xml, const char *name, size_t count);
static void attribute_seconds(xmlTextWriterPtr xml, int64_t duration_ns);
static void content(xmlTextWriterPtr xml, const char *text);

bool junit_write(const char *path, const struct run_report *run, const char *unfinished,
                 struct reason *reason)
{
    xmlBufferPtr buffer = xmlBufferCreate();
    xmlTextWriterPtr xml = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL;
    if (!xml) {
        xmlBufferFree(buffer);
        return reason_set(reason, "can't write %s: out of memory", path);
    }
    struct sums sums = sums_of(run, 0, run->count);
    if (unfinished) {
        sums.tests++;
        sums.outcomes[OUTCOME_ERROR]++;
    }
    xmlTextWriterSetIndent(xml, 1);
    xmlTextWriterStartDocument(xml, NULL, "UTF-8", NULL);
    start(xml, "testsuites");
    attribute(xml, "name", "vmacheck");
    put_sums(xml, &sums);
    for (size_t from = 0, to; from < run->count; from = to) {
        to = topic_end(run, from);
        put_suite(xml, run, from, to);
    }
    if (unfinished)
        put_unfinished(xml, unfinished);
    end_element(xml);
    bool complete = xmlTextWriterEndDocument(xml) >= 0 && xmlTextWriterFlush(xml) >= 0;
    xmlFreeTextWriter(xml);
    bool written = complete
                       ? file_replace(path, xmlBufferContent(buffer), (size_t)xmlBufferLength(buffer), reason)
                       : reason_set(reason, "can't write %s: out of memory", path);
    xmlBufferFree(buffer);
    return written;
}

static enum outcome outcome_of(const struct case_report *report)
{
    switch (report->verdict) {
    case VERDICT_PASS:
        return report->waiver ? OUTCOME_FAILURE : OUTCOME_PASSED;
    case VERDICT_FAIL:
        return report->waiver ? OUTCOME_SKIPPED : OUTCOME_FAILURE;
    case VERDICT_NOT_APPLICABLE:
        return OUTCOME_SKIPPED;
    case VERDICT_INCONCLUSIVE:
    case VERDICT_ERROR:
    case VERDICT_COUNT:
        break;
    }
    return OUTCOME_ERROR;
}

/* A topic is what stands before the slash of a case id. */
static size_t topic_length(const char *id)
{
    return strcspn(id, "/");
}

/* Behind the last case of the topic that starts at 'start'. */
static size_t topic_end(const struct run_report *run, size_t start)
{
    const char *first = run->cases[start]->instance.test->id;
    size_t length = topic_length(first);
    size_t end = start + 1;
    while (end < run->count) {
        const char *id = run->cases[end]->instance.test->id;
        if (topic_length(id) != length || strncmp(id, first, length) != 0)
            break;
        end++;
    }
    return end;
}

static struct sums sums_of(const struct run_report *run, size_t start, size_t end)
{
    struct sums sums = {.tests = end - start};
    for (size_t i = start; i < end; i++) {
        sums.outcomes[outcome_of(run->cases[i])]++;
        sums.duration_ns += run->cases[i]->duration_ns;
    }
    return sums;
}

static void put_sums(xmlTextWriterPtr xml, const struct sums *sums)
{
    attribute_count(xml, "tests", sums->tests);
    attribute_count(xml, "failures", sums->outcomes[OUTCOME_FAILURE]);
    attribute_count(xml, "errors", sums->outcomes[OUTCOME_ERROR]);
    attribute_count(xml, "skipped", sums->outcomes[OUTCOME_SKIPPED]);
    attribute_seconds(xml, sums->duration_ns);
}

static void put_suite(xmlTextWriterPtr xml, const struct run_report *run, size_t from, size_t to)
{
    char topic[INSTANCE_TEXT_SIZE];
    const char *id = run->cases[from]->instance.test->id;
    struct sums sums = sums_of(run, from, to);
    snprintf(topic, sizeof topic, "%.*s", (int)topic_length(id), id);
    start(xml, "testsuite");
    attribute(xml, "name", topic);
    put_sums(xml, &sums);
    put_properties(xml, run);
    for (size_t i = from; i < to; i++)
        put_case(xml, run->cases[i]);
    end_element(xml);
}

static void put_properties(xmlTextWriterPtr xml, const struct run_report *run)
{
    char seed[24];
    snprintf(seed, sizeof seed, "%" PRIu64, run->seed);
    start(xml, "properties");
    put_property(xml, "version", VMACHECK_VERSION);
    put_property(xml, "device", run->device);
    if (run->profile) {
        put_property(xml, "device_file", run->profile->source);
        put_property(xml, "device_name", run->profile->name);
        put_property(xml, "device_version", run->profile->version);
    }
    put_property(xml, "seed", seed);
    put_property(xml, "strict", run->strict ? "true" : "false");
    end_element(xml);
}

static void put_property(xmlTextWriterPtr xml, const char *name, const char *value)
{
    start(xml, "property");
    attribute(xml, "name", name);
    attribute(xml, "value", value);
    end_element(xml);
}

static void put_case(xmlTextWriterPtr xml, const struct case_report *report)
{
    char instance[INSTANCE_TEXT_SIZE];
    const char *name = instance_text(&report->instance, instance);
    size_t length = topic_length(name);
    char topic[INSTANCE_TEXT_SIZE + 16];
    snprintf(topic, sizeof topic, "%s.%.*s", role_name(report->instance.role), (int)length, name);
    start(xml, "testcase");
    attribute(xml, "classname", topic);
    attribute(xml, "name", name[length] ? name + length + 1 : name);
    attribute_seconds(xml, report->duration_ns);
    switch (outcome_of(report)) {
    case OUTCOME_FAILURE:
        put_failure(xml, report);
        break;
    case OUTCOME_ERROR:
        start(xml, "error");
        attribute(xml, "type", verdict_text(report->verdict));
        attribute(xml, "message", report->reason);
        end_element(xml);
        break;
    case OUTCOME_SKIPPED:
        put_skipped(xml, report);
        break;
    case OUTCOME_PASSED:
    case OUTCOME_COUNT:
        break;
    }
    put_output(xml, report);
    end_element(xml);
}

/* All violations in one element: readers of JUnit disagree about several. */
static void put_failure(xmlTextWriterPtr xml, const struct case_report *report)
{
    char line[FINDING_TEXT_SIZE];
    bool first = true;
    start(xml, "failure");
    if (report->verdict == VERDICT_PASS) { /* a needless waiver */
        char waiver[WAIVER_TEXT_SIZE];
        struct text text = text_in(line, sizeof line);
        text_add(&text, "passes, so its waiver is needless (%s)",
                 waiver_text(report->waiver, waiver, sizeof waiver));
        attribute(xml, "type", "waiver");
        attribute(xml, "message", line);
        first = false;
    }
    for (size_t i = 0; i < report->finding_count; i++) {
        const struct report_finding *finding = &report->findings[i];
        if (finding->kind != FINDING_VIOLATION)
            continue;
        report_finding_text(finding, line, sizeof line);
        if (first) {
            attribute(xml, "type", finding->requirement->id);
            attribute(xml, "message", line);
        }
        first = false;
        content(xml, line);
        content(xml, "\n  \"");
        content(xml, finding->requirement->quote);
        content(xml, "\"\n  ");
        content(xml, finding->site);
        content(xml, "\n");
    }
    if (first)
        attribute(xml, "message", report->reason);
    end_element(xml);
}

/* Not applicable, or a failure that is waived. */
static void put_skipped(xmlTextWriterPtr xml, const struct case_report *report)
{
    char line[FINDING_TEXT_SIZE];
    char waiver[WAIVER_TEXT_SIZE];
    struct text text = text_in(line, sizeof line);
    if (report->verdict == VERDICT_FAIL)
        text_add(&text, "fail (%s): %s", waiver_text(report->waiver, waiver, sizeof waiver), report->reason);
    else
        text_put(&text, report->reason);
    start(xml, "skipped");
    attribute(xml, "message", line);
    end_element(xml);
}

static void put_output(xmlTextWriterPtr xml, const struct case_report *report)
{
    char line[FINDING_TEXT_SIZE];
    struct text text = text_in(line, sizeof line);
    text_add(&text, "seed %" PRIu64 "\n", report->seed);
    if (report->capture)
        text_add(&text, "capture %s\n", report->capture);
    start(xml, "system-out");
    content(xml, line);
    for (size_t i = 0; i < report->contradiction_count; i++) {
        const struct report_contradiction *contradiction = &report->contradictions[i];
        struct text told = text_in(line, sizeof line);
        text_add(&told, "contradiction %s", contradiction->text);
        if (contradiction->frame_number)
            text_add(&told, " (frame %u)", contradiction->frame_number);
        text_put(&told, "\n");
        content(xml, line);
    }
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].kind != FINDING_REMARK)
            continue;
        content(xml, "remark ");
        content(xml, report_finding_text(&report->findings[i], line, sizeof line));
        content(xml, "\n");
    }
    end_element(xml);
}

static void put_unfinished(xmlTextWriterPtr xml, const char *unfinished)
{
    struct sums sums = {.tests = 1, .outcomes[OUTCOME_ERROR] = 1};
    start(xml, "testsuite");
    attribute(xml, "name", "run");
    put_sums(xml, &sums);
    start(xml, "testcase");
    attribute(xml, "classname", "vmacheck");
    attribute(xml, "name", "complete");
    attribute_seconds(xml, 0);
    start(xml, "error");
    attribute(xml, "type", "unfinished");
    attribute(xml, "message", unfinished);
    end_element(xml);
    end_element(xml);
    end_element(xml);
}

/* Memory that runs out shows at the end of the document. */
static void start(xmlTextWriterPtr xml, const char *element)
{
    xmlTextWriterStartElement(xml, BAD_CAST element);
}

static void end_element(xmlTextWriterPtr xml)
{
    xmlTextWriterEndElement(xml);
}

static void attribute(xmlTextWriterPtr xml, const char *name, const char *value)
{
    xmlTextWriterWriteAttribute(xml, BAD_CAST name, BAD_CAST value);
}

static void attribute_count(xmlTextWriterPtr xml, const char *name, size_t count)
{
    xmlTextWriterWriteFormatAttribute(xml, BAD_CAST name, "%zu", count);
}

static void attribute_seconds(xmlTextWriterPtr xml, int64_t duration_ns)
{
    xmlTextWriterWriteFormatAttribute(xml, BAD_CAST "time", "%.6f", (double)duration_ns / 1e9);
}

static void content(xmlTextWriterPtr xml, const char *text)
{
    xmlTextWriterWriteString(xml, BAD_CAST text);
}
