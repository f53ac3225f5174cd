/*
 * core_state - what a core consists of; for the files that make it: core.c, and core_line.c for its runs of hits.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef WORKLOAD_CORE_STATE_H
#define WORKLOAD_CORE_STATE_H

#include "workload/clocks.h"
#include "workload/core.h"

/* An access whose data or operations are not accounted for yet. */
typedef struct Flight Flight;
struct Flight {
    Waiter waiter; /* first: what the front tells */
    Core *core;
    Flight *next;
    Tick issued_fs;
    Tick arrival_fs;  /* TICK_PENDING: not known yet */
    Tick earliest_fs; /* not before this, whatever is told */
    FineTime cost;
    uint16_t stream;
    bool write;
};

typedef enum { RUNNING, WAIT_EVENT, WAIT_FRONT, WAIT_DATA, FINISHED } CoreState;

/* Of the access before in a stream: when its data are there. */
typedef struct {
    Tick arrival_fs;
    const Flight *flight; /* while arrival is not known */
} Last;

struct Core {
    CoreConfig config;
    Front *fronts[ACCESS_OPS]; /* where accesses go, by AccessOp */
    bool nontemporal;          /* some stream is */
    Sim *sim;
    Event event;
    CoreState state;
    bool granted; /* the event fires now: one offer may be decided at this time */
    AccessSource *source;
    GError *error;
    Tick start_fs; /* of the phase */

    Batch batch;
    size_t at;     /* the access that is offered */
    uint32_t done; /* bytes of it that are issued: pieces of it, line by line */

    Clocks clocks;
    FineTime busy_before;   /* of the phase */
    Last *last;             /* [n_streams] */
    uint64_t *stream_bytes; /* [n_streams], requested */

    Flight *oldest, **newest; /* in order of issue */
    Flight *offered;          /* goes with the offer to the front */
    Flight *spare;            /* recycled */
    GPtrArray *flights;       /* all ever made */
};

/* The writes of non-temporal streams in the batch go past the caches. */
void core_mark_past(Core *core);

/* The next batch of the source.  False at its end, or when it fails. */
static inline bool core_next_batch(Core *core)
{
    if (!source_next(core->source, &core->batch, &core->error))
        return false;
    if (G_UNLIKELY(core->nontemporal))
        core_mark_past(core);
    return true;
}

/* Whether the core can go through a run of hits by itself: every time is known and nothing else has a say. */
static inline bool core_at_line(const Core *core, const Access *access)
{
    return front_holds(core->fronts[access->op], access) && core->done == 0 && !core->oldest &&
           core->clocks.windowed && !core->source->timed &&
           !core->config.streams[access->stream].dependent;
}

/* Issue the hits on the line by accesses like this one, which core_at_line has allowed, up to the first other. */
void core_hit_line(Core *core, const Access *access);

#endif
