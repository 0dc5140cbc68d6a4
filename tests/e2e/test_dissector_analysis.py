"""The Wireshark plugin's analysis, through tshark: owners, links, and rules that agree with those of the suite."""
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, records, vmacheck  # noqa: E402

pytestmark = pytest.mark.skipif(not shutil.which('tshark'), reason='tshark is not installed')

PLUGIN = ROOT / 'dissectors/vmacheck.lua'
TAKEOVER = 'backup/takeover[router,non-proxy,v2,ethernet]'

DISASSOCIATION = 'association-non-proxy/disassociation-shutdown[router,non-proxy,v2,ethernet]'

# Rules that judge a frame by the capture alone.
FACTLESS = {'address-order', 'advertisement-carrier', 'advertisement-form', 'announcement-form', 'control-form', 'data-form', 'join-form',
            'le-arp-answers', 'narp-form', 'registration-form', 'vcc-use'}

# A mutant, a case in which its violation shows.
MUTANTS = [
    ('M2', 'frame-forms/targetless-le-arp[router,non-proxy,v2,ethernet]'),
    ('M13', 'frame-forms/no-source-le-narp[router,non-proxy,v2,ethernet]'),
    ('M20', 'transmit/source-mac[router,non-proxy,v2,ethernet]'),
    ('M32', 'association-non-proxy/same-binding-multiplexed[router,non-proxy,v2,ethernet]'),
    ('M272', 'forwarding/yielded-discards[router,proxy,v2,token-ring]'),
    ('M299', 'lane-versions/v1-no-tlv[router,non-proxy,v1,ethernet]'),
    ('M303', 'lec-paths/vcc-of-each-frame[router,non-proxy,v1,ethernet]'),
]

VIOLATION = (f'mutant:{MUTANTS[1][0]}', MUTANTS[1][1])


def tshark(capture, *arguments):
    done = subprocess.run(['tshark', '-X', f'lua_script:{PLUGIN}', '-r', str(capture), *arguments],
                          capture_output=True, text=True, check=True, timeout=60)
    assert 'Lua' not in done.stderr, done.stderr
    return done.stdout


def fields(capture, shown, *names, two_pass=False):
    """The named fields of the frames that a filter shows: lists of values, by frame number."""
    arguments = ['-2'] if two_pass else []
    for name in ('frame.number', *names, '_ws.lua.error'):
        arguments += ['-e', name]
    rows = [line.split('\t') for line in
            tshark(capture, '-Y', f'({shown}) or _ws.lua.error', '-T', 'fields', *arguments).splitlines()]
    assert not any(row[-1] for row in rows), rows
    return {int(row[0]): [value.split(',') if value else [] for value in row[1:-1]] for row in rows}


def found_by_tshark(capture):
    shown = fields(capture, 'vmacheck.violation or vmacheck.remark', 'vmacheck.violation', 'vmacheck.remark')
    return {(number, requirement, kind) for number, values in shown.items()
            for kind, requirements in zip(('violation', 'remark'), values) for requirement in requirements}


def found_by_audit(capture):
    report = json.loads(vmacheck('audit', '--json', capture).stdout)
    return {(frame, finding['requirement'], finding['kind']) for station in report['stations']
            for finding in station['findings'] for frame in finding['frames']}


@pytest.fixture(scope='module')
def run(tmp_path_factory):
    """Runs one case on a device, each once; its results, with the path of the capture."""
    done = {}

    def one(device, case):
        if (device, case) not in done:
            out = tmp_path_factory.mktemp('run')
            vmacheck('run', '--quiet', '--dut', device, '--out', str(out), case)
            _, [result], _ = records(out)
            result['path'] = out / result['capture']
            done[device, case] = result
        return done[device, case]
    return one


def test_a_conforming_device_breaks_nothing(run):
    for case in TAKEOVER, MUTANTS[0][1], MUTANTS[-1][1]:
        assert not found_by_tshark(run('reference', case)['path'])


@pytest.mark.parametrize('mutant, case', MUTANTS, ids=[mutant for mutant, _ in MUTANTS])
def test_a_violation_is_found_on_its_frame(run, mutant, case):
    """The suite knows more and keeps four findings of a kind; what both see is the same, and audit sees exactly it."""
    result = run(f'mutant:{mutant}', case)
    expected = {(finding['frame'], finding['requirement'], finding['kind']) for finding in result['findings']
                if finding['source'] in FACTLESS and not finding['silence']}
    found = found_by_tshark(result['path'])
    assert found & expected
    assert {requirement for _, requirement, _ in found} <= {requirement for _, requirement, _ in expected}
    assert found == found_by_audit(result['path'])


def test_an_expert_info_says_what_was_expected(run):
    shown = fields(run(*VIOLATION)['path'], 'vmacheck.expert.violation and vmacheck.violation == "R-2-11"', '_ws.expert.message')
    [[messages]] = shown.values()
    assert 'R-2-11: expected NO_SOURCE_LE_NARP_REQUEST with a zero source-atm' in messages


def test_owners_equal_those_of_audit(run):
    path = run('reference', TAKEOVER)['path']
    [owner] = json.loads(vmacheck('audit', '--json', path).stdout)['owners']
    assert owner['moves'] >= 1
    shown = fields(path, 'vmacheck.owner.change', 'vmacheck.owner.change', 'vmacheck.owner.evidence', 'vmacheck.move.gap', two_pass=True)
    name = {None: 'nobody'}
    expected = {entry['frame']: [[f"{name.get(entry['from'], entry['from'])} -> {name.get(entry['to'], entry['to'])}"], [entry['evidence']],
                                 [f"{entry['gap_ns'] / 1e9:.9f}"] if entry['moved_from'] else []] for entry in owner['entries']}
    assert shown == expected


def test_every_frame_about_a_vmac_says_who_holds_it(run):
    path = run('reference', TAKEOVER)['path']
    shown = fields(path, 'vmacheck.owner', 'vmacheck.owner', 'vmacheck.owner.since', 'vmacheck.owner.change', two_pass=True)
    holder, since = None, None
    for number, (owners, sinces, changes) in sorted(shown.items()):
        if changes:
            holder, since = changes[0].split(' -> ')[1], number
        assert owners == [holder]
        assert changes or holder == 'nobody' or sinces == [str(since)]


def test_association_and_its_end_point_at_each_other(run):
    path = run('reference', DISASSOCIATION)['path']
    shown = fields(path, 'vmacheck.owner.change', 'vmacheck.associated_in', 'vmacheck.released_in', two_pass=True)
    pairs = [(number, int(ends[0])) for number, (_, ends) in shown.items() if ends]
    assert pairs and all(shown[end][0] == [str(begin)] for begin, end in pairs)


def test_requests_and_responses_point_at_each_other(run):
    path = run('reference', TAKEOVER)['path']
    shown = fields(path, 'vmacheck.response_in or vmacheck.response_to', 'vmacheck.name', 'vmacheck.response_in', 'vmacheck.response_to',
                   'vmacheck.response_time', 'frame.time_relative', two_pass=True)
    responses = {number: values for number, values in shown.items() if values[2]}
    assert {'LE_JOIN_RESPONSE', 'LE_REGISTER_RESPONSE', 'LE_ARP_RESPONSE'} <= {values[0][0] for values in responses.values()}
    for number, (names, _, requests, times, [at]) in responses.items():
        request = shown[int(requests[0])]
        assert request[0][0].replace('TARGETLESS_', '') == names[0].replace('RESPONSE', 'REQUEST')
        assert int(request[1][0]) <= number
        assert float(times[0]) == pytest.approx(float(at) - float(request[4][0]), abs=1e-6)


def test_the_tap_prints_owners_moves_and_gaps(run):
    path = run('reference', TAKEOVER)['path']
    [owner] = json.loads(vmacheck('audit', '--json', path).stdout)['owners']
    printed = tshark(path, '-q', '-z', 'vmacheck,owners')
    [line] = re.findall(rf"^elan +{owner['vrid']} +{owner['vmac']} .*$", printed, re.MULTILINE)
    assert line.split()[-4:] == [str(owner['moves']), f"{owner['longest_gap_ns'] / 1e9:.6f}", str(owner['longest_gap_frame']), owner['holder']]
    assert printed.count(' -> ') == owner['changes']
