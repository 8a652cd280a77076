-- Take a redeem off the open ones, unless a later worker has listed it anew.
--
-- KEYS  open redeems
-- ARGV  redeem id, until when the worker had it, now
--
-- A worker lists a redeem under the time until which it has it, which lies ahead.
local listed = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or nil)
if listed and (listed == tonumber(ARGV[2]) or listed <= tonumber(ARGV[3])) then
    return redis.call('ZREM', KEYS[1], ARGV[1])
end
return 0
