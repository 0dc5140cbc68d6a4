#!/usr/bin/python3
"""Writes what a case asks a keepalived router to be: `configuration.py DIRECTORY`, with the settings of the case (docs/adapter.md)
in the file that VMACHECK_SETTINGS names. The directory gets keepalived.conf, the commands that set the interfaces up, and two
files per virtual router that keepalived watches: what stands in them tells it to run and with which priority."""
import json
import os
import re
import sys
from pathlib import Path

DEFAULT_PRIORITY = 100
OWNER = 255
HELD = 1  # in the file of a virtual router that waits for its Startup event

GLOBAL = '''global_defs {{
    router_id vmacheck
    vrrp_version 2
{strictness}}}
'''
# As RFC 2338 has it, and no more than that; strict mode knows no authentication.
STRICT = '    vrrp_strict\n'
WITH_AUTHENTICATION = '    vrrp_lower_prio_no_advert true\n    vrrp_garp_master_repeat 1\n'

TRACK_FILE = '''track_file {name} {{
    file "{path}"
    weight {weight}
}}
'''
INSTANCE = '''vrrp_instance router-{vrid} {{
    interface lan0
    state {state}
    virtual_router_id {vrid}
    use_vmac vrrp{vrid}
    mcast_src_ip {source}
{options}    virtual_ipaddress {{
{addresses}    }}
    track_file {{
{tracked}    }}
}}
'''


def refuse(why):
    sys.exit(f'keepalived can not be this device: {why}')


def instance(router, settings, directory):
    """The sections of one virtual router."""
    vrid, priority = router['vrid'], router['priority']
    owner = priority == OWNER
    options = []
    if priority is not None:
        options.append(f'priority {priority}')
    if router['interval_s'] is not None:
        options.append(f'advert_int {router["interval_s"]}')
    if router['preempt'] is False:
        options.append('nopreempt')
    if settings['authentication_type'] == 1:
        options.append(f'authentication {{ auth_type PASS auth_pass "{settings["password"]}" }}'.replace(' auth_', '\n auth_').replace(' }', '\n }'))
        options.append('accept' if owner else 'no_accept')
    tracks = {f'startup-{vrid}': 0}
    if not owner:  # its priority can't be changed
        tracks[f'priority-{vrid}'] = 1
    for name in tracks:
        (directory / name).write_text(f'{HELD if name.startswith("startup") else 0}\n', encoding='ascii')
    (directory / f'base-{vrid}').write_text(f'{priority or DEFAULT_PRIORITY}\n', encoding='ascii')
    elan = settings['elan']
    return ''.join(TRACK_FILE.format(name=name, path=directory / name, weight=weight) for name, weight in tracks.items()) + \
        INSTANCE.format(vrid=vrid, state='MASTER' if owner else 'BACKUP', source=elan['address'],
                        options=''.join(f'    {line}\n' for line in options),
                        addresses=''.join(f'        {address}/{elan["prefix_length"]}\n' for address in router['addresses']),
                        tracked=''.join(f'        {name}\n' for name in tracks))


def interfaces(settings):
    """Lines for `ip -batch`: MAC addresses; then IP addresses and the routes behind them. An address that a virtual router owns
    is not the interface's: it comes and goes with the virtual router, or else the kernel would answer for it with the interface's
    own MAC address."""
    elan, lan = settings['elan'], settings['lan']
    owned = [address for router in settings['virtual_routers'] for address in router['addresses']]
    links, addresses = [], []
    for device, port in (('lan0', elan), ('lan1', lan)):
        if port:
            links += [f'link set {device} address {port["mac"].replace("-", ":")}', f'link set {device} up']
        if port and port['address'] not in owned:
            addresses.append(f'address replace {port["address"]}/{port["prefix_length"]} dev {device}')
    routes = [f'route replace {route["network"]}/{route["prefix_length"]} via {route["next_hop"]} onlink dev lan0'
              for route in settings['routes']]
    return links, addresses + routes


def main():
    directory = Path(sys.argv[1])
    settings = json.loads(Path(os.environ['VMACHECK_SETTINGS']).read_text(encoding='utf-8'))
    authentication = settings['authentication_type']
    if authentication > 1:
        refuse('its authentication header takes keys of up to eight characters')
    if authentication and not re.fullmatch('[A-Za-z0-9]{1,8}', settings['password']):
        refuse('its configuration takes no such password')
    routers = settings['virtual_routers']
    (directory / 'keepalived.conf').write_text(
        GLOBAL.format(strictness=WITH_AUTHENTICATION if authentication else STRICT) +
        ''.join(instance(router, settings, directory) for router in routers), encoding='ascii')
    links, addresses = interfaces(settings)
    for name, content in (('interfaces', links), ('addresses', addresses), ('vrids', [str(router['vrid']) for router in routers]),
                          ('at-start', [str(router['vrid']) for router in routers if router['started_by_join']])):
        (directory / name).write_text(''.join(f'{line}\n' for line in content), encoding='ascii')
    if all(router['priority'] == OWNER for router in routers):
        (directory / 'owners-only').touch()


if __name__ == '__main__':
    main()
