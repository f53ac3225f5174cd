-- stream: McCalpin's STREAM on machines with DRAM: how much of the peak read, copy and triad get, and what the rest goes to.
-- SPDX-License-Identifier: MIT

-- An access is what a group of threads asks for together: 128 B, a line.  So nothing is fetched for a write (the groups of
-- a GPU write whole lines), and a core has as many slots as its threads have such accesses in flight: threads x 8 B / 128 B
-- (of doubles; of floats half as many).  Where whole lines are streamed the sectors of a GPU change little but the number of
-- requests: lines are moved as a whole here; --set grain=32 moves the machine's sectors (and takes twice as long to run).
-- STREAM's arrays are much larger than the last cache.  Here they are small, and the last cache too, which has nothing to
-- keep: a shorter run.  It is filled first (warmup), so that each line read throws one out and what is written reaches memory.
--
-- Measured, GB/s: te42kyfo/gpu-benches@1c36d50, gpu-stream (read, scale, triad of doubles)
--   a100-40 1490 1381 1375     a100-80 1769 1732 1759     v100 866 804 814 (BabelStream's triad: 846)
-- The second sweep adds two vectors of floats on an M1 Pro, a tenth of 10 million on a tenth of its cache (all of it: --set
-- part=1), from a cold start: 660.7 us were measured for all, and 64 is the queue of the machine file.
--
-- What to look at: the mem_bus columns, which add up to the time: data, turning round between reads and writes, opening
-- rows, refresh.  Try --set queue=64 (the controller's), --set refresh=all-bank, --set machine=v100, --set MiB=4.
local memsim = require "memsim"

local args = memsim.args
local arrays_of = { sequential = 1, copy = 2, triad = 3 }
local array_bytes = (tonumber(args.MiB) or 16) << 20
local L2_bytes = 1 << 20
local grain = tonumber(args.grain) or 128
local sector = grain == 128 and "line" or nil
local controller = { refresh = args.refresh, read_queue = args.queue, write_queue = args.queue }

local stream = memsim.sweep {
  title = "STREAM",
  axes  = {
    { "machine", { args.machine or "a100-40", not args.machine and "a100-80" or nil, not args.machine and "v100" or nil } },
    { "kernel", { "sequential", "copy", "triad" } },
  },
  point = function(p)
    return {
      machine = memsim.machine(p.machine, {
        compute = { window = 2048 * 8 // grain },
        caches  = { { name = "L1", sector = sector }, { name = "L2", size = L2_bytes, sector = sector } },
        memory  = controller,
      }),
      workload = memsim.workload {
        pattern = p.kernel, size = grain, footprint = arrays_of[p.kernel] * array_bytes, warmup = 2 * L2_bytes // grain,
      },
    }
  end,
}

-- 3 x 40 MB, in whole lines.
local part = tonumber(args.part) or 10
local vector_add = memsim.sweep {
  title = "Vector add on an M1 Pro",
  axes  = { { "queue", { 32, 64, 128 } } },
  point = function(p)
    return {
      machine = memsim.machine("m1-pro", {
        compute = { window = 3072 * 4 // 128 },
        caches  = { { name = "SLC", size = (24 << 20) // part // 2048 * 2048 } },
        memory  = { read_queue = p.queue, write_queue = p.queue, refresh = args.refresh },
      }),
      workload = memsim.workload { pattern = "triad", size = "128B", footprint = 120000000 // part // 384 * 384 },
    }
  end,
}

return { stream, vector_add }
