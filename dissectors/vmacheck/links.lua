-- Frames that belong together: a response and its request, by op-code, TRANSACTION-ID and REQUESTER-LECID (for
-- configuration and join, which come before the LECID, by SOURCE-ATM-ADDRESS); READY_IND and READY_QUERY by
-- their VCC.
--
--   links.reset()
--   links.see(frame)        -- for frames whose name is in links.handlers
--   links.answer_to[number], links.answer_of[number]   -- frame numbers
--   links.time_of[number]   -- seconds from the request to this response
--
-- The same request may be in a capture twice, from its sender and relayed by the LES; the first one counts. So
-- does the first response.
local links = {}

local PENDING_ROOM = 32768 -- requests that wait; twice as many may be kept

links.answer_to, links.answer_of, links.time_of = {}, {}, {}

local pending, pending_before, times, times_before, pending_count

function links.reset()
  links.answer_to, links.answer_of, links.time_of = {}, {}, {}
  pending, pending_before, times, times_before, pending_count = {}, {}, {}, {}, 0
end

-- A number for each conversation: kind, TRANSACTION-ID and LECID fit into 53 bits.
local function by_lecid(kind)
  local base = kind * 2 ^ 48
  return function(frame)
    local control = frame.control
    return base + control.tid * 65536 + control.lecid
  end
end

local function by_address(kind)
  return function(frame)
    local control = frame.control
    return kind .. ':' .. control.tid .. control.source_atm
  end
end

local function by_vcc(kind)
  return function(frame)
    return kind .. ':' .. (frame.interface_id or 0) .. ':' .. frame.vpi .. ':' .. frame.vci
  end
end

-- An open request is its frame number, an answered one the same below zero.
local function asked(key)
  return function(frame)
    local conversation = key(frame)
    local open = pending[conversation] or pending_before[conversation]
    if open and open > 0 then
      return -- the same, relayed
    end
    if pending_count == PENDING_ROOM then
      pending_before, times_before = pending, times
      pending, times, pending_count = {}, {}, 0
    end
    pending[conversation], times[conversation] = frame.number, frame.time
    pending_count = pending_count + 1
  end
end

local function answered(key)
  return function(frame)
    local conversation = key(frame)
    local open = pending[conversation] or pending_before[conversation]
    if not open then
      return
    end
    local request = open < 0 and -open or open
    local number = frame.number
    links.answer_to[number] = request
    links.time_of[number] = frame.time - (times[conversation] or times_before[conversation])
    if open > 0 then
      links.answer_of[open] = number
      if pending[conversation] then
        pending[conversation] = -open
      else
        pending_before[conversation] = -open
      end
    end
  end
end

links.handlers = {}
for kind, conversation in ipairs {
  { 'LE_CONFIGURE_REQUEST', 'LE_CONFIGURE_RESPONSE', by_address },
  { 'LE_JOIN_REQUEST', 'LE_JOIN_RESPONSE', by_address },
  { 'LE_REGISTER_REQUEST', 'LE_REGISTER_RESPONSE', by_lecid },
  { 'LE_UNREGISTER_REQUEST', 'LE_UNREGISTER_RESPONSE', by_lecid },
  { 'LE_ARP_REQUEST', 'LE_ARP_RESPONSE', by_lecid },
  { 'LE_FLUSH_REQUEST', 'LE_FLUSH_RESPONSE', by_lecid },
  { 'LE_VERIFY_REQUEST', 'LE_VERIFY_RESPONSE', by_lecid },
  { 'READY_QUERY', 'READY_IND', by_vcc },
} do
  local request, response, key = conversation[1], conversation[2], conversation[3](kind)
  links.handlers[request] = asked(key)
  links.handlers[response] = answered(key)
end

-- A targetless request is an announcement; whoever answers it anyway is to be found with it.
links.handlers.TARGETLESS_LE_ARP_REQUEST = links.handlers.LE_ARP_REQUEST

function links.see(frame)
  links.handlers[frame.name](frame)
end

return links
