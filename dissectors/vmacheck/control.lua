-- The tree of an LE control frame, and what is wrong with its octets: header, size, op-code, reserved ones.
--
--   control.show(decoded, tvb, tree)   -- decoded: a frame with .control, or one that was cut before that
--   control.is_plain(decoded)          -- true: there is certainly nothing wrong, and no need of a tree for that
local use = ...
local addresses = use('addresses')
local fields = use('fields')
local tables = use('tables')
local vmacs = use('vmacs')

local control = {}

local ZERO_ATM, ZERO_MAC = addresses.ZERO_ATM, addresses.ZERO_MAC
local ZERO_NAME = string.rep('\0', 32)
local CONTROL_SIZE, READY_SIZE = 108, 6
local TAG_NOT_PRESENT, TAG_MAC, TAG_ROUTE_DESCRIPTOR = 0, 1, 2
local RESPONSE = 0x0100
local READY_QUERY, READY_IND = 0x0003, 0x0103
local NARP_RESPONSE, TOPOLOGY_RESPONSE = 0x0108, 0x0109
local NARP_REQUEST = 0x0008

-- What a message has besides header and TLVs; the rest is reserved (lane-wire 1.1).
local JOIN = { source_lan = true, source_atm = true, elan = true }
local REGISTRATION = { source_lan = true, source_atm = true }
local DESTINATIONS = { source_lan = true, target_lan = true, source_atm = true, target_atm = true }
local VERIFICATION = { source_atm = true, target_atm = true }
local contents = {
  [0x0001] = JOIN,
  [0x0101] = { source_lan = true, source_atm = true, target_atm = true, elan = true },
  [0x0002] = JOIN,
  [0x0102] = JOIN,
  [0x0004] = REGISTRATION,
  [0x0104] = REGISTRATION,
  [0x0005] = REGISTRATION,
  [0x0105] = REGISTRATION,
  [0x0006] = { source_lan = true, target_lan = true, source_atm = true },
  [0x0106] = DESTINATIONS,
  [0x0007] = DESTINATIONS,
  [0x0107] = DESTINATIONS,
  [0x0008] = { target_lan = true, source_atm = true, target_atm = true },
  [0x0009] = { source_atm = true },
  [0x000a] = VERIFICATION,
  [0x010a] = VERIFICATION,
}

local add_flags, add_lan, add_elan, add_tlvs, check_reserved

local function has(flags, bit)
  return flags % (2 * bit) >= bit
end

-- Fields whose octets are missing are left out; those that say nothing as well: zero addresses where the message has
-- none, flags that are not set.
function control.show(decoded, tvb, tree)
  local frame, at = decoded.control, decoded.lane_at
  if not frame then
    return
  end
  local size = decoded.size - at
  local opcode = frame.opcode
  local add = tree.add
  if frame.protocol ~= 1 or frame.version ~= 1 then
    add(tree, fields.protocol, tvb(at + 2, 1))
    add(tree, fields.version, tvb(at + 3, 1)):add_proto_expert_info(fields.expert_header,
      string.format('An LE control frame starts with FF00 01 01, not FF00 %02X %02X', frame.protocol, frame.version))
  end
  local opcode_item = add(tree, fields.opcode, tvb(at + 4, 2))
  if not tables.opcodes[opcode] then
    local text = 'No message has this op-code'
    if opcode == NARP_RESPONSE or opcode == TOPOLOGY_RESPONSE then
      text = 'There is no response to ' .. tables.opcodes[opcode - RESPONSE]
    end
    opcode_item:add_proto_expert_info(fields.expert_opcode, text)
  end
  if opcode ~= READY_QUERY and opcode ~= READY_IND and size >= 16 then
    local status_item = add(tree, fields.status, tvb(at + 6, 2))
    if not tables.statuses[frame.status] then
      status_item:add_proto_expert_info(fields.expert_status)
    end
    add(tree, fields.tid, tvb(at + 8, 4))
    add(tree, fields.requester, tvb(at + 12, 2))
    add_flags(frame, tvb, tree, at)
    if size >= 24 then
      add_lan(decoded, tvb, tree, at + 16, 'source', frame.source_tag, frame.source_mac)
    end
    if size >= 32 then
      add_lan(decoded, tvb, tree, at + 24, 'target', frame.target_tag, frame.target_mac)
    end
    if size >= 52 and (opcode == NARP_REQUEST or frame.source_atm ~= ZERO_ATM) then
      add(tree, fields.source_atm, tvb(at + 32, 20))
    end
    if size >= 76 and (opcode == NARP_REQUEST or frame.target_atm ~= ZERO_ATM) then
      add(tree, fields.target_atm, tvb(at + 56, 20))
    end
    if size >= CONTROL_SIZE then
      local content = contents[opcode]
      if not content or content.elan then
        add_elan(frame, tvb, tree, at)
      end
      if frame.tlv_count ~= 0 then
        add_tlvs(decoded, frame, tvb, tree, at)
      end
      if content then
        check_reserved(frame, content, tvb, tree, at)
      end
    end
  end
  if frame.trailing ~= 0 then
    local item = add(tree, fields.trailing, tvb(decoded.size - frame.trailing, frame.trailing))
    item:add_proto_expert_info(fields.expert_size, string.format(
      opcode == READY_QUERY and 'READY_QUERY has %d octets' or opcode == READY_IND and 'READY_IND has %d octets'
        or 'The frame has %d octets and its TLVs',
      (opcode == READY_QUERY or opcode == READY_IND) and READY_SIZE or CONTROL_SIZE))
  end
end

-- JOIN and CONFIGURE, frames with flags or TLVs and the like are not plain: they are few.
function control.is_plain(decoded)
  local frame = decoded.control
  if not frame or decoded.malformed then
    return false
  end
  local opcode, content = frame.opcode, contents[frame.opcode]
  if not content or content.elan or frame.protocol ~= 1 or frame.version ~= 1 or frame.flags ~= 0
    or frame.tlv_count ~= 0 or frame.trailing ~= 0 or frame.lan_type ~= 0 or frame.max_frame_size ~= 0
    or frame.elan_name_size ~= 0 or frame.elan_name ~= ZERO_NAME
    or frame.source_tag > TAG_MAC or frame.target_tag > TAG_MAC then
    return false
  elseif frame.status ~= 0 and (opcode < RESPONSE or not tables.statuses[frame.status]) then
    return false
  end
  return (frame.source_mac == ZERO_MAC or (frame.source_tag == TAG_MAC and content.source_lan))
    and (frame.target_mac == ZERO_MAC or (frame.target_tag == TAG_MAC and content.target_lan))
    and (content.source_atm or frame.source_atm == ZERO_ATM)
    and (content.target_atm or frame.target_atm == ZERO_ATM)
end

-- The flags of this message, and others that are set.
function add_flags(frame, tvb, tree, at)
  local flags = frame.flags
  local range = tvb(at + 14, 2)
  local item = tree:add(fields.flags_word, range)
  local opcode = frame.opcode
  if flags == 0 and not (contents[opcode] and contents[opcode].elan) then
    return
  end
  local unknown = flags
  for _, flag in ipairs(tables.flags) do
    local means, is_set = flag.opcodes[opcode], has(flags, flag.bit)
    if means or is_set then
      local flag_item = item:add(fields.flags[flag.bit], range)
      if is_set then
        unknown = unknown - flag.bit
        item:append_text(', ' .. flag.name)
        if not means and opcode < RESPONSE then
          flag_item:add_proto_expert_info(fields.expert_flag, flag.name .. ' has no meaning in this message')
        end
      end
    end
  end
  if unknown ~= 0 then
    item:add_proto_expert_info(fields.expert_flag, string.format('Undefined flags are set: 0x%04x', unknown))
  end
end

-- A LAN destination, and beside a VMAC its VRID.
function add_lan(decoded, tvb, tree, at, part, tag, mac)
  local own = fields[part]
  local tag_item = tree:add(own.tag, tvb(at, 2))
  if tag == TAG_MAC then
    tree:add(own.mac, tvb(at + 2, 6))
    vmacs.show_part(decoded, tree, part)
  elseif tag == TAG_ROUTE_DESCRIPTOR then
    local range = tvb(at + 6, 2)
    local item = tree:add(own.route, range)
    item:add(own.lan_id, range)
    item:add(own.bridge, range)
    if mac:sub(1, 4) ~= '\0\0\0\0' then
      tree:add(own.value, tvb(at + 2, 4)):add_proto_expert_info(fields.expert_reserved,
        'The first four octets of a route descriptor are not zero')
    end
  elseif mac ~= ZERO_MAC or tag ~= TAG_NOT_PRESENT then
    local item = tree:add(own.value, tvb(at + 2, 6))
    if tag == TAG_NOT_PRESENT then
      item:add_proto_expert_info(fields.expert_reserved, 'A LAN destination that is not present has octets')
    else
      tag_item:add_proto_expert_info(fields.expert_tag, string.format('Tag 0x%04x is undefined', tag))
    end
  end
end

function add_elan(frame, tvb, tree, at)
  tree:add(fields.lan_type, tvb(at + 52, 1))
  tree:add(fields.max_frame_size, tvb(at + 53, 1))
  tree:add(fields.elan_name_size, tvb(at + 55, 1))
  local size = frame.elan_name_size
  if size > 0 and size <= 32 then
    tree:add(fields.elan_name, tvb(at + 76, size))
  elseif size > 32 then
    tree:add_proto_expert_info(fields.expert_reserved, 'ELAN-NAME-SIZE is above 32')
  end
  if size < 32 and frame.elan_name:find('[^%z]', size + 1) then
    tree:add_proto_expert_info(fields.expert_reserved, 'Unused octets of ELAN-NAME are not zero')
  end
end

-- What the octets of a value say: an address, a number, octets.
local function add_tlv(tlv, tvb, tree)
  local known = tables.tlvs[tlv.type]
  local size = #tlv.value
  local right = known and (not known.size or known.size == size)
  local type_range = tvb(tlv.at, 4)
  local item
  if size == 0 then
    item = tree:add(right and fields.tlvs[tlv.type] or fields.tlv_type, type_range)
  else
    item = tree:add(right and fields.tlvs[tlv.type] or fields.tlv_value, tvb(tlv.at + 5, size))
  end
  if right and (known.name:find('time') or known.name:find('delay')) then
    item:append_text(' s')
  elseif not right then
    item:set_text(string.format('%s: %d octets', known and known.name or string.format('TLV 0x%08x', tlv.type), size))
  end
  item:add(fields.tlv_type, type_range)
  item:add(fields.tlv_length, tvb(tlv.at + 4, 1))
  if known and not right then
    item:add_proto_expert_info(fields.expert_tlv_size,
      string.format('The value of %s has %d octets, not %d', known.name, known.size, size))
  end
end

function add_tlvs(decoded, frame, tvb, tree, at)
  tree:add(fields.tlv_count, tvb(at + 54, 1))
  for _, tlv in ipairs(frame.tlvs) do
    add_tlv(tlv, tvb, tree)
  end
end

-- Octets that the message has no use for are zero.
function check_reserved(frame, content, tvb, tree, at)
  local function complain(offset, size, what)
    tree:add(fields.reserved, tvb(at + offset, size)):add_proto_expert_info(fields.expert_reserved,
      what .. ' is reserved in this message')
  end
  if frame.status ~= 0 and frame.opcode < RESPONSE then
    complain(6, 2, 'STATUS')
  end
  if not content.source_lan and (frame.source_tag ~= 0 or frame.source_mac ~= ZERO_MAC) then
    complain(16, 8, 'SOURCE-LAN-DESTINATION')
  end
  if not content.target_lan and (frame.target_tag ~= 0 or frame.target_mac ~= ZERO_MAC) then
    complain(24, 8, 'TARGET-LAN-DESTINATION')
  end
  if not content.source_atm and frame.source_atm ~= ZERO_ATM then
    complain(32, 20, 'SOURCE-ATM-ADDRESS')
  end
  if not content.target_atm and frame.target_atm ~= ZERO_ATM then
    complain(56, 20, 'TARGET-ATM-ADDRESS')
  end
  if not content.elan then
    if frame.lan_type ~= 0 then
      complain(52, 1, 'LAN-TYPE')
    end
    if frame.max_frame_size ~= 0 then
      complain(53, 1, 'MAXIMUM-FRAME-SIZE')
    end
    if frame.elan_name_size ~= 0 then
      complain(55, 1, 'ELAN-NAME-SIZE')
    end
    if frame.elan_name:find('[^%z]') then
      complain(76, 32, 'ELAN-NAME')
    end
  end
end

return control
