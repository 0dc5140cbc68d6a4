"""Rows of the bench about captures: `vmacheck audit`, its stages, the Wireshark plugin, and what they are measured by.

All of them read what make_capture makes: 40 % LE control, 40 % VRRP, 20 % ARP, signalling at the start, 10,000 MAC addresses, 255 VRIDs on
each of two interfaces, a violation in every hundredth frame. libpcap and tcpdump refuse a pcapng of two link types; they get the twin
in pcap, which has the same frames.
"""
import os
import statistics
import subprocess
import time
from pathlib import Path

PLUGIN = Path(__file__).resolve().parents[2] / 'dissectors' / 'vmacheck.lua'
SLOWER = 10  # tcpdump and tshark get a part of the frames that is so much smaller; their times are scaled
SLOWEST = 100  # the plugin, and tshark -V
VERDICTS = (0, 1, 4)  # exit codes of an audit that was not in vain


def bench_captures(bench, folder, frames):
    """All rows; 'frames' in the largest capture."""
    capture, twin = make_capture(bench, folder, frames)
    bench.program('bench_audit_stages', capture)
    bench_audit(bench, capture, twin, frames)
    capture.unlink()
    twin.unlink()
    bench_other_readers(bench, folder, frames // SLOWER)
    bench_plugin(bench, folder, frames // SLOWEST)


def make_capture(bench, folder, frames):
    capture, twin = folder / f'{frames}.pcapng', folder / f'{frames}.pcap'
    subprocess.run([bench.build / 'bench' / 'make_capture', str(frames), capture, twin], check=True)
    return capture, twin


def bench_audit(bench, capture, twin, frames):
    """Audit and the bare libpcap loop in turn, so that both meet the same machine."""
    commands = {
        'pcap_count': [bench.build / 'bench' / 'bench_pcap_count', twin],
        'audit': [bench.vmacheck, 'audit', '--quiet', capture],
        'audit_json': [bench.vmacheck, 'audit', '--json', capture],
    }
    took = {name: [] for name in commands}
    kib = 0
    for _ in range(min(3, bench.rounds)):
        for name, command in commands.items():
            seconds, anonymous_kib = measured(command)
            took[name].append(seconds)
            kib = max(kib, anonymous_kib)
    bench.put('capture_frames', frames, 'count')
    for name, seconds in took.items():
        bench.put(name, statistics.median(seconds), 's')
    for name in ('audit', 'audit_json'):
        bench.put(f'{name}_to_pcap_count', bench.value_of(name) / bench.value_of('pcap_count'), 'ratio')
    bench.put('audit_rate', frames / bench.value_of('audit'), 'frames/s')
    bench.put('audit_memory', kib / 1024, 'MiB')


def measured(command):
    """Wall time of a program, and the most KiB that it had of its own, not counting what it maps of the file."""
    began = time.monotonic()
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        kib = 1
        while process.poll() is None:
            kib = max(kib, anonymous_kib_of(process.pid))
            try:
                process.wait(timeout=0.02)
            except subprocess.TimeoutExpired:
                pass
        took = time.monotonic() - began
        if process.returncode not in VERDICTS:
            raise SystemExit(f"bench.py: {' '.join(map(str, command))}: status {process.returncode}\n{process.stderr.read().decode()}")
    return took, kib


def anonymous_kib_of(pid):
    try:
        with open(f'/proc/{pid}/status', encoding='ascii') as lines:
            return next((int(line.split()[1]) for line in lines if line.startswith('RssAnon:')), 0)
    except OSError:
        return 0


def bench_other_readers(bench, folder, frames):
    """tcpdump and tshark on a part of the frames."""
    capture, twin = make_capture(bench, folder, frames)
    for name, command in (('tcpdump', ['tcpdump', '-n', '-r', twin]), ('tshark_summary', ['tshark', '-n', '-r', capture])):
        took = bench.seconds(*command, rounds=1) * SLOWER
        bench.put(f'{name}_of_capture', took, 's')
        bench.put(f'{name}_to_audit', took / bench.value_of('audit'), 'ratio')
    capture.unlink()
    twin.unlink()


def bench_plugin(bench, folder, frames):
    """tshark with the plugin and without it, in turn."""
    capture, twin = make_capture(bench, folder, frames)
    twin.unlink()
    for mode, options in (('tree', ['-V']), ('summary', [])):
        took = {'without': [], 'with': []}
        for _ in range(min(2, bench.rounds)):
            took['without'].append(bench.seconds('tshark', '-n', *options, '-r', capture, rounds=1))
            took['with'].append(bench.seconds('tshark', '-n', *options, '-X', f'lua_script:{PLUGIN}', '-r', capture, rounds=1))
        bench.put(f'tshark_{mode}', statistics.median(took['without']), 's')
        bench.put(f'dissector_{mode}', statistics.median(took['with']), 's')
        bench.put(f'dissector_to_tshark_{mode}', statistics.median(took['with']) / statistics.median(took['without']), 'ratio')
    capture.unlink()
