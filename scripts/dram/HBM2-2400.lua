-- HBM2-2400: one channel of 128 bit at 2.4 Gbit/s a pin, as two pseudo-channels of 64 bit (8 channels a stack).
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  JEDEC JESD235 as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a, python/ramulator/dram/hbm2.py
return {
  description = "HBM2, channel of two pseudo-channels of 64 bit",
  standard = "hbm2",
  tCK = "0.833333 ns",
  pseudo_channels = 2, bank_groups = 4, banks = 4, rows = 32768, columns = 128, bus_width = 64, burst_length = 4,
  read_queue = 64, write_queue = 64,                    -- as Ramulator 2 runs it
  timing = {                                            -- [bin], in clocks
    BL = 2, CL = 17, CWL = 6, tRCDRD = 17, tRCDWR = 14, tRP = 17, tRAS = 40, tRC = 57, tWR = 19, tRTP = 6,
    tCCD_S = 2, tCCD_L = 4, tRRD_S = 5, tRRD_L = 5, tFAW = 19, tWTR_S = 8, tWTR_L = 10,
    tRFC = "260 ns", tRFCpb = "160 ns", tRREFD = "8 ns", tREFI = "3.9 us",
  },
  density = "4Gb",
  densities = {                                         -- [bin]; of a pseudo-channel
    ["2Gb"] = { rows = 16384, timing = { tRFC = "160 ns" } },
    ["4Gb"] = { rows = 32768 },
    ["8Gb"] = { rows = 65536, timing = { tRFC = "350 ns" } },
  },
}
