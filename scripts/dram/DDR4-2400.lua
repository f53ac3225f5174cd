-- DDR4-2400: one channel of 64 bit, one rank of x8 devices of 8 Gb; speed bin 2400T (17-17-17).
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  JEDEC JESD79-4 as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a,
--          python/ramulator/dram/ddr4.py, DDR4_2400U (its name of 17-17-17)
--   [idd]  umd-memsys/DRAMsim3@2981759, configs/DDR4_8Gb_x8_2400.ini: currents of an x8 device of 8 Gb
--   [rfc]  Ramulator 2 again: 360 ns and 7.8 us in clocks of 0.833 ns; JEDEC asks 350 ns at 8 Gb
--   [size] the same file of Ramulator 2: rows and tRFC by density
return {
  description = "DDR4 SDRAM, 2400T (17-17-17), channel of 64 bit, x8 devices",
  standard = "ddr4",
  tCK = "0.833333 ns",
  ranks = 1, bank_groups = 4, banks = 4, rows = 65536, columns = 1024, bus_width = 64, burst_length = 8,
  timing = {                                            -- [bin], in clocks
    BL = 4, CL = 17, CWL = 12, tRCD = 17, tRP = 17, tRAS = 39, tRC = 56, tWR = 18, tRTP = 9,
    tCCD_S = 4, tCCD_L = 6, tRRD_S = 4, tRRD_L = 6, tFAW = 26, tWTR_S = 3, tWTR_L = 9,
    tRTRS = 2,
    tRFC = 433, tREFI = 9364,                           -- [rfc]
  },
  currents = {                                          -- [idd]
    VDD = "1.2 V", IDD0 = "48 mA", IDD2N = "34 mA", IDD3N = "43 mA", IDD4R = "135 mA", IDD4W = "123 mA",
    IDD5B = "250 mA", device_width = 8,
  },
  density = "8Gb",
  densities = {                                         -- [size]
    ["4Gb"]  = { rows = 32768,  timing = { tRFC = "260 ns" } },
    ["8Gb"]  = { rows = 65536 },
    ["16Gb"] = { rows = 131072, timing = { tRFC = "550 ns" } },
  },
}
