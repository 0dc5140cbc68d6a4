"""Real routers, the short way: a few cases on keepalived and on FRR's vrrpd, side by side. `make interop` runs them all."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / 'tests' / 'interop')]
from program import VMACHECK, records  # noqa: E402
from report import is_flaw_of_machine  # noqa: E402
from rig import Rig, obstacle  # noqa: E402

PREFIX = 'vmi'
PROGRAMS = {'keepalived': 'keepalived', 'frr': '/usr/lib/frr/vrrpd'}
# Election, takeover, resignation, yielding, ARP: what a VRRP router is for, in the shortest cases.
CASES = ['transmit/ttl', 'arp/master-replies', 'router-states/starts-timer', 'router-states/backup-hears-stop',
         'router-states/master-yields', 'transmit/stop-at-shutdown']
# And one that neither passes (docs/interop): it has to be found.
FOUND = 'forwarding/yielded-discards'
SHARE = 4  # routers of each kind

pytestmark = [pytest.mark.skipif(bool(obstacle()), reason=f'no real routers on wires: {obstacle()}'), pytest.mark.xdist_group('wires')]


def missing(device):
    return not shutil.which(PROGRAMS[device])


@pytest.fixture(scope='module')
def runs(tmp_path_factory):
    """Those that are installed, all at once."""
    there = {device: SHARE for device in PROGRAMS if not missing(device)}
    if not there:
        yield {}
        return
    with Rig(there, prefix=PREFIX):
        processes = {}
        for device in there:
            folder = tmp_path_factory.mktemp(device)
            source = ROOT / 'examples' / device
            text = (source / 'device.yaml').read_text(encoding='utf-8')
            text = text.replace('vm-lab', f'{PREFIX}-lab').replace('./', f'{source}/').replace('instances: 8', f'instances: {SHARE}')
            (folder / 'device.yaml').write_text(text, encoding='utf-8')
            # A busy machine is no router's fault: times are judged generously here, closely by `make interop`.
            processes[folder] = device, subprocess.Popen(
                [VMACHECK, 'run', '--dut', folder / 'device.yaml', '--clock', 'wall', '--pixit', 'time_tolerance_ms=300', '--out', folder / 'out',
                 *CASES, FOUND], env={**os.environ, 'VMACHECK_RIG': PREFIX}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        done = {device: (folder, process.communicate(timeout=300)[0]) for folder, (device, process) in processes.items()}
        yield done


@pytest.mark.parametrize('device', PROGRAMS)
def test_real_router(runs, device):
    if missing(device):
        pytest.skip(f'{len(CASES) + 1} cases on {device} not run: there is no {PROGRAMS[device]} (Debian package {device})')
    folder, output = runs[device]
    assert (folder / 'out' / 'results.jsonl').exists(), output
    cases = {case['id']: case for case in records(folder / 'out')[1]}
    assert set(cases) == {*CASES, FOUND}
    for name, case in cases.items():
        late = is_flaw_of_machine(case)
        assert late or case['verdict'] == ('fail' if name == FOUND else 'pass'), (name, case['reason'], case['evidence'], output)
        if not late and name == FOUND:
            assert {finding['requirement'] for finding in case['findings'] if finding['kind'] == 'violation'} == {'V-6.4.2-02'}
    undecided = [case['reason'] for case in cases.values() if case['verdict'] not in ('pass', 'fail')]
    if len(undecided) > len(cases) // 2:
        pytest.skip(f'the machine is too busy to show much of {device}: {undecided[0]}')
