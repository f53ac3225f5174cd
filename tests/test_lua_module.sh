#!/bin/sh
# The Lua module in a stock Lua 5.4: require "memsim", memsim.run.
#
# LUA is the interpreter, LUA_CPATH where the module is, ASAN_PRELOAD a library to load first.
# SPDX-License-Identifier: MIT
set -u
if ! "${LUA:=lua5.4}" -v >/dev/null 2>&1; then
    echo "1..0 # SKIP there is no $LUA"
    exit 0
fi
if [ -n "${ASAN_PRELOAD-}" ]; then
    LD_PRELOAD=$ASAN_PRELOAD ASAN_OPTIONS=detect_leaks=0
    export LD_PRELOAD ASAN_OPTIONS
fi
exec "$LUA" - <<'EOF'
local count = 0
local function ok(good, name)
  count = count + 1
  print((good and "ok " or "not ok ") .. count .. " - " .. name)
end
local function fails(name, text, ...)
  local good, message = pcall(...)
  good = not good and tostring(message):find(text, 1, true) ~= nil
  ok(good, name)
  if not good then print("# " .. tostring(message)) end
end

local memsim = require "memsim"

local function sweep(title, trace)
  return memsim.sweep {
    title = title,
    axes = { { "n", { 1, 2, 3 } }, { "kind", { "sequential", "random" } } },
    point = function(p)
      return {
        machine = memsim.machine {
          compute = { peak = "1 GFLOP/s" },
          caches = { { name = "L1", size = "1KiB", ways = 2 } },
          memory = { type = "simple", bandwidth = "1 GB/s" },
        },
        workload = p.n == 2 and trace and memsim.workload { trace = trace }
          or memsim.workload { pattern = p.kind, footprint = "64KiB", accesses = p.n * 1000 },
      }
    end,
  }
end

local rows = memsim.run(sweep "one")
ok(#rows == 6, "a sweep gives a list of its rows")
ok(rows[1].n == 1 and rows[1].kind == "sequential" and rows[6].n == 3 and rows[6].kind == "random",
  "rows are in the order of the points and have the axes")
ok(rows[1].status == "ok" and rows[1].accesses == 1000 and math.type(rows[1].accesses) == "integer",
  "counts are integers")
ok(rows[1].time_s >= rows[1].roofline_time_s and rows[1].regime == "memory-bound", "rows have the columns of a result")
ok(rows[1].wall_s == nil, "columns on demand do not come by themselves")

local few = memsim.run(sweep "one", { jobs = 2, columns = "time_s,wall_s,l1_h*" })
ok(few[1].time_s == rows[1].time_s and few[1].wall_s and few[1].l1_hits == rows[1].l1_hits and few[1].n == nil,
  "columns chooses, and the number of jobs changes nothing")
local counts = memsim.run(sweep "one", { columns = "l1_misses,a_l1_misses,l1_useful_fraction" })
ok(counts[1].a_l1_misses == counts[1].l1_misses and counts[1].l1_useful_fraction > 0,
  "columns that are counted on demand come when asked for")
local lists = memsim.run({ sweep "one", sweep "two" }, { jobs = 1 })
ok(#lists == 2 and #lists[1] == 6 and #lists[2] == 6 and lists[2][6].time_s == rows[6].time_s,
  "a list of sweeps gives a list of lists")
ok(#memsim.run({ sweep "one" })== 1, "a list of one sweep gives a list of one list")
ok(#memsim.run(memsim.best { sweep "one", objective = "time_s" }) == 6, "memsim.best runs like a sweep")
ok(memsim.run(sweep "one", { seed = 5 })[1].seed == 5, "seed replaces the seed")

local damaged = os.tmpname()
local file = assert(io.open(damaged, "w"))
file:write("0 0\n0 40\nrubbish\n"):close()
local failed = memsim.run(sweep("one", damaged))
os.remove(damaged)
ok(failed[1].status == "ok" and failed[3].status:find("^failed: ") and failed[3].time_s == nil and failed[6].status == "ok",
  "a point that fails is a row that says so")

fails("an unknown option is an error with the nearest", "jobs", memsim.run, sweep "one", { jbos = 2 })
fails("no jobs is an error", "jobs", memsim.run, sweep "one", { jobs = 0 })
fails("a column that is not there is an error with the nearest", "time_s", memsim.run, sweep "one", { columns = "tme_s" })
fails("what is no sweep is an error", "sweep", memsim.run, 42)
fails("nothing is an error", "argument", memsim.run)
fails("a wrong key is an error", "polcy", function()
  return memsim.run(memsim.sweep { axes = { { "n", { 1 } } }, title = "x", point = function()
    return {
      machine = memsim.machine { compute = { peak = 1 }, caches = { { name = "L1", size = 1024, polcy = "lru" } },
        memory = { type = "simple", bandwidth = 1 } },
      workload = memsim.workload { pattern = "random", footprint = 1024 },
    }
  end })
end)
local same, refused = 0, 0
for _ = 1, 20 do
  local again = memsim.run(sweep "again", { columns = "time_s" })
  if #again == 6 and again[6].time_s == rows[6].time_s then same = same + 1 end
  if not pcall(memsim.run, sweep "again", { columns = "tme_s" }) then refused = refused + 1 end
end
collectgarbage()
ok(same == 20 and refused == 20, "it can be run again and again, and refuse in between")
print("1.." .. count)
EOF
