-- DDR5-4800: one sub-channel of 32 bit (a module has two), one rank of x8 devices of 16 Gb; 36-36-36.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  JEDEC JESD79-5 as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a,
--          python/ramulator/dram/ddr5.py, DDR5_4800BN
--   [faw]  the same file: 20 ns for pages of 1 KiB.  Micron's data sheet, as gem5 quotes it, asks 32 clocks only:
--          timing = { tFAW = 32 } gives that
--   [rfc]  the same file: tRFC1 and tREFI, rows and banks by density
--   [idd]  Micron 16Gb DDR5 data sheet, die A, DDR5-4800, as gem5 quotes it (DDR5_4400_4x8).  IDD3N, of all banks open, is
--          above IDD0, of one: each open bank draws its share
--   [sb]   JESD79-5: tRFCsb by density (115 ns for 8 Gb, 130 ns for 16 Gb), tREFSBRD 30 ns; it has none for 32 Gb yet: to
--          refresh single banks of these, give tRFCpb
return {
  description = "DDR5 SDRAM, 36-36-36, sub-channel of 32 bit, x8 devices",
  standard = "ddr5",
  tCK = "0.416667 ns",
  ranks = 1, bank_groups = 8, banks = 4, rows = 65536, columns = 1024, bus_width = 32, burst_length = 16,
  timing = {                                            -- [bin], in clocks
    BL = 8, CL = 36, CWL = 34, tRCD = 36, tRP = 36, tRAS = 77, tRC = 113, tWR = 72, tRTP = 18,
    tPPD = 2, tRTW = 14,                                -- CL + BL + 2 - CWL, and 2 more for the preambles
    tCCD_S = 8, tCCD_L = 12, tCCD_S_WR = 8, tCCD_L_WR = 48, tWTR_S = 6, tWTR_L = 24, tRTRS = 2,
    tRRD_S = 8, tRRD_L = 12, tFAW = 48,                 -- [faw]
    tRFC = 710, tREFI = 9375,                           -- [rfc]
    tRFCpb = "130 ns", tRREFD = "30 ns",                -- [sb]
  },
  currents = {                                          -- [idd]
    VDD = "1.1 V", IDD0 = "122 mA", IDD2N = "92 mA", IDD3N = "142 mA", IDD4R = "530 mA", IDD4W = "479 mA",
    IDD5B = "277 mA", device_width = 8, standby = "bank",
  },
  density = "16Gb",
  densities = {                                         -- [rfc]
    ["8Gb"]  = { banks = 2, timing = { tRFC = "195 ns", tRFCpb = "115 ns" } },
    ["16Gb"] = { banks = 4 },
    ["32Gb"] = { rows = 131072, timing = { tRFC = "410 ns", tRFCpb = 0 } },
  },
}
