-- xeon-6148: one socket of Intel's Xeon Gold 6148 (Skylake-SP, 20 cores).
-- SPDX-License-Identifier: MIT

-- With sub-NUMA clustering a socket is two machines: cores = 10, an L3 of 13.75MiB for them, and 3 of the channels.
-- Sources:
--   [kern]  RRZE-HPC/kerncraft@5d1cc67, examples/machine-files/SkylakeSP_Gold-6148.yml: clock, operations, caches, and that
--           lines reach the L3 only as victims of an L2
--   [sdm]   Intel 64 and IA-32 Architectures Optimization Reference Manual, Skylake Server: latencies, two loads a cycle, 72
--           load buffers, 12 line fill buffers, the streamer
--   [nano]  Abel and Reineke, uops.info/cache: the L1 of Skylake replaces by tree-PLRU
--   [slice] McCalpin, Mapping Addresses to L3/CHA Slices in Intel Processors, 2021: lines are hashed over the L3's slices
--   [ark]   Intel's product page: 6 channels of DDR4-2666
--   [mlc]   Intel's memory latency checker on the Xeon Gold 6140, the neighbour with 18 cores: 91.7 ns idle; about 15 lines in
--           flight for each core at full bandwidth
local memsim = require "memsim"

return {
  description = "Intel Xeon Gold 6148 (Skylake-SP), one socket of 20 cores, DDR4-2666",
  cores   = 20,                                        -- [kern]
  compute = {
    peak   = { f64 = "1536 GFLOP/s", f32 = "3072 GFLOP/s" }, -- [kern]: 32 doubles a cycle and core; twice the singles
    clock  = "2.4 GHz",                                -- [kern]
    issue  = 2,                                        -- [sdm]
    window = 72,                                       -- [sdm]
  },
  caches  = {
    { name = "L1", size = "32KiB", line = "64B", ways = 8, policy = "plru", -- [kern], [nano]
      latency = "4 cycles", mshrs = 12 },              -- [sdm]
    { name = "L2", size = "1MiB", line = "64B", ways = 16, policy = "plru", -- [kern]; its policy: as the L1's
      latency = "14 cycles",                           -- [sdm]
      bandwidth = "153.6 GB/s",                        -- [kern]: 64 B a cycle
      mshrs = 16,                                      -- [mlc]
      -- [sdm]: the streamer follows 32 streams, two lines for each lookup, up to 20 ahead, and stays in its page
      prefetch = { type = "stream", streams = 32, degree = 2, distance = 20, boundary = "4KiB" } },
    { name = "L3", size = "27.5MiB", line = "64B", ways = 11, shared = true, -- [kern]
      inclusion = "exclusive",                         -- [kern]: a victim cache
      index = "hash",                                  -- [slice]
      policy = "plru",                                 -- not published: as the L1's
      latency = "70 cycles",                           -- [sdm]: 50 to 70
      bandwidth = "768 GB/s",                          -- [kern]: 16 B a cycle for each core
      mshrs = 320 },                                   -- as many as the L2s above
  },
  memory = memsim.dram("DDR4-2666", {
    channels = 6,                                      -- [ark]: 128 GB/s
    ranks    = 2,                                      -- not published: the usual modules of servers
    mapping  = "RoBaRaCoBgChCo2", bank_hash = true,    -- not published: consecutive 256 B in a channel, banks hashed
    latency  = "23.1 ns",                              -- [mlc] - 29.2 of the L3 - 39.4, a read anywhere in 512 MiB: one in
                                                       -- seven closes the row of another first
  }),
}
