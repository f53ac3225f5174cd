/*
 * simple - channels with a constant latency and bandwidth.  See memory.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>

#include "dram/memory.h"
#include "sim/server.h"

typedef struct {
    Memory memory;
    Tick latency_fs; /* on top of what a request has behind it */
    uint64_t interleave_bytes;
    uint32_t n_channels;
    Server channels[];
} Simple;

/* One piece of a request, within one channel's block: when its transfer starts and ends. */
static Tick transfer(Simple *simple, uint64_t addr, uint32_t bytes, Tick now, Tick *start)
{
    const uint64_t channel =
        simple->n_channels == 1 ? 0 : addr / simple->interleave_bytes % simple->n_channels;

    return server_reserve(&simple->channels[channel], now + simple->latency_fs, bytes, start);
}

static Tick simple_arrive(Port *port, Req *req, Tick now)
{
    Simple *simple = (Simple *)port;
    Tick last_start = 0, last_end = 0;
    uint64_t addr = req->addr;
    uint64_t left = req->bytes;

    while (left > 0) {
        const uint64_t block = simple->interleave_bytes - addr % simple->interleave_bytes;
        const uint32_t bytes =
            (uint32_t)(simple->n_channels == 1 || left < block ? left : block);
        Tick start;
        const Tick end = transfer(simple, addr, bytes, now, &start);

        last_start = MAX(last_start, start);
        last_end = MAX(last_end, end);
        addr += bytes;
        left -= bytes;
    }
    const Tick complete = req->op == REQ_WRITE ? last_start : last_end;

    memory_count(&simple->memory, req, now, complete, last_end);
    return complete;
}

static void simple_free(Memory *memory)
{
    memory_clear(memory);
    g_free(memory);
}

static const PortOps simple_port_ops = { .arrive = simple_arrive };
static const MemoryOps simple_ops = { .free = simple_free };

Memory *simple_new(const SimpleConfig *config, Tick above_latency_fs, Sim *sim)
{
    Simple *simple = g_malloc0(sizeof *simple + config->channels * sizeof(Server));

    memory_init(&simple->memory, &simple_ops, &simple_port_ops, sim);
    simple->latency_fs = config->latency_fs - above_latency_fs;
    simple->interleave_bytes = config->interleave_bytes;
    simple->n_channels = config->channels;
    for (uint32_t i = 0; i < config->channels; i++)
        server_init(&simple->channels[i], config->bandwidth_B_per_s / config->channels);
    return &simple->memory;
}
