/*
 * tlb - address translation of one core.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/tlb.h"

#include <assert.h>

#include "cache/repl.h"

enum { TABLE_LOG2 = 12, TABLES_MAX = 4 };

/* Tables stand above the addresses of programs, those of one level side by side. */
#define TABLES_ADDR (UINT64_C(1) << PAGES_ADDR_BITS)
#define TABLES_OF_LEVEL (UINT64_C(1) << (PAGES_ADDR_BITS - 3))

/* Bits of an address below those that choose the entry of each table, the root first. */
static const uint32_t table_shift[TABLES_MAX] = { 39, 30, 21, 12 };

static void walk_wakes(Waiter *waiter, Tick when);
static const FrontOps tlb_front_ops;

void tlb_init(Tlb *tlb, const TlbConfig *config, uint64_t way_bytes, uint64_t seed)
{
    const uint32_t page_log2 = (uint32_t)__builtin_ctzll(config->page_bytes);

    *tlb = (Tlb){ .config = config, .page = TAGS_INVALID };
    tlb->waiter = (Waiter){ .wake = walk_wakes, .owner = tlb };
    pagemap_init(&tlb->map, config->pages, page_log2, way_bytes, seed);
    pagemap_init(&tlb->table_map, config->pages, TABLE_LOG2, way_bytes, rng_derive(seed, 1));
    for (uint32_t i = 0; i < config->n_levels; i++) {
        const CacheConfig level = { .size_bytes = config->levels[i].entries,
                                    .line_bytes = 1,
                                    .ways = config->levels[i].ways };

        assert(g_str_equal(repl_names()[level.policy], "lru"));
        tags_init(&tlb->levels[i], &level, 0);
    }
}

void tlb_connect(Tlb *tlb, AccessOp op, Front *real)
{
    tlb->fronts[op] = (TlbFront){
        .front = { .ops = &tlb_front_ops, .line_bytes = real->line_bytes }, .real = real, .tlb = tlb
    };
}

void tlb_clear(Tlb *tlb)
{
    for (uint32_t i = 0; i < tlb->config->n_levels; i++)
        tags_clear(&tlb->levels[i]);
}

/* ---- what an access does to the TLBs ---- */

/* Ask one level after the other; returns the first that has the page, or the number of levels.  What has been asked takes
 * *delay. */
static uint32_t ask(Tlb *tlb, uint64_t page, Tick *delay)
{
    uint32_t level = 0;

    *delay = 0;
    for (; level < tlb->config->n_levels; level++) {
        tlb->stats.accesses[level]++;
        *delay += tlb->config->levels[level].latency_fs;
        if (tags_access(&tlb->levels[level], page) != TAGS_NONE)
            break;
        tlb->stats.misses[level]++;
    }
    return level;
}

/* Look the page of addr up, and put it into the levels that did not have it.  Returns whether it is walked for. */
static bool look_up(Tlb *tlb, uint64_t addr, Tick *delay)
{
    const uint64_t page = addr >> tlb->map.page_log2;
    const uint32_t found = ask(tlb, page, delay);
    const bool walks = found == tlb->config->n_levels && found > 0;
    Victim victim;

    if (page != tlb->page) {
        tlb->page = page;
        tlb->frame = pagemap_frame(&tlb->map, addr);
    }
    for (uint32_t level = 0; level < found; level++)
        tags_install(&tlb->levels[level], page, false, &victim);
    tlb->stats.walks += walks;
    return walks;
}

static uint64_t physical(const Tlb *tlb, uint64_t addr)
{
    return tlb->frame | (addr & (tlb->config->page_bytes - 1));
}

/* ---- walks through the caches ---- */

/* Tables that are read for a page. */
static uint32_t tables(const Tlb *tlb)
{
    uint32_t n = TABLES_MAX;

    while (table_shift[n - 1] < tlb->map.page_log2 && table_shift[n - 2] <= tlb->map.page_log2)
        n--;
    return n;
}

/* The read of the entry for addr in a table of a walk. */
static Access entry_read(const Tlb *tlb, const Access *access, uint32_t table)
{
    const uint64_t page_addr = access->addr & ~(tlb->config->page_bytes - 1);
    const uint64_t number =
        (page_addr & ((UINT64_C(1) << PAGES_ADDR_BITS) - 1)) >> table_shift[table];
    const uint64_t at = TABLES_ADDR + table * TABLES_OF_LEVEL + number * TLB_ENTRY_BYTES;

    return (Access){ .addr = pagemap_frame(&tlb->table_map, at) |
                             (at & ((UINT64_C(1) << TABLE_LOG2) - 1)),
                     .bytes = TLB_ENTRY_BYTES,
                     .stream = access->stream,
                     .op = ACCESS_READ };
}

/* The caches tell when an entry's data are there, or that a read may be offered again. */
static void walk_wakes(Waiter *waiter, Tick when)
{
    Tlb *tlb = waiter->owner;

    if (tlb->offering) {
        tlb->told_fs = when;
        return;
    }
    if (tlb->awaiting)
        tlb->ready_fs = tick_later(when, tlb->ready_fs);
    tlb->awaiting = false;
    tlb->core->wake(tlb->core, when);
}

/* Offer the read of the next entry at time now.  FRONT_TAKEN: the walk goes on at ready_fs. */
static FrontStatus read_entry(Tlb *tlb, const Access *access, Tick now, Grant grant,
                              FrontAnswer *answer)
{
    const Access entry = entry_read(tlb, access, tlb->step);
    Front *data = tlb->fronts[ACCESS_READ].real;

    tlb->told_fs = TICK_PENDING;
    tlb->offering = true;
    const FrontStatus status = data->ops->access(data, &entry, now, grant, &tlb->waiter, answer);

    tlb->offering = false;
    if (status != FRONT_TAKEN)
        return status;
    tlb->step++;
    tlb->stats.walk_reads++;
    if (answer->data_fs != TICK_PENDING) {
        tlb->ready_fs = answer->data_fs;
        return FRONT_TAKEN;
    }
    tlb->ready_fs = answer->earliest_fs;
    tlb->awaiting = tlb->told_fs == TICK_PENDING;
    if (tlb->awaiting)
        return FRONT_BLOCKED;
    tlb->ready_fs = tick_later(tlb->ready_fs, tlb->told_fs);
    return FRONT_TAKEN;
}

static FrontStatus walk(Tlb *tlb, const Access *access, Tick now, Grant grant, FrontAnswer *answer)
{
    while (tlb->step < tables(tlb)) {
        const FrontStatus status =
            read_entry(tlb, access, tick_later(now, tlb->ready_fs), grant, answer);

        if (status != FRONT_TAKEN)
            return status;
    }
    tlb->state = TLB_KNOWS;
    return FRONT_TAKEN;
}

/* ---- the front ---- */

static void begin(Tlb *tlb, const Access *access, Tick now)
{
    Tick delay;
    const bool walks = look_up(tlb, access->addr, &delay);

    tlb->began_fs = now;
    tlb->ready_fs = now + delay;
    tlb->step = 0;
    tlb->state = walks && tlb->config->walks_caches ? TLB_WALKS : TLB_KNOWS;
    if (walks && !tlb->config->walks_caches)
        tlb->ready_fs += tlb->config->walk_fs;
}

static FrontStatus tlb_access(Front *front, const Access *access, Tick now, Grant grant,
                              Waiter *waiter, FrontAnswer *answer)
{
    const TlbFront *at = (const TlbFront *)front;
    Tlb *tlb = at->tlb;

    tlb->core = waiter;
    if (tlb->state == TLB_IDLE)
        begin(tlb, access, now);
    if (grant == GRANT_REST && (tlb->state == TLB_WALKS || tlb->ready_fs > now))
        grant = GRANT_NONE; /* it is later than what it goes with */
    if (tlb->state == TLB_WALKS) {
        const FrontStatus status = walk(tlb, access, now, grant, answer);

        if (status != FRONT_TAKEN)
            return status;
    }
    Access translated = *access;

    translated.addr = physical(tlb, access->addr);
    const FrontStatus status = at->real->ops->access(
        at->real, &translated, tick_later(now, tlb->ready_fs), grant, waiter, answer);

    if (status == FRONT_TAKEN) {
        tlb->state = TLB_IDLE;
        tlb->stats.wait_fs += tlb->ready_fs - tlb->began_fs;
    }
    return status;
}

static void tlb_count(Front *front, const Access *access)
{
    const TlbFront *at = (const TlbFront *)front;
    Tlb *tlb = at->tlb;
    Front *data = tlb->fronts[ACCESS_READ].real;
    Tick delay;
    const uint32_t n =
        look_up(tlb, access->addr, &delay) && tlb->config->walks_caches ? tables(tlb) : 0;
    Access translated = *access;

    for (uint32_t table = 0; table < n; table++) {
        const Access entry = entry_read(tlb, access, table);

        data->ops->count(data, &entry);
        tlb->stats.walk_reads++;
    }
    translated.addr = physical(tlb, access->addr);
    at->real->ops->count(at->real, &translated);
}

static const FrontOps tlb_front_ops = { .access = tlb_access, .count = tlb_count };
