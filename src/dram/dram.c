/*
 * dram - requests into bursts, bursts to channels.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/dram.h"

#include "base/rng.h"
#include "dram/standard.h"
#include "dram/window.h"

/* A completion: of a read, its data are there at when; of a write, it is taken. */
typedef struct {
    Req *req;
    Tick arrived, when;
} Told;

enum { TOLD_MAX = 64, TOGETHER_MIN = 16, PLACES_LOG2 = 4, PLACES = 1 << PLACES_LOG2 };

typedef struct {
    uint64_t addr;
    Place place;
} KnownPlace;

typedef struct {
    Memory memory;
    AddrMap map;
    DramConfig config; /* its texts are not kept */
    Clock clock;
    Told told[TOLD_MAX]; /* [n_told]: completions at this edge */
    uint32_t n_told;
    bool together;             /* what is told at an edge */
    KnownPlace places[PLACES]; /* of what arrives next, by a hash */
    Channel *channels[];
} Dram;

static void count(Dram *dram, const Req *req, Tick arrived, Tick complete)
{
    memory_count(&dram->memory, req, arrived, complete, complete);
}

/* Another write waits before its channel, or one of them no longer does. */
static void change_backlog(Dram *dram, int by, Tick now)
{
    Port *port = &dram->memory.port;
    const bool was_crowded = port_is_crowded(port);

    port->backlog += (uint32_t)by;
    if (was_crowded && !port_is_crowded(port))
        waiters_wake(&port->relief, now);
}

/* A write is complete when all of it has been accepted. */
static void finish_write(Dram *dram, Req *req, Tick now)
{
    count(dram, req, now, now);
    req_done(req, now);
    change_backlog(dram, -1, now);
}

static void finish_read(Dram *dram, Req *req, Tick arrived, Tick when)
{
    count(dram, req, arrived, when);
    req_done(req, when);
}

/* ---- what is told together ---- */

/* The channels that decide at one edge tell their completions when they all have decided, in order: by then the host has
 * fetched the first part of what whoever is told looks at.  With few channels there is little to wait for: 8 of HBM2 take
 * 3 % less time for sequential reads when each tells for itself. */
static void settle(void *owner)
{
    Dram *dram = owner;

    for (uint32_t i = 0; i < dram->n_told; i++)
        req_soon(dram->told[i].req);
    for (uint32_t i = 0; i < dram->n_told; i++) {
        const Waiter *waiter = dram->told[i].req->waiters.last;

        if (waiter)
            __builtin_prefetch(waiter->owner, 1);
    }
    for (uint32_t i = 0; i < dram->n_told; i++) {
        const Told *told = &dram->told[i];

        if (told->req->op == REQ_READ)
            finish_read(dram, told->req, told->arrived, told->when);
        else
            finish_write(dram, told->req, told->when);
    }
    dram->n_told = 0;
}

/* Tell it later, if others decide at this edge.  False: now. */
static bool tell_later(Dram *dram, Req *req, Tick arrived, Tick when)
{
    if (!(dram->clock.several & dram->together))
        return false;
    if (dram->n_told == TOLD_MAX)
        clock_settle(&dram->clock);
    req_prefetch(req);
    dram->told[dram->n_told++] = (Told){ .req = req, .arrived = arrived, .when = when };
    dram->clock.told = true;
    return true;
}

static void burst_accepted(void *owner, Req *req, Tick now)
{
    Dram *dram = owner;

    if (req->parts.to_accept > 0) {
        req->parts.to_accept--;
        return;
    }
    if (!req->accepted.last) {
        if (req->op == REQ_WRITE && !tell_later(dram, req, now, now))
            finish_write(dram, req, now);
        return;
    }
    clock_settle(&dram->clock); /* who is told may send more at once */
    if (req->op == REQ_READ) {
        waiters_wake(&req->accepted, now); /* who is told may let go of it */
        return; /* with nothing kept beyond the call: 1 % more sequential requests a second */
    }
    waiters_wake(&req->accepted, now);
    finish_write(dram, req, now);
}

static void burst_completed(void *owner, Req *req, Tick arrived, Tick when)
{
    Dram *dram = owner;

    if (req_part_completes(req, &when) && !tell_later(dram, req, arrived, when))
        finish_read(dram, req, arrived, when);
}

static void burst_written(void *owner, Tick end)
{
    Dram *dram = owner;

    if (end > dram->memory.end_fs)
        dram->memory.end_fs = end;
}

static const ChannelHooks hooks = { burst_accepted, burst_completed, burst_written };

static inline KnownPlace *known_place(Dram *dram, uint64_t addr)
{
    return &dram->places[(addr >> dram->map.burst_log2) * RNG_GAMMA >> (64 - PLACES_LOG2)];
}

/* 5 % of the time of a vector add on an A100. */
static void dram_soon(Event *event)
{
    const Req *req = event->owner;
    Dram *dram = (Dram *)req->port; /* of that kind only memory has ports, and a machine has one */
    KnownPlace *known = known_place(dram, req->addr);

    *known = (KnownPlace){ .addr = req->addr, .place = addrmap_place(&dram->map, req->addr) };
    channel_soon(dram->channels[known->place.channel], &known->place, req->op);
}

/* One acceptance and one completion are to come. */
static inline void begin_parts(Req *req, bool apart)
{
    req->parts.to_accept = 0;
    req->parts.apart = apart;
    req->parts.to_complete = 0;
    req->parts.complete_fs = 0;
}

/* All of the request waits before the windows. */
static inline Tick wait_for(Dram *dram, const Req *req, Tick now)
{
    if (req->op == REQ_WRITE)
        change_backlog(dram, 1, now);
    return TICK_PENDING;
}

/* A request of one burst, which may go into the window. */
static inline Tick arrive_at(Dram *dram, Place place, Req *req, Tick now)
{
    const Burst burst = { .place = place, .op = req->op, .tells = true, .req = req };
    Channel *channel = dram->channels[place.channel];
    Tick when = now;

    switch (channel_arrive(channel, &burst, now, &when)) {
    case BURST_WAITS:
        return wait_for(dram, req, now);
    case BURST_CHANGES:
        channel_changed(channel);
        /* fall through */
    case BURST_ACCEPTED:
        if (req->op == REQ_READ) {
            waiters_wake(&req->accepted, now);
            return TICK_PENDING;
        }
        break;
    case BURST_DONE:
        break;
    }
    count(dram, req, now, when);
    return when;
}

/* Before a channel that decides, the burst goes where it waits without a way through memory of the host: sequential reads take 3 %
 * fewer cycles, copies 5 %. */
static inline Tick arrive_one(Dram *dram, Req *req, Tick now)
{
    const KnownPlace *known = known_place(dram, req->addr);
    const Place place =
        known->addr == req->addr ? known->place : addrmap_place(&dram->map, req->addr);
    Channel *channel = dram->channels[place.channel];

    begin_parts(req, false);
    if (G_UNLIKELY(!window_is_next(channel, now)))
        return arrive_at(dram, place, req, now);
    const Waiting waiting = window_arrival(channel, place, req, true, channel->clock->now, now);

    window_wait(channel, &waiting);
    return wait_for(dram, req, now);
}

/* Where a burst lies. */
typedef struct {
    uint64_t number; /* of all bursts from address 0 on */
    uint64_t within; /* its channel, as addrmap_channel says */
    uint32_t channel;
} Spot;

static inline Spot spot_of(const AddrMap *map, uint64_t number)
{
    Spot spot = { .number = number };

    spot.channel = addrmap_channel(map, number << map->burst_log2, &spot.within);
    return spot;
}

/* Go on from the burst before this number.  Whether the channel is the same: within a block, and behind it by channel_hash. */
static inline bool spot_follow(const AddrMap *map, Spot *spot)
{
    const uint64_t addr = spot->number << map->burst_log2;
    const uint32_t before = spot->channel;

    if (map->channels == 1 || addr & ((UINT64_C(1) << map->channel_from) - 1)) {
        spot->within += UINT64_C(1) << map->burst_log2;
        return true;
    }
    spot->channel = addrmap_channel(map, addr, &spot->within);
    return spot->channel == before;
}

/* Whether bursts from one number to another one may lie in several channels. */
static inline bool lie_apart(const AddrMap *map, uint64_t first, uint64_t last)
{
    return map->channels > 1 && (first ^ last) << map->burst_log2 >> map->channel_from > 0;
}

/* Send the bursts of a request from the spot on that lie in its channel, and let the channel choose when all of them have
 * arrived.  The spot goes behind them. */
static void send_stretch(Dram *dram, Req *req, Spot *spot, uint64_t last, Tick now)
{
    const uint32_t number = spot->channel;
    Channel *channel = dram->channels[number];
    Burst burst = { .op = req->op, .req = req };
    BurstStatus status = BURST_WAITS;
    bool changes = false;

    do {
        Tick when = now;

        burst.place = addrmap_place_within(&dram->map, number, spot->within);
        burst.tells = spot->number++ == last || !spot_follow(&dram->map, spot);
        status = channel_arrive(channel, &burst, now, &when);
        changes |= status == BURST_CHANGES;
        req->parts.to_complete += status != BURST_DONE;
        if (status == BURST_DONE)
            req->parts.complete_fs = MAX(req->parts.complete_fs, when);
    } while (!burst.tells);
    if (status == BURST_WAITS)
        req->parts.to_accept++;
    if (changes)
        channel_changed(channel);
}

/* While its bursts are sent, the request waits for one acceptance and one completion more than theirs: of a stretch, the
 * last burst is accepted last. */
static G_GNUC_NO_INLINE Tick arrive_in_parts(Dram *dram, Req *req, uint64_t first, uint64_t last,
                                             Tick now)
{
    Spot spot = spot_of(&dram->map, first);

    begin_parts(req, lie_apart(&dram->map, first, last));
    while (spot.number <= last)
        send_stretch(dram, req, &spot, last, now);
    const bool accepted = req->parts.to_accept == 0;
    const bool complete = req->parts.to_complete == 0;

    if (complete || (accepted && req->op == REQ_WRITE)) {
        const Tick when = req->op == REQ_WRITE ? now : MAX(now, req->parts.complete_fs);

        count(dram, req, now, when);
        return when;
    }
    req->parts.to_complete--;
    if (accepted) {
        waiters_wake(&req->accepted, now);
        return TICK_PENDING;
    }
    req->parts.to_accept--;
    if (req->op == REQ_WRITE)
        change_backlog(dram, 1, now);
    return TICK_PENDING;
}

static Tick dram_arrive(Port *port, Req *req, Tick now)
{
    Dram *dram = (Dram *)port;
    const uint64_t first = req->addr >> dram->map.burst_log2;
    const uint64_t last = (req->addr + req->bytes - 1) >> dram->map.burst_log2;

    /* While channels decide, nobody runs ahead of them; and no write ahead of those who look whether the port is crowded. */
    if (now > port->sim->now &&
        (req->op == REQ_WRITE || (dram->clock.ticking && now > dram->clock.edge_fs))) {
        port_post(req, now);
        return TICK_PENDING;
    }
    return first == last ? arrive_one(dram, req, now)
                         : arrive_in_parts(dram, req, first, last, now);
}

static void dram_free(Memory *memory)
{
    Dram *dram = (Dram *)memory;

    for (uint32_t i = 0; i < dram->config.channels; i++)
        channel_free(dram->channels[i]);
    clock_clear(&dram->clock);
    memory_clear(memory);
    g_free(dram);
}

static const PortOps dram_port_ops = { .arrive = dram_arrive };
static const MemoryOps dram_ops = { .free = dram_free, .reset = dram_reset_stats };

Memory *dram_new(const DramConfig *config, Sim *sim, GError **error)
{
    AddrMap map;

    if (!dram_config_check(config, error))
        return NULL;
    g_autofree char *mapping = dram_mapping(config);

    if (!addrmap_init(&map, config, mapping, error))
        return NULL;
    Dram *dram = g_malloc0(sizeof *dram + config->channels * sizeof(Channel *));

    memory_init(&dram->memory, &dram_ops, &dram_port_ops, sim);
    dram->memory.port.joins = true;
    dram->map = map;
    for (uint32_t i = 0; i < PLACES; i++)
        dram->places[i].place = addrmap_place(&dram->map, 0); /* of address 0 */
    sim_look_ahead(sim, SIM_MEMORY, dram_soon);
    dram->memory.port.backlog_max = config->channels * config->write_queue;
    dram->config = *config;
    dram->config.standard = dram->config.mapping = dram->config.scheduler = NULL;
    clock_init(&dram->clock, config->tCK_fs, config->channels, sim);
    dram->clock.settle = settle;
    dram->clock.owner = dram;
    dram->together = config->channels >= TOGETHER_MIN;
    for (uint32_t i = 0; i < config->channels; i++)
        dram->channels[i] = channel_new(config, &hooks, dram, &dram->clock, i, dram->channels[0]);
    return &dram->memory;
}

Channel *dram_channel(const Memory *memory, uint32_t channel)
{
    return ((const Dram *)memory)->channels[channel];
}

uint32_t dram_n_channels(const Memory *memory)
{
    return ((const Dram *)memory)->config.channels;
}

const DramConfig *dram_config_of(const Memory *memory)
{
    return &((const Dram *)memory)->config;
}
