/* The numbers of the pcapng format (draft-ietf-opsawg-pcapng) and of its link types, once for the writer
 * (output/pcapng.h) and the reader (input/capture_input.h).
 */
#ifndef WIRE_PCAPNG_FORMAT_H
#define WIRE_PCAPNG_FORMAT_H

/* Link types (tcpdump.org/linktypes.html) that carry LANE or VRRP. */
#define LINK_TYPE_ETHERNET   1
#define LINK_TYPE_TOKEN_RING 6   /* 802.5 from AC on */
#define LINK_TYPE_SUNATM     123 /* 4 octets of direction, traffic type, VPI and VCI, then the AAL5 SDU */

/* Which way a packet went at the interface of the device: the two low bits of a packet's flags (4.3.1). */
enum pcapng_direction { DIRECTION_UNKNOWN = 0, DIRECTION_INBOUND = 1, DIRECTION_OUTBOUND = 2 };

/* Block types (4.1 to 4.6). */
#define BLOCK_SECTION       0x0a0d0d0au
#define BLOCK_INTERFACE     1u
#define BLOCK_PACKET_OLD    2u /* the obsolete Packet Block (appendix A) */
#define BLOCK_PACKET_SIMPLE 3u
#define BLOCK_STATISTICS    5u
#define BLOCK_PACKET        6u /* enhanced */

#define BYTE_ORDER_MARK 0x1a2b3c4du /* of a Section Header Block, in the order of its writer */

/* Options (3.5, 4.1 to 4.6). */
enum pcapng_option {
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_SECTION_HARDWARE = 2,
    OPTION_SECTION_SYSTEM = 3,
    OPTION_SECTION_APPLICATION = 4,
    OPTION_INTERFACE_NAME = 2,
    OPTION_INTERFACE_DESCRIPTION = 3,
    OPTION_INTERFACE_RESOLUTION = 9,
    OPTION_INTERFACE_FCS_SIZE = 13,
    OPTION_INTERFACE_OFFSET = 14,
    OPTION_PACKET_FLAGS = 2,
    OPTION_PACKET_DROPPED = 4,
    OPTION_STATISTICS_INTERFACE_DROPPED = 5,
    OPTION_STATISTICS_SYSTEM_DROPPED = 7
};

#endif
