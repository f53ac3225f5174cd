/*
 * dram_model_rules - the slow DRAM: which command may go when.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "dram_model_state.h"

uint32_t slow_banks_of(const Slow *s, Scope scope)
{
    const DramConfig *c = s->config;

    switch (scope) {
    case SCOPE_BANK:
        return 1;
    case SCOPE_GROUP:
        return c->banks;
    case SCOPE_RANK:
        return c->banks * c->bank_groups;
    case SCOPE_OTHER_RANKS:
    case SCOPE_PSEUDO:
        return c->banks * c->bank_groups * c->ranks;
    case SCOPE_CHANNEL:
        break;
    }
    return s->n_banks;
}

int64_t slow_clocks(const Slow *s, Command command)
{
    return s->standard->cycles[command] ? s->standard->cycles[command] : 1;
}

static void wait_until(Slow *s, Command command, uint32_t bank, Cycle when)
{
    s->ready[command][bank] = MAX(s->ready[command][bank], when);
}

void slow_issue(Slow *s, Command command, uint32_t bank, Cycle now)
{
    for (uint32_t r = 0; r < s->n_rows; r++) {
        const Constraint *row = &s->rows[r];
        const uint32_t n = slow_banks_of(s, row->scope), first = bank / n * n;
        const uint32_t rank = slow_banks_of(s, SCOPE_RANK);
        Cycle from = now;

        if (!(row->earlier >> command & 1))
            continue;
        if (row->nth > 1) {
            Cycle *past = s->past[command][first];

            memmove(past + 1, past, (BACK - 1) * sizeof *past);
            past[0] = now;
            from = past[row->nth - 1];
            if (from == 0)
                continue;
        }
        for (Command later = 0; later < N_COMMANDS; later++)
            for (uint32_t b = first; b < first + n; b++) {
                const int64_t wait = row->wait + slow_clocks(s, command) - slow_clocks(s, later);

                if (!(row->later >> later & 1) || wait < 1 ||
                    (row->scope == SCOPE_OTHER_RANKS && b / rank == bank / rank))
                    continue;
                wait_until(s, later, b, from + (Cycle)wait);
                if (later == CMD_REFPB && row->scope == SCOPE_BANK)
                    s->refresh_ready[b] = MAX(s->refresh_ready[b], from + (Cycle)wait);
            }
    }
    for (Command later = 0; later < N_COMMANDS && slow_clocks(s, command) > 1; later++)
        for (uint32_t b = 0; b < s->n_banks; b++)
            if (!s->standard->two_buses || (command <= CMD_WRA) == (later <= CMD_WRA))
                wait_until(s, later, b, now + (Cycle)slow_clocks(s, command));
}

bool slow_bus_takes(const Slow *s, Command command, int bus)
{
    return !s->standard->two_buses || (command <= CMD_WRA) == (bus == 0);
}

bool slow_is_ready(const Slow *s, Command command, uint32_t bank, Cycle now)
{
    return s->ready[command][bank] <= now &&
           (now % 2 == 1 || !(s->standard->rising >> command & 1));
}
