"""A second reader of what runs write: tshark dissects each frame of each capture, and what it reads in the
octets has to be what the event's line in results.jsonl says: op-code, status, LECIDs, transaction ids, flags, addresses, ARP,
IP, VRRP and its checksum, and the messages of the device's calls. tshark shares no code with vmacheck; what it can't tell (spec/wireshark.md) is left out here by name.

On an ATM link tshark takes all LE data for Ethernet (spec/wireshark.md, 10). Those of token-ring ELANs are shown to it once more
without their LE header, as what they are: 802.5 frames."""
import json
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from program import records, vmacheck  # noqa: E402

# Which seed is drawn for which part of the suite: each topic is read once in every version and medium.
PARTS = [('1', ('--lane', 'v2', '--media', 'ethernet')), ('2', ('--lane', 'v1', '--media', 'ethernet')),
         ('31337', ('--lane', 'v2', '--media', 'token-ring')), ('4', ('--lane', 'v1', '--media', 'token-ring')),
         ('5', ('--role', 'vrrp'))]

# Topics that are left out: frames that are cut short or lie about themselves, in which no two readers agree where the frame
# ends, and hours of traffic in which each packet is like the last one.
WITHOUT = {'robustness', 'les-robustness', 'failover'}

OPCODES = {
    'LE_CONFIGURE_REQUEST': 0x0001, 'LE_CONFIGURE_RESPONSE': 0x0101, 'LE_JOIN_REQUEST': 0x0002, 'LE_JOIN_RESPONSE': 0x0102,
    'READY_QUERY': 0x0003, 'READY_IND': 0x0103, 'LE_REGISTER_REQUEST': 0x0004, 'LE_REGISTER_RESPONSE': 0x0104,
    'LE_UNREGISTER_REQUEST': 0x0005, 'LE_UNREGISTER_RESPONSE': 0x0105, 'LE_ARP_REQUEST': 0x0006,
    'TARGETLESS_LE_ARP_REQUEST': 0x0006, 'LE_ARP_RESPONSE': 0x0106, 'LE_FLUSH_REQUEST': 0x0007, 'LE_FLUSH_RESPONSE': 0x0107,
    'LE_NARP_REQUEST': 0x0008, 'NO_SOURCE_LE_NARP_REQUEST': 0x0008, 'ZERO_LE_NARP_REQUEST': 0x0008,
    'LE_TOPOLOGY_REQUEST': 0x0009, 'LE_VERIFY_REQUEST': 0x000a, 'LE_VERIFY_RESPONSE': 0x010a,
}
FLAGS = {'remote': 0x0001, 'v2-capable': 0x0002, 'v2-required': 0x0008, 'proxy': 0x0080, 'topology-change': 0x0100}
ARP_OPERATIONS = {'ARP_REQUEST': 1, 'GRATUITOUS_ARP': 1, 'ARP_REPLY': 2}
ICMP_TYPES = {'ICMP_ECHO_REQUEST': 8, 'ICMP_ECHO_REPLY': 0, 'ICMP_REDIRECT': 5}

BROADCAST, VRRP_GROUP_MAC = 'ff-ff-ff-ff-ff-ff', '01-00-5e-00-00-12'
NO_ATM = 40 * '0'


# --- how tshark writes a value -------------------------------------------------------------------------------------------


def number(text):
    return int(first(text), 0)


def first(text):
    """Of the values in one packet; an ICMP error has an IP header in it."""
    return text.split(',')[0]


def mac(text):
    return first(text).replace(':', '-')


def name_octets(text):
    """As text lines show a name: other characters than letters are '_'."""
    return re.sub(r'[^!-~]', '_', bytes.fromhex(text).decode('latin-1'))


def password(text):
    return text.encode('latin-1').ljust(8, b'\0').hex()


# Field of the text line, of tshark, how tshark's text is read, and the value when the text line leaves the field out (None:
# then the frame has none, or the name decides: see usual_of()).
FIELDS = [
    ('opcode', 'atm.le_control.opcode', number, None),
    ('version', 'atm.le_control.version', number, 1),
    ('status', 'atm.le_control.status', number, 0),
    ('tid', 'atm.le_control.transaction_id', number, None),
    ('lecid', 'atm.le_control.requester_lecid', number, None),
    ('flags', 'atm.le_control.flag', number, 0),
    ('source-atm', 'atm.source_atm', first, NO_ATM),
    ('target-atm', 'atm.target_atm', first, NO_ATM),
    ('lan-type', 'atm.le_configure_join_frame.lan_type', number, 0),
    ('max-frame-size', 'atm.le_configure_join_frame.max_frame_size', number, 0),
    ('elan-name', 'atm.le_configure_join_frame.elan_name', name_octets, ''),
    ('tlvs', 'atm.le_configure_join_frame.num_tlvs', number, 0),
    ('tlvs', 'atm.le_registration_frame.num_tlvs', number, 0),
    ('tlvs', 'atm.le_arp_frame.num_tlvs', number, 0),
    ('tlvs', 'atm.le_verify_frame.num_tlvs', number, 0),
    ('lecid', 'atm.le_client.client', number, None),
    ('to', 'eth.dst', mac, None),
    ('from', 'eth.src', mac, None),
    ('type', 'eth.type', number, None),
    ('type', 'eth.len', number, None),  # of an 802.3 frame
    ('operation', 'arp.opcode', number, None),
    ('sender-mac', 'arp.src.hw_mac', mac, None),
    ('sender', 'arp.src.proto_ipv4', first, None),
    ('target-mac', 'arp.dst.hw_mac', mac, '00-00-00-00-00-00'),
    ('target-ip', 'arp.dst.proto_ipv4', first, None),
    ('ip', 'ip.src', first, None),
    ('ip-to', 'ip.dst', first, None),
    ('ttl', 'ip.ttl', number, None),
    ('protocol', 'ip.proto', number, None),
    ('ip-checksum', 'ip.checksum.status', number, 1),
    ('spi', 'ah.spi', number, None),
    ('ah-seq', 'ah.sequence', number, None),
    ('icmp-type', 'icmp.type', number, None),
    ('id', 'icmp.ident', number, None),
    ('seq', 'icmp.seq', number, None),
    ('gateway', 'icmp.redir_gw', first, None),
    ('vrrp-version', 'vrrp.version', number, 2),
    ('vrrp-type', 'vrrp.type', number, 1),
    ('vrid', 'vrrp.virt_rtr_id', number, None),
    ('priority', 'vrrp.prio', number, None),
    ('addresses', 'vrrp.addr_count', number, 1),
    ('auth', 'vrrp.auth_type', number, 0),
    ('auth-data', 'vrrp.auth_string', password, 16 * '0'),
    ('interval', 'vrrp.adver_int', number, 1),
    ('checksum', 'vrrp.checksum.status', number, 1),
    ('address', 'vrrp.ip_addr', first, None),
]
DEFAULTS = {key: default for key, _, _, default in FIELDS if default is not None}
VRRP_KEYS = {key for key, field, _, _ in FIELDS if field.startswith('vrrp.')}
NUMBERS = {key for key, _, read, _ in FIELDS if read is number} | {'source-tag', 'target-tag'} | FLAGS.keys()

# What the packet's record says, and LAN destinations: source and target are one field twice, an absent one without a MAC.
RECORD = ['frame.time_epoch', 'frame.packet_flags_direction', 'atm.vci', '_ws.malformed']
DESTINATIONS = ['atm.lan_destination.tag', 'atm.lan_destination.mac']

# Of a call's message: field of the text line or what follows from it, of tshark, how tshark's text is read.
SIGNALLING_FIELDS = [
    ('message', 'q2931.message_type', number),
    ('cause', 'q2931.cause.value', number),
    ('pid', 'q2931.bband_low_layer_info.lane_protocol_id', number),
    ('point-to-multipoint', 'q2931.user_plane_connection_configuration', number),
    ('vpci', 'q2931.conn_id.vpci', number),
    ('vci', 'q2931.conn_id.vci', number),
]
COLUMNS = (RECORD + DESTINATIONS + [field for _, field, _, _ in FIELDS] + [field for _, field, _ in SIGNALLING_FIELDS])

# READY frames end before them, and for tshark all of LE_TOPOLOGY_REQUEST behind the flags is reserved.
WITHOUT_DESTINATIONS = {'READY_QUERY', 'READY_IND', 'LE_TOPOLOGY_REQUEST'}

# Fields of text lines that tshark does not have.
UNKNOWN_TO_TSHARK = {'route', 'llc-muxed-atm', 'elan-id', 'size', 'vrrp-size'}


# --- signalling ----------------------------------------------------------------------------------------------------------

SETUP, CONNECT, RELEASE, RELEASE_COMPLETE = 0x05, 0x07, 0x4d, 0x5a
ADD_PARTY, ADD_PARTY_ACK, ADD_PARTY_REJECT, DROP_PARTY = 0x80, 0x81, 0x82, 0x83

# By the first word of the line: what a caller or leaf, and what the root of a point-to-multipoint VCC has at its port for it.
MESSAGES = {'SETUP': {SETUP}, 'CONNECT': {CONNECT}, 'ADD_PARTY': {CONNECT}, 'RELEASE': {RELEASE, RELEASE_COMPLETE}}
MESSAGES_OF_ROOT = {'SETUP': {SETUP, ADD_PARTY}, 'CONNECT': {CONNECT, ADD_PARTY_ACK}, 'ADD_PARTY': {CONNECT, ADD_PARTY_ACK},
                    'RELEASE': {RELEASE, RELEASE_COMPLETE, DROP_PARTY}, 'DROP_PARTY': {DROP_PARTY, ADD_PARTY_REJECT}}
TO_MANY = {'control-distribute', 'multicast-forward'}
SIGNALLING_VCI, LANE_PROTOCOL_IDS = 5, range(1, 6)
CALLED, CALLING, MESSAGE_START, PARTY_SIZE = 0x70, 0x6c, 4, 21


def is_call(event):
    return event['kind'].startswith(('call-', 'party-'))


def party(octets, element):
    """The ATM address of a party: tshark has no field for it, so the information elements are gone through here."""
    at, end = MESSAGE_START + 9, MESSAGE_START + 9 + int.from_bytes(octets[MESSAGE_START + 7:MESSAGE_START + 9], 'big')
    while at < end:
        size = int.from_bytes(octets[at + 2:at + 4], 'big')
        if octets[at] == element:
            assert size == PARTY_SIZE and octets[at + 4] == 0x82
            return octets[at + 5:at + 4 + size].hex()
        at += 4 + size
    return None


def differences_of_call(event, row):
    """What the line of a call's event and the message in the capture do not agree in."""
    name, *words = event['text'].split()
    line = dict(word.split('=', 1) for word in words if '=' in word)
    kind, _, vci = event['channel'].partition('/')
    seen = {key: read(row[field]) for key, field, read in SIGNALLING_FIELDS if row[field] != ''}
    seen.update((key, address) for key, element in (('called', CALLED), ('calling', CALLING))
                if (address := party(row['octets'], element)))
    root = '[les,' in event['instance'] and kind in TO_MANY
    allowed = (MESSAGES_OF_ROOT if root else MESSAGES).get(name, set())
    message = seen.pop('message', None)
    found = [] if message in allowed else [f'message: {name}, tshark has {message}']
    expected = {key: line[key] for key in ('called', 'calling') if key in line}
    if 'cause' in line:
        expected['cause'] = int(line['cause'])
    if name == 'SETUP' and int(line['pid']) in LANE_PROTOCOL_IDS:
        expected['pid'] = int(line['pid'])
    if message == SETUP:
        expected['point-to-multipoint'] = int('point-to-multipoint' in words)
    if message == CONNECT or (message == SETUP and event['from'] != 'dut'):
        expected.update(vpci=0, vci=int(vci))
    found += [f'{key}: {expected.get(key)!r}, tshark has {seen.get(key)!r}' for key in sorted(expected.keys() | seen.keys())
              if expected.get(key) != seen.get(key)]
    return found + differences_of_record({**event, 'channel': f'signalling/{SIGNALLING_VCI}'}, row, '')


# --- the two readings ----------------------------------------------------------------------------------------------------


def ours(event):
    """What the line of an event says, by field; and the reason why something in it could not be read."""
    line, _, reason = event['text'].partition(' (')
    name, *words = line.split()
    fields = dict(word.split('=', 1) for word in words)
    fields = {key: int(value, 0) if key in NUMBERS else value for key, value in fields.items()}
    flags = sum(bit for key, bit in FLAGS.items() if fields.pop(key, 0))
    if name in OPCODES:
        fields.update(opcode=OPCODES[name], flags=fields.get('flags', flags))
        for end in () if name in WITHOUT_DESTINATIONS else ('source', 'target'):
            fields.setdefault(f'{end}-tag', 1 if end in fields else 0)
    return {**usual_of(name, fields), **fields}, reason


def usual_of(name, fields):
    """What text lines leave out because the name of the frame says it."""
    if name == 'ADVERTISEMENT':
        protocol = 51 if 'spi' in fields else 112  # behind an authentication header
        return {'to': VRRP_GROUP_MAC, 'type': 0x0800, 'ip-to': '224.0.0.18', 'ttl': 255, 'protocol': protocol}
    if name == 'GRATUITOUS_ARP':
        return {'to': BROADCAST, 'type': 0x0806, 'operation': 1, 'target-ip': fields['sender']}
    if name in ARP_OPERATIONS:
        return {'to': BROADCAST, 'type': 0x0806, 'operation': ARP_OPERATIONS[name]}
    if name.startswith('ICMP'):
        known = {'icmp-type': ICMP_TYPES[name]} if name in ICMP_TYPES else {}
        return {'type': 0x0800, 'protocol': 1, **known}
    return {'type': 0x0800} if name == 'IPV4' else {}


def theirs(row):
    """What tshark read, by the names of text lines."""
    fields = {key: read(row[field]) for key, field, read, _ in FIELDS if row[field] != ''}
    if row['atm.lan_destination.tag']:
        macs = iter(row['atm.lan_destination.mac'].split(','))
        for end, tag in zip(('source', 'target'), row['atm.lan_destination.tag'].split(','), strict=True):
            fields[f'{end}-tag'] = int(tag, 0)
            if fields[f'{end}-tag'] == 1:
                fields[end] = mac(next(macs))
    return fields


def differences(event, row):
    """What the two readings of a frame do not agree in."""
    if is_call(event):
        return differences_of_call(event, row)
    expected, reason = ours(event)
    seen = theirs(row)
    name = event['text'].split()[0]
    if reason.startswith('VRRP'):  # tshark shows the half that is there, our line does not
        seen = {key: value for key, value in seen.items() if key not in VRRP_KEYS}
    if expected.get('vrrp-version') == 3:  # for tshark VRRPv3, with other fields and another checksum
        for reading in (expected, seen):
            for key in ('auth', 'auth-data', 'interval', 'checksum'):
                reading.pop(key, None)
    if name == 'LE_TOPOLOGY_REQUEST':
        expected.pop('source-atm', None)
    if name == 'GRATUITOUS_ARP':  # whatever it is
        seen.pop('target-mac', None)
    if name.startswith('ICMP') and 'ECHO' not in name:  # those of the echo in it
        seen.pop('id', None)
        seen.pop('seq', None)
    if name == 'ICMP':  # any other type
        seen.pop('icmp-type', None)
    if not expected.get('opcode', 0) & 0x0100:  # tshark shows the status of responses only
        expected.pop('status', None)
    if expected.get('auth', 0) != 1:  # and Authentication Data of type 1 only
        expected.pop('auth-data', None)
    found = []
    for key in sorted((expected.keys() | seen.keys()) - UNKNOWN_TO_TSHARK):
        want, got = (reading.get(key, DEFAULTS.get(key)) for reading in (expected, seen))
        if want != got:
            found.append(f'{key}: {want!r}, tshark has {got!r}')
    return found + differences_of_record(event, row, reason)


def differences_of_record(event, row, reason):
    """Time, direction and VCI; and frames that only one of the two could not read."""
    found = []
    seconds, nanoseconds = row['frame.time_epoch'].split('.')
    if int(seconds) * 10**9 + int(nanoseconds) != event['time_ns']:
        found.append(f"time: {event['time_ns']} ns, tshark has {row['frame.time_epoch']} s")
    direction = 2 if event['from'] == 'dut' else 1 if 'dut' in event['to'] else 0
    if int(row['frame.packet_flags_direction'] or '0', 0) != direction:
        found.append(f"direction: {direction}, tshark has {row['frame.packet_flags_direction']}")
    vci = event['channel'].partition('/')[2]
    if row['atm.vci'] != vci:
        found.append(f"VCI: {vci}, tshark has {row['atm.vci']}")
    if bool(row['_ws.malformed']) != bool(reason):
        found.append(f"{'malformed for tshark only' if not reason else 'malformed, but not for tshark'}")
    return found


# --- a run ---------------------------------------------------------------------------------------------------------------


def dissect(capture, columns=COLUMNS):
    """Each packet of a capture as a dictionary of columns."""
    arguments = [word for column in columns for word in ('-e', column)]
    done = subprocess.run(['tshark', '-r', str(capture), '-n', '-o', 'ip.check_checksum:TRUE', '-T', 'fields', *arguments],
                          capture_output=True, text=True, check=True, timeout=300)
    return [dict(zip(columns, line.split('\t'), strict=True)) for line in done.stdout.splitlines()]


def dissect_with_octets(capture):
    """With the packet itself as column 'octets'."""
    return [{**row, 'octets': octets} for row, octets in zip(dissect(capture), packets(capture), strict=True)]


# Of an 802.5 frame: tshark's column of the Ethernet frame, and its own.
OF_TOKEN_RING = {'eth.dst': 'tr.dst', 'eth.src': 'tr.src', 'eth.type': 'llc.type'}
LINKTYPE_IEEE802_5, SUNATM_HEADER, LE_HEADER, CONTROL_MARKER = 6, 4, 2, b'\xff\x00'


def packets(capture):
    """The octets of each packet of a pcapng file in little-endian order."""
    data, at = capture.read_bytes(), 0
    while at < len(data):
        kind, size = struct.unpack_from('<II', data, at)
        if kind == 6:  # Enhanced Packet Block
            captured, = struct.unpack_from('<I', data, at + 20)
            yield data[at + 28:at + 28 + captured]
        at += size


def write_token_ring(path, frames):
    """A pcap file of 802.5 frames."""
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, LINKTYPE_IEEE802_5))
        for frame in frames:
            file.write(struct.pack('<IIII', 0, 0, len(frame), len(frame)) + frame)


def without_route_mark(source):
    """tshark leaves the mark of routing information in the first octet of a source address."""
    return source and f'{int(source[:2], 16) & 0x7f:02x}{source[2:]}'


def show_token_ring(capture, events, rows):
    """Puts what tshark reads in 802.5 frames, those of LE data and of LAN segments, into their rows. Returns how many there were."""
    places, frames = [], []
    for place, (event, octets) in enumerate(zip(events, packets(capture), strict=True)):
        if not event['instance'].endswith(',token-ring]') or is_call(event):
            continue
        sdu = octets[SUNATM_HEADER:]
        if '/' not in event['channel'] and not rows[place]['eth.dst']:
            places.append((place, ''))
            frames.append(octets)
        elif '/' in event['channel'] and sdu[:2] != CONTROL_MARKER:
            places.append((place, str(int.from_bytes(sdu[:LE_HEADER], 'big'))))
            frames.append(sdu[LE_HEADER:])
    alone = capture.with_suffix('.token-ring.pcap')
    write_token_ring(alone, frames)
    columns = [OF_TOKEN_RING.get(column, column) for column in COLUMNS]
    for (place, lecid), read in zip(places, dissect(alone, columns), strict=True):
        record = {column: rows[place][column] for column in RECORD if column != '_ws.malformed'}
        read = {column: read[OF_TOKEN_RING.get(column, column)] for column in COLUMNS}
        read['eth.src'] = without_route_mark(read['eth.src'])
        rows[place] = {**read, **record, 'atm.le_client.client': lecid}
    return len(places)


def frames_of(head, cases):
    """The events that are frames, in the order of their captures, as dictionaries with their case."""
    for case in cases:
        for event in case['events']:
            event = dict(zip(head['event_members'], event, strict=True), instance=case['instance'])
            if event['frame']:
                yield event


def topics():
    return sorted({case['id'].split('/')[0] for case in json.loads(vmacheck('list', '--json').stdout)} - WITHOUT)


@pytest.mark.parametrize('seed, part', PARTS, ids=lambda value: value if isinstance(value, str) else ''.join(value))
def test_every_frame(tmp_path, seed, part):
    """All captures in one file: sections of pcapng may stand one behind the other. (The names of interfaces are those of the
    first section then, in tshark 4.0; test_channels() looks at them.)"""
    vmacheck('run', *(f'{topic}/' for topic in topics()), *part, '--out', tmp_path, '--seed', seed)
    head, cases, end = records(tmp_path)
    assert end['complete'] and len(cases) == head['planned'] > 0
    with open(tmp_path / 'all.pcapng', 'wb') as all_captures:
        for case in cases:
            if case['capture']:
                all_captures.write((tmp_path / case['capture']).read_bytes())
    rows = dissect_with_octets(tmp_path / 'all.pcapng')
    events = list(frames_of(head, cases))
    assert len(rows) == len(events) > 10 * len(cases)
    of_token_ring = show_token_ring(tmp_path / 'all.pcapng', events, rows)
    assert of_token_ring > len(events) / 20 or 'ethernet' in part
    wrong = [f"{event['instance']} frame {event['frame']} {event['text']}\n    {'; '.join(found)}"
             for event, row in zip(events, rows) if (found := differences(event, row))]
    if wrong:
        pytest.fail(f'{len(wrong)} of {len(events)} frames differ, first\n  ' + '\n  '.join(wrong[:20]), pytrace=False)
    malformed = {event['from'] for event, row in zip(events, rows) if row['_ws.malformed']}
    assert malformed <= {'speaker', 'bus'}  # what cases inject on purpose (RFC 2338 7.1: too short), and its copies
    names = {event['text'].split()[0] for event in events}
    assert names >= {'SETUP', 'CONNECT', 'RELEASE', 'ADD_PARTY'} or 'vrrp' in part
    assert names >= {'ADVERTISEMENT', 'GRATUITOUS_ARP', 'ARP_REPLY', 'ICMP_ECHO_REQUEST'}
    assert 'vrrp' in part or names >= {
        'LE_REGISTER_REQUEST', 'TARGETLESS_LE_ARP_REQUEST', 'LE_ARP_RESPONSE', 'NO_SOURCE_LE_NARP_REQUEST', 'ZERO_LE_NARP_REQUEST',
        'LE_UNREGISTER_RESPONSE'}
    assert any(' spi=' in event['text'] for event in events)


@pytest.fixture(scope='module')
def takeover(tmp_path_factory):
    """Frames of a few short cases with the readings of both."""
    out = tmp_path_factory.mktemp('takeover')
    vmacheck('run', 'backup/', 'receive/', 'forwarding/', '--out', out)
    head, cases, _ = records(out)
    return out, head, cases


def test_channels(takeover):
    """A VCC or segment of an event is the interface of its packet: kind, VCI, who sends and who hears."""
    out, head, cases = takeover
    for case in [case for case in cases if case['verdict'] == 'pass'][::8]:
        done = subprocess.run(['tshark', '-r', str(out / case['capture']), '-n', '-T', 'fields', '-e', 'frame.interface_name',
                               '-e', 'frame.interface_description'], capture_output=True, text=True, check=True, timeout=60)
        rows = [line.split('\t') for line in done.stdout.splitlines()]
        events = list(frames_of(head, [case]))
        for event, (interface, description) in zip(events, rows, strict=True):
            kind, slash, vci = event['channel'].partition('/')
            if not slash or is_call(event):
                assert interface == ('signalling dut' if slash else kind)
                continue
            of_interface, caller, hearers = re.fullmatch(r'(\S+) (\S+) -> (\S+)', interface).groups()
            assert (of_interface, description.split(',')[0]) == (kind, f'VCI {vci}')
            assert {event['from'], *event['to']} <= {caller, *hearers.split(',')}


# For each field an event of this name, and the line with it changed.
DAMAGE = [
    ('LE_REGISTER_REQUEST', r'^LE_REGISTER_REQUEST', 'LE_UNREGISTER_REQUEST', 'opcode'),
    ('LE_REGISTER_RESPONSE', r'status=0', 'status=4', 'status'),
    ('LE_ARP_REQUEST', r'lecid=\d+', 'lecid=65280', 'lecid'),
    ('LE_ARP_REQUEST', r'tid=\S+', 'tid=0x1', 'tid'),
    ('LE_ARP_REQUEST', r'tid=', 'remote=1 tid=', 'flags'),
    ('LE_ARP_REQUEST', r' target=\S+', '', 'target-tag'),
    ('LE_ARP_REQUEST', r' target=\S+', ' target=00-00-5e-00-02-01', 'target'),
    ('LE_ARP_REQUEST', r' source=\S+', ' source=00-00-5e-00-02-01', 'source'),
    ('LE_REGISTER_REQUEST', r'source-atm=..', 'source-atm=00', 'source-atm'),
    ('LE_ARP_RESPONSE', r' target-atm=\S+', '', 'target-atm'),
    ('LE_JOIN_REQUEST', r'elan-name=\S+', 'elan-name=elan-0', 'elan-name'),
    ('ADVERTISEMENT', r'lecid=\d+', 'lecid=65280', 'lecid'),
    ('ADVERTISEMENT', r'from=\S+', 'from=00-00-5e-00-02-01', 'from'),
    ('ADVERTISEMENT', r'ip=\S+', 'ip=1.2.3.4', 'ip'),
    ('ADVERTISEMENT', r' ip=', ' ttl=1 ip=', 'ttl'),
    ('ADVERTISEMENT', r'priority=\d+', 'priority=0', 'priority'),
    ('ADVERTISEMENT', r'vrid=\d+', 'vrid=0', 'vrid'),
    ('ADVERTISEMENT', r'$', ' checksum=0', 'checksum'),
    ('ADVERTISEMENT', r'$', ' interval=100', 'interval'),
    ('ADVERTISEMENT', r'address=\S+', 'address=1.2.3.4', 'address'),
    ('ADVERTISEMENT', r'$', ' (VRRP: no)', 'malformed'),
    ('ADVERTISEMENT', r' vrid=', ' spi=0x100 ah-seq=1 vrid=', 'spi'),
    ('GRATUITOUS_ARP', r'sender=\S+', 'sender=1.2.3.4', 'target-ip'),
    ('GRATUITOUS_ARP', r'sender-mac=\S+', 'sender-mac=00-00-5e-00-02-01', 'sender-mac'),
    ('ARP_REPLY', r'^ARP_REPLY', 'ARP_REQUEST', 'operation'),
    ('ARP_REPLY', r'to=\S+', 'to=00-00-5e-00-02-01', 'to'),
    ('ICMP_ECHO_REQUEST', r'seq=\d+', 'seq=9999', 'seq'),
    ('SETUP', r'called=..', 'called=00', 'called'),
    ('SETUP', r'calling=..', 'calling=00', 'calling'),
    ('SETUP', r'pid=\d', 'pid=5', 'pid'),
    ('SETUP', r'$', ' point-to-multipoint', 'point-to-multipoint'),
    ('CONNECT', r'^CONNECT', 'SETUP pid=0', 'message'),
    ('RELEASE', r'cause=\d+', 'cause=99', 'cause'),
]


@pytest.fixture(scope='module')
def readings(takeover):
    """An event per name of frame, with its row of tshark."""
    out, head, cases = takeover
    (out / 'all.pcapng').write_bytes(b''.join((out / case['capture']).read_bytes() for case in cases if case['capture']))
    first_of = {}
    for event, row in zip(frames_of(head, cases), dissect_with_octets(out / 'all.pcapng'), strict=True):
        first_of.setdefault(event['text'].split()[0], (event, row))
    return first_of


@pytest.mark.parametrize('name, old, new, field', DAMAGE)
def test_a_wrong_field_is_found(readings, name, old, new, field):
    """The comparison is not blind: a line that says something else is reported, and for this field."""
    event, row = readings[name]
    assert differences(event, row) == []
    changed = json.loads(json.dumps(event))
    changed['text'] = re.sub(old, new, event['text'], count=1)
    assert changed['text'] != event['text']
    assert [found for found in differences(changed, row) if found.startswith(field)], differences(changed, row)


@pytest.mark.parametrize('changes, words', [({'time_ns': 1}, 'time: 1 ns'), ({'from': 'host', 'to': ['dut']}, 'direction: 1'),
                                            ({'channel': 'control-direct/9'}, 'VCI: 9')])
def test_a_wrong_record_is_found(readings, changes, words):
    event, row = readings['LE_REGISTER_REQUEST']
    assert any(found.startswith(words) for found in differences({**event, **changes}, row))


def test_a_wrong_vci_in_signalling_is_found(readings):
    event, row = readings['CONNECT']
    assert differences(event, row) == []
    assert any(found.startswith('vci: 9,') for found in differences({**event, 'channel': 'control-direct/9'}, row))
