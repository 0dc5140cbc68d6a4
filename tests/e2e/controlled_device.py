"""A device that refuses to be controlled by the adapter protocol: whatever is done to it comes by hooks, as files in a
folder.

    controlled_device.py FOLDER COMMAND [LATE_MS]

passes the messages of vmacheck on to COMMAND, another adapter, and does what it finds in FOLDER/*.deed before the next
one: {"action": "startup", "vrid": 7, "priority": 0}. It asks to be called at least each 5 ms for that.
The stack gets its time so much later as LATE_MS says: its timers fire late.
"""
import json
import pathlib
import subprocess
import sys

PERIOD_NS = 5_000_000
IN_A_CASE = {'advance', 'sdu', 'lan_frame', 'call_offered', 'call_connected', 'call_released', 'party_connected', 'party_released'}


def main(folder, command, late_ms='0'):
    late_ns = int(late_ms) * 1_000_000
    due_ns = None  # when the stack wants to be called
    folder = pathlib.Path(folder)
    with subprocess.Popen([command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        def ask(message):
            process.stdin.write(json.dumps(message) + '\n')
            process.stdin.flush()
            lines = []
            while not lines or lines[-1]['type'] != 'done':
                lines.append(json.loads(process.stdout.readline()))
            return lines

        def take_deeds(time_ns):
            for path in sorted(folder.glob('*.deed')):
                deed = json.loads(path.read_text(encoding='utf-8'))
                path.unlink()
                *outputs, result, _ = ask({'type': 'control', 'time_ns': time_ns, **deed})
                assert result['ok'], (deed, result)
                yield from outputs

        for line in sys.stdin:
            message = json.loads(line)
            time_ns = message['time_ns']
            if message['type'] == 'control' or message.get('name', '').startswith('control-'):
                answer = [{'type': 'result', 'time_ns': time_ns, 'ok': False, 'reason': 'by hooks only'},
                          {'type': 'done', 'time_ns': time_ns, 'deadline_ns': None}]
            else:
                answer = [*take_deeds(time_ns)] if message['type'] in IN_A_CASE else []
                if message['type'] != 'advance' or late_ns == 0 or (due_ns is not None and due_ns + late_ns <= time_ns):
                    answer += ask(message)
                    due_ns = answer[-1]['deadline_ns']
                else:
                    answer.append({'type': 'done', 'time_ns': time_ns})
                if message['type'] in IN_A_CASE | {'configure'}:
                    wanted_ns = sys.maxsize if due_ns is None else max(due_ns + late_ns, time_ns)
                    answer[-1]['deadline_ns'] = min(wanted_ns, time_ns + PERIOD_NS)
            sys.stdout.write(''.join(json.dumps(part) + '\n' for part in answer))
            sys.stdout.flush()
        process.stdin.close()


main(*sys.argv[1:])
