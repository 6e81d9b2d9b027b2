-- The rows of keys, all of one generation; false where there is none.
-- KEYS: the table's facts. ARGV: keys.
local generation = redis.call('HGET', KEYS[1], 'generation')
if not generation then
  return false
end
local rows = KEYS[1] .. ':' .. generation
local found = {}
for first = 1, #ARGV, 1000 do
  local part = redis.call('HMGET', rows, unpack(ARGV, first, math.min(first + 999, #ARGV)))
  for _, row in ipairs(part) do
    found[#found + 1] = row
  end
end
return found
