-- cache_sweep - cache size against access pattern: the knee where the footprint fits.
-- SPDX-License-Identifier: MIT
--
-- A core walks again and again over 2 MiB; the size of its L2 goes from 256 KiB to 4 MiB.  Caches are warm.
--
-- Look at: time, slowdown (time / roofline) and what bounds it, down the sizes of one pattern.
-- You should see:
--  * The roofline is the same in every row, and compute-bound: it knows no caches.
--  * sequential falls off a cliff: below 2 MiB every line is thrown out just before it is needed again (l2 hit 0 %).  At 2 MiB
--    all fits, the regime flips to compute, slowdown is 1: now the roofline is right.
--  * random has a slope: l2 hit is about the share of the footprint that fits, and time falls with the misses, for memory
--    bandwidth is full.
--  * zipf hits more and more, and yet time hardly falls before all fits: data are used in order, and among 64 accesses in
--    flight there is nearly always one that misses.
--  * chase never comes near the roofline: each access waits for the one before, so that even a hit costs its whole latency.
--
-- Try: --set footprint=1MiB (the knee moves)   --set policy=random (no cliff)   --set window=16 (latency is felt)

local memsim = require "memsim"

local footprint = memsim.bytes(memsim.args.footprint or "2MiB")
local window = memsim.args.window or 64

return memsim.sweep {
  title = "Cache size against access pattern",
  axes  = {
    { "pattern", { "sequential", "random", "zipf", "chase" } },
    { "l2", { "256KiB", "512KiB", "1MiB", "2MiB", "4MiB" } },
  },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = { peak = "10 GFLOP/s", clock = "2 GHz", issue = 2, window = window },
        caches  = {
          { name = "L1", size = "32KiB", ways = 8, latency = "2 ns", mshrs = window },
          { name = "L2", size = p.l2, ways = 16, latency = "6 ns", mshrs = window, policy = memsim.args.policy },
        },
        memory  = { bandwidth = "25.6 GB/s", latency = "60 ns" },
      },
      workload = memsim.workload {
        pattern = p.pattern, footprint = footprint, flops_per_byte = 0.5,
        accesses = 2 * footprint // 8,       -- two passes of 8 bytes each ...
        warmup = "1 pass",                   -- ... after one that is not counted
      },
    }
  end,
}
