-- The owners of each VMAC as a table: `tshark -q -z vmacheck,owners`, in Wireshark Tools > vmacheck > Owners of VMACs.
local use = ...
local addresses = use('addresses')
local owners = use('owners')

local statistics = {}

local LINE = '%-12s %4s  %-17s  %6s %5s  %13s %8s  %s'

local function owner_count(timeline)
  local seen, count = {}, 0
  for _, holder in ipairs(timeline.tos) do
    if holder and not seen[holder] then
      seen[holder] = true
      count = count + 1
    end
  end
  return count
end

local function summary(timeline)
  local gap, number = '', ''
  if timeline.move_count > 0 then
    gap, number = string.format('%.6f', timeline.longest_gap), timeline.longest_gap_number
  end
  return LINE:format(
    timeline.network,
    timeline.vrid,
    addresses.mac_text(addresses.vmac(timeline.vrid)),
    owner_count(timeline),
    timeline.move_count,
    gap,
    number,
    owners.name(timeline.holder)
  )
end

local function entry_line(entry)
  local line = string.format(
    '  %.6f  frame %d  %s -> %s  %s (%s)',
    entry.time,
    entry.number,
    owners.name(entry.from),
    owners.name(entry.to),
    entry.evidence,
    entry.name
  )
  if entry.moved_from then
    line = line
      .. string.format(', a move from %s, gap %.6f s', owners.name(entry.moved_from), entry.gap)
  end
  return line
end

-- The whole table, lines with '\n' between.
function statistics.text()
  local lines = {
    'Owners of VMACs',
    LINE:format('network', 'VRID', 'VMAC', 'owners', 'moves', 'longest gap/s', 'in frame', 'at the end'),
  }
  for _, timeline in ipairs(owners.list()) do
    lines[#lines + 1] = summary(timeline)
    for index = 1, #timeline.numbers do
      lines[#lines + 1] = entry_line(owners.entry(timeline, index))
    end
    local more = timeline.entry_count - #timeline.numbers
    if more > 0 then
      lines[#lines + 1] = '  … ' .. more .. ' further changes'
    end
  end
  if owners.beyond() > 0 then
    lines[#lines + 1] = owners.beyond() .. ' frames were about VMACs or owners for which there was no room'
  end
  return table.concat(lines, '\n')
end

local function tap(show)
  local listener = Listener.new('frame')
  function listener.packet() end -- the dissector has seen it
  function listener.draw()
    show(statistics.text())
  end
  return listener
end

-- Registers tap and menu; once.
function statistics.register()
  register_stat_cmd_arg('vmacheck,owners', function()
    tap(print)
  end)
  if not gui_enabled() then
    return
  end
  register_menu('vmacheck/Owners of VMACs', function()
    local window = TextWindow.new('Owners of VMACs')
    local listener = tap(function(text)
      window:set(text)
    end)
    window:set_atclose(function()
      listener:remove()
    end)
    retap_packets()
  end, MENU_TOOLS_UNSORTED)
end

return statistics
