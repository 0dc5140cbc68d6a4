"""The frames of examples/python-device, against the golden frames of spec/lane-wire.md 14 and spec/vrrp.md 9, and its
side of the adapter protocol."""
import io
import ipaddress
import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'examples' / 'python-device'))
import ip_frames as ip  # noqa: E402
import lane_frames as lane  # noqa: E402
import vmacheck_adapter as adapter  # noqa: E402

ATM1 = bytes.fromhex('47000580ffe1000000f21a2b3c00205a01010100')
ATM2 = bytes.fromhex('47000580ffe1000000f21a2b3c00205a02020200')
MAC2 = bytes.fromhex('00205a020202')
VMAC = bytes.fromhex('00005e000101')


def octets(text, size=None):
    """Octets written in hexadecimal, filled up with zeros to 'size'."""
    data = bytes.fromhex(text)
    return data if size is None else data.ljust(size, b'\0')


def address(text):
    return int(ipaddress.IPv4Address(text))


# --- lane-wire 14 ----------------------------------------------------------------------------------------------------

GOLDEN_CONTROL = {
    'register': (
        lane.ControlFrame(lane.LE_REGISTER_REQUEST, transaction_id=0x11, requester_lecid=5, source_lan=VMAC,
                          source_atm=ATM1),
        octets('ff 00 01 01 00 04 00 00 00 00 00 11 00 05 00 00 00 01 00 00 5e 00 01 01 00 00 00 00 00 00 00 00'
               '47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a 01 01 01 00', 108)),
    'unregister': (
        lane.ControlFrame(lane.LE_UNREGISTER_REQUEST, transaction_id=0x11, requester_lecid=5, source_lan=VMAC,
                          source_atm=ATM1),
        octets('ff 00 01 01 00 05 00 00 00 00 00 11 00 05 00 00 00 01 00 00 5e 00 01 01 00 00 00 00 00 00 00 00'
               '47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a 01 01 01 00', 108)),
    'duplicate': (
        lane.ControlFrame(lane.LE_REGISTER_REQUEST, transaction_id=0x11, requester_lecid=5, source_lan=VMAC,
                          source_atm=ATM1).response(status=4),
        octets('ff 00 01 01 01 04 00 04 00 00 00 11 00 05 00 00 00 01 00 00 5e 00 01 01 00 00 00 00 00 00 00 00'
               '47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a 01 01 01 00', 108)),
    'targetless': (
        lane.ControlFrame(lane.LE_ARP_REQUEST, transaction_id=0x13, requester_lecid=5, source_lan=VMAC,
                          source_atm=ATM1),
        octets('ff 00 01 01 00 06 00 00 00 00 00 13 00 05 00 00 00 01 00 00 5e 00 01 01 00 00 00 00 00 00 00 00'
               '47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a 01 01 01 00', 108)),
    'targetless with LLC-Muxed-ATM-Address': (
        lane.ControlFrame(lane.LE_ARP_REQUEST, transaction_id=0x13, requester_lecid=5, source_lan=VMAC, source_atm=ATM1,
                          tlvs=[(0x00a03e2b, ATM2)]),
        octets('ff 00 01 01 00 06 00 00 00 00 00 13 00 05 00 00 00 01 00 00 5e 00 01 01 00 00 00 00 00 00 00 00'
               '47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a 01 01 01 00 00 00 01', 108)
        + octets('00 a0 3e 2b 14 47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a 02 02 02 00')),
    'no-source': (
        lane.ControlFrame(lane.LE_NARP_REQUEST, transaction_id=0x14, requester_lecid=5, target_lan=VMAC,
                          target_atm=ATM1),
        octets('ff 00 01 01 00 08 00 00 00 00 00 14 00 05 00 00 00 00 00 00 00 00 00 00 00 01 00 00 5e 00 01 01'
               + 24 * '00' + '47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a 01 01 01 00', 108)),
    'VRRP v1 LE_NARP': (
        lane.ControlFrame(lane.LE_NARP_REQUEST, transaction_id=0x15, requester_lecid=5, target_lan=VMAC),
        octets('ff 00 01 01 00 08 00 00 00 00 00 15 00 05 00 00 00 00 00 00 00 00 00 00 00 01 00 00 5e 00 01 01', 108)),
    'LE_ARP': (
        lane.ControlFrame(lane.LE_ARP_REQUEST, transaction_id=0x16, requester_lecid=7, source_lan=MAC2, target_lan=VMAC,
                          source_atm=ATM2),
        octets('ff 00 01 01 00 06 00 00 00 00 00 16 00 07 00 00 00 01 00 20 5a 02 02 02 00 01 00 00 5e 00 01 01'
               '47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a 02 02 02 00', 108)),
    'LE_ARP answered': (
        lane.ControlFrame(lane.LE_ARP_REQUEST, transaction_id=0x16, requester_lecid=7, source_lan=MAC2, target_lan=VMAC,
                          source_atm=ATM2).response(target_atm=ATM1),
        octets('ff 00 01 01 01 06 00 00 00 00 00 16 00 07 00 00 00 01 00 20 5a 02 02 02 00 01 00 00 5e 00 01 01'
               '47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a 02 02 02 00 00 00 00 00'
               '47 00 05 80 ff e1 00 00 00 f2 1a 2b 3c 00 20 5a 01 01 01 00', 108)),
    'READY_QUERY': (lane.ControlFrame(lane.READY_QUERY), octets('ff 00 01 01 00 03')),
    'READY_IND': (lane.ControlFrame(lane.READY_IND), octets('ff 00 01 01 01 03')),
}


@pytest.mark.parametrize('frame, golden', GOLDEN_CONTROL.values(), ids=GOLDEN_CONTROL.keys())
def test_golden_control_frame(frame, golden):
    assert frame.encode() == golden
    assert lane.ControlFrame.decode(golden) == frame
    assert lane.is_control(golden)


def test_join_carries_name_type_and_flags():
    """The offsets of lane-wire 1."""
    frame = lane.ControlFrame(lane.LE_JOIN_REQUEST, flags=lane.V2_CAPABLE, source_lan=MAC2, source_atm=ATM2, lan_type=1,
                              max_frame_size=1, elan_name=b'red')
    data = frame.encode()
    assert (data[14:16], data[52], data[53], data[54], data[55]) == (b'\0\2', 1, 1, 0, 3)
    assert data[76:108] == b'red' + bytes(29)
    assert lane.ControlFrame.decode(data) == frame


@pytest.mark.parametrize('data, words', [
    (b'', '0 octets are no control frame'),
    (octets('ff 00 01 01 00'), '5 octets'),
    (octets('ff 00 01 02 00 03'), 'marker, protocol and version are ff000102'),
    (octets('ff 00 01 01 00 04', 107), '107 octets, a control frame has at least 108'),
    (octets('ff 00 01 01 00 04', 54) + b'\1' + bytes(53), 'the TLVs end too soon'),
    (octets('ff 00 01 01 00 04', 54) + b'\1' + bytes(53) + octets('00 a0 3e 2b 14 00'), 'TLV 00a03e2b ends too soon'),
])
def test_no_control_frame(data, words):
    with pytest.raises(lane.FrameError, match=words):
        lane.ControlFrame.decode(data)


def test_trailing_octets_and_unknown_tlvs_are_tolerated():
    known = GOLDEN_CONTROL['register'][1]
    assert lane.ControlFrame.decode(known + b'trailing') == lane.ControlFrame.decode(known)
    with_tlv = known[:54] + b'\1' + known[55:] + octets('de ad be ef 02 01 02')
    assert lane.ControlFrame.decode(with_tlv).tlvs == [(0xdeadbeef, b'\1\2')]


GOLDEN_DATA = octets(
    '00 05 01 00 5e 00 00 12 00 00 5e 00 01 01 08 00 45 c0 00 28 00 01 00 00 ff 70 d0 87 0a 00 00 0b'
    'e0 00 00 12 21 01 64 01 00 01 70 fb 0a 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00')


def test_golden_data_frame_is_read():
    lecid, octets_of_frame = lane.decode_data(GOLDEN_DATA)
    frame = ip.Ethernet.decode(octets_of_frame)
    packet = ip.Ipv4.decode(frame.payload)
    assert not lane.is_control(GOLDEN_DATA) and lecid == 5 and len(GOLDEN_DATA) == 62
    assert (frame.destination, frame.source, frame.ethertype) == (ip.VRRP_GROUP_MAC, VMAC, ip.ETHERTYPE_IPV4)
    assert (packet.source, packet.destination) == (address('10.0.0.11'), ip.VRRP_GROUP)
    assert (packet.protocol, packet.ttl, packet.identification) == (112, 255, 1)
    assert ip.Advertisement.decode(packet.payload) == ip.Advertisement(1, 100, 1, [address('10.0.0.1')])


def test_data_frame_is_padded_with_zeros():
    assert lane.encode_data(5, bytes(range(20))) == b'\0\5' + bytes(range(20)) + bytes(40)
    assert len(lane.encode_data(5, bytes(61))) == 63
    with pytest.raises(lane.FrameError):
        lane.decode_data(bytes(15))


# --- vrrp.md 9 -------------------------------------------------------------------------------------------------------

ONE = address('10.0.0.1')
GOLDEN_VRRP = [
    (ip.Advertisement(1, 100, 1, [ONE]), octets('21 01 64 01 00 01 70 fb 0a 00 00 01', 20)),
    (ip.Advertisement(1, 255, 1, [ONE]), octets('21 01 ff 01 00 01 d5 fa 0a 00 00 01', 20)),
    (ip.Advertisement(1, 0, 1, [ONE]), octets('21 01 00 01 00 01 d4 fb 0a 00 00 01', 20)),
    (ip.Advertisement(1, 100, 2, [ONE]), octets('21 01 64 01 00 02 70 fa 0a 00 00 01', 20)),
    (ip.Advertisement(1, 100, 1, [ONE, ONE + 1]), octets('21 01 64 02 00 01 66 f8 0a 00 00 01 0a 00 00 02', 24)),
    (ip.Advertisement(200, 254, 1, [address('192.0.2.1')]), octets('21 c8 fe 01 00 01 1e 33 c0 00 02 01', 20)),
]


@pytest.mark.parametrize('advertisement, golden', GOLDEN_VRRP)
def test_golden_advertisement(advertisement, golden):
    assert advertisement.encode() == golden
    assert ip.Advertisement.decode(golden) == advertisement


def test_golden_advertisement_with_password_is_read():
    golden = octets('21 01 64 01 01 01 56 18 0a 00 00 01 76 72 72 70 31 00 00 00')
    assert ip.Advertisement.decode(golden).authentication_type == 1


@pytest.mark.parametrize('at', range(20))
def test_advertisement_with_a_wrong_bit_is_discarded(at):
    golden = bytearray(GOLDEN_VRRP[0][1])
    golden[at] ^= 0x10
    assert ip.Advertisement.decode(bytes(golden)) is None


@pytest.mark.parametrize('size', range(20))
def test_short_advertisement_is_discarded(size):
    assert ip.Advertisement.decode(GOLDEN_VRRP[0][1][:size]) is None


def test_golden_ethernet_frame():
    packet = ip.Ipv4(address('10.0.0.3'), ip.VRRP_GROUP, ip.PROTOCOL_VRRP, ip.VRRP_TTL, GOLDEN_VRRP[0][1])
    frame = ip.Ethernet(ip.VRRP_GROUP_MAC, ip.vmac_of(1), ip.ETHERTYPE_IPV4, packet.encode())
    assert lane.encode_data(0, frame.encode())[2:] == octets(
        '01 00 5e 00 00 12 00 00 5e 00 01 01 08 00 45 00 00 28 00 00 00 00 ff 70 d1 50 0a 00 00 03 e0 00 00 12'
        '21 01 64 01 00 01 70 fb 0a 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00 00 00')


def test_golden_gratuitous_arp():
    arp = ip.Arp(ip.ARP_REQUEST, VMAC, ONE, bytes(6), ONE)
    golden = octets('ff ff ff ff ff ff 00 00 5e 00 01 01 08 06'
                    '00 01 08 00 06 04 00 01 00 00 5e 00 01 01 0a 00 00 01 00 00 00 00 00 00 0a 00 00 01')
    assert ip.Ethernet(ip.BROADCAST, VMAC, ip.ETHERTYPE_ARP, arp.encode()).encode() == golden
    assert ip.Arp.decode(golden[14:] + bytes(18)) == arp
    assert ip.Arp.decode(golden[14:41]) is None


def test_echo_reply_carries_what_was_asked():
    request = octets('08 00 f7 fd 00 01 00 01')
    assert ip.decode_echo_request(request) == request[4:]
    assert ip.encode_echo_reply(request[4:]) == octets('00 00 ff fd 00 01 00 01')
    assert ip.decode_echo_request(octets('08 00 f7 fc 00 01 00 01')) is None
    assert ip.decode_echo_request(octets('00 00 ff fd 00 01 00 01')) is None


def with_checksum(octets_of_message, at, size):
    """The octets with the checksum at 'at' made right for the first 'size' of them."""
    data = bytearray(octets_of_message)
    data[at:at + 2] = bytes(2)
    data[at:at + 2] = ip.checksum(bytes(data[:size])).to_bytes(2, 'big')
    return bytes(data)


@pytest.mark.parametrize('at, value, header_size', [
    (0, 0x65, 20), (0, 0x44, 16), (3, 0x29, 20), (3, 0x13, 20), (6, 0x20, 20), (7, 0x01, 20),
], ids=['version', 'header size', 'total too large', 'total too small', 'more fragments', 'fragment offset'])
def test_bad_ip_header_is_discarded(at, value, header_size):
    data = bytearray(GOLDEN_DATA[16:56])
    assert ip.Ipv4.decode(with_checksum(data, 10, 20)) == ip.Ipv4.decode(bytes(data)) is not None
    data[at] = value
    assert ip.Ipv4.decode(with_checksum(data, 10, header_size)) is None


def test_ip_header_with_a_wrong_checksum_is_discarded():
    data = bytearray(GOLDEN_DATA[16:56])
    data[8] -= 1
    assert ip.Ipv4.decode(bytes(data)) is None


@pytest.mark.parametrize('version_and_type', [0x20, 0x22, 0x11, 0x31])
def test_other_versions_and_types_of_vrrp_are_discarded(version_and_type):
    golden = bytearray(GOLDEN_VRRP[0][1])
    golden[0] = version_and_type
    assert ip.Advertisement.decode(with_checksum(golden, 6, 20)) is None


# --- the adapter protocol --------------------------------------------------------------------------------------------


class Clockwork(adapter.Station):
    """Starts timers and says which one fired, by the VCC that it releases."""

    def __init__(self, network, settings):
        super().__init__(network, settings)
        if settings['refuse']:
            raise adapter.Refusal('refused')
        self.timers = [network.timer(lambda vcc=vcc: network.call_release(vcc)) for vcc in range(5)]

    def control(self, action, vrid, priority):
        if action == 'start':
            for timer, delay_ns in zip(self.timers, (30, 10, 10, 20, 10)):
                timer.start(delay_ns)
            self.timers[4].stop()
            self.timers[1].start(10)  # now behind timer 2
        else:
            super().control(action, vrid, priority)

    def sdu_received(self, vcc, data):
        self.network.sdu_send(vcc, data[::-1])


def converse(*messages, instances=1):
    """The answers of Clockwork, one list of dictionaries for each message."""
    output = io.StringIO()
    lines = [json.dumps(message) for message in messages]
    adapter.run(Clockwork, 'clockwork', {'roles': ['router']}, {'egress-order'}, lines, output, instances)
    answers = [[]]
    for line in output.getvalue().splitlines():
        answers[-1].append(json.loads(line))
        if answers[-1][-1]['type'] == 'done':
            answers.append([])
    assert len(answers) == len(messages) + 1 and not answers[-1]
    return answers[:-1]


def message(kind, time_ns=0, **members):
    return {'type': kind, 'time_ns': time_ns, **members}


CONFIGURE = message('configure', random='00000000000000ff', settings={'refuse': False})
START = message('control', 100, action='start', vrid=0, priority=0)


def test_questions_about_the_device():
    hello, echo, known, unknown = converse(
        message('hello', version=1), message('echo', data='00ff'), message('capability', name='egress-order'),
        message('capability', name='teleportation'))
    done = message('done', deadline_ns=None)
    assert hello == [message('hello', version=1, name='clockwork', claims={'roles': ['router']}), done]
    assert echo == [message('echo', data='00ff'), done]
    assert known == [message('result', ok=True, reason=''), done]
    assert unknown == [message('result', ok=False, reason='no such capability'), done]


def test_instances_have_stations_timers_and_times_of_their_own():
    hello, _, _, _, first, second, other = converse(
        message('hello', version=1), {**CONFIGURE, 'instance': 1}, CONFIGURE, {**START, 'instance': 1},
        message('sdu', 7, vcc=1, data='0102'), message('advance', 110, instance=1),
        message('control', 8, action='start', vrid=0, priority=0, instance=2), instances=3)
    assert hello[0]['instances'] == 3 and 'instance' not in hello[0]
    assert first == [message('sdu_send', 7, vcc=1, data='0201'), message('done', 7, deadline_ns=None)]
    assert second == [message('call_release', 110, vcc=2, cause=16, instance=1),
                      message('done', 110, deadline_ns=110, instance=1)]
    assert other[0] == message('result', 8, ok=False, reason='there is nothing to control before `configure`', instance=2)


def test_refusals():
    settings, early, action = converse(
        {**CONFIGURE, 'settings': {'refuse': True}}, message('control', action='start', vrid=0, priority=0),
        message('hello', version=1))
    assert settings[0] == message('result', ok=False, reason='refused')
    assert early[0]['ok'] is False
    assert action[0]['type'] == 'hello'
    _, unknown = converse(CONFIGURE, message('control', action='dance', vrid=0, priority=0))
    assert unknown[0] == message('result', ok=False, reason="there is no action 'dance'")


def test_timers_fire_one_by_one_in_the_order_of_their_starting():
    advances = [message('advance', time_ns) for time_ns in (110, 110, 120, 130)]
    _, start, *fired = converse(CONFIGURE, START, *advances)
    assert start[-1]['deadline_ns'] == 110
    assert [[answer.get('vcc') for answer in answers[:-1]] for answers in fired] == [[2], [1], [3], [0]]
    assert [answers[-1]['deadline_ns'] for answers in fired] == [110, 120, 130, None]
    assert {answer['time_ns'] for answer in fired[2]} == {120}


def test_advance_before_the_deadline_fires_nothing():
    *_, early = converse(CONFIGURE, START, message('advance', 109))
    assert early == [message('done', 109, deadline_ns=110)]


def test_configure_forgets_everything():
    *_, again, sdu = converse(CONFIGURE, START, CONFIGURE, message('sdu', 5, vcc=7, data='0102'))
    assert again[-1]['deadline_ns'] is None
    assert sdu[0] == message('sdu_send', 5, vcc=7, data='0201')


def test_an_offered_call_is_rejected_by_default():
    call = {'calling': ATM1.hex(), 'called': ATM2.hex(), 'b_lli': 2, 'point_to_multipoint': False, 'max_sdu_size': 1516}
    _, offered = converse(CONFIGURE, message('call_offered', vcc=1000001, call=call))
    assert offered[0] == message('call_reject', vcc=1000001, cause=21)
    assert adapter.Call.of_json(call).to_json() == call
