-- relu: y = max(x, 0).
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"

return {
  description = "y = max(x, 0)",
  parameters = {
    { "n", 4096, "elements" },
    { "dtype", "f32", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
    { "deal", "machine", "how iterations are given to cores", values = { "machine", "block", "cyclic" } },
  },
  arrays = { "x", "y" },
  build = function(p)
    local i = memsim.index("i")
    local x = p.x or memsim.array("x", p.dtype, p.n)
    local y = p.y or memsim.array("y", p.dtype, p.n)
    local nest = memsim.nest {
      loops = { { i, p.n } },
      body = { memsim.read(x[i]), memsim.write(y[i]), flops = 1 },
    }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    nest = nest:parallel("i", p.deal)
    return { workload = nest, flops = p.n, compulsory_bytes = 2 * p.n * memsim.element_bytes(p.dtype) }
  end,
}
