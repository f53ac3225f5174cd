-- HBM2-2000: one channel of 128 bit at 2.0 Gbit/s a pin, as two pseudo-channels of 64 bit (8 channels a stack).
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  JEDEC JESD235 as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a, python/ramulator/dram/hbm2.py
return {
  description = "HBM2, channel of two pseudo-channels of 64 bit",
  standard = "hbm2",
  tCK = "1 ns",
  pseudo_channels = 2, bank_groups = 4, banks = 4, rows = 32768, columns = 128, bus_width = 64, burst_length = 4,
  read_queue = 64, write_queue = 64,                    -- as Ramulator 2 runs it
  timing = {                                            -- [bin], in clocks
    BL = 2, CL = 14, CWL = 5, tRCDRD = 14, tRCDWR = 12, tRP = 14, tRAS = 34, tRC = 48, tWR = 16, tRTP = 5,
    tCCD_S = 2, tCCD_L = 4, tRRD_S = 4, tRRD_L = 4, tFAW = 15, tWTR_S = 6, tWTR_L = 8,
    tRFC = 260, tRFCpb = 160, tRREFD = 8, tREFI = 3900,
  },
  density = "4Gb",
  densities = {                                         -- [bin]; of a pseudo-channel
    ["2Gb"] = { rows = 16384, timing = { tRFC = "160 ns" } },
    ["4Gb"] = { rows = 32768 },
    ["8Gb"] = { rows = 65536, timing = { tRFC = "350 ns" } },
  },
}
