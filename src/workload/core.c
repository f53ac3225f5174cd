/*
 * core - making a core, its phases and its sums.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/core_state.h"

#include <assert.h>
#include <string.h>

static void init_slots(Core *core)
{
    Clocks *clocks = &core->clocks;

    clocks->windowed = core->config.window > 0;
    clocks->by_runs = clocks->windowed && core->by_threads;
    if (clocks->by_runs) {
        slotruns_init(&clocks->runs, core->config.window);
    } else if (clocks->windowed) {
        slots_init(&clocks->slots, core->config.window);
        if (core->config.window <= CORE_EVEN_WINDOW)
            core->before = g_new(Slot, core->config.window);
    }
}

Core *core_new(const CoreConfig *config, Front *front, Sim *sim)
{
    Core *core = g_new0(Core, 1);

    core->config = *config;
    for (int op = 0; op < ACCESS_OPS; op++)
        core->fronts[op] = front;
    core->sim = sim;
    core->event = (Event){ .fire = core_fires, .owner = core };
    core->state = FINISHED;
    core->clocks = (Clocks){ .overlap = config->overlap };
    clocks_set_issue(&core->clocks, config->issue, tick_period(config->clock_Hz));
    core->last = g_new0(Last, config->n_streams);
    core->stream_bytes = g_new0(uint64_t, config->n_streams);
    core->costs = g_new0(StreamCost, config->n_streams);
    core->by_threads = config->block_launch_fs > 0;
    for (uint32_t i = 0; i < config->n_streams; i++) {
        core->nontemporal = core->nontemporal || config->streams[i].nontemporal;
        core->by_threads = core->by_threads || config->streams[i].slot_bytes > 0;
        core->dependent = core->dependent || config->streams[i].dependent;
    }
    init_slots(core);
    core_make_flights(core);
    return core;
}

void core_set_front(Core *core, AccessOp op, Front *front)
{
    core->fronts[op] = front;
}

void core_mark_past(Core *core)
{
    for (size_t i = 0; i < core->batch.count; i++) {
        Access *access = &core->batch.access[i];

        if (access->op == ACCESS_WRITE && core->config.streams[access->stream].nontemporal)
            access->op = ACCESS_WRITE_PAST;
    }
}

void core_free(Core *core)
{
    if (!core)
        return;
    slots_clear(&core->clocks.slots);
    g_free(core->before);
    slotruns_clear(&core->clocks.runs);
    g_free(core->last);
    g_free(core->stream_bytes);
    g_free(core->costs);
    g_ptr_array_unref(core->flights);
    g_clear_error(&core->error);
    g_free(core);
}

/* What the operations of all accesses so far take. */
static FineTime busy(const Core *core)
{
    FineTime sum = 0;

    for (uint32_t i = 0; i < core->config.n_streams; i++)
        sum = fine_limit(
            sum + fine_product(core->config.streams[i].cost_per_byte, core->stream_bytes[i]));
    return sum;
}

/* Reads and writes have one front, which goes ahead of their time. */
static Front *walker_of(const Core *core)
{
    Front *front = core->fronts[ACCESS_READ];

    return front == core->fronts[ACCESS_WRITE] && front->ops->walk ? front : NULL;
}

void core_start(Core *core, AccessSource *source, Tick start)
{
    assert(core->state == FINISHED && !core_is_in_flight(core));
    core->source = source;
    core->start_fs = start;
    core->batch.count = core->at = core->walked = 0;
    core->rest = 0;
    core->walker = walker_of(core);
    core->run.units = 0;
    core->evenly =
        core->walker && core->walker->ops->walk_even && !core->nontemporal && !source->timed;
    core->done = core->fresh = 0;
    clocks_start(&core->clocks, start);
    core->busy_before = busy(core);
    memset(core->last, 0, core->config.n_streams * sizeof *core->last);
    core->state = WAIT_EVENT;
    core->wake_fs = start;
    sim_at(core->sim, start, &core->event);
}

const GError *core_error(const Core *core)
{
    return core->error;
}

Tick core_end(const Core *core)
{
    return tick_later(core->clocks.last_arrival_fs, fine_ceil(core->clocks.compute_free));
}

bool core_is_answered(const Core *core)
{
    return !core_is_in_flight(core);
}

Tick core_finish(Core *core, Tick drained)
{
    Clocks *clocks = &core->clocks;

    if (!clocks->overlap)
        return fine_ceil(fine_limit(fine_from_tick(drained) + busy(core) - core->busy_before));
    if (clocks->last_begin_fs > clocks->last_arrival_fs)
        clocks->sums.held_fs += clocks->last_begin_fs - clocks->last_arrival_fs;
    return core_end(core);
}

CoreStats core_stats(const Core *core)
{
    const ClockSums *sums = &core->clocks.sums;
    FineTime scratch = 0;
    uint64_t bytes = 0;

    for (uint32_t i = 0; i < core->config.n_streams; i++) {
        const Stream *stream = &core->config.streams[i];

        scratch =
            fine_limit(scratch + fine_product(stream->scratch_per_byte, core->stream_bytes[i]));
        bytes += stream->computes ? 0 : core->stream_bytes[i];
    }
    return (CoreStats){ .accesses = sums->accesses,
                        .reads = sums->accesses - sums->writes,
                        .writes = sums->writes,
                        .requested_bytes = bytes,
                        .busy = busy(core) - scratch,
                        .starved = sums->starved + scratch,
                        .scratch = scratch,
                        .held = sums->held_fs << 64,
                        .latency_fs = sums->latency_fs };
}

uint64_t core_operated(const Core *core)
{
    uint64_t operated = 0;

    for (uint32_t i = 0; i < core->config.n_streams; i++)
        operated += core->config.streams[i].computes ? core->stream_bytes[i] : 0;
    return operated;
}

void core_reset_stats(Core *core)
{
    core->clocks.sums = (ClockSums){ 0 };
    core->busy_before = 0;
    memset(core->stream_bytes, 0, core->config.n_streams * sizeof *core->stream_bytes);
}

uint64_t core_stream_bytes(const Core *core, uint32_t stream)
{
    return core->stream_bytes[stream];
}
