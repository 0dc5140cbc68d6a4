-- One frame, decoded from its octets: the table that tree, Info column and analysis share. frame.decode() is
-- harness/wire/frame.c once more: the same names, and the same octets are malformed.
--
--   local decoded = frame.decode(link, octets, ring)
--
-- Addresses are strings of 6 (MAC, in the order of the frame), 20 (ATM) or 4 (IPv4) octets. A member that is absent
-- is nil. Offsets ('at') count from the first octet that Wireshark shows of the packet, 0 first.
--
--   name        one of FRAME_NAMES: 'TARGETLESS_LE_ARP_REQUEST' …
--   link        'lane' (AAL5 SDU of a LANE VCC), 'llc' (LLC-multiplexed), 'ethernet', 'token-ring'
--   malformed   why the frame, or the last layer of it, could not be read
--   size        octets that the capture has of it
--   marked      it starts with FF00 (behind the prefix of 'llc')
--   ring        802.5 data: addresses in token ring order
--   elan_id     of the prefix of 'llc'
--   lane_at     offset of marker or LE header: 0, or 12 behind that prefix; nil on a LAN
--   lecid       LE header of a data frame
--   fc          frame control of 802.5
--   vmacs       list of { vrid, mac, turned, part }: each VMAC in it; part: 'source', 'target' (LAN destinations),
--               'to', 'from' (data), 'sender', 'asked' (ARP); turned: in the bit order of token ring
--   vrid        of the virtual router that it concerns: that of the advertisement, else of the first VMAC
--
--   control     protocol, version, opcode, status, tid, lecid, flags, source_tag, source_mac, target_tag, target_mac
--               (six octets whatever the tag), source_atm, target_atm, lan_type, max_frame_size, tlv_count,
--               elan_name_size, elan_name (32 octets), tlvs: list of { type, value, at }, trailing: octets behind
--               them. READY frames have zeros behind the op-code. A frame cut behind 16 octets has it as well
--   eth         to, from, type (nil: unknown), payload_at; route: routing information of 802.5
--   arp         operation, sender_mac, sender_ip, target_mac, target_ip
--   ip          from, to, ttl, protocol, fragment; checksum_good of an ADVERTISEMENT; disguised: what another protocol
--               sends to the VRRP group, read as vrrp
--   icmp        type
--   vrrp        version, type, vrid, priority, address_count, auth_type, interval_s, checksum, checksum_good,
--               addresses (list, at most 16), size, complete (all of 16 + 4 x address_count octets), auth_data (if
--               complete), trailing; frames with the same message share it
--   ah          the advertisement stands behind an authentication header
--
-- plugin.lua adds what the capture says of it; all but the first two lines only for the first pass of the
-- analysis, and on a LAN:
--
--   number, time   of the packet; seconds since the first one (exact to the nanosecond for weeks)
--   cut            true: there were more octets on the wire
--   network        'elan', or the name of the LAN
--   interface_id, interface_name, interface_description
--   vpi, vci       of SUNATM
--   direction      'sent' (by the host at the capture point), 'received'; nil: not known (only on a LAN)
local use = ...

local addresses = use('addresses')
local tables = use('tables')

local frame = {}

local byte, sub, rep, format, floor = string.byte, string.sub, string.rep, string.format, math.floor
local vrid_of = addresses.vrid_of
local opcode_names = tables.opcodes
local ZERO_ATM, VRRP_GROUP = addresses.ZERO_ATM, addresses.VRRP_GROUP

local LLC_PREFIX = '\170\170\3\0\160\62' -- AA-AA-03-00-A0-3E
local LLC_PREFIX_SIZE = 12
local FRAME_TYPE_8023, FRAME_TYPE_8025 = 0x000c, 0x000d
local CONTROL_SIZE, READY_SIZE, CONTROL_HEADER_SIZE = 108, 6, 16
local READY_QUERY, READY_IND = 0x0003, 0x0103
local LE_ARP_REQUEST, LE_NARP_REQUEST = 0x0006, 0x0008
local TAG_NOT_PRESENT, TAG_MAC = 0, 1
local TLV_ROOM, ADDRESS_ROOM = 16, 16
local SNAP = '\170\170\3\0\0\0' -- AA-AA-03-00-00-00
local ETHERTYPE_IPV4, ETHERTYPE_ARP, ETHERTYPE_MINIMUM = 0x0800, 0x0806, 0x0600
local PROTOCOL_ICMP, PROTOCOL_AH, PROTOCOL_VRRP = 1, 51, 112
local ICMP_NAMES = { [0] = 'ICMP_ECHO_REPLY', [5] = 'ICMP_REDIRECT', [8] = 'ICMP_ECHO_REQUEST' }
local NO_TLVS = {}

-- Where each fixed field of a control frame ends (lane-wire 1).
local EXTENTS = {
  { 2, 'MARKER' }, { 3, 'PROTOCOL' }, { 4, 'VERSION' }, { 6, 'OP-CODE' }, { 8, 'STATUS' }, { 12, 'TRANSACTION-ID' },
  { 14, 'REQUESTER-LECID' }, { 16, 'FLAGS' }, { 24, 'SOURCE-LAN-DESTINATION' }, { 32, 'TARGET-LAN-DESTINATION' },
  { 52, 'SOURCE-ATM-ADDRESS' }, { 53, 'LAN-TYPE' }, { 54, 'MAXIMUM-FRAME-SIZE' }, { 55, 'NUMBER-TLVs' },
  { 56, 'ELAN-NAME-SIZE' }, { 76, 'TARGET-ATM-ADDRESS' }, { 108, 'ELAN-NAME' },
}

local decode_lane, decode_llc, decode_ethernet, decode_ring

-- Decodes any octets; 'ring' says that the ELAN of a 'lane' frame is an 802.5 one.
function frame.decode(link, octets, ring)
  local decoded = { name = 'MALFORMED', link = link, size = #octets }
  if link == 'lane' then
    decode_lane(decoded, octets, 0, ring)
  elseif link == 'llc' then
    decode_llc(decoded, octets)
  elseif link == 'ethernet' then
    decode_ethernet(decoded, octets, 0)
  else
    decode_ring(decoded, octets, 0)
  end
  return decoded
end

-- True if the octets start with the prefix of LLC-multiplexed LANE.
function frame.has_llc_prefix(octets)
  return sub(octets, 1, 6) == LLC_PREFIX
end

local function u16(octets, at)
  local a, b = byte(octets, at + 1, at + 2)
  return a * 256 + b
end

local function u32(octets, at)
  local a, b, c, d = byte(octets, at + 1, at + 4)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

-- Remembers a MAC address if it is a VMAC; decoded.ring says whether both bit orders count.
local function look_at(decoded, mac, part, ring)
  local vrid = vrid_of(mac, ring)
  if vrid then
    local vmac = { vrid = vrid, mac = mac, part = part, turned = byte(mac, 3) ~= 0x5e }
    local vmacs = decoded.vmacs
    if vmacs then
      vmacs[#vmacs + 1] = vmac
    else
      decoded.vmacs = { vmac }
      decoded.vrid = vrid
    end
  end
end

-- --- LE control frames ---

local function read_fixed(octets, at)
  local s1, s2, t1, t2, t3, t4, r1, r2, f1, f2, a1, a2 = byte(octets, at + 7, at + 18)
  local b1, b2 = byte(octets, at + 25, at + 26)
  local lan_type, max_frame_size, tlv_count, elan_name_size = byte(octets, at + 53, at + 56)
  local _, _, protocol, version, o1, o2 = byte(octets, at + 1, at + 6)
  return {
    protocol = protocol,
    version = version,
    opcode = o1 * 256 + o2,
    status = s1 * 256 + s2,
    tid = ((t1 * 256 + t2) * 256 + t3) * 256 + t4,
    lecid = r1 * 256 + r2,
    flags = f1 * 256 + f2,
    source_tag = a1 * 256 + a2,
    source_mac = sub(octets, at + 19, at + 24),
    target_tag = b1 * 256 + b2,
    target_mac = sub(octets, at + 27, at + 32),
    source_atm = sub(octets, at + 33, at + 52),
    lan_type = lan_type,
    max_frame_size = max_frame_size,
    tlv_count = tlv_count,
    elan_name_size = elan_name_size,
    target_atm = sub(octets, at + 57, at + 76),
    elan_name = sub(octets, at + 77, at + 108),
    tlvs = NO_TLVS,
    trailing = 0,
  }
end

-- Of a frame cut short, those fields that are there whole, and which one isn't.
local function read_cut(decoded, octets, at)
  local size = #octets - at
  local whole, missing = 0, nil
  for _, extent in ipairs(EXTENTS) do
    if extent[1] > size then
      missing = extent
      break
    end
    whole = extent[1]
  end
  decoded.malformed = format(
    'octet %d: the frame ends before or inside %s (octets %d to %d); an LE control frame has %d octets, READY_QUERY and READY_IND have %d',
    size, missing[2], whole, missing[1] - 1, CONTROL_SIZE, READY_SIZE)
  if size >= CONTROL_HEADER_SIZE then
    decoded.control = read_fixed(sub(octets, at + 1, at + whole) .. rep('\0', CONTROL_SIZE - whole), 0)
  end
end

-- False if they are not all there.
local function read_tlvs(decoded, control, octets, first)
  local size, at = #octets, first + CONTROL_SIZE
  local tlvs = {}
  control.tlvs = tlvs
  for i = 1, control.tlv_count do
    if size - at < 5 then
      decoded.malformed = format(
        'octet %d: NUMBER-TLVs (octet 54) is %d, but %d octets are left for TLV %d; a TLV has 5 octets before its value',
        at - first, control.tlv_count, size - at, i)
      return false
    end
    local kind, length = u32(octets, at), byte(octets, at + 5)
    if size - at - 5 < length then
      decoded.malformed = format('octet %d: TLV %d (type %08x) has length %d, but %d octets are left', at - first + 4, i,
        kind, length, size - at - 5)
      return false
    end
    if i <= TLV_ROOM then
      tlvs[i] = { type = kind, value = sub(octets, at + 6, at + 5 + length), at = at }
    end
    at = at + 5 + length
  end
  control.trailing = size - at
  return true
end

local function name_of_control(control)
  local opcode = control.opcode
  if opcode == LE_ARP_REQUEST then
    if control.target_tag == TAG_NOT_PRESENT and control.source_tag == TAG_MAC then
      return 'TARGETLESS_LE_ARP_REQUEST'
    end
  elseif opcode == LE_NARP_REQUEST and control.source_atm == ZERO_ATM then
    return control.target_atm == ZERO_ATM and 'ZERO_LE_NARP_REQUEST' or 'NO_SOURCE_LE_NARP_REQUEST'
  end
  return opcode_names[opcode] or 'LE_UNKNOWN'
end

local function decode_control(decoded, octets, at, ring)
  decoded.marked = true
  local size = #octets - at
  if size < READY_SIZE then
    return read_cut(decoded, octets, at)
  end
  local opcode = u16(octets, at + 4)
  if opcode == READY_QUERY or opcode == READY_IND then
    local ready = read_fixed(sub(octets, at + 1, at + READY_SIZE) .. rep('\0', CONTROL_SIZE - READY_SIZE), 0)
    ready.trailing = size - READY_SIZE
    decoded.control = ready
    decoded.name = opcode_names[opcode]
    return
  end
  if size < CONTROL_SIZE then
    return read_cut(decoded, octets, at)
  end
  local control = read_fixed(octets, at)
  decoded.control = control
  if control.tlv_count == 0 then
    control.trailing = size - CONTROL_SIZE
  elseif not read_tlvs(decoded, control, octets, at) then
    return
  end
  decoded.name = name_of_control(control)
  if control.source_tag == TAG_MAC then
    look_at(decoded, control.source_mac, 'source', ring)
  end
  if control.target_tag == TAG_MAC then
    look_at(decoded, control.target_mac, 'target', ring)
  end
end

-- --- what LANE VCCs and LAN segments carry ---

function decode_lane(decoded, octets, at, ring)
  decoded.lane_at = at
  local a, b = byte(octets, at + 1, at + 2)
  if not b then
    decoded.malformed = format('LE data: %d octets are left, but the LE header has 2', #octets - at)
  elseif a == 0xff and b == 0 then
    decode_control(decoded, octets, at, ring)
  else
    decoded.lecid = a * 256 + b
    if ring then
      decode_ring(decoded, octets, at + 2)
    else
      decode_ethernet(decoded, octets, at + 2)
    end
  end
end

function decode_llc(decoded, octets)
  if #octets < LLC_PREFIX_SIZE or sub(octets, 1, 6) ~= LLC_PREFIX then
    decoded.malformed =
      'octet 0: a frame on an LLC-multiplexed VCC starts with AA-AA-03-00-A0-3E, FRAME-TYPE and ELAN-ID (12 octets)'
    return
  end
  decoded.elan_id = u32(octets, 8)
  local kind = u16(octets, 6)
  decoded.frame_type = kind
  if kind == FRAME_TYPE_8023 or kind == FRAME_TYPE_8025 then
    decode_lane(decoded, octets, LLC_PREFIX_SIZE, kind == FRAME_TYPE_8025)
  else
    decoded.malformed = format('octet 6: FRAME-TYPE 0x%04x is neither 0x%04x (802.3) nor 0x%04x (802.5)', kind,
      FRAME_TYPE_8023, FRAME_TYPE_8025)
  end
end

local function checksum_is_good(octets, first, last)
  local sum = 0
  local at = first
  while at + 7 <= last do
    local a, b, c, d, e, f, g, h = byte(octets, at, at + 7)
    sum = sum + (a + c + e + g) * 256 + b + d + f + h
    at = at + 8
  end
  while at <= last do
    local a, b = byte(octets, at, at + 1)
    sum = sum + a * 256 + (at < last and b or 0)
    at = at + 2
  end
  while sum > 0xffff do
    sum = sum % 0x10000 + floor(sum / 0x10000)
  end
  return sum == 0xffff
end

-- Routers repeat themselves: messages that were read already, forgotten when they are many.
local MESSAGE_ROOM = 4096
local messages, message_count = {}, 0

local function read_vrrp(octets)
  local size = #octets
  local kind, vrid, priority, address_count, auth_type, interval, c1, c2 = byte(octets, 1, 8)
  local addresses_end = 8 + 4 * address_count
  local list, count = {}, 0
  local at = 9
  while at < addresses_end and at + 3 <= size and count < ADDRESS_ROOM do
    count = count + 1
    list[count] = sub(octets, at, at + 3)
    at = at + 4
  end
  local complete = addresses_end + 8 <= size
  return {
    version = floor(kind / 16),
    type = kind % 16,
    vrid = vrid,
    priority = priority,
    address_count = address_count,
    auth_type = auth_type,
    interval_s = interval,
    checksum = c1 * 256 + c2,
    checksum_good = checksum_is_good(octets, 1, size),
    addresses = list,
    size = size,
    complete = complete,
    auth_data = complete and sub(octets, addresses_end + 1, addresses_end + 8) or nil,
    trailing = complete and size - (addresses_end + 8) or 0,
  }
end

-- The message is octets first to last, counted from 1.
local function decode_vrrp(decoded, octets, first, last)
  local size = last - first + 1
  if size < 8 then
    decoded.malformed = format('VRRP: the message has %d octets, but its header has 8', size)
    return
  end
  local message = sub(octets, first, last)
  local vrrp = messages[message]
  if not vrrp then
    if message_count == MESSAGE_ROOM then
      messages, message_count = {}, 0
    end
    vrrp = read_vrrp(message)
    messages[message] = vrrp
    message_count = message_count + 1
  end
  decoded.vrid = vrrp.vrid
  decoded.vrrp = vrrp
end

local function decode_ipv4(decoded, octets, at)
  local size = #octets - at
  if size < 20 then
    decoded.malformed = format('IPv4: %d octets are left, but the header has at least 20', size)
    return
  end
  local v, _, l1, l2, _, _, f1, f2, ttl, protocol = byte(octets, at + 1, at + 10)
  local header_size, total_size = v % 16 * 4, l1 * 256 + l2
  if v < 0x45 or v > 0x4f then
    decoded.malformed = format('IPv4 octet 0: 0x%02x is not version 4 with a header of 5 to 15 words', v)
    return
  elseif total_size < header_size or total_size > size then
    decoded.malformed = format('IPv4 octet 2: total length is %d, but the header has %d octets and %d are there',
      total_size, header_size, size)
    return
  end
  local fragment = f1 * 256 + f2
  decoded.name = 'IPV4'
  decoded.ip = {
    from = sub(octets, at + 13, at + 16),
    to = sub(octets, at + 17, at + 20),
    ttl = ttl,
    protocol = protocol,
    fragment = fragment,
  }
  if fragment % 0x2000 ~= 0 then
    return
  end
  local first, last = at + header_size + 1, at + total_size
  if protocol == PROTOCOL_AH then
    local left = last - first + 1
    if left < 12 then
      decoded.malformed = format('AH: %d octets are left, but the fixed part of an authentication header has 12', left)
      return
    end
    local next_protocol, words = byte(octets, first, first + 1)
    local ah_size = (words + 2) * 4
    if ah_size < 12 or ah_size > left then
      decoded.malformed = format('AH: the length %d is a header of %d octets; %d are left', words, ah_size, left)
      return
    elseif next_protocol ~= PROTOCOL_VRRP then
      return
    end
    decoded.ah = true
    protocol = PROTOCOL_VRRP
    first = first + ah_size
  end
  if protocol == PROTOCOL_VRRP then
    decoded.name = 'ADVERTISEMENT'
    -- A network adapter that fills it in leaves 0 to those who record before it.
    decoded.ip.checksum_good = byte(octets, at + 11) + byte(octets, at + 12) == 0
      or checksum_is_good(octets, at + 1, at + header_size)
    decode_vrrp(decoded, octets, first, last)
  elseif protocol == PROTOCOL_ICMP then
    if last - first + 1 < 8 then
      decoded.malformed = format('ICMP: %d octets are left, but the header has 8', last - first + 1)
      return
    end
    local kind = byte(octets, first)
    decoded.icmp = { type = kind }
    decoded.name = ICMP_NAMES[kind] or 'ICMP'
  elseif decoded.ip.to == VRRP_GROUP and protocol ~= PROTOCOL_AH and last - first + 1 >= 8 then
    decoded.ip.disguised = read_vrrp(sub(octets, first, last))
  end
end

local function decode_arp(decoded, octets, at)
  local size = #octets - at
  if size < 28 then
    decoded.malformed = format('ARP: %d octets are left, but a message has 28', size)
    return
  end
  local h1, h2, p1, p2, mac_size, ip_size, o1, o2 = byte(octets, at + 1, at + 8)
  local hardware = h1 * 256 + h2
  if hardware ~= 1 and hardware ~= 6 then
    decoded.malformed =
      format('ARP octet 0: hardware type %d is neither Ethernet (1) nor IEEE 802 (6)', hardware)
    return
  elseif p1 ~= 8 or p2 ~= 0 or mac_size ~= 6 or ip_size ~= 4 then
    decoded.malformed = format(
      'ARP octet 2: protocol type 0x%04x with addresses of %d and %d octets is not IPv4 over 48-bit addresses (0x0800, 6, 4)',
      p1 * 256 + p2, mac_size, ip_size)
    return
  end
  local operation = o1 * 256 + o2
  local arp = {
    operation = operation,
    sender_mac = sub(octets, at + 9, at + 14),
    sender_ip = sub(octets, at + 15, at + 18),
    target_mac = sub(octets, at + 19, at + 24),
    target_ip = sub(octets, at + 25, at + 28),
  }
  decoded.arp = arp
  if operation == 1 then
    decoded.name = arp.sender_ip == arp.target_ip and 'GRATUITOUS_ARP' or 'ARP_REQUEST'
  elseif operation == 2 then
    decoded.name = 'ARP_REPLY'
  end
  local ring = decoded.ring
  look_at(decoded, arp.sender_mac, 'sender', ring)
  look_at(decoded, arp.target_mac, 'asked', ring)
end

-- What stands behind AA-AA-03-00-00-00: type and offset of the payload.
local function snap(octets, at)
  if #octets - at >= 8 and sub(octets, at + 1, at + 6) == SNAP then
    return u16(octets, at + 6), at + 8
  end
end

local function decode_payload(decoded, octets, kind, at, to, from, route)
  decoded.name = 'ETHERNET'
  decoded.eth = { to = to, from = from, type = kind, payload_at = at, route = route }
  local ring = decoded.ring
  look_at(decoded, to, 'to', ring)
  look_at(decoded, from, 'from', ring)
  if kind == ETHERTYPE_IPV4 then
    decode_ipv4(decoded, octets, at)
  elseif kind == ETHERTYPE_ARP then
    decode_arp(decoded, octets, at)
  end
end

function decode_ethernet(decoded, octets, at)
  local size = #octets - at
  if size < 14 then
    decoded.malformed = format('Ethernet: %d octets are left, but the header has 14', size)
    return
  end
  local kind, payload_at = u16(octets, at + 12), at + 14
  if kind < ETHERTYPE_MINIMUM then
    local snap_kind, snap_at = snap(octets, payload_at)
    if snap_kind then
      kind, payload_at = snap_kind, snap_at
    end
  end
  decode_payload(decoded, octets, kind, payload_at, sub(octets, at + 1, at + 6), sub(octets, at + 7, at + 12))
end

-- From AC on: AC, FC, addresses, routing information, LLC (lane-wire 12.2).
function decode_ring(decoded, octets, at)
  decoded.ring = true
  local size = #octets - at
  if size < 14 then
    decoded.malformed = format('802.5: %d octets are left, but AC, FC and addresses have 14', size)
    return
  end
  local fc = byte(octets, at + 2)
  local to, from = sub(octets, at + 3, at + 8), sub(octets, at + 9, at + 14)
  local route, payload_at = nil, at + 14
  local first = byte(from)
  decoded.fc = fc
  if first >= 0x80 then
    from = string.char(first - 0x80) .. sub(from, 2)
    local route_size = size > 14 and byte(octets, payload_at + 1) % 32 or 0
    if route_size < 2 or route_size % 2 ~= 0 or route_size > size - 14 then
      decoded.malformed = format(
        'octet %d: routing information of %d octets, with %d octets left; it has an even number from 2 to 30',
        payload_at, route_size, size - 14)
      return
    end
    route = sub(octets, payload_at + 1, payload_at + route_size)
    payload_at = payload_at + route_size
  end
  local kind
  if fc >= 0x40 and fc < 0x80 then
    local snap_kind, snap_at = snap(octets, payload_at)
    if snap_kind then
      kind, payload_at = snap_kind, snap_at
    end
  end
  decode_payload(decoded, octets, kind, payload_at, to, from, route)
end

return frame
