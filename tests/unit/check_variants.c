/* Devices that conform but differ from the reference: the whole suite has nothing against them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conforming_variants.h"
#include "suite/run.h"
#include "suite/selection.h"

#define SEED_COUNT 2 /* 1 and 2 */

/* What a run has against a device, as text. */
struct complaints {
    char text[3600];
    size_t size;
    unsigned count;
    unsigned judged; /* instances with a verdict for the device */
};

static struct lab lab_of(const struct conforming_variant *variant);
static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason);
static void keep_from_calling(struct interposer *interposer);
static uint32_t call_setup(void *context, const struct call *call);
static void call_release(void *context, uint32_t vcc, enum release_cause cause);
static void run_all(const struct conforming_variant *variant, uint64_t seed, struct complaints *complaints);
static void complain(struct complaints *complaints, const struct case_result *result,
                     const struct conforming_variant *variant);
static bool excused(const struct conforming_variant *variant, const char *reason);

START_TEST(variant_is_not_blamed)
{
    const struct conforming_variant *variant = &conforming_variants[_i];
    struct complaints complaints = {.count = 0};
    for (uint64_t seed = 1; seed <= SEED_COUNT; seed++)
        run_all(variant, seed, &complaints);
    ck_assert_msg(complaints.count == 0, "%s: %u complaints\n%s", variant->name, complaints.count,
                  complaints.text);
    ck_assert_uint_gt(complaints.judged, 0);
}
END_TEST

static void run_all(const struct conforming_variant *variant, uint64_t seed, struct complaints *complaints)
{
    struct case_instance *instances;
    size_t count;
    struct reason reason = {""};
    ck_assert_msg(select_instances(&(struct selection){.selector_count = 0}, &instances, &count, &reason),
                  "%s", reason.text);
    struct lab lab = lab_of(variant);
    struct run_options options = {.seed = seed, .pixit = pixit_default()};
    for (size_t i = 0; i < variant->choice_count; i++)
        options.pixit.choice[variant->choices[i].choice] = variant->choices[i].value;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < count; i++) {
        struct case_result result;
        run_instance(&instances[i], &lab, &options, arena, &result);
        complain(complaints, &result, variant);
        arena_clear(arena);
    }
    arena_free(arena);
    free(instances);
}

static struct lab lab_of(const struct conforming_variant *variant)
{
    static const struct lab_kind kind = {.lend = lend};
    return (struct lab){.name = variant->name,
                        .capabilities = (reference_capabilities() | CAPABILITY_FAIL_LINK) & ~variant->without,
                        .claims = {.roles = ROLE_ROUTER,
                                   .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,
                                   .lane = (uint8_t)(variant->lane ? variant->lane : LANE_V1 | LANE_V2),
                                   .media = MEDIUM_ETHERNET},
                        .context = (void *)(uintptr_t)variant,
                        .kind = &kind};
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

static void complain(struct complaints *complaints, const struct case_result *result,
                     const struct conforming_variant *variant)
{
    char instance[INSTANCE_TEXT_SIZE];
    char *at = complaints->text + complaints->size;
    size_t room = sizeof complaints->text - complaints->size;
    int written = 0;
    complaints->judged += result->verdict == VERDICT_PASS;
    switch (result->verdict) {
    case VERDICT_PASS:
    case VERDICT_NOT_APPLICABLE:
        return;
    case VERDICT_INCONCLUSIVE:
        if (excused(variant, result->reason))
            return;
        break;
    case VERDICT_FAIL:
    case VERDICT_ERROR:
    case VERDICT_COUNT:
        break;
    }
    instance_text(&result->instance, instance);
    const struct finding *worst = NULL;
    for (size_t i = 0; i < result->findings.count && !worst; i++)
        if (result->findings.list[i].kind == FINDING_VIOLATION)
            worst = &result->findings.list[i];
    if (worst)
        written = snprintf(at, room, "%s seed %llu: %s, %s: expected %s, got %s\n", instance,
                           (unsigned long long)result->seed, worst->requirement->id, worst->site,
                           worst->expected, worst->actual);
    else
        written = snprintf(at, room, "%s seed %llu: %s: %s\n", instance, (unsigned long long)result->seed,
                           verdict_text(result->verdict), result->reason);
    complaints->count++;
    if (written > 0 && (size_t)written < room)
        complaints->size += (size_t)written;
    complaints->text[complaints->size] = '\0';
}

static bool excused(const struct conforming_variant *variant, const char *reason)
{
    for (size_t i = 0; i < VARIANT_EXCUSE_ROOM && variant->excuses[i].reason; i++)
        if (strstr(reason, variant->excuses[i].reason))
            return true;
    return false;
}

int main(void)
{
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
