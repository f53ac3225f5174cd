-- h100-80: NVIDIA H100 SXM5, 80 GB of HBM3.  A core is an SM, an access is what one thread, or in a nest a warp, asks for.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [spec]   stas00/ml-engineering@744d01e, compute/accelerator/README.md (collects the vendor's spec pages)
--   [gh100]  NVIDIA H100 whitepaper: 132 SMs, 32 load/store units for each SM, 50 MB of L2, 5 stacks of HBM3
--   [clock]  te42kyfo/gpu-benches@1c36d50: what the chip runs at in its tables; 67 TFLOP/s are those of this clock, too
--   [chase]  RRZE-HPC/gpu-benches@1038c5d, gpu-latency/gh200.txt: pointer chase of one thread, plateau of each level at 1980 MHz;
--            a GH200 is the same chip with six stacks of the same HBM3 instead of five
--   [l1bw]   te42kyfo/gpu-benches@1c36d50, gpu-cache/h100_pcie.txt: 128 B/cycle for each SM is the peak; 98.6 % of it measured
--   [l1]     NVIDIA developer forum, "Pascal L1 cache" (49571), an architect of NVIDIA on Volta: the tags of four lines are
--            looked up a cycle; CUDA C++ Programming Guide: 32 banks, 4 B wide each
--   [l2bw]   te42kyfo/gpu-benches@1c36d50, gpu-l2-cache/h200.txt: read plateau of 6 to 36 MB (the same chip)
--   [cc90]   NVIDIA CUDA C++ Programming Guide, compute capability 9.0: 2048 resident threads for each SM
--   [hbm]    clock of the memory as nvidia-smi tells it, 2619 MHz: 5120 bit x 5.238 Gbit/s = 3352 GB/s
--   [turn]   RRZE-HPC/gpu-benches@1038c5d, gpu-stream/gh200.txt: 4224 threads that read 8 B each and end get 62 GB/s, so
--            545 ns a turn; 346 ns are the read [chase], the rest the launch of the next block
--   [sector], [map], [hash], [read]: as of a100-40, whose chip came before this one
--   [little] Little's law: what a channel must hold to reach its peak in the time that a read takes beyond the L2,
--            (memory - L2 of [chase]) x peak of a channel / 32 B
--   [sets]   Accel-Sim's V100 and A100 have an L1 of 4 sets, whatever its size (accel-sim/gpgpu-sim_distribution@667834c,
--            configs/tested-cfgs/SM7_QV100/gpgpusim.config): 16 ways of hashed sets miss as rarely, and simulate faster
--   [kernel] NVIDIA CUDA C++ Programming Guide, memory model: L1s are not coherent, what one kernel wrote the next one sees
--   [smem]   NVIDIA CUDA C++ Programming Guide, shared memory: 32 banks, each a word of 4 B a cycle
local memsim = require "memsim"

return {
  description = "NVIDIA H100 SXM5, 80 GB of HBM3, 132 SMs",
  cores   = 132,                                       -- [gh100]
  compute = {
    peak = {                                           -- [spec], dense
      f64 = "34 TFLOP/s", f64_tensor = "67 TFLOP/s", f32 = "67 TFLOP/s",
      tf32_tensor = "494.5 TFLOP/s", f16_tensor = "989 TFLOP/s", f8_tensor = "1979 TFLOP/s",
    },
    clock  = "1980 MHz",                               -- [clock]
    issue  = 32,                                       -- [gh100]
    deal   = "blocks",                                 -- thread blocks go to whichever SM is free
    warp   = 32,                                       -- [cc90]: threads of a warp ask together
    window = 2048,                                     -- [cc90]: resident threads; what one reads at once is a slot
    block_launch = "199 ns",                           -- [turn]
    scratch_bandwidth = "253.44 GB/s",                 -- [smem]: 128 B x 1980 MHz, 32 banks of 4 B
  },
  caches  = {
    -- 256 KiB of L1 and shared memory together [spec]; lines of 128 B in sectors of 32 B [sector].
    -- Written through, no line on a write miss.
    -- Outstanding misses are not published: as many as slots.  Strides meet no conflicts [sets].
    { name = "L1", size = "256KiB", line = "128B", sector = "32B", ways = 16, index = "hash", write = "through",
      allocate = false, per_kernel = true,                 -- [kernel]
      latency = "16.3 ns",                             -- [chase]
      bandwidth = "253.44 GB/s",                       -- [l1bw]: 128 B x 1980 MHz
      banks = 32, bank_width = "4B", lookups = "7920 MHz", -- [l1]: 4 x 1980 MHz
      mshrs = 2048 },
    -- 50 MB in two halves [gh100]: modelled as one, at the latency of the near half; beyond half of it a chase sees near and
    -- far mixed, 258 ns [chase].
    -- Ways and outstanding misses are not published: 16, and ample.
    { name = "L2", size = "50MiB", line = "128B", sector = "32B", ways = 16, shared = true,
      latency = "141.6 ns",                            -- [chase]
      bandwidth = "9774 GB/s",                         -- [l2bw]
      mshrs = 65536 },
  },
  -- 5 stacks of 1024 bit, 16 channels of 64 bit each [spec], [hbm].
  memory = memsim.dram("HBM3-5200", {
    channels = 80, tCK = "0.381825 ns", density = "16Gb",
    latency = "166.6 ns",                              -- [chase]: 343.7 - 141.6 - 35.5, a read of a sector that opens a row
    read_queue = 265, write_queue = 265,               -- not published: [little]
    mapping = "RoRaBaCoBgChBg1PcCo1", bank_hash = true, -- [map]
    channel_hash = true,                               -- [hash]
    refresh = "per-bank",                              -- [read]
  }),
}
