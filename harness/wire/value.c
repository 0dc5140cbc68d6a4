/* Values of fields: making, comparing, printing. */
#include "wire/field.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/hexadecimal.h"

static bool number_read(const char *text, uint64_t *number);

struct value number_value(uint64_t number)
{
    return (struct value){.kind = VALUE_NUMBER, .number = number};
}

struct value mac_value(struct mac_address mac)
{
    return (struct value){.kind = VALUE_MAC, .mac = mac};
}

struct value atm_value(struct atm_address atm)
{
    return (struct value){.kind = VALUE_ATM, .atm = atm};
}

struct value ipv4_value(struct ipv4_address address)
{
    return (struct value){.kind = VALUE_IPV4, .ipv4 = address};
}

struct value octets8_value(const uint8_t octets[static 8])
{
    struct value value = {.kind = VALUE_OCTETS8};
    memcpy(value.octets8, octets, sizeof value.octets8);
    return value;
}

bool value_equal(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case VALUE_NUMBER:
        return a->number == b->number;
    case VALUE_MAC:
        return mac_equal(a->mac, b->mac);
    case VALUE_ATM:
        return atm_address_equal(&a->atm, &b->atm);
    case VALUE_IPV4:
        return ipv4_equal(a->ipv4, b->ipv4);
    case VALUE_TEXT:
        return strcmp(a->text, b->text) == 0;
    case VALUE_OCTETS8:
        return memcmp(a->octets8, b->octets8, sizeof a->octets8) == 0;
    }
    return false;
}

const char *value_text(enum frame_field field, const struct value *value, char text[static VALUE_TEXT_SIZE])
{
    switch (value->kind) {
    case VALUE_NUMBER:
        snprintf(text, VALUE_TEXT_SIZE, field_is_hexadecimal(field) ? "0x%" PRIx64 : "%" PRIu64,
                 value->number);
        break;
    case VALUE_MAC:
        mac_text(value->mac, text);
        break;
    case VALUE_ATM:
        atm_address_text(&value->atm, text);
        break;
    case VALUE_IPV4:
        ipv4_text(value->ipv4, text);
        break;
    case VALUE_TEXT: {
        size_t size = 0;
        for (; value->text[size]; size++)
            text[size] = value->text[size] > ' ' && value->text[size] <= '~' ? value->text[size] : '_';
        text[size] = '\0';
        break;
    }
    case VALUE_OCTETS8:
        for (size_t i = 0; i < sizeof value->octets8; i++)
            snprintf(text + 2 * i, 3, "%02x", value->octets8[i]);
        break;
    }
    return text;
}

bool value_read(enum frame_field field, const char *text, struct value *value)
{
    *value = (struct value){.kind = field_kind(field)};
    switch (value->kind) {
    case VALUE_NUMBER:
        return number_read(text, &value->number);
    case VALUE_MAC:
        return mac_read(text, &value->mac);
    case VALUE_ATM:
        return strcmp(text, "0") == 0 || atm_address_read(text, &value->atm);
    case VALUE_IPV4:
        return ipv4_read(text, &value->ipv4);
    case VALUE_TEXT:
        if (strlen(text) >= sizeof value->text)
            return false;
        memcpy(value->text, text, strlen(text));
        return true;
    case VALUE_OCTETS8:
        return strlen(text) == 2 * sizeof value->octets8 &&
               hexadecimal_read(text, sizeof value->octets8, value->octets8);
    }
    return false;
}

/* Decimal or 0x…, nothing around it. */
static bool number_read(const char *text, uint64_t *number)
{
    unsigned base = 10;
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        base = 16;
        text += 2;
    }
    if (!*text)
        return false;
    for (*number = 0; *text; text++) {
        static const char digits[] = "0123456789abcdef0123456789ABCDEF";
        const char *digit = strchr(digits, *text);
        unsigned value = digit ? (unsigned)(digit - digits) % 16 : base;
        if (value >= base || *number > (UINT64_MAX - value) / base)
            return false;
        *number = *number * base + value;
    }
    return true;
}
