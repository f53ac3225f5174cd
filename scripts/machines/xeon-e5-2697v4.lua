-- xeon-e5-2697v4: one socket of Intel's Xeon E5-2697 v4 (Broadwell-EP, 18 cores).
-- SPDX-License-Identifier: MIT

-- With cluster-on-die a socket is two machines: cores = 9, an L3 of 22.5MiB for them, and 2 of the channels.
-- Sources:
--   [kern]  RRZE-HPC/kerncraft@5d1cc67, examples/machine-files/BroadwellEP_E5-2697v4_CoD.yml: clock, operations, sets and ways;
--           the bandwidths of L2 and L3
--   [ark]   Intel's product page: 45 MB of L3, 4 channels of DDR4-2400
--   [sdm]   Intel 64 and IA-32 Architectures Optimization Reference Manual, Haswell and Broadwell: latencies, two loads a
--           cycle, 72 load buffers, 10 line fill buffers, the streamer; the L3 includes the L1s and L2s
--   [nano]  Abel and Reineke, uops.info/cache: L1 and L2 of Broadwell replace by tree-PLRU, the L3 of Nehalem by bit-PLRU
--   [slice] Maurice et al., Reverse Engineering Intel Last-Level Cache Complex Addressing, RAID 2015: lines are hashed over
--           the L3's slices
--   [molka] Molka et al., ICPP 2015: 21.2 ns to the L3 of a Haswell-EP, which has the same rings
--   [mlc]   Intel's memory latency checker on the Xeon E5-2680 v4, the neighbour with 14 cores: 74.1 ns idle; about 16 lines in
--           flight for each core at full bandwidth
local memsim = require "memsim"

return {
  description = "Intel Xeon E5-2697 v4 (Broadwell-EP), one socket of 18 cores, DDR4-2400",
  cores   = 18,                                        -- [kern]
  compute = {
    peak   = { f64 = "662.4 GFLOP/s", f32 = "1324.8 GFLOP/s" }, -- [kern]: 16 doubles a cycle and core; twice the singles
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
    { name = "L3", size = "45MiB", line = "64B", ways = 20, shared = true, -- [ark], [kern]
      inclusion = "inclusive",                         -- [sdm]
      index = "hash",                                  -- [slice]
      policy = "bit-plru",                             -- not published for servers: as that of Nehalem [nano]
      latency = "21.2 ns",                             -- [molka]
      bandwidth = "1324.8 GB/s",                       -- [kern]: 32 B a cycle for each core
      mshrs = 288 },                                   -- as many as the L2s above
  },
  memory = memsim.dram("DDR4-2400", {
    channels = 4,                                      -- [ark]: 76.8 GB/s
    ranks    = 2,                                      -- not published: the usual modules of servers
    mapping  = "RoBaRaCoBgChCo2", bank_hash = true,    -- not published: consecutive 256 B in a channel, banks hashed
    latency  = "12.1 ns",                              -- [mlc] - 21.2 of the L3 - 40.8, a read anywhere in 512 MiB
  }),
}
