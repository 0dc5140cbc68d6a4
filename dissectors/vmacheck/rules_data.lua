-- Rules about data frames and advertisements (harness/rules: data_form, advertisement_carrier,
-- advertisement_form, address_order).
local use = ...
local addresses = use('addresses')
local history = use('history')
local reports = use('reports')
local broken, remark = reports.broken, reports.remark

local MINIMUM_SIZE, LLC_PREFIX_SIZE = 62, 12
local VRRP_GROUP, VRRP_GROUP_MAC = addresses.VRRP_GROUP, '\1\0\94\0\0\18'
local TOKEN_RING_MULTICAST, BROADCAST = '\192\0\0\4\0\0', '\255\255\255\255\255\255'
local TTL, PRIORITY_OWNER = 255, 255
local VRRP_FIXED_SIZE, ADDRESS_ROOM = 16, 16
local AUTHENTICATION_NONE, AUTHENTICATION_AH = 0, 2
local ZERO_DATA = string.rep('\0', 8)
local SEEN_ROOM = 64
local FC_LLC = 1 -- the upper two bits
local TAG_MAC = 1

-- --- the carrier ---

local function source_address(station, frame)
  local vrrp = frame.vrrp
  if not vrrp or vrrp.priority == PRIORITY_OWNER then
    return
  end
  for i = 1, math.min(#vrrp.addresses, ADDRESS_ROOM) do
    if vrrp.addresses[i] == frame.ip.from then
      broken(station, frame, 'V-5.2.1-01', 'ADVERTISEMENT ip=the primary address')
      broken(station, frame, 'V-7.2-04', 'ADVERTISEMENT ip=the primary address')
      broken(station, frame, 'V-1.2-01', 'ADVERTISEMENT ip=the primary address')
      return
    end
  end
end

-- On an 802.5 ELAN another source may be configured so.
local function source_mac(station, frame)
  local vrid = frame.vrrp.vrid
  local own = history.vrid_of(station, frame.eth.from)
  if own == vrid or frame.ring or frame.eth.from == addresses.vmac(vrid) then
    return
  end
  local vmac = addresses.mac_text(addresses.vmac(vrid))
  broken(station, frame, 'V-7.2-03', 'ADVERTISEMENT from=%s', vmac)
  broken(station, frame, 'R-2.2-01', 'ADVERTISEMENT from=%s', vmac)
  broken(station, frame, 'V-2.5-01', 'ADVERTISEMENT from=%s', vmac)
  if not own then
    return
  end
  broken(station, frame, 'V-7.3-01', 'ADVERTISEMENT from=%s', vmac)
  if vrid == 1 or vrid == 255 then
    broken(station, frame, 'V-6.1.2-01', 'ADVERTISEMENT vrid=%u from=%s', vrid, vmac)
    broken(station, frame, 'V-7.3-02', 'ADVERTISEMENT vrid=%u from=%s', vrid, vmac)
  end
end

local function advertisement_carrier(station, frame)
  if frame.ip.ttl ~= TTL then
    broken(station, frame, 'V-5.2.3-01', 'ADVERTISEMENT ttl=255')
  end
  if not frame.ip.checksum_good then
    broken(station, frame, 'V-5.1-01', 'ADVERTISEMENT ip-checksum=1')
  end
  local to = frame.eth.to
  if frame.ip.to ~= VRRP_GROUP or (not frame.ring and to ~= VRRP_GROUP_MAC) then
    broken(station, frame, 'V-5.2.2-01', 'ADVERTISEMENT to=01-00-5e-00-00-12 ip-to=224.0.0.18')
    broken(station, frame, 'V-7.2-06', 'ADVERTISEMENT to=01-00-5e-00-00-12 ip-to=224.0.0.18')
  end
  if frame.ring and to ~= TOKEN_RING_MULTICAST and to ~= BROADCAST then
    remark(station, frame, 'V-9.2-08', 'ADVERTISEMENT to=c0-00-00-04-00-00')
  end
  source_address(station, frame)
  if frame.vrrp then
    source_mac(station, frame)
  end
end

-- Other datagrams to the group of VRRP. IGMP joins it; what reads as a message of VRRP is one with a wrong protocol.
local function other_protocol(station, frame)
  local vrrp = frame.ip.disguised
  if vrrp and vrrp.version == 2 and vrrp.type == 1 and vrrp.complete and vrrp.checksum_good then
    broken(station, frame, 'V-5.2.4-01', 'ADVERTISEMENT protocol=112')
    broken(station, frame, 'V-7.2-05', 'ADVERTISEMENT protocol=112')
  end
end

-- --- the message ---

-- A size that fits another number of addresses blames the count, any other size the message.
local function message_size(station, frame)
  local vrrp = frame.vrrp
  local right = VRRP_FIXED_SIZE + 4 * vrrp.address_count
  if vrrp.size == right then
    return
  elseif vrrp.size > right and (vrrp.size - right) % 4 == 0 then
    broken(
      station,
      frame,
      'V-5.3.5-01',
      'ADVERTISEMENT addresses=%u',
      (vrrp.size - VRRP_FIXED_SIZE) / 4
    )
  else
    broken(station, frame, 'V-5.1-01', 'ADVERTISEMENT vrrp-size=%u', right)
  end
end

local function authentication(station, frame)
  local vrrp = frame.vrrp
  if not vrrp.complete or vrrp.auth_data == ZERO_DATA then
    return
  elseif vrrp.auth_type == AUTHENTICATION_NONE then
    broken(station, frame, 'V-5.3.6.1-01', 'ADVERTISEMENT auth-data=0000000000000000')
  elseif vrrp.auth_type == AUTHENTICATION_AH then
    broken(station, frame, 'V-5.3.6.3-02', 'ADVERTISEMENT auth-data=0000000000000000')
  end
end

local function advertisement_form(station, frame)
  local vrrp = frame.vrrp
  if not vrrp then
    broken(station, frame, 'V-5.1-01', 'ADVERTISEMENT of 16 octets and 4 per address')
    return
  end
  if vrrp.version ~= 2 then
    broken(station, frame, 'V-5.3.1-01', 'ADVERTISEMENT vrrp-version=2')
  end
  if vrrp.type ~= 1 then
    broken(station, frame, 'V-5.3.2-01', 'ADVERTISEMENT vrrp-type=1')
  end
  if not vrrp.checksum_good then
    broken(station, frame, 'V-5.3.8-01', 'ADVERTISEMENT with a checksum over the VRRP message alone')
    broken(station, frame, 'V-7.2-02', 'ADVERTISEMENT with a checksum over the VRRP message alone')
  end
  message_size(station, frame)
  local own = history.vrid_of(station, frame.eth.from)
  if own and own ~= vrrp.vrid then
    broken(station, frame, 'V-5.3.3-01', 'ADVERTISEMENT with the VRID of its virtual router')
  end
  authentication(station, frame)
end

-- --- LE data ---

local function data_form(station, frame)
  if not frame.lecid then
    return
  end
  if not frame.ring then
    local least = MINIMUM_SIZE + (frame.link == 'llc' and LLC_PREFIX_SIZE or 0)
    if frame.size < least then
      broken(station, frame, 'L-frame-05', 'size=%u or more', least)
    end
  elseif frame.name == 'MALFORMED' or not frame.fc or math.floor(frame.fc / 64) ~= FC_LLC then
    broken(
      station,
      frame,
      'L-frame-07',
      'LECID, AC, FC=01xxxxxx, addresses, routing information, LLC%s',
      frame.malformed and ': ' .. frame.malformed or ''
    )
  end
end

-- --- bit order on token ring ---

-- Sources of data frames, the oldest of which give way.
local function see_source(station, frame)
  if not station.ring or not frame.eth then
    return
  end
  local seen, mac = station.sources, frame.eth.from
  if not seen then
    seen = { ring = {}, count = 0 }
    station.sources = seen
  end
  if seen[mac] then
    return
  end
  local place = seen.count % SEEN_ROOM
  if seen.ring[place] then
    seen[seen.ring[place]] = nil
  end
  seen.ring[place], seen[mac] = mac, true
  seen.count = seen.count + 1
end

local function address_order(tag, mac)
  return function(station, frame)
    local seen = station.sources
    local control = frame.control
    if not station.ring or not seen or control[tag] ~= TAG_MAC or seen[control[mac]] then
      return
    end
    local turned = addresses.turned(control[mac])
    if seen[turned] then
      broken(
        station,
        frame,
        'L-frame-08',
        '%s %s, as in data frames',
        frame.name,
        addresses.mac_text(turned)
      )
    end
  end
end

local by_source, by_target = address_order('source_tag', 'source_mac'), address_order('target_tag', 'target_mac')
local sent = {
  MALFORMED = { data_form },
  ADVERTISEMENT = { data_form, advertisement_carrier, advertisement_form, see_source },
  IPV4 = { data_form, other_protocol, see_source },
  LE_JOIN_REQUEST = { by_source },
  LE_REGISTER_REQUEST = { by_source },
  LE_UNREGISTER_REQUEST = { by_source },
  TARGETLESS_LE_ARP_REQUEST = { by_source },
  LE_ARP_REQUEST = { by_target },
  LE_NARP_REQUEST = { by_target },
  NO_SOURCE_LE_NARP_REQUEST = { by_target },
  ZERO_LE_NARP_REQUEST = { by_target },
}
local heard = { ADVERTISEMENT = { see_source }, IPV4 = { see_source } }
for _, name in ipairs {
  'ARP_REQUEST',
  'GRATUITOUS_ARP',
  'ARP_REPLY',
  'ICMP_ECHO_REQUEST',
  'ICMP_ECHO_REPLY',
  'ICMP_REDIRECT',
  'ICMP',
  'ETHERNET',
} do
  sent[name] = { data_form, see_source }
  heard[name] = { see_source }
end

-- Of a router on a LAN.
local lan_sent = {
  ADVERTISEMENT = { advertisement_carrier, advertisement_form },
  IPV4 = { other_protocol },
}

return { sent = sent, heard = heard, lan_sent = lan_sent }
