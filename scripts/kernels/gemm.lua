-- gemm: C = C + A B, in any order of the loops, tiled at up to three levels, with k split, or by threads of a GPU.
-- SPDX-License-Identifier: MIT

-- split_k > 1: each part of k gives a sum of its own, W[s] = A[:, part s] B[part s, :], and C = sum of W[s]: the loops of
-- one part are in the order i, j, k.
-- threads: a block of threads computes so many rows and columns of C, a thread one element, whose sum is in a register.
-- Neighbouring threads are those of the loop outside of k: of columns in the order "ijk" (what they read of B is coalesced),
-- of rows with "jik" (the naive kernel: each reads a row of A of its own).  Compilers unroll the loop over k by 4.
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

-- A thread for each element of C.
local function by_threads(p, nest, C)
  local rows, columns = p.threads, p.threads
  if type(p.threads) == "table" then
    rows, columns = p.threads[1], p.threads[2]
    if #p.threads ~= 2 then error("gemm: threads are the rows and columns of a block, such as { 8, 32 }", 0) end
  end
  if p.register then error("gemm: with threads each has its sum in a register; leave register out", 0) end
  if p.order:sub(3) ~= "k" then error('gemm: a thread sums along k: with threads the order is "ijk" or "jik"', 0) end
  return nest:register(C):threads { i = rows, j = columns }
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
    { "threads", 0, "rows and columns of C of a block of threads; 0: loops as they stand", list = true },
    { "unroll", 1, "copies of what is done for a k", min = 1 },
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
    local threads = p.threads ~= 0
    if p.split_k > 1 then
      if threads or p.unroll > 1 then error("gemm: threads and unroll are not for split_k", 0) end
      return split(p, A, B, C, bytes)
    end
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
    if threads then nest = by_threads(p, nest, C) end
    if p.unroll > 1 then nest = nest:unroll { k = p.unroll } end
    if p.register then nest = nest:register() end
    if p.vector > 0 then nest = nest:vectorize(p.vector) end
    return {
      workload = nest,
      flops = 2 * p.m * p.n * p.k,
      compulsory_bytes = (p.m * p.k + p.k * p.n + 2 * p.m * p.n) * bytes,
    }
  end,
}
