-- DDR4-2400, 64-bit channels of x8 devices, 17-17-17.
-- Cycles at tCK = 0.833 ns as Ramulator 2.1 and DRAMsim3 resolve them (JEDEC JESD79-4, speed bin DDR4-2400R):
-- CL 17, tRCD 14.16 ns, tRP 14.16 ns, tRAS 32 ns, tRC 46.16 ns, tWR 15 ns, tRTP 7.5 ns, tFAW 21 ns, tREFI 7.8 us.
return {
  description = "DDR4-2400R, x8 devices on a 64-bit channel",
  standard = "ddr4",
  tCK = "833 ps",
  bank_groups = 4, banks = 4, rows = 65536, columns = 1024,
  bus_width = 64, burst_length = 8,
  timing = {
    BL = 4, CL = 17, CWL = 12,
    tRCD = 17, tRP = 17, tRAS = 39, tRC = 56, tWR = 18, tRTP = 9,
    tCCD_S = 4, tCCD_L = 6, tRRD_S = 4, tRRD_L = 6, tFAW = 26,
    tWTR_S = 3, tWTR_L = 9, tRTRS = 2,
    tREFI = 9364,
  },
  density = "8Gb",
  densities = {
    ["4Gb"]  = { rows = 32768,  timing = { tRFC = "260 ns" } },
    ["8Gb"]  = { rows = 65536,  timing = { tRFC = 433 } },
    ["16Gb"] = { rows = 131072, timing = { tRFC = "550 ns" } },
  },
}
