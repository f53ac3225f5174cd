-- bandwidth_sweep - bandwidth against intensity: where the regime flips, simulated next to closed form.
-- SPDX-License-Identifier: MIT
--
-- A core streams 4 MiB once through memory, without caches, and does some operations on each byte.
--
-- Look at: what bounds it (bound by) next to what the roofline says (roofline's), and slowdown.
-- You should see:
--  * The regime flips at the ridge point, intensity = peak / bandwidth: with 12.8 GFLOP/s at 2 operations a byte for
--    6.4 GB/s, 1 for 12.8, 1/2 for 25.6, 1/4 for 51.2.  Just there both say balanced.
--  * Below that intensity twice the bandwidth is half the time; above it more bandwidth buys nothing.
--  * slowdown is 1 within one per cent: 64 requests in flight hide the latency, so the roofline is what happens.
--
-- Try: --set overlap=false (compute and memory one after the other: slowdown is 2 at the ridge)
--      --set window=8 (too few requests in flight: from 12.8 GB/s on, memory bounds what the roofline calls balanced)

local memsim = require "memsim"

local overlap = memsim.args.overlap
if overlap == nil then overlap = true end

return memsim.sweep {
  title = "Bandwidth against intensity",
  axes  = {
    { "bandwidth", { "6.4 GB/s", "12.8 GB/s", "25.6 GB/s", "51.2 GB/s" } },
    { "flops_per_byte", { 0.125, 0.25, 0.5, 1, 2, 4 } },
  },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = {
          peak = memsim.args.peak or "12.8 GFLOP/s", clock = "2 GHz",
          window = memsim.args.window or 64, overlap = overlap,
        },
        memory  = { bandwidth = p.bandwidth, latency = "60 ns" },
      },
      workload = memsim.workload {
        pattern = "sequential", footprint = memsim.args.footprint or "4MiB", size = "64B",
        flops_per_byte = p.flops_per_byte,
      },
    }
  end,
}
