/* Names of the link types that people meet by mistake (tcpdump.org/linktypes.html). */
#include "input/capture_input.h"

const char *link_type_name(uint16_t link_type)
{
    static const struct row {
        uint16_t link_type;
        const char *name;
    } rows[] = {
        {0, "BSD loopback"},
        {LINK_TYPE_ETHERNET, "Ethernet"},
        {LINK_TYPE_TOKEN_RING, "802.5 token ring"},
        {9, "PPP"},
        {10, "FDDI"},
        {11, "ATM RFC 1483"},
        {19, "Classical IP over ATM"},
        {100, "LLC/SNAP over ATM"},
        {101, "raw IP"},
        {104, "Cisco HDLC"},
        {105, "802.11"},
        {106, "Classical IP over ATM on Linux"},
        {107, "Frame Relay"},
        {108, "loopback"},
        {113, "Linux cooked"},
        {LINK_TYPE_SUNATM, "SUNATM"},
        {127, "802.11 radiotap"},
        {135, "Juniper ATM1"},
        {137, "Juniper ATM2"},
        {147, "user link type 0"},
        {228, "raw IPv4"},
        {229, "raw IPv6"},
        {276, "Linux cooked version 2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].link_type == link_type)
            return rows[i].name;
    return NULL;
}
