/*
 * stack_distance - how many distinct lines lie between two uses of a line.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/stack_distance.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"

enum {
    WORD_BITS = 64,
    BLOCK_WORDS = 8,
    BLOCK_BITS = WORD_BITS * BLOCK_WORDS,
    RATE_BITS = 24,
    GROUPS = 16
};

/* A line and its time of last use plus one; 0: the entry is free. */
typedef struct {
    uint64_t line;
    uint64_t used;
} Use;

struct StackDistance {
    uint64_t last_line; /* of the access before, if there was one: its distance is 1 */
    bool any;
    uint32_t threshold; /* lines with a hash below it are followed; 1 << RATE_BITS: all */
    Use *uses;          /* [mask + 1], open addressing */
    uint64_t mask;
    uint64_t n_lines; /* followed */
    uint64_t *bits;   /* [capacity / 64]: a line was last used at this time */
    uint32_t *tree;   /* [n_blocks + 1], Fenwick, from 1 on: bits of a block */
    uint64_t capacity, now;
    uint64_t accesses, followed; /* all; those of followed lines */
    uint32_t groups;             /* of followed lines, by their hash; 1 without sampling */
    uint64_t cold[GROUPS];
    uint64_t
        *counts; /* [n_counts * groups]: followed accesses by their distance among followed lines */
    uint64_t n_counts;
};

static void make_times(StackDistance *stack, uint64_t capacity)
{
    stack->capacity = capacity;
    stack->bits = g_new0(uint64_t, capacity / WORD_BITS);
    stack->tree = g_new0(uint32_t, capacity / BLOCK_BITS + 1);
    stack->now = 0;
}

StackDistance *stackdistance_new(double rate)
{
    StackDistance *stack = g_new0(StackDistance, 1);

    assert(rate > 0 && rate <= 1);
    stack->threshold = (uint32_t)fmax(1, round(rate * (1 << RATE_BITS)));
    stack->mask = 1023;
    stack->uses = g_new0(Use, stack->mask + 1);
    make_times(stack, 64 * BLOCK_BITS);
    stack->groups = rate < 1 ? GROUPS : 1;
    stack->n_counts = 1024;
    stack->counts = g_new0(uint64_t, stack->n_counts * stack->groups);
    return stack;
}

void stackdistance_free(StackDistance *stack)
{
    if (!stack)
        return;
    g_free(stack->uses);
    g_free(stack->bits);
    g_free(stack->tree);
    g_free(stack->counts);
    g_free(stack);
}

void stackdistance_reset(StackDistance *stack)
{
    stack->accesses = stack->followed = 0;
    memset(stack->cold, 0, sizeof stack->cold);
    memset(stack->counts, 0, stack->n_counts * stack->groups * sizeof *stack->counts);
}

/* ---- the times of last use ---- */

static void tree_add(StackDistance *stack, uint64_t block, uint32_t by)
{
    const uint64_t n = stack->capacity / BLOCK_BITS;

    for (uint64_t i = block + 1; i <= n; i += i & -i)
        stack->tree[i] += by; /* modulo 2^32: by may be -1 */
}

/* Lines last used before time. */
static uint64_t used_before(const StackDistance *stack, uint64_t time)
{
    const uint64_t block = time / BLOCK_BITS;
    uint64_t sum = 0;

    for (uint64_t i = block; i > 0; i &= i - 1)
        sum += stack->tree[i];
    for (uint64_t word = block * BLOCK_WORDS; word < time / WORD_BITS; word++)
        sum += (uint64_t)__builtin_popcountll(stack->bits[word]);
    if (time % WORD_BITS)
        sum += (uint64_t)__builtin_popcountll(stack->bits[time / WORD_BITS] &
                                              ((UINT64_C(1) << time % WORD_BITS) - 1));
    return sum;
}

/* All times have been used: close the gaps. */
static void close_gaps(StackDistance *stack)
{
    uint64_t *const bits = stack->bits;
    uint32_t *const tree = stack->tree;

    for (uint64_t i = 0; i <= stack->mask; i++)
        if (stack->uses[i].used)
            stack->uses[i].used = used_before(stack, stack->uses[i].used - 1) + 1;
    make_times(stack, MAX(64 * BLOCK_BITS,
                          (4 * stack->n_lines + BLOCK_BITS - 1) / BLOCK_BITS * BLOCK_BITS));
    g_free(bits);
    g_free(tree);
    for (; stack->now < stack->n_lines; stack->now++)
        stack->bits[stack->now / WORD_BITS] |= UINT64_C(1) << stack->now % WORD_BITS;
    for (uint64_t block = 0; block * BLOCK_BITS < stack->n_lines; block++)
        tree_add(stack, block, (uint32_t)MIN(BLOCK_BITS, stack->n_lines - block * BLOCK_BITS));
}

/* ---- lines ---- */

static uint64_t hash_of(uint64_t line)
{
    return rng_mix(line + RNG_GAMMA);
}

static Use *find(const StackDistance *stack, uint64_t line, uint64_t hash)
{
    uint64_t at = hash & stack->mask;

    while (stack->uses[at].used && stack->uses[at].line != line)
        at = (at + 1) & stack->mask;
    return &stack->uses[at];
}

static void grow_uses(StackDistance *stack)
{
    Use *const old = stack->uses;
    const uint64_t n = stack->mask + 1;

    stack->mask = 2 * n - 1;
    stack->uses = g_new0(Use, 2 * n);
    for (uint64_t i = 0; i < n; i++)
        if (old[i].used)
            *find(stack, old[i].line, hash_of(old[i].line)) = old[i];
    g_free(old);
}

/* ---- accesses ---- */

static uint32_t group_of(const StackDistance *stack, uint64_t hash)
{
    return (uint32_t)(hash >> 32) & (stack->groups - 1);
}

static void count(StackDistance *stack, uint64_t distance, uint32_t group)
{
    if (distance >= stack->n_counts) {
        const uint64_t n = MAX(2 * stack->n_counts, distance + 1);
        const uint64_t had = stack->n_counts * stack->groups, room = n * stack->groups;

        stack->counts = g_renew(uint64_t, stack->counts, room);
        memset(stack->counts + had, 0, (room - had) * sizeof *stack->counts);
        stack->n_counts = n;
    }
    stack->counts[distance * stack->groups + group]++;
}

/* A line that is followed, and not the one of the access before. */
static G_GNUC_NO_INLINE void follow(StackDistance *stack, uint64_t line, uint64_t hash)
{
    Use *use = find(stack, line, hash);

    if (stack->now == stack->capacity)
        close_gaps(stack);
    const uint64_t block_now = stack->now / BLOCK_BITS;

    if (use->used) {
        const uint64_t time = use->used - 1, block = time / BLOCK_BITS;

        count(stack, stack->n_lines - used_before(stack, time), group_of(stack, hash));
        stack->bits[time / WORD_BITS] &= ~(UINT64_C(1) << time % WORD_BITS);
        if (block != block_now) {
            tree_add(stack, block, UINT32_MAX);
            tree_add(stack, block_now, 1);
        }
        use->used = stack->now + 1;
    } else {
        stack->cold[group_of(stack, hash)]++;
        stack->n_lines++;
        tree_add(stack, block_now, 1);
        *use = (Use){ .line = line, .used = stack->now + 1 };
        if (4 * stack->n_lines > 3 * stack->mask)
            grow_uses(stack);
    }
    stack->bits[stack->now / WORD_BITS] |= UINT64_C(1) << stack->now % WORD_BITS;
    stack->now++;
}

void stackdistance_add(StackDistance *stack, uint64_t line)
{
    const uint64_t hash = hash_of(line);

    stack->accesses++;
    if (hash >> (64 - RATE_BITS) >= stack->threshold)
        return;
    stack->followed++;
    if (line == stack->last_line && stack->any) {
        stack->counts[stack->groups + group_of(stack, hash)]++;
        return;
    }
    stack->last_line = line;
    stack->any = true;
    follow(stack, line, hash);
}

/* ---- the curve ---- */

static double rate(const StackDistance *stack)
{
    return (double)stack->threshold / (1 << RATE_BITS);
}

uint64_t stackdistance_accesses(const StackDistance *stack)
{
    return stack->accesses;
}

double stackdistance_lines(const StackDistance *stack)
{
    return (double)stack->n_lines / rate(stack);
}

/* From followed misses to all.  More or fewer accesses than expected fall on followed lines: mostly hits of the hottest, so the
 * difference is taken for hits. */
static double scale_up(const StackDistance *stack, double followed_misses)
{
    return fmin(followed_misses / rate(stack), (double)stack->accesses);
}

/* Followed accesses at a distance. */
static uint64_t at_distance(const StackDistance *stack, uint64_t distance)
{
    uint64_t sum = 0;

    for (uint32_t group = 0; group < stack->groups; group++)
        sum += stack->counts[distance * stack->groups + group];
    return sum;
}

/* Followed misses of each group in a cache of lines. */
static void group_misses(const StackDistance *stack, double lines, double misses[GROUPS])
{
    const double room = lines * rate(stack);

    for (uint32_t group = 0; group < stack->groups; group++) {
        uint64_t sum = stack->cold[group];

        for (uint64_t distance = stack->n_counts; distance-- > 1 && (double)distance > room;)
            sum += stack->counts[distance * stack->groups + group];
        misses[group] = (double)sum;
    }
}

static double misses_of(const StackDistance *stack, double lines)
{
    double misses[GROUPS], sum = 0;

    group_misses(stack, lines, misses);
    for (uint32_t group = 0; group < stack->groups; group++)
        sum += misses[group];
    return scale_up(stack, sum);
}

double stackdistance_misses(const StackDistance *stack, uint64_t lines)
{
    return misses_of(stack, (double)lines);
}

double stackdistance_set_misses(const StackDistance *stack, uint64_t sets, uint32_t ways)
{
    const double p = 1 / (double)sets;
    g_autofree double *chance = g_new0(double, ways); /* that k of the others are in the set */
    double misses = 0, others = 0, hit = 1;

    for (uint32_t group = 0; group < stack->groups; group++)
        misses += (double)stack->cold[group];
    chance[0] = 1;
    for (uint64_t distance = 1; distance < stack->n_counts; distance++) {
        const double wanted = floor((double)(distance - 1) / rate(stack));

        for (; others < wanted && hit > 1e-12; others++) {
            hit = 0;
            for (uint32_t k = ways; k-- > 0;) {
                chance[k] = chance[k] * (1 - p) + (k ? chance[k - 1] * p : 0);
                hit += chance[k];
            }
        }
        misses += (double)at_distance(stack, distance) * (1 - hit);
    }
    return scale_up(stack, misses);
}

/* The standard deviation of the misses of a cache of lines, from how far the groups differ. */
static double deviation(const StackDistance *stack, double lines)
{
    double misses[GROUPS], mean = 0, squares = 0;

    group_misses(stack, lines, misses);
    for (uint32_t group = 0; group < GROUPS; group++)
        mean += misses[group] / GROUPS;
    for (uint32_t group = 0; group < GROUPS; group++)
        squares += (misses[group] - mean) * (misses[group] - mean);
    return sqrt(squares * GROUPS / (GROUPS - 1)) / rate(stack);
}

double stackdistance_error(const StackDistance *stack, uint64_t lines)
{
    const double n = (double)MAX(stack->accesses, 1);

    if (stack->groups == 1)
        return 0;
    const double off = 1.96 / sqrt(fmax(1, (double)lines * rate(stack)));
    const double here = misses_of(stack, (double)lines);
    const double more = misses_of(stack, (double)lines / (1 + off)) - here;
    const double less = here - misses_of(stack, (double)lines * (1 + off));

    return (1.96 * deviation(stack, (double)lines) + fmax(more, less)) / n;
}

GArray *stackdistance_curve(const StackDistance *stack)
{
    GArray *curve = g_array_new(FALSE, FALSE, sizeof(StackPoint));
    uint64_t misses = stack->followed;
    StackPoint point = { 0, scale_up(stack, (double)misses) };

    g_array_append_val(curve, point);
    for (uint64_t distance = 1; distance < stack->n_counts; distance++) {
        const uint64_t hits = at_distance(stack, distance);

        if (!hits)
            continue;
        misses -= hits;
        point.lines = (uint64_t)ceil((double)distance / rate(stack));
        point.misses = scale_up(stack, (double)misses);
        g_array_append_val(curve, point);
    }
    return curve;
}
