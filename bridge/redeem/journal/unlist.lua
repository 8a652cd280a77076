-- Take a redeem off the open ones, unless a later worker has listed it anew.
--
-- KEYS  open redeems, and the redeem's record: not on a cluster, where it is elsewhere
-- ARGV  redeem id, until when the worker had it, now, version that the worker knows
--
-- A worker lists a redeem under the time until which it has it, which lies ahead.  Its
-- listing may arrive twice, too, the second time in the place of a later one; so what
-- has been saved since stays listed.
local saved = KEYS[2] and redis.call('HGET', KEYS[2], 'version')
if saved and string.match(saved, '^%d+') ~= ARGV[4] then
    return 0
end
local listed = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or nil)
if listed and (listed == tonumber(ARGV[2]) or listed <= tonumber(ARGV[3])) then
    return redis.call('ZREM', KEYS[1], ARGV[1])
end
return 0
