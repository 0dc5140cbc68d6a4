"""The inventory of mutants: each one of the ledger is defined once, and can be run; one of the router gets into the ELAN unless
that is its defect; the reference knows nothing of mutants. Whether the suite sees them is test_kill_matrix.py."""
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, vmacheck  # noqa: E402

CASE = 'backup/takeover'  # of routers

# Mutants that don't always get into the ELAN, and why.
OUTSIDE = {
    'M252': 'ignores LE_JOIN_RESPONSE on Control Distribute, which some LES send it on',
    'M253': 'takes the LES for the BUS',
}


def of_ledger(role=None):
    ledger = yaml.safe_load((ROOT / 'spec' / 'requirements.yaml').read_text(encoding='utf-8'))
    return {mutant['id'] for entry in ledger['requirements'] for mutant in entry['mutants']
            if role is None or role in entry['roles']}


def definitions():
    """(id, file) of each row of a table of definitions."""
    return [(id_, path.name) for path in sorted((ROOT / 'mutants').glob('*.c'))
            for id_ in re.findall(r'\{\s*\.id = "(\w+)"', path.read_text(encoding='utf-8'))]


@pytest.fixture(scope='module')
def runs():
    """What `vmacheck run` says about each mutant of the ledger: the finished process by id."""
    ids = sorted(of_ledger())
    with ThreadPoolExecutor() as pool:
        return dict(zip(ids, pool.map(lambda id_: vmacheck('run', '--json', '--role', 'router', '--dut', f'mutant:{id_}', CASE), ids)))


def test_every_mutant_of_the_ledger_is_defined_once():
    found = [id_ for id_, _ in definitions()]
    assert len(found) > 200
    assert sorted(found) == sorted(set(found)), 'defined twice'
    assert set(found) == of_ledger()


def test_every_definition_can_be_run(runs):
    assert {id_: (done.returncode, done.stderr) for id_, done in runs.items() if done.returncode not in (0, 1, 4)} == {}


def test_an_unknown_one_is_refused():
    done = vmacheck('run', '--dut', 'mutant:M9999', CASE)
    assert done.returncode == 2 and 'mutant:M9999 is no mutant' in done.stderr


def test_none_is_missing():
    listed = json.loads(vmacheck('mutants', '--list', '--json').stdout)
    assert {mutant['id']: mutant['absent'] for mutant in listed if mutant['absent']} == {}


def test_every_mutant_reaches_the_bus_unless_that_is_its_defect(runs):
    outside = set()
    for id_ in of_ledger('router'):
        cases = [case for case in map(json.loads, runs[id_].stdout.splitlines()) if case['type'] == 'case']
        assert len(cases) >= 4
        for case in cases:
            connected = [event for event in case['events'] if event[1] == 'bus' and event[2] == ['dut']
                         and event[3].startswith('multicast-send/') and event[4] == 'CONNECT']
            if not connected:
                outside.add(id_)
    assert outside == OUTSIDE.keys()


def test_the_reference_knows_no_mutants():
    sources = [path for path in (ROOT / 'reference').rglob('*') if path.is_file()]
    assert len(sources) > 20
    assert [str(path) for path in sources if re.search('mutant', path.read_text(encoding='utf-8'), re.I)] == []
