/*
 * test_cache - whole hierarchies against a slow model, whatever the timing; conservation between levels.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "cache_model.h"
#include "rig.h"
#include "system/system.h"

/* A sanitizer makes everything ten times slower. */
#ifdef __SANITIZE_ADDRESS__
enum { ROUNDS = 300 };
#else
enum { ROUNDS = 600 };
#endif
enum { ACCESSES = 1500 };

static uint32_t draw(Rng *rng, uint32_t below)
{
    return (uint32_t)rng_below(rng_next(rng), below);
}

/* One of n numbers. */
static uint32_t pick(Rng *rng, const uint32_t *of, uint32_t n)
{
    return of[draw(rng, n)];
}

/* ---- random machines ---- */

/* n_policies 4: random replacement, too, which the model does not have. */
static void add_random_cache(Rig *rig, Rng *rng, uint32_t line, uint32_t n_policies)
{
    static const uint32_t many_ways[] = { 1, 2, 3, 4, 5, 7, 8, 12, 16, 17, 24, 33, 40 };
    static const char *const policies[] = { "lru", "fifo", "plru", "random" };
    uint32_t ways = pick(rng, many_ways, G_N_ELEMENTS(many_ways));
    const uint32_t sets = 1 + draw(rng, draw(rng, 2) ? 4 : 20);
    CacheConfig *cache = rig_cache(rig, (uint64_t)line * ways * sets, line, ways);
    const char *policy = policies[draw(rng, n_policies)];

    if (draw(rng, 6) == 0)
        cache->ways = 0;
    while (strcmp(repl_names()[cache->policy], policy) != 0)
        cache->policy++;
    cache->write = draw(rng, 3) ? CACHE_WRITE_BACK : CACHE_WRITE_THROUGH;
    cache->allocate = draw(rng, 3) > 0;
    cache->index = draw(rng, 4) ? CACHE_INDEX_MODULO : CACHE_INDEX_HASH;
    if (rig->point.machine->n_caches > 1)
        cache->inclusion = draw(rng, 3);
    if (cache->inclusion == CACHE_EXCLUSIVE && cache[-1].line_bytes != line)
        cache->inclusion = CACHE_INCLUSIVE;
    /* mask the power-of-two and the general case alike */
    if (draw(rng, 3) == 0 && cache->ways)
        cache->size_bytes = (uint64_t)line * cache->ways * (UINT64_C(1) << draw(rng, 5));
}

static void random_hierarchy(Rig *rig, Rng *rng, uint32_t n_policies)
{
    uint32_t line = UINT32_C(8) << draw(rng, 5);

    for (uint32_t n = 1 + draw(rng, 3); n > 0; n--) {
        add_random_cache(rig, rng, line, n_policies);
        line <<= draw(rng, 3) ? 0 : 1 + draw(rng, 2);
    }
}

static void random_levels_timing(MachineSpec *machine, Rng *rng)
{
    const uint32_t line = machine->caches[machine->n_caches - 1].line_bytes;
    Tick latency = 0;

    for (uint32_t i = 0; i < machine->n_caches; i++) {
        CacheConfig *cache = &machine->caches[i];

        latency += draw(rng, 3) ? draw(rng, 5000000) : 0;
        cache->latency_fs = latency;
        cache->bandwidth_B_per_s = draw(rng, 2) ? 1e9 + 1e6 * draw(rng, 200000) : 0;
        cache->banks = cache->bandwidth_B_per_s > 0 ? 1 + draw(rng, 5) : 1;
        cache->mshrs = 1 + draw(rng, draw(rng, 2) ? 2 : 32);
    }
    if (draw(rng, 4) == 0) {
        machine->memory = (MemoryConfig){ .type = MEMORY_TWO_TIER };
        machine->memory.two_tier = (TwoTierConfig){ 50e9, 1e9, rng_unit(rng_next(rng)), latency };
    } else {
        const SimpleConfig simple = { 1 + draw(rng, 5), 1e9 + 1e6 * draw(rng, 100000),
                                      latency + draw(rng, 100000000), line * (1 + draw(rng, 9)) };

        machine->memory = (MemoryConfig){ .type = MEMORY_SIMPLE, .simple = simple };
    }
}

static void random_timing(Rig *rig, Rng *rng)
{
    MachineSpec *machine = rig->point.machine;

    random_levels_timing(machine, rng);
    machine->compute.clock_Hz = 1e8 + 1e6 * draw(rng, 5000);
    machine->compute.issue = draw(rng, 4);
    machine->compute.window = draw(rng, 3) ? 1 + draw(rng, 32) : 0;
    machine->compute.overlap = draw(rng, 2);
    rig->point.workload->flops_per_byte = draw(rng, 3) ? 0 : draw(rng, 100) / 10.0;
    rig->point.workload->dependent = draw(rng, 5) == 0;
}

/* ---- random streams ---- */

/* The largest cache and a few lines of all. */
static uint64_t reach(const MachineSpec *machine)
{
    uint64_t most = 64;

    for (uint32_t i = 0; i < machine->n_caches; i++)
        most = MAX(most, machine->caches[i].size_bytes);
    return most;
}

/* Runs, jumps and places that come again; sizes up to a line and, seldom, beyond. */
static GArray *random_accesses(const MachineSpec *machine, Rng *rng)
{
    GArray *all = g_array_new(FALSE, TRUE, sizeof(Access));
    const uint32_t line = machine->n_caches ? machine->caches[0].line_bytes : 64;
    const uint64_t span = reach(machine) * (1 + draw(rng, 3)) / (1 + draw(rng, 3)) + 1;
    const uint32_t writes = draw(rng, 11);
    uint64_t addr = 0;

    for (int i = 0; i < ACCESSES; i++) {
        Access access = { .op = ACCESS_READ };
        const uint32_t kind = draw(rng, 8);

        if (kind < 3)
            addr = rng_below(rng_next(rng), span);
        else if (kind < 5)
            addr = rng_below(rng_next(rng), span / 4 + 1);
        access.bytes = 1 + draw(rng, draw(rng, 9) ? line : 3 * line);
        if (draw(rng, 4) == 0) { /* a whole line */
            addr -= addr % line;
            access.bytes = line;
        }
        access.addr = UINT64_C(0x12345600) * 64 + addr;
        if (draw(rng, 10) < writes)
            access.op = ACCESS_WRITE;
        else if (draw(rng, 10) == 0)
            access.op = ACCESS_FETCH;
        g_array_append_val(all, access);
        addr += access.bytes;
    }
    return all;
}

static AccessSource *source_of(const GArray *accesses)
{
    return rig_source((const Access *)(const void *)accesses->data, accesses->len, 0);
}

static void run_accesses(Rig *rig, const GArray *accesses, bool time)
{
    AccessSource *source = source_of(accesses);

    if (time)
        rig_run_sources(rig, &source);
    else
        rig_count_sources(rig, &source);
    source_free(source);
}

/* ---- comparing ---- */

/* All but the merges, which are a matter of time. */
static bool same_counts(CacheStats a, CacheStats b)
{
    a.mshr_merges = b.mshr_merges = 0;
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool agrees(const Rig *rig, const CacheModel *model, bool time)
{
    const MemoryStats memory = rig_memory(rig);

    for (uint32_t i = 0; i < model->n_levels; i++)
        if (!same_counts(rig_level(rig, i), model->levels[i].stats) ||
            rig_dirty_lines(rig, i) != cachemodel_dirty_lines(model, i))
            return false;
    return !time || memcmp(&memory, &model->memory, sizeof memory) == 0;
}

/* Nothing waits, nothing is on its way, every request has come back to the pool. */
static bool drained(const Rig *rig)
{
    const Parts *parts = &rig->parts;
    uint64_t home = 0;

    for (uint32_t i = 0; i < parts->n_levels; i++)
        for (uint32_t k = 0; k < parts->levels[i].n_instances; k++) {
            const Cache *cache = &parts->levels[i].instances[k];

            if (cache->mshr.pending || cache->queue_head || cache->mshr_waiters.head)
                return false;
        }
    for (const Req *req = parts->pool.free; req; req = req->next)
        home++;
    return parts->sim.count == 0 && home == 64 * (uint64_t)parts->pool.blocks->len;
}

static bool conserved(const Rig *rig)
{
    const MemoryStats memory = rig_memory(rig);
    const uint32_t n = rig->parts.n_levels;
    bool good = true;

    for (uint32_t i = 0; i < n; i++) {
        const CacheStats at = rig_level(rig, i);
        const uint64_t line = rig->point.machine->caches[i].line_bytes;
        const bool exclusive_below =
            i + 1 < n && rig->point.machine->caches[i + 1].inclusion == CACHE_EXCLUSIVE;
        const uint64_t down = at.passed + (exclusive_below ? 0 : at.writebacks);

        good = good && at.hits + at.read_misses + at.write_misses == at.reads + at.writes;
        if (i + 1 < n) {
            const CacheStats below = rig_level(rig, i + 1);

            good = good && below.reads == at.fetches && below.writes == down;
        } else {
            good = good && memory.reads == at.fetches && memory.read_bytes == at.fetches * line;
            good = good && memory.writes == down;
            good = good && memory.write_bytes == at.writebacks * line + at.passed_bytes;
        }
    }
    return good;
}

/* ---- tests ---- */

static void compare_with_model(uint64_t seed)
{
    Rng rng = { .state = seed };
    Rig rig;
    CacheModel model;

    rig_init(&rig);
    random_hierarchy(&rig, &rng, 3);
    GArray *accesses = random_accesses(rig.point.machine, &rng);

    cachemodel_init(&model, rig.point.machine);
    for (guint i = 0; i < accesses->len; i++)
        cachemodel_access(&model, &g_array_index(accesses, Access, i));
    run_accesses(&rig, accesses, false);
    CU_ASSERT(agrees(&rig, &model, false));
    for (int timing = 0; timing < 3; timing++) { /* the first: no latency, no limits but memory's */
        rig_again(&rig);
        if (timing)
            random_timing(&rig, &rng);
        CU_ASSERT(machine_check(rig.point.machine, NULL));
        run_accesses(&rig, accesses, true);
        if (!agrees(&rig, &model, true))
            g_printerr("# seed %u, timing %d: not as the model\n", (unsigned)seed, timing);
        CU_ASSERT(agrees(&rig, &model, true));
        CU_ASSERT(conserved(&rig));
        CU_ASSERT(drained(&rig));
    }
    g_array_unref(accesses);
    cachemodel_clear(&model);
    rig_clear(&rig);
}

static void counts_are_those_of_a_slow_model_whatever_the_timing(void)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++)
        compare_with_model(seed);
}

/* ---- what an inclusion promises ---- */

static bool holds(const Cache *cache, uint64_t addr)
{
    return tags_find(&cache->tags, addr >> cache->tags.line_shift) != TAGS_NONE;
}

/* Whether every line of a level is, or is not, in another one. */
static bool all_lines(const Cache *of, const Cache *in, bool held)
{
    for (size_t place = 0; place < of->tags.sets * of->tags.ways; place++)
        if (of->tags.words[place] != TAGS_INVALID &&
            holds(in, of->tags.words[place] >> 1 << of->tags.line_shift) != held)
            return false;
    return true;
}

static bool promises_kept(const Rig *rig)
{
    bool kept = true;

    for (uint32_t i = 1; i < rig->parts.n_levels; i++) {
        const Cache *cache = &rig->parts.levels[i].instances[0];

        for (uint32_t above = 0; cache->inclusive && above < i; above++)
            kept = kept && all_lines(&rig->parts.levels[above].instances[0], cache, true);
        if (cache->exclusive)
            kept = kept && all_lines(&rig->parts.levels[i - 1].instances[0], cache, false);
    }
    return kept;
}

static void inclusion_and_exclusion_hold_after_every_access(void)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        Rng rng = { .state = seed };
        Rig rig;

        rig_init(&rig);
        random_hierarchy(&rig, &rng, 4);
        GArray *accesses = random_accesses(rig.point.machine, &rng);

        for (guint i = 0; i < accesses->len; i++) {
            AccessSource *one = rig_source(&g_array_index(accesses, Access, i), 1, 0);

            rig_count_sources(&rig, &one);
            source_free(one);
            CU_ASSERT(promises_kept(&rig));
        }
        g_array_unref(accesses);
        rig_clear(&rig);
    }
}

/* Dirty lines are in one place each: what was written and has not gone to memory is somewhere. */
static void no_dirty_line_is_lost(void)
{
    for (uint32_t inclusion = CACHE_NINE; inclusion <= CACHE_EXCLUSIVE; inclusion++) {
        Rig rig;
        Access accesses[4000];

        rig_init(&rig);
        rig_cache(&rig, 2048, 64, 4);
        rig_cache(&rig, 8192, 64, 8)->inclusion = inclusion;
        for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++) /* each line is written once */
            accesses[i] = (Access){ .addr = i * 64, .bytes = 8, .op = ACCESS_WRITE };
        AccessSource *source = rig_source(accesses, G_N_ELEMENTS(accesses), 0);

        rig_run_sources(&rig, &source);
        source_free(source);
        CU_ASSERT_EQUAL(rig_memory(&rig).writes + rig_dirty_lines(&rig, 0) +
                            rig_dirty_lines(&rig, 1),
                        G_N_ELEMENTS(accesses));
        CU_ASSERT_EQUAL(rig_dirty_lines(&rig, 0) + rig_dirty_lines(&rig, 1),
                        inclusion == CACHE_EXCLUSIVE ? 160 : 128);
        rig_clear(&rig);
    }
}

/* Two levels of an exclusive hierarchy hold as much as one of their sum. */
static void an_exclusive_pair_holds_a_loop_that_an_inclusive_one_does_not(void)
{
    static const struct {
        CacheInclusion inclusion;
        uint64_t memory_reads;
    } cases[] = { { CACHE_EXCLUSIVE, 96 }, { CACHE_INCLUSIVE, 960 }, { CACHE_NINE, 960 } };

    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
        Rig rig;
        Access accesses[960];

        rig_init(&rig);
        rig_cache(&rig, 32 * 64, 64, 0);
        rig_cache(&rig, 64 * 64, 64, 0)->inclusion = cases[c].inclusion;
        for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++)
            accesses[i] = (Access){ .addr = i % 96 * 64, .bytes = 8, .op = ACCESS_READ };
        AccessSource *source = rig_source(accesses, G_N_ELEMENTS(accesses), 0);

        rig_run_sources(&rig, &source);
        source_free(source);
        CU_ASSERT_EQUAL(rig_memory(&rig).reads, cases[c].memory_reads);
        rig_clear(&rig);
    }
}

/* A line that is hot in the first level is cold in the inclusive one below, which takes it away (Jaleel et al., "Achieving
 * non-inclusive cache performance with inclusive caches", MICRO 2010). */
static void an_inclusive_level_takes_hot_lines_away(void)
{
    for (uint32_t inclusion = CACHE_NINE; inclusion <= CACHE_INCLUSIVE; inclusion++) {
        Rig rig;
        Access accesses[1000];

        rig_init(&rig);
        rig_cache(&rig, 4 * 64, 64, 0);
        rig_cache(&rig, 8 * 64, 64, 0)->inclusion = inclusion;
        for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++) /* one hot line between new ones */
            accesses[i] = (Access){ .addr = i % 2 ? i * 64 : 0, .bytes = 8, .op = ACCESS_READ };
        AccessSource *source = rig_source(accesses, G_N_ELEMENTS(accesses), 0);

        rig_count_sources(&rig, &source);
        source_free(source);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).read_misses > 501, inclusion == CACHE_INCLUSIVE);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).back_invalidations > 0, inclusion == CACHE_INCLUSIVE);
        rig_clear(&rig);
    }
}

/* The same for a pattern with warm-up, and with random replacement. */
static void compare_timings(uint64_t seed)
{
    Rng rng = { .state = seed };
    Rig rig;
    CacheStats counted[3];

    rig_init(&rig);
    random_hierarchy(&rig, &rng, 4);
    PatternConfig *pattern = rig_pattern(&rig, draw(&rng, GEN_COUNT),
                                         1 + reach(rig.point.machine) * 2, 1 + draw(&rng, 16));

    pattern->accesses = 1000;
    pattern->write_fraction = 0.3;
    pattern->footprint_bytes += 64;
    rig.point.workload->warmup_accesses = draw(&rng, 300);
    rig_count(&rig);
    for (uint32_t i = 0; i < rig.parts.n_levels; i++)
        counted[i] = rig_level(&rig, i);
    for (int timing = 0; timing < 2; timing++) {
        rig_again(&rig);
        random_timing(&rig, &rng);
        rig_run(&rig);
        for (uint32_t i = 0; i < rig.parts.n_levels; i++)
            CU_ASSERT(same_counts(counted[i], rig_level(&rig, i)));
        CU_ASSERT(drained(&rig));
    }
    rig_clear(&rig);
}

static void counts_of_a_pattern_after_its_warm_up_do_not_depend_on_timing(void)
{
    for (uint64_t seed = 1; seed <= ROUNDS / 2; seed++)
        compare_timings(seed);
}

/* ---- why it misses ---- */

/* Misses of a first level by kind, of one run over the accesses. */
static MissKindCounts kinds_of(uint32_t ways, const Access *accesses, size_t n, bool time)
{
    Rig rig;
    AccessSource *source = rig_source(accesses, n, 0);

    rig_init(&rig);
    rig_cache(&rig, 64 * 64, 64, ways)->classify = true;
    rig_cache(&rig, 512 * 64, 64, 8);
    if (time)
        rig_run_sources(&rig, &source);
    else
        rig_count_sources(&rig, &source);
    const CacheStats stats = rig_level(&rig, 0);

    CU_ASSERT_EQUAL(stats.kinds.compulsory + stats.kinds.capacity + stats.kinds.conflict,
                    rig_misses(&stats));
    source_free(source);
    rig_clear(&rig);
    return stats.kinds;
}

/* Compulsory misses are the distinct lines; a fully associative LRU level has no conflicts. */
static void misses_are_compulsory_capacity_or_conflict(void)
{
    enum { N = 20000, LINES = 200 };
    Access *accesses = g_new0(Access, N);

    for (uint64_t i = 0; i < N; i++)
        accesses[i] = (Access){ .addr = 64 * rng_below(rng_at(1, i), LINES) + i % 8 * 8,
                                .bytes = 8,
                                .op = i % 3 == 0 ? ACCESS_WRITE : ACCESS_READ };
    for (int time = 0; time < 2; time++) {
        const MissKindCounts direct = kinds_of(1, accesses, N, time);
        const MissKindCounts full = kinds_of(0, accesses, N, time);

        CU_ASSERT_EQUAL(direct.compulsory, LINES);
        CU_ASSERT_EQUAL(full.compulsory, LINES);
        CU_ASSERT_EQUAL(full.conflict, 0);
        CU_ASSERT(direct.conflict > 0 && full.capacity > 0);
    }
    g_free(accesses);
}

/* Two lines of one set of a direct-mapped level, in turn: all but the first two misses are conflicts. */
static void lines_of_one_set_conflict(void)
{
    Access accesses[100];

    for (size_t i = 0; i < G_N_ELEMENTS(accesses); i++)
        accesses[i] = (Access){ .addr = i % 2 * 64 * 64, .bytes = 8, .op = ACCESS_READ };
    const MissKindCounts kinds = kinds_of(1, accesses, G_N_ELEMENTS(accesses), true);

    CU_ASSERT_EQUAL(kinds.compulsory, 2);
    CU_ASSERT_EQUAL(kinds.capacity, 0);
    CU_ASSERT_EQUAL(kinds.conflict, 98);
}

/* Columns that need no time are the same with timing = false, the others say nothing. */
static void a_machine_without_time_counts_the_same(void)
{
    static const char *const same[] = { "accesses",   "flops",         "requested_bytes",
                                        "l1_hits",    "l1_writebacks", "l2_misses",
                                        "mem_writes", "mem_reads",     "memory_bytes" };
    const SystemOptions options = { 0 };

    for (int cached = 0; cached < 2; cached++) {
        Rig rig;

        rig_init(&rig);
        if (cached) {
            rig_cache(&rig, 4096, 64, 4);
            rig_cache(&rig, 16384, 64, 8)->write = CACHE_WRITE_THROUGH;
        }
        rig_pattern(&rig, GEN_RANDOM, 1 << 17, 8)->write_fraction = 0.4;
        Row *timed = system_run(&rig.point, &options, NULL);

        rig.point.machine->timing = false;
        Row *counted = system_run(&rig.point, &options, NULL);

        CU_ASSERT_PTR_NOT_NULL_FATAL(timed);
        CU_ASSERT_PTR_NOT_NULL_FATAL(counted);
        for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
            const Value *a = row_find(timed, same[i]), *b = row_find(counted, same[i]);

            CU_ASSERT_EQUAL(a == NULL, b == NULL);
            CU_ASSERT(!a || (a->kind == VALUE_REAL ? a->real == b->real : a->count == b->count));
        }
        CU_ASSERT(isnan(row_find(counted, "time_s")->real));
        CU_ASSERT(isnan(row_find(counted, "slowdown")->real));
        CU_ASSERT_STRING_EQUAL(row_find(counted, "regime")->text, "untimed");
        row_free(timed);
        row_free(counted);
        rig_clear(&rig);
    }
}

static void a_run_in_two_halves_counts_as_the_whole(void)
{
    Rng rng = { .state = 1 };
    Rig whole, halves;

    rig_init(&whole);
    rig_init(&halves);
    rig_cache(&whole, 4096, 64, 4);
    rig_cache(&halves, 4096, 64, 4);
    GArray *accesses = random_accesses(whole.point.machine, &rng);
    const Access *all = (const Access *)(const void *)accesses->data;

    run_accesses(&whole, accesses, true);
    for (int half = 0; half < 2; half++) {
        AccessSource *source = rig_source(all + half * ACCESSES / 2, ACCESSES / 2, 7);

        rig_run_sources(&halves, &source);
        source_free(source);
    }
    CU_ASSERT(same_counts(rig_level(&whole, 0), rig_level(&halves, 0)));
    g_array_unref(accesses);
    rig_clear(&whole);
    rig_clear(&halves);
}

/* ---- several cores ---- */

static void random_cores(Rig *rig, Rng *rng)
{
    static const uint32_t sharings[] = { 1, 2, 0 };
    uint32_t sharing = 0;

    rig->point.machine->cores = 2 * (1 + draw(rng, 3));
    for (uint32_t i = 0; i < rig->point.machine->n_caches; i++) {
        sharing += draw(rng, 3);
        sharing = MIN(sharing, 2);
        rig->point.machine->caches[i].cores_per_instance = sharings[sharing];
    }
}

/* batch: how many accesses a source gives at a time. */
static Tick run_cores(Rig *rig, const GArray *accesses, size_t batch)
{
    const uint32_t n = rig->point.machine->cores;
    const Access *all = (const Access *)(const void *)accesses->data;
    AccessSource *sources[8] = { NULL };

    for (uint32_t i = 0; i < n; i++)
        sources[i] = rig_source(all + i * (ACCESSES / n), ACCESSES / n, batch);
    const Tick end = rig_run_sources(rig, sources);

    for (uint32_t i = 0; i < n; i++)
        source_free(sources[i]);
    return end;
}

static void check_cores(uint64_t seed)
{
    Rng rng = { .state = seed };
    Rig rig;
    CacheStats before[3];

    rig_init(&rig);
    random_hierarchy(&rig, &rng, 4);
    random_cores(&rig, &rng);
    random_timing(&rig, &rng);
    CU_ASSERT(machine_check(rig.point.machine, NULL));
    GArray *accesses = random_accesses(rig.point.machine, &rng);
    const Tick end = run_cores(&rig, accesses, 0);
    const uint64_t events = rig.parts.sim.fired;
    CacheStats first = rig_level(&rig, 0);
    uint64_t issued = 0;

    CU_ASSERT(conserved(&rig));
    CU_ASSERT(drained(&rig));
    for (uint32_t i = 0; i < rig.parts.n_cores; i++)
        issued += core_stats(rig.parts.cores[i]).accesses;
    CU_ASSERT_EQUAL(issued, rig_accesses(&first));
    for (uint32_t i = 0; i < rig.parts.n_levels; i++)
        before[i] = rig_level(&rig, i);
    rig_again(&rig);
    CU_ASSERT_EQUAL(run_cores(&rig, accesses, 3), end);
    CU_ASSERT_EQUAL(rig.parts.sim.fired, events);
    for (uint32_t i = 0; i < rig.parts.n_levels; i++) {
        const CacheStats again = rig_level(&rig, i);

        CU_ASSERT(memcmp(&before[i], &again, sizeof again) == 0);
    }
    g_array_unref(accesses);
    rig_clear(&rig);
}

static void several_cores_conserve_drain_and_repeat(void)
{
    for (uint64_t seed = 1; seed <= ROUNDS; seed++)
        check_cores(seed);
}

static void cores_that_share_nothing_count_each_as_alone(void)
{
    Rng rng = { .state = 3 };
    Rig both;
    CacheStats sum = { 0 };

    rig_init(&both);
    both.point.machine->cores = 2;
    rig_cache(&both, 2048, 32, 4)->mshrs = 2;
    rig_simple(&both, 10e9, NS(30));
    GArray *accesses = random_accesses(both.point.machine, &rng);

    run_cores(&both, accesses, 0);
    for (int core = 0; core < 2; core++) {
        Rig alone;
        AccessSource *source =
            rig_source(&g_array_index(accesses, Access, core * ACCESSES / 2), ACCESSES / 2, 0);

        rig_init(&alone);
        rig_cache(&alone, 2048, 32, 4);
        rig_count_sources(&alone, &source);
        const CacheStats stats = rig_level(&alone, 0);

        sum.hits += stats.hits;
        sum.fetches += stats.fetches;
        sum.writebacks += stats.writebacks;
        source_free(source);
        rig_clear(&alone);
    }
    CU_ASSERT_EQUAL(rig_level(&both, 0).hits, sum.hits);
    CU_ASSERT_EQUAL(rig_level(&both, 0).fetches, sum.fetches);
    CU_ASSERT_EQUAL(rig_level(&both, 0).writebacks, sum.writebacks);
    g_array_unref(accesses);
    rig_clear(&both);
}

static CU_TestInfo tests[] = {
    TEST(counts_are_those_of_a_slow_model_whatever_the_timing),
    TEST(inclusion_and_exclusion_hold_after_every_access),
    TEST(no_dirty_line_is_lost),
    TEST(an_exclusive_pair_holds_a_loop_that_an_inclusive_one_does_not),
    TEST(an_inclusive_level_takes_hot_lines_away),
    TEST(counts_of_a_pattern_after_its_warm_up_do_not_depend_on_timing),
    TEST(misses_are_compulsory_capacity_or_conflict),
    TEST(lines_of_one_set_conflict),
    TEST(a_machine_without_time_counts_the_same),
    TEST(a_run_in_two_halves_counts_as_the_whole),
    TEST(several_cores_conserve_drain_and_repeat),
    TEST(cores_that_share_nothing_count_each_as_alone),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_cache = { .pName = "cache", .pTests = tests };
