"""`vmacheck relay` between two veth pairs. Numbered frames go in at one end; those that come out at the other are what the relay says
it did. Nothing else speaks on the wire, and nothing here depends on how fast the machine is."""
import ctypes
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from program import VMACHECK, vmacheck  # noqa: E402

ETHER_TYPE = 0x88b5  # for experiments
CLONE_NEWNET = 0x40000000
LIMIT_S = 20  # for what has to happen


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def packet_socket(namespace, interface):
    """In a thread of its own, since a thread that went into a namespace stays there."""
    made = []

    def make():
        with open(f'/run/netns/{namespace}', 'rb') as file:
            if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
                return
        made.append(socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHER_TYPE)))
        made[0].bind((interface, ETHER_TYPE))
    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    if not made:
        raise OSError(f'no socket in {namespace}')
    return made[0]


class Wire:
    """Host a, the relay's namespace with its two ports, host b."""

    def __init__(self):
        name = f'vmacheck-{uuid.uuid4().hex[:8]}'
        self.hosts = [f'{name}-a', f'{name}-b']
        self.middle = f'{name}-relay'
        self.ports = [f'{self.middle}/port0', f'{self.middle}/port1']
        self.ends = []

    def ip(self, *words):
        done = run('ip', *words)
        if done.returncode:
            raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")

    def make(self):
        for name in (*self.hosts, self.middle):
            self.ip('netns', 'add', name)
        for i, host in enumerate(self.hosts):
            self.ip('-n', host, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', f'port{i}', 'netns', self.middle)
            for namespace, interface in ((host, 'eth0'), (self.middle, f'port{i}')):
                self.ip('-n', namespace, 'link', 'set', interface, 'addrgenmode', 'none')
                self.ip('-n', namespace, 'link', 'set', interface, 'up')
            self.ends.append(packet_socket(host, 'eth0'))

    def remove(self):
        for end in self.ends:
            end.close()
        for name in (*self.hosts, self.middle):
            run('ip', 'netns', 'delete', name)

    def send(self, end, numbers, pause_s=0.0):
        for number in numbers:
            header = bytes.fromhex('020000000001 020000000002') + struct.pack('!HH', ETHER_TYPE, number)
            self.ends[end].send(header + bytes(60 - len(header)))
            if pause_s:
                time.sleep(pause_s)

    def received(self, end, count=0):
        """The numbers of the frames that are there, or of so many as soon as they are."""
        numbers = []
        while True:
            self.ends[end].settimeout(LIMIT_S if len(numbers) < count else 0)
            try:
                frame, address = self.ends[end].recvfrom(2000)
            except (BlockingIOError, TimeoutError):
                return numbers
            if address[2] != socket.PACKET_OUTGOING:
                numbers.append(struct.unpack_from('!H', frame, 14)[0])


def made_wire():
    if not shutil.which('ip'):
        pytest.skip('needs ip (package iproute2)')
    wire = Wire()
    try:
        wire.make()
    except OSError as error:
        wire.remove()
        pytest.skip(f'needs root with CAP_NET_ADMIN and CAP_SYS_ADMIN for namespaces: {error}')
    yield wire
    wire.remove()


@pytest.fixture(scope='module', name='wire')
def fixture_wire():
    yield from made_wire()


@pytest.fixture(name='wire_of_hosts')
def fixture_wire_of_hosts():
    """Apart from the other one: hosts with addresses go on to speak."""
    yield from made_wire()


class Relay:
    """A relay that runs while the block does; 'there' and 'back' are its counts afterwards."""

    def __init__(self, wire, *options):
        for end in (0, 1):
            wire.received(end)  # of an earlier test
        self.command = [VMACHECK, 'relay', *wire.ports, *map(str, options), '--json']

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        assert 'relaying between' in line, line
        return self

    def __exit__(self, kind, *_):
        self.process.send_signal(signal.SIGTERM if kind is None else signal.SIGKILL)
        output, _ = self.process.communicate(timeout=60)
        if kind is None:
            assert self.process.returncode == 0
            self.there, self.back = json.loads(output)['directions']


def counts(direction):
    return {key: value for key, value in direction.items() if isinstance(value, int) and value}


@pytest.mark.xdist_group('relay')
def test_perfect_wire(wire, tmp_path):
    out = tmp_path / 'relay.pcapng'
    with Relay(wire, '--out', out) as relay:
        status = Path(f'/proc/{relay.process.pid}/status').read_text(encoding='ascii')
        wire.send(0, range(100))
        wire.send(1, range(50))
    assert re.search(r'^CapEff:\s+0+$', status, re.M) and re.search(r'^CapPrm:\s+0+$', status, re.M)
    assert (wire.received(1), wire.received(0)) == (list(range(100)), list(range(50)))
    assert counts(relay.there) == {'received': 100, 'forwarded': 100}
    assert counts(relay.back) == {'received': 50, 'forwarded': 50}
    assert [relay.there['from'], relay.there['to']] == [relay.back['to'], relay.back['from']] == wire.ports
    frames = [json.loads(line) for line in vmacheck('show', '--json', out).stdout.splitlines()]
    seen = [(frame['channel'], frame['direction'], int(frame['octets'][28:32], 16)) for frame in frames]
    for port, direction, count in ((0, 'in', 100), (1, 'out', 100), (1, 'in', 50), (0, 'out', 50)):
        assert [number for *where, number in seen if where == [wire.ports[port], direction]] == list(range(count))
    assert len(seen) == 300


@pytest.mark.xdist_group('relay')
def test_loss_is_repeatable(wire):
    arrived = []
    for seed in (1, 1, 2):
        with Relay(wire, '--loss', 20, '--seed', seed) as relay:
            wire.send(0, range(200))
            wire.send(1, range(200))
        for direction, end in ((relay.there, 1), (relay.back, 0)):
            arrived.append(wire.received(end))
            assert counts(direction) == {'received': 200, 'forwarded': len(arrived[-1]), 'lost': 200 - len(arrived[-1])}
            assert 120 < len(arrived[-1]) < 190
            assert arrived[-1] == sorted(arrived[-1])
    there, back, there_again, back_again, other, _ = arrived
    assert (there, back) == (there_again, back_again)
    assert there != back and there != other


@pytest.mark.xdist_group('relay')
def test_delay_in_the_capture(wire, tmp_path):
    """None goes out before its time, counted from the time stamp that the kernel gave it."""
    out = tmp_path / 'relay.pcapng'
    with Relay(wire, '--delay', 20, '--jitter', 2.5, '--out', out) as relay:
        wire.send(0, range(20), 0.002)
        assert wire.received(1, 20) == list(range(20))
    assert counts(relay.there) == {'received': 20, 'forwarded': 20}
    frames = [json.loads(line) for line in vmacheck('show', '--json', out).stdout.splitlines()]
    into, out_of = ([frame['time_ns'] for frame in frames if frame['direction'] == direction] for direction in ('in', 'out'))
    assert len(into) == len(out_of) == 20
    assert all(left - came >= 17_500_000 - 100_000 for came, left in zip(into, out_of))  # two clocks are read


@pytest.mark.xdist_group('relay')
def test_what_is_on_the_way_at_the_end(wire):
    with Relay(wire, '--delay', 600_000) as relay:
        wire.send(0, range(3))
    assert counts(relay.there) == {'received': 3, 'waiting': 3}
    assert wire.received(1) == []


@pytest.mark.xdist_group('relay')
def test_duplicates(wire):
    with Relay(wire, '--duplicate', 100) as relay:
        wire.send(0, range(10))
    assert counts(relay.there) == {'received': 10, 'forwarded': 10, 'duplicated': 10}
    assert wire.received(1) == [number for number in range(10) for _ in range(2)]


@pytest.mark.xdist_group('relay')
def test_reordering(wire):
    with Relay(wire, '--reorder', 30) as relay:
        wire.send(0, range(200))
        arrived = wire.received(1, 200)
    assert sorted(arrived) == list(range(200))
    behind = sum(number < max(arrived[:i], default=0) for i, number in enumerate(arrived))
    assert counts(relay.there) == {'received': 200, 'forwarded': 200, 'reordered': behind}
    assert behind > 0


@pytest.mark.xdist_group('relay')
def test_link_of_the_other_end_is_down(wire):
    with Relay(wire) as relay:
        wire.ip('-n', wire.hosts[1], 'link', 'set', 'eth0', 'down')
        wire.send(0, range(5))
    wire.ip('-n', wire.hosts[1], 'link', 'set', 'eth0', 'up')
    assert relay.there['received'] == relay.there['forwarded'] == 5
    wire.ends[1].getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)  # takes the error away that the link was down


def ip_socket(namespace, kind, address):
    """Bound to an address of a host."""
    made = []

    def make():
        with open(f'/run/netns/{namespace}', 'rb') as file:
            if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) == 0:
                made.append(socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET, kind))
    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    made[0].bind((address, 0))
    made[0].settimeout(LIMIT_S)
    return made[0]


@pytest.mark.xdist_group('relay')
@pytest.mark.parametrize('addresses', [('10.9.0.1', '10.9.0.2'), ('fd00:9::1', 'fd00:9::2')])
def test_checksums_that_the_hosts_leave_to_their_ports(wire_of_hosts, addresses):
    """The kernel of a host does not compute those of UDP and TCP for a veth port."""
    wire = wire_of_hosts
    if ':' in addresses[0] and not Path('/proc/sys/net/ipv6').exists():
        pytest.skip('needs IPv6 in the kernel')
    length = '64' if ':' in addresses[0] else '24'
    for host, address in zip(wire.hosts, addresses):
        wire.ip('-n', host, 'address', 'add', f'{address}/{length}', 'dev', 'eth0', *(['nodad'] if ':' in address else []))
    with Relay(wire) as relay:
        near, far = (ip_socket(host, socket.SOCK_DGRAM, address) for host, address in zip(wire.hosts, addresses))
        with near, far:
            for payload in (b'even', b'odd'):
                near.sendto(payload, far.getsockname())
                assert far.recvfrom(100) == (payload, near.getsockname())
        client, server = (ip_socket(host, socket.SOCK_STREAM, address) for host, address in zip(wire.hosts, addresses))
        with client, server:
            server.listen()
            client.connect(server.getsockname())
            connection, _ = server.accept()
            with connection:
                connection.settimeout(LIMIT_S)
                connection.sendall(b'from the server')
                assert client.recv(100) == b'from the server'
    assert relay.there['forwarded'] and relay.back['forwarded']


@pytest.mark.xdist_group('relay')
def test_ends_by_itself_and_says_what_it_did(wire):
    done = vmacheck('relay', *wire.ports, '--for', 0.2)
    assert done.returncode == 0
    assert done.stdout == ''.join(f'{one} to {other}: 0 received, 0 forwarded, 0 lost, 0 duplicated, 0 reordered\n'
                                  for one, other in (wire.ports, wire.ports[::-1]))


@pytest.mark.xdist_group('relay')
def test_without_the_capability(wire):
    if not shutil.which('setpriv'):
        pytest.skip('needs setpriv (package util-linux)')
    reasons = {
        'net_raw': f'no permission: an Ethernet port takes CAP_NET_RAW; run `setcap cap_net_raw+ep {os.path.realpath(VMACHECK)}` once',
        'sys_admin': f'network namespace {wire.middle} may not be entered: that takes CAP_SYS_ADMIN; run vmacheck as root, or inside of it',
    }
    for capability, reason in reasons.items():
        done = run('setpriv', f'--bounding-set=-{capability}', f'--inh-caps=-{capability}', VMACHECK, 'relay', *wire.ports)
        assert done.returncode == 2
        assert reason in done.stderr


@pytest.mark.xdist_group('relay')
def test_port_is_lost(wire):
    """Last: the wire has no second end afterwards."""
    process = subprocess.Popen([VMACHECK, 'relay', *wire.ports], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert 'relaying between' in process.stderr.readline()
    wire.ip('-n', wire.hosts[1], 'link', 'delete', 'eth0')
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 3
    assert f'{wire.ports[1]}: the interface is gone' in errors
    assert output.count(' received, ') == 2


@pytest.mark.parametrize('words, reason', [
    ([], 'give two Ethernet ports'),
    (['one'], 'give two Ethernet ports'),
    (['one', 'one'], 'one twice'),
    (['nowhere-1', 'nowhere-2'], 'nowhere-1: there is no such interface'),
    (['no-such-namespace/eth0', 'nowhere'], 'there is no network namespace no-such-namespace'),
    (['one', 'two', '--loss', '101'], '--loss 101: give a percentage'),
    (['one', 'two', '--duplicate', '5%'], '--duplicate 5%: give a percentage'),
    (['one', 'two', '--delay', '-1'], '--delay -1: give milliseconds'),
    (['one', 'two', '--jitter', ''], '--jitter : give milliseconds'),
    (['one', 'two', '--for', '1e9'], '--for 1e9: give seconds'),
])
def test_mistakes(words, reason):
    done = vmacheck('relay', *words)
    assert (done.returncode, done.stdout) == (2, '')
    assert reason in done.stderr and done.stderr.count('\n') == 1
