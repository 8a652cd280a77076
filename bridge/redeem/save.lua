-- Save one redeem if nobody else has saved it meanwhile.
--
-- KEYS  record, events
-- ARGV  version read, writer, body, seconds to keep it ("" while it is open), events ...
--
-- Returns 1 when it is saved.  The same save may arrive twice, when its first answer
-- was lost: the writer recognises its own work and changes nothing.
local stored = redis.call('HGET', KEYS[1], 'version') or '0'
local mine = tostring(ARGV[1] + 1) .. ' ' .. ARGV[2]
if string.match(stored, '^%d+') ~= ARGV[1] then
    return stored == mine and 1 or 0
end

redis.call('HSET', KEYS[1], 'version', mine, 'body', ARGV[3])
if #ARGV > 4 then
    redis.call('RPUSH', KEYS[2], unpack(ARGV, 5))
end
for _, key in ipairs(KEYS) do
    if ARGV[4] == '' then
        redis.call('PERSIST', key)
    else
        redis.call('EXPIRE', key, ARGV[4])
    end
end
return 1
