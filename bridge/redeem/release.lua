-- Release one item, if it is still this redeem that holds it.
--
-- KEYS  reservation
-- ARGV  redeem id
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
return 0
