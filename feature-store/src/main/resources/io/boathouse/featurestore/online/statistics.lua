-- Rows, bytes and greatest times of a table; nothing if it is not here. KEYS: the table's facts.
local generation = redis.call('HGET', KEYS[1], 'generation')
if not generation then
  return false
end
local rows = KEYS[1] .. ':' .. generation
return {
  redis.call('HLEN', rows),
  redis.call('MEMORY', 'USAGE', rows) or 0,
  redis.call('HGET', KEYS[1], 'newest:' .. generation) or ''
}
