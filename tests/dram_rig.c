/*
 * dram_rig - traces and front end.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram_rig.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "base/rng.h"

const DramTrace dram_traces[7] = {
    { "seq_read", 1000000, false }, { "rand_read", 1000000, false }, { "copy", 1000000, false },
    { "stride4k", 1000000, false }, { "rand_7030", 1000000, false }, { "bankconf", 200000, false },
    { "chase", 100000, true },
};

void dram_trace_fill(DramAccess *accesses, const DramTrace *trace, uint32_t row_shift,
                     uint64_t rows)
{
    Rng rng = { .state = 1 };

    for (uint64_t i = 0; i < trace->requests; i++) {
        DramAccess *a = &accesses[i];

        *a = (DramAccess){ .addr = 64 * i };
        if (strcmp(trace->name, "copy") == 0)
            *a = (DramAccess){ (i % 2 << 29) + 64 * (i / 2), i % 2 };
        else if (strcmp(trace->name, "stride4k") == 0)
            a->addr = 4096 * i % (UINT64_C(1) << 30);
        else if (strcmp(trace->name, "bankconf") == 0)
            a->addr = (i / 2 % (rows / 2) + (i % 2) * (rows / 2)) << row_shift;
        else if (strcmp(trace->name, "seq_read") != 0)
            a->addr = 64 * (rng_next(&rng) % (UINT64_C(1) << 24));
        if (strcmp(trace->name, "rand_7030") == 0)
            a->write = rng_next(&rng) % 100 >= 70;
    }
}

typedef struct {
    Sim sim;
    ReqPool pool;
    Memory *memory;
    const DramAccess *accesses;
    uint64_t n, at;
    uint32_t bytes;
    bool chase;
    enum { AT_REST, SENDING, TOLD } state; /* told: that the one that is sent is accepted */
    Waiter waiter;
    Event event;
    Tick last_data_fs;
    uint64_t done;
} Sender;

static void send_all(Sender *sender, Tick now);

static void sender_fires(Event *event, Tick now)
{
    send_all(event->owner, now);
}

static void is_complete(Sender *sender, const Req *req, Tick when)
{
    sender->done++;
    if (req->op == REQ_READ && when > sender->last_data_fs)
        sender->last_data_fs = when;
    if (sender->chase)
        sim_at(&sender->sim, when, &sender->event);
}

static void request_done(Req *req, Tick when)
{
    Sender *sender = req->owner;

    is_complete(sender, req, when);
    req_free(&sender->pool, req);
}

static const ReqOps request_ops = { .done = request_done };

static void is_accepted(Waiter *waiter, Tick when)
{
    Sender *sender = waiter->owner;

    if (sender->state == SENDING)
        sender->state = TOLD;
    else
        send_all(sender, when);
}

static void send_all(Sender *sender, Tick now)
{
    while (sender->at < sender->n) {
        const DramAccess *access = &sender->accesses[sender->at++];
        Req *req = req_new(&sender->pool, access->addr, sender->bytes,
                           access->write ? REQ_WRITE : REQ_READ);

        req->ops = &request_ops;
        req->owner = sender;
        waiters_add(&req->accepted, &sender->waiter);
        sender->state = SENDING;
        const Tick when = sender->memory->port.ops->arrive(&sender->memory->port, req, now);

        const bool told = sender->state == TOLD;

        sender->state = AT_REST;
        if (when != TICK_PENDING) {
            is_complete(sender, req, when);
            req_free(&sender->pool, req);
        } else if (!told) {
            return;
        }
        if (sender->chase)
            return;
    }
}

DramRun dram_run(const DramConfig *config, const DramAccess *accesses, uint64_t n, uint32_t bytes,
                 bool chase)
{
    return dram_run_watched(config, accesses, n, bytes, chase, (DramWatch){ 0 });
}

DramRun dram_run_watched(const DramConfig *config, const DramAccess *accesses, uint64_t n,
                         uint32_t bytes, bool chase, DramWatch watch)
{
    Sender sender = { .accesses = accesses, .n = n, .bytes = bytes, .chase = chase };
    GError *error = NULL;
    const clock_t start = clock();

    sim_init(&sender.sim);
    reqpool_init(&sender.pool, 0);
    sender.memory = dram_new(config, &sender.sim, &error);
    if (!sender.memory)
        g_error("%s", error->message);
    if (watch.begin)
        watch.begin(watch.user, sender.memory);
    sender.waiter = (Waiter){ .wake = is_accepted, .owner = &sender };
    sender.event = (Event){ .fire = sender_fires, .owner = &sender };
    sim_at(&sender.sim, 0, &sender.event);
    while (sim_step(&sender.sim))
        ;
    assert(sender.done == n);
    DramRun run = { .stats = dram_stats(sender.memory, sender.sim.now),
                    .events = sender.sim.fired };

    run.report = dram_report(sender.memory, sender.sim.now);
    run.read_end_fs = sender.last_data_fs;
    run.end_fs = MAX(sender.last_data_fs, run.stats.last_write_fs);
    run.read_latency_fs = hist_mean_fs(sender.memory->read_latency);
    run.cpu_s = (double)(clock() - start) / CLOCKS_PER_SEC;
    memory_free(sender.memory);
    reqpool_clear(&sender.pool);
    sim_clear(&sender.sim);
    return run;
}

uint32_t dram_rig_draw(Rng *rng, uint32_t from, uint32_t to)
{
    return from + (uint32_t)rng_below(rng_next(rng), to - from + 1);
}

void dram_rig_random_accesses(Rng *rng, DramAccess *accesses, uint64_t n, uint32_t bytes)
{
    const uint32_t writes = dram_rig_draw(rng, 0, 100), jumps = dram_rig_draw(rng, 1, 100);
    const uint64_t rows = UINT64_C(1) << dram_rig_draw(rng, 1, 12);
    uint64_t at = 0;

    for (uint64_t i = 0; i < n; i++) {
        at = dram_rig_draw(rng, 0, 99) < jumps
                 ? rng_below(rng_next(rng), rows) * 65536 + 64 * rng_below(rng_next(rng), 1024)
                 : at + bytes;
        accesses[i] = (DramAccess){ at, dram_rig_draw(rng, 0, 99) < writes };
    }
}
