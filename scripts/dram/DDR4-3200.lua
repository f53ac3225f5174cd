-- DDR4-3200: one channel of 64 bit, one rank of x8 devices of 8 Gb; speed bin 3200AA (22-22-22).
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  JEDEC JESD79-4 as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a,
--          python/ramulator/dram/ddr4.py, DDR4_3200AA
--   [idd]  umd-memsys/DRAMsim3@2981759, configs/DDR4_8Gb_x8_3200.ini: currents of an x8 device of 8 Gb
--   [rfc]  JESD79-4 as umd-memsys/DRAMsim3@2981759 has it: 350 ns at 8 Gb (configs/DDR4_8Gb_x8_2400.ini)
--   [size] the same file of Ramulator 2: rows and tRFC by density
return {
  description = "DDR4 SDRAM, 3200AA (22-22-22), channel of 64 bit, x8 devices",
  standard = "ddr4",
  tCK = "0.625 ns",
  ranks = 1, bank_groups = 4, banks = 4, rows = 65536, columns = 1024, bus_width = 64, burst_length = 8,
  timing = {                                            -- [bin], in clocks
    BL = 4, CL = 22, CWL = 16, tRCD = 22, tRP = 22, tRAS = 52, tRC = 74, tWR = 24, tRTP = 12,
    tCCD_S = 4, tCCD_L = 8, tRRD_S = 4, tRRD_L = 8, tFAW = 34, tWTR_S = 4, tWTR_L = 12,
    tRTRS = 2,
    tRFC = "350 ns", tREFI = "7.8 us",                  -- [rfc]
  },
  currents = {                                          -- [idd]
    VDD = "1.2 V", IDD0 = "57 mA", IDD2N = "37 mA", IDD3N = "52 mA", IDD4R = "168 mA", IDD4W = "150 mA",
    IDD5B = "250 mA", device_width = 8,
  },
  density = "8Gb",
  densities = {                                         -- [size]
    ["4Gb"]  = { rows = 32768,  timing = { tRFC = "260 ns" } },
    ["8Gb"]  = { rows = 65536 },
    ["16Gb"] = { rows = 131072, timing = { tRFC = "550 ns" } },
  },
}
