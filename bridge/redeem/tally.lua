-- Count how one redeem ended.  Whatever is wrong with the counts, the redeem goes on.
--
-- KEYS  the day's tally
-- ARGV  seconds to keep it, fields ...
for i = 2, #ARGV do
    redis.pcall('HINCRBY', KEYS[1], ARGV[i], 1)
end
redis.pcall('EXPIRE', KEYS[1], ARGV[1])
return 1
