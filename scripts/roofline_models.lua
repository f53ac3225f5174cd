-- roofline_models - a block of GPT-2 small on three machines, all tokens at once and token by token.
-- SPDX-License-Identifier: MIT
--
-- A row for each kernel of the block, and one for all of them one after the other, in which a kernel finds in the caches
-- what the one before has left there.  Prefill: all 128 tokens of a sequence; decode: one new token, which looks at 128.
-- The GPUs compute in halves, the CPU in singles.
--
-- Look at: intensity, roofline_regime and slowdown of each kernel, prefill next to decode.
-- You should see:
--  * Decode has about one operation a byte, for weights are read for one token.  It is memory-bound everywhere, and the time of
--    the total is that of reading 14 MB of weights (28 MB in singles), at half to nearly all of the memory's bandwidth.
--  * Prefill has a hundred times the operations, and takes two to five times as long.
--  * The A100 is far from its roofline: 128 tokens make too few tiles for 108 cores (contract: 24), the time of a kernel is that
--    of one tile, and what is shorter than a microsecond is latency.
--  * The M1 Pro is on it: compute-bound in prefill, memory-bound in decode.
--  * The total of prefill is less than the sum: a kernel finds in the caches what the one before has written.
--
-- Try: --set seq=512   --set batch=4   --set machine=m1-pro   --set model=bert-base --set phase=prefill

local memsim = require "memsim"

local kinds = {
  ["a100-40"]   = { dtype = "f16", precision = "f16_tensor", tile = 64 },
  ["m1-pro"]    = { dtype = "f16", precision = "f16", tile = 64 },
  ["xeon-6148"] = { dtype = "f32", precision = "f32", tile = 64 },
}
local names = { "norm_1", "qkv", "attention", "project", "norm_2", "hidden", "contract", "total" }

return memsim.sweep {
  title = "A block of a transformer",
  axes  = {
    { "machine", memsim.args.machine and { memsim.args.machine } or { "a100-40", "m1-pro", "xeon-6148" } },
    { "phase", memsim.args.phase and { memsim.args.phase } or { "prefill", "decode" } },
    { "kernel", names },
  },
  point = function(p)
    local kind = kinds[p.machine]
    local block = memsim.kernels_of("transformer_block", {
      model = memsim.args.model, phase = p.phase, batch = memsim.args.batch, seq = memsim.args.seq,
      dtype = kind.dtype, precision = kind.precision, tile = kind.tile,
    })
    return { machine = memsim.machine(p.machine), workload = block[p.kernel] }
  end,
}
