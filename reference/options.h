/* The parameters and decision functions of the whole reference stack, in one place, so that a variant of it
 * is a copy of this table with one entry changed. */
#ifndef REFERENCE_OPTIONS_H
#define REFERENCE_OPTIONS_H

#include "reference/bridge_decisions.h"
#include "reference/ip_decisions.h"
#include "reference/lec_decisions.h"
#include "reference/les_decisions.h"
#include "reference/vrrp_decisions.h"

struct reference_options {
    struct lec_options lec;
    struct vrrp_options vrrp;
    struct ip_options ip;
    struct bridge_options bridge;
    struct les_options les;
};

/* The conforming stack. */
struct reference_options reference_options_default(void);

#endif
