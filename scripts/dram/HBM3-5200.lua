-- HBM3-5200: one channel of 64 bit at 5.2 Gbit/s a pin, as two pseudo-channels of 32 bit (a stack has 16 channels).
-- The clock of the model is half a CK: commands of half a clock are one, and all waits are twice those in CK.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  interpolated: the times in ns of HBM3-6400 (JESD238 as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a,
--          python/ramulator/dram/hbm3.py), rounded up to whole CK of this rate
return {
  description = "HBM3, channel of two pseudo-channels of 32 bit (interpolated)",
  standard = "hbm3",
  tCK = "0.384615 ns",
  pseudo_channels = 2, ranks = 2, bank_groups = 4, banks = 4, rows = 8192, columns = 256,
  bus_width = 32, burst_length = 8,
  read_queue = 128, write_queue = 64,                   -- as Ramulator 2 runs it
  timing = {                                            -- [bin], in halves of CK; ranks are stack IDs
    BL = 4, CL = 34, CWL = 18, tRCDRD = 52, tRCDWR = 26, tRP = 44, tRAS = 74, tRC = 118, tWR = 54, tRTP = 16, tPPD = 4,
    tCCD_S = 4, tCCD_L = 8, tCCD_R = 6, tRRD_S = 8, tRRD_L = 10, tFAW = 40, tWTR_S = 12, tWTR_L = 18, tRTW = 34,
    tRFC = "260 ns", tRFCpb = "200 ns", tRREFD = 14, tREFI = "3.9 us",
  },
  density = "8Gb",
  densities = {                                         -- [bin]; of a die of a stack of 8, HBM3_*_8hi
    ["8Gb"]  = { rows = 8192 },
    ["16Gb"] = { rows = 16384, timing = { tRFC = "350 ns" } },
    ["32Gb"] = { rows = 32768, timing = { tRFC = "450 ns" } },
  },
}
