"""Where unicast frames go (spec/lane-rules.md 5.1, 5.3, 5.4, 5.7; lane-wire 9): the LE_ARP cache, Data Direct VCCs and
the change from one path to the other.

A destination without a usable Data Direct VCC is reached by the BUS, C10 frames per C11, while LE_ARP finds its ATM
address and a VCC is set up. Before frames take another way to the same station, the old way is flushed (C21) or has
been quiet for C22. Frames beyond C10, and those that come during a flush beyond HELD_FRAMES, are dropped.
"""
import lane_frames as lane

SECOND = 1_000_000_000
UNANSWERED_PAUSE = 10 * SECOND  # before the next LE_ARP for an address that nobody answered for
SETUP_PAUSE = 10 * SECOND       # before the next call to a station that refused one
HELD_FRAMES = 16


class DataDirect:
    """A Data Direct VCC. A called client may use it once it heard something on it, a caller once it said READY_IND."""

    def __init__(self, paths, vcc, peer, calling):
        self.vcc = vcc
        self.peer = peer
        self.calling = calling  # ATM address of the caller: the lower one's VCC carries data (5.7)
        self.ready = False
        self.used_ns = paths.network.now_ns
        self.paths = paths
        self.ready_timer = paths.network.timer(self.ready_due)
        self.idle_timer = paths.network.timer(self.idle_due)
        if paths.client.variables.C12:
            self.idle_timer.start(paths.client.variables.C12 * SECOND)

    def ready_due(self):
        self.paths.network.sdu_send(self.vcc, lane.ControlFrame(lane.READY_QUERY).encode())

    def idle_due(self):
        left_ns = self.used_ns + self.paths.client.variables.C12 * SECOND - self.paths.network.now_ns
        if left_ns > 0:
            self.idle_timer.start(left_ns)
        else:
            self.paths.network.call_release(self.vcc)
            self.paths.call_released(self.vcc, lane.CAUSE_NORMAL)

    def stop(self):
        self.ready_timer.stop()
        self.idle_timer.stop()


class Destination:
    """A MAC address that frames go to."""

    def __init__(self, paths, mac):
        self.paths = paths
        self.mac = mac
        self.atm = None          # its binding; None: not known
        self.remote = False
        self.verified_ns = 0
        self.transactions = set()
        self.questions = 0
        self.ask_again_ns = 0
        self.le_arp_timer = paths.network.timer(self.ask)
        self.window_ns = None    # C11: its beginning, and the frames that went to the BUS in it
        self.window_count = 0
        self.path = None         # VCC of the last frame, and when it went
        self.sent_ns = 0
        self.flush_transaction = None
        self.flush_timer = paths.network.timer(self.flush_due)
        self.held = []           # frames that wait for the flush

    def stop(self):
        self.le_arp_timer.stop()
        self.flush_timer.stop()

    # --- resolution ---

    def resolve(self):
        """Starts to ask, unless that is under way or was in vain a moment ago."""
        if not self.le_arp_timer.running and self.paths.network.now_ns >= self.ask_again_ns:
            self.questions = 0
            self.ask()

    def ask(self):
        variables = self.paths.client.variables
        if self.questions > variables.C13:
            self.ask_again_ns = self.paths.network.now_ns + UNANSWERED_PAUSE
            self.transactions = set()
            return
        self.questions += 1
        self.transactions.add(self.paths.client.send_le_arp(self.mac))
        self.le_arp_timer.start(variables.C20 * SECOND)

    def bind(self, atm, remote):
        """A binding to another station begins a new way: nothing on the old one can be overtaken."""
        moved = self.atm not in (None, atm)
        self.atm, self.remote = atm, remote
        self.verified_ns = self.paths.network.now_ns
        self.transactions = set()
        self.ask_again_ns = 0
        self.le_arp_timer.stop()
        if moved:
            self.forget_path()

    def unbind(self):
        """The binding is no longer true, and the way that it led neither."""
        self.atm = None
        self.forget_path()

    def age(self):
        """Forgets a binding that nobody confirmed for C17, or C18 when it is remote and the topology changes."""
        variables = self.paths.client.variables
        limit_s = min(variables.C17, variables.C18) if self.remote and self.paths.client.topology_change \
            else variables.C17
        if self.atm and self.paths.network.now_ns - self.verified_ns >= limit_s * SECOND:
            self.atm = None

    # --- sending ---

    def send(self, sdu):
        self.age()
        if self.atm is None:
            self.resolve()
        if self.flush_transaction is not None:
            self.hold(sdu)
            return
        direct = self.paths.usable_vcc(self.atm)
        vcc = direct.vcc if direct else self.paths.client.bus.multicast_send
        if self.needs_flush(vcc):
            self.flush()
            self.hold(sdu)
        elif direct:
            direct.used_ns = self.paths.network.now_ns
            self.send_on(vcc, sdu)
        elif self.bus_allows():
            self.send_on(vcc, sdu)

    def send_on(self, vcc, sdu):
        self.path = vcc
        self.sent_ns = self.paths.network.now_ns
        self.paths.network.sdu_send(vcc, sdu)

    def bus_allows(self):
        now_ns = self.paths.network.now_ns
        variables = self.paths.client.variables
        if not self.paths.client.bus.send_connected:
            return False
        if self.window_ns is None or now_ns - self.window_ns >= variables.C11 * SECOND:
            self.window_ns, self.window_count = now_ns, 0
        self.window_count += 1
        return self.window_count <= variables.C10

    # --- flush ---

    def needs_flush(self, vcc):
        return (self.path not in (None, vcc)
                and self.paths.network.now_ns - self.sent_ns < self.paths.client.variables.C22 * SECOND)

    def flush(self):
        """Asks the station at the end of the old way, which is the same as that of the new one."""
        direct = self.paths.vccs.get(self.path)
        frame = self.paths.client.request(lane.LE_FLUSH_REQUEST, source_atm=self.paths.client.atm,
                                          target_atm=direct.peer if direct else self.atm)
        self.flush_transaction = frame.transaction_id
        self.paths.network.sdu_send(self.path, frame.encode())
        self.flush_timer.start(self.paths.client.variables.C21 * SECOND)

    def flush_due(self):
        left_ns = self.sent_ns + self.paths.client.variables.C22 * SECOND - self.paths.network.now_ns
        if left_ns > 0:
            self.flush_timer.start(left_ns)
        else:
            self.forget_path()

    def hold(self, sdu):
        if len(self.held) < HELD_FRAMES:
            self.held.append(sdu)

    def forget_path(self):
        """The old way is empty, or gone: what waited goes the new one."""
        self.path = None
        self.flush_transaction = None
        self.flush_timer.stop()
        held, self.held = self.held, []
        for sdu in held:
            self.send(sdu)


class UnicastPaths:
    """All destinations and all Data Direct VCCs of a client."""

    def __init__(self, client):
        self.client = client
        self.network = client.network
        self.destinations = {}
        self.vccs = {}
        self.calls = {}         # VCCs that are being set up -> ATM address
        self.call_again_ns = {}  # ATM address that refused a call -> when to try again

    def send(self, mac, sdu):
        if mac not in self.destinations:
            self.destinations[mac] = Destination(self, mac)
        self.destinations[mac].send(sdu)

    def leave(self):
        for vcc in [*self.vccs, *self.calls]:
            self.network.call_release(vcc)
        for item in [*self.vccs.values(), *self.destinations.values()]:
            item.stop()
        self.destinations, self.vccs, self.calls, self.call_again_ns = {}, {}, {}, {}

    # --- the LE_ARP cache ---

    def le_arp_response(self, frame):
        destination = self.destinations.get(frame.target_lan)
        if destination and frame.transaction_id in destination.transactions and frame.status == 0:
            destination.bind(frame.target_atm, bool(frame.flags & lane.REMOTE_ADDRESS))
            self.usable_vcc(frame.target_atm)

    def targetless_le_arp(self, frame):
        """Replaces a binding that is there, makes none (section 2, item 5 of the draft)."""
        destination = self.destinations.get(frame.source_lan)
        if destination and destination.atm:
            destination.bind(frame.source_atm, bool(frame.flags & lane.REMOTE_ADDRESS))

    def le_narp(self, frame):
        """The plain form replaces, the no-source form deletes a binding to TARGET-ATM-ADDRESS; zero there deletes any
        binding (section 6 of the draft)."""
        destination = self.destinations.get(frame.target_lan)
        if not destination or destination.atm is None:
            return
        if frame.target_atm == destination.atm and frame.source_atm != lane.NO_ATM_ADDRESS:
            destination.bind(frame.source_atm, destination.remote)
        elif frame.target_atm in (destination.atm, lane.NO_ATM_ADDRESS):
            destination.unbind()

    # --- Data Direct VCCs ---

    def usable_vcc(self, atm):
        """The VCC that carries data to 'atm'; None if there is none yet, and then one is set up."""
        if atm is None:
            return None
        to_peer = [direct for direct in self.vccs.values() if direct.peer == atm]
        ready = [direct for direct in to_peer if direct.ready]
        if ready:
            return min(ready, key=lambda direct: direct.calling)
        if not to_peer and atm not in self.calls.values() and self.network.now_ns >= self.call_again_ns.get(atm, 0):
            self.calls[self.client.call(atm, lane.B_LLI_DATA_DIRECT)] = atm
        return None

    def offered(self, vcc, calling):
        self.vccs[vcc] = DataDirect(self, vcc, calling, calling)
        self.vccs[vcc].ready_timer.start(self.client.variables.C28 * SECOND)

    def call_connected(self, vcc):
        atm = self.calls.pop(vcc, None)
        if atm is None:
            return
        self.vccs[vcc] = DataDirect(self, vcc, atm, self.client.atm)
        self.vccs[vcc].ready = True
        self.network.sdu_send(vcc, lane.ControlFrame(lane.READY_IND).encode())

    def heard(self, vcc):
        direct = self.vccs.get(vcc)
        if direct:
            direct.ready = True
            direct.used_ns = self.network.now_ns
            direct.ready_timer.stop()

    def ready_received(self, vcc, frame):
        """The answer goes back where the question came from; on other VCCs nobody asks (lane-wire 10)."""
        if vcc in self.vccs and frame.opcode == lane.READY_QUERY:
            self.network.sdu_send(vcc, lane.ControlFrame(lane.READY_IND).encode())
        self.heard(vcc)

    def call_released(self, vcc, cause):
        """A station that refuses a call, or whose VCC breaks, is perhaps not the owner of its addresses any more."""
        atm = self.calls.pop(vcc, None)
        if atm is not None:
            self.call_again_ns[atm] = self.network.now_ns + SETUP_PAUSE
        direct = self.vccs.pop(vcc, None)
        if direct:
            direct.stop()
            self.path_gone(vcc)
            atm = direct.peer if cause != lane.CAUSE_NORMAL else None
        for destination in self.destinations.values():
            if atm is not None and destination.atm == atm:
                destination.unbind()

    def path_gone(self, vcc):
        for destination in list(self.destinations.values()):
            if vcc is not None and destination.path == vcc:
                destination.forget_path()

    def flush_response(self, frame):
        for destination in list(self.destinations.values()):
            if destination.flush_transaction == frame.transaction_id:
                destination.forget_path()
