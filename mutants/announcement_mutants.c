/* Defects in the frames of ADDRESS ASSOCIATION and DISASSOCIATION (draft 2, 3.1, 3.2, 6): registration,
 * announcement and withdrawal leave with another form, by another way, or not at all. When the device sends
 * them is in association_mutants.c. */
#include "mutants/lane_rules.h"
#include "reference/lec.h"

static bool move_target_to_source(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control control = interposed->frame.control;
    control.source_lan = control.target_lan;
    control.target_lan = LAN_DESTINATION_NONE;
    return rewrite_control(interposed, &control);
}

static bool move_source_to_target(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control control = interposed->frame.control;
    control.target_lan = control.source_lan;
    control.source_lan = LAN_DESTINATION_NONE;
    return rewrite_control(interposed, &control);
}

static bool name_target_too(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control control = interposed->frame.control;
    control.target_lan = control.source_lan;
    return rewrite_control(interposed, &control);
}

/* --- TLVs --- */

static bool strip_tlvs(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control control = interposed->frame.control;
    control.tlv_count = 0;
    control.tlv_present = 0;
    return rewrite_control(interposed, &control);
}

static bool add_llc_muxed_tlv(struct interposer *interposer, struct interposed *interposed)
{
    struct atm_address address = lec_llc_multiplexed_address(&interposer->settings);
    struct le_control control = interposed->frame.control;
    le_control_add_tlv(&control, TLV_LLC_MUXED_ATM_ADDRESS, address.octet, sizeof address.octet);
    return rewrite_control(interposed, &control);
}

/* --- the form of the other LANE version, or of the other occasion --- */

static bool into_targetless(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control control = targetless_le_arp(interposer, interposed->frame.control.target_lan.mac);
    control.transaction_id = interposed->frame.control.transaction_id;
    return rewrite_control(interposed, &control);
}

static bool into_zero(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control control = zero_le_narp(interposer, interposed->frame.control.target_lan.mac);
    control.transaction_id = interposed->frame.control.transaction_id;
    return rewrite_control(interposed, &control);
}

static bool then_zero(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control control = zero_le_narp(interposer, interposed->frame.control.source_lan.mac);
    send_now(interposer, interposed);
    interposer_send_control(interposer, interposed->vcc, &control);
    return false;
}

static bool withdraws_in_v1_too(const struct association_state *state)
{
    return state->announcement_count > 0;
}

static bool as_v1(const struct le_control *join_response, bool v2_capable)
{
    (void)join_response;
    (void)v2_capable;
    return false;
}

ONE_ENTRY(m139, lec.withdraws, withdraws_in_v1_too)
ONE_ENTRY(m298, lec.operates_as_v2, as_v1)

/* --- another way --- */

static bool by_the_bus(struct interposer *interposer, struct interposed *interposed)
{
    interposed->vcc = interposer->multicast_send;
    return true;
}

/* The physical MAC address in the announcement of either LANE version. */
#define OWN_MAC_ANNOUNCED(scheme)                                                                            \
    RULES({SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, IF(scheme), CHANGE(SOURCE_LAN, VALUE_OWN_MAC)},        \
          {SENDS(ZERO_LE_NARP_REQUEST), ON_VMAC, IF(scheme), CHANGE(TARGET_LAN, VALUE_OWN_MAC)})

static const struct interposition m73 = OWN_MAC_ANNOUNCED(of_non_proxy);
static const struct interposition m94 = OWN_MAC_ANNOUNCED(of_proxy);

/* An op-code that lane-wire 2 does not have. */
#define OPCODE_OF_ITS_OWN 0x00f0

const struct mutant_definition announcement_mutants[] = {
    /* targetless LE_ARP_REQUEST */
    {.id = "M1", ONE_RULE(SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, DROP)},
    {.id = "M2", ONE_RULE(SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, REWRITE(name_target_too))},
    {.id = "M3", ONE_RULE(SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, CHANGE(SOURCE_ATM, VALUE_ZERO))},
    {.id = "M32", ONE_RULE(SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, REWRITE(strip_tlvs))},
    {.id = "M50", ONE_RULE(SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, GIVE(TARGET_TAG, LAN_TAG_MAC))},
    {.id = "M51", ONE_RULE(SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, CHANGE(SOURCE_LAN, VALUE_OWN_MAC))},
    {.id = "M52",
     ONE_RULE(SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, IF(of_non_proxy),
              CHANGE(SOURCE_ATM, VALUE_FOREIGN_ATM))},
    {.id = "M73", .interposition = &m73},
    {.id = "M94", .interposition = &m94},
    {.id = "M138", ONE_RULE(SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, REWRITE(then_zero))},
    {.id = "M142", ONE_RULE(SENDS_ANY(ANNOUNCEMENTS), ON_VMAC, GIVE(OPCODE, OPCODE_OF_ITS_OWN))},
    {.id = "M298", .change = m298},
    {.id = "M302", ONE_RULE(SENDS(TARGETLESS_LE_ARP_REQUEST), ON_VMAC, REWRITE(by_the_bus))},
    /* zero LE_NARP_REQUEST; what M82 and M131 name is one and the same frame */
    {.id = "M15", ONE_RULE(SENDS(ZERO_LE_NARP_REQUEST), ON_VMAC, CHANGE(TARGET_ATM, VALUE_OWN_ATM))},
    {.id = "M16", ONE_RULE(SENDS(ZERO_LE_NARP_REQUEST), ON_VMAC, REWRITE(into_targetless))},
    {.id = "M33", ONE_RULE(SENDS(ZERO_LE_NARP_REQUEST), ON_VMAC, REWRITE(add_llc_muxed_tlv))},
    {.id = "M81", ONE_RULE(SENDS(ZERO_LE_NARP_REQUEST), ON_VMAC, REWRITE(move_target_to_source))},
    {.id = "M82", ONE_RULE(SENDS(ZERO_LE_NARP_REQUEST), ON_VMAC, CHANGE(SOURCE_ATM, VALUE_OWN_ATM))},
    {.id = "M131", ONE_RULE(SENDS(ZERO_LE_NARP_REQUEST), ON_VMAC, CHANGE(SOURCE_ATM, VALUE_OWN_ATM))},
    {.id = "M139", .change = m139},
    {.id = "M140",
     .change = m139,
     ONE_RULE(SENDS(NO_SOURCE_LE_NARP_REQUEST), ON_VMAC, IF(in_v1), REWRITE(into_zero))},
    /* no-source LE_NARP_REQUEST */
    {.id = "M13", ONE_RULE(SENDS(NO_SOURCE_LE_NARP_REQUEST), ON_VMAC, CHANGE(SOURCE_ATM, VALUE_OWN_ATM))},
    {.id = "M14", ONE_RULE(SENDS(NO_SOURCE_LE_NARP_REQUEST), ON_VMAC, CHANGE(TARGET_ATM, VALUE_ZERO))},
    {.id = "M57", ONE_RULE(SENDS(NO_SOURCE_LE_NARP_REQUEST), ON_VMAC, REWRITE(move_target_to_source))},
    {.id = "M58", ONE_RULE(SENDS(NO_SOURCE_LE_NARP_REQUEST), ON_VMAC, GIVE(OPCODE, LE_ARP_REQUEST))},
    {.id = "M84", ONE_RULE(SENDS(NO_SOURCE_LE_NARP_REQUEST), ON_VMAC, REWRITE(into_zero))},
    /* registration */
    {.id = "M25", ONE_RULE(SENDS(LE_UNREGISTER_REQUEST), ON_VMAC, CHANGE(SOURCE_LAN, VALUE_OWN_MAC))},
    {.id = "M258", ONE_RULE(SENDS(LE_REGISTER_REQUEST), ON_VMAC, REWRITE(move_source_to_target))},
    {.id = "M299", ONE_RULE(SENDS(LE_REGISTER_REQUEST), ON_VMAC, IF(in_v1), REWRITE(add_llc_muxed_tlv))},
    {.id = NULL},
};
