-- What Wireshark knows of a packet besides its octets: interface, VPI, VCI, direction; and of which medium an ELAN is.
--
--   capture.reset()
--   capture.describe_lane(decoded)   sets network, interface_id …, vpi, vci, direction of a frame of a LANE VCC
--   capture.describe_lan(decoded)    those of a LAN frame
--   capture.is_ring(octets, at)      whether LE data at that place of a LANE frame is to be read as 802.5
--   capture.learn(decoded)           the medium from LAN-TYPE
--   capture.learn_signalled()        and from the B-LLI of a SETUP, after its dissection
--   capture.is_signalling()          whether a packet is one of the signalling channel
--   capture.encapsulation()          'ethernet', 'token-ring' or nil: of a packet that isn't SUNATM
local capture = {}

local interface_id = Field.new('frame.interface_id')
local interface_name = Field.new('frame.interface_name')
local interface_description = Field.new('frame.interface_description')
local encapsulation_type = Field.new('frame.encap_type')
local packet_direction = Field.new('frame.packet_flags_direction')
local atm_vpi, atm_vci, atm_channel = Field.new('atm.vpi'), Field.new('atm.vci'), Field.new('atm.channel')
local atm_aal = Field.new('atm.aal')
local lane_protocol_id = Field.new('q2931.bband_low_layer_info.lane_protocol_id')

local SIGNALLING_AAL = 6 -- of atm.aal
local SENT_BY_HOST = 0 -- of atm.channel: DTE->DCE
local DIRECTIONS = { 'received', 'sent' } -- of frame.packet_flags_direction
local ENCAPSULATIONS = { [1] = 'ethernet', [2] = 'token-ring' } -- of frame.encap_type
local LAN_TYPES = { [1] = false, [2] = true } -- LAN-TYPE: is it 802.5
local PROTOCOL_IDS = { [2] = false, [3] = true, [4] = false, [5] = true } -- of LANE, likewise
local SNAP = '\170\170\3\0\0\0'

-- What the user says: 'ethernet', 'token-ring', or nil.
capture.medium = nil

local interfaces, is_pcap, is_ring_elan, answered

function capture.reset()
  interfaces = {}
  is_pcap = false
  is_ring_elan = nil -- not known
  answered = false -- by a LES or LECS, who decide
end
capture.reset()

local function value_of(field)
  local info = field()
  return info and info() -- quicker than .value
end

-- What is known of the packet's interface; the names are asked for once.
local function interface_of()
  local id = not is_pcap and value_of(interface_id)
  if not id then
    is_pcap, id = true, 0 -- no other packet of this file has one
  end
  local interface = interfaces[id]
  if not interface then
    local name = value_of(interface_name)
    local description = value_of(interface_description)
    interface = {
      id = id,
      name = name,
      description = description,
      network = name and name ~= '' and name or 'lan-' .. id,
      ring = PROTOCOL_IDS[tonumber(description and description:match('LANE protocol id (%d+)'))],
    }
    interfaces[id] = interface
  end
  return interface
end

function capture.describe_lane(decoded)
  local interface = interface_of()
  decoded.network = 'elan'
  decoded.interface_id = interface.id
  decoded.interface_name = interface.name
  decoded.interface_description = interface.description
  decoded.vpi = value_of(atm_vpi) or 0
  decoded.vci = value_of(atm_vci) or 0
  decoded.direction = value_of(atm_channel) == SENT_BY_HOST and 'sent' or 'received'
end

function capture.describe_lan(decoded)
  local interface = interface_of()
  decoded.network = interface.network
  decoded.interface_id = interface.id
  decoded.interface_name = interface.name
  decoded.interface_description = interface.description
  decoded.direction = DIRECTIONS[value_of(packet_direction)]
end

-- An LLC/SNAP header where 802.5 has it; in 802.3 the text of a datagram is there.
local function looks_like_ring(octets, at)
  local fc, route_mark, route = octets:byte(at + 4), octets:byte(at + 11), octets:byte(at + 17)
  if not route or fc < 0x40 or fc >= 0x80 then
    return false
  end
  local llc_at = at + 16 + (route_mark >= 0x80 and route % 32 or 0)
  return octets:sub(llc_at + 1, llc_at + 6) == SNAP
end

function capture.is_ring(octets, at)
  if capture.medium then
    return capture.medium == 'token-ring'
  end
  local ring = interface_of().ring
  if ring == nil then
    ring = is_ring_elan
  end
  if ring == nil then
    return looks_like_ring(octets, at)
  end
  return ring
end

function capture.learn(decoded)
  local ring = LAN_TYPES[decoded.control.lan_type]
  local is_answer = decoded.control.opcode >= 0x0100
  if ring ~= nil and decoded.control.status == 0 and (is_answer or not answered) then
    is_ring_elan = ring
    answered = answered or is_answer
  end
end

function capture.learn_signalled()
  local ring = PROTOCOL_IDS[value_of(lane_protocol_id)]
  if ring ~= nil then
    is_ring_elan = ring
    answered = true
  end
end

-- Whether the packet is one of the signalling channel.
function capture.is_signalling()
  return value_of(atm_aal) == SIGNALLING_AAL
end

function capture.encapsulation()
  return ENCAPSULATIONS[value_of(encapsulation_type)]
end

return capture
