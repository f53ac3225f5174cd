-- a100-40: NVIDIA A100 SXM, 40 GB of HBM2.  A core is an SM, an access is what one thread, or in a nest a warp, asks for.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [spec]   stas00/ml-engineering@744d01e, compute/accelerator/README.md (collects the vendor's spec pages)
--   [chase]  te42kyfo/gpu-benches@1c36d50, gpu-latency/a100_40.txt: pointer chase, plateau of each level at 1410 MHz
--   [l1bw]   te42kyfo/gpu-benches@1c36d50, gpu-cache: 128 B/cycle for each SM is the peak; 99 % of it was measured
--   [l1]     NVIDIA developer forum, "Pascal L1 cache" (49571), an architect of NVIDIA on Volta: the tags of four lines are
--            looked up a cycle; CUDA C++ Programming Guide: 32 banks, 4 B wide each
--   [l2bw]   te42kyfo/gpu-benches@1c36d50, gpu-l2-cache/a100_80.txt: read plateau of 6 to 16 MB (the same chip)
--   [cc80]   NVIDIA CUDA C++ Programming Guide, compute capability 8.0: 2048 resident threads for each SM
--   [ga100]  NVIDIA A100 whitepaper: 108 SMs, 32 load/store units for each SM, 40 MB of L2
--   [turn]   RRZE-HPC/gpu-benches@1038c5d, gpu-stream/a100_80.txt: 3456 threads that read 8 B each and end get 42 GB/s, so
--            658 ns a turn; 392 ns are the read (gpu-latency/a100_80.txt), the rest the launch of the next block
--   [sector] NVIDIA Nsight Compute, Kernel Profiling Guide: a line of L1 and of L2 is four sectors of 32 B; what misses is
--            fetched by sectors
--   [little] Little's law: what a channel must hold to reach its peak in the time that a read takes beyond the L2,
--            (memory - L2 of [chase]) x peak of a channel / 32 B
--   [map]    consecutive 256 B in one channel, bank groups in the lowest bits, banks hashed: as Accel-Sim models the A100
--            (accel-sim/accel-sim-framework, configs/tested-cfgs/NVIDIA_A100_80GB_PCIe/gpgpusim.config)
--   [hash]   how a GPU spreads blocks over its channels is not published; Accel-Sim's V100 takes a polynomial residue
--            (accel-sim/gpgpu-sim_distribution@667834c, configs/tested-cfgs/SM7_QV100/gpgpusim.config)
--   [read]   te42kyfo/gpu-benches@1c36d50, gpu-stream/a100_40.txt: reads reach 96 % of the peak, so not all banks can
--            rest for tRFC / tREFI = 7 % of the time: HBM2's refreshes of single banks
--   [sets]   Accel-Sim's V100 and A100 have an L1 of 4 sets, whatever its size (accel-sim/gpgpu-sim_distribution@667834c,
--            configs/tested-cfgs/SM7_QV100/gpgpusim.config): 16 ways of hashed sets miss as rarely, and simulate faster
--   [kernel] NVIDIA CUDA C++ Programming Guide, memory model: L1s are not coherent, what one kernel wrote the next one sees
--   [smem]   NVIDIA CUDA C++ Programming Guide, shared memory: 32 banks, each a word of 4 B a cycle
local memsim = require "memsim"

return {
  description = "NVIDIA A100 SXM, 40 GB of HBM2, 108 SMs",
  cores   = 108,                                       -- [ga100]
  compute = {
    peak = {                                           -- [spec], dense
      f64 = "9.7 TFLOP/s", f64_tensor = "19.5 TFLOP/s", f32 = "19.5 TFLOP/s",
      tf32_tensor = "156 TFLOP/s", f16_tensor = "312 TFLOP/s",
    },
    clock  = "1410 MHz",                               -- [spec], boost
    issue  = 32,                                       -- [ga100]
    deal   = "blocks",                                 -- thread blocks go to whichever SM is free
    warp   = 32,                                       -- [cc80]: threads of a warp ask together
    window = 2048,                                     -- [cc80]: resident threads; what one reads at once is a slot
    block_launch = "266 ns",                           -- [turn]
    scratch_bandwidth = "180.48 GB/s",                 -- [smem]: 128 B x 1410 MHz, 32 banks of 4 B
  },
  caches  = {
    -- 192 KiB of L1 and shared memory together [spec]; lines of 128 B in sectors of 32 B [sector].
    -- Written through, no line on a write miss.
    -- Outstanding misses are not published: as many as slots.  Strides meet no conflicts [sets].
    { name = "L1", size = "192KiB", line = "128B", sector = "32B", ways = 16, index = "hash", write = "through",
      allocate = false, per_kernel = true,                 -- [kernel]
      latency = "25.6 ns",                               -- [chase]
      bandwidth = "180.48 GB/s",                       -- [l1bw]: 128 B x 1410 MHz
      banks = 32, bank_width = "4B", lookups = "5640 MHz", -- [l1]: 4 x 1410 MHz
      mshrs = 2048 },
    -- 40 MB in two halves [spec]: modelled as one, at the latency of the near half; beyond 26 MB a chase sees
    -- near and far mixed, 296.5 ns [chase].  Ways and outstanding misses are not published: 16, and ample.
    { name = "L2", size = "40MiB", line = "128B", sector = "32B", ways = 16, shared = true,
      latency = "151.1 ns",                              -- [chase]
      bandwidth = "5397 GB/s",                         -- [l2bw]
      mshrs = 65536 },
  },
  -- 5 stacks of 1024 bit, 8 channels of 128 bit each [spec]; 1215 MHz: 5120 bit x 2.43 Gbit/s = 1555 GB/s.
  memory = memsim.dram("HBM2-2400", {
    channels = 40, tCK = "0.823045 ns",
    latency = "220.1 ns",                              -- [chase]: 407.1 - 151.1 - 35.9, a read of a sector that opens a row
    read_queue = 311, write_queue = 311,               -- not published: [little]
    mapping = "RoBaCoBgChBg1PcCo1", bank_hash = true,  -- [map]
    channel_hash = true,                               -- [hash]
    refresh = "per-bank",                              -- [read]
  }),
}
