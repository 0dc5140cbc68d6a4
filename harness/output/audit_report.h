/* An audit for people, and the same as JSON (docs/audit.md, docs/formats.md). */
#ifndef OUTPUT_AUDIT_REPORT_H
#define OUTPUT_AUDIT_REPORT_H

#include <jansson.h>
#include <stdio.h>

#include "audit/audit.h"

/* The files of an audit, as they were named. */
struct audit_files {
    const char *const *names;
    size_t count;
    const char *error; /* why the last one could not be read to its end; NULL: it was */
};

/* How much is printed. */
struct audit_print {
    bool quiet;  /* no owners, nothing on stations without findings */
    bool colour; /* of a terminal */
};

/* Prints verdict, owners, findings, and what was not judged. Errors stay in the stream: see ferror(). */
void audit_print_text(FILE *out, const struct audit *audit, const struct audit_files *files,
                      const struct audit_print *print);

/* The same as an object, owned by the caller. */
json_t *audit_json(const struct audit *audit, const struct audit_files *files);

#endif
