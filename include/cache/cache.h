/*
 * cache - one cache of a hierarchy: what it holds, what it counts, and how long things take.
 *
 * Modelled: tags, sectors, replacement, write-back and write-through, allocate and no-allocate, inclusion, prefetchers, hit
 * latency, bandwidth towards the level above (both directions share it, a bank has its share), MSHRs with merging, private
 * and shared instances.  Not modelled: coherence, limited write-back buffers (but for the queue before DRAM channels,
 * port_is_crowded).
 *
 * Two halves.  cache_walk.c decides, when an access is issued, what it does to the tags and counters of all levels:
 * so for one core these do not depend on timing, and cache_ahead.c decides a batch of accesses in one go.  cache_time.c
 * carries the consequences through time, as requests where they are not decided at once.
 * Conventions of counting: on a miss the line is fetched first, then the dirty victim is written back;
 * a write-back is an ordinary full-line write to the level below, which on a miss allocates without a fetch; a write that
 * covers its whole line needs no fetch; nothing is flushed at the end.
 * An inclusive level takes the lines that it gives up out of all levels above, and what was dirty there goes down with its
 * victim.  An exclusive level holds victims of the level above only, clean and dirty ones: a line that is read there leaves
 * it; what it does not have is fetched past it.  Victims that it takes are no accesses.
 * A prefetch is no access of its level nor of those below (prefetcher.h).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_CACHE_H
#define CACHE_CACHE_H

#include <assert.h>

#include "cache/miss_kinds.h"
#include "cache/mshr.h"
#include "cache/prefetcher.h"
#include "cache/sectors.h"
#include "cache/tags.h"
#include "mem/front.h"
#include "sim/server.h"
#include "sim/server_row.h"

/* How much of the lines that were fetched was used (watch.h). */
typedef struct {
    uint64_t bytes;
    uint64_t lines[USED_STEPS +
                   1]; /* [k]: of which more than k - 1 and no more than k eighths were used */
} UsedBytes;

typedef struct {
    uint64_t reads, writes; /* accesses from above; writes include write-backs */
    uint64_t hits, read_misses, write_misses;
    uint64_t sector_misses; /* of the misses, those in a line that is there but for the sector */
    uint64_t writebacks;    /* dirty victims sent down: lines, or sectors of them */
    uint64_t fetches;       /* lines, or sectors, read from below */
    uint64_t passed, passed_bytes; /* writes handed on to the level below */
    uint64_t mshr_merges;          /* hits on a line that was still on its way */
    uint64_t back_invalidations;   /* lines that an inclusive level below has taken away */
    uint64_t dirty_invalidations;  /* of these, those with what was not below yet, here or above */
    uint64_t victims;              /* an exclusive level: lines taken from above, clean and dirty */
    uint64_t given;                /* lines that an exclusive level below has taken */
    MissKindCounts kinds;          /* of the misses, if they are classified */
    UsedBytes used;                /* if it is counted */
    /* Prefetches into this cache, and what became of them; late: useful, but the line was still on its way. */
    uint64_t prefetches, useful_prefetches, late_prefetches, useless_prefetches;
    uint64_t
        dropped_prefetches; /* not made for want of an MSHR, or because memory has too much to write */
    uint64_t prefetch_reads, prefetch_misses; /* prefetches of levels above; they are no accesses */
} CacheStats;

/* What of a cache's time has been kept (FrontOps.keep). */
typedef struct {
    Slot *slots; /* those of the MSHRs, NULL: none have been */
    uint32_t head;
    bool full;
    Tick busy_until_fs, quiet_fs;
} CacheTime;

typedef struct Watch Watch;
struct Cache {
    Port port;   /* first: requests from the level above arrive here */
    Front front; /* of a first level: accesses of cores arrive here */
    Tags tags;
    uint64_t last_line; /* the line touched last, TAGS_INVALID: none; it needs no lookup */
    size_t last_place;
    Tick last_ready_fs; /* when that line is there; TICK_PENDING: ask the MSHRs */
    Cache *below;       /* NULL: memory */
    Cache **above;      /* [n_above] those whose level below this is */
    uint32_t n_above;
    Port *below_port;
    Port *memory;
    ReqPool *pool; /* NULL: only count */
    uint32_t line_bytes;
    uint32_t sector_bytes; /* what a miss fetches: a line, or a sector of it */
    uint32_t sector_shift;
    Sectors *sectors; /* NULL: lines are not divided */
    uint64_t
        port_sector; /* of a first level: what the last access has moved: its sector, or its last word of a bank */
    uint64_t port_line; /* and its line; UINT64_MAX: nothing */
    uint8_t level, levels;
    bool write_back, allocate;
    bool shared;               /* others than one core may change what it holds */
    bool inclusive, exclusive; /* towards the levels above */
    bool covered;              /* an inclusive or exclusive level stands below */
    Tick above_latency_fs;     /* until an access arrives here */
    Tick lookup_fs;            /* until a miss arrives below */
    Tick hit_fs;               /* from arrival to data */
    bool limited;              /* bandwidth is: by banks of lines, or of words */
    Server *banks;             /* [n_banks] of lines, or NULL */
    ServerRow words;           /* n_banks of words; n is 0: there are none */
    uint32_t n_banks;
    uint32_t bank_shift;    /* of what lies in one bank */
    Server lookups;         /* of the tags of lines */
    Server passing;         /* of a first level with banks of words: writes that are not put in */
    uint64_t passed_sector; /* the last one of these; UINT64_MAX: none */
    Mshr mshr;
    WaiterList mshr_waiters; /* cores that wait for an MSHR while the time of some is unknown */
    Tick alarm_fs;           /* when they are woken at the latest; TICK_PENDING: not known */
    Event alarm;
    Req *queue_head, *queue_tail; /* requests that wait for an MSHR, in order of arrival */
    Tick busy_until_fs;           /* the input is blocked until then: the last request's turn */
    Tick retry_fs;                /* when the queue is tried again; TICK_PENDING: not known */
    Event retry;
    Watch *watch;           /* what is counted besides, or NULL */
    bool walks_misses;      /* nobody else comes here or below: misses may be decided ahead, too */
    bool plain;             /* cache_is_plain, of a first cache that walks ahead */
    bool sees_all;          /* each access comes here: the core decides no hit itself */
    Prefetcher *prefetcher; /* NULL: none */
    PrefetchQueue *prefetches; /* NULL: no cache of the machine has a prefetcher */
    uint32_t coming;           /* else: requests on their way that will take an MSHR here */
    bool overtaken;            /* what waits here may be, by what its core sends later */
    CacheStats stats;          /* read through cache_stats */
    CacheTime kept;
    bool avx2; /* the host has it */
};

typedef struct {
    const CacheConfig *config; /* borrowed while initialising */
    uint8_t level, levels;     /* level 0 is nearest to the core */
    Tick above_latency_fs;     /* total of the level above; 0 for the first */
    Tick level_latency_fs;     /* total of this level: of the slower half of a split one */
    bool shared;               /* by several cores, or emptied by them from below */
    uint64_t seed;
    Sim *sim;
    ReqPool *pool; /* NULL: only count */
    Cache *below;  /* NULL: memory is */
    Port *memory;
    PrefetchQueue *prefetches; /* borrowed; NULL: no cache of the machine has a prefetcher */
    bool nontemporal;          /* some writes go past the caches */
} CacheWiring;

void cache_init(Cache *cache, const CacheWiring *wiring);
void cache_clear(Cache *cache);
/* All counters, with the hits that the core has decided itself. */
CacheStats cache_stats(const Cache *cache);
void cache_reset_stats(Cache *cache);
/* Add all counters of one to another. */
void cache_stats_add(CacheStats *sum, const CacheStats *stats);
/* Write back all that is dirty and forget all lines, in time from now on where there is time.  What caches above it hold they
 * keep, unless it is inclusive. */
void cache_flush(Cache *cache, Tick now);
/* When the last transfer on its ports and the last fill end, and the last request from above has come. */
Tick cache_drained(const Cache *cache);

/* ---- the halves, for each other ---- */

/* Requests in the order in which they are to be sent. */
typedef struct {
    Req *head, **tail;
} ReqList;

static inline void reqlist_init(ReqList *list)
{
    list->head = NULL;
    list->tail = &list->head;
}

static inline void reqlist_add(ReqList *list, Req *req)
{
    *list->tail = req;
    list->tail = &req->next;
}

/* What a write sent down turned into. */
typedef struct {
    Req *
        carrier; /* carries the write as far as it goes; NULL: it ends above any limit of bandwidth, at once */
    Req *fetch; /* brings the line in where the write ended in part of a line; NULL: none */
} DownWrite;

static inline Cache *cache_of_front(Front *front)
{
    return (Cache *)(void *)((char *)front - offsetof(Cache, front));
}

/* place, if the sector of addr is there, too, or TAGS_NONE. */
size_t cache_sector_at(Cache *cache, size_t place, uint64_t addr);

/* Place of addr in cache, or TAGS_NONE; a hit is told to the policy.  Then last_line is its line; it is so, too, when only
 * the sector is not there. */
static inline __attribute__((always_inline)) size_t cache_walk_lookup(Cache *cache, uint64_t addr)
{
    const uint64_t line = addr >> cache->tags.line_shift;
    size_t place = cache->last_place;

    if (line != cache->last_line) {
        place = tags_access(&cache->tags, line);
        if (place != TAGS_NONE) {
            cache->last_line = line;
            cache->last_place = place;
            cache->last_ready_fs = TICK_PENDING;
        }
    }
    return G_UNLIKELY(cache->sectors != NULL) ? cache_sector_at(cache, place, addr) : place;
}

/* What prefetching adds (prefetcher.c), for caches that have a prefetcher: a demand has missed and fetches line; the line in
 * place is demanded; the line in place leaves. */
void cache_prefetch_missed(Cache *cache, uint64_t line);
void cache_prefetch_touched(Cache *cache, uint64_t line, size_t place);
void cache_prefetch_left(Cache *cache, size_t place);

/* The line of addr is prefetched into cache.  Returns the level that has the data. */
uint8_t cache_walk_prefetch(Cache *cache, uint64_t addr, ReqList *posted);

/* Whether what is at place (it is there) is dirty: the sector of addr where lines are divided. */
static inline bool cache_is_dirty(const Cache *cache, size_t place, uint64_t addr)
{
    if (G_UNLIKELY(cache->sectors != NULL))
        return sectors_dirty(cache->sectors, place) & sectors_bit(cache->sectors, addr);
    return tags_dirty(&cache->tags, place);
}

static inline void cache_set_dirty(Cache *cache, size_t place, uint64_t addr)
{
    tags_set_dirty(&cache->tags, place);
    if (G_UNLIKELY(cache->sectors != NULL))
        sectors_set_dirty(cache->sectors, place, sectors_bit(cache->sectors, addr));
}

/* The number of the sector, or of the line that is not divided: what an MSHR is for. */
static inline uint64_t cache_sector(const Cache *cache, uint64_t addr)
{
    return addr >> cache->sector_shift;
}

/* Where it begins. */
static inline uint64_t cache_sector_addr(const Cache *cache, uint64_t addr)
{
    return addr & ~(uint64_t)(cache->sector_bytes - 1);
}

/* Whether what has just been looked up and is not there is a sector of a line that is. */
static inline bool cache_misses_sector(const Cache *cache, uint64_t addr)
{
    return G_UNLIKELY(cache->sectors != NULL) && addr >> cache->tags.line_shift == cache->last_line;
}

/* The sector of addr is read from below cache, which then has it, dirty or not.  Victims' requests go to posted.
 * Returns the level that has the data. */
uint8_t cache_walk_fetch(Cache *cache, uint64_t addr, bool dirty, ReqList *posted);
/* Bring the sector of addr in without a fetch: all of it has been written. */
void cache_walk_own(Cache *cache, uint64_t addr, bool dirty, ReqList *posted);
/* Put the sector of addr in; the levels below know. */
void cache_walk_fill(Cache *cache, uint64_t addr, bool dirty, ReqList *posted);
/* The line touched last is not there any more. */
void cache_walk_forget(Cache *cache);
/* Take the line in place out. */
void cache_walk_drop(Cache *cache, uint64_t line, size_t place);
/* A line has left cache; dirty: its dirty sectors, bit 0: all of a line that is not divided. */
void cache_walk_evict(Cache *cache, uint64_t line, uint64_t dirty, ReqList *posted);
/* cache hands a write of bytes at addr on: count it. */
void cache_walk_passes(Cache *cache, uint64_t addr, uint32_t bytes);
/* cache sends a write of bytes at addr down. */
DownWrite cache_walk_write_down(Cache *cache, uint64_t addr, uint32_t bytes, ReqList *posted);

/* A write to a first cache goes on to the level below. */
static inline DownWrite cache_pass_down(Cache *cache, uint64_t addr, uint32_t bytes,
                                        ReqList *posted)
{
    cache_walk_passes(cache, addr, bytes);
    return cache_walk_write_down(cache, addr, bytes, posted);
}

/* Whether a write to it that misses fetches the sector. */
static inline bool cache_write_fetches(const Cache *cache, const Access *access)
{
    return cache->allocate && access->bytes < cache->sector_bytes;
}

/* Told of bytes that go to memory. */
typedef void (*CacheFlushed)(void *to, uint64_t addr, uint32_t bytes);
/* The line of addr in a first cache leaves it and those below: a write goes past them.  What is dirty in it is told once, by
 * sectors of the first cache, what is dirty around it, in longer lines below, likewise.  Returns how many lines have left. */
uint32_t cache_walk_flush(Cache *first, uint64_t addr, CacheFlushed flushed, void *to);

/* A sector that misses in top at start, and is found at depth, is fetched without a request: when it is there, and not
 * before earliest.  TICK_PENDING: that is not decided yet, or takes bandwidth on the way; then nothing has changed that
 * a request would not change, too, and it takes a request.  Worth a tenth of the time of a miss. */
Tick cache_read_below(Cache *top, uint64_t addr, uint8_t depth, Tick start, Tick earliest);
/* req, which has its level, goes there behind what has been issued to first at now, and no look is taken at it before: at one
 * time it is the later of both, whether events lie between or not. */
void cache_follow(const Cache *first, Req *req, Tick now);
/* Posted requests start at when. */
void cache_start_posted(Req *first, Tick when);
/* A miss that took no request is known to be over at when: others that wait for an MSHR go on, its posted requests start. */
static inline void cache_start_others(Cache *cache, Req *posted, Tick when)
{
    waiters_wake(&cache->mshr_waiters, when);
    if (posted)
        cache_start_posted(posted, when);
}

/* req is complete at when: its MSHRs are ready, its posted requests start, its waiters know. */
void cache_req_done(Req *req, Tick when);
extern const ReqOps cache_req_ops;
/* Reserve bandwidth, which is limited, for a request for bytes from addr on; returns the start, raises *end. */
Tick cache_reserve_port(Cache *cache, uint64_t addr, uint32_t bytes, Tick now, Tick *end);
/* The same for an access to a first level.  passes: a write that is not put in. */
Tick cache_reserve_for(Cache *cache, const Access *access, bool passes, Tick now, Tick *end);
/* And for a piece that begins with the sector behind the piece before it, in the same line. */
Tick cache_reserve_next(Cache *cache, const Access *piece, bool passes, Tick now, Tick *end);

/* An access has the bandwidth from answer->issued_fs to end: when its data are there if it is a hit. */
static inline void cache_answer_port(const Cache *cache, const Access *access, Tick end,
                                     FrontAnswer *answer)
{
    answer->data_fs = answer->issued_fs;
    if (access->op != ACCESS_WRITE)
        answer->data_fs = tick_later(answer->issued_fs + cache->hit_fs, end);
}

/* The bandwidth of a first level for an access that is taken at answer->issued_fs or later: when that is, and when its data are
 * there if it is a hit.  passes: a write that is not put in. */
static inline void cache_use_front_port(Cache *cache, const Access *access, bool passes,
                                        FrontAnswer *answer)
{
    Tick end = 0;

    if (cache->limited)
        answer->issued_fs = cache_reserve_for(cache, access, passes, answer->issued_fs, &end);
    cache_answer_port(cache, access, end, answer);
}

/* The bytes of the sectors that req is for: of what may reach beyond its first one only what has been joined does. */
static inline uint32_t cache_req_bytes(const Cache *cache, const Req *req)
{
    const uint32_t rest = cache->sector_bytes - 1;

    if (G_LIKELY(req->joined == 0))
        return cache->sector_bytes;
    return (((uint32_t)req->addr & rest) + req->bytes + rest) & ~rest;
}

/* Bandwidth towards the level above, for a request: reserve it from now on; returns the start, raises *end. */
static inline Tick cache_use_port(Cache *cache, uint64_t addr, uint32_t bytes, Tick now, Tick *end)
{
    return cache->limited ? cache_reserve_port(cache, addr, bytes, now, end) : now;
}

/* A new request that starts at cache and is served at depth. */
static inline Req *cache_req(Cache *cache, uint64_t addr, uint32_t bytes, ReqOp op, uint8_t depth)
{
    Req *req = req_new(cache->pool, addr, bytes, op);

    req->level = cache->level;
    req->port = &cache->port;
    req->depth = depth;
    req->ops = &cache_req_ops;
    req->owner = cache;
    if (op == REQ_WRITE)
        req->further = 0;
    return req;
}

/* What follows a posted request in its list, which it leaves.  Neighbours that are written back become requests of their own
 * only now: until then, as long as the data take that they make room for, one stands for all. */
static inline Req *cache_posted_next(Req *req)
{
    Req *next = req->next;

    req->next = NULL;
    if (G_LIKELY(req->op != REQ_WRITE || req->further == 0))
        return next;
    Req *rest = cache_req(req->owner, req->addr + req->bytes, req->bytes, REQ_WRITE, req->depth);

    rest->level = req->level;
    rest->port = req->port;
    rest->further = req->further - 1;
    rest->next = next;
    req->further = 0;
    return rest;
}

/* The sectors of req, which it asks for as a whole, are on their way to cache by it, as soon as an MSHR is free, which the
 * caller has waited for. */
static inline uint32_t cache_take_mshr(Cache *cache, Req *req)
{
    return mshr_take(&cache->mshr, cache_sector(cache, req->addr),
                     req->bytes >> cache->sector_shift, req, cache->port.sim->now);
}

/* req is on its way and will take MSHRs from cache on. */
static inline void cache_announce(Cache *cache, const Req *req)
{
    for (; cache && cache->prefetches && cache->level < req->depth; cache = cache->below)
        cache->coming++;
}

/* One of those has taken its MSHR of cache. */
static inline void cache_has_come(Cache *cache)
{
    if (G_LIKELY(!cache->prefetches))
        return;
    assert(cache->coming > 0);
    cache->coming--;
}

/* FrontOps.soon, fetch, walk, walk_even and count of a first cache, and count where a cache of the machine has a prefetcher. */
void cache_soon(Front *front, uint64_t addr, uint64_t then);
size_t cache_walk_ahead(Front *front, const Access *accesses, size_t n, uint32_t unit,
                        FrontStep *steps);
uint64_t cache_walk_even(Front *front, const EvenRun *run, uint64_t units, Tick now);
Tick cache_fetch(Front *front, const Access *access, const FrontStep *step, Tick now,
                 Tick *issued_fs);
void cache_count(Front *front, const Access *access);
void cache_count_prefetching(Front *front, const Access *access);

extern const PortOps cache_port_ops;
extern const FrontOps cache_front_ops;
extern const FrontOps cache_ahead_front_ops;       /* the tags may change ahead of time */
extern const FrontOps cache_prefetching_front_ops; /* a cache of the machine has a prefetcher */
/* The waiter is to be woken when no more writes are posted than memory keeps, or when an MSHR is free.  Return FRONT_BLOCKED. */
FrontStatus cache_wait_for_relief(Cache *cache, Waiter *waiter);
FrontStatus cache_wait_for_mshr(Cache *cache, Tick free_at, Waiter *waiter);
void cache_retry_fires(Event *event, Tick now);
void cache_alarm_fires(Event *event, Tick now);

#endif
