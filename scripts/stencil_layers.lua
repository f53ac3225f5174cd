-- stencil_layers - layer conditions: how many bytes an update of a stencil moves, by what a cache can hold.
-- SPDX-License-Identifier: MIT
--
-- A 7-point Jacobi sweep over grids of doubles that grow; two caches of 16 KiB and 256 KiB.  The first planes are not
-- counted: from then on each plane does what the one before did.
--
-- Look at: --columns 'edge,flops,l1_below_bytes,memory_bytes'; an update is 13 operations, so divide bytes by flops / 13.
-- You should see plateaus (layer conditions: Stengel et al., ICS 2015), with write-allocation and write-back in them:
--  * 24 bytes as long as a cache holds the planes that are in use, three to read and one to write: the L2 up to an edge of 78.
--  * 40 bytes when it holds only their rows, for each plane comes in three times: the L2 from 110 on, the L1 before.
--  * 56 bytes when it does not even hold the rows: the L1 at an edge of 446.
--  * A few percent more on small grids: lines at the ends of rows.
--  * The closed form counts 16 bytes for each update, and two planes more: it knows no caches.
--
-- Try: --set l2=1MiB (the step moves to twice the edge)   --set shape=box   --set radius=2
-- (The edges are no multiples of 8: then all rows of all planes begin in the same sets, and conflicts blur the picture.)

local memsim = require "memsim"

local radius = memsim.args.radius or 1

return memsim.sweep {
  title = "Layer conditions of a stencil",
  axes  = { { "edge", { 30, 62, 78, 110, 158, 222, 318, 446 } } },
  point = function(p)
    local inside = p.edge - 2 * radius
    local shape = memsim.args.shape or "star"
    local points = shape == "box" and (2 * radius + 1) ^ 3 or 6 * radius + 1
    local warm = math.max(2 * radius + 2, math.ceil(2 * 256 * 1024 / (16 * p.edge ^ 2)))
    return {
      machine = memsim.machine {
        timing  = false,
        compute = { peak = "10 GFLOP/s", clock = "2 GHz" },
        caches  = {
          { name = "L1", size = memsim.args.l1 or "16KiB", ways = 8 },
          { name = "L2", size = memsim.args.l2 or "256KiB", ways = 16 },
        },
        memory  = { bandwidth = "25.6 GB/s", latency = "60 ns" },
      },
      workload = memsim.kernel("stencil3d", {
        n = p.edge, planes = warm + 4 + 2 * radius, shape = shape, radius = radius,
        warmup = math.tointeger(warm * inside * inside * (points + 1)),
      }),
    }
  end,
}
