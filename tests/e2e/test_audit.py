"""`vmacheck audit`: what it says of captures, and what it does with bad ones."""
import gzip
import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, VMACHECK, vmacheck  # noqa: E402

REAL = ROOT / 'tests/real-frames'
MUTANT = 'M249'  # joins with the LECID of an earlier join
LINUX = REAL / 'linux-keepalived-vmac-on-lec.pcap'
KEEPALIVED = REAL / 'keepalived-vmac-election-ethernet.pcap'


def audit(*arguments, **options):
    done = vmacheck('audit', '--json', *map(str, arguments), **options)
    return done.returncode, json.loads(done.stdout)


def stations(report):
    return {station['name']: station for station in report['stations']}


@pytest.fixture(scope='module')
def wrong_join(tmp_path_factory):
    """The capture of a LEC whose LE_JOIN_REQUEST has a LECID, and the frame."""
    out = tmp_path_factory.mktemp('wrong')
    vmacheck('run', 'join/', '--role', 'router', '--dut', f'mutant:{MUTANT}', '--out', str(out), '--quiet')
    for line in (out / 'results.jsonl').read_text(encoding='utf-8').splitlines()[1:-1]:
        case = json.loads(line)
        for finding in case['findings']:
            if finding['source'] == 'join-form' and finding['kind'] == 'violation' and finding['frame']:
                return out / case['capture'], finding
    raise AssertionError('the mutant joins rightly')


def test_a_moving_vmac_on_linux():
    code, report = audit(LINUX)
    assert code == 4 and report['verdict'] == 'inconclusive'
    [owner] = report['owners']
    first, second = '47000580ffe1000000f21a26d80020ea0000b000', '47000580ffe1000000f21a26d80020ea0000b100'
    assert owner['vrid'] == 51 and owner['moves'] == 2
    assert [entry['to'] for entry in owner['entries']] == [first, second, None, first, None]
    lecs = stations(report)
    assert lecs[first]['local'] and lecs[first]['lecid'] == 256 and lecs[first]['lane'] == ['v1']
    assert lecs[first]['roles'] == ['router'] and lecs[first]['schemes'] == ['non-proxy']
    assert any(entry['rule'] == 'association' for entry in lecs[first]['not_judged'])


def test_routers_on_a_lan():
    code, report = audit(KEEPALIVED)
    assert [owner['vrid'] for owner in report['owners']] == [7]
    assert all(station['roles'] == ['vrrp'] and not station['local'] for station in report['stations'])
    assert code in (1, 4)


def test_a_violation_is_named_with_its_frame(wrong_join):
    capture, finding = wrong_join
    code, report = audit(capture, '--station', 'local')
    assert code == 1 and report['verdict'] == 'fail'
    [local] = [station for station in report['stations'] if station['asked']]
    found = [group for group in local['findings'] if group['requirement'] == finding['requirement']]
    assert any(finding['frame'] in group['frames'] for group in found)
    example = found[0]['examples'][0]
    assert example['expected'] == finding['expected'] and example['actual'] == finding['actual']
    text = vmacheck('audit', str(capture), '--station', 'local').stdout
    assert f"FAIL {finding['requirement']} " in text and f"frame {finding['frame']} at " in text
    assert text.endswith('fail: a station violated a requirement\n')


def test_the_verdict_is_about_the_station_asked_for(wrong_join):
    capture, _ = wrong_join
    code, report = audit(capture, '--station', 'servers')
    assert code == 4 and report['reason'] == 'the station that was asked for sent nothing in this capture'
    local = next(station['name'] for station in report['stations'] if station['local'])
    assert audit(capture, '--station', local)[0] == 1


def test_annotated_capture_has_the_findings_on_their_frames(wrong_join, tmp_path):
    capture, finding = wrong_join
    out = tmp_path / 'annotated.pcapng'
    vmacheck('audit', str(capture), '--station', 'local', '--annotate', str(out))
    shown = subprocess.run(['tshark', '-r', out, '-Y', f'frame.number=={finding["frame"]}', '-T', 'fields', '-e', 'frame.comment'],
                           capture_output=True, text=True, check=True).stdout
    assert f"FAIL {finding['requirement']}: expected {finding['expected']}; got {finding['actual']}" in shown
    assert audit(out, '--station', 'local')[0] == 1


def test_pipe_gzip_and_file_say_the_same(tmp_path):
    plain = audit(LINUX)[1]
    packed = tmp_path / 'packed.pcap.gz'
    packed.write_bytes(gzip.compress(LINUX.read_bytes()))
    piped = subprocess.run([VMACHECK, 'audit', '--json', '-'], input=LINUX.read_bytes(), capture_output=True, check=False)
    for report in (audit(packed)[1], json.loads(piped.stdout), audit(LINUX, '--jobs', '1')[1]):
        assert {**report, 'files': None} == {**plain, 'files': None}


def test_several_files_are_one_capture():
    code, report = audit(LINUX, KEEPALIVED)
    assert code in (1, 4)
    assert {owner['vrid'] for owner in report['owners']} == {51, 7}
    assert report['frames'] == audit(LINUX)[1]['frames'] + audit(KEEPALIVED)[1]['frames']


@pytest.mark.parametrize('size', [23, 24 + 10, 24 + 16 + 3, 5000])
def test_truncated_file_is_judged_to_its_end(tmp_path, size):
    cut = tmp_path / 'cut.pcap'
    cut.write_bytes(LINUX.read_bytes()[:size])
    done = vmacheck('audit', str(cut))
    assert done.returncode == 2
    assert str(cut) in done.stderr and len(done.stderr.splitlines()) == 1
    if size == 5000:
        assert 'frames in' in done.stdout and 'could not be read' in done.stdout


def test_times_that_run_backwards_are_told(tmp_path):
    data = bytearray(LINUX.read_bytes())
    struct.pack_into('<I' if data[0] == 0xd4 else '>I', data, 24, 0x7fffffff)
    bad = tmp_path / 'back.pcap'
    bad.write_bytes(data)
    code, report = audit(bad)
    assert report['backwards'] == 1 and code == 4
    assert 'bear a time before' in vmacheck('audit', str(bad)).stdout


def test_cut_frames_are_not_judged(tmp_path):
    snapped = tmp_path / 'snapped.pcap'
    subprocess.run(['editcap', '-F', 'pcap', '-s', '60', LINUX, snapped], check=True)
    code, report = audit(snapped)
    assert code == 4 and report['verdict'] == 'inconclusive'
    assert any('cut short' in skipped['what'] for skipped in report['skipped'])
    assert not any(station['findings'] for station in report['stations'])


def test_other_link_types_are_counted(tmp_path):
    other = tmp_path / 'raw.pcap'
    subprocess.run(['editcap', '-F', 'pcap', '-T', 'rawip', KEEPALIVED, other], check=True)
    code, report = audit(other)
    assert code == 4 and report['skipped'][0]['count'] == report['frames'] > 0
    assert report['reason'] == 'no station that could be judged sent anything'


@pytest.mark.parametrize('arguments, message', [
    ([], 'audit needs a capture'),
    (['/'], 'is a directory'),
    (['/nonexistent'], '/nonexistent'),
    ([str(ROOT / 'README.md')], 'README.md'),
    ([str(LINUX), '--pixit', 'no_such=1'], 'there is no such choice'),
    ([str(LINUX), '--pixit', '/nonexistent.yaml'], '/nonexistent.yaml'),
    ([str(LINUX), '--annotate', '/nonexistent/out.pcapng'], '/nonexistent/out.pcapng'),
    ([str(LINUX), str(KEEPALIVED), '--annotate', 'x.pcapng'], 'one capture at a time'),
    (['-', '--annotate', 'x.pcapng'], 'give it a file'),
    ([str(LINUX), '--role', 'roter'], 'none of'),
])
def test_bad_input_is_one_clear_line(arguments, message):
    done = vmacheck('audit', *arguments)
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1]


def test_claims_close_what_a_capture_leaves_open(wrong_join):
    capture, _ = wrong_join
    _, report = audit(capture, '--station', 'local', '--role', 'router', '--scheme', 'non-proxy', '--lane', 'v1')
    local = next(station for station in report['stations'] if station['local'])
    assert (local['roles'], local['schemes'], local['lane']) == (['router'], ['non-proxy'], ['v1'])


def test_a_device_file_gives_claims_and_choices(tmp_path):
    device = tmp_path / 'device.yaml'
    vmacheck('dut', 'init', str(device), '--role', 'router', '--scheme', 'proxy')
    _, report = audit(LINUX, '--pixit', device)
    assert all(station['schemes'] == ['proxy'] for station in report['stations'] if station['local'])
