/* What the files of the adapter lab share; not for others. */
#ifndef LINKS_ADAPTER_PRIVATE_H
#define LINKS_ADAPTER_PRIVATE_H

#include <pthread.h>

#include "links/adapter.h"
#include "links/adapter_message.h"
#include "links/adapter_process.h"
#include "links/number_map.h"

/* The program: one process at a time, for one lab, or for several as one device each. */
struct adapter_host {
    unsigned labs;                   /* that use it; the last one ends it */
    char *name;                      /* "adapter:" and the command */
    const char *command;             /* part of it */
    char *folder;                    /* where it runs; NULL: where vmacheck runs */
    pthread_mutex_t lock;            /* one question at a time; over the members below */
    struct adapter_process *process; /* NULL: the next case starts one */
    unsigned generation;             /* of the process: how many there were */
    bool lost;                       /* it broke the protocol, and is told nothing more */
    struct reason why_lost;
    struct adapter_decoder *decoder;
    char line[ADAPTER_LINE_ROOM]; /* of the question that is asked */
    /* what it said first, and has to say each time */
    struct scope claims;
    unsigned capabilities;
    unsigned instances; /* 0: nothing yet */
};

/* One device of the program, in one thread. */
struct adapter {
    struct lab lab;
    struct adapter_host *host;
    unsigned instance; /* which one of the program's */
    /* the case that runs */
    bool lent;                               /* until the lab takes the device back */
    const struct station_services *services; /* NULL: none does */
    struct world *world;
    unsigned generation; /* of the process that was configured for it */
    struct timer deadline;
    struct number_map vccs;
    struct number_map parties; /* grouped by the world's VCC */
    struct reason why_lost;    /* while lab.lost */
};

/* What a question was answered, besides outputs. */
struct adapter_answer {
    bool heard;
    bool ok;            /* of a result; of an echo: it equals the question */
    struct reason text; /* `reason` of a result, `name` of a device */
    uint32_t version;
    struct scope claims;
    uint32_t instances;
};

/* Asks the process and carries out what it does; the caller has the host's lock. 'answer' may be NULL when
 * none is due besides `done`. False, with the reason, when the process broke the protocol. */
bool adapter_ask(struct adapter *adapter, const struct adapter_message *question, int limit_ms,
                 struct adapter_answer *answer, struct reason *reason);

/* Carries out an output on the services of the case that runs. False, with the reason, when it makes no
 * sense. */
bool adapter_carry_out(struct adapter *adapter, const struct adapter_message *output, struct reason *reason);

/* The station: tells the process what happens to it. Destroying it ends the case, not the process. */
extern const struct station_handlers adapter_handlers;

/* Begins a case at this port, with no number known and no deadline; ends it before it could run. */
void adapter_begin_case(struct adapter *adapter, struct port *port);
void adapter_end_case(struct adapter *adapter);

/* The process broke the protocol: from now on no lab of the host asks it anything. */
void adapter_host_lose(struct adapter_host *host, const struct reason *reason);

#endif
