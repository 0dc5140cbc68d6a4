-- Rules about the form of LE control frames (harness/rules: control_form, join_form, registration_form,
-- announcement_form, narp_form): each function judges one frame that a station sent.
local use = ...
local addresses = use('addresses')
local history = use('history')
local reports = use('reports')
local broken, remark = reports.broken, reports.remark

local CONTROL_SIZE, READY_SIZE, LLC_PREFIX_SIZE = 108, 6, 12
local ZERO_ATM, ZERO_MAC = addresses.ZERO_ATM, addresses.ZERO_MAC
local atm_text = addresses.atm_text
local ZERO_NAME = string.rep('\0', 32)
local TAG_NONE, TAG_MAC, TAG_ROUTE_DESCRIPTOR = 0, 1, 2
local FLAG_REMOTE, FLAG_V2_CAPABLE, FLAG_PROXY = 0x0001, 0x0002, 0x0080
local LLC_MUXED_ATM_ADDRESS = 0x00a03e2b
local MAX_FRAME_1580 = 5
local REGISTERED_ROOM = 16

local function has(flags, flag)
  return flags % (2 * flag) >= flag
end

local function has_empty_target(control)
  return control.target_tag == TAG_NONE and control.target_mac == ZERO_MAC
end

local function same_source(a, b)
  return a.source_tag == b.source_tag and a.source_mac == b.source_mac
end

-- --- every control frame ---

local ALL_FLAGS = 0xffff
local JOIN_FLAGS = { 0x0002, 0x0004, 0x0080, 0x0200 }

-- What each message may carry besides header and TLVs (lane-wire 1.1), by op-code; everything else is zero. The
-- targets of registrations and of targetless requests have requirements of their own, and count as used here.
local usages = {
  [0x0001] = { flags = JOIN_FLAGS, source_lan = true, source_atm = true, elan = true },
  [0x0002] = { flags = JOIN_FLAGS, source_lan = true, source_atm = true, elan = true },
  [0x0004] = { flags = {}, source_lan = true, target_lan = true, source_atm = true, target_atm = true },
  [0x0005] = { flags = {}, source_lan = true, target_lan = true, source_atm = true, target_atm = true },
  [0x0006] = { flags = { FLAG_REMOTE }, source_lan = true, target_lan = true, source_atm = true },
  [0x0106] = {
    flags = ALL_FLAGS,
    status = true,
    source_lan = true,
    target_lan = true,
    source_atm = true,
    target_atm = true,
  },
  [0x0007] = { flags = {}, source_lan = true, target_lan = true, source_atm = true, target_atm = true },
  [0x0107] = {
    flags = ALL_FLAGS,
    status = true,
    source_lan = true,
    target_lan = true,
    source_atm = true,
    target_atm = true,
  },
  [0x0008] = { flags = { FLAG_REMOTE }, target_lan = true, source_atm = true, target_atm = true },
  [0x0009] = { flags = { 0x0100 }, source_atm = true },
  [0x000a] = { flags = {}, source_atm = true, target_atm = true },
}

local function has_others(flags, allowed)
  if flags == 0 or allowed == ALL_FLAGS then
    return false
  end
  for _, flag in ipairs(allowed) do
    if has(flags, flag) then
      flags = flags - flag
    end
  end
  return flags ~= 0
end

-- A part that is not used has to be zero; one that is used must not have a value without a tag.
local function is_lan_misused(tag, mac, used)
  if tag == TAG_NONE then
    return mac ~= ZERO_MAC
  end
  return not used
end

-- Name of the first part that should be zero and isn't.
local function misused_part(control, usage)
  if control.status ~= 0 and not usage.status then
    return 'STATUS'
  elseif has_others(control.flags, usage.flags) then
    return 'the other FLAGS'
  elseif is_lan_misused(control.source_tag, control.source_mac, usage.source_lan) then
    return 'SOURCE-LAN-DESTINATION'
  elseif is_lan_misused(control.target_tag, control.target_mac, usage.target_lan) then
    return 'TARGET-LAN-DESTINATION'
  elseif not usage.source_atm and control.source_atm ~= ZERO_ATM then
    return 'SOURCE-ATM-ADDRESS'
  elseif not usage.target_atm and control.target_atm ~= ZERO_ATM then
    return 'TARGET-ATM-ADDRESS'
  elseif
    not usage.elan and (control.lan_type ~= 0 or control.max_frame_size ~= 0 or control.elan_name_size ~= 0)
  then
    return 'LAN-TYPE, MAXIMUM-FRAME-SIZE and ELAN-NAME-SIZE'
  elseif control.elan_name ~= ZERO_NAME and control.elan_name:find('[^%z]', control.elan_name_size + 1) then
    return 'unused ELAN-NAME octets'
  end
end

local V1_WITHOUT_TLVS = { [0x0006] = true, [0x0106] = true, [0x0004] = true, [0x0005] = true }

local function control_form(station, frame)
  local control, name = frame.control, frame.name
  local size = frame.size - (frame.link == 'llc' and LLC_PREFIX_SIZE or 0)
  if control.protocol ~= 1 or control.version ~= 1 then
    broken(
      station,
      frame,
      'L-frame-01',
      '%s starting FF00 01 01, not FF00 %02X %02X',
      name,
      control.protocol,
      control.version
    )
  end
  if name == 'READY_QUERY' or name == 'READY_IND' then
    if size ~= READY_SIZE then
      broken(station, frame, 'L-frame-01', '%s of 6 octets', name)
    end
    return
  end
  if control.trailing > 0 then
    broken(station, frame, 'L-frame-01', '%s of 108 octets and its TLVs', name)
  end
  if name == 'LE_UNKNOWN' then
    if control.opcode == 0x0108 or control.opcode == 0x0109 then
      local request = control.opcode == 0x0108 and 'LE_NARP_REQUEST' or 'LE_TOPOLOGY_REQUEST'
      broken(station, frame, 'L-frame-04', 'no answer to %s', request)
    else
      broken(station, frame, 'R-7-02', 'an op-code of lane-wire 2, not 0x%04x', control.opcode)
    end
  end
  if not station.v2 then
    if name == 'LE_VERIFY_REQUEST' or name == 'LE_VERIFY_RESPONSE' then
      broken(station, frame, 'L-v2-03', 'no LE_VERIFY in LANE v1')
    elseif V1_WITHOUT_TLVS[control.opcode] and control.tlv_count ~= 0 then
      broken(station, frame, 'L-v2-03', '%s tlvs=0', name)
    end
  end
  local usage = usages[control.opcode]
  local part = usage and misused_part(control, usage)
  if part then
    broken(station, frame, 'L-frame-02', '%s with %s zero', name, part)
  end
end

local function malformed(station, frame)
  if frame.marked then
    broken(
      station,
      frame,
      'L-frame-01',
      'a control frame of %d octets and its TLVs (%s)',
      CONTROL_SIZE,
      frame.malformed
    )
  end
end

-- --- configuration and join ---

local function configured(station, frame)
  if frame.control.status == 0 then
    station.configuration = frame.control
  end
end

-- A LEC of which LANE v2 is expected has to offer it. Nothing is expected of a LEC in a capture, but the rule of
-- harness/rules asks it of all; the scope of the requirement leaves it to LECs that certainly speak v2.
local function join_version(station, frame)
  if not has(frame.control.flags, FLAG_V2_CAPABLE) then
    broken(station, frame, 'L-v2-01', '%s v2-capable=1', frame.name)
  end
end

local function join_form(station, frame, channel)
  local join = frame.control
  if join.lecid ~= 0 then
    broken(station, frame, 'L-join-02', 'LE_JOIN_REQUEST lecid=0')
  end
  local own = station.own_atm or (channel.caller == 'host' and channel.calling)
  if own and join.source_atm ~= own then
    broken(station, frame, 'L-join-02', 'LE_JOIN_REQUEST source-atm=%s', atm_text(own))
  end
  local lan_type = station.ring and 2 or 1
  if join.lan_type ~= 0 and join.lan_type ~= lan_type then
    broken(station, frame, 'L-join-02', 'LE_JOIN_REQUEST lan-type=%u', lan_type)
  end
  local given = station.configuration
  if not given then
    return
  end
  if
    given.max_frame_size ~= 0
    and join.max_frame_size ~= 0
    and join.max_frame_size ~= given.max_frame_size
    and given.max_frame_size ~= MAX_FRAME_1580
  then
    broken(station, frame, 'L-join-02', 'LE_JOIN_REQUEST max-frame-size=%u', given.max_frame_size)
  end
  local size = given.elan_name_size
  if
    size > 0
    and size <= #ZERO_NAME
    and (join.elan_name_size ~= size or join.elan_name:sub(1, size) ~= given.elan_name:sub(1, size))
  then
    local name = given.elan_name:sub(1, size):gsub('[^ -~]', '?')
    broken(station, frame, 'L-join-02', 'LE_JOIN_REQUEST elan-name=%s', name)
  end
end

-- --- registration ---

local function registration_fields(station, frame)
  local control, name = frame.control, frame.name
  if control.source_tag == TAG_NONE then
    broken(station, frame, 'L-register-01', '%s source-tag=1', name)
  end
  if not has_empty_target(control) then
    broken(station, frame, 'L-register-01', '%s target-tag=0, octets 26-31 zero', name)
  end
  if control.target_atm ~= ZERO_ATM then
    broken(station, frame, 'L-register-01', '%s with a zero target-atm', name)
  end
  if history.is_foreign(station, control.source_atm) then
    broken(station, frame, 'L-register-01', '%s source-atm=%s', name, atm_text(station.own_atm))
  end
  if control.source_tag == TAG_ROUTE_DESCRIPTOR then
    broken(station, frame, 'R-5-05', '%s source-tag=1', name)
  end
end

-- A proxy LEC registers its own MAC at most (draft 2, definition 3; 3.2).
local function registration_proxy(station, frame)
  local control = frame.control
  local is_mac = control.source_tag == TAG_MAC
  if not station.proxy or not is_mac or not history.vrid_of(station, control.source_mac) then
    return
  end
  if frame.name ~= 'LE_UNREGISTER_REQUEST' then
    broken(station, frame, 'R-2-02', 'no registration of a VMAC by a proxy LEC')
  end
  if frame.name ~= 'LE_JOIN_REQUEST' then
    broken(station, frame, 'R-3.2-09', 'no (un)registration of a VMAC by a proxy LEC')
  end
end

-- --- announcement and probe ---

-- The last LE_REGISTER_REQUEST of each address.
local function remember_registration(station, frame)
  local registrations = station.registrations
  for i, registration in ipairs(registrations) do
    if same_source(registration, frame.control) then
      registrations[i] = frame.control
      return
    end
  end
  if #registrations < REGISTERED_ROOM then
    registrations[#registrations + 1] = frame.control
  end
end

-- The same TLVs, in whatever order.
local function same_tlvs(a, b)
  if a.tlv_count ~= b.tlv_count or #a.tlvs ~= #b.tlvs then
    return false
  end
  for _, one in ipairs(a.tlvs) do
    local found = false
    for _, other in ipairs(b.tlvs) do
      found = found or (one.type == other.type and one.value == other.value)
    end
    if not found then
      return false
    end
  end
  return true
end

local function v1_targetless(station, frame)
  local expected = 'ZERO_LE_NARP_REQUEST in LANE v1'
  broken(station, frame, 'L-v2-02', expected)
  if history.router_of_mac(station, frame.control.source_mac) then
    broken(station, frame, 'R-3.1-07', expected)
    broken(station, frame, 'R-3.2-07', expected)
    broken(station, frame, 'R-6-04', expected)
  end
end

local function targetless(station, frame)
  if not station.v2 then
    v1_targetless(station, frame)
    return
  end
  local control = frame.control
  if not has_empty_target(control) then
    broken(station, frame, 'R-2-06', 'TARGETLESS_LE_ARP_REQUEST with octets 24-31 zero')
  end
  if control.source_atm == ZERO_ATM or history.is_foreign(station, control.source_atm) then
    local own = station.own_atm and atm_text(station.own_atm) or 'its own'
    broken(station, frame, 'R-2-06', 'TARGETLESS_LE_ARP_REQUEST source-atm=%s', own)
  end
  if control.status ~= 0 then
    broken(station, frame, 'R-2-06', 'TARGETLESS_LE_ARP_REQUEST status=0')
  end
  for _, registration in ipairs(station.registrations) do
    if same_source(registration, control) then
      if registration.source_atm ~= control.source_atm then
        local registered = atm_text(registration.source_atm)
        broken(
          station,
          frame,
          'R-2-07',
          'TARGETLESS_LE_ARP_REQUEST source-atm=%s as registered',
          registered
        )
      end
      if not same_tlvs(registration, control) then
        broken(
          station,
          frame,
          'R-2-07',
          'TARGETLESS_LE_ARP_REQUEST with the %u TLVs of the registration',
          registration.tlv_count
        )
      end
    end
  end
  local remote = has(control.flags, FLAG_REMOTE)
  if station.proxy and not remote and history.router_of_mac(station, control.source_mac) then
    remark(station, frame, 'L-le_arp-02', 'TARGETLESS_LE_ARP_REQUEST remote=1 from a proxy')
  elseif station.proxy_known and not station.proxy and remote then
    remark(station, frame, 'L-le_arp-02', 'TARGETLESS_LE_ARP_REQUEST remote=0')
  end
end

-- Source destination of a probe: an address of its own, or none.
local function probe(station, frame)
  local control = frame.control
  local own = control.source_tag ~= TAG_MAC
    or not station.mac
    or history.same_mac(station, control.source_mac, station.mac)
    or history.router_of_mac(station, control.source_mac)
  if not own then
    broken(station, frame, 'R-3.2-04', 'LE_ARP_REQUEST with an own source, or source-tag=0')
  end
  if history.is_foreign(station, control.source_atm) and control.source_atm ~= ZERO_ATM then
    broken(station, frame, 'R-3.2-04', 'LE_ARP_REQUEST source-atm=%s', atm_text(station.own_atm))
  end
end

-- An LE_ARP_REQUEST that should have been a targetless one, or a probe.
local function le_arp_request(station, frame)
  local control = frame.control
  local is_targetless = control.target_tag == TAG_NONE
  if control.source_tag == TAG_ROUTE_DESCRIPTOR and is_targetless then
    broken(station, frame, 'R-5-05', 'TARGETLESS_LE_ARP_REQUEST source-tag=1')
    return
  end
  if is_targetless or (control.target_tag == TAG_MAC and control.target_mac == ZERO_MAC) then
    broken(station, frame, 'R-2-06', 'TARGETLESS_LE_ARP_REQUEST source-tag=1 target-tag=0')
    return
  end
  if control.target_tag ~= TAG_MAC or not history.router_of_mac(station, control.target_mac) then
    return
  end
  if station.proxy then
    probe(station, frame)
  elseif control.source_tag == control.target_tag and control.source_mac == control.target_mac then
    broken(station, frame, 'R-2-06', 'TARGETLESS_LE_ARP_REQUEST target-tag=0')
  end
end

-- --- LE_NARP ---

local function v1_announcement_broken(station, frame)
  local expected = 'ZERO_LE_NARP_REQUEST target-tag=1 with zero source-atm and target-atm'
  broken(station, frame, 'R-3.1-07', expected)
  broken(station, frame, 'R-3.2-07', expected)
  broken(station, frame, 'R-6-04', expected)
end

local function withdrawal(station, frame)
  local control = frame.control
  if control.target_tag == TAG_ROUTE_DESCRIPTOR then
    broken(station, frame, 'R-5-05', 'NO_SOURCE_LE_NARP_REQUEST target-tag=1')
  elseif control.target_tag ~= TAG_MAC then
    broken(station, frame, 'R-2-11', 'NO_SOURCE_LE_NARP_REQUEST target-tag=1')
  end
  if history.is_foreign(station, control.target_atm) then
    broken(station, frame, 'R-2-11', 'NO_SOURCE_LE_NARP_REQUEST target-atm=%s', atm_text(station.own_atm))
  end
  local vrid = history.router_of_mac(station, control.target_mac)
  local registration = vrid and history.registration(station, vrid)
  local function find_tlv(registration)
    for _, tlv in ipairs(registration.tlvs) do
      if tlv.type == LLC_MUXED_ATM_ADDRESS then
        return true
      end
    end
    return false
  end
  if registration and find_tlv(registration) and not find_tlv(control) then
    remark(
      station,
      frame,
      'R-2-11',
      'NO_SOURCE_LE_NARP_REQUEST with the LLC-Muxed-ATM-Address registered'
    )
  end
end

-- A no-source LE_NARP_REQUEST of a v1 station about its VMAC: wrong for an association, and a withdrawal is what
-- it looks like otherwise.
local function v1_no_source(station, frame, vrid)
  if history.associates(station, vrid, frame.time) then
    v1_announcement_broken(station, frame)
  else
    remark(station, frame, 'R-6-08', 'no LE_NARP_REQUEST to give up a VMAC in LANE v1')
  end
end

local function v1_narp(station, frame)
  local control, name = frame.control, frame.name
  if control.tlv_count ~= 0 then
    broken(station, frame, 'R-6-02', '%s tlvs=0', name)
  end
  local tag = control.target_tag
  local router = tag == TAG_MAC and history.router_of_mac(station, control.target_mac)
  if name == 'ZERO_LE_NARP_REQUEST' then
    if tag == TAG_ROUTE_DESCRIPTOR then
      broken(station, frame, 'R-5-05', 'ZERO_LE_NARP_REQUEST target-tag=1')
    elseif tag ~= TAG_MAC then
      v1_announcement_broken(station, frame)
    end
  elseif name == 'LE_NARP_REQUEST' then
    if router and control.target_atm == ZERO_ATM then
      v1_announcement_broken(station, frame)
    end
  elseif router then
    v1_no_source(station, frame, router)
  end
end

local function narp(station, frame)
  local control, name = frame.control, frame.name
  local target_is_own = history.is_own(station, control.target_atm)
  if name == 'LE_NARP_REQUEST' and (control.target_atm == ZERO_ATM or target_is_own) then
    broken(station, frame, 'R-6-03', "LE_NARP_REQUEST with the previous client's target-atm")
  end
  if not station.v2 then
    v1_narp(station, frame)
  elseif name == 'ZERO_LE_NARP_REQUEST' then
    broken(
      station,
      frame,
      'R-6-07',
      'TARGETLESS_LE_ARP_REQUEST or NO_SOURCE_LE_NARP_REQUEST in LANE v2'
    )
  elseif name == 'NO_SOURCE_LE_NARP_REQUEST' then
    withdrawal(station, frame)
  elseif target_is_own then
    broken(station, frame, 'R-2-11', 'NO_SOURCE_LE_NARP_REQUEST with a zero source-atm')
  end
end

-- A withdrawal with the op-code of LE_ARP.
local function le_arp_for_narp(station, frame)
  local control = frame.control
  if control.source_atm == ZERO_ATM and control.target_atm ~= ZERO_ATM then
    broken(station, frame, 'R-2-11', 'NO_SOURCE_LE_NARP_REQUEST opcode=0x0008')
  end
end

local sent = {
  MALFORMED = { malformed },
  LE_CONFIGURE_REQUEST = { control_form, join_version },
  LE_JOIN_REQUEST = { control_form, join_version, join_form, registration_proxy },
  LE_REGISTER_REQUEST = { control_form, registration_fields, registration_proxy, remember_registration },
  LE_UNREGISTER_REQUEST = { control_form, registration_fields, registration_proxy },
  LE_ARP_REQUEST = { control_form, le_arp_request, le_arp_for_narp },
  TARGETLESS_LE_ARP_REQUEST = { control_form, targetless },
  LE_NARP_REQUEST = { control_form, narp },
  NO_SOURCE_LE_NARP_REQUEST = { control_form, narp },
  ZERO_LE_NARP_REQUEST = { control_form, narp },
}
for _, name in ipairs {
  'LE_UNKNOWN',
  'LE_CONFIGURE_RESPONSE',
  'LE_JOIN_RESPONSE',
  'READY_QUERY',
  'READY_IND',
  'LE_REGISTER_RESPONSE',
  'LE_UNREGISTER_RESPONSE',
  'LE_ARP_RESPONSE',
  'LE_FLUSH_REQUEST',
  'LE_FLUSH_RESPONSE',
  'LE_TOPOLOGY_REQUEST',
  'LE_VERIFY_REQUEST',
  'LE_VERIFY_RESPONSE',
} do
  sent[name] = { control_form }
end

return { sent = sent, heard = { LE_CONFIGURE_RESPONSE = { configured } } }
