"""The command line: what it refuses, with which words and exit code; that its files are what docs/formats.md says, the same at
any number of jobs, and readable when a run ends early."""
import json
import os
import re
import signal
import subprocess
import xml.etree.ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VMACHECK = os.environ.get('VMACHECK', str(ROOT / 'build' / 'vmacheck'))


def vmacheck(*arguments, **options):
    return subprocess.run([VMACHECK, *arguments], capture_output=True, text=True, check=False, timeout=120, **options)


def records(path):
    return [json.loads(line) for line in Path(path).read_text(encoding='utf-8').splitlines()]


@pytest.mark.parametrize('arguments, words', [
    ([], 'give a command'),
    (['rnu'], 'did you mean run?'),
    (['--jobs', '1'], 'options come behind a command'),
    (['run', '--sheme', 'proxy'], 'unknown option --sheme; did you mean --scheme?'),
    (['run', '-z'], 'unknown option -z'),
    (['run', '--strict=1'], '--strict takes no value'),
    (['run', '--scheme'], '--scheme needs a value'),
    (['run', '--scheme', 'prox'], "--scheme prox: 'prox' is none of non-proxy, proxy"),
    (['run', '--lane', 'v1,v3'], "--lane v1,v3: 'v3' is none of v1, v2"),
    (['run', '--jobs', '0'], '--jobs 0: give the number of threads'),
    (['run', '--jobs', '-1'], '--jobs -1: give the number of threads'),
    (['run', '--seed', 'x'], '--seed x: a seed is a whole number'),
    (['run', '--seed', '18446744073709551616'], 'a seed is a whole number'),
    (['run', '--format', 'xml'], '--format xml: the format is text or json'),
    (['run', '--clock', 'cuckoo'], '--clock cuckoo: the clock is virtual or wall'),
    (['run', '--dut', 'toaster'], '--dut toaster'),
    (['run', '--out', '/dev/null'], '/dev/null is no directory'),
    (['run', '--out', '/proc/nowhere/at/all'], "can't make the directory /proc/nowhere/at/all"),
    (['run', '--pixit', 'v1_repetition'], 'write NAME=VALUE'),
    (['run', '--pixit', 'v1_repetiton=once'], 'did you mean v1_repetition'),
    (['run', '--pixit', 'v1_repetition=twice'], 'the value is one of required, once'),
    (['run', '--pixit', 'time_tolerance_ms=soon'], 'the value is a whole number of milliseconds'),
    (['run', '--pixit', 'time_tolerance_ms=60001'], 'the value is a whole number of milliseconds up to 60000'),
    (['audit', '--pixit', 'time_tolerance_percent=101', 'x.pcapng'], 'the value is a whole number of percent up to 100'),
    (['run', 'backup/le-arp-unanswerd'], 'backup/le-arp-unanswered'),
    (['list', 'R-3.1-5'], 'R-3.1-5'),
    (['requirements', 'R-3.1-5'], 'did you mean R-3.1-05'),
    (['explain'], 'explain what?'),
    (['explain', 'R-3.1-5'], 'nothing is called R-3.1-5; did you mean R-3.1-05?'),
    (['mutants', 'M0'], 'there is no mutant M0'),
    (['run', 'bridge/', '--role', 'router'], 'nothing is selected: no case applies to this role'),
    (['run', 'R-6-11'], 'R-6-11 is in the ledger, but no case cites it'),
    (['help', 'rum'], 'did you mean run'),
])
def test_usage_errors(arguments, words):
    done = vmacheck(*arguments)
    assert done.returncode == 2
    assert done.stdout == ''
    assert done.stderr.startswith('vmacheck: ') and done.stderr.count('\n') == 1
    assert words in done.stderr


@pytest.mark.parametrize('arguments', [['--help'], ['--version'], ['help'], ['run', '--help'], ['mutants', '-h'], ['list'],
                                       ['requirements', '3.3'], ['explain', 'R-3.1-05', 'M17', 'A-14', 'pixit']])
def test_information(arguments):
    done = vmacheck(*arguments)
    assert (done.returncode, done.stderr) == (0, '')
    assert done.stdout


@pytest.mark.parametrize('arguments', [['run', '--quiet'], ['run', '--json'], ['list'], ['requirements', '--json'], ['help']])
def test_full_disk(arguments):
    with open('/dev/full', 'wb') as full:
        done = subprocess.run([VMACHECK, *arguments], stdout=full, stderr=subprocess.PIPE, text=True, check=False,
                              timeout=120)
    assert done.returncode == 3
    assert 'No space left on device' in done.stderr


def test_docs_are_those_of_the_tables():
    assert vmacheck('help', '--format', 'markdown').stdout == (ROOT / 'docs' / 'command-line.md').read_text(encoding='utf-8')


def test_bash_completion_completes():
    script = vmacheck('help', '--format', 'bash').stdout + '\nCOMP_WORDS=(vmacheck run --scheme "")\nCOMP_CWORD=3\n_vmacheck\n' \
        'echo "${COMPREPLY[@]}"\nCOMP_WORDS=(vmacheck req)\nCOMP_CWORD=1\n_vmacheck\necho "${COMPREPLY[@]}"\n'
    done = subprocess.run(['bash', '-c', script], capture_output=True, text=True, check=False, timeout=20)
    assert (done.stdout, done.stderr) == ('non-proxy proxy\nrequirements\n', '')


def test_requirements_as_json():
    listed = json.loads(vmacheck('requirements', '3.3.2', '--json').stdout)
    assert 'R-3.3.2-02' in [entry['id'] for entry in listed]
    for entry in listed:
        assert entry['section'].startswith('3.3.2') and entry['quote'] and isinstance(entry['cases'], list)


def test_mutants_as_json():
    """A row for each requirement that a mutant breaks, with the roles in which it was caught."""
    listed = json.loads(vmacheck('mutants', 'M8', 'M28', '--list', '--json').stdout)
    assert [(mutant['id'], mutant['requirements']) for mutant in listed] == \
        [('M8', ['R-2-01', 'R-3.3.2-02']), ('M28', ['R-6-05'])]
    done = vmacheck('mutants', 'M8', 'M28', '--json')
    assert (done.returncode, done.stderr) == (0, '')
    rows = {(row['id'], row['requirement']): row for row in json.loads(done.stdout)}
    assert list(rows) == [('M8', 'R-2-01'), ('M8', 'R-3.3.2-02'), ('M28', 'R-6-05')]
    row = rows['M8', 'R-3.3.2-02']
    assert (row['level'], row['required'], row['killed'], row['absent']) == ('must', True, True, None)
    assert 'backup/le-arp-unanswered[router,non-proxy,v1,ethernet]' in row['killed_by'] and row['text'] == listed[0]['text']
    assert row['killed_roles'] == ['router']
    row = rows['M28', 'R-6-05']
    assert (row['killed'], row['killed_roles']) == (True, ['les'])


@pytest.mark.parametrize('topic', ['backup/', 'cell/initialize/'])
def test_files_of_a_run(tmp_path, topic):
    done = vmacheck('run', topic, '--media', 'ethernet', '--out', str(tmp_path / 'new' / 'run'), '--seed', '0x10')
    out = tmp_path / 'new' / 'run'
    head, *cases, end = records(out / 'results.jsonl')
    assert (head['type'], head['seed'], head['selection']['selectors'], head['selection']['media']) == \
        ('run', '16', [topic], ['ethernet'])
    assert head['planned'] == len(cases) == end['planned'] == end['finished'] > 0
    assert [case['index'] for case in cases] == list(range(len(cases)))
    assert end['exit'] == done.returncode and end['complete'] is True
    assert sum(end['counts'].values()) == len(cases)
    listed = json.loads(vmacheck('list', topic, '--media', 'ethernet', '--json').stdout)
    assert [case['instance'] for case in cases] == [i['instance'] for case in listed for i in case['instances']]
    frame = head['event_members'].index('frame')
    for case in cases:
        frames = [event[frame] for event in case['events'] if event[frame]]
        assert frames == list(range(1, len(frames) + 1))
        assert (out / case['capture']).read_bytes()[:4] == b'\x0a\x0d\x0d\x0a'
    assert {str(p.relative_to(out)) for p in out.rglob('*') if p.is_file()} == \
        {'results.jsonl', 'junit.xml', *(case['capture'] for case in cases)}
    junit = xml.etree.ElementTree.parse(out / 'junit.xml').getroot()
    assert junit.get('tests') == str(len(cases)) == str(len(junit.findall('testsuite/testcase')))


@pytest.mark.parametrize('topic', ['backup/', 'cell/initialize/'])
def test_a_run_replaces_an_earlier_one(tmp_path, topic):
    out = tmp_path / 'out'
    stale = out / 'captures' / topic / 'stale.pcapng'
    stale.parent.mkdir(parents=True)
    stale.write_text('not of a run')
    vmacheck('run', topic, '--lane', 'v1', '--out', str(out))
    assert stale.exists()
    own = set((out / 'captures' / topic).glob('*.v1.*'))
    vmacheck('run', topic, '--lane', 'v2', '--out', str(out))
    assert own and not stale.exists() and not any(path.exists() for path in own)


def start_blocked(tmp_path):
    """A run whose output nobody reads, so that it stands still in the middle once the pipe is full."""
    run = subprocess.Popen([VMACHECK, 'run', '--json', '--jobs', '1', '--out', str(tmp_path)], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE)
    head = json.loads(run.stdout.readline())
    size = -1
    while size != (size := (tmp_path / 'results.jsonl').stat().st_size) or size < 65536:
        os.sched_yield()
        if run.poll() is not None:
            break
    return run, head


@pytest.mark.parametrize('number, code, reason', [(signal.SIGINT, 130, 'interrupted'), (signal.SIGTERM, 143, 'terminated')])
def test_interrupted_run(tmp_path, number, code, reason):
    run, head = start_blocked(tmp_path)
    run.send_signal(number)
    rest = run.stdout.read()
    assert run.wait(60) == code
    run.stderr.close()
    *cases, end = [json.loads(line) for line in rest.splitlines()]
    assert (end['type'], end['complete'], end['reason'], end['exit']) == ('end', False, reason, code)
    assert 0 < end['finished'] == len(cases) < end['planned'] == head['planned']
    assert records(tmp_path / 'results.jsonl') == [head, *cases, end]
    junit = xml.etree.ElementTree.parse(tmp_path / 'junit.xml').getroot()
    assert junit.find("testsuite[@name='run']/testcase/error").get('message') == reason


def test_killed_run_leaves_a_readable_prefix(tmp_path):
    run, head = start_blocked(tmp_path)
    run.kill()
    run.communicate()
    first, *cases = records(tmp_path / 'results.jsonl')
    assert first == head and 0 < len(cases) < head['planned']
    assert {case['type'] for case in cases} == {'case'}
    for case in cases:
        assert (tmp_path / case['capture']).stat().st_size > 0
    assert not (tmp_path / 'junit.xml').exists()


def test_a_directory_takes_one_run_at_a_time(tmp_path):
    """The second is refused and changes nothing; a run that is killed keeps nobody out."""
    run, _ = start_blocked(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob('*') if path.is_file()}
    done = vmacheck('run', 'transmit/type', '--out', str(tmp_path))
    assert (done.returncode, done.stdout) == (2, '')
    assert done.stderr == (f'vmacheck: {tmp_path}: another run of vmacheck writes there; wait for its end or choose another '
                           'directory with --out\n')
    assert {path: path.read_bytes() for path in tmp_path.rglob('*') if path.is_file()} == before
    run.kill()
    run.communicate()
    done = vmacheck('run', 'backup/le-arp-unanswered', '--lane', 'v2', '--out', str(tmp_path))
    assert done.returncode == 0 and records(tmp_path / 'results.jsonl')[-1]['complete']


@pytest.mark.parametrize('blocks, junit', [(1, 'without'), (16, 'with')])
def test_files_that_could_not_be_written(tmp_path, blocks, junit):
    """A limit on the size of files is a disk that gets full, at the same place each time."""
    done = subprocess.run(['sh', '-c', f'ulimit -f {blocks}; exec "$0" "$@"', VMACHECK, 'run', 'backup/le-arp-unanswered',
                           '--lane', 'v2', '--out', tmp_path], capture_output=True, text=True, check=False, timeout=60,
                          restore_signals=False)  # Python ignores SIGXFSZ
    assert done.returncode == 3
    assert re.search(r'^not complete: can\'t write .*: File too large; ', done.stdout, re.M)
    assert done.stdout.endswith(f'\nwhat could be written of results and captures is in {tmp_path}, {junit} junit.xml\n')
    assert (tmp_path / 'junit.xml').exists() == (junit == 'with')
    for capture in re.findall(r'^  capture   (.*)', done.stdout, re.M):
        assert Path(capture).exists()
