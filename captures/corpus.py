"""The corpus of captures: which files there are, how each is made, and what audit says of it.

    for recipe in recipes():
        ...
    made = make(recipes, program)                 # octets by file
    entry = entry_of(recipe, path, program)       # what the index says
"""
import json
import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import yaml
from capture_file import at_port

FOLDER = Path(__file__).resolve().parent
SIZE_LIMIT = 100_000  # octets of a file
ROLES = ('bridge', 'client', 'les', 'vrrp')
REFERENCE = 'reference'
CHANGE_KEYS = ('frame', 'from', 'to', 'evidence', 'name', 'moved_from', 'gap_ns')


@dataclass(frozen=True)
class Recipe:
    """A file of the corpus. Those of real/ are not made by vmacheck: they have no instance."""
    file: str       # from captures/
    happened: str   # one sentence; empty: the title of the case, or what the mutant does
    instance: str = ''
    device: str = REFERENCE
    seed: int = 1
    until: float = 0  # seconds from the start of the run; 0: to its end
    broken: str = ''  # the requirement that the file of wrong/ is named after
    found: bool = False  # audit finds it


# --- recipes -------------------------------------------------------------------------------------------------------------


def recipes():
    """Those of all files, in the order of the index."""
    wanted = read_yaml('recipes.yaml')
    found = read_yaml('found.yaml')
    wrongs = [*(wrong(row, True) for row in found['wrong']), *(wrong(row, False) for row in wanted['told'])]
    return [*rights(wanted['right']), *wrongs, *(Recipe('real/' + real['file'], real['happened']) for real in wanted['real'])]


def read_yaml(name):
    return yaml.safe_load((FOLDER / name).read_text(encoding='utf-8'))


def rights(sections):
    for section in sections:
        for row in section['cases']:
            what = row.get('as') or row['case'].split('/')[1]
            for variant in row['variants']:
                name = f"{section['section']}-{what}-{variant.replace(' ', '-')}"
                yield Recipe(f'right/{name}.pcapng', '', instance_of(row['case'], variant), until=row.get('until', 0))


def instance_of(case, variant):
    """The instance of a case in a variant of words, as in `ring bridge proxy v2`."""
    words = variant.split()
    role = next((word for word in words if word in ROLES), 'router')
    media = 'token-ring' if 'ring' in words else 'ethernet'
    elan = [word for word in words if word in ('non-proxy', 'proxy', 'v1', 'v2')]
    return f"{case}[{','.join([role, *elan, media])}]"


def wrong(row, found):
    return Recipe(f"wrong/{row['requirement']}-{row['what']}.pcapng", row.get('happened', ''), row['instance'], 'mutant:' + row['mutant'],
                  until=row.get('until', 0), broken=row['requirement'], found=found)


# --- making --------------------------------------------------------------------------------------------------------------


def program():
    return os.environ.get('VMACHECK', str(FOLDER.parent / 'build' / 'vmacheck'))


def make(wanted):
    """The octets of each recipe's file, by file. One run per device makes all captures of it."""
    devices = {}
    for recipe in wanted:
        if recipe.instance:
            devices.setdefault((recipe.device, recipe.seed), []).append(recipe)
    with ThreadPoolExecutor() as pool:
        groups = pool.map(lambda item: made_of_device(*item[0], item[1]), devices.items())
        return {file: octets for group in groups for file, octets in group.items()}


def made_of_device(device, seed, wanted):
    instances = sorted({recipe.instance for recipe in wanted})
    with tempfile.TemporaryDirectory() as out:
        command = [program(), 'run', *instances, '--dut', device, '--seed', str(seed), '--out', out, '--quiet', '--jobs', '1']
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1, 4):
            raise RuntimeError(f'{device}: {done.stderr}')
        lines = map(json.loads, (Path(out) / 'results.jsonl').read_text(encoding='utf-8').splitlines())
        captures = {line['instance']: line['capture'] for line in lines if line['type'] == 'case'}
        return {recipe.file: at_port((Path(out) / captures[recipe.instance]).read_bytes(), recipe.until) for recipe in wanted}


# --- what happened -------------------------------------------------------------------------------------------------------


def titles():
    """Sentences of cases and mutants by their ids."""
    def listed(*words):
        return json.loads(subprocess.run([program(), *words, '--json'], capture_output=True, text=True, check=True).stdout)
    return ({case['id']: case['title'] for case in listed('list')}
            | {'mutant:' + mutant['id']: mutant['text'] for mutant in listed('mutants', '--list')})


def happened(recipe, sentences):
    """What the capture shows, in a sentence."""
    if recipe.happened:
        return recipe.happened
    sentence = sentences[recipe.device if recipe.device in sentences else recipe.instance.split('[')[0]]
    return sentence[0].upper() + sentence[1:]


# --- what audit says -----------------------------------------------------------------------------------------------------


def audit(path):
    """The report of `vmacheck audit` over a file."""
    done = subprocess.run([program(), 'audit', '--json', str(path)], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 4):
        raise RuntimeError(f'{path}: {done.stderr}')
    return json.loads(done.stdout)


def entry_of(recipe, sentence, path):
    """What the index says of a file."""
    report = audit(path)
    entry = {'file': recipe.file, 'happened': sentence, 'broken': recipe.broken or None, 'found': recipe.found, 'made': None}
    if recipe.instance:
        entry['made'] = {'instance': recipe.instance, 'device': recipe.device, 'seed': recipe.seed, 'until': recipe.until or None}
    return entry | judged(report)


def judged(report):
    """The part of a report that the index keeps, in the order of frames."""
    findings = [(station, finding) for station in report['stations'] for finding in station['findings']]
    return {
        'frames': report['frames'],
        'seconds': round(report['duration_ns'] / 1e9, 6),
        'verdict': report['verdict'],
        'violations': summed(findings, 'violation'),
        'remarks': summed(findings, 'remark'),
        'owners': [{'network': owner['network'], 'vmac': owner['vmac'], 'vrid': owner['vrid'], 'changes': owner['changes'], 'moves': owner['moves'],
                    'entries': [{key: entry[key] for key in CHANGE_KEYS} for entry in owner['entries']]}
                   for owner in report['owners']],
        'stations': [{key: station[key] for key in ('name', 'lecid', 'network', 'local', 'roles')} for station in report['stations']],
    }


def summed(findings, kind):
    """Per station and requirement: the frames, and what one of them is."""
    sums = {}
    for station, finding in findings:
        if finding['kind'] != kind:
            continue
        key = (finding['requirement'], station['name'])
        one = sums.setdefault(key, {'requirement': finding['requirement'], 'station': station['name'], 'local': station['local'],
                                    'count': 0, 'frames': set(), 'name': ''})
        one['count'] += finding['count']
        one['frames'].update(finding['frames'])
        name = re.match(r'[A-Z][A-Z_]+\b', finding['examples'][0]['actual']) if finding['examples'] else None
        one['name'] = one['name'] or (name.group() if name else '')
    return [sums[key] | {'frames': sorted(sums[key]['frames'])} for key in sorted(sums)]
