#include "wire/octets.h"

static char *put_decimal(char *at, unsigned number);

const char *mac_text(struct mac_address mac, char text[static MAC_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    char *at = text;
    for (size_t i = 0; i < sizeof mac.octet; i++) {
        *at++ = digits[mac.octet[i] >> 4];
        *at++ = digits[mac.octet[i] & 15];
        *at++ = '-';
    }
    at[-1] = '\0';
    return text;
}

struct mac_address mac_reversed(struct mac_address mac)
{
    for (size_t i = 0; i < sizeof mac.octet; i++) {
        uint8_t turned = 0;
        for (unsigned bit = 0; bit < 8; bit++)
            turned |= (uint8_t)((mac.octet[i] >> bit & 1) << (7 - bit));
        mac.octet[i] = turned;
    }
    return mac;
}

const char *ipv4_text(struct ipv4_address address, char text[static IPV4_TEXT_SIZE])
{
    char *at = text;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        at = put_decimal(at, address.number >> (shift - 8) & 255);
        *at++ = '.';
    }
    at[-1] = '\0';
    return text;
}

uint16_t internet_checksum(const uint8_t *data, size_t size)
{
    uint64_t sum = 0;
    for (; size >= 2; data += 2, size -= 2)
        sum += octets_u16(data);
    if (size)
        sum += (uint64_t)data[0] << 8;
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* Writes 'number', below 256, and returns where the next character goes. */
static char *put_decimal(char *at, unsigned number)
{
    if (number >= 100)
        *at++ = (char)('0' + number / 100);
    if (number >= 10)
        *at++ = (char)('0' + number / 10 % 10);
    *at++ = (char)('0' + number % 10);
    return at;
}
