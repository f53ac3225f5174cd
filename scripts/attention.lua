-- attention - standard against flash, over the length of the sequence.
-- SPDX-License-Identifier: MIT
--
-- One head of 64 elements in halves, forward, on one of the 108 cores of an A100 with its share of the L2 and of the
-- memory's bandwidth.  Standard writes S = q k^T and P = softmax(S) to memory and reads them back; flash (FlashAttention,
-- arXiv:2205.14135) keeps blocks of them on the chip.
--
-- Look at: memory_bytes (--columns 'seq,variant,memory_bytes,time_s,regime'), time and what bounds it, down the lengths.
-- You should see:
--  * As soon as S and P (seq^2 halves each) leave the L2 share of 380 KiB, from 512 on, standard moves them in and out: three
--    times what is compulsory, and each doubling of the length costs four times the bytes.
--  * Flash moves what q, k, v and o take, and that grows with the length: at 1024 a twenty-fifth of standard.
--  * The operations are the same to a thousandth.  Standard is memory-bound at any length, flash compute-bound from 512 on,
--    and nine times as fast at 1024.
--  * The roofline, which counts S and P once, calls standard three times too fast.
--
-- Try: --set l2=96KiB (k and v no longer stay: each block of queries reads them again)   --set d=128

local memsim = require "memsim"

local cores = 108

return memsim.sweep {
  title = "Standard and flash attention",
  axes  = {
    { "seq", { 128, 256, 512, 1024 } },
    { "variant", { "standard", "flash" } },
  },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = { peak = 312e12 / cores, clock = "1410 MHz", issue = 32, window = 2048 },
        caches  = {
          { name = "L2", size = memsim.args.l2 or "380KiB", line = "128B", ways = 16, latency = "151 ns", mshrs = 2048 },
        },
        memory  = { bandwidth = 1555e9 / cores, latency = "407 ns" },
      },
      workload = memsim.kernel("attention", {
        variant = p.variant, heads = 1, queries = p.seq, keys = p.seq, d = memsim.args.d or 64, br = 128, bc = 64,
      }),
    }
  end,
}
