-- roofline_sweep - intensity 1/64 to 1024: the simulated roof under the drawn one.
-- SPDX-License-Identifier: MIT
--
-- A core streams 4 MiB once and does more and more operations on each byte.  Peak 100 GFLOP/s, memory 25.6 GB/s and
-- 60 ns: the drawn roof is min(peak, intensity * bandwidth), with its ridge at 3.9 operations a byte.
--
-- Look at: achieved_flop_per_s and slowdown (1: on the roof), for example with
--   memsim roofline_sweep.lua --columns window,flops_per_byte,achieved_flop_per_s,slowdown,regime,roofline_regime
-- You should see:
--  * window 64: slowdown 1.00 from end to end, within a few per mille.  64 lines in flight are more than the 24 that
--    60 ns at 25.6 GB/s need.
--  * window 8: the slope lies 3 times lower (8 lines of 64 bytes in 62.5 ns are 8.2 GB/s) and meets the flat roof only at
--    12 operations a byte: in between the roofline says compute-bound, and the machine waits for memory.
--
-- Try: --set window=16   --set bandwidth="51.2 GB/s"   -f csv -o roofline.csv

local memsim = require "memsim"

local intensities = {}
for exponent = -6, 10 do intensities[#intensities + 1] = 2.0 ^ exponent end

return memsim.sweep {
  title = "The simulated roof under the drawn one",
  axes  = {
    { "window", memsim.args.window and { memsim.args.window } or { 64, 8 } },
    { "flops_per_byte", intensities },
  },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = { peak = memsim.args.peak or "100 GFLOP/s", clock = "2 GHz", window = p.window },
        memory  = { bandwidth = memsim.args.bandwidth or "25.6 GB/s", latency = "60 ns" },
      },
      workload = memsim.workload {
        pattern = "sequential", footprint = "4MiB", size = "64B", flops_per_byte = p.flops_per_byte,
      },
    }
  end,
}
