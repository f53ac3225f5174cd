-- layer_norm: y = (x - mean) rstd gamma + beta of each row (Ba, Kiros, Hinton, arXiv:1607.06450).
-- SPDX-License-Identifier: MIT

-- Operations an element: mean 1; variance 3 (subtract, square, add); normalise 4 (subtract, times rstd, times gamma, plus
-- beta).  Welford's update of mean and variance together: 6.  A row: two divisions, plus epsilon, the root: 4.
--   one-pass    the row stays on the chip                                  1 read,  1 write
--   two-pass    mean, then variance, then normalise                        3 reads, 1 write
--   welford     mean and variance in one walk, then normalise              2 reads, 1 write
local memsim = require "memsim"

local statistics = {                                   -- operations of each walk before the last
  ["one-pass"] = { 4 }, ["two-pass"] = { 1, 3 }, welford = { 6 },
}
local APPLY, ROW = 4, 4

return {
  description = "y = layer norm of each row of x, with gamma and beta",
  parameters = {
    { "rows", 64, "rows of x (tokens)" },
    { "columns", 256, "columns of x (features)" },
    { "variant", "two-pass", "how often a row is walked through",
      values = { "one-pass", "two-pass", "welford" } },
    { "dtype", "f32", "type of the elements" },
    { "vector", 0, "bytes of an access; 0: an element" },
    { "deal", "machine", "how iterations are given to cores", values = { "machine", "block", "cyclic" } },
  },
  arrays = { "x", "gamma", "beta", "y" },
  build = function(p)
    local i, j = memsim.index("i", "j")
    local x = p.x or memsim.array("x", p.dtype, p.rows, p.columns)
    local gamma = p.gamma or memsim.array("gamma", p.dtype, p.columns)
    local beta = p.beta or memsim.array("beta", p.dtype, p.columns)
    local y = p.y or memsim.array("y", p.dtype, p.rows, p.columns)
    local body, sum = {}, APPLY
    for walk, operations in ipairs(statistics[p.variant]) do
      body[walk] = { loops = { { j, p.columns } }, body = { memsim.read(x[i][j]), flops = operations } }
      sum = sum + operations
    end
    body[#body + 1] = { body = { flops = ROW } }
    local apply = { memsim.read(gamma[j]), memsim.read(beta[j]), memsim.write(y[i][j]), flops = APPLY }
    if p.variant ~= "one-pass" then table.insert(apply, 1, memsim.read(x[i][j])) end
    body[#body + 1] = { loops = { { j, p.columns } }, body = apply }
    local nest = memsim.nest { loops = { { i, p.rows } }, body = body }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    nest = nest:parallel("i", p.deal)
    return {
      workload = nest,
      flops = p.rows * (sum * p.columns + ROW),
      compulsory_bytes = (2 * p.rows * p.columns + 2 * p.columns) * memsim.element_bytes(p.dtype),
    }
  end,
}
