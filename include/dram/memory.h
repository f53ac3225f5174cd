/*
 * memory - what lies below the last cache: simple channels, one server with two tiers, or DRAM channels (dram.h).
 *
 * Simple: n channels, consecutive blocks of interleave bytes dealt round robin; a request waits out the latency
 * (pipelined), then moves at the channel's share of the bandwidth, in order of arrival.
 * Two-tier: one server; a seeded draw picks the fast or the slow bandwidth for each request.
 * A read is complete when its data have moved; a write is taken when its transfer starts.
 * Not modelled: banks, rows, refresh.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_MEMORY_H
#define DRAM_MEMORY_H

#include "base/hist.h"
#include "dram/memory_config.h"
#include "mem/req.h"

typedef struct {
    uint64_t reads, writes;
    uint64_t read_bytes, write_bytes;
} MemoryStats;

typedef struct Memory Memory;
typedef struct {
    void (*free)(Memory *memory);
    void (*reset)(Memory *memory, Tick now); /* forget the counters of its own; NULL: it has none */
} MemoryOps;

/* An implementation embeds this as its first member. */
struct Memory {
    Port port;
    const MemoryOps *ops;
    MemoryStats stats;
    Hist *read_latency; /* from arrival to data; owned */
    Tick end_fs;        /* when the last transfer so far ends */
};

/* Build a memory.  above_latency_fs: the total of the last cache (0: none), which a request has behind it when it
 * arrives.  config is borrowed while building.  Caller frees with memory_free. */
Memory *memory_new(const MemoryConfig *config, Tick above_latency_fs, uint64_t seed, Sim *sim);
void memory_free(Memory *memory); /* accepts NULL */
/* Forget the counters, not the state: what happens until now is not counted. */
void memory_reset_stats(Memory *memory, Tick now);

/* For the implementations. */
void memory_init(Memory *memory, const MemoryOps *ops, const PortOps *port_ops, Sim *sim);
void memory_clear(Memory *memory);
/* Count a transfer that ends at end, of n sectors. */
static inline void memory_count_read(Memory *memory, uint32_t n, uint32_t bytes, Tick latency_fs,
                                     Tick end)
{
    memory->stats.reads += n;
    memory->stats.read_bytes += bytes;
    for (uint32_t i = 0; i < n; i++)
        hist_add(memory->read_latency, latency_fs);
    memory->end_fs = tick_later(memory->end_fs, end);
}

static inline void memory_count_write(Memory *memory, uint32_t n, uint32_t bytes, Tick end)
{
    memory->stats.writes += n;
    memory->stats.write_bytes += bytes;
    memory->end_fs = tick_later(memory->end_fs, end);
}

/* Count a request whose transfer ends at end. */
static inline void memory_count(Memory *memory, const Req *req, Tick arrived, Tick complete,
                                Tick end)
{
    if (req->op == REQ_READ)
        memory_count_read(memory, 1 + req->joined, req->bytes, complete - arrived, end);
    else
        memory_count_write(memory, 1 + req->joined, req->bytes, end);
}

Memory *simple_new(const SimpleConfig *config, Tick above_latency_fs, Sim *sim);
Memory *two_tier_new(const TwoTierConfig *config, Tick above_latency_fs, uint64_t seed, Sim *sim);

#endif
