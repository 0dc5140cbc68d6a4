#include "wire/le_control.h"

static size_t encoded_size(const struct le_control *control);
static uint8_t *put(uint8_t *at, const void *octets, size_t size);
static uint8_t *put_u8(uint8_t *at, uint8_t number);
static uint8_t *put_u16(uint8_t *at, uint16_t number);
static uint8_t *put_u32(uint8_t *at, uint32_t number);
static uint8_t *put_lan_destination(uint8_t *at, struct lan_destination destination);

size_t le_control_encode(const struct le_control *control, uint8_t *data, size_t room)
{
    size_t size = encoded_size(control);
    if (size > room)
        return 0;
    uint8_t *at = put_u16(data, LE_CONTROL_MARKER);
    at = put_u8(at, control->protocol);
    at = put_u8(at, control->version);
    at = put_u16(at, control->opcode);
    if (le_control_is_ready(control))
        return size;
    at = put_u16(at, control->status);
    at = put_u32(at, control->transaction_id);
    at = put_u16(at, control->requester_lecid);
    at = put_u16(at, control->flags);
    at = put_lan_destination(at, control->source_lan);
    at = put_lan_destination(at, control->target_lan);
    at = put(at, control->source_atm.octet, sizeof control->source_atm.octet);
    at = put_u8(at, control->lan_type);
    at = put_u8(at, control->max_frame_size);
    at = put_u8(at, control->tlv_count);
    at = put_u8(at, control->elan_name_size);
    at = put(at, control->target_atm.octet, sizeof control->target_atm.octet);
    at = put(at, control->elan_name, sizeof control->elan_name);
    for (size_t i = 0; i < control->tlv_present; i++) {
        at = put_u32(at, control->tlvs[i].type);
        at = put_u8(at, (uint8_t)control->tlvs[i].value.size);
        at = put(at, control->tlvs[i].value.data, (uint8_t)control->tlvs[i].value.size);
    }
    return size;
}

struct le_control le_control_of(enum le_opcode opcode)
{
    return (struct le_control){.protocol = 1, .version = 1, .opcode = (uint16_t)opcode};
}

void le_control_add_tlv(struct le_control *control, uint32_t type, const void *value, uint8_t size)
{
    if (control->tlv_present == LE_TLV_ROOM)
        return;
    control->tlvs[control->tlv_present++] = (struct le_tlv){type, {value, size}};
    control->tlv_count++;
}

struct le_control le_control_response(const struct le_control *request)
{
    struct le_control response = *request;
    response.opcode |= LE_RESPONSE_BIT;
    response.status = LE_STATUS_SUCCESS;
    response.tlv_count = 0;
    response.tlv_present = 0;
    response.trailing_size = 0;
    response.flags &= LE_FLAGS;
    if (request->opcode != LE_CONFIGURE_REQUEST && request->opcode != LE_JOIN_REQUEST) {
        response.lan_type = 0;
        response.max_frame_size = 0;
        response.elan_name_size = 0;
        memset(response.elan_name, 0, sizeof response.elan_name);
    }
    return response;
}

static size_t encoded_size(const struct le_control *control)
{
    if (le_control_is_ready(control))
        return LE_READY_SIZE;
    size_t size = LE_CONTROL_SIZE;
    for (size_t i = 0; i < control->tlv_present; i++)
        size += 5 + (uint8_t)control->tlvs[i].value.size;
    return size;
}

static uint8_t *put(uint8_t *at, const void *octets, size_t size)
{
    if (size)
        memcpy(at, octets, size);
    return at + size;
}

static uint8_t *put_u8(uint8_t *at, uint8_t number)
{
    *at = number;
    return at + 1;
}

static uint8_t *put_u16(uint8_t *at, uint16_t number)
{
    octets_put_u16(at, number);
    return at + 2;
}

static uint8_t *put_u32(uint8_t *at, uint32_t number)
{
    octets_put_u32(at, number);
    return at + 4;
}

static uint8_t *put_lan_destination(uint8_t *at, struct lan_destination destination)
{
    return put(put_u16(at, destination.tag), destination.mac.octet, sizeof destination.mac.octet);
}
