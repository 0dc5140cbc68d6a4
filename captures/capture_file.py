"""Captures as the corpus has them: what a troubleshooter gets at the port of a device.

`vmacheck run` writes what was seen anywhere in the network, an interface per VCC, with names and comments that say what it knows. Of that
at_port() keeps the VCCs of the device, all on one ATM interface as a real port has them, their signalling, and the LANs; neither comments nor
descriptions, nor what goes on between others.
"""
import struct

SECTION_HEADER, INTERFACE, ENHANCED_PACKET = 0x0a0d0d0a, 1, 6
END, NAME, TIME_UNIT, FLAGS = 0, 2, 9, 2  # options
SUNATM = 123
DEVICE = 'dut'
ATM_NAME = b'atm0'


def at_port(capture, until=0):
    """The octets of such a file, without packets after `until` seconds (0: with all)."""
    if capture[8:12] != b'\x4d\x3c\x2b\x1a':
        raise ValueError('no pcapng file in little-endian order')
    blocks = [block(SECTION_HEADER, capture[8:24])]
    numbers = []  # of the interfaces in the capture: those in what is made, None for one that is left out
    atm = None
    count = 0
    for kind, body in blocks_of(capture):
        if kind == INTERFACE:
            link_type = struct.unpack_from('<H', body)[0]
            name = dict(options(body[8:])).get(NAME, b'').decode()
            if link_type == SUNATM and not concerns_device(name):
                numbers.append(None)
            elif link_type == SUNATM and atm is not None:
                numbers.append(atm)
            else:
                numbers.append(count)
                atm = count if link_type == SUNATM else atm
                count += 1
                blocks.append(block(INTERFACE, body[:8] + packed([(NAME, ATM_NAME if link_type == SUNATM else name.encode()), (TIME_UNIT, b'\x09')])))
        elif kind == ENHANCED_PACKET:
            interface, high, low, size = struct.unpack_from('<IIII', body)
            if until and (high << 32 | low) > until * 1e9:
                break
            if numbers[interface] is not None:
                end = 20 + padded(size)
                flags = [option for option in options(body[end:]) if option[0] == FLAGS]
                blocks.append(block(ENHANCED_PACKET, struct.pack('<I', numbers[interface]) + body[4:end] + packed(flags)))
    return b''.join(blocks)


def concerns_device(name):
    """Of an interface of ATM: "control-direct host -> les" does not, "control-distribute les -> dut,host" does."""
    if ' -> ' not in name:
        return True  # signalling of the device
    ends = name.split(' ', 1)[1].split(' -> ')
    return DEVICE in [ends[0], *ends[1].split(',')]


def blocks_of(capture):
    at = 0
    while at < len(capture):
        kind, size = struct.unpack_from('<II', capture, at)
        yield kind, capture[at + 8:at + size - 4]
        at += size


def block(kind, body):
    size = struct.pack('<I', len(body) + 12)
    return struct.pack('<I', kind) + size + body + size


def options(octets):
    at = 0
    while at + 4 <= len(octets):
        code, size = struct.unpack_from('<HH', octets, at)
        if code == END:
            return
        yield code, octets[at + 4:at + 4 + size]
        at += 4 + padded(size)


def packed(kept):
    if not kept:
        return b''
    return b''.join(struct.pack('<HH', code, len(value)) + value.ljust(padded(len(value)), b'\0') for code, value in kept) + bytes(4)


def padded(size):
    return (size + 3) // 4 * 4
