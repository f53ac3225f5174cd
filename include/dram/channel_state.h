/*
 * channel_state - the inside of a channel, for the channel and its schedulers.
 *
 * For the direction that is served each bank keeps what it would issue next: a hit (RD or WR) and a command that works
 * towards its oldest other request (PRE or ACT), each as a claim: the time at which the bank alone would allow it, and
 * the age of the request.  Only what happens to the bank changes them; what happens elsewhere in its group or rank is in
 * the registers of these.  The best of the claims of each kind is kept, too, and looked for again only when something
 * may have made it worse: then it is stale.
 *
 * Invariants: an entry is in the lane of its bank and direction, or is its bank's active one, or the first that waits
 * before the windows, or is free; hit is the oldest entry of a lane for the open row; miss the oldest other one (any, when the bank is
 * closed); waiting has a bit for each bank with a lane that is not empty.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_CHANNEL_STATE_H
#define DRAM_CHANNEL_STATE_H

#include "dram/bus_time.h"
#include "dram/channel.h"
#include "dram/clock.h"
#include "dram/rank_time.h"
#include "dram/timing.h"

enum { BANKS_MAX = 256, BANK_WORDS = BANKS_MAX / 64 };

/*
 * A command that can be issued: the time on top, then whose it is, then the order of acceptance.  The smallest goes
 * first.
 */
typedef uint64_t Claim;
enum {
    ORDER_BITS = 16,
    CLAIM_BITS = ORDER_BITS + 2,
    CLAIM_ACTIVE = 0, /* of a request whose row has been activated */
    CLAIM_REFRESH = 1 << ORDER_BITS,
    CLAIM_WAITING = 2 << ORDER_BITS,
    CLAIM_TIMEOUT = 3 << ORDER_BITS, /* + bank */
    CLAIM_MASK = (1 << CLAIM_BITS) - 1,
};
#define CLAIM_NEVER UINT64_MAX

/* A burst in a window, or one whose row has been activated, or the first that waits before the windows. */
typedef struct Entry Entry;
struct Entry {
    _Alignas(HOST_LINE_BYTES) Entry *next; /* in its lane; of a free one, another free one */
    Entry *before;                         /* in its lane, an older one */
    Cycle seen;                            /* from when on the scheduler sees it */
    Tick arrived;
    Req *req;
    uint32_t row, column;
    uint16_t bank;
    uint8_t op;     /* ReqOp */
    bool begun;     /* it has got a command */
    bool tells;     /* Burst.tells */
    uint16_t order; /* of acceptance */
    uint32_t want;  /* its place in Channel.wants */
};

/* A burst that waits before the windows, behind the first one. */
typedef struct {
    Cycle seen;
    Tick arrived;
    Req *req;
    uint32_t row, column;
    uint16_t bank;
    uint8_t op; /* ReqOp */
    bool tells;
} Waiting;

enum { WAITING_FIRST = 16 }; /* places, a power of two */

/* Those of a channel, in order: a ring. */
typedef struct {
    Waiting *ring;
    uint32_t head, count, mask;
} WaitingQueue;

/* Entries of one bank and direction, in order of age. */
typedef struct {
    Entry *head, *tail, *hit, *miss;
} Lane;

typedef struct {
    Entry *active;
    uint32_t row;
    uint32_t hits;      /* in the open row */
    uint16_t active_at; /* active: its place in Channel.active */
    bool open;
    bool held; /* for a refresh of its own: nothing else is begun */
} Bank;

/* A request whose row has been activated for it. */
typedef struct {
    Cycle seen, opened;
    Entry *entry;
    uint16_t bank;
    uint8_t command;
} Active;

typedef enum { BUS_COLUMN, BUS_ROW, N_BUSES } Bus;

/* Kinds of commands that are chosen apart. */
typedef enum {
    KIND_HIT,    /* RD, WR of a request in the window */
    KIND_CLOSE,  /* PRE */
    KIND_OPEN,   /* ACT */
    KIND_ACTIVE, /* RD, WR of a request whose row has been activated for it */
    KIND_OWN, /* of the controller itself: a refresh, the precharge before it, a row that times out */
    N_KINDS,
    N_CLAIM_KINDS = KIND_ACTIVE, /* those before come from claims of banks */
} Kind;

enum { RANKS_MAX = 16, ALL_RANKS = (1 << RANKS_MAX) - 1 };
/* In Channel.stale. */
#define STALE(kind, ranks) ((uint64_t)(ranks) << ((kind)*RANKS_MAX))

/* The next command of a kind. */
typedef struct {
    Claim claim;  /* CLAIM_NEVER: there is none */
    Entry *entry; /* NULL: a command of the controller itself */
    uint16_t place;
    uint8_t command;
} Pick;

/* None: of no bank. */
#define NO_PICK ((Pick){ .claim = CLAIM_NEVER, .place = UINT16_MAX })

/* Refreshes of single banks (or of one bank of each group, or of pairs), in turn. */
typedef struct {
    /* The next one's banks are kept free from then on; CYCLE_NEVER: they are, or there is none. */
    Cycle hold_at;
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
    const Entry *entry;    /* for which it is */
    Cycle wck_until;       /* WCK runs; from then on a transfer needs a CAS command */
    Cycle wck_after[2];    /* how long it runs from RD, WR on */
    Pick transfer;         /* the one whose CAS has been sent; claim is CLAIM_NEVER: none */
} TwoParts;

/* Hits with nothing else to choose from, and runs of them: streak.h. */
typedef struct {
    bool possible, on;
    bool runs;    /* possible, with one bus and up to 64 banks */
    Entry *entry; /* the next one; NULL: to be chosen */
    Cycle next;   /* when it comes */
    Cycle until;  /* no other command can come before */
    uint64_t behind
        [BANK_WORDS]; /* the banks whose last transfer is known to registers of its own kind only */
    Cycle *last;      /* [n_banks]: when that was */
    Cycle step;       /* in a run: from one transfer to the next one; 0: in none */
    uint32_t run;     /* transfers of the run that neither registers nor buses know of */
    uint32_t turn;    /* whose the next transfer is */
    uint32_t before;  /* the order of the oldest hit of others */
    uint32_t banks[2]; /* that take turns in the run; the same twice: of one */
} Streak;

/* Requests for one bank and nothing else: lone.h. */
typedef struct {
    bool possible; /* for one request */
    bool many;     /* and for several */
    bool on;
    bool waits; /* the next command is for a request that waits: its row is not activated for it */
    uint8_t command; /* the next one */
    uint16_t bank;
    Cycle next;   /* when it comes */
    Entry *entry; /* for which it is */
    Entry *only;  /* the only request; NULL: there are others, or have been */
} Lone;

/* What is told when its edge has come. */
typedef struct {
    Cycle edge;
    Req *req;
    Tick arrived, when; /* of a read that is complete */
    bool complete;      /* else accepted */
} Notice;

/* Decisions ahead of time: ahead.h. */
typedef struct {
    bool possible;
    bool on;         /* there is something to tell, or to be decided at edge */
    bool deciding;   /* the last one that waits is not let in */
    bool admits;     /* what is left of that decision: to let requests into the windows */
    Cycle edge;      /* the last that has been decided */
    Cycle next;      /* to be decided */
    Notice *notices; /* [n] in order */
    uint32_t n, told, capacity;
    const ChannelHooks *hooks; /* while deciding ahead: who is told in the end */
    void *owner;
} Ahead;

struct Channel {
    const struct ArbOps *arb;
    Bank *banks;
    Lane *lanes[2];               /* [n_banks], by ReqOp */
    uint16_t *wants[2];           /* by ReqOp: entries in lanes, by a hash of bank and row */
    uint16_t *written;            /* those of writes by a hash of bank, row and column */
    uint32_t hash_shift;          /* of a hash of 64 bits: to a place in these */
    Claim *claims[N_CLAIM_KINDS]; /* [n_banks] */
    uint64_t claiming[N_CLAIM_KINDS][BANK_WORDS]; /* the banks that have one */
    ReqOp dir;                                    /* the direction that the claims are for */
    uint32_t row_hit_cap;
    Pick *best[N_KINDS];
    Pick active_pick, own_pick;
    Cycle bus_free[N_BUSES];
    Pick *picks[N_CLAIM_KINDS]; /* [n_picks]: the best one of each rank */
    bool
        close_anywhere; /* no rule is about precharges of two banks: their best one is of all ranks together */
    uint32_t n_closes, close_log2; /* picks of KIND_CLOSE, banks of one */
    uint64_t stale; /* bits: the picks (of each kind) that have to be looked for again */
    bool stale_active;
    bool two_buses;
    bool deciding;
    uint64_t disturbs[N_COMMANDS]; /* what it makes stale in its own rank, as if that were rank 0 */
    uint64_t spreads[N_COMMANDS];  /* and in all ranks */
    uint8_t clocks[N_COMMANDS];    /* that a command keeps its bus */
    uint8_t rising[N_COMMANDS];    /* 1: it begins on odd clocks; 0: on any */
    Cycle act_from;                /* no ACT is begun before */
    TwoParts parts;
    Streak streak;
    Lone lone;
    Ahead ahead;
    PagePolicy page;
    Timing timing;

    Entry *entries; /* as many as the windows and the banks can have, and one that waits */
    Entry *free;    /* chain through next */
    /* Before the windows mostly one waits: it is an entry, which is let in without a copy (sequential reads of DDR4 take 6 %
     * less time than with all of them in the ring). */
    Entry *first;       /* NULL: none waits */
    WaitingQueue queue; /* the others */
    bool
        first_unserved; /* no write in the window serves it: nor will one, as none enters before it */
    uint32_t next_order;
    uint32_t size[2], capacity[2];
    uint64_t waiting[2][BANK_WORDS];
    uint32_t bank_words;
    uint32_t n_active;
    Active *active;        /* [n_active], in no order */
    ReqOp mode, mode_next; /* direction served; as it will be once the sizes have been looked at */
    Cycle mode_since;      /* of the last change of a size */
    uint32_t high, low;    /* more writes than high: serve them; fewer than low, never 0: go back */

    Cycle next_refresh; /* of all banks: from then on nothing else is begun; CYCLE_NEVER: none */
    Cycle due_refresh;  /* from then on an idle channel refreshes; CYCLE_NEVER: none */
    uint32_t refresh_unit;
    uint32_t *unit_open, *unit_active; /* [n_units] banks */
    Cycle refi, rfc, postponed;        /* postponed: how long a refresh may be put off */
    Rotation rotation;
    Cycle page_timeout;
    Cycle *last_use;     /* [n_banks], of the open row; with PAGE_TIMEOUT */
    Cycle auto_close[2]; /* from RDA, WRA to the precharge at the earliest */

    Clock *clock;
    Ticker ticker;
    Tick tCK_fs, latency_fs;
    Cycle read_cycles, write_cycles; /* from the command to the end of its data */
    Cycle latency_cycles;
    ChannelStats stats;
    Cycle stats_from; /* of the last reset */
    uint64_t
        queued[2]; /* cycles of entries in the windows: sum of when they left less when they came */
    uint32_t queued_max[2];
    BusTimes buses;
    RankTime *ranks; /* NULL: no currents, no energy */
    Cycle *closes;   /* [n_banks], with ranks: when its last row was closed, which may lie ahead */
    const ChannelHooks *hooks;
    void *owner;
    CommandLog log;
    void *log_owner;
};

static inline Cycle cycle_max(Cycle a, Cycle b)
{
    return a > b ? a : b;
}

static inline Claim claim_of(Cycle at, Claim whose)
{
    return at << CLAIM_BITS | whose;
}

static inline Cycle claim_when(Claim claim)
{
    return claim >> CLAIM_BITS;
}

/* The claim, put off until floor. */
static inline Claim claim_not_before(Claim claim, Cycle floor)
{
    const Claim off = claim_of(floor, claim & CLAIM_MASK);

    return claim > off ? claim : off;
}

/* The first clock from when on at which the command may begin. */
static inline Cycle edge_from(const Channel *channel, Command command, Cycle when)
{
    return when | channel->rising[command];
}

static inline Bus bus_of(Kind kind)
{
    return kind == KIND_HIT || kind == KIND_ACTIVE ? BUS_COLUMN : BUS_ROW;
}

/* The next row command. */
static inline Kind next_row_kind(const Channel *channel)
{
    const Claim close = channel->best[KIND_CLOSE]->claim, open = channel->best[KIND_OPEN]->claim;
    const Kind kind = close < open ? KIND_CLOSE : KIND_OPEN;

    return channel->best[KIND_OWN]->claim < MIN(close, open) ? KIND_OWN : kind;
}

/* The next column command. */
static inline Kind next_column_kind(const Channel *channel)
{
    return channel->best[KIND_ACTIVE]->claim < channel->best[KIND_HIT]->claim ? KIND_ACTIVE
                                                                              : KIND_HIT;
}

/* The kind of the next command of all. */
static inline Kind next_kind(const Channel *channel)
{
    const Kind row = next_row_kind(channel), column = next_column_kind(channel);

    return channel->best[row]->claim < channel->best[column]->claim ? row : column;
}

static inline bool is_waiting(Claim claim)
{
    return (claim & CLAIM_WAITING) != 0;
}

static inline uint32_t rank_of(const Channel *channel, uint32_t bank)
{
    return bank >> channel->timing.banks_of_rank_log2;
}

static inline uint32_t n_picks(const Channel *channel, Kind kind)
{
    return kind == KIND_CLOSE ? channel->n_closes : channel->timing.n_ranks;
}

/* The pick of the kind that the bank competes for. */
static inline uint32_t pick_of(const Channel *channel, Kind kind, uint32_t bank)
{
    return kind == KIND_CLOSE ? bank >> channel->close_log2 : rank_of(channel, bank);
}

/* Everything has to be looked at again. */
static inline void all_stale(Channel *channel)
{
    channel->stale = STALE(N_CLAIM_KINDS, 1) - 1;
    channel->stale_active = true;
}

/* What waits is not begun from here on: a refresh is due. */
static inline Claim claim_limit(const Channel *channel)
{
    return channel->next_refresh == CYCLE_NEVER ? CLAIM_NEVER : claim_of(channel->next_refresh, 0);
}

#endif
