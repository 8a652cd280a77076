-- Reserve the items of a redeem for its worker: all of them, or none.
--
-- KEYS  reservations
-- ARGV  redeem id, the worker's hold, holds that are known to have ended ...
--
-- Returns the hold that is in the way, or the worker's own.
local ended = {}
for i = 3, #ARGV do
    ended[ARGV[i]] = true
end
for _, key in ipairs(KEYS) do
    local hold = redis.call('GET', key)
    if hold and not ended[hold] and string.match(hold, '^%S+') ~= ARGV[1] then
        return hold
    end
end
for _, key in ipairs(KEYS) do
    redis.call('SET', key, ARGV[2])
end
return ARGV[2]
