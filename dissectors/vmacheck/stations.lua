-- The stations of a capture and whose each frame is (harness/audit/stations.c, attribution.c). A LEC is known by its
-- ATM address, by its LECID, or both; a router on a LAN by the IP source of its advertisements; the servers of the
-- ELAN are one station.
--
--   stations.reset()
--   local sender, hearer = stations.attribute(frame, channel)
--
-- Members of a station: kind ('lec', 'server', 'lan-router'), is_local (the capture was taken at its port), atm,
-- lecid, ring (its ELAN is a token ring), medium_known, claims (it says that it represents a VMAC), proxy_known, proxy;
-- and its history.
local use = ...
local stations = {}

local addresses = use('addresses')
local owners = use('owners')

local STATION_ROOM = 1024
local LECID_LAST = 0xfeff
local ZERO_ATM = addresses.ZERO_ATM

local by_atm, by_lecid, by_ip, count, server, local_lecs, local_lec, lan_locals, atm_seen

function stations.reset()
  by_atm, by_lecid, by_ip, count = {}, {}, {}, 0
  server, local_lecs, local_lec = nil, 0, nil
  lan_locals, atm_seen = {}, false
end
stations.reset()

-- Requests whose SOURCE-ATM-ADDRESS is the requester's: all but LE_NARP.
local self_naming = {
  LE_CONFIGURE_REQUEST = true,
  LE_JOIN_REQUEST = true,
  LE_REGISTER_REQUEST = true,
  LE_UNREGISTER_REQUEST = true,
  LE_ARP_REQUEST = true,
  TARGETLESS_LE_ARP_REQUEST = true,
  LE_FLUSH_REQUEST = true,
  LE_TOPOLOGY_REQUEST = true,
  LE_VERIFY_REQUEST = true,
}

local server_frames = {
  LE_CONFIGURE_RESPONSE = true,
  LE_JOIN_RESPONSE = true,
  LE_REGISTER_RESPONSE = true,
  LE_UNREGISTER_RESPONSE = true,
}

local function station_new(kind)
  if count == STATION_ROOM then
    return nil
  end
  count = count + 1
  return { kind = kind }
end

local function lec_of_atm(atm)
  local station = by_atm[atm]
  if not station then
    station = station_new('lec')
    if station then
      station.atm = atm
      by_atm[atm] = station
    end
  end
  return station
end

local function lec_of_lecid(lecid)
  local station = by_lecid[lecid]
  if not station then
    station = station_new('lec')
    if station then
      station.lecid = lecid
      by_lecid[lecid] = station
    end
  end
  return station
end

local function lec_joined(atm, lecid)
  local known = by_lecid[lecid]
  if known and known.atm == atm then
    return
  end
  local station = by_atm[atm]
  if not station and known and not known.atm then -- its address has just become known
    known.atm = atm
    by_atm[atm] = known
    return
  end
  station = station or lec_of_atm(atm)
  if station then
    station.lecid = lecid
    by_lecid[lecid] = station
  end
end

local function the_server()
  server = server or station_new('server')
  return server
end

local function make_local(station)
  if not station.is_local then
    station.is_local = true
    if station.kind == 'lec' then
      local_lec, local_lecs = station, local_lecs + 1
    end
  end
end

local function only_local()
  return local_lecs == 1 and local_lec or nil
end

-- Which LECID belongs to which ATM address. What others say of a local LEC's LECID or address, but for the LES's answer
-- to its join, counts for nothing: it may be wrong on purpose.
local function learn(frame)
  local name = frame.name
  local joined = name == 'LE_JOIN_RESPONSE' and frame.control.status == 0
  if not joined and not self_naming[name] then
    return
  end
  local control = frame.control
  local lecid, atm = control.lecid, control.source_atm
  if lecid == 0 or lecid > LECID_LAST or atm == ZERO_ATM then
    return
  end
  if not joined and frame.direction ~= 'sent' then
    local known, named = by_lecid[lecid], by_atm[atm]
    if (known and known.is_local and known.atm) or (named and named.is_local) then
      return
    end
  end
  lec_joined(atm, lecid)
end

-- The LEC that a frame names as its sender.
local function who_says(frame)
  local lecid = frame.lecid
  if lecid then
    return lecid ~= 0 and lecid <= LECID_LAST and lec_of_lecid(lecid) or nil
  end
  local control, name = frame.control, frame.name
  if
    not control
    or name == 'READY_QUERY'
    or name == 'READY_IND'
    or control.opcode % 0x0200 >= 0x0100 -- a response
  then
    return nil
  end
  lecid = control.lecid
  if lecid ~= 0 and lecid <= LECID_LAST then
    return lec_of_lecid(lecid)
  end
  if self_naming[name] and control.source_atm ~= ZERO_ATM then
    return lec_of_atm(control.source_atm)
  end
end

-- The ends of a channel, from signalling or metadata.
local function settle(channel)
  if channel.station or channel.between_others or not channel.caller then
    return
  elseif channel.caller == 'others' then
    channel.between_others = true
    return
  end
  local kind, host_calls = channel.kind, channel.caller == 'host'
  local client_calls = kind == 'configuration-direct' or kind == 'control-direct' or kind == 'multicast-send'
  local server_calls = kind == 'control-distribute' or kind == 'multicast-forward'
  local station
  if host_calls and server_calls or not host_calls and client_calls then
    station = the_server()
  elseif host_calls and channel.calling then
    station = lec_of_atm(channel.calling)
  elseif not host_calls and channel.called and not channel.several_hear then
    station = lec_of_atm(channel.called)
  end
  if station then
    channel.station = station
    make_local(station)
  end
end

-- The station at the capture point that sent the frame.
local function host_station(frame, channel)
  if channel.station then
    return channel.station
  end
  local station
  if server_frames[frame.name] then
    station = the_server()
  else
    station = who_says(frame)
    local own = station
      and (station.is_local or frame.name == 'LE_CONFIGURE_REQUEST' or frame.name == 'LE_JOIN_REQUEST')
    if not own and server and server.is_local then
      return server -- it may have passed on the frame of another
    end
  end
  if not station or (not station.is_local and station.has_sent) then -- its LECID is somebody else's now
    return only_local()
  end
  channel.station = station
  make_local(station)
  return station
end

local function hearer_of(channel)
  if channel.station or channel.between_others then
    return channel.station
  elseif channel.kind == 'control-distribute' or channel.kind == 'multicast-forward' then
    return only_local()
  end
end

-- The station at the capture point that has the channel, as far as it is told; nil if it isn't.
function stations.of_channel(channel)
  if channel.told then
    settle(channel)
  end
  return channel.station
end

-- The station that sent a LANE frame, and the one at the capture point that heard it; each may be nil.
function stations.attribute_lane(frame, channel)
  atm_seen = true
  if channel.told then
    settle(channel)
  end
  learn(frame)
  if frame.direction == 'sent' then
    return host_station(frame, channel), nil
  end
  local hearer = hearer_of(channel)
  local sender = who_says(frame)
  if sender and sender.is_local then
    sender = nil
  end
  return sender, hearer
end

-- On a LAN the router of an advertisement; of another frame from a VMAC who holds that. Where there is an ATM
-- port, the LAN is behind a bridge, and what leaves it there is not its own.
function stations.attribute_lan(frame)
  local network, ip = frame.network, nil
  if frame.name == 'ADVERTISEMENT' then
    ip = frame.ip.from
  elseif frame.eth then
    local vrid = addresses.vrid_of(frame.eth.from, frame.ring)
    ip = vrid and owners.ip_holder(network, vrid)
  end
  local station
  if ip then
    local routers = by_ip[network] or {}
    by_ip[network] = routers
    station = routers[ip] or station_new('lan-router')
    routers[ip] = station
  end
  if station and frame.direction == 'sent' and not atm_seen then
    make_local(station)
    lan_locals[network] = station
  end
  local hearer = lan_locals[network]
  if hearer == station or frame.direction ~= 'received' then
    hearer = nil
  end
  return station, hearer
end

return stations
