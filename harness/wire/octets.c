#include "wire/octets.h"

#include "base/hexadecimal.h"

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

bool mac_read(const char *text, struct mac_address *mac)
{
    if (strlen(text) != MAC_TEXT_SIZE - 1 || (text[2] != '-' && text[2] != ':'))
        return false;
    for (size_t i = 0; i < sizeof mac->octet; i++)
        if (!hexadecimal_read(text + 3 * i, 1, &mac->octet[i]) || (i && text[3 * i - 1] != text[2]))
            return false;
    return true;
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

bool ipv4_read(const char *text, struct ipv4_address *address)
{
    address->number = 0;
    for (unsigned i = 0; i < 4; i++) {
        size_t size = strspn(text, "0123456789");
        unsigned octet = 0;
        for (size_t at = 0; at < size && at < 3; at++)
            octet = octet * 10 + (unsigned)(text[at] - '0');
        if (size < 1 || size > 3 || octet > 255 || text[size] != (i < 3 ? '.' : '\0'))
            return false;
        address->number = address->number << 8 | octet;
        text += size + 1;
    }
    return true;
}

uint16_t internet_checksum(const uint8_t *data, size_t size)
{
    /* The sum does not depend on the order of the octets in a word, if only the result is in the same one,
     * nor on the size of the words (RFC 1071 2). */
    uint64_t sum = 0;
    uint32_t word;
    for (; size >= sizeof word; data += sizeof word, size -= sizeof word) {
        memcpy(&word, data, sizeof word);
        sum += word;
    }
    if (size) {
        word = 0;
        memcpy(&word, data, size);
        sum += word;
    }
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    uint16_t folded = (uint16_t)sum;
    uint8_t octets[sizeof folded];
    memcpy(octets, &folded, sizeof folded);
    return (uint16_t)~octets_u16(octets);
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
