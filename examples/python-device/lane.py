"""A LAN Emulation client, LANE v2, not a proxy, on an Ethernet ELAN (spec/lane-rules.md 1, 2 and 5).

It configures, joins, connects to the BUS, finds the VCC for every frame, answers LE_ARP, READY_QUERY and
LE_FLUSH_REQUEST, and begins anew when it loses the ELAN. The draft's address association is in lane_association.py, the
LE_ARP cache and the way of unicast frames are in lane_data.py.

    client = LanEmulationClient(network, settings, joined=…, lost=…, frame_received=…)
    client.start()
"""
import lane_frames as lane
from lane_association import Associations
from lane_data import UnicastPaths
from lane_frames import ControlFrame, FrameError
from lane_variables import VARIABLE_OF_TLV, Variables, back_off
from vmacheck_adapter import Call

SECOND = 1_000_000_000
MILLISECOND = 1_000_000


# Phases; a request of CONFIGURE and JOIN is repeated while the phase lasts.
OFF, WAITING, LECS_CONNECT, CONFIGURE, LES_CONNECT, JOIN, MEMBER = range(7)


class LanEmulationClient:
    def __init__(self, network, settings, joined, lost, frame_received):
        self.network = network
        self.mac = bytes.fromhex(settings['elan']['mac'].replace('-', ''))
        self.atm = bytes.fromhex(settings['atm_address'])
        self.lecs_atm = bytes.fromhex(settings['lecs_address'] or '')
        self.configured_les_atm = bytes.fromhex(settings['les_address'])
        self.configured_elan_name = settings['elan_name'].encode()
        self.joined = joined
        self.lost = lost
        self.frame_received = frame_received
        self.phase = OFF
        self.phase_timer = network.timer(self.phase_timer_due)
        self.next_transaction = network.random.getrandbits(32)
        self.paths = UnicastPaths(self)
        self.associations = Associations(self)
        self.bus = Bus(self)
        self.forget()

    def forget(self):
        """Initial state: variables as configured, no LECID."""
        self.variables = Variables()
        self.lecid = 0
        self.les_atm = self.configured_les_atm
        self.elan_name = self.configured_elan_name
        self.configuration_direct = self.control_direct = self.control_distribute = None
        self.request_transactions = set()
        self.topology_change = False
        self.operational = False

    # --- joining ---

    def start(self):
        self.network.address_register(self.atm)
        self.begin()

    def begin(self):
        self.forget()
        if self.lecs_atm:
            self.phase = LECS_CONNECT
            self.configuration_direct = self.call(self.lecs_atm, lane.B_LLI_CONTROL)
        else:
            self.call_les()

    def call_les(self):
        self.phase = LES_CONNECT
        self.control_direct = self.call(self.les_atm, lane.B_LLI_CONTROL)

    def enter(self, phase):
        """Begins to ask for the next step: repeated after C7i, then C7x times longer, until C7 in sum (L-join-09)."""
        self.phase = phase
        self.request_transactions = set()
        self.waits = back_off(self.variables)
        self.send_phase_request()

    def phase_timer_due(self):
        if self.phase == WAITING:
            self.begin()
        else:
            self.send_phase_request()

    def send_phase_request(self):
        wait_s = next(self.waits, None)
        if wait_s is None:
            self.restart()
            return
        request = self.request(
            lane.LE_CONFIGURE_REQUEST if self.phase == CONFIGURE else lane.LE_JOIN_REQUEST, flags=lane.V2_CAPABLE,
            source_lan=self.mac, source_atm=self.atm, lan_type=lane.LAN_TYPE_8023, max_frame_size=lane.FRAME_SIZE_1516,
            elan_name=self.elan_name)
        self.request_transactions.add(request.transaction_id)
        self.network.sdu_send(self.configuration_direct if self.phase == CONFIGURE else self.control_direct,
                              request.encode())
        self.phase_timer.start(wait_s * SECOND)

    def configure_response(self, frame):
        if frame.status:
            self.restart()
            return
        self.take_variables(frame.tlvs)
        self.les_atm = frame.target_atm
        self.elan_name = frame.elan_name
        self.phase_timer.stop()
        self.network.call_release(self.configuration_direct)
        self.configuration_direct = None
        self.call_les()

    def take_variables(self, tlvs):
        for kind, value in tlvs:
            name = VARIABLE_OF_TLV.get(kind)
            if name and len(value) in (2, 4):
                setattr(self.variables, name, int.from_bytes(value, 'big'))

    def join_response(self, frame):
        """The own MAC address travelled in the join and is registered by it (A-17). This client is v2 only: without V2
        Required it stays outside."""
        if frame.status or not 1 <= frame.requester_lecid <= 0xfeff or not frame.flags & lane.V2_REQUIRED:
            self.restart()
            return
        self.phase = MEMBER
        self.phase_timer.stop()
        self.lecid = frame.requester_lecid
        self.bus.connect()

    def bus_connected(self):
        if not self.operational:
            self.operational = True
            self.joined()

    def restart(self):
        """Back to the initial state: everything is released; the next attempt comes after C37 to C38."""
        was_operational = self.operational
        for vcc in (self.configuration_direct, self.control_direct, self.control_distribute):
            if vcc:
                self.network.call_release(vcc)
        self.paths.leave()
        self.bus.leave()
        self.associations.leave()
        self.forget()
        self.phase = WAITING
        self.phase_timer.start(self.network.random.randint(1, 5000) * MILLISECOND)
        if was_operational:
            self.lost()

    # --- VCCs ---

    def call(self, atm, b_lli):
        return self.network.call_setup(Call(calling=self.atm, called=atm, b_lli=b_lli))

    def call_offered(self, vcc, call):
        if call.b_lli == lane.B_LLI_CONTROL and call.calling == self.les_atm and self.control_direct:
            self.control_distribute = vcc
        elif call.b_lli == lane.B_LLI_MULTICAST and self.bus.offered(vcc, call):
            pass
        elif call.b_lli == lane.B_LLI_DATA_DIRECT and self.lecid and not call.point_to_multipoint:
            self.paths.offered(vcc, call.calling)
        else:
            self.network.call_reject(vcc, lane.CAUSE_REJECTED)
            return
        self.network.call_accept(vcc)

    def call_connected(self, vcc):
        if vcc == self.configuration_direct:
            self.enter(CONFIGURE)
        elif vcc == self.control_direct:
            self.enter(JOIN)
        elif not self.bus.call_connected(vcc):
            self.paths.call_connected(vcc)

    def call_released(self, vcc, cause):
        if vcc in (self.configuration_direct, self.control_direct, self.control_distribute):
            for name in ('configuration_direct', 'control_direct', 'control_distribute'):
                if vcc == getattr(self, name):
                    setattr(self, name, None)
            self.restart()
        elif not self.bus.call_released(vcc):
            self.paths.call_released(vcc, cause)

    # --- frames from the network ---

    def sdu_received(self, vcc, octets):
        try:
            if lane.is_control(octets):
                self.control_received(vcc, ControlFrame.decode(octets))
            else:
                lecid, frame = lane.decode_data(octets)
                self.paths.heard(vcc)
                if self.operational and lecid != self.lecid:  # the BUS's echo of the own frames (lane-wire 13)
                    self.frame_received(frame)
        except FrameError:
            pass  # not for this device

    def control_received(self, vcc, frame):
        if frame.opcode in (lane.READY_QUERY, lane.READY_IND):
            self.paths.ready_received(vcc, frame)
        elif self.phase in (CONFIGURE, JOIN):
            self.phase_response(frame)
        elif not self.lecid:
            pass
        elif frame.opcode & lane.RESPONSE:
            if frame.requester_lecid == self.lecid:
                self.response_received(frame)
        elif frame.requester_lecid != self.lecid:  # not the own echo
            self.request_received(frame)

    def phase_response(self, frame):
        """Responses for others come along on Control Distribute: the ATM address tells them apart before there is a
        LECID."""
        wanted = lane.LE_CONFIGURE_REQUEST if self.phase == CONFIGURE else lane.LE_JOIN_REQUEST
        if (frame.opcode == wanted | lane.RESPONSE and frame.transaction_id in self.request_transactions
                and frame.source_atm == self.atm):
            if self.phase == CONFIGURE:
                self.configure_response(frame)
            else:
                self.join_response(frame)

    def response_received(self, frame):
        if frame.opcode == lane.LE_ARP_REQUEST | lane.RESPONSE:
            if not self.bus.le_arp_response(frame):
                self.paths.le_arp_response(frame)
        elif frame.opcode == lane.LE_FLUSH_REQUEST | lane.RESPONSE:
            self.paths.flush_response(frame)
        elif frame.opcode == lane.LE_REGISTER_REQUEST | lane.RESPONSE:
            self.associations.register_response(frame)

    def request_received(self, frame):
        if frame.opcode == lane.LE_ARP_REQUEST and frame.target_lan is None:
            self.paths.targetless_le_arp(frame)
        elif frame.opcode == lane.LE_ARP_REQUEST and self.represents(frame.target_lan):
            self.send_control(frame.response(target_atm=self.atm, flags=0))
        elif frame.opcode == lane.LE_NARP_REQUEST:
            self.paths.le_narp(frame)
        elif frame.opcode == lane.LE_FLUSH_REQUEST and frame.target_atm == self.atm:
            self.send_control(frame.response())
        elif frame.opcode == lane.LE_TOPOLOGY_REQUEST:
            self.topology_change = bool(frame.flags & lane.TOPOLOGY_CHANGE)

    def represents(self, mac):
        return mac == self.mac or self.associations.has(mac)

    # --- frames to the network ---

    def request(self, opcode, **fields):
        """A request with a transaction id of its own."""
        transaction_id = self.next_transaction
        self.next_transaction = transaction_id + 1 & 0xffffffff
        return ControlFrame(opcode, transaction_id=transaction_id, requester_lecid=self.lecid, **fields)

    def send_control(self, frame):
        self.network.sdu_send(self.control_direct, frame.encode())

    def send_le_arp(self, mac):
        """Asks who has 'mac'; returns the transaction id."""
        frame = self.request(lane.LE_ARP_REQUEST, source_lan=self.mac, source_atm=self.atm, target_lan=mac)
        self.send_control(frame)
        return frame.transaction_id

    def send_frame(self, frame):
        """Sends an Ethernet frame: a group address by the BUS, any other by the path to its owner."""
        destination = frame[:6]
        if not self.operational or self.represents(destination):
            return
        if destination[0] & 1:
            self.bus.send(lane.encode_data(self.lecid, frame))
        else:
            self.paths.send(destination, lane.encode_data(self.lecid, frame))

    def associate(self, vmac):
        self.associations.associate(vmac)

    def disassociate(self, vmac):
        self.associations.disassociate(vmac)


class Bus:
    """The way to the BUS: LE_ARP for the broadcast address, Multicast Send, Multicast Forward (lane-rules 1, phase 5).
    A client that loses it connects again without leaving the ELAN."""

    def __init__(self, client):
        self.client = client
        self.timer = client.network.timer(self.timer_due)
        self.reset()

    def reset(self):
        self.atm = None
        self.transactions = set()
        self.multicast_send = self.multicast_forward = None
        self.send_connected = False
        self.timer.stop()

    def connect(self):
        self.reset()
        self.questions_left = 1 + self.client.variables.C13
        self.ask()

    def ask(self):
        self.questions_left -= 1
        self.transactions.add(self.client.send_le_arp(lane.BROADCAST))
        self.timer.start(self.client.variables.C20 * SECOND)

    def timer_due(self):
        if self.atm is None and self.questions_left > 0:
            self.ask()
        else:
            self.client.restart()

    def le_arp_response(self, frame):
        if frame.transaction_id not in self.transactions:
            return False
        if self.atm is None and frame.status == 0:
            self.atm = frame.target_atm
            self.multicast_send = self.client.call(self.atm, lane.B_LLI_MULTICAST)
            self.timer.start(self.client.variables.C7 * SECOND)
        return True

    def offered(self, vcc, call):
        if self.atm is None or call.calling != self.atm:
            return False
        if self.multicast_forward:
            self.client.network.call_release(self.multicast_forward)
        self.multicast_forward = vcc
        self.check_connected()
        return True

    def call_connected(self, vcc):
        if vcc != self.multicast_send:
            return False
        self.send_connected = True
        self.check_connected()
        return True

    def check_connected(self):
        if self.send_connected and self.multicast_forward:
            self.timer.stop()
            self.client.bus_connected()

    def call_released(self, vcc):
        if vcc not in (self.multicast_send, self.multicast_forward):
            return False
        was_connected = self.send_connected
        if vcc == self.multicast_send:
            self.multicast_send = None
        else:
            self.multicast_forward = None
        self.leave()
        if was_connected:
            self.connect()
        else:
            self.client.restart()
        return True

    def leave(self):
        multicast_send, multicast_forward = self.multicast_send, self.multicast_forward
        self.reset()
        for vcc in (multicast_send, multicast_forward):
            if vcc:
                self.client.network.call_release(vcc)
        self.client.paths.path_gone(multicast_send)

    def send(self, sdu):
        if self.send_connected:
            self.client.network.sdu_send(self.multicast_send, sdu)
