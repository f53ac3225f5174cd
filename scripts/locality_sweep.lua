-- locality_sweep - what locality is worth: skew in front of a cache, hit rate in front of two memory tiers.
-- SPDX-License-Identifier: MIT
--
-- First sweep: 16 MiB in front of the toy machine's 32 KiB and 1 MiB.  The element of rank r is drawn with weight
-- r^-exponent: 0 is uniform, 0.99 a usual key-value store, with 2 a handful of elements has it all.
-- Second sweep: no cache, 10 MB from a memory with a fast tier of 500 Gbit/s and a slow one of 10 Gbit/s.
--
-- Look at: the hit rates and time down the exponents; then time and memory bandwidth down the hit rates.
-- You should see:
--  * exponent 0: l1 hit 0.2 % (32 KiB of 16 MiB), l2 hit 6 % (1 MiB of 16 MiB): nearly every access goes to memory.
--  * Up to 0.6 skew buys next to nothing, from 0.8 to 1.5 it makes it five times faster: the popular part
--    gets smaller than a cache.
--  * Two tiers: time falls in a straight line, bandwidth is 1 / (h / fast + (1 - h) / slow): half of the requests in the fast
--    tier make it only twice that of the slow one.  From 0.9 on compute bounds it, and a better hit rate is worth nothing.
--
-- Try: --set footprint=4MiB   --set machine=epyc-7451

local memsim = require "memsim"

local machine = memsim.machine(memsim.args.machine or "toy")

local skew = memsim.sweep {
  title = "Zipf exponent in front of caches",
  axes  = { { "exponent", { 0, 0.4, 0.6, 0.8, 0.9, 0.99, 1.1, 1.2, 1.5, 2 } } },
  point = function(p)
    return {
      machine  = machine,
      workload = memsim.workload {
        pattern = "zipf", exponent = p.exponent, footprint = memsim.args.footprint or "16MiB",
        accesses = 500000, warmup = 500000, flops_per_byte = 1, cores = 1,
      },
    }
  end,
}

local tiers = memsim.sweep {
  title = "Hit rate of the fast one of two memory tiers",
  axes  = { { "hit_rate", { 0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1 } } },
  point = function(p)
    return {
      machine  = memsim.machine("two-tier", { compute = { overlap = true, window = 128 }, memory = { hit_rate = p.hit_rate } }),
      workload = memsim.workload { pattern = "sequential", footprint = 10000000, size = "32B", flops_per_byte = 1 },
    }
  end,
}

return { skew, tiers }
