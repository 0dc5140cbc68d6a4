"""The program under test, for the tests that run it in full."""
import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VMACHECK = os.environ.get('VMACHECK', str(ROOT / 'build' / 'vmacheck'))


def vmacheck(*arguments, timeout=600):
    return subprocess.run([VMACHECK, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=timeout)


def records(out):
    """The first line of a run's results.jsonl, the lines of its cases, and the last one."""
    lines = (Path(out) / 'results.jsonl').read_text(encoding='utf-8').splitlines()
    head, *cases, end = map(json.loads, lines)
    assert (head['type'], end['type']) == ('run', 'end') and {case['type'] for case in cases} == {'case'}
    return head, cases, end
