/*
 * clock - the edges at which the channels of a memory have something to do.
 *
 * All channels of a memory have one clock.  Most of what they wait for is a few cycles away: the next 64 edges are a ring
 * of slots, each with a bit for every channel that decides there, and one event stands for the earliest of them.  So the
 * cost of a decision does not depend on the number of channels.  What lies further away has an event of its own.
 * At one edge channels decide in the order of their numbers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_CLOCK_H
#define DRAM_CLOCK_H

#include "dram/command.h"
#include "sim/sim.h"

enum { CLOCK_SLOTS = 64 };

/* One that waits for edges; embedded in its owner. */
typedef struct Ticker {
    /* Decide at edge now.  Returns the next edge, in the future, at which it wants to; CYCLE_NEVER: none. */
    Cycle (*tick)(struct Ticker *ticker, Cycle now);
    Cycle wake; /* the edge that it waits for; CYCLE_NEVER: none */
    Event far;  /* when that is beyond the ring */
    struct Clock *clock;
    uint32_t number;
} Ticker;

typedef struct Clock {
    Sim *sim;
    Tick tCK_fs;
    Tick edge_fs; /* of edge now */
    Cycle now; /* the last edge that anybody asked about; those in the ring are at most 63 later */
    Tick wake_fs; /* of the event that counts; TICK_PENDING: none */
    bool ticking;
    bool several;                /* others decide at this edge, too, after the one that does now */
    bool told;                   /* to call settle before time goes on */
    void (*settle)(void *owner); /* what those who have decided have left to be done; may be NULL */
    void *owner;                 /* for settle */
    uint64_t busy;               /* slots that are not empty */
    uint64_t *members;           /* [64][n_words] tickers */
    uint32_t n_words;
    Ticker **tickers;
    Event event;
} Clock;

void clock_init(Clock *clock, Tick tCK_fs, uint32_t n_tickers, Sim *sim);
void clock_clear(Clock *clock);
/* number: from 0, each once. */
void clock_add(Clock *clock, Ticker *ticker, uint32_t number);
/* What decisions have left to be done is done, in order. */
static inline void clock_settle(Clock *clock)
{
    if (clock->told)
        clock->settle(clock->owner);
    clock->told = false;
}

/* clock_wake_at in all cases. */
void clock_change(Ticker *ticker, Cycle wake);
/* The last edge at or before now, and move there if nobody waits for one before it. */
Cycle clock_move(Clock *clock, Tick now);

/* Whether it stands at the last edge at or before now. */
static inline bool clock_is_at(const Clock *clock, Tick now)
{
    return now - clock->edge_fs < clock->tCK_fs;
}

/* The last edge at or before now. */
static inline Cycle clock_edge(Clock *clock, Tick now)
{
    return clock_is_at(clock, now) ? clock->now : clock_move(clock, now);
}

/* The ticker wants to be called at edge wake, in the future, and not at another one; CYCLE_NEVER: not at all. */
static inline void clock_wake_at(Ticker *ticker, Cycle wake)
{
    Clock *clock = ticker->clock;
    const uint32_t slot = wake % CLOCK_SLOTS;

    if (!clock->ticking || ticker->wake != CYCLE_NEVER || wake - clock->now >= CLOCK_SLOTS) {
        clock_change(ticker, wake);
        return;
    }
    ticker->wake = wake;
    clock->members[slot * clock->n_words + ticker->number / 64] |= UINT64_C(1)
                                                                   << (ticker->number % 64);
    clock->busy |= UINT64_C(1) << slot;
}

#endif
