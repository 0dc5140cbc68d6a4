#include "wire/signalling_encode.h"

#include "wire/signalling_format.h"

#define CONTENT_ROOM 24

#define NO_ACTION      0x80u /* coding standard of ITU-T, no action indicator, and the same of a message */
#define UNKNOWN_NUMBER 0u    /* type of number */
#define BCOB_X         0x10u
#define EXPLICIT_PATH  0x08u /* a VPCI follows, and a VCI that is binding */

/* Writes the content of an information element; returns its size, 0 for an element that is left out. */
typedef size_t element_writer(const struct signalling *message, uint8_t *content);

static element_writer put_aal, put_traffic, put_bearer, put_b_lli, put_called, put_calling, put_connection,
    put_quality, put_endpoint, put_cause, put_call_state;

/* In the order of Linux; without a flag: in every SETUP. */
static const struct element {
    enum element_identifier identifier;
    unsigned flag;
    element_writer *put;
} elements[] = {
    {ELEMENT_AAL_PARAMETERS, SIGNALLING_MAX_SDU, put_aal},
    {ELEMENT_TRAFFIC_DESCRIPTOR, 0, put_traffic},
    {ELEMENT_BEARER_CAPABILITY, SIGNALLING_BEARER, put_bearer},
    {ELEMENT_B_LLI, SIGNALLING_B_LLI, put_b_lli},
    {ELEMENT_CALLED_NUMBER, SIGNALLING_CALLED, put_called},
    {ELEMENT_CALLING_NUMBER, SIGNALLING_CALLING, put_calling},
    {ELEMENT_CONNECTION_IDENTIFIER, SIGNALLING_CONNECTION, put_connection},
    {ELEMENT_QUALITY_OF_SERVICE, 0, put_quality},
    {ELEMENT_ENDPOINT_REFERENCE, SIGNALLING_ENDPOINT, put_endpoint},
    {ELEMENT_CAUSE, SIGNALLING_CAUSE, put_cause},
    {ELEMENT_CALL_STATE, SIGNALLING_CALL_STATE, put_call_state},
};

static bool has(const struct signalling *message, unsigned flag);
static size_t put_number(const struct atm_address *address, uint8_t *content);

size_t signalling_encode(const struct signalling *message, uint8_t sdu[static SIGNALLING_SDU_ROOM])
{
    uint32_t reference = message->call_reference | (message->from_originator ? 0 : ORIGINATOR_FLAG);
    sdu[0] = PROTOCOL_DISCRIMINATOR;
    octets_put_u32(sdu + 1, (uint32_t)CALL_REFERENCE_SIZE << 24 | (reference & 0xffffff));
    sdu[5] = message->message;
    sdu[6] = NO_ACTION;
    size_t size = MESSAGE_HEADER_SIZE;
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        uint8_t content[CONTENT_ROOM];
        size_t content_size = has(message, elements[i].flag) ? elements[i].put(message, content) : 0;
        if (!content_size)
            continue;
        sdu[size] = (uint8_t)elements[i].identifier;
        sdu[size + 1] = NO_ACTION;
        octets_put_u16(sdu + size + 2, (uint16_t)content_size);
        memcpy(sdu + size + ELEMENT_HEADER_SIZE, content, content_size);
        size += ELEMENT_HEADER_SIZE + content_size;
    }
    octets_put_u16(sdu + 7, (uint16_t)(size - MESSAGE_HEADER_SIZE));

    size_t pad_size = (4 - size % 4) % 4;
    memset(sdu + size, 0, pad_size);
    size += pad_size;
    octets_put_u32(sdu + size, (uint32_t)pad_size << 30 | (uint32_t)SSCOP_SD << 24 |
                                   (message->sequence & SSCOP_SEQUENCE_MASK));
    return size + SSCOP_TRAILER_SIZE;
}

static bool has(const struct signalling *message, unsigned flag)
{
    return flag ? message->elements & flag : message->message == CALL_MESSAGE_SETUP;
}

/* With the type of the service specific sublayer (84): none. */
static size_t put_aal(const struct signalling *message, uint8_t *content)
{
    static const uint8_t parameters[] = {AAL_5, AAL_FORWARD_MAX_SDU, 0, 0, AAL_BACKWARD_MAX_SDU, 0, 0, 0x84,
                                         0};
    memcpy(content, parameters, sizeof parameters);
    octets_put_u16(content + 2, message->forward_max_sdu);
    octets_put_u16(content + 5, message->backward_max_sdu);
    return sizeof parameters;
}

/* Peak cell rates forward (84) and backward (85), those of the line, 353,207 cells/s; best effort (be). */
static size_t put_traffic(const struct signalling *message, uint8_t *content)
{
    static const uint8_t descriptor[] = {0x84, 0x05, 0x63, 0xb7, 0x85, 0x05, 0x63, 0xb7, 0xbe};
    (void)message;
    memcpy(content, descriptor, sizeof descriptor);
    return sizeof descriptor;
}

/* Bearer class without a traffic type; not susceptible to clipping, user plane. */
static size_t put_bearer(const struct signalling *message, uint8_t *content)
{
    content[0] = LAST_OCTET | BCOB_X;
    content[1] = (uint8_t)(LAST_OCTET | (message->point_to_multipoint ? USER_PLANE_MULTIPOINT : 0));
    return 2;
}

static size_t put_b_lli(const struct signalling *message, uint8_t *content)
{
    return b_lli_encode(message->b_lli, content);
}

static size_t put_called(const struct signalling *message, uint8_t *content)
{
    return put_number(&message->called, content);
}

static size_t put_calling(const struct signalling *message, uint8_t *content)
{
    return put_number(&message->calling, content);
}

static size_t put_number(const struct atm_address *address, uint8_t *content)
{
    content[0] = LAST_OCTET | UNKNOWN_NUMBER | PLAN_AESA;
    memcpy(content + 1, address->octet, ATM_ADDRESS_SIZE);
    return 1 + ATM_ADDRESS_SIZE;
}

static size_t put_connection(const struct signalling *message, uint8_t *content)
{
    content[0] = (uint8_t)(LAST_OCTET | (message->elements & SIGNALLING_ANY_PATH ? 0 : EXPLICIT_PATH));
    octets_put_u16(content + 1, message->vpci);
    octets_put_u16(content + 3, message->vci);
    return 5;
}

/* Class 0, unspecified, in both directions. */
static size_t put_quality(const struct signalling *message, uint8_t *content)
{
    (void)message;
    content[0] = content[1] = 0;
    return 2;
}

/* The root's side chooses endpoint references as it does the call reference. */
static size_t put_endpoint(const struct signalling *message, uint8_t *content)
{
    unsigned reference = message->endpoint_reference & ~ENDPOINT_FLAG;
    content[0] = 0; /* locally defined integer */
    octets_put_u16(content + 1, (uint16_t)(reference | (message->from_originator ? 0 : ENDPOINT_FLAG)));
    return 3;
}

/* Location: user. */
static size_t put_cause(const struct signalling *message, uint8_t *content)
{
    content[0] = LAST_OCTET;
    content[1] = (uint8_t)(LAST_OCTET | message->cause);
    return 2;
}

static size_t put_call_state(const struct signalling *message, uint8_t *content)
{
    content[0] = message->call_state & 0x3f;
    return 1;
}
