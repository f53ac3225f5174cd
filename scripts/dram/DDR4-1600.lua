-- DDR4-1600: one channel of 64 bit, one rank of x8 devices of 8 Gb; speed bin 1600K (11-11-11).
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  JEDEC JESD79-4 as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a,
--          python/ramulator/dram/ddr4.py, DDR4_1600K
--   [rfc]  JESD79-4 as umd-memsys/DRAMsim3@2981759 has it: 350 ns at 8 Gb (configs/DDR4_8Gb_x8_2400.ini)
--   [size] the same file of Ramulator 2: rows and tRFC by density
return {
  description = "DDR4 SDRAM, 1600K (11-11-11), channel of 64 bit, x8 devices",
  standard = "ddr4",
  tCK = "1.25 ns",
  ranks = 1, bank_groups = 4, banks = 4, rows = 65536, columns = 1024, bus_width = 64, burst_length = 8,
  timing = {                                            -- [bin], in clocks
    BL = 4, CL = 11, CWL = 9, tRCD = 11, tRP = 11, tRAS = 28, tRC = 39, tWR = 12, tRTP = 6,
    tCCD_S = 4, tCCD_L = 5, tRRD_S = 4, tRRD_L = 5, tFAW = 20, tWTR_S = 2, tWTR_L = 6,
    tRTRS = 2,
    tRFC = "350 ns", tREFI = "7.8 us",                  -- [rfc]
  },
  density = "8Gb",
  densities = {                                         -- [size]
    ["4Gb"]  = { rows = 32768,  timing = { tRFC = "260 ns" } },
    ["8Gb"]  = { rows = 65536 },
    ["16Gb"] = { rows = 131072, timing = { tRFC = "550 ns" } },
  },
}
