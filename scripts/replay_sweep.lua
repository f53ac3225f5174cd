-- replay_sweep - real traces on several caches.
-- SPDX-License-Identifier: MIT
--
-- Three programs, traced with valgrind (traces/README.md says how), on the toy machine with another L1.
--
-- Look at: l1 hit rate, time and slowdown down the sizes of one trace.
-- You should see:
--  * sort: a heap sort of 20 kB.  The top of the heap is always hot, so that the hit rate rises slowly and without a knee,
--    and is complete from 32 KiB on.
--  * matmul: two 64 x 64 matrices of doubles, 32 KiB each.  A column touches 64 lines, one every 512 bytes: there is a jump
--    where they stay until the next column needs them.
--  * list: an insertion sort along a list of 50 kB: it walks over the same elements again and again, in list order.  Nothing
--    much helps until most of it fits.
--
-- Try: --set trace=FILE (yours: din, lackey or csv, compressed or not)   --set policy=fifo   --set machine=epyc-7451

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
      machine = memsim.machine(memsim.args.machine or "toy",
        { caches = { L1 = { size = p.l1_size, policy = memsim.args.policy } } }),
      -- A trace knows nothing of operations: one for each byte.  (din has no sizes: a byte a record.)
      workload = memsim.workload { trace = files[p.trace] or p.trace, flops_per_byte = 1 },
    }
  end,
}
