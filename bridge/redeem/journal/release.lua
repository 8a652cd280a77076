-- Release items, unless another redeem or a later worker has them by now.
--
-- KEYS  reservations
-- ARGV  the worker's hold
for _, key in ipairs(KEYS) do
    if redis.call('GET', key) == ARGV[1] then
        redis.call('DEL', key)
    end
end
return 1
