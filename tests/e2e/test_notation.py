"""`vmacheck show` and `vmacheck make`: the way round is exact, the page says what is so, and what is wrong is told."""
import gzip
import json
import random
import re
import struct
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, VMACHECK, vmacheck  # noqa: E402

PAGE = (ROOT / 'docs/notation.md').read_text(encoding='utf-8')
REAL = sorted((ROOT / 'tests/real-frames').glob('*.pcap'))
OUT, IN, UNKNOWN = 2, 1, 0


def make(text, out, code=0):
    done = subprocess.run([VMACHECK, 'make', '--out', str(out)], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stderr


def show(*words, code=0):
    done = vmacheck('show', *words)
    assert done.returncode == code, done.stderr
    return done.stdout


def blocks(octets, order):
    """Type and body of each block of a pcapng."""
    at = 0
    while at < len(octets):
        kind, size = struct.unpack_from(order + 'II', octets, at)
        yield kind, octets[at + 8:at + size - 4]
        at += size


def options(octets, order):
    at = 0
    while at + 4 <= len(octets):
        code, size = struct.unpack_from(order + 'HH', octets, at)
        if code == 0:
            return
        yield code, octets[at + 4:at + 4 + size]
        at += 4 + (size + 3) // 4 * 4


def read_pcapng(path):
    """Interfaces and packets, read by code that has nothing in common with the program's. Times are nanoseconds."""
    octets = Path(path).read_bytes()
    interfaces, packets = [], []
    for kind, body in blocks(octets, '<'):
        if kind == 1:
            named = dict(options(body[8:], '<'))
            assert named[9] == b'\x09'
            interfaces.append((struct.unpack_from('<H', body)[0], named.get(2, b''), named.get(3, b'')))
        elif kind == 6:
            interface, high, low, size, original = struct.unpack_from('<5I', body)
            rest = list(options(body[20 + (size + 3) // 4 * 4:], '<'))
            packets.append((interface, high << 32 | low, body[20:20 + size], original, struct.unpack('<I', dict(rest)[2])[0],
                            [value for code, value in rest if code == 1]))
    return interfaces, packets


def read_pcap(path):
    octets = Path(path).read_bytes()
    magic, link_type = struct.unpack_from('<I16xI', octets)
    unit = {0xa1b2c3d4: 1000, 0xa1b23c4d: 1}[magic]
    at, packets = 24, []
    while at < len(octets):
        seconds, fraction, size, original = struct.unpack_from('<4I', octets, at)
        packets.append((seconds * 10**9 + fraction * unit, octets[at + 16:at + 16 + size], original))
        at += 16 + size
    return link_type, packets


def write_pcap(path, link_type, packets, magic=0xa1b23c4d):
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHIIII', magic, 2, 4, 0, 0, 262144, link_type))
        for time_ns, octets, original in packets:
            file.write(struct.pack('<4I', time_ns // 10**9, time_ns % 10**9, len(octets), original) + octets)


def assert_round_trip(capture, tmp_path):
    text = show(capture)
    again = tmp_path / 'again.pcapng'
    make(text, again)
    assert show(again) == text
    return read_pcapng(again)


@pytest.fixture(scope='module', name='captures')
def fixture_captures(tmp_path_factory):
    """Of cases with every kind of network, and of those with broken frames."""
    out = tmp_path_factory.mktemp('run')
    run = vmacheck('run', '--out', out, 'token-ring/', 'bridge-forms/', 'failover/', 'les-robustness/', 'several-vrids/',
                   '--jobs', '2')
    assert run.returncode == 0, run.stderr
    return sorted((out / 'captures').glob('*/*.pcapng'))


def test_captures_of_the_suite_make_a_round_trip(captures, tmp_path):
    chosen = random.Random(4).sample(captures, min(len(captures), 40))
    for capture in chosen:
        assert assert_round_trip(capture, tmp_path) == read_pcapng(capture), capture


@pytest.mark.parametrize('capture', REAL, ids=lambda path: path.stem)
def test_real_frames_make_a_round_trip(capture, tmp_path):
    link_type, packets = read_pcap(capture)
    interfaces, again = assert_round_trip(capture, tmp_path)
    assert interfaces == [(link_type, b'', b'')]
    assert [packet[1:4] for packet in again] == packets
    if link_type == 123:
        assert [packet[4] for packet in again] == [OUT if octets[0] & 0x80 else IN for _, octets, _ in packets]
    pcap = tmp_path / 'again.pcap'
    make(show(capture), pcap)
    assert read_pcap(pcap) == (link_type, packets)


@pytest.mark.parametrize('link_type', (1, 6, 113, 123))
def test_damaged_records_make_a_round_trip(link_type, tmp_path):
    """Records of every size, changed, cut, snapped, at any time, under any link type."""
    source = random.Random(link_type)
    frames = [packet[1] for capture in REAL for packet in read_pcap(capture)[1]]
    packets, now = [], 0
    for _ in range(1500):
        octets = bytearray(source.choice(frames))
        for _ in range(source.randrange(4)):
            octets[source.randrange(len(octets))] = source.choice((0, 0xff, source.randrange(256)))
        if source.random() < 0.3:
            del octets[source.randrange(len(octets) + 1):]
        now = source.choice((now, now + 1, now + 10**9, source.randrange(2**62) % (2**32 * 10**9)))
        packets.append((now, bytes(octets), len(octets) + source.choice((0, 0, 1, 1000))))
        if not octets:
            break  # one of them only: nothing can be left out of it
    capture = tmp_path / 'damaged.pcap'
    write_pcap(capture, link_type, packets)
    interfaces, again = assert_round_trip(capture, tmp_path)
    assert [interface[0] for interface in interfaces] == [link_type]
    assert [packet[1:4] for packet in again] == packets


def test_the_output_can_be_a_pipe_or_a_pcap(tmp_path):
    text = '0.000001 0/34 -> READY_IND\n1.500000 0/35 <- READY_QUERY "no place for this in a pcap"\n'
    pcap = tmp_path / 'x.pcap'
    make(text, pcap)
    assert read_pcap(pcap) == (123, [(1000, bytes.fromhex('81000022ff0001010103'), 10),
                                     (1500000000, bytes.fromhex('01000023ff0001010003'), 10)])
    shown = subprocess.run(f'"{VMACHECK}" make --out - | "{VMACHECK}" show -', input=text, shell=True, capture_output=True, text=True,
                           check=True)
    assert shown.stdout == text
    packed = tmp_path / 'x.pcapng.gz'
    make(text, tmp_path / 'x.pcapng')
    packed.write_bytes(gzip.compress((tmp_path / 'x.pcapng').read_bytes()))
    assert show(packed) == text


def test_a_pcap_of_two_link_types_is_refused(tmp_path):
    errors = make('0/34 READY_IND\nethernet ADVERTISEMENT\n', tmp_path / 'x.pcap', code=2)
    assert 'one link type' in errors and '.pcapng' in errors
    assert not list(tmp_path.iterdir())


def test_tshark_reads_what_is_made(tmp_path):
    capture = tmp_path / 'x.pcapng'
    make('interface lan ethernet\n'
         'lan -> ADVERTISEMENT vrid=7 priority=200\nlan ADVERTISEMENT vrid=7 checksum=bad\n'
         'lan ICMP_ECHO_REQUEST payload=00*9\nlan GRATUITOUS_ARP\n0/34 -> LE_ARP_REQUEST target=00-00-5e-00-01-07 "odd"\n', capture)
    fields = ('frame.protocols', 'vrrp.prio', 'vrrp.checksum.status', 'ip.checksum.status', 'icmp.checksum.status',
              'arp.isgratuitous', 'frame.comment')
    done = subprocess.run(['tshark', '-r', str(capture), '-o', 'ip.check_checksum:TRUE', '-T', 'fields',
                           *(word for field in fields for word in ('-e', field))], capture_output=True, text=True, check=True)
    assert [line.split('\t')[1:] for line in done.stdout.splitlines()] == [
        ['200', '1', '1', '', '', ''], ['100', '0', '1', '', '', ''], ['', '', '1', '1', '', ''], ['', '', '', '', '1', ''],
        ['', '', '', '', '', 'odd']]


# --- the page ---------------------------------------------------------------------------------------------------------


def page_blocks():
    """The indented blocks of the page that are no commands."""
    found = [re.sub('^    ', '', block, flags=re.M) for block in re.findall(r'(?:^    .*\n)+', PAGE, re.M)]
    return [block for block in found if not block.startswith('vmacheck ')]


def table_rows(heading):
    section = PAGE.split(f'\n## {heading}\n')[1].split('\n## ')[0]
    return [tuple(cell.strip() for cell in re.split(r'(?<!\\)\|', row)[1:-1]) for row in re.findall(r'^\| `.*$', section, re.M)]


def words_of(path, macro):
    """Texts of a list of X(NAME, "text") in a header."""
    text = (ROOT / path).read_text(encoding='utf-8').split(f'#define {macro}(X)')[1].split('\n\n')[0]
    return re.findall(r'X\(\w+, "([^"]+)"', text)


def test_every_example_of_the_page_is_made(tmp_path):
    examples = [block for block in page_blocks() if 'control-direct/35' not in block]
    assert len(examples) >= 5
    for block in examples:
        make(block, tmp_path / 'x.pcapng')
        assert_round_trip(tmp_path / 'x.pcapng', tmp_path)


def test_the_page_shows_what_is_printed(tmp_path):
    all_blocks = page_blocks()
    printed = next(i for i, block in enumerate(all_blocks) if '2.100000 lan <-' in block)
    make(all_blocks[printed - 1], tmp_path / 'x.pcapng')
    assert show(tmp_path / 'x.pcapng') == all_blocks[printed]


def test_the_names_of_the_page_are_those_of_the_program(tmp_path):
    names = words_of('harness/wire/frame.h', 'FRAME_NAMES')
    rows = table_rows('Names')
    assert [row[0].strip('`') for row in rows] == [name for name in names if name != 'MALFORMED']
    make(''.join(f'0/32 -> {row[0].strip("`")}\n' for row in rows), tmp_path / 'x.pcapng')
    assert show(tmp_path / 'x.pcapng').splitlines() == [
        f'0.000000 0/32 -> {row[0].strip("`")} {row[1].strip("`")}'.rstrip() for row in rows]


def test_the_fields_of_the_page_are_those_of_the_program():
    assert [row[0].strip('`') for row in table_rows('Fields')] == words_of('harness/wire/field.h', 'FRAME_FIELDS')
    words = [row[0].strip('`') for row in table_rows('Octets')]
    assert words == [*words_of('harness/notation/recipe.h', 'RECIPE_WORDS'), '@12']


# --- what is chosen, and how it looks --------------------------------------------------------------------------------


@pytest.fixture(scope='module', name='sample')
def fixture_sample(tmp_path_factory):
    path = tmp_path_factory.mktemp('sample') / 'x.pcapng'
    make('interface lan ethernet\n1 lan ADVERTISEMENT vrid=1\n2 0/34 <- LE_ARP_REQUEST target=00-00-5e-00-01-07\n'
         '3 lan <- ADVERTISEMENT vrid=2 "second"\n4 0/34 LE_ARP_REQUEST target=00-00-5e-00-01-07 cut=40\n5 0/5 octets=00\n'
         '6 lan octets=0102\n', path)
    return path


@pytest.mark.parametrize('words, numbers', [
    (['--frame', '2'], [2]), (['-n', '1,3-4'], [1, 3, 4]), (['--frame', '5-'], [5, 6]),
    (['--name', 'ADVERTISEMENT'], [1, 3]), (['--name', 'LE_ARP_REQUEST'], [2, 4]), (['--name', 'MALFORMED'], [4, 6]),
    (['--name', 'ADVERTISEMENT,LE_ARP_REQUEST', '--frame', '1-2'], [1, 2]), (['--where', 'vrid=2'], [3]),
    (['-w', 'target=00:00:5e:00:01:07'], [2, 4]), (['-w', 'size=108'], [2]), (['-w', 'vrid=1', '-w', 'vrid=2'], [])])
def test_frames_are_chosen(sample, words, numbers, tmp_path):
    frames = [json.loads(line) for line in show(sample, '--json', *words).splitlines()]
    assert [frame['frame'] for frame in frames] == numbers
    text = show(sample, '--numbers', *words)
    assert [int(number) for number in re.findall(r'^(\d+): ', text, re.M)] == numbers
    make(text, tmp_path / 'x.pcapng')  # a part of a capture is one


def test_octets_are_printed_as_comments(sample, tmp_path):
    text = show(sample, '--hex', '--frame', '1,6')
    assert '#   0000  01 00 5e 00 00 12 00 00  5e 00 01 01 08 00 45 00  ..^.....^.....E.' in text
    make(text, tmp_path / 'x.pcapng')
    assert show(tmp_path / 'x.pcapng') == show(sample, '--frame', '1,6')


def test_json_tells_a_frame(sample):
    first, _, second, cut, signalling, short = [json.loads(line) for line in show(sample, '--json').splitlines()]
    assert first['fields']['vrid'] == 1 and first['fields']['from'] == '00-00-5e-00-01-01' and first['direction'] == 'out'
    assert second['comments'] == ['second'] and second['direction'] == 'in' and second['time_ns'] == 3000000000
    assert cut['name'] == 'MALFORMED' and 'octet 40' in cut['reason'] and ' LE_ARP_REQUEST ' in cut['line']
    assert signalling['name'] is None and signalling['octets'] == '00' and signalling['fields'] == {}
    assert short['original_size'] == 2 and short['channel'] == 'lan'


def test_several_captures_are_told_apart(sample):
    text = show(sample, REAL[0])
    assert text.startswith(f'# {sample}\n') and f'\n# {REAL[0]}\n' in text


# --- what is wrong ------------------------------------------------------------------------------------------------------


def test_what_can_be_read_of_a_damaged_capture_is_shown(sample, tmp_path):
    whole = show(sample)
    octets = Path(sample).read_bytes()
    for size in (len(octets) - 1, len(octets) // 2, len(octets) // 3):
        part = tmp_path / 'part.pcapng'
        part.write_bytes(octets[:size])
        done = vmacheck('show', part)
        assert done.returncode == 2 and whole.startswith(done.stdout)
        assert str(part) in done.stderr and 'offset' in done.stderr and done.stderr.count('\n') == 1


@pytest.mark.parametrize('words, what', [
    ([], 'give a capture'), (['/'], 'directory'), (['nothing.pcap'], 'nothing.pcap'), ([ROOT / 'README.md'], 'README.md'),
    (['x', '--frame', '4-2'], 'write numbers and ranges'), (['x', '--name', 'LE_APR_REQUEST'], 'did you mean LE_ARP_REQUEST'),
    (['x', '--where', 'vird=1'], 'did you mean vrid'), (['x', '--where', 'vrid=one'], 'FIELD=VALUE')])
def test_wrong_ways_to_show(words, what):
    done = vmacheck('show', *words)
    assert done.returncode == 2 and what in done.stderr and done.stdout == ''


def test_mistakes_are_told_and_nothing_is_written(tmp_path):
    text = tmp_path / 'frames.txt'
    text.write_text('0/34 READY_IND\n\n0/34 READY_INT\n  0/34 ADVERTISEMENT vrid=256 # no\n', encoding='utf-8')
    out = tmp_path / 'out.pcapng'
    out.write_text('as it was', encoding='utf-8')
    done = vmacheck('make', text, '--out', out)
    assert done.returncode == 2 and out.read_text(encoding='utf-8') == 'as it was'
    lines = done.stderr.splitlines()
    assert lines[0].startswith(f'{text}:3:6: READY_INT is no frame, did you mean READY_IND')
    assert lines[1].startswith(f'{text}:4:22: vrid')
    assert lines[2] == f'vmacheck: 2 mistakes in {text}; nothing was written'
    assert sorted(path.name for path in tmp_path.iterdir()) == ['frames.txt', 'out.pcapng']


@pytest.mark.parametrize('words, what', [
    (['nothing.txt', '--out', 'x.pcapng'], 'nothing.txt'), (['a', 'b', '--out', 'x'], 'one file'), ([], '--out'),
    ([ROOT / 'README.md', '--out', '/nowhere/x.pcapng'], '/nowhere'), (['/', '--out', 'x.pcapng'], '/')])
def test_wrong_ways_to_make(words, what, tmp_path):
    done = subprocess.run([VMACHECK, 'make', *map(str, words)], cwd=tmp_path, input='', capture_output=True, text=True, check=False)
    assert done.returncode == 2 and what in done.stderr and not list(tmp_path.iterdir())


def test_many_mistakes_are_counted(tmp_path):
    errors = make('x\n' * 80, tmp_path / 'x.pcapng', code=2)
    assert '80 mistakes in standard input, the first 50 are shown' in errors
