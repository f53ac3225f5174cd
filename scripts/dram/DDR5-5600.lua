-- DDR5-5600: one sub-channel of 32 bit (a module has two), one rank of x8 devices of 16 Gb; 40-40-40.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  JEDEC JESD79-5 as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a,
--          python/ramulator/dram/ddr5.py, DDR5_5600AN
--   [faw]  the same file: 20 ns for pages of 1 KiB.  Micron's data sheet, as gem5 quotes it, asks 32 clocks only:
--          timing = { tFAW = 32 } gives that
--   [rfc]  the same file: tRFC1 and tREFI, rows and banks by density
--   [sb]   JESD79-5: tRFCsb by density (115 ns for 8 Gb, 130 ns for 16 Gb), tREFSBRD 30 ns; it has none for 32 Gb yet: to
--          refresh single banks of these, give tRFCpb
return {
  description = "DDR5 SDRAM, 40-40-40, sub-channel of 32 bit, x8 devices",
  standard = "ddr5",
  tCK = "0.357143 ns",
  ranks = 1, bank_groups = 8, banks = 4, rows = 65536, columns = 1024, bus_width = 32, burst_length = 16,
  timing = {                                            -- [bin], in clocks
    BL = 8, CL = 40, CWL = 38, tRCD = 40, tRP = 40, tRAS = 90, tRC = 130, tWR = 84, tRTP = 20,
    tPPD = 2, tRTW = 14,                                -- CL + BL + 2 - CWL, and 2 more for the preambles
    tCCD_S = 8, tCCD_L = 12, tCCD_S_WR = 8, tCCD_L_WR = 56, tWTR_S = 5, tWTR_L = 28, tRTRS = 2,
    tRRD_S = 8, tRRD_L = 14, tFAW = 56,                 -- [faw]
    tRFC = "295 ns", tREFI = "3.9 us",                  -- [rfc]
    tRFCpb = "130 ns", tRREFD = "30 ns",                -- [sb]
  },
  density = "16Gb",
  densities = {                                         -- [rfc]
    ["8Gb"]  = { banks = 2, timing = { tRFC = "195 ns", tRFCpb = "115 ns" } },
    ["16Gb"] = { banks = 4 },
    ["32Gb"] = { rows = 131072, timing = { tRFC = "410 ns", tRFCpb = 0 } },
  },
}
