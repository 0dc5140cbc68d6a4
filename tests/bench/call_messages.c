#include "call_messages.h"

/* Information elements. */
enum {
    IE_CAUSE = 0x08,
    IE_ENDPOINT_REFERENCE = 0x54,
    IE_AAL_PARAMETERS = 0x58,
    IE_TRAFFIC_DESCRIPTOR = 0x59,
    IE_CONNECTION_IDENTIFIER = 0x5a,
    IE_QUALITY_OF_SERVICE = 0x5c,
    IE_BEARER_CAPABILITY = 0x5e,
    IE_B_LLI = 0x5f,
    IE_CALLING_NUMBER = 0x6c,
    IE_CALLED_NUMBER = 0x70
};

#define PROTOCOL_DISCRIMINATOR 0x09
#define EXTENSION              0x80 /* coding standard of ITU-T, no action indicator */
#define HEADER_SIZE            9
#define FLAG_OF_OTHER_SIDE     0x80 /* call reference flag */
#define CAUSE_NORMAL_CLEARING  16

static const uint8_t aal_parameters[] = {0x05, 0x8c, 0x05, 0xec, 0x81, 0x05, 0xec, 0x84, 0x00};
static const uint8_t endpoint_zero[] = {0x00, 0x00, 0x00};

static uint8_t *message_begin(const struct call_of_port *call, bool other_side, enum call_message message,
                              uint8_t *data);
static uint8_t *put_element(uint8_t *at, uint8_t identifier, const void *content, size_t size);
static uint8_t *put_number(uint8_t *at, uint8_t identifier, const struct atm_address *address);
static uint8_t *put_connection(uint8_t *at, const struct call_of_port *call);
static size_t message_end(uint8_t *data, uint8_t *at, uint32_t sequence);

size_t sscop_begin(uint8_t *data)
{
    static const uint8_t octets[] = {0x00, 0x00, 0x00, 0x01, SSCOP_BGN, 0x00, 0x00, 0x1e};
    memcpy(data, octets, sizeof octets);
    return sizeof octets;
}

size_t sscop_begin_acknowledge(uint8_t *data)
{
    static const uint8_t octets[] = {0x00, 0x00, 0x00, 0x00, SSCOP_BGAK, 0x00, 0x00, 0x1e};
    memcpy(data, octets, sizeof octets);
    return sizeof octets;
}

size_t call_setup(const struct call_of_port *call, bool from_network, uint32_t sequence, uint8_t *data)
{
    static const uint8_t traffic[] = {0x84, 0x05, 0x63, 0xb7, 0x85, 0x05, 0x63, 0xb7, 0xbe};
    static const uint8_t quality[] = {0x00, 0x00};
    uint8_t bearer[] = {0x90, call->point_to_multipoint ? 0x81 : 0x80};
    uint8_t b_lli[B_LLI_MAX_SIZE];
    uint8_t *at = message_begin(call, false, CALL_MESSAGE_SETUP, data);
    at = put_element(at, IE_AAL_PARAMETERS, aal_parameters, sizeof aal_parameters);
    at = put_element(at, IE_TRAFFIC_DESCRIPTOR, traffic, sizeof traffic);
    at = put_element(at, IE_BEARER_CAPABILITY, bearer, sizeof bearer);
    at = put_element(at, IE_B_LLI, b_lli, b_lli_encode(call->b_lli, b_lli));
    at = put_number(at, IE_CALLED_NUMBER, &call->called);
    at = put_number(at, IE_CALLING_NUMBER, &call->calling);
    if (from_network)
        at = put_connection(at, call);
    at = put_element(at, IE_QUALITY_OF_SERVICE, quality, sizeof quality);
    if (call->point_to_multipoint)
        at = put_element(at, IE_ENDPOINT_REFERENCE, endpoint_zero, sizeof endpoint_zero);
    return message_end(data, at, sequence);
}

size_t call_proceeding(const struct call_of_port *call, uint32_t sequence, uint8_t *data)
{
    uint8_t *at = message_begin(call, true, CALL_MESSAGE_CALL_PROCEEDING, data);
    return message_end(data, put_connection(at, call), sequence);
}

size_t call_connect(const struct call_of_port *call, uint32_t sequence, uint8_t *data)
{
    uint8_t *at = message_begin(call, true, CALL_MESSAGE_CONNECT, data);
    at = put_element(at, IE_AAL_PARAMETERS, aal_parameters, sizeof aal_parameters);
    if (call->point_to_multipoint)
        at = put_element(at, IE_ENDPOINT_REFERENCE, endpoint_zero, sizeof endpoint_zero);
    return message_end(data, at, sequence);
}

size_t call_connect_acknowledge(const struct call_of_port *call, uint32_t sequence, uint8_t *data)
{
    return message_end(data, message_begin(call, false, CALL_MESSAGE_CONNECT_ACKNOWLEDGE, data), sequence);
}

size_t call_release(const struct call_of_port *call, uint32_t sequence, uint8_t *data)
{
    static const uint8_t cause[] = {0x80, 0x80 | CAUSE_NORMAL_CLEARING};
    uint8_t *at = message_begin(call, false, CALL_MESSAGE_RELEASE, data);
    return message_end(data, put_element(at, IE_CAUSE, cause, sizeof cause), sequence);
}

size_t call_release_complete(const struct call_of_port *call, uint32_t sequence, uint8_t *data)
{
    return message_end(data, message_begin(call, true, CALL_MESSAGE_RELEASE_COMPLETE, data), sequence);
}

/* The header, without its length. Returns the place behind it. */
static uint8_t *message_begin(const struct call_of_port *call, bool other_side, enum call_message message,
                              uint8_t *data)
{
    data[0] = PROTOCOL_DISCRIMINATOR;
    data[1] = 3; /* octets of the call reference */
    data[2] = (uint8_t)(call->reference >> 16 | (other_side ? FLAG_OF_OTHER_SIDE : 0));
    octets_put_u16(data + 3, (uint16_t)call->reference);
    data[5] = (uint8_t)message;
    data[6] = EXTENSION;
    return data + HEADER_SIZE;
}

static uint8_t *put_element(uint8_t *at, uint8_t identifier, const void *content, size_t size)
{
    at[0] = identifier;
    at[1] = EXTENSION;
    octets_put_u16(at + 2, (uint16_t)size);
    memcpy(at + 4, content, size);
    return at + 4 + size;
}

/* An ATM end system address. */
static uint8_t *put_number(uint8_t *at, uint8_t identifier, const struct atm_address *address)
{
    uint8_t content[1 + ATM_ADDRESS_SIZE] = {0x82};
    memcpy(content + 1, address->octet, ATM_ADDRESS_SIZE);
    return put_element(at, identifier, content, sizeof content);
}

static uint8_t *put_connection(uint8_t *at, const struct call_of_port *call)
{
    uint8_t content[] = {0x88, 0x00, 0x00, (uint8_t)(call->vci >> 8), (uint8_t)call->vci};
    return put_element(at, IE_CONNECTION_IDENTIFIER, content, sizeof content);
}

/* Sets the length, pads to whole words and puts the trailer of an SD behind. Returns the size. */
static size_t message_end(uint8_t *data, uint8_t *at, uint32_t sequence)
{
    size_t size = (size_t)(at - data);
    octets_put_u16(data + 7, (uint16_t)(size - HEADER_SIZE));
    uint8_t padding = (uint8_t)((4 - size % 4) % 4);
    memset(at, 0, padding);
    octets_put_u32(at + padding, (uint32_t)padding << 30 | (uint32_t)SSCOP_SD << 24 | sequence);
    return size + padding + 4;
}
