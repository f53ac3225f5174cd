-- stencil_traffic - measured bytes between the levels of a machine, for each update of a stencil, next to ours.
-- SPDX-License-Identifier: MIT
--
--     LUA_CPATH='BUILD/.libs/?.so' lua5.4 bench/stencil_traffic.lua FILE.csv [EVERY [MACHINE [L3]]]
--
-- FILE.csv: columns of INSPECT (RRZE-HPC/INSPECT, likwid counters of one core).  EVERY: only each so many-th row.
-- MACHINE: of the library, xeon-6148 unless given.  L3: its size, where a socket is split into halves by sub-NUMA
-- clustering or cluster-on-die, such as 13.75MiB.
--
-- What is simulated: one core of the machine, without time; vectors of 32 bytes; a grid of
-- which as many planes are walked through as fill the caches twice, then two more, which count: from then on each
-- plane does what the one before did.  Grids that are not large enough for that are walked through whole, after a walk
-- that does not count.  Physical pages are the program's: the machines ran with transparent huge pages "always" (INSPECT,
-- _data/machine_files), and pages of 2 MiB leave the index of L1 and L2 as it is, whose ways are 64 KiB or less; on
-- xeon-6148 random ones change nothing.  Random pages of 4 KiB, which arrays below 2 MiB get, move what crosses L2-L3 of
-- such grids either way: of 11 rows the median error goes from 3.6 to 4.8 %, the worst from 100 to 42 %.  Traffic is what comes in and what goes out; what leaves the L2 clean goes to the L3, too.
local memsim = require "memsim"

local VECTOR = 32

local function read_rows(path, every)
  local names, rows, number = {}, {}, 0
  for line in io.lines(path) do
    local fields = {}
    for field in (line .. ","):gmatch("([^,]*),") do fields[#fields + 1] = field end
    if number == 0 then
      names = fields
    elseif number % every == 0 then
      local row = {}
      for i, name in ipairs(names) do row[name] = tonumber(fields[i]) or fields[i] end
      rows[#rows + 1] = row
    end
    number = number + 1
  end
  return rows
end

-- What the name of a stencil says: "3D/r2/heterogeneous/star/variable/double".
local function describe(row)
  local radius, kind, shape, weights, element = row.stencil:match("^3D/r(%d)/([^/]+)/([^/]+)/([^/]+)/([^/]+)$")
  radius = tonumber(radius)
  local of_its_own = { homogeneous = 1, isotropic = radius + 1, ["point-symmetric"] = 3 * radius + 1,
                       heterogeneous = 6 * radius + 1 }
  return {
    n = row.N_cubed_edge, radius = radius, shape = shape, dtype = element == "double" and "f64" or "f32",
    coefficients = weights == "variable" and of_its_own[kind] or 0,
    -- The file counts 8 updates to a line in any case; of floats there are 16.
    scale = element == "double" and 1 or 2,
  }
end

-- Rows whose columns are shifted: their "layer conditions" say 8 bytes for 27 points, or nothing.
local function is_shifted(row)
  local traffic = tonumber(row.layercond_L1L2_B_per_LUP)
  return not traffic or traffic < 24
end

local machine = memsim.machine(arg[3] or "xeon-6148", {
  cores = 1, timing = false, caches = arg[4] and { { name = "L3", size = arg[4] } } or nil,
})
local caches_bytes = 0
for _, cache in ipairs(machine.caches) do caches_bytes = caches_bytes + memsim.quantity(cache.size) end

local function point_of(stencil)
  local n, r, size = stencil.n, stencil.radius, memsim.element_bytes(stencil.dtype)
  local inside = n - 2 * r
  local warm = math.ceil(2 * caches_bytes / (n * n * size * (2 + stencil.coefficients))) + 2 * r + 2
  local planes, counted = warm + 2 + 2 * r, 2
  local warmup
  local neighbours = stencil.shape == "box" and (2 * r + 1) ^ 3 or 6 * r + 1
  if planes < n and n >= 160 then
    local vectors = (inside + VECTOR // size - 1) // (VECTOR // size)
    warmup = math.tointeger(warm * inside * vectors * (neighbours + stencil.coefficients + 1))
  else
    planes, counted, warmup = n, inside, "1 pass"
  end
  stencil.updates = counted * inside * inside
  return {
    machine = machine,
    workload = memsim.kernel("stencil3d", {
      n = n, planes = planes, radius = r, shape = stencil.shape, dtype = stencil.dtype,
      coefficients = stencil.coefficients, vector = VECTOR, warmup = warmup,
    }),
  }
end

-- The value below which a share of the list lies.
local function quantile(list, share)
  table.sort(list)
  return list[math.max(1, math.ceil(share * #list))] or 0 / 0
end

local function print_errors(what, errors)
  print(string.format("%-34s %4d rows: median %5.1f %%, 90th percentile %5.1f %%, worst %5.1f %%", what, #errors,
    100 * quantile(errors, 0.5), 100 * quantile(errors, 0.9), 100 * quantile(errors, 1)))
end

local rows, numbers = {}, {}
for _, row in ipairs(read_rows(arg[1], math.tointeger(tonumber(arg[2] or 1)))) do
  if not is_shifted(row) then
    rows[#rows + 1] = describe(row)
    rows[#rows].measured = row
    numbers[#rows] = #rows
  end
end
local results = memsim.run(memsim.sweep {
  axes = { { "row", numbers } }, point = function(p) return point_of(rows[p.row]) end,
}, { columns = "*,l1_fetches,l2_fetches" })

local errors = { l1_l2 = {}, l2_l3 = {}, memory = {}, theirs = {} }
print(string.format("%-42s %5s %17s %17s %17s %8s", "stencil: measured and simulated bytes", "edge", "L1-L2", "L2-L3",
  "L3-memory", "cachesim"))
for i, row in ipairs(rows) do
  local result, m = results[i], row.measured
  if result.status ~= "ok" then error(result.status) end
  local line = 64 * row.scale / row.updates
  local measured = {
    l1_l2 = m.measured_L1L2_load_B_per_LUP + m.measured_L1L2_evict_B_per_LUP,
    l2_l3 = m.measured_L2L3_load_B_per_LUP + m.measured_L2L3_evict_B_per_LUP,
    memory = m.measured_L3MEM_load_B_per_LUP + m.measured_L3MEM_evict_B_per_LUP,
  }
  local ours = {
    l1_l2 = (result.l1_fetches + result.l1_writebacks) * line,
    -- An exclusive L3 takes all victims, another one those that are dirty.
    l2_l3 = (result.l2_fetches + (result.l3_victims or result.l2_writebacks)) * line,
    memory = (result.mem_reads + result.mem_writes) * line,
  }
  for level, value in pairs(measured) do
    -- What fits in a cache above moves next to nothing, of which a share says nothing.
    if value >= 2 then table.insert(errors[level], math.abs(ours[level] - value) / value) end
  end
  if measured.memory >= 2 then
    table.insert(errors.theirs, math.abs(m.cachesim_L3MEM_B_per_LUP - measured.memory) / measured.memory)
  end
  print(string.format("%-42s %5d %8.2f %8.2f %8.2f %8.2f %8.2f %8.2f %8.2f", m.stencil, row.n, measured.l1_l2, ours.l1_l2,
    measured.l2_l3, ours.l2_l3, measured.memory, ours.memory, m.cachesim_L3MEM_B_per_LUP))
end
print()
print_errors("L1-L2", errors.l1_l2)
print_errors("L2-L3", errors.l2_l3)
print_errors("L3-memory", errors.memory)
print_errors("L3-memory, cachesim of the file", errors.theirs)
