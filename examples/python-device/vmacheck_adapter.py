"""The device's side of vmacheck's adapter protocol (docs/adapter.md). Python 3.9 or later, standard library only.

Derive a class from Station, override what your device reacts to, act through `self.network`, hand the class to run():

    import vmacheck_adapter as adapter

    class MyRouter(adapter.Station):
        def __init__(self, network, settings):
            super().__init__(network, settings)
            self.stack = my_stack.Stack(mac=settings['elan']['mac'])
            self.tick = network.timer(self.tick_due)

        def control(self, action, vrid, priority):
            if action != 'start':
                raise adapter.Refusal('this router can only be started')
            self.network.address_register(self.settings['atm_address'])
            self.tick.start(1_000_000_000)

        def sdu_received(self, vcc, data):
            for answer in self.stack.handle(data):
                self.network.sdu_send(vcc, answer)

    adapter.run(MyRouter, name='my router 1.0', capabilities={'egress-order'},
                claims={'roles': ['router'], 'schemes': ['non-proxy'], 'lane': ['v2'], 'media': ['ethernet']})

Every `configure` makes a new object, so nothing is left of the case before. Time is `network.now_ns`, and it stands
still while your code runs: never sleep, never read another clock, draw random numbers from `network.random` only.

Octets are `bytes`; ATM addresses are bytes of 20 octets here and hexadecimal on the line. Settings are the dictionary
that docs/adapter.md describes, with addresses as text.
"""
import heapq
import json
import random
import sys

VERSION = 1


class Refusal(Exception):
    """Raise it in __init__ or control(): the device can't do what it is asked; the text says why."""


class Station:
    """What happens to a device. Everything but __init__ may stay as it is: the event is then ignored, an offered call
    rejected."""

    def __init__(self, network, settings):
        self.network = network
        self.settings = settings

    def control(self, action, vrid, priority):
        raise Refusal(f'there is no action {action!r}')

    def call_offered(self, vcc, call):
        """An incoming SETUP: call.calling, call.called, call.b_lli, call.point_to_multipoint."""
        self.network.call_reject(vcc)

    def call_connected(self, vcc):
        """A call that this device set up is connected."""

    def call_released(self, vcc, cause):
        """A call was refused or is gone."""

    def party_connected(self, vcc, party):
        """A further party of a point-to-multipoint call is connected."""

    def party_released(self, vcc, party, cause):
        """A party was refused or is gone."""

    def sdu_received(self, vcc, data):
        """An AAL5 SDU."""

    def lan_frame_received(self, port, data):
        """An Ethernet frame on a LAN port."""


class Call:
    """What a SETUP carries."""

    def __init__(self, calling, called, b_lli, point_to_multipoint=False, max_sdu_size=1516):
        self.calling = bytes(calling)
        self.called = bytes(called)
        self.b_lli = b_lli
        self.point_to_multipoint = point_to_multipoint
        self.max_sdu_size = max_sdu_size

    @classmethod
    def of_json(cls, value):
        return cls(bytes.fromhex(value['calling']), bytes.fromhex(value['called']), value['b_lli'],
                   value['point_to_multipoint'], value['max_sdu_size'])

    def to_json(self):
        return {'calling': self.calling.hex(), 'called': self.called.hex(), 'b_lli': self.b_lli,
                'point_to_multipoint': self.point_to_multipoint, 'max_sdu_size': self.max_sdu_size}


class Timer:
    """Calls a function once, some time after start(). Made by network.timer()."""

    def __init__(self, network, function):
        self._network = network
        self._function = function
        self._entry = None  # of the network's heap, while running

    @property
    def running(self):
        return self._entry is not None

    def start(self, delay_ns):
        """Starts it, or starts it anew."""
        self.stop()
        self._entry = self._network.add_timer(self, max(0, int(delay_ns)))

    def stop(self):
        if self._entry:
            self._entry[2] = None
            self._entry = None

    def fire(self):
        self._entry = None
        self._function()


class Network:
    """What a device can do. Each act becomes a line of the answer, in order."""

    def __init__(self, seed):
        self.now_ns = 0
        self.random = random.Random(seed)
        self._lines = []
        self._timers = []  # [due, order of starting, timer or None when stopped]
        self._timer_count = 0
        self._vcc_count = 0
        self._party_count = 0

    def timer(self, function):
        """A stopped timer."""
        return Timer(self, function)

    def forget_timers(self):
        """Stops all of them: the device is dead."""
        for entry in self._timers:
            if entry[2]:
                entry[2].stop()

    def address_register(self, address):
        """Calls to this ATM address are offered to this device from now on."""
        self._put('address_register', address=_hexadecimal(address))

    def call_setup(self, call):
        """Calls somebody; returns the number of the VCC. call_connected() or call_released() follows."""
        self._vcc_count += 1
        self._put('call_setup', vcc=self._vcc_count, call=call.to_json())
        return self._vcc_count

    def call_accept(self, vcc):
        self._put('call_accept', vcc=vcc)

    def call_reject(self, vcc, cause=21):
        self._put('call_reject', vcc=vcc, cause=cause)

    def call_release(self, vcc, cause=16):
        self._put('call_release', vcc=vcc, cause=cause)

    def party_add(self, vcc, address):
        self._party_count += 1
        self._put('party_add', vcc=vcc, party=self._party_count, address=_hexadecimal(address))
        return self._party_count

    def party_drop(self, vcc, party, cause=16):
        self._put('party_drop', vcc=vcc, party=party, cause=cause)

    def sdu_send(self, vcc, data):
        self._put('sdu_send', vcc=vcc, data=data.hex())

    def lan_frame_send(self, port, data):
        self._put('lan_frame_send', port=port, data=data.hex())

    # What follows is for Timer and run().

    def add_timer(self, timer, delay_ns):
        self._timer_count += 1
        entry = [self.now_ns + delay_ns, self._timer_count, timer]
        heapq.heappush(self._timers, entry)
        return entry

    def deadline_ns(self):
        """When the next timer is due, None if none runs."""
        while self._timers and self._timers[0][2] is None:
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def fire_one_timer(self):
        """One at a time: a further one that is due now makes the deadline 'now', and the harness comes back at once."""
        due_ns = self.deadline_ns()
        if due_ns is not None and due_ns <= self.now_ns:
            heapq.heappop(self._timers)[2].fire()

    def take_lines(self):
        lines, self._lines = self._lines, []
        return lines

    def _put(self, kind, **members):
        self._lines.append({'type': kind, 'time_ns': self.now_ns, **members})


def run(station_class, name, claims, capabilities, lines=sys.stdin, output=sys.stdout, instances=1):
    """Answers vmacheck until its lines end. `claims` and `capabilities` say what the device is and can do
    (docs/adapter.md); with `instances` it is so many devices at once, each with a station, timers and a time of its own.
    An exception of the device ends the process, with its traceback on standard error: the case becomes inconclusive and
    says so. What the device prints goes to standard error as well."""
    if output is sys.stdout:
        sys.stdout = sys.stderr
    hello = {'version': VERSION, 'name': name, 'claims': claims}
    if instances > 1:
        hello['instances'] = instances
    devices = [_Device(station_class, hello, capabilities) for _ in range(instances)]
    for line in lines:
        message = json.loads(line)
        instance = message.get('instance', 0)
        for answer in devices[instance].answer(message):
            if instance:
                answer['instance'] = instance
            output.write(json.dumps(answer, separators=(',', ':')) + '\n')
        output.flush()


class _Device:
    def __init__(self, station_class, hello, capabilities):
        self.station_class = station_class
        self.hello = hello
        self.capabilities = capabilities
        self.network = Network(0)
        self.station = None  # until the first `configure`

    def answer(self, message):
        """The lines of the answer, as dictionaries."""
        self.network.now_ns = message['time_ns']
        kind = message['type']
        answers = []
        if kind == 'hello':
            answers.append({'type': 'hello', **self.hello})
        elif kind == 'echo':
            answers.append({'type': 'echo', 'data': message['data']})
        elif kind == 'capability':
            answers.append(_result(None if message['name'] in self.capabilities else 'no such capability'))
        elif kind == 'configure':
            answers.append(_result(self.try_to(self.configure, message)))
        elif kind == 'control':
            answers.append(_result(self.try_to(self.control, message)))
        elif kind == 'advance':
            self.network.fire_one_timer()
        elif self.station:
            self.event(kind, message)
        for answer in answers:
            answer['time_ns'] = message['time_ns']
        done = {'type': 'done', 'time_ns': message['time_ns'], 'deadline_ns': self.network.deadline_ns()}
        return self.network.take_lines() + answers + [done]

    def try_to(self, act, message):
        """Why it was refused, None if it was done."""
        try:
            act(message)
        except Refusal as refusal:
            return str(refusal)
        return None

    def configure(self, message):
        self.station = None
        self.network = Network(int(message['random'], 16))
        self.network.now_ns = message['time_ns']
        self.station = self.station_class(self.network, message['settings'])

    def control(self, message):
        if not self.station:
            raise Refusal('there is nothing to control before `configure`')
        self.station.control(message['action'], message['vrid'], message['priority'])

    def event(self, kind, message):
        station = self.station
        if kind == 'call_offered':
            station.call_offered(message['vcc'], Call.of_json(message['call']))
        elif kind == 'call_connected':
            station.call_connected(message['vcc'])
        elif kind == 'call_released':
            station.call_released(message['vcc'], message['cause'])
        elif kind == 'party_connected':
            station.party_connected(message['vcc'], message['party'])
        elif kind == 'party_released':
            station.party_released(message['vcc'], message['party'], message['cause'])
        elif kind == 'sdu':
            station.sdu_received(message['vcc'], bytes.fromhex(message['data']))
        elif kind == 'lan_frame':
            station.lan_frame_received(message['port'], bytes.fromhex(message['data']))
        else:
            raise ValueError(f'the harness speaks of {kind!r}, which this version of the protocol does not have')


def _result(refusal):
    return {'type': 'result', 'ok': refusal is None, 'reason': refusal or ''}


def _hexadecimal(address):
    return address if isinstance(address, str) else bytes(address).hex()
