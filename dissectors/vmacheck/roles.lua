-- Who stands at an ATM address, and what a VCC between two such is for (lane-wire 10, 11;
-- harness/audit/channel_roles.c).
--
--   roles.reset()
--   roles.learn(atm, 'les')          -- 'lec', 'lecs', 'les', 'bus'
--   roles.learn_from_kind(channel)
--   roles.candidates(channel)        -- set of the kinds that its call may have
local roles = {}

local LECS = { -- its well-known addresses
  ['\71\0\121\0\0\0\0\0\0\0\0\0\0\0\160\62\0\0\1\0'] = true,
  ['\197\0\121\0\0\0\0\0\0\0\0\0\0\0\160\62\0\0\1\0'] = true,
}
local ZERO_ATM = string.rep('\0', 20)

-- Kinds by who calls whom, and by LANE protocol id.
local ends = {
  ['configuration-direct'] = { calling = 'lec', called = 'lecs' },
  ['control-direct'] = { calling = 'lec', called = 'les' },
  ['multicast-send'] = { calling = 'lec', called = 'bus' },
  ['data-direct'] = { calling = 'lec', called = 'lec' },
  ['control-distribute'] = { calling = 'les', called = 'lec' },
  ['multicast-forward'] = { calling = 'bus', called = 'lec' },
}
local control = { ['configuration-direct'] = true, ['control-direct'] = true, ['control-distribute'] = true }
local data = { ['data-direct'] = true }
local multicast = { ['multicast-send'] = true, ['multicast-forward'] = true }
local kinds_of_id = { control, data, data, multicast, multicast, data }

local by_atm

function roles.reset()
  by_atm = {}
end
roles.reset()

function roles.learn(atm, role)
  if atm and atm ~= ZERO_ATM then
    by_atm[atm] = by_atm[atm] or {}
    by_atm[atm][role] = true
  end
end

function roles.learn_from_kind(channel)
  local pair = ends[channel.kind]
  if pair then
    roles.learn(channel.calling, pair.calling)
    roles.learn(channel.called, pair.called)
  end
end

local function fits(atm, role)
  if atm and LECS[atm] then
    return role == 'lecs'
  end
  local known = atm and by_atm[atm]
  return not known or known[role]
end

function roles.candidates(channel)
  local by_ends, both = {}, {}
  local by_id = kinds_of_id[channel.id]
  for kind, pair in pairs(ends) do
    if fits(channel.calling, pair.calling) and fits(channel.called, pair.called) then
      by_ends[kind] = true
      both[kind] = not by_id or by_id[kind] or nil
    end
  end
  local candidates = both
  if not next(both) then -- the B-LLI is wrong
    candidates = next(by_ends) and by_ends or by_id or ends
  end
  if not channel.multipoint then
    return candidates
  end
  local to_many = {
    ['control-distribute'] = candidates['control-distribute'],
    ['multicast-forward'] = candidates['multicast-forward'],
  }
  return next(to_many) and to_many or candidates
end

return roles
