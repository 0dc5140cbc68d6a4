/* The Integrity Check Value of HMAC-MD5-96 over a datagram (RFC 2402 3.3.3, RFC 2403). */
#include <nettle/hmac.h>

#include "wire/authentication_header.h"
#include "wire/ethernet.h"

#define ICV_OFFSET (IPV4_HEADER_SIZE + AUTHENTICATION_HEADER_SIZE - ICV_SIZE)

static bool has_form(const uint8_t *datagram, size_t size);
static void compute(const uint8_t *datagram, size_t size, struct octets key, uint8_t icv[static ICV_SIZE]);

bool authentication_header_sign(uint8_t *datagram, size_t size, struct octets key)
{
    if (!has_form(datagram, size))
        return false;
    compute(datagram, size, key, datagram + ICV_OFFSET);
    return true;
}

bool authentication_header_is_good(struct octets datagram, struct octets key)
{
    uint8_t icv[ICV_SIZE];
    if (!has_form(datagram.data, datagram.size))
        return false;
    compute(datagram.data, datagram.size, key, icv);
    return memcmp(icv, datagram.data + ICV_OFFSET, ICV_SIZE) == 0;
}

/* An IP header without options, and an authentication header with an ICV of 96 bits. */
static bool has_form(const uint8_t *datagram, size_t size)
{
    return size >= IPV4_HEADER_SIZE + AUTHENTICATION_HEADER_SIZE &&
           datagram[0] == (4 << 4 | IPV4_HEADER_SIZE / 4) && datagram[9] == IPV4_PROTOCOL_AH &&
           datagram[IPV4_HEADER_SIZE + 1] == AUTHENTICATION_HEADER_SIZE / 4 - 2;
}

/* What may change on the way counts as zero: type of service, flags and fragment offset, TTL and checksum of
 * the IP header, and the ICV itself (RFC 2402 3.3.3.1). */
static void compute(const uint8_t *datagram, size_t size, struct octets key, uint8_t icv[static ICV_SIZE])
{
    uint8_t headers[IPV4_HEADER_SIZE + AUTHENTICATION_HEADER_SIZE];
    memcpy(headers, datagram, sizeof headers);
    headers[1] = 0;
    octets_put_u16(headers + 6, 0);
    headers[8] = 0;
    octets_put_u16(headers + 10, 0);
    memset(headers + ICV_OFFSET, 0, ICV_SIZE);
    struct hmac_md5_ctx context;
    hmac_md5_set_key(&context, key.size, key.data);
    hmac_md5_update(&context, sizeof headers, headers);
    hmac_md5_update(&context, size - sizeof headers, datagram + sizeof headers);
    hmac_md5_digest(&context, ICV_SIZE, icv);
}
