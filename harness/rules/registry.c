#include "rules/rules.h"
const struct rule *const rule_registry[] = {0};
const size_t rule_registry_count = 0;
