-- fusion - dropout(relu(x W)): three kernels that hand tensors through memory, or one.
-- SPDX-License-Identifier: MIT
--
-- A linear layer of 8 features, then ReLU, then dropout, for more and more tokens.  Apart, each kernel reads a tensor and
-- writes one: six moves.  Fused, only x is read and the result written: two.  (A cache that allocates on a write reads
-- what is written, too: nine moves against three.)  Caches are warm: each row is the second run.
--
-- Look at: memory_bytes (--columns 'tokens,fused,memory_bytes,time_s'), fused next to unfused, down the tokens.
-- You should see (a tensor has 32 bytes a token):
--  * Few tokens: all tensors fit in the 256 KiB of the L2, nothing goes to memory, and fusing saves only a fifth of the time.
--  * Many tokens: fused moves 3 tensors, unfused 9, and takes 1.6 times as long.
--  * The closed form says 2 : 1.  It takes what a kernel has just written for free when the next one reads it, which holds
--    as long as a cache is large enough; from which size on it is not is what simulation adds.
--
-- Try: --set l2=1MiB (the step moves)   --set features=64 (the product takes the time, and hides the traffic)

local memsim = require "memsim"

local features = memsim.args.features or 8

return memsim.sweep {
  title = "Three kernels or one",
  axes  = {
    { "tokens", { 512, 2048, 8192 } },
    { "fused", { false, true } },
  },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = { peak = "200 GFLOP/s", clock = "2 GHz", issue = 8, window = 256 },
        caches  = {
          { name = "L1", size = "32KiB", ways = 8, latency = "2 ns", mshrs = 16 },
          { name = "L2", size = memsim.args.l2 or "256KiB", ways = 8, latency = "6 ns", mshrs = 32 },
        },
        memory  = { bandwidth = "10 GB/s", latency = "60 ns" },
      },
      workload = memsim.kernel("linear_relu_dropout", {
        rows = p.tokens, inputs = features, outputs = features, fused = p.fused, warmup = "1 pass",
      }),
    }
  end,
}
