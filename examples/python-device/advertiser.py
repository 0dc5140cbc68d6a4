#!/usr/bin/env python3
"""The smallest router that vmacheck can judge: it answers ARP, becomes Master when nobody could have been it, and never
listens to another router.

    vmacheck run --dut 'adapter:python3 examples/python-device/advertiser.py' --role vrrp --media ethernet

README.md explains it line by line, and what vmacheck says of it.
"""
import ipaddress
import struct

import vmacheck_adapter as adapter

SECOND = 1_000_000_000
ARP_REQUEST, ARP_REPLY = (bytes.fromhex('0806 0001 0800 0604') + bytes([0, operation]) for operation in (1, 2))
CLAIMS = {'roles': ['vrrp'], 'schemes': ['non-proxy'], 'lane': ['v2'], 'media': ['ethernet']}


def checksum(octets):
    total = sum(struct.unpack(f'>{len(octets) // 2}H', octets))
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def with_checksum(octets, place):
    return octets[:place] + struct.pack('>H', checksum(octets)) + octets[place + 2:]


class Advertiser(adapter.Station):
    def __init__(self, network, settings):
        super().__init__(network, settings)
        self.mac = bytes.fromhex(settings['elan']['mac'].replace('-', ''))
        self.ip = ipaddress.IPv4Address(settings['elan']['address']).packed
        self.router = settings['virtual_routers'][0]
        self.priority = self.router['priority'] or 100
        self.interval_s = self.router['interval_s'] or 1
        self.vmac = bytes.fromhex('00005e0001') + bytes([self.router['vrid']])
        self.addresses = [ipaddress.IPv4Address(address).packed for address in self.router['addresses']]
        self.master_down_timer = network.timer(self.become_master)
        self.advertisement_timer = network.timer(self.advertise)

    def control(self, action, vrid, priority):
        if action == 'startup' or action == 'start' and self.router['started_by_join']:
            master_down_s = 0 if self.priority == 255 else 3 * self.interval_s + (256 - self.priority) / 256
            self.master_down_timer.start(master_down_s * SECOND)
        elif action != 'start':
            raise adapter.Refusal(f'it does not know {action}')

    def lan_frame_received(self, port, data):
        if data[12:22] == ARP_REQUEST and data[38:42] == self.ip:
            self.network.lan_frame_send(0, data[6:12] + self.mac + ARP_REPLY + self.mac + self.ip + data[22:32])

    def become_master(self):
        self.advertise()
        for address in self.addresses:
            self.network.lan_frame_send(0, b'\xff' * 6 + self.vmac + ARP_REQUEST + self.vmac + address + bytes(6) + address)

    def advertise(self):
        vrrp = with_checksum(struct.pack('>BBBBBBH', 0x21, self.router['vrid'], self.priority, len(self.addresses), 0,
                                         self.interval_s, 0) + b''.join(self.addresses) + bytes(8), 6)
        ip = with_checksum(struct.pack('>BBHHHBBH', 0x45, 0, 20 + len(vrrp), 0, 0, 255, 112, 0)
                           + self.ip + bytes([224, 0, 0, 18]), 10)
        self.network.lan_frame_send(0, bytes.fromhex('01005e000012') + self.vmac + b'\x08\x00' + ip + vrrp)
        self.advertisement_timer.start(self.interval_s * SECOND)


if __name__ == '__main__':
    adapter.run(Advertiser, 'advertiser 1', CLAIMS, capabilities={'control-startup'})
