/*
 * bus_time - gaps between transfers and their causes.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/bus_time.h"

#include <assert.h>
#include <string.h>

/* Add a rule that looks back at a place, or make the one that does so already wait longer. */
static void add_rule(BusTimes *times, ReqOp later, const ColumnRule *rule)
{
    uint32_t *n = &times->n_rules[later];

    for (uint32_t i = 0; i < *n; i++) {
        ColumnRule *other = &times->rules[later][i];

        if (other->last == rule->last && other->shift == rule->shift && other->flip == rule->flip &&
            other->use == rule->use) {
            other->wait = MAX(other->wait, rule->wait);
            return;
        }
    }
    assert(*n < COLUMN_RULES_MAX);
    times->rules[later][(*n)++] = *rule;
}

/* Where a rule of the scope looks back, and how often: at each of the other ranks. */
static void add_rules(BusTimes *times, const Timing *timing, Scope scope, ReqOp earlier,
                      ReqOp later, uint32_t wait)
{
    ColumnRule rule = { .wait = wait, .use = earlier != later ? USE_TURNAROUND : USE_GROUP };

    switch (scope) {
    case SCOPE_BANK: /* no standard has one; the group's is an upper bound */
    case SCOPE_GROUP:
        rule.last = times->group_last[earlier];
        rule.shift = (uint8_t)timing->bank_log2;
        break;
    case SCOPE_RANK:
        rule.last = times->rank_last[earlier];
        rule.shift = (uint8_t)times->rank_log2;
        break;
    case SCOPE_OTHER_RANKS:
        rule.last = times->rank_last[earlier];
        rule.shift = (uint8_t)times->rank_log2;
        rule.use = USE_TURNAROUND;
        for (rule.flip = 1; rule.flip < 1u << times->ranks_log2; rule.flip++)
            add_rule(times, later, &rule);
        return;
    case SCOPE_PSEUDO:
        rule.last = times->bus_last[earlier];
        rule.shift = (uint8_t)times->bus_log2;
        break;
    case SCOPE_CHANNEL:
        rule.last = times->channel_last[earlier];
        rule.shift = 31; /* there is one channel */
        break;
    }
    add_rule(times, later, &rule);
}

static void init_rules(BusTimes *times, const DramConfig *config, const DramStandard *standard,
                       const Timing *timing)
{
    static const Command commands[] = { CMD_RD, CMD_WR };
    Constraint rows[RULES_MAX];
    const uint32_t n = standard->rules(&config->timing, rows);

    for (ReqOp earlier = REQ_READ; earlier <= REQ_WRITE; earlier++)
        for (ReqOp later = REQ_READ; later <= REQ_WRITE; later++)
            for (uint32_t i = 0; i < n; i++) {
                const Constraint *row = &rows[i];
                const int64_t wait = row->wait + timing_clocks(standard, commands[earlier]) -
                                     timing_clocks(standard, commands[later]);

                if (row->earlier >> commands[earlier] & 1 && row->later >> commands[later] & 1 &&
                    wait >= 1)
                    add_rules(times, timing, row->scope, earlier, later, (uint32_t)wait);
            }
}

/* Of the rule between two transfers of a direction in a bank group, when it is the longest of those, and no rule spans
 * buses. */
static uint32_t group_wait(const BusTimes *times, ReqOp op)
{
    uint32_t wait = 0, other = 0;

    for (uint32_t i = 0; i < times->n_rules[op]; i++) {
        const ColumnRule *rule = &times->rules[op][i];

        if (rule->last == times->group_last[op])
            wait = rule->wait;
        else if (rule->use == USE_GROUP)
            other = MAX(other, rule->wait);
        if (times->n_buses > 1 && (rule->last == times->channel_last[REQ_READ] ||
                                   rule->last == times->channel_last[REQ_WRITE]))
            return 0;
    }
    return wait >= other ? wait : 0;
}

void bus_times_init(BusTimes *times, const DramConfig *config, const DramStandard *standard,
                    const Timing *timing)
{
    const DramTiming *t = &config->timing;
    uint32_t size = 4;

    *times = (BusTimes){ .n_buses = config->pseudo_channels,
                         .bus_log2 = timing->bank_log2 + timing->pseudo_log2,
                         .group_log2 = timing->bank_log2,
                         .rank_log2 = timing->bank_log2 + timing->rank_log2,
                         .ranks_log2 = timing->pseudo_log2 - timing->rank_log2,
                         .n_ranks = config->pseudo_channels * config->ranks,
                         .latency = { t->CL, t->CWL },
                         .burst = t->BL };
    while (size < MAX(t->CL, t->CWL) + t->BL + 2)
        size *= 2;
    times->bus = g_new0(BusTime, times->n_buses);
    for (uint32_t i = 0; i < times->n_buses; i++) {
        times->bus[i].recent = g_new0(BusSegment, size);
        times->bus[i].mask = size - 1;
    }
    for (int op = 0; op < 2; op++) {
        times->group_last[op] = g_new0(Cycle, timing->n_groups);
        times->bus_last[op] = g_new0(Cycle, times->n_buses);
        times->rank_last[op] =
            bus_times_rank_apart(times) ? g_new0(Cycle, times->n_ranks) : times->bus_last[op];
        times->channel_last[op] =
            bus_times_bus_apart(times) ? g_new0(Cycle, 1) : times->bus_last[op];
    }
    times->refresh_from = g_new0(Cycle, timing->n_banks);
    times->refresh_until = g_new0(Cycle, timing->n_banks);
    init_rules(times, config, standard, timing);
    for (ReqOp op = REQ_READ; op <= REQ_WRITE; op++)
        times->group_wait[op] = group_wait(times, op);
}

void bus_times_clear(BusTimes *times)
{
    for (uint32_t i = 0; i < times->n_buses; i++)
        g_free(times->bus[i].recent);
    for (int op = 0; op < 2; op++) {
        g_free(times->group_last[op]);
        if (bus_times_rank_apart(times))
            g_free(times->rank_last[op]);
        if (bus_times_bus_apart(times))
            g_free(times->channel_last[op]);
        g_free(times->bus_last[op]);
    }
    g_free(times->refresh_from);
    g_free(times->refresh_until);
    g_clear_pointer(&times->bus, g_free);
}

/* Which constraint allowed the command last; from: those that did before do not count. */
static inline BusUse binding(const BusTimes *times, const Timing *timing, uint32_t bank, ReqOp op,
                             Cycle from)
{
    const Command command = column_of(op);
    const Cycle row = timing->bank[bank].ready[command];
    Cycle latest = MAX(row, from);
    BusUse use = USE_ROW;

    if (timing_bank(timing, command, bank) <= latest)
        return USE_ROW;
    for (uint32_t i = 0; i < times->n_rules[op]; i++) {
        const ColumnRule *rule = &times->rules[op][i];
        const Cycle last = rule->last[bank >> rule->shift ^ rule->flip];
        const Cycle ready = last ? last - 1 + rule->wait : 0;

        if (ready > latest || (ready == latest && use == USE_GROUP)) {
            latest = ready;
            use = rule->use;
        }
    }
    return use;
}

void bus_times_gap(BusTimes *times, const Timing *timing, uint32_t bank, ReqOp op, Cycle start)
{
    BusTime *bus = &times->bus[bank >> times->bus_log2];
    const Cycle latency = times->latency[op];

    bus_time_use(bus, USE_IDLE, MIN(start, bus->since + latency));
    if (bus->end >= start)
        return;
    const BusUse use =
        binding(times, timing, bank, op, bus->end > latency ? bus->end - latency : 0);
    const Cycle from = times->refresh_from[bank] + latency,
                until = times->refresh_until[bank] + latency;

    if (until > bus->end && from < start && times->refresh_until[bank]) {
        bus_time_use(bus, use, from);
        bus_time_use(bus, USE_REFRESH, MIN(until, start));
    }
    bus_time_use(bus, use, start);
}

void bus_times_run(BusTimes *times, uint32_t bank, ReqOp op, uint32_t n, Cycle step, Cycle last)
{
    BusTime *bus = &times->bus[bank >> times->bus_log2];
    /* Those whose data may lie ahead of the last command are entered one by one. */
    const Cycle recent = MIN(n, (times->latency[op] + times->burst) / step + 1),
                earlier = n - recent;

    bus->cycles[USE_GROUP] += earlier * (step - times->burst);
    bus->cycles[USE_DATA] += earlier * times->burst;
    bus->end += earlier * step;
    for (Cycle i = recent; i-- > 0;) {
        const Cycle start = last - i * step + times->latency[op];

        bus_time_use(bus, USE_GROUP, start);
        bus_time_use(bus, USE_DATA, start + times->burst);
    }
    bus->waiting -= n;
    bus_times_last(times, bus, bank, op, last);
}

/* What lies after now: transfers whose commands have been issued. */
static void cycles_after(const BusTime *bus, Cycle now, Cycle cycles[N_BUS_USES])
{
    Cycle until = bus->end;

    memset(cycles, 0, N_BUS_USES * sizeof *cycles);
    for (uint32_t i = bus->next; until > now; i--) {
        const BusSegment *segment = &bus->recent[i & bus->mask];
        const Cycle from = MAX(now, bus->recent[(i - 1) & bus->mask].until);

        cycles[segment->use] += until - from;
        until = from;
    }
}

void bus_time_until(const BusTime *bus, Cycle now, Cycle cycles[N_BUS_USES])
{
    Cycle after[N_BUS_USES], open = now > bus->end ? now - bus->end : 0;

    cycles_after(bus, now, after);
    for (int use = 0; use < N_BUS_USES; use++)
        cycles[use] = bus->cycles[use] - after[use];
    if (open && bus->waiting && bus->since < now) {
        const Cycle idle = bus->since > bus->end ? bus->since - bus->end : 0;

        cycles[USE_ROW] += open - idle;
        open = idle;
    }
    cycles[USE_IDLE] += open;
}

void bus_times_reset(BusTimes *times, Cycle now)
{
    for (uint32_t i = 0; i < times->n_buses; i++) {
        BusTime *bus = &times->bus[i];
        Cycle after[N_BUS_USES];

        cycles_after(bus, now, after);
        memcpy(bus->cycles, after, sizeof after);
        bus->end = MAX(bus->end, now);
    }
}
