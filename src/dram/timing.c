/*
 * timing - rules into plans, plans into registers.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/timing.h"

#include <assert.h>
#include <string.h>

static uint32_t log2_of(uint32_t n)
{
    assert(n > 0 && (n & (n - 1)) == 0);
    return (uint32_t)__builtin_ctz(n);
}

/* One rule between two commands, in cycles from first clock to first clock. */
typedef struct {
    Scope scope;
    Command later;
    uint32_t nth, wait;
} Rule;

/* Whether a rule reaches from one group to another. */
static bool reaches(const Timing *timing, Scope scope, uint32_t from, uint32_t to)
{
    const bool same_rank = from >> timing->rank_log2 == to >> timing->rank_log2;
    const bool same_pseudo = from >> timing->pseudo_log2 == to >> timing->pseudo_log2;

    switch (scope) {
    case SCOPE_BANK:
    case SCOPE_GROUP:
        return from == to;
    case SCOPE_RANK:
        return same_rank;
    case SCOPE_OTHER_RANKS:
        return same_pseudo && !same_rank;
    case SCOPE_PSEUDO:
        return same_pseudo;
    case SCOPE_CHANNEL:
        return true;
    }
    return false;
}

/* Add an effect, or make an equal one that waits less wait longer. */
static void add_effect(GArray *effects, guint first, uint32_t index, uint32_t wait)
{
    for (guint i = first; i < effects->len; i++) {
        Effect *e = &g_array_index(effects, Effect, i);

        if (e->index == index) {
            e->wait = MAX(e->wait, wait);
            return;
        }
    }
    const Effect effect = { index, wait };

    g_array_append_val(effects, effect);
}

/* Commands of one kind are remembered for a place: its first group tells which. */
static uint32_t history_of(const Timing *timing, Scope scope, Command command, uint32_t group)
{
    const uint32_t shift = scope == SCOPE_GROUP    ? 0
                           : scope == SCOPE_RANK   ? timing->rank_log2
                           : scope == SCOPE_PSEUDO ? timing->pseudo_log2
                                                   : log2_of(timing->n_groups);

    return (scope * timing->n_groups + (group >> shift << shift)) * N_COMMANDS + command;
}

/* A rule between a command to the group and those that find this register. */
static void add_to_plan(Timing *timing, Plan *plan, guint first, uint32_t index, const Rule *rule,
                        uint32_t history)
{
    if (rule->nth == 1) {
        add_effect(timing->effects, first, index, rule->wait);
        return;
    }
    const Recall recall = { index, rule->wait, rule->nth, history };

    g_array_append_val(timing->recalls, recall);
    plan->n_recalls++;
}

/* The rank's register holds the command up as long: the group's is not needed. */
static bool rank_waits_as_long(const Timing *timing, guint first, uint32_t index, uint32_t wait)
{
    for (guint i = first; i < timing->effects->len; i++) {
        const Effect *e = &g_array_index(timing->effects, Effect, i);

        if (e->index == index && e->wait >= wait)
            return true;
    }
    return false;
}

/* Those on commands of the plan's own kind come first. */
static void own_first(GArray *effects, guint first, Plan *plan, Command own)
{
    for (guint i = first; i < effects->len; i++) {
        const Effect effect = g_array_index(effects, Effect, i);

        if (effect.index % 8 != own)
            continue;
        g_array_remove_index(effects, i);
        g_array_insert_val(effects, first + plan->n_own++, effect);
    }
}

static void add_plan(Timing *timing, Command earlier, uint32_t bank, const GArray *rules)
{
    Plan *plan = &timing->plans[bank * N_COMMANDS + earlier];
    const uint32_t group = bank >> timing->bank_log2;
    const guint first = timing->effects->len;
    const uint32_t groups = timing->n_banks * 8, ranks = groups + timing->n_groups * 8;

    for (guint i = 0; i < rules->len; i++) {
        const Rule *rule = &g_array_index(rules, Rule, i);
        const uint32_t history = history_of(timing, rule->scope, earlier, group);

        if (rule->scope <= SCOPE_GROUP || rule->later >= N_BANK_COMMANDS)
            continue;
        for (uint32_t to = 0; to < timing->n_ranks; to++)
            if (reaches(timing, rule->scope, group, to << timing->rank_log2))
                add_to_plan(timing, plan, first, ranks + to * 8 + rule->later, rule, history);
    }
    for (guint i = 0; i < rules->len; i++) {
        const Rule *rule = &g_array_index(rules, Rule, i);
        const uint32_t rank = ranks + (group >> timing->rank_log2) * 8 + rule->later;

        if (rule->scope == SCOPE_GROUP && rule->later < N_BANK_COMMANDS &&
            (rule->nth > 1 || !rank_waits_as_long(timing, first, rank, rule->wait)))
            add_to_plan(timing, plan, first, groups + group * 8 + rule->later, rule,
                        history_of(timing, rule->scope, earlier, group));
    }
    for (guint i = 0; i < rules->len; i++) {
        const Rule *rule = &g_array_index(rules, Rule, i);

        if (rule->scope != SCOPE_BANK || rule->later >= N_BANK_COMMANDS)
            continue;
        assert(rule->nth == 1);
        add_effect(timing->effects, first, bank * 8 + rule->later, rule->wait);
    }
    plan->n_effects = timing->effects->len - first;
    own_first(timing->effects, first, plan, earlier);
}

static uint32_t *unit_waits_of(const Timing *timing, Command later, uint32_t unit, uint32_t group)
{
    return &timing->unit_waits[(((later - CMD_PREA) * timing->n_units + unit) * timing->n_groups +
                                group) *
                               N_COMMANDS];
}

/* What PREA and REFAB have to wait for after a command to the group. */
static void add_unit_waits(Timing *timing, Command earlier, uint32_t group, const GArray *rules)
{
    for (guint i = 0; i < rules->len; i++) {
        const Rule *rule = &g_array_index(rules, Rule, i);

        if (rule->later < N_BANK_COMMANDS)
            continue;
        assert(rule->nth == 1);
        for (uint32_t to = 0; to < timing->n_groups; to++)
            if (reaches(timing, rule->scope, group, to)) {
                uint32_t *wait =
                    &unit_waits_of(timing, rule->later, to >> timing->unit_log2, group)[earlier];

                *wait = MAX(*wait, rule->wait);
            }
    }
}

static void add_rule(GArray *rules, const DramStandard *standard, const Constraint *row,
                     Command earlier, Command later)
{
    const int64_t wait =
        row->wait + timing_clocks(standard, earlier) - timing_clocks(standard, later);
    const Rule rule = { row->scope, later, row->nth, (uint32_t)wait };

    if (wait >= 1)
        g_array_append_val(rules, rule);
    assert(row->nth <= HISTORY_MAX);
}

/* The rules after a command.  That it keeps its bus for some clocks is left to the channel. */
static GArray *rules_after(const DramStandard *standard, const Constraint *rows, uint32_t n_rows,
                           Command earlier, CommandSet used)
{
    GArray *rules = g_array_new(FALSE, FALSE, sizeof(Rule));
    const CommandSet own = UINT32_C(1) << earlier;

    for (Command later = 0; later < N_COMMANDS; later++) {
        const CommandSet bit = used & UINT32_C(1) << later;

        for (uint32_t i = 0; i < n_rows; i++)
            if (rows[i].earlier & own && rows[i].later & bit)
                add_rule(rules, standard, &rows[i], earlier, later);
    }
    return rules;
}

/* The arrays stay where they are from now on. */
static void point_plans(Timing *timing)
{
    const Effect *effect = (const Effect *)(void *)timing->effects->data;
    const Recall *recall = (const Recall *)(void *)timing->recalls->data;

    for (Command earlier = 0; earlier < N_COMMANDS; earlier++)
        for (uint32_t bank = 0; bank < timing->n_banks; bank++) {
            Plan *plan = &timing->plans[bank * N_COMMANDS + earlier];

            plan->effects = effect;
            plan->recalls = recall;
            effect += plan->n_effects;
            recall += plan->n_recalls;
        }
}

/* Which commands elsewhere the rule holds up. */
static void note_reach(Timing *timing, Command earlier, const Rule *rule)
{
    const CommandSet later = UINT32_C(1) << rule->later;

    timing->holds[earlier] |= later;
    if (rule->scope == SCOPE_GROUP)
        timing->grouped |= later;
    else if (rule->scope == SCOPE_CHANNEL ||
             (rule->scope != SCOPE_RANK && timing->pseudo_log2 > timing->rank_log2))
        timing->beyond[earlier] |= later;
}

static void make_plans(Timing *timing, const DramConfig *config, const DramStandard *standard,
                       CommandSet used)
{
    Constraint rows[RULES_MAX];
    const uint32_t n_rows = standard->rules(&config->timing, rows);

    timing->plans = g_rc_box_alloc0(timing->n_banks * N_COMMANDS * sizeof(Plan));
    timing->unit_waits = g_rc_box_alloc0((gsize)2 * timing->n_units * timing->n_groups *
                                         N_COMMANDS * sizeof *timing->unit_waits);
    timing->effects = g_array_sized_new(FALSE, FALSE, sizeof(Effect), 1);
    timing->recalls = g_array_sized_new(FALSE, FALSE, sizeof(Recall), 1);
    for (Command earlier = 0; earlier < N_COMMANDS; earlier++) {
        if (!(used & (UINT32_C(1) << earlier)))
            continue;
        g_autoptr(GArray) rules = rules_after(standard, rows, n_rows, earlier, used);

        for (guint i = 0; i < rules->len; i++) {
            const Rule *rule = &g_array_index(rules, Rule, i);

            if (rule->scope != SCOPE_BANK || rule->later >= N_BANK_COMMANDS)
                note_reach(timing, earlier, rule);
        }
        for (uint32_t bank = 0; bank < timing->n_banks; bank++)
            add_plan(timing, earlier, bank, rules);
        for (uint32_t group = 0; group < timing->n_groups; group++)
            add_unit_waits(timing, earlier, group, rules);
    }
    point_plans(timing);
}

/* What does not change, from another one. */
static void take_plans(Timing *timing, const Timing *like)
{
    timing->plans = g_rc_box_acquire(like->plans);
    timing->unit_waits = g_rc_box_acquire(like->unit_waits);
    timing->effects = g_array_ref(like->effects);
    timing->recalls = g_array_ref(like->recalls);
    memcpy(timing->holds, like->holds, sizeof timing->holds);
    memcpy(timing->beyond, like->beyond, sizeof timing->beyond);
    timing->grouped = like->grouped;
}

void timing_init(Timing *timing, const DramConfig *config, const DramStandard *standard,
                 CommandSet used, const Timing *like)
{
    *timing = (Timing){ .bank_log2 = log2_of(config->banks),
                        .rank_log2 = log2_of(config->bank_groups),
                        .pseudo_log2 = log2_of(config->bank_groups * config->ranks) };
    timing->unit_log2 =
        standard->refresh_scope == SCOPE_RANK ? timing->rank_log2 : timing->pseudo_log2;
    timing->banks_of_rank_log2 = timing->bank_log2 + timing->rank_log2;
    timing->rank_mask = UINT64_MAX >> (64 - (1u << MIN(timing->banks_of_rank_log2, 6)));
    timing->n_groups = config->pseudo_channels * config->ranks * config->bank_groups;
    timing->n_banks = timing->n_groups * config->banks;
    timing->n_ranks = timing->n_groups >> timing->rank_log2;
    timing->n_units = timing->n_groups >> timing->unit_log2;
    timing->all = g_new0(Cycle, (timing->n_banks + timing->n_groups + timing->n_ranks) * 8);
    timing->bank = (Registers *)timing->all;
    timing->group = timing->bank + timing->n_banks;
    timing->rank = timing->group + timing->n_groups;
    timing->last = g_new0(Cycle, (size_t)timing->n_groups * N_COMMANDS);
    timing->history = g_new0(History, (size_t)(SCOPE_CHANNEL + 1) * timing->n_groups * N_COMMANDS);
    if (like)
        take_plans(timing, like);
    else
        make_plans(timing, config, standard, used);
}

void timing_clear(Timing *timing)
{
    g_clear_pointer(&timing->all, g_free);
    g_clear_pointer(&timing->last, g_free);
    g_clear_pointer(&timing->unit_waits, g_rc_box_release);
    g_clear_pointer(&timing->history, g_free);
    g_clear_pointer(&timing->plans, g_rc_box_release);
    g_clear_pointer(&timing->effects, g_array_unref);
    g_clear_pointer(&timing->recalls, g_array_unref);
}

void timing_recall(Timing *timing, const Plan *plan, Cycle now)
{
    for (uint32_t i = 0; i < plan->n_recalls; i++) {
        const Recall *r = &plan->recalls[i];
        History *history = &timing->history[r->history];

        /* Effects of one history stand together: the first of them notes the command. */
        if (i == 0 || r->history != r[-1].history)
            history->at[history->next++ % HISTORY_MAX] = now;
        if (history->next >= r->nth)
            timing_raise(&timing->all[r->index],
                         history->at[(history->next - r->nth) % HISTORY_MAX] + r->wait);
    }
}

Cycle timing_unit(const Timing *timing, Command command, uint32_t unit)
{
    const uint32_t *waits = unit_waits_of(timing, command, unit, 0);
    Cycle ready = 0;

    for (uint32_t i = 0; i < timing->n_groups * N_COMMANDS; i++)
        if (waits[i] && timing->last[i])
            timing_raise(&ready, timing->last[i] - 1 + waits[i]);
    return ready;
}
