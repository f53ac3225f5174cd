-- epyc-7451: one socket of AMD's EPYC 7451 (Zen, 24 cores in eight groups of three).
-- SPDX-License-Identifier: MIT

-- Sources:
--   [kern]  RRZE-HPC/kerncraft@5d1cc67, examples/machine-files/Zen_EPYC-7451.yml: clock, operations, caches
--   [sog]   AMD Software Optimization Guide for Family 17h, section 2 (caches, load-store unit)
--   [ddr]   AMD EPYC 7451 product page: 8 channels of DDR4-2666
--   [anand] AnandTech 14694, page 7: random chains through caches and memory of EPYC
--   [ppr]   AMD Processor Programming Reference, Family 17h Model 01h: channels interleaved by 256 B
--   [drama] Pessl et al., DRAMA, USENIX Security 2016: processors hash banks and bank groups with bits of the row
local memsim = require "memsim"

return {
  description = "AMD EPYC 7451 (Zen), one socket of 24 cores, DDR4-2666",
  cores   = 24,                                        -- [kern]
  compute = {
    peak   = { f64 = "441.6 GFLOP/s", f32 = "883.2 GFLOP/s" }, -- [kern]: 8 doubles a cycle and core; twice the singles
    clock  = "2.3 GHz",                                -- [kern]
    issue  = 2,                                        -- [sog]: two loads a cycle
    window = 72,                                       -- [sog]: loads out of order
  },
  caches  = {
    { name = "L1", size = "32KiB", line = "64B", ways = 4,     -- [kern]: 128 sets of 4 ways
      latency = "4 cycles",                            -- [sog]
      mshrs = 22 },                                    -- [sog]: miss address buffers
    { name = "L2", size = "512KiB", line = "64B", ways = 8,    -- [kern]: 1024 sets of 8 ways
      latency = "12 cycles",                           -- [sog]
      bandwidth = "73.6 GB/s",                         -- [kern]: 32 B a cycle
      mshrs = 64 },                                    -- not published: ample
    -- A victim cache of the L2 [kern]; modelled as an ordinary level.
    { name = "L3", size = "8MiB", line = "64B", ways = 16, shared = 3, -- [kern]: 8192 sets of 16 ways for 3 cores
      latency = "35 cycles",                           -- [sog], on average
      bandwidth = "73.6 GB/s",                         -- [kern]: 32 B a cycle
      mshrs = 192 },                                   -- not published: as many as the L2s above
  },
  memory = memsim.dram("DDR4-2666", {
    channels = 8,                                      -- [ddr]: 170.7 GB/s
    ranks    = 2,                                      -- not published: the usual modules of servers
    mapping  = "RoBaRaCoBgChCo2", bank_hash = true,    -- [ppr], [drama]
    latency  = "65.6 ns",                              -- [anand]: 113 ns of the EPYC 7742 from its own quarter (NPS4;
                                                       -- there is none of this part) - 15.2 of the L3 - 32.2, a read of a
                                                       -- bank that refresh has closed since it was last asked
  }),
}
