/*
 * core_count - the accesses of a source only counted, batch by batch.  See core.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mem/tally.h"
#include "workload/core_state.h"

/* Side by side, so that one sum need not wait for the other: a quarter of the time where two streams alternate. */
enum { LANES = 4, FEW_STREAMS = 16 };

/* Add the bytes of the accesses to their streams', of which there are a few. */
static void add_to_few(Core *core, const Access *accesses, size_t n)
{
    const uint32_t n_streams = core->config.n_streams;
    uint64_t bytes[LANES][FEW_STREAMS] = { { 0 } };
    size_t i = 0;

    for (; i + LANES <= n; i += LANES) {
        const Access *at = &accesses[i];

        bytes[0][at[0].stream] += at[0].bytes;
        bytes[1][at[1].stream] += at[1].bytes;
        bytes[2][at[2].stream] += at[2].bytes;
        bytes[3][at[3].stream] += at[3].bytes;
    }
    for (; i < n; i++)
        bytes[0][accesses[i].stream] += accesses[i].bytes;
    for (uint32_t stream = 0; stream < n_streams; stream++)
        for (size_t lane = 0; lane < LANES; lane++)
            core->stream_bytes[stream] += bytes[lane][stream];
}

static void add_to_streams(Core *core, const Access *accesses, size_t n)
{
    if (core->config.n_streams <= FEW_STREAMS) {
        add_to_few(core, accesses, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        core->stream_bytes[accesses[i].stream] += accesses[i].bytes;
}

/* Accesses that each lie within one line: count what the core asks for. */
static void add_to_sums(Core *core, const Access *accesses, size_t n, const AccessTally *tally)
{
    core->clocks.sums.accesses += n;
    if (tally->plain_ops)
        core->clocks.sums.writes += tally->writes;
    else
        for (size_t i = 0; i < n; i++)
            core->clocks.sums.writes += access_writes(accesses[i].op);
    if (tally->one_stream)
        core->stream_bytes[accesses->stream] += tally->bytes;
    else
        add_to_streams(core, accesses, n);
}

/* The one front of all ops, or NULL. */
static Front *only_front(const Core *core)
{
    for (int op = 1; op < ACCESS_OPS; op++)
        if (core->fronts[op] != core->fronts[0])
            return NULL;
    return core->fronts[0];
}

/* Count them, and let the fronts do so. */
static void count_lines(Core *core, Access *accesses, size_t n, const AccessTally *tally)
{
    Front *only = only_front(core);

    add_to_sums(core, accesses, n, tally);
    if (only && only->ops->count_batch) {
        only->ops->count_batch(only, accesses, n, tally);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        Front *front = core->fronts[accesses[i].op];

        front->ops->count(front, &accesses[i]);
    }
}

/* Pieces of accesses, as many as a batch has. */
typedef struct {
    size_t count;
    Access access[BATCH_MAX];
} Pieces;

static void flush_pieces(Core *core, Pieces *pieces)
{
    if (pieces->count == 0)
        return;
    const AccessTally tally =
        access_tally(pieces->access, pieces->count, core->fronts[0]->line_bytes);

    count_lines(core, pieces->access, pieces->count, &tally);
    pieces->count = 0;
}

/* The access line by line, where its stream is split at lines. */
static void split(Core *core, const Access *access, Pieces *pieces)
{
    const bool splits = core->config.streams[access->stream].split_lines;
    const uint32_t line = splits ? core->fronts[access->op]->line_bytes : 0;
    Access rest = *access;

    do {
        const uint32_t room = line - ((uint32_t)rest.addr & (line - 1));
        Access piece = rest;

        if (line && piece.bytes > room)
            piece.bytes = room;
        if (pieces->count == BATCH_MAX)
            flush_pieces(core, pieces);
        pieces->access[pieces->count++] = piece;
        rest.addr += piece.bytes;
        rest.bytes -= piece.bytes;
    } while (rest.bytes > 0);
}

static void count_split(Core *core, const Batch *batch)
{
    Pieces pieces = { .count = 0 };

    for (size_t i = 0; i < batch->count; i++)
        split(core, &batch->access[i], &pieces);
    flush_pieces(core, &pieces);
}

/* Take what asks nothing of memory out of the batch: it goes to no front.  Operations that no data feed are counted. */
static void drop_what_asks_nothing(Core *core, Batch *batch)
{
    size_t left = 0;

    for (size_t i = 0; i < batch->count; i++) {
        const Access access = batch->access[i];

        if (access_asks(access.op))
            batch->access[left++] = access;
        else if (access.op == ACCESS_OPERATE)
            core->stream_bytes[access.stream] += access.bytes;
    }
    batch->count = left;
}

static void count_batch(Core *core)
{
    Batch *batch = &core->batch;
    const Front *only = only_front(core);
    const uint32_t line_bytes = core->fronts[0]->line_bytes;
    AccessTally tally = access_tally(batch->access, batch->count, line_bytes);

    if (!tally.plain_ops) {
        drop_what_asks_nothing(core, batch);
        if (batch->count == 0)
            return;
        tally = access_tally(batch->access, batch->count, line_bytes);
    }

    if (!only || (only->line_bytes && tally.crossing))
        count_split(core, batch);
    else
        count_lines(core, batch->access, batch->count, &tally);
}

/* ---- runs ---- */

enum { RUN_LEAST = 32 }; /* fewer accesses are as fast in batches */

static void add_run_to_sums(Core *core, const EvenRun *run)
{
    core->clocks.sums.accesses += run->units * run->n;
    for (uint32_t i = 0; i < run->n; i++) {
        core->clocks.sums.writes += run->units * access_writes(run->access[i].op);
        core->stream_bytes[run->access[i].stream] += run->units * run->access[i].bytes;
    }
}

static void count_run(Core *core, Front *front, EvenRun *run)
{
    if (core_run_lies_in_lines(run, front->line_bytes) && front->ops->count_even(front, run)) {
        add_run_to_sums(core, run);
        return;
    }
    while (run->units > 0) {
        core_take_units(run, BATCH_MAX, &core->batch);
        count_batch(core);
    }
}

void core_count_start(Core *core, AccessSource *source)
{
    core->source = source;
    core->at = 0;
    core->done = 0;
}

bool core_count(Core *core, uint64_t batches)
{
    Front *only = only_front(core);
    /* A turn of so many batches ends where theirs does. */
    const bool evenly =
        only && only->ops->count_even && !core->nontemporal && batches == UINT64_MAX;
    bool more = true;
    EvenRun run;

    for (uint64_t i = 0; more && i < batches; i++) {
        while (evenly && source_next_even(core->source, RUN_LEAST, &run))
            count_run(core, only, &run);
        more = core_next_batch(core);
        if (more)
            count_batch(core);
    }
    core->batch.count = 0;
    if (only && only->ops->count_end)
        only->ops->count_end(only);
    return more;
}
