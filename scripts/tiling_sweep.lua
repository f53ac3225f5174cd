-- tiling_sweep - tiles of a matrix product in a cache: the valley, and what the closed form does not see.
-- SPDX-License-Identifier: MIT
--
-- C += A B, n x n doubles, tiled t x t x t, C in a register; one level of cache, simple memory.  The closed form takes the
-- cache for so many words: three tiles fill it at t = sqrt(words / 3), and the tiled product moves 2 n^3 / t + 2 n^2 words;
-- by Smith, Lowery, Langou and van de Geijn no order of the loops moves less than 2 n^3 / sqrt(words) - 2 words.  Both
-- stand in the titles, as the time that memory takes for them; each search lists its best tile first, then the runners-up.
--
-- Look at: time and l1 hit, from the best tile on.
-- You should see:
--  * A valley: towards its bottom time falls with the tile, beyond it, where tiles no longer fit, it is three times as much.
--  * In 4 KiB the best tile is 12, where the closed form says 13.1.  In 8 KiB it is 24, not 18.5: only the tile of B and rows
--    of A and C have to stay, not three tiles.  None comes near the bound.
--  * Lines: 12 takes longer than 8 in 8 KiB, though the closed form moves a third less: rows of tiles that are no multiple of
--    8 doubles begin and end within lines, which are brought in twice.
--  * Partial tiles: 18 takes as many tiles as 16 (six across), and longer; 2 n^3 / t knows no half tiles.
--  * Conflicts: with n = 64 a column of B falls into 2 of the 16 sets, which hold 16 lines: the best tile shrinks to 8, and 16
--    takes four times as long as with 8 doubles of padding a row.  The closed form knows no sets.
--
-- Try: --set ways=full (no conflicts)   --set line=8 (words)   --set n=120   --set cache=16KiB

local memsim = require "memsim"

local args = memsim.args
local n = args.n
local ways = args.ways or 8
local line = memsim.bytes(args.line or "64B")
local caches = args.cache and { args.cache } or { "4KiB", "8KiB" }
local bandwidth = memsim.quantity "12.8 GB/s"
local i, j, k = memsim.index("i", "j", "k")

local function product(size, pad, tile)
  local function matrix(name) return memsim.array(name, "f64", size, size, { pad = pad }) end
  local A, B, C = matrix "A", matrix "B", matrix "C"

  return memsim.nest { loops = { { i, size }, { j, size }, { k, size } },
                       body  = { memsim.read(A[i][k]), memsim.read(B[k][j]), memsim.update(C[i][j]), flops = 2 } }
    :tile { i = tile, j = tile, k = tile }
    :register(C)
end

local function machine(cache)
  return memsim.machine {
    compute = { peak = "4 GFLOP/s", clock = "2 GHz", issue = 2, window = 64 },
    caches  = { { name = "L1", size = cache, line = line, ways = ways, latency = "2 ns", mshrs = 32 } },
    memory  = { bandwidth = bandwidth, latency = "60 ns" },
  }
end

local function search(size, pad, cache)
  local bytes = memsim.bytes(cache)
  local bounds = memsim.bounds.gemm { m = size, n = size, k = size, words = bytes // 8 }
  local function ms(words) return words * 8 / bandwidth * 1e3 end

  return memsim.best {
    memsim.sweep {
      title = ("n = %d%s; %s of L1; closed form: tile %.1f and %.2f ms of memory; no order takes less than %.2f ms"):format(
        size, pad > 0 and (" + %d"):format(pad) or "", cache, bounds.tile, ms(bounds.tiled_words), ms(bounds.smith_words)),
      axes = {
        { "n", { size } }, { "pad", { pad } }, { "cache", { cache } },
        { "tile", { 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 28, 32, 40, 48 } },
      },
      point = function(p)
        return { machine = machine(p.cache), workload = product(p.n, p.pad, p.tile) }
      end,
    },
    objective = "time_s",
  }
end

local searches = {}
for _, cache in ipairs(caches) do
  searches[#searches + 1] = search(n or 96, 0, cache)
end
if n == nil then
  searches[#searches + 1] = search(64, 0, caches[#caches])
  searches[#searches + 1] = search(64, 8, caches[#caches])
end
return searches
