/*
 * nest_count - what a loop nest asks for, by formula.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_count.h"

#include <glib.h>

#include "workload/loop_expr.h"

/* What of the iterations of a loop is counted. */
typedef enum {
    COUNT_ALL,
    COUNT_ONCE, /* whether there are any: what is hoisted around it */
    COUNT_VECTORS,
    COUNT_BYTES /* of an access a vector */
} Measure;

typedef struct {
    NestPath path;
    NestPool *pool;
    LoopBounds bounds[NEST_DEPTH_MAX];
    Measure measures[NEST_DEPTH_MAX];
    NestLoop hidden
        [NEST_DEPTH_MAX]; /* those of COUNT_ONCE, without their index: what is hoisted does not see it */
    uint32_t bits;        /* of an element, for COUNT_BYTES */
    int64_t index[NEST_DEPTH_MAX];
    uint32_t group[NEST_DEPTH_MAX]; /* loops of one number look at each other */
    /* Where the loops of a group from one inwards look at one loop around them only: their sums by its index.  Four triangular
     * loops of n take n^2 steps so, not n^3. */
    int32_t outer[NEST_DEPTH_MAX];     /* that loop; -1: there is none, or there are several */
    GHashTable *known[NEST_DEPTH_MAX]; /* of KnownSum; NULL: none yet */
    NestCounts sums;
} Counter;

enum { KNOWN_MAX = 1 << 20 }; /* sums of a level: 40 MiB */

typedef struct {
    gint64 index; /* first: the key */
    double sum;
} KnownSum;

static double vector_bytes(uint64_t elements, uint32_t bits)
{
    return (double)((elements * bits + 7) / 8);
}

static double measure(const Counter *counter, uint32_t level, uint64_t iterations)
{
    const uint64_t vector = counter->path.loops[level]->vector;
    const uint64_t whole = iterations / vector, rest = iterations % vector;

    switch (counter->measures[level]) {
    case COUNT_ONCE:
        return iterations > 0 ? 1 : 0;
    case COUNT_VECTORS:
        return (double)(whole + (rest > 0));
    case COUNT_BYTES:
        return (double)whole * vector_bytes(vector, counter->bits) +
               vector_bytes(rest, counter->bits);
    default:
        return (double)iterations;
    }
}

static void find_groups(Counter *counter)
{
    const NestPath *path = &counter->path;

    for (uint32_t i = 0; i < path->n_loops; i++)
        counter->group[i] = i;
    for (uint32_t i = 0; i < path->n_loops; i++)
        for (uint32_t j = 0; j < i; j++)
            if (nest_bounds_use(path->loops[i], path->loops[j]->index)) {
                const uint32_t from = counter->group[i], to = counter->group[j];

                for (uint32_t k = 0; k < path->n_loops; k++)
                    counter->group[k] = counter->group[k] == from ? to : counter->group[k];
            }
}

/* The one loop around this level that it, or one of its group further in, looks at; -1: none or several. */
static int32_t outer_of(const Counter *counter, uint32_t level)
{
    const NestPath *path = &counter->path;
    int32_t outer = -1;

    for (uint32_t j = 0; j < level; j++)
        for (uint32_t i = level; i < path->n_loops; i++)
            if (counter->group[i] == counter->group[level] &&
                nest_bounds_use(path->loops[i], path->loops[j]->index)) {
                if (outer >= 0 && outer != (int32_t)j)
                    return -1;
                outer = (int32_t)j;
            }
    return outer;
}

static const KnownSum *known_sum(const Counter *counter, uint32_t level)
{
    if (!counter->known[level])
        return NULL;
    const gint64 index = counter->index[counter->outer[level]];

    return g_hash_table_lookup(counter->known[level], &index);
}

static void note_sum(Counter *counter, uint32_t level, double sum)
{
    const int32_t outer = counter->outer[level];

    if (outer < 0)
        return;
    if (!counter->known[level])
        counter->known[level] = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    if (g_hash_table_size(counter->known[level]) == KNOWN_MAX)
        return;
    KnownSum *known = g_new(KnownSum, 1);

    *known = (KnownSum){ counter->index[outer], sum };
    g_hash_table_add(counter->known[level], known);
}

/* Whether a loop further in looks at this one. */
static bool looked_at(const Counter *counter, uint32_t level)
{
    for (uint32_t i = level + 1; i < counter->path.n_loops; i++)
        if (nest_bounds_use(counter->path.loops[i], counter->path.loops[level]->index))
            return true;
    return false;
}

/* The loops of one group, from this level inwards: the sum over their iterations. */
static double count_group(Counter *counter, uint32_t group, uint32_t level)
{
    int64_t from, below;
    double sum = 0;

    while (level < counter->path.n_loops && counter->group[level] != group)
        level++;
    if (level == counter->path.n_loops)
        return 1;
    const NestLoop *loop = counter->path.loops[level];

    if (!loopbounds_at(&counter->bounds[level], counter->index, &from, &below) || from >= below)
        return 0;
    if (counter->measures[level] == COUNT_ONCE || !looked_at(counter, level)) {
        const uint64_t iterations = ((uint64_t)(below - from) - 1) / (uint64_t)loop->step + 1;

        return measure(counter, level, iterations) * count_group(counter, group, level + 1);
    }
    const KnownSum *known = known_sum(counter, level);

    if (known)
        return known->sum;
    for (int64_t at = from; at < below; at += loop->step) {
        counter->index[level] = at;
        sum += count_group(counter, group, level + 1);
    }
    note_sum(counter, level, sum);
    return sum;
}

static double count_path(Counter *counter)
{
    double product = 1;

    find_groups(counter);
    for (uint32_t level = 0; level < counter->path.n_loops; level++)
        counter->outer[level] = outer_of(counter, level);
    for (uint32_t group = 0; group < counter->path.n_loops && product > 0; group++) {
        bool used = false;

        for (uint32_t i = 0; i < counter->path.n_loops; i++)
            used = used || counter->group[i] == group;
        if (used)
            product *= count_group(counter, group, 0);
    }
    for (uint32_t level = 0; level < counter->path.n_loops; level++)
        g_clear_pointer(&counter->known[level], g_hash_table_unref);
    return product;
}

/* With this measure of the innermost loop. */
static double count_by(Counter *counter, Measure innermost)
{
    const uint32_t n = counter->path.n_loops;

    if (n == 0)
        return 1;
    const Measure before = counter->measures[n - 1];

    if (before != COUNT_ONCE)
        counter->measures[n - 1] = innermost;
    const double count = count_path(counter);

    counter->measures[n - 1] = before;
    return count;
}

/* The loop whose vectors an access may fill. */
static const NestLoop *vector_loop(const Counter *counter)
{
    const uint32_t n = counter->path.n_loops;

    return n > 0 && counter->measures[n - 1] != COUNT_ONCE && counter->path.loops[n - 1]->vector > 1
               ? counter->path.loops[n - 1]
               : NULL;
}

/* How far the access moves in an iteration of the loop, in elements.  Returns whether that is all that moves it. */
static bool moves_evenly(const NestAccess *access, const NestLoop *loop, int64_t *elements)
{
    *elements = 0;
    for (uint32_t i = 0; i < access->array->n_dims; i++) {
        if (expr_looks_up(&access->subscripts[i], loop->index))
            return false;
        *elements += expr_scale_of(&access->subscripts[i], loop->index) * loop->step *
                     (int64_t)access->array->strides[i];
    }
    return true;
}

static void count_access(Counter *counter, const NestAccess *access, double times)
{
    const uint32_t bits = element_bits(access->array->type);
    const NestLoop *loop = vector_loop(counter);
    NestCounts *sums = &counter->sums;
    double count = times, bytes = times * vector_bytes(1, bits);
    int64_t elements;

    if (loop && moves_evenly(access, loop, &elements) &&
        (elements == 0 || (elements == 1 && nest_begins_on_bytes(&counter->path, access)))) {
        count = count_by(counter, COUNT_VECTORS);
        bytes = count * vector_bytes(1, bits);
        counter->bits = bits;
        if (elements == 1)
            bytes = count_by(counter, COUNT_BYTES);
    }
    if (access->array->scratch) {
        *(access->write ? &sums->scratch_writes : &sums->scratch_reads) += count;
        sums->scratch_bytes += bytes;
    } else {
        *(access->write ? &sums->writes : &sums->reads) += count;
        sums->requested_bytes += bytes;
    }
}

static void count_statement(Counter *counter, const NestStatement *statement)
{
    const double times = count_by(counter, COUNT_ALL);

    counter->sums.flops += times * statement->flops;
    for (uint32_t i = 0; times > 0 && i < statement->n_accesses; i++)
        count_access(counter, &statement->accesses[i], times);
}

static void count_body(Counter *counter, const NestBody *body);

static void count_in(Counter *counter, const NestLoop *loop, Measure of, const NestBody *body)
{
    const uint32_t level = counter->path.n_loops;

    counter->bounds[level] = loopbounds_new(counter->pool, &counter->path, loop);
    counter->hidden[level] = *loop;
    counter->hidden[level].index = "";
    counter->path.loops[level] = of == COUNT_ONCE ? &counter->hidden[level] : loop;
    counter->measures[level] = of;
    counter->path.n_loops++;
    count_body(counter, body);
    counter->path.n_loops--;
}

static void count_body(Counter *counter, const NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        const NestNode *node = body->nodes[i];

        if (node->kind == NEST_STATEMENT) {
            count_statement(counter, &node->statement);
            continue;
        }
        count_in(counter, &node->loop, COUNT_ONCE, &node->loop.before);
        count_in(counter, &node->loop, COUNT_ALL, &node->loop.body);
        count_in(counter, &node->loop, COUNT_ONCE, &node->loop.after);
    }
}

NestCounts nest_count(const Nest *nest)
{
    Counter counter = { .pool = nestpool_new(), .bits = 8 };

    count_body(&counter, &nest->body);
    nestpool_free(counter.pool);
    return counter.sums;
}
