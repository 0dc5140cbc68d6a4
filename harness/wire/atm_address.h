/* ATM end system addresses (20 octets, lane-wire 8) and the B-LLI code points of LANE VCCs (lane-wire 11). */
#ifndef WIRE_ATM_ADDRESS_H
#define WIRE_ATM_ADDRESS_H

#include "wire/octets.h"

#define ATM_ADDRESS_SIZE 20

/* AESA: 13 octets network prefix, 6 octets end system identifier, 1 octet selector. */
struct atm_address {
    uint8_t octet[ATM_ADDRESS_SIZE];
};

static inline bool atm_address_equal(const struct atm_address *a, const struct atm_address *b)
{
    return memcmp(a->octet, b->octet, ATM_ADDRESS_SIZE) == 0;
}

/* True for 20 octets of 00, the "zero ATM address" of no-source LE_NARP. */
bool atm_address_is_zero(const struct atm_address *address);

/* The address made of 'prefix' (13 octets), 'esi' and 'selector'. */
struct atm_address atm_address_of(const uint8_t prefix[static 13], struct mac_address esi, uint8_t selector);

/* 40 hexadecimal digits. */
#define ATM_ADDRESS_TEXT_SIZE 41
const char *atm_address_text(const struct atm_address *address, char text[static ATM_ADDRESS_TEXT_SIZE]);

/* Reads 40 hexadecimal digits (dots between octets allowed); false if 'text' is something else. */
bool atm_address_read(const char *text, struct atm_address *address);

/* What a SETUP's broadband low layer information says about a VCC. The numbers are the LANE protocol ids. */
enum b_lli {
    B_LLI_NONE = 0,
    B_LLI_CONTROL = 1, /* Configuration Direct, Control Direct, Control Distribute */
    B_LLI_DATA_DIRECT_8023 = 2,
    B_LLI_DATA_DIRECT_8025 = 3,
    B_LLI_MULTICAST_8023 = 4, /* Multicast Send and Forward */
    B_LLI_MULTICAST_8025 = 5,
    B_LLI_LLC_MULTIPLEXED = 6, /* no LANE id: layer 2 = LAN LLC */
};

/* The content octets of the B-LLI information element, without its 4-octet header. Returns their number (9,
 * or 1 for B_LLI_LLC_MULTIPLEXED, or 0 for B_LLI_NONE). */
#define B_LLI_MAX_SIZE 9
size_t b_lli_encode(enum b_lli b_lli, uint8_t content[static B_LLI_MAX_SIZE]);

/* Reads the content octets; B_LLI_NONE when they are none of LANE's. */
enum b_lli b_lli_decode(struct octets content);

#endif
