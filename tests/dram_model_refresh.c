/*
 * dram_model_refresh - the slow DRAM: when which banks are refreshed.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram_model_state.h"

/* Refreshes in tREFI. */
static uint64_t round_size(const Slow *s)
{
    const uint32_t n = slow_banks_of(s, SCOPE_RANK);

    if (s->config->refresh != REFRESH_PER_BANK)
        return s->n_banks / slow_banks_of(s, s->standard->refresh_scope);
    switch (s->standard->refresh_banks) {
    case REFRESH_PAIR:
        return n > 1 ? s->n_banks / 2 : s->n_banks;
    case REFRESH_SAME_BANK:
        return s->n_banks / s->config->bank_groups;
    default:
        return s->n_banks;
    }
}

/* Whether the bank is one of those that are refreshed next. */
static bool in_target(const Slow *s, uint32_t bank)
{
    const uint32_t n = slow_banks_of(s, SCOPE_RANK), ranks = s->n_banks / n;
    const uint32_t target = (uint32_t)(s->done % round_size(s));
    const uint32_t sets = (uint32_t)(round_size(s) / ranks);

    return bank / n == target % ranks && bank % n % sets == target / ranks;
}

bool slow_is_forced(const Slow *s)
{
    return s->due - s->done > s->config->refresh_postpone * round_size(s);
}

bool slow_is_held(const Slow *s, uint32_t bank)
{
    return s->config->refresh == REFRESH_PER_BANK && slow_is_forced(s) && in_target(s, bank);
}

bool slow_puts_refresh_off(const Slow *s, uint32_t bank, Cycle now)
{
    const uint32_t n = slow_banks_of(s, s->standard->refresh_scope), first = bank / n * n;

    bool held = false;

    if (slow_clocks(s, CMD_ACT) <= slow_clocks(s, CMD_REFPB))
        return false;
    for (uint32_t b = first; b < first + n; b++) {
        if (!slow_is_held(s, b))
            continue;
        held = true;
        if (s->open[b] || s->refresh_ready[b] > now)
            return false;
    }
    return held;
}

static void note_refresh(Slow *s, uint32_t bank, Cycle from, Cycle now, Cycle length)
{
    s->refresh_from[bank] = MIN(from, now);
    s->refresh_until[bank] = now + length;
    s->standby_from[bank] = MAX(s->standby_from[bank], now + length);
}

/* The next unit.  Returns whether a command was issued. */
static bool refresh_unit(Slow *s, Cycle now)
{
    const DramTiming *t = &s->config->timing;
    const uint64_t units = round_size(s);
    const uint32_t n = slow_banks_of(s, s->standard->refresh_scope),
                   first = (uint32_t)(s->done % units) * n;
    const Cycle from = t->REFI * (s->done / units + 1 + s->config->refresh_postpone);
    Command command = CMD_REFAB;

    for (uint32_t b = first; b < first + n; b++)
        if (s->open[b])
            command = CMD_PREA;
    for (uint32_t b = first; b < first + n; b++)
        if (!slow_is_ready(s, command, b, now))
            return false;
    if (slow_bank_is_active(s, first, n))
        return false;
    slow_issue(s, command, first, now);
    for (uint32_t b = first; b < first + n; b++) {
        s->open[b] = false;
        if (command == CMD_REFAB)
            note_refresh(s, b, from, now, t->RFC);
    }
    s->run->precharges += command == CMD_PREA;
    s->run->refreshes += command == CMD_REFAB;
    s->done += command == CMD_REFAB;
    return true;
}

/* The next bank, or set of banks. */
static bool refresh_target(Slow *s, Cycle now)
{
    bool ready = true;

    for (uint32_t b = 0; b < s->n_banks; b++) {
        if (!in_target(s, b))
            continue;
        if (s->open[b] && slow_is_ready(s, CMD_PRE, b, now) && !slow_bank_is_active(s, b, 1)) {
            slow_issue(s, CMD_PRE, b, now);
            s->open[b] = false;
            s->run->precharges++;
            return true;
        }
        ready = ready && !s->open[b] && slow_is_ready(s, CMD_REFPB, b, now);
    }
    if (!ready)
        return false;
    for (uint32_t b = 0; b < s->n_banks; b++)
        if (in_target(s, b)) {
            slow_issue(s, CMD_REFPB, b, now);
            note_refresh(s, b, s->held_since, now, s->config->timing.RFCpb);
        }
    s->run->refreshes++;
    s->done++;
    s->held_since = CYCLE_NEVER;
    return true;
}

bool slow_refresh(Slow *s, Cycle now)
{
    if (s->due == s->done || !(slow_is_forced(s) || s->idle))
        return false;
    return s->config->refresh == REFRESH_PER_BANK ? refresh_target(s, now) : refresh_unit(s, now);
}

void slow_refreshes_become_due(Slow *s, Cycle now)
{
    const Cycle refi = s->config->timing.REFI;
    const uint64_t n = round_size(s);

    if (s->config->refresh == REFRESH_NONE)
        return;
    if (s->config->refresh == REFRESH_ALL_BANK)
        s->due = now / refi * n;
    else
        while (refi * (s->due + 1) / n <= now)
            s->due++;
    if (slow_is_forced(s) && s->held_since == CYCLE_NEVER)
        s->held_since = now;
}
