/*
 * cache_time - how the consequences of an access go through time: bandwidth, MSHRs, merging.
 *
 * Requests are served in order of arrival; one that finds all MSHRs taken blocks those behind it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/plain.h"
#include "cache/watch.h"

/* When the input can take what arrives at now, and an MSHR is there if it misses; TICK_PENDING: not known. */
static inline Tick turn_at(const Cache *cache, bool misses, Tick now)
{
    const Tick input = tick_later(now, cache->busy_until_fs);

    return misses ? tick_later(input, mshr_free_at(&cache->mshr)) : input;
}

/* Whether what arrives at now and waits until when may be decided ahead: not where something that the core has still to send
 * does not wait and comes to the level below before it: a prefetch that it leads to, a write past the caches, a request by
 * way of another bank. */
static inline bool may_wait_ahead(const Cache *cache, Tick now, Tick when)
{
    return when == now || (when < sim_next(cache->port.sim) && !cache->overtaken);
}

/* Whether what arrives at now is served at when, with nothing before it. */
static inline bool served_at(const Cache *cache, Tick now, Tick when)
{
    return !cache->queue_head && may_wait_ahead(cache, now, when);
}

static inline bool misses_here(const Cache *cache, const Req *req)
{
    return req->fetch_from <= cache->level && cache->level < req->depth;
}

/* When the request can be served; TICK_PENDING: not known. */
static inline Tick turn(const Cache *cache, const Req *req, Tick now)
{
    return turn_at(cache, misses_here(cache, req), now);
}

static void schedule_first(Cache *cache)
{
    const Tick when = turn(cache, cache->queue_head, cache->port.sim->now);

    if (when >= cache->retry_fs)
        return;
    cache->retry_fs = when;
    sim_at(cache->port.sim, when, &cache->retry);
}

/* Let the first of the queue go on when it can. */
static inline void schedule_retry(Cache *cache)
{
    if (cache->queue_head)
        schedule_first(cache);
}

static void follows(Event *event, Tick now);

void cache_follow(const Cache *at, Req *req, Tick now)
{
    Sim *sim = at->port.sim;

    for (; at->level + 1 < req->level; at = at->below) {
        now += at->lookup_fs;
        if (!sim_can_decide(sim, now)) {
            req->event = (Event){ .fire = follows, .owner = req };
            req->port = at->below_port;
            sim_at_in(sim, req->port->kind, now, &req->event);
            return;
        }
    }
    req->port = at->below_port;
    const Tick done = port_send(req, now + at->lookup_fs);

    if (done != TICK_PENDING)
        req_done(req, done);
}

static void follows(Event *event, Tick now)
{
    Req *req = event->owner;

    cache_follow((const Cache *)req->port, req, now);
}

void cache_start_posted(Req *first, Tick when)
{
    for (Req *req = first; req;) {
        Req *next = cache_posted_next(req);

        port_post(req, when);
        req = next;
    }
}

/* The host is to fetch all at once what the completion of req looks at. */
static void prefetch_done(Req *req)
{
    const Cache *cache = req->owner;

    if (req->waiters.last) { /* those who wait lie in a row, often, and look at the next one, too */
        __builtin_prefetch(req->waiters.last, 1);
        __builtin_prefetch((const char *)req->waiters.last + HOST_LINE_BYTES, 1);
    }
    if (req->children)
        req_prefetch(req->children);
    for (uint8_t level = req->fetch_from; level < req->depth; level++, cache = cache->below)
        __builtin_prefetch(&cache->mshr.entries[*req_mshr(req, level)], 1);
}

void cache_req_done(Req *req, Tick when)
{
    Cache *cache = req->owner;
    ReqPool *pool = cache->pool;
    const Tick now = tick_later(when, req->earliest_fs);

    for (uint8_t level = req->fetch_from; level < req->depth; level++, cache = cache->below) {
        mshr_ready(&cache->mshr, *req_mshr(req, level), now);
        schedule_retry(cache);
        waiters_wake(&cache->mshr_waiters, now);
    }
    if (req->children)
        cache_start_posted(req->children, now);
    waiters_wake(&req->waiters, now);
    req_free(pool, req);
}

const ReqOps cache_req_ops = { .done = cache_req_done, .soon = prefetch_done };

static void merge_wakes(Waiter *waiter, Tick when);

/* Serve what is left of req: the level has its sectors, at data_fs, unless they are still on their way to it. */
static Tick serve_sectors(Cache *cache, Req *req, Tick now, Tick data_fs)
{
    while (req->bytes > 0) {
        const uint64_t addr = req->addr;
        const uint32_t rest = cache->sector_bytes - ((uint32_t)addr & (cache->sector_bytes - 1));
        const uint32_t bytes = req->joined > 0 ? MIN(req->bytes, rest) : req->bytes;
        const MshrEntry *entry = mshr_find(&cache->mshr, cache_sector(cache, addr), now);

        req->addr += bytes;
        req->bytes -= bytes;
        if (!entry)
            continue;
        cache->stats.mshr_merges++;
        cache_watch_merge(cache, addr, bytes, true);
        if (entry->ready_fs != TICK_PENDING) {
            data_fs = tick_later(data_fs, entry->ready_fs);
            continue;
        }
        req->earliest_fs = tick_later(req->earliest_fs, data_fs);
        req->waiter = (Waiter){ .wake = merge_wakes, .owner = req };
        waiters_add(&entry->req->waiters, &req->waiter);
        return TICK_PENDING;
    }
    return data_fs;
}

/* A sector that req has waited for comes at when. */
static void merge_wakes(Waiter *waiter, Tick when)
{
    Req *req = waiter->owner;
    Cache *cache = req->owner;

    while (cache->level < req->depth)
        cache = cache->below;
    const Tick data = serve_sectors(cache, req, cache->port.sim->now, when);

    if (data != TICK_PENDING)
        req_done(req, data);
}

/* The level has what req reads, unless it is still on its way to it. */
static inline Tick serve_hit(Cache *cache, Req *req, Tick now, Tick data_fs)
{
    return mshr_quiet(&cache->mshr, now) ? data_fs : serve_sectors(cache, req, now, data_fs);
}

/* req, whose turn was now, goes on to the level below, which it reaches lookup_fs after start. */
static inline Tick send_down(Cache *cache, Req *req, Tick now, Tick start)
{
    const Tick when = start + cache->lookup_fs;

    req->level = (uint8_t)(cache->level + 1);
    req->port = cache->below_port;
    if (G_LIKELY(may_wait_ahead(cache, now, start)))
        return port_send(req, when);
    port_pass(req, when);
    return TICK_PENDING;
}

/* Serve the request whose turn it is; an MSHR is there if it needs one. */
static inline Tick serve(Cache *cache, Req *req, Tick now)
{
    const uint32_t bytes = cache->sectors ? cache_req_bytes(cache, req) : req->bytes;
    const Tick start = cache_use_port(cache, req->addr, bytes, now, &req->earliest_fs);

    cache->busy_until_fs = now;
    if (misses_here(cache, req)) {
        req->bytes = cache_req_bytes(cache, req);
        req->addr = cache_sector_addr(cache, req->addr);
        *req_mshr(req, cache->level) = cache_take_mshr(cache, req);
        cache_has_come(cache);
        if (cache->level == req->fetch_from)
            waiters_wake(&req->accepted, now);
        return send_down(cache, req, now, start);
    }
    if (cache->level < req->depth)
        return send_down(cache, req, now, start);
    return req->op == REQ_WRITE ? start : serve_hit(cache, req, now, start + cache->hit_fs);
}

/* The last level reads the sector of addr from memory at time at. */
static inline Tick read_memory(const Cache *cache, uint64_t addr, Tick at)
{
    Port *port = cache->below_port;

    if (!port->ops->read)
        return TICK_PENDING;
    return port->ops->read(port, cache_sector_addr(cache, addr), cache->sector_bytes, at);
}

/* The level has the sector, or it is on its way to it. */
static inline Tick read_hit(Cache *cache, uint64_t addr, Tick now)
{
    const MshrEntry *entry = mshr_find(&cache->mshr, cache_sector(cache, addr), now);

    if (!entry)
        return now + cache->hit_fs;
    if (entry->ready_fs == TICK_PENDING)
        return TICK_PENDING;
    cache->stats.mshr_merges++;
    cache_watch_merge(cache, addr, 1, true);
    return tick_later(now + cache->hit_fs, entry->ready_fs);
}

static inline __attribute__((always_inline)) Tick read_below(Cache *top, uint64_t addr,
                                                             uint8_t depth, Tick start,
                                                             Tick earliest)
{
    const Sim *sim = top->port.sim;
    const Tick next = sim_next(sim);
    Cache *cache = top;
    Tick at = start + top->lookup_fs, data;

    for (;;) {
        if (at >= next && at > sim->now)
            return TICK_PENDING;
        if (!cache->below) {
            data = read_memory(cache, addr, at);
            break;
        }
        cache = cache->below;
        const bool misses = cache->level < depth;
        const Tick when = turn_at(cache, misses, at);

        if (cache->limited || !served_at(cache, at, when))
            return TICK_PENDING;
        cache->busy_until_fs = when; /* and so it is when a request has to come after all */
        if (!misses) {
            data = read_hit(cache, addr, when);
            break;
        }
        at = when + cache->lookup_fs;
    }
    if (data == TICK_PENDING)
        return TICK_PENDING;
    const Tick ready = tick_later(data, earliest);

    for (cache = top; cache && cache->level < depth; cache = cache->below)
        mshr_book(&cache->mshr, cache_sector(cache, addr), ready, sim->now);
    return ready;
}

Tick cache_read_below(Cache *top, uint64_t addr, uint8_t depth, Tick start, Tick earliest)
{
    return read_below(top, addr, depth, start, earliest);
}

/* A line that plain caches have at depth is fetched by an access that is issued at a time, while lines on their way have not left
 * the first level: so one that it misses is on its way to no other.  TICK_PENDING: that is not decided; nothing has changed. */
static inline Tick fetch_plain(Cache *first, uint64_t addr, uint8_t depth, Tick issued,
                               Tick earliest)
{
    const Tick next = sim_next(first->port.sim);
    Tick when[PLAIN_LEVELS], at = issued + first->lookup_fs;
    Cache *cache = first->below;

    for (; cache->level < depth; cache = cache->below) {
        at = turn_at(cache, true, at);
        if (at >= next || cache->queue_head)
            return TICK_PENDING;
        when[cache->level] = at;
        at += cache->lookup_fs;
    }
    at = turn_at(cache, false, at);
    if (at >= next || cache->queue_head || cache->n_above > 1)
        return TICK_PENDING;
    const Tick ready = tick_later(at + cache->hit_fs, earliest), passed = first->port.sim->now;

    cache->busy_until_fs = at;
    mshr_book(&first->mshr, cache_sector(first, addr), ready, passed);
    for (cache = first->below; cache->level < depth; cache = cache->below) {
        cache->busy_until_fs = when[cache->level];
        mshr_book(&cache->mshr, cache_sector(cache, addr), ready, passed);
    }
    return ready;
}

Tick cache_fetch(Front *front, const Access *access, const FrontStep *step, Tick now,
                 Tick *issued_fs)
{
    Cache *cache = cache_of_front(front);
    const Tick hit_fs = access->op == ACCESS_WRITE ? 0 : cache->hit_fs;
    const Tick issued = tick_later(now, mshr_free_at(&cache->mshr));

    if (issued >= sim_next(cache->port.sim) || port_is_crowded(cache->memory) ||
        front->ready_fs[step->place] > issued)
        return TICK_PENDING;
    const bool plain = cache->plain && step->depth < cache->levels;
    const Tick ready = plain
                           ? fetch_plain(cache, access->addr, step->depth, issued, issued + hit_fs)
                           : read_below(cache, access->addr, step->depth, issued, issued + hit_fs);

    if (ready == TICK_PENDING)
        return TICK_PENDING;
    front->ready_fs[step->place] = ready;
    *issued_fs = issued;
    cache_start_others(cache, step->posted, ready);
    return ready;
}

static Tick cache_arrive(Port *port, Req *req, Tick now)
{
    Cache *cache = (Cache *)port;
    const Tick when = turn(cache, req, now);

    if (served_at(cache, now, when))
        return serve(cache, req, when);
    req->next = NULL;
    if (cache->queue_head)
        cache->queue_tail->next = req;
    else
        cache->queue_head = req;
    cache->queue_tail = req;
    schedule_retry(cache);
    return TICK_PENDING;
}

void cache_retry_fires(Event *event, Tick now)
{
    Cache *cache = event->owner;

    cache->retry_fs = TICK_PENDING;
    while (cache->queue_head && turn(cache, cache->queue_head, now) <= now) {
        Req *req = cache->queue_head;

        cache->queue_head = req->next;
        req->next = NULL;
        const Tick when = serve(cache, req, now);

        if (when != TICK_PENDING)
            req_done(req, when);
    }
    schedule_retry(cache);
}

void cache_alarm_fires(Event *event, Tick now)
{
    Cache *cache = event->owner;

    cache->alarm_fs = TICK_PENDING;
    waiters_wake(&cache->mshr_waiters, now);
}

/* More writes than memory keeps have been posted: what may post another waits. */
FrontStatus cache_wait_for_relief(Cache *cache, Waiter *waiter)
{
    waiters_add(&cache->memory->relief, waiter);
    return FRONT_BLOCKED;
}

/* An MSHR will be free at free_at, or before: the time of some is not known yet. */
FrontStatus cache_wait_for_mshr(Cache *cache, Tick free_at, Waiter *waiter)
{
    waiters_add(&cache->mshr_waiters, waiter);
    if (free_at < cache->alarm_fs) {
        cache->alarm_fs = free_at;
        sim_at(cache->port.sim, free_at, &cache->alarm);
    }
    return FRONT_BLOCKED;
}

const PortOps cache_port_ops = { .arrive = cache_arrive };
