-- HBM2-1750: one channel of 128 bit at 1.75 Gbit/s a pin, as two pseudo-channels of 64 bit (8 channels a stack).
-- SPDX-License-Identifier: MIT

-- Sources:
--   [ns]   interpolated: the times in ns of HBM2 at 2.0 Gbit/s (JESD235 as in CMU-SAFARI/ramulator2@c5b1c3a,
--          python/ramulator/dram/hbm2.py), rounded up to clocks of this rate; core timings of HBM2 do not depend on it
--   Accel-Sim's model of the V100 agrees (850 MHz: tRCD 12, tRP 12, tRAS 28, tRC 40, CL 12, tRRD 3)
return {
  description = "HBM2, channel of two pseudo-channels of 64 bit (interpolated)",
  standard = "hbm2",
  tCK = "1.142857 ns",
  pseudo_channels = 2, bank_groups = 4, banks = 4, rows = 32768, columns = 128, bus_width = 64, burst_length = 4,
  read_queue = 64, write_queue = 64,                    -- as Ramulator 2 runs it
  timing = {                                            -- [ns]
    BL = 2, CL = 13, CWL = 5, tCCD_S = 2, tCCD_L = 4,
    tRCDRD = "14 ns", tRCDWR = "12 ns", tRP = "14 ns", tRAS = "34 ns", tRC = "48 ns", tWR = "16 ns", tRTP = "5 ns",
    tRRD_S = "4 ns", tRRD_L = "4 ns", tFAW = "15 ns", tWTR_S = "6 ns", tWTR_L = "8 ns",
    tRFC = "260 ns", tRFCpb = "160 ns", tRREFD = "8 ns", tREFI = "3.9 us",
  },
  density = "4Gb",
  densities = {                                         -- [ns]; of a pseudo-channel
    ["2Gb"] = { rows = 16384, timing = { tRFC = "160 ns" } },
    ["4Gb"] = { rows = 32768 },
    ["8Gb"] = { rows = 65536, timing = { tRFC = "350 ns" } },
  },
}
