"""The driver of the conformance suite for pytest: a test per case instance. The program decides what there is to run and gives
the verdict; pytest selects (-k), spreads (-n) and reports (--junitxml). The environment says what to run: README.md."""
import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = os.environ.get('VMACHECK', str(ROOT / 'build' / 'vmacheck'))
DEVICE = os.environ.get('VMACHECK_DUT', 'reference')
SEED = os.environ.get('VMACHECK_SEED', '1')
SELECT = shlex.split(os.environ.get('VMACHECK_SELECT', ''))
OPTIONS = shlex.split(os.environ.get('VMACHECK_OPTIONS', ''))
OUT = os.environ.get('VMACHECK_OUT')


INSTANCES = pytest.StashKey()


def pytest_configure(config):
    config.stash[INSTANCES] = listed_instances()


def pytest_generate_tests(metafunc):
    if 'instance' in metafunc.fixturenames:
        instances = metafunc.config.stash[INSTANCES]
        metafunc.parametrize('instance', instances, ids=[instance['instance'] for instance in instances])


def pytest_report_header():
    return f'vmacheck: {PROGRAM}, device {DEVICE}, seed {SEED}'


def listed_instances():
    """What `vmacheck list` would run, in its order."""
    try:
        done = subprocess.run([PROGRAM, 'list', '--json', *SELECT], capture_output=True, text=True, check=False)
    except OSError as error:
        raise pytest.UsageError(f'{PROGRAM}: {error.strerror}; `make` builds it, VMACHECK names another') from None
    if done.returncode:
        raise pytest.UsageError(done.stderr.strip())
    return [instance for case in json.loads(done.stdout) for instance in case['instances']]


@pytest.fixture
def run(tmp_path_factory):
    """Runs one instance: its line of results.jsonl (None: there is none), with the path of its capture, and the process."""
    top = Path(OUT) if OUT else tmp_path_factory.getbasetemp()

    def run_instance(instance):
        out = top / re.sub(r'[^\w.,-]', '_', f"{instance['instance']}{instance['role']}")
        done = subprocess.run([PROGRAM, 'run', instance['instance'], '--role', instance['role'], '--dut', DEVICE, '--seed', SEED,
                               '--jobs', '1', '--out', str(out), *OPTIONS], capture_output=True, text=True, check=False)
        results = out / 'results.jsonl'
        lines = results.read_text(encoding='utf-8').splitlines() if results.exists() else []
        cases = [record for record in map(json.loads, lines) if record['type'] == 'case']
        if len(cases) != 1:
            return None, done
        capture = cases[0]['capture'] and str(out / cases[0]['capture'])
        return {**cases[0], 'capture': capture}, done

    return run_instance
