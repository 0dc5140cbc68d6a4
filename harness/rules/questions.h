/* Questions to the device that await its answer, for rules that judge silence. An answer that takes longer
 * than a second comes too late for a peer with the shortest time-outs (C20, C21 and C28 are at least 1 s,
 * lane-rules 2), so that second is the bound wherever the sources give none.
 */
#ifndef RULES_QUESTIONS_H
#define RULES_QUESTIONS_H

#include "rules/device_history.h"

#define ANSWER_NS SECONDS(1)

struct question {
    struct tap_event *event;
    int64_t due_ns;
    unsigned disturbances; /* of the device when it was asked: a later disturbance excuses the silence */
    unsigned episode;      /* of the virtual router that it is about; 0: none */
};

/* More at the same time than this are not judged. */
#define QUESTION_ROOM 32

struct questions {
    struct question open[QUESTION_ROOM]; /* in the order of asking */
    size_t count;
};

/* Notes a question; the rule's 'due' will be called when its time is over. Left out while the device isn't
 * operational, and when the facts don't tell that it still lives (FACT_COMPLETE, FACT_CONTROL). */
void question_add(struct rule_context *context, struct questions *questions, struct tap_event *event,
                  unsigned episode);

/* Takes the question at 'index' out. */
void question_remove(struct questions *questions, size_t index);

/* Takes the next question out whose time was over before 'now_ns' and whose silence nothing excuses; false
 * when there is none left. The rule is called again for those still open. */
bool question_expired(struct rule_context *context, struct questions *questions, int64_t now_ns,
                      struct question *question);

#endif
