-- dram_sweep - what decides how much of its peak a DRAM channel gives: the address map, the page policy, writes.
-- SPDX-License-Identifier: MIT
--
-- One channel of DDR4-2400 (19.2 GB/s), no caches, 64-byte accesses offered as fast as the channel takes them.  A map is the
-- fields of an address from the top: Ro row, Ba bank, Bg bank group, Co column; "hashed" XORs bank bits with row bits.
-- "strided" goes on by 128 KiB: from row to row of one bank under the plain maps.
--
-- Look at: bw used and row hits, and at where the data bus spends its time:
--   --columns 'mapping,pattern,page,write_fraction,time_s,mem_bus_*'
-- You should see:
--  * Sequential with the column lowest (RoBaBgCo): 99 % row hits, but 75 % of the peak: neighbours lie in one bank group, and
--    bursts of a group are tCCD_L = 6 clocks apart, not tCCD_S = 4 (mem_bus_group_s).  With the bank group lowest: 95 %.
--  * Strided: every access is a row conflict in one bank, one access a tRC = 56 clocks, 7 % of the peak whatever the plain map.
--    The hash spreads the rows over the banks: as fast as random.
--  * Random: no row hits, 58 % whatever the map: four activates in tFAW = 26 clocks are what binds (mem_bus_row_s).
--  * Closed pages serve a chase a quarter faster: the row is closed before the next access needs another one, and
--    tRP = 17 clocks fall out of its latency.  Sequential and random streams that fill the queue do not care.
--  * Reads and writes mixed lose up to 11 % to turning the bus round (mem_bus_turnaround_s); writes alone as little as reads.
--
-- Try: --set grade=DDR5-4800   --set grade=HBM2-2000

local memsim = require "memsim"

local grade = memsim.args.grade or "DDR4-2400"

-- No caches; accesses are offered as fast as the channel takes them: what is seen is the channel alone.
local function machine(dram)
  return memsim.machine {
    compute = { peak = "100 GFLOP/s", issue = "unlimited", window = "unlimited" },
    memory  = memsim.dram(grade, dram),
  }
end

local function workload(pattern, accesses, writes)
  return memsim.workload {
    pattern = pattern, stride = pattern == "strided" and "128KiB" or nil,
    footprint = "256MiB", accesses = accesses, size = "64B", write_fraction = writes,
  }
end

local maps = memsim.sweep {
  title = "Address maps",
  axes  = {
    { "mapping", { "RoBaBgCo", "RoBaCoBg", "RoBaBgCo hashed" } },
    { "pattern", { "sequential", "strided", "random" } },
  },
  point = function(p)
    local fields = p.mapping:gsub(" hashed", "")

    return {
      machine  = machine { mapping = fields, bank_hash = fields ~= p.mapping },
      workload = workload(p.pattern, 100000),
    }
  end,
}

local pages = memsim.sweep {
  title = "Page policies",
  axes  = {
    { "page", { "open", "closed" } },
    { "pattern", { "sequential", "random", "chase" } },
  },
  point = function(p)
    return {
      machine  = machine { page = p.page },
      workload = workload(p.pattern, p.pattern == "chase" and 20000 or 100000),
    }
  end,
}

local writes = memsim.sweep {
  title = "Shares of writes",
  axes  = { { "write_fraction", { 0, 0.1, 0.3, 0.5, 1 } } },
  point = function(p)
    return { machine = machine { mapping = "RoBaCoBg" }, workload = workload("sequential", 100000, p.write_fraction) }
  end,
}

return { maps, pages, writes }
