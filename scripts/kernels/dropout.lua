-- dropout: y = x m / (1 - p) in training, with the mask m written for the backward pass.
-- SPDX-License-Identifier: MIT

-- The mask takes a byte an element.  A comparison and a multiplication an element; drawing the numbers is not counted.
local memsim = require "memsim"

return {
  description = "y = x m / (1 - p); the mask m is written, too",
  parameters = {
    { "n", 4096, "elements" },
    { "dtype", "f32", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
    { "deal", "machine", "how iterations are given to cores", values = { "machine", "block", "cyclic" } },
  },
  arrays = { "x", "mask", "y" },
  build = function(p)
    local i = memsim.index("i")
    local x = p.x or memsim.array("x", p.dtype, p.n)
    local mask = p.mask or memsim.array("mask", "i8", p.n)
    local y = p.y or memsim.array("y", p.dtype, p.n)
    local nest = memsim.nest {
      loops = { { i, p.n } },
      body = { memsim.read(x[i]), memsim.write(mask[i]), memsim.write(y[i]), flops = 2 },
    }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    nest = nest:parallel("i", p.deal)
    return {
      workload = nest,
      flops = 2 * p.n,
      compulsory_bytes = p.n * (2 * memsim.element_bytes(p.dtype) + 1),
    }
  end,
}
