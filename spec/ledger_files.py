"""The files of the requirement ledger, read: requirements.yaml, states.yaml, draft-requirements.md and the two source texts.

read() gives a Ledger whose findings name every entry that has the wrong keys or values of the wrong kind; check_ledger.py
looks at what the entries say. Needs PyYAML (Debian: python3-yaml).
"""
import os
import re
import sys
from collections import Counter

try:
    import yaml
except ImportError:
    sys.exit('check_ledger: PyYAML is missing (Debian: apt install python3-yaml)')

REQUIREMENTS = 'requirements.yaml'
STATES = 'states.yaml'
READABLE = 'draft-requirements.md'
TEXT = {'draft': 'draft-ietf-vrrp-lane-02.txt', 'rfc2338': 'rfc2338.txt'}

KEYS = ['id', 'section', 'source', 'level', 'quote', 'roles', 'schemes', 'lane', 'media', 'observable', 'reading', 'pixit',
        'mutants', 'unobservable']
KEYS_L = [k if k != 'quote' else 'rule' for k in KEYS] + ['provenance']
VALUES = {'roles': ('router', 'bridge', 'client', 'les', 'switch', 'vrrp'), 'schemes': ('non-proxy', 'proxy'),
          'lane': ('v1', 'v2'), 'media': ('ethernet', 'token-ring')}
LEVELS = ('must', 'should', 'may', 'info')
PROVENANCES = ('2src', '1src', 'mem')
UNITS = ('seconds', 'milliseconds', 'percent')
KIND = {'R': 'draft', 'V': 'rfc2338', 'L': 'lane'}
ID_FORM = r'(?:R-\d+(?:\.\d+)*-\d\d|V-\d+(?:\.\d+)*-\d\d|L-[a-z_0-9]+-\d\d)'
ID = re.compile(rf'^{ID_FORM}$')
MUTANT_ID = re.compile(r'^M\d+[a-z]?$')
STATE_NAME = re.compile(r'^[A-Z][a-z]+(/(np|px)-[a-z]+)?$')
HYPHENATED = re.compile(r'^[a-z][a-z0-9]*(-[a-z0-9]+)*$')
PIXIT_NAME = re.compile(r'^[a-z][a-z0-9]*(_[a-z0-9]+)*$')
CELL_KEYS = ['state', 'event', 'vrrp_action', 'lane_action', 'next_state', 'requirements', 'level', 'note']
PIXIT_KEYS = ['name', 'values', 'default', 'reading', 'text']
UNTESTED_KEYS = ['source', 'section', 'quote', 'reason']


class Unreadable(Exception):
    """A file that can't be read as what it should be; the text names file and line."""


class Entry(dict):
    """A mapping of a YAML file that knows where it stands."""
    file = ''
    line = 0

    def place(self):
        return f'{self.file}:{self.line}'


class Ledger:
    """What the files say, and what is wrong with it."""

    def __init__(self, folder):
        self.folder = folder
        self.findings = []
        self.requirements = []  # Entry, KEYS or KEYS_L
        self.pixit = []         # Entry, PIXIT_KEYS
        self.untested = []      # Entry, UNTESTED_KEYS
        self.states = []        # names
        self.events = []        # Entry, id and text
        self.cells = []         # Entry, CELL_KEYS
        self.readings = {}      # id: (title, text)
        self.mutants = {}       # id: text
        self.texts = {}         # draft, rfc2338: section: text
        self.shapes_hold = False
        self.markdown = ''      # the readable page
        self.headings = {}      # of the LANE pages: page: numbers

    def finding(self, text):
        self.findings.append(text)

    def path(self, name):
        return os.path.join(self.folder, name)


def read(folder):
    """Reads the ledger in a folder and checks its shape: unless shapes_hold, nothing may be relied on. Raises Unreadable or
    OSError if there is nothing to check."""
    ledger = Ledger(folder)
    load_requirements(ledger)
    load_states(ledger)
    load_readings(ledger)
    ledger.texts = {source: sections(ledger.path(name)) for source, name in TEXT.items()}
    ledger.shapes_hold = check_shapes(ledger)
    return ledger


# --- reading ---------------------------------------------------------------------------------------------------------


def load_yaml(ledger, name):
    """A YAML file with Entry for its mappings. A key given twice is a finding, not silently the last one."""

    class Loader(getattr(yaml, 'CSafeLoader', yaml.SafeLoader)):
        """One per file, because constructors belong to the class."""

    def construct(loader, node):
        entry = Entry()
        entry.file, entry.line = name, node.start_mark.line + 1
        yield entry
        keys = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        for key, count in keys.items():
            if count > 1:
                ledger.finding(f'{entry.place()}: key {key} given {count} times')
        entry.update(loader.construct_mapping(node))

    Loader.add_constructor('tag:yaml.org,2002:map', construct)
    try:
        return yaml.load(read_text(ledger, name), Loader)
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise Unreadable(f'{name}:{line}: not YAML: {problem.problem or problem.context}') from problem
    except (yaml.YAMLError, ValueError) as problem:
        raise Unreadable(f'{name}:1: not YAML: {problem}') from problem


def read_text(ledger, name):
    with open(ledger.path(name), 'rb') as f:
        octets = f.read()
    try:
        return octets.decode('utf-8')
    except UnicodeDecodeError as problem:
        line = octets.count(b'\n', 0, problem.start) + 1
        raise Unreadable(f'{name}:{line}: not UTF-8') from problem


def lists_of(ledger, name, keys):
    """The lists of a YAML file that must have exactly these."""
    top = load_yaml(ledger, name)
    if not isinstance(top, Entry) or sorted(top, key=str) != sorted(keys):
        raise Unreadable(f'{name}:1: does not consist of {", ".join(keys)}')
    for key in keys:
        if not isinstance(top[key], list) or not top[key]:
            raise Unreadable(f'{name}:1: {key} is no list, or empty')
    return (top[key] for key in keys)


def load_requirements(ledger):
    ledger.pixit, ledger.untested, ledger.requirements = lists_of(
        ledger, REQUIREMENTS, ['pixit', 'untested', 'requirements'])


def load_states(ledger):
    ledger.states, ledger.events, ledger.cells = lists_of(ledger, STATES, ['states', 'events', 'cells'])


def load_readings(ledger):
    """Section 9 of the readable page: '* **A-1 title.** text', until the next bullet or an empty line."""
    ledger.markdown = read_text(ledger, READABLE)
    bullet = re.compile(r'^\* \*\*(A-\d+) (.+?)\*\*(.*?)(?=^\* |^$|\Z)', re.M | re.S)
    for found in bullet.finditer(ledger.markdown):
        name, title, text = found[1], flat(found[2]), flat(found[3])
        if name in ledger.readings:
            ledger.finding(f'{READABLE}:{line_of(ledger.markdown, found.start())}: {name} defined twice')
        ledger.readings[name] = (plain(title).rstrip('.'), plain(text))


def line_of(text, at):
    return text.count('\n', 0, at) + 1


def plain(text):
    """Without the asterisks of emphasis."""
    return re.sub(r'\*{1,2}([^*]+)\*{1,2}', r'\1', text)


def flat(text):
    """Joins lines: a hyphen at a line end keeps its word together, all other white space becomes one space."""
    return re.sub(r'\s+', ' ', re.sub(r'(?<=\w)-[ \t]*\n\s*', '-', text)).strip()


def sections(path):
    """The text of an RFC-style file by section number, page breaks and running heads taken out."""
    with open(path, encoding='utf-8', errors='replace') as f:
        text = f.read().replace('\r', '').replace('\f', '\n')
    footer = re.compile(r'^\S.*\[Page \d+\]\s*$')
    header = re.compile(r'^(INTERNET DRAFT|RFC \d+)\s{3,}\S.*\d{4}\s*$')
    lines = [x for x in text.split('\n') if not footer.match(x) and not header.match(x)]
    heading = re.compile(r'^(\d+(?:\.\d+)*)\.?\s+[A-Z]')
    parts, now = {}, None
    for line in lines:
        number = heading.match(line)
        if number:
            now = number[1][:-2] if number[1].endswith('.0') else number[1]
        elif line.strip() == 'Abstract':
            now = 'abstract'
        elif re.match(r'^(References|Authors)\b', line):
            now = None
        if now:
            parts.setdefault(now, []).append(line)
    return {k: flat('\n'.join(v)) for k, v in parts.items()}


# --- shapes: keys, types and values; everything after this may rely on them --------------------------------------------


def check_shapes(ledger):
    """True if every entry has the right keys with values of the right kind."""
    before = len(ledger.findings)
    for e in ledger.requirements:
        check_requirement_shape(ledger, e)
    for e in ledger.untested:
        if has_keys(ledger, e, UNTESTED_KEYS, REQUIREMENTS, 'untested'):
            for key in UNTESTED_KEYS:
                expect_text(ledger, e, key, 'untested')
            if e['source'] not in TEXT:
                ledger.finding(f"{e.place()}: untested: source {e['source']!r}")
    for e in ledger.pixit:
        check_pixit_shape(ledger, e)
    for name in ledger.states:
        if not isinstance(name, str) or not STATE_NAME.match(name):
            ledger.finding(f'{STATES}: bad state {name!r}')
    for e in ledger.events:
        if has_keys(ledger, e, ['id', 'text'], STATES, 'event'):
            expect_text(ledger, e, 'text', f"event {e['id']}")
            if not isinstance(e['id'], str) or not HYPHENATED.match(e['id']):
                ledger.finding(f"{e.place()}: bad event {e['id']!r}")
    for e in ledger.cells:
        check_cell_shape(ledger, e)
    return len(ledger.findings) == before


def has_keys(ledger, e, keys, file, what):
    if not isinstance(e, Entry):
        ledger.finding(f'{file}: {what}: no mapping: {e!r}')
        return False
    if sorted(e, key=str) != sorted(keys):
        ledger.finding(f'{e.place()}: {what}: keys differ: {", ".join(sorted(map(str, set(e) ^ set(keys))))}')
        return False
    return True


def expect_text(ledger, e, key, what, optional=False):
    if optional and e[key] is None:
        return
    if not isinstance(e[key], str) or not e[key].strip():
        ledger.finding(f'{e.place()}: {what}: {key} is no text: {e[key]!r}')


def expect_one_of(ledger, e, key, what, allowed):
    if e[key] not in allowed:
        ledger.finding(f'{e.place()}: {what}: {key} {e[key]!r} is none of {", ".join(allowed)}')


def check_requirement_shape(ledger, e):
    i = e.get('id') if isinstance(e, Entry) else None
    if not isinstance(i, str) or not ID.match(i):
        ledger.finding(f'{e.place() if isinstance(e, Entry) else REQUIREMENTS}: bad id {i!r}')
        return
    if not has_keys(ledger, e, KEYS_L if i[0] == 'L' else KEYS, REQUIREMENTS, i):
        return
    for key in ('section', 'observable', 'rule' if i[0] == 'L' else 'quote'):
        expect_text(ledger, e, key, i)
    for key in ('reading', 'pixit', 'unobservable'):
        expect_text(ledger, e, key, i, optional=True)
    expect_one_of(ledger, e, 'source', i, [KIND[i[0]]])
    expect_one_of(ledger, e, 'level', i, LEVELS)
    if i[0] == 'L':
        expect_one_of(ledger, e, 'provenance', i, PROVENANCES)
    for key, allowed in VALUES.items():
        v = e[key]
        if not isinstance(v, list) or not v or any(x not in allowed for x in v) or len(set(v)) != len(v):
            ledger.finding(f'{e.place()}: {i}: {key} {v!r}')
    if not isinstance(e['mutants'], list):
        ledger.finding(f"{e.place()}: {i}: mutants is no list")
        return
    for m in e['mutants']:
        if has_keys(ledger, m, ['id', 'text'], REQUIREMENTS, f'{i}: mutant'):
            expect_text(ledger, m, 'text', f'{i}: mutant')
            if not isinstance(m['id'], str) or not MUTANT_ID.match(m['id']):
                ledger.finding(f"{m.place()}: {i}: bad mutant {m['id']!r}")


def check_pixit_shape(ledger, e):
    if not has_keys(ledger, e, PIXIT_KEYS, REQUIREMENTS, 'PIXIT'):
        return
    what = f"PIXIT {e['name']}"
    expect_text(ledger, e, 'text', what)
    expect_text(ledger, e, 'reading', what, optional=True)
    if not isinstance(e['name'], str) or not PIXIT_NAME.match(e['name']):
        ledger.finding(f"{e.place()}: bad PIXIT name {e['name']!r}")
    if isinstance(e['values'], list):
        if len(e['values']) < 2 or any(not isinstance(v, str) or not HYPHENATED.match(v) for v in e['values']):
            ledger.finding(f"{e.place()}: {what}: values {e['values']!r}")
        elif len(set(e['values'])) != len(e['values']):
            ledger.finding(f'{e.place()}: {what}: a value listed twice')
        elif e['default'] not in e['values']:
            ledger.finding(f"{e.place()}: {what}: default {e['default']!r} is not one of its values")
    else:
        expect_one_of(ledger, e, 'values', what, UNITS)
        if type(e['default']) is not int or e['default'] < 0:
            ledger.finding(f"{e.place()}: {what}: default {e['default']!r} is no number")


def check_cell_shape(ledger, c):
    if not has_keys(ledger, c, CELL_KEYS, STATES, 'cell'):
        return
    what = f"{c['state']} x {c['event']}"
    for key in ('state', 'event', 'vrrp_action', 'lane_action'):
        expect_text(ledger, c, key, what)
    expect_text(ledger, c, 'note', what, optional=True)
    expect_one_of(ledger, c, 'level', what, LEVELS)
    if not isinstance(c['requirements'], list) or any(not isinstance(i, str) for i in c['requirements']):
        ledger.finding(f"{c.place()}: {what}: requirements {c['requirements']!r}")
    elif len(set(c['requirements'])) != len(c['requirements']):
        ledger.finding(f'{c.place()}: {what}: a requirement listed twice')
    n = c['next_state']
    if isinstance(n, Entry) and not has_keys(ledger, n, VALUES['schemes'], STATES, f'{what}: next_state per scheme'):
        return
    for state in n.values() if isinstance(n, Entry) else [n]:
        if state not in ledger.states and (state is not None or isinstance(n, Entry)):
            ledger.finding(f'{c.place()}: {what}: next_state {state!r}')
