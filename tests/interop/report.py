"""The page of a device in docs/interop/: `report.py NAME RUN…` prints it, with the results in the directories RUN (those of
later ones go before) and the explanations of explanations.yaml; --captures DIRECTORY copies the captures that explanations ask for."""
import argparse
import json
import shutil
import sys
from collections import Counter
from pathlib import Path

import yaml

HERE = Path(__file__).parent
TITLES = {'keepalived': 'keepalived', 'frr': 'FRR vrrpd', 'bridge': 'keepalived and FRR behind bridges'}


def explanations(name):
    return (yaml.safe_load((HERE / 'explanations.yaml').read_text(encoding='utf-8')) or {}).get(name, {})


def results(run):
    """The first line of results.jsonl, and each case instance by name."""
    lines = [json.loads(line) for line in (Path(run) / 'results.jsonl').read_text(encoding='utf-8').splitlines()]
    return lines[0], {line['instance']: {**line, 'run': Path(run)} for line in lines if line['type'] == 'case'}


def merged(runs):
    head, cases = results(runs[0])
    for run in runs[1:]:
        for name, case in results(run)[1].items():
            if name not in cases or not is_flaw_of_machine(case):
                cases[name] = case
    return head, cases


def capture_name(name, case):
    return f'{name}-{case["id"].replace("/", "-")}.pcapng'


# What vmacheck says when the machine was too busy for wall-clock time: nobody knows the verdict.
TOO_BUSY = ('the harness was late', 'is known to', 'host was starved', 'not done within')


def is_flaw_of_machine(case):
    return case['verdict'] == 'inconclusive' and any(words in case['reason'] for words in TOO_BUSY)


def unexpected(name, cases):
    """Verdicts that explanations.yaml does not foresee."""
    expected = explanations(name)
    return [f'{case["instance"]}: {case["verdict"]} ({case["reason"]}), not {wanted}'
            for case in cases.values()
            for wanted in [expected.get(case['id'], {}).get('verdict', 'pass')]
            if case['verdict'] not in (wanted, 'not-applicable') and not is_flaw_of_machine(case)]


def page(name, runs):
    head, cases = merged(runs)
    why = explanations(name)
    counts = Counter(case['verdict'] for case in cases.values())
    yield f'# {TITLES[name]}'
    yield ''
    yield (HERE / 'pages' / f'{name}.md').read_text(encoding='utf-8').strip()
    yield ''
    yield f'## Verdicts\n\nMade by tests/interop/report.py. {len(cases)} case instances, seed {head["seed"]}: ' + \
        ', '.join(f'{count} {verdict}' for verdict, count in sorted(counts.items(), key=lambda item: -item[1])) + '.'
    yield from not_passed(name, cases, why)
    yield from moves(cases)
    yield '\n## Every case\n\n| case | verdict | |\n|---|---|---|'
    for case in cases.values():
        reason = '' if case['verdict'] in ('pass', 'fail') else case['reason'].replace(str(HERE.parents[1]) + '/', '').replace('|', '\\|')
        yield f'| {case["instance"] if name == "bridge" else case["id"]} | {case["verdict"]} | {reason} |'


def not_passed(name, cases, why):
    for case in cases.values():
        if case['verdict'] not in ('pass', 'not-applicable'):
            explanation = why.get(case['id'], {})
            yield f'\n### {case["id"]}: {case["verdict"]}\n'
            yield explanation.get('why', 'Not explained yet: ' + case['reason']).strip()
            findings = [finding for finding in case['findings'] if finding['kind'] == 'violation']
            for frame in sorted({finding['frame'] for finding in findings}):
                of_frame = [finding for finding in findings if finding['frame'] == frame]
                asked = ', '.join(dict.fromkeys(finding['requirement'] for finding in of_frame))
                first = of_frame[0]
                yield f'\n- Frame {frame}, {first["time_ns"] / 1e9:.3f} s, {asked}: ' \
                    f'expected {first["expected"]}; got {first["actual"]}'
            if explanation.get('capture'):
                yield f'\nCapture: [{capture_name(name, case)}](captures/{capture_name(name, case)})'


def moves(cases):
    """What traffic lost while the virtual router moved, of cases that measure it."""
    measured = [(case, measurement) for case in cases.values() for measurement in case['measurements']]
    if measured:
        yield '\n## Traffic\n\nPackets 100 ms apart; a gap of 100 ms is none.\n'
        yield '| case | traffic of | move | sent | lost | longest gap | allowed |\n|---|---|---|---|---|---|---|'
    for case, measurement in measured:
        yield f'| {case["instance"]} | {measurement["traffic"]} | {measurement["move"]} | {measurement["sent"]} | {measurement["lost"]} | ' \
            f'{measurement["gap_ns"] / 1e6:.0f} ms | {measurement["limit_ns"] / 1e6:.0f} ms |'


def copy_captures(name, runs, directory):
    directory.mkdir(parents=True, exist_ok=True)
    for case in merged(runs)[1].values():
        if explanations(name).get(case['id'], {}).get('capture') and case['capture']:
            shutil.copyfile(case['run'] / case['capture'], directory / capture_name(name, case))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('name', choices=TITLES)
    parser.add_argument('runs', nargs='+', type=Path)
    parser.add_argument('--captures', type=Path)
    options = parser.parse_args()
    if options.captures:
        copy_captures(options.name, options.runs, options.captures)
    print('\n'.join(page(options.name, options.runs)))
    wrong = unexpected(options.name, merged(options.runs)[1])
    print(*wrong, sep='\n', file=sys.stderr)
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
