-- What the VCC of a frame is for, where that is certain, and of which medium the ELAN is (harness/audit/channels.c).
-- Best source first: signalling; name and description of the interface, as vmacheck's own captures have them;
-- behaviour, that is frames that can't be on any other VCC.
--
--   channels.reset()
--   local channel = channels.of(frame)
--   channels.signal(frame, octets, changed)   -- a frame of the signalling channel; calls changed(channel, is_opened)
--   channels.medium                           -- 'ethernet', 'token-ring' or nil while it is not known
--
-- A channel has kind ('control-direct' …, nil: not known), told (the kind is told by signalling or metadata), caller
-- ('host', 'network', 'others'), calling and called (ATM addresses), id (LANE protocol id, 6: LLC-multiplexed), open;
-- stations.lua adds whose it is.
local use = ...
local behaviour = use('behaviour')
local calls = use('calls')
local roles = use('roles')
local signalling = use('signalling')

local channels = {}

local DEVICE_NAME = 'dut'
local IN_FLIGHT_S = 1 -- frames may still come for so long after RELEASE
local BROADCAST, LAN_TAG_MAC = '\255\255\255\255\255\255', 1
local kinds = {
  ['configuration-direct'] = true,
  ['control-direct'] = true,
  ['control-distribute'] = true,
  ['multicast-send'] = true,
  ['multicast-forward'] = true,
  ['data-direct'] = true,
}

-- By LANE protocol id of a VCC, and by LAN-TYPE.
local media_of_id = { [2] = 'ethernet', [3] = 'token-ring', [4] = 'ethernet', [5] = 'token-ring' }
local media_of_type = { 'ethernet', 'token-ring' }

local interfaces, signalling_interface, answered
local watched -- channels that signalling made, until they are released

channels.medium = nil

function channels.reset()
  interfaces, signalling_interface = {}, nil
  watched = {}
  channels.medium, answered = nil, false
  behaviour.reset()
  roles.reset()
end
channels.reset()

-- The first answer of LECS or LES counts, whatever was believed before; else what comes first.
local function learn_medium(medium, is_answer)
  if medium and not answered and (is_answer or not channels.medium) then
    channels.medium, answered = medium, is_answer
  end
end

local teachers = {
  LE_CONFIGURE_REQUEST = function(control)
    learn_medium(media_of_type[control.lan_type], false)
    roles.learn(control.source_atm, 'lec')
  end,
  LE_CONFIGURE_RESPONSE = function(control)
    if control.status == 0 then
      roles.learn(control.target_atm, 'les')
      learn_medium(media_of_type[control.lan_type], true)
    end
  end,
  LE_JOIN_RESPONSE = function(control)
    if control.status == 0 then
      learn_medium(media_of_type[control.lan_type], true)
    end
  end,
  LE_ARP_RESPONSE = function(control)
    if control.status == 0 and control.target_tag == LAN_TAG_MAC and control.target_mac == BROADCAST then
      roles.learn(control.target_atm, 'bus')
    end
  end,
}
teachers.LE_JOIN_REQUEST = teachers.LE_CONFIGURE_REQUEST

local function octets_of(digits)
  return (digits:gsub('%x%x', function(octet)
    return string.char(tonumber(octet, 16))
  end))
end

-- True if 'name' is one of the names between commas.
local function contains(names, name)
  for one in names:gmatch('[^,]+') do
    if one == name then
      return true
    end
  end
  return false
end

local function settle(channel, kind, told)
  channel.kind, channel.told = kind, told
  roles.learn_from_kind(channel)
end

-- "control-direct dut -> les", "VCI 34, calling 4700…, called 4700…, LANE protocol id 1, point-to-multipoint"
local function describe(channel, frame)
  local kind, caller, hearers = (frame.interface_name or ''):match('^(%S+) (.-) %-> (.*)$')
  local vci, calling, called, id = (frame.interface_description or ''):match(
    '^VCI (%d+), calling (%x+), called (%x+), LANE protocol id (%d+)'
  )
  if
    not (kinds[kind] or kind == 'unknown')
    or tonumber(vci) ~= frame.vci
    or #calling ~= 40
    or #called ~= 40
  then
    return
  end
  channel.calling, channel.called, channel.id = octets_of(calling), octets_of(called), tonumber(id)
  channel.multipoint = frame.interface_description:find('point-to-multipoint', 1, true) ~= nil
  learn_medium(media_of_id[channel.id], false)
  if caller == DEVICE_NAME then
    channel.caller = 'host'
  elseif contains(hearers, DEVICE_NAME) then
    channel.caller = 'network'
    channel.several_hear = hearers ~= DEVICE_NAME -- whose address 'called' is can't be told
  else
    channel.caller = 'others'
  end
  if kinds[kind] and kind ~= channel.kind then
    settle(channel, kind, true)
  end
end

local function interface_of(id)
  local interface = interfaces[id]
  if not interface then
    interface = { id = id, places = {}, calls = {}, windows = {}, epoch = 0 }
    interfaces[id] = interface
  end
  return interface
end

local function make(interface)
  return {
    interface = interface,
    epoch = interface.epoch,
    seen_of_host = {},
    seen_of_others = {},
    data_from_host = {},
    data_of_others = {},
  }
end

local function bind(interface, channel, vpi, vci, now)
  local place = vpi * 65536 + vci
  local before = interface.places[place]
  if before and before.open then
    before.open, before.closed_at = false, now
  end
  interface.places[place] = channel
  channel.vpi, channel.vci = vpi, vci
end

-- The kind that follows from the call and from behaviour.
local function conclude(channel)
  local candidates = channel.has_setup and roles.candidates(channel)
  if candidates and not next(candidates, (next(candidates))) then
    settle(channel, next(candidates), true)
    return
  end
  local kind = behaviour.kind(channel)
  if kind and (not candidates or candidates[kind]) then
    settle(channel, kind, channel.has_setup)
  end
end

-- --- signalling ---

local host = {
  make = function(interface)
    local channel = make(interface)
    watched[#watched + 1] = channel
    return channel
  end,
  bind = bind,
  close = function(channel, now)
    channel.open, channel.closed_at = false, now
  end,
  conclude = conclude,
  learn_id = function(id)
    learn_medium(media_of_id[id], false)
  end,
  learn_lec = function(atm)
    roles.learn(atm, 'lec')
  end,
}

function channels.signal(frame, octets, changed)
  local interface = interface_of(frame.interface_id or 0)
  if signalling_interface == nil then
    signalling_interface = interface
  elseif signalling_interface ~= interface then
    signalling_interface = false -- several: whose the VCCs of other interfaces are can't be told
  end
  local message = signalling.decode(octets)
  if not message then
    return
  end
  calls.take(interface, message, frame.direction == 'sent', frame.time, host)
  local kept = {}
  for _, channel in ipairs(watched) do
    if not channel.announced and channel.open and channel.told then
      changed(channel, true)
      channel.announced = true
    end
    if not channel.open and channel.announced then
      changed(channel, false)
    end
    if channel.open or not (channel.announced or channel.closed_at) then
      kept[#kept + 1] = channel
    end
  end
  watched = kept
end

-- --- frames ---

-- A call that was signalled on another interface, which has nothing but signalling.
local function signalled_apart(interface, place)
  if not signalling_interface or signalling_interface == interface or signalling_interface.has_vccs then
    return nil
  end
  local channel = signalling_interface.places[place]
  return channel and channel.signalled and not channel.released and channel or nil
end

-- True when the frame belongs to another call than the channel.
local function begins_anew(channel, frame, class, from_host)
  if channel.released then
    return frame.time - channel.closed_at > IN_FLIGHT_S
  elseif channel.signalled or channel.told then
    return false
  elseif channel.epoch ~= channel.interface.epoch then
    return true
  end
  local before
  if class == 'join-request' and channel.kind == 'configuration-direct' then
    before = 'configure-request'
  elseif class == 'configure-request' and channel.kind == 'control-direct' then
    before = 'join-request'
  end
  local ours, theirs = channel.seen_of_host, channel.seen_of_others
  if not from_host then
    ours, theirs = theirs, ours
  end
  return before and ours[before] and not theirs[before]
end

local function channel_at(interface, place, frame)
  local channel = interface.places[place]
  local apart = signalled_apart(interface, place)
  if apart and apart ~= channel then
    interface.places[place] = apart
    describe(apart, frame)
    return apart
  elseif not channel then
    channel = make(interface)
    channel.open, channel.vpi, channel.vci = true, frame.vpi, frame.vci
    interface.places[place] = channel
    interface.has_vccs = true
    describe(channel, frame)
  end
  return channel
end

-- Frames that teach something, whatever is known about their channel.
local teaching = {
  ['configure-request'] = true,
  ['configure-response'] = true,
  ['join-request'] = true,
  ['join-response'] = true,
  ['les-request'] = true,
  ['les-response'] = true,
  ['le-arp-response'] = true,
}

function channels.of(frame)
  local interface = interface_of(frame.interface_id or 0)
  local place = frame.vpi * 65536 + frame.vci
  local channel = channel_at(interface, place, frame)
  local class = behaviour.class_of(frame)
  if channel.kind and not channel.released and not teaching[class] and channels.medium then
    if channel.told or not behaviour.contradicts(channel.kind, class) then
      return channel
    end
  end
  local from_host = frame.direction == 'sent'
  if frame.link ~= 'llc' and behaviour.joins_anew(frame) then
    interface.epoch = interface.epoch + 1
  end
  if begins_anew(channel, frame, class, from_host) then
    channel = make(interface)
    bind(interface, channel, frame.vpi, frame.vci, frame.time)
    channel.open = true
  end
  if channel.signalled and not channel.released then
    channel.open = true -- CONNECT was not seen
  end
  channel.is_llc = channel.is_llc or frame.link == 'llc'
  local settled = channel.kind or channel.contradicted
  if not settled then
    behaviour.note(channel, frame, class, from_host)
  end
  behaviour.learn(channel, frame, class, from_host)
  local teach = teachers[frame.name]
  if teach and frame.link ~= 'llc' then
    teach(frame.control)
  elseif not channels.medium and (frame.ip or frame.arp) and frame.link ~= 'llc' then
    learn_medium(frame.ring and 'token-ring' or 'ethernet', false)
  end
  if not settled then
    conclude(channel)
  elseif channel.kind and not channel.told and behaviour.contradicts(channel.kind, class) then
    channel.kind, channel.contradicted = nil, true
  end
  return channel
end

return channels
