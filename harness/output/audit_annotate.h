/* The findings of an audit as comments on the frames of the capture (docs/audit.md, Findings). */
#ifndef OUTPUT_AUDIT_ANNOTATE_H
#define OUTPUT_AUDIT_ANNOTATE_H

#include "audit/audit.h"

/* Writes 'out', complete or not at all: the capture 'path', of which the audit is, with a comment per finding
 * and, for the whole, the verdict. False with the reason. */
bool audit_annotate(const struct audit *audit, const char *path, const char *out, struct reason *reason);

#endif
