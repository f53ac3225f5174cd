/*
 * dram_bounds - what DRAM channels can do at best, in closed form.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_DRAM_BOUNDS_H
#define DRAM_DRAM_BOUNDS_H

#include "dram/dram_config.h"

typedef enum { BOUND_BUS, BOUND_RC, BOUND_FAW, BOUND_RRD, BOUND_COMMANDS } RandomBound;

/* Upper bound on the bandwidth when every burst opens a row of its own, all channels: of each rank, banks / tRC activates, of each
 * rank, with HBM of each pseudo-channel, 4 / tFAW and 1 / tRRD_S; a burst each; no more than the bus moves, nor than the
 * clocks allow that ACT, PRE (but for rows that are closed by themselves) and, where rows and columns share a command bus, RD take
 * on that of the channel.  bound, if not NULL: which of them. */
double dram_random_B_per_s(const DramConfig *config, RandomBound *bound);
/* Share of the time for which a bank is kept from work by refreshes: tRFC / tREFI, with refreshes of single banks
 * tRFCpb / tREFI. */
double dram_refresh_share(const DramConfig *config);

#endif
