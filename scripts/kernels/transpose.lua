-- transpose: B = A^T, row by row, in tiles, or with padded rows.
-- SPDX-License-Identifier: MIT

-- A walk down a column of a matrix whose rows are a power of two bytes apart uses only few sets of a cache; a few unused
-- elements behind each row (pad) spread it over all.
local memsim = require "memsim"

return {
  description = "B = A transposed",
  parameters = {
    { "m", 64, "rows of A" },
    { "n", 64, "columns of A" },
    { "tile", 0, "rows and columns of a tile; 0: none" },
    { "pad", 0, "unused elements behind each row of A and B" },
    { "dtype", "f64", "type of the elements" },
  },
  arrays = { "A", "B" },
  build = function(p)
    local i, j = memsim.index("i", "j")
    local A = p.A or memsim.array("A", p.dtype, p.m, p.n, { pad = p.pad })
    local B = p.B or memsim.array("B", p.dtype, p.n, p.m, { pad = p.pad })
    local nest = memsim.nest {
      loops = { { i, p.m }, { j, p.n } },
      body = { memsim.read(A[i][j]), memsim.write(B[j][i]) },
    }
    if p.tile > 0 then nest = nest:tile { i = p.tile, j = p.tile } end
    return { workload = nest, flops = 0, compulsory_bytes = 2 * p.m * p.n * memsim.element_bytes(p.dtype) }
  end,
}
