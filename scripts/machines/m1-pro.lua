-- m1-pro: the GPU of Apple's M1 Pro (16 cores).  An access is what one thread, or in a nest a SIMD group, asks for.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [metal]  philipturner/metal-benchmarks, README.md: peaks, clock, caches, memory bus; 3072 threads for each core
--   [ramlat] ThomasKaiser/sbc-bench@53f7951, results/443N.txt: random chain from the CPU's cores
--   [gem5]   gem5/gem5, src/python/gem5/components/memory/dram_interfaces/lpddr5.py: 64 entries for 16 banks
local memsim = require "memsim"

return {
  description = "Apple M1 Pro, GPU of 16 cores, LPDDR5",
  cores   = 16,                                        -- [metal]
  compute = {
    peak   = { f32 = "5.308 TFLOP/s", f16 = "5.308 TFLOP/s" }, -- [metal]: halves run at the rate of singles
    clock  = "1296 MHz",                               -- [metal]
    issue  = 32,                                       -- a SIMD group of 32 threads a cycle: the width of a group
    deal   = "blocks",                                 -- threadgroups go to whichever core is free
    warp   = 32,                                       -- [metal]: threads of a SIMD group ask together
    window = 3072,                                     -- [metal]: each resident thread waits for one access
  },
  -- Ways and outstanding misses are not published: chosen so that they limit nothing.  No latency of the GPU's own
  -- caches is published: they are taken as 0, which errs to the fast side.
  caches  = {
    { name = "L1",  size = "8KiB",   line = "128B", ways = 8,  mshrs = 3072 },                  -- [metal]
    { name = "L2",  size = "256KiB", line = "128B", ways = 16, mshrs = 16384, shared = true },  -- [metal]
    { name = "SLC", size = "24MiB",  line = "128B", ways = 16, mshrs = 16384, shared = true,    -- [metal]
      latency = "58.9 ns" },                           -- what DRAM leaves of the 121.4 ns that an E core waits at 16 MB
                                                       -- [ramlat]: 62.5 ns for a read that opens another row
  },
  memory = memsim.dram("LPDDR5-6400", {
    channels = 16,                                     -- [metal]: 16 of 16 bit, 204.8 GB/s
    density = "16Gb",                                  -- 32 GB of 16 channels
    mapping = "RoBaCoBgChBg1Co1", bank_hash = true,    -- not published: a line of the SLC in a channel
    read_queue = 64, write_queue = 64,                 -- not published: [gem5]
    refresh = "per-bank",                              -- as is usual for LPDDR
  }),
}
