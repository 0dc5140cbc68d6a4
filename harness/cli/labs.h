/* The labs that a command line can name. */
#ifndef CLI_LABS_H
#define CLI_LABS_H

#include "links/lab.h"

/* Opens the lab that 'spec' names: "reference", "mutant:ID", "adapter:COMMAND". NULL with the reason. */
struct lab *lab_open(const char *spec, struct reason *reason);

#endif
