-- xeon-e5-2695v3: one socket of Intel's Xeon E5-2695 v3 (Haswell-EP, 14 cores).
-- SPDX-License-Identifier: MIT

-- With cluster-on-die a socket is two machines: cores = 7, an L3 of 17.5MiB for them, and 2 of the channels.
-- Sources:
--   [kern]  RRZE-HPC/kerncraft@5d1cc67, examples/machine-files/HaswellEP_E5-2695v3.yml: clock, operations, sets and ways of L1
--           and L2, the bandwidths of L2 and L3
--   [ark]   Intel's product page: 35 MB of L3, which are slices of 2.5 MB with 20 ways, 4 channels of DDR4-2133
--   [sdm]   Intel 64 and IA-32 Architectures Optimization Reference Manual, Haswell and Broadwell: latencies, two loads a
--           cycle, 72 load buffers, 10 line fill buffers, the streamer; the L3 includes the L1s and L2s
--   [nano]  Abel and Reineke, uops.info/cache: L1 and L2 of Haswell replace by tree-PLRU, the L3 of Nehalem by bit-PLRU
--   [slice] Maurice et al., Reverse Engineering Intel Last-Level Cache Complex Addressing, RAID 2015: lines are hashed over
--           the L3's slices
--   [molka] Molka et al., ICPP 2015: 21.2 ns to the L3 of the E5-2680 v3, the neighbour with 12 cores
--   [mlc]   Intel's memory latency checker on the Xeon E5-2680 v3: 89.5 ns idle; about 16 lines in
--           flight for each core at full bandwidth
local memsim = require "memsim"

return {
  description = "Intel Xeon E5-2695 v3 (Haswell-EP), one socket of 14 cores, DDR4-2133",
  cores   = 14,                                        -- [kern]
  compute = {
    peak   = { f64 = "515.2 GFLOP/s", f32 = "1030.4 GFLOP/s" }, -- [kern]: 16 doubles a cycle and core; twice the singles
    clock  = "2.3 GHz",                                -- [kern]
    issue  = 2,                                        -- [sdm]
    window = 72,                                       -- [sdm]
  },
  caches  = {
    { name = "L1", size = "32KiB", line = "64B", ways = 8, policy = "plru", -- [kern], [nano]
      latency = "4 cycles", mshrs = 10 },              -- [sdm]
    { name = "L2", size = "256KiB", line = "64B", ways = 8, policy = "plru", -- [kern], [nano]
      latency = "12 cycles",                           -- [sdm]
      bandwidth = "147.2 GB/s",                        -- [kern]: 64 B a cycle
      mshrs = 16,                                      -- [mlc]
      -- [sdm]: the streamer follows 32 streams, two lines for each lookup, up to 20 ahead, and stays in its page
      prefetch = { type = "stream", streams = 32, degree = 2, distance = 20, boundary = "4KiB" } },
    { name = "L3", size = "35MiB", line = "64B", ways = 20, shared = true, -- [ark]
      inclusion = "inclusive",                         -- [sdm]
      index = "hash",                                  -- [slice]
      policy = "bit-plru",                             -- not published for servers: as that of Nehalem [nano]
      latency = "21.2 ns",                             -- [molka]
      bandwidth = "1030.4 GB/s",                       -- [kern]: 32 B a cycle for each core
      mshrs = 224 },                                   -- as many as the L2s above
  },
  memory = memsim.dram("DDR4-2133", {
    channels = 4,                                      -- [ark]: 68.3 GB/s
    ranks    = 2,                                      -- not published: the usual modules of servers
    mapping  = "RoBaRaCoBgChCo2", bank_hash = true,    -- not published: consecutive 256 B in a channel, banks hashed
    latency  = "27.4 ns",                              -- [mlc] - 21.2 of the L3 - 40.9, a read anywhere in 512 MiB
  }),
}
