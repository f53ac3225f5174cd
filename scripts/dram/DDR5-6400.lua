-- DDR5-6400: one sub-channel of 32 bit (a module has two), one rank of x8 devices of 16 Gb; 46-46-46.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  JEDEC JESD79-5 as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a,
--          python/ramulator/dram/ddr5.py, DDR5_6400AN
--   [faw]  the same file: 20 ns for pages of 1 KiB.  Micron's data sheet, as gem5 quotes it, asks 32 clocks only:
--          timing = { tFAW = 32 } gives that
--   [rfc]  the same file: tRFC1 and tREFI, rows and banks by density
--   [sb]   JESD79-5: tRFCsb by density (115 ns for 8 Gb, 130 ns for 16 Gb), tREFSBRD 30 ns; it has none for 32 Gb yet: to
--          refresh single banks of these, give tRFCpb
return {
  description = "DDR5 SDRAM, 46-46-46, sub-channel of 32 bit, x8 devices",
  standard = "ddr5",
  tCK = "0.3125 ns",
  ranks = 1, bank_groups = 8, banks = 4, rows = 65536, columns = 1024, bus_width = 32, burst_length = 16,
  timing = {                                            -- [bin], in clocks
    BL = 8, CL = 46, CWL = 44, tRCD = 46, tRP = 46, tRAS = 103, tRC = 149, tWR = 96, tRTP = 24,
    tPPD = 2, tRTW = 14,                                -- CL + BL + 2 - CWL, and 2 more for the preambles
    tCCD_S = 8, tCCD_L = 16, tCCD_S_WR = 8, tCCD_L_WR = 64, tWTR_S = 5, tWTR_L = 32, tRTRS = 2,
    tRRD_S = 8, tRRD_L = 16, tFAW = 64,                 -- [faw]
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
