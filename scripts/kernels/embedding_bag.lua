-- embedding_bag: for each bag the sum of the table's rows that it names (Naumov et al., DLRM, arXiv:1906.00091).
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"
local picks = require "kernel_picks"

return {
  description = "sums of rows of an embedding table",
  parameters = {
    { "bags", 32, "sums" },
    { "lookups", 8, "rows of a sum" },
    { "rows", 256, "rows of the table" },
    { "width", 16, "elements of a row" },
    { "distribution", "zipf", "of the rows that are named", values = { "uniform", "zipf", "sequential" } },
    { "exponent", 1.0, "of zipf: row r is named with a weight of 1 / r^exponent", min = 0 },
    { "pick_seed", 1, "of the rows that are named", min = 0 },
    { "dtype", "f32", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
  },
  arrays = { "rows_of", "sums" },
  build = function(p)
    local b, l, j, v = memsim.index("b", "l", "j", "v")
    local n = p.bags * p.lookups
    local ids = picks.indices(n, p)
    local x = p.rows_of or memsim.array("rows_of", p.dtype, p.rows, p.width)
    local y = p.sums or memsim.array("sums", p.dtype, p.bags, p.width)
    local nest = memsim.nest {
      loops = { { b, p.bags } },
      body = {
        { loops = { { l, p.lookups } },
          body = {
            memsim.read(ids[p.lookups * b + l]),
            { loops = { { j, p.width } }, body = { memsim.read(x[ids[p.lookups * b + l]][j]), flops = 1 } },
          } },
        { loops = { { v, p.width } }, body = { memsim.write(y[b][v]) } },
      },
    }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    return {
      workload = nest,
      flops = n * p.width,
      compulsory_bytes = 4 * n + (ids.distinct + p.bags) * p.width * memsim.element_bytes(p.dtype),
    }
  end,
}
