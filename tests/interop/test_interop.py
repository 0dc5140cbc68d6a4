"""Real routers: every case of role vrrp on keepalived and on FRR, and both behind bridges. `make interop` runs it; the pages and the
results are in build/interop/. It takes root, network namespaces, and some minutes of real time."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import report  # noqa: E402
from rig import Rig, obstacle  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
VMACHECK = os.environ.get('VMACHECK', str(ROOT / 'build' / 'vmacheck'))
OUT = Path(os.environ.get('VMACHECK_INTEROP', ROOT / 'build' / 'interop'))
COUNT = 8  # routers of each kind, as their device files say
# Two periods of 255 s, and more: an hour of real time for nothing that the other intervals don't show.
LONG = ['timers/interval-255']
AGAIN = 3  # times that cases are run once more which the machine was too busy for, with less beside them


@pytest.fixture(scope='module', autouse=True)
def rig():
    reason = obstacle() or next((f'{program} is not installed' for program in ('keepalived', '/usr/lib/frr/vrrpd')
                                 if not shutil.which(program)), '')
    if reason:
        pytest.skip(reason)
    with Rig({'keepalived': COUNT, 'frr': COUNT}) as made:
        yield made


def vmacheck(device, out, *selectors):
    file = ROOT / 'examples' / device / 'device.yaml'
    return subprocess.run([VMACHECK, 'run', '--dut', file, '--clock', 'wall', '--out', out, *selectors],
                          cwd=ROOT, capture_output=True, text=True, check=False)


def run(device, selectors):
    """Directories with the results: those of the run, and those of cases that the machine was too busy for, run again."""
    shutil.rmtree(OUT / device, ignore_errors=True)
    runs = []
    while selectors and len(runs) <= AGAIN:
        out = OUT / device / f'run-{len(runs) + 1}'
        done = vmacheck(device, out, *(['--jobs', '3'] if runs else []), *selectors)
        assert done.returncode in (0, 1, 4), done.stderr
        runs.append(out)
        selectors = [case['instance'] for case in report.results(out)[1].values() if report.is_flaw_of_machine(case)]
    return runs


def cases_of_role_vrrp():
    listed = subprocess.run([VMACHECK, 'list', '--role', 'vrrp', '--media', 'ethernet'], capture_output=True, text=True, check=True).stdout
    cases = [line.split()[0] for line in listed.splitlines() if '/' in line.split(' ')[0]]
    return [case for case in cases if case not in LONG]


@pytest.mark.parametrize('device', ['keepalived', 'frr'])
def test_rfc_2338(device):
    check(device, run(device, cases_of_role_vrrp()))


def test_scenario_2():
    check('bridge', run('bridge', ['failover/routers-fail', 'failover/routers-resign']))


def check(device, runs):
    (OUT / f'{device}.md').write_text('\n'.join(report.page(device, runs)) + '\n', encoding='utf-8')
    report.copy_captures(device, runs, OUT / 'captures')
    cases = report.merged(runs)[1]
    assert not report.unexpected(device, cases)
    assert any(case['verdict'] == 'pass' for case in cases.values())
