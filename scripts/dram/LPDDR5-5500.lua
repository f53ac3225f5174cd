-- LPDDR5-5500: one channel of 16 bit in bank-group mode, one rank of 8 Gb.  The clock is CK, a fourth of WCK.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [gem5] gem5/gem5, src/python/gem5/components/memory/dram_interfaces/lpddr5.py, LPDDR5_5500_1x16_BG_BL16:
--          core timings of JESD209-5 in ns, and a read latency of 16 clocks
--   [clk]  waits in clocks and those that gem5 does not have: as in LPDDR5-6400 (Ramulator 2), whose times in ns are
--          taken over; the write latency is estimated from the two neighbouring bins
--   [rfc]  JESD209-5B table 235, as Ramulator 2 has it
return {
  description = "LPDDR5 in bank-group mode, channel of 16 bit",
  standard = "lpddr5",
  tCK = "1.454545 ns",
  ranks = 1, bank_groups = 4, banks = 4, rows = 32768, columns = 1024, bus_width = 16, burst_length = 16,
  timing = {
    BL = 2, BLmax = 4, CL = 16,                         -- [gem5]
    tRCD = "18 ns", tRP = "18 ns", tRAS = "42 ns", tWR = "34 ns", tRRD_S = "5 ns", tRRD_L = "5 ns", tFAW = "20 ns",
    tWTR_S = "6.25 ns", tWTR_L = "12 ns",               -- [gem5]
    tRC = 42, CWL = 8, tRPab = "21 ns", tRTP = 8, tPPD = 2, tRTRS = 2, -- [clk]; tRC = tRAS + tRP
    tCCD_S = 2, tCCD_L = 4, tCCD_S_WR = 2, tCCD_L_WR = 4, -- [clk]
    tRFC = "210 ns", tRFCpb = "120 ns", tREFI = "3.906 us", -- [rfc]
    tPBR2PBR = "90 ns", tRREFD = "7.5 ns",               -- nPBR2PBR, nPBR2ACT of ramulator2's lpddr5.py, in time
  },
  density = "8Gb",
  densities = {                                         -- [rfc]; of a channel of 16 bit
    ["4Gb"]  = { rows = 16384, timing = { tRFC = "180 ns", tRFCpb = "90 ns" } },
    ["8Gb"]  = { rows = 32768 },
    ["16Gb"] = { rows = 65536, timing = { tRFC = "280 ns", tRFCpb = "140 ns" } },
  },
}
