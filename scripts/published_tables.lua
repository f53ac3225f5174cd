-- published_tables - the published tables of the models that memsim grew from: closed form exactly, simulated within 1 %.
-- SPDX-License-Identifier: MIT
--
-- Machines without caches, compute and memory one after the other (overlap = false), 10 GFLOP/s, 50 ns, 1 operation a byte.
-- Published "memory" is 50 ns and the transfer: time_s - compute_busy_s here.
--
--   streaming, 10 MiB        memory            compute           regime
--   1 Gbit/s                 8.388613e-02 s    1.048576e-03 s    memory-bound
--   100 Gbit/s               8.389108e-04 s    1.048576e-03 s    compute-bound
--
--   two tiers, 10,000,000 B, 500 and 10 Gbit/s
--   hit rate 0.10            7.216e-03 s       1.000e-03 s       memory-bound
--   hit rate 0.50            4.080e-03 s       1.000e-03 s       memory-bound
--   hit rate 0.95            5.521e-04 s       1.000e-03 s       compute-bound
--
-- Look at: memory and compute time, for example with
--   memsim published_tables.lua --columns bandwidth,hit_rate,time_s,compute_busy_s,serial_time_s,regime
-- You should see: time_s within 1 % of serial_time_s (of two tiers: the draws decide), and the regimes of the table.
-- The closed forms are checked below before anything is simulated, with those that need no simulation at all.

local memsim = require "memsim"

local compute = { peak = "10 GFLOP/s", issue = "unlimited", window = "unlimited", overlap = false }

local function same(what, value, published, tolerance)
  if math.abs(value - published) > tolerance * published then
    error(string.format("%s: %.9g, published %.9g", what, value, published), 2)
  end
end

-- Published to so many digits; where it was cut off, not rounded, the tolerance is a whole last digit.
local function check(what, totals, compute_s, memory_s, regime, tolerance)
  local form = memsim.analytic(totals)
  same(what .. ", compute", form.roofline_compute_time_s, compute_s, tolerance)
  same(what .. ", memory", form.roofline_memory_time_s + form.latency_s, memory_s, tolerance)
  assert(form.roofline_regime == regime, what .. ": " .. form.roofline_regime)
end

local function totals(flops, bytes, peak, bandwidth)
  return { flops = flops, bytes = bytes, peak = peak, bandwidth = bandwidth }
end

local n = 1024
check("matmul 1024", totals(2 * n ^ 3, 3 * n ^ 2 * 4, "19.5 TFLOP/s", "1935 GB/s"), 0.110e-3, 0.0065e-3, "compute-bound", 0.01)
check("vector add", totals(1e6, "12 MB", "5.3 TFLOP/s", "205 GB/s"), 0.188e-6, 58.5e-6, "memory-bound", 0.005)
check("matmul 4096", totals(137e9, "192 MB", "5.3 TFLOP/s", "205 GB/s"), 25.85e-3, 0.936e-3, "compute-bound", 0.001)
same("ridge point", memsim.analytic(totals(1, 1, "312 TFLOP/s", "2 TB/s")).ridge_flop_per_B, 156, 1e-15)
same("bus", memsim.quantity "6.4 Gbit/s" * 256, 204.8e9, 1e-15)

-- A machine of the two tables and its workload, whose closed form is compared with the published one.
local function point(memory, bytes, published, regime, tolerance)
  local p = {
    machine  = memsim.machine { compute = compute, memory = memory },
    workload = memsim.workload { pattern = "sequential", footprint = bytes, flops_per_byte = 1 },
  }
  check("table", p, bytes / 10e9, published, regime, tolerance)
  return p
end

local streaming_s = { ["1 Gbit/s"] = 8.388613e-02, ["100 Gbit/s"] = 8.389108e-04 }
local tiers_s     = { [0.10] = 7.216e-03, [0.50] = 4.080e-03, [0.95] = 5.521e-04 }

local streaming = memsim.sweep {
  title = "Streaming 10 MiB",
  axes  = { { "bandwidth", { "1 Gbit/s", "100 Gbit/s" } } },
  point = function(p)
    return point({ bandwidth = p.bandwidth, latency = "50 ns" }, 10 * 1024 * 1024, streaming_s[p.bandwidth],
      p.bandwidth == "1 Gbit/s" and "memory-bound" or "compute-bound", 1e-7)
  end,
}

local tiers = memsim.sweep {
  title = "Two tiers",
  axes  = { { "hit_rate", { 0.10, 0.50, 0.95 } } },
  point = function(p)
    local memory = { type = "two-tier", fast = "500 Gbit/s", slow = "10 Gbit/s", hit_rate = p.hit_rate, latency = "50 ns" }
    return point(memory, 10000000, tiers_s[p.hit_rate], p.hit_rate < 0.9 and "memory-bound" or "compute-bound", 1e-4)
  end,
}

return { streaming, tiers }
