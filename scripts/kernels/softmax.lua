-- softmax: of each row of x, by the number of times that a row is walked through.
-- SPDX-License-Identifier: MIT

-- Operations an element (m: maximum, s: sum, e = exp(x - m): subtract, exponentiate):
--   one-pass    the row stays on the chip: m 1, e and s 3, division 1                      1 read,  1 write
--   two-pass    Dukhan and Ablavatski, arXiv:2001.04438: mantissas and exponents are       2 reads, 1 write
--               summed, so that no maximum is needed: 3, and again 2 and a multiplication
--   three-pass  m 1; e and s 3; e again and the division 3                                 3 reads, 1 write
--   online      Milakov and Gimelshein, arXiv:1805.02867: m and s together, s rescaled     2 reads, 1 write
--               by exp(m_old - m) each time: 1 + 3 + 3; e again and the division 3
local memsim = require "memsim"

local passes = {                                       -- operations of each pass; the last one writes
  ["one-pass"] = { 1, 4 }, ["two-pass"] = { 3, 3 }, ["three-pass"] = { 1, 3, 3 }, online = { 7, 3 },
}

return {
  description = "y = softmax of each row of x",
  parameters = {
    { "rows", 64, "rows of x" },
    { "columns", 256, "columns of x" },
    { "variant", "three-pass", "how often a row is walked through",
      values = { "one-pass", "two-pass", "three-pass", "online" } },
    { "dtype", "f32", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
    { "deal", "machine", "how iterations are given to cores", values = { "machine", "block", "cyclic" } },
  },
  arrays = { "x", "y" },
  build = function(p)
    local i, j = memsim.index("i", "j")
    local x = p.x or memsim.array("x", p.dtype, p.rows, p.columns)
    local y = p.y or memsim.array("y", p.dtype, p.rows, p.columns)
    local flops = passes[p.variant]
    local body, sum = {}, 0
    for pass, operations in ipairs(flops) do
      local again = pass == 1 or p.variant ~= "one-pass"
      local inner = { flops = operations }
      if again then inner[#inner + 1] = memsim.read(x[i][j]) end
      if pass == #flops then inner[#inner + 1] = memsim.write(y[i][j]) end
      body[pass] = { loops = { { j, p.columns } }, body = inner }
      sum = sum + operations
    end
    local nest = memsim.nest { loops = { { i, p.rows } }, body = body }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    nest = nest:parallel("i", p.deal)
    return {
      workload = nest,
      flops = sum * p.rows * p.columns,
      compulsory_bytes = 2 * p.rows * p.columns * memsim.element_bytes(p.dtype),
    }
  end,
}
