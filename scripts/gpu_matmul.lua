-- gpu_matmul - four ways to write a product of matrices for a GPU, from 0.3 to 5 TFLOP/s, and why.
-- SPDX-License-Identifier: MIT
--
-- C = C + A B with floats on an A100: a thread sums one element of C, a block has 32 x 32 threads.  A slice of a product of
-- 4096 x 4096 is simulated: a block for each SM, 128 steps along k.
--   naive      neighbouring threads have rows of C: what a warp reads of A lies in 32 lines, all in one bank of the L1
--   coalesced  they have columns: what a warp reads of A is one word, of B one line
--   unrolled   the same, and the compiler has unrolled the loop over k by 4, as it does: a thread has 8 reads in flight, not 2
--   shared     tiles of 32 x 32 of A and B are copied to shared memory first, and read from there
--
-- Look at: achieved_flop_per_s, l1_misses, compute_starved_s, compute_scratch_s
-- (--columns 'product,achieved_flop_per_s,l1_misses,compute_*').
-- You should see:
--  * naive: about 0.3 TFLOP/s, 33 cycles of the L1 for 64 operations: 32 for A's bank conflicts, one for B.
--  * coalesced: three times that, for want of reads in flight; unrolled: nine times, on the way to 2 cycles of the L1 for 64
--    operations.
--  * shared: five rows of the banks of shared memory for 256 operations, as a thread reads four words of A at once (without
--    :unroll eight rows); compute waits for them more than half of the time.
--  * misses of the L1, and the roofline, 19.5 TFLOP/s, are the same for all: bytes that cross a boundary do not tell them
--    apart.
-- Measured with 4096 x 4096 (siboehm/SGEMM_CUDA, as others have run it on A100s): naive 0.29, unrolled 3.01 to 3.43, shared
-- 5.4 TFLOP/s.
--
-- Try: --set machine=v100   --set rows=8 (blocks of 8 x 32 threads)   --set k=512 (what begins and ends counts less)

local memsim = require "memsim"

local n, rows = 4096, memsim.args.rows or 32
local gpu = memsim.machine(memsim.args.machine or "a100-40")

local function product(name)
  local A, B, C = memsim.array("A", "f32", n, n), memsim.array("B", "f32", n, n), memsim.array("C", "f32", n, n)
  local nest = memsim.kernel("gemm", {
    m = rows * gpu.cores // 4, n = 128, k = memsim.args.k or 128, A = A, B = B, C = C,
    order = name == "naive" and "jik" or "ijk",
  }).nest:register(C)
  if name == "shared" then nest = nest:tile { k = 32 } end
  nest = nest:threads { i = rows, j = 32 }
  if name == "shared" then
    nest = nest:stage { array = A, at = "k_tile", to = "scratch" }:stage { array = B, at = "k_tile", to = "scratch" }
  end
  if name ~= "coalesced" then nest = nest:unroll { k = 4 } end
  return nest
end

return memsim.sweep {
  title = "Products of matrices on a GPU",
  axes  = { { "product", { "naive", "coalesced", "unrolled", "shared" } } },
  point = function(p) return { machine = gpu, workload = product(p.product) } end,
}
