-- Forgets a table. KEYS: the table's facts, the set of tables. ARGV: the table.
local generation = redis.call('HGET', KEYS[1], 'generation')
if generation then
  redis.call('UNLINK', KEYS[1] .. ':' .. generation)
end
redis.call('DEL', KEYS[1])
return redis.call('SREM', KEYS[2], ARGV[1])
