#include "wire/signalling.h"

#include "base/text.h"
#include "wire/signalling_format.h"

#define CONNECTION_TRAILER_SIZE 8 /* BGN and its kin: another word before the trailer */

typedef bool element_reader(struct octets content, struct signalling *signalling);

static element_reader read_cause, read_call_state, read_endpoint, read_aal, read_connection, read_bearer,
    read_b_lli, read_calling, read_called;

/* Information elements that are read; the others are skipped. */
static const struct element {
    uint8_t identifier;
    unsigned flag;
    element_reader *read;
} elements[] = {
    {ELEMENT_CAUSE, SIGNALLING_CAUSE, read_cause},
    {ELEMENT_CALL_STATE, SIGNALLING_CALL_STATE, read_call_state},
    {ELEMENT_ENDPOINT_REFERENCE, SIGNALLING_ENDPOINT, read_endpoint},
    {ELEMENT_AAL_PARAMETERS, SIGNALLING_MAX_SDU, read_aal},
    {ELEMENT_CONNECTION_IDENTIFIER, 0, read_connection},
    {ELEMENT_BEARER_CAPABILITY, SIGNALLING_BEARER, read_bearer},
    {ELEMENT_B_LLI, 0, read_b_lli},
    {ELEMENT_CALLING_NUMBER, SIGNALLING_CALLING, read_calling},
    {ELEMENT_CALLED_NUMBER, SIGNALLING_CALLED, read_called},
};

/* Octets of each PDU type at its end that are not information; 0: a type without information. */
static const uint8_t trailer_sizes[16] = {
    [SSCOP_BGN] = CONNECTION_TRAILER_SIZE,   [SSCOP_BGAK] = CONNECTION_TRAILER_SIZE,
    [SSCOP_END] = CONNECTION_TRAILER_SIZE,   [SSCOP_RS] = CONNECTION_TRAILER_SIZE,
    [SSCOP_BGREJ] = CONNECTION_TRAILER_SIZE, [SSCOP_SD] = SSCOP_TRAILER_SIZE,
    [SSCOP_UD] = SSCOP_TRAILER_SIZE,         [SSCOP_MD] = SSCOP_TRAILER_SIZE,
};

static bool message_decode(struct octets octets, struct signalling *signalling, struct reason *reason);
static void element_decode(uint8_t identifier, struct octets content, struct signalling *signalling);
static bool read_party(struct octets content, struct atm_address *address);
static size_t group_size(struct octets content);
static void put_address(struct text *text, const char *name, const struct atm_address *address);

bool signalling_decode(const uint8_t *data, size_t size, struct signalling *signalling, struct reason *reason)
{
    *signalling = (struct signalling){0};
    if (size < SSCOP_TRAILER_SIZE)
        return reason_set(reason, "SSCOP: the PDU has %zu octets, but its trailer has %d", size,
                          SSCOP_TRAILER_SIZE);
    if (size % 4 != 0)
        return reason_set(reason, "SSCOP: the PDU has %zu octets, which is no multiple of 4", size);
    uint32_t trailer = octets_u32(data + size - SSCOP_TRAILER_SIZE);
    signalling->sscop = trailer >> 24 & 15;
    signalling->sequence = trailer & SSCOP_SEQUENCE_MASK;
    if (!signalling->sscop)
        return reason_set(reason, "SSCOP: octet %zu has PDU type 0, which does not exist",
                          size - SSCOP_TRAILER_SIZE);
    size_t trailer_size = trailer_sizes[signalling->sscop];
    if (!trailer_size)
        return true;
    size_t pad_size = trailer >> 30;
    if (size < trailer_size + pad_size)
        return reason_set(reason, "SSCOP: the PDU has %zu octets, but %zu of trailer and %zu of padding",
                          size, trailer_size, pad_size);
    signalling->information = (struct octets){data, size - trailer_size - pad_size};
    return signalling->sscop != SSCOP_SD || message_decode(signalling->information, signalling, reason);
}

const char *sscop_type_name(unsigned type)
{
    static const char *const names[] = {
#define X(name, value) [value] = #name,
        SSCOP_TYPES(X)
#undef X
    };
    return type < sizeof names / sizeof *names ? names[type] : NULL;
}

const char *call_message_name(unsigned message)
{
    static const char *const names[] = {
#define X(name, value, text) [value] = text,
        CALL_MESSAGES(X)
#undef X
    };
    return message < sizeof names / sizeof *names ? names[message] : NULL;
}

const char *signalling_text(const struct signalling *signalling, char *line, size_t size)
{
    struct text text = text_in(line, size);
    if (!signalling->has_message) {
        const char *type = sscop_type_name(signalling->sscop);
        text_add(&text, "SSCOP %s sequence=%u", type ? type : "UNKNOWN", (unsigned)signalling->sequence);
        if (signalling->information.size)
            text_add(&text, " information=%zu", signalling->information.size);
        return line;
    }
    const char *name = call_message_name(signalling->message);
    if (name)
        text_put(&text, name);
    else
        text_add(&text, "MESSAGE-%02x", signalling->message);
    text_add(&text, " call=%u%s", (unsigned)signalling->call_reference,
             signalling->from_originator ? "" : "'");
    if (signalling->elements & SIGNALLING_CALLED)
        put_address(&text, "called", &signalling->called);
    if (signalling->elements & SIGNALLING_CALLING)
        put_address(&text, "calling", &signalling->calling);
    if (signalling->elements & SIGNALLING_B_LLI && signalling->b_lli == B_LLI_LLC_MULTIPLEXED)
        text_put(&text, " llc-multiplexed");
    else if (signalling->elements & SIGNALLING_B_LLI)
        text_add(&text, " lane-protocol=%d", (int)signalling->b_lli);
    if (signalling->point_to_multipoint)
        text_put(&text, " point-to-multipoint");
    if (signalling->elements & SIGNALLING_ENDPOINT)
        text_add(&text, " endpoint=%u", signalling->endpoint_reference);
    if (signalling->elements & SIGNALLING_CONNECTION && !(signalling->elements & SIGNALLING_ANY_PATH))
        text_add(&text, " vpci=%u", signalling->vpci);
    if (signalling->elements & SIGNALLING_CONNECTION)
        text_add(&text, " vci=%u", signalling->vci);
    if (signalling->elements & SIGNALLING_CAUSE)
        text_add(&text, " cause=%u", signalling->cause);
    if (signalling->elements & SIGNALLING_CALL_STATE)
        text_add(&text, " call-state=%u", signalling->call_state);
    if (signalling->unread_count)
        text_add(&text, " unread=%zu", signalling->unread_count);
    return line;
}

static void put_address(struct text *text, const char *name, const struct atm_address *address)
{
    char digits[ATM_ADDRESS_TEXT_SIZE];
    text_add(text, " %s=%s", name, atm_address_text(address, digits));
}

static bool message_decode(struct octets octets, struct signalling *signalling, struct reason *reason)
{
    const uint8_t *data = octets.data;
    if (octets.size < MESSAGE_HEADER_SIZE)
        return reason_set(reason, "Q.2931: the message has %zu octets, but its header has %d", octets.size,
                          MESSAGE_HEADER_SIZE);
    if (data[0] != PROTOCOL_DISCRIMINATOR)
        return reason_set(reason, "Q.2931: octet 0 is %02x, but the protocol discriminator is %02x", data[0],
                          PROTOCOL_DISCRIMINATOR);
    if ((data[1] & 15) != CALL_REFERENCE_SIZE)
        return reason_set(reason, "Q.2931: octet 1 says a call reference of %u octets, not of %d",
                          data[1] & 15, CALL_REFERENCE_SIZE);
    uint32_t reference = octets_u32(data + 1) & 0xffffff;
    signalling->has_message = true;
    signalling->call_reference = reference & ~ORIGINATOR_FLAG;
    signalling->from_originator = !(reference & ORIGINATOR_FLAG);
    signalling->message = data[5];

    size_t end = MESSAGE_HEADER_SIZE + (size_t)octets_u16(data + 7);
    bool whole = end <= octets.size;
    if (!whole)
        end = octets.size;
    size_t at = MESSAGE_HEADER_SIZE;
    while (at + ELEMENT_HEADER_SIZE <= end) {
        size_t content_size = octets_u16(data + at + 2);
        if (content_size > end - at - ELEMENT_HEADER_SIZE)
            return reason_set(reason,
                              "Q.2931: the information element %02x in octet %zu says %zu octets, but %zu "
                              "are left",
                              data[at], at, content_size, end - at - ELEMENT_HEADER_SIZE);
        element_decode(data[at], (struct octets){data + at + ELEMENT_HEADER_SIZE, content_size}, signalling);
        at += ELEMENT_HEADER_SIZE + content_size;
    }
    if (!whole)
        return reason_set(reason, "Q.2931: octet 7 says %u octets of information elements, but %zu are there",
                          octets_u16(data + 7), octets.size - MESSAGE_HEADER_SIZE);
    return at == end ||
           reason_set(reason, "Q.2931: %zu octets are left behind the last information element", end - at);
}

static void element_decode(uint8_t identifier, struct octets content, struct signalling *signalling)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++) {
        const struct element *element = &elements[i];
        if (element->identifier != identifier)
            continue;
        if (element->read(content, signalling))
            signalling->elements |= element->flag;
        else
            signalling->unread_count++;
        return;
    }
}

static bool read_cause(struct octets content, struct signalling *signalling)
{
    size_t location_size = group_size(content);
    if (location_size >= content.size)
        return false;
    signalling->cause = content.data[location_size] & 0x7f;
    return true;
}

static bool read_call_state(struct octets content, struct signalling *signalling)
{
    if (content.size < 1)
        return false;
    signalling->call_state = content.data[0] & 0x3f;
    return true;
}

/* Type, then a flag and 15 bits. */
static bool read_endpoint(struct octets content, struct signalling *signalling)
{
    if (content.size < 3)
        return false;
    signalling->endpoint_reference = (uint16_t)(octets_u16(content.data + 1) & ~ENDPOINT_FLAG);
    return true;
}

/* AAL type 5, then parameters by identifier: the largest SDU forward (8c) and backward (81), of two octets
 * each; others have one. */
static bool read_aal(struct octets content, struct signalling *signalling)
{
    if (content.size < 1 || content.data[0] != AAL_5)
        return false;
    bool forward = false;
    bool backward = false;
    for (size_t at = 1; at < content.size;) {
        bool is_forward = content.data[at] == AAL_FORWARD_MAX_SDU;
        bool is_backward = content.data[at] == AAL_BACKWARD_MAX_SDU;
        if ((is_forward || is_backward) && at + 3 > content.size)
            return false;
        if (is_forward)
            signalling->forward_max_sdu = octets_u16(content.data + at + 1);
        else if (is_backward)
            signalling->backward_max_sdu = octets_u16(content.data + at + 1);
        forward |= is_forward;
        backward |= is_backward;
        at += is_forward || is_backward ? 3 : 2;
    }
    return forward && backward;
}

/* One octet of what follows and how binding it is, VPCI, VCI. */
static bool read_connection(struct octets content, struct signalling *signalling)
{
    enum { SIGNALLING_PATH = 0, EXPLICIT_PATH = 1, BINDING_VCI = 0, ANY_VCI = 1, WITHOUT_VCI = 4 };
    if (content.size < 1)
        return false;
    unsigned path = content.data[0] >> 3 & 3;
    unsigned binding = content.data[0] & 7;
    if (binding == ANY_VCI || binding == WITHOUT_VCI)
        return true;
    if (content.size < 5 || path > EXPLICIT_PATH || binding != BINDING_VCI)
        return false;
    signalling->vpci = octets_u16(content.data + 1);
    signalling->vci = octets_u16(content.data + 3);
    signalling->elements |= SIGNALLING_CONNECTION;
    if (path == SIGNALLING_PATH)
        signalling->elements |= SIGNALLING_ANY_PATH;
    return true;
}

/* Bearer class and, optionally, traffic type; then the user plane connection configuration. */
static bool read_bearer(struct octets content, struct signalling *signalling)
{
    size_t class_size = group_size(content);
    if (class_size >= content.size)
        return false;
    signalling->point_to_multipoint = (content.data[class_size] & 3) == USER_PLANE_MULTIPOINT;
    return true;
}

/* The first one that is LANE's counts: there may be three, with a repeat indicator. */
static bool read_b_lli(struct octets content, struct signalling *signalling)
{
    enum b_lli b_lli = b_lli_decode(content);
    if (b_lli == B_LLI_NONE || signalling->elements & SIGNALLING_B_LLI)
        return true;
    signalling->b_lli = b_lli;
    signalling->elements |= SIGNALLING_B_LLI;
    return true;
}

static bool read_calling(struct octets content, struct signalling *signalling)
{
    return read_party(content, &signalling->calling);
}

static bool read_called(struct octets content, struct signalling *signalling)
{
    return read_party(content, &signalling->called);
}

/* Type of number and plan, for a calling party perhaps presentation and screening, then the address. */
static bool read_party(struct octets content, struct atm_address *address)
{
    size_t head_size = group_size(content);
    if (content.size != head_size + ATM_ADDRESS_SIZE || (content.data[0] & 15) != PLAN_AESA)
        return false;
    memcpy(address->octet, content.data + head_size, ATM_ADDRESS_SIZE);
    return true;
}

/* Octets up to the first one that says it is the last of its group; at least 1, whatever is there. */
static size_t group_size(struct octets content)
{
    size_t size = 1;
    while (size < content.size && !(content.data[size - 1] & LAST_OCTET))
        size++;
    return size;
}
