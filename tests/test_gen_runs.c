/*
 * test_gen_runs - patterns that go on evenly hand out runs of the same accesses that their batches have.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "rig.h"

enum { ROUNDS = 300, ACCESSES = 6000 };

static PatternConfig random_pattern(Rng *rng, uint32_t pattern)
{
    static const double fractions[] = { 0, 0, 0.3, 1 };

    return (PatternConfig){ .pattern = pattern,
                            .footprint_bytes = 600 + rng_below(rng_next(rng), 20000),
                            .size_bytes = 1U << rng_below(rng_next(rng), 5),
                            .stride_bytes = 1 + rng_below(rng_next(rng), 500),
                            .write_fraction = fractions[rng_below(rng_next(rng), 4)],
                            .exponent = 0.99,
                            .base_addr = UINT64_C(0x7000000000),
                            .seed = 42 };
}

/* Asks for a run, or not, before each batch.  *in_runs: how many accesses came so. */
static GArray *drain(AccessSource *source, Rng *rng, uint64_t *in_runs)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Access));
    g_autofree Batch *batch = g_new0(Batch, 1);
    EvenRun run;

    do {
        while (rng_next(rng) % 4 && source_next_even(source, 1 + rng_next(rng) % 100, &run))
            for (; run.units > 0; run.units--)
                for (uint32_t i = 0; i < run.n; i++) {
                    g_array_append_val(all, run.access[i]);
                    run.access[i].addr += run.stride[i];
                    ++*in_runs;
                }
        if (!source_next(source, batch, NULL))
            break;
        g_array_append_vals(all, batch->access, (guint)batch->count);
    } while (true);
    source_free(source);
    return all;
}

static void runs_and_batches_are_the_stream(void)
{
    uint64_t in_runs[GEN_COUNT] = { 0 };
    Rng rng = { .state = 5 };

    for (uint32_t round = 0; round < ROUNDS; round++) {
        const uint32_t pattern = round % GEN_COUNT;
        const PatternConfig config = random_pattern(&rng, pattern);
        const uint64_t first = rng_below(rng_next(&rng), 9000);
        g_autofree void *table = gen_table_new(&config);
        GArray *whole = rig_drain(gen_new(&config, table, first, ACCESSES, 3));
        GArray *mixed = drain(gen_new(&config, table, first, ACCESSES, 3), &rng, &in_runs[pattern]);

        CU_ASSERT_EQUAL_FATAL(mixed->len, ACCESSES);
        CU_ASSERT(memcmp(mixed->data, whole->data, ACCESSES * sizeof(Access)) == 0);
        g_array_unref(whole);
        g_array_unref(mixed);
    }
    CU_ASSERT(in_runs[GEN_SEQUENTIAL] && in_runs[GEN_STRIDED] && in_runs[GEN_COPY] &&
              in_runs[GEN_TRIAD]);
    CU_ASSERT(!in_runs[GEN_RANDOM] && !in_runs[GEN_ZIPF] && !in_runs[GEN_CHASE]);
}

static CU_TestInfo tests[] = { TEST(runs_and_batches_are_the_stream), CU_TEST_INFO_NULL };

CU_SuiteInfo suite_gen_runs = { .pName = "gen_runs", .pTests = tests };
