/*
 * server_row - servers that are reserved together.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "sim/server_row.h"

#include <assert.h>
#include <glib.h>

void server_row_init(ServerRow *row, double rate_per_s, uint32_t n)
{
    Server one;

    assert(n > 0 && rate_per_s > 0);
    server_init_share(&one, rate_per_s, n);
    *row = (ServerRow){ .per_byte = one.per_byte, .n = n, .free = g_new0(Tick, n) };
}

void server_row_clear(ServerRow *row)
{
    g_clear_pointer(&row->free, g_free);
}

Tick server_row_reserve(ServerRow *row, uint32_t first, uint32_t count, Tick at, uint32_t bytes,
                        Tick *start)
{
    Tick *const free = row->free, *const from = free + first;
    const uint32_t ahead = MIN(count, row->n - first), behind = count - ahead;
    Tick begin = at;

    for (uint32_t i = 0; i < ahead; i++)
        begin = tick_later(begin, from[i]);
    for (uint32_t i = 0; i < behind; i++)
        begin = tick_later(begin, free[i]);
    const Tick end = MIN(begin + fine_ceil(fine_scale(row->per_byte, bytes)), TICK_LIMIT);

    for (uint32_t i = 0; i < ahead; i++)
        from[i] = end;
    for (uint32_t i = 0; i < behind; i++)
        free[i] = end;
    *start = begin;
    return end;
}
