-- The passive rules that need nothing but the frames, once more: an implementation that shares no line with
-- harness/rules/, so that the two can be held against each other. Rules for what was due and did not come, and those
-- that need the configuration, are left to `vmacheck audit` and `vmacheck run`.
--
--   rules.reset()
--   rules.signal(frame, octets)      -- a frame of the signalling channel
--   rules.see(frame, channel, on_ring)  -- 'channel' nil: a LAN; what is broken is then in reports.findings
--
-- A rule is a function(station, frame, channel); the tables 'sent' and 'heard' of its module say which frames it
-- wants, by their name.
local use = ...
local rules = {}

local addresses = use('addresses')
local channels = use('channels')
local history = use('history')
local reports = use('reports')
local stations = use('stations')
local control = use('rules_control')
local data = use('rules_data')
local answers = use('rules_answers')

local FLAG_PROXY = 0x0080
local LAN_TYPE_8023 = 1

-- Lists of rules by the name of the frame, for each kind of station.
local sent = { lec = {}, server = {}, ['lan-router'] = {} }
local heard = { lec = {}, server = {}, ['lan-router'] = {} }

local function add(lists, wanted)
  for name, list in pairs(wanted) do
    lists[name] = lists[name] or {}
    for _, rule in ipairs(list) do
      table.insert(lists[name], rule)
    end
  end
end

for _, module in ipairs { control, data, answers } do
  add(sent.lec, module.sent)
  add(heard.lec, module.heard)
end
add(sent['lan-router'], data.lan_sent)

function rules.reset()
  reports.reset()
  stations.reset()
  channels.reset()
end

-- Names of frames by which a LEC says that it represents a VMAC, if they are about one.
local claims = {
  TARGETLESS_LE_ARP_REQUEST = true,
  LE_REGISTER_REQUEST = true,
  LE_ARP_RESPONSE = true,
  NO_SOURCE_LE_NARP_REQUEST = true,
  ZERO_LE_NARP_REQUEST = true,
  LE_UNREGISTER_REQUEST = true,
}

-- What a frame of its own tells about a LEC.
local function learn(station, frame)
  local name = frame.name
  if name == 'LE_JOIN_REQUEST' then
    station.proxy_known = true
    station.proxy = frame.control.flags % (2 * FLAG_PROXY) >= FLAG_PROXY
  elseif name == 'ADVERTISEMENT' then
    station.claims = true
  elseif claims[name] and not station.claims then
    local lans = frame.control
    station.claims = addresses.vrid_of(lans.source_mac, station.ring) ~= nil
      or addresses.vrid_of(lans.target_mac, station.ring) ~= nil
  end
end

-- That an ELAN is a token ring is told by signalling or a LAN-TYPE; that it is none, by a join or by data that
-- only 802.3 can be.
local function learn_medium(station, frame, on_ring)
  if on_ring then
    station.ring, station.medium_known = true, true
  elseif not station.medium_known then
    local lan_type = frame.control and frame.control.lan_type
    station.medium_known = station.kind == 'lan-router'
      or lan_type == LAN_TYPE_8023
      or frame.arp ~= nil
      or frame.ip ~= nil
  end
end

-- No LE control frame as far as we can tell: cut, lying about its TLVs, of another protocol or version.
local function is_unreadable(frame)
  local header = frame.control
  return frame.name == 'MALFORMED' or (header and (header.protocol ~= 1 or header.version ~= 1))
end

function rules.see(frame, channel, on_ring)
  local sender, hearer
  if not channel then
    sender, hearer = stations.attribute_lan(frame)
  else
    sender, hearer = stations.attribute_lane(frame, channel)
  end
  local name = frame.name
  if sender then
    sender.has_sent = true
    if not sender.medium_known or (on_ring and not sender.ring) then
      learn_medium(sender, frame, on_ring)
    end
    if not sender.claims or name == 'LE_JOIN_REQUEST' then
      learn(sender, frame)
    end
    if not sender.history then
      history.begin(sender)
    end
    history.meet(sender, frame)
    local list = sent[sender.kind][name]
    for i = 1, list and #list or 0 do
      list[i](sender, frame, channel)
    end
    history.add(sender, frame, true, channel)
  end
  if hearer then
    if not hearer.medium_known or (on_ring and not hearer.ring) then
      learn_medium(hearer, frame, on_ring)
    end
    if not hearer.history then
      history.begin(hearer)
    end
    if not is_unreadable(frame) then
      local list = heard[hearer.kind][name]
      for i = 1, list and #list or 0 do
        list[i](hearer, frame, channel)
      end
      history.add(hearer, frame, false, channel)
    end
  end
end

-- A frame of the signalling channel: calls that the stations at the capture point make, accept and lose.
function rules.signal(frame, octets)
  channels.signal(frame, octets, function(channel, is_opened)
    local station = stations.of_channel(channel)
    if not station then
      return
    end
    learn_medium(station, frame, channels.medium == 'token-ring')
    if not station.history then
      history.begin(station)
    end
    if not is_opened then
      history.released(station, channel)
      return
    end
    if channel.caller == 'host' then
      answers.setup(station, frame, channel)
    end
    history.connected(station, channel)
  end)
end

return rules
