/*
 * repl_opt - the line whose next use is furthest away leaves: the fewest misses that any policy can have that takes each
 * line in.  It looks into the future, so it needs two runs (repl_opt.h).
 *
 * Source: Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 5(2), 1966.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl_opt.h"

#include <assert.h>

#include "cache/repl.h"

typedef struct {
    OptFuture *future; /* may be NULL */
    uint64_t
        uses; /* as long as the future is not known: the line used last is taken to be used next */
} OptCommon;

/* Of a way. */
typedef struct {
    uint64_t line;
    uint64_t next_use;
} OptWay;

static size_t opt_set_bytes(uint32_t ways)
{
    return ways * sizeof(OptWay);
}

static void record(OptFuture *future, uint64_t line)
{
    if (future->n == future->room) {
        future->room = MAX(4096, future->room + future->room / 2);
        future->uses = g_renew(uint64_t, future->uses, future->room);
    }
    future->uses[future->n++] = line;
}

static void use(const ReplSet *set, OptWay *way)
{
    OptCommon *common = set->common;
    OptFuture *future = common->future;

    if (!future || !future->known) {
        way->next_use = OPT_NEVER - ++common->uses;
        if (future)
            record(future, way->line);
        return;
    }
    assert(future->at < future->n && "the second run uses the lines that the first has used");
    way->next_use = future->uses[future->at++];
}

static void opt_fill(const ReplSet *set, uint32_t way, uint64_t line)
{
    OptWay *ways = set->state;

    ways[way].line = line;
    use(set, &ways[way]);
}

static void opt_hit(const ReplSet *set, uint32_t way)
{
    OptWay *ways = set->state;

    use(set, &ways[way]);
}

static uint32_t opt_victim(const ReplSet *set)
{
    const OptWay *ways = set->state;
    uint32_t furthest = 0;

    for (uint32_t way = 1; way < set->ways; way++)
        if (ways[way].next_use > ways[furthest].next_use)
            furthest = way;
    return furthest;
}

void repl_opt_look(void *common, OptFuture *future)
{
    OptCommon *opt = common;

    opt->future = future;
    future->at = 0;
}

void optfuture_clear(OptFuture *future)
{
    g_clear_pointer(&future->uses, g_free);
}

void optfuture_find(OptFuture *future)
{
    /* line -> number of its use, plus one */
    GHashTable *later = g_hash_table_new(NULL, NULL);

    for (uint64_t i = future->n; i-- > 0;) {
        void *line = GSIZE_TO_POINTER(future->uses[i]);
        const uint64_t next = GPOINTER_TO_SIZE(g_hash_table_lookup(later, line));

        g_hash_table_insert(later, line, GSIZE_TO_POINTER(i + 1));
        future->uses[i] = next ? next - 1 : OPT_NEVER;
    }
    g_hash_table_unref(later);
    future->known = true;
}

const ReplOps repl_opt = {
    .name = "opt",
    .set_bytes = opt_set_bytes,
    .common_bytes = sizeof(OptCommon),
    .on_fill = opt_fill,
    .on_hit = opt_hit,
    .victim = opt_victim,
};
