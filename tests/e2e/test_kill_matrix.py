"""Who checks the checker: the suite against every mutant. Each requirement that a mutant breaks is named by a finding on it, and
every expectation in the cases fails at least once. A mutant that survives is a gap of the suite, an expectation that never fails
proves nothing: write the case, the mutant or the expectation that is missing."""
import json
import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, vmacheck  # noqa: E402

@pytest.fixture(scope='module')
def matrix():
    """The finished process and the rows. The matrix runs once, so the tests of this file stay on one worker (xdist_group)."""
    done = vmacheck('mutants', '--full', '--json')
    assert done.returncode in (0, 1), done.stderr
    return done, json.loads(done.stdout)


pytestmark = pytest.mark.xdist_group('kill-matrix')


def test_every_required_pair_is_killed(matrix):
    survivors = [f"{row['id']} {row['requirement']} ({row['level']}) {row['text']}" for row in matrix[1]
                 if row['required'] and not row['killed']]
    assert not survivors, f'{len(survivors)} of {len(matrix[1])} pairs\n' + '\n'.join(survivors)


def test_cases_that_cite_a_requirement_kill_its_mutants():
    """The short matrix, in which a mutant runs only the cases that cite what it breaks, shows every required pair as well."""
    done = vmacheck('mutants', '--json')
    assert done.returncode == 0 and not done.stderr
    assert [row for row in json.loads(done.stdout) if row['required'] and not row['killed']] == []


def test_every_expectation_fails_once(matrix):
    lines = matrix[0].stderr.splitlines()
    never = [re.fullmatch(r'vmacheck: (\S+): this expectation never failed', line) for line in lines]
    assert not lines, '\n'.join(match[1] if match else line for match, line in zip(never, lines))


def test_exit_code_says_so(matrix):
    done, rows = matrix
    assert done.returncode == int(bool(done.stderr) or any(row['required'] and not row['killed'] for row in rows))


def test_every_mutant_of_the_ledger_is_there(matrix):
    """One row for each pair that a frame can show; a `must` or `should` is required, and every mutant is built."""
    ledger = json.loads(vmacheck('requirements', '--json').stdout)
    levels = {(mutant['id'], entry['id']): entry['level'] for entry in ledger if entry['unobservable'] is None
              for mutant in entry['mutants']}
    assert len(levels) > 380
    rows = {(row['id'], row['requirement']): row for row in matrix[1]}
    assert len(rows) == len(matrix[1]) and rows.keys() == levels.keys()
    assert {row['id']: row['absent'] for row in matrix[1] if row['absent']} == {}
    for pair, row in rows.items():
        assert row['level'] == levels[pair]
        assert row['required'] == (row['level'] in ('must', 'should'))
        assert row['killed'] == bool(row['killed_by'])


def test_kills_are_what_runs_show(matrix):
    """A sample of kills, each seen in a run of its own; and the reference passes what kills its mutants."""
    kills = [row for row in matrix[1] if row['killed']]
    assert len(kills) > 100
    for row in kills[::25]:
        for device, broken in ((f"mutant:{row['id']}", True), ('reference', False)):
            done = vmacheck('run', row['killed_by'][0], '--dut', device, '--json')
            _, case, _ = map(json.loads, done.stdout.splitlines())
            kinds = {finding['kind'] for finding in case['findings'] if finding['requirement'] == row['requirement']}
            assert bool(kinds) == broken and (case['verdict'] == 'pass' or broken), (row, device)
            if broken and row['level'] == 'must' and not row['requirement'].startswith('L-'):
                assert 'violation' in kinds, row


def test_expectations_of_the_list_are_in_the_cases(matrix):
    """Places are such that an editor finds them, or cases where one place in the source serves many."""
    cases = {case['id'] for case in json.loads(vmacheck('list', '--json').stdout)}
    for place in re.findall(r'^vmacheck: (\S+): this expectation', matrix[0].stderr, re.M):
        file, colon, line = place.partition(':')
        if colon:
            assert re.search(r'\b(expect|prove|remark)', (ROOT / file).read_text(encoding='utf-8').splitlines()[int(line) - 1])
        else:
            assert place in cases


def test_equal_at_any_number_of_threads(matrix):
    ids = sorted({row['id'] for row in matrix[1] if row['killed']})[:12]
    outputs = {vmacheck('mutants', *ids, '--full', '--json', '--jobs', jobs).stdout for jobs in (1, 2, 5)}
    assert len(outputs) == 1
    rows = {(row['id'], row['requirement']): row for row in matrix[1]}
    assert all(row == rows[row['id'], row['requirement']] for row in json.loads(outputs.pop()))
