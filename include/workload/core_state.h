/*
 * core_state - what a core consists of; for the files that make it: core.c and core_*.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_CORE_STATE_H
#define WORKLOAD_CORE_STATE_H

#include "workload/clocks.h"
#include "workload/core.h"

/* An access whose data or operations are not accounted for yet; a cache line of the host.  Of what threads ask for together
 * each piece has one, in a row: the first stands for all. */
typedef struct Flight Flight;
struct Flight {
    Waiter
        waiter; /* first: what the front tells; its owner is the core, or the first flight of the access */
    Flight *next; /* in the ring */
    Tick issued_fs;
    Tick arrival_fs; /* while it is not known: not before this, whatever is told */
    uint32_t bytes;
    uint16_t slots, stream;
    uint16_t pieces, flights; /* of the access */
    uint16_t awaited; /* times that are not known, and one more while there are pieces to issue */
    bool write, known;
};

/* WAIT_SLOT: for the event, too, but another slot may come to be known that is free earlier. */
typedef enum { RUNNING, WAIT_EVENT, WAIT_SLOT, WAIT_FRONT, WAIT_DATA, FINISHED } CoreState;

/* Of the access before in a stream: when its data are there. */
typedef struct {
    Tick arrival_fs;
    const Flight *flight; /* while arrival is not known */
} Last;

/* Of the operations that the bytes of an access feed; bytes 0: not known. */
typedef struct {
    uint32_t bytes;
    FineTime cost;
} StreamCost;

/* Of an access: when it was issued; when its line is there; the level that had it. */
typedef struct {
    Tick issued_fs, ready_fs;
    uint8_t depth;
} Known;

enum { CORE_BLOCK = 64 };

/* Accesses of a run that have left all as it was but for a step in time (core_steady.c). */
typedef struct {
    size_t n;          /* 0: none have */
    uint64_t accesses; /* of the core up to the last block that did so */
    Tick step_fs;
    Tick latest_fs;   /* when the last line of its misses is there */
    Tick longest_fs;  /* from the issue of a miss to that */
    bool late;        /* some have hit lines that were on their way */
    ClockSums change; /* of a block */
    uint64_t merges;
    Known known[CORE_BLOCK]; /* of the last block */
} Steady;

enum { CORE_EVEN_WINDOW = 256 }; /* slots that are worth being compared for a steady state */

/* Beyond these, sums and steps of some hundred accesses might leave their range: then each goes by itself. */
#define CORE_TIME_MAX (TICK_LIMIT >> 8)
#define CORE_STEP_MAX (TICK_LIMIT >> 12)

/* What each access looks at comes first: of many cores the host has it at hand. */
struct Core {
    Event event;
    Sim *sim;
    CoreState state;
    bool granted;     /* the event fires now: one offer may be decided at this time */
    bool nontemporal; /* some stream is */
    bool
        by_threads; /* accesses of some stream take more than a slot, or blocks of threads begin; each is issued as a whole */
    bool dependent; /* some stream is */
    uint32_t
        done; /* bytes of the access that is offered that are issued: pieces of it, line by line */
    bool has_read;  /* the block of threads at hand */
    uint32_t fresh; /* slots that its threads may still take for the first time */
    uint32_t rest;  /* accesses to offer before it is worth asking again for those decided ahead */
    size_t at;      /* the access that is offered */
    size_t walked;  /* the accesses before this one in the batch have been decided ahead */
    Front *walker;  /* that decides reads and writes ahead, or NULL */
    /* A ring of flights that lie one after the other, in order of issue, up to the one that goes with the offer to the
     * front. */
    Flight *oldest, *offered;
    Flight *
        whole; /* by threads: the first flight of the access that is offered, once its first piece is issued */
    uint32_t awaited_slots;
    Tick
        wake_fs; /* of the event; where one fires at another time, the core has been woken before it */
    AccessSource *source;
    Last *last;                /* [n_streams] */
    uint64_t *stream_bytes;    /* [n_streams], requested */
    Front *fronts[ACCESS_OPS]; /* where accesses go, by AccessOp */
    CoreConfig config;
    Clocks clocks;

    StreamCost *costs;  /* [n_streams], of the access before in each */
    GPtrArray *flights; /* blocks of them */
    GError *error;
    Tick start_fs;        /* of the phase */
    FineTime busy_before; /* of the phase */
    Slot *before;         /* [window], for steady states; NULL: the window is too large for it */
    Steady steady;
    size_t walked_from;
    uint32_t
        unit; /* accesses of a unit of the run that the batch is from, which begins with one; 0: it is from no run */
    size_t block;                 /* accesses of the run that may come to be done again */
    uint32_t fruitless;           /* rows in which there was no steady state, one after the other */
    uint32_t steady_rest;         /* rows to go through before it is worth looking for one again */
    bool evenly;                  /* the source is asked for runs first */
    EvenRun run;                  /* what is left of the last one, behind the batch */
    FrontStep steps[FRONT_AHEAD]; /* from walked_from on */
    Batch batch;
};

/* Count n pieces of an access, of so many bytes together, and go on to the rest. */
static inline void core_count_pieces(Core *core, const Access *access, uint32_t n, uint32_t bytes)
{
    core->clocks.sums.accesses += n;
    core->clocks.sums.writes += access_writes(access->op) ? n : 0;
    core->stream_bytes[access->stream] += bytes;
    core->done += bytes;
    if (core->done == access->bytes) {
        core->done = 0;
        core->at++;
    }
}

/* The writes of non-temporal streams in the batch go past the caches. */
void core_mark_past(Core *core);

/* A ring of flights, none in flight. */
void core_make_flights(Core *core);
/* The offered flight is for something that is issued: on to the next one. */
void core_track_flight(Core *core);
/* All that flight waits for is known, the last of it at arrival: account for it, and for what is behind it. */
void core_flight_known(Core *core, Flight *flight, Tick arrival);
/* The front tells that an offer may be made again, or, while it is being made, when its data are there. */
void core_offer_wakes(Core *core, Tick when);
/* Something has become known that the core may have waited for. */
void core_data_known(Core *core);
/* Issue what can be issued, until something has to be waited for. */
void core_fires(Event *event, Tick now);

/* The next batch of the source.  False at its end, or when it fails. */
static inline bool core_next_batch(Core *core)
{
    if (!source_next(core->source, &core->batch, &core->error))
        return false;
    if (G_UNLIKELY(core->nontemporal))
        core_mark_past(core);
    return true;
}

/* Whether data or operations of some access are not accounted for yet. */
static inline bool core_is_in_flight(const Core *core)
{
    return core->oldest != core->offered;
}

/* Whether every time is known that the core goes by, and nothing else has a say: then it can decide hits by itself. */
static inline bool core_knows_times(const Core *core)
{
    return !core_is_in_flight(core) && core->clocks.windowed && !core->source->timed &&
           !core->by_threads;
}

/* Whether the core can go through a run of hits by itself. */
static inline bool core_at_line(const Core *core, const Access *access)
{
    return front_holds(core->fronts[access->op], access) && core->done == 0 &&
           core_knows_times(core) && !core->config.streams[access->stream].dependent;
}

/* Whether the access at hand has been decided ahead. */
static inline bool core_is_ahead(const Core *core)
{
    return core->at < core->walked;
}

static inline const FrontStep *core_step(const Core *core)
{
    return &core->steps[core->at - core->walked_from];
}

/* Whether those decided ahead may be issued in a row. */
static inline bool core_may_pass(const Core *core)
{
    return core_is_ahead(core) && core->walker->stale_fs == 0 && core_knows_times(core) &&
           !core->dependent;
}

static inline uint64_t core_common_multiple(uint64_t a, uint64_t b)
{
    uint64_t x = a, y = b;

    while (y != 0) {
        const uint64_t rest = x % y;

        x = y;
        y = rest;
    }
    return a / x * b;
}

/* ---- what threads ask for together (core_threads.c) ---- */

/* The slots that an access takes: of what threads ask for together one each, as far as there are so many. */
uint32_t core_slots_of(const Core *core, const Access *access);
/* A block of so many threads begins: what they ask for first waits for their launch. */
void core_begin_block(Core *core, uint32_t threads);
/* When the slots that an access takes are free for the threads of the block at hand; TICK_PENDING: not known. */
Tick core_slot_time(const Core *core, const Access *access, uint32_t slots);
/* The offered flight is for the next piece of the access. */
void core_prepare_piece(Core *core);
/* A piece of the access is issued; wanted, slots: of the access. */
void core_account_piece(Core *core, const Access *access, const Access *piece, Tick wanted,
                        uint32_t slots, const FrontAnswer *answer);
/* Issue the pieces behind the first ones of the access, to whose last one answer is, as long as they join it: most often all of
 * them.  A vector add on an A100 takes 4 % fewer instructions than by an offer each. */
void core_take_rest(Core *core, const Access *access, FrontAnswer *answer);

/* ---- accesses that are decided ahead ---- */

/* Let accesses from the one at hand on be decided ahead, if that may be. */
void core_walk(Core *core);

/* Issue accesses that have been decided ahead (core_may_pass), as many in a row as have a known time, perhaps none. */
void core_pass(Core *core);

/* Issue accesses that have been decided ahead, up to one whose time is not known; the clocks are in range.  Returns how many. */
size_t core_pass_row(Core *core, const Access *accesses, const FrontStep *steps, size_t n);

/* The same, and what has become known of each. */
size_t core_pass_known(Core *core, const Access *accesses, const FrontStep *steps, size_t n,
                       Known *known);
/* Batches are from a run with such units from now on.  Returns how many of its accesses go well into one. */
size_t core_begin_run(Core *core, uint32_t unit);

/* Fill the batch with accesses of runs of the source, having gone through those before them that hit, but for the first one of all
 * if that is to be offered.  False when the batch is to come from the source. */
bool core_next_units(Core *core, bool offer_first);
/* Whether no access of the run crosses a line. */
bool core_run_lies_in_lines(const EvenRun *run, uint32_t line_bytes);
/* Move the next units of the run, of no more than so many accesses, to the batch. */
void core_take_units(EvenRun *run, size_t most, Batch *batch);

/* Issue the hits on the line by accesses like this one, which core_at_line has allowed, up to the first other. */
void core_hit_line(Core *core, const Access *access);

#endif
