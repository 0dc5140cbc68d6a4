#include <stddef.h>

#include "base/duration.h"
#include "reference/lec_private.h"

/* A variable that a TLV of LE_CONFIGURE_RESPONSE can set (lane-wire 7), and its range (lane-rules 2). */
struct overridable {
    uint32_t type;
    size_t offset; /* in struct lec_variables */
    bool seconds;  /* int64_t in nanoseconds; else unsigned */
    uint32_t low;
    uint32_t high;
};

#define VCC_TIMEOUT_HIGHEST_S 0xffffffu /* C12 has no bound of its own */

static const struct overridable table[LEC_OVERRIDE_COUNT] = {
    {TLV_CONTROL_TIMEOUT, offsetof(struct lec_variables, control_timeout_ns), true, 10, 300},
    {TLV_MAXIMUM_UNKNOWN_FRAME_COUNT, offsetof(struct lec_variables, maximum_unknown_frame_count), false, 1,
     20},
    {TLV_MAXIMUM_UNKNOWN_FRAME_TIME, offsetof(struct lec_variables, maximum_unknown_frame_time_ns), true, 1,
     60},
    {TLV_VCC_TIMEOUT_PERIOD, offsetof(struct lec_variables, vcc_timeout_ns), true, 0, VCC_TIMEOUT_HIGHEST_S},
    {TLV_MAXIMUM_RETRY_COUNT, offsetof(struct lec_variables, maximum_retry_count), false, 0, 2},
    {TLV_AGING_TIME, offsetof(struct lec_variables, aging_time_ns), true, 10, 300},
    {TLV_FORWARD_DELAY_TIME, offsetof(struct lec_variables, forward_delay_ns), true, 4, 30},
    {TLV_EXPECTED_LE_ARP_RESPONSE_TIME, offsetof(struct lec_variables, le_arp_response_ns), true, 1, 30},
    {TLV_FLUSH_TIMEOUT, offsetof(struct lec_variables, flush_timeout_ns), true, 1, 4},
    {TLV_PATH_SWITCHING_DELAY, offsetof(struct lec_variables, path_switching_delay_ns), true, 1, 8},
    {TLV_CONNECTION_COMPLETION_TIMER, offsetof(struct lec_variables, connection_completion_ns), true, 1, 10},
};

static uint32_t tlv_number(struct octets value);

void lec_variables_forget_overrides(struct lec *lec)
{
    memset(lec->overrides, 0, sizeof lec->overrides);
}

void lec_variables_take_overrides(struct lec *lec, const struct le_control *configure_response)
{
    for (size_t i = 0; i < LEC_OVERRIDE_COUNT; i++) {
        const struct le_tlv *tlv = le_control_find_tlv(configure_response, table[i].type);
        if (!tlv || (tlv->value.size != 2 && tlv->value.size != 4))
            continue;
        uint32_t number = tlv_number(tlv->value);
        if (number >= table[i].low && number <= table[i].high)
            lec->overrides[i] = (struct lec_override){true, number};
    }
}

void lec_variables_set(struct lec *lec, bool v2)
{
    lec->variables = v2 ? lec->options->v2 : lec->options->v1;
    for (size_t i = 0; i < LEC_OVERRIDE_COUNT; i++) {
        if (!lec->overrides[i].given)
            continue;
        void *variable = (char *)&lec->variables + table[i].offset;
        if (table[i].seconds)
            *(int64_t *)variable = SECONDS(lec->overrides[i].number);
        else
            *(unsigned *)variable = lec->overrides[i].number;
    }
}

static uint32_t tlv_number(struct octets value)
{
    return value.size == 2 ? octets_u16(value.data) : octets_u32(value.data);
}
