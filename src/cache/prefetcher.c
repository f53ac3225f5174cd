/*
 * prefetcher - a prefetcher at work in one cache.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/prefetcher.h"

#include "cache/cache.h"

struct Arrival {
    Waiter waiter; /* first: told when the line is there */
    Arrival *next;
    Prefetcher *prefetcher;
    uint64_t demanded; /* the line whose demand led to it */
    Tick when;
};

static uint32_t log2_floor(uint64_t n)
{
    return 63 - (uint32_t)__builtin_clzll(n);
}

Prefetcher *prefetcher_new(const PrefetchConfig *config, uint64_t lines, uint32_t line_shift)
{
    Prefetcher *prefetcher = g_new0(Prefetcher, 1);
    const uint32_t region_shift = log2_floor(PREFETCH_REGION_BYTES);

    prefetcher->ops = prefetch_ops(config->type);
    prefetcher->config = *config;
    prefetcher->state = g_malloc0(prefetcher->ops->state_bytes(config));
    prefetcher->untouched = g_new0(uint64_t, lines / 64 + 1);
    prefetcher->line_shift = line_shift;
    prefetcher->region_shift = region_shift > line_shift ? region_shift - line_shift : 0;
    prefetcher->all_arrivals = g_ptr_array_new_with_free_func(g_free);
    return prefetcher;
}

void prefetcher_free(Prefetcher *prefetcher)
{
    if (!prefetcher)
        return;
    g_free(prefetcher->state);
    g_free(prefetcher->untouched);
    g_ptr_array_unref(prefetcher->all_arrivals);
    g_free(prefetcher);
}

void prefetchqueue_init(PrefetchQueue *queue)
{
    queue->triggers = g_array_new(FALSE, FALSE, sizeof(PrefetchTrigger));
}

void prefetchqueue_clear(PrefetchQueue *queue)
{
    g_clear_pointer(&queue->triggers, g_array_unref);
}

void prefetchqueue_forget(PrefetchQueue *queue)
{
    g_array_set_size(queue->triggers, 0);
}

/* ---- arrivals, for those that learn from them ---- */

/* The line is there at a known time: in order of time, of equal ones the first known first. */
static void arrival_known(Waiter *waiter, Tick when)
{
    Arrival *arrival = waiter->owner;
    Arrival **at = &arrival->prefetcher->arrivals;

    arrival->when = when;
    while (*at && (*at)->when <= when)
        at = &(*at)->next;
    arrival->next = *at;
    *at = arrival;
}

static Arrival *arrival_new(Prefetcher *prefetcher, uint64_t demanded)
{
    Arrival *arrival = prefetcher->spare;

    if (arrival) {
        prefetcher->spare = arrival->next;
    } else {
        arrival = g_new(Arrival, 1);
        g_ptr_array_add(prefetcher->all_arrivals, arrival);
    }
    *arrival = (Arrival){ .waiter = { .wake = arrival_known, .owner = arrival },
                          .prefetcher = prefetcher,
                          .demanded = demanded };
    return arrival;
}

/* Tell the prefetcher of what is there at time now. */
static void tell_arrivals(Prefetcher *prefetcher, Tick now)
{
    while (prefetcher->arrivals && prefetcher->arrivals->when <= now) {
        Arrival *arrival = prefetcher->arrivals;

        prefetcher->arrivals = arrival->next;
        prefetcher->ops->arrived(prefetcher->state, &prefetcher->config, arrival->demanded);
        arrival->next = prefetcher->spare;
        prefetcher->spare = arrival;
    }
}

/* ---- a prefetch ---- */

/* Whether line may be fetched when demanded has been wanted, but for what it takes. */
static bool is_wanted(const Cache *cache, uint64_t line, uint64_t demanded)
{
    const Prefetcher *prefetcher = cache->prefetcher;
    const uint64_t boundary = prefetcher->config.boundary_bytes >> prefetcher->line_shift;

    return line <= TAGS_INVALID >> prefetcher->line_shift >> 1 &&
           (boundary == 0 || (line ^ demanded) < boundary) &&
           tags_find(&cache->tags, line) == TAGS_NONE;
}

/* Whether there is an MSHR for it at time now, besides those for requests on their way (a fetch for part of a line counts from
 * when it is decided, though it may start later). */
static bool has_room(Cache *cache, Tick now)
{
    const uint32_t kept = cache->prefetcher->config.reserve + cache->coming;

    return !cache->pool || (!port_is_crowded(cache->memory) && mshr_spare(&cache->mshr, kept, now));
}

/* The line of addr is on its way from depth, by a request, for an access to the first cache that comes here at now. */
static void send(Cache *cache, uint64_t addr, uint8_t depth, Cache *first, Tick now, Req *posted,
                 Arrival *arrival)
{
    Req *req = cache_req(cache, addr, cache->line_bytes, REQ_READ, depth);

    req->fetch_from = cache->level;
    req->children = posted;
    *req_mshr(req, cache->level) = cache_take_mshr(cache, req);
    cache_announce(cache->below, req);
    req->level = (uint8_t)(cache->level + 1);
    if (arrival)
        waiters_add(&req->waiters, &arrival->waiter);
    cache_follow(first, req, now - cache->above_latency_fs);
}

/* Fetch a line at time now, for an access to the first cache. */
static void fetch(Cache *cache, uint64_t line, uint64_t demanded, Cache *first, Tick now)
{
    Prefetcher *prefetcher = cache->prefetcher;
    const uint64_t addr = line << cache->tags.line_shift;
    const bool learns = prefetcher->ops->arrived != prefetch_no_arrival;
    Arrival *arrival = learns ? arrival_new(prefetcher, demanded) : NULL;
    ReqList posted;

    cache->stats.prefetches++;
    reqlist_init(&posted);
    const uint8_t depth = cache_walk_prefetch(cache, addr, &posted);
    const Tick ready = cache->pool ? cache_read_below(cache, addr, depth, now, 0) : 0;

    if (ready == TICK_PENDING) {
        send(cache, addr, depth, first, now, posted.head, arrival);
        return;
    }
    if (arrival)
        arrival_known(&arrival->waiter, ready);
    waiters_wake(&cache->mshr_waiters, ready);
    if (posted.head)
        cache_start_posted(posted.head, ready);
}

static void prefetch(Cache *cache, const PrefetchDemand *demand, Cache *first, Tick now)
{
    Prefetcher *prefetcher = cache->prefetcher;
    PrefetchLines lines;

    lines.n = 0;
    tell_arrivals(prefetcher, now);
    prefetcher->ops->demand(prefetcher->state, &prefetcher->config, demand, &lines);
    for (uint32_t i = 0; i < lines.n; i++) {
        if (!is_wanted(cache, lines.line[i], demand->line))
            continue;
        if (has_room(cache, now))
            fetch(cache, lines.line[i], demand->line, first, now);
        else
            cache->stats.dropped_prefetches++;
    }
}

void prefetchqueue_run(PrefetchQueue *queue, Cache *first, Tick issued, uint8_t site)
{
    for (guint i = 0; i < queue->triggers->len; i++) { /* it may grow: at levels below */
        const PrefetchTrigger trigger = g_array_index(queue->triggers, PrefetchTrigger, i);
        Cache *cache = trigger.cache;
        const Tick now = issued + cache->above_latency_fs;
        const PrefetchDemand demand = { .line = trigger.line,
                                        .region = trigger.line >> cache->prefetcher->region_shift,
                                        .site = site };

        if (trigger.first_use && mshr_find(&cache->mshr, trigger.line, now))
            cache->stats.late_prefetches++;
        prefetch(cache, &demand, first, now);
    }
    prefetchqueue_forget(queue);
}

/* ---- what becomes of prefetched lines ---- */

static void add_trigger(Cache *cache, uint64_t line, bool first_use)
{
    const PrefetchTrigger trigger = { .cache = cache, .line = line, .first_use = first_use };

    g_array_append_val(cache->prefetches->triggers, trigger);
}

void cache_prefetch_missed(Cache *cache, uint64_t line)
{
    add_trigger(cache, line, false);
}

void cache_prefetch_touched(Cache *cache, uint64_t line, size_t place)
{
    if (!prefetcher_unmark(cache->prefetcher, place))
        return;
    cache->stats.useful_prefetches++;
    add_trigger(cache, line, true);
}

void cache_prefetch_left(Cache *cache, size_t place)
{
    cache->stats.useless_prefetches += prefetcher_unmark(cache->prefetcher, place);
}

/* ---- the front of a machine that has a prefetcher ---- */

/* Whether the access is the first use of a line that the cache has prefetched. */
static bool is_first_use(const Cache *cache, const Access *access)
{
    if (!cache->prefetcher)
        return false;
    const size_t place = tags_find(&cache->tags, access->addr >> cache->tags.line_shift);

    return place != TAGS_NONE && prefetcher_untouched(cache->prefetcher, place);
}

/* A first use may lead to a prefetch, which others could notice. */
static FrontStatus access_prefetching(Front *front, const Access *access, Tick now, Grant grant,
                                      Waiter *waiter, FrontAnswer *answer)
{
    Cache *cache = cache_of_front(front);

    *answer = (FrontAnswer){ .issued_fs = now };
    if (is_first_use(cache, access) && !front_may_decide(cache->port.sim, now, grant))
        return FRONT_YIELD;
    const FrontStatus status = cache_front_ops.access(front, access, now, grant, waiter, answer);

    if (status == FRONT_TAKEN)
        prefetchqueue_run(cache->prefetches, cache, answer->issued_fs, access->site);
    return status;
}

const FrontOps cache_prefetching_front_ops = { .access = access_prefetching,
                                               .count = cache_count_prefetching };
