-- Add one event to a redeem, whoever is at work on it: nothing else of it changes.
--
-- KEYS  record, events
-- ARGV  event
--
-- Returns 0 when the redeem is not there any more.
if redis.call('EXISTS', KEYS[1]) == 0 then
    return 0
end
-- Once a redeem is settled, its events stand in the record: see save.lua.
local earlier = redis.call('HGET', KEYS[1], 'events')
if earlier and redis.call('EXISTS', KEYS[2]) == 0 then
    redis.call('HSET', KEYS[1], 'events', earlier .. '\n' .. ARGV[1])
else
    redis.call('RPUSH', KEYS[2], ARGV[1])
end
return 1
