"""Makes the seed corpora of the fuzz targets anew, from the real frames, the captures and the documentation:

    python3 tests/fuzz/corpus.py

What `make fuzz` found worth keeping may be added by hand, under names that this program does not use.
"""
import gzip
import pathlib
import re
import struct

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / 'tests' / 'fuzz' / 'corpus'
REAL = ROOT / 'tests' / 'real-frames'
CAPTURES = ROOT / 'captures'
ETHERNET, TOKEN_RING, SUNATM = 1, 6, 123
# enum frame_carrier
LANE_8023, LANE_8025, LANE_LLC, LAN_ETHERNET, LAN_TOKEN_RING = range(5)


def put(target, name, data):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def pcap_records(path):
    """Link type and octets of each record of a little-endian pcap."""
    data = path.read_bytes()
    link_type = struct.unpack_from('<I', data, 20)[0]
    at = 24
    while at < len(data):
        size = struct.unpack_from('<I', data, at + 8)[0]
        yield link_type, data[at + 16:at + 16 + size]
        at += 16 + size


def pcapng_records(path):
    data = path.read_bytes()
    link_types = []
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from('<II', data, at)
        if kind == 1:
            link_types.append(struct.unpack_from('<H', data, at + 8)[0])
        if kind == 6:
            interface, _, _, captured = struct.unpack_from('<IIII', data, at + 8)
            yield link_types[interface], data[at + 28:at + 28 + captured]
        at += size


def carrier_of(link_type, data):
    """The carrier and its octets; None for what carries no frame."""
    if link_type == ETHERNET:
        return LAN_ETHERNET, data
    if link_type == TOKEN_RING:
        return LAN_TOKEN_RING, data
    if link_type != SUNATM or data[2:4] in (b'\0\5', b'\0\20'):
        return None
    return (LANE_LLC if data[0] & 0x0f == 2 else LANE_8023), data[4:]


def kind_of(carrier, data):
    """What makes a frame worth a seed of its own."""
    if data[:2] == b'\xff\0':
        return carrier, data[4:6], data[8:10] != b'\0\0', data[16:18], data[24:26]
    return carrier, data[14:16], data[20:22], min(len(data), 120) // 20


def all_captures():
    for path in sorted(REAL.glob('*.pcap')):
        yield path, pcap_records(path)
    for path in sorted(CAPTURES.glob('*/*.pcapng')):
        yield path, pcapng_records(path)


def frames():
    seen = set()
    for _, records in all_captures():
        for link_type, data in records:
            found = carrier_of(link_type, data)
            if found is None or len(found[1]) > 400:
                continue
            kind = kind_of(*found)
            if kind in seen:
                continue
            seen.add(kind)
            name = 'frame-%03d' % len(seen)
            put('frame', name, bytes([found[0]]) + found[1])
            put('recipe', name, bytes([found[0]]) + found[1])
            if len(seen) == 200:
                return


def signalling():
    seen = set()
    dump = (REAL / 'signalling-and-atmtcp-hexdump.txt').read_text()
    found = [bytes.fromhex(line) for line in re.findall(r'hdr 00 00 00 05 .*\| (.*)', dump)]
    for _, records in all_captures():
        found += [data[4:] for link_type, data in records if link_type == SUNATM and data[2:4] == b'\0\5']
    for data in found:
        message = data[5] if data[-4:-3] == b'\x08' and len(data) > 20 else None
        kind = data[-4], message, len(data) // 8
        if kind not in seen:
            seen.add(kind)
            put('signalling', 'pdu-%02d' % len(seen), data)


def block(order, kind, body):
    body += b'\0' * (-len(body) % 4)
    size = struct.pack(order + 'I', len(body) + 12)
    return struct.pack(order + 'I', kind) + size + body + size


def option(order, code, data):
    return struct.pack(order + 'HH', code, len(data)) + data + b'\0' * (-len(data) % 4)


def pcapng(order):
    """Every kind of block that the reader knows, and some that it doesn't."""
    end = b'\0' * 4
    flags = option(order, 2, struct.pack(order + 'I', 2))
    drops = struct.pack(order + 'Q', 7)
    packet = struct.pack(order + '5I', 0, 0, 1000, 6, 60) + b'\x01\x02\0\x22\xff\0' + b'\0\0'
    return b''.join([
        block(order, 0x0a0d0d0a, struct.pack(order + 'IHHq', 0x1a2b3c4d, 1, 0, -1) + option(order, 1, b'a lab')
              + option(order, 4, b'dumpcap') + end),
        block(order, 1, struct.pack(order + 'HHI', SUNATM, 0, 0) + option(order, 2, b'atm0') + option(order, 9, b'\x09')
              + option(order, 14, struct.pack(order + 'q', -5)) + end),
        block(order, 1, struct.pack(order + 'HHI', ETHERNET, 0, 4) + option(order, 9, b'\x8a') + option(order, 13, b'\4')
              + end),
        block(order, 6, packet + flags + option(order, 1, b'one') + option(order, 4, drops) + end),
        block(order, 2, struct.pack(order + 'HH4I', 1, 3, 0, 999, 4, 4) + b'abcd' + flags + end),
        block(order, 3, struct.pack(order + 'I', 9) + b'abcdefghi'),
        block(order, 0x0bad, struct.pack(order + 'I', 32473) + b'custom'),
        block(order, 0x7777, b'unknown'),
        block(order, 5, struct.pack(order + 'III', 0, 0, 0) + option(order, 5, drops) + end),
    ])


def pcap(order, magic, link_type, records):
    data = struct.pack(order + 'IHHIIII', magic, 2, 4, 0, 0, 65535, link_type)
    for second, octets in enumerate(records):
        head = struct.pack(order + 'IIII', second, 5, len(octets), len(octets))
        if magic == 0xa1b2cd34:
            head += b'\0' * 8
        data += head + octets
    return data


def inputs():
    lan = [data for _, data in pcap_records(REAL / 'frr-vrrpd-v2-ethernet.pcap')][:2]
    little, big = pcapng('<'), pcapng('>')
    seeds = {
        'pcap-microseconds': pcap('<', 0xa1b2c3d4, ETHERNET, lan),
        'pcap-nanoseconds-big': pcap('>', 0xa1b23c4d, ETHERNET, lan),
        'pcap-modified': pcap('<', 0xa1b2cd34, 0x24000000 | ETHERNET, lan),
        'pcap-cut': pcap('<', 0xa1b2c3d4, ETHERNET, lan)[:-3],
        'pcap-four-gigabytes': pcap('<', 0xa1b2c3d4, SUNATM, []) + b'\0' * 8 + b'\xf0\xff\xff\xff' * 2,
        'pcap-gzip': gzip.compress(pcap('<', 0xa1b2c3d4, ETHERNET, lan), mtime=0),
        'pcapng-little': little,
        'pcapng-big': big,
        'pcapng-two-sections': little + big,
        'pcapng-cut': big[:-5],
        'pcapng-gzip-members': gzip.compress(little[:100], mtime=0) + gzip.compress(little[100:], mtime=0),
        'gzip-cut': gzip.compress(little, mtime=0)[:-12],
        'empty': b'',
        'text': b'no capture at all, but longer than a header\n',
    }
    for name, data in seeds.items():
        put('input', name, data)


def audits():
    smallest = sorted(CAPTURES.glob('*/*.pcapng'), key=lambda path: (path.stat().st_size, path.name))
    chosen = smallest[::max(1, len(smallest) // 24)]
    for number, path in enumerate(path for path in chosen if path.stat().st_size < 12000):
        put('audit', 'capture-%02d' % number, path.read_bytes())
    for name in ('frr-vrrpd-v2-ethernet', 'keepalived-no-vmac-ethernet', 'linux-v1-client-receives-narp'):
        put('audit', name, (REAL / (name + '.pcap')).read_bytes())


def texts():
    """The indented blocks of the documentation."""
    blocks = re.findall(r'(?:^    .*\n)+', (ROOT / 'docs' / 'notation.md').read_text(), re.MULTILINE)
    for number, text in enumerate(blocks):
        put('notation', 'block-%02d' % number, re.sub('^    ', '', text, flags=re.MULTILINE).encode())
    put('device_file', 'example', (ROOT / 'examples' / 'device.yaml').read_bytes())
    for path in sorted((ROOT / 'examples').glob('*/device.yaml')):
        put('device_file', 'example-' + path.parent.name, path.read_bytes())
    for number, text in enumerate(re.findall(r'```yaml\n(.*?)```|((?:^    .*\n)+)',
                                             (ROOT / 'docs' / 'device-file.md').read_text(), re.MULTILINE | re.DOTALL)):
        put('device_file', 'block-%02d' % number, (text[0] or re.sub('^    ', '', text[1], flags=re.MULTILINE)).encode())
    lines = re.findall(r'\{"type":.*\}', (ROOT / 'docs' / 'adapter.md').read_text())
    for number, line in enumerate(lines):
        for side in (0, 1):
            put('adapter', 'line-%02d-%d' % (number, side), bytes([side]) + line.replace('…', '').encode())


if __name__ == '__main__':
    frames()
    signalling()
    inputs()
    audits()
    texts()
