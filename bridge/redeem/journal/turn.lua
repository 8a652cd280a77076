-- Take a turn at something that may be done so often only.
--
-- KEYS  whose turns
-- ARGV  microseconds: between two turns, how much earlier one may come, the patience
--
-- Returns the microseconds until the turn, and when that is (Unix time).  If the wait is
-- longer than the patience, no turn was taken.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local spacing, ahead, patience = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local even = math.max(now, tonumber(redis.call('GET', KEYS[1]) or now))
local wait = math.max(0, even - ahead - now)
if wait <= patience then
    local following = even + spacing
    local lifetime = math.ceil((following - now) / 1000) + 1000
    redis.call('SET', KEYS[1], string.format('%.0f', following), 'PX', lifetime)
end
return {string.format('%.0f', wait), string.format('%.0f', now + wait)}
