-- add: c = a + b, the third kernel of STREAM (McCalpin, 1995).
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"

return {
  description = "c = a + b (STREAM)",
  parameters = {
    { "n", 4096, "elements of each array" },
    { "dtype", "f64", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
    { "deal", "machine", "how iterations are given to cores", values = { "machine", "block", "cyclic" } },
  },
  arrays = { "a", "b", "c" },
  build = function(p)
    local i = memsim.index("i")
    local a = p.a or memsim.array("a", p.dtype, p.n)
    local b = p.b or memsim.array("b", p.dtype, p.n)
    local c = p.c or memsim.array("c", p.dtype, p.n)
    local nest = memsim.nest {
      loops = { { i, p.n } },
      body = { memsim.read(a[i]), memsim.read(b[i]), memsim.write(c[i]), flops = 1 },
    }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    nest = nest:parallel("i", p.deal)
    return { workload = nest, flops = p.n, compulsory_bytes = 3 * p.n * memsim.element_bytes(p.dtype) }
  end,
}
