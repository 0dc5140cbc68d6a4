#!/usr/bin/env python3
"""A VRRP router on an emulated LAN, as a device for vmacheck:

    vmacheck run --dut 'adapter:python3 examples/python-device/device.py'

It joins as a LANE v2 client that is no proxy, answers ARP and pings to its own address, and runs one virtual router.
It has no port besides the ELAN and forwards nothing.
"""
import ipaddress

import ip_frames as ip
import vmacheck_adapter as adapter
from ip_frames import Arp, Ethernet, Ipv4
from lane import LanEmulationClient
from vrrp import MASTER, VirtualRouter

SECOND = 1_000_000_000
ARP_ATTEMPTS = 3
ARP_HELD_PACKETS = 8
PING_TTL = 64

CLAIMS = {'roles': ['router'], 'schemes': ['non-proxy'], 'lane': ['v2'], 'media': ['ethernet']}
CAPABILITIES = {'control-startup', 'control-fail', 'egress-order'}


class Router(adapter.Station):
    """The station: what vmacheck does to it goes to the LANE client or to the virtual router."""

    def __init__(self, network, settings):
        super().__init__(network, settings)
        refuse_beyond_claims(settings)
        self.on = self.failed = False
        self.build()

    def build(self):
        elan = self.settings['elan']
        self.mac = bytes.fromhex(elan['mac'].replace('-', ''))
        self.interface = ipaddress.IPv4Interface(f'{elan["address"]}/{elan["prefix_length"]}')
        self.ip = int(self.interface.ip)
        self.client = LanEmulationClient(self.network, self.settings, self.joined, self.lost, self.frame_received)
        self.router = None
        self.started = False
        for settings in self.settings['virtual_routers']:
            self.router = VirtualRouter(self.network, settings, self.ip, self.settings['address_list_check'], self)
            self.started = settings['started_by_join']
        self.neighbours = {}  # IP address -> Neighbour

    # --- the lab ---

    def control(self, action, vrid, priority):
        if action == 'start':
            self.switch_on()
        elif action == 'fail':
            self.on, self.failed = False, True
            self.network.forget_timers()
        elif action in ('startup', 'shutdown'):
            self.control_virtual_router(action, vrid)
        else:
            raise adapter.Refusal(f'this router does not know the action {action!r}')

    def switch_on(self):
        if self.on:
            raise adapter.Refusal('the router is on')
        if self.failed:
            self.build()
        self.on, self.failed = True, False
        self.client.start()

    def control_virtual_router(self, action, vrid):
        if not self.on or not self.router or self.router.vrid != vrid:
            raise adapter.Refusal(f'there is no virtual router {vrid}, or the router is off')
        self.started = action == 'startup'
        if action == 'shutdown':
            self.router.shutdown()
        elif self.client.operational:
            self.router.startup()

    # --- the ATM network ---

    def call_offered(self, vcc, call):
        if self.on:
            self.client.call_offered(vcc, call)
        elif not self.failed:
            self.network.call_reject(vcc)

    def call_connected(self, vcc):
        if self.on:
            self.client.call_connected(vcc)

    def call_released(self, vcc, cause):
        if self.on:
            self.client.call_released(vcc, cause)

    def sdu_received(self, vcc, data):
        if self.on:
            self.client.sdu_received(vcc, data)

    # --- the LANE client ---

    def joined(self):
        if self.started:
            self.router.startup()

    def lost(self):
        """The interface is down."""
        if self.router:
            self.router.stop()
        for neighbour in self.neighbours.values():
            neighbour.timer.stop()
        self.neighbours = {}

    def frame_received(self, octets):
        frame = Ethernet.decode(octets)
        if not frame or not (frame.destination == self.mac or ip.is_group(frame.destination)
                             or self.is_master and frame.destination == self.router.vmac):
            return
        if frame.ethertype == ip.ETHERTYPE_ARP:
            self.arp_received(Arp.decode(frame.payload))
        elif frame.ethertype == ip.ETHERTYPE_IPV4:
            self.packet_received(frame, Ipv4.decode(frame.payload))

    # --- the virtual router ---

    @property
    def is_master(self):
        return self.router is not None and self.router.state == MASTER

    def associate(self, vmac):
        self.client.associate(vmac)

    def disassociate(self, vmac):
        self.client.disassociate(vmac)

    def send_advertisement(self, router, priority):
        message = ip.Advertisement(router.vrid, priority, router.interval_s, router.addresses)
        packet = Ipv4(self.ip, ip.VRRP_GROUP, ip.PROTOCOL_VRRP, ip.VRRP_TTL, message.encode())
        self.send(ip.VRRP_GROUP_MAC, router.vmac, ip.ETHERTYPE_IPV4, packet.encode())

    def send_gratuitous_arps(self, router):
        for address in router.addresses:
            arp = Arp(ip.ARP_REQUEST, router.vmac, address, bytes(6), address)
            self.send(ip.BROADCAST, router.vmac, ip.ETHERTYPE_ARP, arp.encode())

    # --- ARP ---

    def mac_for(self, address):
        """The MAC address under which this router has an IP address now; None: under none. An address of the virtual
        router is the Master's alone and goes with the VMAC (RFC 2338 8.2)."""
        if self.router and address in self.router.addresses:
            return self.router.vmac if self.is_master else None
        return self.mac if address == self.ip else None

    def arp_received(self, arp):
        """RFC 826: known senders are updated, new ones learned when they speak to this router."""
        if not arp or ip.is_group(arp.sender_mac):
            return
        own_mac = self.mac_for(arp.target_ip)
        neighbour = self.neighbours.get(arp.sender_ip)
        if not neighbour and own_mac and arp.sender_ip != arp.target_ip:
            neighbour = self.neighbours[arp.sender_ip] = Neighbour(self, arp.sender_ip)
        if neighbour:
            neighbour.resolved(arp.sender_mac)
        if own_mac and arp.operation == ip.ARP_REQUEST:
            reply = Arp(ip.ARP_REPLY, own_mac, arp.target_ip, arp.sender_mac, arp.sender_ip)
            self.send(arp.sender_mac, own_mac, ip.ETHERTYPE_ARP, reply.encode())

    # --- IP ---

    def packet_received(self, frame, packet):
        if not packet:
            return
        if packet.protocol == ip.PROTOCOL_VRRP and packet.destination == ip.VRRP_GROUP:
            if self.router:
                self.router.packet_received(packet)
        elif packet.protocol == ip.PROTOCOL_ICMP and not ip.is_group(frame.destination) and self.accepts(packet):
            rest = ip.decode_echo_request(packet.payload)
            if rest is not None:
                self.send_packet(Ipv4(packet.destination, packet.source, ip.PROTOCOL_ICMP, PING_TTL,
                                      ip.encode_echo_reply(rest)))

    def accepts(self, packet):
        """RFC 2338 6.4.2, 6.4.3: packets to an address of the virtual router are for the owner as Master only."""
        if self.router and packet.destination in self.router.addresses:
            return self.is_master and self.router.is_owner
        return packet.destination == self.ip

    def send_packet(self, packet):
        if ipaddress.IPv4Address(packet.destination) not in self.interface.network:
            return  # there is no gateway
        neighbour = self.neighbours.get(packet.destination)
        if not neighbour:
            neighbour = self.neighbours[packet.destination] = Neighbour(self, packet.destination)
        neighbour.send(packet)

    def send(self, destination, source, ethertype, payload):
        self.client.send_frame(Ethernet(destination, source, ethertype, payload).encode())


class Neighbour:
    """An ARP cache entry."""

    def __init__(self, router, address):
        self.router = router
        self.address = address
        self.mac = None
        self.attempts = 0
        self.held = []
        self.timer = router.network.timer(self.ask)

    def resolved(self, mac):
        self.mac = mac
        self.timer.stop()
        held, self.held = self.held, []
        for packet in held:
            self.send(packet)

    def send(self, packet):
        if self.mac:
            source = self.router.mac_for(packet.source) or self.router.mac
            self.router.send(self.mac, source, ip.ETHERTYPE_IPV4, packet.encode())
            return
        if len(self.held) < ARP_HELD_PACKETS:
            self.held.append(packet)
        if not self.timer.running:
            self.attempts = 0
            self.ask()

    def ask(self):
        own_mac = self.router.mac_for(self.router.ip)
        if self.attempts == ARP_ATTEMPTS or own_mac is None:
            self.held = []
            return
        self.attempts += 1
        arp = Arp(ip.ARP_REQUEST, own_mac, self.router.ip, bytes(6), self.address)
        self.router.send(ip.BROADCAST, own_mac, ip.ETHERTYPE_ARP, arp.encode())
        self.timer.start(SECOND)


def refuse_beyond_claims(settings):
    for member, text in (('proxy', 'joins as a proxy'), ('token_ring', 'joins 802.5 ELANs'),
                         ('llc_multiplexed', 'has LLC-multiplexed VCCs'), ('lan', 'has a LAN port'),
                         ('authentication_type', 'authenticates VRRP')):
        if settings[member]:
            raise adapter.Refusal(f'this router never {text}')
    if not settings['v2_capable']:
        raise adapter.Refusal('this router is a LANE v2 client only')
    if len(settings['virtual_routers']) > 1:
        raise adapter.Refusal('this router has one virtual router')


if __name__ == '__main__':
    adapter.run(Router, 'vmacheck python example 1', CLAIMS, CAPABILITIES)
