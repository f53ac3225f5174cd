/*
 * nest_bytes - the compulsory bytes of loop nests.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_bytes.h"

#include <glib.h>
#include <math.h>

#include "workload/nest_reduce.h"

enum { WORD_BITS = 64, FEW_RUNS = 16 };
static const int64_t STEPS_MAX = INT64_C(1) << 28;
static const uint64_t CELLS_MAX = UINT64_C(1) << 30;

/* The elements of an array, a bit each; those smaller than a byte by the byte. */
typedef struct {
    uint64_t n_cells;
    uint32_t elements_log2; /* in a cell */
    uint32_t cell_bytes;
    uint64_t *read, *written; /* NULL: none; read: before being written */
    uint64_t compulsory_cells;
} Marks;

struct NestBytes {
    GHashTable *marks; /* NestArray -> Marks, for look-up only */
    NestPool *pool;    /* keeps the arrays */
    uint64_t n_cells;
    bool lost;
};

/* The accesses to one array in the order in which they are made. */
typedef struct {
    Marks *marks;
    int64_t loops[NEST_DEPTH_MAX];
    int64_t steps; /* left */
    bool lost;
} Walk;

static void marks_free(void *data)
{
    Marks *marks = data;

    g_free(marks->read);
    g_free(marks->written);
    g_free(marks);
}

NestBytes *nestbytes_new(void)
{
    NestBytes *bytes = g_new0(NestBytes, 1);

    bytes->marks = g_hash_table_new_full(NULL, NULL, NULL, marks_free);
    bytes->pool = nestpool_new();
    return bytes;
}

void nestbytes_free(NestBytes *bytes)
{
    if (bytes == NULL)
        return;
    g_hash_table_destroy(bytes->marks);
    nestpool_free(bytes->pool);
    g_free(bytes);
}

void nestbytes_forget(NestBytes *bytes)
{
    g_hash_table_remove_all(bytes->marks);
    bytes->n_cells = 0;
}

/* ---- marking ---- */

static uint64_t n_words(const Marks *marks)
{
    return marks->n_cells / WORD_BITS + 1;
}

/* Cells of one word: bits. */
static inline void mark_word(Marks *marks, uint64_t word, uint64_t bits, bool write)
{
    uint64_t *map = write ? marks->written : marks->read;
    uint64_t fresh = bits & ~map[word];

    if (!write && marks->written)
        fresh &= ~marks->written[word];
    map[word] |= fresh;
    marks->compulsory_cells += (uint64_t)__builtin_popcountll(fresh);
}

static inline void mark_cell(Marks *marks, uint64_t cell, bool write)
{
    mark_word(marks, cell / WORD_BITS, UINT64_C(1) << cell % WORD_BITS, write);
}

/* Neighbouring cells, both ends included. */
static void mark_cells(Marks *marks, uint64_t first, uint64_t last, bool write)
{
    for (uint64_t word = first / WORD_BITS; word <= last / WORD_BITS; word++) {
        uint64_t bits = UINT64_MAX;

        if (word == first / WORD_BITS)
            bits &= UINT64_MAX << first % WORD_BITS;
        if (word == last / WORD_BITS)
            bits &= UINT64_MAX >> (WORD_BITS - 1 - last % WORD_BITS);
        mark_word(marks, word, bits, write);
    }
}

static void need_map(Marks *marks, bool write)
{
    uint64_t **map = write ? &marks->written : &marks->read;

    if (*map == NULL)
        *map = g_new0(uint64_t, n_words(marks));
}

/* Counts steps down; false when there are none left. */
static bool take_steps(Walk *walk, int64_t steps)
{
    walk->steps -= steps;
    walk->lost |= walk->steps < 0;
    return !walk->lost;
}

/* ---- flat loops: so many accesses a stride apart ---- */

typedef struct {
    int64_t first, stride; /* in elements */
    bool write;
} Run;

static bool is_inside(const Walk *walk, const Run *run, int64_t count)
{
    const int64_t n = (int64_t)(walk->marks->n_cells << walk->marks->elements_log2);
    const int64_t last = run->first + run->stride * (count - 1);

    return run->first >= 0 && run->first < n && last >= 0 && last < n;
}

static void mark_run(Walk *walk, const Run *run, int64_t count)
{
    Marks *marks = walk->marks;
    const uint32_t shift = marks->elements_log2;
    const uint64_t first = (uint64_t)run->first;

    if (run->stride == 0)
        count = 1;
    if (run->stride == 1 && take_steps(walk, 1 + count / WORD_BITS)) {
        mark_cells(marks, first >> shift, (first + (uint64_t)count - 1) >> shift, run->write);
        return;
    }
    if (!take_steps(walk, count))
        return;
    for (int64_t i = 0; i < count; i++)
        mark_cell(marks, (uint64_t)(run->first + run->stride * i) >> shift, run->write);
}

/* Whether the runs may be marked one after the other: reads only, writes only, or the same elements in the same steps. */
static bool are_apart(const Run *runs, uint32_t n)
{
    bool same_kind = true, same_place = true;

    for (uint32_t i = 1; i < n; i++) {
        same_kind &= runs[i].write == runs[0].write;
        same_place &= runs[i].first == runs[0].first && runs[i].stride == runs[0].stride;
    }
    return same_kind || same_place;
}

/* In the order in which they are made: of so many iterations, a vector, one run after the other. */
static void mark_together(Walk *walk, const Run *runs, uint32_t n, int64_t count, uint32_t vector)
{
    const uint32_t shift = walk->marks->elements_log2;

    if (!take_steps(walk, count * n))
        return;
    for (int64_t first = 0; first < count; first += vector)
        for (uint32_t j = 0; j < n; j++)
            for (int64_t i = first; i < MIN(first + vector, count); i++)
                mark_cell(walk->marks, (uint64_t)(runs[j].first + runs[j].stride * i) >> shift,
                          runs[j].write);
}

/* Where the accesses of the loop begin, whose value is set, and by how much they move.  False when one leaves the array. */
static bool find_runs(Walk *walk, const ReducedNode *node, int64_t count, Run *runs)
{
    for (uint32_t i = 0; i < node->body.n_nodes; i++) {
        const ReducedNode *access = &node->body.nodes[i];

        runs[i].write = access->write;
        runs[i].stride = count > 1 ? loopexpr_scale(&access->element, node->loop) * node->step : 0;
        if (!loopexpr_value(&access->element, walk->loops, &runs[i].first) ||
            !is_inside(walk, &runs[i], count))
            return false;
        need_map(walk->marks, access->write);
    }
    return true;
}

/* The loop from its first value on. */
static void walk_flat(Walk *walk, const ReducedNode *node, int64_t from, int64_t count)
{
    const uint32_t n = node->body.n_nodes;
    Run few[FEW_RUNS];
    g_autofree Run *many = n > FEW_RUNS ? g_new(Run, n) : NULL;
    Run *runs = many ? many : few;

    walk->loops[node->loop] = from;
    if (!find_runs(walk, node, count, runs)) {
        walk->lost = true;
        return;
    }
    if (!are_apart(runs, n)) {
        mark_together(walk, runs, n, count, node->vector);
        return;
    }
    for (uint32_t i = 0; i < n && !walk->lost; i++)
        mark_run(walk, &runs[i], count);
}

/* ---- any loops ---- */

static void walk_body(Walk *walk, const ReducedBody *body);

/* So many iterations of the loop from a value on, in vectors: each access for all of one. */
static void walk_vectors(Walk *walk, const ReducedNode *node, int64_t from, int64_t count)
{
    for (int64_t first = 0; first < count && !walk->lost; first += node->vector)
        for (uint32_t i = 0; i < node->body.n_nodes; i++) {
            const ReducedBody access = { &node->body.nodes[i], 1 };

            for (int64_t k = first; k < MIN(first + node->vector, count) && !walk->lost; k++) {
                walk->loops[node->loop] = from + k * node->step;
                walk_body(walk, &access);
            }
        }
}

static void walk_loop(Walk *walk, const ReducedNode *node)
{
    int64_t from, below;

    if (!loopbounds_at(&node->bounds, walk->loops, &from, &below)) {
        walk->lost = true;
        return;
    }
    if (from >= below || !take_steps(walk, 1))
        return;
    if (node->once)
        below = from + 1;
    walk_body(walk, &node->before);
    const int64_t count = (below - from - 1) / node->step + 1;

    if (node->flat)
        walk_flat(walk, node, from, count);
    else if (node->vector > 1)
        walk_vectors(walk, node, from, count);
    else
        for (int64_t value = from; value < below && !walk->lost; value += node->step) {
            walk->loops[node->loop] = value;
            walk_body(walk, &node->body);
        }
    walk_body(walk, &node->after);
}

static void walk_body(Walk *walk, const ReducedBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes && !walk->lost; i++) {
        const ReducedNode *node = &body->nodes[i];
        Run run = { .write = node->write };

        if (node->is_loop) {
            walk_loop(walk, node);
            continue;
        }
        if (!loopexpr_value(&node->element, walk->loops, &run.first) || !is_inside(walk, &run, 1)) {
            walk->lost = true;
            return;
        }
        need_map(walk->marks, node->write);
        mark_run(walk, &run, 1);
    }
}

/* ---- arrays ---- */

static Marks *marks_of(NestBytes *bytes, NestArray *array)
{
    Marks *marks = g_hash_table_lookup(bytes->marks, array);
    const uint32_t bits = element_bits(array->type);

    if (marks)
        return marks;
    marks = g_new0(Marks, 1);
    marks->cell_bytes = MAX(bits / 8, 1);
    marks->elements_log2 = bits < 8 ? 1 : 0;
    marks->n_cells = array->bytes / marks->cell_bytes;
    g_hash_table_insert(bytes->marks, nestpool_keep(bytes->pool, array), marks);
    bytes->n_cells += marks->n_cells;
    return marks;
}

/* Compulsory bytes that the nest adds to those of the array; steps are counted down. */
static double add_array(NestBytes *bytes, const Nest *nest, NestArray *array, int64_t *steps)
{
    Walk walk = { .steps = *steps };
    NestPool *pool;

    if (array->scratch)
        return 0;
    walk.marks = marks_of(bytes, array);
    if (array->overlap || bytes->n_cells > CELLS_MAX) {
        bytes->lost = true;
        return 0;
    }
    const uint64_t before = walk.marks->compulsory_cells;

    pool = nestpool_new();
    const ReducedBody reduced = nest_reduce(nest, array, pool);

    if (nestpool_overflown(pool))
        walk.lost = true;
    else
        walk_body(&walk, &reduced);
    nestpool_free(pool);
    *steps = walk.steps;
    bytes->lost |= walk.lost;
    return (double)(walk.marks->compulsory_cells - before) * walk.marks->cell_bytes;
}

double nestbytes_add(NestBytes *bytes, const Nest *nest)
{
    uint32_t n_arrays = 0;
    g_autofree NestArray **arrays = nest_arrays(nest, &n_arrays);
    int64_t steps = STEPS_MAX;
    double sum = 0;

    for (uint32_t i = 0; i < n_arrays && !bytes->lost; i++)
        sum += add_array(bytes, nest, arrays[i], &steps);
    return bytes->lost ? (double)NAN : sum;
}
