-- stencil3d: Jacobi sweeps over a grid of three dimensions, blocked in space or in time, too.
-- SPDX-License-Identifier: MIT

-- b[k][i][j] = f(a[k][i][j] and its neighbours), then a from b, and so on.  Operations: a multiplication with the
-- coefficient of each point, and the sum.
-- tile: all planes of a strip of so many rows, then the next strip: only 2 radius + 1 planes of a strip need to stay in a
-- cache (layer condition).  time_block: so many planes are advanced by all sweeps, one behind the other, each sweep
-- `radius` planes behind the one before, before the next planes are read (Wonnacott's time skewing, IPDPS 2000).
local memsim = require "memsim"

-- The neighbours that a point reads, in the order of memory.
local function neighbours(shape, radius)
  local list = {}
  for dk = -radius, radius do
    for di = -radius, radius do
      for dj = -radius, radius do
        local off = (dk ~= 0 and 1 or 0) + (di ~= 0 and 1 or 0) + (dj ~= 0 and 1 or 0)
        if shape == "box" or off <= 1 then list[#list + 1] = { dk, di, dj } end
      end
    end
  end
  return list
end

-- What a point does: reads the neighbours and its coefficients, writes.
local function point(p, points, from, to, W, k, i, j)
  local body = { flops = 2 * #points - 1 }
  for _, d in ipairs(points) do body[#body + 1] = memsim.read(from[k + d[1]][i + d[2]][j + d[3]]) end
  for c = 0, p.coefficients - 1 do body[#body + 1] = memsim.read(W[c][k][i][j]) end
  body[#body + 1] = memsim.write(to[k][i][j])
  return body
end

local function sweep_by_sweep(p, planes, points, grids, W)
  local k, i, j = memsim.index("k", "i", "j")
  local r, sweeps = p.radius, {}
  for sweep = 1, p.sweeps do
    local nest = memsim.nest {
      loops = { { k, r, planes - r }, { i, r, p.n - r }, { j, r, p.n - r } },
      body = point(p, points, grids[2 - sweep % 2], grids[1 + sweep % 2], W, k, i, j),
    }
    if p.tile > 0 then nest = nest:tile { i = p.tile } end
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    sweeps[sweep] = nest
  end
  return p.sweeps == 1 and sweeps[1] or memsim.sequence(sweeps)
end

local function time_skewed(p, planes, points, grids, W)
  local block, k, i, j = memsim.index("block", "k", "i", "j")
  local r, body = p.radius, {}
  for sweep = 1, p.sweeps do
    local behind = (sweep - 1) * r
    body[sweep] = {
      loops = {
        { k, { r, block - behind }, { planes - r, block + p.time_block - behind } },
        { i, r, p.n - r }, { j, r, p.n - r },
      },
      body = point(p, points, grids[2 - sweep % 2], grids[1 + sweep % 2], W, k, i, j),
    }
  end
  local nest = memsim.nest {
    loops = { { block, r, planes - r + (p.sweeps - 1) * r, p.time_block } }, body = body,
  }
  if p.vector > 0 then nest = nest:vectorize(p.vector) end
  return nest
end

return {
  description = "Jacobi sweeps over a grid of three dimensions",
  parameters = {
    { "n", 16, "rows and columns of a plane, the border included" },
    { "planes", 0, "planes of the grid; 0: n", min = 0 },
    { "shape", "star", "which neighbours", values = { "star", "box" } },
    { "radius", 1, "of the neighbourhood", max = 4 },
    { "coefficients", 0, "numbers of its own that each point has, an array of the grid's size each" },
    { "sweeps", 1, "over the grid" },
    { "tile", 0, "rows of a strip; 0: none" },
    { "time_block", 0, "planes that all sweeps go over before the next ones; 0: sweep by sweep" },
    { "dtype", "f64", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
  },
  arrays = { "a", "b", "W" },
  build = function(p)
    local planes, r = p.planes > 0 and p.planes or p.n, p.radius
    local across, along = p.n - 2 * r, planes - 2 * r
    if across < 1 or along < 1 then
      error("stencil3d: a grid of " .. planes .. " x " .. p.n .. " x " .. p.n .. " has no point inside its border", 0)
    end
    local grids = {
      p.a or memsim.array("a", p.dtype, planes, p.n, p.n), p.b or memsim.array("b", p.dtype, planes, p.n, p.n),
    }
    local W = p.coefficients > 0
      and (p.W or memsim.array("W", p.dtype, p.coefficients, planes, p.n, p.n))
    local points = neighbours(p.shape, r)
    local inside = along * across * across
    local border = planes * p.n * p.n - inside
    if p.shape == "star" then border = 2 * r * across * (across + 2 * along) end
    -- Read: a; written: b; with a second sweep b's border is read, too, which nobody has written, and a is written.
    local moved = inside + border + inside + p.coefficients * inside + (p.sweeps > 1 and border + inside or 0)
    return {
      workload = (p.time_block > 0 and time_skewed or sweep_by_sweep)(p, planes, points, grids, W),
      flops = p.sweeps * inside * (2 * #points - 1),
      compulsory_bytes = moved * memsim.element_bytes(p.dtype),
    }
  end,
}
