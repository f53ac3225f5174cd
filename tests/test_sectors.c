/*
 * test_sectors - lines that are fetched and written back sector by sector.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "base/rng.h"
#include "cache_rig.h"
#include "system/system.h"

/* A GPU's first level: lines of 128 B in sectors of 32 B. */
static CacheConfig *sectored_rig(Rig *rig)
{
    rig_init(rig);
    CacheConfig *cache = rig_cache(rig, 4096, 128, 4);

    cache->sector_bytes = 32;
    return cache;
}

static void run_these(Rig *rig, const Access *accesses, size_t n, bool time)
{
    AccessSource *source = rig_source(accesses, n, 0);

    if (time)
        rig_run_sources(rig, &source);
    else
        rig_count_sources(rig, &source);
    source_free(source);
}

/* ---- refusals ---- */

static void refused(void (*spoil)(MachineSpec *machine), const char *message)
{
    Rig rig;

    sectored_rig(&rig);
    rig_cache(&rig, 65536, 128, 8)->sector_bytes = 32;
    CU_ASSERT(machine_check(rig.point.machine, NULL));
    spoil(rig.point.machine);
    rig_is_refused(&rig, message);
    rig_clear(&rig);
}

static void odd_sector(MachineSpec *machine)
{
    machine->caches[0].sector_bytes = 24;
}

static void long_sector(MachineSpec *machine)
{
    machine->caches[0].sector_bytes = 256;
}

static void tiny_sector(MachineSpec *machine)
{
    machine->caches[0].sector_bytes = 1;
}

static void shrinking_sector(MachineSpec *machine)
{
    machine->caches[1].sector_bytes = 16;
}

static void exclusive_sectors(MachineSpec *machine)
{
    machine->caches[1].inclusion = CACHE_EXCLUSIVE;
}

static void inclusive_sectors(MachineSpec *machine)
{
    machine->caches[1].inclusion = CACHE_INCLUSIVE;
    machine->caches[1].sector_bytes = 64;
}

static void sectors_that_make_no_sense_are_refused(void)
{
    refused(odd_sector, "machine.caches[1].sector: 24 B is not a power of two");
    refused(long_sector, "machine.caches[1].sector: 256 B is above the line of 128 B");
    refused(tiny_sector, "machine.caches[1].sector: 1 B is below a sixty-fourth of the line of 128 "
                         "B");
    refused(shrinking_sector, "machine.caches[2].sector: 16 B is below the 32 B that L1 above "
                              "fetches; sectors, as lines, may only grow");
    refused(exclusive_sectors, "machine.caches[2].inclusion: an exclusive level takes whole lines, "
                               "so neither it nor L1 above may have sectors");
    refused(inclusive_sectors,
            "machine.caches[2].inclusion: sectors of an inclusive level are those of the levels "
            "above, here 64 B and the 32 B of L1");
}

/* ---- counts by hand ---- */

static void a_miss_in_a_line_that_is_there_is_a_sector_miss(void)
{
    static const Access accesses[] = {
        { .addr = 0, .bytes = 4 },   /* line miss */
        { .addr = 28, .bytes = 4 },  /* hit */
        { .addr = 32, .bytes = 4 },  /* sector miss */
        { .addr = 60, .bytes = 8 },  /* two sectors: hit, sector miss */
        { .addr = 96, .bytes = 32 }, /* sector miss */
        { .addr = 128, .bytes = 4 }, /* line miss */
    };

    for (int time = 0; time < 2; time++) {
        Rig rig;

        sectored_rig(&rig)->classify = true;
        run_these(&rig, accesses, G_N_ELEMENTS(accesses), time);
        const CacheStats stats = rig_level(&rig, 0);

        CU_ASSERT_EQUAL(stats.reads, 7);
        CU_ASSERT_EQUAL(stats.hits, 2);
        CU_ASSERT_EQUAL(stats.read_misses, 5);
        CU_ASSERT_EQUAL(stats.sector_misses, 3);
        CU_ASSERT_EQUAL(stats.kinds.compulsory, 2);
        CU_ASSERT_EQUAL(stats.kinds.capacity + stats.kinds.conflict, 0);
        CU_ASSERT_EQUAL(stats.fetches, 5);
        if (time)
            CU_ASSERT_EQUAL(rig_memory(&rig).read_bytes, 5 * 32);
        rig_clear(&rig);
    }
}

/* Of each line that leaves, the sectors that were written go down, no byte more. */
static void only_dirty_sectors_are_written_back(void)
{
    for (int time = 0; time < 2; time++) {
        Rig rig;
        Access accesses[4 * 64];

        sectored_rig(&rig);
        for (uint64_t line = 0; line < 64; line++) { /* 32 of them fit */
            Access *at = &accesses[4 * line];

            at[0] = (Access){ .addr = line * 128, .bytes = 8, .op = ACCESS_WRITE };
            at[1] = (Access){ .addr = line * 128 + 32, .bytes = 8, .op = ACCESS_READ };
            at[2] = (Access){ .addr = line * 128 + 64, .bytes = 32, .op = ACCESS_WRITE };
            at[3] = (Access){ .addr = line * 128 + 68, .bytes = 4, .op = ACCESS_READ };
        }
        run_these(&rig, accesses, G_N_ELEMENTS(accesses), time);
        const CacheStats stats = rig_level(&rig, 0);

        CU_ASSERT_EQUAL(stats.writebacks, 32 * 2);
        CU_ASSERT_EQUAL(stats.fetches, 64 * 2); /* a whole sector is written without a fetch */
        CU_ASSERT_EQUAL(stats.sector_misses, 64 * 2);
        CU_ASSERT_EQUAL(rig_dirty_lines(&rig, 0), 32);
        if (time)
            CU_ASSERT_EQUAL(rig_memory(&rig).write_bytes, 32 * 2 * 32);
        rig_clear(&rig);
    }
}

/* 64 lines of so many sectors of 32 B are written, those sectors that have a bit; 32 lines fit. */
static void write_sectors(uint32_t n_sectors, uint64_t mask)
{
    const uint32_t line_bytes = n_sectors * 32;
    const uint32_t n = (uint32_t)__builtin_popcountll(mask);
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, 32 * line_bytes, line_bytes, 4)->sector_bytes = 32;
    g_autofree Access *accesses = g_new(Access, 64 * n);
    Access *at = accesses;

    for (uint64_t line = 0; line < 64; line++)
        for (uint64_t bits = mask; bits; bits &= bits - 1)
            *at++ = (Access){ .addr = line * line_bytes + (uint64_t)__builtin_ctzll(bits) * 32,
                              .bytes = 32,
                              .op = ACCESS_WRITE };
    run_these(&rig, accesses, 64 * n, true);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).writebacks, 32 * n);
    CU_ASSERT_EQUAL(rig_memory(&rig).writes, 32 * n);
    CU_ASSERT_EQUAL(rig_memory(&rig).write_bytes, 32 * n * 32);
    rig_clear(&rig);
}

/* Neighbours, gaps, lines of few and of many sectors: each sector is a write of its own. */
static void dirty_sectors_go_to_memory_one_by_one(void)
{
    Rng rng = { .state = 1 };

    for (uint64_t mask = 1; mask < 16; mask++)
        write_sectors(4, mask);
    for (int i = 0; i < 20; i++) {
        write_sectors(8, 1 + rng_next(&rng) % 255);
        write_sectors(16, 1 + rng_next(&rng) % 65535);
        write_sectors(64, rng_next(&rng) | 1);
    }
}

/* Loads of 4 B, s of them apart, by the 32 threads of a warp, touch min(32, 4 s) sectors (without sectors: the lines of
 * 128 B). */
static void a_strided_warp_moves_its_sectors(void)
{
    const SystemOptions options = { 0 };

    for (uint64_t s = 1; s <= 64; s *= 2)
        for (int variant = 0; variant < 4; variant++) {
            const uint32_t sector = variant & 1 ? 32 : 128;
            Rig rig;

            sectored_rig(&rig)->sector_bytes = sector;
            rig.point.machine->timing = variant & 2;
            PatternConfig *pattern = rig_pattern(&rig, GEN_STRIDED, 32 * 4 * s, 4);

            pattern->stride_bytes = 4 * s;
            Row *row = system_run(&rig.point, &options, NULL);

            CU_ASSERT_PTR_NOT_NULL_FATAL(row);
            CU_ASSERT_EQUAL(row_find(row, "accesses")->count, 32);
            CU_ASSERT_EQUAL(row_find(row, "memory_bytes")->count,
                            sector == 32 ? MIN(32, 4 * s) * 32 : MIN(32, s) * 128);
            CU_ASSERT_EQUAL(row_find(row, "l1_sector_misses") != NULL, sector == 32);
            row_free(row);
            rig_clear(&rig);
        }
}

/* How long so many passes over 4 KiB take, of loads of 4 bytes s of them apart; a sector takes 1 ns. */
static Tick strided_time(uint64_t s, uint64_t passes)
{
    Rig rig;

    sectored_rig(&rig)->bandwidth_B_per_s = 32e9;
    PatternConfig *pattern = rig_pattern(&rig, GEN_STRIDED, 4096, 4);

    pattern->stride_bytes = 4 * s;
    pattern->accesses = passes * 4096 / pattern->stride_bytes;
    const Tick took = rig_run(&rig);

    rig_clear(&rig);
    return took;
}

/* Of the bandwidth, too, a warp takes its sectors: as many cycles on an A100, with 128 bytes a cycle, as measured by
 * gpu-benches (gpu-strides: 2.0, 4.0 and 8.0 for s of 2, 4 and 8), where banks are not of words. */
static void a_strided_warp_takes_the_time_of_its_sectors(void)
{
    for (uint64_t s = 1; s <= 64; s *= 2) {
        const uint64_t warps = 4096 / (32 * 4 * s);
        const uint64_t sectors = s <= 32 ? warps * MIN(32, 4 * s) : 4096 / (4 * s);

        CU_ASSERT_EQUAL(strided_time(s, 12) - strided_time(s, 2), 10 * sectors * NS(1));
        CU_ASSERT(strided_time(s, 1) >= sectors * NS(1));
    }
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
    return b == 0 ? a : gcd(b, a % b);
}

/* 32 banks of words, which take 128 bytes a nanosecond. */
static void set_banks(CacheConfig *cache)
{
    cache->bandwidth_B_per_s = 128e9;
    cache->banks = 32;
    cache->bank_bytes = 4;
}

/* The core of the rig asks for what it likes at once. */
static void unlimit(Rig *rig)
{
    rig->point.machine->compute.issue = rig->point.machine->compute.window = 0;
}

/* How long so many accesses at once take, above a memory of 100 ns; the rig is cleared. */
static Tick time_at_once(Rig *rig, const Access *accesses, size_t n)
{
    AccessSource *source = rig_source(accesses, n, 0);

    unlimit(rig);
    rig_simple(rig, 1e15, NS(100));
    const Tick took = rig_run_sources(rig, &source);

    source_free(source);
    rig_clear(rig);
    return took;
}

/* How long so many passes take over 256 words of 4 bytes, s of them apart, in 32 banks of a word a nanosecond each and with
 * four lines looked up a nanosecond. */
static Tick word_time(uint64_t s, uint64_t passes)
{
    Rig rig;
    CacheConfig *cache = sectored_rig(&rig);

    cache->size_bytes = 65536;
    set_banks(cache);
    cache->lookups_Hz = 4e9;
    unlimit(&rig);
    PatternConfig *pattern = rig_pattern(&rig, GEN_STRIDED, 256 * 4 * s, 4);

    pattern->stride_bytes = 4 * s;
    pattern->accesses = 256 * passes;
    const Tick took = rig_run(&rig);

    rig_clear(&rig);
    return took;
}

/* A warp waits for the bank that it asks for the most words, or for its lines to be looked up: cycles measured on an A100 by
 * gpu-benches (gpu-strides): 4.0, 8.0, 16.0, 32.0 for s of 4, 8, 16, 32; 2.2, 7.0, 8.5 for 5, 25, 31. */
static void a_strided_warp_waits_for_banks_of_words_or_lookups_of_lines(void)
{
    for (uint64_t s = 1; s <= 64; s++) {
        const uint64_t banks = 4 * gcd(s, 32), lookups = MIN(s, 32); /* quarters of a nanosecond */

        CU_ASSERT_EQUAL(word_time(s, 60) - word_time(s, 40),
                        20 * 8 * MAX(banks, lookups) * NS(1) / 4);
    }
}

/* Words that follow each other lie in banks of their own, and one that several ask for is read once. */
static void neighbours_take_banks_of_their_own_and_equals_none(void)
{
    Access same[64], apart[64];
    Tick took[2];

    for (uint32_t i = 0; i < 64; i++) {
        same[i] = (Access){ .addr = 4 * (i / 32), .bytes = 4 };
        apart[i] = (Access){ .addr = i % 2 * 128, .bytes = 4 };
    }
    for (int k = 0; k < 2; k++) {
        Rig rig;

        set_banks(sectored_rig(&rig));
        took[k] = time_at_once(&rig, k ? apart : same, 64);
    }
    CU_ASSERT(took[0] <= NS(102));
    CU_ASSERT(took[1] >= NS(64)); /* one bank */
}

/* How long 64 accesses of 4 bytes take, at once, each to a line of its own; the rig is cleared. */
static Tick time_of_64_lines(Rig *rig, AccessOp op)
{
    Access accesses[64];

    for (uint32_t i = 0; i < 64; i++)
        accesses[i] = (Access){ .addr = 128 * i, .bytes = 4, .op = (uint8_t)op };
    return time_at_once(rig, accesses, 64);
}

/* The words lie in one of 32 banks. */
static Tick one_bank_time(AccessOp op, bool allocate)
{
    Rig rig;
    CacheConfig *cache = sectored_rig(&rig);

    cache->size_bytes = 65536;
    cache->write = CACHE_WRITE_THROUGH;
    cache->allocate = allocate;
    cache->mshrs = 64;
    set_banks(cache);
    return time_of_64_lines(&rig, op);
}

/* They take the time of their sectors, a quarter of a nanosecond each, and no bank. */
static void writes_that_are_not_put_in_pass_by_the_banks_of_words(void)
{
    CU_ASSERT(one_bank_time(ACCESS_READ, false) >= NS(100) + 63 * NS(1));
    CU_ASSERT(one_bank_time(ACCESS_WRITE, true) >= NS(100) + 63 * NS(1));
    const Tick passed = one_bank_time(ACCESS_WRITE, false);

    CU_ASSERT(passed >= NS(100) + 63 * NS(1) / 4 && passed < NS(100) + 20 * NS(1));
}

/* Below a first level each request is looked up, and takes its words. */
static void a_lower_level_is_looked_up_and_has_banks_of_words_as_well(void)
{
    Tick took[3];

    for (int k = 0; k < 3; k++) {
        Rig rig;

        sectored_rig(&rig)->mshrs = 64;
        CacheConfig *below = rig_cache(&rig, 65536, 128, 4);

        below->mshrs = 64;
        below->bandwidth_B_per_s = 1e15;
        if (k == 1)
            below->lookups_Hz = 1e9;
        if (k == 2) {
            below->sector_bytes = 32;
            below->bandwidth_B_per_s = 32e9;
            below->banks = 8;
            below->bank_bytes = 4;
        }
        took[k] = time_of_64_lines(&rig, ACCESS_READ);
    }
    CU_ASSERT(took[0] < NS(102));
    CU_ASSERT(took[1] >= NS(163) && took[1] < NS(166)); /* a lookup a nanosecond */
    CU_ASSERT(took[2] >= NS(163) && took[2] < NS(166)); /* all eight banks for one sector */
}

/* Of each line two sectors are fetched, one for 4 bytes, one for 8; a third is written as a whole, without a fetch. */
static void useful_bytes_are_those_of_fetched_sectors(void)
{
    for (int time = 0; time < 2; time++) {
        Rig rig;
        Access accesses[3 * 64];

        sectored_rig(&rig)->useful = true;
        for (uint64_t line = 0; line < 64; line++) {
            accesses[3 * line] = (Access){ .addr = line * 128, .bytes = 4 };
            accesses[3 * line + 1] =
                (Access){ .addr = line * 128 + 32, .bytes = 32, .op = ACCESS_WRITE };
            accesses[3 * line + 2] = (Access){ .addr = line * 128 + 64, .bytes = 8 };
        }
        run_these(&rig, accesses, G_N_ELEMENTS(accesses), time);
        const CacheStats stats = rig_level(&rig, 0);

        CU_ASSERT_EQUAL(stats.used.bytes, 64 * 12);
        CU_ASSERT_EQUAL(stats.used.lines[1], 64);
        CU_ASSERT_EQUAL(stats.fetches, 64 * 2);
        rig_clear(&rig);
    }
}

/* ---- time ---- */

/* Two reads at once, with one MSHR or two: how long they take. */
static Tick two_reads(uint64_t first, uint64_t second, uint32_t mshrs)
{
    const Access accesses[] = { { .addr = first, .bytes = 4 }, { .addr = second, .bytes = 4 } };
    Rig rig;

    sectored_rig(&rig)->mshrs = mshrs;
    return time_at_once(&rig, accesses, 2) / NS(1);
}

static void an_mshr_is_for_a_sector(void)
{
    CU_ASSERT_EQUAL(two_reads(0, 4, 1), 100);  /* of one sector: they share it */
    CU_ASSERT_EQUAL(two_reads(0, 32, 2), 100); /* of two: each has one */
    CU_ASSERT_EQUAL(two_reads(0, 32, 1), 200);
    CU_ASSERT_EQUAL(two_reads(0, 128, 1), 200);
}

/* A sector that is there does not wait for another one of its line. */
static void a_hit_does_not_wait_for_another_sector(void)
{
    const Access accesses[] = { { .addr = 0, .bytes = 4 },
                                { .addr = 32, .bytes = 4 },
                                { .addr = 0, .bytes = 4 } };
    AccessSource *first = rig_source(accesses, 1, 0), *rest = rig_source(accesses + 1, 2, 0);
    Rig rig;

    sectored_rig(&rig)->latency_fs = NS(1);
    rig_simple(&rig, 1e15, NS(100));
    rig_run_sources(&rig, &first);
    core_reset_stats(rig.parts.cores[0]);
    rig_run_sources(&rig, &rest);
    const CoreStats stats = core_stats(rig.parts.cores[0]);

    CU_ASSERT_EQUAL((Tick)stats.latency_fs / NS(1), 101);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).mshr_merges, 0);
    source_free(first);
    source_free(rest);
    rig_clear(&rig);
}

static CU_TestInfo tests[] = {
    TEST(sectors_that_make_no_sense_are_refused),
    TEST(a_miss_in_a_line_that_is_there_is_a_sector_miss),
    TEST(only_dirty_sectors_are_written_back),
    TEST(dirty_sectors_go_to_memory_one_by_one),
    TEST(a_strided_warp_moves_its_sectors),
    TEST(a_strided_warp_takes_the_time_of_its_sectors),
    TEST(a_strided_warp_waits_for_banks_of_words_or_lookups_of_lines),
    TEST(neighbours_take_banks_of_their_own_and_equals_none),
    TEST(writes_that_are_not_put_in_pass_by_the_banks_of_words),
    TEST(a_lower_level_is_looked_up_and_has_banks_of_words_as_well),
    TEST(useful_bytes_are_those_of_fetched_sectors),
    TEST(an_mshr_is_for_a_sector),
    TEST(a_hit_does_not_wait_for_another_sector),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_sectors = { .pName = "sectors", .pTests = tests };
