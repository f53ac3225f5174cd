/*
 * cache_front - the accesses of cores to their first cache.
 *
 * A hit is decided at once: in a private cache nobody else could notice it.  A miss may have to be
 * offered again, when something else comes first or no MSHR is free; nothing has changed until then.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/join.h"
#include "cache/plain.h"
#include "cache/watch.h"

/* Whether a line that has left, and may have come back since, can still be on its way at time now. */
static bool is_stale(Cache *cache, Tick now)
{
    Front *front = &cache->front;

    if (front->stale_fs == TICK_PENDING && cache->mshr.pending == 0)
        front->stale_fs = cache->mshr.quiet_fs; /* nothing that is on its way now comes later */
    if (now >= front->stale_fs)
        front->stale_fs = 0;
    return front->stale_fs > 0;
}

/* When the line in place is there; TICK_PENDING: ask the MSHRs.  They may have a fetch of it before the last one, which is
 * the one that counts when another line has been touched in between. */
static inline Tick *ready_of(Cache *cache, size_t place, Tick now)
{
    Front *front = &cache->front;

    if (!front->ready_fs)
        return &cache->last_ready_fs;
    if (G_UNLIKELY(front->stale_fs > 0) && is_stale(cache, now) && place != front->recent)
        front->ready_fs[place] = TICK_PENDING;
    return &front->ready_fs[place];
}

/* A line has come into place, or will at ready; what was there may still be on its way at time now. */
static inline void set_ready(Cache *cache, size_t place, Tick ready, Tick now)
{
    Front *front = &cache->front;

    if (!front->ready_fs) {
        cache->last_ready_fs = ready;
        return;
    }
    if (front->ready_fs[place] > now)
        front->stale_fs = tick_later(front->stale_fs, front->ready_fs[place]);
    front->ready_fs[place] = ready;
}

/* The line of an access is there or on its way: find out when it is there.  False when that is not known yet: then the
 * waiter is told, and a write, which does not wait for it, is answered. */
static G_GNUC_NO_INLINE bool find_ready(Cache *cache, const Access *access, Tick *ready,
                                        Waiter *waiter, FrontAnswer *answer)
{
    const MshrEntry *entry =
        mshr_find(&cache->mshr, cache_sector(cache, access->addr), answer->issued_fs);

    if (entry && entry->ready_fs == TICK_PENDING) {
        cache->stats.mshr_merges++;
        cache_watch_merge(cache, access->addr, access->bytes, true);
        if (access->op != ACCESS_WRITE) {
            answer->earliest_fs = answer->data_fs;
            answer->data_fs = TICK_PENDING;
            waiters_add(&entry->req->waiters, waiter);
        }
        return false;
    }
    *ready = entry ? entry->ready_fs : 0;
    return true;
}

/* The line is there, or on its way, at *ready: when are its data? */
static inline void answer_hit(Cache *cache, const Access *access, Tick *ready, Waiter *waiter,
                              FrontAnswer *answer)
{
    if (*ready == TICK_PENDING) {
        if (mshr_quiet(&cache->mshr, answer->issued_fs))
            *ready = 0;
        else if (!find_ready(cache, access, ready, waiter, answer))
            return;
    }
    const bool merged = *ready > answer->issued_fs;

    cache->stats.mshr_merges += merged;
    cache_watch_merge(cache, access->addr, access->bytes, merged);
    if (access->op != ACCESS_WRITE)
        answer->data_fs = tick_later(answer->data_fs, *ready);
}

/* Send what an access has posted.  A write waits until it is taken: by the level where it ends, or, where it
 * ends in part of a line, when that level has an MSHR for it. */
static void send_posted(Cache *cache, ReqList *posted, const DownWrite *down, Waiter *waiter,
                        FrontAnswer *answer)
{
    const Tick when = answer->issued_fs + cache->lookup_fs;

    for (Req *req = posted->head; req;) {
        Req *next = cache_posted_next(req);
        const bool carrier = req == down->carrier;
        const bool fetch = req == down->fetch && !down->carrier;

        if (carrier && !down->fetch &&
            join_may(cache, answer->open, REQ_WRITE, req->addr, req->depth)) {
            join_bytes(answer->open, req->bytes, answer);
            req_free(cache->pool, req);
            req = next;
            continue;
        }
        if (carrier) {
            waiters_add(&req->waiters, waiter);
            answer->open = !down->fetch && join_stays_open(cache, when) ? req : NULL;
        }
        if (fetch)
            waiters_add(&req->accepted, waiter);
        if (carrier || fetch) {
            answer->earliest_fs = answer->data_fs;
            answer->data_fs = TICK_PENDING;
        }
        const Tick done = port_send(req, when);

        if (done != TICK_PENDING)
            req_done(req, done);
        req = next;
    }
}

/* The line is fetched by a request, from depth. */
static G_GNUC_NO_INLINE Tick fetch_by_request(Cache *cache, const Access *access, uint8_t depth,
                                              Req *posted, Waiter *waiter, FrontAnswer *answer)
{
    const bool write = access->op == ACCESS_WRITE;
    const Tick when = answer->issued_fs + cache->lookup_fs;
    const uint64_t addr = cache_sector_addr(cache, access->addr);

    if (!write && join_may(cache, answer->open, REQ_READ, addr, depth)) {
        join_fetch(cache, answer->open, posted, answer);
        return TICK_PENDING;
    }
    const bool open = !write && join_stays_open(cache, when);
    Req *req = cache_req(cache, addr, cache->sector_bytes, REQ_READ, depth);

    req->fetch_from = cache->level;
    req->children = posted;
    req->earliest_fs = answer->data_fs;
    *req_mshr(req, cache->level) = cache_take_mshr(cache, req);
    cache_announce(cache->below, req);
    req->level = (uint8_t)(cache->level + 1);
    req->port = cache->below_port;
    const Tick done = port_send(req, when);

    if (done == TICK_PENDING) {
        answer->open = open ? req : NULL;
        if (!write) {
            answer->data_fs = TICK_PENDING;
            waiters_add(&req->waiters, waiter);
        }
        return TICK_PENDING;
    }
    const Tick ready = tick_later(done, req->earliest_fs);

    if (!write)
        answer->data_fs = ready;
    cache_req_done(req, done);
    return ready;
}

/* The line is fetched from depth; a read waits for it.  Returns when it is there, if that is known. */
static inline Tick fetch_line(Cache *cache, const Access *access, uint8_t depth, Req *posted,
                              Waiter *waiter, FrontAnswer *answer)
{
    const Tick ready =
        cache_read_below(cache, access->addr, depth, answer->issued_fs, answer->data_fs);

    if (ready == TICK_PENDING)
        return fetch_by_request(cache, access, depth, posted, waiter, answer);
    if (access->op != ACCESS_WRITE)
        answer->data_fs = ready;
    cache_start_others(cache, posted, ready);
    return ready;
}

/* The line comes from below. */
static inline void fetch(Cache *cache, const Access *access, Waiter *waiter, FrontAnswer *answer)
{
    const bool dirty = access->op == ACCESS_WRITE && cache->write_back;
    ReqList posted;

    reqlist_init(&posted);
    const uint8_t depth = cache_walk_fetch(cache, access->addr, dirty, &posted);
    const Tick ready = fetch_line(cache, access, depth, posted.head, waiter, answer);

    set_ready(cache, cache->last_place, ready, answer->issued_fs);
}

/* A write-through cache has the line. */
static G_GNUC_NO_INLINE void hit_and_pass(Cache *cache, const Access *access, Waiter *waiter,
                                          FrontAnswer *answer)
{
    ReqList posted;

    reqlist_init(&posted);
    const DownWrite down = cache_pass_down(cache, access->addr, access->bytes, &posted);

    send_posted(cache, &posted, &down, waiter, answer);
}

static inline void hit(Cache *cache, const Access *access, Waiter *waiter, FrontAnswer *answer)
{
    const bool write = access->op == ACCESS_WRITE;

    cache_watch_access(cache, access->addr, access->bytes, true, write);
    if (G_UNLIKELY(cache->prefetcher != NULL))
        cache_prefetch_touched(cache, cache->last_line, cache->last_place);
    cache->stats.hits++;
    cache->stats.reads += !write;
    cache->stats.writes += write;
    cache_use_front_port(cache, access, false, answer);
    Tick *ready = ready_of(cache, cache->last_place, answer->issued_fs);

    if (write && !cache->write_back) {
        hit_and_pass(cache, access, waiter, answer);
        return;
    }
    if (write)
        cache_set_dirty(cache, cache->last_place, access->addr);
    answer_hit(cache, access, ready, waiter, answer);
}

/* The line is written as a whole: it need not be fetched. */
static void own(Cache *cache, const Access *access, Tick now, ReqList *posted)
{
    cache_walk_own(cache, access->addr, cache->write_back, posted);
    set_ready(cache, cache->last_place, TICK_PENDING, now);
}

static G_GNUC_NO_INLINE void write_miss(Cache *cache, const Access *access, Waiter *waiter,
                                        FrontAnswer *answer)
{
    ReqList posted;
    DownWrite down = { NULL, NULL };

    reqlist_init(&posted);
    cache->stats.writes++;
    cache->stats.write_misses++;
    if (cache_write_fetches(cache, access))
        fetch(cache, access, waiter, answer);
    else if (cache->allocate)
        own(cache, access, answer->issued_fs, &posted);
    if (!cache->allocate || !cache->write_back)
        down = cache_pass_down(cache, access->addr, access->bytes, &posted);
    send_posted(cache, &posted, &down, waiter, answer);
}

static inline void miss(Cache *cache, const Access *access, Waiter *waiter, FrontAnswer *answer)
{
    cache_watch_access(cache, access->addr, access->bytes, false, access->op == ACCESS_WRITE);
    cache->stats.sector_misses += cache_misses_sector(cache, access->addr);
    cache_use_front_port(cache, access, access->op == ACCESS_WRITE && !cache->allocate, answer);
    if (access->op == ACCESS_WRITE) {
        write_miss(cache, access, waiter, answer);
        return;
    }
    cache->stats.reads++;
    cache->stats.read_misses++;
    fetch(cache, access, waiter, answer);
}

/* From now on the core decides hits on the line, or its sector, itself, if it is known when it is there and nobody else comes. */
static inline void tell_line(Cache *cache, uint64_t addr)
{
    FrontLine *line = &cache->front.line;

    line->bytes = 0;
    cache->front.recent = cache->last_place;
    line->ready_fs =
        cache->front.ready_fs ? cache->front.ready_fs[cache->last_place] : cache->last_ready_fs;
    if (cache->sees_all || cache->limited || line->ready_fs == TICK_PENDING)
        return;
    /* a write that misses may leave the line before in place; of sectors the time is known only of the one just used */
    line->addr = cache->sectors ? cache_sector_addr(cache, addr)
                                : cache->last_line << cache->tags.line_shift;
    line->bytes = cache->sector_bytes;
    line->writable = cache->write_back && cache_is_dirty(cache, cache->last_place, line->addr);
}

/* Whether an offer at time now may be decided: nothing that matters here comes before it. */
static inline bool may_decide(const Cache *cache, Tick now, Grant grant)
{
    return (grant == GRANT_REST && !cache->shared) || front_may_decide(cache->port.sim, now, grant);
}

/* A miss may be taken, at issued_fs, or not (yet); fetches: it takes an MSHR. */
static inline FrontStatus admit_miss(Cache *cache, bool fetches, Grant grant, Waiter *waiter,
                                     FrontAnswer *answer)
{
    const Tick now = answer->issued_fs;

    if (port_is_crowded(cache->memory))
        return cache_wait_for_relief(cache, waiter);
    if (fetches) {
        const Tick free_at = mshr_free_at(&cache->mshr);

        answer->issued_fs = tick_later(now, free_at);
        if (free_at > now && grant == GRANT_REST)
            grant = GRANT_NONE;
        if (free_at > now && cache->mshr.pending > 0 && !may_decide(cache, free_at, grant))
            return cache_wait_for_mshr(cache, free_at, waiter);
    }
    return may_decide(cache, answer->issued_fs, grant) ? FRONT_TAKEN : FRONT_YIELD;
}

/* Out of the way of hits, which then need no registers saved. */
static G_GNUC_NO_INLINE FrontStatus offer_miss(Cache *cache, const Access *access, Grant grant,
                                               Waiter *waiter, FrontAnswer *answer)
{
    const bool fetches = access->op != ACCESS_WRITE || cache_write_fetches(cache, access);
    const FrontStatus status = admit_miss(cache, fetches, grant, waiter, answer);

    if (status != FRONT_TAKEN) {
        mshr_prefetch(&cache->mshr); /* it comes back */
        return status;
    }
    miss(cache, access, waiter, answer);
    tell_line(cache, access->addr);
    return FRONT_TAKEN;
}

static FrontStatus cache_access(Front *front, const Access *access, Tick now, Grant grant,
                                Waiter *waiter, FrontAnswer *answer)
{
    Cache *cache = cache_of_front(front);
    const bool passes = access->op == ACCESS_WRITE && !cache->write_back;

    *answer = (FrontAnswer){ .issued_fs = now, .open = grant == GRANT_REST ? answer->open : NULL };
    if (answer->open && cache_take_rest(cache, access, now, answer->open) > 0) {
        cache_time_rest(cache, access, answer);
        return FRONT_TAKEN;
    }
    if ((cache->shared || passes) && !may_decide(cache, now, grant))
        return FRONT_YIELD;
    if (passes && port_is_crowded(cache->memory))
        return cache_wait_for_relief(cache, waiter);
    if (cache_walk_lookup(cache, access->addr) == TAGS_NONE)
        return offer_miss(cache, access, grant, waiter, answer);
    hit(cache, access, waiter, answer);
    tell_line(cache, access->addr);
    return FRONT_TAKEN;
}

static uint32_t cache_rest(Front *front, const Access *rest, Tick now, Req *open)
{
    return cache_take_rest(cache_of_front(front), rest, now, open);
}

static void cache_rest_time(Front *front, const Access *piece, FrontAnswer *answer)
{
    cache_time_rest(cache_of_front(front), piece, answer);
}

const FrontOps cache_front_ops = { .access = cache_access,
                                   .rest = cache_rest,
                                   .rest_time = cache_rest_time,
                                   .soon = cache_soon,
                                   .count = cache_count };

/* ---- the time of what cache_walk_ahead has decided ---- */

static FrontStatus cache_settle(Front *front, const Access *access, const FrontStep *step, Tick now,
                                Grant grant, Waiter *waiter, FrontAnswer *answer)
{
    Cache *cache = cache_of_front(front);
    const size_t place = step->place;

    *answer = (FrontAnswer){ .issued_fs = now };
    if (step->depth > 0) {
        const FrontStatus status = admit_miss(cache, true, grant, waiter, answer);

        if (status != FRONT_TAKEN)
            return status;
    }
    answer->data_fs = answer->issued_fs + (access->op == ACCESS_WRITE ? 0 : cache->hit_fs);
    const Tick issued = answer->issued_fs;

    if (step->depth == 0)
        answer_hit(cache, access, ready_of(cache, place, issued), waiter, answer);
    else
        set_ready(cache, place,
                  fetch_line(cache, access, step->depth, step->posted, waiter, answer), issued);
    front->recent = place;
    return FRONT_TAKEN;
}

const FrontOps cache_ahead_front_ops = { .access = cache_access,
                                         .walk = cache_walk_ahead,
                                         .walk_even = cache_walk_even,
                                         .settle = cache_settle,
                                         .fetch = cache_fetch,
                                         .keep = cache_keep,
                                         .is_later = cache_is_later,
                                         .go_on = cache_go_on,
                                         .book = cache_book,
                                         .count = cache_count };
