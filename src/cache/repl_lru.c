/*
 * repl_lru - exact least-recently-used replacement.
 *
 * Up to 16 ways the order is one word (repl_lru_state.h); above, a doubly linked list through the ways.
 * Touch and victim are O(1) for any number of ways.
 * Source: Mattson, Gecsei, Slutz, Traiger, IBM Systems Journal 9(2), 1970.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl.h"
#include "cache/repl_lru_state.h"

/* Link 0 is the list's head; way w is link w + 1.  after: less recently used. */
typedef struct {
    uint32_t before, after;
} LruLink;

static size_t lru_set_bytes(uint32_t ways)
{
    return ways <= LRU_WORD_WAYS ? sizeof(uint64_t) : (ways + 1) * sizeof(LruLink);
}

static void list_touch(LruLink *links, uint32_t link)
{
    if (links[0].after == link)
        return;
    /* A way that was never touched has no neighbours: before is 0 and it is not the first. */
    if (links[link].before) {
        links[links[link].before].after = links[link].after;
        links[links[link].after].before = links[link].before;
    }
    links[link] = (LruLink){ .before = 0, .after = links[0].after };
    links[links[0].after].before = link;
    links[0].after = link;
}

/* The order of a set's ways; zero-filled state: nothing has been used. */
static uint64_t order_of(const void *state, uint32_t ways)
{
    const uint64_t *order = state;

    return *order ? *order : lru_word_unused(ways);
}

static void lru_touch(void *state, uint32_t ways, uint32_t way)
{
    if (ways <= LRU_WORD_WAYS)
        *(uint64_t *)state = lru_word_touch(order_of(state, ways), way);
    else
        list_touch(state, way + 1);
}

static uint32_t lru_victim(void *state, uint32_t ways, Rng *rng)
{
    (void)rng;
    if (ways <= LRU_WORD_WAYS)
        return lru_word_last(order_of(state, ways), ways);
    return ((const LruLink *)state)[0].before - 1;
}

const ReplOps repl_lru = {
    .name = "lru",
    .set_bytes = lru_set_bytes,
    .on_fill = lru_touch,
    .on_hit = lru_touch,
    .victim = lru_victim,
};
