-- Count by store what an index of endings lists within a span of time.
--
-- KEYS  the index
-- ARGV  from, and up to (Unix time)
--
-- Returns a JSON object of stores and their numbers: one answer, however many stores.
local stores = {}
for _, entry in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '(' .. ARGV[2])) do
    local store = string.sub(entry, string.find(entry, ' ', 1, true) + 1)
    stores[store] = (stores[store] or 0) + 1
end
return cjson.encode(stores)
