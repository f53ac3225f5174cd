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
    uint32_t interleave_shift; /* when that is a power of two; else 0 */
    uint32_t n_channels;
    Server channels[];
} Simple;

typedef struct {
    Tick start, end;
} Transfer;

static inline uint64_t block_of(const Simple *simple, uint64_t addr)
{
    return simple->interleave_shift ? addr >> simple->interleave_shift
                                    : addr / simple->interleave_bytes;
}

/* Move bytes that lie within one block. */
static inline Transfer move(Simple *simple, uint64_t block, uint32_t bytes, Tick now)
{
    const uint32_t n = simple->n_channels;
    const uint64_t channel = (n & (n - 1)) == 0 ? block & (n - 1) : block % n;
    Transfer transfer;

    transfer.end = server_reserve(&simple->channels[channel], now + simple->latency_fs, bytes,
                                  &transfer.start);
    return transfer;
}

/* Move bytes that lie across blocks, each in its channel: the last start and the last end. */
static G_GNUC_NO_INLINE Transfer move_pieces(Simple *simple, uint64_t addr, uint64_t bytes,
                                             Tick now)
{
    Transfer last = { 0, 0 };

    while (bytes > 0) {
        const uint64_t block = block_of(simple, addr);
        const uint64_t room = (block + 1) * simple->interleave_bytes - addr;
        const uint32_t piece = (uint32_t)MIN(bytes, room);
        const Transfer transfer = move(simple, block, piece, now);

        last.start = MAX(last.start, transfer.start);
        last.end = MAX(last.end, transfer.end);
        addr += piece;
        bytes -= piece;
    }
    return last;
}

static inline Transfer transfer(Simple *simple, uint64_t addr, uint32_t bytes, Tick now)
{
    const uint64_t block = block_of(simple, addr);
    const uint64_t last = block_of(simple, addr + bytes - 1);

    return block == last || simple->n_channels == 1 ? move(simple, block, bytes, now)
                                                    : move_pieces(simple, addr, bytes, now);
}

static Tick simple_read(Port *port, uint64_t addr, uint32_t bytes, Tick now)
{
    Simple *simple = (Simple *)port;
    const Transfer moved = transfer(simple, addr, bytes, now);

    memory_count_read(&simple->memory, 1, bytes, moved.end - now, moved.end);
    return moved.end;
}

static Tick simple_arrive(Port *port, Req *req, Tick now)
{
    Simple *simple = (Simple *)port;
    const Transfer moved = transfer(simple, req->addr, req->bytes, now);

    memory_count(&simple->memory, req, now, moved.end, moved.end);
    return req->op == REQ_READ ? moved.end : moved.start;
}

static void simple_free(Memory *memory)
{
    memory_clear(memory);
    g_free(memory);
}

static const PortOps simple_port_ops = { .arrive = simple_arrive, .read = simple_read };
static const MemoryOps simple_ops = { .free = simple_free };

Memory *simple_new(const SimpleConfig *config, Tick above_latency_fs, Sim *sim)
{
    Simple *simple = g_malloc0(sizeof *simple + config->channels * sizeof(Server));

    memory_init(&simple->memory, &simple_ops, &simple_port_ops, sim);
    simple->latency_fs = config->latency_fs - above_latency_fs;
    simple->interleave_bytes = config->interleave_bytes;
    if ((config->interleave_bytes & (config->interleave_bytes - 1)) == 0)
        simple->interleave_shift = (uint32_t)__builtin_ctzll(config->interleave_bytes);
    simple->n_channels = config->channels;
    for (uint32_t i = 0; i < config->channels; i++)
        server_init_share(&simple->channels[i], config->bandwidth_B_per_s, config->channels);
    return &simple->memory;
}
