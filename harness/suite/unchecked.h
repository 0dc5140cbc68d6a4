/* Requirements that no case and no rule checks for a role that they bind, and why: what no frame can show,
 * what only permits, what this harness can't attach. Everything else without a check is a gap, and the build
 * fails on it (`vmacheck requirements --gaps`).
 */
#ifndef SUITE_UNCHECKED_H
#define SUITE_UNCHECKED_H

#include "ledger/ledger.h"

/* The roles that a case or a rule checks the requirement for. */
unsigned requirement_checked_roles(const struct requirement *requirement);

/* Why 'requirement' is left unchecked for 'role'; NULL if nothing excuses it. */
const char *requirement_unchecked_reason(const struct requirement *requirement, enum role role);

/* The roles for which it is neither checked nor excused. */
unsigned requirement_gap_roles(const struct requirement *requirement);

#endif
