-- triad: a = b + s c, the fourth kernel of STREAM (McCalpin, 1995); with vector_triad a = b + c d (Schoenauer).
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"

return {
  description = "a = b + s c (STREAM), or a = b + c d",
  parameters = {
    { "n", 4096, "elements of each array" },
    { "dtype", "f64", "type of the elements" },
    { "vector_triad", false, "a = b + c d: d is an array, too" },
    { "vector", 0, "bytes of an access; 0: an element" },
    { "deal", "machine", "how iterations are given to cores", values = { "machine", "block", "cyclic" } },
  },
  arrays = { "a", "b", "c", "d" },
  build = function(p)
    local i = memsim.index("i")
    local b = p.b or memsim.array("b", p.dtype, p.n)
    local c = p.c or memsim.array("c", p.dtype, p.n)
    local d = p.vector_triad and (p.d or memsim.array("d", p.dtype, p.n))
    local a = p.a or memsim.array("a", p.dtype, p.n)
    local body = { memsim.read(b[i]), memsim.read(c[i]), flops = 2 }
    if d then body[#body + 1] = memsim.read(d[i]) end
    body[#body + 1] = memsim.write(a[i])
    local nest = memsim.nest { loops = { { i, p.n } }, body = body }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    nest = nest:parallel("i", p.deal)
    return {
      workload = nest,
      flops = 2 * p.n,
      compulsory_bytes = (d and 4 or 3) * p.n * memsim.element_bytes(p.dtype),
    }
  end,
}
