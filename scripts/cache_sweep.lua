-- cache_sweep - cache size against access pattern: the knee where the footprint fits.
-- SPDX-License-Identifier: MIT
--
-- A core walks again and again over 2 MiB; the size of its L2 goes from 256 KiB to 4 MiB.  Caches are warm.
--
-- Look at: time, slowdown and regime down the sizes of one pattern.
-- You should see:
--  * The roofline is the same in every row, and compute-bound: it knows no caches.
--  * sequential and chase fall off a cliff: below 2 MiB each line is thrown out shortly before it is needed again (l2 hit
--    rate 0), at 2 MiB everything fits.  There sequential turns compute-bound, and the roofline is right.
--  * random has a slope: its l2 hit rate is about the share of the footprint that fits, and time falls with it.
--  * zipf is nearly as fast with the smallest L2 as with the largest: the popular part of the footprint is small.
--  * chase never comes near the roofline: each access waits for the one before, so even a hit costs its whole latency.
--
-- Try: --set footprint=1MiB (the knee moves)   --set policy=random (the cliff becomes a slope)   --set window=64

local memsim = require "memsim"

local footprint = memsim.bytes(memsim.args.footprint or "2MiB")

return memsim.sweep {
  title = "Cache size against access pattern",
  axes  = {
    { "pattern", { "sequential", "random", "zipf", "chase" } },
    { "l2_size", { "256KiB", "512KiB", "1MiB", "2MiB", "4MiB" } },
  },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = { peak = "10 GFLOP/s", clock = "2 GHz", window = memsim.args.window or 16 },
        caches  = {
          { name = "L1", size = "32KiB", ways = 8, latency = "2 ns" },
          { name = "L2", size = p.l2_size, ways = 16, latency = "6 ns", policy = memsim.args.policy },
        },
        memory  = { bandwidth = "25.6 GB/s", latency = "60 ns" },
      },
      workload = memsim.workload {
        pattern = p.pattern, footprint = footprint, flops_per_byte = 1,
        accesses = 2 * footprint // 8,       -- two passes of 8 bytes each ...
        warmup = "1 pass",                   -- ... after one that is not counted
      },
    }
  end,
}
