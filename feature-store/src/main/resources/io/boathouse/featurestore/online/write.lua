-- Takes rows back and writes others, of each key the newest. A value begins with 16 bytes that sort
-- as its event and known time do.
-- KEYS: the table's facts, the set of tables. ARGV: the table, the rows' generation or '' for the
-- present one, then for each change: key, times up to which the row is taken back or '', value or ''.
-- Returns how many values were kept.
local function later(a, b)
  for i = 1, 16 do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then
      return x > y
    end
  end
  return false
end

local generation = ARGV[2]
if generation == '' then
  generation = redis.call('HGET', KEYS[1], 'generation')
  if not generation then
    generation = redis.call('HINCRBY', KEYS[1], 'newest_generation', 1)
    redis.call('HSET', KEYS[1], 'generation', generation)
    redis.call('SADD', KEYS[2], ARGV[1])
  end
end
local rows = KEYS[1] .. ':' .. generation
local newest = redis.call('HGET', KEYS[1], 'newest:' .. generation)
local kept = 0
for i = 3, #ARGV, 3 do
  local key, upTo, value = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local present = redis.call('HGET', rows, key)
  if present and upTo ~= '' and not later(present, upTo) then
    redis.call('HDEL', rows, key)
    present = false
  end
  if value ~= '' and not (present and later(present, value)) then
    redis.call('HSET', rows, key, value)
    kept = kept + 1
    if not newest or later(value, newest) then
      newest = string.sub(value, 1, 16)
    end
  end
end
if newest then
  redis.call('HSET', KEYS[1], 'newest:' .. generation, newest)
end
if ARGV[2] ~= '' then
  redis.call('EXPIRE', rows, 3600)
end
return kept
