/*
 * two_tier - one server with two bandwidths, drawn for each request.  See memory.h.
 *
 * Its mean bandwidth is 1 / (h / fast + (1 - h) / slow).
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>

#include "base/rng.h"
#include "dram/memory.h"
#include "sim/server.h"

typedef struct {
    Memory memory;
    Tick latency_fs; /* on top of what a request has behind it */
    double hit_rate;
    Rng rng;
    Server server;
    FineTime slow_per_byte;
} TwoTier;

static Tick transfer(TwoTier *tiers, uint32_t bytes, Tick now, Tick *start)
{
    const bool fast = rng_unit(rng_next(&tiers->rng)) < tiers->hit_rate;
    const FineTime per_byte = fast ? tiers->server.per_byte : tiers->slow_per_byte;

    return server_reserve_cost(&tiers->server, now + tiers->latency_fs, fine_scale(per_byte, bytes),
                               start);
}

static Tick two_tier_read(Port *port, uint64_t addr, uint32_t bytes, Tick now)
{
    TwoTier *tiers = (TwoTier *)port;
    Tick start;
    const Tick end = transfer(tiers, bytes, now, &start);

    (void)addr;
    memory_count_read(&tiers->memory, 1, bytes, end - now, end);
    return end;
}

static Tick two_tier_arrive(Port *port, Req *req, Tick now)
{
    TwoTier *tiers = (TwoTier *)port;
    Tick start;

    if (req->op == REQ_READ)
        return two_tier_read(port, req->addr, req->bytes, now);
    const Tick end = transfer(tiers, req->bytes, now, &start);

    memory_count_write(&tiers->memory, 1, req->bytes, end);
    return start;
}

static void two_tier_free(Memory *memory)
{
    memory_clear(memory);
    g_free(memory);
}

static const PortOps two_tier_port_ops = { .arrive = two_tier_arrive, .read = two_tier_read };
static const MemoryOps two_tier_ops = { .free = two_tier_free };

Memory *two_tier_new(const TwoTierConfig *config, Tick above_latency_fs, uint64_t seed, Sim *sim)
{
    TwoTier *tiers = g_new0(TwoTier, 1);

    memory_init(&tiers->memory, &two_tier_ops, &two_tier_port_ops, sim);
    tiers->latency_fs = config->latency_fs - above_latency_fs;
    tiers->hit_rate = config->hit_rate;
    tiers->rng = (Rng){ .state = seed };
    server_init(&tiers->server, config->fast_B_per_s);
    tiers->slow_per_byte = fine_cost(1, config->slow_B_per_s);
    return &tiers->memory;
}
