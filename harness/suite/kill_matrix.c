#include "suite/kill_matrix.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite/selection.h"

#define CLIENT_ROLES ((unsigned)(ROLE_ROUTER | ROLE_CLIENT | ROLE_BRIDGE))

struct matrix_run {
    const struct kill_matrix_options *options;
    struct kill_matrix *matrix;
    const struct case_instance *instances; /* of the whole suite */
    size_t instance_count;
    const struct mutant **mutants; /* those with at least one pair in scope */
    size_t *first_kill;            /* of each mutant; one more at the end */
    size_t mutant_count;
    struct site_log *sites;
    pthread_mutex_t lock;
    size_t next;
    size_t done;
    struct reason failure;
};

static void list_kills(struct matrix_run *run);
static void *work(void *context);
static bool take(struct matrix_run *run, size_t *index);
static bool run_mutant(struct matrix_run *run, size_t index, struct arena *arena, struct site_log *sites,
                       struct reason *reason);
static bool can_show(const struct case_instance *instance, const struct mutant *mutant);
static bool cites_any(const struct test_case *test, const struct mutant *mutant);
static void count_kills(struct matrix_run *run, size_t index, const struct case_result *result);
static bool kills(const struct findings *findings, const struct requirement *requirement);
static void sum_up(struct matrix_run *run);
static void note_site(void *context, const char *site, size_t ran, size_t failed);

bool kill_matrix_run(const struct kill_matrix_options *options, struct kill_matrix *matrix,
                     struct reason *reason)
{
    *matrix = (struct kill_matrix){0};
    struct matrix_run run = {.options = options, .matrix = matrix, .sites = site_log_new()};
    struct case_instance *instances;
    struct selection all = {.selector_count = 0};
    if (!select_instances(&all, &instances, &run.instance_count, reason)) {
        site_log_free(run.sites);
        return false;
    }
    run.instances = instances;
    list_kills(&run);
    pthread_mutex_init(&run.lock, NULL);
    unsigned jobs = options->jobs ? options->jobs : 1;
    pthread_t *threads = calloc(jobs, sizeof *threads);
    if (!threads)
        abort();
    unsigned started = 0;
    while (started + 1 < jobs && pthread_create(&threads[started], NULL, work, &run) == 0)
        started++;
    work(&run);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&run.lock);
    free(threads);
    bool good = !run.failure.text[0];
    if (good)
        sum_up(&run);
    else
        reason_set(reason, "%s", run.failure.text);
    site_log_free(run.sites);
    free(run.mutants);
    free(run.first_kill);
    free(instances);
    if (!good)
        kill_matrix_free(matrix);
    return good;
}

void kill_matrix_free(struct kill_matrix *matrix)
{
    for (size_t i = 0; i < matrix->kill_count; i++) {
        for (size_t j = 0; j < matrix->kills[i].killed_by_count; j++)
            free((void *)(uintptr_t)matrix->kills[i].killed_by[j]);
        free(matrix->kills[i].killed_by);
    }
    free(matrix->kills);
    free(matrix->never_failed);
    *matrix = (struct kill_matrix){0};
}

struct role_proof kill_matrix_proof(const struct kill_matrix *matrix, enum role role)
{
    struct role_proof proof = {0};
    for (size_t i = 0; i < ledger_count(); i++) {
        const struct requirement *requirement = ledger_at(i);
        bool binds = requirement->level == LEVEL_MUST || requirement->level == LEVEL_SHOULD;
        if (!binds || !requirement->mutant_count || !(requirement->scope.roles & role))
            continue;
        proof.count++;
        proof.proven += kill_matrix_proves(matrix, requirement, role);
    }
    return proof;
}

bool kill_matrix_proves(const struct kill_matrix *matrix, const struct requirement *requirement,
                        enum role role)
{
    for (size_t i = 0; i < matrix->kill_count; i++)
        if (matrix->kills[i].requirement == requirement && matrix->kills[i].killed_roles & role)
            return true;
    return false;
}

/* One row for each pair of the ledger that a frame can show. */
static void list_kills(struct matrix_run *run)
{
    const struct kill_matrix_options *options = run->options;
    size_t count = options->mutant_count ? options->mutant_count : ledger_mutant_count();
    run->mutants = calloc(count + 1, sizeof(struct mutant *));
    run->first_kill = calloc(count + 2, sizeof *run->first_kill);
    size_t room = 0;
    for (size_t i = 0; i < count; i++)
        room += (options->mutant_count ? options->mutants[i] : ledger_mutant_at(i))->requirement_count;
    struct kill_matrix *matrix = run->matrix;
    matrix->kills = calloc(room + 1, sizeof *matrix->kills);
    if (!run->mutants || !run->first_kill || !matrix->kills)
        abort();
    for (size_t i = 0; i < count; i++) {
        const struct mutant *mutant = options->mutant_count ? options->mutants[i] : ledger_mutant_at(i);
        size_t first = matrix->kill_count;
        for (size_t j = 0; j < mutant->requirement_count; j++) {
            const struct requirement *requirement = mutant->requirements[j];
            if (requirement->unobservable)
                continue;
            const char *absent = options->absent ? options->absent(mutant->id) : NULL;
            bool binds = requirement->level == LEVEL_MUST || requirement->level == LEVEL_SHOULD;
            matrix->kills[matrix->kill_count++] = (struct kill){
                .mutant = mutant, .requirement = requirement, .required = binds && !absent, .absent = absent};
        }
        if (matrix->kill_count == first)
            continue;
        run->first_kill[run->mutant_count] = first;
        run->mutants[run->mutant_count++] = mutant;
    }
    run->first_kill[run->mutant_count] = matrix->kill_count;
}

static void *work(void *context)
{
    struct matrix_run *run = context;
    struct arena *arena = arena_new();
    struct site_log *sites = site_log_new();
    struct reason reason = {""};
    for (size_t index; take(run, &index);) {
        bool good = run_mutant(run, index, arena, sites, &reason);
        pthread_mutex_lock(&run->lock);
        run->done++;
        if (!good)
            run->failure = reason;
        if (run->options->progress)
            run->options->progress(run->options->context, run->done, run->mutant_count);
        pthread_mutex_unlock(&run->lock);
    }
    pthread_mutex_lock(&run->lock);
    site_log_add(run->sites, sites);
    pthread_mutex_unlock(&run->lock);
    site_log_free(sites);
    arena_free(arena);
    return NULL;
}

static bool take(struct matrix_run *run, size_t *index)
{
    pthread_mutex_lock(&run->lock);
    bool stop = run->options->stop && run->options->stop(run->options->context);
    bool taken = run->next < run->mutant_count && !stop && !run->failure.text[0];
    if (taken)
        *index = run->next++;
    pthread_mutex_unlock(&run->lock);
    return taken;
}

/* Runs the cases against one mutant. A case that ends in error is a fault of the harness and ends the matrix.
 */
static bool run_mutant(struct matrix_run *run, size_t index, struct arena *arena, struct site_log *sites,
                       struct reason *reason)
{
    if (run->matrix->kills[run->first_kill[index]].absent)
        return true;
    struct lab *lab = run->options->open_lab(run->mutants[index]->id, reason);
    if (!lab)
        return false;
    struct run_options options = run->options->run;
    options.sites = sites;
    bool good = true;
    for (size_t i = 0; good && i < run->instance_count; i++) {
        const struct case_instance *instance = &run->instances[i];
        if (run->options->full ? !can_show(instance, run->mutants[index])
                               : !cites_any(instance->test, run->mutants[index]))
            continue;
        struct case_result result;
        run_instance(instance, lab, &options, arena, &result);
        char text[INSTANCE_TEXT_SIZE];
        if (result.verdict == VERDICT_ERROR)
            good =
                reason_set(reason, "%s on %s: %s", instance_text(instance, text), lab->name, result.reason);
        else
            count_kills(run, index, &result);
        arena_clear(arena);
    }
    lab_close(lab);
    return good;
}

/* True for devices of the roles that the defect is one of; elsewhere it changes nothing. Router, client and
 * bridge have the same LEC. */
static bool can_show(const struct case_instance *instance, const struct mutant *mutant)
{
    unsigned roles = 0;
    for (size_t i = 0; i < mutant->requirement_count; i++)
        roles |= mutant->requirements[i]->scope.roles;
    if (roles & CLIENT_ROLES)
        roles |= CLIENT_ROLES;
    return roles & instance->role;
}

static bool cites_any(const struct test_case *test, const struct mutant *mutant)
{
    for (size_t i = 0; i < mutant->requirement_count; i++)
        if (case_cites(test, mutant->requirements[i]))
            return true;
    return false;
}

/* Only this thread works on the mutant's rows. */
static void count_kills(struct matrix_run *run, size_t index, const struct case_result *result)
{
    char text[INSTANCE_TEXT_SIZE];
    for (size_t i = run->first_kill[index]; i < run->first_kill[index + 1]; i++) {
        struct kill *kill = &run->matrix->kills[i];
        if (!kills(&result->findings, kill->requirement))
            continue;
        kill->killed_by = realloc(kill->killed_by, (kill->killed_by_count + 1) * sizeof(char *));
        char *name = strdup(instance_text(&result->instance, text));
        if (!kill->killed_by || !name)
            abort();
        kill->killed_by[kill->killed_by_count++] = name;
        kill->killed_roles |= result->instance.role;
    }
}

/* A `must` is killed by a violation, unless the ledger itself calls a part of it a remark; anything weaker by
 * a finding of either kind. */
static bool kills(const struct findings *findings, const struct requirement *requirement)
{
    bool remark_counts = requirement->level != LEVEL_MUST || requirement->provenance == PROVENANCE_MEMORY ||
                         strstr(requirement->observable, "remark");
    for (size_t i = 0; i < findings->count; i++)
        if (findings->list[i].requirement == requirement &&
            (findings->list[i].kind == FINDING_VIOLATION || remark_counts))
            return true;
    return false;
}

static void sum_up(struct matrix_run *run)
{
    struct kill_matrix *matrix = run->matrix;
    matrix->complete = run->done == run->mutant_count;
    matrix->sites_judged = matrix->complete && run->options->full && !run->options->mutant_count;
    for (size_t i = 0; i < matrix->kill_count; i++)
        matrix->survivor_count += matrix->kills[i].required && !matrix->kills[i].killed_by_count;
    site_log_each(run->sites, note_site, matrix);
}

static void note_site(void *context, const char *site, size_t ran, size_t failed)
{
    struct kill_matrix *matrix = context;
    matrix->site_count += ran > 0;
    if (!ran || failed)
        return;
    matrix->never_failed = realloc(matrix->never_failed, (matrix->never_failed_count + 1) * sizeof(char *));
    if (!matrix->never_failed)
        abort();
    matrix->never_failed[matrix->never_failed_count++] = site;
}
