-- kernel_tiles: the tiles of a kernel that works as GPUs do, and the blocks inside them.
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"

local tiles = {}

-- The items of a body that cover 0 .. n - 1 in blocks: make(first, count) is called for the loop over the whole blocks, and
-- for the rest; first is where the block starts.
function tiles.blocks(index, n, size, make)
  local whole, items = n - n % size, {}
  if whole > 0 then items[1] = { loops = { { index, 0, whole, size } }, body = make(index, size) } end
  if n > whole then items[#items + 1] = { body = make(whole, n - whole) } end
  return items
end

-- The parts of a dimension, { extent, tile }: where its whole tiles start, and where the rest does.
local function parts_of(dimension)
  local extent, size = dimension[1], math.min(dimension[2], dimension[1])
  local starts, parts = {}, {}
  for first = 0, extent - size, size do starts[#starts + 1] = first end
  parts[1] = { starts = starts, size = size }
  if extent % size > 0 then parts[2] = { starts = { extent - extent % size }, size = extent % size } end
  return parts
end

-- The items of a body that cover a space of several dimensions, { extent, tile } each, tile by tile, the last dimension
-- fastest.  All tiles of one shape are one loop, whose iterations can be dealt to cores; make(first, size) is called once
-- for each shape: first[d] is where the tile starts in dimension d, size[d] how far it goes.
function tiles.grid(dimensions, make)
  local t = memsim.index("tile")
  local items = {}
  local function shape(d, chosen, name)
    if d <= #dimensions then
      for number, part in ipairs(parts_of(dimensions[d])) do
        chosen[d] = part
        shape(d + 1, chosen, name .. (number == 1 and "w" or "r"))
      end
      return
    end
    local lists, first, size = {}, {}, {}
    for i = 1, #dimensions do lists[i] = {} end
    local function tile(i, at)
      if i > #dimensions then
        for k = 1, #dimensions do lists[k][#lists[k] + 1] = at[k] end
        return
      end
      for _, start in ipairs(chosen[i].starts) do
        at[i] = start
        tile(i + 1, at)
      end
    end
    tile(1, {})
    local count = #lists[1]
    for i = 1, #dimensions do
      size[i] = chosen[i].size
      -- One tile along a dimension needs no table.
      first[i] = #chosen[i].starts == 1 and chosen[i].starts[1]
        or memsim.indices("first" .. i .. name, "i32", lists[i])[t]
    end
    items[#items + 1] = { loops = { { t, count } }, body = make(first, size) }
  end
  shape(1, {}, "_")
  return items
end

return tiles
