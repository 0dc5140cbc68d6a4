/* A process whose standard input and output are one socket, for questions and answers in lines: starting it,
 * asking, reading with a limit in real time, telling why it is gone, ending it.
 *
 * The command runs in a shell and in a process group of its own, so that everything it started ends with it.
 * Its standard error is that of the harness.
 */
#ifndef LINKS_ADAPTER_PROCESS_H
#define LINKS_ADAPTER_PROCESS_H

#include <stddef.h>

#include "base/reason.h"

struct adapter_process;

/* Starts 'command' in 'folder' (NULL: where vmacheck runs). NULL with the reason when the system can't; that
 * a command does not exist shows in the first answer. */
struct adapter_process *adapter_process_start(const char *command, const char *folder, struct reason *reason);

/* Ends the process: closes its input, gives it a second to go by itself, kills its group. NULL is accepted.
 */
void adapter_process_stop(struct adapter_process *process);

/* Sends 'size' octets of 'line' (newline included); from now on the answer has 'limit_ms' of real time. False
 * when the process is gone, said something that nobody asked for, or doesn't read. */
bool adapter_process_ask(struct adapter_process *process, const char *line, size_t size, int limit_ms,
                         struct reason *reason);

/* The next line of the answer without its newline, valid until the next call. False when the process is gone,
 * is not done in time, or sends more than 'room' octets without a newline. */
bool adapter_process_read(struct adapter_process *process, size_t room, const char **line, size_t *size,
                          struct reason *reason);

/* True when the process is alive and has said nothing since its last answer: how it has to be between two
 * questions. */
bool adapter_process_quiet(struct adapter_process *process, struct reason *reason);

/* The start of something that a process sent, in printable ASCII, for a reason. Returns 'text'. */
#define ADAPTER_QUOTE_SIZE 61
const char *adapter_quote(const char *data, size_t size, char text[static ADAPTER_QUOTE_SIZE]);

#endif
