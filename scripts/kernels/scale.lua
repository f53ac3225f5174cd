-- scale: b = s c, the second kernel of STREAM (McCalpin, 1995).
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"

return {
  description = "b = s c (STREAM)",
  parameters = {
    { "n", 4096, "elements of each array" },
    { "dtype", "f64", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
    { "deal", "machine", "how iterations are given to cores", values = { "machine", "block", "cyclic" } },
  },
  arrays = { "b", "c" },
  build = function(p)
    local i = memsim.index("i")
    local c = p.c or memsim.array("c", p.dtype, p.n)
    local b = p.b or memsim.array("b", p.dtype, p.n)
    local nest = memsim.nest {
      loops = { { i, p.n } },
      body = { memsim.read(c[i]), memsim.write(b[i]), flops = 1 },
    }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    nest = nest:parallel("i", p.deal)
    return { workload = nest, flops = p.n, compulsory_bytes = 2 * p.n * memsim.element_bytes(p.dtype) }
  end,
}
