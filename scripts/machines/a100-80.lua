-- a100-80: NVIDIA A100 SXM, 80 GB of HBM2e.  A core is an SM, an access is what one thread, or in a nest a warp, asks for.
-- The chip is that of a100-40, whose file says where its numbers come from; here is what differs.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [spec]   stas00/ml-engineering@744d01e, compute/accelerator/README.md (collects the vendor's spec pages)
--   [chase]  te42kyfo/gpu-benches@1c36d50, gpu-latency/a100_80.txt: pointer chase, plateau of each level at 1410 MHz
--   [little], [map], [hash], [read]: as of a100-40
local memsim = require "memsim"

return memsim.machine("a100-40", {
  name        = "a100-80",
  description = "NVIDIA A100 SXM, 80 GB of HBM2e, 108 SMs",
  caches = {
    -- beyond 26 MB a chase sees near and far mixed, 295.0 ns [chase]
    { name = "L2", latency = "149.6 ns" },               -- [chase]
  },
  -- 5 stacks of 1024 bit, 8 channels of 128 bit each [spec]; 1593 MHz: 5120 bit x 3.186 Gbit/s = 2039 GB/s.
  memory = memsim.dram("HBM2E-3200", {
    channels = 40, tCK = "0.627746 ns", density = "8Gb",
    latency = "220.2 ns",                              -- [chase]: 405.1 - 149.6 - 35.3, a read of a sector that opens a row
    read_queue = 407, write_queue = 407,               -- not published: [little]
    mapping = "RoBaCoBgChBg1PcCo1", bank_hash = true,  -- [map]
    channel_hash = true,                               -- [hash]
    refresh = "per-bank",                              -- [read]
  }),
})
