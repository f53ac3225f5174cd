/*
 * repl_order - the ways of a set in an order.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl_order.h"

/* Link 0 is the list's head; way w is link w + 1.  after: later in the order. */
typedef struct {
    uint32_t before, after;
} Link;

size_t order_set_bytes(uint32_t ways)
{
    return ways <= LRU_WORD_WAYS ? sizeof(uint64_t) : (ways + 1) * sizeof(Link);
}

/* The order of a set's ways; zero-filled state: nothing has been used. */
static uint64_t word_of(const void *state, uint32_t ways)
{
    const uint64_t *order = state;

    return *order ? *order : lru_word_unused(ways);
}

static void list_remove(Link *links, uint32_t link)
{
    /* A way that was never in the list has no neighbours, and the head does not point to it. */
    if (links[link].before == 0 && links[0].after != link)
        return;
    links[links[link].before].after = links[link].after;
    links[links[link].after].before = links[link].before;
}

static void list_insert(Link *links, uint32_t link, uint32_t before)
{
    const uint32_t after = links[before].after;

    links[link] = (Link){ .before = before, .after = after };
    links[before].after = link;
    links[after].before = link;
}

void order_touch(void *state, uint32_t ways, uint32_t way)
{
    Link *links = state;

    if (ways <= LRU_WORD_WAYS) {
        *(uint64_t *)state = lru_word_touch(word_of(state, ways), way);
    } else if (links[0].after != way + 1) {
        list_remove(links, way + 1);
        list_insert(links, way + 1, 0);
    }
}

void order_demote(void *state, uint32_t ways, uint32_t way)
{
    Link *links = state;

    if (ways <= LRU_WORD_WAYS) {
        *(uint64_t *)state = lru_word_demote(word_of(state, ways), ways, way);
    } else if (links[0].before != way + 1) {
        list_remove(links, way + 1);
        list_insert(links, way + 1, links[0].before);
    }
}

uint32_t order_last(const void *state, uint32_t ways)
{
    if (ways <= LRU_WORD_WAYS)
        return lru_word_last(word_of(state, ways), ways);
    return ((const Link *)state)[0].before - 1;
}
