-- The display-filter fields and expert infos of frames: fields.list and fields.experts are registered with the proto.
--
-- What Wireshark's own LANE dissector has a field for keeps that name (atm.le_control.opcode), so that filters go on
-- working; everything else is vmacheck.*. docs/dissectors.md lists them.
local use = ...
local tables = use('tables')

local fields = { list = {}, experts = {}, flags = {}, tlvs = {} }

local HEX, DEC, NONE = base.HEX, base.DEC, base.NONE

local function add(key, field)
  fields[key] = field
  table.insert(fields.list, field)
  return field
end

-- A field under the name that Wireshark has for it, or under one of ours where it insists on being the only one.
local function add_known(key, kind, name, label, ...)
  local done, field = pcall(ProtoField[kind], name, label, ...)
  if not done then
    field = ProtoField[kind]('vmacheck.' .. name:match('[^.]*$'), label, ...)
  end
  return add(key, field)
end

local function numbered(names)
  local list = {}
  for number, name in pairs(names) do
    list[number] = name
  end
  return list
end

add('name', ProtoField.string('vmacheck.name', 'Frame', NONE, 'What the frame is, TARGETLESS_LE_ARP_REQUEST for example'))
add('vrid', ProtoField.uint8('vmacheck.vrid', 'VRID', DEC, nil, 0, 'Virtual router that the frame concerns'))
add('role', ProtoField.string('vmacheck.role', 'Role', NONE, 'What the frame does with the VMAC'))
add('reason', ProtoField.string('vmacheck.malformed', 'Malformed', NONE, 'Why the frame could not be read'))

-- LE data and the prefix of LLC-multiplexed frames
add_known('lecid', 'uint16', 'atm.le_client.client', 'LE Client (LECID of the sender)', DEC)
add('frame_type', ProtoField.uint16('vmacheck.llc.frame_type', 'Frame type', HEX, {
  [0x000c] = 'Ethernet/802.3',
  [0x000d] = '802.5',
}))
add('elan_id', ProtoField.uint32('vmacheck.llc.elan_id', 'ELAN-ID', DEC))

-- LE control frames
add_known('protocol', 'uint8', 'atm.le_control.protocol', 'Protocol', HEX)
add_known('version', 'uint8', 'atm.le_control.version', 'Version', HEX)
add_known('opcode', 'uint16', 'atm.le_control.opcode', 'Op-code', HEX, numbered(tables.opcodes))
add_known('status', 'uint16', 'atm.le_control.status', 'Status', DEC, numbered(tables.statuses))
add_known('tid', 'uint32', 'atm.le_control.transaction_id', 'Transaction ID', HEX)
add_known('requester', 'uint16', 'atm.le_control.requester_lecid', 'Requester LECID', DEC)
add_known('flags_word', 'uint16', 'atm.le_control.flag', 'Flags', HEX)
local stock_flags = {
  ['remote-address'] = 'address',
  ['v2-capable'] = 'v2_capable',
  ['selective-multicast'] = 'selective_multicast',
  ['v2-required'] = 'v2_required',
  ['proxy'] = 'flag_proxy',
  ['topology-change'] = 'topology_change',
  ['exclude-explorer-frames'] = 'exclude_explorer_frames',
}
for _, flag in ipairs(tables.flags) do
  fields.flags[flag.bit] =
    add_known('flag_' .. flag.name, 'bool', 'atm.le_control.flag.' .. stock_flags[flag.name], flag.name, 16, nil, flag.bit)
end
for _, part in ipairs { 'source', 'target' } do
  local name, label = 'vmacheck.' .. part, part:gsub('^%l', string.upper)
  fields[part] = {
    tag = add(part .. '_tag', ProtoField.uint16(name .. '.tag', label .. ' LAN destination tag', HEX, numbered(tables.lan_tags))),
    mac = add(part .. '_mac', ProtoField.ether(name .. '.mac', label .. ' LAN destination')),
    route = add(part .. '_route', ProtoField.uint16(name .. '.route_descriptor', label .. ' route descriptor', HEX)),
    lan_id = add(part .. '_lan_id', ProtoField.uint16(name .. '.lan_id', 'LAN id', HEX, nil, 0xfff0)),
    bridge = add(part .. '_bridge', ProtoField.uint16(name .. '.bridge', 'Bridge number', DEC, nil, 0x000f)),
    value = add(part .. '_value', ProtoField.bytes(name .. '.value', label .. ' LAN destination value')),
  }
end
add_known('source_atm', 'bytes', 'atm.source_atm', 'Source ATM address')
add_known('target_atm', 'bytes', 'atm.target_atm', 'Target ATM address')
add_known('lan_type', 'uint8', 'atm.le_configure_join_frame.lan_type', 'LAN type', HEX, numbered(tables.lan_types))
add_known('max_frame_size', 'uint8', 'atm.le_configure_join_frame.max_frame_size', 'Maximum frame size', HEX,
  numbered(tables.max_frame_sizes))
add('tlv_count', ProtoField.uint8('vmacheck.tlv_count', 'Number of TLVs', DEC))
add_known('elan_name_size', 'uint8', 'atm.le_configure_join_frame.elan_name_size', 'ELAN name size', DEC)
add('elan_name', ProtoField.string('vmacheck.elan_name', 'ELAN name', NONE))
add_known('reserved', 'bytes', 'atm.reserved', 'Reserved')
add('trailing', ProtoField.bytes('vmacheck.trailing', 'Octets behind the frame'))

-- TLVs: a field per type, of the value.
add_known('tlv_type', 'uint32', 'atm.le_control.tlv_type', 'TLV Type', HEX)
add_known('tlv_length', 'uint8', 'atm.le_control.tlv_length', 'TLV Length', DEC)
add('tlv_value', ProtoField.bytes('vmacheck.tlv.value', 'TLV value'))
local kinds = { [2] = 'uint16', [4] = 'uint32' }
local types = {}
for type in pairs(tables.tlvs) do
  table.insert(types, type)
end
table.sort(types)
for _, type in ipairs(types) do
  local tlv = tables.tlvs[type]
  local name, kind = 'vmacheck.tlv.' .. tlv.name:gsub('-', '_'), kinds[tlv.size]
  local field
  if kind then
    field = ProtoField[kind](name, tlv.name, DEC)
  elseif tlv.size == 0 then
    field = ProtoField.none(name, tlv.name)
  else
    field = ProtoField.bytes(name, tlv.name)
  end
  fields.tlvs[type] = field
  table.insert(fields.list, field)
end

-- Expert infos about the octets alone; those of rules are in analysis.lua.
local function add_expert(key, text, group, severity)
  local info = ProtoExpert.new('vmacheck.expert.' .. key, text, expert.group[group], expert.severity[severity])
  fields['expert_' .. key] = info
  table.insert(fields.experts, info)
end

add_expert('unreadable', 'The frame can not be read', 'MALFORMED', 'ERROR')
add_expert('header', 'Marker, protocol or version is wrong', 'PROTOCOL', 'WARN')
add_expert('opcode', 'No message has this op-code', 'PROTOCOL', 'WARN')
add_expert('status', 'The status has no meaning', 'PROTOCOL', 'WARN')
add_expert('flag', 'The flag has no meaning in this message', 'PROTOCOL', 'WARN')
add_expert('tag', 'The tag of a LAN destination has no meaning', 'PROTOCOL', 'WARN')
add_expert('reserved', 'Reserved octets are not zero', 'PROTOCOL', 'WARN')
add_expert('size', 'The frame is longer than its contents', 'PROTOCOL', 'WARN')
add_expert('tlv_size', 'The value of the TLV has a wrong size', 'PROTOCOL', 'WARN')

return fields
