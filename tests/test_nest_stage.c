/*
 * test_nest_stage - buffers for boxes of arrays: by hand, what is refused, and on random nests they hold what memory would.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "nest_by_hand.h"
#include "nest_trial.h"
#include "nest_walk.h"
#include "tap.h"

static void a_tile_is_copied_once_and_read_from_there(void)
{
    Matmul m = matmul_by_hand(9);
    const NestFactor tiles[] = { { "i", 4 }, { "j", 4 }, { "k", 4 } };
    const NestStage B = { m.B, "k_tile", STAGE_SCRATCH }, C = { m.C, "j_tile", STAGE_MEMORY };
    Nest *nest = nest_tile(m.nest, tiles, 3, NULL);
    uint32_t n = 0;

    nest = then(nest, nest_stage(nest, &B, NULL));
    g_autofree NestArray **arrays = nest_arrays(nest, &n);
    CU_ASSERT_EQUAL(n, 4);
    CU_ASSERT_STRING_EQUAL(arrays[1]->name, "B_buffer");
    CU_ASSERT(arrays[1]->scratch);
    CU_ASSERT_EQUAL(arrays[1]->extents[0], 4);
    CU_ASSERT_EQUAL(arrays[1]->extents[1], 4);
    CU_ASSERT_EQUAL(arrays[1]->strides[0], 4);
    nest = then(nest, nest_stage(nest, &C, NULL));
    check_line(nest, "i_tile:4 { j_tile:4 { C_buffer_1 { C_buffer_2 { C C_buffer' } } k_tile:4 { "
                     "B_buffer_1 { B_buffer_2 { B B_buffer' } } i { j { k { A B_buffer C_buffer "
                     "C_buffer' } } } } C_buffer_1 { C_buffer_2 { C_buffer C' } } } }");
    matmul_clear(&m);
}

/* u[i - 1], u[i], u[i + 1] for i = 1 .. 20, of every second element: u[2 * i] */
static Nest *stencil(NestArray *u, NestArray *v, int64_t scale)
{
    Nest *nest = nest_new();
    NestNode *loop = nest_loop(nest->pool, "i", expr_constant(1), expr_constant(20), 1);
    NestNode *statement = nest_statement(nest->pool, 2);

    for (int64_t d = -1; d <= 1; d++) {
        const NestExpr place = expr_scaled(nest->pool, at_index_plus(nest, "i", d), scale);

        nest_access(nest->pool, &statement->statement, u, &place, false);
    }
    nest_access(nest->pool, &statement->statement, v, (const NestExpr[]){ at_index(nest, "i") },
                true);
    put_inside(nest, &loop, 1, statement);
    return nest;
}

static void count_reads(const NestAccess *access, int64_t element, void *data)
{
    (void)element;
    if (strcmp(access->array->name, "u") == 0)
        ++*(int *)data;
}

static void the_box_of_a_stencil_has_its_halo_and_no_element_between_strides(void)
{
    NestArray *u = nest_array_new("u", ELEMENT_F32, (const uint64_t[]){ 64 }, 1);
    NestArray *v = nest_array_new("v", ELEMENT_F32, (const uint64_t[]){ 64 }, 1);
    const NestFactor tile = { "i", 8 };
    const NestStage of_u = { u, "i_tile", STAGE_MEMORY }, of_v = { v, "i_tile", STAGE_MEMORY };

    for (int64_t scale = 1; scale <= 3; scale++) {
        Nest *nest = stencil(u, v, scale);
        int reads = 0;
        const NestWalk walk = { .touch = count_reads, .data = &reads };

        nest = then(nest, nest_tile(nest, &tile, 1, NULL));
        nest = then(nest, nest_stage(nest, &of_u, NULL));
        nest_walk(nest, &walk);
        CU_ASSERT_EQUAL(reads, 10 + 10 + 5); /* tiles of 8, 8 and 3, each with two more */
        nest = then(nest, nest_stage(nest, &of_v, NULL));
        /* v is written as a whole: it is only copied back */
        check_line(nest, "i_tile:8 { u_buffer_1 { u u_buffer' } i { u_buffer u_buffer u_buffer "
                         "v_buffer' } v_buffer_1 { v_buffer v' } }");
    }
    nest_array_unref(u);
    nest_array_unref(v);
}

static void what_is_no_box_is_refused(void)
{
    Matmul m = matmul_by_hand(9);
    NestNode *statement = nest_statement(m.nest->pool, 1);
    const NestStage A = { m.A, "i", STAGE_MEMORY }, unknown = { m.A, "ii", STAGE_MEMORY };
    NestArray *other = nest_array_new("D", ELEMENT_F32, (const uint64_t[]){ 9 }, 1);
    const NestStage D = { other, "i", STAGE_MEMORY };
    GError *error = NULL;

    access_2d(m.nest, statement, m.A, "k", "j", false);
    nest_append(m.nest->pool, &nest_find(m.nest, "k")->body, statement);
    check_refused(nest_stage(m.nest, &A, &error), &error,
                  "stage: accesses to 'A' inside the loop reach different boxes: their subscripts "
                  "may differ by constants only");
    check_refused(nest_stage(m.nest, &unknown, &error), &error,
                  "stage: the nest has no loop over 'ii'; did you mean 'i'; its loops: i, j, k");
    check_refused(nest_stage(m.nest, &D, &error), &error,
                  "stage: nothing inside loop 'i' touches array 'D'");
    check_refused(nest_register(m.nest, &other, 1, &error), &error,
                  "register: the nest does not touch array 'D'");
    nest_array_unref(other);
    matmul_clear(&m);
}

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
    NestTally tally = { 0 };
    uint64_t copied = 0;

    for (int trial = 0; trial < 4 * NEST_TRIALS; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *staged = nest_ref(drawn.nest);
        Values plain = values_of(drawn.nest);

        for (int i = 0; i < 2; i++) {
            const NestNames names = nesttrial_names(drawn.nest);
            const NestStage stage = { drawn.arrays[draw_below(&rng, RANDOM_ARRAYS)],
                                      names.n ? names.names[draw_below(&rng, names.n)] : "none",
                                      (StagePlace)draw_below(&rng, 3) };
            GError *error = NULL;

            nesttrial_replace(&staged, nest_stage(staged, &stage, &error), &tally, &error);
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
    TEST(a_tile_is_copied_once_and_read_from_there),
    TEST(the_box_of_a_stencil_has_its_halo_and_no_element_between_strides),
    TEST(what_is_no_box_is_refused),
    TEST(buffers_hold_what_memory_would),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_stage = { .pName = "nest_stage", .pTests = tests };
