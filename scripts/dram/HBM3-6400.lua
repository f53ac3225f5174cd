-- HBM3-6400: one channel of 64 bit at 6.4 Gbit/s a pin, as two pseudo-channels of 32 bit (a stack has 16 channels).
-- The clock of the model is half a CK: commands of half a clock are one, and all waits are twice those in CK.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  JEDEC JESD238 as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a, python/ramulator/dram/hbm3.py
return {
  description = "HBM3, channel of two pseudo-channels of 32 bit",
  standard = "hbm3",
  tCK = "0.3125 ns",
  pseudo_channels = 2, ranks = 2, bank_groups = 4, banks = 4, rows = 8192, columns = 256,
  bus_width = 32, burst_length = 8,
  read_queue = 128, write_queue = 64,                   -- as Ramulator 2 runs it
  timing = {                                            -- [bin], in halves of CK; ranks are stack IDs
    BL = 4, CL = 40, CWL = 20, tRCDRD = 62, tRCDWR = 30, tRP = 52, tRAS = 90, tRC = 144, tWR = 66, tRTP = 18, tPPD = 4,
    tCCD_S = 4, tCCD_L = 8, tCCD_R = 6, tRRD_S = 8, tRRD_L = 10, tFAW = 48, tWTR_S = 14, tWTR_L = 20, tRTW = 40,
    tRFC = 832, tRFCpb = 640, tRREFD = 16, tREFI = 12480,
  },
  density = "8Gb",
  densities = {                                         -- [bin]; of a die of a stack of 8, HBM3_*_8hi
    ["8Gb"]  = { rows = 8192 },
    ["16Gb"] = { rows = 16384, timing = { tRFC = "350 ns" } },
    ["32Gb"] = { rows = 32768, timing = { tRFC = "450 ns" } },
  },
}
