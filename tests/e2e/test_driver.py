"""The pytest driver of the suite (reports/): its tests are the case instances, and their outcomes the verdicts."""
import json
import os
import subprocess
import sys
import xml.etree.ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VMACHECK = os.environ.get('VMACHECK', str(ROOT / 'build' / 'vmacheck'))
REFERENCE = Path(VMACHECK).parent / 'vmacheck-reference'
PYTHON_DEVICE = ROOT / 'examples/python-device/device.py'
MISBEHAVING = ROOT / 'tests/e2e/misbehaving_adapter.py'


@pytest.fixture
def drive(tmp_path):
    """Runs the driver; gives the process, and the test cases of its junit.xml by the name of the instance."""
    def drive_it(*arguments, **variables):
        report = tmp_path / 'junit.xml'
        environment = {name: value for name, value in os.environ.items() if not name.startswith(('VMACHECK', 'PYTEST'))}
        environment.update({f'VMACHECK_{name}'.rstrip('_'): value for name, value in variables.items()}, VMACHECK=VMACHECK)
        done = subprocess.run([sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--junitxml', str(report),
                               f'--basetemp={tmp_path / "temporary"}', str(ROOT / 'reports'), *arguments], env=environment,
                              cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
        cases = xml.etree.ElementTree.parse(report).getroot().iter('testcase') if report.exists() else []
        return done, {case.get('name').removeprefix('test_conformance[').removesuffix(']'): case for case in cases}
    return drive_it


def listed(*arguments):
    done = subprocess.run([VMACHECK, 'list', '--json', *arguments], capture_output=True, text=True, check=True)
    return [instance['instance'] for case in json.loads(done.stdout) for instance in case['instances']]


def property_of(case, name):
    return case.find(f"properties/property[@name='{name}']").get('value')


@pytest.mark.parametrize('workers', [(), ('-n', '2')])
def test_a_test_per_instance(drive, workers):
    done, cases = drive(*workers, SELECT='backup/', SEED='7')
    assert done.returncode == 0, done.stdout
    assert sorted(cases) == sorted(listed('backup/')) != []
    for case in cases.values():
        assert (property_of(case, 'verdict'), property_of(case, 'seed')) == ('pass', '7')
        assert Path(property_of(case, 'capture')).stat().st_size > 0
        assert not {'failure', 'error', 'skipped'} & {child.tag for child in case}


def test_selection_by_name(drive):
    done, cases = drive('-k', 'takeover and v2 and not non-proxy and not token-ring', SELECT='backup/')
    assert done.returncode == 0 and list(cases) == ['backup/takeover[router,proxy,v2,ethernet]']


def test_fail_shows_the_explanation(drive, tmp_path):
    done, cases = drive(SELECT='election/lower-across-127 --role router --scheme proxy --lane v2 --media ethernet', DUT='mutant:M17', OUT=str(tmp_path / 'kept'))
    assert done.returncode == 1
    (case,) = cases.values()
    text = case.find('failure').text
    for words in ('R-3.3.3-06 (must, draft-ietf-vrrp-lane-02 3.3.3) "If an ADVERTISEMENT is received', '\n  expected  ',
                  '\n  got       NO_SOURCE_LE_NARP_REQUEST lecid=', '\n            at 1', ' s, frame ', '\n  capture   '):
        assert words in text and words in done.stdout
    assert 'Traceback' not in done.stdout and 'subprocess' not in done.stdout
    assert Path(property_of(case, 'capture')).is_relative_to(tmp_path / 'kept') and property_of(case, 'capture') in text


def test_inconclusive_fails_with_its_reason(drive, tmp_path):
    adapter = f'adapter:exec {sys.executable} {MISBEHAVING} settings-refused {tmp_path} {REFERENCE}'
    done, cases = drive(SELECT='backup/takeover --scheme proxy --lane v2 --media ethernet', DUT=adapter)
    assert done.returncode == 1
    (case,) = cases.values()
    assert 'inconclusive: the lab could not lend the device: ' in case.find('failure').text
    assert 'not today' in case.find('failure').text and property_of(case, 'verdict') == 'inconclusive'


def test_not_applicable_is_skipped_with_its_reason(drive):
    done, cases = drive(SELECT='backup/takeover --lane v2', DUT=f'adapter:{sys.executable} {PYTHON_DEVICE}')
    assert done.returncode == 0, done.stdout
    assert cases['backup/takeover[router,non-proxy,v2,ethernet]'].find('skipped') is None
    assert 'does not claim router proxy v2' in cases['backup/takeover[router,proxy,v2,ethernet]'].find('skipped').get('message')


@pytest.mark.parametrize('variables, status, words', [
    ({'SELECT': 'backup/takeovr'}, 4, 'backup/takeover'),
    ({'SELECT': 'backup/takeover', 'DUT': 'toaster'}, 1, 'no verdict; vmacheck ended with status 2\nvmacheck: --dut toaster'),
    ({'SELECT': 'backup/takeover', 'OPTIONS': '--sheme proxy'}, 1, 'unknown option --sheme'),
])
def test_what_cannot_run_is_not_green(drive, variables, status, words):
    done, _ = drive(**variables)
    assert done.returncode == status
    assert words in done.stdout + done.stderr
