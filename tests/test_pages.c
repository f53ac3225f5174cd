/*
 * test_pages - where pages lie in memory: no two in one place, and the knees of caches that follow from it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <stdlib.h>

#include "cache/pages.h"
#include "rig.h"

enum { PAGE = 4096, LINE = 64 };

static int by_value(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void no_two_pages_share_a_place(void)
{
    enum { N = 20000 };
    g_autofree uint64_t *frames = g_new(uint64_t, N);

    for (uint32_t placement = 0; placement < 3; placement++)
        for (uint32_t page_log2 = 12; page_log2 <= 30; page_log2 += 3) {
            PageMap map;
            uint32_t moved = 0;

            pagemap_init(&map, placement, page_log2, UINT64_C(1) << 18, 99);
            for (uint64_t i = 0; i < N; i++) { /* in three places of the address space */
                const uint64_t addr = (i << page_log2) + (i % 3 << 46) + (i % 2 << 63);

                frames[i] = pagemap_frame(&map, addr + i % PAGE);
                moved += frames[i] != addr;
                CU_ASSERT_FATAL((frames[i] & ((UINT64_C(1) << page_log2) - 1)) == 0);
                CU_ASSERT_FATAL(placement != PAGES_IDENTITY || frames[i] == addr);
                CU_ASSERT_FATAL(placement != PAGES_COLOURED || page_log2 > 18 ||
                                ((frames[i] ^ addr) & ((UINT64_C(1) << 18) - 1)) == 0);
            }
            CU_ASSERT(placement == PAGES_IDENTITY || moved > N * 9 / 10);
            qsort(frames, N, sizeof *frames, by_value);
            for (uint32_t i = 1; i < N; i++)
                CU_ASSERT_FATAL(frames[i] != frames[i - 1]);
        }
}

static void another_seed_gives_other_places(void)
{
    PageMap one, other;
    uint32_t same = 0;

    pagemap_init(&one, PAGES_RANDOM, 12, 0, 1);
    pagemap_init(&other, PAGES_RANDOM, 12, 0, 2);
    for (uint64_t i = 0; i < 1000; i++)
        same += pagemap_frame(&one, i << 12) == pagemap_frame(&other, i << 12);
    CU_ASSERT(same < 3);
}

/* Misses of the second pass over so many pages, in a cache of 16 colours and 4 ways. */
enum { COLOURS = 16, WAYS = 4, LINES_OF_PAGE = PAGE / LINE };

static uint64_t second_pass_misses(uint32_t pages, uint32_t placement, uint64_t seed)
{
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, COLOURS * WAYS * PAGE, LINE, WAYS);
    rig.point.machine->tlb = (TlbConfig){ .present = true, .page_bytes = PAGE, .pages = placement };
    rig_pattern(&rig, GEN_SEQUENTIAL, pages * PAGE, LINE);
    rig.point.workload->warmup_pass = true;
    rig.point.workload->seed = seed;
    rig_count(&rig);
    const uint64_t misses = rig_level(&rig, 0).read_misses;

    rig_clear(&rig);
    return misses;
}

/* P[Bin(n, 1 / COLOURS) >= WAYS]. */
static double full_probability(uint32_t n)
{
    const double p = 1.0 / COLOURS;
    double below = 0, term = pow(1 - p, n);

    for (uint32_t k = 0; k < WAYS; k++) {
        below += term;
        term *= (double)(n - k) / (k + 1) * p / (1 - p);
    }
    return 1 - below;
}

/*
 * The rounded knee, formula 1.5: of N pages each is missed when its colour has more than WAYS, N P[Bin(N - 1, 1 / COLOURS) >=
 * WAYS] in the mean; the mean of many seeds is within four standard errors of it.
 */
static void random_pages_round_the_knee_as_the_binomial_says(void)
{
    enum { SEEDS = 150 };

    for (uint32_t pages = COLOURS * WAYS / 2; pages <= COLOURS * WAYS * 3 / 2; pages += 16) {
        double sum = 0, squares = 0;

        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            const double missed =
                (double)second_pass_misses(pages, PAGES_RANDOM, seed) / LINES_OF_PAGE;

            sum += missed;
            squares += missed * missed;
        }
        const double mean = sum / SEEDS;
        const double deviation = sqrt((squares / SEEDS - mean * mean) / (SEEDS - 1));
        const double expected = pages * full_probability(pages - 1);

        CU_ASSERT(deviation > 0 && deviation < 2);
        CU_ASSERT(fabs(mean - expected) < 4 * deviation);
    }
}

/* The sharp knee, formula 1.4: in whole colours, WAYS + 1 pages are missed for each that is too much. */
static void coloured_and_identical_pages_keep_the_knee_sharp(void)
{
    for (uint32_t pages = COLOURS * WAYS - 2; pages <= COLOURS * WAYS + COLOURS; pages += 3) {
        const uint32_t over = pages > COLOURS * WAYS ? pages - COLOURS * WAYS : 0;
        const uint64_t expected = (uint64_t)MIN(over * (WAYS + 1), pages) * LINES_OF_PAGE;

        CU_ASSERT_EQUAL(second_pass_misses(pages, PAGES_COLOURED, 3), expected);
        CU_ASSERT_EQUAL(second_pass_misses(pages, PAGES_IDENTITY, 3), expected);
    }
}

static CU_TestInfo tests[] = {
    TEST(no_two_pages_share_a_place),
    TEST(another_seed_gives_other_places),
    TEST(random_pages_round_the_knee_as_the_binomial_says),
    TEST(coloured_and_identical_pages_keep_the_knee_sharp),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_pages = { .pName = "pages", .pTests = tests };
