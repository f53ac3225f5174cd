/*
 * test_nest_chains - random nests after chains of transformations: they keep the rules of nests, and the generator makes
 * the accesses and operations that the nest reads.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nest_trial.h"
#include "nest_walk.h"
#include "tap.h"
#include "workload/gen_nest.h"
#include "workload/nest_check.h"
#include "workload/nest_count.h"

/* ---- a random step ---- */

/* NULL when it is not legal. */
static Nest *random_step(Rng *rng, const Nest *nest, NestArray *const *arrays)
{
    const NestNames names = nesttrial_names(nest);
    const NestFactor factor = { nesttrial_any(rng, &names), 1 + (int64_t)draw_below(rng, 5) };
    const NestStage stage = { arrays[draw_below(rng, RANDOM_ARRAYS)], nesttrial_any(rng, &names),
                              (StagePlace)draw_below(rng, 3) };

    switch (draw_below(rng, 8)) {
    case 0:
        return nest_tile(nest, &factor, 1, NULL);
    case 1:
        return nest_unroll(nest, &factor, 1, NULL);
    case 2:
        return nest_swap(nest, nesttrial_any(rng, &names), nesttrial_any(rng, &names), NULL);
    case 3:
        return nest_vectorize(nest, UINT64_C(8) << draw_below(rng, 3), NULL);
    case 4:
        return nest_register(nest, NULL, 0, NULL);
    case 5:
        return nest_stage(nest, &stage, NULL);
    case 6:
        return nest_threads(nest, &factor, 1, NULL);
    default:
        return nest_parallel(nest, nesttrial_any(rng, &names), DEAL_CYCLIC, NULL);
    }
}

/* Some steps more; takes the nest. */
static Nest *random_chain(Rng *rng, Nest *nest, NestArray *const *arrays, uint32_t *steps)
{
    for (uint64_t n = 1 + draw_below(rng, 6); n > 0; n--) {
        Nest *next = random_step(rng, nest, arrays);

        if (next == NULL)
            continue;
        nest_unref(nest);
        nest = next;
        ++*steps;
    }
    return nest;
}

/* ---- bytes ---- */

typedef struct {
    uint64_t addr;
    bool write;
} ByteTouch;

typedef struct {
    GArray *bytes; /* of ByteTouch */
    double flops;
    NestArray **arrays;
    uint32_t n_arrays;
} Bytes;

/* Array i lies there. */
static uint64_t base_of(uint32_t i)
{
    return ((uint64_t)i + 1) << 36;
}

static void add_bytes(Bytes *bytes, uint64_t addr, uint64_t n, bool write)
{
    for (uint64_t i = 0; i < n; i++)
        g_array_append_val(bytes->bytes, ((ByteTouch){ addr + i, write }));
}

static void read_access(const NestAccess *access, int64_t element, void *data)
{
    Bytes *bytes = data;
    const uint32_t element_bytes = element_bits(access->array->type) / 8;
    uint32_t i = 0;

    while (bytes->arrays[i] != access->array)
        i++;
    if (!access->array->scratch)
        add_bytes(bytes, base_of(i) + (uint64_t)element * element_bytes, element_bytes,
                  access->write);
}

static void read_statement(const NestStatement *statement, void *data)
{
    ((Bytes *)data)->flops += statement->flops;
}

/* As the nest reads. */
static Bytes bytes_read(const Nest *nest)
{
    Bytes bytes = { .bytes = g_array_new(FALSE, TRUE, sizeof(ByteTouch)) };
    const NestWalk walk = { .touch = read_access, .statement = read_statement, .data = &bytes };

    bytes.arrays = nest_arrays(nest, &bytes.n_arrays);
    nest_walk(nest, &walk);
    return bytes;
}

static void add_batch(Bytes *bytes, const NestProgram *program, const Batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        const Access *access = &batch->access[i];

        bytes->flops += program->streams[access->stream].flops_per_byte * access->bytes;
        if (access->op != ACCESS_OPERATE)
            add_bytes(bytes, access->addr, access->bytes, access->op == ACCESS_WRITE);
    }
}

/* As n_cores generators make them, one after the other. */
static Bytes bytes_generated(Nest *nest, uint32_t n_cores)
{
    Bytes bytes = { .bytes = g_array_new(FALSE, TRUE, sizeof(ByteTouch)) };
    g_autofree uint64_t *bases = NULL;
    GError *error = NULL;
    Batch *batch = g_new(Batch, 1);

    bytes.arrays = nest_arrays(nest, &bytes.n_arrays);
    bases = g_new0(uint64_t, bytes.n_arrays + 1);
    for (uint32_t i = 0; i < bytes.n_arrays; i++)
        bases[i] = bytes.arrays[i]->scratch ? 0 : base_of(i);
    NestProgram *program = nestprogram_new(nest, bases, NULL);
    for (uint32_t core = 0; core < n_cores; core++) {
        AccessSource *source = gen_nest_new(program, 0, core, n_cores);

        while (source_next(source, batch, &error))
            add_batch(&bytes, program, batch);
        CU_ASSERT_PTR_NULL(error);
        source_free(source);
    }
    nestprogram_free(program);
    g_free(batch);
    return bytes;
}

static void bytes_clear(Bytes *bytes)
{
    g_array_unref(bytes->bytes);
    g_free(bytes->arrays);
}

static gint by_address(gconstpointer a, gconstpointer b)
{
    const ByteTouch *x = a, *y = b;

    if (x->addr != y->addr)
        return x->addr < y->addr ? -1 : 1;
    return (int)x->write - (int)y->write;
}

static bool same_bytes(const Bytes *a, const Bytes *b)
{
    bool same = a->bytes->len == b->bytes->len && fabs(a->flops - b->flops) <= 1e-9 * a->flops;

    for (guint i = 0; same && i < a->bytes->len; i++)
        same = by_address(&g_array_index(a->bytes, ByteTouch, i),
                          &g_array_index(b->bytes, ByteTouch, i)) == 0;
    return same;
}

static void find_vector(NestNode *node, void *data)
{
    if (node->kind == NEST_LOOP && node->loop.vector > 1)
        *(bool *)data = true;
}

static void check_counts(const Nest *nest, const Bytes *bytes)
{
    const NestCounts counts = nest_count(nest);

    CU_ASSERT_EQUAL(counts.requested_bytes, (double)bytes->bytes->len);
    CU_ASSERT_DOUBLE_EQUAL(counts.flops, bytes->flops, 1e-9 * bytes->flops);
}

static void check_chain(Nest *nest, int trial)
{
    GError *error = NULL;
    bool vectors = false;

    if (!nest_check(nest, &error))
        fprintf(stderr, "# trial %d: %s\n", trial, error->message);
    CU_ASSERT_PTR_NULL_FATAL(error);
    Bytes read = bytes_read(nest), generated = bytes_generated(nest, 1);

    nest_visit(&nest->body, find_vector, &vectors);
    if (vectors) { /* lanes are made statement by statement */
        g_array_sort(read.bytes, by_address);
        g_array_sort(generated.bytes, by_address);
    }
    if (!same_bytes(&read, &generated))
        fprintf(stderr, "# trial %d: %u bytes, %g operations; generated %u, %g\n", trial,
                read.bytes->len, read.flops, generated.bytes->len, generated.flops);
    CU_ASSERT(same_bytes(&read, &generated));
    check_counts(nest, &read);
    bytes_clear(&read);
    bytes_clear(&generated);
}

static void the_generator_makes_what_a_chain_of_transformations_reads(void)
{
    Rng rng = { 41 };
    uint32_t steps = 0;

    for (int trial = 0; trial < NEST_TRIALS; trial++) {
        const RandomNest kind = nesttrial_kind(&rng);
        DrawnNest drawn = random_nest(&rng, &kind);
        Nest *nest = random_chain(&rng, nest_ref(drawn.nest), drawn.arrays, &steps);

        check_chain(nest, trial);
        nest_unref(nest);
        random_nest_clear(&drawn);
    }
    CU_ASSERT(steps > NEST_TRIALS);
}

static CU_TestInfo tests[] = {
    TEST(the_generator_makes_what_a_chain_of_transformations_reads),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nest_chains = { .pName = "nest_chains", .pTests = tests };
