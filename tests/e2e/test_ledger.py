"""The requirement ledger: spec/check_ledger.py finds nothing in it and finds what is wrong in a damaged one;
spec/generate_ledger.py gives the same octets every time, refuses a damaged ledger with file and line, and what C code
reads from its tables is what the YAML files say."""
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / 'spec'
CC = os.environ.get('CC', 'cc')


def run(*command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, timeout=120,
                          env={**os.environ, 'PYTHONDONTWRITEBYTECODE': '1'}, **options)


def check(folder):
    return run(sys.executable, folder / 'check_ledger.py')


def generate(output, folder=SPEC):
    return run(sys.executable, folder / 'generate_ledger.py', output)


@pytest.fixture
def spec(tmp_path):
    """A copy of the ledger to damage."""
    return Path(shutil.copytree(SPEC, tmp_path / 'spec', ignore=shutil.ignore_patterns('__pycache__')))


def damage(path, old, new, line_with=None):
    """Replaces the first 'old' (after the first 'line_with') and returns its line number."""
    text = path.read_text(encoding='utf-8')
    start = text.index(line_with) if line_with else 0
    at = text.index(old, start)
    path.write_text(text[:at] + new + text[at + len(old):], encoding='utf-8')
    return text.count('\n', 0, at) + 1


def line_of(path, text):
    whole = path.read_text(encoding='utf-8')
    return whole.count('\n', 0, whole.index(text)) + 1


# --- the ledger as it is ---------------------------------------------------------------------------------------------


def test_ledger_is_clean():
    result = check(SPEC)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith('check_ledger: ok: 304 ids (R 101, V 135, L 68; ')
    assert '308 mutants in 392 pairs' in result.stdout
    assert '7 states x 39 events = 273 cells' in result.stdout


def words(path):
    """All words of a source text in order, page breaks taken out: read here with other code than check_ledger's."""
    kept = [line for line in path.read_text(encoding='latin-1').replace('\f', '\n').splitlines()
            if not re.search(r'\[Page \d+\]$', line.rstrip()) and not re.match(r'(INTERNET DRAFT|RFC 2338) {3,}', line)]
    joined = re.sub(r'(\w)-\s*\n\s*', r'\1-', '\n'.join(kept))
    return ' '.join(joined.split())


def test_every_quote_stands_in_its_text():
    texts = {'draft': words(SPEC / 'draft-ietf-vrrp-lane-02.txt'), 'rfc2338': words(SPEC / 'rfc2338.txt')}
    requirements = yaml.safe_load((SPEC / 'requirements.yaml').read_text())['requirements']
    quoted = [e for e in requirements if 'quote' in e]
    assert len(quoted) == 236
    for entry in quoted:
        at = 0
        for piece in entry['quote'].split(' ... '):
            found = texts[entry['source']].find(piece, at)
            assert found >= 0, f"{entry['id']}: {piece!r}"
            at = found + len(piece)


# --- damage that has to be found ---------------------------------------------------------------------------------------

QUOTE = 'If the VMAC registration fails, the master must persist with the registration phase.'


@pytest.mark.parametrize('file, old, new, line_with, expected', [
    ('requirements.yaml', 'must persist with', 'should persist with', QUOTE, 'R-3.1-05: not in section 3.1'),
    ('requirements.yaml', 'physical MAC address associated', 'physical MAC addresses associated', '- id: R-3.1-02',
     'R-3.1-02: not in section 3.1'),
    ('requirements.yaml', "section: '3.1'", "section: '3.2'", '- id: R-3.1-05',
     "R-3.1-05: section '3.2' does not fit the id"),
    ('requirements.yaml', 'source: draft', 'source: rfc2338', '- id: R-3.1-05', 'R-3.1-05: source'),
    ('requirements.yaml', 'level: must', 'level: shall', '- id: R-3.1-05', "R-3.1-05: level 'shall'"),
    ('requirements.yaml', 'roles: [router]', 'roles: [router, hub]', '- id: R-3.1-05', 'R-3.1-05: roles'),
    ('requirements.yaml', 'schemes: [non-proxy]', 'schemes: []', '- id: R-3.1-05', 'R-3.1-05: schemes'),
    ('requirements.yaml', 'reading: A-4', 'reading: A-99', '- id: R-3.1-05', "R-3.1-05: reading 'A-99'"),
    ('requirements.yaml', 'pixit: registration_retry_max_s', 'pixit: registration_retry', '- id: R-3.1-05',
     'R-3.1-05: PIXIT choice'),
    ('requirements.yaml', 'unobservable: null', 'unobservable: null\n  colour: red', '- id: R-3.1-05',
     'R-3.1-05: keys differ: colour'),
    ('requirements.yaml', 'unobservable: null', 'unobservable: no frame shows it', '- id: R-3.1-05',
     'R-3.1-05: unobservable, but with mutants'),
    ('requirements.yaml', '- id: R-3.1-05', '- id: R-3.1-5', None, "bad id 'R-3.1-5'"),
    ('requirements.yaml', 'provenance: 2src', 'provenance: mem', '- id: L-frame-01',
     'L-frame-01: a rule from memory cannot be a must'),
])
def test_damaged_requirement_is_found_with_its_line(spec, file, old, new, line_with, expected):
    entry = line_of(spec / file, line_with if line_with and line_with.startswith('- id') else
                    '- id: R-3.1-05')
    damage(spec / file, old, new, line_with)
    result = check(spec)
    assert result.returncode == 1
    assert f'{file}:{entry}: {expected}' in result.stdout


@pytest.mark.parametrize('file, old, new, expected', [
    ('draft-ietf-vrrp-lane-02.txt', 'must persist with', 'shall persist with', 'R-3.1-05: not in section 3.1'),
    ('rfc2338.txt', 'MUST verify that the IP TTL is 255', 'MUST verify that the IP TTL is 254', 'V-7.1-01: not in section'),
    ('requirements.yaml', '- id: R-3.1-06', '- id: R-3.1-05', 'R-3.1-05: 2 entries'),
    ('requirements.yaml', 'text: gives up the registration after the first status 4', 'text: gives up',
     'M6: text differs from requirements.yaml'),
    ('requirements.yaml', 'default: required', 'default: never', "PIXIT v1_repetition: default 'never'"),
    ('requirements.yaml', 'default: 10', 'default: ten', "PIXIT registration_retry_max_s: default 'ten'"),
    ('requirements.yaml', 'reason: scope', "reason: ''", 'untested: reason is no text'),
    ('requirements.yaml', '- name: v1_repetition', '- name: v1_repeats', 'PIXIT v1_repeats: not in draft-requirements.md'),
    ('requirements.yaml', 'reading: A-2', 'reading: A-99', "PIXIT v1_repetition: reading 'A-99'"),
    ('draft-requirements.md', '* **A-4 Registration', '* **A-44 Registration', "reading 'A-4' is not listed"),
    ('draft-requirements.md', '| R-3.1-05 | must |', '| R-3.1-05 | may |', "R-3.1-05: level is 'may', in requirements.yaml 'must'"),
    ('states.yaml', 'requirements: [R-3.3.1-01', 'requirements: [R-3.3.1-99', 'R-3.3.1-99 is not in requirements.yaml'),
    ('states.yaml', 'next_state: Backup', 'next_state: Standby', "next_state 'Standby'"),
    ('states.yaml', '- state: Backup\n  event: shutdown', '- state: Initialize\n  event: shutdown',
     'not exactly one cell for Backup x shutdown'),
    ('states.yaml', 'non-proxy: Master/np-pending', 'non-proxy: Master/px-settled',
     'next_state Master/px-settled for scheme non-proxy'),
    ('requirements.yaml', 'observable: LE_JOIN_REQUEST with flag 0080 clear.', 'observable: LE_JOIN_REQUEST as ever.',
     "R-3.1-01: observable is 'LE_JOIN_REQUEST with flag 0080 clear.'"),
    ('requirements.yaml', 'section: lane-wire 13', 'section: lane-wire 15', 'lane-wire.md has no section 15'),
    ('draft-requirements.md', 'Skew_Time / -; = |', 'Skew_Time / -; Initialize |', 'adv-prio-0 in Backup'),
    ('draft-requirements.md', '| `v1_repetition` | required, once |', '| `v1_repetition` | once, required |',
     'PIXIT v1_repetition: not in draft-requirements.md section 9.1'),
    ('draft-requirements.md', 'PIXIT `v1_repetition`', 'PIXIT `v1_repeats`', 'PIXIT v1_repeats is not in requirements.yaml'),
    ('draft-requirements.md', 'violation of R-3.1-05.', 'violation of R-3.1-99.', 'R-3.1-99 is not in requirements.yaml'),
    ('draft-requirements.md', '(section 4, last paragraph)', '(see A-99)', 'A-99 referred to but not defined'),
    ('draft-requirements.md', '| M8 | Backup answers', '| M999 | Backup answers', 'M999 is not in requirements.yaml'),
    ('draft-requirements.md', '| M8 | Backup answers', '| M08 | Backup answers', 'M8 is not in section 10.2'),
    ('draft-requirements.md', '| M8 | Backup answers', '| M7 | Backup answers', 'M7 listed twice'),
    ('draft-requirements.md', '| Adver_Timer fires |', '| Adver_Timer due |', 'adver-timer: no row in draft-requirements.md'),
    ('draft-requirements.md', '| R-2-02 | info |', '| R-2-01 | info |', 'another row for R-2-01'),
    ('draft-requirements.md', '| R-2-01 R-3.3.2-02 |', '| R-2-01 |', 'M8: caught by R-2-01, in requirements.yaml R-2-01 R-3.3.2-02'),
    ('states.yaml', 'requirements: []\n  level: info\n  note: null', 'requirements: []\n  level: info\n  note: never',
     'n/a, but with requirements, a note or a level'),
    ('states.yaml', 'lane_action: none\n', 'lane_action: n/a\n', 'n/a in part only'),
])
def test_damage_is_found(spec, file, old, new, expected):
    damage(spec / file, old, new)
    result = check(spec)
    assert result.returncode == 1
    assert expected in result.stdout


def test_sentence_without_a_requirement_is_found(spec):
    """A requirement that is taken out leaves its sentence uncovered."""
    path = spec / 'requirements.yaml'
    text = path.read_text()
    path.write_text(re.sub(r'- id: R-3\.1-05\n.*?(?=^- id: )', '', text, flags=re.S | re.M))
    result = check(spec)
    assert result.returncode == 1
    assert 'draft-ietf-vrrp-lane-02.txt: section 3.1: no quote covers' in result.stdout


# --- the generator -----------------------------------------------------------------------------------------------------


def test_generator_gives_the_same_octets(tmp_path, spec):
    for name in 'first', 'second':
        assert generate(tmp_path / name).returncode == 0
    result = run(sys.executable, '-X', 'utf8=0', spec / 'generate_ledger.py', tmp_path / 'third', cwd='/')
    assert result.returncode == 0
    names = sorted(p.name for p in (tmp_path / 'first').iterdir())
    assert names == ['ledger_cells.inc', 'ledger_enums.h', 'ledger_tables.inc']
    for name in names:
        first = (tmp_path / 'first' / name).read_bytes()
        assert first == (tmp_path / 'second' / name).read_bytes() == (tmp_path / 'third' / name).read_bytes()
        assert first.isascii() and str(ROOT).encode() not in first


@pytest.mark.parametrize('file, old, new, line_with, line_offset, expected, status', [
    ('requirements.yaml', 'level: must', 'level: shall', '- id: R-3.1-05', None, 'R-3.1-05: level', 1),
    ('requirements.yaml', 'level: must', 'level: must\n  level: may', '- id: R-3.1-05', None, 'key level given 2 times', 1),
    ('requirements.yaml', 'must persist', 'could persist', QUOTE, None, 'R-3.1-05: not in section', 1),
    ('requirements.yaml', 'level: must', 'level: [must', '- id: R-3.1-05', 'syntax', 'not YAML', 2),
    ('states.yaml', '- state: Backup', '- state: [Backup', None, 'syntax', 'not YAML', 2),
])
def test_generator_refuses_with_file_and_line(tmp_path, spec, file, old, new, line_with, line_offset, expected, status):
    entry = line_of(spec / file, '- id: R-3.1-05') if file == 'requirements.yaml' else line_of(spec / file, old)
    damage(spec / file, old, new, line_with)
    result = generate(tmp_path / 'out', spec)
    assert result.returncode == status
    assert not (tmp_path / 'out').exists()
    found = re.search(rf'{re.escape(file)}:(\d+): .*{re.escape(expected)}', result.stderr)
    assert found, result.stderr
    assert 0 <= int(found[1]) - entry <= (10 if line_offset == 'syntax' else 0)


def test_refused_ledger_leaves_old_tables_alone(tmp_path, spec):
    assert generate(tmp_path / 'out', spec).returncode == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / 'out').iterdir()}
    damage(spec / 'requirements.yaml', 'level: must', 'level: shall')
    assert generate(tmp_path / 'out', spec).returncode == 1
    assert {p.name: p.read_bytes() for p in (tmp_path / 'out').iterdir()} == before


def test_missing_file_is_named(tmp_path, spec):
    (spec / 'states.yaml').unlink()
    result = generate(tmp_path / 'out', spec)
    assert result.returncode == 2
    assert 'states.yaml' in result.stderr and 'Traceback' not in result.stderr


@pytest.mark.parametrize('name', ['requirements.yaml', 'states.yaml', 'draft-requirements.md', 'lane-wire.md'])
def test_file_that_is_no_text_is_named_with_its_line(tmp_path, spec, name):
    path = spec / name
    path.write_bytes(path.read_bytes().replace(b'\n', b'\n\xff', 3).replace(b'\n\xff', b'\n', 2))
    result = generate(tmp_path / 'out', spec)
    assert result.returncode == 2
    assert f'{name}:4: not UTF-8' in result.stderr and 'Traceback' not in result.stderr


# --- the tables as C reads them ----------------------------------------------------------------------------------------


def dump(folder, spec=SPEC):
    """Generates the tables into a folder and returns what C code reads from them."""
    result = generate(folder, spec)
    assert result.returncode == 0, result.stderr
    harness = ROOT / 'harness'
    sources = [harness / 'base' / 'scope.c', harness / 'ledger' / 'ledger.c', harness / 'ledger' / 'ledger_print.c']
    result = run(CC, '-std=c11', '-D_POSIX_C_SOURCE=200809L', '-Wall', '-Wextra', '-Werror', f'-I{harness}', f'-I{folder}',
                 ROOT / 'tests' / 'e2e' / 'dump_ledger.c', *sources, '-ljansson', '-o', folder / 'dump_ledger')
    assert result.returncode == 0, result.stderr
    result = run(folder / 'dump_ledger')
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope='module')
def dumped(tmp_path_factory):
    """What C code reads from the tables of the ledger as it is."""
    return dump(tmp_path_factory.mktemp('dump'))


@pytest.fixture(scope='module')
def written():
    """What the YAML files say."""
    return {**yaml.safe_load((SPEC / 'requirements.yaml').read_text()), **yaml.safe_load((SPEC / 'states.yaml').read_text())}


def test_requirements_reach_c_unchanged(dumped, written):
    assert len(dumped['requirements']) == len(written['requirements'])
    for seen, entry in zip(dumped['requirements'], written['requirements']):
        assert seen['provenance'] == entry.get('provenance', 'quoted')
        assert (seen['reading'] or {}).get('id') == entry['reading']
        assert (seen['pixit'] or {}).get('name') == entry['pixit']
        for key in ('roles', 'schemes', 'lane', 'media'):
            assert sorted(seen[key]) == sorted(entry[key]), entry['id']
        for key in ('id', 'section', 'source', 'level', 'observable', 'unobservable', 'mutants',
                    'quote' if 'quote' in entry else 'rule'):
            assert seen[key] == entry[key], entry['id']


def test_mutants_reach_c_unchanged(dumped, written):
    breaks = {}
    for entry in written['requirements']:
        for mutant in entry['mutants']:
            breaks.setdefault((mutant['id'], mutant['text']), []).append(entry['id'])
    assert {(m['id'], m['text']): m['requirements'] for m in dumped['mutants']} == breaks
    assert sum(map(len, breaks.values())) == 392


def test_pixit_reaches_c_unchanged(dumped, written):
    for seen, item in zip(dumped['pixit'], written['pixit'], strict=True):
        named = isinstance(item['values'], list)
        assert seen == {'name': item['name'], 'text': item['text'], 'reading': item['reading'],
                        'values': item['values'] if named else [], 'unit': None if named else item['values'],
                        'default': item['default']}


def test_awkward_characters_reach_c_unchanged(tmp_path, spec):
    """Quotes, backslashes, trigraphs (C11 reads two question marks and a slash as a backslash), comment marks, digits behind an octal escape."""
    text = 'a "quote" \\ ??/ ??= /* no comment */ \u00e91 \u2026'
    damage(spec / 'requirements.yaml', 'text: ZN inherits the repetition of the TLA', f'text: {json.dumps(text)}')
    damage(spec / 'draft-requirements.md', '| ZN inherits the repetition of the TLA |', f'| {text} |')
    seen = {item['name']: item['text'] for item in dump(tmp_path / 'out', spec)['pixit']}
    assert seen['v1_repetition'] == text


def test_untested_sentences_reach_c_unchanged(dumped, written):
    assert dumped['untested'] == written['untested']


def test_cells_reach_c_unchanged(dumped, written):
    assert dumped['events'] == written['events']
    cells = {(c['state'], c['event']): c for c in written['cells']}
    assert len(dumped['cells']) == len(cells) == 273
    assert sum(c['possible'] for c in dumped['cells']) == 217
    for seen in dumped['cells']:
        cell = cells[seen['state'], seen['event']]
        next_state = cell['next_state'] or cell['state']
        per_scheme = next_state if isinstance(next_state, dict) else {'non-proxy': next_state, 'proxy': next_state}
        assert seen['possible'] == (cell['next_state'] is not None)
        assert {scheme: seen[scheme] for scheme in per_scheme} == per_scheme
        for key in ('level', 'vrrp_action', 'lane_action', 'requirements', 'note'):
            assert seen[key] == cell[key]


def test_readings_reach_c_as_written(dumped):
    """Word for word, but for emphasis and line breaks."""
    page = ' '.join((SPEC / 'draft-requirements.md').read_text(encoding='utf-8').replace('*', '').split())
    seen = {entry['reading']['id']: entry['reading'] for entry in dumped['requirements'] if entry['reading']}
    assert len(seen) > 20
    for reading in seen.values():
        assert f"{reading['id']} {reading['title']}. {reading['text']}" in page
