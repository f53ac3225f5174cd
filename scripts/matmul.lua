-- matmul - a product of matrices as loops: six orders, and tiles.
-- SPDX-License-Identifier: MIT
--
-- C = A B of n x n doubles, written as one writes it on a whiteboard.  What the innermost loop does not move is read before
-- it, or written after it: a register.  The cache is too small for a column (of lines) or for the rows of two matrices.
--
-- Look at: misses per inner iteration (--columns order,l1_misses,A_l1_misses,B_l1_misses,C_l1_misses).
-- You should see, with 8 doubles a line (Bryant, O'Hallaron, Computer Systems: A Programmer's Perspective, chapter 6):
--  * ijk and jik: 1/8 (A) + 1 (B); jki and kji: 1 (A) + 1 (C); kij and ikj: 1/8 (B) + 1/8 (C).
--  * Tiled, four tiles in the cache: 2 / (8 t) and a little for C, whatever the order within a tile.
--
-- Try: --set n=256   --by array   --set t=4

local memsim = require "memsim"

local n, t = memsim.args.n or 128, memsim.args.t or 8
local i, j, k = memsim.index("i", "j", "k")
local it, jt, kt = memsim.index("it", "jt", "kt")
local A = memsim.array("A", "f64", n, n)
local B = memsim.array("B", "f64", n, n)
local C = memsim.array("C", "f64", n, n)
local read, write, update = memsim.read, memsim.write, memsim.update

-- Two loops around an inner one; before it and after it what the inner loop does not move.
local function order(first, second, inner, before, body, after)
  local items = { { loops = { { inner, n } }, body = body } }

  if before then table.insert(items, 1, before) end
  if after then table.insert(items, after) end
  return memsim.nest { loops = { { first, n }, { second, n } }, body = items }
end

local by_rows    = { read(A[i][k]), read(B[k][j]), flops = 2 }
local by_columns = { read(A[i][k]), update(C[i][j]), flops = 2 }
local by_both    = { read(B[k][j]), update(C[i][j]), flops = 2 }

local nests = {
  ijk = order(i, j, k, nil, by_rows, write(C[i][j])),
  jik = order(j, i, k, nil, by_rows, write(C[i][j])),
  jki = order(j, k, i, read(B[k][j]), by_columns),
  kji = order(k, j, i, read(B[k][j]), by_columns),
  kij = order(k, i, j, read(A[i][k]), by_both),
  ikj = order(i, k, j, read(A[i][k]), by_both),
  tiled = memsim.nest {
    loops = { { it, 0, n, t }, { jt, 0, n, t }, { kt, 0, n, t },
              { i, it, it + t }, { j, jt, jt + t }, { k, kt, kt + t } },
    body  = { read(A[i][k]), read(B[k][j]), update(C[i][j]), flops = 2 },
  },
}

return memsim.sweep {
  title = "A product of matrices: six loop orders, and tiles",
  axes  = { { "order", { "ijk", "jik", "jki", "kji", "kij", "ikj", "tiled" } } },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = { peak = "10 GFLOP/s", clock = "2.5 GHz" },
        -- 16 lines; for tiles four of them, and a row
        caches  = { { name = "L1", size = p.order == "tiled" and (4 * t + 8) * t * 8 or "1KiB", line = "64B", ways = "full" } },
        memory  = { bandwidth = "25.6 GB/s", latency = "60 ns" },
      },
      workload = nests[p.order],
    }
  end,
}
