"""The Wireshark plugin frame by frame, through tshark: for each gap of spec/wireshark.md 3 a frame that is right and one that is wrong;
frames cut anywhere; real frames and those of the suite; the ways to install it. The frames are made here, octet by octet."""
import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, records, vmacheck  # noqa: E402

PLUGIN = ROOT / 'dissectors' / 'vmacheck.lua'
SUNATM, ETHERNET, TOKEN_RING = 123, 1, 6
LANE, LLC = 1, 2

ATM1 = bytes.fromhex('47000580ffe1000000f21a2b3c00205a01010100')
ATM2 = bytes.fromhex('47000580ffe1000000f21a2b3c00205a02020200')
NO_ATM, NO_LAN = bytes(20), bytes(8)
VMAC, MAC2 = bytes.fromhex('00005e000101'), bytes.fromhex('00205a020202')
TURNED_VMAC = bytes.fromhex('00007a008080')
VRRP_GROUP = bytes.fromhex('01005e000012')
SNAP = bytes.fromhex('aaaa03000000')
TLV_LLC_MUXED, TLV_AGING_TIME, TLV_ELAN_ID, TLV_X5 = 0x00a03e2b, 0x00a03e06, 0x00a03e12, 0x00a03e2c

# --- frames ---------------------------------------------------------------------------------------------------------------


def lan(mac):
    return struct.pack('>H', 1) + mac


def route(descriptor):
    return struct.pack('>HIH', 2, 0, descriptor)


def control(opcode, source=NO_LAN, target=NO_LAN, source_atm=NO_ATM, target_atm=NO_ATM, status=0, flags=0, lecid=5, tlvs=(),
            elan=(0, 0, b''), version=1, protocol=1):
    lan_type, max_frame_size, name = elan
    fixed = struct.pack('>HBBHHIHH8s8s20sBBBB20s32s', 0xff00, protocol, version, opcode, status, 0x13, lecid, flags, source, target,
                        source_atm, lan_type, max_frame_size, len(tlvs), len(name), target_atm, name)
    return fixed + b''.join(struct.pack('>IB', kind, len(value)) + value for kind, value in tlvs)


def changed(frame, at, octets):
    return frame[:at] + octets + frame[at + len(octets):]


def checksum(octets):
    total = sum(struct.unpack(f'>{len(octets) // 2}H', octets))
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return struct.pack('>H', ~total & 0xffff)


def advertisement(priority=100):
    vrrp = struct.pack('>BBBBBBH4s8x', 0x21, 1, priority, 1, 0, 1, 0, bytes([10, 0, 0, 1]))
    vrrp = changed(vrrp, 6, checksum(vrrp))
    header = struct.pack('>BBHHHBBH4s4s', 0x45, 0xc0, 20 + len(vrrp), 1, 0, 255, 112, 0, bytes([10, 0, 0, 11]), bytes([224, 0, 0, 18]))
    return changed(header, 10, checksum(header)) + vrrp


def arp(sender_mac, hardware=1):
    return struct.pack('>HHBBH6s4s6s4s', hardware, 0x0800, 6, 4, 2, sender_mac, bytes([10, 0, 0, 1]), MAC2, bytes([10, 0, 0, 7]))


def ethernet(to, source, kind, payload):
    return (to + source + struct.pack('>H', kind) + payload).ljust(60, b'\0')


def token_ring(to, source, kind, payload, route_information=b''):
    source = bytes([source[0] | (0x80 if route_information else 0)]) + source[1:]
    return b'\x00\x40' + to + source + route_information + SNAP + struct.pack('>H', kind) + payload


def data(frame, lecid=5):
    return struct.pack('>H', lecid) + frame


def llc(frame, frame_type=0x000c, elan_id=9):
    return bytes.fromhex('aaaa0300a03e') + struct.pack('>HI', frame_type, elan_id) + frame


ADVERTISEMENT = data(ethernet(VRRP_GROUP, VMAC, 0x0800, advertisement()))
RESIGNATION = data(ethernet(VRRP_GROUP, VMAC, 0x0800, advertisement(0)))
ARP_REPLY = data(ethernet(MAC2, VMAC, 0x0806, arp(VMAC)))
RING_ARP = data(token_ring(MAC2, TURNED_VMAC, 0x0806, arp(TURNED_VMAC, hardware=6)))
REGISTER = control(4, source=lan(VMAC), source_atm=ATM1)
TARGETLESS = control(6, source=lan(VMAC), source_atm=ATM1)
NO_SOURCE_NARP = control(8, target=lan(VMAC), target_atm=ATM1)
ZERO_NARP = control(8, target=lan(VMAC))
QUESTION = control(6, source=lan(MAC2), target=lan(VMAC), source_atm=ATM2, lecid=7)
QUESTION_OF_ROUTE = control(6, source=lan(MAC2), target=route(0x0ab5), source_atm=ATM1)
JOIN = control(2, source=lan(MAC2), source_atm=ATM1, flags=0x0082, elan=(1, 1, b'elan-1'))
RING_JOIN = control(2, source=lan(MAC2), source_atm=ATM1, elan=(2, 2, b'ring'))
READY_QUERY, READY_IND = bytes.fromhex('ff0001010003'), bytes.fromhex('ff0001010103')

# --- tshark ---------------------------------------------------------------------------------------------------------------


def sunatm(sdu, traffic=LANE, vci=34):
    return struct.pack('>BBH', 0x80 | traffic, 0, vci) + sdu


def write_pcap(path, packets, link_type=SUNATM):
    with open(path, 'wb') as file:
        file.write(struct.pack('>IHHIIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, link_type))
        for second, packet in enumerate(packets):
            file.write(struct.pack('>IIII', second, 0, len(packet), len(packet)) + packet)
    return path


def tshark(*arguments, plugin=True, environment=None):
    """What it prints. A mistake in the plugin appears in the tree and the column, or on the standard error output."""
    load = ['-X', f'lua_script:{PLUGIN}'] if plugin else []
    done = subprocess.run(['tshark', *map(str, arguments), *load], capture_output=True, text=True, timeout=120, check=False,
                          env=environment)
    assert done.returncode == 0, done.stderr
    assert 'Lua' not in done.stdout + done.stderr, (done.stdout + done.stderr)[-2000:]
    return done.stdout


def fields(path, *names, options=()):
    """Of each packet a dictionary of lists of values."""
    out = tshark('-r', path, '-n', *options, '-T', 'fields', '-E', 'aggregator=;', *(word for name in names for word in ('-e', name)))
    return [dict(zip(names, ([value for value in cell.split(';') if value] for cell in line.split('\t')), strict=True))
            for line in out.splitlines()]


COMMON = ['vmacheck.name', 'vmacheck.vrid', 'vmacheck.role', '_ws.expert.message', '_ws.col.Info', 'frame.protocols']


def seen(path, packets, *names, options=()):
    """The fields of each packet, the common ones by the last word of their names."""
    rows = fields(write_pcap(path / 'some.pcap', packets), *COMMON, *names, options=options)
    return [{name.rpartition('.')[2] if name in COMMON else name: values for name, values in row.items()} for row in rows]


# --- names (gaps 3 and 4) --------------------------------------------------------------------------------------------------

NAMES = [
    (TARGETLESS, 'TARGETLESS_LE_ARP_REQUEST', 'announced', 'lecid=5 source=00-00-5e-00-01-01 vrid=1'),
    (QUESTION, 'LE_ARP_REQUEST', 'asked for', 'lecid=7 source=00-20-5a-02-02-02 target=00-00-5e-00-01-01 vrid=1'),
    (NO_SOURCE_NARP, 'NO_SOURCE_LE_NARP_REQUEST', 'given up', 'lecid=5 target=00-00-5e-00-01-01 vrid=1'),
    (ZERO_NARP, 'ZERO_LE_NARP_REQUEST', 'given up', 'lecid=5 target=00-00-5e-00-01-01 vrid=1'),
    (control(8, target=lan(VMAC), source_atm=ATM2, target_atm=ATM1), 'LE_NARP_REQUEST', 'moved', 'vrid=1'),
    (REGISTER, 'LE_REGISTER_REQUEST', 'to be registered', 'vrid=1'),
    (control(0x104, source=lan(VMAC), source_atm=ATM1), 'LE_REGISTER_RESPONSE', 'registered', 'status=0'),
    (control(0x104, source=lan(VMAC), source_atm=ATM1, status=4), 'LE_REGISTER_RESPONSE', 'refused',
     'status=4 (duplicate LAN destination)'),
    (control(0x105, source=lan(VMAC), source_atm=ATM1), 'LE_UNREGISTER_RESPONSE', 'unregistered', 'status=0'),
    (control(0x106, source=lan(MAC2), target=lan(VMAC), source_atm=ATM2, target_atm=ATM1, flags=1), 'LE_ARP_RESPONSE', 'answered',
     'remote'),
    (ADVERTISEMENT, 'ADVERTISEMENT', 'Master', 'Announcement (v2)  [ADVERTISEMENT lecid=5 vrid=1 priority=100]'),
    (RESIGNATION, 'ADVERTISEMENT', 'resigning', 'priority=0'),
    (ARP_REPLY, 'ARP_REPLY', 'answered', '10.0.0.1 is at 00:00:5e:00:01:01  [ARP_REPLY lecid=5 vrid=1]'),
]


def test_names(tmp_path):
    rows = seen(tmp_path, [sunatm(sdu) for sdu, *_ in NAMES])
    for row, (_, name, role, info) in zip(rows, NAMES, strict=True):
        assert (row['name'], row['vrid'], row['role']) == ([name], ['1'], [role])
        assert info in row['Info'][0] and name in row['Info'][0]


def test_a_frame_of_no_virtual_router(tmp_path):
    row, = seen(tmp_path, [sunatm(control(6, source=lan(MAC2), source_atm=ATM1))])
    assert (row['name'], row['vrid'], row['role']) == (['TARGETLESS_LE_ARP_REQUEST'], [], [])


# --- fields: source and target apart, status, flags, TLVs, ELAN (gaps 2 to 9) -----------------------------------------------

FIELDS = [
    (QUESTION, 'vmacheck.source.mac', '00:20:5a:02:02:02'),
    (QUESTION, 'vmacheck.target.mac', '00:00:5e:00:01:01'),
    (TARGETLESS, 'vmacheck.target.tag', '0x0000'),
    (TARGETLESS, 'vmacheck.target.mac', None),
    (QUESTION, 'atm.source_atm', ATM2.hex()),
    (NO_SOURCE_NARP, 'atm.target_atm', ATM1.hex()),
    (NO_SOURCE_NARP, 'atm.source_atm', NO_ATM.hex()),
    (QUESTION, 'atm.le_control.status', '0'),
    (changed(QUESTION, 6, b'\0\4'), 'atm.le_control.status', '4'),
    (QUESTION_OF_ROUTE, 'vmacheck.target.route_descriptor', '0x0ab5'),
    (QUESTION_OF_ROUTE, 'vmacheck.target.lan_id', '0x00ab'),
    (QUESTION_OF_ROUTE, 'vmacheck.target.bridge', '5'),
    (JOIN, 'atm.le_control.flag.flag_proxy', '1'),
    (JOIN, 'atm.le_control.flag.selective_multicast', '0'),
    (control(9, source_atm=ATM1, flags=0x0100), 'atm.le_control.flag.topology_change', '1'),
    (control(8, target=lan(VMAC), flags=1), 'atm.le_control.flag.address', '1'),
    (JOIN, 'vmacheck.elan_name', 'elan-1'),
    (control(4, source=lan(VMAC), source_atm=ATM1, tlvs=[(TLV_LLC_MUXED, ATM2)]), 'vmacheck.tlv.llc_muxed_atm_address', ATM2.hex()),
    (control(0x102, source_atm=ATM1, tlvs=[(TLV_ELAN_ID, b'\0\0\1\2')]), 'vmacheck.tlv.elan_id', '258'),
    (control(1, source_atm=ATM1, tlvs=[(TLV_X5, b''), (TLV_AGING_TIME, b'\0\0\1\x2c')]), 'vmacheck.tlv.aging_time', '300'),
    (control(4, source=lan(VMAC), source_atm=ATM1, tlvs=[(0x00a03eff, b'xy')]), 'vmacheck.tlv.value', b'xy'.hex()),
    (ADVERTISEMENT, 'atm.le_client.client', '5'),
]


def test_fields(tmp_path):
    rows = seen(tmp_path, [sunatm(sdu) for sdu, *_ in FIELDS], *sorted({field for _, field, _ in FIELDS}))
    wrong = [(field, value, row[field]) for row, (_, field, value) in zip(rows, FIELDS, strict=True)
             if row[field] != ([] if value is None else [value])]
    assert not wrong


def test_maximum_frame_sizes(tmp_path):
    path = write_pcap(tmp_path / 'some.pcap', [sunatm(changed(JOIN, 53, bytes([code]))) for code in range(7)])
    shown = [line.strip() for line in tshark('-r', path, '-V').splitlines() if 'Maximum frame size' in line]
    labels = ['unspecified', '1516 ', '4544 ', '9234 ', '18190 ', '1580 ', 'Unknown']
    assert all(line.startswith(f'Maximum frame size: {label}') for line, label in zip(shown, labels, strict=True)), shown


# --- what is wrong with the octets (gaps 1, 4, 5) ---------------------------------------------------------------------------

EXPERTS = [
    (REGISTER, ''),
    (QUESTION, ''),
    (NO_SOURCE_NARP, ''),
    (control(9, source_atm=ATM1, flags=0x0100), ''),
    (JOIN, ''),
    (READY_QUERY, ''),
    (control(4, source=lan(VMAC), source_atm=ATM1, version=2), 'not FF00 01 02'),
    (control(4, source=lan(VMAC), source_atm=ATM1, protocol=0), 'not FF00 00 01'),
    (changed(REGISTER, 0, b'\xff\x01'), 'nor the marker'),
    (changed(REGISTER, 52, b'\1'), 'LAN-TYPE is reserved'),
    (changed(REGISTER, 53, b'\1'), 'MAXIMUM-FRAME-SIZE is reserved'),
    (changed(REGISTER, 55, b'\1'), 'ELAN-NAME-SIZE is reserved'),
    (changed(REGISTER, 107, b'\1'), 'ELAN-NAME is reserved'),
    (changed(REGISTER, 30, b'\1'), 'TARGET-LAN-DESTINATION is reserved'),
    (changed(REGISTER, 60, b'\1'), 'TARGET-ATM-ADDRESS is reserved'),
    (changed(REGISTER, 6, b'\0\1'), 'STATUS is reserved'),
    (changed(NO_SOURCE_NARP, 20, b'\1'), 'SOURCE-LAN-DESTINATION is reserved'),
    (changed(control(9, source_atm=ATM1), 60, b'\1'), 'TARGET-ATM-ADDRESS is reserved'),
    (changed(TARGETLESS, 30, b'\1'), 'not present has octets'),
    (changed(QUESTION, 24, b'\0\3'), 'Tag 0x0003'),
    (changed(QUESTION_OF_ROUTE, 26, b'\1'), 'route descriptor are not zero'),
    (control(0x108, target=lan(VMAC)), 'no response to LE_NARP_REQUEST'),
    (control(0x109), 'no response to LE_TOPOLOGY_REQUEST'),
    (control(0x77), 'No message has this op-code'),
    (control(0x104, source=lan(VMAC), source_atm=ATM1, status=3), 'status has no meaning'),
    (control(4, source=lan(VMAC), source_atm=ATM1, flags=0x80), 'proxy has no meaning'),
    (control(4, source=lan(VMAC), source_atm=ATM1, flags=0x4000), 'Undefined flags are set: 0x4000'),
    (REGISTER + b'\0', 'The frame has 108 octets'),
    (READY_QUERY + b'\0', 'READY_QUERY has 6 octets'),
    (changed(REGISTER, 54, b'\1'), 'NUMBER-TLVs (octet 54) is 1'),
    (control(4, source=lan(VMAC), source_atm=ATM1, tlvs=[(TLV_LLC_MUXED, b'')]), 'llc-muxed-atm-address has 20 octets'),
    (control(4, source=lan(VMAC), source_atm=ATM1, tlvs=[(TLV_ELAN_ID, b'123')]), 'elan-id has 4 octets'),
    (changed(JOIN, 55, bytes([40])), 'ELAN-NAME-SIZE is above 32'),
    (changed(JOIN, 90, b'x'), 'Unused octets of ELAN-NAME'),
    (REGISTER[:60], 'ends before or inside'),
]
WITHOUT_ANALYSIS = ['-o', 'vmacheck.analysis:FALSE']  # which has its own words for some of them


def test_expert_infos(tmp_path):
    rows = seen(tmp_path, [sunatm(sdu) for sdu, _ in EXPERTS], options=WITHOUT_ANALYSIS)
    found = [(';'.join(row['message']), message) for row, (_, message) in zip(rows, EXPERTS, strict=True)]
    assert not [each for each in found if each[1] not in each[0] or (each[0] and not each[1])]


def test_expert_infos_without_a_tree(tmp_path):
    """The list of them is complete though nobody looks at the trees."""
    path = write_pcap(tmp_path / 'some.pcap', [sunatm(sdu) for sdu, _ in EXPERTS])
    listed = tshark('-r', path, '-q', '-z', 'expert', *WITHOUT_ANALYSIS)
    assert not [message for _, message in EXPERTS if message not in listed]


# --- 802.5 and LLC-multiplexed data (gaps 10, 11) ----------------------------------------------------------------------------


def test_token_ring_data(tmp_path):
    routed = data(token_ring(MAC2, TURNED_VMAC, 0x0800, advertisement(), bytes.fromhex('06300a1b0a20')))
    _, reply, advert = seen(tmp_path, [sunatm(sdu) for sdu in (RING_JOIN, RING_ARP, routed)], 'arp.src.proto_ipv4', 'vrrp.prio')
    assert (reply['name'], reply['vrid'], reply['arp.src.proto_ipv4']) == (['ARP_REPLY'], ['1'], ['10.0.0.1'])
    assert (advert['name'], advert['vrid'], advert['vrrp.prio']) == (['ADVERTISEMENT'], ['1'], ['100'])
    assert ':tr:' in reply['protocols'][0] and ':tr:' in advert['protocols'][0]


def test_the_medium(tmp_path):
    """By the preference before all, by LAN-TYPE, and if nothing tells it by the look of the frame."""
    both = [sunatm(RING_ARP), sunatm(ADVERTISEMENT)]
    assert [row['name'] for row in seen(tmp_path, both)] == [['ARP_REPLY'], ['ADVERTISEMENT']]
    assert [row['name'] for row in seen(tmp_path, [sunatm(JOIN), *both])][1:] == [['ETHERNET'], ['ADVERTISEMENT']]
    assert [row['name'] for row in seen(tmp_path, [sunatm(RING_JOIN), *both])][1] == ['ARP_REPLY']
    told = seen(tmp_path, [sunatm(JOIN), *both], options=['-o', 'vmacheck.medium:Token ring'])
    assert told[1]['name'] == ['ARP_REPLY'] and 'vrrp' not in told[2]['protocols'][0]


def test_llc_multiplexed(tmp_path):
    rows = seen(tmp_path, [sunatm(frame, LLC) for frame in (
        llc(ADVERTISEMENT), llc(READY_IND), llc(RING_ARP, 0x000d), llc(RING_ARP, 0x0001), SNAP + b'\x08\x00' + advertisement())],
        'vmacheck.llc.elan_id', 'vmacheck.llc.frame_type')
    assert [row['name'] for row in rows] == [['ADVERTISEMENT'], ['READY_IND'], ['ARP_REPLY'], ['MALFORMED'], []]
    assert [row['vmacheck.llc.elan_id'] for row in rows] == [['9']] * 4 + [[]]
    assert rows[0]['protocols'][0].endswith('vrrp') and rows[2]['protocols'][0].endswith('arp')
    assert 'FRAME-TYPE 0x0001' in rows[3]['message'][0]
    assert rows[4]['protocols'][0].endswith('ip:vrrp')  # not of LANE: left alone


def test_lan_interfaces(tmp_path):
    """VRID and name on Ethernet and 802.5; frames that have nothing to do with VRRP are left alone, unless the capture has some."""
    other = ethernet(MAC2, MAC2, 0x88b5, b'')
    path = write_pcap(tmp_path / 'lan.pcap', [other, ADVERTISEMENT[2:], ARP_REPLY[2:], other], ETHERNET)
    rows = fields(path, *COMMON)
    assert [row['vmacheck.name'] for row in rows] == [[], ['ADVERTISEMENT'], ['ARP_REPLY'], ['ETHERNET']]
    assert [row['vmacheck.vrid'] for row in rows] == [[], ['1'], ['1'], []]
    assert rows[1]['frame.protocols'][0].startswith('eth:ethertype:ip:vrrp')
    row, = fields(write_pcap(tmp_path / 'ring.pcap', [RING_ARP[2:]], TOKEN_RING), *COMMON)
    assert (row['vmacheck.name'], row['vmacheck.vrid']) == (['ARP_REPLY'], ['1'])


# --- any octets --------------------------------------------------------------------------------------------------------------


def test_any_octets(tmp_path):
    """Nothing makes the plugin fail, in tree or summary: every kind of frame cut at every length, and with every octet set."""
    with_tlvs = control(4, source=lan(VMAC), tlvs=[(TLV_LLC_MUXED, ATM2), (TLV_X5, b'')])
    frames = [sunatm(sdu) for sdu in (JOIN, QUESTION, ADVERTISEMENT, with_tlvs)]
    frames += [sunatm(llc(RING_ARP, 0x000d), LLC), sunatm(llc(QUESTION), LLC)]
    packets = [frame[:size] for frame in frames for size in range(4, len(frame))]
    packets += [changed(frame, at, b'\xff') for frame in frames for at in range(4, len(frame))]
    path = write_pcap(tmp_path / 'cut.pcap', packets)
    assert len(fields(path, 'vmacheck.name')) == len(packets)
    tshark('-r', path, '-V')
    tshark('-r', path)
    tshark('-r', path, '-o', 'vmacheck.medium:Token ring', '-V')
    for link_type, frame in ((ETHERNET, ADVERTISEMENT[2:]), (TOKEN_RING, RING_ARP[2:])):
        tshark('-r', write_pcap(tmp_path / 'lan.pcap', [frame[:size] for size in range(1, len(frame))], link_type), '-V')


# --- real frames, and those of the suite --------------------------------------------------------------------------------------

REAL = sorted((ROOT / 'tests' / 'real-frames').glob('*.pcap'))


@pytest.mark.parametrize('path', REAL, ids=lambda path: path.stem)
def test_real_frames(path):
    """Each frame of LANE has the name that `vmacheck show` prints; no frame has another."""
    shown = {line['frame']: line['name'] for line in map(json.loads, vmacheck('show', '--json', path).stdout.splitlines())
             if 'name' in line}
    rows = fields(path, 'frame.number', 'vmacheck.name')
    names = {int(row['frame.number'][0]): row['vmacheck.name'][0] for row in rows if row['vmacheck.name']}
    assert names and {number: shown.get(number) for number in names} == names
    tshark('-r', path, '-V')


MEDIA = {'ethernet': 'Ethernet', 'token-ring': 'Token ring'}


@pytest.mark.parametrize('medium', MEDIA)
def test_names_of_the_suite(tmp_path, medium):
    """Every frame, those that cases spoil included, has the name that vmacheck gives it; signalling has none."""
    vmacheck('run', 'backup/', 'frame-forms/', 'bridge-forms/', 'les-robustness/', '--media', medium, '--out', tmp_path)
    head, cases, _ = records(tmp_path)
    member = {name: place for place, name in enumerate(head['event_members'])}
    cases = [case for case in cases if case['capture']][::3]
    expected = [event[member['text']].split()[:1] if event[member['kind']] in ('sdu', 'lan-frame') else []
                for case in cases for event in case['events'] if event[member['frame']]]
    merged = tmp_path / 'all.pcapng'
    subprocess.run(['mergecap', '-a', '-w', merged, *(tmp_path / case['capture'] for case in cases)], check=True, capture_output=True)
    rows = fields(merged, 'vmacheck.name', options=['-o', f'vmacheck.medium:{MEDIA[medium]}'])
    assert len(rows) == len(expected) > 500
    wrong = [(number, want, row['vmacheck.name']) for number, (want, row) in enumerate(zip(expected, rows), 1)
             if row['vmacheck.name'] != want]
    assert not wrong, wrong[:10]


# --- installation ---------------------------------------------------------------------------------------------------------------


def install(*arguments, home):
    subprocess.run(['make', '-s', 'install-dissectors', *arguments], cwd=ROOT, check=True, capture_output=True, timeout=60,
                   env={**os.environ, 'HOME': str(home)})


def test_installed_and_named(tmp_path):
    """Wireshark starts only the main file by itself; naming the plugin on the command line as well does no harm."""
    install(home=tmp_path)
    path = write_pcap(tmp_path / 'one.pcap', [sunatm(TARGETLESS)])
    environment = {key: value for key, value in os.environ.items() if not key.startswith('XDG')} | {'HOME': str(tmp_path)}
    for plugin in (False, True):
        assert 'TARGETLESS_LE_ARP_REQUEST lecid=5' in tshark('-r', path, plugin=plugin, environment=environment)
    plugins = tmp_path / '.local' / 'lib' / 'wireshark' / 'plugins'
    assert [file.name for file in plugins.rglob('*.lua')] == ['vmacheck.lua']


def test_installed_for_everybody(tmp_path):
    install(f'PREFIX={tmp_path}', home=tmp_path / 'nobody')
    plugin = tmp_path / 'lib' / 'wireshark' / 'plugins' / 'vmacheck.lua'
    path = write_pcap(tmp_path / 'one.pcap', [sunatm(TARGETLESS)])
    assert 'TARGETLESS' in tshark('-r', path, '-X', f'lua_script:{plugin}', plugin=False)
    assert not (tmp_path / 'nobody').exists()


def test_a_missing_folder_is_named(tmp_path):
    shutil.copy(PLUGIN, tmp_path)
    done = subprocess.run(['tshark', '-X', f"lua_script:{tmp_path / 'vmacheck.lua'}", '-r', REAL[0]], capture_output=True, text=True,
                          check=False)
    assert 'install the folder with vmacheck.lua' in done.stderr
