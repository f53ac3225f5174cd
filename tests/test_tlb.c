/*
 * test_tlb - address translation: counts against lists, latencies and knees against formulas, pages against what they promise.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "cache/pages.h"
#include "cache_rig.h"
#include "system/system.h"

enum { ROUNDS = RIG_ROUNDS(200, 30), ACCESSES = 1500, PAGE = 4096, LINE = 64 };

static void add_tlb(Rig *rig, uint32_t entries, uint32_t ways, Tick latency_fs)
{
    TlbConfig *tlb = &rig->point.machine->tlb;

    if (!tlb->present)
        tlb->page_bytes = PAGE;
    tlb->present = true;
    tlb->levels[tlb->n_levels++] = (TlbLevel){ entries, ways, latency_fs };
}

/* ---- counts ---- */

/* Asks a list of pages in order of use; puts the page in front.  Returns whether it was among the first of its set. */
static bool list_has(GArray *list, uint64_t page, const TlbLevel *level)
{
    const uint32_t ways = level->ways ? level->ways : level->entries;
    const uint64_t sets = level->entries / ways;
    uint32_t before = 0;
    bool found = false;

    for (guint i = 0; i < list->len && !found; i++) {
        const uint64_t other = g_array_index(list, uint64_t, i);

        found = other == page;
        before += !found && other % sets == page % sets;
        if (found)
            g_array_remove_index(list, i);
    }
    g_array_prepend_val(list, page);
    return found && before < ways;
}

static TlbStats list_stats(const TlbConfig *config, const GArray *accesses)
{
    TlbStats stats = { .walks = 0 };
    GArray *lists[TLB_LEVELS_MAX];

    for (uint32_t i = 0; i < config->n_levels; i++)
        lists[i] = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    for (guint i = 0; i < accesses->len; i++) {
        const uint64_t page = g_array_index(accesses, Access, i).addr / config->page_bytes;
        uint32_t level = 0;

        for (; level < config->n_levels; level++) {
            stats.accesses[level]++;
            if (list_has(lists[level], page, &config->levels[level]))
                break;
            stats.misses[level]++;
        }
        stats.walks += level == config->n_levels;
    }
    for (uint32_t i = 0; i < config->n_levels; i++)
        g_array_unref(lists[i]);
    return stats;
}

static GArray *random_accesses(Rng *rng, uint32_t pages)
{
    GArray *all = g_array_new(FALSE, TRUE, sizeof(Access));

    for (int i = 0; i < ACCESSES; i++) {
        const uint64_t page =
            cacherig_draw(rng, 2) ? cacherig_draw(rng, pages) : cacherig_draw(rng, pages / 4 + 1);
        const Access access = { .addr = (UINT64_C(7) << 32) + page * PAGE +
                                        cacherig_draw(rng, PAGE / 8) * 8,
                                .bytes = 8,
                                .op = cacherig_draw(rng, 3) ? ACCESS_READ : ACCESS_WRITE };
        g_array_append_val(all, access);
    }
    return all;
}

/* Any TLBs, caches and timing. */
static void random_machine(Rig *rig, Rng *rng)
{
    TlbConfig *tlb = &rig->point.machine->tlb;
    Tick latency = 0;

    for (uint32_t n = 1 + cacherig_draw(rng, 3); n > 0; n--) {
        const uint32_t ways = cacherig_draw(rng, 5), sets = 1 + cacherig_draw(rng, 5);

        add_tlb(rig, (ways ? ways : 7) * sets, ways,
                cacherig_draw(rng, 2) ? cacherig_draw(rng, 5000000) : 0);
    }
    tlb->pages = cacherig_draw(rng, 3);
    tlb->walks_caches = cacherig_draw(rng, 2);
    tlb->walk_fs = tlb->walks_caches ? 0 : cacherig_draw(rng, 50000000);
    for (uint32_t n = cacherig_draw(rng, 3); n > 0; n--) {
        const uint32_t ways = 1 + cacherig_draw(rng, 4);
        CacheConfig *cache =
            rig_cache(rig, (uint64_t)LINE * ways << (4 + cacherig_draw(rng, 6)), LINE, ways);

        cache->latency_fs = latency += cacherig_draw(rng, 3000000);
        cache->mshrs = 1 + cacherig_draw(rng, 4);
        cache->write = cacherig_draw(rng, 3) ? CACHE_WRITE_BACK : CACHE_WRITE_THROUGH;
        cache->bandwidth_B_per_s = cacherig_draw(rng, 2) ? 20e9 : 0;
        cache->cores_per_instance = cacherig_draw(rng, 2);
    }
    rig_simple(rig, 1e9 + 1e6 * cacherig_draw(rng, 50000), latency + cacherig_draw(rng, 90000000));
    rig->point.machine->compute.window = 1 + cacherig_draw(rng, 16);
    rig->point.workload->dependent = cacherig_draw(rng, 4) == 0;
    CU_ASSERT_FATAL(machine_check(rig->point.machine, NULL));
}

static bool same_cache_counts(const Rig *a, const Rig *b)
{
    for (uint32_t i = 0; i < a->parts.n_levels; i++) {
        CacheStats x = rig_level(a, i), y = rig_level(b, i);

        x.mshr_merges = y.mshr_merges = 0; /* a matter of time */
        if (memcmp(&x, &y, sizeof x) != 0)
            return false;
    }
    return true;
}

static bool same_tlb_counts(TlbStats a, TlbStats b)
{
    return memcmp(a.accesses, b.accesses, sizeof a.accesses) == 0 &&
           memcmp(a.misses, b.misses, sizeof a.misses) == 0 && a.walks == b.walks;
}

static void counts_are_those_of_lists_timed_or_not(void)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        Rng rng = { .state = rng_at(5, seed) };
        Rig timed, counted;

        rig_init(&timed);
        random_machine(&timed, &rng);
        counted = timed;
        GArray *accesses = random_accesses(&rng, 4 + cacherig_draw(&rng, 60));
        const TlbConfig *tlb = &timed.point.machine->tlb;
        const TlbStats expected = list_stats(tlb, accesses);

        cacherig_run(&timed, accesses, true);
        cacherig_run(&counted, accesses, false);
        const TlbStats a = parts_tlb_stats(&timed.parts), b = parts_tlb_stats(&counted.parts);

        CU_ASSERT(same_tlb_counts(a, expected));
        CU_ASSERT(same_tlb_counts(b, expected));
        CU_ASSERT_EQUAL(a.walk_reads, tlb->walks_caches ? 4 * expected.walks : 0);
        CU_ASSERT_EQUAL(a.walk_reads, b.walk_reads);
        CU_ASSERT(same_cache_counts(&timed, &counted));
        CU_ASSERT_EQUAL(core_stats(timed.parts.cores[0]).accesses, ACCESSES);
        if (timed.parts.n_levels) {
            const CacheStats first = rig_level(&timed, 0);

            CU_ASSERT_EQUAL(rig_accesses(&first), ACCESSES + a.walk_reads);
        }
        g_array_unref(accesses);
        rig_again(&counted); /* the point is the other's */
        rig_clear(&timed);
    }
}

/* ---- latency ---- */

/* Dependent reads of n pages, one line in each, in a random order that repeats: all lines stay in the cache. */
static GArray *chase(uint32_t n, uint32_t passes)
{
    GArray *all = g_array_new(FALSE, TRUE, sizeof(Access));
    g_autofree uint32_t *order = g_new(uint32_t, n);
    Rng rng = { .state = 11 };

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t at = cacherig_draw(&rng, i + 1);

        order[i] = order[at];
        order[at] = i;
    }
    for (uint32_t i = 0; i < n * passes; i++) {
        const uint64_t page = order[i % n];
        const Access access = { .addr = page * PAGE + page % (PAGE / LINE) * LINE, .bytes = 8 };

        g_array_append_val(all, access);
    }
    return all;
}

enum { FIRST = 16, SECOND = 64 };

/* A level with LRU has all of a loop or nothing: formulas 1.1 and 1.10. */
static Tick expected_latency(uint32_t pages, Tick second_fs, Tick walk_fs)
{
    return NS(2) + (pages > FIRST ? second_fs : 0) + (pages > SECOND ? walk_fs : 0);
}

static void a_chase_shows_a_knee_where_each_tlb_is_full(void)
{
    static const uint32_t pages[] = { 1, 8, FIRST, FIRST + 1, 40, SECOND, SECOND + 1, 100 };

    for (size_t i = 0; i < G_N_ELEMENTS(pages); i++) {
        Rig rig;
        Tick time[2];

        rig_init(&rig);
        rig_cache(&rig, 1 << 20, LINE, 0)->latency_fs = NS(2);
        add_tlb(&rig, FIRST, 0, 0);
        add_tlb(&rig, SECOND, 0, NS(3));
        rig.point.machine->tlb.walk_fs = NS(25);
        rig.point.workload->dependent = true;
        rig_simple(&rig, 1e12, NS(80));
        for (int more = 0; more < 2; more++) { /* what more passes take */
            GArray *accesses = chase(pages[i], 2 + 4 * (uint32_t)more);

            rig_again(&rig);
            rig.times.end_fs = 0;
            cacherig_run(&rig, accesses, true);
            time[more] = rig.times.end_fs;
            g_array_unref(accesses);
        }
        CU_ASSERT_EQUAL(time[1] - time[0],
                        4 * pages[i] * expected_latency(pages[i], NS(3), NS(25)));
        rig_clear(&rig);
    }
}

/* A pattern in random order over more pages than entries: a page is there with probability entries / pages (1.6). */
static void random_lines_hit_as_the_share_of_their_pages(void)
{
    for (uint32_t pages = 32; pages <= 128; pages *= 2) {
        Rig rig;

        rig_init(&rig);
        rig_cache(&rig, 1 << 20, LINE, 16)->latency_fs = NS(2);
        add_tlb(&rig, FIRST, 0, 0);
        rig.point.machine->tlb.walk_fs = NS(25);
        rig_pattern(&rig, GEN_RANDOM, pages * PAGE, 8)->accesses = 50000;
        rig_run(&rig);
        const TlbStats stats = parts_tlb_stats(&rig.parts);
        const double p = 1 - (double)FIRST / pages;

        CU_ASSERT(fabs((double)stats.walks / 50000 - p) < 5 * sqrt(p * (1 - p) / 50000));
        CU_ASSERT_EQUAL((Tick)stats.wait_fs, stats.walks * NS(25));
        rig_clear(&rig);
    }
}

/* The first access of all: each table in turn, then the data, from memory each time. */
static void a_walk_reads_a_table_after_the_other(void)
{
    static const struct {
        uint64_t page_bytes;
        uint32_t tables;
    } cases[] = { { 4 << 10, 4 }, { 64 << 10, 4 }, { 2 << 20, 3 }, { 1 << 30, 2 } };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Access access = { .addr = UINT64_C(0x123456789000), .bytes = 8 };
        AccessSource *source = rig_source(&access, 1, 0);
        Rig rig;

        rig_init(&rig);
        rig_cache(&rig, 32768, LINE, 8)->latency_fs = NS(1);
        rig_simple(&rig, 64e9, NS(50)); /* 1 ns a line */
        add_tlb(&rig, 4, 0, 0);
        rig.point.machine->tlb.page_bytes = cases[i].page_bytes;
        rig.point.machine->tlb.walks_caches = true;
        const Tick time = rig_run_sources(&rig, &source);

        CU_ASSERT_EQUAL(parts_tlb_stats(&rig.parts).walk_reads, cases[i].tables);
        CU_ASSERT(time >= (cases[i].tables + 1) * NS(51));
        CU_ASSERT(time < (cases[i].tables + 1) * (NS(51) + 9));
        CU_ASSERT_EQUAL(rig_memory(&rig).reads, cases[i].tables + 1);
        source_free(source);
        rig_clear(&rig);
    }
}

/* Entries are 8 bytes, so a line of a table has those of eight pages; the tables above are there after the first walk. */
static void neighbouring_pages_share_a_line_of_their_table(void)
{
    Rig rig;
    GArray *accesses = g_array_new(FALSE, TRUE, sizeof(Access));

    rig_init(&rig);
    rig_cache(&rig, 1 << 20, LINE, 16);
    add_tlb(&rig, 4, 0, 0);
    rig.point.machine->tlb.walks_caches = true;
    for (uint64_t page = 0; page < 256; page++) {
        const Access access = { .addr = (UINT64_C(1) << 30) + page * PAGE, .bytes = 8 };

        g_array_append_val(accesses, access);
    }
    cacherig_run(&rig, accesses, false);
    CU_ASSERT_EQUAL(parts_tlb_stats(&rig.parts).walk_reads, 256 * 4);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).read_misses, 256 + 256 / 8 + 3);
    g_array_unref(accesses);
    rig_clear(&rig);
}

/* ---- the whole ---- */

/* All cores share an address space: what one has read is in the shared cache for the other; each has its own TLB. */
static void cores_share_pages_but_no_tlb(void)
{
    Rig rig;
    GArray *accesses = g_array_new(FALSE, TRUE, sizeof(Access));

    rig_init(&rig);
    rig.point.machine->cores = 2;
    rig_cache(&rig, 1 << 20, LINE, 16)->cores_per_instance = 0;
    add_tlb(&rig, 64, 0, 0);
    rig.point.machine->tlb.pages = PAGES_RANDOM;
    for (uint64_t page = 0; page < 32; page++) {
        const Access access = { .addr = page * PAGE, .bytes = 8 };

        g_array_append_val(accesses, access);
    }
    const Access *all = (const Access *)(const void *)accesses->data;
    AccessSource *sources[] = { rig_source(all, 32, 0), rig_source(all, 32, 0) };

    rig_count_sources(&rig, sources);
    CU_ASSERT_EQUAL(parts_tlb_stats(&rig.parts).walks, 64);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).read_misses, 32);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).hits, 32);
    source_free(sources[0]);
    source_free(sources[1]);
    g_array_unref(accesses);
    rig_clear(&rig);
}

static void the_columns_are_there_where_addresses_are_translated(void)
{
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, 1 << 20, LINE, 16);
    for (int on = 0; on < 2; on++) {
        const SystemOptions options = { .memory_time = false };

        if (on) {
            add_tlb(&rig, 16, 4, 0);
            rig.point.machine->tlb.walk_fs = NS(10);
        }
        Row *row = system_run(&rig.point, &options, NULL);

        CU_ASSERT_PTR_NOT_NULL_FATAL(row);
        CU_ASSERT_EQUAL(row_find(row, "tlb1_misses") != NULL, on);
        CU_ASSERT_PTR_NULL(row_find(row, "tlb2_misses"));
        if (on) {
            CU_ASSERT_EQUAL(row_find(row, "tlb1_accesses")->count, 131072);
            CU_ASSERT_EQUAL(row_find(row, "tlb_walks")->count, 256);
            CU_ASSERT(fabs(row_find(row, "tlb_wait_s")->real - 256 * 10e-9) < 1e-15);
        }
        row_free(row);
    }
    rig_clear(&rig);
}

static void arrays_are_not_told_apart_where_pages_are_moved(void)
{
    const SystemOptions options = { .arrays = true };
    GError *error = NULL;
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, 1 << 20, LINE, 16);
    rig.point.machine->tlb =
        (TlbConfig){ .present = true, .page_bytes = PAGE, .pages = PAGES_RANDOM };
    CU_ASSERT_PTR_NULL(system_run(&rig.point, &options, &error));
    CU_ASSERT(error && strstr(error->message, "machine.tlb.pages: counts by array need"));
    g_clear_error(&error);
    rig_clear(&rig);
}

static CU_TestInfo tests[] = {
    TEST(counts_are_those_of_lists_timed_or_not),
    TEST(a_chase_shows_a_knee_where_each_tlb_is_full),
    TEST(random_lines_hit_as_the_share_of_their_pages),
    TEST(a_walk_reads_a_table_after_the_other),
    TEST(neighbouring_pages_share_a_line_of_their_table),
    TEST(cores_share_pages_but_no_tlb),
    TEST(the_columns_are_there_where_addresses_are_translated),
    TEST(arrays_are_not_told_apart_where_pages_are_moved),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_tlb = { .pName = "tlb", .pTests = tests };
