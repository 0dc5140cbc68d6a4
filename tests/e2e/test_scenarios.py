"""`vmacheck scenarios`: the page is in step, the figures are what results.jsonl has, and a defect shows in them."""
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, vmacheck  # noqa: E402

SHUT_DOWN = 'failover/non-proxy-shuts-down[router,non-proxy,v2,ethernet]'


def rows(*arguments):
    done = vmacheck('scenarios', '--json', *arguments)
    return done.returncode, json.loads(done.stdout)


def test_the_page_is_in_step():
    page = vmacheck('scenarios', '--media', 'ethernet', '--format', 'markdown').stdout
    assert page == (ROOT / 'docs' / 'scenarios.md').read_text(encoding='utf-8'), \
        'run: vmacheck scenarios --media ethernet --format markdown >docs/scenarios.md'


def test_every_scenario_is_there_in_both_versions():
    code, found = rows()
    assert code == 0
    cases = {case['id']: {instance['instance'] for instance in case['instances']} for case in json.loads(vmacheck('list', '--json', 'failover/').stdout)}
    assert {row['instance'] for row in found} == set.union(*cases.values())
    for row in found:
        assert row['lost'] == sum(row['where'].values()) <= row['sent'], row
        assert row['verdict'] == 'pass', row
        assert row['limit_ns'] is None or row['lost'] == 0 or (row['recovered'] and row['gap_ns'] <= row['limit_ns'] + 1_000_000), row


def test_the_draft_beats_ageing_where_the_old_master_lives():
    _, found = rows(SHUT_DOWN)
    gaps = {row['traffic']: row['gap_ns'] for row in found}
    assert gaps['host'] < 3_000_000_000 < 250_000_000_000 < gaps['host with ageing alone']


def test_results_have_the_same_figures():
    _, found = rows(SHUT_DOWN)
    lines = [json.loads(line) for line in vmacheck('run', '--json', SHUT_DOWN).stdout.splitlines()]
    measured = next(line for line in lines if line['type'] == 'case')['measurements']
    assert measured == [{key: row[key] for key in row if key not in ('instance', 'verdict')} for row in found]


def test_a_defect_shows():
    """A device that advertises as Master and forwards nothing: no packet arrives after the move."""
    code, found = rows('--dut', 'mutant:M205', SHUT_DOWN)
    assert code == 1
    host = next(row for row in found if row['traffic'] == 'host')
    assert not host['recovered'] and host['lost'] > 60
    text = vmacheck('scenarios', '--dut', 'mutant:M205', SHUT_DOWN).stdout
    assert re.search(r'still losing', text)


def test_mistakes_are_named():
    done = vmacheck('scenarios', 'failover/nothing')
    assert done.returncode == 2 and 'failover/nothing' in done.stderr
