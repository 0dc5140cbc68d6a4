#!/usr/bin/python3
"""What takes its time of what vmacheck does to an FRR router (frr-hook does the rest): `router.py DEED NAME`, with the settings of
the case (docs/adapter.md) in the file that VMACHECK_SETTINGS names.

A router that runs has three processes: zebra, vrrpd, and this script, which keeps vrrpd's terminal open: it reads deeds from a
FIFO, one per line (`startup 51 0`: deed, VRID, priority), and answers each with a line in another one, `done` or what is wrong.
"""
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

DAEMONS = {'zebra': '/usr/lib/frr/zebra', 'vrrpd': '/usr/lib/frr/vrrpd'}
PROCESSES = ['router.py', 'vrrpd', 'zebra']
PRIORITY_LIMIT = 254
INTERVAL_LIMIT_S = 40
LIMIT_S = 3  # of everything that is waited for

NAME = sys.argv[2]
NAMESPACE = f'{os.environ.get("VMACHECK_RIG", "vm")}-{NAME}-{os.environ.get("VMACHECK_INSTANCE", "1")}'
DIRECTORY = Path('/run/vmacheck', NAMESPACE)


class Refused(Exception):
    """What the router, or the machine, does not do."""


def run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f'`{" ".join(map(str, words))}`: {(done.stderr or done.stdout).strip()}')
    return done.stdout


def ip(*words):
    return run('ip', '-n', NAMESPACE, *words)


def read(name):
    try:
        return (DIRECTORY / name).read_text(encoding='utf-8')
    except FileNotFoundError:
        return ''


def write(name, lines):
    (DIRECTORY / name).write_text(''.join(f'{line}\n' for line in lines), encoding='ascii')


def await_that(what, holds):
    deadline = time.monotonic() + LIMIT_S
    while not holds():
        if time.monotonic() > deadline:
            raise Refused(f'{what}: not within {LIMIT_S} s')
        time.sleep(0.005)


# --- deeds --------------------------------------------------------------------------------------------------------


def configure():
    clear_away()
    DIRECTORY.mkdir(parents=True)
    write_configuration()
    boot()


def boot_again():
    delete_virtual_interfaces()
    boot()
    (DIRECTORY / 'failed').unlink()


def stop():
    """What vrrpd says it did is evidence."""
    lines = [line.partition('] ')[2].removeprefix('[CORE] ') for line in read('vrrpd.log').splitlines() if '[VRID ' in line]
    print('\n'.join(lines[-40:]))
    clear_away()


def clear_away():
    for name in PROCESSES:
        process = read(f'{name}.pid').strip()
        if process and is_process(process, name):
            os.kill(int(process), signal.SIGKILL)
            await_that(f'{name} of the router before it ends', lambda process=process, name=name: not is_process(process, name))
    delete_virtual_interfaces()
    ip('address', 'flush', 'scope', 'global')
    shutil.rmtree(DIRECTORY, ignore_errors=True)


# --- the router ---------------------------------------------------------------------------------------------------


def boot():
    """All but the interfaces' IP addresses and Startup events."""
    ip('-batch', DIRECTORY / 'interfaces')
    inside = ['nsenter', f'--net=/run/netns/{NAMESPACE}']
    run(*inside, 'sh', DIRECTORY / 'sysctl')
    for daemon, program in DAEMONS.items():
        (DIRECTORY / f'{daemon}.vty').unlink(missing_ok=True)
        run(*inside, program, '--daemon', '--socket', DIRECTORY / 'zserv.api', '--vty_socket', DIRECTORY, '--vty_port', '0',
            '--pid_file', DIRECTORY / f'{daemon}.pid', '--config_file', DIRECTORY / f'{daemon}.conf',
            '--log', f'file:{DIRECTORY / daemon}.log')
        await_that(f'{daemon} opens its terminal', (DIRECTORY / f'{daemon}.vty').exists)
    await_that('lan0 comes up', lambda: 'state UP' in ip('-o', 'link', 'show', 'dev', 'lan0'))
    for vrid in read('vrids').split():
        await_that(f'vrrpd finds the interface of virtual router {vrid}', lambda vrid=vrid: shown(vrid, 'VRRP interface (v4)') == f'vrrp{vrid}')
    # A router that waits for a busy processor keeps no times, so real-time priority where that may be had.
    for daemon in DAEMONS:
        with contextlib.suppress(PermissionError):
            os.sched_setscheduler(int(read(f'{daemon}.pid')), os.SCHED_RR, os.sched_param(10))
    for fifo in 'deeds', 'answers':
        if not (DIRECTORY / fifo).exists():
            os.mkfifo(DIRECTORY / fifo)
    terminal = subprocess.Popen([__file__, 'terminal', NAME], start_new_session=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    write('router.py.pid', [terminal.pid])


def is_process(process, name):
    """Process ids come to others in time; a zombie is nobody."""
    try:
        text = Path('/proc', process, 'stat').read_text(encoding='ascii')
    except (FileNotFoundError, ProcessLookupError):
        return False
    return f'({name}) ' in text and f'({name}) Z' not in text


def delete_virtual_interfaces():
    for line in ip('-o', 'link', 'show', 'type', 'macvlan').splitlines():
        ip('link', 'delete', line.split(':')[1].split('@')[0].strip())


# --- vrrpd's terminal ---------------------------------------------------------------------------------------------


def keep_terminal():
    """Does what comes by the FIFO until it is killed."""
    deeds = {'startup': lambda vrid, _: start_up(vrid),
             'shutdown': lambda vrid, _: command(f'vrrp {vrid} shutdown'),
             'set-priority': lambda vrid, priority: command(f'vrrp {vrid} priority {priority}')}
    # For reading and writing: an end that nobody else holds is no end of the FIFO.
    with open(DIRECTORY / 'deeds', 'r+b', buffering=0) as wanted, open(DIRECTORY / 'answers', 'r+b', buffering=0) as answers:
        shown('1', 'Status (v4)')
        while True:
            deed, vrid, priority = wanted.readline().decode('ascii').split()
            try:
                deeds[deed](vrid, priority)
                answers.write(b'done\n')
            except (Refused, OSError) as error:
                answers.write(str(error).replace('\n', ' ').encode('utf-8') + b'\n')


def start_up(vrid):
    """vrrpd refuses until zebra has told it the interface's address, and says so in its log only."""
    def started():
        command(f'no vrrp {vrid} shutdown')
        if shown(vrid, 'Status (v4)') != 'Initialize':
            return True
        command(f'vrrp {vrid} shutdown')
        return False

    await_that(f'virtual router {vrid} leaves Initialize', started)


def shown(vrid, what):
    """A value of `show vrrp`; empty without it."""
    for line in terminal([f'show vrrp interface lan0 {vrid}']).splitlines():
        if line.strip().startswith(what):
            return line.split()[-1]
    return ''


def command(line):
    terminal(['configure terminal', 'interface lan0', line])


def terminal(lines):
    """Each line ends with NUL, each answer with three of them and the status of the line. Returns the last answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as vty:
        vty.settimeout(LIMIT_S)
        vty.connect(str(DIRECTORY / 'vrrpd.vty'))
        text = ''
        for line in ['enable', *lines]:
            vty.sendall(line.encode('ascii') + b'\0')
            answer = b''
            while answer[-4:-1] != b'\0\0\0':
                part = vty.recv(65536)
                if not part:
                    raise Refused(f'vrrpd closed its terminal at `{line}`')
                answer += part
            text = answer[:-4].decode('utf-8')
            if answer[-1]:
                raise Refused(f'vrrpd does not take `{line}`: {text.strip()}')
        return text


# --- its configuration --------------------------------------------------------------------------------------------


def write_configuration():
    settings = json.loads(Path(os.environ['VMACHECK_SETTINGS']).read_text(encoding='utf-8'))
    if settings['authentication_type']:
        raise Refused('vrrpd knows no authentication')
    elan, routers = settings['elan'], settings['virtual_routers']
    write('vrids', [router['vrid'] for router in routers])
    write('at-start', [router['vrid'] for router in routers if router['started_by_join']])
    write('zebra.conf', [])
    write('vrrpd.conf', ['debug vrrp protocol', 'interface lan0', *(f' {line}' for router in routers for line in lines_of(router)), 'exit'])

    links, addresses = [], []
    for device, port in (('lan0', elan), ('lan1', settings['lan'])):
        if port:
            links += [f'link set {device} address {port["mac"].replace("-", ":")}', f'link set {device} up']
            addresses.append(f'address replace {port["address"]}/{port["prefix_length"]} dev {device}')
    # vrrpd wants the interface with the virtual MAC address to be there, and holds it down unless it is Master.
    for router in routers:
        name = f'vrrp{router["vrid"]}'
        links += [f'link add {name} link lan0 address 00:00:5e:00:01:{router["vrid"]:02x} type macvlan mode bridge',
                  f'link set {name} protodown on', f'link set {name} up']
        links += [f'address add {address}/{elan["prefix_length"]} dev {name}' for address in router['addresses']]
    for route in settings['routes']:
        addresses.append(f'route replace {route["network"]}/{route["prefix_length"]} via {route["next_hop"]} onlink dev lan0')
    write('interfaces', links)
    write('addresses', addresses)

    # Linux answers ARP by any interface for the addresses of all others unless it is told not to, and sends by the interface of a
    # virtual address also while that is held down.
    write('sysctl', ['set -e', 'echo 1 >/proc/sys/net/ipv4/ip_forward', 'cd /proc/sys/net/ipv4/conf',
                     'for interface in *; do',
                     '    echo 0 >$interface/send_redirects',
                     '    echo 1 >$interface/arp_ignore',
                     '    echo 1 >$interface/ignore_routes_with_linkdown',
                     'done'])
    shutil.chown(DIRECTORY, 'frr', 'frr')


def lines_of(router):
    vrid = router['vrid']
    yield f'vrrp {vrid} version 2'
    yield f'vrrp {vrid} shutdown'
    if router['priority'] is not None:
        if router['priority'] > PRIORITY_LIMIT:
            raise Refused('vrrpd is no address owner: it takes priorities of up to 254')
        yield f'vrrp {vrid} priority {router["priority"]}'
    if router['interval_s'] is not None:
        if router['interval_s'] > INTERVAL_LIMIT_S:
            raise Refused(f'vrrpd takes intervals of up to {INTERVAL_LIMIT_S} s')
        yield f'vrrp {vrid} advertisement-interval {router["interval_s"] * 1000}'
    if router['preempt'] is False:
        yield f'no vrrp {vrid} preempt'
    for address in router['addresses']:
        yield f'vrrp {vrid} ip {address}'


DEEDS = {'configure': configure, 'boot': boot_again, 'reset': clear_away, 'stop': stop, 'terminal': keep_terminal}

if __name__ == '__main__':
    try:
        DEEDS[sys.argv[1]]()
    except Refused as refusal:
        sys.exit(f'FRR: {refusal}')
