#include "notation/channel.h"

#include <stdio.h>

static const struct {
    const char *word;
    uint16_t link_type;
} link_types[] = {
    {"ethernet", LINK_TYPE_ETHERNET}, {"token-ring", LINK_TYPE_TOKEN_RING}, {"sunatm", LINK_TYPE_SUNATM}};

static const char *const directions[] = {
    [DIRECTION_UNKNOWN] = "--", [DIRECTION_INBOUND] = "<-", [DIRECTION_OUTBOUND] = "->"};

const char *link_type_word(uint16_t link_type)
{
    for (size_t i = 0; i < sizeof link_types / sizeof *link_types; i++)
        if (link_types[i].link_type == link_type)
            return link_types[i].word;
    return NULL;
}

bool link_type_of_word(const char *word, uint16_t *link_type)
{
    struct value number;
    for (size_t i = 0; i < sizeof link_types / sizeof *link_types; i++)
        if (strcmp(link_types[i].word, word) == 0) {
            *link_type = link_types[i].link_type;
            return true;
        }
    if (!value_read(FIELD_SIZE, word, &number) || number.number > UINT16_MAX)
        return false;
    *link_type = (uint16_t)number.number;
    return true;
}

const char *direction_word(enum pcapng_direction direction)
{
    return (size_t)direction <= DIRECTION_OUTBOUND ? directions[direction] : directions[DIRECTION_UNKNOWN];
}

bool direction_of_word(const char *word, enum pcapng_direction *direction)
{
    for (unsigned i = 0; i <= DIRECTION_OUTBOUND; i++)
        if (strcmp(directions[i], word) == 0) {
            *direction = (enum pcapng_direction)i;
            return true;
        }
    return false;
}

bool vcc_number_read(const char *text, struct vcc_number *number)
{
    unsigned vpi, vci;
    int size = 0;
    if (*text < '0' || *text > '9' || strlen(text) > 9 || strspn(text, "0123456789/") != strlen(text) ||
        sscanf(text, "%3u/%5u%n", &vpi, &vci, &size) != 2 || text[size] || vpi > UINT8_MAX ||
        vci > UINT16_MAX)
        return false;
    *number = (struct vcc_number){(uint8_t)vpi, (uint16_t)vci};
    return true;
}

unsigned usual_traffic(struct vcc_number vcc, const struct recipe *recipe)
{
    if (vcc.vpi == SIGNALLING_VPI && vcc.vci == SIGNALLING_VCI)
        return TRAFFIC_SIGNALLING;
    bool data = !recipe->named[WORD_OCTETS] && !frame_name_is_control(recipe->name);
    return data && recipe->given[FIELD_ELAN_ID] ? TRAFFIC_LLC : TRAFFIC_LANE;
}

bool carrier_of(uint16_t link_type, unsigned traffic, bool token_ring, struct recipe_carrier *carrier)
{
    switch (link_type) {
    case LINK_TYPE_ETHERNET:
        *carrier = (struct recipe_carrier){CARRIER_ETHERNET, false};
        return true;
    case LINK_TYPE_TOKEN_RING:
        *carrier = (struct recipe_carrier){CARRIER_TOKEN_RING, true};
        return true;
    case LINK_TYPE_SUNATM:
        *carrier = (struct recipe_carrier){token_ring ? CARRIER_LANE_8025 : CARRIER_LANE_8023, token_ring};
        if ((traffic & 15) == TRAFFIC_LLC)
            carrier->carrier = CARRIER_LANE_LLC;
        return (traffic & 15) == TRAFFIC_LLC || (traffic & 15) == TRAFFIC_LANE;
    }
    return false;
}
