-- gather: y[i] = x[ids[i]], rows of x picked by a list of numbers.
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"
local picks = require "kernel_picks"

return {
  description = "y[i] = x[ids[i]]: rows picked from a table",
  parameters = {
    { "n", 256, "rows that are picked" },
    { "rows", 128, "rows of x" },
    { "width", 8, "elements of a row" },
    { "distribution", "uniform", "of the picks", values = { "uniform", "zipf", "sequential" } },
    { "exponent", 1.0, "of zipf: row r is picked with a weight of 1 / r^exponent", min = 0 },
    { "pick_seed", 1, "of the picks", min = 0 },
    { "dtype", "f32", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
  },
  arrays = { "x", "y" },
  build = function(p)
    local i, j = memsim.index("i", "j")
    local ids = picks.indices(p.n, p)
    local x = p.x or memsim.array("x", p.dtype, p.rows, p.width)
    local y = p.y or memsim.array("y", p.dtype, p.n, p.width)
    local nest = memsim.nest {
      loops = { { i, p.n } },
      body = {
        memsim.read(ids[i]),
        { loops = { { j, p.width } }, body = { memsim.read(x[ids[i]][j]), memsim.write(y[i][j]) } },
      },
    }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    return {
      workload = nest,
      flops = 0,
      compulsory_bytes = 4 * p.n + (ids.distinct + p.n) * p.width * memsim.element_bytes(p.dtype),
    }
  end,
}
