-- What the rules found, by frame. A requirement is reported only if it binds the station whatever that may be, as
-- long as this can't be told: router or bridge, proxy or not, LANE v1 or v2 (harness/audit/judge.c).
--
--   reports.reset()
--   reports.broken(station, frame, 'R-2-06', 'TARGETLESS_LE_ARP_REQUEST status=%u', 0)
--   reports.findings[number]   -- nil, or a list of { requirement, violation, station, text }
local use = ...
local reports = {}

local requirements = use('tables').requirements

local binds, record

function reports.reset()
  reports.findings = {}
end
reports.reset()

-- The frame breaks the requirement: a violation of a `must`, unless it is known from memory alone, else a remark.
-- The format is that of the line that was expected.
function reports.broken(station, frame, id, ...)
  local requirement = requirements[id]
  local violation = requirement.level == 'must' and requirement.provenance ~= 'mem'
  record(station, frame, id, requirement, violation, ...)
end

-- Unusual but allowed, or the part of a requirement that is marked "remark".
function reports.remark(station, frame, id, ...)
  record(station, frame, id, requirements[id], false, ...)
end

function record(station, frame, id, requirement, violation, ...)
  if not binds(requirement, station) then
    return
  end
  local list = reports.findings[frame.number]
  if not list then
    list = {}
    reports.findings[frame.number] = list
  end
  for _, finding in ipairs(list) do
    if finding.requirement == id and finding.violation == violation then
      return
    end
  end
  list[#list + 1] = { requirement = id, violation = violation, station = station, text = string.format(...) }
end

local function all(possible, allowed)
  for _, value in ipairs(possible) do
    if not allowed[value] then
      return false
    end
  end
  return true
end

local BOTH_SCHEMES, BOTH_VERSIONS = { 'non-proxy', 'proxy' }, { 'v1', 'v2' }
local BOTH_MEDIA = { 'ethernet', 'token-ring' }

-- What the station can be, as far as is known.
local function roles_of(station)
  if station.kind == 'server' then
    return { 'les' }
  elseif station.kind == 'lan-router' then
    return { 'vrrp' }
  end
  local roles = { 'router' }
  if not station.proxy_known or station.proxy then
    roles[#roles + 1] = 'bridge' -- which joins as proxy (draft 3.2)
  end
  if not station.claims then
    roles[#roles + 1] = 'client'
  end
  return roles
end

local function schemes_of(station)
  if not station.proxy_known then
    return BOTH_SCHEMES
  end
  return { station.proxy and 'proxy' or 'non-proxy' }
end

local function versions_of(station)
  if station.join ~= 'done' then
    return BOTH_VERSIONS
  end
  return { station.v2 and 'v2' or 'v1' }
end

local function media_of(station)
  if not station.medium_known then
    return BOTH_MEDIA
  end
  return { station.ring and 'token-ring' or 'ethernet' }
end

function binds(requirement, station)
  return all(media_of(station), requirement.media)
    and all(roles_of(station), requirement.roles)
    and all(schemes_of(station), requirement.schemes)
    and all(versions_of(station), requirement.lane)
end

return reports
