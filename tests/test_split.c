/*
 * test_split - a first level that is split into instructions and data.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache_rig.h"
#include "system/system.h"

/* Instructions above data above one L2. */
static void split_rig(Rig *rig)
{
    rig_init(rig);
    rig_cache(rig, 4096, 64, 2)->holds = CACHE_HOLDS_INSTRUCTIONS;
    rig_cache(rig, 8192, 64, 4)->holds = CACHE_HOLDS_DATA;
    rig_cache(rig, 65536, 64, 8);
}

static void refused(void (*spoil)(MachineSpec *machine), const char *message)
{
    Rig rig;

    split_rig(&rig);
    spoil(rig.point.machine);
    rig_is_refused(&rig, message);
    rig_clear(&rig);
}

static void two_alike(MachineSpec *machine)
{
    machine->caches[1].holds = CACHE_HOLDS_INSTRUCTIONS;
}

static void only_one(MachineSpec *machine)
{
    machine->caches[0].holds = CACHE_HOLDS_ALL;
}

static void further_down(MachineSpec *machine)
{
    machine->caches[2].holds = CACHE_HOLDS_DATA;
}

static void half_includes(MachineSpec *machine)
{
    machine->caches[1].inclusion = CACHE_INCLUSIVE;
}

static void long_instruction_lines(MachineSpec *machine)
{
    machine->caches[0].line_bytes = 128;
}

static void slow_instructions(MachineSpec *machine)
{
    machine->caches[0].latency_fs = NS(3);
    machine->caches[2].latency_fs = NS(2);
}

static void half_a_split_level_is_refused(void)
{
    refused(two_alike, "machine.caches[1].holds: \"instructions\" is one half of a first level; "
                       "caches[2] must be the other, holds = \"data\"");
    refused(only_one, "machine.caches[2].holds: \"data\" is one half of a first level; caches[1] "
                      "must be the other, holds = \"instructions\"");
    refused(further_down, "machine.caches[3].holds: only the first level is split: caches[1] and "
                          "caches[2]; this one holds \"all\"");
    refused(half_includes, "machine.caches[2].inclusion: there is no level above the first one "
                           "that it could include or exclude");
    refused(long_instruction_lines, "machine.caches[3].line: 64 B is below the 128 B of L1 above; "
                                    "lines may only grow");
    refused(slow_instructions, "machine.caches[3].latency: 2 ns is below the 3 ns of L1 above; "
                               "latencies are totals from the core");
}

/* The stream of a loop: its instructions, and data that do not fit. */
static GArray *loop_stream(AccessOp only, bool all)
{
    GArray *stream = g_array_new(FALSE, FALSE, sizeof(Access));

    for (uint64_t i = 0; i < 4000; i++) {
        const Access accesses[] = {
            { .addr = 0x400000 + i % 32 * 16, .bytes = 16, .op = ACCESS_FETCH },
            { .addr = 0x800000 + i * 8, .bytes = 8, .op = ACCESS_READ },
            { .addr = 0xC00000 + i * 8, .bytes = 8, .op = ACCESS_WRITE },
        };

        for (size_t k = 0; k < G_N_ELEMENTS(accesses); k++)
            if (all || (only == ACCESS_FETCH) == (accesses[k].op == ACCESS_FETCH))
                g_array_append_val(stream, accesses[k]);
    }
    return stream;
}

static void each_half_counts_as_if_it_were_alone(void)
{
    GArray *both = loop_stream(ACCESS_READ, true);

    for (int time = 0; time < 2; time++) {
        Rig rig;

        split_rig(&rig);
        cacherig_run(&rig, both, time);
        for (uint32_t half = 0; half < 2; half++) {
            const CacheConfig *config = &rig.point.machine->caches[half];
            GArray *own = loop_stream(half == 0 ? ACCESS_FETCH : ACCESS_READ, false);
            Rig alone;

            rig_init(&alone);
            rig_cache(&alone, config->size_bytes, config->line_bytes, config->ways);
            cacherig_run(&alone, own, time);
            CU_ASSERT(cacherig_same_counts(rig_level(&rig, half), rig_level(&alone, 0)));
            CU_ASSERT(rig_level(&alone, 0).reads > 0);
            rig_clear(&alone);
            g_array_unref(own);
        }
        CU_ASSERT_EQUAL(rig_level(&rig, 0).reads, 4000);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).fetches, 32 * 16 / 64);
        CU_ASSERT_EQUAL(rig_level(&rig, 2).reads,
                        rig_level(&rig, 0).fetches + rig_level(&rig, 1).fetches);
        CU_ASSERT(!time || cacherig_conserved(&rig));
        rig_clear(&rig);
    }
    g_array_unref(both);
}

/* In one cache data push instructions out; each for itself, they stay. */
static void data_do_not_push_instructions_out(void)
{
    Rig split, unified;
    GArray *stream = loop_stream(ACCESS_READ, true);

    split_rig(&split);
    rig_init(&unified);
    rig_cache(&unified, 512, 64, 8);
    split.point.machine->caches[0].size_bytes = 512;
    split.point.machine->caches[0].ways = 8;
    cacherig_run(&split, stream, true);
    cacherig_run(&unified, stream, true);
    CU_ASSERT_EQUAL(rig_level(&split, 0).read_misses, 8);
    CU_ASSERT(rig_level(&unified, 0).read_misses > 4000 / 8 + 8);
    g_array_unref(stream);
    rig_clear(&split);
    rig_clear(&unified);
}

/* One access: what it takes from issue to data. */
static Tick latency_of(AccessOp op, bool again)
{
    const Access accesses[] = { { .addr = 64, .bytes = 8, .op = (uint8_t)op },
                                { .addr = 64, .bytes = 8, .op = (uint8_t)op } };
    Rig rig;

    split_rig(&rig);
    rig.point.machine->caches[0].latency_fs = NS(1);
    rig.point.machine->caches[1].latency_fs = NS(3);
    rig.point.machine->caches[2].latency_fs = NS(10);
    rig_simple(&rig, 1e12, NS(100));
    AccessSource *first = rig_source(accesses, 1, 0), *second = rig_source(accesses, 1, 0);
    Tick took = rig_run_sources(&rig, &first);

    if (again)
        took = rig_run_sources(&rig, &second);
    source_free(first);
    source_free(second);
    rig_clear(&rig);
    return took;
}

static void latencies_are_totals_of_each_half(void)
{
    const Tick transfer = 64000; /* 64 B at 1 TB/s */

    CU_ASSERT_EQUAL(latency_of(ACCESS_FETCH, true), NS(1));
    CU_ASSERT_EQUAL(latency_of(ACCESS_READ, true), NS(3));
    CU_ASSERT_EQUAL(latency_of(ACCESS_FETCH, false), NS(100) + transfer);
    CU_ASSERT_EQUAL(latency_of(ACCESS_READ, false), NS(100) + transfer);
}

/* Both halves right above memory: what each moves is counted, with time and without. */
static void both_halves_may_stand_above_memory(void)
{
    static const char *const columns[] = { "memory_bytes", "mem_reads", "mem_writes" };
    const SystemOptions options = { 0 };
    uint64_t moved[2][3];

    for (int timing = 0; timing < 2; timing++) {
        Rig rig;

        rig_init(&rig);
        rig_cache(&rig, 4096, 64, 2)->holds = CACHE_HOLDS_DATA;
        rig_cache(&rig, 4096, 32, 2)->holds = CACHE_HOLDS_INSTRUCTIONS;
        rig_pattern(&rig, GEN_RANDOM, 1 << 16, 8)->write_fraction = 0.5;
        rig.point.machine->timing = timing;
        CU_ASSERT(machine_check(rig.point.machine, NULL));
        Row *row = system_run(&rig.point, &options, NULL);

        CU_ASSERT_PTR_NOT_NULL_FATAL(row);
        for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
            moved[timing][i] = row_find(row, columns[i])->count;
        CU_ASSERT(moved[timing][0] > 0);
        row_free(row);
        rig_clear(&rig);
    }
    CU_ASSERT(memcmp(moved[0], moved[1], sizeof moved[0]) == 0);
}

static CU_TestInfo tests[] = {
    TEST(half_a_split_level_is_refused),      TEST(each_half_counts_as_if_it_were_alone),
    TEST(data_do_not_push_instructions_out),  TEST(latencies_are_totals_of_each_half),
    TEST(both_halves_may_stand_above_memory), CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_split = { .pName = "split", .pTests = tests };
