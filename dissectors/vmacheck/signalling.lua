-- Signalling of an ATM port: SSCOP PDUs and the Q.2931 messages in them, as far as they tell what a VCC is for
-- (spec/uni-signalling.md; harness/wire/signalling.c).
--
--   local message = signalling.decode(octets)   -- nil: no message
--
-- A message: sequence (of SSCOP), type ('SETUP' …), reference, from_originator (sent by the side that chose the call
-- reference), called, calling (ATM addresses), id (LANE protocol id, 6: LLC-multiplexed), multipoint, vpci (nil: the
-- VPI of this PDU), vci, is_null (call state: the call is unknown there).  { reset = true } for PDUs with which the
-- sequence numbers begin again.
local signalling = {}

local RESETS = { [1] = true, [2] = true, [5] = true, [6] = true, [9] = true, [15] = true } -- BGN, BGAK, RS …
local SD = 8
local TRAILER_SIZE, HEADER_SIZE, ELEMENT_HEADER_SIZE = 4, 9, 4
local LANE_LAYER_3 = '\107\64\128\128\0\160\62'
local LAYER_2_LAN_LLC = '\204'
local LLC_MULTIPLEXED = 6
local PLAN_AESA = 2
local ATM_ADDRESS_SIZE = 20

local types = {
  [0x01] = 'ALERTING',
  [0x02] = 'CALL_PROCEEDING',
  [0x05] = 'SETUP',
  [0x07] = 'CONNECT',
  [0x46] = 'RESTART',
  [0x4d] = 'RELEASE',
  [0x5a] = 'RELEASE_COMPLETE',
  [0x7d] = 'STATUS',
  [0x80] = 'ADD_PARTY',
  [0x81] = 'ADD_PARTY_ACKNOWLEDGE',
  [0x82] = 'ADD_PARTY_REJECT',
  [0x83] = 'DROP_PARTY',
}

local function u16(octets, at)
  local high, low = octets:byte(at + 1, at + 2)
  return high * 256 + low
end

-- Octets up to the first one that says it is the last of its group.
local function group_size(content)
  local size = 1
  while size < #content and content:byte(size) < 0x80 do
    size = size + 1
  end
  return size
end

local function party(content)
  local head_size = group_size(content)
  if #content == head_size + ATM_ADDRESS_SIZE and content:byte(1) % 16 == PLAN_AESA then
    return content:sub(head_size + 1)
  end
end

-- Information elements that are read; the others are skipped.
local elements = {
  [0x14] = function(message, content) -- call state
    message.is_null = #content > 0 and content:byte(1) % 64 == 0
  end,
  [0x5a] = function(message, content) -- connection identifier
    if #content < 5 then
      return
    end
    local first = content:byte(1)
    local path, binding = math.floor(first / 8) % 4, first % 8
    if binding == 0 and path <= 1 then
      message.vpci = path == 1 and u16(content, 1) or nil
      message.vci = u16(content, 3)
    end
  end,
  [0x5e] = function(message, content) -- broadband bearer capability
    local class_size = group_size(content)
    if class_size < #content then
      message.multipoint = content:byte(class_size + 1) % 4 == 1
    end
  end,
  [0x5f] = function(message, content) -- B-LLI: the first one that is LANE's counts
    if message.id then
      return
    elseif content == LAYER_2_LAN_LLC then
      message.id = LLC_MULTIPLEXED
    elseif #content == #LANE_LAYER_3 + 2 and content:sub(1, #LANE_LAYER_3) == LANE_LAYER_3 then
      local id = u16(content, #LANE_LAYER_3)
      message.id = id >= 1 and id <= 5 and id or nil
    end
  end,
  [0x6c] = function(message, content)
    message.calling = party(content)
  end,
  [0x70] = function(message, content)
    message.called = party(content)
  end,
}

function signalling.decode(octets)
  local size = #octets
  if size < TRAILER_SIZE or size % 4 ~= 0 then
    return nil
  end
  local head = octets:byte(size - 3)
  local pdu = head % 16
  if RESETS[pdu] then
    return { reset = true }
  end
  local size_of_message = size - TRAILER_SIZE - math.floor(head / 64)
  if pdu ~= SD or size_of_message < HEADER_SIZE or octets:byte(1) ~= 0x09 or octets:byte(2) % 16 ~= 3 then
    return nil
  end
  local reference = octets:byte(3) % 128 * 65536 + u16(octets, 3)
  local message = {
    sequence = octets:byte(size - 2) * 65536 + u16(octets, size - 2),
    type = types[octets:byte(6)],
    reference = reference,
    from_originator = octets:byte(3) < 128,
  }
  local finish = math.min(HEADER_SIZE + u16(octets, 7), size_of_message)
  local at = HEADER_SIZE
  while at + ELEMENT_HEADER_SIZE <= finish do
    local content_size = u16(octets, at + 2)
    local from = at + ELEMENT_HEADER_SIZE
    if content_size > finish - from then
      break
    end
    local read = elements[octets:byte(at + 1)]
    if read then
      read(message, octets:sub(from + 1, from + content_size))
    end
    at = from + content_size
  end
  return message
end

return signalling
