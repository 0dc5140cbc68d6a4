"""The bench prints a line `name value unit` for every figure that is promised, and the same as JSON. How fast is not tested."""
import json
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from program import ROOT, VMACHECK  # noqa: E402

PROMISED = {
    'suite_with_captures': 's', 'instances_per_core': 'instances/s', 'events_per_instance_median': 'events', 'kill_matrix': 's',
    'adapter_suite': 's', 'adapter_suite_to_built_in': 'ratio', 'tap_events_with_rules': 'events/s',
    'encode_le_control_rate': 'frames/s', 'decode_le_control_rate': 'frames/s', 'pcap_loop_rate': 'frames/s',
    'pcap_loop_and_decode_rate': 'frames/s', 'tshark_rate': 'frames/s', 'decode_to_pcap_loop': 'ratio', 'decode_to_tshark': 'ratio',
}


def test_figures(tmp_path):
    done = subprocess.run([sys.executable, ROOT / 'tests' / 'bench' / 'bench.py', '--build', Path(VMACHECK).parent, '--rounds', '1',
                           '--json', tmp_path / 'bench.json'], capture_output=True, text=True, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (0, '')
    lines = [re.fullmatch(r'([a-z0-9_]+) (\d+(?:\.\d+)?(?:e-\d+)?) (\S+)', line) for line in done.stdout.splitlines()]
    assert all(lines), done.stdout
    figures = [{'name': line[1], 'value': float(line[2]), 'unit': line[3]} for line in lines]
    assert json.loads((tmp_path / 'bench.json').read_text()) == figures
    units = {figure['name']: figure['unit'] for figure in figures}
    assert len(units) == len(figures) and PROMISED.items() <= units.items()
    assert all(figure['value'] > 0 for figure in figures)
