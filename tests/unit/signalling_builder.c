#include "signalling_builder.h"

#include <check.h>

#define SSCOP_SD 8

struct built_message message_start(uint8_t type, uint32_t call_reference)
{
    struct built_message message = {.octets = {0x09, 0x03}, .size = 9};
    message.octets[2] = (uint8_t)(call_reference >> 16);
    octets_put_u16(message.octets + 3, (uint16_t)call_reference);
    message.octets[5] = type;
    message.octets[6] = 0x80;
    return message;
}

void message_element(struct built_message *message, uint8_t identifier, const void *content, size_t size)
{
    uint8_t *at = message->octets + message->size;
    ck_assert_uint_le(message->size + 4 + size + 8, sizeof message->octets);
    at[0] = identifier;
    at[1] = 0x80;
    octets_put_u16(at + 2, (uint16_t)size);
    if (size)
        memcpy(at + 4, content, size);
    message->size += 4 + size;
    octets_put_u16(message->octets + 7, (uint16_t)(message->size - 9));
}

static void party(struct built_message *message, uint8_t identifier, const struct atm_address *address)
{
    uint8_t content[1 + ATM_ADDRESS_SIZE] = {0x82};
    memcpy(content + 1, address->octet, ATM_ADDRESS_SIZE);
    message_element(message, identifier, content, sizeof content);
}

void message_called(struct built_message *message, const struct atm_address *address)
{
    party(message, 0x70, address);
}

void message_calling(struct built_message *message, const struct atm_address *address)
{
    party(message, 0x6c, address);
}

void message_b_lli(struct built_message *message, uint16_t b_lli)
{
    uint8_t content[] = {0x6b, 0x40, 0x80, 0x80, 0x00, 0xa0, 0x3e, 0x00, (uint8_t)b_lli};
    message_element(message, 0x5f, content, sizeof content);
}

void message_bearer(struct built_message *message, bool point_to_multipoint)
{
    message_element(message, 0x5e, point_to_multipoint ? "\x90\x81" : "\x90\x80", 2);
}

void message_connection(struct built_message *message, uint16_t vpci, uint16_t vci)
{
    uint8_t content[5] = {0x88};
    octets_put_u16(content + 1, vpci);
    octets_put_u16(content + 3, vci);
    message_element(message, 0x5a, content, sizeof content);
}

void message_endpoint(struct built_message *message, uint16_t reference)
{
    uint8_t content[3] = {0};
    octets_put_u16(content + 1, reference);
    message_element(message, 0x54, content, sizeof content);
}

void message_cause(struct built_message *message, uint8_t cause)
{
    uint8_t content[2] = {0x80, (uint8_t)(0x80 | cause)};
    message_element(message, 0x08, content, sizeof content);
}

size_t message_pdu(const struct built_message *message, uint32_t sequence, uint8_t pdu[static BUILT_PDU_ROOM])
{
    size_t pad_size = (4 - message->size % 4) % 4;
    memcpy(pdu, message->octets, message->size);
    memset(pdu + message->size, 0, pad_size);
    octets_put_u32(pdu + message->size + pad_size,
                   (uint32_t)pad_size << 30 | (uint32_t)SSCOP_SD << 24 | sequence);
    return message->size + pad_size + 4;
}

size_t sscop_pdu(uint8_t type, uint32_t sequence, uint8_t pdu[static BUILT_PDU_ROOM])
{
    octets_put_u32(pdu, 1);
    octets_put_u32(pdu + 4, (uint32_t)type << 24 | sequence);
    return 8;
}
