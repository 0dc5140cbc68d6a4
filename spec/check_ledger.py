#!/usr/bin/python3
"""Checks requirements.yaml and states.yaml against each other, draft-requirements.md and the two source texts.

Usage: check_ledger.py [folder]      exit status 0: all holds; 1: findings, one per line; 2: the check could not run.
A finding names its file and line where it has one. ledger_files.py reads the files and checks their shape.
generate_ledger.py imports check() and writes nothing as long as it finds anything.
"""
import os
import re
import sys
from collections import Counter

from ledger_files import (LEVELS, KIND, READABLE, REQUIREMENTS, STATES, TEXT, VALUES, ID_FORM, Entry, Unreadable, flat, line_of,
                          read, read_text)

KEYWORD = {'draft': re.compile(r'\b(MUST|must|SHOULD|should|MAY|may|can|cannot|requires?|required|responsible|recommends|has to|need)\b'),
           'rfc2338': re.compile(r'\b(MUST|must|SHOULD|should|MAY|REQUIRED|RECOMMENDED)\b')}
MENTION = re.compile(rf'(?<![\w.-]){ID_FORM}(?!\d)')
LETTER = {'non-proxy': 'N', 'proxy': 'P', 'ethernet': 'E', 'token-ring': 'T'}
COLUMNS = {'R': ('level', 'text', 'scope', 'observable', 'mutants', 'see'),
           'V': ('level', 'observable', 'mutants', 'see'),
           'L': ('level', 'provenance', 'rule', 'where', 'scope', 'mutants', 'see')}
NOTHING = '–'  # in a column of the readable page


def check(folder):
    """Reads the ledger in a folder and checks all of it. Raises Unreadable or OSError if there is nothing to check."""
    ledger = read(folder)
    if ledger.shapes_hold:
        spans = {}
        for e in ledger.untested:
            check_quote(ledger, e, f'{e.place()}: untested', spans)
        for e in ledger.requirements:
            check_requirement(ledger, e, spans)
        check_coverage(ledger, spans)
        check_pixit(ledger)
        check_mutants(ledger)
        check_cells(ledger)
        check_references(ledger)
        check_rows(ledger)
        check_table(ledger)
    return ledger


def check_quote(ledger, e, where, spans):
    """Each piece occurs in its section, in order; spans gets every place of it, for the coverage check."""
    body = ledger.texts[e['source']].get(e['section'])
    if body is None:
        ledger.finding(f"{where}: {TEXT[e['source']]} has no section {e['section']}")
        return
    at = 0
    for piece in flat(e['quote']).split(' ... '):
        pos = body.find(piece, at)
        if not piece or pos < 0:
            ledger.finding(f"{where}: not in section {e['section']} (in this order): {piece!r}")
            return
        at = pos + len(piece)
        spans.setdefault((e['source'], e['section']), []).append((pos, at))


def check_coverage(ledger, spans):
    """No sentence (or list item) with a key word is left without a quote."""
    for source, sections_of in ledger.texts.items():
        for section, body in sections_of.items():
            if source == 'rfc2338' and section.isdigit() and int(section) > 10:
                continue
            cuts = [0] + [m.end() for m in re.finditer(r'[.:;]"? | - | o ', body)] + [len(body)]
            for a, b in zip(cuts, cuts[1:]):
                if KEYWORD[source].search(body[a:b]) and not any(
                        start < b - 1 and end > a for start, end in spans.get((source, section), [])):
                    ledger.finding(f'{TEXT[source]}: section {section}: no quote covers {body[a:b]!r}')


def check_requirement(ledger, e, spans):
    i = e['id']
    where = f'{e.place()}: {i}'
    if e['reading'] is not None and e['reading'] not in ledger.readings:
        ledger.finding(f"{where}: reading {e['reading']!r} is not listed in {READABLE} section 9")
    if e['pixit'] is not None and e['pixit'] not in {p['name'] for p in ledger.pixit}:
        ledger.finding(f"{where}: PIXIT choice {e['pixit']!r} is not defined")
    if e['level'] in ('must', 'should') and not e['unobservable'] and not e['mutants']:
        ledger.finding(f'{where}: level {e["level"]}, observable, but no mutant')
    if e['unobservable'] and e['mutants']:
        ledger.finding(f'{where}: unobservable, but with mutants')
    if i[0] == 'L':
        if e['provenance'] == 'mem' and e['level'] == 'must':
            ledger.finding(f'{where}: a rule from memory cannot be a must')
        check_place(ledger, e, where)
        return
    number = i[2:-3]
    if e['section'] != ('abstract' if number == '0' and i[0] == 'R' else number):
        ledger.finding(f"{where}: section {e['section']!r} does not fit the id")
    check_quote(ledger, e, where, spans)


def check_place(ledger, e, where):
    """The place of an L- rule ('lane-rules 2 (C6)', 'lane-wire 1, 7') is a page of this folder and headings in it."""
    place = re.match(r'^(lane-rules|lane-wire) (\d+(?:\.\d+)?(?:, \d+(?:\.\d+)?)*)(?: \(C\d+(?:, C\d+)*\))?$', e['section'])
    if not place:
        ledger.finding(f"{where}: section {e['section']!r} is no place in lane-rules.md or lane-wire.md")
        return
    if place[1] not in ledger.headings:
        page = read_text(ledger, place[1] + '.md')
        ledger.headings[place[1]] = set(re.findall(r'^##+ (\d+(?:\.\d+)*)', page, re.M))
    for number in place[2].split(', '):
        if number not in ledger.headings[place[1]]:
            ledger.finding(f'{where}: {place[1]}.md has no section {number}')


def check_pixit(ledger):
    """Readings exist, and the readable page 9.1 has the same row."""
    names = Counter(p['name'] for p in ledger.pixit)
    for name, count in names.items():
        if count > 1:
            ledger.finding(f'{REQUIREMENTS}: PIXIT {name} defined {count} times')
    for p in ledger.pixit:
        where = f"{p.place()}: PIXIT {p['name']}"
        if p['reading'] is not None and p['reading'] not in ledger.readings:
            ledger.finding(f"{where}: reading {p['reading']!r} is not listed in {READABLE} section 9")
        if isinstance(p['values'], list):
            values = ', '.join([p['default']] + [v for v in p['values'] if v != p['default']])
        else:
            values = f"{p['default']} ({p['values']})"
        row = f"| `{p['name']}` | {values} | {p['reading'] or NOTHING} | {p['text']} |"
        if row not in ledger.markdown.split('\n'):
            ledger.finding(f'{where}: not in {READABLE} section 9.1 as {row}')
    for found in re.finditer(r'PIXIT\s+`([a-z0-9_]+)`|^\| `([a-z0-9_]+)` \|', ledger.markdown, re.M):
        name = found[1] or found[2]
        if name not in names:
            ledger.finding(f'{READABLE}:{line_of(ledger.markdown, found.start())}: PIXIT {name} is not in {REQUIREMENTS}')


def check_mutants(ledger):
    """One text per mutant, one mutant per text, and the same list in the readable page 10.2: those that a finding has to
    name first, may and info rows in parentheses."""
    caught = {}
    for e in ledger.requirements:
        for m in e['mutants']:
            if ledger.mutants.setdefault(m['id'], m['text']) != m['text']:
                ledger.finding(f"{m.place()}: {m['id']}: two texts: {ledger.mutants[m['id']]!r}, {m['text']!r}")
            if e['id'] in [x['id'] for x in caught.setdefault(m['id'], [])]:
                ledger.finding(f"{m.place()}: {e['id']}: {m['id']} listed twice")
            caught[m['id']].append(e)
    for text, count in Counter(ledger.mutants.values()).items():
        if count > 1:
            ledger.finding(f'{REQUIREMENTS}: {count} mutants with the text {text!r}')
    listed = Counter()
    for row in re.finditer(r'^\| (M\d+[a-z]?) \| (.*) \| (.*) \|$', ledger.markdown, re.M):
        m, text, by = row.groups()
        where = f'{READABLE}:{line_of(ledger.markdown, row.start())}: {m}'
        listed[m] += 1
        if listed[m] > 1:
            ledger.finding(f'{where} listed twice')
        if m not in ledger.mutants:
            ledger.finding(f'{where} is not in {REQUIREMENTS}')
            continue
        if text != ledger.mutants[m]:
            ledger.finding(f'{where}: text differs from {REQUIREMENTS}: {ledger.mutants[m]!r}')
        binding = ('must', 'should')
        want = ' '.join([e['id'] for e in caught[m] if e['level'] in binding] +
                        [f"({e['id']})" for e in caught[m] if e['level'] not in binding])
        if by != want:
            ledger.finding(f'{where}: caught by {by}, in {REQUIREMENTS} {want}')
    for m in ledger.mutants:
        if m not in listed:
            ledger.finding(f'{READABLE}: {m} is not in section 10.2')


def check_cells(ledger):
    ids = {e['id']: e for e in ledger.requirements}
    events = [e['id'] for e in ledger.events]
    for what, names in (('state', ledger.states), ('event', events)):
        for name, count in Counter(names).items():
            if count > 1:
                ledger.finding(f'{STATES}: {what} {name} listed twice')
    seen = Counter()
    for c in ledger.cells:
        where = f"{c.place()}: {c['state']} x {c['event']}"
        seen[c['state'], c['event']] += 1
        impossible = c['vrrp_action'] == 'n/a'
        if impossible != (c['next_state'] is None) or impossible != (c['lane_action'] == 'n/a'):
            ledger.finding(f'{where}: n/a in part only')
        if impossible and (c['requirements'] or c['note'] or c['level'] != 'info'):
            ledger.finding(f'{where}: n/a, but with requirements, a note or a level')
        for scheme, state in next_states(c).items():
            if state and state.startswith('Master/') and ('np-' in state) != (scheme == 'non-proxy'):
                ledger.finding(f'{where}: next_state {state} for scheme {scheme}')
        for i in c['requirements']:
            if i not in ids:
                ledger.finding(f'{where}: {i} is not in {REQUIREMENTS}')
        if c['level'] in ('must', 'should') and not c['requirements']:
            ledger.finding(f'{where}: level {c["level"]} without a requirement')
        strongest = {ids[i]['level'] for i in c['requirements'] if i in ids}
        if c['level'] == 'must' and strongest and 'must' not in strongest:
            ledger.finding(f'{where}: must, but none of its requirements is one')
        for a in re.findall(r'\bA-\d+\b', c['note'] or ''):
            if a not in ledger.readings:
                ledger.finding(f'{where}: {a} is not in {READABLE} section 9')
    for s in ledger.states:
        for e in events:
            if seen.pop((s, e), 0) != 1:
                ledger.finding(f'{STATES}: not exactly one cell for {s} x {e}')
    for s, e in seen:
        ledger.finding(f'{STATES}: cell for unknown {s} x {e}')


def next_states(cell):
    """The state that follows in each scheme in which the cell's own state exists."""
    own = cell['state']
    schemes = [s for s in VALUES['schemes'] if not own.startswith('Master/') or ('np-' in own) == (s == 'non-proxy')]
    n = cell['next_state']
    return {s: n[s] if isinstance(n, Entry) else n for s in schemes}


def check_references(ledger):
    """Every id and reading that the readable page mentions exists."""
    md = ledger.markdown
    ids = {e['id'] for e in ledger.requirements}
    for found in MENTION.finditer(md):
        if found[0] not in ids:
            ledger.finding(f'{READABLE}:{line_of(md, found.start())}: {found[0]} is not in {REQUIREMENTS}')
    for found in re.finditer(r'\bA-\d+\b', md):
        if found[0] not in ledger.readings:
            ledger.finding(f'{READABLE}:{line_of(md, found.start())}: {found[0]} referred to but not defined')
    if re.search(r'\bWARN\b(?!, read remark)', md):
        ledger.finding(f'{READABLE}: the word WARN')


def check_rows(ledger):
    """The readable page has one row for every requirement, and it says the same in every column."""
    md = ledger.markdown
    ids = {e['id']: e for e in ledger.requirements}
    for i, count in Counter(e['id'] for e in ledger.requirements).items():
        if count > 1:
            ledger.finding(f'{ids[i].place()}: {i}: {count} entries')
    rows = Counter()
    for row in re.finditer(r'^\| ([RVL]-[^ |]+) \| (.*) \|$', md, re.M):
        i, where = row[1], f'{READABLE}:{line_of(md, row.start())}'
        rows[i] += 1
        if rows[i] > 1:
            ledger.finding(f'{where}: another row for {i}')
        if i not in ids:
            continue  # check_references() has said so
        want, got = columns(ids[i]), row[2].split(' | ')
        if len(got) != len(want):
            ledger.finding(f'{where}: {i}: {len(got)} columns, expected {len(want)}')
            continue
        for name, a, b in zip(COLUMNS[i[0]], got, want):
            if a != b:
                ledger.finding(f'{where}: {i}: {name} is {a!r}, in {REQUIREMENTS} {b!r}')
    for i in ids:
        if i not in rows:
            ledger.finding(f'{ids[i].place()}: {i}: no row in {READABLE}')


def columns(e):
    """What the row of a requirement has to say."""
    scope = ' / '.join([', '.join(e['roles'])] + [' '.join(LETTER.get(x, x) for x in e[key])
                                                  for key in ('schemes', 'lane', 'media')])
    see = ' '.join(x for x in (e['reading'], e['pixit']) if x) or NOTHING
    mutants = ' '.join(m['id'] for m in e['mutants']) or NOTHING
    observable = e['observable'] + (f" (unobservable: {e['unobservable']})" if e['unobservable'] else '')
    if e['id'][0] == 'L':
        return [e['level'], f"[{e['provenance']}]", e['rule'], e['section'], scope, mutants, see]
    if e['id'][0] == 'V':
        return [e['level'], observable, mutants, see]
    described = '; '.join(f"{m['text']} ({m['id']})" for m in e['mutants']) or NOTHING
    return [e['level'], f'"{e["quote"]}"', scope, observable, described, see]


def check_table(ledger):
    """The table of section 10 of the readable page has a row for every event that says the same in every state."""
    cells = {(c['state'], c['event']): c for c in ledger.cells}
    for e in ledger.events:
        row = re.search(rf"^\| {re.escape(e['text'])} \| (.*) \|$", ledger.markdown, re.M)
        if not row:
            ledger.finding(f"{e.place()}: {e['id']}: no row in {READABLE} section 10")
            continue
        where = f"{READABLE}:{line_of(ledger.markdown, row.start())}: {e['id']}"
        got = row[1].split(' | ')
        if len(got) != len(ledger.states):
            ledger.finding(f'{where}: {len(got)} cells, expected {len(ledger.states)}')
            continue
        said = ''
        for state, text in zip(ledger.states, got):
            said = said if text == '″' else text
            cell = cells.get((state, e['id']))
            if cell and said != table_cell(cell):
                ledger.finding(f'{where} in {state}: {said!r}, in {STATES} {table_cell(cell)!r}')


def table_cell(c):
    """VRRP action / LANE action; next state (note)."""
    if c['next_state'] is None:
        return 'n/a'
    vrrp, lane = ('-' if c[key] == 'none' else c[key] for key in ('vrrp_action', 'lane_action'))
    following = 'Master pending/persisting' if isinstance(c['next_state'], Entry) else c['next_state']
    following = '=' if following == c['state'] else re.sub(r'^Master/(np|px)-', '', following)
    return f'{vrrp} / {lane}; {following}' + (f" ({c['note']})" if c['note'] else '')


def summary(ledger):
    kinds = Counter(e['id'][0] for e in ledger.requirements)
    levels = Counter(e['level'] for e in ledger.requirements)
    pairs = sum(len(e['mutants']) for e in ledger.requirements)
    return (f"{len(ledger.requirements)} ids ({', '.join(f'{k} {kinds[k]}' for k in KIND)}; "
            f"{', '.join(f'{k} {levels[k]}' for k in LEVELS)}), {len(ledger.mutants)} mutants in {pairs} pairs, "
            f"{len(ledger.readings)} readings, {len(ledger.pixit)} PIXIT items, {len(ledger.states)} states x "
            f"{len(ledger.events)} events = {len(ledger.cells)} cells")


def main(folder):
    try:
        ledger = check(folder)
    except (OSError, Unreadable) as problem:
        print(f'check_ledger: cannot check: {problem}', file=sys.stderr)
        return 2
    if ledger.findings:
        print('\n'.join(ledger.findings))
        print(f'check_ledger: {len(ledger.findings)} finding(s)')
        return 1
    print(f'check_ledger: ok: {summary(ledger)}')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))))
