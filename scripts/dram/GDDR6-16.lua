-- GDDR6-16: one channel of 16 bit at 16 Gbit/s a pin (a device has two).  The clock is CK, an eighth of the data rate.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [14]   interpolated: the times in ns of Samsung's 8 Gb GDDR6 at 14 Gbit/s and 1.35 V, as Ramulator 2 has them
--          (CMU-SAFARI/ramulator2@c5b1c3a, python/ramulator/dram/gddr6.py, GDDR6_14000_1350mV_double: clocks x 0.57 ns)
--   [size] the same file: GDDR6_8Gb_x16, GDDR6_16Gb_x16
return {
  description = "GDDR6, channel of 16 bit (interpolated)",
  standard = "gddr6",
  tCK = "0.5 ns",
  bank_groups = 4, banks = 4, rows = 16384, columns = 1024, bus_width = 16, burst_length = 16, -- [size]
  read_queue = 64, write_queue = 64,                    -- as Ramulator 2 runs it
  timing = {                                            -- [14]
    BL = 2, tCCD_S = 2, tCCD_L = 4, tPPD = 2, tRTP = 5, CL = 28, CWL = 7, tRTW = 29,
    tRCDRD = "15.4 ns", tRCDWR = "9.1 ns", tRP = "15.4 ns", tRAS = "30.2 ns", tRC = "45.6 ns", tWR = "15.4 ns",
    tRRD_S = "4.56 ns", tRRD_L = "4.56 ns", tFAW = "16.5 ns", tWTR_S = "5.13 ns", tWTR_L = "6.27 ns",
    tRREFD = "8.55 ns",
    tRFC = "120 ns", tRFCpb = "60 ns", tREFI = "1.9 us",
  },
  density = "8Gb",
  densities = {                                         -- of a device of two channels: [size]
    ["8Gb"]  = { columns = 1024 },
    ["16Gb"] = { columns = 2048 },
  },
}
