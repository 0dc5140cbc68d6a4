"""An adapter process that behaves like the program behind it until the moment of its fault.

    misbehaving_adapter.py FAULT FOLDER PROGRAM...

The fault comes once: the process that has it leaves a file 'fault-happened' in FOLDER, and later ones behave. FAULT is
'none', one of FAULTS_AT_TAKEOVER (in place of the first answer that carries an advertisement), 'late' (that answer
comes half a second late), 'slow' (each answer to a LAN frame takes 80 ms), one of FLOODS (from that answer on to the
end of the case), one of FAULTS_AT_OPENING (in an answer to the questions before the first case), which come every time,
or one of FAULTS_AT_RESTART. Process ids go to 'pids' in FOLDER, the VRIDs that each instance was configured with to
'vrids'.
"""
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ADVERTISEMENT = '01005e000012'


def whole(answers):
    return ''.join(json.dumps(answer) + '\n' for answer in answers)


def with_first(kind, answers, **changes):
    """The answers, with the first one of a kind changed."""
    at = next(i for i, answer in enumerate(answers) if answer['type'] == kind)
    return whole(answers[:at] + [{**answers[at], **changes}] + answers[at + 1:])


def without(kind, answers):
    return whole(answer for answer in answers if answer['type'] != kind)


FAULTS_AT_TAKEOVER = {
    'dies': lambda answers: sys.exit(3),
    'killed': lambda answers: os.kill(os.getpid(), signal.SIGSEGV),
    'hangs': lambda answers: signal.pause(),
    'closes-output': lambda answers: (os.close(0), os.close(1), signal.pause()),
    'garbage': lambda answers: 'Segmentation fault (core dumped)\n',
    'no-text': lambda answers: b'\xff\xfe\x00\n',
    'no-object': lambda answers: '[1, 2]\n',
    'half-record': lambda answers: whole(answers)[:len(whole(answers)) // 2] + '<pause>',
    'half-record-and-dies': lambda answers: whole(answers)[:40] + '<exit>',
    'never-done': lambda answers: without('done', answers) + '<pause>',
    'babbles': lambda answers: whole([{'type': 'address_register', 'time_ns': answers[0]['time_ns'],
                                       'address': 40 * '0'}]) * 11000,
    'endless-line': lambda answers: 'x' * 1000000,
    'speaks-unasked': lambda answers: whole(answers) + whole(answers),
    'unknown-type': lambda answers: with_first('sdu_send', answers, type='sdu_sned'),
    'member-missing': lambda answers: whole([{'type': 'sdu_send', 'time_ns': answers[0]['time_ns']}]),
    'bad-data': lambda answers: with_first('sdu_send', answers, data='0g'),
    'unknown-vcc': lambda answers: with_first('sdu_send', answers, vcc=4711),
    'vcc-used-twice': lambda answers: whole([{
        'type': 'call_setup', 'time_ns': answers[0]['time_ns'], 'vcc': 1, 'call': {
            'calling': 40 * '0', 'called': 40 * '0', 'b_lli': 1, 'point_to_multipoint': False,
            'max_sdu_size': 1516}}]) + whole(answers),
    'wrong-time': lambda answers: with_first('sdu_send', answers, time_ns=answers[0]['time_ns'] + 1),
    'deadline-past': lambda answers: with_first('done', answers, deadline_ns=answers[0]['time_ns'] - 1),
    'result-unasked': lambda answers: whole([{'type': 'result', 'time_ns': answers[0]['time_ns'], 'ok': True,
                                              'reason': ''}]) + whole(answers),
    'lan-port': lambda answers: whole([{'type': 'lan_frame_send', 'time_ns': answers[0]['time_ns'], 'port': 9,
                                        'data': 60 * '00'}]) + whole(answers),
}

# The frame that is sent again and again: the advertisement, or the same with an EtherType for experiments.
FLOODS = {'floods': lambda data: data, 'floods-with-others': lambda data: data[:28] + '88b5' + data[32:]}
FLOOD_COUNT = 9000  # frames in an answer
FLOOD_PERIOD_NS = 1000

HARMLESS_FAULTS = {'late': lambda answers: (time.sleep(0.5), whole(answers))[1]}

# Type of the question, and what becomes of the answer.
FAULTS_AT_OPENING = {
    'version': ('hello', lambda answers: with_first('hello', answers, version=2)),
    'claims': ('hello', lambda answers: with_first('hello', answers, claims={'roles': ['toaster']})),
    'echo': ('echo', lambda answers: with_first('echo', answers, data='00')),
    'no-echo': ('echo', lambda answers: without('echo', answers)),
    'every-capability': ('capability', lambda answers: with_first('result', answers, ok=True)),
    'every-action': ('control', lambda answers: with_first('result', answers, ok=True)),
    'acts-early': ('hello', lambda answers: whole([{'type': 'sdu_send', 'time_ns': 0, 'vcc': 1, 'data': ''}])),
    'settings-refused': ('configure', lambda answers: with_first('result', answers, ok=False, reason='not today')),
}

# The same for the second process, after the first one died when it was configured.
FAULTS_AT_RESTART = {
    'changes-claims': ('hello', lambda answers: with_first('hello', answers, claims={
        'roles': ['router'], 'schemes': ['proxy'], 'lane': ['v1'], 'media': ['ethernet']})),
    'changes-capabilities': ('capability', lambda answers: with_first('result', answers, ok=False)),
}


def main(fault, folder, program):
    happened = Path(folder) / 'fault-happened'
    child = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with open(Path(folder) / 'pids', 'a', encoding='ascii') as pids:
        pids.write(f'{os.getpid()}\n{child.pid}\n')
    for question in sys.stdin:
        child.stdin.write(question)
        child.stdin.flush()
        note_vrids(Path(folder) / 'vrids', json.loads(question))
        answers = []
        while not answers or answers[-1]['type'] != 'done':
            answers.append(json.loads(child.stdout.readline()))
        put(text_of(fault, happened, json.loads(question)['type'], answers))


def note_vrids(path, question):
    if question['type'] == 'configure':
        with open(path, 'a', encoding='ascii') as vrids:
            for router in question['settings']['virtual_routers']:
                vrids.write(f'{question.get("instance", 0)} {router["vrid"]}\n')


def text_of(fault, happened, kind, answers):
    faults = {**FAULTS_AT_TAKEOVER, **HARMLESS_FAULTS}
    if fault in faults:
        if happened.exists() or not any(ADVERTISEMENT in answer.get('data', '') for answer in answers):
            return whole(answers)
        happened.touch()
        return faults[fault](answers)
    if fault == 'slow':
        time.sleep(0.08 if kind == 'lan_frame' else 0)
    if fault in FLOODS:
        return flood(FLOODS[fault], happened, kind, answers)
    if fault in FAULTS_AT_RESTART and not happened.exists():
        if kind == 'configure':
            happened.touch()
            sys.exit(3)
        return whole(answers)
    at, change = {**FAULTS_AT_OPENING, **FAULTS_AT_RESTART}.get(fault, (None, None))
    return change(answers) if kind == at else whole(answers)


def flood(change, happened, kind, answers):
    """The file has the frame as long as it goes on."""
    if happened.exists() and kind == 'configure':
        happened.write_text('')
    if not happened.exists():
        first = next((answer for answer in answers if ADVERTISEMENT in answer.get('data', '')), None)
        if not first:
            return whole(answers)
        happened.write_text(json.dumps({**first, 'data': change(first['data'])}))
    if not happened.read_text():
        return whole(answers)
    time_ns = answers[-1]['time_ns']
    again = whole([{**json.loads(happened.read_text()), 'time_ns': time_ns}])
    return whole(answers[:-1]) + again * FLOOD_COUNT + whole([{**answers[-1], 'deadline_ns': time_ns + FLOOD_PERIOD_NS}])


def put(text):
    data = text if isinstance(text, bytes) else text.replace('<pause>', '').replace('<exit>', '').encode()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    if isinstance(text, str) and text.endswith('<pause>'):
        signal.pause()
    if isinstance(text, str) and text.endswith('<exit>'):
        sys.exit(3)


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
