/*
 * test_nest_vectorize - vectors: by hand, what is refused, and on random nests only what is contiguous gets them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "nest_by_hand.h"
#include "nest_indices.h"
#include "nest_trial.h"
#include "nest_walk.h"
#include "tap.h"

static void vectors_fill_their_width_with_the_widest_element(void)
{
    Matmul m = matmul_by_hand(9);
    const NestFactor i = { "i", 2 };
    Nest *nest = nest_swap(m.nest, "j", "k", NULL);
    Nest *copies = nest_unroll(nest, &i, 1, NULL);

    check_line(nest_vectorize(nest, 32, NULL), "i { k { j/4 { A B C C' } } }");
    check_line(nest_vectorize(nest, 8, NULL), "i { k { j { A B C C' } } }");
    /* A moves along k */
    check_line(nest_vectorize(m.nest, 32, NULL), "i { j { k/4 { A B C C' } } }");
    /* nothing is contiguous in the copies: vectors of j inside them */
    check_line(nest_vectorize(copies, 32, NULL),
               "i_unroll:2 { k { j_vector:4 { i [ j/4 [ A B C C' ] ] } } }");
    nest_unref(copies);
    nest_unref(nest);
    matmul_clear(&m);
}

static void vectors_and_copies_that_cannot_be_are_refused(void)
{
    Matmul m = matmul_by_hand(9);
    const char *const kji[] = { "k", "j", "i" };
    const NestFactor i = { "i", 2 }, k = { "k", 2 };
    GError *error = NULL;
    Nest *vector = nest_vectorize(m.nest, 32, NULL);
    Nest *copies = nest_unroll(m.nest, &k, 1, NULL);
    Nest *columns = nest_interchange(m.nest, kji, 3, NULL);

    check_refused(nest_vectorize(m.nest, 12, &error), &error,
                  "vectorize: 12 bytes are no number from 1 to 256 of elements of 64 bits, as "
                  "loop 'k' has them");
    check_refused(nest_vectorize(m.nest, 0, &error), &error,
                  "vectorize: 0 bytes are out of range (1 to 65536)");
    check_refused(nest_vectorize(vector, 32, &error), &error,
                  "vectorize: loop 'k' is vectorized already");
    check_refused(nest_vectorize(columns, 32, &error), &error,
                  "vectorize: no access moves by one element in loop 'i'; :interchange so that a "
                  "contiguous one is innermost");
    check_refused(nest_unroll(vector, &i, 1, &error), &error,
                  "unroll: loop 'k' is vectorized, and nothing can stand inside it: unroll 'i' "
                  "first");
    check_refused(nest_unroll(vector, &k, 1, &error), &error,
                  "unroll: 'k' is vectorized; unroll it before");
    check_refused(nest_unroll(copies, &k, 1, &error), &error, "unroll: 'k' is unrolled already");
    nest_unref(vector);
    nest_unref(copies);
    nest_unref(columns);
    matmul_clear(&m);
}

static void forget_vectors(NestNode *node, void *data)
{
    (void)data;
    if (node->kind == NEST_LOOP)
        node->loop.vector = 1;
}

/* All loops of the nest, at 0. */
static NestIndices at_zero(const Nest *nest)
{
    const NestNames names = nesttrial_names(nest);
    NestIndices indices = { .n = 0 };

    for (uint32_t i = 0; i < names.n; i++)
        nestindices_enter(&indices, names.names[i]);
    return indices;
}

/* The access moves by one element in an iteration; what a table says does not count. */
static bool is_contiguous(const NestAccess *access, const NestLoop *loop, NestIndices indices)
{
    const int64_t first = nestindices_element(&indices, access);

    for (uint32_t d = 0; d < access->array->n_dims; d++)
        if (expr_looks_up(&access->subscripts[d], loop->index))
            return false;
    for (uint32_t i = 0; i < indices.n; i++)
        if (strcmp(indices.names[i], loop->index) == 0)
            indices.values[i] = loop->step;
    return nestindices_element(&indices, access) - first == 1;
}

/* Innermost loops are vectorized where an access is contiguous, with its widest element filling 8 bytes; no others. */
static void check_vector(NestNode *node, void *data)
{
    const NestIndices *zero = data;
    uint32_t bits = 0;

    if (node->kind != NEST_LOOP)
        return;
    for (uint32_t i = 0; i < node->loop.body.n_nodes; i++) {
        const NestNode *inside = node->loop.body.nodes[i];

        if (inside->kind == NEST_LOOP) {
            CU_ASSERT_EQUAL(node->loop.vector, 1);
            return;
        }
        for (uint32_t j = 0; j < inside->statement.n_accesses; j++)
            if (is_contiguous(&inside->statement.accesses[j], &node->loop, *zero))
                bits = MAX(bits, element_bits(inside->statement.accesses[j].array->type));
    }
    CU_ASSERT_EQUAL(node->loop.vector, bits ? 64 / bits : 1);
}

static void vectors_are_the_contiguous_innermost_loops_and_nothing_else_changes(void)
{
    Rng rng = { 16 };
    NestTally tally = { 0 };

    for (int trial = 0; trial < NEST_TRIALS; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        GError *error = NULL;
        Nest *vectors = nest_vectorize(drawn.nest, 8, &error);

        if (nesttrial_made(&tally, vectors, &error)) {
            NestIndices zero = at_zero(vectors);

            nest_visit(&vectors->body, check_vector, &zero);
            touches_clear(&(Touches){ touches_of(vectors).touches, 0 }); /* it keeps the rules */
            nest_visit(&vectors->body, forget_vectors, NULL);
            nesttrial_same(drawn.nest, vectors, trial);
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
    NestTally copies = { 0 }, tally = { 0 };

    for (int trial = 0; trial < NEST_TRIALS; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        const NestNames names = nesttrial_names(drawn.nest);
        NestFactor factors[NEST_NAMES_MAX];
        const uint32_t n = nesttrial_factors(&rng, &names, factors, 4);
        GError *error = NULL;
        Nest *unrolled = n > 0 ? nest_unroll(drawn.nest, factors, n, &error) : NULL;

        if (n > 0 && nesttrial_made(&copies, unrolled, &error) &&
            nesttrial_replace(&unrolled, nest_vectorize(unrolled, 16, &error), &tally, &error)) {
            touches_clear(&(Touches){ touches_of(unrolled).touches, 0 });
            nest_visit(&unrolled->body, forget_vectors, NULL);
            nesttrial_same(drawn.nest, unrolled, trial);
        }
        nest_unref(unrolled);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(tally.made > 100);
}

static CU_TestInfo tests[] = {
    TEST(vectors_fill_their_width_with_the_widest_element),
    TEST(vectors_and_copies_that_cannot_be_are_refused),
    TEST(vectors_are_the_contiguous_innermost_loops_and_nothing_else_changes),
    TEST(vectors_sink_below_copies),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_vectorize = { .pName = "nest_vectorize", .pTests = tests };
