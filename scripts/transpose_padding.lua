-- transpose_padding - why a matrix of 512 x 512 is slower to transpose than one of 520 x 520.
-- SPDX-License-Identifier: MIT
--
-- B = A transposed, doubles, row by row or in tiles of 8 x 8 (a line), with and without a few unused elements behind
-- each row.  Rows of 4 KiB: the elements of a column lie a power of two apart, so that they all meet in the same set of the
-- L1, which holds 8 of them.
--
-- Look at: l1_misses (--columns 'tile,pad,l1_misses,time_s') and time.
-- You should see (a line holds 8 doubles; each matrix has 32768 lines):
--  * Row by row, no padding: each element of B misses, 262144, and each line of A: 294912 in all.
--  * Row by row, padded by a line: the columns spread over all sets.  But a column of B takes 512 lines, all that the L1 has,
--    and the row of A needs some, too: it does not help.
--  * Tiles of 8 x 8, no padding: the 8 lines of a tile of B share a set, and now and then a line of A is in it, too: 69120.
--  * Tiles and padding: what is compulsory, 65536.
--
-- Try: --set n=500 (nothing to pad)   --set pad=1 (a row is no longer a whole number of lines)

local memsim = require "memsim"

local n = memsim.args.n or 512

return memsim.sweep {
  title = "Transposing with and without padding",
  axes  = {
    { "tile", { 0, 8 } },
    { "pad", { 0, memsim.args.pad or 8 } },
  },
  point = function(p)
    return {
      machine = memsim.machine {
        compute = { peak = "10 GFLOP/s", clock = "2 GHz", issue = 2, window = 64 },
        caches  = { { name = "L1", size = "32KiB", ways = 8, latency = "2 ns", mshrs = 16 } },
        memory  = { bandwidth = "25.6 GB/s", latency = "60 ns" },
      },
      workload = memsim.kernel("transpose", { m = n, n = n, tile = p.tile, pad = p.pad }),
    }
  end,
}
