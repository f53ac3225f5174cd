/*
 * test_victim - a victim cache is an exclusive, fully associative level of a few lines: as Jouppi describes it.
 *
 * Source: Jouppi, "Improving direct-mapped cache performance by the addition of a small fully-associative cache and prefetch
 * buffers", ISCA 1990, section 3.2.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache_rig.h"

enum { LINE = 16, SETS = 256, ENTRIES_MAX = 15 };

/* The paper's first level, 4 KiB in lines of 16 B, direct-mapped, and a victim cache of some entries; 0: none. */
static void paper_rig(Rig *rig, uint32_t entries)
{
    rig_init(rig);
    rig_cache(rig, (uint64_t)SETS * LINE, LINE, 1)->latency_fs = NS(1);
    if (entries > 0) {
        CacheConfig *victims = rig_cache(rig, (uint64_t)entries * LINE, LINE, 0);

        victims->inclusion = CACHE_EXCLUSIVE;
        victims->latency_fs = NS(2);
    }
    rig_simple(rig, 1e15, NS(20));
    CU_ASSERT(machine_check(rig->point.machine, NULL));
}

/* ---- the paper's words as a program ---- */

typedef struct {
    bool valid, dirty;
    uint64_t line;
} Entry;

typedef struct {
    Entry level[SETS];
    Entry victims[ENTRIES_MAX + 1]; /* the latest victim first */
    uint32_t entries;
    uint64_t hits, swaps, misses, writebacks;
} Jouppi;

/* The victim goes in front; the last one leaves. */
static void put_victim(Jouppi *jouppi, Entry victim)
{
    if (!victim.valid)
        return;
    memmove(&jouppi->victims[1], &jouppi->victims[0], ENTRIES_MAX * sizeof(Entry));
    jouppi->victims[0] = victim;
    Entry *last = &jouppi->victims[jouppi->entries];

    jouppi->writebacks += last->valid && last->dirty;
    last->valid = false;
}

/* Take the line out of the victim cache.  Returns it, not valid if it is not there. */
static Entry take_out(Jouppi *jouppi, uint64_t line)
{
    for (uint32_t i = 0; i < jouppi->entries; i++) {
        const Entry found = jouppi->victims[i];

        if (!found.valid || found.line != line)
            continue;
        memmove(&jouppi->victims[i], &jouppi->victims[i + 1],
                (size_t)(ENTRIES_MAX - i) * sizeof(Entry));
        return found;
    }
    return (Entry){ .valid = false };
}

static void jouppi_access(Jouppi *jouppi, const Access *access)
{
    const uint64_t line = access->addr / LINE;
    Entry *at = &jouppi->level[line % SETS];

    if (at->valid && at->line == line) {
        jouppi->hits++;
    } else {
        const Entry found = take_out(jouppi, line);

        jouppi->swaps += found.valid;
        jouppi->misses += !found.valid;
        put_victim(jouppi, *at);
        *at = (Entry){ .valid = true, .dirty = found.valid && found.dirty, .line = line };
    }
    at->dirty = at->dirty || access->op == ACCESS_WRITE;
}

/* Runs, and lines of one set in turn. */
static GArray *conflicting_accesses(uint64_t seed)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Access));
    Rng rng = { .state = seed };
    uint64_t addr = 0;

    for (int i = 0; i < 20000; i++) {
        const uint32_t kind = cacherig_draw(&rng, 8);

        if (kind == 0)
            addr = rng_below(rng_next(&rng), 4 * SETS * LINE / 4) * 4;
        else if (kind < 5) /* the same set again */
            addr = (addr + (uint64_t)SETS * LINE * cacherig_draw(&rng, 4)) % (4 * SETS * LINE);
        const Access access = { .addr = addr,
                                .bytes = 4,
                                .op = cacherig_draw(&rng, 3) ? ACCESS_READ : ACCESS_WRITE };

        g_array_append_val(all, access);
        addr += kind < 5 ? 0 : 4;
    }
    return all;
}

static void an_exclusive_level_of_a_few_lines_is_a_victim_cache(void)
{
    static const uint32_t entries[] = { 1, 2, 4, 5, 15 };

    for (size_t e = 0; e < G_N_ELEMENTS(entries); e++)
        for (int time = 0; time < 2; time++) {
            GArray *accesses = conflicting_accesses(e + 1);
            Jouppi *jouppi = g_new0(Jouppi, 1);
            Rig rig;

            jouppi->entries = entries[e];
            for (guint i = 0; i < accesses->len; i++)
                jouppi_access(jouppi, &g_array_index(accesses, Access, i));
            paper_rig(&rig, entries[e]);
            cacherig_run(&rig, accesses, time);
            const CacheStats level = rig_level(&rig, 0), victims = rig_level(&rig, 1);

            CU_ASSERT(jouppi->swaps > 500 && jouppi->writebacks > 500);
            CU_ASSERT_EQUAL(level.hits, jouppi->hits);
            CU_ASSERT_EQUAL(victims.hits, jouppi->swaps);
            CU_ASSERT_EQUAL(victims.read_misses, jouppi->misses);
            CU_ASSERT_EQUAL(victims.writebacks, jouppi->writebacks);
            if (time)
                CU_ASSERT_EQUAL(rig_memory(&rig).reads, jouppi->misses);
            g_array_unref(accesses);
            g_free(jouppi);
            rig_clear(&rig);
        }
}

/* ---- the paper's example ---- */

/* Two strings of n bytes, compared byte by byte, in places of the same sets. */
static GArray *string_compare(uint64_t n)
{
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Access));

    for (uint64_t i = 0; i < 2 * n; i++) {
        const Access access = { .addr = i % 2 * 16 * SETS * LINE + i / 2, .bytes = 1 };

        g_array_append_val(all, access);
    }
    return all;
}

/* Direct-mapped, each byte misses; one victim line leaves the compulsory misses, and a comparison takes the time of swaps
 * instead of that of memory. */
static void one_line_ends_the_conflict_of_two_strings(void)
{
    enum { N = 1024 };
    GArray *accesses = string_compare(N);
    Tick took[2];

    for (uint32_t entries = 0; entries < 2; entries++) {
        Rig rig;
        AccessSource *source = rig_source((const Access *)(const void *)accesses->data, 2 * N, 0);

        paper_rig(&rig, entries);
        rig.point.machine->compute.window = 1;
        took[entries] = rig_run_sources(&rig, &source);
        source_free(source);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).hits, 0);
        CU_ASSERT_EQUAL(rig_memory(&rig).reads, entries ? 2 * N / LINE : 2 * N);
        rig_clear(&rig);
    }
    CU_ASSERT_EQUAL(took[0] / NS(1), 2 * N * 20);
    CU_ASSERT_EQUAL(took[1] / NS(1), 2 * N / LINE * 20 + (2 * N - 2 * N / LINE) * 2);
    g_array_unref(accesses);
}

static CU_TestInfo tests[] = {
    TEST(an_exclusive_level_of_a_few_lines_is_a_victim_cache),
    TEST(one_line_ends_the_conflict_of_two_strings),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_victim = { .pName = "victim", .pTests = tests };
