-- The virtual routers that a frame concerns: VRID and role of each VMAC in it, in both bit orders.
--
--   vmacs.show(decoded, tree)              -- all of them
--   vmacs.show_part(decoded, tree, part)   -- that of one LAN destination
local use = ...
local fields = use('fields')

local vmacs = {}

-- What a frame does with the VMAC in a part of it (frame.lua).
local roles = {
  TARGETLESS_LE_ARP_REQUEST = { source = 'announced' },
  LE_ARP_REQUEST = { source = 'asking', target = 'asked for' },
  LE_ARP_RESPONSE = { source = 'asking', target = 'answered' },
  LE_REGISTER_REQUEST = { source = 'to be registered' },
  LE_REGISTER_RESPONSE = { source = 'registered' },
  LE_UNREGISTER_REQUEST = { source = 'to be unregistered' },
  LE_UNREGISTER_RESPONSE = { source = 'unregistered' },
  LE_NARP_REQUEST = { target = 'moved' },
  NO_SOURCE_LE_NARP_REQUEST = { target = 'given up' },
  ZERO_LE_NARP_REQUEST = { target = 'given up' },
  LE_JOIN_REQUEST = { source = 'joining' },
  LE_JOIN_RESPONSE = { source = 'joined' },
  ADVERTISEMENT = { from = 'Master' },
  ARP_REQUEST = { asked = 'asked for' },
  GRATUITOUS_ARP = { sender = 'announced' },
  ARP_REPLY = { sender = 'answered' },
}
local parts = {
  source = 'source LAN destination',
  target = 'target LAN destination',
  to = 'destination',
  from = 'source',
  sender = 'sender of the ARP message',
  asked = 'target of the ARP message',
}

-- A refusal does not register anything, and a Master of priority 0 resigns.
local function role_of(decoded, part)
  local known = roles[decoded.name]
  local role = known and known[part]
  if role and decoded.control and decoded.control.status ~= 0 then
    return 'refused'
  elseif role == 'Master' and decoded.vrrp and decoded.vrrp.priority == 0 then
    return 'resigning'
  end
  return role or parts[part]
end

local function show(decoded, vmac, tree)
  local item = tree:add(fields.vrid, vmac.vrid)
  if vmac.turned then
    item:append_text(' (VMAC in the bit order of token ring)')
  end
  tree:add(fields.role, role_of(decoded, vmac.part))
end

-- A VMAC that is there twice, in a frame and in the ARP message that it carries, is shown once, where it says more.
local function said_better(decoded, list, i)
  local known, vrid = roles[decoded.name], list[i].vrid
  for j, other in ipairs(list) do
    if other.vrid == vrid and j ~= i then
      local other_says = known and known[other.part]
      local says = known and known[list[i].part]
      if (other_says and not says) or (j < i and not (says and not other_says)) then
        return true
      end
    end
  end
  return false
end

function vmacs.show(decoded, tree)
  local list, vrrp = decoded.vmacs, decoded.vrrp
  local shown = false
  if list then
    for i = 1, #list do
      local vmac = list[i]
      if #list == 1 or not said_better(decoded, list, i) then
        show(decoded, vmac, tree)
        shown = shown or (vrrp and vmac.vrid == vrrp.vrid)
      end
    end
  end
  if vrrp and not shown then
    tree:add(fields.vrid, vrrp.vrid)
  end
end

function vmacs.show_part(decoded, tree, part)
  local list = decoded.vmacs
  if list then
    for _, vmac in ipairs(list) do
      if vmac.part == part then
        show(decoded, vmac, tree)
      end
    end
  end
end

return vmacs
