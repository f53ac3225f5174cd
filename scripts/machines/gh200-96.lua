-- gh200-96: NVIDIA GH200, the GPU of it, with 96 GB of HBM3.  A core is an SM, an access is what one thread, or in a nest a
-- warp, asks for.  The chip is that of h100-80, whose file says where its numbers come from; here is what differs.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [spec]   stas00/ml-engineering@744d01e, compute/accelerator/README.md (collects the vendor's spec pages): 4000 GB/s
--   [l2]     markdewing/AI_kernels@d916a39, latency/README.md: 60 MB, as the driver tells it
local memsim = require "memsim"

return memsim.machine("h100-80", {
  name        = "gh200-96",
  description = "NVIDIA GH200 (GPU), 96 GB of HBM3, 132 SMs",
  caches      = { { name = "L2", size = "60MiB" } },     -- [l2]
  memory      = { channels = 96 },                       -- [spec]: six stacks, at the rate of h100-80 4023 GB/s
})
