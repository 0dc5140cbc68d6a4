"""Ethernet, ARP, IPv4, ICMP echo and VRRP (RFC 2338) as octets.

Decoders return None for anything that is not of their kind or not whole: such a frame is of no interest to this device.
"""
import ipaddress
import struct
from dataclasses import dataclass
from typing import List

ETHERTYPE_IPV4 = 0x0800
ETHERTYPE_ARP = 0x0806
BROADCAST = b'\xff' * 6

PROTOCOL_ICMP = 1
PROTOCOL_VRRP = 112
VRRP_GROUP = int(ipaddress.IPv4Address('224.0.0.18'))
VRRP_GROUP_MAC = bytes.fromhex('01005e000012')
VRRP_TTL = 255

ARP_REQUEST = 1
ARP_REPLY = 2

ICMP_ECHO_REPLY = 0
ICMP_ECHO_REQUEST = 8

_ETHERNET = struct.Struct('>6s6sH')
_ARP = struct.Struct('>HHBBH6sI6sI')
_IPV4 = struct.Struct('>BBHHHBBHII')
_VRRP = struct.Struct('>BBBBBBH')
_VRRP_VERSION_AND_TYPE = 0x21
_VRRP_AUTHENTICATION_SIZE = 8


def vmac_of(vrid):
    """RFC 2338 7.3"""
    return bytes.fromhex('00005e0001') + bytes([vrid])


def is_group(mac):
    return bool(mac[0] & 1)


def checksum(octets):
    """The 16-bit one's complement of the one's complement sum."""
    if len(octets) % 2:
        octets += b'\0'
    total = sum(struct.unpack(f'>{len(octets) // 2}H', octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


@dataclass
class Ethernet:
    destination: bytes
    source: bytes
    ethertype: int
    payload: bytes  # padding included

    def encode(self):
        return _ETHERNET.pack(self.destination, self.source, self.ethertype) + self.payload

    @classmethod
    def decode(cls, octets):
        if len(octets) < _ETHERNET.size:
            return None
        return cls(*_ETHERNET.unpack_from(octets), octets[_ETHERNET.size:])


@dataclass
class Arp:
    operation: int
    sender_mac: bytes
    sender_ip: int
    target_mac: bytes
    target_ip: int

    def encode(self):
        return _ARP.pack(1, ETHERTYPE_IPV4, 6, 4, self.operation, self.sender_mac, self.sender_ip, self.target_mac,
                         self.target_ip)

    @classmethod
    def decode(cls, octets):
        if len(octets) < _ARP.size:
            return None
        hardware, protocol, hardware_size, protocol_size, *rest = _ARP.unpack_from(octets)
        if (hardware, protocol, hardware_size, protocol_size) != (1, ETHERTYPE_IPV4, 6, 4):
            return None
        return cls(*rest)


@dataclass
class Ipv4:
    source: int
    destination: int
    protocol: int
    ttl: int
    payload: bytes
    identification: int = 0

    def encode(self):
        header = _IPV4.pack(0x45, 0, _IPV4.size + len(self.payload), self.identification, 0, self.ttl, self.protocol, 0,
                            self.source, self.destination)
        return header[:10] + struct.pack('>H', checksum(header)) + header[12:] + self.payload

    @classmethod
    def decode(cls, octets):
        if len(octets) < _IPV4.size:
            return None
        first, _, total, identification, fragment, ttl, protocol, _, source, destination = _IPV4.unpack_from(octets)
        header_size = (first & 15) * 4
        if first >> 4 != 4 or header_size < _IPV4.size or not header_size <= total <= len(octets):
            return None
        if checksum(octets[:header_size]) or fragment & 0x3fff:  # fragments are of no interest to this device
            return None
        return cls(source, destination, protocol, ttl, octets[header_size:total], identification)


def decode_echo_request(octets):
    """What follows type, code and checksum of an ICMP echo request."""
    if len(octets) < 8 or octets[0] != ICMP_ECHO_REQUEST or octets[1] or checksum(octets):
        return None
    return octets[4:]


def encode_echo_reply(rest):
    reply = struct.pack('>BBH', ICMP_ECHO_REPLY, 0, 0) + rest
    return reply[:2] + struct.pack('>H', checksum(reply)) + reply[4:]


@dataclass
class Advertisement:
    """A VRRP advertisement, RFC 2338 5.1."""
    vrid: int
    priority: int
    interval_s: int
    addresses: List[int]
    authentication_type: int = 0

    def encode(self):
        rest = b''.join(struct.pack('>I', address) for address in self.addresses) + bytes(_VRRP_AUTHENTICATION_SIZE)
        fields = (_VRRP_VERSION_AND_TYPE, self.vrid, self.priority, len(self.addresses), self.authentication_type,
                  self.interval_s)
        return _VRRP.pack(*fields, checksum(_VRRP.pack(*fields, 0) + rest)) + rest

    @classmethod
    def decode(cls, octets):
        """RFC 2338 7.1: version, type, length, checksum."""
        if len(octets) < _VRRP.size:
            return None
        version_and_type, vrid, priority, count, authentication_type, interval_s, _ = _VRRP.unpack_from(octets)
        size = _VRRP.size + 4 * count + _VRRP_AUTHENTICATION_SIZE
        if version_and_type != _VRRP_VERSION_AND_TYPE or len(octets) < size or checksum(octets):
            return None
        addresses = list(struct.unpack_from(f'>{count}I', octets, _VRRP.size))
        return cls(vrid, priority, interval_s, addresses, authentication_type)
