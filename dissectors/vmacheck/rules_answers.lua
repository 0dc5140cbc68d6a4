-- Rules about answers and ways (harness/rules: le_arp_answers, vcc_use).
local use = ...
local history = use('history')
local reports = use('reports')
local broken = reports.broken

local HEARD_ROOM = 128
local TAG_NONE, TAG_MAC = 0, 1
local FLAG_REMOTE = 0x0001

-- --- LE_ARP_RESPONSEs ---

-- Requests that were heard: in a ring, and by TRANSACTION-ID and LECID the newest of them.
local function hear_request(station, frame)
  local heard = station.heard
  if not heard then
    heard = { ring = {}, by_key = {}, count = 0 }
    station.heard = heard
  end
  local control = frame.control
  local key = control.tid * 65536 + control.lecid
  local place = heard.count % HEARD_ROOM
  local oldest = heard.ring[place]
  if oldest and heard.by_key[oldest.key] == oldest.control then
    heard.by_key[oldest.key] = nil
  end
  heard.ring[place] = { key = key, control = control }
  heard.by_key[key] = control
  heard.count = heard.count + 1
end

local function copies(station, frame, request)
  local response = frame.control
  local own = station.own_lecid
  if request.target_tag == TAG_NONE then
    broken(station, frame, 'L-le_arp-13', 'no answer to a TARGETLESS_LE_ARP_REQUEST')
  elseif own ~= 0 and request.lecid == own then
    broken(station, frame, 'L-le_arp-04', 'no answer to its own LE_ARP_REQUEST (lecid=%u)', own)
  end
  if request.source_tag ~= response.source_tag or request.source_mac ~= response.source_mac then
    broken(station, frame, 'L-le_arp-01', "LE_ARP_RESPONSE with the request's SOURCE-LAN-DESTINATION")
  end
  if request.target_tag ~= response.target_tag or request.target_mac ~= response.target_mac then
    broken(station, frame, 'L-le_arp-01', "LE_ARP_RESPONSE with the request's TARGET-LAN-DESTINATION")
  end
  if request.source_atm ~= response.source_atm then
    broken(station, frame, 'L-le_arp-01', "LE_ARP_RESPONSE with the request's SOURCE-ATM-ADDRESS")
  end
end

-- Status, TARGET-ATM-ADDRESS and Remote flag.
local function binding(station, frame)
  local response = frame.control
  local is_mac = response.target_tag == TAG_MAC
  local router = is_mac and history.router_of_mac(station, response.target_mac)
  if response.status ~= 0 or history.is_foreign(station, response.target_atm) then
    broken(station, frame, 'R-2-03', 'LE_ARP_RESPONSE status=0 target-atm=its own')
    if router then
      broken(station, frame, 'R-3.3.3-02', 'LE_ARP_RESPONSE status=0 target-atm=its own')
    end
  end
  local remote = response.flags % (2 * FLAG_REMOTE) >= FLAG_REMOTE
  if station.proxy and router and not remote then
    broken(station, frame, 'L-le_arp-02', 'LE_ARP_RESPONSE remote=1')
  elseif station.proxy_known and not station.proxy and remote then
    broken(station, frame, 'L-le_arp-02', 'LE_ARP_RESPONSE remote=0')
  end
end

local function answer(station, frame)
  local control = frame.control
  local heard = station.heard
  local request = heard and heard.by_key[control.tid * 65536 + control.lecid]
  if request then
    copies(station, frame, request)
  end
  binding(station, frame)
end

-- --- the VCC of each frame (lane-wire 10) ---

local ways = {
  LE_CONFIGURE_REQUEST = 'configuration-direct',
  READY_QUERY = 'data-direct',
  READY_IND = 'data-direct',
  LE_FLUSH_REQUEST = 'multicast-send or data-direct',
}

local function control_way(station, frame, channel)
  local kind = channel.told and channel.kind
  if not station.is_local or not kind then
    return
  end
  local way = ways[frame.name] or 'control-direct'
  if kind == way or (frame.name == 'LE_FLUSH_REQUEST' and (kind == 'multicast-send' or kind == 'data-direct')) then
    return
  end
  broken(station, frame, 'L-vcc-01', '%s on %s', frame.name, way)
end

local function data_way(station, frame, channel)
  local kind = channel.told and channel.kind
  if not station.is_local or not kind or not frame.lecid then
    return
  end
  local to = frame.eth.to:byte(1)
  local is_group
  if frame.ring then
    is_group = to >= 0x80
  else
    is_group = to % 2 == 1
  end
  if is_group and kind ~= 'multicast-send' then
    broken(station, frame, 'L-vcc-01', '%s on multicast-send', frame.name)
  elseif kind ~= 'multicast-send' and kind ~= 'data-direct' then
    broken(station, frame, 'L-vcc-01', '%s on multicast-send or data-direct', frame.name)
  end
end

-- --- what a SETUP says about its VCC (lane-wire 11) ---

local CONTROL, LLC_MULTIPLEXED = 1, 6
local ids = { -- on Ethernet, and on token ring
  ['configuration-direct'] = { CONTROL, CONTROL },
  ['control-direct'] = { CONTROL, CONTROL },
  ['control-distribute'] = { CONTROL, CONTROL },
  ['multicast-send'] = { 4, 5 },
  ['multicast-forward'] = { 4, 5 },
  ['data-direct'] = { 2, 3 },
}

-- Of a call that the station made.
local function setup(station, frame, channel)
  local expected = ids[channel.kind][station.ring and 2 or 1]
  local seen = channel.id or 0
  local is_llc = seen == LLC_MULTIPLEXED
  if seen ~= expected and not (channel.kind == 'data-direct' and is_llc) then
    broken(station, frame, 'L-vcc-02', 'SETUP pid=%d for %s', expected, channel.kind)
  end
  if station.kind == 'lec' and not station.v2 and is_llc then
    local id = ids['data-direct'][station.ring and 2 or 1]
    broken(station, frame, 'L-v2-05', 'SETUP pid=%d with a LANE v1 LES', id)
  end
end

local sent, heard = {}, { LE_ARP_REQUEST = { hear_request }, TARGETLESS_LE_ARP_REQUEST = { hear_request } }
for _, name in ipairs {
  'LE_UNKNOWN',
  'LE_CONFIGURE_REQUEST',
  'LE_CONFIGURE_RESPONSE',
  'LE_JOIN_REQUEST',
  'LE_JOIN_RESPONSE',
  'READY_QUERY',
  'READY_IND',
  'LE_REGISTER_REQUEST',
  'LE_REGISTER_RESPONSE',
  'LE_UNREGISTER_REQUEST',
  'LE_UNREGISTER_RESPONSE',
  'LE_ARP_REQUEST',
  'TARGETLESS_LE_ARP_REQUEST',
  'LE_ARP_RESPONSE',
  'LE_FLUSH_REQUEST',
  'LE_FLUSH_RESPONSE',
  'LE_NARP_REQUEST',
  'NO_SOURCE_LE_NARP_REQUEST',
  'ZERO_LE_NARP_REQUEST',
  'LE_TOPOLOGY_REQUEST',
  'LE_VERIFY_REQUEST',
  'LE_VERIFY_RESPONSE',
} do
  sent[name] = { control_way }
end
for _, name in ipairs {
  'ADVERTISEMENT',
  'ARP_REQUEST',
  'GRATUITOUS_ARP',
  'ARP_REPLY',
  'ICMP_ECHO_REQUEST',
  'ICMP_ECHO_REPLY',
  'ICMP_REDIRECT',
  'ICMP',
  'IPV4',
  'ETHERNET',
} do
  sent[name] = { data_way }
end
sent.LE_ARP_RESPONSE = { answer, control_way }

return { sent = sent, heard = heard, setup = setup }
