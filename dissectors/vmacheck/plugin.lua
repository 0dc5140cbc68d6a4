-- Registers the dissectors and carries each packet through: decode, first pass of the analysis, tree, Info column.
--
-- Two protos: 'vmacheck' owns the fields and is a post-dissector for LAN interfaces; 'vmacheck_lane' stands in for
-- Wireshark's dissectors of LANE and LLC-multiplexed AAL5 SDUs, which it finds in the table "atm.aal5.type".
local use = ...
local analysis = use('analysis')
local capture = use('capture')
local control = use('control')
local data = use('data')
local fields = use('fields')
local frames = use('frame')
local info = use('info')
local reports = use('reports')

local TRAFFIC_LLC, TRAFFIC_LANE = 1, 3 -- keys of "atm.aal5.type"

local proto = Proto('vmacheck', 'VMAC Check')
local lane = Proto('vmacheck_lane', 'LAN Emulation (VMAC Check)')

local function join(first, second)
  local all = {}
  for _, list in ipairs { first, second } do
    for _, entry in ipairs(list) do
      table.insert(all, entry)
    end
  end
  return all
end

proto.fields = join(fields.list, analysis.fields)
proto.experts = join(fields.experts, analysis.experts)

-- In the order of the preference's numbers.
local MEDIA = { 'as the capture says', 'Ethernet', 'Token ring' }
local medium_of = { nil, 'ethernet', 'token-ring' }
proto.prefs.medium = Pref.enum(
  'Medium of the ELAN',
  1,
  'Whether LE data is 802.3 or 802.5. A capture says it by LAN-TYPE in LE_CONFIGURE and LE_JOIN, the B-LLI in a SETUP, or the description of its interfaces.',
  { { 1, MEDIA[1], 1 }, { 2, MEDIA[2], 2 }, { 3, MEDIA[3], 3 } },
  false
)
proto.prefs.analysis = Pref.bool('Analysis', true, 'Follow who holds each VMAC, which frames belong together and what breaks a requirement')

local analysis_is_on = true
local in_window = gui_enabled()

function proto.prefs_changed()
  capture.medium = medium_of[proto.prefs.medium]
  analysis_is_on = proto.prefs.analysis
end

local aal5_types = DissectorTable.get('atm.aal5.type')
local llc = aal5_types:get_dissector(TRAFFIC_LLC)
local handled -- number of the packet that the dissector of SDUs had last
local own_dissector
local relevant -- LANE or VRRP was seen in this file: LAN frames are shown whatever they are

function proto.init()
  handled, relevant = nil, false
  capture.reset()
  analysis.reset()
end

local function findings_of(number)
  return reports.findings[number]
end

-- Without columns, as with tshark -V, Wireshark says so in place of the text.
local function has_columns(pinfo)
  return tostring(pinfo.cols.info) ~= '(info)'
end

local function describe(decoded, tvb, pinfo)
  decoded.number = pinfo.number
  decoded.time = pinfo.rel_ts
  decoded.cut = tvb:reported_len() > decoded.size
end

-- In a summary nobody asks for the tree, and it is left out unless there is something wrong, which experts collect.
local function is_referenced(tree)
  own_dissector = own_dissector or Dissector.get('vmacheck')
  return tree:referenced(own_dissector)
end

-- A summary that tshark prints shows nothing that the analysis finds. Without columns it may be the first pass of two, or
-- a statistic.
local function is_followed(pinfo, referenced, columns)
  return analysis_is_on and not pinfo.visited and (in_window or referenced or not columns)
end

local function show(decoded, tvb, pinfo, tree, referenced)
  if not referenced and not findings_of(decoded.number) and (decoded.marked and control or data).is_plain(decoded) then
    return
  end
  local own = tree:add(proto, tvb())
  data.title(decoded, own)
  own:add(fields.name, decoded.name)
  if decoded.malformed then
    own:add(fields.reason, decoded.malformed):add_proto_expert_info(fields.expert_unreadable, decoded.malformed)
  end
  data.show_prefix(decoded, tvb, own)
  if decoded.marked then
    control.show(decoded, tvb, own)
  else
    data.show(decoded, tvb, own)
  end
  if analysis_is_on then
    analysis.show(decoded, own, pinfo)
  end
end

function lane.dissector(tvb, pinfo, tree)
  local octets = tvb:raw()
  local link = 'lane'
  if frames.has_llc_prefix(octets) then
    link = 'llc'
  elseif pinfo.match_uint == TRAFFIC_LLC then
    pcall(llc.call, llc, tvb, pinfo, tree) -- it has shown what is malformed
    return tvb:len()
  end
  local decoded = frames.decode(link, octets, capture.is_ring(octets, 0))
  describe(decoded, tvb, pinfo)
  handled, relevant = decoded.number, true
  if decoded.control then
    capture.learn(decoded)
  end
  local columns, referenced = has_columns(pinfo), is_referenced(tree)
  if is_followed(pinfo, referenced, columns) then
    capture.describe_lane(decoded)
    analysis.first_pass(decoded)
  end
  show(decoded, tvb, pinfo, tree, referenced)
  if decoded.marked then
    if columns then
      pinfo.cols.protocol = 'ATM LANE'
      pinfo.cols.info = info.of_control(decoded)
    end
  else
    data.carry_on(decoded, tvb, pinfo, tree)
    if columns then
      pinfo.cols.info:append('  [' .. info.of_data(decoded) .. ']')
    end
  end
  return tvb:len()
end
aal5_types:add(TRAFFIC_LANE, lane)
aal5_types:add(TRAFFIC_LLC, lane)

-- LAN frames: those about a virtual router, and in captures of LANE or VRRP all of them.
local wanted = { ADVERTISEMENT = true }

-- A frame of the signalling channel, which Wireshark has dissected: it tells what the VCCs are for.
local function signal(tvb, pinfo, tree)
  if not analysis_is_on or not capture.is_signalling() then
    return
  end
  if not pinfo.visited then
    local frame = { number = pinfo.number, time = pinfo.rel_ts }
    capture.describe_lane(frame)
    analysis.signal(frame, tvb:raw())
  end
  if findings_of(pinfo.number) then
    analysis.show({ number = pinfo.number, link = 'lane' }, tree:add(proto, tvb()))
  end
end

function proto.dissector(tvb, pinfo, tree)
  if handled == pinfo.number then
    return
  end
  local link = capture.encapsulation()
  if not link then
    capture.learn_signalled()
    signal(tvb, pinfo, tree)
    return
  end
  local decoded = frames.decode(link, tvb:raw())
  if not decoded.vmacs and not wanted[decoded.name] and not relevant then
    return
  end
  relevant = true
  describe(decoded, tvb, pinfo)
  capture.describe_lan(decoded)
  local referenced = is_referenced(tree)
  if is_followed(pinfo, referenced, has_columns(pinfo)) then
    analysis.first_pass(decoded)
  end
  show(decoded, tvb, pinfo, tree, referenced)
  if decoded.vrid then
    pinfo.cols.info:append('  [' .. info.of_data(decoded) .. ']')
  end
end
register_postdissector(proto)
