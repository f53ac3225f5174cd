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
    uint32_t bytes, piece; /* of an access, of what is sent at once */
    uint32_t sent;         /* of the access at */
    bool chase, sending, told;
    Waiter waiter;
    Event event;
    Tick last_data_fs, last_fs;
    uint64_t done, in_flight;
} Sender;

static void send_all(Sender *sender, Tick now);

static void sender_fires(Event *event, Tick now)
{
    send_all(event->owner, now);
}

static void is_complete(Sender *sender, const Req *req, Tick when)
{
    sender->done++;
    sender->in_flight--;
    if (when > sender->last_fs)
        sender->last_fs = when;
    if (req->op == REQ_READ && when > sender->last_data_fs)
        sender->last_data_fs = when;
    if (sender->chase && sender->in_flight == 0 && sender->sent == 0)
        sim_at(&sender->sim, sender->last_fs, &sender->event);
}

static void request_done(Req *req, Tick when)
{
    Sender *sender = req->owner;

    is_complete(sender, req, when);
    req_free(&sender->pool, req);
}

static void is_accepted(Waiter *waiter, Tick when)
{
    Sender *sender = waiter->owner;

    if (sender->sending)
        sender->told = true;
    else
        send_all(sender, when);
}

static void send_all(Sender *sender, Tick now)
{
    while (sender->at < sender->n) {
        const DramAccess *access = &sender->accesses[sender->at];
        Req *req = req_new(&sender->pool);

        req->addr = access->addr + sender->sent;
        req->bytes = sender->piece;
        sender->sent += sender->piece;
        if (sender->sent == sender->bytes) {
            sender->sent = 0;
            sender->at++;
        }
        sender->in_flight++;
        req->op = access->write ? REQ_WRITE : REQ_READ;
        req->done = request_done;
        req->owner = sender;
        waiters_add(&req->accepted, &sender->waiter);
        sender->sending = true;
        sender->told = false;
        const Tick when = sender->memory->port.ops->arrive(&sender->memory->port, req, now);

        sender->sending = false;
        if (when != TICK_PENDING) {
            is_complete(sender, req, when);
            req_free(&sender->pool, req);
        } else if (!sender->told) {
            return;
        }
        if (sender->chase && sender->sent == 0)
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

    sender.piece = MIN(bytes, dram_burst_bytes(config));
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
    assert(sender.done == n * (bytes / sender.piece));
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

DramConfig dram_rig_ddr4(void)
{
    return (DramConfig){ .standard = "ddr4",
                         .channels = 1,
                         .pseudo_channels = 1,
                         .ranks = 1,
                         .bank_groups = 4,
                         .banks = 4,
                         .rows = 65536,
                         .columns = 1024,
                         .bus_bits = 64,
                         .burst_length = 8,
                         .tCK_fs = 833000,
                         .timing = { .BL = 4,
                                     .CL = 17,
                                     .CWL = 12,
                                     .RCDRD = 17,
                                     .RCDWR = 17,
                                     .RP = 17,
                                     .RPab = 17,
                                     .RAS = 39,
                                     .RC = 56,
                                     .WR = 18,
                                     .RTP = 9,
                                     .CCD_S = 4,
                                     .CCD_L = 6,
                                     .CCD_S_WR = 4,
                                     .CCD_L_WR = 6,
                                     .RRD_S = 4,
                                     .RRD_L = 6,
                                     .FAW = 26,
                                     .WTR_S = 3,
                                     .WTR_L = 9,
                                     .RTW = 17 + 4 + 2 - 12,
                                     .RTRS = 2,
                                     .RFC = 433,
                                     .REFI = 9364 },
                         .read_queue = 32,
                         .write_queue = 32,
                         .write_high = 0.8,
                         .write_low = 0.2,
                         .controller_latency_fs = 833000 };
}

DramConfig dram_rig_hbm2(void)
{
    return (DramConfig){ .standard = "hbm2",
                         .channels = 8,
                         .pseudo_channels = 2,
                         .ranks = 1,
                         .bank_groups = 4,
                         .banks = 4,
                         .rows = 32768,
                         .columns = 128,
                         .bus_bits = 64,
                         .burst_length = 4,
                         .tCK_fs = 1000000,
                         .timing = { .BL = 2,
                                     .CL = 14,
                                     .CWL = 5,
                                     .RCDRD = 14,
                                     .RCDWR = 12,
                                     .RP = 14,
                                     .RPab = 14,
                                     .RAS = 34,
                                     .RC = 48,
                                     .WR = 16,
                                     .RTP = 5,
                                     .CCD_S = 2,
                                     .CCD_L = 4,
                                     .CCD_S_WR = 2,
                                     .CCD_L_WR = 4,
                                     .CCD_R = 2,
                                     .RRD_S = 4,
                                     .RRD_L = 4,
                                     .FAW = 15,
                                     .WTR_S = 6,
                                     .WTR_L = 8,
                                     .RTW = 14 + 2 + 2 - 5,
                                     .RFC = 260,
                                     .RFCpb = 160,
                                     .RREFD = 8,
                                     .REFI = 3900 },
                         .read_queue = 64,
                         .write_queue = 64,
                         .write_high = 0.8,
                         .write_low = 0.2,
                         .controller_latency_fs = 1000000 };
}

DramConfig dram_rig_ddr5(void)
{
    return (DramConfig){ .standard = "ddr5",
                         .channels = 1,
                         .pseudo_channels = 1,
                         .ranks = 1,
                         .bank_groups = 8,
                         .banks = 4,
                         .rows = 65536,
                         .columns = 1024,
                         .bus_bits = 32,
                         .burst_length = 16,
                         .tCK_fs = 416000,
                         .timing = { .BL = 8,
                                     .CL = 36,
                                     .CWL = 34,
                                     .RCDRD = 36,
                                     .RCDWR = 36,
                                     .RP = 36,
                                     .RPab = 36,
                                     .RAS = 77,
                                     .RC = 113,
                                     .WR = 72,
                                     .RTP = 18,
                                     .CCD_S = 8,
                                     .CCD_L = 12,
                                     .CCD_S_WR = 8,
                                     .CCD_L_WR = 48,
                                     .RRD_S = 8,
                                     .RRD_L = 12,
                                     .FAW = 48,
                                     .WTR_S = 6,
                                     .WTR_L = 24,
                                     .RTW = 36 + 8 + 2 - 34 + 2,
                                     .RTRS = 2,
                                     .PPD = 2,
                                     .RFC = 710,
                                     .REFI = 9375 },
                         .read_queue = 32,
                         .write_queue = 32,
                         .write_high = 0.8,
                         .write_low = 0.2,
                         .controller_latency_fs = 416000 };
}

DramConfig dram_rig_gddr6(void)
{
    return (DramConfig){ .standard = "gddr6",
                         .channels = 1,
                         .pseudo_channels = 1,
                         .ranks = 1,
                         .bank_groups = 4,
                         .banks = 4,
                         .rows = 16384,
                         .columns = 1024,
                         .bus_bits = 16,
                         .burst_length = 16,
                         .tCK_fs = 570000,
                         .timing = { .BL = 2,
                                     .CL = 24,
                                     .CWL = 6,
                                     .RCDRD = 30,
                                     .RCDWR = 20,
                                     .RP = 30,
                                     .RPab = 30,
                                     .RAS = 60,
                                     .RC = 90,
                                     .WR = 30,
                                     .RTP = 4,
                                     .CCD_S = 2,
                                     .CCD_L = 4,
                                     .CCD_S_WR = 2,
                                     .CCD_L_WR = 4,
                                     .RRD_S = 11,
                                     .RRD_L = 11,
                                     .FAW = 43,
                                     .WTR_S = 9,
                                     .WTR_L = 11,
                                     .RTW = 24 + 1,
                                     .PPD = 2,
                                     .RFC = 211,
                                     .RFCpb = 106,
                                     .RREFD = 22,
                                     .REFI = 3333 },
                         .read_queue = 64,
                         .write_queue = 64,
                         .write_high = 0.8,
                         .write_low = 0.2,
                         .controller_latency_fs = 570000 };
}

DramConfig dram_rig_hbm3(void)
{
    return (DramConfig){ .standard = "hbm3",
                         .channels = 16,
                         .pseudo_channels = 2,
                         .ranks = 2,
                         .bank_groups = 4,
                         .banks = 4,
                         .rows = 8192,
                         .columns = 256,
                         .bus_bits = 32,
                         .burst_length = 8,
                         .tCK_fs = 312000,
                         .timing = { .BL = 4,
                                     .CL = 40,
                                     .CWL = 20,
                                     .RCDRD = 62,
                                     .RCDWR = 30,
                                     .RP = 52,
                                     .RPab = 52,
                                     .RAS = 90,
                                     .RC = 144,
                                     .WR = 66,
                                     .RTP = 18,
                                     .CCD_S = 4,
                                     .CCD_L = 8,
                                     .CCD_S_WR = 4,
                                     .CCD_L_WR = 8,
                                     .CCD_R = 6,
                                     .RRD_S = 8,
                                     .RRD_L = 10,
                                     .FAW = 48,
                                     .WTR_S = 14,
                                     .WTR_L = 20,
                                     .RTW = 40,
                                     .PPD = 4,
                                     .RFC = 832,
                                     .RFCpb = 640,
                                     .RREFD = 16,
                                     .REFI = 12480 },
                         .read_queue = 128,
                         .write_queue = 64,
                         .write_high = 0.8,
                         .write_low = 0.2,
                         .controller_latency_fs = 312000 };
}

DramConfig dram_rig_lpddr5(void)
{
    return (DramConfig){ .standard = "lpddr5",
                         .channels = 1,
                         .pseudo_channels = 1,
                         .ranks = 1,
                         .bank_groups = 4,
                         .banks = 4,
                         .rows = 32768,
                         .columns = 1024,
                         .bus_bits = 16,
                         .burst_length = 16,
                         .tCK_fs = 1250000,
                         .timing = { .BL = 2,
                                     .BLmax = 4,
                                     .CL = 17,
                                     .CWL = 9,
                                     .RCDRD = 15,
                                     .RCDWR = 15,
                                     .RP = 15,
                                     .RPab = 17,
                                     .RAS = 34,
                                     .RC = 49,
                                     .WR = 28,
                                     .RTP = 8,
                                     .CCD_S = 2,
                                     .CCD_L = 4,
                                     .CCD_S_WR = 2,
                                     .CCD_L_WR = 4,
                                     .RRD_S = 4,
                                     .RRD_L = 4,
                                     .FAW = 16,
                                     .WTR_S = 5,
                                     .WTR_L = 10,
                                     .RTW = 17 + 2 + 2 - 9,
                                     .RTRS = 2,
                                     .PPD = 2,
                                     .AAD = 8,
                                     .WCKPST = 1,
                                     .RFC = 168,
                                     .RFCpb = 96,
                                     .REFI = 3125 },
                         .read_queue = 32,
                         .write_queue = 32,
                         .write_high = 0.8,
                         .write_low = 0.2,
                         .controller_latency_fs = 1250000 };
}

DramConfig (*const dram_rig_configs[N_DRAM_RIGS])(void) = { dram_rig_ddr4,  dram_rig_ddr5,
                                                            dram_rig_gddr6, dram_rig_hbm2,
                                                            dram_rig_hbm3,  dram_rig_lpddr5 };
