-- What frames tell about their VCC and about who is who (lane-wire 10; harness/audit/channel_behaviour.c).
--
--   behaviour.reset()
--   local class = behaviour.class_of(frame)
--   behaviour.note(channel, frame, class, from_host)    -- it was seen on its channel
--   behaviour.learn(channel, frame, class, from_host)   -- what it tells about stations
--   behaviour.kind(channel)                             -- that follows from what was seen; nil if nothing certain does
local behaviour = {}

local LECS_PVC_VCI = 17 -- of VPI 0

local by_atm, lecs, host_serves -- joins under way and LECs, by address and LECID

function behaviour.reset()
  by_atm, lecs, host_serves = {}, {}, false
end
behaviour.reset()

-- Kinds of frames; every data frame is 'group' or 'unicast', everything else 'other'.
local classes = {
  LE_CONFIGURE_REQUEST = 'configure-request',
  LE_CONFIGURE_RESPONSE = 'configure-response',
  LE_JOIN_REQUEST = 'join-request',
  LE_JOIN_RESPONSE = 'join-response',
  READY_QUERY = 'ready',
  READY_IND = 'ready',
  LE_REGISTER_REQUEST = 'les-request',
  LE_UNREGISTER_REQUEST = 'les-request',
  LE_VERIFY_REQUEST = 'les-request',
  LE_REGISTER_RESPONSE = 'les-response',
  LE_UNREGISTER_RESPONSE = 'les-response',
  LE_VERIFY_RESPONSE = 'les-response',
  LE_ARP_REQUEST = 'question',
  TARGETLESS_LE_ARP_REQUEST = 'question',
  LE_NARP_REQUEST = 'question',
  NO_SOURCE_LE_NARP_REQUEST = 'question',
  ZERO_LE_NARP_REQUEST = 'question',
  LE_TOPOLOGY_REQUEST = 'question',
  LE_ARP_RESPONSE = 'le-arp-response',
  LE_FLUSH_REQUEST = 'flush-request',
  LE_FLUSH_RESPONSE = 'flush-response',
}

local function set(names)
  local one = {}
  for name in names:gmatch('%S+') do
    one[name] = true
  end
  return one
end

-- Frames that a VCC of the kind can have.
local allowed = {
  ['configuration-direct'] = set('configure-request configure-response other'),
  ['control-direct'] = set(
    'join-request join-response les-request les-response question le-arp-response flush-request flush-response other'
  ),
  ['control-distribute'] = set(
    'join-response les-response question le-arp-response flush-request flush-response other'
  ),
  ['multicast-send'] = set('group unicast flush-request other'),
  ['multicast-forward'] = set('group unicast flush-request other'),
  ['data-direct'] = set('group unicast ready flush-request flush-response other'),
}
local servers_only = set('configure-response join-response les-response')
local between_lec_and_les = { 'join-response', 'les-response', 'question', 'le-arp-response', 'flush-response' }

function behaviour.class_of(frame)
  local class = classes[frame.name]
  if class then
    return class
  elseif not frame.lecid or not frame.eth then
    return 'other'
  end
  local first = frame.eth.to:byte(1)
  local is_group
  if frame.ring then
    is_group = first >= 0x80
  else
    is_group = first % 2 == 1
  end
  return is_group and 'group' or 'unicast'
end

local function lec_of(lecid)
  local lec = lecs[lecid]
  if not lec then
    lec = {}
    lecs[lecid] = lec
  end
  return lec
end

-- A request on 'asked' was answered on 'answering'.
local function answered(asked, answering)
  asked.asked = true
  if asked ~= answering and asked.open then
    answering.answers_others = true
  end
end

local learners = {
  ['configure-request'] = function(channel, control)
    channel.transaction, channel.waiting_for = control.tid, 'configure-response'
  end,
  ['join-request'] = function(channel, control, from_host)
    channel.transaction, channel.waiting_for = control.tid, 'join-response'
    by_atm[control.source_atm] = { channel = channel, transaction = control.tid, at_host = from_host }
  end,
  ['les-request'] = function(channel, control, from_host)
    local lec = lec_of(control.lecid)
    if not lec.control_direct or not lec.control_direct.open then
      lec.control_direct = channel
    end
    lec.at_host = lec.at_host or from_host
    lec.waiting, lec.transaction = lec.control_direct == channel, control.tid
  end,
  ['join-response'] = function(channel, control)
    local joining = by_atm[control.source_atm]
    if control.status == 0 and joining and joining.transaction == control.tid then
      joining.transaction, joining.joined = nil, true
      answered(joining.channel, channel)
      lecs[control.lecid] = { control_direct = joining.channel, at_host = joining.at_host }
    end
  end,
  ['les-response'] = function(channel, control)
    local lec = lec_of(control.lecid)
    if lec.waiting and lec.transaction == control.tid then
      lec.waiting = false
      answered(lec.control_direct, channel)
    end
  end,
}

-- A LEC that had joined joins again: VCIs may have new meanings.
function behaviour.joins_anew(frame)
  local joining = frame.name == 'LE_JOIN_REQUEST' and by_atm[frame.control.source_atm]
  return joining and joining.joined
end

function behaviour.learn(channel, frame, class, from_host)
  local control = frame.control
  if not control or not classes[frame.name] or frame.link == 'llc' then
    return
  end
  if from_host and (servers_only[class] or (class == 'le-arp-response' and lec_of(control.lecid).at_host)) then
    host_serves = true
  end
  if channel.waiting_for == class and channel.transaction == control.tid then
    channel.answered = true
  end
  local learner = learners[class]
  if learner then
    learner(channel, control, from_host)
  end
end

-- The host made the request, or answered it, or others did both while the host kept silent.
local function exchanged(channel, request, response)
  local host = channel.seen_of_host
  if host[request] then
    return true
  elseif not channel.seen_of_others[request] then
    return false
  end
  return host[response] or (channel.answered and next(host) == nil)
end

local function has_any(seen, list)
  for _, class in ipairs(list) do
    if seen[class] then
      return true
    end
  end
  return false
end

local function kind_by_control(channel)
  local host, others = channel.seen_of_host, channel.seen_of_others
  if channel.asked or exchanged(channel, 'join-request', 'join-response') then
    return 'control-direct'
  elseif channel.answers_others then
    return 'control-distribute'
  elseif channel.has_setup and channel.caller ~= 'others' then
    local caller, other = host, others
    if channel.caller ~= 'host' then
      caller, other = others, host
    end
    if has_any(other, between_lec_and_les) then
      return 'control-direct' -- a Control Distribute goes one way, from its caller
    elseif caller['join-response'] or caller['les-response'] then
      return 'control-distribute'
    end
  end
  local both = has_any(host, between_lec_and_les) and has_any(others, between_lec_and_les)
  local has_data = has_any(host, { 'group', 'unicast', 'flush-request' })
    or has_any(others, { 'group', 'unicast', 'flush-request' })
  return both and not has_data and 'control-direct' or nil
end

-- From whose data it carries.
local function kind_by_data(channel)
  local host, others = channel.data_from_host, channel.data_of_others
  if host.several_group or others.several_group then
    return 'multicast-forward'
  elseif
    not host.group
    and not others.group
    and host.unicast
    and others.unicast
    and not host.several_unicast
    and not others.several_unicast
    and host.unicast ~= others.unicast
  then
    return 'data-direct'
  end
  local lec = lecs[host.group or others.group]
  if not lec or not lec.at_host or host_serves then
    return nil
  elseif host.group and not others.group and (lec.multicast_send or channel) == channel then
    lec.multicast_send = channel
    return 'multicast-send'
  end
  local comes_back = others.group and not host.group and not host.unicast
  return comes_back and lec.multicast_send ~= channel and 'multicast-forward' or nil
end

function behaviour.kind(channel)
  if channel.vpi == 0 and channel.vci == LECS_PVC_VCI then
    return 'configuration-direct'
  elseif channel.is_llc or channel.seen_of_host.ready or channel.seen_of_others.ready then
    return 'data-direct'
  elseif exchanged(channel, 'configure-request', 'configure-response') then
    return 'configuration-direct'
  end
  return kind_by_control(channel) or kind_by_data(channel)
end

local several = { group = 'several_group', unicast = 'several_unicast' }

function behaviour.note(channel, frame, class, from_host)
  local seen = from_host and channel.seen_of_host or channel.seen_of_others
  seen[class] = true
  local data = from_host and channel.data_from_host or channel.data_of_others
  if not several[class] or frame.lecid == 0 then
    return
  elseif not data[class] then
    data[class] = frame.lecid
  elseif data[class] ~= frame.lecid then
    data[several[class]] = true
  end
end

-- True if a channel of the kind can't have the frame.
function behaviour.contradicts(kind, class)
  return not allowed[kind][class]
end

return behaviour
