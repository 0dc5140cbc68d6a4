/* Devices that conform but differ from the reference: the whole suite has nothing against them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conforming_variants.h"
#include "suite/run.h"
#include "suite/selection.h"

/* Everything runs at seed 1; routers on Ethernet at seed 2 as well. */
#define FIRST_SEED  1
#define SECOND_SEED 2

#define MESSAGE_SIZE 3600 /* libcheck has room for 4,096 octets */

/* What the runs of a variant have against it, as text. */
struct complaints {
    const struct conforming_variant *variant;
    bool all; /* printed as they come; else the first ones are kept in 'text' */
    char text[MESSAGE_SIZE];
    size_t size;
    unsigned count;
    unsigned judged; /* instances with a verdict for the device */
};

/* One result, on its way from a thread to the complaints. */
struct rendered {
    bool passed;
    char *complaint; /* NULL: none */
};

static void run_variant(struct complaints *complaints, const char *selector);
static bool run_scope(struct complaints *complaints, struct scope scope, uint64_t seed, const char *selector);
static struct scope scope_of(const struct conforming_variant *variant);
static struct lab *open_lab(void *context, struct reason *reason);
static void close_lab(struct lab *lab);
static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason);
static void keep_from_calling(struct interposer *interposer);
static uint32_t call_setup(void *context, const struct call *call);
static void call_release(void *context, uint32_t vcc, enum release_cause cause);
static void *render(void *context, size_t index, const struct case_result *result);
static void emit(void *context, size_t index, void *rendered);
static char *complaint_of(const struct case_result *result);
static bool excused(const struct conforming_variant *variant, const struct case_result *result);
static int show(const char *name, const char *selector, const char *seed);

START_TEST(variant_is_not_blamed)
{
    struct complaints complaints = {.variant = &conforming_variants[_i]};
    run_variant(&complaints, NULL);
    ck_assert_msg(complaints.count == 0, "%s: %u complaints\n%s", complaints.variant->name, complaints.count,
                  complaints.text);
    ck_assert_uint_gt(complaints.judged, 0);
}
END_TEST

static void run_variant(struct complaints *complaints, const char *selector)
{
    struct scope scope = scope_of(complaints->variant);
    struct scope twice = scope;
    twice.roles &= ROLE_ROUTER | ROLE_VRRP;
    twice.media &= MEDIUM_ETHERNET;
    run_scope(complaints, scope, FIRST_SEED, selector);
    if (twice.roles && twice.media)
        run_scope(complaints, twice, SECOND_SEED, selector);
}

static bool run_scope(struct complaints *complaints, struct scope scope, uint64_t seed, const char *selector)
{
    const struct conforming_variant *variant = complaints->variant;
    struct case_instance *instances;
    size_t count;
    size_t counts[VERDICT_COUNT];
    struct reason reason = {""};
    struct selection selection = {.selectors = &selector, .selector_count = selector != NULL, .scope = scope};
    if (!select_instances(&selection, &instances, &count, &reason))
        return false;
    struct run_options options = {.seed = seed, .pixit = pixit_default()};
    for (size_t i = 0; i < variant->choice_count; i++)
        options.pixit.choice[variant->choices[i].choice] = variant->choices[i].value;
    struct run_callbacks callbacks = {
        .open_lab = open_lab, .render = render, .emit = emit, .context = complaints};
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    bool run = run_instances(instances, count, &options, processors > 1 ? (unsigned)processors : 1,
                             &callbacks, counts, &reason);
    free(instances);
    return run;
}

static struct scope scope_of(const struct conforming_variant *variant)
{
    return (struct scope){.roles = (uint8_t)(variant->roles ? variant->roles : ROLE_ROUTER | ROLE_VRRP),
                          .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,
                          .lane = (uint8_t)(variant->lane ? variant->lane : LANE_V1 | LANE_V2),
                          .media = (uint8_t)(variant->media ? variant->media : MEDIUM_ETHERNET)};
}

static struct lab *open_lab(void *context, struct reason *reason)
{
    (void)reason;
    static const struct lab_kind kind = {.lend = lend, .close = close_lab};
    const struct conforming_variant *variant = ((const struct complaints *)context)->variant;
    struct lab *lab = calloc(1, sizeof *lab);
    if (!lab)
        abort();
    *lab = (struct lab){.name = variant->name,
                        .capabilities = (reference_capabilities() | CAPABILITY_FAIL_LINK) & ~variant->without,
                        .claims = scope_of(variant),
                        .context = (void *)(uintptr_t)variant,
                        .kind = &kind};
    return lab;
}

static void close_lab(struct lab *lab)
{
    free(lab);
}

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    const struct conforming_variant *variant = lab->context;
    const struct station_handlers *handlers;
    void *station = mutant_new(&variant->difference, port_services(port), settings, &handlers, reason);
    if (!station)
        return false;
    if (variant->no_calls)
        keep_from_calling(station);
    port_attach(port, handlers, station);
    return true;
}

/* Its calls for Data Direct VCCs stay open for ever and reach nobody. */
#define NO_CALL 0x40000000u

static void keep_from_calling(struct interposer *interposer)
{
    interposer->above.call_setup = call_setup;
    interposer->above.call_release = call_release;
}

static uint32_t call_setup(void *context, const struct call *call)
{
    struct interposer *interposer = context;
    if (call->b_lli == B_LLI_DATA_DIRECT_8023 || call->b_lli == B_LLI_LLC_MULTIPLEXED)
        return NO_CALL + ++interposer->count;
    uint32_t vcc = interposer->below->call_setup(interposer->below->context, call);
    if (call->b_lli == B_LLI_MULTICAST_8023)
        interposer->multicast_send = vcc;
    return vcc;
}

static void call_release(void *context, uint32_t vcc, enum release_cause cause)
{
    struct interposer *interposer = context;
    if (vcc < NO_CALL)
        interposer->below->call_release(interposer->below->context, vcc, cause);
}

static void *render(void *context, size_t index, const struct case_result *result)
{
    (void)index;
    const struct complaints *complaints = context;
    struct rendered *rendered = calloc(1, sizeof *rendered);
    if (!rendered)
        abort();
    rendered->passed = result->verdict == VERDICT_PASS;
    if (!rendered->passed && result->verdict != VERDICT_NOT_APPLICABLE &&
        !excused(complaints->variant, result))
        rendered->complaint = complaint_of(result);
    return rendered;
}

static void emit(void *context, size_t index, void *given)
{
    (void)index;
    struct complaints *complaints = context;
    struct rendered *rendered = given;
    complaints->judged += rendered->passed;
    if (rendered->complaint) {
        size_t size = strlen(rendered->complaint);
        complaints->count++;
        if (complaints->all)
            fputs(rendered->complaint, stdout);
        else if (complaints->size + size < sizeof complaints->text) {
            memcpy(complaints->text + complaints->size, rendered->complaint, size + 1);
            complaints->size += size;
        }
    }
    free(rendered->complaint);
    free(rendered);
}

/* One line; freed by the caller. */
static char *complaint_of(const struct case_result *result)
{
    char instance[INSTANCE_TEXT_SIZE];
    char text[MESSAGE_SIZE];
    instance_text(&result->instance, instance);
    const struct finding *worst = NULL;
    for (size_t i = 0; i < result->findings.count && !worst; i++)
        if (result->findings.list[i].kind == FINDING_VIOLATION)
            worst = &result->findings.list[i];
    if (worst)
        snprintf(text, sizeof text, "%s seed %llu: %s, %s: expected %s, got %s\n", instance,
                 (unsigned long long)result->seed, worst->requirement->id, worst->site, worst->expected,
                 worst->actual);
    else
        snprintf(text, sizeof text, "%s seed %llu: %s: %s\n", instance, (unsigned long long)result->seed,
                 verdict_text(result->verdict), result->reason);
    char *complaint = strdup(text);
    if (!complaint)
        abort();
    return complaint;
}

static bool excused(const struct conforming_variant *variant, const struct case_result *result)
{
    for (size_t i = 0; i < VARIANT_EXCUSE_ROOM && variant->excuses[i].reason; i++)
        if (result->verdict == VERDICT_INCONCLUSIVE && strstr(result->reason, variant->excuses[i].reason))
            return true;
    return false;
}

/* All that the suite, or 'selector', has against one variant, at one seed or at those of the test. */
static int show(const char *name, const char *selector, const char *seed)
{
    for (size_t i = 0; i < conforming_variant_count(); i++) {
        struct complaints complaints = {.variant = &conforming_variants[i], .all = true};
        if (strcmp(complaints.variant->name, name) != 0)
            continue;
        if (seed)
            run_scope(&complaints, scope_of(complaints.variant), strtoull(seed, NULL, 10), selector);
        else
            run_variant(&complaints, selector);
        printf("%s: %u complaints, %u passes\n", name, complaints.count, complaints.judged);
        return complaints.count ? EXIT_FAILURE : EXIT_SUCCESS;
    }
    fprintf(stderr, "%s is no variant\n", name);
    return EXIT_FAILURE;
}

/* check_variants: all variants; check_variants NAME [SELECTOR [SEED]]: one, with everything that is against
 * it.
 */
int main(int argc, char **argv)
{
    if (argc > 1)
        return show(argv[1], argc > 2 && *argv[2] ? argv[2] : NULL, argc > 3 ? argv[3] : NULL);
    Suite *suite = suite_create("variants");
    TCase *tcase = tcase_create("conforming");
    tcase_set_timeout(tcase, 300);
    tcase_add_loop_test(tcase, variant_is_not_blamed, 0, (int)conforming_variant_count());
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
