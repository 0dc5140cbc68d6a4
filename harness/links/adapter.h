/* A device that is a process of its own and speaks the adapter protocol (docs/adapter.md), as a lab.
 *
 * The process is started and checked when the lab is opened, configured anew for every case, and kept for the
 * whole run. A program that says that it can be several devices at once has one process for all of them: the
 * labs of its further instances come from lab->kind->share(). What happens to its station is told to it, one
 * message at a time; what it does in answer is carried out on the station's port before anything else
 * happens, so that a stack out of process gives the same run, event by event, as built in. A process that
 * breaks the protocol (dies, hangs, sends anything else than the protocol's lines) is silent for the rest of
 * the case; take_back says why, and the next case starts a fresh one. When several labs share it, it is lost
 * for all cases that run.
 *
 * On the wall clock lab->starved_ns is the longest time that the world was kept waiting for answers, one
 * after the other, turns of other instances of the same process included.
 */
#ifndef LINKS_ADAPTER_H
#define LINKS_ADAPTER_H

#include "links/lab.h"

/* Real time that an answer may take; the first one, to `hello`, includes the start of the process. */
#define ADAPTER_ANSWER_LIMIT_MS 5000
#define ADAPTER_START_LIMIT_MS  20000

/* Starts 'command' (words for a shell) in 'folder' (NULL: where vmacheck runs) and checks it: protocol
 * version, echo, a capability and a control action that do not exist are refused. NULL with the reason. */
struct lab *adapter_lab_open(const char *command, const char *folder, struct reason *reason);

#endif
