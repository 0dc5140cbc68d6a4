"""Rows of the bench about processes on the adapter protocol: what they cost in virtual time, and how far cases that wait run
side by side on the wall clock."""
import json
import subprocess
import sys
import time

ROLES = ('--role', 'router,bridge,client,les,vrrp')
CODES = (0, 1, 4)  # verdicts are not the subject here

# Device instances; batches of cases of about equal length that each of them runs, one after the other.
WALL = ((1, 1), (8, 1), (64, 3), (256, 2))
LENGTH_S = (8, 11)  # of those cases
QUICK = 64
SHARED = 8          # instances of the process that is several devices

SHARED_DEVICE = """
device: {{name: vmacheck reference, version: one process, attached: "adapter:{process} --instances {count}"}}
role: router
schemes: [non-proxy, proxy]
lane: [v1, v2]
media: [ethernet, token-ring]
options: [lan-port, forwarding, redirect, proxy-arp, authentication, llc-multiplexing, authentication-header]
vrids: [1-{count}]
"""


def bench_adapter(bench):
    """The whole suite on the reference as processes, and built in: measured in turns, so that both meet the same machine."""
    def timed(dut):
        return bench.seconds(bench.vmacheck, 'run', '--quiet', *ROLES, '--dut', dut, rounds=1, codes=CODES)
    pairs = [(timed(f'adapter:{bench.build / "vmacheck-reference"}'), timed('reference')) for _ in range(min(5, bench.rounds))]
    process, built_in = (sorted(times)[len(pairs) // 2] for times in zip(*pairs))
    bench.put('adapter_suite', process, 's')
    bench.put('built_in_suite', built_in, 's')
    bench.put('adapter_suite_to_built_in', process / built_in, 'ratio')


def bench_wall_clock(bench, folder):
    """Summed time of the cases against elapsed time, the start of the program and of the processes included. A quick bench
    (fewer than three rounds) takes the shortest cases there are, once, and not more than QUICK of them."""
    process = bench.build / 'vmacheck-reference'
    cases = passed(bench)
    quick = bench.rounds < 3
    for count, batches in WALL:
        chosen = cases[:min(count, QUICK)] if quick else alike(cases, count * batches)
        run_side_by_side(bench, folder, f'wall_{count}', f'adapter:{process}', chosen, '--jobs', str(count))
    file = folder / 'shared.yaml'
    file.write_text(SHARED_DEVICE.format(process=process, count=SHARED), encoding='utf-8')
    routers = [case for case in cases if case['role'] == 'router' and 'several-vrids' not in case['id']]
    run_side_by_side(bench, folder, f'wall_shared_{SHARED}', file, routers[:SHARED] if quick else alike(routers, 2 * SHARED))


def passed(bench):
    """Cases that the built-in device passes, by their length."""
    done = subprocess.run([bench.vmacheck, 'run', '--format', 'json', *ROLES], capture_output=True, text=True, check=True)
    records = map(json.loads, done.stdout.splitlines())
    return sorted(({name: record[name] for name in ('instance', 'id', 'role', 'end_ns')} for record in records
                   if record['type'] == 'case' and record['verdict'] == 'pass'), key=lambda case: case['end_ns'])


def alike(cases, count):
    """So many of those that take LENGTH_S, evenly from all of them."""
    within = [case for case in cases if LENGTH_S[0] <= case['end_ns'] / 1e9 < LENGTH_S[1]]
    return within[::max(1, len(within) // count)][:count]


def run_side_by_side(bench, folder, name, dut, chosen, *options):
    out = folder / name
    began = time.monotonic()
    done = subprocess.run([bench.vmacheck, 'run', '--quiet', '--clock', 'wall', '--dut', dut, '--out', out, *options,
                           *(case['instance'] for case in chosen)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    elapsed_s = time.monotonic() - began
    if done.returncode not in CODES:
        sys.exit(f'bench.py: {name}: status {done.returncode}\n{done.stderr.decode()}')
    with open(out / 'results.jsonl', encoding='utf-8') as lines:
        cases = [record for record in map(json.loads, lines) if record['type'] == 'case']
    case_s = sum(case['end_ns'] for case in cases) / 1e9
    bench.put(f'{name}_instances', len(cases), 'count')
    bench.put(f'{name}_decided', sum(case['verdict'] in ('pass', 'fail') for case in cases), 'count')
    bench.put(f'{name}_case_time', case_s, 's')
    bench.put(f'{name}_elapsed', elapsed_s, 's')
    bench.put(f'{name}_speedup', case_s / elapsed_s, 'ratio')
