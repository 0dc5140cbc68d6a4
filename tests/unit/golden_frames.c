#include "golden_frames.h"

#include <check.h>

#define ATM1     "47000580ffe1000000f21a2b3c 00205a010101 00 "
#define ATM2     "47000580ffe1000000f21a2b3c 00205a020202 00 "
#define ATM3     "47000580ffe1000000f21a2b3c 00205a030303 00 "
#define ATM1TEXT "47000580ffe1000000f21a2b3c00205a01010100"
#define ATM2TEXT "47000580ffe1000000f21a2b3c00205a02020200"
#define ATM3TEXT "47000580ffe1000000f21a2b3c00205a03030300"
#define NO_ATM   "00000000000000000000 00000000000000000000 "
#define NO_LAN   "0000 000000000000 "
#define VMAC_LAN "0001 00005e000101 "
#define HOST_LAN "0001 00205a020202 "
#define NO_SIZES "00 00 00 00 " /* LAN-TYPE, MAXIMUM-FRAME-SIZE, NUMBER-TLVs, ELAN-NAME-SIZE */
#define ONE_TLV  "00 00 01 00 "
#define NO_NAME  "0000000000000000 0000000000000000 0000000000000000 0000000000000000 "
#define NAMED    "767272702d656c61 6e00000000000000 0000000000000000 0000000000000000 " /* vrrp-elan */
#define MUX_TLV  "00a03e2b 14 47000580ffe1000000f21a2b3c00205a01010101 "
#define ID_TLV   "00a03e12 04 00000102 "

/* IPv4 header and message of the advertisement in lane-wire 14. */
#define ADVERTISEMENT_IP                                                                                     \
    "45c00028 00010000 ff70d087 0a00000b e0000012 2101640100017 0fb 0a000001 0000000000000000 "

const struct golden_frame golden_frames[] = {
    {CARRIER_LANE_8023, FRAME_LE_CONFIGURE_REQUEST, LAYER_CONTROL,
     "LE_CONFIGURE_REQUEST lecid=0 tid=0x1 v2-capable=1 source=00-20-5a-02-02-02 source-atm=" ATM2TEXT
     " lan-type=1 max-frame-size=1 elan-name=vrrp-elan",
     "ff000101 0001 0000 00000001 0000 0002 " HOST_LAN NO_LAN ATM2 "01 01 00 09 " NO_ATM NAMED},
    {CARRIER_LANE_8023, FRAME_LE_CONFIGURE_RESPONSE, LAYER_CONTROL,
     "LE_CONFIGURE_RESPONSE lecid=0 tid=0x1 status=0 v2-capable=1 v2-required=1 source=00-20-5a-02-02-02 "
     "source-atm=" ATM2TEXT " target-atm=" ATM3TEXT " lan-type=1 max-frame-size=1 elan-name=vrrp-elan tlvs=1",
     "ff000101 0101 0000 00000001 0000 000a " HOST_LAN NO_LAN ATM2 "01 01 01 09 " ATM3 NAMED
     "00a03e01 02 001e "},
    {CARRIER_LANE_8023, FRAME_LE_JOIN_REQUEST, LAYER_CONTROL,
     "LE_JOIN_REQUEST lecid=0 tid=0x2 proxy=1 source-atm=" ATM2TEXT
     " lan-type=2 max-frame-size=4 elan-name=vrrp-elan",
     "ff000101 0002 0000 00000002 0000 0080 " NO_LAN NO_LAN ATM2 "02 04 00 09 " NO_ATM NAMED},
    {CARRIER_LANE_8023, FRAME_LE_JOIN_RESPONSE, LAYER_CONTROL,
     "LE_JOIN_RESPONSE lecid=7 tid=0x2 status=0 proxy=1 v2-required=1 source-atm=" ATM2TEXT
     " lan-type=2 max-frame-size=4 elan-name=vrrp-elan tlvs=1 elan-id=258",
     "ff000101 0102 0000 00000002 0007 0088 " NO_LAN NO_LAN ATM2 "02 04 01 09 " NO_ATM NAMED ID_TLV},
    {CARRIER_LANE_8023, FRAME_READY_QUERY, LAYER_CONTROL, "READY_QUERY", "ff0001010003"},
    {CARRIER_LANE_8023, FRAME_READY_IND, LAYER_CONTROL, "READY_IND", "ff0001010103"},

    /* lane-wire 14: register VMAC */
    {CARRIER_LANE_8023, FRAME_LE_REGISTER_REQUEST, LAYER_CONTROL,
     "LE_REGISTER_REQUEST lecid=5 tid=0x11 source=00-00-5e-00-01-01 source-atm=" ATM1TEXT,
     "ff 00 01 01 00 04 00 00 00 00 00 11 00 05 00 00"
     "00 01 00 00 5e 00 01 01 00 00 00 00 00 00 00 00"
     "47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a"
     "01 01 01 00 00 00 00 00 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00 00 00 00 00"},
    /* lane-wire 14: failure answer "duplicate" */
    {CARRIER_LANE_8023, FRAME_LE_REGISTER_RESPONSE, LAYER_CONTROL,
     "LE_REGISTER_RESPONSE lecid=5 tid=0x11 status=4 source=00-00-5e-00-01-01 source-atm=" ATM1TEXT,
     "ff000101 0104 0004 00000011 0005 0000 " VMAC_LAN NO_LAN ATM1 NO_SIZES NO_ATM NO_NAME},
    /* lane-wire 14: unregister, the same with op-code 0005 */
    {CARRIER_LANE_8023, FRAME_LE_UNREGISTER_REQUEST, LAYER_CONTROL,
     "LE_UNREGISTER_REQUEST lecid=5 tid=0x11 source=00-00-5e-00-01-01 source-atm=" ATM1TEXT,
     "ff000101 0005 0000 00000011 0005 0000 " VMAC_LAN NO_LAN ATM1 NO_SIZES NO_ATM NO_NAME},
    {CARRIER_LANE_8023, FRAME_LE_UNREGISTER_RESPONSE, LAYER_CONTROL,
     "LE_UNREGISTER_RESPONSE lecid=5 tid=0x11 status=0 source=00-00-5e-00-01-01 source-atm=" ATM1TEXT,
     "ff000101 0105 0000 00000011 0005 0000 " VMAC_LAN NO_LAN ATM1 NO_SIZES NO_ATM NO_NAME},

    /* lane-wire 14: LE_ARP_REQUEST for the VMAC by a host */
    {CARRIER_LANE_8023, FRAME_LE_ARP_REQUEST, LAYER_CONTROL,
     "LE_ARP_REQUEST lecid=7 tid=0x16 source=00-20-5a-02-02-02 target=00-00-5e-00-01-01 source-atm=" ATM2TEXT,
     "ff 00 01 01 00 06 00 00 00 00 00 16 00 07 00 00"
     "00 01 00 20 5a 02 02 02 00 01 00 00 5e 00 01 01"
     "47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a"
     "02 02 02 00 00 00 00 00 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00 00 00 00 00"},
    /* lane-wire 14: its response by a proxy */
    {CARRIER_LANE_8023, FRAME_LE_ARP_RESPONSE, LAYER_CONTROL,
     "LE_ARP_RESPONSE lecid=7 tid=0x16 status=0 remote=1 source=00-20-5a-02-02-02 target=00-00-5e-00-01-01 "
     "source-atm=" ATM2TEXT " target-atm=" ATM1TEXT,
     "ff000101 0106 0000 00000016 0007 0001 " HOST_LAN VMAC_LAN ATM2 NO_SIZES ATM1 NO_NAME},
    /* lane-wire 14: targetless LE_ARP_REQUEST for the VMAC */
    {CARRIER_LANE_8023, FRAME_TARGETLESS_LE_ARP_REQUEST, LAYER_CONTROL,
     "TARGETLESS_LE_ARP_REQUEST lecid=5 tid=0x13 source=00-00-5e-00-01-01 source-atm=" ATM1TEXT,
     "ff 00 01 01 00 06 00 00 00 00 00 13 00 05 00 00"
     "00 01 00 00 5e 00 01 01 00 00 00 00 00 00 00 00"
     "47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a"
     "01 01 01 00 00 00 00 00 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00 00 00 00 00"},
    /* lane-wire 14: the same with an LLC-Muxed-ATM-Address TLV, 133 octets */
    {CARRIER_LANE_8023, FRAME_TARGETLESS_LE_ARP_REQUEST, LAYER_CONTROL,
     "TARGETLESS_LE_ARP_REQUEST lecid=5 tid=0x13 source=00-00-5e-00-01-01 source-atm=" ATM1TEXT
     " tlvs=1 llc-muxed-atm=47000580ffe1000000f21a2b3c00205a01010101",
     "ff000101 0006 0000 00000013 0005 0000 " VMAC_LAN NO_LAN ATM1 ONE_TLV NO_ATM NO_NAME MUX_TLV},
    {CARRIER_LANE_8023, FRAME_LE_FLUSH_REQUEST, LAYER_CONTROL,
     "LE_FLUSH_REQUEST lecid=7 tid=0x17 source-atm=" ATM2TEXT " target-atm=" ATM1TEXT,
     "ff000101 0007 0000 00000017 0007 0000 " NO_LAN NO_LAN ATM2 NO_SIZES ATM1 NO_NAME},
    {CARRIER_LANE_8023, FRAME_LE_FLUSH_RESPONSE, LAYER_CONTROL,
     "LE_FLUSH_RESPONSE lecid=7 tid=0x17 status=0 source-atm=" ATM2TEXT " target-atm=" ATM1TEXT,
     "ff000101 0107 0000 00000017 0007 0000 " NO_LAN NO_LAN ATM2 NO_SIZES ATM1 NO_NAME},
    {CARRIER_LANE_8023, FRAME_LE_NARP_REQUEST, LAYER_CONTROL,
     "LE_NARP_REQUEST lecid=5 tid=0x18 target=00-00-5e-00-01-01 source-atm=" ATM1TEXT " target-atm=" ATM2TEXT,
     "ff000101 0008 0000 00000018 0005 0000 " NO_LAN VMAC_LAN ATM1 NO_SIZES ATM2 NO_NAME},
    /* lane-wire 14: no-source LE_NARP_REQUEST */
    {CARRIER_LANE_8023, FRAME_NO_SOURCE_LE_NARP_REQUEST, LAYER_CONTROL,
     "NO_SOURCE_LE_NARP_REQUEST lecid=5 tid=0x14 target=00-00-5e-00-01-01 target-atm=" ATM1TEXT,
     "ff 00 01 01 00 08 00 00 00 00 00 14 00 05 00 00"
     "00 00 00 00 00 00 00 00 00 01 00 00 5e 00 01 01"
     "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00"
     "47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a 01 01 01 00" NO_NAME},
    /* lane-wire 14: VRRP v1 LE_NARP_REQUEST */
    {CARRIER_LANE_8023, FRAME_ZERO_LE_NARP_REQUEST, LAYER_CONTROL,
     "ZERO_LE_NARP_REQUEST lecid=5 tid=0x15 target=00-00-5e-00-01-01",
     "ff 00 01 01 00 08 00 00 00 00 00 15 00 05 00 00"
     "00 00 00 00 00 00 00 00 00 01 00 00 5e 00 01 01"
     "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00 00 00" NO_ATM NO_NAME},
    {CARRIER_LANE_8023, FRAME_LE_TOPOLOGY_REQUEST, LAYER_CONTROL,
     "LE_TOPOLOGY_REQUEST lecid=6 tid=0x19 topology-change=1",
     "ff000101 0009 0000 00000019 0006 0100 " NO_LAN NO_LAN NO_ATM NO_SIZES NO_ATM NO_NAME},
    {CARRIER_LANE_8023, FRAME_LE_VERIFY_REQUEST, LAYER_CONTROL,
     "LE_VERIFY_REQUEST lecid=5 tid=0x1a target-atm=" ATM3TEXT,
     "ff000101 000a 0000 0000001a 0005 0000 " NO_LAN NO_LAN NO_ATM NO_SIZES ATM3 NO_NAME},
    {CARRIER_LANE_8023, FRAME_LE_VERIFY_RESPONSE, LAYER_CONTROL,
     "LE_VERIFY_RESPONSE lecid=5 tid=0x1a status=24 target-atm=" ATM3TEXT,
     "ff000101 010a 0018 0000001a 0005 0000 " NO_LAN NO_LAN NO_ATM NO_SIZES ATM3 NO_NAME},
    /* lane-wire 2: an LE_NARP has no response; here with a route descriptor and flags without a field of
       their own */
    {CARRIER_LANE_8023, FRAME_LE_UNKNOWN, LAYER_CONTROL,
     "LE_UNKNOWN lecid=5 tid=0x14 opcode=0x108 version=2 flags=0x204 source-tag=2 target=00-00-5e-00-01-01",
     "ff000102 0108 0000 00000014 0005 0204 0002 000000000ab5" VMAC_LAN NO_ATM NO_SIZES NO_ATM NO_NAME},
    {CARRIER_LANE_8023, FRAME_LE_UNKNOWN, LAYER_CONTROL,
     "LE_UNKNOWN lecid=5 tid=0x14 opcode=0x108 source=00-00-5e-00-01-01 target-tag=2",
     "ff000101 0108 0000 00000014 0005 0000 " VMAC_LAN "0002 000000000ab5" NO_ATM NO_SIZES NO_ATM NO_NAME},
    /* a control frame in a token ring ELAN reads the same */
    {CARRIER_LANE_8025, FRAME_ZERO_LE_NARP_REQUEST, LAYER_CONTROL,
     "ZERO_LE_NARP_REQUEST lecid=5 tid=0x15 target=00-00-7a-00-80-80",
     "ff000101 0008 0000 00000015 0005 0000 " NO_LAN "0001 00007a008080" NO_ATM NO_SIZES NO_ATM NO_NAME},

    /* lane-wire 14: advertisement as 802.3 LE data */
    {CARRIER_LANE_8023, FRAME_ADVERTISEMENT, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_IPV4 | LAYER_VRRP,
     "ADVERTISEMENT lecid=5 from=00-00-5e-00-01-01 ip=10.0.0.11 vrid=1 priority=100 address=10.0.0.1",
     "00 05 01 00 5e 00 00 12 00 00 5e 00 01 01 08 00"
     "45 c0 00 28 00 01 00 00 ff 70 d0 87 0a 00 00 0b"
     "e0 00 00 12 21 01 64 01 00 01 70 fb 0a 00 00 01"
     "00 00 00 00 00 00 00 00 00 00 00 00 00 00"},
    /* vrrp 9: whole Ethernet frame */
    {CARRIER_ETHERNET, FRAME_ADVERTISEMENT, LAYER_ETHERNET | LAYER_IPV4 | LAYER_VRRP,
     "ADVERTISEMENT from=00-00-5e-00-01-01 ip=10.0.0.3 vrid=1 priority=100 address=10.0.0.1",
     "01 00 5e 00 00 12 00 00 5e 00 01 01 08 00"
     "45 00 00 28 00 00 00 00 ff 70 d1 50 0a 00 00 03 e0 00 00 12"
     "21 01 64 01 00 01 70 fb 0a 00 00 01 00 00 00 00 00 00 00 00"
     "00 00 00 00 00 00"},
    /* everything unusual at once: unicast, TTL 254 (and with it a wrong IP checksum), version 3, type 2, two
     * addresses, password, interval, wrong VRRP checksum */
    {CARRIER_LANE_8023, FRAME_ADVERTISEMENT, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_IPV4 | LAYER_VRRP,
     "ADVERTISEMENT lecid=5 to=00-20-5a-02-02-02 from=00-00-5e-00-01-01 ip=10.0.0.11 ip-to=10.0.0.7 ttl=254 "
     "ip-checksum=0 vrrp-version=3 vrrp-type=2 vrid=1 priority=0 addresses=2 address=10.0.0.1 auth=1 "
     "auth-data=7672727031000000 interval=3 checksum=0",
     "0005 00205a020202 00005e000101 0800 45c0002c 00010000 fe70d087 0a00000b 0a000007"
     "32010002 01031111 0a000001 0a000002 7672727031000000"},
    /* LLC/SNAP on 802.3 and a VRRP message that lacks its Authentication Data */
    {CARRIER_LANE_8023, FRAME_ADVERTISEMENT, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_IPV4 | LAYER_VRRP,
     "ADVERTISEMENT lecid=5 from=00-00-5e-00-01-01 ip=10.0.0.11 vrid=1 priority=100 address=10.0.0.1 "
     "vrrp-size=12",
     "0005 01005e000012 00005e000101 0028 aaaa03000000 0800 45c00020 00010000 ff70d08f 0a00000b e0000012"
     "21016401 000170fb 0a000001"},
    /* octets behind the Authentication Data */
    {CARRIER_ETHERNET, FRAME_ADVERTISEMENT, LAYER_ETHERNET | LAYER_IPV4 | LAYER_VRRP,
     "ADVERTISEMENT from=00-00-5e-00-01-01 ip=10.0.0.3 vrid=1 priority=100 address=10.0.0.1 vrrp-size=24",
     "01005e000012 00005e000101 0800 4500002c 00000000 ff70d14c 0a000003 e0000012"
     "21016401 000170fb 0a000001 0000000000000000 00000000"},
    /* the advertisement of lane-wire 14 on a ring, from AC on */
    {CARRIER_TOKEN_RING, FRAME_ADVERTISEMENT, LAYER_ETHERNET | LAYER_IPV4 | LAYER_VRRP,
     "ADVERTISEMENT to=c0-00-00-04-00-00 from=00-00-5e-00-01-01 ip=10.0.0.11 vrid=1 priority=100 "
     "address=10.0.0.1",
     "10 40 c00000040000 00005e000101 aaaa03000000 0800 " ADVERTISEMENT_IP},
    /* authentication type 2: the header of RFC 2402 before the message; its digest is the first 96 bits of
     * HMAC-MD5 with the key "sixteen octets k", computed by Python's hmac */
    {CARRIER_ETHERNET, FRAME_ADVERTISEMENT, LAYER_ETHERNET | LAYER_IPV4 | LAYER_AH | LAYER_VRRP,
     "ADVERTISEMENT from=00-00-5e-00-01-07 ip=10.0.0.3 spi=0x12345678 ah-seq=3 vrid=7 priority=200 "
     "address=10.0.0.9 auth=2",
     "01005e000012 00005e000107 0800 45c00040 12344000 ff337e81 0a000003 e0000012"
     "70040000 12345678 00000003 109c9d5b1a6f2e5c07bdf234 2107c801 02010aed 0a000009 0000000000000000"},
    /* its length goes beyond the datagram */
    {CARRIER_ETHERNET, FRAME_IPV4, LAYER_ETHERNET | LAYER_IPV4,
     "IPV4 to=01-00-5e-00-00-12 from=00-00-5e-00-01-07 ip=10.0.0.3 ip-to=224.0.0.18 ttl=255 protocol=51 "
     "ip-checksum=0 size=46 (AH: the length 4 is a header of 24 octets; 12 are left)",
     "01005e000012 00005e000107 0800 45c00020 12344000 ff337e81 0a000003 e0000012"
     "70040000 12345678 00000003"},
    /* an advertisement too short to be read */
    {CARRIER_LANE_8023, FRAME_ADVERTISEMENT, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_IPV4,
     "ADVERTISEMENT lecid=5 from=00-00-5e-00-01-01 ip=10.0.0.11 (VRRP: the message has 7 octets, but its "
     "header "
     "has 8)",
     "0005 01005e000012 00005e000101 0800 45c0001b 00010000 ff70d094 0a00000b e0000012 21016401 000170"},
    /* functional mode: real source address, functional destination, source routed */
    {CARRIER_LANE_8025, FRAME_ADVERTISEMENT, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_IPV4 | LAYER_VRRP,
     "ADVERTISEMENT lecid=5 to=c0-00-00-04-00-00 from=00-04-5a-80-80-80 route=STE:0ab-1-0ac ip=10.0.0.11 "
     "vrid=1 priority=100 address=10.0.0.1",
     "0005 00 40 c00000040000 80045a808080 c670 0ab1 0ac0 aaaa03000000 0800" ADVERTISEMENT_IP},
    {CARRIER_LANE_8025, FRAME_GRATUITOUS_ARP, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_ARP,
     "GRATUITOUS_ARP lecid=5 from=00-00-7a-00-80-80 sender-mac=00-00-7a-00-80-80 sender=10.0.0.1",
     "0005 10 40 ffffffffffff 00007a008080 aaaa03000000 0806"
     "0006 0800 06 04 0001 00007a008080 0a000001 000000000000 0a000001"},
    /* a MAC frame of the ring, which carries no LLC */
    {CARRIER_LANE_8025, FRAME_ETHERNET, LAYER_LE_DATA | LAYER_ETHERNET,
     "ETHERNET lecid=5 to=c0-00-ff-ff-ff-ff from=00-04-5a-80-80-80 size=24",
     "0005 10 00 c000ffffffff 00045a808080 aaaa030000000800"},
    {CARRIER_LANE_LLC, FRAME_ADVERTISEMENT, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_IPV4 | LAYER_VRRP,
     "ADVERTISEMENT lecid=5 elan-id=258 from=00-00-5e-00-01-01 ip=10.0.0.11 vrid=1 priority=100 "
     "address=10.0.0.1",
     "aaaa03 00a03e 000c 00000102 0005 01005e000012 00005e000101 0800" ADVERTISEMENT_IP "000000000000"},
    {CARRIER_LANE_LLC, FRAME_ARP_REPLY, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_ARP,
     "ARP_REPLY lecid=5 elan-id=258 to=00-04-5a-40-40-40 from=00-04-5a-80-80-80 route=- "
     "sender-mac=00-00-7a-00-80-80 "
     "sender=10.0.0.1 target-mac=00-04-5a-40-40-40 target-ip=10.0.0.7",
     "aaaa03 00a03e 000d 00000102 0005 00 40 00045a404040 80045a808080 0270 aaaa03000000 0806"
     "0006 0800 06 04 0002 00007a008080 0a000001 00045a404040 0a000007"},
    {CARRIER_LANE_LLC, FRAME_READY_IND, LAYER_CONTROL, "READY_IND elan-id=258",
     "aaaa03 00a03e 000c 00000102 ff0001010103"},
    {CARRIER_LANE_LLC, FRAME_LE_FLUSH_REQUEST, LAYER_CONTROL,
     "LE_FLUSH_REQUEST lecid=7 tid=0x17 source-atm=" ATM2TEXT " target-atm=" ATM1TEXT " elan-id=258",
     "aaaa03 00a03e 000c 00000102"
     "ff000101 0007 0000 00000017 0007 0000 " NO_LAN NO_LAN ATM2 NO_SIZES ATM1 NO_NAME},

    /* vrrp 9: gratuitous ARP, before padding */
    {CARRIER_ETHERNET, FRAME_GRATUITOUS_ARP, LAYER_ETHERNET | LAYER_ARP,
     "GRATUITOUS_ARP from=00-00-5e-00-01-01 sender-mac=00-00-5e-00-01-01 sender=10.0.0.1",
     "ff ff ff ff ff ff 00 00 5e 00 01 01 08 06"
     "00 01 08 00 06 04 00 01 00 00 5e 00 01 01 0a 00 00 01 00 00 00 00 00 00 0a 00 00 01"},
    {CARRIER_LANE_8023, FRAME_ARP_REQUEST, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_ARP,
     "ARP_REQUEST lecid=7 from=00-20-5a-02-02-02 sender-mac=00-20-5a-02-02-02 sender=10.0.0.7 "
     "target-ip=10.0.0.1",
     "0007 ffffffffffff 00205a020202 0806 0001 0800 06 04 0001 00205a020202 0a000007 000000000000 0a000001"
     "000000000000000000000000000000000000"},
    {CARRIER_LANE_8023, FRAME_ARP_REPLY, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_ARP,
     "ARP_REPLY lecid=5 to=00-20-5a-02-02-02 from=00-00-5e-00-01-01 sender-mac=00-00-5e-00-01-01 "
     "sender=10.0.0.1 "
     "target-mac=00-20-5a-02-02-02 target-ip=10.0.0.7",
     "0005 00205a020202 00005e000101 0806 0001 0800 06 04 0002 00005e000101 0a000001 00205a020202 0a000007"
     "000000000000000000000000000000000000"},
    /* an ARP operation that is neither request nor reply */
    {CARRIER_ETHERNET, FRAME_ETHERNET, LAYER_ETHERNET | LAYER_ARP,
     "ETHERNET to=00-20-5a-02-02-02 from=00-00-5e-00-01-01 type=0x806 sender-mac=00-00-5e-00-01-01 "
     "sender=10.0.0.1 target-ip=10.0.0.7 size=42",
     "00205a020202 00005e000101 0806 0001 0800 06 04 0008 00005e000101 0a000001 000000000000 0a000007"},
    /* ARP for something else than IPv4 */
    {CARRIER_ETHERNET, FRAME_ETHERNET, LAYER_ETHERNET,
     "ETHERNET to=00-20-5a-02-02-02 from=00-00-5e-00-01-01 type=0x806 size=42 (ARP octet 2: protocol type "
     "0x86dd "
     "with addresses of 6 and 16 octets is not IPv4 over 48-bit addresses (0x0800, 6, 4))",
     "00205a020202 00005e000101 0806 0001 86dd 06 10 0001 00005e000101 0a000001 000000000000 0a000007"},

    {CARRIER_LANE_8023, FRAME_ICMP_ECHO_REQUEST, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_IPV4 | LAYER_ICMP,
     "ICMP_ECHO_REQUEST lecid=7 to=00-00-5e-00-01-01 from=00-20-5a-02-02-02 ip=10.0.0.7 ip-to=10.0.1.9 "
     "ttl=64 id=66 "
     "seq=3",
     "0007 00005e000101 00205a020202 0800 4500001e 00010000 400165cf 0a000007 0a000109"
     "0800 9658 0042 0003 6162"},
    {CARRIER_LANE_8023, FRAME_ICMP_ECHO_REPLY, LAYER_LE_DATA | LAYER_ETHERNET | LAYER_IPV4 | LAYER_ICMP,
     "ICMP_ECHO_REPLY lecid=5 to=00-20-5a-02-02-02 from=00-20-5a-01-01-01 ip=10.0.1.9 ip-to=10.0.0.7 ttl=63 "
     "id=66 "
     "seq=3",
     "0005 00205a020202 00205a010101 0800 4500001e 00010000 3f0166cf 0a000109 0a000007"
     "0000 9e58 0042 0003 6162"},
    {CARRIER_ETHERNET, FRAME_ICMP_REDIRECT, LAYER_ETHERNET | LAYER_IPV4 | LAYER_ICMP,
     "ICMP_REDIRECT to=00-20-5a-02-02-02 from=00-00-5e-00-01-01 ip=10.0.0.1 ip-to=10.0.0.7 ttl=64 "
     "gateway=10.0.0.254",
     "00205a020202 00005e000101 0800 4500001c 00000000 400166da 0a000001 0a000007 0501 f000 0a0000fe"},
    {CARRIER_ETHERNET, FRAME_ICMP, LAYER_ETHERNET | LAYER_IPV4 | LAYER_ICMP,
     "ICMP to=00-20-5a-02-02-02 from=00-00-5e-00-01-01 ip=10.0.0.1 ip-to=10.0.0.7 ttl=64",
     "00205a020202 00005e000101 0800 4500001c 00000000 400166da 0a000001 0a000007 0b00 f4ff 00000000"},
    /* ICMP cut short by the total length */
    {CARRIER_ETHERNET, FRAME_IPV4, LAYER_ETHERNET | LAYER_IPV4,
     "IPV4 to=00-20-5a-02-02-02 from=00-00-5e-00-01-01 ip=10.0.0.1 ip-to=10.0.0.7 ttl=64 protocol=1 size=42 "
     "(ICMP: 7 "
     "octets are left, but the header has 8)",
     "00205a020202 00005e000101 0800 4500001b 00000000 400166db 0a000001 0a000007 0b00 f4ff 00000000"},
    /* a later fragment of protocol 112: its octets are no VRRP message */
    {CARRIER_ETHERNET, FRAME_IPV4, LAYER_ETHERNET | LAYER_IPV4,
     "IPV4 to=01-00-5e-00-00-12 from=00-00-5e-00-01-01 ip=10.0.0.3 ip-to=224.0.0.18 ttl=255 protocol=112 "
     "size=54",
     "01005e000012 00005e000101 0800 45000028 00000001 ff70d14f 0a000003 e0000012"
     "21016401 000170fb 0a000001 0000000000000000"},
    /* options in front of an advertisement's message */
    {CARRIER_ETHERNET, FRAME_ADVERTISEMENT, LAYER_ETHERNET | LAYER_IPV4 | LAYER_VRRP,
     "ADVERTISEMENT from=00-00-5e-00-01-01 ip=10.0.0.3 vrid=200 priority=254 address=192.0.2.1",
     "01005e000012 00005e000101 0800 4600002c 00000000 ff703c48 0a000003 e0000012 94040000"
     "21c8fe01 00011e33 c0000201 0000000000000000"},
    /* a total length beyond the frame */
    {CARRIER_ETHERNET, FRAME_ETHERNET, LAYER_ETHERNET,
     "ETHERNET to=01-00-5e-00-00-12 from=00-00-5e-00-01-01 type=0x800 size=54 (IPv4 octet 2: total length is "
     "41, but "
     "the header has 20 octets and 40 are there)",
     "01005e000012 00005e000101 0800 45000029 00000000 ff70d14f 0a000003 e0000012"
     "21016401 000170fb 0a000001 0000000000000000"},
    {CARRIER_LANE_8023, FRAME_ETHERNET, LAYER_LE_DATA | LAYER_ETHERNET,
     "ETHERNET lecid=0 to=33-33-00-00-00-16 from=00-20-5a-02-02-02 type=0x86dd size=20",
     "0000 333300000016 00205a020202 86dd 60000000"},
    /* spanning tree: LLC without SNAP */
    {CARRIER_LANE_8023, FRAME_ETHERNET, LAYER_LE_DATA | LAYER_ETHERNET,
     "ETHERNET lecid=6 to=01-80-c2-00-00-00 from=00-20-5a-03-03-03 type=0x26 size=26",
     "0006 0180c2000000 00205a030303 0026 424203 0000 0000 00 00 00"},

    /* what can't be read */
    {CARRIER_LANE_8023, FRAME_MALFORMED, LAYER_CONTROL,
     "MALFORMED lecid=5 tid=0x13 opcode=0x6 source=00-00-5e-00-01-01 size=40 (octet 40: the frame ends "
     "before or "
     "inside SOURCE-ATM-ADDRESS (octets 32 to 51); an LE control frame has 108 octets, READY_QUERY and "
     "READY_IND "
     "have 6)",
     "ff000101 0006 0000 00000013 0005 0000 " VMAC_LAN NO_LAN "47000580ffe10000"},
    {CARRIER_LANE_8023, FRAME_MALFORMED, LAYER_CONTROL,
     "MALFORMED lecid=5 tid=0x13 opcode=0x6 source=00-00-5e-00-01-01 source-atm=" ATM1TEXT
     " tlvs=1 size=117 (octet 112: TLV 1 (type 00a03e2b) has length 20, but 4 octets are left)",
     "ff000101 0006 0000 00000013 0005 0000 " VMAC_LAN NO_LAN ATM1 ONE_TLV NO_ATM NO_NAME
     "00a03e2b 14 47000580"},
    {CARRIER_LANE_8023, FRAME_MALFORMED, LAYER_LE_DATA,
     "MALFORMED lecid=5 size=12 (Ethernet: 10 octets are left, but the header has 14)",
     "0005 01005e000012 00005e00"},
    {CARRIER_LANE_8025, FRAME_MALFORMED, LAYER_LE_DATA,
     "MALFORMED lecid=5 size=20 (octet 16: routing information of 6 octets, with 4 octets left; it has an "
     "even number "
     "from 2 to 30)",
     "0005 00 40 c00000040000 80045a808080 c670 0ab1"},
    {CARRIER_LANE_LLC, FRAME_MALFORMED, 0,
     "MALFORMED elan-id=258 size=18 (octet 6: FRAME-TYPE 0x000f is neither 0x000c (802.3) nor 0x000d "
     "(802.5))",
     "aaaa03 00a03e 000f 00000102 ff0001010103"},
    {CARRIER_LANE_LLC, FRAME_MALFORMED, 0,
     "MALFORMED size=6 (octet 0: a frame on an LLC-multiplexed VCC starts with AA-AA-03-00-A0-3E, FRAME-TYPE "
     "and "
     "ELAN-ID (12 octets))",
     "ff0001010103"},
};

const size_t golden_frame_count = sizeof golden_frames / sizeof *golden_frames;

static int digit(char character);

size_t golden_read(const char *hex, uint8_t *data, size_t room)
{
    size_t digits = 0;
    for (; *hex; hex++) {
        if (*hex == ' ' || *hex == '\n' || *hex == '\r')
            continue;
        if (digit(*hex) < 0 || digits / 2 == room)
            ck_abort_msg("'%c' is no hexadecimal digit, or the frame is longer than %zu octets", *hex, room);
        if (digits % 2 == 0)
            data[digits / 2] = (uint8_t)(digit(*hex) << 4);
        else
            data[digits / 2] |= (uint8_t)digit(*hex);
        digits++;
    }
    if (digits % 2 != 0)
        ck_abort_msg("an octet has two digits");
    return digits / 2;
}

static int digit(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return -1;
}
