-- Puts a generation that was written whole in the place of the present one.
-- KEYS: the table's facts, the set of tables. ARGV: the table, the generation.
-- Returns how many rows there are.
local before = redis.call('HGET', KEYS[1], 'generation')
redis.call('PERSIST', KEYS[1] .. ':' .. ARGV[2])
redis.call('HSET', KEYS[1], 'generation', ARGV[2])
redis.call('SADD', KEYS[2], ARGV[1])
if before and before ~= ARGV[2] then
  redis.call('UNLINK', KEYS[1] .. ':' .. before)
  redis.call('HDEL', KEYS[1], 'newest:' .. before)
end
return redis.call('HLEN', KEYS[1] .. ':' .. ARGV[2])
