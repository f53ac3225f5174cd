-- m1-pro: the GPU of Apple's M1 Pro (16 cores).  An access is what one thread asks for.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [metal]  philipturner/metal-benchmarks, README.md: peaks, clock, caches, memory bus; 3072 threads for each core
--   [ramlat] ThomasKaiser/sbc-bench@53f7951, results/443N.txt: random chain from the CPU's cores
return {
  description = "Apple M1 Pro, GPU of 16 cores, LPDDR5",
  cores   = 16,                                        -- [metal]
  compute = {
    peak   = { f32 = "5.308 TFLOP/s", f16 = "5.308 TFLOP/s" }, -- [metal]: halves run at the rate of singles
    clock  = "1296 MHz",                               -- [metal]
    issue  = 32,                                       -- a SIMD group of 32 threads a cycle: the width of a group
    window = 3072,                                     -- [metal]: each resident thread waits for one access
  },
  -- Ways and outstanding misses are not published: chosen so that they limit nothing.  No latency of the GPU's own
  -- caches is published: they are taken as 0, which errs to the fast side.
  caches  = {
    { name = "L1",  size = "8KiB",   line = "128B", ways = 8,  mshrs = 3072 },                  -- [metal]
    { name = "L2",  size = "256KiB", line = "128B", ways = 16, mshrs = 16384, shared = true },  -- [metal]
    { name = "SLC", size = "24MiB",  line = "128B", ways = 16, mshrs = 16384, shared = true,    -- [metal]
      latency = "91.4 ns" },                           -- [ramlat]: a P core at 16 MB, SLC and DRAM mixed
  },
  memory  = {
    type = "simple",
    channels  = 16,                                    -- [metal]: 16 of 16 bit
    bandwidth = "204.8 GB/s",                          -- [metal]: 256 bit x 6.4 Gbit/s
    latency   = "121.4 ns",                            -- [ramlat]: an E core at 16 MB
  },
}
