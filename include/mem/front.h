/*
 * front - what a core issues its accesses to: its first cache, or memory itself when there is none.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEM_FRONT_H
#define MEM_FRONT_H

#include "mem/access.h"
#include "mem/regions.h"
#include "mem/req.h"
#include "mem/tally.h"

typedef enum {
    FRONT_TAKEN, /* issued */
    FRONT_YIELD, /* something may come in between: offer it again from an event at issued_fs */
    FRONT_BLOCKED, /* it cannot be taken before a time not known yet: the waiter is woken, offer it again then */
} FrontStatus;

typedef struct {
    Tick issued_fs; /* when it was taken; FRONT_YIELD: when to come back */
    Tick
        data_fs; /* read: its data are there; write: it is taken; TICK_PENDING: the waiter will be told */
    Tick earliest_fs; /* with TICK_PENDING: not before this, whatever the waiter is told */
    bool
        joined; /* with TICK_PENDING: its data come with those of a piece before; the waiter is not told */
    Req *open; /* what further pieces of the access may join, or NULL */
} FrontAnswer;

enum { FRONT_AHEAD = 512 }; /* accesses that are decided in one go, but for their time */

/* What an access has done to tags and counters, when that was decided ahead of its time. */
typedef struct {
    Req *posted;    /* of a miss only: requests that start when its line is there */
    uint32_t place; /* of its line in the first cache */
    uint8_t depth;  /* the level that has the data; 0: it is a hit */
    bool write;
} FrontStep;

/* Why an offer may be decided though others have events before it. */
typedef enum {
    GRANT_NONE, /* it may not */
    GRANT_NOW,  /* it comes from an event that fires now */
    GRANT_REST, /* it goes with one that has just been taken, of what threads ask for together: a cache of the core's own
                   decides both as one */
} Grant;

typedef struct Front Front;
typedef struct {
    /* Offer an access that lies within one line at time now.  With GRANT_REST answer is that to the piece before. */
    FrontStatus (*access)(Front *front, const Access *access, Tick now, Grant grant, Waiter *waiter,
                          FrontAnswer *answer);
    /* As access, with GRANT_REST, for the rest of an access behind a piece whose answer was open: how many of its pieces, from the
     * first on, join that, but for their time.  They are not offered to access, but, before anything else, to rest_time, in
     * order: at answer->issued_fs or later.  0: the next one may go another way, offer it to access.  NULL: it always may. */
    uint32_t (*rest)(Front *front, const Access *rest, Tick now, Req *open);
    void (*rest_time)(Front *front, const Access *piece, FrontAnswer *answer);
    /* An access to the line of addr is to come soon, and behind it one to the line of then: have the host fetch what will be
     * looked at.  NULL: it is not worth it. */
    void (*soon)(Front *front, uint64_t addr, uint64_t then);
    /* Change tags and counters for accesses ahead of time, in order, where nobody else could notice: how many of the n (up to FRONT_AHEAD), from
     * the first on.  They are not offered to access, but, each in its turn and before anything else of the core, to settle or
     * fetch; a hit the core may also decide itself, by hit_fs and ready_fs.  unit: they are those of a run from the beginning of a
     * unit of so many accesses on; 0: of none. */
    size_t (*walk)(Front *front, const Access *accesses, size_t n, uint32_t unit, FrontStep *steps);
    /* The same for whole units of a run, from the first one on, up to so many, as long as all their accesses hit lines that are
     * there at time now; none lies across lines.  These the core decides, without offering them.  NULL: it never does. */
    uint64_t (*walk_even)(Front *front, const EvenRun *run, uint64_t units, Tick now);
    /* As access, for one of these: what is left is its time. */
    FrontStatus (*settle)(Front *front, const Access *access, const FrontStep *step, Tick now,
                          Grant grant, Waiter *waiter, FrontAnswer *answer);
    /* The same for a miss, if all is decided at once: when its line is there; *issued_fs: when it was taken.  TICK_PENDING:
     * it is not; nothing has changed, offer it to settle. */
    Tick (*fetch)(Front *front, const Access *access, const FrontStep *step, Tick now,
                  Tick *issued_fs);
    /*
     * For a core that goes through the time of what walk has decided and looks for what comes back but for a step in time.
     * keep: remember when everything that is on its way ends.  False: that is not known, or not kept.
     * is_later: whether it is as it was kept, but for a step in time; until from then, and as long after from now, all times are
     * alike.
     * go_on: the same again, until it is later by passed.  Of lines that are on their way after this it knows none: of the
     * fetches from booked on the front is told by book, in order, when their lines are there.
     */
    bool (*keep)(Front *front);
    bool (*is_later)(const Front *front, Tick from, Tick step);
    void (*go_on)(Front *front, Tick passed, Tick booked);
    void (*book)(Front *front, const Access *access, const FrontStep *step, Tick ready);
    /* Only count: change tags and counters as access does, without time. */
    void (*count)(Front *front, const Access *access);
    /* The same for n accesses, up to BATCH_MAX, each within one line; what they are afterwards has no meaning.  NULL: each
     * one by count. */
    void (*count_batch)(Front *front, Access *accesses, size_t n, const AccessTally *tally);
    /* The same for a run.  Returns false, and has done nothing, if it cannot: then its accesses are to be counted.  NULL: it
     * never can. */
    bool (*count_even)(Front *front, const EvenRun *run);
    /* Behind batches, before another core's: nothing waits any longer to be counted. */
    void (*count_end)(Front *front);
} FrontOps;

/*
 * The line touched last, where a hit on it changes nothing but counters and clocks: the core decides such hits itself,
 * without a call.  Worth a factor of two for a sequential stream.
 */
typedef struct {
    uint64_t addr;                  /* of the line's first byte */
    uint64_t bytes;                 /* its length; 0: there is no such line */
    Tick ready_fs;                  /* when it is there */
    Tick hit_fs;                    /* from issue to data */
    bool writable;                  /* a write changes nothing either: the line is dirty already */
    uint64_t reads, writes, merges; /* hits that the core has decided */
} FrontLine;

struct Front {
    const FrontOps *ops;
    uint32_t line_bytes;  /* accesses across lines are split at these; 0: no lines */
    uint8_t memory_depth; /* of a step whose data memory has; 0: its time is not kept */
    FrontLine line;
    Tick *
        ready_fs; /* [places] when the line in each is there, of a front that walks ahead; TICK_PENDING: ask settle */
    Tick
        stale_fs; /* not 0: a line has left the front on its way; until then ready_fs may not be all there is to know */
    size_t recent; /* place of the line of the access before, in time */
};

/* Whether the core may decide the access itself. */
static inline bool front_holds(const Front *front, const Access *access)
{
    const uint64_t offset = access->addr - front->line.addr;

    return offset < front->line.bytes && access->bytes <= front->line.bytes - offset &&
           (access->op != ACCESS_WRITE || front->line.writable);
}

/* Decide it at time now: when its data are there, or, of a write, that it is taken. */
static inline Tick front_hit(FrontLine *line, bool write, Tick now)
{
    line->reads += !write;
    line->writes += write;
    line->merges += line->ready_fs > now;
    return write ? now : tick_later(now + line->hit_fs, line->ready_fs);
}

/*
 * The front of one core of a machine without caches: every access is a request to memory.  Memory that does not take a
 * request at once (req->accepted is told when it has) blocks those behind it: the next one is offered then.
 */
typedef struct {
    Front front;
    Port *memory;
    ReqPool *pool;
    bool blocked;      /* a request has been sent and is not accepted yet */
    Waiter accepted;   /* for that */
    Waiter *offering;  /* whoever has been answered FRONT_BLOCKED, or NULL */
    RegionTally tally; /* of its accesses, by array */
} DirectFront;

void directfront_init(DirectFront *direct, Port *memory, ReqPool *pool);

/* Whether an offer at time now may be decided where others come, too: nothing comes before it. */
static inline bool front_may_decide(const Sim *sim, Tick now, Grant grant)
{
    return now < sim_next(sim) || (grant == GRANT_NOW && now <= sim->now);
}

#endif
