"""Devices out of process (docs/adapter.md): the reference as a process gives the same run as built in, octet by octet;
a device in Python with a codec of its own conforms; a process that misbehaves makes its case inconclusive, with the
reason, and leaves the next case alone."""
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from misbehaving_adapter import FAULTS_AT_TAKEOVER  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get('VMACHECK', ROOT / 'build' / 'vmacheck')).parent
VMACHECK = BUILD / 'vmacheck'
REFERENCE = BUILD / 'vmacheck-reference'
PYTHON_DEVICE = f'{sys.executable} {ROOT / "examples/python-device/device.py"}'
MISBEHAVING = ROOT / 'tests/e2e/misbehaving_adapter.py'

NOT_LAST, LAST = range(2)


def run(out, dut, *arguments, read=True):
    """The finished process and the records of results.jsonl."""
    done = subprocess.run([str(VMACHECK), 'run', '--quiet', '--out', str(out), '--dut', dut, *arguments], check=False,
                          capture_output=True, text=True, timeout=300)
    results = out / 'results.jsonl'
    lines = results.read_text(encoding='utf-8').splitlines() if read and results.exists() else []
    return done, [json.loads(line) for line in lines]


def cases(records):
    return {record['instance']: record for record in records if record['type'] == 'case'}


def packets(capture):
    """The blocks of a pcapng file behind the section header, which names the device."""
    octets = capture.read_bytes()
    return octets[int.from_bytes(octets[4:8], sys.byteorder):]


# --- the same run ----------------------------------------------------------------------------------------------------


# A switch is no station: the lab acts on the links of its ports, and no process stands behind it.
ROLES = ['router', 'bridge', 'client', 'les', 'vrrp']


@pytest.mark.parametrize('arguments', [('--seed', '1'),
                                       ('--seed', '18446744073709551615', '--jobs', '1', '--lane', 'v1', '--scheme', 'proxy')])
def test_reference_as_a_process_gives_the_same_run(tmp_path, arguments):
    seen = {}
    for name, dut in (('built-in', 'reference'), ('process', f'adapter:{REFERENCE}')):
        done, _ = run(tmp_path / name, dut, '--role', ','.join(ROLES), *arguments, read=False)
        seen[name] = done.returncode, *(tmp_path / name / 'results.jsonl').read_bytes().splitlines()
        head = json.loads(seen[name][1])
        assert head['device'] == dut
    assert len(seen['built-in']) > 500 and len(seen['process']) == len(seen['built-in'])
    for expected, got in zip(seen['built-in'][2:], seen['process'][2:]):
        assert got == expected, (got[:200], expected[:200])
    assert seen['process'][0] == seen['built-in'][0]
    captures = {name: {path.relative_to(tmp_path / name): path for path in (tmp_path / name).rglob('*.pcapng')} for name in seen}
    assert len(captures['built-in']) > 500 and captures['process'].keys() == captures['built-in'].keys()
    for path, capture in captures['process'].items():
        assert packets(capture) == packets(captures['built-in'][path]), path
    assert {path.name.split('.')[1] for path in captures['process']} >= set(ROLES) - {'vrrp'}  # of no LANE version


def test_a_switch_is_no_process(tmp_path):
    done, records = run(tmp_path, f'adapter:{REFERENCE}', '--role', 'switch')
    assert done.returncode == 4 and len(cases(records)) > 10  # nothing was judged
    assert {case['verdict'] for case in cases(records).values()} == {'not-applicable'}
    assert all('does not claim switch' in case['reason'] for case in cases(records).values())


def test_two_runs_of_the_python_device_are_equal(tmp_path):
    _, first = run(tmp_path / 'first', f'adapter:{PYTHON_DEVICE}', 'backup/', '--jobs', '1')
    _, second = run(tmp_path / 'second', f'adapter:{PYTHON_DEVICE}', 'backup/', '--jobs', '4')
    assert len(first) > 2 and first == second


# --- an independent device -------------------------------------------------------------------------------------------


def test_python_device_conforms(tmp_path):
    """Where it applies its verdicts are those of the reference, and nothing that it sends is a violation."""
    claims = ('--role', 'router', '--scheme', 'non-proxy', '--lane', 'v2', '--media', 'ethernet')
    _, reference = run(tmp_path / 'reference', 'reference', *claims)
    done, python = run(tmp_path / 'python', f'adapter:{PYTHON_DEVICE}', *claims)
    expected = cases(reference)
    applicable = {name: case for name, case in cases(python).items() if case['verdict'] != 'not-applicable'}
    assert len(applicable) >= len(expected) * 3 // 4  # the others need what it lacks, such as a LAN port
    wrong = {name: (case['verdict'], case['reason']) for name, case in applicable.items()
             if case['verdict'] != expected[name]['verdict']}
    assert not wrong, done.stdout
    violations = [(name, finding['requirement']) for name, case in applicable.items() for finding in case['findings']
                  if finding['kind'] == 'violation']
    assert not violations


@pytest.mark.parametrize('claim, selected', [('router proxy v2', ('--role', 'router', '--scheme', 'proxy', '--lane', 'v2')),
                                             ('router non-proxy v1', ('--role', 'router', '--scheme', 'non-proxy', '--lane', 'v1')),
                                             ('client', ('--role', 'client')), ('vrrp on ethernet', ('--role', 'vrrp'))])
def test_beyond_its_claims_nothing_applies(tmp_path, claim, selected):
    done, records = run(tmp_path, f'adapter:{PYTHON_DEVICE}', *selected, '--media', 'ethernet')
    assert done.returncode == 4 and len(cases(records)) > 10  # nothing was judged
    for case in cases(records).values():
        assert case['verdict'] == 'not-applicable' and f'does not claim {claim}' in case['reason']


ADVERTISER = f'{sys.executable} {ROOT / "examples/python-device/advertiser.py"}'


def test_verdicts_of_the_walk_through(tmp_path):
    """What examples/python-device/README.md says of its smallest router."""
    done, records = run(tmp_path, f'adapter:{ADVERTISER}', '--role', 'vrrp', '--media', 'ethernet')
    verdicts = {case['id']: (case['verdict'], case['reason']) for case in cases(records).values()}
    assert done.returncode == 1
    passed = {name for name, (verdict, _) in verdicts.items() if verdict == 'pass'}
    assert len(passed) > 25
    assert {'transmit/ttl', 'transmit/checksum', 'transmit/addresses', 'timers/interval-2', 'router-states/starts-timer'} <= passed
    for name, verdict, words in (('receive/ttl-254', 'fail', 'V-3-01: expected no ADVERTISEMENT: not Master'),
                                 ('arp/master-replies', 'fail', 'V-6.4.3-01: expected ARP_REPLY'),
                                 ('router-states/shut-down', 'inconclusive', "refused 'shutdown"),
                                 ('forwarding/master-forwards', 'not-applicable', 'lacks the capability')):
        found = next((text for case, text in verdicts.items() if case.startswith(name)), None)
        assert found and found[0] == verdict and words in found[1], (name, found)


# --- misbehaviour ----------------------------------------------------------------------------------------------------

REASONS = {
    'dies': 'it ended with status 3',
    'killed': 'it was killed by signal 11',
    'hangs': 'no complete answer within 5 s',
    'closes-output': 'it closed its standard output, or was killed',
    'garbage': 'in the line Segmentation fault (core dumped)',
    'no-text': 'no JSON',
    'no-object': 'no object with a string "type"',
    'half-record': 'half a line, and no more within 5 s',
    'half-record-and-dies': 'it ended with status 3 in the middle of a line: {"type"',
    'never-done': 'no complete answer within 5 s',
    'babbles': 'more than 10000 lines and no "done" among them',
    'endless-line': 'more than 140000 octets without a newline: xxxx',
    'speaks-unasked': 'it speaks without being asked: {"type"',
    'unknown-type': 'unknown type "sdu_sned"',
    'member-missing': 'sdu_send: no member "vcc"',
    'bad-data': 'member "data": not a string of pairs of hexadecimal digits',
    'unknown-vcc': 'VCC 4711 is unknown',
    'vcc-used-twice': 'VCC 1 was used before',
    'wrong-time': 'its time is not that of the question',
    'deadline-past': 'its deadline has passed',
    'result-unasked': 'a "result" that was not asked for',
    'lan-port': 'LAN port 9',
}


def test_every_fault_is_tested():
    assert REASONS.keys() == FAULTS_AT_TAKEOVER.keys()


def misbehaving(fault, folder):
    return f'adapter:exec {sys.executable} {MISBEHAVING} {fault} {folder} {REFERENCE}'


def run_twice(folder, fault):
    """The takeover case in two instances, one after the other."""
    return run(folder / 'out', misbehaving(fault, folder), 'backup/takeover', '--scheme', 'non-proxy', '--media', 'ethernet',
               '--jobs', '1')


def test_without_a_fault_both_cases_pass(tmp_path):
    done, records = run_twice(tmp_path, 'none')
    assert done.returncode == 0
    assert [case['verdict'] for case in cases(records).values()] == ['pass', 'pass']
    assert len((tmp_path / 'pids').read_text().split()) == 2  # one process for both


@pytest.mark.parametrize('fault', REASONS)
def test_fault_makes_its_case_inconclusive_and_harms_no_other(tmp_path, fault):
    """The fault comes at takeover: what the case then misses is missing because of it, and is no failure of the
    device."""
    done, records = run_twice(tmp_path, fault)
    assert done.returncode == 4, done.stdout + done.stderr
    with_fault, after_it = cases(records).values()
    assert with_fault['verdict'] == 'inconclusive'
    assert REASONS[fault] in with_fault['reason']
    assert str(MISBEHAVING) in with_fault['reason'] and 'asked "' in with_fault['reason']
    assert after_it['verdict'] == 'pass'
    pids = (tmp_path / 'pids').read_text().split()
    assert len(pids) == 4
    limit = time.monotonic() + 5  # what a process started was killed, but nobody waits for its end
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < limit, 'a process is still there'


TOO_MANY = r'[0-9]+ frames in [0-9.]+ s, [0-9]+ of them from the device, are more than vmacheck keeps of one case \(256 MiB\)'


@pytest.mark.parametrize('fault, verdict', [('floods', 'fail'), ('floods-with-others', 'inconclusive')])
def test_flood_ends_its_case_and_harms_no_other(tmp_path, fault, verdict):
    """What the device broke before the case ended is certain."""
    done, records = run_twice(tmp_path, fault)
    assert done.returncode == {'fail': 1, 'inconclusive': 4}[verdict], done.stdout + done.stderr
    flooded, after_it = cases(records).values()
    assert flooded['verdict'] == verdict
    assert flooded['events'][-1][4:] == ['the case ends here: more frames than vmacheck keeps of one case', None, 'note']
    frames = [event for event in flooded['events'] if event[6] in ('sdu', 'lan-frame')]
    if verdict == 'inconclusive':
        of_device = sum(event[1] == 'dut' for event in frames)
        assert re.fullmatch(TOO_MANY, flooded['reason'])
        assert flooded['reason'].startswith(f'{len(frames)} frames in ') and f' s, {of_device} of them' in flooded['reason']
    octets = (tmp_path / 'out' / flooded['capture']).stat().st_size
    assert len(frames) > 50000 and octets > 60 * len(frames)
    assert after_it['verdict'] == 'pass'


def test_flood_is_the_reason_for_what_it_delays(tmp_path):
    done, records = run(tmp_path / 'out', misbehaving('floods', tmp_path), 'transmit/priority-of-owner', '--role', 'vrrp', '--media',
                        'ethernet', '--clock', 'wall')
    flooded, = cases(records).values()
    if flooded['verdict'] == 'fail':
        pytest.skip('the flood made nothing late')
    assert done.returncode == 4 and re.fullmatch(TOO_MANY, flooded['reason'])


def test_an_adapter_that_is_slow_is_named(tmp_path):
    """Its answers add up to more than any of them; nobody is to look for load on the machine of vmacheck."""
    _, records = run(tmp_path / 'out', misbehaving('slow', tmp_path), 'timers/skew-1', '--role', 'vrrp', '--media', 'ethernet', '--clock',
                     'wall')
    slow, = cases(records).values()
    if 'late itself' in slow['reason']:
        pytest.skip(slow['reason'])
    assert slow['verdict'] == 'inconclusive'
    assert re.match(f'adapter:.*{re.escape(str(MISBEHAVING))} .*answered [0-9.]+ ms late; it is too slow', slow['reason'])


def is_running(pid):
    try:
        state = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != 'Z'  # a zombie, orphaned in a container whose first process reaps nothing


@pytest.mark.parametrize('command, words', [
    ('/no/such/program', 'the shell did not find the command'),
    ('true', 'it ended with status 0'),
    ('exit 7', 'it ended with status 7'),
    ('kill -TERM $$', 'it was killed by signal 15'),
    ('read line; echo hello', 'no JSON'),
    ('cat', 'no member "name"'),  # hello comes back as it was
])
def test_command_that_is_no_adapter(tmp_path, command, words):
    done, records = run(tmp_path, f'adapter:{command}', 'backup/takeover')
    assert done.returncode == 2 and not cases(records)
    assert words in done.stderr and f'adapter `{command}`' in done.stderr and 'asked "hello"' in done.stderr


@pytest.mark.parametrize('fault, words', [
    ('version', 'it speaks version 2 of the protocol, needed is 1'),
    ('claims', '"toaster" is none of the roles'),
    ('echo', 'its echo is not what was sent'),
    ('no-echo', 'done without a "echo"'),
    ('every-capability', 'it claims a capability that does not exist'),
    ('every-action', 'it accepts a control action that does not exist'),
    ('acts-early', 'the device acts before it was configured'),
])
def test_adapter_that_fails_its_check_is_not_used(tmp_path, fault, words):
    done, records = run(tmp_path / 'out', misbehaving(fault, tmp_path), 'backup/takeover')
    assert done.returncode == 2 and not cases(records)
    assert words in done.stderr


def test_refused_settings_make_the_case_inconclusive(tmp_path):
    done, records = run_twice(tmp_path, 'settings-refused')
    assert done.returncode == 4
    for case in cases(records).values():
        assert case['verdict'] == 'inconclusive' and 'the device refuses its settings: not today' in case['reason']


@pytest.mark.parametrize('fault', ['changes-claims', 'changes-capabilities'])
def test_claims_may_not_change_during_a_run(tmp_path, fault):
    done, records = run_twice(tmp_path, fault)
    assert done.returncode == 4
    first, second = cases(records).values()
    assert first['verdict'] == 'inconclusive' and 'it ended with status 3' in first['reason']
    assert second['verdict'] == 'inconclusive'
    assert 'started anew, it claims something else than before' in second['reason']
