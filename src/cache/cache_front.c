/*
 * cache_front - the accesses of cores to their first cache.
 *
 * A hit is decided at once: in a private cache nobody else could notice it.  A miss may have to be
 * offered again, when something else comes first or no MSHR is free; nothing has changed until then.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/cache.h"

static Cache *cache_of(Front *front)
{
    return (Cache *)(void *)((char *)front - offsetof(Cache, front));
}

static Tick later(Tick a, Tick b)
{
    return a > b ? a : b;
}

/* The line is there or on its way: when are its data? */
static void answer_hit(Cache *cache, uint64_t line, bool write, Waiter *waiter, FrontAnswer *answer)
{
    if (cache->last_ready_fs == TICK_PENDING) {
        const MshrEntry *entry = mshr_find(&cache->mshr, line, answer->issued_fs);

        if (entry && entry->ready_fs == TICK_PENDING) {
            cache->stats.mshr_merges++;
            if (write)
                return;
            answer->earliest_fs = answer->data_fs;
            answer->data_fs = TICK_PENDING;
            waiters_add(&entry->req->waiters, waiter);
            return;
        }
        cache->last_ready_fs = entry ? entry->ready_fs : 0;
    }
    cache->stats.mshr_merges += cache->last_ready_fs > answer->issued_fs;
    if (!write)
        answer->data_fs = later(answer->data_fs, cache->last_ready_fs);
}

/* Send what an access has posted.  A write waits until it is taken: by the level where it ends, or, where it
 * ends in part of a line, when that level has an MSHR for it. */
static void send_posted(Cache *cache, ReqList *posted, const DownWrite *down, Waiter *waiter,
                        FrontAnswer *answer)
{
    const Tick when = answer->issued_fs + cache->lookup_fs;

    for (Req *req = posted->head; req;) {
        Req *next = req->next;
        const bool carrier = req == down->carrier;
        const bool fetch = req == down->fetch && !down->carrier;

        req->next = NULL;
        if (carrier)
            waiters_add(&req->waiters, waiter);
        if (fetch)
            waiters_add(&req->accepted, waiter);
        if (carrier || fetch) {
            answer->earliest_fs = answer->data_fs;
            answer->data_fs = TICK_PENDING;
        }
        const Tick done = port_send(req, when);

        if (done != TICK_PENDING)
            req->done(req, done);
        req = next;
    }
}

/* The line is fetched from below; a read waits for it. */
static void fetch(Cache *cache, const Access *access, Waiter *waiter, FrontAnswer *answer)
{
    const bool write = access->op == ACCESS_WRITE;
    const uint64_t line = access->addr >> cache->tags.line_shift;
    ReqList children;

    reqlist_init(&children);
    const uint8_t depth =
        cache_walk_fetch(cache, access->addr, write && cache->write_back, &children);
    Req *req = cache_req(cache, line << cache->tags.line_shift, cache->line_bytes, REQ_READ, depth);

    req->fetch_from = cache->level;
    req->children = children.head;
    req->earliest_fs = answer->data_fs;
    req->mshr[cache->level] = mshr_take(&cache->mshr, line, req);
    req->level = (uint8_t)(cache->level + 1);
    req->port = cache->below_port;
    const Tick done = port_send(req, answer->issued_fs + cache->lookup_fs);

    if (done == TICK_PENDING) {
        if (!write) {
            answer->data_fs = TICK_PENDING;
            waiters_add(&req->waiters, waiter);
        }
        return;
    }
    cache->last_ready_fs = later(done, req->earliest_fs);
    if (!write)
        answer->data_fs = cache->last_ready_fs;
    cache_req_done(req, done);
}

static inline void use_port(Cache *cache, const Access *access, FrontAnswer *answer)
{
    Tick end = 0;

    answer->issued_fs = cache_use_port(cache, access->addr >> cache->tags.line_shift, access->bytes,
                                       answer->issued_fs, &end);
    answer->data_fs = answer->issued_fs;
    if (access->op != ACCESS_WRITE)
        answer->data_fs = later(answer->issued_fs + cache->hit_fs, end);
}

/* A write goes on to the level below. */
static DownWrite pass_down(Cache *cache, const Access *access, ReqList *posted)
{
    cache->stats.passed++;
    cache->stats.passed_bytes += access->bytes;
    return cache_walk_write_down(cache, access->addr, access->bytes, posted);
}

static G_GNUC_NO_INLINE void hit(Cache *cache, const Access *access, Waiter *waiter,
                                 FrontAnswer *answer)
{
    const bool write = access->op == ACCESS_WRITE;
    const uint64_t line = access->addr >> cache->tags.line_shift;

    cache->stats.hits++;
    cache->stats.reads += !write;
    cache->stats.writes += write;
    use_port(cache, access, answer);
    if (write && !cache->write_back) {
        ReqList posted;

        reqlist_init(&posted);
        const DownWrite down = pass_down(cache, access, &posted);

        send_posted(cache, &posted, &down, waiter, answer);
        return;
    }
    if (write)
        tags_set_dirty(&cache->tags, cache->last_place);
    answer_hit(cache, line, write, waiter, answer);
}

static bool write_fetches(const Cache *cache, const Access *access)
{
    return cache->allocate && access->bytes < cache->line_bytes;
}

static G_GNUC_NO_INLINE void write_miss(Cache *cache, const Access *access, Waiter *waiter,
                                        FrontAnswer *answer)
{
    ReqList posted;
    DownWrite down = { NULL, NULL };

    reqlist_init(&posted);
    cache->stats.writes++;
    cache->stats.write_misses++;
    if (write_fetches(cache, access))
        fetch(cache, access, waiter, answer);
    else if (cache->allocate)
        cache_walk_own(cache, access->addr, cache->write_back, &posted);
    if (!cache->allocate || !cache->write_back)
        down = pass_down(cache, access, &posted);
    send_posted(cache, &posted, &down, waiter, answer);
}

static inline void miss(Cache *cache, const Access *access, Waiter *waiter, FrontAnswer *answer)
{
    use_port(cache, access, answer);
    if (access->op == ACCESS_WRITE) {
        write_miss(cache, access, waiter, answer);
        return;
    }
    cache->stats.reads++;
    cache->stats.read_misses++;
    fetch(cache, access, waiter, answer);
}

/* From now on the core decides hits on the line itself, if it is known when it is there and nobody else comes. */
static inline void tell_line(Cache *cache)
{
    FrontLine *line = &cache->front.line;

    line->bytes = 0;
    if (cache->shared || cache->banks || cache->last_ready_fs == TICK_PENDING)
        return;
    line->addr = cache->last_line << cache->tags.line_shift;
    line->bytes = cache->line_bytes;
    line->ready_fs = cache->last_ready_fs;
    line->writable = cache->write_back && tags_dirty(&cache->tags, cache->last_place);
}

/* More writes than memory keeps have been posted: what may post another waits. */
static G_GNUC_NO_INLINE FrontStatus wait_for_relief(Cache *cache, Waiter *waiter)
{
    waiters_add(&cache->memory->relief, waiter);
    return FRONT_BLOCKED;
}

/* An MSHR will be free at free_at, or before: the time of some is not known yet. */
static G_GNUC_NO_INLINE FrontStatus wait_for_mshr(Cache *cache, Tick free_at, Waiter *waiter)
{
    waiters_add(&cache->mshr_waiters, waiter);
    if (free_at < cache->alarm_fs) {
        cache->alarm_fs = free_at;
        sim_at(cache->port.sim, free_at, &cache->alarm);
    }
    return FRONT_BLOCKED;
}

static FrontStatus cache_access(Front *front, const Access *access, Tick now, bool granted,
                                Waiter *waiter, FrontAnswer *answer)
{
    Cache *cache = cache_of(front);
    const Sim *sim = cache->port.sim;
    const bool write = access->op == ACCESS_WRITE;
    const bool passes = write && !cache->write_back;

    *answer = (FrontAnswer){ .issued_fs = now };
    if ((cache->shared || passes) && !front_may_decide(sim, now, granted))
        return FRONT_YIELD;
    if (passes && port_is_crowded(cache->memory))
        return wait_for_relief(cache, waiter);
    if (cache_walk_lookup(cache, access->addr >> cache->tags.line_shift) != TAGS_NONE) {
        hit(cache, access, waiter, answer);
        tell_line(cache);
        return FRONT_TAKEN;
    }
    if (port_is_crowded(cache->memory))
        return wait_for_relief(cache, waiter);
    if (!write || write_fetches(cache, access)) {
        const Tick free_at = mshr_free_at(&cache->mshr);

        answer->issued_fs = later(now, free_at);
        if (free_at > now && cache->mshr.pending > 0 && !front_may_decide(sim, free_at, granted))
            return wait_for_mshr(cache, free_at, waiter);
    }
    if (!front_may_decide(sim, answer->issued_fs, granted))
        return FRONT_YIELD;
    miss(cache, access, waiter, answer);
    tell_line(cache);
    return FRONT_TAKEN;
}

/* The same as access, without requests. */
static void cache_count(Front *front, const Access *access)
{
    Cache *cache = cache_of(front);
    const bool write = access->op == ACCESS_WRITE;
    const bool there =
        cache_walk_lookup(cache, access->addr >> cache->tags.line_shift) != TAGS_NONE;
    ReqList none;

    reqlist_init(&none);
    cache->stats.reads += !write;
    cache->stats.writes += write;
    cache->stats.hits += there;
    cache->stats.read_misses += !there && !write;
    cache->stats.write_misses += !there && write;
    if (there && write && cache->write_back)
        tags_set_dirty(&cache->tags, cache->last_place);
    else if (!there && (!write || write_fetches(cache, access)))
        cache_walk_fetch(cache, access->addr, write && cache->write_back, &none);
    else if (!there && cache->allocate)
        cache_walk_own(cache, access->addr, cache->write_back, &none);
    if (write && !(cache->write_back && (there || cache->allocate)))
        pass_down(cache, access, &none);
}

const FrontOps cache_front_ops = { .access = cache_access, .count = cache_count };
