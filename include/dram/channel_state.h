/*
 * channel_state - the inside of a channel, for the channel and its schedulers.
 *
 * Each bank keeps, for each direction, what it would issue next: a hit (RD or WR) and a command that works towards its
 * oldest other request (PRE or ACT), with the time at which the bank alone would allow it.  Only what happens to the bank
 * changes that; what happens elsewhere in its group is in the group's registers.
 *
 * Invariants: an entry is in the lane of its bank and direction, or is its bank's active one; hit is the oldest entry of
 * a lane for the open row; miss the oldest other one (any, when the bank is closed); waiting has a bit for each bank
 * with a lane that is not empty, active for each with an active entry.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_CHANNEL_STATE_H
#define DRAM_CHANNEL_STATE_H

#include "dram/bus_time.h"
#include "dram/channel.h"
#include "dram/rank_time.h"
#include "dram/timing.h"

enum { BANKS_MAX = 256, BANK_WORDS = BANKS_MAX / 64, NONE = -1 };

/* What a bank would issue next: not before at; of two at the same time the smaller key first. */
typedef struct {
    Cycle at;
    uint64_t key;
    int16_t entry;
    uint8_t command;
} Candidate;

/* A burst in a window. */
typedef struct {
    Cycle seen;     /* from when on the scheduler sees it */
    uint64_t order; /* of acceptance; of an active entry: age, then activation */
    uint32_t row, column;
    uint16_t bank;
    uint8_t op;           /* ReqOp */
    bool begun;           /* it has got a command */
    int16_t next, before; /* in its lane, older before */
    Tick arrived;
    Burst burst;
} Entry;

/* Entries of one bank and direction, in order of age. */
typedef struct {
    int16_t head, tail, hit, miss;
} Lane;

typedef struct {
    Lane lane[2]; /* by ReqOp */
    uint32_t row;
    uint32_t hits; /* in the open row */
    int16_t active;
    bool open;
    bool held; /* for a refresh of its own: nothing else is begun */
} Bank;

typedef enum { BUS_COLUMN, BUS_ROW, N_BUSES } Bus;

/* Of two commands that are legal at the same time the one with the smaller key goes first. */
#define KEY_REFRESH (UINT64_C(1) << 62)
#define KEY_WAITING (UINT64_C(1) << 63)
#define KEY_TIMEOUT (UINT64_C(3) << 62) /* + bank */

/* The next command of a bus. */
typedef struct {
    Cycle when; /* CYCLE_NEVER: there is none */
    uint64_t key;
    int16_t entry; /* NONE: a command of the controller itself */
    uint8_t command;
    uint16_t place;
} Pick;

typedef struct {
    Burst burst;
    Cycle seen;
    Tick arrived;
} Waiting;

/* Refreshes of single banks (or of one bank of each group, or of pairs), in turn. */
typedef struct {
    Cycle
        hold_at; /* the next one's banks are kept free from then on; CYCLE_NEVER: they are, or there is none */
    Cycle held_since; /* CYCLE_NEVER: not */
    uint64_t done;
    uint32_t n_targets;          /* refreshes of a round, tREFI */
    uint32_t count, stride;      /* banks of a refresh */
    uint32_t n_ranks, rank_log2; /* of the channel; banks of one */
} Rotation;

struct Channel {
    Timing timing;
    const struct ArbOps *arb;
    Bank *banks;
    Entry *entries;
    int16_t free; /* chain through next */
    uint32_t size[2], capacity[2];
    uint32_t n_active;
    uint64_t waiting[2][BANK_WORDS], active[BANK_WORDS];
    uint64_t hits[2][BANK_WORDS], others[2][BANK_WORDS]; /* banks with a candidate */
    Candidate *hit[2], *other[2], *open;                 /* [n_banks]; open: of the active entry */
    uint32_t bank_words;
    uint64_t next_order;
    uint32_t row_hit_cap;

    ReqOp mode, mode_next; /* direction served; as it will be once the sizes have been looked at */
    Cycle mode_since;      /* of the last change of a size */
    uint32_t high, low;    /* more writes than high: serve them; fewer than low: go back */

    Pick best[N_BUSES];
    Cycle bus_free[N_BUSES];
    uint8_t clocks[N_COMMANDS]; /* that a command keeps its bus */
    bool two_buses;
    bool deciding;

    Cycle next_refresh; /* of all banks: from then on nothing else is begun; CYCLE_NEVER: none */
    Cycle due_refresh;  /* from then on an idle channel refreshes; CYCLE_NEVER: none */
    uint32_t refresh_unit;
    uint32_t *unit_open, *unit_active; /* [n_units] banks */

    Rotation rotation;

    Waiting *queue; /* ring, [queue_size] */
    uint32_t queue_size, queue_head, queue_count;

    Tick tCK_fs, wake_fs;
    Cycle now;                                  /* while deciding */
    Cycle read_cycles, write_cycles;            /* from the command to the end of its data */
    Cycle refi, rfc, postponed, latency_cycles; /* postponed: how long a refresh may be put off */
    Tick latency_fs;
    PagePolicy page;
    Cycle page_timeout;
    Cycle *last_use;     /* [n_banks], of the open row; with PAGE_TIMEOUT */
    Cycle auto_close[2]; /* from RDA, WRA to the precharge at the earliest */
    Event event;
    Sim *sim;
    ChannelStats stats;
    Cycle stats_from;   /* of the last reset */
    uint64_t queued[2]; /* entries of the windows, times cycles, until queued_at */
    Cycle queued_at[2];
    uint32_t queued_max[2];
    BusTimes buses;
    RankTime *ranks; /* NULL: no currents, no energy */
    const ChannelHooks *hooks;
    void *owner;
    CommandLog log;
    void *log_owner;
};

static inline void pick_consider(Pick *best, Cycle when, uint64_t key, int16_t entry,
                                 Command command, uint32_t place)
{
    if (when < best->when || (when == best->when && key < best->key))
        *best = (Pick){ when, key, entry, (uint8_t)command, (uint16_t)place };
}

static inline Cycle cycle_max(Cycle a, Cycle b)
{
    return a > b ? a : b;
}

#endif
