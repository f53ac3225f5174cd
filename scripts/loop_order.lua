-- loop_order - the six orders of the loops of a matrix product: the same work, an eighth of the misses.
-- SPDX-License-Identifier: MIT
--
-- C = C + A B with matrices of 120 x 120 doubles, through a cache in which neither a column of a matrix nor two of its rows
-- stay.  What does not move in the innermost loop is kept in a register.
--
-- Look at: l1_misses (--columns 'order,l1_misses,l1_writebacks,time_s'), time, slowdown, from one order to the next.
-- You should see, for each iteration of the innermost loop (there are 1.73 million), with 8 doubles in a line:
--  * kij, ikj: B and C are walked along their rows, 1/8 + 1/8 = 0.25 misses.
--  * ijk, jik: A along a row, B down a column, 1/8 + 1 = 1.125.
--  * jki, kji: A and C down their columns, 2.
--  * compulsory bytes and operations, hence the roofline, are the same in all rows: it cannot tell the orders apart.
--  * kij and ikj also write C back again and again: time follows misses and write-backs together.
--
-- Try: --set l1=16KiB (rows stay: 0.125 for kij and ikj)   --set n=128 (columns a power of two apart meet in few sets)

local memsim = require "memsim"

local n = memsim.args.n or 120

return memsim.sweep {
  title = "Loop orders of a matrix product",
  axes  = { { "order", { "kij", "ikj", "ijk", "jik", "jki", "kji" } } },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = { peak = "10 GFLOP/s", clock = "2 GHz", issue = 2, window = 64 },
        caches  = { { name = "L1", size = memsim.args.l1 or "1KiB", ways = 8, latency = "2 ns", mshrs = 16 } },
        memory  = { bandwidth = "25.6 GB/s", latency = "60 ns" },
      },
      workload = memsim.kernel("gemm", { m = n, n = n, k = n, dtype = "f64", order = p.order, register = true }),
    }
  end,
}
