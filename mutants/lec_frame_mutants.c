/* Defects of control and data frames as such (lane-wire 1 to 12), and of the VCCs they travel on (lane-wire
 * 9, 10, lane-rules 5.7). */
#include <string.h>

#include "base/duration.h"
#include "mutants/lane_rules.h"

/* --- the form of control frames --- */

#define SIZE_WITHOUT_ELAN_NAME 76

static bool cut_elan_name(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    interposed->size = SIZE_WITHOUT_ELAN_NAME;
    return true;
}

#define UNUSED_OCTET 0xaa

/* Those that have no ELAN name. */
#define NAMELESS_FRAMES                                                                                      \
    (ANNOUNCEMENTS | NARPS | FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_UNREGISTER_REQUEST) |             \
     FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(LE_ARP_RESPONSE) | FRAME_SET(LE_FLUSH_REQUEST) |                  \
     FRAME_SET(LE_FLUSH_RESPONSE))

static bool fill_elan_name(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control control = interposed->frame.control;
    memset(control.elan_name, UNUSED_OCTET, sizeof control.elan_name);
    return rewrite_control(interposed, &control);
}

static bool is_known_tlv(uint32_t type)
{
    static const uint32_t types[] = {
#define X(name, number, size, text) number,
        LE_TLVS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i] == type)
            return true;
    return false;
}

static bool has_unknown_tlv(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposer;
    const struct frame *frame = &interposed->frame;
    for (size_t i = 0; frame->layers & LAYER_CONTROL && i < frame->control.tlv_present; i++)
        if (!is_known_tlv(frame->control.tlvs[i].type))
            return true;
    return false;
}

static bool answer_too(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control response = le_control_response(&interposed->frame.control);
    interposer_send_control(interposer, interposer->control_direct, &response);
    return true;
}

/* --- the form of data frames --- */

#define SHORT_SDU_SIZE 56
#define LE_HEADER_SIZE 2

/* Padding alone is behind the first 56 octets. */
static bool is_padded(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposer;
    const struct frame *frame = &interposed->frame;
    size_t used = LE_HEADER_SIZE + ETHERNET_HEADER_SIZE;
    if (interposed->lan || !(frame->layers & LAYER_LE_DATA) || interposed->size != LE_DATA_MINIMUM_SIZE)
        return false;
    if (frame->layers & LAYER_ARP)
        used += ARP_SIZE;
    else if (frame->layers & LAYER_IPV4)
        used += IPV4_HEADER_SIZE + frame->ipv4.payload.size;
    else
        return false;
    return used <= SHORT_SDU_SIZE;
}

static bool cut_padding(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    interposed->size = SHORT_SDU_SIZE;
    return true;
}

static bool is_le_data(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposer;
    return interposed->frame.layers & LAYER_LE_DATA;
}

/* The highest LECID there is: a LES counts up from below. */
#define LECID_OF_NOBODY 0xfeff

static bool takes_own_data(uint16_t le_header, uint16_t own_lecid)
{
    (void)le_header;
    (void)own_lecid;
    return true;
}

ONE_ENTRY(m291, lec.takes_data, takes_own_data)

/* --- flush --- */

static bool answers_no_flush(const struct le_control *request, const struct atm_address *own)
{
    (void)request;
    (void)own;
    return false;
}

static bool answers_every_flush(const struct le_control *request, const struct atm_address *own)
{
    (void)request;
    (void)own;
    return true;
}

static bool needs_no_flush(int64_t since_last_frame_ns, const struct lec_variables *variables)
{
    (void)since_last_frame_ns;
    (void)variables;
    return false;
}

ONE_ENTRY(m284, lec.answers_flush, answers_no_flush)
ONE_ENTRY(m286, lec.answers_flush, answers_every_flush)
ONE_ENTRY(m288, lec.needs_flush, needs_no_flush)

/* 'count': the VCC that the question came on; nobody can answer on Multicast Forward, so there it is
 * Multicast Send. */
static bool note_vcc(struct interposer *interposer, struct interposed *interposed)
{
    bool forward = interposed->vcc == interposer->multicast_forward;
    interposer->count = forward ? interposer->multicast_send : interposed->vcc;
    return true;
}

static bool send_back(struct interposer *interposer, struct interposed *interposed)
{
    interposed->vcc = interposer->count;
    return true;
}

static const struct interposition m285 =
    RULES({HEARS(LE_FLUSH_REQUEST), REWRITE(note_vcc)}, {SENDS(LE_FLUSH_RESPONSE), REWRITE(send_back)});

/* --- READY --- */

/* 'count': a READY_QUERY is being handed to the device. */
static bool note_query(struct interposer *interposer, struct interposed *interposed)
{
    interposer->count = 1;
    interposer_deliver(interposer, interposed->vcc, interposed->data, interposed->size);
    interposer->count = 0;
    return false;
}

static bool is_asked(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposed;
    return interposer->count;
}

static bool is_unasked(const struct interposer *interposer, const struct interposed *interposed)
{
    return !is_asked(interposer, interposed);
}

static const struct interposition m289 =
    RULES({HEARS(READY_QUERY), REWRITE(note_query)}, {SENDS(READY_IND), IF(is_unasked), DROP});
static const struct interposition m290 =
    RULES({HEARS(READY_QUERY), REWRITE(note_query)}, {SENDS(READY_IND), IF(is_asked), DROP});

/* --- VCCs --- */

static bool is_data_direct(const struct call *call)
{
    return call->b_lli == B_LLI_DATA_DIRECT_8023 || call->b_lli == B_LLI_DATA_DIRECT_8025;
}

static void multiplex_in_v1(struct interposer *interposer, struct call *call)
{
    if (is_data_direct(call) && !interposer->v2)
        call->b_lli = B_LLI_LLC_MULTIPLEXED;
}

static void call_as_control(struct interposer *interposer, struct call *call)
{
    (void)interposer;
    if (is_data_direct(call))
        call->b_lli = B_LLI_CONTROL;
}

static const struct interposition m301 = {.call = multiplex_in_v1};
static const struct interposition m304 = {.call = call_as_control};

static bool has_data_direct(const struct interposer *interposer, const struct interposed *interposed)
{
    return !interposed->lan && interposer->data_direct;
}

static bool by_data_direct(struct interposer *interposer, struct interposed *interposed)
{
    interposed->vcc = interposer->data_direct;
    return true;
}

static bool carries_data_of_own(const struct atm_address *calling, const struct atm_address *other,
                                const struct atm_address *own)
{
    (void)other;
    return atm_address_equal(calling, own);
}

ONE_ENTRY(m305, lec.carries_data, carries_data_of_own)

const struct mutant_definition lec_frame_mutants[] = {
    /* The frames that LANE v1 has not; a LES drops what has another version, so the join goes on as it
       should. */
    {.id = "M240",
     ONE_RULE(SENDS_ANY(FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST)),
              IF(in_v2), GIVE(VERSION, 2))},
    {.id = "M241", ONE_RULE(SENDS_ANY(ANNOUNCEMENTS), ON_VMAC, REWRITE(cut_elan_name))},
    {.id = "M242", ONE_RULE(SENDS_ANY(NAMELESS_FRAMES), REWRITE(fill_elan_name))},
    {.id = "M243", ONE_RULE(HEARS_ANY(EVERY_FRAME), IF(has_unknown_tlv), DROP)},
    {.id = "M244", ONE_RULE(HEARS_ANY(NARPS), IF(is_of_another), REWRITE(answer_too))},
    {.id = "M245", ONE_RULE(SENDS_ANY(EVERY_FRAME), IF(is_padded), REWRITE(cut_padding))},
    {.id = "M246", ONE_RULE(SENDS_ANY(EVERY_FRAME), IF(is_le_data), GIVE(LECID, LECID_OF_NOBODY))},
    {.id = "M284", .change = m284},
    {.id = "M285", .interposition = &m285},
    {.id = "M286", .change = m286},
    {.id = "M288", .change = m288},
    {.id = "M289", .interposition = &m289},
    {.id = "M290", .interposition = &m290},
    {.id = "M291", .change = m291},
    {.id = "M301", .interposition = &m301},
    {.id = "M303", ONE_RULE(SENDS(ADVERTISEMENT), IF(has_data_direct), REWRITE(by_data_direct))},
    {.id = "M304", .interposition = &m304},
    {.id = "M305", .change = m305},
    {.id = NULL},
};
