/*
 * clock - a ring of edges and the event for the earliest one.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/clock.h"

#include <glib.h>

static inline uint64_t *members_of(Clock *clock, Cycle edge)
{
    return &clock->members[edge % CLOCK_SLOTS * clock->n_words];
}

static void enter_slot(Clock *clock, const Ticker *ticker, Cycle edge)
{
    members_of(clock, edge)[ticker->number / 64] |= UINT64_C(1) << (ticker->number % 64);
    clock->busy |= UINT64_C(1) << (edge % CLOCK_SLOTS);
}

static void leave_slot(Clock *clock, const Ticker *ticker, Cycle edge)
{
    uint64_t *members = members_of(clock, edge), any = 0;

    members[ticker->number / 64] &= ~(UINT64_C(1) << (ticker->number % 64));
    for (uint32_t w = 0; w < clock->n_words; w++)
        any |= members[w];
    if (!any)
        clock->busy &= ~(UINT64_C(1) << (edge % CLOCK_SLOTS));
}

/* The earliest edge in the ring that somebody waits for. */
static inline Cycle earliest(const Clock *clock)
{
    const uint32_t from = clock->now % CLOCK_SLOTS;
    const uint64_t turned = clock->busy >> from | clock->busy
                                                      << ((CLOCK_SLOTS - from) % CLOCK_SLOTS);

    return clock->now + (Cycle)__builtin_ctzll(turned);
}

void clock_change(Ticker *ticker, Cycle wake)
{
    Clock *clock = ticker->clock;

    if (wake == ticker->wake)
        return;
    if (ticker->wake != CYCLE_NEVER && ticker->wake - clock->now < CLOCK_SLOTS)
        leave_slot(clock, ticker, ticker->wake);
    ticker->wake = wake;
    if (wake == CYCLE_NEVER)
        return;
    if (wake - clock->now >= CLOCK_SLOTS) {
        sim_at(clock->sim, wake * clock->tCK_fs, &ticker->far);
        return;
    }
    enter_slot(clock, ticker, wake);
    if (!clock->ticking && wake * clock->tCK_fs < clock->wake_fs) {
        clock->wake_fs = wake * clock->tCK_fs;
        sim_at(clock->sim, clock->wake_fs, &clock->event);
    }
}

/* It never goes back, or places in the ring would stand for other edges: a request may have come ahead of the events (a
 * prefetch), and an edge before it is one that a ticker has waited for by an event of its own. */
static inline void stand_at(Clock *clock, Cycle edge, Tick edge_fs)
{
    if (edge < clock->now)
        return;
    clock->now = edge;
    clock->edge_fs = edge_fs;
}

/* The ticker decides; at edge after edge when no other one waits for any (alone) and no event comes before. */
static inline void tick_one(Clock *clock, Ticker *ticker, Cycle edge, bool alone)
{
    ticker->wake = CYCLE_NEVER;
    Cycle next = ticker->tick(ticker, edge);

    while (alone && !clock->busy && next - clock->now < CLOCK_SLOTS) {
        const Tick next_fs = next * clock->tCK_fs;

        if (!sim_go_on(clock->sim, next_fs))
            break;
        stand_at(clock, next, next_fs);
        next = ticker->tick(ticker, next);
    }
    if (next == CYCLE_NEVER)
        return;
    if (next - clock->now >= CLOCK_SLOTS) /* an event: what those before have told goes first */
        clock_settle(clock);
    clock_wake_at(ticker, next);
}

/* Let those that wait for the edge decide, in order. */
static inline void tick(Clock *clock, Cycle edge, Tick edge_fs)
{
    uint64_t *members = members_of(clock, edge);
    const uint32_t last = clock->n_words - 1;

    stand_at(clock, edge, edge_fs);
    clock->busy &= ~(UINT64_C(1) << (edge % CLOCK_SLOTS));
    for (uint32_t w = 0; w <= last; w++) {
        uint64_t bits = members[w];

        members[w] = 0;
        while (bits) {
            Ticker *ticker = clock->tickers[w * 64 + (uint32_t)__builtin_ctzll(bits)];

            bits &= bits - 1;
            clock->several = bits != 0;
            if (!clock->several)
                clock_settle(clock);
            tick_one(clock, ticker, edge, bits == 0 && w == last);
        }
    }
}

static void clock_fires(Event *event, Tick now)
{
    Clock *clock = event->owner;

    if (now != clock->wake_fs)
        return; /* an earlier event has done it */
    clock->wake_fs = TICK_PENDING;
    if (!clock->busy)
        return;
    clock->ticking = true;
    Cycle edge = earliest(clock);
    Tick edge_fs = edge * clock->tCK_fs;

    if (edge_fs == now)
        do {
            tick(clock, edge, edge_fs);
            edge = clock->busy ? earliest(clock) : CYCLE_NEVER;
            edge_fs = edge * clock->tCK_fs;
        } while (edge != CYCLE_NEVER && sim_go_on(clock->sim, edge_fs));
    clock->ticking = false;
    if (edge == CYCLE_NEVER)
        return;
    clock->wake_fs = edge_fs;
    sim_at(clock->sim, edge_fs, &clock->event);
}

static void far_fires(Event *event, Tick now)
{
    Ticker *ticker = event->owner;
    Clock *clock = ticker->clock;
    const Cycle edge = ticker->wake;

    if (edge == CYCLE_NEVER || edge * clock->tCK_fs != now)
        return; /* decided otherwise since */
    clock_wake_at(ticker, CYCLE_NEVER);
    stand_at(clock, edge, now);
    clock->ticking = true;
    tick_one(clock, ticker, edge, false);
    clock->ticking = false;
    if (!clock->busy)
        return;
    const Tick next_fs = earliest(clock) * clock->tCK_fs;

    if (next_fs < clock->wake_fs) {
        clock->wake_fs = next_fs;
        sim_at(clock->sim, next_fs, &clock->event);
    }
}

Cycle clock_move(Clock *clock, Tick now)
{
    const Cycle edge = now / clock->tCK_fs;

    if (edge > clock->now && (!clock->busy || earliest(clock) >= edge)) {
        clock->now = edge;
        clock->edge_fs = edge * clock->tCK_fs;
    }
    return edge;
}

void clock_init(Clock *clock, Tick tCK_fs, uint32_t n_tickers, Sim *sim)
{
    *clock = (Clock){
        .sim = sim, .tCK_fs = tCK_fs, .wake_fs = TICK_PENDING, .n_words = (n_tickers + 63) / 64
    };
    clock->members = g_new0(uint64_t, (size_t)CLOCK_SLOTS * clock->n_words);
    clock->tickers = g_new0(Ticker *, n_tickers);
    clock->event = (Event){ .fire = clock_fires, .owner = clock };
}

void clock_clear(Clock *clock)
{
    g_clear_pointer(&clock->members, g_free);
    g_clear_pointer(&clock->tickers, g_free);
}

void clock_add(Clock *clock, Ticker *ticker, uint32_t number)
{
    ticker->wake = CYCLE_NEVER;
    ticker->far = (Event){ .fire = far_fires, .owner = ticker };
    ticker->clock = clock;
    ticker->number = number;
    clock->tickers[number] = ticker;
}
