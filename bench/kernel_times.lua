-- kernel_times - published times and bytes of kernels on GPUs, next to ours.
-- SPDX-License-Identifier: MIT
--
--     LUA_CPATH='BUILD/.libs/?.so' lua5.4 bench/kernel_times.lua
--
-- M1 Pro (16 GPU cores): vector add of 10 million floats 660.7 us; product of 2048 x 2048 floats in 5.07 ms with 429 GB/s of
-- loads and stores, hence tiles of about 32 x 32.  A100 (40 GB): attention of GPT-2 medium, 64 sequences of 1024 tokens, 16
-- heads of 64 in halves, forward and backward: 40.3 GB and 41.7 ms standard, 4.4 GB and 7.3 ms flash (arXiv:2205.14135).
-- H100 (SXM5): BabelStream of doubles, 33.5 million an array, in TB/s (Azure/AI-benchmarking-guide, ND_H100_v5_results.md); a
-- tenth of it with a tenth of the L2 is simulated, once before it counts.  Transposed copies of 32,768 x 32,768 floats in
-- blocks of 32 x 32 threads (yencal/gpu-matrix-transpose@cab46502): 18.06 ms with coalesced reads, 5.07 ms through shared
-- memory, 3.10 ms with four rows a thread; 128 rows of them are simulated.
-- Heads do not share anything: 4 of the 64 sequences are simulated, and multiplied by 16.  Transposed copies of 4096 x 4096
-- floats in blocks of 16 x 16 threads (github.com/ayush-os/transpose): 161.1 us with coalesced reads, 143.6 us with coalesced
-- writes.  131,072 embeddings of 4096 floats, 16,384 of them picked: 0.320 ms (linkedin/Liger-Kernel@ead96b61, A100 80 GB); an
-- eighth of them is simulated.
-- Naive products of 4096 x 4096 floats, blocks of 32 x 32 threads, the loop over k unrolled by 4 (siboehm/SGEMM_CUDA, kernels
-- 1 and 2, as others have run them): neighbouring threads in a column of C 0.29 TFLOP/s on an A100 and 0.22 on a V100, in a row
-- 3.01 to 3.43 on an A100, 1.92 on a V100, 5.4 to 5.8 on an H100; with tiles of 32 x 32 of A and B in shared memory 5.36 to 5.44
-- on an A100, 3.99 on a V100; two blocks for each SM and an eighth of k are simulated.
local memsim = require "memsim"

local function run(machine, workload)
  local row = memsim.run(memsim.sweep { point = function() return { machine = machine, workload = workload } end })[1]
  if row.status ~= "ok" then error(row.status) end
  return row
end

local function show(what, published, ours, unit)
  print(string.format("%-58s %9.3f %9.3f %-7s %+6.1f %%", what, published, ours, unit, 100 * (ours / published - 1)))
end

local m1 = memsim.machine "m1-pro"
local add = run(m1, memsim.kernel("add", { n = 10000000, dtype = "f32" }))
show("M1 Pro, c = a + b of 10 M floats", 660.7, 1e6 * add.time_s, "us")
local gemm = memsim.kernel("gemm_staged", {
  m = 2048, n = 2048, k = 2048, dtype = "f32", tile_m = 32, tile_n = 32, tile_k = 32,
})
local product = run(m1, gemm)
show("M1 Pro, product of 2048 x 2048 floats", 5.07, 1e3 * product.time_s, "ms")
print(string.format("  its roofline %.2f ms; %.2f GB asked for (published 2.17), %.3f GB from memory (unique 0.050), %s",
  1e3 * product.roofline_time_s, 1e-9 * product.requested_bytes, 1e-9 * product.memory_bytes, product.regime))

local a100 = memsim.machine "a100-40"
for _, variant in ipairs { "standard", "flash" } do
  local row = run(a100, memsim.kernel("attention", {
    variant = variant, batch = 4, heads = 16, queries = 1024, keys = 1024, d = 64, br = 128, bc = 64,
    precision = "f16_tensor",
  }))
  print(string.format("A100, attention forward, %-8s: %6.2f GB from and to memory, %6.2f GB compulsory, %6.2f ms, %s", variant,
    16e-9 * row.memory_bytes, 16e-9 * row.compulsory_bytes, 16e3 * row.time_s, row.regime))
end
print("  published for forward and backward: 40.3 GB and 41.7 ms standard, 4.4 GB and 7.3 ms flash")

local i, j = memsim.index("i", "j")
local function transpose(from, to)
  local n = 4096
  local a, b = memsim.array("A", "f32", n, n), memsim.array("B", "f32", n, n)
  return memsim.nest {
    loops = { { i, n }, { j, n } }, body = { memsim.read(from(a)), memsim.write(to(b)) },
  }:tile { i = 16, j = 16 }:parallel "j_tile"
end
local function straight(x) return x[i][j] end
local function across(x) return x[j][i] end
show("A100, transpose of 4096 x 4096 floats, coalesced reads", 161.1, 1e6 * run(a100, transpose(straight, across)).time_s, "us")
show("A100, transpose of 4096 x 4096 floats, coalesced writes", 143.6, 1e6 * run(a100, transpose(across, straight)).time_s, "us")
local gather = memsim.kernel("gather", { n = 2048, rows = 131072, width = 4096, dtype = "f32" })
show("A100 80 GB, 16,384 of 131,072 embeddings of 16 KiB", 320, 8e6 * run(memsim.machine "a100-80", gather).time_s, "us")

local h100 = memsim.machine "h100-80"
local small_L2 = memsim.machine(h100, { caches = { { name = "L2", size = "5MiB" } } })
for _, published in ipairs { { "copy", 2.90 }, { "scale", 2.90 }, { "add", 2.97 }, { "triad", 2.97 } } do
  local row = run(small_L2, memsim.kernel(published[1], { n = 3355392, dtype = "f64", warmup = "1 pass" }))
  show("H100, " .. published[1] .. " of doubles", published[2], 1e-12 * row.compulsory_bytes / row.time_s, "TB/s")
end

local n, rows = 32768, 128
local A, B = memsim.array("A", "f32", n, n), memsim.array("B", "f32", n, n)
local naive = memsim.nest { loops = { { i, rows }, { j, n } }, body = { memsim.read(A[i][j]), memsim.write(B[j][i]) } }
local row = run(h100, naive:tile { i = 32, j = 32 }:parallel "j_tile")
show("H100, transpose of 32,768 x 32,768 floats, coalesced reads", 18.06, 1e3 * n / rows * row.time_s, "ms")

-- Each of the 32 x 32 threads of a block moves one element, or each of fewer so many, which it reads at once.
local s, t, p, q = memsim.index("s", "t", "p", "q")
local shared = memsim.nest { loops = { { s, rows // 32 }, { t, n // 32 } }, body = {
  { loops = { { i, 32 }, { j, 32 } }, body = { memsim.read(A[32 * s + i][32 * t + j]) } },
  { loops = { { p, 32 }, { q, 32 } }, body = { memsim.write(B[32 * t + p][32 * s + q]) } },
} }:parallel "t"
for _, published in ipairs { { 1, 5.07 }, { 4, 3.10 } } do
  local machine = memsim.machine(h100, { compute = { window = 2048 * published[1] } })
  local through = run(machine, shared)
  show(string.format("H100, the same through shared memory, %d a thread", published[1]), published[2],
    1e3 * n / rows * through.time_s, "ms")
end

local side = 4096
local function product_on(gpu, of)
  local a, b, c = memsim.array("A", "f32", side, side), memsim.array("B", "f32", side, side), memsim.array("C", "f32", side, side)
  return run(gpu, of { m = 8 * gpu.cores, n = 256, k = 512, A = a, B = b, C = c })
end
local function naive_product(order)
  return function(size)
    size.order, size.threads, size.unroll = order, 32, 4
    return memsim.kernel("gemm", size)
  end
end
local function shared_product(size)
  local nest = memsim.kernel("gemm", size).nest:register(size.C):tile { k = 32 }:threads { i = 32, j = 32 }
  nest = nest:stage { array = size.A, at = "k_tile", to = "scratch" }:stage { array = size.B, at = "k_tile", to = "scratch" }
  return nest:unroll { k = 4 }
end
for _, published in ipairs {
  { "a100-40", "not coalesced", naive_product "jik", "0.29", 0.29 },
  { "v100", "not coalesced", naive_product "jik", "0.22", 0.22 },
  { "a100-40", "coalesced", naive_product "ijk", "3.01 to 3.43", 3.22 },
  { "v100", "coalesced", naive_product "ijk", "1.92", 1.92 },
  { "h100-80", "coalesced", naive_product "ijk", "5.4 to 5.8", 5.6 },
  { "a100-40", "in shared memory", shared_product, "5.36 to 5.44", 5.4 },
  { "v100", "in shared memory", shared_product, "3.99", 3.99 },
} do
  local product_row = product_on(memsim.machine(published[1]), published[3])
  show(string.format("%s, product %s, %s published", published[1], published[2], published[4]), published[5],
    1e-12 * product_row.flops / product_row.time_s, "TFLOP/s")
end
