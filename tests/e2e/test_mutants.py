"""The inventory of mutants: each one of the ledger that binds a router on Ethernet is defined once, can be run, and gets into the
ELAN unless that is its defect; the reference knows nothing of mutants. Whether the suite sees them is test_kill_matrix.py."""
import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, vmacheck  # noqa: E402

CASE = 'backup/takeover'

# Mutants of the router on Ethernet that have no definition, and why.
UNDEFINED = {
    'M27': 'a defect of bridges; the ledger lists it because L-lecid-01 binds routers as well',
    'M172': 'the reference has no VRRP authentication type 2',
    'M173': 'the reference has no VRRP authentication type 2',
}

# Mutants that don't always get into the ELAN, and why.
OUTSIDE = {
    'M252': 'ignores LE_JOIN_RESPONSE on Control Distribute, which some LES send it on',
    'M253': 'takes the LES for the BUS',
}


def of_router_on_ethernet():
    ledger = yaml.safe_load((ROOT / 'spec' / 'requirements.yaml').read_text(encoding='utf-8'))
    return {mutant['id'] for entry in ledger['requirements'] for mutant in entry['mutants']
            if 'router' in entry['roles'] and 'ethernet' in entry['media']}


def definitions():
    """(id, file) of each row of a table of definitions."""
    return [(id_, path.name) for path in sorted((ROOT / 'mutants').glob('*.c'))
            for id_ in re.findall(r'\{\s*\.id = "(\w+)"', path.read_text(encoding='utf-8'))]


@pytest.fixture(scope='module')
def runs():
    """What `vmacheck run` says about each mutant of the ledger: the finished process by id."""
    ids = sorted(of_router_on_ethernet())
    with ThreadPoolExecutor() as pool:
        return dict(zip(ids, pool.map(lambda id_: vmacheck('run', '--json', '--dut', f'mutant:{id_}', CASE), ids)))


def test_every_mutant_of_the_ledger_is_defined_once():
    found = [id_ for id_, _ in definitions()]
    assert len(found) > 200
    assert sorted(found) == sorted(set(found)), 'defined twice'
    assert set(found) == of_router_on_ethernet() - UNDEFINED.keys()


def test_every_definition_can_be_run(runs):
    wrong = {id_: (done.returncode, done.stderr) for id_, done in runs.items()
             if (done.returncode in (0, 1, 4)) == (id_ in UNDEFINED)}
    assert not wrong
    for id_ in UNDEFINED:
        assert runs[id_].returncode == 2 and f'mutant:{id_} is no mutant of the router on Ethernet' in runs[id_].stderr


def test_the_program_gives_a_reason_for_each_that_is_missing():
    listed = json.loads(vmacheck('mutants', '--list', '--json').stdout)
    absent = {mutant['id'] for mutant in listed if mutant['absent']}
    assert absent == UNDEFINED.keys()


def test_every_mutant_reaches_the_bus_unless_that_is_its_defect(runs):
    outside = set()
    for id_ in runs.keys() - UNDEFINED.keys():
        cases = [case for case in map(json.loads, runs[id_].stdout.splitlines()) if case['type'] == 'case']
        assert len(cases) == 4
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
