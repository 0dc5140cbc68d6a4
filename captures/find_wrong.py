#!/usr/bin/python3
"""Finds what belongs into wrong/ and writes found.yaml: of each mutant that audit finds in some capture the best one, named after one of the
requirements that are broken there, so that as many requirements as possible give a name. Runs each mutant over the cases that cite what
it breaks; takes some minutes. To be run when rules, cases or mutants have changed; then `make captures`.

    captures/find_wrong.py [ROWS.json]     keeps what was seen in that file, or reads it if it is there
"""
import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import corpus  # noqa: E402
from capture_file import at_port  # noqa: E402

HEAD = '# Recipes of wrong/, written by captures/find_wrong.py: in this case this mutant breaks this requirement, and audit sees it.\n\nwrong:\n'
NAME_SIZE = 48  # letters of what a file's name says behind the requirement

# Words at which a name does not end.
WEAK = {'a', 'an', 'and', 'as', 'at', 'by', 'for', 'from', 'has', 'in', 'is', 'its', 'of', 'on', 'or', 'that', 'the', 'to', 'with', 'without'}


def main():
    keep = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if keep and keep.exists():
        rows = json.loads(keep.read_text(encoding='utf-8'))
    else:
        rows = seen()
        if keep:
            keep.write_text(json.dumps(rows), encoding='utf-8')
    chosen = choose(rows)
    lines = [f"  - {{requirement: {row['named']}, mutant: {row['mutant']}, what: {row['what']}, instance: '{row['instance']}'}}\n" for row in chosen]
    (corpus.FOLDER / 'found.yaml').write_text(HEAD + ''.join(lines), encoding='utf-8')
    print(f"{len(rows)} captures looked at; {len(chosen)} chosen, for {len({row['named'] for row in chosen})} requirements")


# --- what audit finds ----------------------------------------------------------------------------------------------------


def listed(*words):
    return json.loads(subprocess.run([corpus.program(), *words, '--json'], capture_output=True, text=True, check=True).stdout)


def seen():
    """Mutants' captures in which the device breaks something: mutant, instance, size, and what is found."""
    cited = {requirement for case in listed('list') for requirement in case['requirements']}
    with ThreadPoolExecutor() as pool:
        return [row for rows in pool.map(lambda mutant: seen_of(mutant, cited), listed('mutants', '--list')) for row in rows]


def seen_of(mutant, cited):
    selectors = [requirement for requirement in mutant['requirements'] if requirement in cited]
    if mutant['absent'] or not selectors:
        return []
    with tempfile.TemporaryDirectory() as out:
        subprocess.run([corpus.program(), 'run', *selectors, '--dut', f"mutant:{mutant['id']}", '--out', out, '--quiet', '--jobs', '1'],
                       capture_output=True, check=False)
        lines = (json.loads(line) for line in (Path(out) / 'results.jsonl').open(encoding='utf-8'))
        rows = [row_of(mutant, line, Path(out) / line['capture']) for line in lines
                if line['type'] == 'case' and line['capture'] and line['findings']]
        return [row for row in rows if row and row['broken']]


def row_of(mutant, line, path):
    octets = at_port(path.read_bytes())
    if len(octets) > corpus.SIZE_LIMIT:
        return None
    path.write_bytes(octets)
    report = corpus.judged(corpus.audit(path))
    named = {finding['requirement'] for finding in line['findings']}
    broken = {finding['requirement']: kind for kind in ('remarks', 'violations') for finding in report[kind] if finding['local']}
    others = sum(not finding['local'] for finding in report['violations'])
    return {'mutant': mutant['id'], 'text': mutant['text'], 'breaks': mutant['requirements'], 'instance': line['instance'], 'size': len(octets),
            'broken': {requirement: kind for requirement, kind in broken.items() if requirement in named}, 'others': others}


# --- the choice ----------------------------------------------------------------------------------------------------------


def choose(rows):
    """One row per mutant, each with the requirement that it is named after: first those that the fewest mutants can give a name to."""
    mutants = {row['mutant'] for row in rows}
    can = {}  # mutants, by requirement
    for row in rows:
        for requirement in row['broken']:
            can.setdefault(requirement, set()).add(row['mutant'])
    chosen = []
    for requirement in sorted(can, key=lambda one: (len(can[one]), one)):
        candidates = [row for row in rows if requirement in row['broken'] and row['mutant'] in mutants]
        if candidates:
            take(chosen, mutants, min(candidates, key=lambda row: cost(row, requirement)), requirement)
    for mutant in sorted(mutants):
        named = [(cost(row, requirement), requirement, row) for row in rows if row['mutant'] == mutant for requirement in row['broken']]
        _, requirement, best = min(named, key=lambda one: one[0])
        take(chosen, mutants, best, requirement)
    return sorted(chosen, key=place)


def take(chosen, mutants, row, requirement):
    mutants.discard(row['mutant'])
    chosen.append(row | {'named': requirement, 'what': what(row['text'])})


def cost(row, requirement):
    """Better captures first: a violation, of what the mutant is made to break, by nobody else, of little besides, small."""
    return (row['broken'][requirement] != 'violations', requirement not in row['breaks'], row['others'], len(row['broken']), row['size'],
            row['mutant'], row['instance'])


def place(row):
    return [int(part) if part.isdigit() else part for part in re.split(r'(\d+)', row['named'])], int(re.sub(r'\D', '', row['mutant']))


def what(text):
    """Of a mutant's text the first words, as a name."""
    words = []
    for word in re.findall(r'[a-z0-9]+', text.lower().replace("'", '')):
        if len('-'.join([*words, word])) > NAME_SIZE:
            break
        words.append(word)
    while words[-1] in WEAK:
        words.pop()
    return '-'.join(words)


if __name__ == '__main__':
    main()
