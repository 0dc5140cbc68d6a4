/* The ledger as a page of documentation. */
#ifndef CLI_REQUIREMENTS_PAGE_H
#define CLI_REQUIREMENTS_PAGE_H

#include <stdio.h>

/* Prints docs/requirements.md. */
void requirements_page(FILE *out);

#endif
