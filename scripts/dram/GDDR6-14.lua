-- GDDR6-14: one channel of 16 bit at 14 Gbit/s a pin (a device has two).  The clock is CK, an eighth of the data rate.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [bin]  Samsung 8 Gb GDDR6 data sheet at 1.25 V as Ramulator 2 has it: CMU-SAFARI/ramulator2@c5b1c3a,
--          python/ramulator/dram/gddr6.py, GDDR6_14000_1250mV_double
--   [size] the same file: GDDR6_8Gb_x16, GDDR6_16Gb_x16
return {
  description = "GDDR6, channel of 16 bit",
  standard = "gddr6",
  tCK = "0.571429 ns",
  bank_groups = 4, banks = 4, rows = 16384, columns = 1024, bus_width = 16, burst_length = 16, -- [size]
  read_queue = 64, write_queue = 64,                    -- as Ramulator 2 runs it
  timing = {                                            -- [bin], in clocks of CK
    BL = 2, CL = 24, CWL = 6, tRCDRD = 30, tRCDWR = 20, tRP = 30, tRAS = 60, tRC = 90, tWR = 30, tRTP = 4, tPPD = 2,
    tCCD_S = 2, tCCD_L = 4, tRRD_S = 11, tRRD_L = 11, tFAW = 43, tWTR_S = 9, tWTR_L = 11,
    tRTW = 25,                                          -- CL and one clock for the bus to turn (JESD250)
    tRFC = 211, tRFCpb = 106, tRREFD = 22, tREFI = 3333,
  },
  density = "8Gb",
  densities = {                                         -- of a device of two channels: [size]
    ["8Gb"]  = { columns = 1024 },
    ["16Gb"] = { columns = 2048 },
  },
}
