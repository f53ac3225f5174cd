-- reduction: the sum of each row of x, or of each column, in the order of memory or against it.
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"

return {
  description = "sums of the rows or of the columns of x",
  parameters = {
    { "rows", 64, "rows of x" },
    { "columns", 256, "columns of x" },
    { "sum", "rows", "of what: columns go against the order of memory, columns-by-rows with it, all sums at once",
      values = { "rows", "columns", "columns-by-rows" } },
    { "dtype", "f32", "type of the elements" },
  },
  arrays = { "x", "y" },
  build = function(p)
    local i, j = memsim.index("i", "j")
    local x = p.x or memsim.array("x", p.dtype, p.rows, p.columns)
    local n = p.sum == "rows" and p.rows or p.columns
    local y = p.y or memsim.array("y", p.dtype, n)
    local read = memsim.read(x[i][j])
    local nest
    local moved = p.rows * p.columns + n
    if p.sum == "rows" then
      nest = memsim.nest {
        loops = { { i, p.rows } },
        body = { { loops = { { j, p.columns } }, body = { read, flops = 1 } }, memsim.write(y[i]) },
      }
    elseif p.sum == "columns" then
      nest = memsim.nest {
        loops = { { j, p.columns } },
        body = { { loops = { { i, p.rows } }, body = { read, flops = 1 } }, memsim.write(y[j]) },
      }
    else
      nest = memsim.nest { loops = { { i, p.rows }, { j, p.columns } }, body = { read, memsim.update(y[j]), flops = 1 } }
      moved = moved + n                                -- the sums are read before they are written
    end
    return {
      workload = nest,
      flops = p.rows * p.columns,
      compulsory_bytes = moved * memsim.element_bytes(p.dtype),
    }
  end,
}
