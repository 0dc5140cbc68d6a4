/* What the definitions of LANE mutants share: interposer rules in short, their conditions, and the change of
 * a control frame as a whole.
 *
 *   {.id = "M3", ONE_RULE(SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, CHANGE(SOURCE_ATM, VALUE_ZERO))},
 *
 *   static bool with_target(struct interposer *interposer, struct interposed *interposed)
 *   {
 *       struct le_control control = interposed->frame.control;
 *       control.target_lan = control.source_lan;
 *       return rewrite_control(interposed, &control);
 *   }
 */
#ifndef MUTANTS_LANE_RULES_H
#define MUTANTS_LANE_RULES_H

#include "mutants/one_rule.h"

/* Members of an interposer rule. */
#define SENDS_ANY(frames)   .side = SENT, .names = (frames)
#define SENDS(name)         SENDS_ANY(FRAME_SET(name))
#define HEARS_ANY(frames)   .side = HEARD, .names = (frames)
#define HEARS(name)         HEARS_ANY(FRAME_SET(name))
#define ON_VMAC             .about = ABOUT_VMAC
#define IF(condition)       .when = (condition)
#define DROP                .action = DROP_FRAME
#define CHANGE(what, value) .action = CHANGE_FIELD, .field = FIELD_##what, .to = (value)
#define GIVE(what, value)   CHANGE(what, VALUE_GIVEN), .number = (value)
#define REPEAT(count, ns)   .action = REPEAT_FRAME, .times = (count), .delay_ns = (ns)
#define REWRITE(function)   .action = REWRITE_FRAME, .rewrite = (function)

/* Several rules, tried in order. */
#define RULES(...)                                                                                           \
    {                                                                                                        \
        .rules = (const struct interposer_rule[])                                                            \
        {                                                                                                    \
            __VA_ARGS__,                                                                                     \
            {                                                                                                \
                .names = 0                                                                                   \
            }                                                                                                \
        }                                                                                                    \
    }

/* Targetless LE_ARP_REQUEST of LANE v2, zero LE_NARP_REQUEST of LANE v1 (draft 3.1, 3.2, 6). */
#define ANNOUNCEMENTS (FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST))

/* All forms of LE_NARP_REQUEST. */
#define NARPS                                                                                                \
    (FRAME_SET(LE_NARP_REQUEST) | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST))

#define EVERY_FRAME UINT64_MAX

/* --- for `when` --- */

/* The scheme of the device. */
bool of_proxy(const struct interposer *interposer, const struct interposed *interposed);
bool of_non_proxy(const struct interposer *interposer, const struct interposed *interposed);

/* The LANE version that the join decided; v1 before it. */
bool in_v1(const struct interposer *interposer, const struct interposed *interposed);
bool in_v2(const struct interposer *interposer, const struct interposed *interposed);

/* A frame that was heard carries the device's own LECID: it came back to it. */
bool is_own_echo(const struct interposer *interposer, const struct interposed *interposed);

/* A frame that was heard carries the LECID of another client. */
bool is_of_another(const struct interposer *interposer, const struct interposed *interposed);

/* --- for `rewrite` --- */

/* Puts 'control' in the place of the frame. Returns true. */
bool rewrite_control(struct interposed *interposed, const struct le_control *control);

/* True when 'destination' is the VMAC of a virtual router of the device. */
bool is_vmac(const struct interposer *interposer, struct lan_destination destination);

/* The frame's octets as they are now, on their VCC, past all rules. */
void send_now(struct interposer *interposer, const struct interposed *interposed);

/* The announcement of 'vmac' as LANE v1 and as LANE v2 have it. */
struct le_control zero_le_narp(struct interposer *interposer, struct mac_address vmac);
struct le_control targetless_le_arp(struct interposer *interposer, struct mac_address vmac);

#endif
