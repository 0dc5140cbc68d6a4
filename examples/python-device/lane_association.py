"""ADDRESS ASSOCIATION and DISASSOCIATION of a non-proxy LANE v2 client (section 3.1 of the draft).

Associating registers the VMAC with the LES and announces it by a targetless LE_ARP_REQUEST. A registration that is
refused or not answered is asked for again and again, and until it is confirmed the announcement is repeated every
second. Disassociating unregisters and withdraws by a no-source LE_NARP_REQUEST.
"""
import lane_frames as lane
from lane_variables import back_off

SECOND = 1_000_000_000
ANNOUNCEMENT_INTERVAL = 1 * SECOND   # "every second", and never faster (lane-rules 5.5)
REGISTRATION_RETRY = 5 * SECOND      # after a refusal (A-4: from 1 s to 10 s)

PENDING, REFUSED, CONFIRMED = 'pending', 'refused', 'confirmed'


class Association:
    """One VMAC that this client represents."""

    def __init__(self, client, vmac, announced_ns):
        self.client = client
        self.vmac = vmac
        self.state = PENDING
        self.announced = False
        self.announced_ns = announced_ns  # the last time, also in an earlier association; None: never
        self.registration_timer = client.network.timer(self.register)
        self.announcement_timer = client.network.timer(self.announce)

    def begin(self):
        self.waits = iter(())
        self.register()
        if self.announced_ns is None:
            wait_ns = 0
        else:
            wait_ns = self.announced_ns + ANNOUNCEMENT_INTERVAL - self.client.network.now_ns
        if wait_ns > 0:
            self.announcement_timer.start(wait_ns)
        else:
            self.announce()

    def end(self):
        self.registration_timer.stop()
        self.announcement_timer.stop()

    def register(self):
        """The next request: after C7i, C7x times longer …, and from the start again when C7 is over (R-3.1-05)."""
        wait_s = next(self.waits, None)
        if wait_s is None:
            self.waits = back_off(self.client.variables)
            wait_s = next(self.waits)
        self.state = PENDING
        self.client.associations.send_register(self.vmac)
        self.registration_timer.start(wait_s * SECOND)

    def refused(self):
        if self.state == PENDING:
            self.state = REFUSED
            self.waits = iter(())
            self.registration_timer.start(REGISTRATION_RETRY)

    def confirmed(self):
        self.state = CONFIRMED
        self.end()

    def announce(self):
        self.announced = True
        self.announced_ns = self.client.network.now_ns
        self.client.send_control(self.client.request(lane.LE_ARP_REQUEST, source_lan=self.vmac,
                                                     source_atm=self.client.atm))
        self.announcement_timer.start(ANNOUNCEMENT_INTERVAL)


class Associations:
    """All VMACs of a client, and the registrations that are still unanswered."""

    def __init__(self, client):
        self.client = client
        self.of_vmac = {}
        self.unanswered = {}  # transaction id of a registration -> VMAC; may outlive the association
        self.announced_ns = {}

    def has(self, mac):
        return mac in self.of_vmac

    def associate(self, vmac):
        if vmac not in self.of_vmac:
            self.of_vmac[vmac] = Association(self.client, vmac, self.announced_ns.get(vmac))
            self.of_vmac[vmac].begin()

    def disassociate(self, vmac):
        association = self.of_vmac.pop(vmac, None)
        if not association:
            return
        association.end()
        if association.state != REFUSED:
            self.send_unregister(vmac)
        self.announced_ns[vmac] = association.announced_ns
        if association.announced:
            self.client.send_control(self.client.request(lane.LE_NARP_REQUEST, target_lan=vmac,
                                                         target_atm=self.client.atm))

    def leave(self):
        """The ELAN is gone, and every registration with it."""
        for association in self.of_vmac.values():
            association.end()
        self.of_vmac = {}
        self.unanswered = {}
        self.announced_ns = {}

    def send_register(self, vmac):
        frame = self.client.request(lane.LE_REGISTER_REQUEST, source_lan=vmac, source_atm=self.client.atm)
        self.unanswered[frame.transaction_id] = vmac
        self.client.send_control(frame)

    def send_unregister(self, vmac):
        """Goes for all registrations that were sent before it."""
        self.unanswered = {key: value for key, value in self.unanswered.items() if value != vmac}
        self.client.send_control(self.client.request(lane.LE_UNREGISTER_REQUEST, source_lan=vmac,
                                                     source_atm=self.client.atm))

    def register_response(self, frame):
        vmac = self.unanswered.pop(frame.transaction_id, None)
        if vmac is None:
            return
        association = self.of_vmac.get(vmac)
        if association and frame.status == 0:
            association.confirmed()
        elif association:
            association.refused()
        elif frame.status == 0:
            self.send_unregister(vmac)  # a success that came too late
