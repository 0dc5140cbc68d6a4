-- Calls, from SETUP to RELEASE COMPLETE, of each interface with signalling (harness/audit/channel_calls.c). A capture
-- may begin in the middle of a call's life and may lack messages, so a message is taken for what it says.
--
--   calls.reset()
--   calls.take(interface, message, from_host, now, host)
--
-- 'interface' has a table for itself; 'host' has the functions that make and change channels: make(interface),
-- bind(interface, channel, vpi, vci, now), close(channel, now), conclude(channel), learn_lec(atm).
local calls = {}

local FIRST_FREE_VCI = 32 -- on VPI 0; lower ones are not for calls
local SEQUENCE_MODULUS, WINDOW_SIZE = 0x1000000, 64

-- SSCOP may repeat a PDU. Numbers far behind the newest one are those of a connection whose beginning was not seen.
local function is_repetition(interface, sequence, from_host)
  local side = from_host and 'host' or 'others'
  local window = interface.windows[side]
  local behind = window and (window.newest - sequence) % SEQUENCE_MODULUS
  if behind and behind < WINDOW_SIZE then
    local seen = window.seen[sequence]
    window.seen[sequence] = true
    return seen
  end
  local ahead = window and (sequence - window.newest) % SEQUENCE_MODULUS
  local seen = ahead and ahead < WINDOW_SIZE and window.seen or {}
  seen[(sequence - 2 * WINDOW_SIZE) % SEQUENCE_MODULUS] = nil
  seen[sequence] = true
  interface.windows[side] = { newest = sequence, seen = seen }
  return false
end

local function begin(interface, key, by_host, host)
  local channel = host.make(interface)
  channel.caller = by_host and 'host' or 'network'
  channel.signalled = true
  local call = { channel = channel }
  channel.call_key = key
  interface.calls[key] = call
  return call
end

local function finish(interface, call, now, host)
  if not call.releasing then
    host.close(call.channel, now)
  end
  call.channel.released = true
  interface.calls[call.channel.call_key] = nil
end

-- The network has given the call a VCI.
local function connect(interface, channel, message, now, host)
  local vpi = message.vpci or 0
  if not message.vci or vpi > 255 or (vpi == 0 and message.vci < FIRST_FREE_VCI) then
    return
  elseif channel.vpi ~= vpi or channel.vci ~= message.vci then
    host.bind(interface, channel, vpi, message.vci, now)
  end
end

local function setup(interface, key, message, by_host, now, host)
  local channel = begin(interface, key, by_host, host).channel
  channel.has_setup = true
  channel.called, channel.calling = message.called, message.calling
  channel.id, channel.multipoint = message.id, message.multipoint
  host.learn_id(message.id)
  connect(interface, channel, message, now, host)
  host.conclude(channel)
end

local function progress(interface, key, message, by_host, now, host)
  local call = interface.calls[key]
  if not call and message.vci then
    call = begin(interface, key, by_host, host)
  end
  if not call or call.releasing then
    return
  end
  connect(interface, call.channel, message, now, host)
  if message.type == 'CONNECT' then
    call.channel.open = true
  end
end

local function release(interface, call, message, now, host)
  if not call.releasing then
    call.releasing = true
    host.close(call.channel, now)
    call.channel.released = true
  end
  if message.type ~= 'RELEASE' then
    finish(interface, call, now, host)
  end
end

-- Of one connection, or of all calls of the interface.
local function restart(interface, message, now, host)
  for _, call in pairs(interface.calls) do
    local channel = call.channel
    local is_meant = not message.vci or (channel.vpi == (message.vpci or 0) and channel.vci == message.vci)
    if is_meant then
      finish(interface, call, now, host)
    end
  end
end

local progresses = { ALERTING = true, CALL_PROCEEDING = true, CONNECT = true }
local parties = { ADD_PARTY = true, ADD_PARTY_ACKNOWLEDGE = true, ADD_PARTY_REJECT = true, DROP_PARTY = true }

function calls.take(interface, message, from_host, now, host)
  if message.reset then
    interface.windows[from_host and 'host' or 'others'] = nil
    return
  elseif is_repetition(interface, message.sequence, from_host) then
    return
  end
  local by_host = from_host == message.from_originator
  local key = message.reference * 2 + (by_host and 1 or 0)
  local call = interface.calls[key]
  local kind = message.type
  if kind == 'SETUP' then
    if call and call.releasing then
      finish(interface, call, now, host)
      call = nil
    end
    if not call then
      setup(interface, key, message, by_host, now, host)
    end
  elseif progresses[kind] then
    progress(interface, key, message, by_host, now, host)
  elseif kind == 'RESTART' then
    restart(interface, message, now, host)
  elseif not call then
    return
  elseif parties[kind] then
    call.channel.multipoint = true
    if not call.channel.kind then
      host.conclude(call.channel)
    end
    if kind == 'ADD_PARTY' and message.called and call.channel.kind then
      host.learn_lec(message.called)
    end
  elseif kind == 'RELEASE' or kind == 'RELEASE_COMPLETE' or (kind == 'STATUS' and message.is_null) then
    release(interface, call, message, now, host)
  end
end

return calls
