"""The coverage map: every cell of the state table is met by the suite, and what it says of a case is what the case does."""
import json
import sys
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, vmacheck  # noqa: E402


def coverage(*arguments):
    done = vmacheck('coverage', '--json', *arguments)
    return done.returncode, json.loads(done.stdout)


def cell_id(state, event):
    return f"cell/{state.lower().replace('/', '-')}/{event}"


def cells():
    states = yaml.safe_load((ROOT / 'spec' / 'states.yaml').read_text(encoding='utf-8'))
    return [(cell['state'], cell['event']) for cell in states['cells'] if cell['next_state'] is not None]


def test_no_cell_is_left_out():
    code, rows = coverage()
    gaps = [row for row in rows if row['impossible'] is None and row['instances'] == 0]
    assert code == 0 and gaps == []
    assert sum(row['impossible'] is None for row in rows) > 900


def test_what_is_declared_impossible_does_not_happen():
    """Timers, that is: frames which nobody sends can still be forged, and cases do."""
    timers = {'master-down-timer', 'adver-timer', 'register-timeout', 'register-retry-due', 'probe-unanswered'}
    visited = [row for row in coverage()[1] if row['impossible'] and row['instances'] and row['event'] in timers]
    assert visited == []


@pytest.mark.parametrize('part', range(4))
def test_a_cell_case_visits_its_own_cell(part):
    """Told from the frames, in each scheme, version and medium that the case runs in."""
    missed = []
    for state, event in cells()[part::4]:
        listed = json.loads(vmacheck('list', '--json', cell_id(state, event)).stdout)
        where = {(i['scheme'], i['lane'], i['media']) for case in listed for i in case['instances']}
        rows = coverage(cell_id(state, event))[1]
        seen = {(r['scheme'], r['lane'], r['media']) for r in rows
                if (r['state'], r['event']) == (state, event) and r['instances']}
        missed += [f'{state} {event} {corner}' for corner in sorted(where - seen)]
    assert missed == []


def test_a_part_of_the_suite_leaves_gaps():
    done = vmacheck('coverage', 'backup/')
    assert done.returncode == 1
    assert 'no case visits Initialize, startup-255 in non-proxy, v1, ethernet' in done.stdout
    assert 'GAP' in done.stdout and ' more; --json lists all' in done.stdout
