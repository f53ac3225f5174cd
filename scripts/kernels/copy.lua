-- copy: c = a, the first kernel of STREAM (McCalpin, 1995).
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"

return {
  description = "c = a (STREAM)",
  parameters = {
    { "n", 4096, "elements of each array" },
    { "dtype", "f64", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
    { "deal", "machine", "how iterations are given to cores", values = { "machine", "block", "cyclic" } },
  },
  arrays = { "a", "c" },
  build = function(p)
    local i = memsim.index("i")
    local a = p.a or memsim.array("a", p.dtype, p.n)
    local c = p.c or memsim.array("c", p.dtype, p.n)
    local nest = memsim.nest { loops = { { i, p.n } }, body = { memsim.read(a[i]), memsim.write(c[i]) } }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    nest = nest:parallel("i", p.deal)
    return { workload = nest, flops = 0, compulsory_bytes = 2 * p.n * memsim.element_bytes(p.dtype) }
  end,
}
