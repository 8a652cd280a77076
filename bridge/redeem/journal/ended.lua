-- List one redeem by how it has ended, or take it off the list.  Whatever is wrong with
-- the list, the redeem goes on.
--
-- KEYS  the index of a site, a way of ending and a day
-- ARGV  entry, when the redeem began, seconds to keep the index; or the entry alone
if ARGV[2] then
    redis.pcall('ZADD', KEYS[1], ARGV[2], ARGV[1])
    redis.pcall('EXPIRE', KEYS[1], ARGV[3])
else
    redis.pcall('ZREM', KEYS[1], ARGV[1])
end
return 1
