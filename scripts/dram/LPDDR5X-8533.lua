-- LPDDR5X-8533: one channel of 16 bit in bank-group mode, one rank of 8 Gb.  The clock is CK (1066.6 MHz).
-- SPDX-License-Identifier: MIT

-- Sources:
--   [core] core timings in ns, which LPDDR5X keeps: LPDDR5-6400 (JESD209-5B as Ramulator 2 and gem5 have it)
--   [lat]  estimated: the latencies of LPDDR5-6400 in ns, in clocks of this bin.  8533 itself is in no public simulator
--          that we could check against the standard
--   [act]  estimated: tRRD and tFAW of LPDDR5; JESD209-5C may allow less at this rate: it errs to the slow side
--   [rfc]  JESD209-5B table 235, as Ramulator 2 has it
return {
  description = "LPDDR5X in bank-group mode, channel of 16 bit (estimated)",
  standard = "lpddr5",
  tCK = "0.937603 ns",
  ranks = 1, bank_groups = 4, banks = 4, rows = 32768, columns = 1024, bus_width = 16, burst_length = 16,
  timing = {
    BL = 2, BLmax = 4, tCCD_S = 2, tCCD_L = 4, tCCD_S_WR = 2, tCCD_L_WR = 4, tPPD = 2, tRTRS = 2, -- as LPDDR5-6400
    tRCD = "18 ns", tRP = "18 ns", tRPab = "21 ns", tRAS = "42 ns", tRC = "60 ns", tWR = "34 ns", -- [core]
    tWTR_S = "6.25 ns", tWTR_L = "12 ns", tRTP = 10,   -- [core]; tRTP = BLmax + max(2, 7.5 ns - 2 clocks)
    CL = 23, CWL = 12,                                 -- [lat]
    tRRD_S = "5 ns", tRRD_L = "5 ns", tFAW = "20 ns",   -- [act]
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
