-- gemv: y = A x.
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"

return {
  description = "y = A x",
  parameters = {
    { "m", 64, "rows of A" },
    { "n", 256, "columns of A" },
    { "transposed", false, "A is stored by columns" },
    { "dtype", "f32", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
  },
  arrays = { "A", "x", "y" },
  build = function(p)
    local i, j = memsim.index("i", "j")
    local layout = p.transposed and "column" or "row"
    local A = p.A or memsim.array("A", p.dtype, p.m, p.n, { layout = layout })
    local x = p.x or memsim.array("x", p.dtype, p.n)
    local y = p.y or memsim.array("y", p.dtype, p.m)
    local nest = memsim.nest {
      loops = { { i, p.m } },
      body = {
        { loops = { { j, p.n } }, body = { memsim.read(A[i][j]), memsim.read(x[j]), flops = 2 } },
        memsim.write(y[i]),
      },
    }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    return {
      workload = nest,
      flops = 2 * p.m * p.n,
      compulsory_bytes = (p.m * p.n + p.n + p.m) * memsim.element_bytes(p.dtype),
    }
  end,
}
