-- gemm_staged: C = A B as GPUs do it: tiles of A and B go through shared memory, a tile of C is summed in registers.
-- SPDX-License-Identifier: MIT

-- Each tile of C reads its rows of A and its columns of B once; that is all that the caches see.  An access is what two
-- threads ask for together (vector bytes, a sector).  What a linear layer of a network adds to each element of C may be done
-- while it is written: bias (1 operation), gelu (9, see bias_gelu), residual (1: another matrix is read).
local memsim = require "memsim"
local tiles = require "kernel_tiles"

return {
  description = "C = A B, staged in tiles as on a GPU; bias, GELU and residual at the end",
  parameters = {
    { "m", 64, "rows of A and C" },
    { "n", 64, "columns of B and C" },
    { "k", 64, "columns of A, rows of B" },
    { "tile_m", 32, "rows of a tile of C" },
    { "tile_n", 32, "columns of a tile of C" },
    { "tile_k", 16, "columns of A that are staged at a time" },
    { "bias", false, "one of each column is added" },
    { "gelu", false, "of each element" },
    { "residual", false, "a matrix is added at the end" },
    { "dtype", "f16", "type of the elements" },
    { "vector", 32, "bytes of an access; 0: an element", min = 0 },
  },
  arrays = { "A", "B", "C", "b", "R" },
  build = function(p)
    local k0, i, j, k = memsim.index("k0", "i", "j", "k")
    local A = p.A or memsim.array("A", p.dtype, p.m, p.k)
    local B = p.B or memsim.array("B", p.dtype, p.k, p.n)
    local C = p.C or memsim.array("C", p.dtype, p.m, p.n)
    local b = p.bias and (p.b or memsim.array("b", p.dtype, p.n))
    local R = p.residual and (p.R or memsim.array("R", p.dtype, p.m, p.n))
    local last = (p.bias and 1 or 0) + (p.gelu and 9 or 0) + (p.residual and 1 or 0)

    -- An element of A feeds a multiplication and an addition for each column of the tile.
    local function tile(first, size)
      local i_first, j_first, rows, columns = first[1], first[2], size[1], size[2]
      local body = tiles.blocks(k0, p.k, p.tile_k, function(k_first, depth)
        return {
          { loops = { { i, rows }, { k, depth } }, body = { memsim.read(A[i_first + i][k_first + k]), flops = 2 * columns } },
          { loops = { { k, depth }, { j, columns } }, body = { memsim.read(B[k_first + k][j_first + j]) } },
        }
      end)
      local finish = { flops = last }
      if b then finish[#finish + 1] = memsim.read(b[j_first + j]) end
      if R then finish[#finish + 1] = memsim.read(R[i_first + i][j_first + j]) end
      finish[#finish + 1] = memsim.write(C[i_first + i][j_first + j])
      body[#body + 1] = { loops = { { i, rows }, { j, columns } }, body = finish }
      return body
    end
    local nest = memsim.nest { body = tiles.grid({ { p.m, p.tile_m }, { p.n, p.tile_n } }, tile) }
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    nest = nest:parallel("tile", "cyclic")             -- tiles go to the cores in turn
    local out = p.m * p.n
    return {
      workload = nest,
      flops = 2 * out * p.k + last * out,
      compulsory_bytes = (p.m * p.k + p.k * p.n + out + (b and p.n or 0) + (R and out or 0))
        * memsim.element_bytes(p.dtype),
    }
  end,
}
