-- Write down what somebody did, and forget what is too old or too much.
--
-- KEYS  the list of a kind, by time
-- ARGV  entry, when (Unix time), seconds to keep it, how many are kept
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
local oldest = ARGV[2] - ARGV[3]
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', oldest, 'LIMIT', 0, 100)
for _, entry in ipairs(gone) do
    redis.call('ZREM', KEYS[1], entry)
end
for _, entry in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1 - ARGV[4])) do
    redis.call('ZREM', KEYS[1], entry)
end
return 1
