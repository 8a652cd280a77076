-- Save one redeem if nobody else has saved it meanwhile.
--
-- KEYS  record, events, and, if it is to be found there, where an equal request looks
-- ARGV  version read, writer, body, seconds to keep it ("" while it is open), what an
--       equal request finds and for how many seconds, events ...
--
-- Returns 1 when it is saved.  The same save may arrive twice, when its first answer
-- was lost: the writer recognises its own work and changes nothing.
local stored = redis.call('HGET', KEYS[1], 'version') or '0'
local mine = tostring(ARGV[1] + 1) .. ' ' .. ARGV[2]
if string.match(stored, '^%d+') ~= ARGV[1] then
    return stored == mine and 1 or 0
end

redis.call('HSET', KEYS[1], 'version', mine, 'body', ARGV[3])
if KEYS[3] then
    redis.call('SET', KEYS[3], ARGV[5], 'EX', ARGV[6])
end
if ARGV[4] == '' then
    if #ARGV > 6 then
        redis.call('RPUSH', KEYS[2], unpack(ARGV, 7))
    end
    redis.call('PERSIST', KEYS[1])
    return 1
end

-- A key of its own would take more memory than what it keeps: once a redeem is settled,
-- its events move into the record, a line each.
local told = redis.call('LRANGE', KEYS[2], 0, -1)
local earlier = redis.call('HGET', KEYS[1], 'events')
if earlier then
    table.insert(told, 1, earlier)
end
for n = 7, #ARGV do
    table.insert(told, ARGV[n])
end
redis.call('HSET', KEYS[1], 'events', table.concat(told, '\n'))
redis.call('DEL', KEYS[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
