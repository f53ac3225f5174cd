-- GDDR6-12: one channel of 16 bit at 12 Gbit/s a pin (a device has two).  The clock is CK, an eighth of the data rate.
-- SPDX-License-Identifier: MIT

-- Sources:
--   [14]   interpolated: the times in ns of Samsung's 8 Gb GDDR6 at 14 Gbit/s and 1.25 V, as Ramulator 2 has them
--          (CMU-SAFARI/ramulator2@c5b1c3a, python/ramulator/dram/gddr6.py, GDDR6_14000_1250mV_double: clocks x 0.57 ns)
--   [size] the same file: GDDR6_8Gb_x16, GDDR6_16Gb_x16
return {
  description = "GDDR6, channel of 16 bit (interpolated)",
  standard = "gddr6",
  tCK = "0.666667 ns",
  bank_groups = 4, banks = 4, rows = 16384, columns = 1024, bus_width = 16, burst_length = 16, -- [size]
  read_queue = 64, write_queue = 64,                    -- as Ramulator 2 runs it
  timing = {                                            -- [14]
    BL = 2, tCCD_S = 2, tCCD_L = 4, tPPD = 2, tRTP = 4, CL = 21, CWL = 6, tRTW = 22,
    tRCDRD = "17.1 ns", tRCDWR = "11.4 ns", tRP = "17.1 ns", tRAS = "34.2 ns", tRC = "51.3 ns", tWR = "17.1 ns",
    tRRD_S = "6.27 ns", tRRD_L = "6.27 ns", tFAW = "24.5 ns", tWTR_S = "5.13 ns", tWTR_L = "6.27 ns",
    tRREFD = "12.5 ns",
    tRFC = "120 ns", tRFCpb = "60 ns", tREFI = "1.9 us",
  },
  density = "8Gb",
  densities = {                                         -- of a device of two channels: [size]
    ["8Gb"]  = { columns = 1024 },
    ["16Gb"] = { columns = 2048 },
  },
}
