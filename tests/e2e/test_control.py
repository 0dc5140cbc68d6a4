"""Device control: a device that does nothing but what hooks, or the operator on a pseudo terminal, do to it; commands
that fail, hang or babble; sanity checks and resets; heartbeats of the device's host."""
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, VMACHECK, records, vmacheck  # noqa: E402

REFERENCE = Path(VMACHECK).parent / 'vmacheck-reference'
DEEDS = ('start', 'startup', 'shutdown', 'fail', 'set-priority')
TAKEOVER = 'backup/takeover'
OTHERS = ('backup/le-arp-unanswered', 'receive/version-other')

# Tells the device (controlled_device.py) what it shall do, and keeps a record of what it was told itself.
HOOK = r"""#!/bin/sh
echo "$VMACHECK_ACTION|$VMACHECK_CASE|$VMACHECK_INSTANCE|$VMACHECK_VRID|$VMACHECK_PRIORITY|$(pwd)" >>log
case $VMACHECK_ACTION in
    configure) cp "$VMACHECK_SETTINGS" settings.json; env | grep '^VMACHECK_' | sort >environment; exit ;;
    stop | alive | reset) exit ;;
esac
printf '{"action": "%s", "vrid": %s, "priority": %s}' "$VMACHECK_ACTION" "$VMACHECK_VRID" "$VMACHECK_PRIORITY" >$$.part
mv $$.part $$.deed
echo "$VMACHECK_ACTION is on its way"
"""


def write_device(folder, role='router', late_ms=0, by_hook=DEEDS, **control):
    """Writes the device's file: 'control' has the commands, instead of the hook for each deed."""
    folder.mkdir(exist_ok=True)
    (folder / 'hook').write_text(HOOK)
    (folder / 'hook').chmod(0o755)
    program = f'exec {sys.executable} {ROOT}/tests/e2e/controlled_device.py {folder} {REFERENCE} {late_ms}'
    commands = {**{deed: './hook' for deed in by_hook}, **{name.replace('_', '-'): text for name, text in control.items()}}
    if 'limit-s' in commands:
        commands['limit_s'] = commands.pop('limit-s')
    lane = {} if role == 'vrrp' else {'schemes': 'proxy', 'lane': 'v1'}
    path = folder / 'device.yaml'
    path.write_text(json.dumps({
        'device': {'name': 'controlled', 'version': 1, 'attached': f'adapter:{program}'}, 'role': role, **lane, 'media': 'ethernet',
        'options': ['lan-port', 'forwarding', 'authentication', 'several-vrids'], 'control': commands,
        'pixit': {'time_tolerance_ms': 400}}))
    return path


@pytest.fixture(name='device')
def device_fixture(tmp_path):
    return lambda **arguments: write_device(tmp_path, **arguments)


def run(path, *selectors, session=False, arguments=('--jobs', '1')):
    """The finished process and the records of its cases, by their ids."""
    out = path.parent / 'out'
    done = subprocess.run([VMACHECK, 'run', *selectors, '--dut', path, '--out', out, *arguments], capture_output=True, text=True,
                          check=False, timeout=200, start_new_session=session)
    assert done.returncode != 2, done.stderr
    return done, {case['id']: case for case in records(out)[1]}


def test_an_adapter_runs_in_the_folder_of_the_device_file(device):
    """As commands do."""
    path = device()
    (path.parent / 'adapter').write_text(f'#!/bin/sh\npwd >place\nexec {REFERENCE}\n')
    (path.parent / 'adapter').chmod(0o755)
    text = json.loads(path.read_text())
    text['device']['attached'] = 'adapter:./adapter'
    path.write_text(json.dumps({**text, 'control': {}}))
    _, cases = run(path, OTHERS[0])
    assert cases[OTHERS[0]]['verdict'] == 'pass'
    assert (path.parent / 'place').read_text() == f'{path.parent}\n'


STUCK = 'echo it is stuck; exit 1'


@pytest.mark.parametrize('alive, verdicts', [({}, ['pass', 'inconclusive']), ({'alive': 'true'}, ['pass', 'pass'])], ids=['', 'alive'])
def test_a_stop_that_fails_is_told(device, alive, verdicts):
    """Without a reset: with nothing to say that the device is well, nothing more is judged on it."""
    done, cases = run(device(stop=STUCK, **alive), *OTHERS)
    assert [case['verdict'] for case in cases.values()] == verdicts
    told = [case['restored'] for case in cases.values() if case['restored']]
    assert len(told) == (2 if alive else 1)
    assert all('stop: ended with status 1; its last words: it is stuck' in words and words in done.stdout for words in told)


def test_hooks_do_what_is_to_be_done(device):
    """Startup, shutdown, failure: with the same verdicts as when the adapter is told."""
    path = device(configure='./hook', stop='./hook', alive='./hook')
    selectors = (TAKEOVER, 'transmit/stop-at-shutdown', 'failover/device-fails-proxy')
    done, cases = run(path, *selectors)
    plain = vmacheck('run', *selectors, '--role', 'router', '--scheme', 'proxy', '--lane', 'v1', '--media', 'ethernet', '--json')
    verdicts = {case['id']: case['verdict'] for case in map(json.loads, plain.stdout.splitlines()) if case['type'] == 'case'}
    assert {name: case['verdict'] for name, case in cases.items()} == verdicts, done.stdout
    assert done.returncode == 0 and verdicts == dict.fromkeys(selectors, 'pass')
    log = [line.split('|') for line in (path.parent / 'log').read_text().splitlines()]
    assert {line[0] for line in log} >= {'configure', 'start', 'startup', 'shutdown', 'fail', 'stop', 'alive'}
    assert {line[2] for line in log} == {'1'} and {line[5] for line in log} == {str(path.parent)}
    instance = cases[TAKEOVER]['instance']
    assert [line[0] for line in log if line[1] == instance] == ['alive', 'configure', 'start', 'startup', 'stop', 'alive']
    assert cases[TAKEOVER]['evidence'] == ['start: start is on its way', 'startup: startup is on its way']
    assert cases[TAKEOVER]['restored'] is None and not list(path.parent.glob('*.deed'))


def test_a_hook_is_told_the_settings(device):
    path = device(configure='./hook')
    _, cases = run(path, TAKEOVER)
    settings = json.loads((path.parent / 'settings.json').read_text())
    told = dict(line.split('=', 1) for line in (path.parent / 'environment').read_text().splitlines())
    router = settings['virtual_routers'][0]
    assert settings['role'] == 'router' and settings['proxy'] is True
    assert not Path(told.pop('VMACHECK_SETTINGS')).exists()
    assert {name: told.get(name) for name in told if name != 'VMACHECK_TODAY'} == {
        'VMACHECK_ACTION': 'configure', 'VMACHECK_INSTANCE': '1', 'VMACHECK_CASE': cases[TAKEOVER]['instance'], 'VMACHECK_VRID': '0',
        'VMACHECK_PRIORITY': '0', 'VMACHECK_ROUTER_VRID': str(router['vrid']),
        'VMACHECK_ROUTER_PRIORITY': '' if router['priority'] is None else str(router['priority']),
        'VMACHECK_ROUTER_INTERVAL_S': '' if router['interval_s'] is None else str(router['interval_s']),
        'VMACHECK_ROUTER_PREEMPT': '' if router['preempt'] is None else str(int(router['preempt'])),
        'VMACHECK_ROUTER_ADDRESSES': ' '.join(router['addresses']), 'VMACHECK_MAC': settings['elan']['mac'],
        'VMACHECK_ADDRESS': settings['elan']['address'], 'VMACHECK_PREFIX_LENGTH': str(settings['elan']['prefix_length'])}


@pytest.mark.parametrize('deed, command, reason', [
    ('configure', 'echo no such interface; exit 3', 'configure: ended with status 3; its last words: no such interface'),
    ('configure', 'sleep 1000 & sleep 1000', 'configure: not done within 1 s, killed'),
    ('configure', 'kill -9 $$', 'configure: killed by signal 9'),
    ('start', './no-such-hook', 'start: the shell did not find the command (status 127); its last words: '),
    ('startup', "printf '\\377\\033[1m\\n'; exit 1", 'startup: ended with status 1; its last words: \ufffd\ufffd[1m'),
    ('startup', 'manual', 'startup: there is no terminal to ask the operator on'),
])
def test_a_deed_that_fails_makes_its_case_inconclusive(device, deed, command, reason):
    """The first time only: the next case is unharmed."""
    fault = f'if mkdir once 2>/dev/null; then {command}; else [ "$VMACHECK_ACTION" = configure ] || ./hook; fi'
    path = device(**{deed: command if command == 'manual' else fault}, limit_s=1)
    done, cases = run(path, TAKEOVER, *OTHERS, session=True)
    verdicts = [case['verdict'] for case in cases.values()]
    assert verdicts == ['inconclusive'] + ['inconclusive' if command == 'manual' else 'pass'] * 2, done.stdout
    assert reason in next(iter(cases.values()))['reason']


def test_output_of_any_kind_is_kept_within_limits(device):
    path = device(configure='head -c 3000000 /dev/urandom; echo; yes | head -c 3000000', stop='echo later')
    done, cases = run(path, TAKEOVER)
    evidence = cases[TAKEOVER]['evidence']
    assert cases[TAKEOVER]['verdict'] == 'pass', done.stdout
    assert evidence[0].startswith('configure: ') and len('\n'.join(evidence).encode()) < 17000
    left = re.fullmatch(r'\((\d+) more octets are left out\)', evidence[-1])
    assert left and 5900000 < int(left[1]) < 6000000


def test_what_stays_in_the_background_delays_nothing(device):
    path = device(configure='sleep 50 & echo $! >sleeper')
    done, cases = run(path, TAKEOVER)
    assert cases[TAKEOVER]['verdict'] == 'pass', done.stdout
    os.kill(int((path.parent / 'sleeper').read_text()), 9)  # it lives on after the run


def until(happened):
    limit = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < limit
        time.sleep(0.01)


def is_gone(pid):
    try:
        return Path(f'/proc/{pid}/stat').read_text(encoding='ascii').rsplit(')', 1)[1].split()[0] == 'Z'
    except FileNotFoundError:
        return True


@pytest.mark.parametrize('signals', [('SIGINT', 'SIGINT'), ('SIGTERM', 'SIGTERM'), ('SIGHUP',), ('SIGKILL',)], ids='-'.join)
def test_nothing_is_left_of_a_run_that_is_killed(device, tmp_path, monkeypatch, signals):
    folder = tmp_path / 'settings'
    folder.mkdir()
    monkeypatch.setenv('TMPDIR', str(folder))
    path = device(configure='sleep 60 & echo $$ $! >pids.part; mv pids.part pids; wait')
    with subprocess.Popen([VMACHECK, 'run', TAKEOVER, '--dut', path, '--out', tmp_path / 'out'], stdout=subprocess.DEVNULL) as run:
        until((tmp_path / 'pids').exists)
        pids = (tmp_path / 'pids').read_text(encoding='ascii').split()
        assert len(pids) == 2 and not any(map(is_gone, pids)) and len(list(folder.iterdir())) == 1
        for number in signals:
            assert run.poll() is None
            run.send_signal(signal.Signals[number])
            time.sleep(0.2)  # two at once are one
        assert run.wait(20) == -signal.Signals[signals[-1]]
    until(lambda: all(map(is_gone, pids)) and not list(folder.iterdir()))


def test_an_interrupt_on_the_wall_clock_tells_what_it_waits_for(device):
    """For a case of half an hour, so a second one ends it."""
    path = device(role='vrrp')
    with subprocess.Popen([VMACHECK, 'run', 'timers/interval-255', '--dut', path, '--clock', 'wall'], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as run_:
        until((path.parent / 'log').exists)
        run_.send_signal(signal.SIGINT)
        line = run_.stderr.readline()
        run_.send_signal(signal.SIGINT)
    assert re.fullmatch('vmacheck: interrupted: 1 case under way ends first, in about 3[34]:[0-9]{2}; Ctrl-C again ends all at once, '
                        'without a report\n', line), line
    assert run_.returncode == -signal.SIGINT


def test_cases_side_by_side_have_instances_of_their_own(device):
    """Each with a number, and no two deeds of one instance at once."""
    path = device(by_hook=(), configure='mkdir busy-$VMACHECK_INSTANCE && ./hook', stop='rmdir busy-$VMACHECK_INSTANCE')
    text = json.loads(path.read_text())
    text['device']['attached'] = f'adapter:{REFERENCE}'
    path.write_text(json.dumps(text))
    done, cases = run(path, 'receive/', arguments=('--jobs', '3'))
    assert {case['verdict'] for case in cases.values()} <= {'pass', 'not-applicable'}, done.stdout
    log = [line.split('|') for line in (path.parent / 'log').read_text().splitlines()]
    assert {line[2] for line in log} == {'1', '2', '3'} and not list(path.parent.glob('busy-*'))
    configured = [line[1] for line in log]
    assert len(configured) == len(set(configured))
    assert set(configured) >= {case['instance'] for case in cases.values() if case['verdict'] == 'pass'}


# --- sanity checks ---------------------------------------------------------------------------------------------------

POISON = 'mkdir once 2>/dev/null && mkdir poisoned; true'
SICK = '[ ! -d poisoned ] || { echo it glows; exit 1; }'


def test_a_poisoned_device_is_reset_and_that_is_told_once(device):
    done, cases = run(device(stop=POISON, alive=SICK, reset='echo scrubbing; rmdir poisoned'), TAKEOVER, *OTHERS)
    first, *others = cases.values()
    assert [case['verdict'] for case in cases.values()] == ['pass'] * 3, done.stdout
    assert 'reset' in first['restored'] and 'it glows' in first['restored']
    assert [case['restored'] for case in others] == [None, None]
    assert first['evidence'][-2:] == ['alive: it glows', 'reset: scrubbing']
    assert done.stdout.count('it glows') == 1


@pytest.mark.parametrize('reset, words', [({}, 'the lab has no `reset`'), ({'reset': 'exit 2'}, 'reset: ended with status 2'),
                                          ({'reset': 'true'}, 'alive: ended with status 1')])
def test_a_device_that_stays_poisoned_is_judged_no_more(device, reset, words):
    done, cases = run(device(stop=POISON, alive=SICK, **reset), TAKEOVER, *OTHERS)
    first, *others = cases.values()
    assert [case['verdict'] for case in others] == ['inconclusive'] * 2, done.stdout
    assert all('it glows' in case['reason'] and words in case['reason'] and first['instance'] in case['reason'] for case in others)


# --- the operator ----------------------------------------------------------------------------------------------------

INTERRUPT, END_OF_INPUT = KEYS = ('\x03', '\x04')  # taken without Enter


def run_with_operator(path, answer, *selectors, complete=True, arguments=()):
    """Runs on a terminal of its own; 'answer' gets each question and gives what is typed. Returns the cases and all
    that was asked."""
    try:
        child, terminal = pty.fork()
    except OSError as error:
        pytest.skip(f'no terminal for an operator: {error}')
    if child == 0:
        os.execv(VMACHECK, [VMACHECK, 'run', *selectors, '--quiet', '--jobs', '1', '--dut', str(path), '--out',
                            str(path.parent / 'out'), *arguments])
    screen = ''
    asked = []
    while True:
        try:
            screen += os.read(terminal, 10000).decode()
        except OSError:  # the end
            break
        if screen.count('n to decline: ') > len(asked):
            asked.append(re.findall(r'vmacheck asks: (.*?)\r\n', screen)[-1])
            typed = answer(asked[-1])
            os.write(terminal, typed.encode() + (b'' if typed in KEYS else b'\n'))
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert 'left ]' not in screen  # nothing is written over the questions
    _, cases, end = records(path.parent / 'out')
    assert end['complete'] == complete and end['exit'] == code
    return {case['id']: case for case in cases}, asked


def test_an_operator_does_it(device):
    path = device(by_hook=(), configure='manual', start='manual', startup='manual', shutdown='manual', stop='manual')

    def answer(question):
        deed = re.search(r': (switch device 1 on|start virtual router (\d+) of device 1)$', question)
        if deed:
            action, vrid = ('startup', deed[2]) if deed[2] else ('start', '0')
            (path.parent / 'x.part').write_text(f'{{"action": "{action}", "vrid": {vrid}, "priority": 0}}')
            (path.parent / 'x.part').rename(path.parent / 'x.deed')
        return ''
    cases, asked = run_with_operator(path, answer, TAKEOVER)
    case = cases[TAKEOVER]
    assert case['verdict'] == 'pass', case['reason']
    assert [question.removeprefix(case['instance'] + ': ').split(' ')[0] for question in asked] == [
        'configure', 'switch', 'start', 'switch']
    assert re.search(r'virtual router \d+.*, addresses [\d.]+.*\(all settings: /', asked[0])
    assert case['evidence'] == [f'{deed}: done by the operator' for deed in ('configure', 'start', 'startup', 'stop')]


def test_what_the_operator_declines_is_inconclusive(device):
    path = device(startup='manual')
    cases, asked = run_with_operator(path, lambda question: 'n, it is locked away', TAKEOVER, *OTHERS)
    assert len(asked) >= 3 and len(cases) == 3
    for case in cases.values():
        assert case['verdict'] == 'inconclusive'
        assert 'startup: the operator declined: it is locked away' in case['reason']


@pytest.mark.parametrize('arguments', [(), ('--clock', 'wall')], ids=' '.join)
def test_an_interrupt_takes_the_questions_back(device, arguments):
    """Nothing more is asked, and the report is whole."""
    path = device(startup='manual', stop='manual')
    cases, asked = run_with_operator(path, lambda question: INTERRUPT, TAKEOVER, *OTHERS, complete=False, arguments=arguments)
    assert len(asked) == 1
    case, = cases.values()
    assert case['verdict'] == 'inconclusive' and 'startup: interrupted' in case['reason']
    assert case['evidence'][-2:] == ['startup: interrupted', 'stop: interrupted']


@pytest.mark.parametrize('typed, words', [(END_OF_INPUT, 'the operator closed the input'), ('n', 'the operator declined')])
def test_a_device_that_the_operator_finds_unfit_is_asked_for_once(device, typed, words):
    cases, asked = run_with_operator(device(alive='manual'), lambda question: typed, TAKEOVER, *OTHERS)
    assert len(asked) == 1 and len(cases) == 3
    assert all(case['verdict'] == 'inconclusive' and f'alive: {words}' in case['reason'] for case in cases.values())


# --- times -----------------------------------------------------------------------------------------------------------


def test_a_coarse_tick_may_be_given_room(tmp_path):
    path = write_device(tmp_path, role='vrrp', late_ms=8)
    for pixit, verdict in (('virtual_time_tolerance_ms=1', 'fail'), ('virtual_time_tolerance_ms=20', 'pass')):
        vmacheck('run', 'timers/skew-1', '--dut', path, '--pixit', pixit, '--out', tmp_path / verdict)
        case, = records(tmp_path / verdict)[1]
        assert case['verdict'] == verdict, case['reason']


# --- heartbeats ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize('heartbeat, reason', [
    ('echo no route to host; exit 255',
     'heartbeat: ended with status 255; its last words: no route to host; it has to run as long as the run and print a line each 100 ms'),
    ('sleep 1000', 'heartbeat: no beat within 1 s (`limit_s`); it has to print a line each 100 ms'),
])
def test_a_heartbeat_has_to_beat(device, heartbeat, reason):
    path = device(heartbeat=heartbeat, limit_s=1)
    done = vmacheck('run', TAKEOVER, '--dut', path)
    assert (done.returncode, done.stdout) == (2, '')
    column = path.read_text().index(json.dumps(heartbeat)) + 1
    assert done.stderr.startswith(f'{path}:1:{column}: {reason}\n'), done.stderr


def test_a_starved_host_is_not_judged(tmp_path):
    """On the wall clock, with a device whose timers are all too late: it fails, unless its host says that it was starved, or
    says nothing any more."""
    beats = {'steady': 'while sleep 0.05; do echo; done', 'starved': 'echo; echo; while sleep 1.5; do echo; done',
             'ended': 'echo; echo; sleep 1; echo bye; exit 3'}
    running = {}
    for name, heartbeat in beats.items():
        path = write_device(tmp_path / name, role='vrrp', late_ms=900, heartbeat=heartbeat)
        running[name] = subprocess.Popen([VMACHECK, 'run', 'router-states/owner-starts', '--clock', 'wall', '--jobs', '1', '--quiet',
                                          '--dut', path, '--out', path.parent / 'out'], stdout=subprocess.PIPE)
    cases = {}
    for name, process in running.items():
        process.communicate(timeout=100)
        cases[name], = records(tmp_path / name / 'out')[1]
    # On a busy machine the harness, or the host, may be late indeed.
    steady, starved, ended = (cases[name] for name in beats)
    assert steady['verdict'] == 'fail' or (steady['verdict'] == 'inconclusive' and re.search('late|starved', steady['reason']))
    assert starved['verdict'] == 'inconclusive' and re.search('host was starved|answered .* late|harness was late', starved['reason'])
    assert starved['wall']['starved_ns'] > 1_000_000_000
    assert ended['verdict'] == 'inconclusive' and re.search("heartbeat of the device's host ended|harness was late", ended['reason'])
    assert ended['wall']['starved_ns'] is None
    assert 'heartbeat: ended with status 3; its last words: bye' in ended['evidence']
