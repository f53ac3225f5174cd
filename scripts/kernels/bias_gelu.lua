-- bias_gelu: y = gelu(x + b) with the tanh form of Hendrycks and Gimpel (arXiv:1606.08415).
-- SPDX-License-Identifier: MIT

-- 0.5 z (1 + tanh(c (z + 0.044715 z z z))): seven multiplications and additions inside and around, a tanh, and what makes
-- the cube: 9 operations; one more for the bias.
local memsim = require "memsim"

local FLOPS = 10

return {
  description = "y = gelu(x + b), b of a column",
  parameters = {
    { "rows", 64, "rows of x (tokens)" },
    { "columns", 256, "columns of x (features)" },
    { "dtype", "f32", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
    { "deal", "machine", "how iterations are given to cores", values = { "machine", "block", "cyclic" } },
  },
  arrays = { "x", "b", "y" },
  build = function(p)
    local i, j = memsim.index("i", "j")
    local x = p.x or memsim.array("x", p.dtype, p.rows, p.columns)
    local b = p.b or memsim.array("b", p.dtype, p.columns)
    local y = p.y or memsim.array("y", p.dtype, p.rows, p.columns)
    local nest = memsim.nest {
      loops = { { i, p.rows }, { j, p.columns } },
      body = { memsim.read(x[i][j]), memsim.read(b[j]), memsim.write(y[i][j]), flops = FLOPS },
    }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    nest = nest:parallel("i", p.deal)
    return {
      workload = nest,
      flops = FLOPS * p.rows * p.columns,
      compulsory_bytes = (2 * p.rows * p.columns + p.columns) * memsim.element_bytes(p.dtype),
    }
  end,
}
