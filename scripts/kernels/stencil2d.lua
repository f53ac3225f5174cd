-- stencil2d: Jacobi sweeps over a square grid, a star or a box of neighbours.
-- SPDX-License-Identifier: MIT

-- b[i][j] = f(a[i][j] and its neighbours), then a from b, and so on.  Operations: a multiplication with the coefficient
-- of each point, and the sum.  tile: the rows are walked through in strips so wide.  Only whole sweeps are blocked here;
-- stencil3d has temporal blocking, too.
local memsim = require "memsim"

-- The neighbours that a point reads, in the order of memory.
local function neighbours(shape, radius)
  local list = {}
  for di = -radius, radius do
    for dj = -radius, radius do
      if shape == "box" or di == 0 or dj == 0 then list[#list + 1] = { di, dj } end
    end
  end
  return list
end

return {
  description = "Jacobi sweeps over a grid of two dimensions",
  parameters = {
    { "n", 32, "rows of the grid, its border included" },
    { "columns", 0, "columns; 0: as many as rows" },
    { "shape", "star", "which neighbours", values = { "star", "box" } },
    { "radius", 1, "of the neighbourhood", max = 4 },
    { "sweeps", 1, "over the grid" },
    { "tile", 0, "columns of a strip; 0: none" },
    { "dtype", "f64", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
  },
  arrays = { "a", "b" },
  build = function(p)
    local columns = p.columns > 0 and p.columns or p.n
    local rows_in, columns_in = p.n - 2 * p.radius, columns - 2 * p.radius
    if rows_in < 1 or columns_in < 1 then
      error("stencil2d: a grid of " .. p.n .. " x " .. columns .. " has no point inside its border", 0)
    end
    local i, j = memsim.index("i", "j")
    local grids = {
      p.a or memsim.array("a", p.dtype, p.n, columns), p.b or memsim.array("b", p.dtype, p.n, columns),
    }
    local points = neighbours(p.shape, p.radius)
    local sweeps = {}
    for sweep = 1, p.sweeps do
      local from, to = grids[2 - sweep % 2], grids[1 + sweep % 2]
      local body = { flops = 2 * #points - 1 }
      for _, d in ipairs(points) do body[#body + 1] = memsim.read(from[i + d[1]][j + d[2]]) end
      body[#body + 1] = memsim.write(to[i][j])
      local nest = memsim.nest {
        loops = { { i, p.radius, p.n - p.radius }, { j, p.radius, columns - p.radius } }, body = body,
      }
      if p.tile > 0 then nest = nest:tile { j = p.tile } end
      if p.vector > 0 then nest = nest:vectorize(p.vector) end
      sweeps[sweep] = nest
    end
    -- Of a everything that is read; with a second sweep the border of b, which nobody writes, too; a is written by then.
    local corners = p.shape == "star" and 4 * p.radius * p.radius or 0
    local border = p.n * columns - corners - rows_in * columns_in
    local inside = rows_in * columns_in
    local moved = inside + border + inside + (p.sweeps > 1 and border + inside or 0)
    return {
      workload = p.sweeps == 1 and sweeps[1] or memsim.sequence(sweeps),
      flops = p.sweeps * inside * (2 * #points - 1),
      compulsory_bytes = moved * memsim.element_bytes(p.dtype),
    }
  end,
}
