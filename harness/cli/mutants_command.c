/* `vmacheck mutants`: the kill matrix, or the list of mutants. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/labs.h"
#include "cli/nearest.h"
#include "mutants/mutants.h"
#include "output/json_parts.h"
#include "suite/kill_matrix.h"

static const struct mutant **mutants_of(const struct arguments *arguments, size_t *count,
                                        struct reason *reason);
static int list_mutants(const struct mutant *const *mutants, size_t count, bool json);
static int run_mutants(const struct arguments *arguments, const struct mutant *const *mutants, size_t count);
static int exit_code(const struct kill_matrix *matrix);
static void print_matrix(const struct kill_matrix *matrix, bool roles);
static void print_roles(const struct kill_matrix *matrix);
static void print_kill(const struct kill *kill);
static json_t *matrix_json(const struct kill_matrix *matrix);
static json_t *kill_json(const struct kill *kill);
static void complain_of_matrix(const struct kill_matrix *matrix, int code);
static void show_progress(void *context, size_t done, size_t planned);
static struct lab *open_mutant(const char *id, struct reason *reason);
static bool stop(void *context);

int mutants_command(const struct arguments *arguments)
{
    struct reason reason = {""};
    size_t count = 0;
    const struct mutant **mutants = mutants_of(arguments, &count, &reason);
    if (!mutants)
        return complain(RUN_USAGE, "%s", reason.text);
    int code = arguments->ledger_only ? list_mutants(mutants, count, arguments->json)
                                      : run_mutants(arguments, mutants, count);
    free(mutants);
    return code;
}

/* Those that were named, or all; freed by the caller. */
static const struct mutant **mutants_of(const struct arguments *arguments, size_t *count,
                                        struct reason *reason)
{
    bool all = arguments->word_count == 0;
    size_t size = all ? ledger_mutant_count() : arguments->word_count;
    const struct mutant **mutants = calloc(size + 1, sizeof(struct mutant *));
    if (!mutants)
        abort();
    for (size_t i = 0; i < size; i++) {
        mutants[i] = all ? ledger_mutant_at(i) : ledger_mutant_find(arguments->words[i]);
        if (mutants[i])
            continue;
        struct nearest nearest = nearest_to(arguments->words[i]);
        for (size_t j = 0; j < ledger_mutant_count(); j++)
            nearest_offer(&nearest, ledger_mutant_at(j)->id);
        reason_set(reason, "there is no mutant %s%s%s; `vmacheck mutants --list` lists them",
                   arguments->words[i], nearest.best ? ", did you mean " : "",
                   nearest.best ? nearest.best : "");
        free(mutants);
        return NULL;
    }
    *count = size;
    return mutants;
}

static int list_mutants(const struct mutant *const *mutants, size_t count, bool json)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        const char *absent = mutant_absent(mutants[i]->id);
        json_t *requirements = json_array();
        if (!json)
            printf("%-5s %s%s%s\n     ", mutants[i]->id, mutants[i]->text, absent ? "; not built: " : "",
                   absent ? absent : "");
        for (size_t j = 0; j < mutants[i]->requirement_count; j++) {
            const char *id = mutants[i]->requirements[j]->id;
            json_array_append_new(requirements, json_text(id));
            if (!json)
                printf(" %s", id);
        }
        if (!json)
            putchar('\n');
        json_t *object = json_object();
        json_put(object, "id", json_text(mutants[i]->id));
        json_put(object, "text", json_text(mutants[i]->text));
        json_put(object, "requirements", requirements);
        json_put(object, "absent", json_text(absent));
        json_array_append_new(array, object);
    }
    if (json)
        return print_json(array, RUN_CONFORMS);
    json_decref(array);
    return output_end(RUN_CONFORMS);
}

static int run_mutants(const struct arguments *arguments, const struct mutant *const *mutants, size_t count)
{
    struct kill_matrix_options options = {
        .mutants = mutants,
        .mutant_count = arguments->word_count ? count : 0,
        .run = {.seed = arguments->seed, .strict = arguments->strict, .pixit = arguments->pixit},
        .full = arguments->full,
        .open_lab = open_mutant,
        .absent = mutant_absent,
        .jobs = arguments->jobs,
        .progress = isatty(STDERR_FILENO) ? show_progress : NULL,
        .stop = stop,
    };
    /* All mutants are of the reference, which makes the check. */
    if (options.run.pixit.choice[PIXIT_ADDRESS_LIST_CHECK] == ADDRESS_LIST_CHECK_UNKNOWN)
        options.run.pixit.choice[PIXIT_ADDRESS_LIST_CHECK] = ADDRESS_LIST_CHECK_ON;
    struct kill_matrix matrix = {0};
    struct reason reason = {""};
    signals_listen();
    if (!kill_matrix_run(&options, &matrix, &reason))
        return complain(RUN_HARNESS_ERROR, "%s", reason.text);
    if (matrix.kill_count == 0) {
        kill_matrix_free(&matrix);
        return complain(RUN_USAGE, "nothing is selected: no frame shows what these mutants break; `vmacheck "
                                   "mutants --list` lists what each breaks");
    }
    int code = exit_code(&matrix);
    if (arguments->json) {
        complain_of_matrix(&matrix, code);
        code = print_json(matrix_json(&matrix), code);
    } else {
        print_matrix(&matrix, arguments->word_count == 0);
        code = output_end(code);
    }
    kill_matrix_free(&matrix);
    return code;
}

static int exit_code(const struct kill_matrix *matrix)
{
    if (!matrix->complete)
        return signals_seen() ? EXIT_SIGNAL_BASE + signals_seen() : RUN_HARNESS_ERROR;
    bool idle = matrix->sites_judged && matrix->never_failed_count;
    return matrix->survivor_count || idle ? RUN_FAILED : RUN_CONFORMS;
}

static void print_matrix(const struct kill_matrix *matrix, bool roles)
{
    size_t required = 0;
    for (size_t i = 0; i < matrix->kill_count; i++) {
        required += matrix->kills[i].required;
        print_kill(&matrix->kills[i]);
    }
    if (matrix->sites_judged && matrix->never_failed_count)
        puts("\nexpectations that never failed");
    for (size_t i = 0; matrix->sites_judged && i < matrix->never_failed_count; i++)
        printf("  %s\n", matrix->never_failed[i]);
    if (roles)
        print_roles(matrix);
    printf("\n%zu of %zu required pairs killed", required - matrix->survivor_count, required);
    if (matrix->sites_judged)
        printf(", %zu of %zu expectations failed at least once",
               matrix->site_count - matrix->never_failed_count, matrix->site_count);
    puts(matrix->complete ? "" : "; not complete");
}

/* How far each role's requirements are proven; by all mutants only. */
static void print_roles(const struct kill_matrix *matrix)
{
    putchar('\n');
    for (unsigned role = 1; scope_bit_name(SCOPE_ROLES, role); role <<= 1) {
        struct role_proof proof = kill_matrix_proof(matrix, (enum role)role);
        printf("role %-7s %3zu of %3zu musts and shoulds with a mutant were seen broken\n",
               role_name((enum role)role), proof.proven, proof.count);
    }
}

/* "killed    M17   R-3.3.2-02 …"; capitals for what has to be killed and was not. */
static void print_kill(const struct kill *kill)
{
    bool killed = kill->killed_by_count > 0;
    const char *outcome = kill->absent     ? "absent"
                          : killed         ? "killed"
                          : kill->required ? "SURVIVED"
                                           : "survived";
    printf("%-9s %-5s %-10s %s", outcome, kill->mutant->id, kill->requirement->id, kill->mutant->text);
    if (kill->absent)
        printf("; not built: %s", kill->absent);
    else if (killed)
        printf("  (%zu, first %s)", kill->killed_by_count, kill->killed_by[0]);
    putchar('\n');
}

static json_t *matrix_json(const struct kill_matrix *matrix)
{
    json_t *kills = json_array();
    for (size_t i = 0; i < matrix->kill_count; i++)
        json_array_append_new(kills, kill_json(&matrix->kills[i]));
    return kills;
}

static json_t *kill_json(const struct kill *kill)
{
    json_t *killed_by = json_array();
    for (size_t i = 0; i < kill->killed_by_count; i++)
        json_array_append_new(killed_by, json_text(kill->killed_by[i]));
    json_t *killed_roles = json_array();
    for (unsigned role = 1; scope_bit_name(SCOPE_ROLES, role); role <<= 1)
        if (kill->killed_roles & role)
            json_array_append_new(killed_roles, json_text(role_name((enum role)role)));
    json_t *object = json_object();
    json_put(object, "id", json_text(kill->mutant->id));
    json_put(object, "requirement", json_text(kill->requirement->id));
    json_put(object, "level", json_text(requirement_level_name(kill->requirement->level)));
    json_put(object, "text", json_text(kill->mutant->text));
    json_put(object, "required", json_boolean(kill->required));
    json_put(object, "killed", json_boolean(kill->killed_by_count > 0));
    json_put(object, "killed_by", killed_by);
    json_put(object, "killed_roles", killed_roles);
    json_put(object, "absent", json_text(kill->absent));
    return object;
}

/* What the rows can't say. */
static void complain_of_matrix(const struct kill_matrix *matrix, int code)
{
    for (size_t i = 0; matrix->sites_judged && i < matrix->never_failed_count; i++)
        complain(code, "%s: this expectation never failed", matrix->never_failed[i]);
    if (!matrix->complete)
        complain(code, "not all mutants ran; the rows of the others say that they survived");
}

static void show_progress(void *context, size_t done, size_t planned)
{
    (void)context;
    fprintf(stderr, "\r\033[K%s%zu/%zu mutants%s", done < planned ? "[ " : "", done, planned,
            done < planned ? " ]" : "\n");
}

static struct lab *open_mutant(const char *id, struct reason *reason)
{
    char spec[40];
    snprintf(spec, sizeof spec, "mutant:%s", id);
    return lab_open(spec, reason);
}

static bool stop(void *context)
{
    (void)context;
    return signals_seen() != 0;
}
