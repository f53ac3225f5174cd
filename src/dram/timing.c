/*
 * timing - rules into effects, effects into registers.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/timing.h"

#include <assert.h>

static uint32_t log2_of(uint32_t n)
{
    assert(n > 0 && (n & (n - 1)) == 0);
    return (uint32_t)__builtin_ctz(n);
}

/* Add an effect, or make an equal one that waits less wait longer. */
static void add_effect(Timing *timing, Command earlier, const Effect *effect)
{
    uint32_t *n = &timing->n_effects[earlier];

    for (uint32_t i = 0; i < *n; i++) {
        Effect *e = &timing->effects[earlier][i];

        if (e->reach == effect->reach && e->later == effect->later && e->nth == effect->nth &&
            e->groups_log2 == effect->groups_log2) {
            e->wait = MAX(e->wait, effect->wait);
            return;
        }
    }
    assert(*n < G_N_ELEMENTS(timing->effects[earlier]));
    timing->effects[earlier][(*n)++] = *effect;
}

static Effect effect_of(const Timing *timing, const Constraint *row, Command later)
{
    Effect effect = { .later = (uint8_t)later, .nth = (uint8_t)row->nth };

    if (later >= N_BANK_COMMANDS) {
        effect.reach = REACH_UNIT;
        return effect;
    }
    switch (row->scope) {
    case SCOPE_BANK:
        effect.reach = REACH_BANK;
        break;
    case SCOPE_GROUP:
        effect.reach = REACH_GROUP;
        break;
    case SCOPE_OTHER_RANKS:
        effect.reach = REACH_OTHER_RANKS;
        break;
    case SCOPE_RANK:
    case SCOPE_PSEUDO:
    case SCOPE_CHANNEL:
        effect.reach = REACH_GROUPS;
        effect.groups_log2 = (uint8_t)(row->scope == SCOPE_RANK     ? timing->rank_log2
                                       : row->scope == SCOPE_PSEUDO ? timing->pseudo_log2
                                                                    : log2_of(timing->n_groups));
        if (effect.groups_log2 == 0)
            effect.reach = REACH_GROUP;
        break;
    }
    return effect;
}

static uint32_t clocks_of(const DramStandard *standard, Command command)
{
    return standard->cycles[command] ? standard->cycles[command] : 1;
}

static void add_row(Timing *timing, const DramStandard *standard, const Constraint *row,
                    CommandSet used)
{
    for (Command earlier = 0; earlier < N_COMMANDS; earlier++)
        for (Command later = 0; later < N_COMMANDS; later++) {
            if (!(row->earlier & used & (UINT32_C(1) << earlier)) ||
                !(row->later & used & (UINT32_C(1) << later)))
                continue;
            const int64_t wait =
                row->wait + clocks_of(standard, earlier) - clocks_of(standard, later);
            Effect effect = effect_of(timing, row, later);

            if (wait < 1)
                continue;
            effect.wait = (uint32_t)wait;
            if (row->nth > 1) {
                timing->looks_back[earlier] = true;
                timing->history_log2[earlier] = effect.groups_log2;
            }
            assert(row->nth <= HISTORY_MAX);
            add_effect(timing, earlier, &effect);
        }
}

/* A command of several clocks keeps its bus so long. */
static void add_bus_rows(Timing *timing, const DramStandard *standard, CommandSet used)
{
    for (Command command = 0; command < N_COMMANDS; command++) {
        const CommandSet column = SET_COLUMN & (UINT32_C(1) << command);
        const CommandSet bus = !standard->two_buses ? SET_ALL : column ? SET_COLUMN : SET_ROW;

        if (clocks_of(standard, command) == 1 || !(used & (UINT32_C(1) << command)))
            continue;
        for (Command later = 0; later < N_COMMANDS; later++)
            if (bus & used & (UINT32_C(1) << later)) {
                const Constraint row = { .scope = SCOPE_CHANNEL, .nth = 1 };
                Effect effect = effect_of(timing, &row, later);

                effect.wait = clocks_of(standard, command);
                add_effect(timing, command, &effect);
            }
    }
}

void timing_init(Timing *timing, const DramConfig *config, const DramStandard *standard,
                 CommandSet used)
{
    Constraint rows[RULES_MAX];
    const uint32_t n_rows = standard->rules(&config->timing, rows);

    *timing = (Timing){ .bank_log2 = log2_of(config->banks),
                        .rank_log2 = log2_of(config->bank_groups),
                        .pseudo_log2 = log2_of(config->bank_groups * config->ranks) };
    timing->unit_log2 =
        standard->refresh_scope == SCOPE_RANK ? timing->rank_log2 : timing->pseudo_log2;
    timing->n_groups = config->pseudo_channels * config->ranks * config->bank_groups;
    timing->n_banks = timing->n_groups * config->banks;
    timing->n_units = timing->n_groups >> timing->unit_log2;
    timing->bank = g_new0(Registers, timing->n_banks);
    timing->group = g_new0(Registers, timing->n_groups);
    timing->unit = g_malloc0_n(timing->n_units, sizeof *timing->unit);
    timing->history = g_new0(History, (size_t)timing->n_groups * N_COMMANDS);
    for (uint32_t i = 0; i < n_rows; i++)
        add_row(timing, standard, &rows[i], used);
    add_bus_rows(timing, standard, used);
}

void timing_clear(Timing *timing)
{
    g_clear_pointer(&timing->bank, g_free);
    g_clear_pointer(&timing->group, g_free);
    g_clear_pointer(&timing->unit, g_free);
    g_clear_pointer(&timing->history, g_free);
}

static inline void raise_to(Cycle *ready, Cycle when)
{
    *ready = *ready > when ? *ready : when;
}

static void raise_groups(Timing *timing, uint32_t first, uint32_t n, uint32_t later, Cycle when)
{
    for (uint32_t g = first; g < first + n; g++)
        raise_to(&timing->group[g].ready[later], when);
}

static void raise_other_ranks(Timing *timing, uint32_t group, uint32_t later, Cycle when)
{
    const uint32_t first = group >> timing->pseudo_log2 << timing->pseudo_log2;
    const uint32_t rank = group >> timing->rank_log2;

    for (uint32_t g = first; g < first + (UINT32_C(1) << timing->pseudo_log2); g++)
        if (g >> timing->rank_log2 != rank)
            raise_to(&timing->group[g].ready[later], when);
}

/* The nth-last command of the kind at the place, this one included; CYCLE_NEVER: there is none. */
static Cycle look_back(const History *history, uint32_t nth)
{
    return history->next < nth ? CYCLE_NEVER : history->at[(history->next - nth) % HISTORY_MAX];
}

void timing_issue(Timing *timing, Command command, uint32_t place, Cycle now)
{
    const bool whole_unit = command >= N_BANK_COMMANDS;
    const uint32_t group = whole_unit ? place << timing->unit_log2 : place >> timing->bank_log2;
    const uint32_t unit = whole_unit ? place : group >> timing->unit_log2;
    const Effect *effect = timing->effects[command];
    const Effect *const end = effect + timing->n_effects[command];
    History *history = NULL;

    if (timing->looks_back[command]) {
        history = &timing->history[(group >> timing->history_log2[command]) * N_COMMANDS + command];
        history->at[history->next++ % HISTORY_MAX] = now;
    }
    for (; effect < end; effect++) {
        Cycle when = now + effect->wait;

        if (effect->nth > 1) {
            const Cycle past = look_back(history, effect->nth);

            if (past == CYCLE_NEVER)
                continue;
            when = past + effect->wait;
        }
        switch ((Reach)effect->reach) {
        case REACH_BANK:
            assert(!whole_unit);
            raise_to(&timing->bank[place].ready[effect->later], when);
            break;
        case REACH_GROUP:
            raise_to(&timing->group[group].ready[effect->later], when);
            break;
        case REACH_GROUPS:
            raise_groups(timing, group >> effect->groups_log2 << effect->groups_log2,
                         UINT32_C(1) << effect->groups_log2, effect->later, when);
            break;
        case REACH_OTHER_RANKS:
            raise_other_ranks(timing, group, effect->later, when);
            break;
        case REACH_UNIT:
            raise_to(&timing->unit[unit][effect->later - CMD_PREA], when);
            break;
        }
    }
}
