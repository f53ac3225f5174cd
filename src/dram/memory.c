/*
 * memory - what all memories share.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/memory.h"

#include <assert.h>
#include <glib.h>
#include <string.h>

#include "dram/dram.h"

Memory *memory_new(const MemoryConfig *config, Tick above_latency_fs, uint64_t seed, Sim *sim)
{
    switch ((MemoryType)config->type) {
    case MEMORY_SIMPLE:
        return simple_new(&config->simple, above_latency_fs, sim);
    case MEMORY_TWO_TIER:
        return two_tier_new(&config->two_tier, above_latency_fs, seed, sim);
    case MEMORY_DRAM:
        return dram_new(&config->dram, sim, NULL); /* checked with the machine */
    }
    assert(false && "a memory of a known type");
    return NULL;
}

void memory_free(Memory *memory)
{
    if (memory)
        memory->ops->free(memory);
}

void memory_init(Memory *memory, const MemoryOps *ops, const PortOps *port_ops, Sim *sim)
{
    *memory = (Memory){ .port = { .ops = port_ops, .sim = sim, .kind = SIM_MEMORY },
                        .ops = ops,
                        .read_latency = g_new0(Hist, 1) };
}

void memory_clear(Memory *memory)
{
    g_clear_pointer(&memory->read_latency, g_free);
}

void memory_reset_stats(Memory *memory, Tick now)
{
    memory->stats = (MemoryStats){ 0 };
    memset(memory->read_latency, 0, sizeof *memory->read_latency);
    if (memory->ops->reset)
        memory->ops->reset(memory, now);
}
