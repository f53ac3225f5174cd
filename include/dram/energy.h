/*
 * energy - joules of a DRAM channel, from the currents of its devices.
 *
 * Source: Micron, TN-41-01 "Calculating Memory System Power for DDR3" and TN-40-07 "Calculating Memory Power for DDR4
 * SDRAM"; their powers, each times the time that it lasts, per device:
 *   - activate and precharge: VDD (IDD0 tRC - IDD3N tRAS - IDD2N (tRC - tRAS)) for each ACT
 *   - read:    VDD (IDD4R - IDD3N) BL/2 clocks of data for each RD
 *   - write:   VDD (IDD4W - IDD3N), likewise
 *   - refresh: VDD (IDD5B - IDD3N) tRFC for each refresh of a whole rank; one of some of its banks costs their share
 *   - background: VDD IDD3N while a bank of the rank is open or refreshed, VDD IDD2N else; no power-down
 * and the same with VPP and IPP for the word lines, as far as given (IPP4 is taken to be IPP3N).
 * That takes IDD3N as what flows while any bank is open.  It is measured with all of them open (JESD79-5, table of IDD
 * measurements), and where it exceeds IDD0, as it does for DDR5, an activation would come out below zero.  With standby by
 * bank, as DRAMPower has it (tukl-msd/DRAMPower, rho = 0), each open bank draws (IDD3N - IDD2N) / banks:
 *   - activate and precharge: VDD (IDD0 tRC - IDD2N tRC - (IDD3N - IDD2N) / banks tRAS)
 *   - refresh: VDD (IDD5B - IDD2N) tRFC
 *   - background: VDD IDD2N, and VDD (IDD3N - IDD2N) / banks while a bank is open
 * Devices of a rank: bus_bits / device_bits, all alike.  Not in it: termination, the controller and its interface.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_ENERGY_H
#define DRAM_ENERGY_H

#include "dram/dram_config.h"

typedef struct {
    double activate_J, read_J, write_J, refresh_J, background_J;
} DramEnergy;

/* What has happened, all ranks together. */
typedef struct {
    uint64_t activates, reads, writes;
    double refreshes;           /* of whole ranks */
    double active_s, standby_s; /* of ranks: a bank open or refreshed; all precharged */
    double open_s;              /* of banks: open */
} EnergyCounts;

/* Zero when the currents are not known (VDD_V is 0). */
DramEnergy energy_of(const DramConfig *config, const EnergyCounts *counts);
/* Whether no part can come out below zero: with CONFIG what is too small for what. */
bool energy_check(const DramConfig *config, GError **error);
/* Joules of all parts together. */
double dram_energy_J(const DramEnergy *energy);

#endif
