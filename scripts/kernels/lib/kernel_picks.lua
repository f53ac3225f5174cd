-- kernel_picks: the list of rows that a kernel picks from a table, or spreads over it.
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"

local picks = {}

-- count numbers of rows below p.rows, drawn as p.distribution, p.exponent and p.pick_seed say.
function picks.indices(count, p)
  return memsim.indices("ids", "i32", {
    count = count, below = p.rows, distribution = p.distribution, seed = p.pick_seed,
    exponent = p.distribution == "zipf" and p.exponent or nil,
  })
end

return picks
