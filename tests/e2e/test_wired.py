"""Devices on real wires, judged by what is known of them: the reference, and mutants of it, stand behind veth pairs
(tests/interop/reference_on_wire.c) and are controlled by hooks. The wire and the hooks must change no verdict for the
worse; a busy machine may make one inconclusive."""
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / 'tests' / 'interop')]
from program import VMACHECK, records, vmacheck  # noqa: E402
from rig import Rig, obstacle  # noqa: E402

ON_WIRE = Path(VMACHECK).parent / 'interop' / 'reference-on-wire'
PREFIX = 'vmw'
COUNT = 8  # wires

pytestmark = [pytest.mark.skipif(bool(obstacle()), reason=f'no wires: {obstacle()}'), pytest.mark.xdist_group('wires')]

DEVICE = """\
device: {{name: reference on a wire, version: "1", attached: ports}}
role: vrrp
media: ethernet
options: [lan-port, forwarding, redirect, proxy-arp, authentication, several-vrids, authentication-header]
ports: [{prefix}-lab/wired%-0, {prefix}-lab/wired%-1]
instances: {count}
pixit: {{time_tolerance_ms: 400}}
control:
"""
# What a busy machine makes of a verdict.
BUSY = ['late itself', 'was starved', 'may be in time or not', 'a deed of the lab took']
DEEDS = ['configure', 'start', 'startup', 'shutdown', 'fail', 'set-priority', 'stop']


@pytest.fixture(scope='module')
def rig():
    with Rig({'wired': COUNT}, prefix=PREFIX) as made:
        yield made


def device_file(folder, what):
    text = DEVICE.format(prefix=PREFIX, count=COUNT)
    hook = ROOT / 'tests' / 'interop' / 'reference-hook'
    text += "  heartbeat: 'while sleep 0.1; do echo; done'\n"
    text += ''.join(f"  {deed}: 'VMACHECK_RIG={PREFIX} VMACHECK_ON_WIRE={ON_WIRE} {hook} {deed} {what}'\n" for deed in DEEDS)
    path = folder / 'device.yaml'
    path.write_text(text, encoding='utf-8')
    return path


def run(folder, what, *selectors):
    done = vmacheck('run', '--quiet', '--dut', device_file(folder, what), '--out', folder / 'out', *selectors, timeout=300)
    assert (folder / 'out' / 'results.jsonl').exists(), done.stderr
    return done, {case['id']: case for case in records(folder / 'out')[1]}


# Of each topic a short one, all side by side.
CONFORMING = ['receive/ttl-254', 'transmit/count', 'arp/master-replies', 'robustness/advertisement-cut', 'router-states/shut-down',
              'definitions/one-authentication-type', 'forwarding/owner-accepts', 'transmit/authentication-header']


def test_reference_on_a_wire(rig, tmp_path):
    done, cases = run(tmp_path, 'reference', *CONFORMING)
    assert set(cases) == set(CONFORMING)
    for name, case in cases.items():
        late = case['verdict'] == 'inconclusive' and any(words in case['reason'] for words in BUSY)
        assert case['verdict'] == 'pass' or late, (name, case['reason'], done.stdout)
        assert case['wall']['actions'] > 10 and case['capture']
        # Real frames with the times of the kernel, both ways.
        frames = [event for event in case['events'] if event[6] == 'lan-frame']
        assert {event[1] for event in frames} >= {'dut'} and len(frames) > 5
        assert [event[0] for event in case['events']] == sorted(event[0] for event in case['events'])
    passed = [case for case in cases.values() if case['verdict'] == 'pass']
    if not passed:
        pytest.skip(f'the machine is too busy to show anything: {cases[CONFORMING[0]]["reason"]}')
    assert all(case['wall']['deed_max_ns'] > 0 for case in passed if case['id'] != 'transmit/count')


# What each of them breaks is seen on a wire as well, and named. (A rule has twice the tolerance, so what is to be told from
# its Skew_Time has the longest.)
MUTANTS = [('M21', 'transmit/priority-of-owner', 'V-5.2.3-01'), ('M207', 'timers/skew-1', 'V-6.4.2-10'),
           ('M213', 'router-states/master-hears-stop', 'V-6.4.3-10')]


@pytest.mark.parametrize('mutant, case, requirement', MUTANTS)
def test_mutant_on_a_wire(rig, tmp_path, mutant, case, requirement):
    done, cases = run(tmp_path, f'mutant:{mutant}', case)
    verdict = cases[case]['verdict']
    if verdict == 'inconclusive' and any(words in cases[case]['reason'] for words in BUSY):
        pytest.skip(cases[case]['reason'])
    assert verdict == 'fail', done.stdout
    assert requirement in {finding['requirement'] for finding in cases[case]['findings'] if finding['kind'] == 'violation'}
