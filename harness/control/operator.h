/* The operator at the terminal: asked to do something to a device, answers when it is done, or declines.
 *
 *   struct question *question = question_ask("Switch device 1 on.", SECONDS(600), -1, &reason);
 *   … wait until question_descriptor() can be read …
 *   question_look(question, &reason)     QUESTION_OPEN: wait again
 *   question_free(question)
 *
 * The question is asked on the controlling terminal (/dev/tty), whatever standard input and output are. One
 * question stands there at a time: the others, of any thread or process, wait their turn, by a lock of the
 * terminal itself. Where there is no terminal, or vmacheck is in its background, nobody is asked.
 */
#ifndef CONTROL_OPERATOR_H
#define CONTROL_OPERATOR_H

#include <stdint.h>

#include "base/reason.h"

struct question;

/* Asks what 'words' say, one line of plain text; the operator has 'limit_ns' from when it is his turn. As
 * soon as the descriptor 'interrupt' can be read (-1: there is none) the question has failed. NULL, with the
 * reason, when nobody can be asked. */
struct question *question_ask(const char *words, int64_t limit_ns, int interrupt, struct reason *reason);

enum question_progress {
    QUESTION_OPEN,
    QUESTION_DONE,
    QUESTION_DECLINED, /* the reason has what he said to it */
    QUESTION_FAILED    /* no answer in time, interrupted, or the terminal is gone */
};

/* How far it is; never blocks. Any answer but QUESTION_OPEN ends it. */
enum question_progress question_look(struct question *question, struct reason *reason);

/* Can be read when there is something to look at. */
int question_descriptor(const struct question *question);

/* Takes the question back if it is still open; NULL is accepted. */
void question_free(struct question *question);

#endif
