-- DDR5-5200: one sub-channel of 32 bit (a module has two), one rank of x8 devices of 16 Gb; 38-38-38.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  between the bins 4800AN and 5600AN of Ramulator 2 (CMU-SAFARI/ramulator2@c5b1c3a,
--          python/ramulator/dram/ddr5.py): its times in ns, rounded up to clocks; interpolated, not from JEDEC's table
--   [faw]  the same file: 20 ns for pages of 1 KiB.  Micron's data sheet, as gem5 quotes it, asks 32 clocks only:
--          timing = { tFAW = 32 } gives that
--   [rfc]  the same file: tRFC1 and tREFI, rows and banks by density
--   [sb]   JESD79-5: tRFCsb by density (115 ns for 8 Gb, 130 ns for 16 Gb), tREFSBRD 30 ns; it has none for 32 Gb yet: to
--          refresh single banks of these, give tRFCpb
return {
  description = "DDR5 SDRAM, 38-38-38, sub-channel of 32 bit, x8 devices (interpolated)",
  standard = "ddr5",
  tCK = "0.384615 ns",
  ranks = 1, bank_groups = 8, banks = 4, rows = 65536, columns = 1024, bus_width = 32, burst_length = 16,
  timing = {                                            -- [bin], in clocks
    BL = 8, CL = 38, CWL = 36, tRCD = 38, tRP = 38, tRAS = 84, tRC = 122, tWR = 78, tRTP = 20,
    tPPD = 2, tRTW = 14,                                -- CL + BL + 2 - CWL, and 2 more for the preambles
    tCCD_S = 8, tCCD_L = 13, tCCD_S_WR = 8, tCCD_L_WR = 52, tWTR_S = 7, tWTR_L = 26, tRTRS = 2,
    tRRD_S = 8, tRRD_L = 13, tFAW = 52,                 -- [faw]
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
