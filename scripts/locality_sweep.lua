-- locality_sweep - what locality is worth: skew in front of a cache, hit rate in front of two memory tiers.
-- SPDX-License-Identifier: MIT
--
-- First sweep: 16 MiB in front of the toy machine's 32 KiB and 1 MiB.  The element of rank r is drawn with weight
-- r^-exponent: 0 is uniform, 0.99 a usual key-value store, and from 1.5 on a handful of elements has it all.
-- Second sweep: no cache, 10 MB from a memory with a fast tier of 500 Gbit/s and a slow one of 10 Gbit/s.
--
-- Look at: the hit rates and time down the exponents; then time and bandwidth down the hit rates.
-- You should see:
--  * exponent 0: l1 hits 0.2 % (32 KiB / 16 MiB), l2 about 6 % (1 of 16 MiB): time is that of memory.
--  * Up to 0.8 skew buys little, between 0.8 and 1.2 nearly all: the popular part shrinks below the size of a cache.
--  * Two tiers: time falls in a straight line, bandwidth is 1 / (h / fast + (1 - h) / slow): at hit rate 0.5 it has only
--    doubled, and the last 5 % are worth as much as all before: the slow tier takes nearly all of the time.
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
      machine  = memsim.machine("two-tier", { memory = { hit_rate = p.hit_rate } }),
      workload = memsim.workload { pattern = "sequential", footprint = 10000000, size = "40B", flops_per_byte = 1 },
    }
  end,
}

return { skew, tiers }
