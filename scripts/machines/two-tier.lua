-- two-tier: no caches, and a memory of a fast and a slow tier.
-- The numbers are those of the two-tier model that memsim grew from: 500 and 10 Gbit/s, 50 ns, 10 GFLOP/s, compute and
-- memory one after the other; a choice, not a measurement.  One GB in h of the requests from the fast tier takes
-- h / 62.5 + (1 - h) / 1.25 s: at h = 0.5 that is 0.408 s.
-- SPDX-License-Identifier: MIT
return {
  description = "no caches; a fast and a slow memory tier, half of the requests each",
  cores   = 1,
  compute = { peak = "10 GFLOP/s", clock = "1 GHz", issue = "unlimited", window = 64, overlap = false },
  memory  = { type = "two-tier", fast = "500 Gbit/s", slow = "10 Gbit/s", hit_rate = 0.5, latency = "50 ns" },
}
