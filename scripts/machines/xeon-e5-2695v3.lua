-- xeon-e5-2695v3: one socket of Intel's Xeon E5-2695 v3 (Haswell-EP, 14 cores).
-- Its successor is xeon-e5-2697v4, whose file says where its numbers come from; here is what differs.
-- SPDX-License-Identifier: MIT

-- With cluster-on-die a socket is two machines: cores = 7, an L3 of 17.5MiB for them, and 2 of the channels.
-- Sources:
--   [kern]  RRZE-HPC/kerncraft@5d1cc67, examples/machine-files/HaswellEP_E5-2695v3.yml: clock, operations, sets and ways of L1
--           and L2, the bandwidths of L2 and L3
--   [ark]   Intel's product page: 35 MB of L3, which are slices of 2.5 MB with 20 ways, 4 channels of DDR4-2133
--   [molka] Molka et al., ICPP 2015: 21.2 ns to the L3 of the E5-2680 v3, the neighbour with 12 cores
--   [mlc]   Intel's memory latency checker on the Xeon E5-2680 v3: 89.5 ns idle
local memsim = require "memsim"

return memsim.machine("xeon-e5-2697v4", {
  name        = "xeon-e5-2695v3",
  description = "Intel Xeon E5-2695 v3 (Haswell-EP), one socket of 14 cores, DDR4-2133",
  cores   = 14,                                        -- [kern]
  compute = { peak = { f64 = "515.2 GFLOP/s", f32 = "1030.4 GFLOP/s" } }, -- [kern]: as many operations a cycle
  caches  = {
    { name = "L3", size = "35MiB",                     -- [ark]
      bandwidth = "1030.4 GB/s",                       -- [kern]: 32 B a cycle for each core
      mshrs = 224 },                                   -- as many as the L2s above
  },
  memory  = memsim.dram("DDR4-2133", {
    channels = 4,                                      -- [ark]: 68.3 GB/s
    ranks    = 2,                                      -- not published: the usual modules of servers
    mapping  = "RoBaRaCoBgChCo2", bank_hash = true,    -- not published: as of xeon-e5-2697v4
    latency  = "27.4 ns",                              -- [mlc] - 21.2 of the L3 [molka] - 40.9, a read anywhere in 512 MiB
  }),
})
