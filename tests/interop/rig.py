#!/usr/bin/env python3
"""Routers on wires, in network namespaces: a rig.

One namespace holds the harness's ends of all wires: they have no IP address and no IPv6, so its kernel sends nothing of its
own. Each router has a namespace of its own. A wire is a veth pair, made where it belongs: the machine's own interfaces are
neither used nor changed.

    with Rig({'keepalived': 2, 'frr': 1}) as rig:
        ...     # vm-lab: keepalived1-0, keepalived1-1, keepalived2-0 …, frr1-0, frr1-1
                # vm-keepalived-1: lan0 (the other end of keepalived1-0), lan1; vm-keepalived-2; vm-frr-1

From a shell, COMMAND lives as long as its rig:

    rig.py --router keepalived=8 -- vmacheck run --dut examples/keepalived/device.yaml --clock wall

A rig removes what it made, with the processes in there, also when it is interrupted; what a killed one left behind, the next
one with the same prefix removes. What exists already and was not made by a rig is never touched. A prefix is in use by one
rig at a time; the next one waits for it. Hooks find another prefix than vm in VMACHECK_RIG.
"""
import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

PREFIX = 'vm'
NAMESPACES = Path('/run/netns')
RECORDS = Path('/run/vmacheck-rigs')
ROUTERS = Path('/run/vmacheck')  # where hooks keep the files of a router, in a folder named as its namespace
ROUTER_LIMIT = 64  # of one name
NAME_SIZE = 10     # interface names have at most 15 characters: NAME64-1

# The harness's side hears everything and says nothing.
MUTE = {'net/ipv6/conf/default/disable_ipv6': '1', 'net/ipv6/conf/all/disable_ipv6': '1', 'net/ipv4/ip_forward': '0'}
# A router's IPv6 would talk of itself; what else it needs is its own configuration.
QUIET = {'net/ipv6/conf/default/disable_ipv6': '1', 'net/ipv6/conf/all/disable_ipv6': '1'}


class RigError(Exception):
    """What is in the way of a rig."""


def obstacle():
    """Why this machine can't have a rig; an empty text when it can."""
    if not shutil.which('ip'):
        return 'there is no `ip` command (Debian package iproute2)'
    if os.geteuid() != 0:
        return 'network namespaces need root'
    name = f'{PREFIX}-trial-{os.getpid()}'
    try:
        ip('netns', 'add', name)
    except RigError as error:
        return f'network namespaces cannot be made here: {error}'
    try:
        ip('-n', name, 'link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'wire0')
        ip('-n', name, 'link', 'add', 'virtual0', 'link', 'lan0', 'type', 'macvlan', 'mode', 'bridge')
    except RigError as error:
        return f'veth and macvlan interfaces cannot be made here: {error}'
    finally:
        ip('netns', 'delete', name)
    return ''


def ip(*words):
    done = subprocess.run(['ip', *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RigError(f'`ip {" ".join(words)}`: {done.stderr.strip()}')
    return done.stdout


class Rig:
    def __init__(self, routers, ports=2, prefix=PREFIX):
        """`routers`: how many of each name; `ports`: LAN ports of each."""
        for name, count in routers.items():
            if not (name.isalnum() and len(name) <= NAME_SIZE and 1 <= count <= ROUTER_LIMIT):
                raise RigError(f'{name}={count}: a name has up to {NAME_SIZE} letters and digits, '
                               f'and there are 1 to {ROUTER_LIMIT} routers of it')
        self.routers = routers
        self.ports = ports
        self.prefix = prefix
        self.lab = prefix + '-lab'
        self.record = RECORDS / prefix
        self.lock = None
        self.ended_by = None

    def namespace(self, name, number):
        return f'{self.prefix}-{name}-{number}'

    def __enter__(self):
        RECORDS.mkdir(parents=True, exist_ok=True)
        # A rig that is ended by SIGTERM goes the way of an interrupted one.
        self.ended_by = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        self.lock = open(self.record, 'a+', encoding='ascii')
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        try:
            self.remove()
            self.make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.remove()
        self.lock.close()
        signal.signal(signal.SIGTERM, self.ended_by)

    def make(self):
        wires = [(name, number, port) for name, count in self.routers.items()
                 for number in range(1, count + 1) for port in range(self.ports)]
        self.add_namespace(self.lab, MUTE)
        for name, number, port in wires:
            if port == 0:
                self.add_namespace(self.namespace(name, number), QUIET)
        batch = []
        for name, number, port in wires:
            wire = f'{name}{number}-{port}'
            batch += [f'link add {wire} type veth peer name lan{port} netns {self.namespace(name, number)}',
                      f'link set {wire} arp off up']
        self.batch(self.lab, batch)

    def add_namespace(self, name, settings):
        if (NAMESPACES / name).exists():
            raise RigError(f'there is a network namespace {name} that no rig made; delete it, or choose another prefix')
        # First the note, then the deed: what is noted and not there does no harm.
        self.lock.write(name + '\n')
        self.lock.flush()
        ip('netns', 'add', name)
        script = ''.join(f'[ -e /proc/sys/{key} ] && echo {value} >/proc/sys/{key}\n' for key, value in settings.items())
        subprocess.run(['nsenter', f'--net={NAMESPACES / name}', 'sh', '-c', script + 'true'], check=True)

    @staticmethod
    def batch(namespace, lines):
        done = subprocess.run(['ip', '-n', namespace, '-batch', '-'], input='\n'.join(lines) + '\n',
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise RigError(f'wires cannot be made: {done.stderr.strip()}')

    def remove(self):
        """What this rig, or one before it that could not, has to clear away."""
        self.lock.seek(0)
        for name in self.lock.read().split():
            if (NAMESPACES / name).exists():
                end_processes(name)
                with contextlib.suppress(RigError):
                    ip('netns', 'delete', name)
            shutil.rmtree(ROUTERS / name, ignore_errors=True)
        self.lock.truncate(0)


def end_processes(namespace):
    """All that run in a namespace of ours were started for it."""
    for process in ip('netns', 'pids', namespace).split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(process), signal.SIGKILL)


def run_command(command, environment):
    """Ctrl-C reaches the command by itself, a signal to this process by this one; either way it may end in its own time."""
    with subprocess.Popen(command, env=environment) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            return process.wait()
        except SystemExit:
            process.terminate()
            process.wait()
            raise


def main():
    parser = argparse.ArgumentParser(description='Runs a command while there are routers on wires for it.')
    parser.add_argument('--router', action='append', required=True, metavar='NAME=COUNT')
    parser.add_argument('--ports', type=int, default=2, help='LAN ports of each (default 2)')
    parser.add_argument('--prefix', default=PREFIX, help=f'of the namespaces (default {PREFIX})')
    parser.add_argument('command', nargs='+')
    options = parser.parse_args()
    try:
        routers = {name: int(count) for name, _, count in (text.partition('=') for text in options.router)}
        with Rig(routers, options.ports, options.prefix):
            return run_command(options.command, {**os.environ, 'VMACHECK_RIG': options.prefix})
    except (RigError, ValueError) as error:
        print(f'rig.py: {error}', file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == '__main__':
    sys.exit(main())
