/* Defects of a receiving client: what the frames of others do to its LE_ARP cache (lane-rules 5.3, 5.4, draft
 * 2, 6), how it asks and how long it remembers (lane-rules 5.1). */
#include <limits.h>

#include "base/duration.h"
#include "mutants/lane_rules.h"

static bool is_about(const struct le_arp_binding *binding, const struct le_control *request)
{
    return lan_destination_equal(request->source_lan, binding->lan);
}

/* --- targetless LE_ARP_REQUEST --- */

static enum cache_effect targetless_conforming(const struct le_arp_binding *binding,
                                               const struct le_control *request, bool v2)
{
    return lec_options_default().targetless_le_arp_effect(binding, request, v2);
}

static enum cache_effect targetless_ignored(const struct le_arp_binding *binding,
                                            const struct le_control *request, bool v2)
{
    (void)binding;
    (void)request;
    (void)v2;
    return CACHE_KEEPS;
}

static enum cache_effect targetless_deletes_others(const struct le_arp_binding *binding,
                                                   const struct le_control *request, bool v2)
{
    return v2 && !is_about(binding, request) ? CACHE_DELETES : CACHE_KEEPS;
}

static enum cache_effect targetless_deletes_same(const struct le_arp_binding *binding,
                                                 const struct le_control *request, bool v2)
{
    bool same = atm_address_equal(&request->source_atm, &binding->atm);
    return v2 && is_about(binding, request) && same ? CACHE_DELETES : CACHE_KEEPS;
}

static enum cache_effect targetless_only_deletes(const struct le_arp_binding *binding,
                                                 const struct le_control *request, bool v2)
{
    return targetless_conforming(binding, request, v2) == CACHE_KEEPS ? CACHE_KEEPS : CACHE_DELETES;
}

static enum cache_effect targetless_deletes_in_v1(const struct le_arp_binding *binding,
                                                  const struct le_control *request, bool v2)
{
    return !v2 && is_about(binding, request) ? CACHE_DELETES : targetless_conforming(binding, request, v2);
}

static bool targetless_adds(const struct le_control *request, bool v2)
{
    (void)request;
    return v2;
}

ONE_ENTRY(m30, lec.targetless_le_arp_effect, targetless_ignored)
ONE_ENTRY(m53, lec.targetless_le_arp_effect, targetless_deletes_others)
ONE_ENTRY(m54, lec.targetless_le_arp_effect, targetless_deletes_same)
ONE_ENTRY(m55, lec.targetless_le_arp_adds, targetless_adds)
ONE_ENTRY(m56, lec.targetless_le_arp_effect, targetless_only_deletes)
ONE_ENTRY(m282, lec.targetless_le_arp_effect, targetless_deletes_in_v1)

/* --- LE_NARP_REQUEST --- */

static enum cache_effect narp_conforming(const struct le_arp_binding *binding,
                                         const struct le_control *request, bool v2)
{
    return lec_options_default().narp_effect(binding, request, v2);
}

static bool has_source(const struct le_control *request)
{
    return !atm_address_is_zero(&request->source_atm);
}

static bool has_target(const struct le_control *request)
{
    return !atm_address_is_zero(&request->target_atm);
}

static enum cache_effect no_source_matches_any(const struct le_arp_binding *binding,
                                               const struct le_control *request, bool v2)
{
    bool named = lan_destination_equal(request->target_lan, binding->lan);
    return named && !has_source(request) ? CACHE_DELETES : narp_conforming(binding, request, v2);
}

static enum cache_effect no_source_ignored(const struct le_arp_binding *binding,
                                           const struct le_control *request, bool v2)
{
    return !has_source(request) && has_target(request) ? CACHE_KEEPS : narp_conforming(binding, request, v2);
}

static enum cache_effect narp_by_source_lan(const struct le_arp_binding *binding,
                                            const struct le_control *request, bool v2)
{
    struct le_control misread = *request;
    misread.target_lan = request->source_lan;
    return narp_conforming(binding, &misread, v2);
}

static enum cache_effect plain_matches_any(const struct le_arp_binding *binding,
                                           const struct le_control *request, bool v2)
{
    bool named = lan_destination_equal(request->target_lan, binding->lan);
    bool plain = has_source(request) && has_target(request);
    bool differs = !atm_address_equal(&request->target_atm, &binding->atm);
    return named && plain && differs ? CACHE_DELETES : narp_conforming(binding, request, v2);
}

static enum cache_effect zero_matches_nothing(const struct le_arp_binding *binding,
                                              const struct le_control *request, bool v2)
{
    return has_target(request) ? narp_conforming(binding, request, v2) : CACHE_KEEPS;
}

static enum cache_effect zero_deletes_all(const struct le_arp_binding *binding,
                                          const struct le_control *request, bool v2)
{
    bool zero = !has_source(request) && !has_target(request);
    return zero ? CACHE_DELETES : narp_conforming(binding, request, v2);
}

static enum cache_effect narp_in_v2_only(const struct le_arp_binding *binding,
                                         const struct le_control *request, bool v2)
{
    return v2 ? narp_conforming(binding, request, v2) : CACHE_KEEPS;
}

static enum cache_effect zero_target_needs_zero_source(const struct le_arp_binding *binding,
                                                       const struct le_control *request, bool v2)
{
    return has_source(request) && !has_target(request) ? CACHE_KEEPS : narp_conforming(binding, request, v2);
}

ONE_ENTRY(m31, lec.narp_effect, no_source_matches_any)
ONE_ENTRY(m59, lec.narp_effect, no_source_ignored)
ONE_ENTRY(m60, lec.narp_effect, narp_by_source_lan)
ONE_ENTRY(m130, lec.narp_effect, plain_matches_any)
ONE_ENTRY(m134, lec.narp_effect, zero_matches_nothing)
ONE_ENTRY(m135, lec.narp_effect, zero_deletes_all)
ONE_ENTRY(m136, lec.narp_effect, narp_in_v2_only)
ONE_ENTRY(m137, lec.narp_effect, zero_target_needs_zero_source)

/* --- asking --- */

/* The probe of a proxy has a rhythm of its own. */
static bool is_no_probe(const struct interposer *interposer, const struct interposed *interposed)
{
    return !is_vmac(interposer, interposed->frame.control.target_lan);
}

static bool takes_any_answer(const struct le_control *response, uint16_t own_lecid, bool transaction_known)
{
    return response->opcode == LE_ARP_RESPONSE ||
           lec_options_default().takes_response(response, own_lecid, transaction_known);
}

ONE_ENTRY(m293, lec.takes_response, takes_any_answer)

/* --- variables: the defect stays whatever the LECS says --- */

/* Takes TLVs of these types, ended by 0, out of LE_CONFIGURE_RESPONSE. */
static bool without_tlvs(struct interposed *interposed, const uint32_t *types)
{
    struct le_control response = interposed->frame.control;
    size_t kept = 0;
    for (size_t i = 0; i < response.tlv_present; i++) {
        const uint32_t *type = types;
        while (*type && *type != response.tlvs[i].type)
            type++;
        if (!*type)
            response.tlvs[kept++] = response.tlvs[i];
    }
    response.tlv_present = kept;
    response.tlv_count = (uint8_t)kept;
    return rewrite_control(interposed, &response);
}

static bool without_unknown_frame_limits(struct interposer *interposer, struct interposed *interposed)
{
    static const uint32_t limits[] = {TLV_MAXIMUM_UNKNOWN_FRAME_COUNT, TLV_MAXIMUM_UNKNOWN_FRAME_TIME, 0};
    (void)interposer;
    return without_tlvs(interposed, limits);
}

static bool without_age(struct interposer *interposer, struct interposed *interposed)
{
    static const uint32_t age[] = {TLV_AGING_TIME, 0};
    (void)interposer;
    return without_tlvs(interposed, age);
}

TWO_ENTRIES(m279, lec.v1.aging_time_ns, TIME_NEVER, lec.v2.aging_time_ns, TIME_NEVER)
TWO_ENTRIES(m277, lec.v1.maximum_unknown_frame_count, UINT_MAX, lec.v2.maximum_unknown_frame_count, UINT_MAX)

const struct mutant_definition lec_cache_mutants[] = {
    {.id = "M30", .change = m30},
    {.id = "M31", .change = m31},
    {.id = "M53", .change = m53},
    {.id = "M54", .change = m54},
    {.id = "M55", .change = m55},
    {.id = "M56", .change = m56},
    {.id = "M59", .change = m59},
    {.id = "M60", .change = m60},
    {.id = "M130", .change = m130},
    {.id = "M134", .change = m134},
    {.id = "M135", .change = m135},
    {.id = "M136", .change = m136},
    {.id = "M137", .change = m137},
    {.id = "M277",
     .change = m277,
     ONE_RULE(HEARS(LE_CONFIGURE_RESPONSE), REWRITE(without_unknown_frame_limits))},
    {.id = "M278", ONE_RULE(SENDS(LE_ARP_REQUEST), IF(is_no_probe), REPEAT(4, MILLISECONDS(200)))},
    {.id = "M279", .change = m279, ONE_RULE(HEARS(LE_CONFIGURE_RESPONSE), REWRITE(without_age))},
    {.id = "M282", .change = m282},
    {.id = "M293", .change = m293},
    {.id = "M295", ONE_RULE(HEARS(LE_TOPOLOGY_REQUEST), DROP)},
    {.id = NULL},
};
