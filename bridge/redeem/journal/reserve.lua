-- Reserve the items of a redeem for its worker: all of them, or none.
--
-- KEYS  reservations
-- ARGV  redeem id, the worker's hold, holds that are known to have ended ...
--
-- Returns the hold that is in the way, or the worker's own.  It may arrive twice, and
-- late: what a later worker on the same redeem has, that one keeps.
local function turn(hold)
    return tonumber(string.match(hold, '%d+$')) or 0
end
local ended = {}
for i = 3, #ARGV do
    ended[ARGV[i]] = true
end
local free = {}
for _, key in ipairs(KEYS) do
    local hold = redis.call('GET', key)
    local mine = hold and string.match(hold, '^%S+') == ARGV[1]
    if hold and not mine and not ended[hold] then
        return hold
    end
    if not mine or turn(hold) <= turn(ARGV[2]) then
        table.insert(free, key)
    end
end
for _, key in ipairs(free) do
    redis.call('SET', key, ARGV[2])
end
return ARGV[2]
