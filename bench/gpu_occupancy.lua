-- gpu_occupancy - bandwidth of streaming kernels by threads in flight, measured on three GPUs, next to ours.
-- SPDX-License-Identifier: MIT
--
--     LUA_CPATH='BUILD/.libs/?.so' lua5.4 bench/gpu_occupancy.lua [MACHINE]
--
-- Measured: RRZE-HPC/gpu-benches@1038c5d, gpu-stream (v100.txt, a100_80.txt, gh200.txt), GB/s of doubles: init (a = constant), read
-- (b), scale (a = s b), triad (a = b c + d); a thread does one element and ends.  Rows: threads of a block, blocks that an SM may
-- have at a time (of few, shared memory keeps out the others).  Measured are 2 GiB an array; here an eighth of a MiB or
-- more for each SM, and an L2 of 1 MiB, which keeps as little.  The first row of `read` is where the machine files have their
-- block_launch from; all else is predicted.
local memsim = require "memsim"

local kernels = { "init", "read", "scale", "triad" }
local measured = {
  ["v100"] = {
    { 32, 1, 78, 36, 67, 123 }, { 64, 2, 306, 139, 246, 400 }, { 128, 2, 599, 263, 426, 638 },
    { 256, 2, 897, 491, 675, 759 }, { 512, 2, 897, 746, 784, 777 }, { 1024, 2, 897, 867, 809, 788 },
  },
  ["a100-80"] = {
    { 32, 1, 106, 42, 80, 142 }, { 64, 2, 406, 166, 303, 534 }, { 128, 2, 792, 323, 579, 993 },
    { 256, 2, 1488, 615, 1025, 1571 }, { 512, 2, 1908, 1119, 1577, 1697 }, { 1024, 2, 1894, 1776, 1737, 1794 },
  },
  ["gh200-96"] = {
    { 32, 1, 153, 62, 120, 216 }, { 64, 2, 591, 245, 464, 798 }, { 128, 2, 1167, 486, 854, 1408 },
    { 256, 2, 2186, 935, 1397, 2367 }, { 512, 2, 3718, 1715, 2269, 3338 }, { 1024, 2, 3942, 2775, 3174, 3783 },
  },
}

local i = memsim.index "i"
local function body_of(kernel, n)
  local a, b, c, d = memsim.array("a", "f64", n), memsim.array("b", "f64", n), memsim.array("c", "f64", n), memsim.array("d", "f64", n)
  if kernel == "init" then return { memsim.write(a[i]) } end
  if kernel == "read" then return { memsim.read(b[i]) } end
  if kernel == "scale" then return { memsim.read(b[i]), memsim.write(a[i]) } end
  return { memsim.read(b[i]), memsim.read(c[i]), memsim.read(d[i]), memsim.write(a[i]) }
end

local function point_of(name, block, blocks, kernel)
  local machine = memsim.machine(name, {
    compute = { window = block * blocks }, caches = { { name = "L2", size = "1MiB" } },
  })
  local n = machine.cores * math.max(8 * block * blocks, 1 << 14)
  local nest = memsim.nest { loops = { { i, n } }, body = body_of(kernel, n) }
  return { machine = machine, workload = nest:tile { i = block }:parallel "i_tile" }
end

local sum, count = 0, 0
for _, name in ipairs(arg[1] and { arg[1] } or { "v100", "a100-80", "gh200-96" }) do
  local what, points = {}, {}
  for _, row in ipairs(measured[name]) do
    for k, kernel in ipairs(kernels) do
      what[#what + 1] = string.format("%-9s %4d threads x %d  %-5s", name, row[1], row[2], kernel)
      points[what[#what]] = { row[1], row[2], kernel, row[2 + k] }
    end
  end
  local rows = memsim.run(memsim.sweep {
    axes = { { "what", what } },
    point = function(p) return point_of(name, table.unpack(points[p.what], 1, 3)) end,
  })
  for _, row in ipairs(rows) do
    if row.status ~= "ok" then error(row.status) end
    local theirs, ours = points[row.what][4], 1e-9 * row.compulsory_bytes / row.time_s
    print(string.format("%s %6.0f %6.0f GB/s %+6.1f %%", row.what, theirs, ours, 100 * (ours / theirs - 1)))
    sum, count = sum + math.abs(ours / theirs - 1), count + 1
  end
end
print(string.format("mean of all errors: %.1f %%", 100 * sum / count))
