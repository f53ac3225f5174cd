-- scatter: y[ids[i]] = x[i], or y[ids[i]] = y[ids[i]] + x[i].
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"
local picks = require "kernel_picks"

return {
  description = "y[ids[i]] = x[i], or added to it: rows spread over a table",
  parameters = {
    { "n", 256, "rows of x" },
    { "rows", 128, "rows of y" },
    { "width", 8, "elements of a row" },
    { "add", false, "to what is there" },
    { "distribution", "uniform", "of the places", values = { "uniform", "zipf", "sequential" } },
    { "exponent", 1.0, "of zipf: row r is met with a weight of 1 / r^exponent", min = 0 },
    { "pick_seed", 1, "of the places", min = 0 },
    { "dtype", "f32", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
  },
  arrays = { "x", "y" },
  build = function(p)
    local i, j = memsim.index("i", "j")
    local ids = picks.indices(p.n, p)
    local x = p.x or memsim.array("x", p.dtype, p.n, p.width)
    local y = p.y or memsim.array("y", p.dtype, p.rows, p.width)
    local inner = { memsim.read(x[i][j]), (p.add and memsim.update or memsim.write)(y[ids[i]][j]),
                    flops = p.add and 1 or 0 }
    local nest = memsim.nest {
      loops = { { i, p.n } },
      body = { memsim.read(ids[i]), { loops = { { j, p.width } }, body = inner } },
    }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    return {
      workload = nest,
      flops = p.add and p.n * p.width or 0,
      compulsory_bytes = 4 * p.n
        + (p.n + (p.add and 2 or 1) * ids.distinct) * p.width * memsim.element_bytes(p.dtype),
    }
  end,
}
