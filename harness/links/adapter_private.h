/* What the files of the adapter lab share; not for others. */
#ifndef LINKS_ADAPTER_PRIVATE_H
#define LINKS_ADAPTER_PRIVATE_H

#include "links/adapter.h"
#include "links/adapter_message.h"
#include "links/adapter_process.h"
#include "links/number_map.h"

struct adapter {
    struct lab lab;
    char *name;                      /* "adapter:" and the command */
    const char *command;             /* part of it */
    struct adapter_process *process; /* NULL: the next case starts one */
    struct adapter_decoder *decoder;
    char line[ADAPTER_LINE_ROOM]; /* of the question that is asked */
    /* the case that runs */
    const struct station_services *services; /* NULL: none does */
    struct timer deadline;
    struct number_map vccs;
    struct number_map parties; /* grouped by the world's VCC */
    struct reason why_lost; /* while lab.lost: how the process broke the protocol; it is told nothing more */
};

/* What a question was answered, besides outputs. */
struct adapter_answer {
    bool heard;
    bool ok;            /* of a result; of an echo: it equals the question */
    struct reason text; /* `reason` of a result, `name` of a device */
    uint32_t version;
    struct scope claims;
};

/* Asks the process and carries out what it does. 'answer' may be NULL when none is due besides `done`. False,
 * with the reason, when the process broke the protocol. */
bool adapter_ask(struct adapter *adapter, const struct adapter_message *question, int limit_ms,
                 struct adapter_answer *answer, struct reason *reason);

/* Carries out an output on the services of the case that runs. False, with the reason, when it makes no
 * sense. */
bool adapter_carry_out(struct adapter *adapter, const struct adapter_message *output, struct reason *reason);

/* The station: tells the process what happens to it. Destroying it ends the case, not the process. */
extern const struct station_handlers adapter_handlers;

/* Begins a case on these services, with no number known and no deadline; ends it before it could run. */
void adapter_begin_case(struct adapter *adapter, const struct station_services *services);
void adapter_end_case(struct adapter *adapter);

#endif
