-- What the Info column says of a frame, in the words of vmacheck's text lines (harness/wire/frame_text.c), shortened.
--
--   info.of_control(decoded)   'TARGETLESS_LE_ARP_REQUEST lecid=5 source=00-00-5e-00-01-01 vrid=1'
--   info.of_data(decoded)      'ADVERTISEMENT lecid=5 vrid=1', to stand behind what other protocols say
local use = ...
local addresses = use('addresses')
local tables = use('tables')

local info = {}

local format = string.format
local TAG_MAC, TAG_ROUTE_DESCRIPTOR = 1, 2
local RESPONSE = 0x0100
local FLAG_REMOTE = 0x0001
local with_elan = {
  LE_CONFIGURE_REQUEST = true,
  LE_CONFIGURE_RESPONSE = true,
  LE_JOIN_REQUEST = true,
  LE_JOIN_RESPONSE = true,
}

-- Texts of addresses, of which a capture has few; forgotten when they are many.
local MAC_ROOM = 4096
local mac_texts, mac_count = {}, 0

local function mac_text(mac)
  local text = mac_texts[mac]
  if not text then
    if mac_count == MAC_ROOM then
      mac_texts, mac_count = {}, 0
    end
    text = addresses.mac_text(mac)
    mac_texts[mac] = text
    mac_count = mac_count + 1
  end
  return text
end

local function lan_text(word, tag, value)
  if tag == TAG_MAC then
    return word .. mac_text(value)
  elseif tag == TAG_ROUTE_DESCRIPTOR then
    local a, b = value:byte(5, 6)
    return format('%sroute:%03x-%x', word, a * 16 + math.floor(b / 16), b % 16)
  end
  return ''
end

local function is_named(frame)
  return frame.elan_name_size > 0 and frame.elan_name_size <= 32
end

function info.of_control(decoded)
  local name, frame = decoded.name, decoded.control
  if not frame then
    return 'MALFORMED LE control frame of ' .. decoded.size - decoded.lane_at .. ' octets'
  elseif name == 'READY_QUERY' or name == 'READY_IND' then
    return name
  end
  local text = name
  if name == 'LE_UNKNOWN' or name == 'MALFORMED' then
    text = format('%s opcode=0x%04x', name, frame.opcode)
  end
  if frame.lecid ~= 0 then
    text = text .. ' lecid=' .. frame.lecid
  end
  local opcode, status = frame.opcode, frame.status
  if status ~= 0 then
    text = format('%s status=%d (%s)', text, status, tables.statuses[status] or 'undefined')
  elseif opcode >= RESPONSE then
    text = text .. ' status=0'
  end
  if frame.flags % 2 == FLAG_REMOTE then
    text = text .. ' remote'
  end
  text = text .. lan_text(' source=', frame.source_tag, frame.source_mac)
    .. lan_text(' target=', frame.target_tag, frame.target_mac)
  if decoded.vrid then
    text = text .. ' vrid=' .. decoded.vrid
  end
  if with_elan[name] and is_named(frame) then
    text = format('%s elan-name="%s"', text, frame.elan_name:sub(1, frame.elan_name_size):gsub('[^\32-\126]', '?'))
  end
  return text
end

function info.of_data(decoded)
  local text = decoded.name
  if decoded.lecid then
    text = text .. ' lecid=' .. decoded.lecid
  end
  if decoded.vrid then
    text = text .. ' vrid=' .. decoded.vrid
  end
  if decoded.vrrp then
    text = text .. ' priority=' .. decoded.vrrp.priority
  end
  return text
end

return info
