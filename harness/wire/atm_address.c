#include "wire/atm_address.h"

/* B-LLI octets of a LANE VCC before its protocol id: layer 3 = ISO/IEC TR 9577 (0x6b), IPI = SNAP (0x40
 * 0x80), SNAP id 00 (0x80), OUI 00-A0-3E (lane-wire 11). */
static const uint8_t lane_layer_3[] = {0x6b, 0x40, 0x80, 0x80, 0x00, 0xa0, 0x3e};

/* Layer 2 = LAN LLC, ISO 8802/2 (lane-wire 11). */
#define LAYER_2_LAN_LLC 0xcc

static int hexadecimal_digit(char digit);

bool atm_address_is_zero(const struct atm_address *address)
{
    static const struct atm_address zero;
    return atm_address_equal(address, &zero);
}

struct atm_address atm_address_of(const uint8_t prefix[static 13], struct mac_address esi, uint8_t selector)
{
    struct atm_address address;
    memcpy(address.octet, prefix, 13);
    memcpy(address.octet + 13, esi.octet, sizeof esi.octet);
    address.octet[19] = selector;
    return address;
}

const char *atm_address_text(const struct atm_address *address, char text[static ATM_ADDRESS_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < ATM_ADDRESS_SIZE; i++) {
        text[2 * i] = digits[address->octet[i] >> 4];
        text[2 * i + 1] = digits[address->octet[i] & 15];
    }
    text[2 * ATM_ADDRESS_SIZE] = '\0';
    return text;
}

bool atm_address_read(const char *text, struct atm_address *address)
{
    struct atm_address read;
    for (size_t i = 0; i < ATM_ADDRESS_SIZE; i++) {
        if (i > 0 && *text == '.')
            text++;
        int high = hexadecimal_digit(text[0]);
        int low = high < 0 ? -1 : hexadecimal_digit(text[1]);
        if (low < 0)
            return false;
        read.octet[i] = (uint8_t)(high << 4 | low);
        text += 2;
    }
    if (*text)
        return false;
    *address = read;
    return true;
}

size_t b_lli_encode(enum b_lli b_lli, uint8_t content[static B_LLI_MAX_SIZE])
{
    switch (b_lli) {
    case B_LLI_NONE:
        return 0;
    case B_LLI_CONTROL:
    case B_LLI_DATA_DIRECT_8023:
    case B_LLI_DATA_DIRECT_8025:
    case B_LLI_MULTICAST_8023:
    case B_LLI_MULTICAST_8025:
        memcpy(content, (const uint8_t[]){0x6b, 0x40, 0x80, 0x80, 0x00, 0xa0, 0x3e, 0x00}, 8);
        content[8] = (uint8_t)b_lli;
        return 9;
    case B_LLI_LLC_MULTIPLEXED:
        content[0] = LAYER_2_LAN_LLC;
        return 1;
    }
    return 0;
}

enum b_lli b_lli_decode(struct octets content)
{
    if (content.size == 1 && content.data[0] == LAYER_2_LAN_LLC)
        return B_LLI_LLC_MULTIPLEXED;
    if (content.size != sizeof lane_layer_3 + 2 ||
        memcmp(content.data, lane_layer_3, sizeof lane_layer_3) != 0)
        return B_LLI_NONE;
    uint16_t protocol_id = octets_u16(content.data + sizeof lane_layer_3);
    if (protocol_id < B_LLI_CONTROL || protocol_id > B_LLI_MULTICAST_8025)
        return B_LLI_NONE;
    return (enum b_lli)protocol_id;
}

static int hexadecimal_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}
