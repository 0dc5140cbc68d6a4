/* Sets of frame names that several rules want. */
#ifndef RULES_FRAME_SETS_H
#define RULES_FRAME_SETS_H

#include "wire/frame.h"

/* Questions and announcements that move a LAN destination. */
#define NARP_FRAMES                                                                                          \
    (FRAME_SET(LE_NARP_REQUEST) | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST))
#define REGISTRATION_FRAMES (FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_UNREGISTER_REQUEST))

/* Every LE control frame, known or not. */
#define CONTROL_FRAMES                                                                                       \
    (FRAME_SET(LE_UNKNOWN) | FRAME_SET(LE_CONFIGURE_REQUEST) | FRAME_SET(LE_CONFIGURE_RESPONSE) |            \
     FRAME_SET(LE_JOIN_REQUEST) | FRAME_SET(LE_JOIN_RESPONSE) | FRAME_SET(READY_QUERY) |                     \
     FRAME_SET(READY_IND) | REGISTRATION_FRAMES | FRAME_SET(LE_REGISTER_RESPONSE) |                          \
     FRAME_SET(LE_UNREGISTER_RESPONSE) | FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) |  \
     FRAME_SET(LE_ARP_RESPONSE) | FRAME_SET(LE_FLUSH_REQUEST) | FRAME_SET(LE_FLUSH_RESPONSE) | NARP_FRAMES | \
     FRAME_SET(LE_TOPOLOGY_REQUEST) | FRAME_SET(LE_VERIFY_REQUEST) | FRAME_SET(LE_VERIFY_RESPONSE))

#define ARP_FRAMES (FRAME_SET(ARP_REQUEST) | FRAME_SET(GRATUITOUS_ARP) | FRAME_SET(ARP_REPLY))

/* Every data frame that could be read. */
#define DATA_FRAMES                                                                                          \
    (ARP_FRAMES | FRAME_SET(ADVERTISEMENT) | FRAME_SET(ICMP_ECHO_REQUEST) | FRAME_SET(ICMP_ECHO_REPLY) |     \
     FRAME_SET(ICMP_REDIRECT) | FRAME_SET(ICMP) | FRAME_SET(IPV4) | FRAME_SET(ETHERNET))

/* Every client of an ELAN that can be a device under test. */
#define CLIENT_ROLES (ROLE_ROUTER | ROLE_BRIDGE | ROLE_CLIENT)

#endif
