-- Who held each VMAC, and when: the owner timeline of a capture, told from what stations say about themselves.
--
-- The rule of evidence is that of docs/audit.md ("Owners"); harness/audit/owners.c keeps the same one.
-- Frames are shown once each, in the order of the capture:
--
--   owners.reset()
--   owners.see(frame, on_ring)            -- for frames whose name is in owners.evidence
--   owners.at(network, vrid, number)      -- timeline and index of the entry in force at a frame
--   owners.entry(timeline, index)         -- { number, time, from, to, moved_from, gap, evidence, name }
--
-- A timeline: { network, vrid, holder, last, seen_number, seen_time, numbers (of frames, one for each entry),
-- entry_count (with those left out), move_count, longest_gap, longest_gap_number }.
-- Times are in seconds. A holder is told by owners.name(): its address may become known later.
local use = ...
local owners = {}

local addresses = use('addresses')

local ENTRY_ROOM = 1000 -- entries per VMAC
local OWNER_ROOM = 4096 -- pairs of network and VMAC
local HOLDER_ROOM = 65536
local LECID_LAST = 0xfeff
local LAN_TAG_MAC = 1
local VRRP_TTL = 255
local ZERO_ATM = addresses.ZERO_ATM
local vrid_of = addresses.vrid_of

local timelines, order -- by network, then VRID; and in the order of appearance
local by_atm, by_lecid, by_ip, holder_count
local beyond_count

local learn, party_of_atm, party_of_lecid, party_of_ip, timeline_of, take, give_up, record, replace
local by_source, by_target, bind

function owners.reset()
  timelines, order = {}, {}
  by_atm, by_lecid, by_ip, holder_count = {}, {}, {}, 0
  beyond_count = 0
end

-- What each frame is evidence of, by its name.
owners.evidence = {
  LE_JOIN_RESPONSE = function(frame, on_ring)
    local control = frame.control
    if control.status == 0 then
      learn(control)
    end
  end,
  TARGETLESS_LE_ARP_REQUEST = function(frame, on_ring)
    learn(frame.control)
    by_source(frame, on_ring, 'associated')
  end,
  LE_REGISTER_RESPONSE = function(frame, on_ring)
    if frame.control.status == 0 then
      by_source(frame, on_ring, 'associated')
    end
  end,
  LE_ARP_RESPONSE = function(frame, on_ring)
    if frame.control.status == 0 then
      by_target(frame, on_ring, 'associated')
    end
  end,
  NO_SOURCE_LE_NARP_REQUEST = function(frame, on_ring)
    by_target(frame, on_ring, 'released')
  end,
  LE_UNREGISTER_RESPONSE = function(frame, on_ring)
    if frame.control.status == 0 then
      by_source(frame, on_ring, 'released')
    end
  end,
  ADVERTISEMENT = function(frame, on_ring)
    local vrrp = frame.vrrp
    if
      not vrrp
      or not vrrp.complete
      or not vrrp.checksum_good
      or vrrp.version ~= 2
      or vrrp.type ~= 1
      or vrrp.vrid == 0
      or frame.ip.ttl ~= VRRP_TTL
    then
      return
    end
    local party
    if frame.lecid then
      party = party_of_lecid(frame.lecid)
    else
      party = party_of_ip(frame.network, frame.ip.from)
    end
    if vrrp.priority > 0 then
      take(frame, vrrp.vrid, party, 'master')
    else
      give_up(frame, vrrp.vrid, party, 'resigned')
    end
  end,
}

-- Every other request tells whose LECID it carries; an LE_NARP_REQUEST may name somebody else.
local function teach(frame)
  learn(frame.control)
end
for _, name in ipairs {
  'LE_ARP_REQUEST',
  'LE_REGISTER_REQUEST',
  'LE_UNREGISTER_REQUEST',
  'LE_JOIN_REQUEST',
  'LE_CONFIGURE_REQUEST',
  'LE_FLUSH_REQUEST',
  'LE_TOPOLOGY_REQUEST',
  'LE_VERIFY_REQUEST',
} do
  owners.evidence[name] = teach
end

-- 'on_ring': its network is a token ring.
function owners.see(frame, on_ring)
  owners.evidence[frame.name](frame, on_ring)
end

-- The timeline of a VMAC, and the index of its entry in force after frame 'number': 0 before the first evidence. Nil
-- where entries were left out.
function owners.at(network, vrid, number)
  local timeline = timelines[network] and timelines[network][vrid]
  if not timeline or (timeline.left_out_from and number >= timeline.left_out_from) then
    return nil
  end
  local numbers = timeline.numbers
  local low, high = 0, #numbers
  if high > 0 and numbers[high] <= number then
    return timeline, high
  end
  while low < high do -- the last entry not behind the frame
    local middle = math.ceil((low + high) / 2)
    if numbers[middle] <= number then
      low = middle
    else
      high = middle - 1
    end
  end
  return timeline, low
end

function owners.entry(timeline, index)
  local number = timeline.numbers[index]
  return number
    and {
      number = number,
      time = timeline.times[index],
      from = timeline.froms[index] or nil,
      to = timeline.tos[index] or nil,
      evidence = timeline.evidences[index],
      name = timeline.names[index],
      moved_from = timeline.moved_froms[index],
      gap = timeline.gaps[index],
    }
end

-- All timelines, by network and VRID.
function owners.list()
  table.sort(order, function(a, b)
    if a.network ~= b.network then
      return a.network < b.network
    end
    return a.vrid < b.vrid
  end)
  return order
end

-- Evidence that found no room.
function owners.beyond()
  return beyond_count
end

-- The IP address of the router that holds a VMAC on a LAN, nil if none does.
function owners.ip_holder(network, vrid)
  local timeline = timelines[network] and timelines[network][vrid]
  return timeline and timeline.holder and timeline.holder.ip
end

-- The name of a holder: 40 hexadecimal digits, "lecid 5" or "10.0.0.1"; "nobody" for nil.
function owners.name(holder)
  if not holder then
    return 'nobody'
  end
  holder.name = holder.name or addresses.atm_text(holder.atm)
  return holder.name
end

-- A binding in SOURCE-LAN-DESTINATION and SOURCE-ATM-ADDRESS, or in those of the target.
function by_source(frame, on_ring, evidence)
  local control = frame.control
  bind(frame, on_ring, control.source_tag, control.source_mac, control.source_atm, evidence)
end

function by_target(frame, on_ring, evidence)
  local control = frame.control
  bind(frame, on_ring, control.target_tag, control.target_mac, control.target_atm, evidence)
end

function bind(frame, on_ring, tag, mac, atm, evidence)
  local vrid = tag == LAN_TAG_MAC and vrid_of(mac, on_ring)
  if not vrid or vrid == 0 or atm == ZERO_ATM then
    return
  elseif evidence == 'released' then
    give_up(frame, vrid, by_atm[atm], evidence)
  else
    take(frame, vrid, party_of_atm(atm), evidence)
  end
end

-- REQUESTER-LECID belongs to SOURCE-ATM-ADDRESS.
function learn(control)
  local lecid, atm = control.lecid, control.source_atm
  local party = by_lecid[lecid]
  if (party and party.atm == atm) or lecid == 0 or lecid > LECID_LAST or atm == ZERO_ATM then
    return
  end
  local known = by_atm[atm]
  if party and not party.atm then -- so far it had no other name
    if known then
      replace(party, known)
    else
      party.atm, party.name = atm, nil
      by_atm[atm] = party
      known = party
    end
  end
  known = known or party_of_atm(atm)
  if known then
    known.lecid = lecid
    by_lecid[lecid] = known
  end
end

function party_of_atm(atm)
  local party = by_atm[atm]
  if not party then
    if holder_count == HOLDER_ROOM then
      beyond_count = beyond_count + 1
      return nil
    end
    holder_count = holder_count + 1
    party = { atm = atm }
    by_atm[atm] = party
  end
  return party
end

function party_of_lecid(lecid)
  local party = by_lecid[lecid]
  if party or lecid == 0 or lecid > LECID_LAST then
    return party
  end
  if holder_count == HOLDER_ROOM then
    beyond_count = beyond_count + 1
    return nil
  end
  holder_count = holder_count + 1
  party = { lecid = lecid, name = 'lecid ' .. lecid }
  by_lecid[lecid] = party
  return party
end

function party_of_ip(network, ip)
  local parties = by_ip[network]
  if not parties then
    parties = {}
    by_ip[network] = parties
  end
  local party = parties[ip]
  if not party then
    if holder_count == HOLDER_ROOM then
      beyond_count = beyond_count + 1
      return nil
    end
    holder_count = holder_count + 1
    party = { name = addresses.ip_text(ip), ip = ip }
    parties[ip] = party
  end
  return party
end

-- 'old' turned out to be 'new'. Entries made before keep its name.
function replace(old, new)
  for _, timeline in ipairs(order) do
    if timeline.holder == old then
      timeline.holder = new
    end
    if timeline.last == old then
      timeline.last = new
    end
  end
end

function timeline_of(frame, vrid)
  local network = timelines[frame.network]
  if not network then
    network = {}
    timelines[frame.network] = network
  end
  local timeline = network[vrid]
  if not timeline then
    if #order == OWNER_ROOM then
      beyond_count = beyond_count + 1
      return nil
    end
    timeline = {
      network = frame.network,
      vrid = vrid,
      numbers = {}, -- by the index of an entry, as these
      times = {},
      froms = {}, -- false: nobody
      tos = {},
      evidences = {},
      names = {},
      moved_froms = {}, -- only of moves
      gaps = {},
      entry_count = 0,
      move_count = 0,
      longest_gap = 0,
    }
    network[vrid] = timeline
    order[#order + 1] = timeline
  end
  return timeline
end

-- 'party' is nil for lack of room, or when it can't be told who it is.
function take(frame, vrid, party, evidence)
  local timeline = party and timeline_of(frame, vrid)
  if not timeline then
    return
  end
  if timeline.holder ~= party then
    local index = record(timeline, frame, party, evidence)
    local last = timeline.last
    if last and last ~= party then
      local gap = math.max(0, frame.time - timeline.seen_time)
      timeline.move_count = timeline.move_count + 1
      if not timeline.longest_gap_number or gap > timeline.longest_gap then
        timeline.longest_gap, timeline.longest_gap_number = gap, frame.number
      end
      if index then
        timeline.moved_froms[index], timeline.gaps[index] = last, gap
      end
    end
    timeline.holder, timeline.last = party, party
  end
  timeline.seen_number, timeline.seen_time = frame.number, frame.time
end

function give_up(frame, vrid, party, evidence)
  local network = timelines[frame.network]
  local timeline = network and network[vrid]
  if party and timeline and timeline.holder == party then
    record(timeline, frame, nil, evidence)
    timeline.holder = nil
  end
end

-- Its index, nil for lack of room.
function record(timeline, frame, party, evidence)
  local index = timeline.entry_count + 1
  timeline.entry_count = index
  if index > ENTRY_ROOM then
    timeline.left_out_from = timeline.left_out_from or frame.number
    return nil
  end
  timeline.numbers[index] = frame.number
  timeline.times[index] = frame.time
  timeline.froms[index] = timeline.holder or false
  timeline.tos[index] = party or false
  timeline.evidences[index] = evidence
  timeline.names[index] = frame.name
  return index
end

return owners
