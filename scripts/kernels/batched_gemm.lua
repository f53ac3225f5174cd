-- batched_gemm: C[b] = A[b] B[b] for many small matrices; each element of C is summed in a register.
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"

return {
  description = "C[b] = A[b] B[b]",
  parameters = {
    { "batch", 8, "number of products" },
    { "m", 16, "rows of A and C" },
    { "n", 16, "columns of B and C" },
    { "k", 16, "columns of A, rows of B" },
    { "dtype", "f32", "type of the elements" },
  },
  arrays = { "A", "B", "C" },
  build = function(p)
    local b, i, j, k = memsim.index("b", "i", "j", "k")
    local A = p.A or memsim.array("A", p.dtype, p.batch, p.m, p.k)
    local B = p.B or memsim.array("B", p.dtype, p.batch, p.k, p.n)
    local C = p.C or memsim.array("C", p.dtype, p.batch, p.m, p.n)
    return {
      workload = memsim.nest {
        loops = { { b, p.batch }, { i, p.m }, { j, p.n } },
        body = {
          { loops = { { k, p.k } }, body = { memsim.read(A[b][i][k]), memsim.read(B[b][k][j]), flops = 2 } },
          memsim.write(C[b][i][j]),
        },
      },
      flops = 2 * p.batch * p.m * p.n * p.k,
      compulsory_bytes = p.batch * (p.m * p.k + p.k * p.n + p.m * p.n) * memsim.element_bytes(p.dtype),
    }
  end,
}
