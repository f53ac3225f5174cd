-- replay_sweep - real traces on several caches.
-- SPDX-License-Identifier: MIT
--
-- Three programs, traced with valgrind (traces/README.md says how), on a core with one cache of 4 ways.
--
-- Look at: l1 hit, time and slowdown down the sizes of one trace.
-- You should see:
--  * sort: a heap sort of 20 kB.  The top of the heap is always hot: 93 % hits with 2 KiB, and no knee on the way to 99.8 % with
--    32 KiB.  Time falls to a third, for it follows the misses: 7 % to 0.2 %.
--  * matmul: two 64 x 64 matrices of doubles.  A column is 64 lines, 512 bytes apart, which fall into every eighth set: they
--    stay for the next column only from 32 KiB on (16 sets of 4 ways).  With --set ways=full 8 KiB are enough.
--  * list: an insertion sort along a list of 50 kB.  It walks over the same elements again and again, the cliff of a
--    sequential walk, smoothed because the list grows: 51 % with 2 KiB, 99.7 % with 64 KiB.
--
-- Try: --set trace=FILE (yours: din, lackey or csv, compressed or not)   --set policy=fifo   --set ways=full

local memsim = require "memsim"

-- Traces are found beside the script, wherever it is started.
local files = {
  sort = "../traces/sort.lackey.xz", matmul = "../traces/matmul.din.zst", list = "../traces/list.csv.gz",
}

return memsim.sweep {
  title = "Real traces on several caches",
  axes  = {
    { "trace", memsim.args.trace and { memsim.args.trace } or { "sort", "matmul", "list" } },
    { "l1_size", { "2KiB", "4KiB", "8KiB", "16KiB", "32KiB", "64KiB", "128KiB" } },
  },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = { peak = "10 GFLOP/s", clock = "2 GHz", window = 16 },
        caches  = { {
          name = "L1", size = p.l1_size, ways = memsim.args.ways or 4, policy = memsim.args.policy, latency = "2 ns",
        } },
        memory  = { bandwidth = "25.6 GB/s", latency = "60 ns" },
      },
      -- A trace knows nothing of operations: one for each byte.  (din has no sizes: a byte a record.)
      workload = memsim.workload { trace = files[p.trace] or p.trace, flops_per_byte = 1 },
    }
  end,
}
