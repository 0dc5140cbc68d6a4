-- What a capture tells about one station so far: its place in the ELAN, its addresses, and for each VMAC that it
-- uses whether it is Master and associated. It follows harness/rules/device_history.c and
-- virtual_router_history.c for the case that nothing but the frames is known: no settings, nothing complete.
--
--   history.begin(station)
--   history.meet(station, frame)                  -- before the rules see a frame that it sent
--   history.add(station, frame, sent)             -- after
--
-- A history is part of a station (stations.lua). Its members: join ('unseen', 'asked', 'refused', 'done', 'lost'),
-- own_lecid (0 while not known), v2 (in force; true before the join), own_atm, mac (nil while not known), routers by VRID,
-- registrations. What the rules remember of a station is kept there, too.
local use = ...
local history = {}

local addresses = use('addresses')
local vrid_of = addresses.vrid_of
local floor = math.floor

local JOIN_TRANSACTION_ROOM = 8
local LAN_TAG_MAC = 1
local ASSOCIATION_S = 1.05 -- the bound on associations with its tolerance (draft-requirements 10.1)
local UNKNOWN, NO, YES = 0, 1, 2 -- whether a virtual router is Master

local FLAG_V2_REQUIRED = 0x0008

local join_asked, join_answered, advertised, advertisement_heard, control_sent, leave
local pack_state, unpack_state, is_disassociating

-- Whether the address that a control frame is about is its source or its target LAN destination (lane-wire 1.1).
local subjects = {
  LE_REGISTER_REQUEST = 'source',
  LE_UNREGISTER_REQUEST = 'source',
  TARGETLESS_LE_ARP_REQUEST = 'source',
  LE_ARP_REQUEST = 'target',
  LE_ARP_RESPONSE = 'target',
  LE_NARP_REQUEST = 'target',
  NO_SOURCE_LE_NARP_REQUEST = 'target',
  ZERO_LE_NARP_REQUEST = 'target',
}

function history.begin(station)
  station.history = true
  station.join = 'unseen'
  station.join_transactions, station.join_transaction_count = {}, 0
  station.own_lecid = 0
  station.v2 = true
  station.routers = {}
  station.registrations = {}
  station.left = {} -- by VRID: when it gave the VMAC up last
  station.registered = {} -- by VRID: its last LE_REGISTER_REQUEST, if that had TLVs
end

-- The VRID of a VMAC as frames of this station's ELAN carry it; nil for any other address.
function history.vrid_of(station, mac)
  return addresses.vrid_of(mac, station.ring)
end

-- True when both are the same address, on an 802.5 ELAN whatever the bit order of each.
function history.same_mac(station, a, b)
  return a == b or (station.ring and a == addresses.turned(b))
end

-- The VRID of a VMAC that the station has used, nil for any other address.
function history.router_of_mac(station, mac)
  local vrid = vrid_of(mac, station.ring)
  return vrid and station.routers[vrid] and vrid
end

-- The last LE_REGISTER_REQUEST of a VMAC, if it had TLVs.
function history.registration(station, vrid)
  return station.registered[vrid]
end

-- Whether an LE_NARP_REQUEST of a v1 station about its VMAC would be part of an association (else it gives the VMAC
-- up, or it can't be told).
function history.associates(station, vrid, time)
  local mastery, associated, ever_master = unpack_state(station.routers[vrid])
  return mastery ~= UNKNOWN
    and not is_disassociating(station, vrid, associated, time)
    and (associated or mastery == YES or not ever_master)
end

-- True when the address is known to be another one's, or its own.
function history.is_foreign(station, atm)
  return station.own_atm ~= nil and station.own_atm ~= atm
end

function history.is_own(station, atm)
  return station.own_atm ~= nil and station.own_atm == atm
end

-- The MAC address that a control frame is about, nil if it is about none.
function history.subject(frame)
  local subject = subjects[frame.name]
  local control = frame.control
  if subject == 'source' then
    return control.source_tag == LAN_TAG_MAC and control.source_mac or nil
  elseif subject == 'target' then
    return control.target_tag == LAN_TAG_MAC and control.target_mac or nil
  end
end

-- Meets the virtual router that a frame of the station is about.
function history.meet(station, frame)
  local vrid
  local vrrp = frame.vrrp
  if vrrp then
    vrid = vrrp.vrid
  else
    local mac = history.subject(frame)
    vrid = mac and vrid_of(mac, station.ring)
  end
  if vrid and not station.routers[vrid] then
    station.routers[vrid] = UNKNOWN
  end
end

local heard = {
  LE_JOIN_RESPONSE = function(station, frame)
    join_answered(station, frame.control)
  end,
  ADVERTISEMENT = function(station, frame)
    advertisement_heard(station, frame)
  end,
}

function history.add(station, frame, sent, channel)
  local name = frame.name
  if not sent then
    local handler = heard[name]
    if handler then
      handler(station, frame)
    end
  elseif name == 'ADVERTISEMENT' then
    advertised(station, frame)
  elseif subjects[name] then
    control_sent(station, frame)
  elseif name == 'LE_JOIN_REQUEST' then
    join_asked(station, frame, channel)
  end
end

function join_asked(station, frame, channel)
  local request = frame.control
  if station.join ~= 'asked' or station.join_channel ~= channel then
    station.join_transactions, station.join_transaction_count = {}, 0
  end
  station.join_transactions[station.join_transaction_count % JOIN_TRANSACTION_ROOM] = request.tid
  station.join_transaction_count = station.join_transaction_count + 1
  station.join, station.join_channel, station.join_atm = 'asked', channel, request.source_atm
  station.multicast_send, station.multicast_forward = nil, nil
  station.own_lecid = 0
  station.v2 = true
  station.own_atm = station.own_atm or request.source_atm
  local is_mac = request.source_tag == LAN_TAG_MAC
  if not station.mac and is_mac and not vrid_of(request.source_mac, station.ring) then
    station.mac = request.source_mac
  end
end

-- Control Distribute may bring the answers of other clients as well.
function join_answered(station, response)
  if station.join ~= 'asked' or response.source_atm ~= station.join_atm then
    return
  end
  local asked = false
  for _, transaction in pairs(station.join_transactions) do
    asked = asked or transaction == response.tid
  end
  if not asked then
    return
  elseif response.status ~= 0 then
    station.join = 'refused'
    return
  end
  station.join = 'done'
  station.own_lecid = response.lecid
  station.v2 = response.flags % (2 * FLAG_V2_REQUIRED) >= FLAG_V2_REQUIRED
end

-- A VCC of the station was opened: its way to the BUS, and back.
function history.connected(station, channel)
  if channel.kind == 'multicast-send' and channel.caller == 'host' then
    station.multicast_send = channel
  elseif channel.kind == 'multicast-forward' and channel.caller ~= 'host' then
    station.multicast_forward = channel
  end
end

-- The loss of Control Direct or Control Distribute is the loss of the ELAN (lane-rules 1, phase 6).
function history.released(station, channel)
  if channel.kind == 'data-direct' or channel.kind == 'configuration-direct' then
    return
  end
  if channel == station.multicast_send then
    station.multicast_send = nil
  elseif channel == station.multicast_forward then
    station.multicast_forward = nil
  end
  local is_control = channel.kind == 'control-distribute' or channel == station.join_channel
  if not is_control or (station.join ~= 'done' and station.join ~= 'asked') then
    return
  end
  if station.join == 'done' then
    station.join = 'lost'
    station.left = {}
    for vrid, state in pairs(station.routers) do
      local mastery, _, ever_master, priority = unpack_state(state)
      station.routers[vrid] = pack_state(mastery == YES and NO or mastery, false, ever_master, priority)
    end
  end
  station.own_lecid = 0
end

-- --- virtual routers ---

-- The state of a virtual router is one number, since there may be a station with hundreds of them: mastery, whether
-- it is associated, whether it was Master ever, and the priority of its last advertisement.
function pack_state(mastery, associated, ever_master, priority)
  return mastery + (associated and 3 or 0) + (ever_master and 6 or 0) + 12 * priority
end

function unpack_state(state)
  return state % 3, state % 6 >= 3, state % 12 >= 6, floor(state / 12)
end

-- True within the second after the station gave up the VMAC.
function is_disassociating(station, vrid, associated, time)
  local left = station.left[vrid]
  return left and not associated and time >= left and time <= left + ASSOCIATION_S
end

function advertised(station, frame)
  local vrrp = frame.vrrp
  local state = vrrp and station.routers[vrrp.vrid]
  if not state then
    return
  end
  local mastery, associated, ever_master, priority = unpack_state(state)
  if vrrp.priority == 0 then
    leave(station, vrrp.vrid, mastery, associated, frame.time)
    mastery, associated = NO, false
  else
    mastery, ever_master, priority = YES, true, vrrp.priority
  end
  station.routers[vrrp.vrid] = pack_state(mastery, associated, ever_master, priority)
end

-- What a superior advertisement makes of a Master can't be told without its settings.
function advertisement_heard(station, frame)
  local vrrp = frame.vrrp
  local state = vrrp and station.routers[vrrp.vrid]
  if not state or state % 3 ~= YES then
    return
  elseif frame.lecid and frame.lecid ~= 0 and frame.lecid == station.own_lecid then
    return -- its own, come back
  end
  local _, associated, ever_master, priority = unpack_state(state)
  local superior = vrrp.priority ~= 0 and vrrp.priority >= priority
  if superior and frame.ip.ttl == 255 and vrrp.version == 2 and vrrp.type == 1 and vrrp.checksum_good then
    station.routers[vrrp.vrid] = pack_state(UNKNOWN, associated, ever_master, priority)
  end
end

-- Frames that announce an association.
local announcing = { LE_REGISTER_REQUEST = true, TARGETLESS_LE_ARP_REQUEST = true, ZERO_LE_NARP_REQUEST = true }

function control_sent(station, frame)
  local name, time = frame.name, frame.time
  local mac = history.subject(frame)
  local vrid = mac and vrid_of(mac, station.ring)
  if not vrid or name == 'LE_ARP_REQUEST' or name == 'LE_ARP_RESPONSE' then
    return
  end
  local mastery, associated, ever_master, priority = unpack_state(station.routers[vrid])
  local disassociating = is_disassociating(station, vrid, associated, time)
  local is_bus_up = station.multicast_send and station.multicast_forward
  if announcing[name] and mastery == NO and not is_bus_up then
    mastery = UNKNOWN -- the advertisement that belongs to it may not have been seen
  end
  local gives_up = name == 'LE_UNREGISTER_REQUEST'
    or (name == 'NO_SOURCE_LE_NARP_REQUEST' and (station.v2 or disassociating or mastery == UNKNOWN))
  if name == 'LE_REGISTER_REQUEST' then
    station.registered[vrid] = frame.control.tlv_count > 0 and frame.control or nil
  end
  if gives_up then
    leave(station, vrid, mastery, associated, time)
    associated = false
    mastery = mastery == YES and NO or mastery
  elseif name == 'ZERO_LE_NARP_REQUEST' then
    associated = associated or (not station.v2 and not disassociating)
  elseif name ~= 'LE_NARP_REQUEST' then
    associated = true
  end
  station.routers[vrid] = pack_state(mastery, associated, ever_master, priority)
end

-- The association is over.
function leave(station, vrid, mastery, associated, time)
  if associated or mastery ~= NO then
    station.left[vrid] = time
  end
end

return history
