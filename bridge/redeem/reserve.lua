-- Reserve one item for a redeem, or say who holds it.
--
-- KEYS  reservation
-- ARGV  redeem id, a former holder that is known to have finished ("" if none is)
--
-- Returns the redeem id that holds the item now.
local holder = redis.call('GET', KEYS[1])
if not holder or holder == ARGV[2] then
    redis.call('SET', KEYS[1], ARGV[1])
    return ARGV[1]
end
return holder
