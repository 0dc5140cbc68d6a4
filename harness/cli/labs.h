/* The labs that a command line can name. */
#ifndef CLI_LABS_H
#define CLI_LABS_H

#include "links/lab.h"

/* Opens the lab that 'spec' names: "reference", "mutant:ID", "adapter:COMMAND". NULL with the reason. */
struct lab *lab_open(const char *spec, struct reason *reason);

/* The same; a command runs in 'folder'. */
struct lab *lab_open_in(const char *folder, const char *spec, struct reason *reason);

/* True when 'spec' names a process. */
bool lab_is_process(const char *spec);

/* The lab of another instance, from 1 to lab->instances - 1, of a device that is several at once. */
struct lab *lab_share(struct lab *lab, unsigned instance);

#endif
