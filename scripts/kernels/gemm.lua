-- gemm: C = C + A B, in any order of the loops, tiled at up to three levels, or with k split.
-- SPDX-License-Identifier: MIT

-- split_k > 1: each part of k gives a sum of its own, W[s] = A[:, part s] B[part s, :], and C = sum of W[s]: the loops of
-- one part are in the order i, j, k.
local memsim = require "memsim"

-- One part of k after the other, each with the sums of its products, which are then added.
local function split(p, A, B, C, bytes)
  local i, j, k, s = memsim.index("i", "j", "k", "s")
  local part = (p.k + p.split_k - 1) // p.split_k
  local parts = (p.k + part - 1) // part
  local W = p.W or memsim.array("W", p.dtype, parts, p.m, p.n)
  local products = memsim.nest {
    loops = { { s, parts }, { i, p.m }, { j, p.n } },
    body = {
      { loops = { { k, part * s, { part * s + part, p.k } } },
        body = { memsim.read(A[i][k]), memsim.read(B[k][j]), flops = 2 } },
      memsim.write(W[s][i][j]),
    },
  }
  local sums = memsim.nest {
    loops = { { i, p.m }, { j, p.n } },
    body = {
      { loops = { { s, parts } }, body = { memsim.read(W[s][i][j]), flops = 1 } },
      memsim.update(C[i][j]),
    },
  }
  return {
    workload = memsim.sequence { products, sums },
    flops = 2 * p.m * p.n * p.k + parts * p.m * p.n,
    compulsory_bytes = (p.m * p.k + p.k * p.n + (parts + 2) * p.m * p.n) * bytes,
  }
end

return {
  description = "C = C + A B (matrix product)",
  parameters = {
    { "m", 48, "rows of A and C" },
    { "n", 48, "columns of B and C" },
    { "k", 48, "columns of A, rows of B" },
    { "dtype", "f32", "type of the elements" },
    { "order", "ijk", "loops from the outermost to the innermost",
      values = { "ijk", "ikj", "jik", "jki", "kij", "kji" } },
    { "tile", 0, "of each loop; 0: none; a list: two or three levels, the outermost first", list = true },
    { "split_k", 1, "parts of k that are summed apart", min = 1 },
    { "register", false, "what does not move in the innermost loop is kept in a register" },
    { "vector", 0, "bytes of an access; 0: an element" },
  },
  arrays = { "A", "B", "C", "W" },
  build = function(p)
    local i, j, k = memsim.index("i", "j", "k")
    local bytes = memsim.element_bytes(p.dtype)
    local A = p.A or memsim.array("A", p.dtype, p.m, p.k)
    local B = p.B or memsim.array("B", p.dtype, p.k, p.n)
    local C = p.C or memsim.array("C", p.dtype, p.m, p.n)
    if p.split_k > 1 then return split(p, A, B, C, bytes) end
    local loop = { i = { i, p.m }, j = { j, p.n }, k = { k, p.k } }
    local loops = {}
    for name in p.order:gmatch(".") do loops[#loops + 1] = loop[name] end
    local nest = memsim.nest {
      loops = loops,
      body = { memsim.read(A[i][k]), memsim.read(B[k][j]), memsim.update(C[i][j]), flops = 2 },
    }
    for _, tile in ipairs(type(p.tile) == "table" and p.tile or { p.tile }) do
      if tile > 0 then nest = nest:tile { i = tile, j = tile, k = tile } end
    end
    if p.register then nest = nest:register() end
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    return {
      workload = nest,
      flops = 2 * p.m * p.n * p.k,
      compulsory_bytes = (p.m * p.k + p.k * p.n + 2 * p.m * p.n) * bytes,
    }
  end,
}
