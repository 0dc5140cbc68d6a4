-- vmacheck's plugin for Wireshark 4.0 and later: LAN Emulation and VRRP over it, frame by frame.
--
--   wireshark -X lua_script:dissectors/vmacheck.lua capture.pcapng
--
-- or `make install-dissectors` for good. docs/dissectors.md says what it shows. On SUNATM captures it reads LE control
-- frames and LE data in place of the built-in dissector, which knows only some of them, and hands what they carry to
-- the dissectors for Ethernet, Token-Ring, ARP, IP and VRRP; on LAN interfaces it adds to what these say.
--
-- Modules are in the folder vmacheck beside this file. Each is a chunk that gets the function 'use' and returns its
-- table; use('tables') loads vmacheck/tables.lua once. Installed ones end in .module, because Wireshark starts
-- every .lua file of a plugin folder by itself.
if package.loaded.vmacheck then
  return -- installed, and named on the command line as well
end
package.loaded.vmacheck = true

local folder = (debug.getinfo(1, 'S').source:match('^@(.*[/\\])') or './') .. 'vmacheck/'
local modules = {}

-- Wireshark's loadfile() raises an error for a file that is not there.
local function path_of(name)
  for _, ending in ipairs { '.lua', '.module' } do
    local path = folder .. name .. ending
    local file = io.open(path)
    if file then
      file:close()
      return path
    end
  end
  error('vmacheck: there is no ' .. folder .. name .. '.lua: install the folder with vmacheck.lua')
end

local function use(name)
  local module = modules[name]
  if not module then
    module = assert(loadfile(path_of(name)))(use)
    modules[name] = module
  end
  return module
end

use('plugin')
