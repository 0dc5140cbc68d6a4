/* The requirement ledger: every testable sentence, the mutants that break it, the PIXIT choices and readings,
 * and the state x event table of draft 3.3 merged with RFC 2338 6.4.
 *
 * The tables are generated from spec/requirements.yaml, spec/states.yaml and section 9 of
 * spec/draft-requirements.md by spec/generate_ledger.py, which refuses a ledger that spec/check_ledger.py
 * finds fault with. Everything here is constant, lives as long as the program and may be read from any
 * thread; nothing is to be freed.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/scope.h"
#include "ledger_enums.h" /* generated: enum router_state, router_event, pixit_choice, pixit values and counts */

/* How strongly a sentence binds: a broken MUST is a violation, a broken SHOULD a remark (with --strict a
 * violation), anything unusual about MAY or INFO a remark. */
enum requirement_level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY, LEVEL_INFO };

/* The text that a requirement is from. */
enum requirement_source {
    SOURCE_DRAFT,   /* R-: draft-ietf-vrrp-lane-02 */
    SOURCE_RFC2338, /* V- */
    SOURCE_LANE     /* L-: LAN Emulation, paraphrased */
};

/* How well the sentence is known. Findings on PROVENANCE_MEMORY are remarks at most. */
enum requirement_provenance {
    PROVENANCE_QUOTED,      /* R-, V-: quoted from a text in spec/ and compared with it */
    PROVENANCE_TWO_SOURCES, /* L-: two independent sources */
    PROVENANCE_ONE_SOURCE,  /* L-: one source */
    PROVENANCE_MEMORY       /* L-: until a real frame confirms it */
};

/* A place where the draft is unclear, and how it is read (spec/draft-requirements.md section 9). */
struct reading {
    const char *id;    /* "A-14" */
    const char *title; /* "bit order of the VMAC in token ring LANE" */
    const char *text;  /* the whole explanation in one line */
};

/* A choice that a lab or vendor makes where two readings are defensible, or a tolerance. */
struct pixit_item {
    const char *name;              /* "v1_repetition" */
    const char *text;              /* what it decides */
    const struct reading *reading; /* NULL if it belongs to none */
    const char *const
        *values;            /* names, value_count of them: enum <name> counts them; NULL if it is a number */
    size_t value_count;     /* 0 if it is a number */
    const char *unit;       /* of a number: "seconds", "milliseconds", "percent"; else NULL */
    unsigned default_value; /* index into values, or the number itself in 'unit' */
};

/* A testable sentence. */
struct requirement {
    const char *id;                 /* "R-3.1-05" */
    const char *section;            /* of the source ("3.1", "abstract"); L-: of the spec's LANE pages */
    enum requirement_source source; /* R-, V- or L- */
    enum requirement_level level;   /* how strongly it binds */
    enum requirement_provenance provenance; /* how well it is known */
    struct scope scope;                     /* where it applies */
    const char *quote;      /* the sentence word for word (' ... ' skips text); SOURCE_LANE: a paraphrase */
    const char *observable; /* what the harness sees when it is kept */
    const struct reading *reading;       /* where the sentence is unclear; or NULL */
    const struct pixit_item *pixit;      /* decides between readings; or NULL */
    const char *unobservable;            /* why no frame can show it; NULL if one can */
    const struct mutant *const *mutants; /* the defects that break it, mutant_count of them */
    size_t mutant_count;
};

/* A conforming device with one defect. */
struct mutant {
    const char *id;   /* "M42" */
    const char *text; /* the defect */
    const struct requirement *const
        *requirements;        /* those it breaks: each MUST and SHOULD has to be named by a finding */
    size_t requirement_count; /* at least 1 */
};

/* A sentence with a key word that is no requirement, and why. */
struct untested_sentence {
    const char *section;
    const char *quote;
    const char *reason;
    enum requirement_source source; /* SOURCE_DRAFT or SOURCE_RFC2338 */
};

/* One cell of the state x event table. */
struct state_cell {
    enum router_state state;
    enum router_event event;
    bool possible;                /* false: the event can't happen in this state (n/a), the rest is empty */
    enum requirement_level level; /* of the action */
    const char *vrrp_action;      /* what RFC 2338 has the router do; "n/a" if not possible */
    const char *lane_action;      /* what the draft has its LEC do; "n/a" if not possible */
    enum router_state next_non_proxy; /* the state that follows; 'state' itself if not possible */
    enum router_state next_proxy;     /* the same for the proxy scheme */
    const struct requirement *const
        *requirements; /* those that the cell rests on, requirement_count of them */
    size_t requirement_count;
    const char *note; /* readings and exceptions; NULL if there is none */
};

/* Requirements in the order of the ledger. The index is stable for one build: made for bit sets of
 * LEDGER_REQUIREMENT_COUNT bits. */
size_t ledger_count(void);
const struct requirement *ledger_at(size_t index); /* index below ledger_count() */
size_t ledger_index(const struct requirement *requirement);
const struct requirement *ledger_find(const char *id); /* NULL if there is none; binary search */

/* Mutants in the order of their numbers. */
size_t ledger_mutant_count(void);
const struct mutant *ledger_mutant_at(size_t index); /* index below ledger_mutant_count() */
size_t ledger_mutant_index(const struct mutant *mutant);
const struct mutant *ledger_mutant_find(const char *id); /* NULL if there is none */

/* True if 'mutant' breaks 'requirement'. */
bool mutant_breaks(const struct mutant *mutant, const struct requirement *requirement);

/* PIXIT items: one per value of enum pixit_choice. */
const struct pixit_item *ledger_pixit(enum pixit_choice choice);
bool pixit_choice_of_name(const char *name, enum pixit_choice *choice); /* false if there is none */
bool pixit_value_of_name(enum pixit_choice choice, const char *name,
                         unsigned *value); /* false if it isn't one */

/* Readings in the order of their numbers. */
size_t ledger_reading_count(void);
const struct reading *ledger_reading_at(size_t index);     /* index below ledger_reading_count() */
const struct reading *ledger_reading_find(const char *id); /* NULL if there is none */

/* Sentences without a requirement. */
size_t ledger_untested_count(void);
const struct untested_sentence *ledger_untested_at(size_t index); /* index below ledger_untested_count() */

/* The cell of a state and an event, never NULL: there are ROUTER_STATE_COUNT x ROUTER_EVENT_COUNT. */
const struct state_cell *ledger_cell(enum router_state state, enum router_event event);

/* The state that follows a cell in a scheme. */
enum router_state state_cell_next(const struct state_cell *cell, enum scheme scheme);

/* "Master/np-pending"; "adv-prio-0" and "ADV, priority 0". */
const char *router_state_name(enum router_state state);
const char *router_event_name(enum router_event event);
const char *router_event_text(enum router_event event);

/* "must"; "draft", "rfc2338", "lane"; "quoted", "2src", "1src", "mem": the words of spec/requirements.yaml.
 */
const char *requirement_level_name(enum requirement_level level);
const char *requirement_source_name(enum requirement_source source);
const char *requirement_provenance_name(enum requirement_provenance provenance);

#endif
