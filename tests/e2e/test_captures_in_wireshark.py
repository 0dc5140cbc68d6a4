"""Text and Wireshark agree: for each frame of captures/ the plugin of dissectors/ shows the name and the virtual routers that `vmacheck show` prints, and
the owners and violations that `vmacheck audit` finds. The plugin shares no line with them."""
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, vmacheck  # noqa: E402

sys.path.insert(0, str(ROOT / 'captures'))
import corpus  # noqa: E402

FILES = [recipe.file for recipe in corpus.recipes()]
PLUGIN = ROOT / 'dissectors' / 'vmacheck.lua'
FIELDS = ['frame.number', 'vmacheck.name', 'vmacheck.vrid', 'vmacheck.owner', 'vmacheck.owner.change', 'vmacheck.owner.evidence',
          'vmacheck.move.from', 'vmacheck.violation', 'vmacheck.remark']
MAC_KEYS = ('from', 'to', 'source', 'target', 'sender-mac', 'target-mac')
VMAC = re.compile(r'00-00-5e-00-01-(..)|00-00-7a-00-80-(..)')
NOBODY = 'nobody'

# Ethernet frames on an 802.5 ELAN: `vmacheck show` reads them as what they look like, and says so, audit and plugin as 802.5.
OTHER_LAYOUT = 'wrong/L-frame-07-'


def dissected(file):
    """What the plugin shows, by frame: a list of values for each field. In the second pass, when every name of a station is known."""
    command = ['tshark', '-X', f'lua_script:{PLUGIN}', '-2', '-R', 'frame', '-r', corpus.FOLDER / file, '-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=;']
    done = subprocess.run([*command, *(word for field in FIELDS for word in ('-e', field))], capture_output=True, text=True, check=True)
    assert 'Lua' not in done.stderr and 'rror' not in done.stderr, done.stderr
    rows = [line.split('\t') for line in done.stdout.splitlines()]
    return {int(row[0]): dict(zip(FIELDS, ([value for value in cell.split(';') if value] for cell in row))) for row in rows}


def shown(file):
    """What `vmacheck show` prints, by frame."""
    lines = map(json.loads, vmacheck('show', '--json', corpus.FOLDER / file).stdout.splitlines())
    return {line['frame']: line for line in lines}


def differences(function):
    """Of all files; empty if everything agrees."""
    with ThreadPoolExecutor() as pool:
        return [found for file in pool.map(function, FILES) for found in file]


def vrids_of(fields):
    """Virtual routers of whose VMAC or VRID a frame speaks."""
    macs = [VMAC.fullmatch(str(fields.get(key, ''))) for key in MAC_KEYS]
    return {*(vrid_of(mac) for mac in macs if mac), fields.get('vrid', 0)} - {0}


def vrid_of(match):
    turned = match.group(2)
    return int(f'{int(turned, 16):08b}'[::-1], 2) if turned else int(match.group(1), 16)


def name_of(holder):
    return NOBODY if holder is None else holder


def of_file(file):
    frames = dissected(file)
    report = corpus.audit(corpus.FOLDER / file)
    return [*names(file, frames), *owners(file, frames, report), *findings(file, frames, report)]


def names(file, frames):
    """Frames of LANE, and those of LANs from the first on that the plugin shows: it leaves captures alone that have nothing to do with it."""
    first = next((number for number, frame in frames.items() if frame['vmacheck.name']), 0)
    for number, line in shown(file).items():
        frame = frames[number]
        if number < first:
            continue
        ours, theirs = [line['name']] if line['name'] else [], frame['vmacheck.name']
        if ours != theirs and not (file.startswith(OTHER_LAYOUT) and theirs == ['ETHERNET']):
            yield file, number, 'name', ours, theirs
        if not line['reason'] and vrids_of(line['fields']) != set(map(int, frame['vmacheck.vrid'])):
            yield file, number, 'vrid', vrids_of(line['fields']), frame['vmacheck.vrid']


def owners(file, frames, report):
    entries = [entry for owner in report['owners'] for entry in owner['entries']]
    ours = sorted((entry['frame'], name_of(entry['from']), name_of(entry['to']), entry['evidence'], entry['moved_from'] or '') for entry in entries)
    theirs = sorted((number, *change.split(' -> '), evidence, moved) for number, frame in frames.items()
                    for change, evidence, moved in zip(frame['vmacheck.owner.change'], frame['vmacheck.owner.evidence'],
                                                       frame['vmacheck.move.from'] or ['']))
    if ours != theirs:
        yield file, 'owners', [entry for entry in ours if entry not in theirs], [entry for entry in theirs if entry not in ours]


def findings(file, frames, report):
    for kind in 'violation', 'remark':
        ours = {(frame, finding['requirement']) for station in report['stations'] for finding in station['findings'] if finding['kind'] == kind
                for frame in finding['frames']}
        theirs = {(number, requirement) for number, frame in frames.items() for requirement in frame['vmacheck.' + kind]}
        if ours != theirs:
            yield file, kind, sorted(ours - theirs), sorted(theirs - ours)


def test_text_and_wireshark_agree():
    assert differences(of_file) == []
