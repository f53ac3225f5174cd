-- toy: a small made-up machine with round numbers, for first steps and for arithmetic in the head.
-- Every number is a choice, not a measurement: the ridge point is 10 GFLOP/s / 25.6 GB/s = 0.39 FLOP/B,
-- and 16 slots of 64-byte lines in 60 ns are 17.1 GB/s, so that latency is felt.
-- SPDX-License-Identifier: MIT
return {
  description = "a small made-up core with two caches",
  cores   = 1,
  compute = { peak = "10 GFLOP/s", clock = "2 GHz", issue = 1, window = 16 },
  caches  = {
    { name = "L1", size = "32KiB", line = "64B", ways = 8,  latency = "2 ns", mshrs = 8 },
    { name = "L2", size = "1MiB",  line = "64B", ways = 16, latency = "6 ns", mshrs = 16, shared = true },
  },
  memory  = { type = "simple", channels = 2, bandwidth = "25.6 GB/s", latency = "60 ns" },
}
