"""The Wireshark plugin: what it decodes where stock Wireshark stops (spec/wireshark.md 3), its fields, its installation."""
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, vmacheck  # noqa: E402

PLUGIN = ROOT / 'dissectors/vmacheck.lua'
ATM = '47000000000000000000000000000000000000'
ARP = f'LE_ARP_REQUEST lecid=5 tid=1 source=00-20-5a-00-00-01 target=00-00-5e-00-01-07 source-atm={ATM}01'


def tshark(*arguments, plugin=True, home=None):
    lua = ['-X', f'lua_script:{PLUGIN}'] if plugin else []
    done = subprocess.run(['tshark', *lua, *map(str, arguments)], capture_output=True, text=True, check=False,
                          env={**os.environ, 'HOME': str(home)} if home else None)
    assert 'Lua Error' not in done.stdout + done.stderr, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def fields(tmp_path):
    """The values of fields in the last frame of a capture of these lines."""
    def read(lines, *names):
        (tmp_path / 'lines.txt').write_text(''.join(f'{i} {line}\n' for i, line in enumerate(lines)), encoding='utf-8')
        capture = tmp_path / 'made.pcapng'
        made = vmacheck('make', tmp_path / 'lines.txt', '--out', capture)
        assert made.returncode == 0, made.stderr
        shown = tshark('-r', capture, '-T', 'fields', *(word for name in names for word in ('-e', name)))
        return dict(zip(names, shown.rstrip('\n').split('\n')[-1].split('\t')))
    return read


@pytest.mark.parametrize('line, shown', [
    (ARP, {'vmacheck.name': 'LE_ARP_REQUEST', 'vmacheck.vrid': '7', 'vmacheck.source.mac': '00:20:5a:00:00:01',
           'vmacheck.target.mac': '00:00:5e:00:01:07'}),
    (f'TARGETLESS_LE_ARP_REQUEST lecid=5 tid=1 source=00-00-5e-00-01-07 source-atm={ATM}01',
     {'vmacheck.name': 'TARGETLESS_LE_ARP_REQUEST', 'vmacheck.vrid': '7', 'vmacheck.role': 'announced', 'vmacheck.target.mac': ''}),
    (f'NO_SOURCE_LE_NARP_REQUEST lecid=5 tid=1 target=00-00-5e-00-01-07 target-atm={ATM}01',
     {'vmacheck.name': 'NO_SOURCE_LE_NARP_REQUEST', 'vmacheck.vrid': '7'}),
    ('ZERO_LE_NARP_REQUEST lecid=5 tid=1 target=00-00-5e-00-01-07', {'vmacheck.name': 'ZERO_LE_NARP_REQUEST', 'vmacheck.vrid': '7'}),
    (f'LE_REGISTER_REQUEST lecid=5 tid=1 source=00-00-5e-00-01-07 source-atm={ATM}01',
     {'vmacheck.name': 'LE_REGISTER_REQUEST', 'vmacheck.vrid': '7'}),
    (f'{ARP} llc-muxed-atm={ATM}02', {'vmacheck.tlv.llc_muxed_atm_address': f'{ATM}02'}),
    (f'{ARP} status=2', {'atm.le_control.status': '2'}),
    (f'LE_ARP_REQUEST lecid=5 tid=1 source-tag=2 source-route=0x0ab5 target=00-00-5e-00-01-07 source-atm={ATM}01',
     {'vmacheck.source.route_descriptor': '0x0ab5', 'vmacheck.source.bridge': '5'}),
    (f'LE_JOIN_REQUEST tid=1 source-atm={ATM}01 max-frame-size=5 elan-name=lab-1', {'vmacheck.elan_name': 'lab-1'}),
    ('ADVERTISEMENT lecid=5 vrid=7 priority=100 ip=10.0.0.1 address=10.0.0.254', {'vmacheck.vrid': '7', 'vrrp.prio': '100'}),
])
def test_what_stock_wireshark_leaves_out(fields, line, shown):
    assert fields([line], *shown) == shown


@pytest.mark.parametrize('line, expert', [
    (f'{ARP} @4=0108', 'opcode'),
    (f'{ARP} version=2', 'header'),
    (f'{ARP} @88=01', 'reserved'),
    (f'{ARP} cut=100', 'unreadable'),
    (f'{ARP} trailing=00', 'size'),
])
def test_wrong_octets_are_marked(fields, line, expert):
    name = f'vmacheck.expert.{expert}'
    assert fields([line], '_ws.expert.message', name)[name] != ''
    assert fields([ARP], name)[name] == ''


def test_802_5_data_is_read_as_such():
    capture = sorted((ROOT / 'captures/right').glob('5-*.pcapng'))[0]
    stock = tshark('-r', capture, '-Y', 'vrrp', plugin=False)
    shown = tshark('-r', capture, '-Y', 'vmacheck.name == "ADVERTISEMENT"', '-T', 'fields', '-e', 'vmacheck.vrid', '-e', 'vrrp.prio')
    assert stock == '' and shown
    for line in shown.splitlines():
        vrid, priority = line.split('\t')
        assert int(vrid) > 0 and int(priority) >= 0


def test_each_field_is_on_the_page_and_each_filter_works():
    page = (ROOT / 'docs/dissectors.md').read_text(encoding='utf-8')
    listed = {line.split('\t')[2] for line in subprocess.run(['tshark', '-G', 'fields', '-X', f'lua_script:{PLUGIN}'], capture_output=True, text=True, check=True).stdout.splitlines() if line.startswith('F\t') and '\tvmacheck.' in line}
    assert listed == set(re.findall(r'`(vmacheck\.[a-z0-9_.]+)`', page)) - {'vmacheck.analysis', 'vmacheck.lua'}
    for filter_text in re.findall(r'^    (vmacheck\.\S+(?: (?:==|>) \S+)?)  ', page, re.M):
        assert subprocess.run(['tshark', '-X', f'lua_script:{PLUGIN}', '-r', ROOT / 'captures/real/linux-keepalived-vmac-on-lec.pcap',
                               '-Y', filter_text], capture_output=True, check=False).returncode == 0, filter_text


def test_colour_rules_are_filters():
    rules = [line.split('@')[2] for line in (ROOT / 'dissectors/colorfilters').read_text(encoding='utf-8').splitlines()
             if line.startswith('@')]
    assert rules
    for rule in rules:
        done = subprocess.run(['tshark', '-X', f'lua_script:{PLUGIN}', '-r', ROOT / 'captures/real/frr-vrrpd-v2-ethernet.pcap', '-Y', rule],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_installed_plugin_loads_by_itself(tmp_path):
    subprocess.run(['make', '-C', ROOT, 'install-dissectors'], env={**os.environ, 'HOME': str(tmp_path)}, check=True, capture_output=True)
    capture = ROOT / 'captures/real/linux-keepalived-vmac-on-lec.pcap'
    shown = tshark('-r', capture, '-T', 'fields', '-e', 'vmacheck.name', plugin=False, home=tmp_path)
    assert shown == tshark('-r', capture, '-T', 'fields', '-e', 'vmacheck.name') and 'ADVERTISEMENT' in shown


def test_tables_are_those_of_the_program():
    program = ROOT / 'build/print-tables'
    if not program.exists():
        subprocess.run(['make', '-C', ROOT, 'build/print-tables'], check=True, capture_output=True)
    printed = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    assert printed == (ROOT / 'dissectors/vmacheck/tables.lua').read_text(encoding='utf-8')
