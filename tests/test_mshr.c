/*
 * test_mshr - outstanding misses: the table itself, merging, and what their number does to time.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>

#include "cache/mshr.h"
#include "rig.h"

enum { LINE = 64, READS = 600 };

/* ---- the table against a list ---- */

typedef struct {
    uint64_t line; /* the first of n */
    uint32_t n;
    Tick ready_fs; /* TICK_PENDING: not known yet */
    uint32_t entry;
} Taken;

/* The latest ready time of a line that is on its way; 0: none. */
static Tick list_find(const GArray *list, uint64_t line, Tick now)
{
    Tick latest = 0;

    for (guint i = 0; i < list->len; i++) {
        const Taken *taken = &g_array_index(list, Taken, i);

        if (line - taken->line < taken->n && taken->ready_fs > now)
            latest = MAX(latest, taken->ready_fs);
    }
    return latest;
}

/* A place is free when it is neither pending nor, at now, on its way. */
static guint in_use(const GArray *list, Tick now)
{
    guint used = 0;

    for (guint i = 0; i < list->len; i++)
        used += g_array_index(list, Taken, i).ready_fs > now;
    return used;
}

static void check_table(Mshr *mshr, const GArray *list, uint64_t lines, Tick now)
{
    for (uint64_t line = 0; line < lines; line++) {
        const MshrEntry *entry = mshr_find(mshr, line, now);
        const Tick expected = list_find(list, line, now);

        CU_ASSERT_EQUAL(entry != NULL, expected != 0);
        if (entry)
            CU_ASSERT(line - entry->line < entry->n && entry->ready_fs > now);
    }
}

/* Give the pending entries a time, in any order, until the table has room. */
static void settle(Mshr *mshr, GArray *list, Rng *rng, Tick now)
{
    for (guint i = 0; i < list->len; i++) {
        Taken *taken = &g_array_index(list, Taken, i);

        if (taken->ready_fs != TICK_PENDING || rng_below(rng_next(rng), 2))
            continue;
        taken->ready_fs = now + rng_below(rng_next(rng), 50);
        mshr_ready(mshr, taken->entry, taken->ready_fs);
    }
}

/* A line, or up to four sectors of one, is sent for, at a time at which the table has room; of some it is known when they
 * come. */
static void send_for(Mshr *mshr, GArray *list, Rng *rng, uint64_t line, Tick now)
{
    Taken taken = { .line = line, .n = 1, .ready_fs = TICK_PENDING };

    if (rng_below(rng_next(rng), 2)) {
        const uint32_t rest =
            (1U << mshr->line_log2) - (uint32_t)(line & ((1U << mshr->line_log2) - 1));
        const uint32_t first = 1 + (uint32_t)rng_below(rng_next(rng), rest);

        taken.n = first + (uint32_t)rng_below(rng_next(rng), rest - first + 1);
        taken.entry = mshr_take(mshr, line, first, NULL, now);
        for (uint32_t i = first; i < taken.n; i++)
            mshr_extend(mshr, taken.entry, 1);
        CU_ASSERT(taken.entry < mshr->size);
    } else {
        taken.ready_fs = now + rng_below(rng_next(rng), 50);
        mshr_book(mshr, line, taken.ready_fs, now);
    }
    g_array_append_val(list, taken);
}

static void check_room(Mshr *mshr, const GArray *list, Rng *rng, Tick now)
{
    const guint left = mshr->size - in_use(list, now);
    const uint32_t reserve = (uint32_t)rng_below(rng_next(rng), mshr->size);

    CU_ASSERT_EQUAL(mshr_spare(mshr, reserve, now), left > reserve);
}

/* rarely: what is on its way is looked for only now and then, and nobody asks how much room there is. */
static void run_table(uint32_t entries, uint32_t sectors, bool rarely)
{
    Mshr mshr;
    Rng rng = { .state = entries };
    GArray *list = g_array_new(FALSE, FALSE, sizeof(Taken));
    const uint64_t lines = 1 + 2 * (uint64_t)entries;
    Tick now = 0;

    mshr_init(&mshr, entries, sectors);
    for (int i = 0; i < 500; i++) {
        now += rng_below(rng_next(&rng), 10);
        CU_ASSERT_EQUAL(mshr_free_at(&mshr) <= now, in_use(list, now) < entries);
        if (mshr_free_at(&mshr) <= now)
            send_for(&mshr, list, &rng, rng_below(rng_next(&rng), lines), now);
        if (rarely && i % 50 < 49)
            continue;
        check_room(&mshr, list, &rng, now);
        check_table(&mshr, list, lines, now);
        settle(&mshr, list, &rng, now);
        check_table(&mshr, list, lines, now);
    }
    mshr_clear(&mshr);
    g_array_unref(list);
}

static void the_table_finds_what_is_on_its_way(void)
{
    for (uint32_t entries = 1; entries <= 9; entries++)
        run_table(entries, 1 + 3 * (entries > 4), entries % 2);
    run_table(33, 1, false);
    run_table(33, 4, false);
    run_table(400, 1, true);
    run_table(400, 4, true);
}

/* ---- what their number does ---- */

/* A cache that never hits again in front of a memory of latency and bandwidth. */
static void streaming_rig(Rig *rig, uint32_t mshrs, Tick latency_fs, double bandwidth_B_per_s)
{
    CacheConfig *cache;

    rig_init(rig);
    rig->point.machine->compute.window = 0;
    cache = rig_cache(rig, 4096, LINE, 4);
    cache->latency_fs = NS(2);
    cache->mshrs = mshrs;
    rig_simple(rig, bandwidth_B_per_s, latency_fs);
    rig_pattern(rig, GEN_SEQUENTIAL, READS * LINE, LINE);
}

static void one_mshr_serialises_misses(void)
{
    Rig rig;

    streaming_rig(&rig, 1, NS(50), 64e9); /* a line takes 1 ns */
    CU_ASSERT_EQUAL(rig_run(&rig), READS * NS(51));
    rig_clear(&rig);
}

/* READS / m rounds of one latency each; the channel's own time is a femtosecond a line. */
static void m_mshrs_move_m_lines_a_latency(void)
{
    for (uint32_t m = 1; m <= 32; m++) {
        Rig rig;

        streaming_rig(&rig, m, NS(50), 64e15);
        const Tick time = rig_run(&rig);
        const Tick rounds = (READS + m - 1) / m;

        CU_ASSERT(time >= rounds * NS(50));
        CU_ASSERT(time <= rounds * (NS(50) + m));
        rig_clear(&rig);
    }
}

/* Enough of them: the channel never waits. */
static void with_enough_mshrs_bandwidth_is_the_limit(void)
{
    Rig rig;

    streaming_rig(&rig, 52, NS(50), 64e9);
    CU_ASSERT_EQUAL(rig_run(&rig), NS(50) + READS * NS(1));
    rig_clear(&rig);
    streaming_rig(&rig, 25, NS(50), 64e9); /* half of it: 25 lines in 51 ns */
    const Tick time = rig_run(&rig);

    CU_ASSERT(time >= READS / 25 * NS(51));
    CU_ASSERT(time <= READS / 25 * NS(51) + NS(25));
    rig_clear(&rig);
}

/* The second level has one: it is the same, after the way through the first. */
static void one_mshr_of_a_lower_level_serialises_as_well(void)
{
    Rig rig;

    streaming_rig(&rig, 16, NS(50), 64e9);
    CacheConfig *second = rig_cache(&rig, 8192, LINE, 4);

    second->latency_fs = NS(6);
    second->mshrs = 1;
    CU_ASSERT_EQUAL(rig_run(&rig), NS(2) + READS * NS(49));
    rig_clear(&rig);
}

/* ---- merging ---- */

static void accesses_to_a_line_in_flight_merge(void)
{
    Rig rig;

    streaming_rig(&rig, 16, NS(50), 64e9);
    rig.point.machine->compute.window = 16;
    rig_pattern(&rig, GEN_SEQUENTIAL, READS * LINE, 8);
    rig_run(&rig);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).hits, 7 * READS);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).mshr_merges, 7 * READS);
    CU_ASSERT_EQUAL(rig_memory(&rig).reads, READS);
    rig_clear(&rig);
}

static void accesses_that_wait_for_their_data_do_not_merge(void)
{
    Rig rig;

    streaming_rig(&rig, 16, NS(50), 64e9);
    rig_pattern(&rig, GEN_SEQUENTIAL, READS * LINE, 8);
    rig.point.workload->dependent = true;
    rig_run(&rig);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).hits, 7 * READS);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).mshr_merges, 0);
    rig_clear(&rig);
}

/* The one that merges has its data when the line comes, not before and not later. */
static void a_merged_read_ends_with_the_line(void)
{
    const Access accesses[] = { { .addr = 0, .bytes = 8 }, { .addr = 8, .bytes = 8 } };
    AccessSource *source = rig_source(accesses, 2, 0);
    Rig rig;

    streaming_rig(&rig, 16, NS(50), 64e9);
    CU_ASSERT_EQUAL(rig_run_sources(&rig, &source), NS(51));
    CU_ASSERT_EQUAL(rig_level(&rig, 0).mshr_merges, 1);
    source_free(source);
    rig_clear(&rig);
}

/* Two private caches miss on one line: the shared level below fetches it once. */
static void two_cores_merge_in_the_level_they_share(void)
{
    const Access access = { .addr = 4096, .bytes = 8 };
    AccessSource *sources[] = { rig_source(&access, 1, 0), rig_source(&access, 1, 0) };
    Rig rig;

    streaming_rig(&rig, 16, NS(50), 64e9);
    rig.point.machine->cores = 2;
    CacheConfig *second = rig_cache(&rig, 8192, LINE, 4);

    second->latency_fs = NS(6);
    second->cores_per_instance = 0;
    CU_ASSERT_EQUAL(rig_run_sources(&rig, sources), NS(51));
    CU_ASSERT_EQUAL(rig_level(&rig, 0).mshr_merges, 0);
    CU_ASSERT_EQUAL(rig_level(&rig, 0).fetches, 2);
    CU_ASSERT_EQUAL(rig_level(&rig, 1).hits, 1);
    CU_ASSERT_EQUAL(rig_level(&rig, 1).mshr_merges, 1);
    CU_ASSERT_EQUAL(rig_memory(&rig).reads, 1);
    source_free(sources[0]);
    source_free(sources[1]);
    rig_clear(&rig);
}

/* A write into a line in flight is a hit, merges, and is not held up by the line. */
static void a_write_to_a_line_in_flight_merges_and_is_posted(void)
{
    Access accesses[20] = { { .addr = 0, .bytes = 8 } };
    Rig rig;

    for (int i = 1; i < 20; i++)
        accesses[i] = (Access){ .addr = 8, .bytes = 8, .op = ACCESS_WRITE };
    AccessSource *source = rig_source(accesses, 20, 0);

    streaming_rig(&rig, 16, NS(50), 64e9);
    rig.point.machine->compute.window = 2;
    CU_ASSERT_EQUAL(rig_run_sources(&rig, &source), NS(51));
    CU_ASSERT_EQUAL(rig_level(&rig, 0).mshr_merges, 19);
    CU_ASSERT_EQUAL(rig_dirty_lines(&rig, 0), 1);
    source_free(source);
    rig_clear(&rig);
}

static CU_TestInfo tests[] = {
    TEST(the_table_finds_what_is_on_its_way),
    TEST(one_mshr_serialises_misses),
    TEST(m_mshrs_move_m_lines_a_latency),
    TEST(with_enough_mshrs_bandwidth_is_the_limit),
    TEST(one_mshr_of_a_lower_level_serialises_as_well),
    TEST(accesses_to_a_line_in_flight_merge),
    TEST(accesses_that_wait_for_their_data_do_not_merge),
    TEST(a_merged_read_ends_with_the_line),
    TEST(two_cores_merge_in_the_level_they_share),
    TEST(a_write_to_a_line_in_flight_merges_and_is_posted),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_mshr = { .pName = "mshr", .pTests = tests };
