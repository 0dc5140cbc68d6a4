-- LE data: header, prefix of LLC-multiplexed frames, and the frame inside, which is handed to Wireshark's dissector for
-- Ethernet or Token-Ring.
--
--   data.title(decoded, tree)                     names the tree of any frame
--   data.show_prefix(decoded, tvb, tree)          of an LLC-multiplexed frame, data or control
--   data.show(decoded, tvb, tree)
--   data.is_plain(decoded)                        as control.is_plain
--   data.carry_on(decoded, tvb, pinfo, tree)      dissects what is inside
local use = ...
local fields = use('fields')
local vmacs = use('vmacs')

local data = {}

local LECID_LAST = 0xfeff
local ethernet, token_ring = Dissector.get('eth_withoutfcs'), Dissector.get('tr')

function data.title(decoded, tree)
  local text = decoded.marked and 'LE control frame: ' .. decoded.name
    or decoded.lecid and 'LE data: ' .. decoded.name
    or 'VMAC Check: ' .. decoded.name
  tree:set_text(text)
end

function data.show_prefix(decoded, tvb, tree)
  if decoded.frame_type then
    tree:add(fields.frame_type, tvb(6, 2))
    tree:add(fields.elan_id, tvb(8, 4))
  end
end

function data.show(decoded, tvb, tree)
  local lecid = decoded.lecid
  if lecid then
    local item = tree:add(fields.lecid, tvb(decoded.lane_at, 2))
    if lecid > LECID_LAST then
      item:add_proto_expert_info(fields.expert_header,
        string.format('0x%04x is neither a LECID (up to FEFF) nor the marker of control frames (FF00)', lecid))
    end
  end
  vmacs.show(decoded, tree)
end

function data.is_plain(decoded)
  return not decoded.malformed and (not decoded.lecid or decoded.lecid <= LECID_LAST)
end

function data.carry_on(decoded, tvb, pinfo, tree)
  local at = decoded.lane_at
  if decoded.lecid and decoded.size > at + 2 then
    local inner = decoded.ring and token_ring or ethernet
    pcall(inner.call, inner, tvb(at + 2):tvb(), pinfo, tree) -- it has shown what is malformed
  end
end

return data
