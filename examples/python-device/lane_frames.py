"""LANE control frames and LE data frames as octets (spec/lane-wire.md), Ethernet ELANs.

    frame = ControlFrame(LE_REGISTER_REQUEST, transaction_id=17, requester_lecid=5, source_lan=vmac, source_atm=atm)
    frame.encode() -> bytes
    ControlFrame.decode(octets) -> ControlFrame, or FrameError that says what is wrong
"""
import struct
from dataclasses import dataclass, field
from typing import List, Optional, Tuple

# Op-codes (2); a response is its request with RESPONSE added.
LE_CONFIGURE_REQUEST = 0x0001
LE_JOIN_REQUEST = 0x0002
READY_QUERY = 0x0003
LE_REGISTER_REQUEST = 0x0004
LE_UNREGISTER_REQUEST = 0x0005
LE_ARP_REQUEST = 0x0006
LE_FLUSH_REQUEST = 0x0007
LE_NARP_REQUEST = 0x0008
LE_TOPOLOGY_REQUEST = 0x0009
RESPONSE = 0x0100
READY_IND = READY_QUERY | RESPONSE

# Flags (4)
REMOTE_ADDRESS = 0x0001
V2_CAPABLE = 0x0002
V2_REQUIRED = 0x0008
TOPOLOGY_CHANGE = 0x0100

# LAN-TYPE and MAXIMUM-FRAME-SIZE of an Ethernet ELAN with SDUs of 1516 octets (6)
LAN_TYPE_8023 = 1
FRAME_SIZE_1516 = 1

# B-LLI: LANE protocol ids (11)
B_LLI_CONTROL = 1
B_LLI_DATA_DIRECT = 2
B_LLI_MULTICAST = 4

# Release causes (Q.850)
CAUSE_NORMAL = 16
CAUSE_REJECTED = 21

NO_ATM_ADDRESS = bytes(20)
BROADCAST = b'\xff' * 6

_MARKER = b'\xff\x00\x01\x01'  # marker, protocol, version: the same in LANE v1 and v2
_SHORT = struct.Struct('>4sH')
_FIXED = struct.Struct('>4sHHIHH8s8s20sBBBB20s32s')
_LAN_DESTINATION = struct.Struct('>H6s')
_TAG_NONE, _TAG_MAC = 0, 1
_MINIMUM_DATA = 60  # octets of an Ethernet frame in an LE data frame, without LE header (12.1)


class FrameError(ValueError):
    """The octets are no frame of this kind."""


@dataclass
class ControlFrame:
    """An LE control frame; what a kind of frame does not use stays as it is here. LAN destinations are a MAC address of
    six octets or None; route descriptors, of token rings only, read as None."""
    opcode: int
    status: int = 0
    transaction_id: int = 0
    requester_lecid: int = 0
    flags: int = 0
    source_lan: Optional[bytes] = None
    target_lan: Optional[bytes] = None
    source_atm: bytes = NO_ATM_ADDRESS
    target_atm: bytes = NO_ATM_ADDRESS
    lan_type: int = 0
    max_frame_size: int = 0
    elan_name: bytes = b''
    tlvs: List[Tuple[int, bytes]] = field(default_factory=list)

    def encode(self):
        if self.opcode in (READY_QUERY, READY_IND):
            return _SHORT.pack(_MARKER, self.opcode)
        fixed = _FIXED.pack(_MARKER, self.opcode, self.status, self.transaction_id, self.requester_lecid, self.flags,
                            _encode_lan(self.source_lan), _encode_lan(self.target_lan), self.source_atm, self.lan_type,
                            self.max_frame_size, len(self.tlvs), len(self.elan_name), self.target_atm, self.elan_name)
        return fixed + b''.join(struct.pack('>IB', kind, len(value)) + value for kind, value in self.tlvs)

    @classmethod
    def decode(cls, octets):
        if len(octets) < _SHORT.size:
            raise FrameError(f'{len(octets)} octets are no control frame')
        marker, opcode = _SHORT.unpack_from(octets)
        if marker != _MARKER:
            raise FrameError(f'marker, protocol and version are {marker.hex()}')
        if opcode in (READY_QUERY, READY_IND):
            return cls(opcode)
        if len(octets) < _FIXED.size:
            raise FrameError(f'{len(octets)} octets, a control frame has at least {_FIXED.size}')
        (_, _, status, transaction_id, lecid, flags, source_lan, target_lan, source_atm, lan_type, max_frame_size,
         tlv_count, name_size, target_atm, elan_name) = _FIXED.unpack_from(octets)
        return cls(opcode, status, transaction_id, lecid, flags, _decode_lan(source_lan), _decode_lan(target_lan),
                   source_atm, target_atm, lan_type, max_frame_size, elan_name[:name_size],
                   _decode_tlvs(octets, tlv_count))

    def response(self, status=0, **changes):
        """The answer to this request: everything is copied but what 'changes' say."""
        values = {**self.__dict__, 'opcode': self.opcode | RESPONSE, 'status': status, **changes}
        return ControlFrame(**values)


def _encode_lan(mac):
    return _LAN_DESTINATION.pack(_TAG_NONE, bytes(6)) if mac is None else _LAN_DESTINATION.pack(_TAG_MAC, mac)


def _decode_lan(octets):
    tag, value = _LAN_DESTINATION.unpack(octets)
    return value if tag == _TAG_MAC else None


def _decode_tlvs(octets, count):
    tlvs = []
    at = _FIXED.size
    for _ in range(count):
        if at + 5 > len(octets):
            raise FrameError('the TLVs end too soon')
        kind, size = struct.unpack_from('>IB', octets, at)
        value = octets[at + 5:at + 5 + size]
        if len(value) < size:
            raise FrameError(f'TLV {kind:08x} ends too soon')
        tlvs.append((kind, value))
        at += 5 + size
    return tlvs


def is_control(octets):
    """Control frames can come on any VCC: LECIDs end at FEFF, so the marker is no LE header (10)."""
    return octets[:2] == _MARKER[:2]


def encode_data(lecid, ethernet_frame):
    """An LE data frame, padded with zeros to 62 octets."""
    return struct.pack('>H', lecid) + ethernet_frame.ljust(_MINIMUM_DATA, b'\0')


def decode_data(octets):
    """The LECID of the sender and the Ethernet frame."""
    if len(octets) < 2 + 14:
        raise FrameError(f'{len(octets)} octets are no LE data frame')
    return struct.unpack_from('>H', octets)[0], octets[2:]
