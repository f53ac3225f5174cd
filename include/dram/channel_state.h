/*
 * channel_state - the inside of a channel, for the channel and its schedulers.
 *
 * For the direction that is served each bank keeps what it would issue next: a hit (RD or WR) and a command that works
 * towards its oldest other request (PRE or ACT), each as a claim: the time at which the bank alone would allow it, and
 * the age of the request.  Only what happens to the bank changes them; what happens elsewhere in its group or rank is in
 * the registers of these.  The best of the claims is kept for each bus, too, and looked for again only when something
 * may have made it worse.
 *
 * Invariants: an entry is in the lane of its bank and direction, or is its bank's active one, or waits before the window,
 * or is free; hit is the oldest entry of a lane for the open row; miss the oldest other one (any, when the bank is
 * closed); waiting has a bit for each bank with a lane that is not empty; hits, closes and opens have one for each bank
 * with such a claim.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_CHANNEL_STATE_H
#define DRAM_CHANNEL_STATE_H

#include "dram/bus_time.h"
#include "dram/channel.h"
#include "dram/rank_time.h"
#include "dram/timing.h"

enum { BANKS_MAX = 256, BANK_WORDS = BANKS_MAX / 64, NONE = -1, ORDER_BITS = 16 };

/* A time above, the order of acceptance below: the smallest one goes first. */
typedef uint64_t Claim;
#define CLAIM_NEVER UINT64_MAX

/* A burst in a window, or in front of it. */
typedef struct {
    Cycle seen; /* from when on the scheduler sees it */
    uint32_t row, column;
    int32_t next,
        before;     /* in its lane, older before; next also of those that wait, and of free ones */
    uint16_t order; /* of acceptance */
    uint16_t bank;
    uint8_t op; /* ReqOp */
    bool begun; /* it has got a command */
    Tick arrived;
    Req *req;
    Bundle *bundle;
} Entry;

/* Entries of one bank and direction, in order of age. */
typedef struct {
    int32_t head, tail, hit, miss;
} Lane;

typedef struct {
    Lane lane[2]; /* by ReqOp */
    uint32_t row;
    uint32_t hits; /* in the open row */
    int32_t active;
    bool open;
    bool held; /* for a refresh of its own: nothing else is begun */
} Bank;

/* A request whose row has been activated for it. */
typedef struct {
    Cycle seen;
    int32_t entry;
    uint16_t bank;
    uint8_t command;
} Active;

typedef enum { BUS_COLUMN, BUS_ROW, N_BUSES } Bus;

/* Of two commands that are legal at the same time the one with the smaller key goes first. */
#define KEY_REFRESH (UINT64_C(1) << 62)
#define KEY_WAITING (UINT64_C(1) << 63)
#define KEY_TIMEOUT (UINT64_C(3) << 62) /* + bank */

/* The next command of a bus. */
typedef struct {
    Cycle when; /* CYCLE_NEVER: there is none */
    uint64_t key;
    int32_t entry; /* NONE: a command of the controller itself */
    uint16_t place;
    uint8_t command;
} Pick;

/* Refreshes of single banks (or of one bank of each group, or of pairs), in turn. */
typedef struct {
    Cycle
        hold_at; /* the next one's banks are kept free from then on; CYCLE_NEVER: they are, or there is none */
    Cycle held_since; /* CYCLE_NEVER: not */
    uint64_t done;
    uint32_t n_targets;          /* refreshes of a round, tREFI; 0: there are none */
    uint32_t count, stride;      /* banks of a refresh */
    uint32_t n_ranks, rank_log2; /* of the channel; banks of one */
} Rotation;

/* Commands in two parts, as LPDDR5 has them. */
typedef struct {
    bool used, pending;    /* pending: a second part */
    Cycle activate_within; /* ACT-1 to ACT-2 at most */
    Cycle deadline;        /* of the ACT-2 that is due; CYCLE_NEVER: none */
    int32_t entry;         /* for which it is */
    Cycle wck_until;       /* WCK runs; from then on a transfer needs a CAS command */
    Cycle wck_after[2];    /* how long it runs from RD, WR on */
    Pick transfer;         /* the one whose CAS has been sent; when is CYCLE_NEVER: none */
} TwoParts;

struct Channel {
    Timing timing;
    const struct ArbOps *arb;
    Bank *banks;
    Entry *entries;            /* [n_entries] */
    int32_t free, n_entries;   /* free: chain through next */
    int32_t queue, queue_tail; /* those that wait before the windows, in order */
    uint32_t next_order;
    uint32_t size[2], capacity[2];
    Active *
        active; /* [n_active], in the order in which they go: by age in cycles, then as activated */
    uint32_t n_active;
    uint32_t bank_words, banks_of_rank_log2;
    uint64_t waiting[2][BANK_WORDS];
    ReqOp dir; /* the direction that the claims are for */
    uint64_t hits[BANK_WORDS], closes[BANK_WORDS], opens[BANK_WORDS];
    Claim *hit, *close, *open; /* [n_banks]: column command, PRE, ACT */
    uint32_t row_hit_cap;

    ReqOp mode, mode_next; /* direction served; as it will be once the sizes have been looked at */
    Cycle mode_since;      /* of the last change of a size */
    uint32_t high, low;    /* more writes than high: serve them; fewer than low: go back */

    Pick best[N_BUSES];
    bool stale[N_BUSES];          /* the best one has to be looked for again */
    uint8_t disturbs[N_COMMANDS]; /* the buses whose commands to other banks it holds up: bits */
    Cycle bus_free[N_BUSES];
    uint8_t clocks[N_COMMANDS]; /* that a command keeps its bus */
    uint8_t rising[N_COMMANDS]; /* 1: it begins on odd clocks; 0: on any */
    Cycle act_from;             /* no ACT is begun before */
    bool two_buses;
    bool deciding;
    TwoParts parts;

    Cycle next_refresh; /* of all banks: from then on nothing else is begun; CYCLE_NEVER: none */
    Cycle due_refresh;  /* from then on an idle channel refreshes; CYCLE_NEVER: none */
    uint32_t refresh_unit;
    uint32_t *unit_open, *unit_active; /* [n_units] banks */
    Rotation rotation;

    Tick tCK_fs, wake_fs;
    Cycle now;                       /* while deciding */
    Cycle read_cycles, write_cycles; /* from the command to the end of its data */
    Cycle refi, rfc, postponed;      /* postponed: how long a refresh may be put off */
    Cycle latency_cycles;
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

static inline void pick_consider(Pick *best, const Pick *pick)
{
    if (pick->when < best->when || (pick->when == best->when && pick->key < best->key))
        *best = *pick;
}

static inline Cycle cycle_max(Cycle a, Cycle b)
{
    return a > b ? a : b;
}

/* The first clock from when on at which the command may begin. */
static inline Cycle edge_from(const Channel *channel, Command command, Cycle when)
{
    return when | channel->rising[command];
}

static inline Claim claim_of(Cycle at, uint32_t order)
{
    return at << ORDER_BITS | order;
}

/* The claim, put off until floor. */
static inline Claim claim_not_before(Claim claim, Cycle floor)
{
    const Claim off = claim_of(floor, claim & ((1u << ORDER_BITS) - 1));

    return claim > off ? claim : off;
}

#endif
