"""Measures what vmacheck promises to be fast at: lines of `name value unit`, and the same as JSON.

    bench.py --build build [--json build/bench.json] [--rounds 7] [--frames 10000000]

Times of whole programs are medians of several runs, start of the program included. Rates and their yardsticks (the bare libpcap
loop, tshark, tcpdump, the device built in) stand side by side with their ratios. Nothing is asserted: a slow machine is no fault.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from capture_rows import bench_captures  # noqa: E402
from wall_rows import bench_adapter, bench_wall_clock  # noqa: E402

YARDSTICK_FRAMES = 100_000  # of the generated capture, for readers that would need a minute for all of it


class Bench:
    """Prints figures as they come and keeps them."""

    def __init__(self, build, rounds):
        self.build = build
        self.rounds = rounds
        self.vmacheck = build / 'vmacheck'
        self.figures = []

    def put(self, name, value, unit):
        text = f'{value:.0f}' if abs(value) >= 1000 or float(value).is_integer() else f'{value:.4g}'
        print(name, text, unit, flush=True)
        self.figures.append({'name': name, 'value': float(text), 'unit': unit})

    def value_of(self, name):
        return next(figure['value'] for figure in self.figures if figure['name'] == name)

    def seconds(self, *command, rounds=None, codes=(0,)):
        """Median wall time of a program that ends with one of the codes."""
        took = []
        for _ in range(rounds or self.rounds):
            began = time.monotonic()
            done = subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
            took.append(time.monotonic() - began)
            if done.returncode not in codes:
                sys.exit(f"bench.py: {' '.join(map(str, command))}: status {done.returncode}\n{done.stderr.decode()}")
        return statistics.median(took)

    def program(self, name, *arguments):
        """A bench in C: its lines are figures."""
        done = subprocess.run([self.build / 'bench' / name, *arguments], capture_output=True, text=True, check=True)
        for line in done.stdout.splitlines():
            figure, value, unit = line.split()
            self.put(figure, float(value), unit)


def bench_suite(bench, folder):
    """The router suite as users run it, and per core without files."""
    vmacheck = bench.vmacheck
    bench.put('processors', os.cpu_count(), 'count')
    codes = (0, 1)  # verdicts are not the subject here
    bench.put('suite_with_captures', bench.seconds(vmacheck, 'run', '--quiet', '--out', folder / 'suite', codes=codes), 's')
    bench.put('suite_without_files', bench.seconds(vmacheck, 'run', '--quiet', codes=codes), 's')
    with open(folder / 'suite' / 'results.jsonl', encoding='utf-8') as lines:
        counts = [len(case['events']) for case in map(json.loads, lines) if case['type'] == 'case']
    one_core = bench.seconds(vmacheck, 'run', '--quiet', '--jobs', 1, codes=codes)
    bench.put('instances', len(counts), 'count')
    bench.put('instances_per_core', len(counts) / one_core, 'instances/s')
    bench.put('events_per_instance_median', statistics.median(counts), 'events')
    bench.put('events_per_core', sum(counts) / one_core, 'events/s')


def bench_kill_matrix(bench):
    bench.put('kill_matrix', bench.seconds(bench.vmacheck, 'mutants', rounds=min(3, bench.rounds), codes=(0, 1)), 's')


def bench_readers(bench, capture):
    """The same frames read by others. The time to start is taken off: it is measured with a single frame."""
    for reader, *options in (('tshark', '-n'), ('tcpdump', '-n', '-e')):
        def timed(count, reader=reader, options=options):
            return bench.seconds(reader, *options, '-r', capture, '-c', count, rounds=min(3, bench.rounds))
        rate = YARDSTICK_FRAMES / (timed(YARDSTICK_FRAMES) - timed(1))
        bench.put(f'{reader}_rate', rate, 'frames/s')
        bench.put(f'decode_to_{reader}', bench.value_of('pcap_loop_and_decode_rate') / rate, 'ratio')
    bench.put('decode_to_pcap_loop', bench.value_of('pcap_loop_and_decode_rate') / bench.value_of('pcap_loop_rate'), 'ratio')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--build', type=Path, default=Path('build'), help='where the programs are (default: build)')
    parser.add_argument('--json', type=Path, help='write the figures there as well')
    parser.add_argument('--rounds', type=int, default=7, help='runs of which the median counts (default: 7)')
    parser.add_argument('--frames', type=int, default=10_000_000, help='in the capture that audit reads (default: 10000000)')
    arguments = parser.parse_args()
    bench = Bench(arguments.build.resolve(), arguments.rounds)
    with tempfile.TemporaryDirectory(prefix='bench-', dir=bench.build) as name:
        folder = Path(name)
        bench_suite(bench, folder)
        bench_kill_matrix(bench)
        bench_adapter(bench)
        bench_wall_clock(bench, folder)
        bench.program('bench_tap')
        bench.program('bench_lateness', str(min(5, bench.rounds)))
        bench.program('bench_wire', folder / 'generated.pcap')
        bench_readers(bench, folder / 'generated.pcap')
        bench_captures(bench, folder, arguments.frames)
    if arguments.json:
        arguments.json.write_text(json.dumps(bench.figures, indent=2) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
