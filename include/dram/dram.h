/*
 * dram - a memory of DRAM channels behind one port.
 *
 * A request is cut into bursts, each goes to its channel.  The contract of the port:
 *   - An answer other than TICK_PENDING is the completion, and the request has been accepted.
 *   - TICK_PENDING: the waiters in req->accepted are told once, when the last burst has entered its channel's window.
 *     That may be before arrive returns, so whoever wants to know puts its waiter there before it sends.  Requests that
 *     find a window full wait in order, head of line, before their channel.
 *   - A read is complete when its data are there: done comes when the last RD is issued, with the time of the data.
 *   - A write is complete when it has been accepted: the controller holds its data from then on.
 * A sender that offers its next request when the one before was accepted sees the back-pressure of a real controller:
 * a core with issue or window "unlimited" has to do so (the front puts the core's waiter into accepted before it sends and
 * answers FRONT_BLOCKED for what comes next until it is told), a core with a window may, and a cache whose MSHRs bound
 * what it sends need not.
 * Several channels at one clock edge: what is accepted at an edge is seen by the scheduler at the next one, whichever
 * channel decides first.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_DRAM_H
#define DRAM_DRAM_H

#include "dram/bus_time.h"
#include "dram/channel.h"
#include "dram/energy.h"
#include "dram/memory.h"

/* What a memory has done since its counters were last reset: sums over the channels. */
typedef struct {
    ChannelStats counts;
    Cycle cycles;                 /* that have passed, the last one perhaps in part */
    uint32_t n_buses;             /* data buses: channels x pseudo-channels */
    Cycle bus_cycles[N_BUS_USES]; /* of all buses together; their sum is n_buses x cycles */
    double bus_s[N_BUS_USES];     /* the same in seconds */
    double read_latency_p50_s, read_latency_p95_s,
        read_latency_max_s;                   /* of requests, from arrival to data */
    double read_queue_mean, write_queue_mean; /* entries of a channel's window, over time */
    uint32_t read_queue_max, write_queue_max; /* of any channel */
    bool has_energy;                          /* the currents are known */
    DramEnergy energy;
} DramReport;

/* Checks config.  NULL and error (CONFIG) when it makes no sense.  Free with memory_free. */
Memory *dram_new(const DramConfig *config, Sim *sim, GError **error);
/* Sum over the channels, with the refreshes of those that are idle until now.  Where there are several, this and the next two are
 * for when nothing waits: a channel before which requests wait may have decided ahead. */
ChannelStats dram_stats(Memory *memory, Tick now);
/* The same and all else, from the last reset until now (not before the last event). */
DramReport dram_report(Memory *memory, Tick now);
/* Counters and times of the channels start at zero at now; what banks, windows and buses do goes on.  Part of
 * memory_reset_stats. */
void dram_reset_stats(Memory *memory, Tick now);
Channel *dram_channel(const Memory *memory, uint32_t channel);
uint32_t dram_n_channels(const Memory *memory);
const DramConfig *dram_config_of(const Memory *memory);

#endif
