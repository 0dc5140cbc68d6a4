"""captures/README.md, from the entries of the index."""

INTRODUCTION = '''# Captures

What VRRP over LANE looks like on the wire, done right, done wrong, and by real stacks. Open one in Wireshark with the plugin in
[dissectors](../dissectors), or

    vmacheck audit captures/wrong/{example}
    vmacheck show captures/wrong/{example}

- [Right](#right): section by section of the draft, as a conforming device does it
- [Wrong](#wrong): a device with one defect each, which audit finds in a frame
- [Wrong, told by the owners](#wrong-told-by-the-owners): defects that no single frame proves; who held the VMAC tells what happened
- [Real](#real): Linux, keepalived and FRR
- [By requirement](#by-requirement): where to see one broken

Each was taken at the ports of one device: `atm0` has the signalling and all VCCs of its ATM port, the LANs are a bridge's or a router's
own. What the device sends is outbound (in SUNATM the first bit). Other stations are seen in part, and some of them misbehave on purpose:
that is what the device has to live with.

This page and `index.json` are made by `make captures` together with the files, except those in `real/`; equal programs give equal octets.
Numbers are frames. In what audit says, `→` is a change of owner of the VMAC of that VRID, with the gap that it left.
'''

RIGHT = 'The device is the reference of its role. File names begin with the section of draft-ietf-vrrp-lane-02, or of RFC 2338.'
WRONG = 'File names begin with the requirement that is broken: `vmacheck explain {requirement}` quotes it. A row says what the device does.'
TOLD = 'Here the requirement of the file name is broken too, but it takes more than a capture to be sure: what should have come, or what a station knew.'
BY_REQUIREMENT = 'In which captures audit finds a requirement broken, by the device or a real router. No capture proves the others broken.'
REAL = 'Captured from unmodified software, see [tests/real-frames](../tests/real-frames/README.md).'

SHOWN = 3  # frames, changes of owner and the like; of more the number is told


def page(entries):
    wrongs = [entry for entry in entries if entry['broken']]
    found = [entry for entry in wrongs if entry['found']]
    example = found[0] if found else entries[0]
    parts = [('Right', RIGHT, in_folder(entries, 'right')),
             ('Wrong', WRONG.format(requirement=example['broken']), found),
             ('Wrong, told by the owners', TOLD, [entry for entry in wrongs if not entry['found']]),
             ('Real', REAL, in_folder(entries, 'real'))]
    lines = [INTRODUCTION.format(example=example['file'].split('/')[1])]
    for title, text, rows in parts:
        lines += [f'## {title}', '', text, '', '| file | what happened | look at | audit says |', '|---|---|---|---|', *map(row, rows), '']
    lines += ['## By requirement', '', BY_REQUIREMENT, '', '| requirement | files |', '|---|---|', *by_requirement(entries), '']
    return '\n'.join(lines)


def by_requirement(entries):
    """Rows of requirements and the files in which the device breaks them."""
    files = {}
    for entry in entries:
        for finding in entry['violations'] + entry['remarks']:
            if finding['local'] or entry['made'] is None:
                files.setdefault(finding['requirement'], {})[f"[{stem(entry)}]({entry['file']})"] = True
    return [f"| {requirement} | {', '.join(files[requirement])} |" for requirement in sorted(files)]


def stem(entry):
    return entry['file'].split('/')[1].rpartition('.')[0]


def in_folder(entries, folder):
    return [entry for entry in entries if entry['file'].startswith(folder + '/')]


def row(entry):
    names = {station['name']: name_of(station) for station in entry['stations']}
    said = [f"**{entry['verdict']}**"]
    said += [finding_text(finding, names) for finding in entry['violations']]
    said += ['remark ' + finding_text(finding, names) for finding in entry['remarks']]
    said += [owner_text(owner, names) for owner in entry['owners']]
    return f"| [{stem(entry)}]({entry['file']}) | {entry['happened']} | {look_at(entry)} | {'; '.join(said)} |"


def name_of(station):
    return f"LEC {station['lecid']}" if station['lecid'] else short(station['name'])


def short(name):
    return f'{name[:4]}…{name[-4:]}' if len(name) == 40 else name


def finding_text(finding, names):
    whose = '' if finding['local'] else f" of {names[finding['station']]}"
    return f"{finding['requirement']}{whose} in {numbers(finding['frames'])}"


def numbers(frames):
    """"3, 5, 9 and 7 more"."""
    if len(frames) <= SHOWN + 1:
        return ', '.join(map(str, frames))
    return f"{', '.join(map(str, frames[:SHOWN]))} and {len(frames) - SHOWN} more"


def owner_text(owner, names):
    entries = owner['entries'] if len(owner['entries']) <= SHOWN + 1 else owner['entries'][:SHOWN]
    changes = [f"{'→ ' if i else ''}{holder(entry['to'], names)} in {entry['frame']}{gap(entry)}" for i, entry in enumerate(entries)]
    more = owner['changes'] - len(entries)
    where = '' if owner['network'] == 'elan' else f" on {owner['network']}"
    return f"VRID {owner['vrid']}{where}: {' '.join(changes)}" + (f' and {more} more' if more else '')


def holder(name, names):
    return 'nobody' if name is None else names.get(name) or short(name)


def gap(entry):
    return f" ({entry['gap_ns'] / 1e9:.3f} s)" if entry['moved_from'] else ''


def look_at(entry):
    """The first frames of what is broken by whom, else those in which a VMAC moves, else the first in which it is held."""
    findings = entry['violations'] + entry['remarks']
    local = [finding for finding in findings if finding['local']] or findings
    frames = {frame: finding['name'] for finding in local for frame in finding['frames'][:1]}
    for moved in True, False:
        if not frames:
            frames = {change['frame']: change['name'] for owner in entry['owners'] for change in owner['entries'] if not moved or change['moved_from']}
    return ', '.join(f'{frame} {name}'.strip() for frame, name in sorted(frames.items())[:SHOWN])
