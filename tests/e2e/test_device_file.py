"""Device files: every mistake told with its place and its mend, what a file claims and gives is what runs, waivers, and
claims that contradict what is seen."""
import json
import os
import re
import sys
import xml.etree.ElementTree
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, records, vmacheck  # noqa: E402

GOOD = """device:
  name: "Switch router"
  version: 12.10
  attached: reference
role: router
schemes: [non-proxy, proxy]
lane: [v1, v2]
media: ethernet
options: [lan-port, forwarding]
"""
CASE = 'backup/le-arp-unanswered'
WAIVER = f"""waivers:
  - case: {CASE}
    reason: known
    ticket: T-1
    expires: 2030-01-31
"""
# Kills R-3.3.2-02: answers LE_ARP as Backup, in every instance of CASE.
FAILING = GOOD.replace('attached: reference', 'attached: mutant:M8')
# A device on two veth ends per instance.
WIRED = """device:
  name: keepalived
  version: 2.2.7
  attached: ports
role: vrrp
media: ethernet
options: [lan-port]
ports: [lab/dut%-0, lab/dut%-1]
instances: 8
control:
  configure: ./hook
  start: ./hook
  startup: ./hook
  shutdown: ./hook
"""
BRIDGE = GOOD.replace('role: router', 'role: bridge').replace('[non-proxy, proxy]', 'proxy').replace(', forwarding', '')


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setenv('VMACHECK_TODAY', '2030-01-01')


@pytest.fixture(name='write')
def write_fixture(tmp_path):
    def write(text, name='device.yaml'):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path
    return write


def with_line(start, line):
    """The good file with another line where the one that starts like this is."""
    text, count = re.subn(rf'(?m)^{re.escape(start)}.*$', lambda match: line, GOOD)
    assert count == 1
    return text


def added(lines):
    return GOOD + lines


MISTAKES = [
    # What is no YAML of ours
    ('empty', '', '1:1: the file is empty; `vmacheck dut init` writes one'),
    ('comments only', '# nothing\n', '1:1: the file is empty'),
    ('no UTF-8', GOOD.encode() + b'# caf\xe9\n', '10:6: octet 0xe9 is no character of UTF-8 text; save the file as UTF-8'),
    ('control character', GOOD + '# \x07\n', '10:3: octet 0x07 is no character'),
    ('nul', GOOD.encode() + b'\0', '10:1: octet 0x00 is no character'),
    ('tab', GOOD.replace('  version', '\tversion'), '3:1: the line is indented with a tab; use spaces'),
    ('huge', GOOD + '#' * 300000, '1:1: the file is larger than 256 KiB'),
    ('two documents', GOOD + '---\n' + GOOD, '10:1: a second document starts here'),
    ('anchor', with_line('lane', 'lane: &versions [v1]'), '7:7: &versions is an anchor; take it out'),
    ('alias', with_line('lane', 'lane: *versions'), '7:7: *versions is an alias; write its value out'),
    ('tag', with_line('lane', 'lane: !!str v1'), '7:7: tag:yaml.org,2002:str is a tag; take it out'),
    ('not closed', with_line('lane', 'lane: [v1'), '8:6: '),
    ('colon in text', with_line('  name', '  name: a: b'), '2:10: mapping values are not allowed in this context; mend'),
    ('too deep', with_line('lane', 'lane: ' + '[' * 40 + ']' * 40), '7:23: more than 16 levels within each other'),
    ('a list', '- device\n', '1:1: the file is a list; write keys with their values there'),
    ('a word', 'device\n', '1:1: the file is text; write keys with their values there'),
    ('line break in text', with_line('  name', '  name: "a\\nb"'), '2:9: the text has a line break'),
    ('key is a list', added('? [a]\n: b\n'), '10:3: a key is a word'),
    # Keys
    ('unknown key', added('vrid: 1\n'), "10:1: unknown key 'vrid' in the file; did you mean 'vrids'?"),
    ('key of another section', added('mac: 00-20-5a-00-00-01\n'),
     "10:1: unknown key 'mac' in the file; it belongs below 'addresses'"),
    ('key of the file', GOOD.replace('role:', '  role:'),
     "5:3: unknown key 'role' in device; it belongs to the file itself"),
    ('strange key', added('qqqqqqqqqq: 1\n'), "10:1: unknown key 'qqqqqqqqqq' in the file; `vmacheck dut init` shows all keys"),
    ('duplicate', added('role: router\n'), "10:1: key 'role' stands in line 5 as well; take one of them out"),
    ('no role', with_line('role', ''), "1:1: the file says no 'role'; give one of router, bridge"),
    ('no scheme', with_line('schemes', ''), "1:1: the file says no 'schemes'; give one, or a list, of non-proxy, proxy"),
    ('no lane', with_line('lane', ''), "1:1: the file says no 'lane'; give"),
    ('no media', with_line('media', ''), "1:1: the file says no 'media'; give"),
    ('no options', with_line('options', ''), "1:1: the file says no 'options'; give a list of"),
    ('no attachment', with_line('  attached', ''), "2:3: device says no 'attached'; give reference, mutant:ID"),
    ('key of another role', with_line('role', 'role: bridge').replace('[non-proxy, proxy]', 'proxy') + 'priorities: 1-9\n',
     "10:1: a device in the role bridge has no 'priorities'; take it out"),
    ('section is a word', added('addresses: mine\n'), '10:12: addresses is text; write keys with their values there'),
    # Values
    ('no value', with_line('role', 'role:'), "5:6: 'role' wants a value and there is none; give one of router"),
    ('null', with_line('role', 'role: ~'), "5:7: 'role' wants a value and there is none"),
    ('empty list', with_line('schemes', 'schemes: []'), "6:10: 'schemes' is an empty list; give at least one"),
    ('empty text', with_line('  name', '  name: ""'), "2:9: 'name' is an empty text; write one"),
    ('long text', with_line('  name', '  name: ' + 'x' * 201), "2:9: 'name' is longer than 200 octets; shorten it"),
    ('text is a list', with_line('  name', '  name: [a, b]'), "2:9: 'name' wants one value and this is something else"),
    ('list is a mapping', with_line('schemes', 'schemes: {a: b}'), "6:10: 'schemes' wants a list or one of them"),
    ('list is a word', with_line('options', 'options: lan-port'), "9:10: 'options' wants a list and this is something else"),
    ('role', with_line('role', 'role: toaster'), "5:7: role: 'toaster' is not possible here; give one of router, bridge"),
    ('twice', with_line('lane', 'lane: [v1, v1]'), '7:12: lane: v1 stands here twice; take one out'),
    ('option', with_line('options', 'options: [redirects]'), "9:11: there is no option 'redirects'; did you mean 'redirect'?"),
    ('option of the attachment', with_line('options', 'options: [egress-order]'), "9:11: options: 'egress-order' is not possible"),
    ('option twice', with_line('options', 'options: [lan-port, lan-port]'), '9:21: options: lan-port stands here twice'),
    ('vrid 0', added('vrids: [0]\n'), "10:9: vrids: '0' is not possible here; give a list of numbers and ranges from 1 to 255"),
    ('vrid 256', added('vrids: [1, 250-256]\n'), "10:12: vrids: '250-256' is not possible here"),
    ('vrids backwards', added('vrids: 9-7\n'), "10:8: vrids: '9-7' is not possible here"),
    ('vrid in words', added('vrids: [one]\n'), "10:9: vrids: 'one' is not possible here"),
    ('priority', added('priorities: 100-256\n'), "10:13: priorities: '100-256' is not possible here"),
    ('priorities as a list', added('priorities: [100]\n'), "10:13: 'priorities' wants one value"),
    ('mac', added('addresses:\n  mac: 00-20-5a-12-34\n'), "11:8: mac: '00-20-5a-12-34' is not possible here; give a MAC address"),
    ('mac of two kinds', added('addresses:\n  mac: 00-20:5a-12:34-56\n'), '11:8: mac: '),
    ('group mac', added('addresses:\n  mac: 01-20-5a-12-34-56\n'), '11:8: this is no address of a single station'),
    ('zero mac', added('addresses:\n  mac: 00-00-00-00-00-00\n'), '11:8: this is no address of a single station'),
    ('vmac', added('addresses:\n  mac: 00:00:5e:00:01:07\n'), '11:8: this is a virtual MAC address of VRRP'),
    ('atm', added('addresses:\n  atm: 47.0005\n'), "11:8: atm: '47.0005' is not possible here; give 40 hexadecimal digits"),
    ('zero atm', added(f'addresses:\n  atm: "{"0" * 40}"\n'), '11:8: this is the zero address'),
    ('ip', added('addresses:\n  ip: 10.1.2.300\n'), "11:7: ip: '10.1.2.300' is not possible here; give an IP address"),
    ('short ip', added('addresses:\n  ip: 10.1.2\n'), "11:7: ip: '10.1.2' is not possible here"),
    ('ip with a rest', added('addresses:\n  ip: 10.1.2.3.4\n'), "11:7: ip: '10.1.2.3.4' is not possible here"),
    ('broadcast', added('addresses:\n  ip: 10.1.2.255\n'), '11:7: this is no address of a single host'),
    ('multicast', added('addresses:\n  ip: 224.0.0.18\n'), '11:7: this is no address of a single host'),
    ('ip of the suite', added('addresses:\n  ip: 198.19.0.1\n'), '11:7: this is no address of a single host'),
    ('other subnet', added('addresses:\n  ip: 10.1.2.3\n  virtual: [10.1.3.1]\n'), "12:13: this address is not on the subnet"),
    ('own address', added('addresses:\n  ip: 10.1.2.3\n  virtual: [10.1.2.3]\n'), "12:13: this is the device's own address"),
    ('address twice', added('addresses:\n  virtual: [10.1.2.1, 10.1.2.1]\n'), '11:23: this address stands here twice'),
    ('five addresses', added('addresses:\n  virtual: [10.1.2.1, 10.1.2.2, 10.1.2.3, 10.1.2.4, 10.1.2.5]\n'),
     '11:53: virtual: more than 4 addresses'),
    ('timer', added('timers:\n  C20: 1\n'), "11:8: C20: '1' is not possible here; give a whole number of seconds from 2 to"),
    ('timer in words', added('timers:\n  C17: 5 minutes\n'), "11:8: C17: '5 minutes' is not possible here"),
    ('timer is a range', added('timers:\n  C17: 10-20\n'), "11:8: C17: '10-20' is not possible here"),
    ('unknown choice', added('pixit:\n  v1_repetiton: once\n'), "11:3: unknown key 'v1_repetiton' in pixit; did you mean 'v1_repetition'?"),
    ('choice', added('pixit:\n  v1_repetition: twice\n'), "11:18: v1_repetition: 'twice' is not possible here; give required, once"),
    ('tolerance', added('pixit:\n  time_tolerance_percent: 101\n'), "11:27: time_tolerance_percent: '101' is not possible here"),
    # Claims that exclude each other
    ('two roles behind an adapter', GOOD.replace('attached: reference', 'attached: "adapter:true"').replace(
        'role: router', 'role: [router, client]'), '5:7: a device behind an adapter has one role'),
    ('non-proxy bridge', with_line('role', 'role: bridge').replace(', forwarding', ''), "6:10: a bridge is a proxy LEC (draft 4)"),
    ('bridge without ports', GOOD.replace('router', 'bridge').replace('[non-proxy, proxy]', 'proxy').replace(
        '[lan-port, forwarding]', '[]'), '9:10: a bridge without a LAN port has nothing to bridge; claim lan-port'),
    ('option of another role', GOOD.replace('role: router', 'role: client'), '9:11: a device in the role client has no lan-port'),
    ('forwarding alone', with_line('options', 'options: [forwarding]'), '9:11: forwarding is impossible without lan-port'),
    ('redirect alone', with_line('options', 'options: [redirect]'), '9:11: redirect is impossible without forwarding'),
    ('v2 option of v1', GOOD.replace('lane: [v1, v2]', 'lane: v1').replace('[lan-port, forwarding]', '[llc-multiplexing]'),
     '9:11: llc-multiplexing is of LANE v2, which the device does not claim'),
    ('several of one vrid', with_line('options', 'options: [several-vrids]') + 'vrids: 7\n',
     '10:8: several-vrids is claimed, but only one VRID may be used'),
    ('scheme without LANE', GOOD.replace('role: router', 'role: vrrp').replace('lane: [v1, v2]\n', ''),
     "6:1: a device in the role vrrp has no 'schemes'; take it out"),
    # The attachment
    ('attachment', with_line('  attached', '  attached: toaster'),
     "4:13: attached: 'toaster' is not possible here; give reference, mutant:ID, adapter:COMMAND or ports"),
    ('capital letter', WIRED.replace('attached: ports', 'attached: Ports'), "4:13: attached: 'Ports' is not possible here"),
    ('no command', with_line('  attached', '  attached: "adapter: "'), "4:13: attached: 'adapter: ' is not possible here"),
    ('mutant', with_line('  attached', '  attached: mutant:M0'), '4:13: mutant:M0 is no mutant'),
    # Ports, control, routers
    ('ports of a router', WIRED.replace('role: vrrp', 'role: router\nschemes: proxy\nlane: v1').replace(
        'ports: [lab/dut%-0, lab/dut%-1]\ninstances: 8\n', ''),
     '4:13: only a device in the role vrrp can be attached by Ethernet ports alone, others have an ATM port too; write reference'),
    ('no ports', WIRED.replace('ports: [lab/dut%-0, lab/dut%-1]\n', ''), "4:13: attached: ports, but the file says no 'ports'"),
    ('empty list of ports', WIRED.replace('[lab/dut%-0, lab/dut%-1]', '[]'), "8:8: 'ports' is an empty list; give at least one"),
    ('ports of a built-in device', WIRED[:WIRED.index('instances')].replace('attached: ports', 'attached: reference'),
     "8:1: 'ports' is for a device with `attached: ports`; write that, or take it out"),
    ('instances of an adapter', WIRED.replace('attached: ports', 'attached: adapter:true').replace(
        'ports: [lab/dut%-0, lab/dut%-1]\n', ''), "8:1: 'instances' is for a device with `attached: ports`"),
    ('instances of a bridge', BRIDGE + 'instances: 2\n', "10:1: a device in the role bridge has no 'instances'; take it out"),
    ('port twice', WIRED.replace('dut%-1', 'dut%-0'), "8:21: 'lab/dut1-0' stands here twice, for different ports; give another one"),
    ('port of two instances', WIRED.replace('[lab/dut%-0, lab/dut%-1]', '[a%, a1%]').replace('instances: 8', 'instances: 11'),
     "8:13: 'a11' stands here twice"),
    ('one interface for all', WIRED.replace('dut%-1', 'dut-1'), "8:21: 'lab/dut-1' would be that of all 8 instances; write '%' where"),
    ('two numbers', WIRED.replace('dut%-1', 'dut%-%'), "8:21: ports: '%' stands twice in 'lab/dut%-%'; write it once"),
    ('long interface', WIRED.replace('dut%-1', 'interface-name-1'), "8:21: ports: 'lab/interface-name-1' is not possible here; give a list"),
    ('long with its number', WIRED.replace('dut%-1', 'interface-nam%1').replace('instances: 8', 'instances: 256'),
     "8:21: 'lab/interface-nam101' is longer than 15 characters, which is the most for an interface; shorten it"),
    ('no interface', WIRED.replace('lab/dut%-1', 'lab/'), "8:21: ports: 'lab/' is not possible here"),
    ('no namespace', WIRED.replace('lab/dut%-1', '/dut%'), "8:21: ports: '/dut%' is not possible here"),
    ('interface with a space', WIRED.replace('lab/dut%-1', '"a b%"'), "8:21: ports: 'a b%' is not possible here"),
    ('five ports', WIRED.replace('dut%-1]', 'dut%-1, c%, d%, e%]'), '8:41: ports: more than 4; take this one out'),
    ('port without the option', WIRED.replace('[lan-port]', '[]'), '8:21: a second port, but lan-port is not claimed; claim it'),
    ('option without the port', WIRED.replace(', lab/dut%-1', ''), '8:9: lan-port is claimed, but there is one port only; give that of'),
    ('third port', WIRED.replace('dut%-1]', 'dut%-1, c%]'), '8:33: a router has LAN ports 0 and 1 only; take this one out'),
    ('token ring on a wire', WIRED.replace('ethernet', 'token-ring'), '6:8: a device on Ethernet ports has no token ring; claim ethernet only'),
    ('instances', WIRED.replace('instances: 8', 'instances: 257'), "9:12: instances: '257' is not possible here; give a whole number from 1"),
    ('no configure', WIRED.replace('  configure: ./hook\n', ''), "11:3: attached: ports, but 'control' says no 'configure'; give a shell"),
    ('no start', WIRED.replace('  start: ./hook\n', ''), "11:3: attached: ports, but 'control' says no 'start'; give a shell command"),
    ('no control', WIRED[:WIRED.index('control')], "1:1: attached: ports, but 'control' says no 'start'"),
    ('no startup', WIRED.replace('  startup: ./hook\n', ''), "11:3: attached: ports, but 'control' says no 'startup'; give a shell command"),
    ('no shutdown', WIRED.replace('  shutdown: ./hook\n', ''), "11:3: attached: ports, but 'control' says no 'shutdown'; give a shell"),
    ('unknown deed', WIRED + '  set-prioritiy: ./hook\n', "15:3: unknown key 'set-prioritiy' in control; did you mean 'set-priority'?"),
    ('deed of the file', GOOD + 'startup: ./hook\n', "10:1: unknown key 'startup' in the file; it belongs below 'control'"),
    ('no command', WIRED + '  fail:\n', "15:8: 'fail' wants a value and there is none; give a shell command, or manual"),
    ('empty command', WIRED + '  fail: ""\n', "15:9: 'fail' is an empty text; write one"),
    ('command is a list', WIRED + '  fail: [kill, -9]\n', "15:9: 'fail' wants one value and this is something else"),
    ('capital letters', WIRED + '  fail: MANUAL\n', "15:9: 'MANUAL' would be a shell command; write `manual` to have the operator asked"),
    ('long command', WIRED + f'  fail: {"x" * 1001}\n', "15:9: 'fail' is longer than 1000 octets; shorten it"),
    ('manual heartbeat', WIRED + '  heartbeat: manual\n', "15:14: heartbeat: 'manual' is not possible here; give a shell command"),
    ('limit', WIRED + '  limit_s: 0\n', "15:12: limit_s: '0' is not possible here; give a whole number of seconds from 1 to 3600"),
    ('control of a built-in device', GOOD + 'control: {start: ./hook}\n',
     "10:10: 'control' is for a device on ports or behind an adapter, this one is built in; take it out"),
    ('routers of a router', GOOD + 'routers: [a.yaml]\n', "10:1: a device in the role router has no 'routers'; take it out"),
    ('no such router', BRIDGE + 'routers: [no.yaml]\n', "10:11: routers: 'no.yaml' can't be read: No such file or directory; give"),
    ('five routers', BRIDGE + 'routers: [/etc/passwd, /etc/passwd, /etc/passwd, /etc/passwd, x]\n', '10:63: routers: more than 4; take'),
    ('itself as a router', BRIDGE + 'routers: [device.yaml]\n', '10:11: '),
    ('router that is no file', BRIDGE + 'routers: [.]\n', '10:11: '),
    # Waivers
    ('waivers are no list', added('waivers:\n  case: a/b\n'), "11:3: 'waivers' is a mapping; write a list with an entry per waiver"),
    ('waiver is a word', added('waivers: [soon]\n'), '10:11: a waiver is text; write keys'),
    ('waiver without reason', GOOD + WAIVER.replace('    reason: known\n', ''), "11:5: a waiver says no 'reason'; give text"),
    ('waiver without ticket', GOOD + WAIVER.replace('    ticket: T-1\n', ''), "11:5: a waiver says no 'ticket'; give text"),
    ('waiver without expiry', GOOD + WAIVER.replace('    expires: 2030-01-31\n', ''), "11:5: a waiver says no 'expires'; give a date"),
    ('expired', GOOD + WAIVER.replace('2030-01-31', '2029-12-31'),
     f"14:14: the waiver for '{CASE}' expired on 2029-12-31; renew it after a look at T-1, or take it out"),
    ('no date', GOOD + WAIVER.replace('2030-01-31', '31.1.2030'), "14:14: expires: '31.1.2030' is not possible here; give a date"),
    ('no day', GOOD + WAIVER.replace('2030-01-31', '2030-02-29'), "14:14: expires: '2030-02-29' is not possible here"),
    ('unknown case', GOOD + WAIVER.replace(CASE, CASE + 'd'), f"11:11: the suite has no case '{CASE}d'; did you mean '{CASE}'?"),
    ('unknown instance', GOOD + WAIVER.replace(CASE, CASE + '[x]'), f"11:11: the suite has no instance '{CASE}[x]'"),
    ('requirement', GOOD + WAIVER.replace(CASE, 'R-3.3.2-02'), "11:11: the suite has no case 'R-3.3.2-02'"),
    ('case of nobody', GOOD.replace('[non-proxy, proxy]', 'proxy') + WAIVER.replace(CASE, CASE + '[router,non-proxy,v1,ethernet]'),
     "11:11: 'backup/le-arp-unanswered[router,non-proxy,v1,ethernet]' is no case for a device that claims this"),
    ('waived twice', GOOD + WAIVER + WAIVER.replace('waivers:\n', ''), f"15:11: the waiver in line 11 is for '{CASE}' as well"),
]


@pytest.mark.parametrize('text, mistake', [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_a_mistake_is_told_with_its_place(write, tmp_path, text, mistake):
    path = write(text)
    out = tmp_path / 'out'
    for arguments in (['dut', 'check', path], ['run', '--dut', path, '--out', out]):
        done = vmacheck(*arguments)
        assert (done.returncode, done.stdout) == (2, '')
        *lines, last = done.stderr.splitlines()
        assert f'{path}:{mistake}' in done.stderr
        assert all(re.match(rf'{re.escape(str(path))}:\d+:\d+: .+[;?]', line) for line in lines), done.stderr
        assert re.fullmatch(rf'vmacheck: {len(lines)} mistakes? in {re.escape(str(path))}; nothing was run', last)
    assert not out.exists()


@pytest.mark.parametrize('text', [GOOD, '# of an editor\n' + GOOD, BRIDGE])
def test_byte_order_mark(write, text):
    assert vmacheck('dut', 'check', write('\ufeff' + text)).returncode == 0
    done = vmacheck('dut', 'check', write('\ufeff' + text + 'vrid: 1\n'))
    assert f":{len(text.splitlines()) + 1}:1: unknown key 'vrid'" in done.stderr


@pytest.mark.parametrize('name, words', [
    ('nothing.yaml', 'No such file or directory; give the path of a device file, or make one with'),
    ('folder.yaml', 'this is a directory; give the path of a device file in it'),
    ('folder', 'this is a directory'),
    ('fifo', 'this is no ordinary file'),
])
def test_what_is_no_file(tmp_path, name, words):
    path = tmp_path / name
    if name.startswith('folder'):
        path.mkdir()
    if name == 'fifo':
        os.mkfifo(path)
    done = vmacheck('run', '--dut', path)
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr.startswith(f'{path}:1:1: ') and words in done.stderr


def test_all_mistakes_are_told_in_the_order_of_the_file(write):
    path = write(GOOD.replace('12.10', '""').replace('v1, v2', 'v3') + 'vrids: 300\nmedias: x\n')
    done = vmacheck('dut', 'check', path)
    assert [line.split(':')[1] for line in done.stderr.splitlines()[:-1]] == ['3', '7', '10', '11']
    assert done.stderr.endswith(f'vmacheck: 4 mistakes in {path}; nothing was run\n')
    listed = json.loads(vmacheck('dut', 'check', path, '--json').stdout)
    assert [(entry['line'], entry['column']) for entry in listed['mistakes']] == [(3, 12), (7, 8), (10, 8), (11, 1)]


def test_mistakes_have_an_end(write):
    done = vmacheck('dut', 'check', write(GOOD + ''.join(f'x{i}: 1\n' for i in range(70))))
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 51
    assert '70 mistakes' in done.stderr and 'the first 50 are shown' in done.stderr


def test_today_is_a_date(write, monkeypatch):
    monkeypatch.setenv('VMACHECK_TODAY', 'tomorrow')
    done = vmacheck('dut', 'check', write(GOOD + WAIVER))
    assert done.returncode == 2 and 'VMACHECK_TODAY=tomorrow is no date' in done.stderr


def test_the_last_day_counts(write, monkeypatch):
    monkeypatch.setenv('VMACHECK_TODAY', '2030-01-31')
    assert vmacheck('dut', 'check', write(GOOD + WAIVER)).returncode == 0
    monkeypatch.setenv('VMACHECK_TODAY', '2030-02-01')
    assert vmacheck('dut', 'check', write(GOOD + WAIVER)).returncode == 2


def test_usage_of_dut(tmp_path):
    for words in ([], ['init', 'a', 'b'], ['check'], ['chek', 'a']):
        done = vmacheck('dut', *words)
        assert done.returncode == 2 and 'write `vmacheck dut init' in done.stderr
    done = vmacheck('dut', 'init', '--role', 'router,bridge')
    assert done.returncode == 2 and 'a device file is for one role' in done.stderr
    (tmp_path / 'there.yaml').write_text('mine')
    done = vmacheck('dut', 'init', tmp_path / 'there.yaml')
    assert done.returncode == 2 and 'File exists' in done.stderr
    assert (tmp_path / 'there.yaml').read_text() == 'mine'


def test_example_and_page_are_those_of_the_schema():
    assert vmacheck('dut', 'init').stdout == (ROOT / 'examples/device.yaml').read_text(encoding='utf-8')
    assert vmacheck('dut', 'page').stdout == (ROOT / 'docs/device-file.md').read_text(encoding='utf-8')


def test_a_wired_device_is_checked_without_its_wires(write):
    """Neither its ports are opened nor its hooks run; paths are those from the file's folder."""
    done = vmacheck('dut', 'check', write(WIRED.replace('./hook', 'touch ran')))
    assert (done.returncode, done.stderr) == (0, '') and 'attached as ports, claims ' in done.stdout
    assert vmacheck('dut', 'check', write(WIRED.replace('8', '1').replace('%', ''))).returncode == 0
    assert vmacheck('dut', 'check', write(WIRED.replace('[lab/dut%-0, lab/dut%-1]', 'dut%').replace('[lan-port]', '[]'))).returncode == 0
    write(WIRED, 'router.yaml')
    path = write(BRIDGE + 'routers: router.yaml\n')
    done = vmacheck('dut', 'check', path)
    assert (done.returncode, done.stderr) == (0, '')
    assert sorted(entry.name for entry in path.parent.iterdir()) == ['device.yaml', 'router.yaml']


@pytest.mark.parametrize('role', ['router', 'bridge', 'client', 'les', 'switch', 'vrrp'])
def test_what_init_writes_is_good(tmp_path, role):
    """As it is, with every commented key, and for another reader of YAML."""
    path = tmp_path / 'new.yaml'
    assert vmacheck('dut', 'init', '--role', role, path).returncode == 0
    assert vmacheck('dut', 'check', path).returncode == 0
    text = path.read_text(encoding='utf-8')
    assert yaml.safe_load(text)['role'] == role
    every = re.sub(r'(?m)^#(?!#| )', '', re.sub(r'(?m)^#( .*)$', lambda match: match[0] if not re.match(
        r' {1,4}(-|\w+:)', match[1]) or match[1].startswith(' Value') else match[1], text))
    assert len(yaml.safe_load(every)) > len(yaml.safe_load(text))
    if 'waivers' in yaml.safe_load(every) and role != 'router':
        every = every[:every.index('waivers:')]
    # 'control' is not for the built-in device
    every = every.replace('attached: reference', 'attached: ports' if role == 'vrrp' else 'attached: adapter:true')
    for name in ('router-a.yaml', 'router-b.yaml'):
        (tmp_path / name).write_text(WIRED)
    path.write_text(every, encoding='utf-8')
    done = vmacheck('dut', 'check', path)
    assert (done.returncode, done.stderr) == (0, '')


def test_claims_choose_the_cases(write):
    path = write(GOOD.replace('[non-proxy, proxy]', 'proxy').replace('[v1, v2]', 'v2'))
    for run, expected in (([], {('proxy', 'v2', 'ethernet')}), (['--scheme', 'non-proxy'], None)):
        done = vmacheck('run', 'backup/', '--dut', path, '--json', *run)
        if expected is None:
            assert done.returncode == 2 and 'claims none of the schemes asked for' in done.stderr
            continue
        head, *cases, _ = map(json.loads, done.stdout.splitlines())
        assert {(case['scheme'], case['lane'], case['media']) for case in cases} == expected
        assert head['device_file'] == {
            'path': str(path), 'name': 'Switch router', 'version': '12.10', 'roles': ['router'], 'schemes': ['proxy'],
            'lane': ['v2'], 'media': ['ethernet'], 'options': ['lan-port', 'forwarding']}


def test_an_option_that_is_not_claimed_is_not_applicable(write):
    listed = json.loads(vmacheck('list', '--json').stdout)
    needy = next(case['id'] for case in listed if case['capabilities'] == ['redirect'] or 'redirect' in case['capabilities'])
    done = vmacheck('run', needy, '--dut', write(GOOD), '--json')
    cases = [json.loads(line) for line in done.stdout.splitlines()][1:-1]
    assert cases and {case['verdict'] for case in cases} == {'not-applicable'}
    assert 'redirect' in cases[0]['reason']


def test_an_adapter_has_to_offer_what_is_claimed(write):
    python = f'adapter:{sys.executable} {ROOT}/examples/python-device/device.py'
    path = write(GOOD.replace('attached: reference', f'attached: "{python}"').replace('role: router', 'role: les').replace(
        '[lan-port, forwarding]', '[]'))
    done = vmacheck('run', '--dut', path)
    assert done.returncode == 2 and done.stdout == ''
    assert f'{path}:5:7: les is claimed, but adapter:' in done.stderr and 'claim no more than that' in done.stderr


VALUES = """vrids: [7, 9-10]
priorities: 100-110
addresses:
  mac: 00-20-5a-12-34-56
  atm: "47.0005.80ff.e100.0000.f215.1065.0020.5a12.3456.00"
  ip: 10.1.2.3
  virtual: [10.1.2.1, 10.1.2.2]
timers:
  C17: 60
  C20: 3
pixit:
  v1_repetition: once
"""


def test_given_values_are_used(write, tmp_path):
    """In every advertisement and join of the device, and in what the LECS tells."""
    path = write(GOOD + VALUES)
    vmacheck('run', '--dut', path, '--out', tmp_path / 'out', '--seed', '5', '--quiet')
    head, cases, end = records(tmp_path / 'out')
    assert head['pixit']['v1_repetition'] == 'once'
    assert end['contradictions'] == []
    texts = [event[4] for case in cases for event in case['events'] if event[1] == 'dut']
    advertised = [text for text in texts if text.startswith('ADVERTISEMENT')]
    assert {re.search(r' vrid=(\d+)', text)[1] for text in advertised} == {'7', '9', '10'}
    assert {re.search(r' ip=(\S+)', text)[1] for text in advertised} == {'10.1.2.3'}
    priorities = {int(re.search(r' priority=(\d+)', text)[1]) for text in advertised} - {0}
    assert priorities and min(priorities) >= 100 and max(priorities) <= 110
    joins = [text for text in texts if text.startswith('LE_JOIN_REQUEST')]
    assert {re.search(r' source-atm=(\S+)', text)[1] for text in joins} == {'47000580ffe1000000f215106500205a12345600'}
    macs = {match[1] for match in (re.search(r' source=(\S+)', text) for text in joins) if match}
    assert macs == {'00-20-5a-12-34-56'}
    reasons = {case['reason'] for case in cases if case['verdict'] == 'not-applicable'}
    assert any('the case needs VRID' in reason and str(path) in reason for reason in reasons)
    assert any('the case needs priority 255' in reason and 'allows 100 to 110' in reason for reason in reasons)
    assert any('the case needs another IP address' in reason for reason in reasons)


def test_the_command_line_goes_before_the_file(write):
    path = write(GOOD + VALUES)
    done = vmacheck('run', CASE, '--dut', path, '--json', '--pixit', 'v1_repetition=required')
    assert json.loads(done.stdout.splitlines()[0])['pixit']['v1_repetition'] == 'required'


def test_a_device_file_of_defaults_changes_no_verdict(tmp_path):
    """The example against the device that it describes."""
    vmacheck('run', '--dut', ROOT / 'examples/device.yaml', '--out', tmp_path, '--quiet')
    plain = vmacheck('run', '--role', 'router', '--media', 'ethernet', '--json', '--quiet')
    verdicts = {line['instance']: line['verdict'] for line in map(json.loads, plain.stdout.splitlines()) if line['type'] == 'case'}
    _, cases, end = records(tmp_path)
    assert {case['instance']: case['verdict'] for case in cases} == verdicts
    assert end['contradictions'] == []


def run_waived(write, tmp_path, text, *selectors):
    path = write(text)
    done = vmacheck('run', *(selectors or (CASE,)), '--dut', path, '--out', tmp_path / 'out')
    _, cases, end = records(tmp_path / 'out')
    junit = xml.etree.ElementTree.parse(tmp_path / 'out' / 'junit.xml').getroot()
    return done, cases, end, junit


def test_a_waived_failure_fails_nothing_but_stays_one(write, tmp_path):
    done, cases, end, junit = run_waived(write, tmp_path, FAILING + WAIVER, CASE, 'join/')
    waived = [case for case in cases if case['id'] == CASE]
    assert done.returncode == end['exit'] == 0, done.stdout
    assert {case['verdict'] for case in waived} == {'fail'} and len(waived) == end['waived'] == 4
    assert waived[0]['waiver'] == {'case': CASE, 'reason': 'known', 'ticket': 'T-1', 'expires': '2030-01-31', 'effect': 'waives'}
    assert {case['waiver'] for case in cases if case['id'] != CASE} == {None}
    assert f'fail            {waived[0]["instance"]}  (waived: known, T-1, until 2030-01-31)' in done.stdout
    assert 'FAIL' not in done.stdout and '4 of the failures waived' in done.stdout
    skipped = junit.findall(".//testsuite[@name='backup']/testcase/skipped")
    assert len(skipped) == 4 and skipped[0].get('message').startswith('fail (waived: known, T-1, until 2030-01-31): R-')
    assert junit.get('failures') == '0'


def test_a_failure_without_a_waiver_fails(write, tmp_path):
    done, cases, end, junit = run_waived(write, tmp_path, FAILING + WAIVER.replace(CASE, CASE + '[router,proxy,v1,ethernet]'))
    assert done.returncode == end['exit'] == 1 and end['waived'] == 1
    assert done.stdout.count('\nFAIL ') == 3 and junit.get('failures') == '3' and junit.get('skipped') == '1'
    assert len(cases) == 4


def test_a_waived_case_that_passes_fails_the_run(write, tmp_path):
    done, cases, end, junit = run_waived(write, tmp_path, GOOD + WAIVER)
    assert done.returncode == end['exit'] == 1 and end['needless_waivers'] == 4 and end['waived'] == 0
    assert {case['verdict'] for case in cases} == {'pass'} and {case['waiver']['effect'] for case in cases} == {'needless'}
    assert 'needless waiver backup/le-arp-unanswered[router,non-proxy,v1,ethernet]: passes' in done.stdout
    failures = junit.findall('.//failure')
    assert len(failures) == 4 and failures[0].get('type') == 'waiver' and 'needless' in failures[0].get('message')


def test_the_closest_waiver_counts(write, tmp_path):
    closer = WAIVER.replace('waivers:\n', '').replace(CASE, CASE + '[router,proxy,v1,ethernet]').replace('T-1', 'T-2')
    _, cases, _, _ = run_waived(write, tmp_path, FAILING + WAIVER.replace(CASE, 'backup/') + closer)
    tickets = {case['instance']: case['waiver']['ticket'] for case in cases}
    assert tickets.pop(CASE + '[router,proxy,v1,ethernet]') == 'T-2' and set(tickets.values()) == {'T-1'}


def test_a_waiver_that_nothing_needed_is_a_warning(write, tmp_path):
    done, _, end, _ = run_waived(write, tmp_path, GOOD + WAIVER, 'join/')
    assert done.returncode == 0 and end['unused_waivers'] == [CASE]
    assert f'unused waiver {CASE}: no case that it names ran' in done.stdout


def test_today_is_in_no_file(write, tmp_path, monkeypatch):
    texts = []
    for day in ('2030-01-01', '2030-01-30'):
        monkeypatch.setenv('VMACHECK_TODAY', day)
        run_waived(write, tmp_path, FAILING + WAIVER)
        texts.append([(tmp_path / 'out' / name).read_bytes() for name in ('results.jsonl', 'junit.xml')])
    assert texts[0] == texts[1]


def test_equal_bytes_at_any_number_of_jobs(write, tmp_path):
    path = write(FAILING.replace('[non-proxy, proxy]', 'proxy') + WAIVER)
    for jobs in ('1', '3'):
        vmacheck('run', 'backup/', 'association-proxy/', '--dut', path, '--out', tmp_path / jobs, '--jobs', jobs)
    for name in ('results.jsonl', 'junit.xml'):
        assert (tmp_path / '1' / name).read_bytes() == (tmp_path / '3' / name).read_bytes()


@pytest.mark.parametrize('mutant, old, new, key, text, selector', [
    ('M7', 'schemes: [non-proxy, proxy]', 'schemes: non-proxy', 'schemes', 'claims non-proxy only, but joins with the Proxy flag', CASE),
    ('M93', 'schemes: [non-proxy, proxy]', 'schemes: proxy', 'schemes', 'claims proxy only, but joins without the Proxy flag', CASE),
    ('M45', 'schemes: [non-proxy, proxy]', 'schemes: proxy', 'schemes', 'claims proxy only, but registers a VMAC', 'backup/takeover'),
    ('M297', '', '', 'lane', 'claims LANE v2, but joins without V2 Capable', CASE),
    ('M158', 'options: [lan-port, forwarding]', 'options: []', 'options',
     'does not claim several-vrids, but advertises a second one', 'transmit/ttl'),
    ('M158', 'media', 'vrids: 7-60\nmedia', 'vrids', "advertises a VRID that is not among 'vrids'", 'transmit/ttl'),
    ('M160', 'media', 'priorities: 100-110\nmedia', 'priorities', "advertises a priority that is not among 'priorities'", 'transmit/ttl'),
    ('M72', 'media', 'addresses: {mac: 00-20-5a-12-34-56}\nmedia', 'addresses.mac', "joins with another MAC address than 'mac'", 'join/'),
    ('M143', 'media', 'addresses: {ip: 10.1.2.3}\nmedia', 'addresses.ip', "advertises from another IP address than 'ip'", 'transmit/ttl'),
])
def test_a_contradicted_claim_is_told(write, tmp_path, mutant, old, new, key, text, selector):
    """With the frame, in every format, and without changing a verdict; the reference contradicts none of the same claims."""
    told = {}
    for device in ('reference', f'mutant:{mutant}'):
        out = tmp_path / device
        path = write(GOOD.replace(old, new, 1).replace('attached: reference', f'attached: {device}'))
        done = vmacheck('run', selector, '--dut', path, '--out', out)
        _, cases, end = records(out)
        told[device] = [(entry['key'], entry['text']) for entry in end['contradictions']]
        for entry in end['contradictions']:
            case = next(case for case in cases if case['instance'] == entry['instance'])
            event = next(event for event in case['events'] if event[5] == entry['frame'])
            assert event[1] == 'dut'
            assert {'key': entry['key'], 'text': entry['text'], 'frame': entry['frame']} in case['contradictions']
            assert entry['cases'] == sum(entry['text'] in [one['text'] for one in case['contradictions']] for case in cases)
            assert f'claim contradicted: {entry["key"]}: {entry["text"]}; seen in frame {entry["frame"]} of ' in done.stdout
            assert f'contradiction {entry["text"]} (frame {entry["frame"]})' in (out / 'junit.xml').read_text(encoding='utf-8')
    assert told['reference'] == []
    assert (key, text) in told[f'mutant:{mutant}']
