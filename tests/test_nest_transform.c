/*
 * test_nest_transform - on random nests every transformation keeps what it promises to keep.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "nest_walk.h"
#include "random_nest.h"
#include "tap.h"
#include "workload/nest_transform.h"

enum { TRIALS = 1500 };

/* How often a transformation was legal; it has to be in at least one trial of so many. */
typedef struct {
    uint32_t made, refused;
} Tally;

static RandomNest kind_of(Rng *rng)
{
    return (RandomNest){ .perfect = draw_below(rng, 2) == 0,
                         .rectangular = draw_below(rng, 3) == 0,
                         .steps = draw_below(rng, 3) == 0,
                         .lookups = draw_below(rng, 5) == 0,
                         .depth = 1 + (uint32_t)draw_below(rng, 4) };
}

/* Counts, and reports a refusal that does not look like one. */
static bool was_made(Tally *tally, const Nest *made, GError **error)
{
    tally->made += made != NULL;
    tally->refused += made == NULL;
    if (made == NULL) {
        CU_ASSERT_PTR_NOT_NULL_FATAL(*error);
        CU_ASSERT(g_error_matches(*error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG));
        g_clear_error(error);
    }
    CU_ASSERT_PTR_NULL(*error);
    return made != NULL;
}

static void check_same(const Nest *before, const Nest *after, int trial)
{
    Touches a = touches_of(before), b = touches_of(after);

    if (!touches_equal(&a, &b))
        fprintf(stderr, "# trial %d: %u accesses, %u after\n", trial, a.touches->len,
                b.touches->len);
    CU_ASSERT(touches_equal(&a, &b));
    touches_clear(&a);
    touches_clear(&b);
}

/* Loops of the nest, by name, each once: at most 16. */
typedef struct {
    const char *names[16];
    uint32_t n;
} Names;

static void add_name(NestNode *node, void *data)
{
    Names *names = data;

    if (node->kind != NEST_LOOP || names->n == 16)
        return;
    for (uint32_t i = 0; i < names->n; i++)
        if (strcmp(names->names[i], node->loop.index) == 0)
            return;
    names->names[names->n++] = node->loop.index;
}

static Names names_of(const Nest *nest)
{
    Names names = { .n = 0 };

    nest_visit(&nest->body, add_name, &names);
    return names;
}

/* Some of the loops with counts of 1 to most. */
static uint32_t draw_factors(Rng *rng, const Names *names, NestFactor *factors, uint64_t most)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < names->n; i++)
        if (draw_below(rng, 2) == 0)
            factors[n++] = (NestFactor){ names->names[i], 1 + (int64_t)draw_below(rng, most) };
    return n;
}

/* Transform in place; false when it was refused. */
static bool replace(Nest **nest, Nest *made, Tally *tally, GError **error)
{
    if (!was_made(tally, made, error))
        return false;
    nest_unref(*nest);
    *nest = made;
    return true;
}

static void tiling_keeps_every_access(void)
{
    Rng rng = { 11 };
    Tally tally = { 0 };

    for (int trial = 0; trial < TRIALS; trial++) {
        const RandomNest kind = kind_of(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *tiled = nest_ref(drawn.nest);
        const uint64_t levels = 1 + draw_below(&rng, 3);
        GError *error = NULL;

        for (uint64_t level = 0; level < levels; level++) {
            const Names names = names_of(tiled);
            NestFactor factors[16];
            const uint32_t n = draw_factors(&rng, &names, factors, 9);

            if (n > 0 && names.n < 14)
                replace(&tiled, nest_tile(tiled, factors, n, &error), &tally, &error);
        }
        check_same(drawn.nest, tiled, trial);
        nest_unref(tiled);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(tally.made > 5 * tally.refused);
    CU_ASSERT(tally.refused > 10);
}

static void another_order_of_the_loops_keeps_every_access(void)
{
    Rng rng = { 12 };
    Tally tally = { 0 };

    for (int trial = 0; trial < TRIALS; trial++) {
        const RandomNest kind = kind_of(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *tiled = nest_ref(drawn.nest);
        Names names = names_of(tiled);
        NestFactor factors[16];
        const uint32_t n = draw_factors(&rng, &names, factors, 5);
        GError *error = NULL;
        Tally tiles = { 0 };

        if (n > 0)
            replace(&tiled, nest_tile(tiled, factors, n, &error), &tiles, &error);
        names = names_of(tiled);
        for (uint32_t i = names.n; i > 1; i--) { /* a random order */
            const uint32_t j = (uint32_t)draw_below(&rng, i);
            const char *name = names.names[j];

            names.names[j] = names.names[i - 1];
            names.names[i - 1] = name;
        }
        if (names.n >= 2 && draw_below(&rng, 2) == 0)
            replace(&tiled, nest_swap(tiled, names.names[0], names.names[1], &error), &tally,
                    &error);
        else if (names.n >= 2)
            replace(&tiled,
                    nest_interchange(tiled, names.names,
                                     2 + (uint32_t)draw_below(&rng, names.n - 1), &error),
                    &tally, &error);
        check_same(drawn.nest, tiled, trial);
        nest_unref(tiled);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(tally.made > 200);
    CU_ASSERT(tally.refused > 200);
}

static void unrolling_keeps_every_access(void)
{
    Rng rng = { 13 };
    Tally tally = { 0 };

    for (int trial = 0; trial < TRIALS; trial++) {
        const RandomNest kind = kind_of(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        const Names names = names_of(drawn.nest);
        NestFactor factors[16];
        const uint32_t n = draw_factors(&rng, &names, factors, 5);
        GError *error = NULL;
        Nest *unrolled = n > 0 ? nest_unroll(drawn.nest, factors, n, &error) : NULL;

        if (n > 0 && was_made(&tally, unrolled, &error))
            check_same(drawn.nest, unrolled, trial);
        nest_unref(unrolled);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(tally.made > 2 * tally.refused);
    CU_ASSERT(tally.refused > 10);
}

static void dealing_keeps_every_access_and_marks_one_index(void)
{
    Rng rng = { 14 };

    for (int trial = 0; trial < 200; trial++) {
        const RandomNest kind = kind_of(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        const Names names = names_of(drawn.nest);
        const char *first = names.n ? names.names[0] : "none";
        const char *last = names.n ? names.names[names.n - 1] : "none";
        GError *error = NULL;
        Tally tally = { 0 };
        Nest *dealt = nest_parallel(drawn.nest, first, DEAL_BLOCK, &error);

        if (was_made(&tally, dealt, &error) &&
            replace(&dealt, nest_parallel(dealt, last, DEAL_CYCLIC, &error), &tally, &error)) {
            CU_ASSERT_EQUAL(nest_find(dealt, last)->deal, DEAL_CYCLIC);
            CU_ASSERT(strcmp(first, last) == 0 || nest_find(dealt, first)->deal == DEAL_NONE);
            check_same(drawn.nest, dealt, trial);
        }
        CU_ASSERT_EQUAL(tally.refused > 0, names.n == 0);
        nest_unref(dealt);
        random_nest_clear(&drawn);
    }
}

/* Two nests with some loops in common: what they touch is the sum. */
static void fusion_keeps_every_access_of_both(void)
{
    Rng rng = { 15 };
    Tally tally = { 0 };

    for (int trial = 0; trial < TRIALS; trial++) {
        const RandomNest kind = kind_of(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *other = nest_copy(drawn.nest);
        GError *error = NULL;
        const Names names = names_of(other);
        const NestFactor tile = { names.n ? names.names[draw_below(&rng, names.n)] : "", 3 };
        Tally tiles = { 0 };

        if (names.n > 1 && draw_below(&rng, 2) == 0)
            replace(&other, nest_tile(other, &tile, 1, &error), &tiles, &error);
        Nest *fused = nest_fuse(drawn.nest, other, &error);

        if (was_made(&tally, fused, &error)) {
            Touches a = touches_of(drawn.nest), b = touches_of(other), both = touches_of(fused);

            g_array_append_vals(a.touches, b.touches->data, b.touches->len);
            a.flops += b.flops;
            touches_sort(&a);
            CU_ASSERT(touches_equal(&a, &both));
            touches_clear(&a);
            touches_clear(&b);
            touches_clear(&both);
        }
        nest_unref(fused);
        nest_unref(other);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(tally.made > 300);
    CU_ASSERT(tally.refused > 100);
}

/* ---- vectors ---- */

static void forget_vectors(NestNode *node, void *data)
{
    (void)data;
    if (node->kind == NEST_LOOP)
        node->loop.vector = 1;
}

/* The address of the access grows by one element an iteration. */
static bool is_contiguous(const NestAccess *access, const NestLoop *loop)
{
    int64_t moved = 0;

    for (uint32_t d = 0; d < access->array->n_dims; d++) {
        if (expr_looks_up(&access->subscripts[d], loop->index))
            return false;
        moved +=
            expr_scale_of(&access->subscripts[d], loop->index) * (int64_t)access->array->strides[d];
    }
    return moved * loop->step == 1;
}

/* Innermost loops are vectorized where an access is contiguous, with its widest element filling 8 bytes; no others. */
static void check_vector(NestNode *node, void *data)
{
    uint32_t bits = 0;

    (void)data;
    if (node->kind != NEST_LOOP)
        return;
    for (uint32_t i = 0; i < node->loop.body.n_nodes; i++) {
        const NestNode *inside = node->loop.body.nodes[i];

        if (inside->kind == NEST_LOOP) {
            CU_ASSERT_EQUAL(node->loop.vector, 1);
            return;
        }
        for (uint32_t j = 0; j < inside->statement.n_accesses; j++)
            if (is_contiguous(&inside->statement.accesses[j], &node->loop))
                bits = MAX(bits, element_bits(inside->statement.accesses[j].array->type));
    }
    CU_ASSERT_EQUAL(node->loop.vector, bits ? 64 / bits : 1);
}

static void vectors_are_the_contiguous_innermost_loops_and_nothing_else_changes(void)
{
    Rng rng = { 16 };
    Tally tally = { 0 };

    for (int trial = 0; trial < TRIALS; trial++) {
        const RandomNest kind = kind_of(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        GError *error = NULL;
        Nest *vectors = nest_vectorize(drawn.nest, 8, &error);

        if (was_made(&tally, vectors, &error)) {
            nest_visit(&vectors->body, check_vector, NULL);
            touches_clear(&(Touches){ touches_of(vectors).touches, 0 }); /* it keeps the rules */
            nest_visit(&vectors->body, forget_vectors, NULL);
            check_same(drawn.nest, vectors, trial);
        }
        nest_unref(vectors);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(tally.made > 300);
    CU_ASSERT(tally.refused > 100);
}

static void vectors_sink_below_copies(void)
{
    Rng rng = { 17 };
    Tally copies = { 0 }, tally = { 0 };

    for (int trial = 0; trial < TRIALS; trial++) {
        const RandomNest kind = kind_of(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        const Names names = names_of(drawn.nest);
        NestFactor factors[16];
        const uint32_t n = draw_factors(&rng, &names, factors, 4);
        GError *error = NULL;
        Nest *unrolled = n > 0 ? nest_unroll(drawn.nest, factors, n, &error) : NULL;

        if (n > 0 && was_made(&copies, unrolled, &error) &&
            replace(&unrolled, nest_vectorize(unrolled, 16, &error), &tally, &error)) {
            touches_clear(&(Touches){ touches_of(unrolled).touches, 0 });
            nest_visit(&unrolled->body, forget_vectors, NULL);
            check_same(drawn.nest, unrolled, trial);
        }
        nest_unref(unrolled);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(tally.made > 100);
}

/* ---- registers ---- */

/* Accesses of one execution of an innermost loop, and all that are expected of the nest with registers. */
typedef struct {
    Touches expected;
    const NestLoop *innermost; /* that is running, or NULL */
    GPtrArray *made;           /* of NestAccess: in it so far */
    GArray *elements;          /* int64_t of each */
} Expectation;

static bool is_innermost(const NestLoop *loop)
{
    for (uint32_t i = 0; i < loop->body.n_nodes; i++)
        if (loop->body.nodes[i]->kind == NEST_LOOP)
            return false;
    return true;
}

static void expect_enter(const NestLoop *loop, void *data)
{
    Expectation *e = data;

    if (!is_innermost(loop))
        return;
    e->innermost = loop;
    g_ptr_array_set_size(e->made, 0);
    g_array_set_size(e->elements, 0);
}

static void expect_touch(const NestAccess *access, int64_t element, void *data)
{
    Expectation *e = data;
    const Touch one = { access->array, element, access->write };

    if (e->innermost == NULL) {
        g_array_append_val(e->expected.touches, one);
        return;
    }
    g_ptr_array_add(e->made, (gpointer)(uintptr_t)access);
    g_array_append_val(e->elements, element);
}

static bool is_same_place(const NestAccess *a, const NestAccess *b)
{
    for (uint32_t d = 0; a->array == b->array && d < a->array->n_dims; d++)
        if (!expr_equal(&a->subscripts[d], &b->subscripts[d]))
            return false;
    return a->array == b->array;
}

static bool stays(const NestAccess *access, const NestLoop *loop)
{
    for (uint32_t d = 0; d < access->array->n_dims; d++)
        if (expr_uses(&access->subscripts[d], loop->index))
            return false;
    return true;
}

/* Of what stays: a read if nothing touched the place in this loop before it, a write if none follows. */
static bool is_kept(const Expectation *e, guint at)
{
    const NestAccess *access = e->made->pdata[at];
    const guint from = access->write ? at + 1 : 0;
    const guint end = access->write ? e->made->len : at;

    if (!stays(access, e->innermost))
        return true;
    for (guint i = from; i < end; i++) {
        const NestAccess *other = e->made->pdata[i];

        if (is_same_place(access, other) && (!access->write || other->write))
            return false;
    }
    return true;
}

static void expect_leave(const NestLoop *loop, void *data)
{
    Expectation *e = data;

    if (loop != e->innermost)
        return;
    for (guint i = 0; i < e->made->len; i++) {
        const NestAccess *access = e->made->pdata[i];
        const Touch one = { access->array, g_array_index(e->elements, int64_t, i), access->write };

        if (is_kept(e, i))
            g_array_append_val(e->expected.touches, one);
    }
    e->innermost = NULL;
}

static void expect_statement(const NestStatement *statement, void *data)
{
    ((Expectation *)data)->expected.flops += statement->flops;
}

static void registers_keep_the_first_read_and_the_last_write(void)
{
    Rng rng = { 18 };

    for (int trial = 0; trial < TRIALS; trial++) {
        const RandomNest kind = kind_of(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        GError *error = NULL;
        Nest *registered = nest_register(drawn.nest, NULL, 0, &error);
        Expectation e = { .expected = { g_array_new(FALSE, TRUE, sizeof(Touch)), 0 },
                          .made = g_ptr_array_new(),
                          .elements = g_array_new(FALSE, FALSE, sizeof(int64_t)) };
        const NestWalk walk = {
            expect_touch, expect_statement, expect_enter, NULL, expect_leave, &e
        };

        CU_ASSERT_PTR_NOT_NULL_FATAL(registered);
        nest_walk(drawn.nest, &walk);
        touches_sort(&e.expected);
        Touches found = touches_of(registered);
        CU_ASSERT(touches_equal(&e.expected, &found));
        touches_clear(&found);
        touches_clear(&e.expected);
        g_ptr_array_unref(e.made);
        g_array_unref(e.elements);
        nest_unref(registered);
        random_nest_clear(&drawn);
    }
}

/* ---- buffers: every read sees the same value, and memory is the same at the end ---- */

typedef struct {
    GHashTable *memory;  /* Touch (write false) -> value */
    const char *aside;   /* buffers begin with it; or NULL */
    GArray *seen;        /* uint64_t: values read by statements with operations */
    uint64_t statements; /* with operations, so far */
    const NestStatement *now;
    uint64_t carried; /* what a copy has read */
    uint64_t copied;  /* elements from the staged array */
} Values;

static guint hash_touch(gconstpointer key)
{
    const Touch *touch = key;

    return (guint)rng_at((uint64_t)touch->element, (uint64_t)(uintptr_t)touch->array);
}

static gboolean same_touch(gconstpointer a, gconstpointer b)
{
    const Touch *x = a, *y = b;

    return x->array == y->array && x->element == y->element;
}

/* What was there before the run. */
static uint64_t initial_value(const Touch *touch)
{
    return rng_at((uint64_t)(unsigned char)touch->array->name[0], (uint64_t)touch->element + 4096);
}

static uint64_t load(const Values *values, const Touch *touch)
{
    const uint64_t *value = g_hash_table_lookup(values->memory, touch);

    return value ? *value : initial_value(touch);
}

static void value_statement(const NestStatement *statement, void *data)
{
    Values *values = data;

    values->now = statement;
    values->statements += statement->flops > 0;
}

static void value_touch(const NestAccess *access, int64_t element, void *data)
{
    Values *values = data;
    const Touch place = { access->array, element, false };
    const bool copies = values->now->flops == 0;

    if (!access->write) {
        values->carried = load(values, &place);
        if (!copies)
            g_array_append_val(values->seen, values->carried);
        else
            values->copied++;
        return;
    }
    uint64_t *value = g_new(uint64_t, 1);

    *value = copies ? values->carried : rng_at(values->statements, 7);
    g_hash_table_insert(values->memory, g_memdup2(&place, sizeof place), value);
}

static Values values_of(const Nest *nest)
{
    Values values = { .memory = g_hash_table_new_full(hash_touch, same_touch, g_free, g_free),
                      .seen = g_array_new(FALSE, FALSE, sizeof(uint64_t)) };
    const NestWalk walk = { .touch = value_touch, .statement = value_statement, .data = &values };

    nest_walk(nest, &walk);
    return values;
}

static void values_clear(Values *values)
{
    g_hash_table_unref(values->memory);
    g_array_unref(values->seen);
}

/* What b left in the arrays of a is what a left there. */
static bool same_memory(const Values *a, const Values *b)
{
    GHashTableIter iter;
    gpointer key, value;

    g_hash_table_iter_init(&iter, a->memory);
    while (g_hash_table_iter_next(&iter, &key, &value))
        if (load(b, key) != *(uint64_t *)value)
            return false;
    g_hash_table_iter_init(&iter, b->memory);
    while (g_hash_table_iter_next(&iter, &key, &value))
        if (strlen(((Touch *)key)->array->name) == 1 && load(a, key) != *(uint64_t *)value)
            return false;
    return true;
}

static void buffers_hold_what_memory_would(void)
{
    Rng rng = { 19 };
    Tally tally = { 0 };
    uint64_t copied = 0;

    for (int trial = 0; trial < 4 * TRIALS; trial++) {
        const RandomNest kind = kind_of(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *staged = nest_ref(drawn.nest);
        Values plain = values_of(drawn.nest);

        for (int i = 0; i < 2; i++) {
            const Names names = names_of(drawn.nest);
            const NestStage stage = { drawn.arrays[draw_below(&rng, RANDOM_ARRAYS)],
                                      names.n ? names.names[draw_below(&rng, names.n)] : "none",
                                      draw_below(&rng, 2) == 0 };
            GError *error = NULL;

            replace(&staged, nest_stage(staged, &stage, &error), &tally, &error);
        }
        Values with = values_of(staged);
        CU_ASSERT_EQUAL(with.seen->len, plain.seen->len);
        CU_ASSERT(with.seen->len != plain.seen->len || plain.seen->len == 0 ||
                  memcmp(with.seen->data, plain.seen->data, plain.seen->len * sizeof(uint64_t)) ==
                      0);
        CU_ASSERT(same_memory(&plain, &with));
        copied += with.copied;
        values_clear(&with);
        values_clear(&plain);
        nest_unref(staged);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(copied > 10000);
    CU_ASSERT(tally.made > 1000);
}

static CU_TestInfo tests[] = {
    TEST(tiling_keeps_every_access),
    TEST(another_order_of_the_loops_keeps_every_access),
    TEST(unrolling_keeps_every_access),
    TEST(dealing_keeps_every_access_and_marks_one_index),
    TEST(fusion_keeps_every_access_of_both),
    TEST(vectors_are_the_contiguous_innermost_loops_and_nothing_else_changes),
    TEST(vectors_sink_below_copies),
    TEST(registers_keep_the_first_read_and_the_last_write),
    TEST(buffers_hold_what_memory_would),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_transform = { .pName = "nest_transform", .pTests = tests };
