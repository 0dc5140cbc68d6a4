-- What a capture shows over time: who holds each VMAC, which frames belong together, what breaks a rule.
--
-- The interface, used by dissectors/vmacheck.lua:
--   analysis.fields    list of ProtoField, registered with the proto "vmacheck"
--   analysis.experts   list of ProtoExpert, likewise
--   analysis.reset()                    before a file is read or read again
--   analysis.first_pass(frame)          once per frame, in the order of the file
--   analysis.signal(frame, octets)      the same for a frame of the signalling channel
--   analysis.show(frame, tree, pinfo)   at every dissection; tree is the tree of proto "vmacheck"
-- What a frame is: dissectors/vmacheck/frame.lua.
--
-- What is found in the first pass is kept by frame number or as a timeline; only frames about which there is
-- something to say take room.
local use = ...
local channels = use('channels')
local links = use('links')
local owners = use('owners')
local reports = use('reports')
local rules = use('rules')
local statistics = use('statistics')

local analysis = {}

local now -- time of the latest frame: time never goes back

local owner = ProtoField.string('vmacheck.owner', 'Owner', base.NONE, 'Who holds the VMAC after this frame')
local since = ProtoField.framenum('vmacheck.owner.since', 'Since', base.NONE, nil, nil, 'Frame that made it the owner')
local change = ProtoField.string('vmacheck.owner.change', 'Change', base.NONE, 'This frame changes the owner')
local evidence = ProtoField.string(
  'vmacheck.owner.evidence',
  'Evidence',
  base.NONE,
  'associated, master, released or resigned: why the owner changes'
)
local associated_in = ProtoField.framenum(
  'vmacheck.associated_in',
  'Associated in',
  base.NONE,
  nil,
  nil,
  'Frame that began what this one ends'
)
local released_in = ProtoField.framenum(
  'vmacheck.released_in',
  'Released in',
  base.NONE,
  nil,
  nil,
  'Frame that ends what this one began'
)
local moved_from = ProtoField.string('vmacheck.move.from', 'Moved from', base.NONE, 'Who held the VMAC last')
local gap = ProtoField.relative_time(
  'vmacheck.move.gap',
  'Gap',
  'Time from the last evidence of the owner before to the first of this one'
)
local response_in = ProtoField.framenum('vmacheck.response_in', 'Response in', base.NONE, frametype.RESPONSE)
local response_to = ProtoField.framenum('vmacheck.response_to', 'Response to', base.NONE, frametype.REQUEST)
local response_time = ProtoField.relative_time('vmacheck.response_time', 'Response time')
local violation =
  ProtoField.string('vmacheck.violation', 'Violation', base.NONE, 'Id of a requirement that the frame breaks')
local remark = ProtoField.string(
  'vmacheck.remark',
  'Remark',
  base.NONE,
  'Id of a requirement that is broken but binds less, or of something unusual'
)

local broken = ProtoExpert.new(
  'vmacheck.expert.violation',
  'A requirement is violated',
  expert.group.PROTOCOL,
  expert.severity.ERROR
)
local unusual =
  ProtoExpert.new('vmacheck.expert.remark', 'A remark', expert.group.PROTOCOL, expert.severity.NOTE)

analysis.fields = {
  owner,
  since,
  change,
  evidence,
  associated_in,
  released_in,
  moved_from,
  gap,
  response_in,
  response_to,
  response_time,
  violation,
  remark,
}
local owner_fields = { owner, since, change, evidence, associated_in, released_in, moved_from, gap }
local link_fields = { response_in, response_to, response_time }
analysis.experts = { broken, unusual }
statistics.register()

function analysis.reset()
  now = -math.huge
  owners.reset()
  links.reset()
  rules.reset()
end
analysis.reset()

local NOTHING = {}
local on_atm = { lane = true, llc = true } -- links
local evidence_of, handlers_of = owners.evidence, links.handlers

-- Time never goes back.
local function keep_time(frame)
  if frame.time < now then
    frame.time = now
  else
    now = frame.time
  end
end

-- A frame of the signalling channel (SSCOP): number, time, direction, interface_id.
function analysis.signal(frame, octets)
  keep_time(frame)
  rules.signal(frame, octets)
end

function analysis.first_pass(frame)
  if frame.cut then
    return
  end
  keep_time(frame)
  local name = frame.name
  local channel
  local on_ring = frame.ring
  if on_atm[frame.link] then
    channel = channels.of(frame)
    on_ring = channels.medium == 'token-ring'
  end
  local see = evidence_of[name]
  if see then
    see(frame, on_ring)
  end
  see = handlers_of[name]
  if see then
    see(frame)
  end
  rules.see(frame, channel, on_ring)
end

local function duration(seconds)
  local whole = math.floor(seconds)
  return NSTime(whole, math.floor((seconds - whole) * 1e9 + 0.5))
end

local function show_owner(frame, tree, vrid)
  local network = on_atm[frame.link] and 'elan' or frame.network
  local timeline, index = owners.at(network, vrid, frame.number)
  local entry = timeline and owners.entry(timeline, index)
  if not entry then
    return
  end
  local changes = entry.number == frame.number
  local item = tree:add(owner, owners.name(entry.to)):set_generated()
  item:append_text(' (VRID ' .. vrid .. ')')
  if not changes then
    if entry.to then
      item:add(since, entry.number):set_generated()
    end
    return
  end
  item:add(change, owners.name(entry.from) .. ' -> ' .. owners.name(entry.to)):set_generated()
  item:add(evidence, entry.evidence):set_generated()
  local before, after = timeline.numbers[index - 1], timeline.numbers[index + 1]
  if entry.from and before then
    item:add(associated_in, before):set_generated()
  end
  if entry.to and after then
    item:add(released_in, after):set_generated()
  end
  if entry.moved_from then
    item:add(moved_from, owners.name(entry.moved_from)):set_generated()
    item:add(gap, duration(entry.gap)):set_generated()
  end
end

local function show_owners(frame, tree)
  local first = frame.vrid
  if not first then
    return
  end
  show_owner(frame, tree, first)
  local shown
  for _, vmac in ipairs(frame.vmacs or NOTHING) do
    local vrid = vmac.vrid
    if vrid ~= first and vrid ~= shown then
      show_owner(frame, tree, vrid)
      shown = vrid
    end
  end
end

local function show_links(number, tree)
  local other = links.answer_of[number]
  if other then
    tree:add(response_in, other):set_generated()
  end
  other = links.answer_to[number]
  if other then
    tree:add(response_to, other):set_generated()
    tree:add(response_time, duration(links.time_of[number])):set_generated()
  end
end

local function show_findings(number, tree)
  local findings = reports.findings[number]
  if not findings then
    return
  end
  for _, finding in ipairs(findings) do
    local item = tree:add(finding.violation and violation or remark, finding.requirement):set_generated()
    local text = finding.requirement .. ': expected ' .. finding.text
    item:set_text(text)
    item:add_proto_expert_info(finding.violation and broken or unusual, text)
  end
end

-- Whether somebody looks at one of the fields: the tree is shown, or a filter or a column names it.
local function is_wanted(tree, fields)
  for i = 1, #fields do
    if tree:referenced(fields[i]) then
      return true
    end
  end
  return false
end

function analysis.show(frame, tree)
  if frame.cut then
    return
  end
  show_findings(frame.number, tree)
  if frame.vrid and is_wanted(tree, owner_fields) then
    show_owners(frame, tree)
  end
  if is_wanted(tree, link_fields) then
    show_links(frame.number, tree)
  end
end

return analysis
