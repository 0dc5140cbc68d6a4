"""Cases side by side: one process that is several devices, VRIDs shared out, the wall clock, late answers, and limits of the
system."""
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get('VMACHECK', ROOT / 'build' / 'vmacheck')).parent
VMACHECK = BUILD / 'vmacheck'
REFERENCE = BUILD / 'vmacheck-reference'
MISBEHAVING = ROOT / 'tests/e2e/misbehaving_adapter.py'
ROLES = ['router', 'bridge', 'client', 'les', 'vrrp']
PATIENT = ('--clock', 'wall', '--pixit', 'time_tolerance_ms=300')

DEVICE_FILE = """
device: {{name: reference, version: "1", attached: "{attached}"}}
role: router
schemes: [non-proxy, proxy]
lane: [v1, v2]
media: [ethernet]
options: [{options}]
vrids: [{vrids}]
"""


def run(out, dut, *arguments, **options):
    done = subprocess.run([str(VMACHECK), 'run', '--quiet', '--out', str(out), '--dut', dut, *arguments], check=False,
                          capture_output=True, text=True, timeout=300, **options)
    results = out / 'results.jsonl'
    records = [json.loads(line) for line in results.read_text(encoding='utf-8').splitlines()] if results.exists() else []
    return done, [record for record in records if record['type'] == 'case']


def several(fault, folder, instances):
    return f'exec {sys.executable} {MISBEHAVING} {fault} {folder} {REFERENCE} --instances {instances}'


def pids(folder):
    return (folder / 'pids').read_text(encoding='ascii').split()


# --- one process, several devices ------------------------------------------------------------------------------------


def test_one_process_that_is_several_devices_gives_the_same_run(tmp_path):
    selection = ('election/', 'join/', '--media', 'ethernet', '--role', 'router,client')
    _, built_in = run(tmp_path / 'built-in', 'reference', *selection)
    done, shared = run(tmp_path / 'shared', f'adapter:{several("none", tmp_path, 3)}', '--jobs', '3', *selection)
    assert done.returncode == 0 and len(shared) > 50
    assert shared == built_in
    assert len(pids(tmp_path)) == 2
    assert len({line.split()[0] for line in (tmp_path / 'vrids').read_text().splitlines()}) == 3


def test_more_side_by_side_than_it_can_be_are_not_asked(tmp_path):
    done, _ = run(tmp_path / 'out', f'adapter:{several("none", tmp_path, 2)}', 'election/', '--jobs', '7')
    assert done.returncode == 0
    assert {line.split()[0] for line in (tmp_path / 'vrids').read_text().splitlines()} <= {'0', '1'}


def test_a_lost_process_is_lost_for_all_its_cases_and_started_once(tmp_path):
    done, cases = run(tmp_path / 'out', f'adapter:{several("dies", tmp_path, 4)}', 'election/', '--jobs', '4')
    assert done.returncode == 4, done.stdout
    lost = [case for case in cases if case['verdict'] != 'pass' and case['verdict'] != 'not-applicable']
    assert 1 <= len(lost) <= 4
    assert all(case['verdict'] == 'inconclusive' and 'it ended with status 3' in case['reason'] for case in lost)
    assert len(pids(tmp_path)) == 4


def test_an_answer_of_another_instance_is_refused(tmp_path):
    wrong = "sed -u 's/,\"instance\":1}/}/'"
    done, cases = run(tmp_path, f'adapter:{REFERENCE} --instances 2 | {wrong}', 'election/', '--jobs', '2')
    assert done.returncode == 4
    assert any('it is of instance 0, asked was 1' in case['reason'] for case in cases)


@pytest.mark.parametrize('options, vrids, shares', [('', '3-10', 4), ('', '7, 9', 2), ('several-vrids', '20-26', 2)])
def test_cases_side_by_side_have_vrids_of_their_own(tmp_path, options, vrids, shares):
    """And the same ones however many run at once."""
    file = tmp_path / 'device.yaml'
    file.write_text(DEVICE_FILE.format(attached='adapter:' + several('none', tmp_path, 4), options=options,
                                       vrids=vrids), encoding='utf-8')
    done, cases = run(tmp_path / 'out', str(file), 'transmit/', 'backup/', 'several-vrids/', '--jobs', '4')
    assert done.returncode == 0, done.stdout + done.stderr
    used = [line.split() for line in (tmp_path / 'vrids').read_text(encoding='ascii').splitlines()]
    assert len({instance for instance, _ in used}) == shares
    _, one_by_one = run(tmp_path / 'one-by-one', str(file), 'transmit/', 'backup/', 'several-vrids/', '--jobs', '1')
    assert cases == one_by_one and len({case['verdict'] for case in cases}) > 1
    reasons = {case['reason'] for case in cases if case['verdict'] == 'not-applicable'}
    assert not any('more VRIDs' in reason for reason in reasons)


def test_instances_are_a_number_that_makes_sense(tmp_path):
    done, _ = run(tmp_path, f'adapter:{REFERENCE} --instances 1025', 'election/')
    assert done.returncode == 2


# --- the wall clock --------------------------------------------------------------------------------------------------


@pytest.fixture(scope='module', name='passed')
def passed_in_virtual_time():
    """The cases that the built-in device passes, those first that take the least time in the world."""
    selection = ('--role', ','.join(ROLES), '--media', 'ethernet', '--lane', 'v2')
    done = subprocess.run([str(VMACHECK), 'run', '--format', 'json', *selection], check=True,
                          capture_output=True, text=True, timeout=300)
    records = map(json.loads, done.stdout.splitlines())
    return sorted((record for record in records if record['type'] == 'case' and record['verdict'] == 'pass'),
                  key=lambda case: case['end_ns'])


def test_processes_of_all_roles_on_the_wall_clock(tmp_path, passed):
    """All that a busy machine may do to the verdicts is to leave them open."""
    chosen = [case for role in ROLES for case in [case for case in passed if case['role'] == role][:6]]
    began = time.monotonic()
    done, cases = run(tmp_path / 'wall', f'adapter:{REFERENCE}', *PATIENT, *(case['instance'] for case in chosen))
    elapsed_s = time.monotonic() - began
    assert done.returncode in (0, 4), done.stdout
    assert {case['instance'] for case in cases} == {case['instance'] for case in chosen}
    assert [case['index'] for case in cases] == list(range(len(chosen)))
    assert f'{len(chosen)} side by side' in done.stdout
    for case in cases:
        late = case['verdict'] == 'inconclusive' and 'late' in case['reason']
        assert case['verdict'] == 'pass' or late, (case['instance'], case['reason'])
    assert elapsed_s < sum(case['end_ns'] for case in chosen) / 1e9 / 2


def test_a_late_answer_is_inconclusive_on_the_wall_clock_only(tmp_path, passed):
    case = next(case for case in passed if case['role'] == 'vrrp' and case['id'].startswith('transmit/'))
    for name, clock, verdict in (('virtual', (), 'pass'), ('wall', ('--clock', 'wall'), 'inconclusive')):
        folder = tmp_path / name
        folder.mkdir()
        dut = f'adapter:exec {sys.executable} {MISBEHAVING} late {folder} {REFERENCE}'
        done, cases = run(folder / 'out', dut, case['instance'], *clock)
        assert [case['verdict'] for case in cases] == [verdict], done.stdout + done.stderr
        assert verdict == 'pass' or ('late' in cases[0]['reason'] and cases[0]['wall']['starved_ns'] > 400_000_000)
        assert (folder / 'fault-happened').exists()


# --- limits ----------------------------------------------------------------------------------------------------------


def test_too_many_for_the_open_files_that_the_system_allows(tmp_path):
    def few_files():
        resource.setrlimit(resource.RLIMIT_NOFILE, (140, 140))
    done, cases = run(tmp_path / 'wall', 'reference', '--clock', 'wall', '--jobs', '64', preexec_fn=few_files)
    assert done.returncode == 2 and not cases
    assert '--jobs 64 needs' in done.stderr and 'use --jobs 3' in done.stderr


def test_the_soft_limit_of_open_files_is_raised(tmp_path, passed):
    def soft():
        resource.setrlimit(resource.RLIMIT_NOFILE, (40, 4096))
    done, cases = run(tmp_path, 'reference', *PATIENT, *(case['instance'] for case in passed[:32]), preexec_fn=soft)
    assert done.returncode in (0, 4), done.stdout + done.stderr
    assert {case['verdict'] for case in cases} <= {'pass', 'inconclusive'} and len(cases) == 32
    assert not any('descriptors' in case['reason'] for case in cases)
