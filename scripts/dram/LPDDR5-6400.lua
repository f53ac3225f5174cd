-- LPDDR5-6400: one channel of 16 bit in bank-group mode, one rank of 8 Gb.  The clock is CK, a fourth of WCK (800 MHz).
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  JEDEC JESD209-5B as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a, python/ramulator/dram/lpddr5.py
--   [rfc]  the same file: JESD209-5B table 235, tRFC by density
return {
  description = "LPDDR5 in bank-group mode, channel of 16 bit",
  standard = "lpddr5",
  tCK = "1.25 ns",
  ranks = 1, bank_groups = 4, banks = 4, rows = 32768, columns = 1024, bus_width = 16, burst_length = 16,
  timing = {                                            -- [bin], in clocks of CK
    BL = 2, BLmax = 4,
    CL = 17, CWL = 9, tRCD = 15, tRP = 15, tRPab = 17, tRAS = 34, tRC = 49, tWR = 28, tRTP = 8, tPPD = 2,
    tCCD_S = 2, tCCD_L = 4, tCCD_S_WR = 2, tCCD_L_WR = 4, tRRD_S = 4, tRRD_L = 4, tFAW = 16,
    tWTR_S = 5, tWTR_L = 10, tRTRS = 2,
    tRFC = 168, tRFCpb = 96, tREFI = 3125,              -- [rfc]: 210 ns, 120 ns, 3.906 us
    tPBR2PBR = 72, tRREFD = 6,                          -- [bin]: nPBR2PBR, nPBR2ACT (90 ns, 7.5 ns)
  },
  density = "8Gb",
  densities = {                                         -- [rfc]; of a channel of 16 bit
    ["4Gb"]  = { rows = 16384, timing = { tRFC = "180 ns", tRFCpb = "90 ns" } },
    ["8Gb"]  = { rows = 32768 },
    ["16Gb"] = { rows = 65536, timing = { tRFC = "280 ns", tRFCpb = "140 ns" } },
  },
}
