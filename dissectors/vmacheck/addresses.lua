-- Addresses as the octets of a frame: VMACs and their VRIDs, the two bit orders of MAC addresses, texts.
local addresses = {}

addresses.ZERO_ATM = string.rep('\0', 20)
addresses.ZERO_MAC = string.rep('\0', 6)
addresses.VRRP_GROUP = '\224\0\0\18' -- 224.0.0.18

local turned_octets = {}
local vmacs, vrids, vrids_turned = {}, {}, {}

for octet = 0, 255 do
  local turned = 0
  for bit = 0, 7 do
    if math.floor(octet / 2 ^ bit) % 2 == 1 then
      turned = turned + 2 ^ (7 - bit)
    end
  end
  turned_octets[string.char(octet)] = string.char(turned)
end
for vrid = 0, 255 do
  local vmac = string.char(0x00, 0x00, 0x5e, 0x00, 0x01, vrid)
  vmacs[vrid], vrids[vmac] = vmac, vrid
  vrids_turned[(vmac:gsub('.', turned_octets))] = vrid
end

-- The VMAC of a VRID, in canonical order.
function addresses.vmac(vrid)
  return vmacs[vrid]
end

-- The VRID of a VMAC, 0 included; nil for any other address. On token ring the bits of each octet may be turned
-- round.
function addresses.vrid_of(mac, token_ring)
  return vrids[mac] or (token_ring and vrids_turned[mac]) or nil
end

-- The same MAC address in the other bit order.
function addresses.turned(mac)
  return (mac:gsub('.', turned_octets))
end

-- "00-00-5e-00-01-01"
function addresses.mac_text(mac)
  return string.format('%02x-%02x-%02x-%02x-%02x-%02x', mac:byte(1, 6))
end

-- "10.0.0.1"
function addresses.ip_text(ip)
  return string.format('%d.%d.%d.%d', ip:byte(1, 4))
end

-- 40 hexadecimal digits.
function addresses.atm_text(atm)
  return (atm:gsub('.', function(octet)
    return string.format('%02x', octet:byte())
  end))
end

return addresses
