-- v100: NVIDIA V100 PCIe, 16 GB of HBM2.  A core is an SM, an access is what one thread, or in a nest a warp, asks for.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [spec]   NVIDIA V100 data sheet and whitepaper: peaks, 80 SMs, L1 and L2, 4096 bit of HBM2 at 900 GB/s
--   [chase]  RRZE-HPC/gpu-benches@1038c5d, gpu-latency/v100.txt: pointer chase, plateau of each level at 1380 MHz
--   [l1bw]   te42kyfo/gpu-benches@1c36d50, gpu-cache/v100.txt: 128 B/cycle for each SM is the peak; 98.5 % of it measured
--   [l1]     NVIDIA developer forum, "Pascal L1 cache" (49571), an architect of NVIDIA on Volta: the tags of four lines are
--            looked up a cycle; CUDA C++ Programming Guide: 32 banks, 4 B wide each
--   [cc70]   NVIDIA CUDA C++ Programming Guide, compute capability 7.0: 2048 resident threads for each SM
--   [turn]   RRZE-HPC/gpu-benches@1038c5d, gpu-stream/v100.txt: 2560 threads that read 8 B each and end get 36 GB/s, so
--            569 ns a turn; 313 ns are the read [chase], the rest the launch of the next block
--   [sector] NVIDIA Nsight Compute, Kernel Profiling Guide: a line of L1 and of L2 is four sectors of 32 B; what misses is
--            fetched by sectors
--   [little] Little's law: what a channel must hold to reach its peak in the time that a read takes beyond the L2,
--            (memory - L2 of [chase]) x peak of a channel / 32 B
--   [map]    consecutive 256 B in one channel, bank groups in the lowest bits, banks hashed: as Accel-Sim models the A100
--            (accel-sim/accel-sim-framework, configs/tested-cfgs/NVIDIA_A100_80GB_PCIe/gpgpusim.config)
--   [hash]   how a GPU spreads blocks over its channels is not published; Accel-Sim's V100 takes a polynomial residue
--            (accel-sim/gpgpu-sim_distribution@667834c, configs/tested-cfgs/SM7_QV100/gpgpusim.config)
--   [read]   te42kyfo/gpu-benches@1c36d50, gpu-stream/v100.txt: reads reach 96 % of the peak, so not all banks can
--            rest for tRFC / tREFI = 4 to 7 % of the time: HBM2's refreshes of single banks
--   [jia]    Jia, Maggioni, Staiger, Scarpazza, arXiv:1804.06826, table 3.4: L2 of the V100 PCIe, 16 ways, loads measured
--   [sets]   Accel-Sim's V100 and A100 have an L1 of 4 sets, whatever its size (accel-sim/gpgpu-sim_distribution@667834c,
--            configs/tested-cfgs/SM7_QV100/gpgpusim.config): 16 ways of hashed sets miss as rarely, and simulate faster
--   [kernel] NVIDIA CUDA C++ Programming Guide, memory model: L1s are not coherent, what one kernel wrote the next one sees
--   [smem]   NVIDIA CUDA C++ Programming Guide, shared memory: 32 banks, each a word of 4 B a cycle
local memsim = require "memsim"

return {
  description = "NVIDIA V100 PCIe, 16 GB of HBM2, 80 SMs",
  cores   = 80,                                        -- [spec]
  compute = {
    peak   = { f64 = "7 TFLOP/s", f32 = "14 TFLOP/s", f16_tensor = "112 TFLOP/s" }, -- [spec]
    clock  = "1380 MHz",                               -- [spec], boost
    issue  = 32,                                       -- [spec]: load/store units of an SM
    deal   = "blocks",                                 -- thread blocks go to whichever SM is free
    warp   = 32,                                       -- [cc70]: threads of a warp ask together
    window = 2048,                                     -- [cc70]: resident threads; what one reads at once is a slot
    block_launch = "256 ns",                           -- [turn]
    scratch_bandwidth = "176.64 GB/s",                 -- [smem]: 128 B x 1380 MHz, 32 banks of 4 B
  },
  caches  = {
    -- 128 KiB of L1 and shared memory together [spec]; lines in sectors [sector].  Written through, no line on a write
    -- miss.  Outstanding misses are not published: as many as slots.  Strides meet no conflicts [sets].
    { name = "L1", size = "128KiB", line = "128B", sector = "32B", ways = 16, index = "hash", write = "through",
      allocate = false, per_kernel = true,                 -- [kernel]
      latency = "20.3 ns",                             -- [chase]
      bandwidth = "176.64 GB/s",                       -- [l1bw]: 128 B x 1380 MHz
      banks = 32, bank_width = "4B", lookups = "5520 MHz", -- [l1]: 4 x 1380 MHz
      mshrs = 2048 },
    -- Outstanding misses are not published: ample.
    { name = "L2", size = "6MiB", line = "128B", sector = "32B", ways = 16, shared = true, -- [spec], [jia]
      latency = "153.7 ns",                            -- [chase]
      bandwidth = "2155 GB/s",                         -- [jia]
      mshrs = 65536 },
  },
  -- 4 stacks of 1024 bit, 8 channels of 128 bit each [spec]: 4096 bit x 1.758 Gbit/s = 900 GB/s.
  memory = memsim.dram("HBM2-1750", {
    channels = 32, tCK = "1.137778 ns", density = "2Gb",
    latency = "121.3 ns",                              -- [chase]: 313.3 - 153.7 - 38.3, a read of a sector that opens a row
    read_queue = 140, write_queue = 140,               -- not published: [little]
    mapping = "RoBaCoBgChBg1PcCo1", bank_hash = true,  -- [map]
    channel_hash = true,                               -- [hash]
    refresh = "per-bank",                              -- [read]
  }),
}
