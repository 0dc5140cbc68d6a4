"""One virtual router: the state machine of RFC 2338 6.4 with the steps that section 3.3 of the draft adds.

`actions` is what surrounds it: associate(vmac), disassociate(vmac), send_advertisement(router, priority),
send_gratuitous_arps(router).
"""
import ipaddress

from ip_frames import VRRP_TTL, Advertisement, vmac_of

SECOND = 1_000_000_000
INITIALIZE, BACKUP, MASTER = 'initialize', 'backup', 'master'
OWNER = 255


class VirtualRouter:
    def __init__(self, network, settings, interface_ip, address_list_check, actions):
        self.network = network
        self.vrid = settings['vrid']
        self.vmac = vmac_of(self.vrid)
        self.addresses = [int(ipaddress.IPv4Address(address)) for address in settings['addresses']]
        default_priority = OWNER if interface_ip in self.addresses else 100  # 5.3.4
        self.priority = default_priority if settings['priority'] is None else settings['priority']
        self.interval_s = 1 if settings['interval_s'] is None else settings['interval_s']
        self.preempts = settings['preempt'] is not False or self.is_owner  # 6.1.2: the owner always does
        self.interface_ip = interface_ip
        self.address_list_check = address_list_check
        self.actions = actions
        self.state = INITIALIZE
        self.adver_timer = network.timer(self.advertise)
        self.master_down_timer = network.timer(self.become_master)

    @property
    def is_owner(self):
        return self.priority == OWNER

    # --- times (6.1.2) ---

    def skew_ns(self):
        return (256 - self.priority) * SECOND // 256

    def master_down_ns(self):
        return 3 * self.interval_s * SECOND + self.skew_ns()

    # --- events ---

    def startup(self):
        if self.state != INITIALIZE:
            return
        if self.is_owner:
            self.become_master()
        else:
            self.become_backup()

    def shutdown(self):
        if self.state == MASTER:
            self.actions.send_advertisement(self, priority=0)
            self.actions.disassociate(self.vmac)
        self.stop()

    def stop(self):
        """The interface is gone: nothing can be sent."""
        self.adver_timer.stop()
        self.master_down_timer.stop()
        self.state = INITIALIZE

    def packet_received(self, packet):
        """An IP packet for 224.0.0.18 with protocol 112."""
        advertisement = self.check(packet)
        if not advertisement or self.state == INITIALIZE:
            return
        if self.state == BACKUP:
            self.heard_as_backup(advertisement)
        else:
            self.heard_as_master(advertisement, packet.source)

    # --- receiving ---

    def check(self, packet):
        """RFC 2338 7.1; None when the packet is to be discarded."""
        if packet.ttl != VRRP_TTL:
            return None
        advertisement = Advertisement.decode(packet.payload)
        if not advertisement or advertisement.authentication_type != 0 or advertisement.vrid != self.vrid:
            return None
        if (self.address_list_check and advertisement.priority != OWNER
                and sorted(advertisement.addresses) != sorted(self.addresses)):
            return None
        return advertisement if advertisement.interval_s == self.interval_s else None

    def heard_as_backup(self, advertisement):
        if advertisement.priority == 0:
            self.master_down_timer.start(self.skew_ns())
        elif not self.preempts or advertisement.priority >= self.priority:
            self.master_down_timer.start(self.master_down_ns())

    def heard_as_master(self, advertisement, source):
        if advertisement.priority == 0:
            self.advertise()
        elif (advertisement.priority, source) > (self.priority, self.interface_ip):
            self.adver_timer.stop()
            self.actions.disassociate(self.vmac)
            self.become_backup()

    # --- states ---

    def become_backup(self):
        self.state = BACKUP
        self.master_down_timer.start(self.master_down_ns())

    def become_master(self):
        """The association comes first, then the advertisement, then the gratuitous ARP (draft 3.3.1, 3.3.2)."""
        self.state = MASTER
        self.actions.associate(self.vmac)
        self.advertise()
        self.actions.send_gratuitous_arps(self)

    def advertise(self):
        self.actions.send_advertisement(self, self.priority)
        self.adver_timer.start(self.interval_s * SECOND)
