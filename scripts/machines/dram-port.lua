-- dram-port: DRAM channels alone.  Requests are offered in order as fast as the channels take them, as DRAM
-- simulators offer those of a memory trace:
--     memsim replay mem.trace --machine dram-port --set grade=DDR5-4800 --set channels=2 --timed
-- SPDX-License-Identifier: MIT
local memsim = require "memsim"

return {
  description = "DRAM channels alone: grade and channels by --set; default: one of DDR4-2400",
  compute = {
    peak   = "1 TFLOP/s",                              -- of no account: a trace has no operations
    issue  = "unlimited",
    window = "unlimited",
  },
  memory  = memsim.dram(memsim.args.grade or "DDR4-2400", { channels = memsim.args.channels or 1 }),
}
