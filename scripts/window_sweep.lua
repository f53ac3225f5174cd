-- window_sweep - Little's law: bandwidth against outstanding requests.
-- SPDX-License-Identifier: MIT
--
-- A core reads 64-byte lines, each once, from a memory of 25.6 GB/s and 100 ns.  What is in flight is limited by the core's
-- window and by the misses (MSHRs) that the cache in between can have outstanding.
--
-- Look at: memory bw down the windows.
-- You should see:
--  * It is outstanding * 64 B / 102.5 ns (100 ns of latency and 2.5 ns for the transfer), as long as that is below
--    25.6 GB/s: 0.62 GB/s for one, twice that for two, and so on.
--  * With 64 MSHRs memory is full from a window of 41 = 25.6 GB/s * 102.5 ns / 64 B on.
--  * With 8 MSHRs a window above 8 buys nothing: the smaller of the two is what counts.
--
-- Try: --set latency="200 ns" (half the slope)   --columns 'window,mshrs,time_s,mem_avg_read_latency_s,l1_*'

local memsim = require "memsim"

return memsim.sweep {
  title = "Little's law: bandwidth against outstanding requests",
  axes  = {
    { "mshrs", { 64, 8 } },
    { "window", { 1, 2, 4, 8, 16, 32, 41, 64, 128 } },
  },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = { peak = "100 GFLOP/s", clock = "2 GHz", window = p.window },
        caches  = { { name = "L1", size = "32KiB", line = "64B", ways = 8, mshrs = p.mshrs } },
        memory  = { bandwidth = memsim.args.bandwidth or "25.6 GB/s", latency = memsim.args.latency or "100 ns" },
      },
      workload = memsim.workload { pattern = "sequential", footprint = memsim.args.footprint or "4MiB", size = "64B" },
    }
  end,
}
