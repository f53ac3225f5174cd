/*
 * test_nontemporal - writes that go past the caches, and the buffer that gathers them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <string.h>

#include "cache_rig.h"
#include "system/system.h"

enum { LINE_MAX_BYTES = 1024, LINES_MAX = 12, NT_ROUNDS = CACHE_ROUNDS / 2 };

/* ---- a slow model of the buffer ---- */

typedef struct {
    uint64_t addr; /* of the line */
    bool written[LINE_MAX_BYTES];
} ModelGathered;

typedef struct {
    CacheModel caches;
    uint32_t n_lines; /* that may be open */
    uint32_t line_bytes;
    GPtrArray *open; /* of ModelGathered, the oldest first */
    CombineStats stats;
} Model;

static uint32_t count_written(const Model *model, const ModelGathered *line)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < model->line_bytes; i++)
        n += line->written[i];
    return n;
}

/* Each run of written bytes is a write. */
static void send(Model *model, guint index)
{
    const ModelGathered *line = g_ptr_array_index(model->open, index);
    const bool full = count_written(model, line) == model->line_bytes;

    model->stats.full_lines += full;
    model->stats.partial_lines += !full;
    for (uint32_t i = 0; i < model->line_bytes; i++) {
        model->caches.memory.writes += line->written[i] && (i == 0 || !line->written[i - 1]);
        model->caches.memory.write_bytes += line->written[i];
    }
    g_ptr_array_remove_index(model->open, index);
}

static guint gathered_at(Model *model, uint32_t first, uint64_t addr)
{
    guint at = 0;

    while (at < model->open->len &&
           ((ModelGathered *)g_ptr_array_index(model->open, at))->addr != addr)
        at++;
    if (at < model->open->len)
        return at;
    if (model->open->len == model->n_lines) {
        send(model, 0);
        at--;
    }
    ModelGathered *line = g_new0(ModelGathered, 1);

    line->addr = addr;
    g_ptr_array_add(model->open, line);
    model->stats.cache_lines += cachemodel_flush(&model->caches, first, addr);
    return at;
}

static void model_write_past(Model *model, const Access *access)
{
    const uint32_t first = cachemodel_first(&model->caches, access);

    for (uint64_t byte = access->addr; byte < access->addr + access->bytes; byte++) {
        const uint64_t start = byte / model->line_bytes * model->line_bytes;
        const bool last =
            byte + 1 == access->addr + access->bytes || (byte + 1) % model->line_bytes == 0;
        const guint at = gathered_at(model, first, start);
        ModelGathered *line = g_ptr_array_index(model->open, at);

        line->written[byte - start] = true;
        if (last && count_written(model, line) == model->line_bytes)
            send(model, at);
    }
}

static void model_init(Model *model, const MachineSpec *machine)
{
    const Access write = { .op = ACCESS_WRITE };

    *model = (Model){ .n_lines = machine->compute.write_combining,
                      .open = g_ptr_array_new_with_free_func(g_free) };
    cachemodel_init(&model->caches, machine);
    model->line_bytes = machine->caches[cachemodel_first(&model->caches, &write)].line_bytes;
}

static void model_clear(Model *model)
{
    cachemodel_clear(&model->caches);
    g_ptr_array_unref(model->open);
}

/* ---- random hierarchies ---- */

/* Two patterns, of which the second's writes are non-temporal. */
static void two_streams(Rig *rig)
{
    WorkloadSpec *mix = workload_new(WORKLOAD_MIX);

    mix->n_parts = 2;
    mix->parts = g_new0(WorkloadSpec *, 2);
    mix->weights = g_new0(double, 2);
    for (int i = 0; i < 2; i++) {
        mix->weights[i] = 1;
        mix->parts[i] = workload_new(WORKLOAD_PATTERN);
        mix->parts[i]->pattern = rig->point.workload->pattern;
        mix->parts[i]->nontemporal = i == 1;
    }
    workload_unref(rig->point.workload);
    rig->point.workload = mix;
}

static GArray *streams_of(const MachineSpec *machine, Rng *rng)
{
    GArray *accesses = cacherig_accesses(machine, rng);

    for (guint i = 0; i < accesses->len; i++)
        g_array_index(accesses, Access, i).stream = (uint16_t)cacherig_draw(rng, 2);
    return accesses;
}

static bool same_past(const Rig *rig, const Model *model)
{
    const CombineStats stats = parts_combine_stats(&rig->parts);

    return stats.full_lines == model->stats.full_lines &&
           stats.partial_lines == model->stats.partial_lines &&
           stats.cache_lines == model->stats.cache_lines;
}

static void random_rig(Rig *rig, Rng *rng)
{
    rig_init(rig);
    two_streams(rig);
    cacherig_hierarchy(rig, rng, 3);
    rig->point.machine->compute.write_combining = 1 + cacherig_draw(rng, LINES_MAX);
}

static void compare_with_model(uint64_t seed)
{
    Rng rng = { .state = seed };
    Rig rig;
    Model model;

    random_rig(&rig, &rng);
    GArray *accesses = streams_of(rig.point.machine, &rng);

    model_init(&model, rig.point.machine);
    for (guint i = 0; i < accesses->len; i++) {
        const Access *access = &g_array_index(accesses, Access, i);

        if (access->op == ACCESS_WRITE && access->stream == 1)
            model_write_past(&model, access);
        else
            cachemodel_access(&model.caches, access);
    }
    cacherig_run(&rig, accesses, false);
    CU_ASSERT(cacherig_agrees(&rig, &model.caches, false) && same_past(&rig, &model));
    for (int timing = 0; timing < 3; timing++) {
        rig_again(&rig);
        if (timing)
            cacherig_timing(&rig, &rng);
        cacherig_run(&rig, accesses, true);
        if (!cacherig_agrees(&rig, &model.caches, true) || !same_past(&rig, &model))
            g_printerr("# seed %u, timing %d: not as the model\n", (unsigned)seed, timing);
        CU_ASSERT(cacherig_agrees(&rig, &model.caches, true) && same_past(&rig, &model));
        CU_ASSERT(cacherig_conserved(&rig));
        CU_ASSERT(cacherig_drained(&rig));
    }
    g_array_unref(accesses);
    model_clear(&model);
    rig_clear(&rig);
}

static void counts_are_those_of_a_slow_model_whatever_the_timing(void)
{
    for (uint64_t seed = 1; seed <= NT_ROUNDS; seed++)
        compare_with_model(seed);
}

static void several_cores_conserve_and_drain(void)
{
    uint64_t writes = 0;

    for (uint64_t seed = 1; seed <= NT_ROUNDS; seed++) {
        Rng rng = { .state = seed };
        AccessSource *sources[4];
        Rig rig;

        random_rig(&rig, &rng);
        rig.point.machine->cores = 4;
        for (uint32_t i = 0; i < rig.point.machine->n_caches; i++)
            rig.point.machine->caches[i].cores_per_instance =
                i + 1 == rig.point.machine->n_caches && i > 1 ? 0 : 1;
        cacherig_timing(&rig, &rng);
        GArray *accesses = streams_of(rig.point.machine, &rng);

        for (uint32_t i = 0; i < 4; i++)
            sources[i] = rig_source(&g_array_index(accesses, Access, i * (accesses->len / 4)),
                                    accesses->len / 4, 0);
        rig_run_sources(&rig, sources);
        CU_ASSERT(cacherig_conserved(&rig));
        CU_ASSERT(cacherig_drained(&rig));
        writes += parts_combine_stats(&rig.parts).writes;
        for (uint32_t i = 0; i < 4; i++)
            source_free(sources[i]);
        g_array_unref(accesses);
        rig_clear(&rig);
    }
    CU_ASSERT(writes > 0);
}

/* ---- STREAM ---- */

/* Bytes moved over bytes counted, in the steady state. */
static double moved_over_counted(uint32_t pattern, bool nontemporal, bool timing)
{
    const SystemOptions options = { 0 };
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, 4096, 64, 4);
    rig_cache(&rig, 32768, 64, 8);
    rig_pattern(&rig, pattern, 6 << 16, 8);
    rig.point.workload->warmup_pass = true;
    rig.point.workload->nontemporal = nontemporal;
    rig.point.machine->timing = timing;
    Row *row = system_run(&rig.point, &options, NULL);

    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    const double ratio = (double)row_find(row, "memory_bytes")->count /
                         (double)row_find(row, "requested_bytes")->count;

    CU_ASSERT_EQUAL(row_find(row, "wc_full_lines") != NULL, nontemporal);
    row_free(row);
    rig_clear(&rig);
    return ratio;
}

static void stream_moves_what_it_counts(void)
{
    for (int timing = 0; timing < 2; timing++) {
        CU_ASSERT_DOUBLE_EQUAL(moved_over_counted(GEN_COPY, false, timing), 3.0 / 2, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(moved_over_counted(GEN_TRIAD, false, timing), 4.0 / 3, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(moved_over_counted(GEN_COPY, true, timing), 1, 1e-12);
        CU_ASSERT_DOUBLE_EQUAL(moved_over_counted(GEN_TRIAD, true, timing), 1, 1e-12);
    }
}

/* ---- by hand ---- */

/* Of writes at these addresses, of 8 B each, after one dirty line at 0x10000. */
static CombineStats written(const uint64_t *addrs, size_t n, uint32_t lines, bool time, Rig *rig)
{
    Access *accesses = g_new0(Access, n + 1);

    rig_init(rig);
    two_streams(rig);
    rig_cache(rig, 4096, 64, 4);
    rig_cache(rig, 32768, 128, 8);
    rig->point.machine->compute.write_combining = lines;
    accesses[0] = (Access){ .addr = 0x10000, .bytes = 8, .op = ACCESS_WRITE };
    for (size_t i = 0; i < n; i++)
        accesses[i + 1] = (Access){ .addr = addrs[i], .bytes = 8, .op = ACCESS_WRITE, .stream = 1 };
    AccessSource *source = rig_source(accesses, n + 1, 0);

    if (time)
        rig_run_sources(rig, &source);
    else
        rig_count_sources(rig, &source);
    source_free(source);
    g_free(accesses);
    return parts_combine_stats(&rig->parts);
}

static void the_oldest_line_makes_room_for_another(void)
{
    static const uint64_t addrs[] = { 0x100, 0x110, 0x108 + 16, 0x240, 0x100, 0x380 };

    for (int time = 0; time < 2; time++) {
        Rig rig;
        const CombineStats stats = written(addrs, G_N_ELEMENTS(addrs), 2, time, &rig);

        CU_ASSERT_EQUAL(stats.full_lines, 0);
        CU_ASSERT_EQUAL(stats.partial_lines, 1);
        CU_ASSERT_EQUAL(stats.writes, 2); /* 0x100 to 0x108, 0x110 to 0x120 */
        CU_ASSERT_EQUAL(stats.bytes, 24);
        CU_ASSERT_EQUAL(rig_level(&rig, 0).writes, 1);
        rig_clear(&rig);
    }
}

static void a_line_that_is_whole_is_one_write(void)
{
    uint64_t addrs[8];

    for (uint64_t i = 0; i < 8; i++)
        addrs[i] = 0x100 + i * 3 % 8 * 8;
    for (int time = 0; time < 2; time++) {
        Rig rig;
        const CombineStats stats = written(addrs, 8, 1, time, &rig);

        CU_ASSERT_EQUAL(stats.full_lines, 1);
        CU_ASSERT_EQUAL(stats.writes, 1);
        CU_ASSERT_EQUAL(stats.bytes, 64);
        rig_clear(&rig);
    }
}

/* The line is dirty in the L1, and in lines of twice the length in the L2: it is written to memory once. */
static void a_line_that_caches_have_leaves_them(void)
{
    static const uint64_t addrs[] = { 0x10020 };

    for (int time = 0; time < 2; time++) {
        Rig rig;
        const CombineStats stats = written(addrs, 1, 1, time, &rig);

        CU_ASSERT_EQUAL(stats.cache_lines, 2);
        CU_ASSERT_EQUAL(stats.writes, 1);
        CU_ASSERT_EQUAL(stats.bytes, 64);
        CU_ASSERT_EQUAL(rig_dirty_lines(&rig, 0) + rig_dirty_lines(&rig, 1), 0);
        CU_ASSERT_EQUAL(tags_find(&rig.parts.levels[1].instances[0].tags, 0x10000 / 128),
                        TAGS_NONE);
        rig_clear(&rig);
    }
}

/* A line takes its place until memory takes it: a core writes no more than its lines in that time. */
static Tick time_of_lines(uint32_t lines)
{
    Rig rig;

    rig_init(&rig);
    rig_cache(&rig, 4096, 64, 4)->latency_fs = NS(20);
    rig_simple(&rig, 1e15, NS(100));
    rig_pattern(&rig, GEN_SEQUENTIAL, 64 * 240, 64)->write_fraction = 1;
    rig.point.workload->nontemporal = true;
    rig.point.machine->compute.write_combining = lines;
    rig.point.machine->compute.issue = 0;
    const Tick took = rig_run(&rig);

    rig_clear(&rig);
    return took / NS(1);
}

static void the_lines_of_the_buffer_bound_the_bandwidth(void)
{
    const Tick one = time_of_lines(1);

    CU_ASSERT(one >= 240 * 20); /* on the way to memory alone */
    CU_ASSERT_EQUAL(time_of_lines(2), one / 2);
    CU_ASSERT_EQUAL(time_of_lines(12), one / 12);
}

static void without_caches_there_is_nothing_to_go_past(void)
{
    const SystemOptions options = { 0 };
    double took[2];

    for (int nontemporal = 0; nontemporal < 2; nontemporal++) {
        Rig rig;

        rig_init(&rig);
        rig_pattern(&rig, GEN_COPY, 1 << 16, 8);
        rig_simple(&rig, 1e9, NS(50));
        rig.point.workload->nontemporal = nontemporal;
        Row *row = system_run(&rig.point, &options, NULL);

        CU_ASSERT_PTR_NOT_NULL_FATAL(row);
        took[nontemporal] = row_find(row, "time_s")->real;
        CU_ASSERT_PTR_NULL(row_find(row, "wc_full_lines"));
        row_free(row);
        rig_clear(&rig);
    }
    CU_ASSERT_EQUAL(took[0], took[1]);
}

static CU_TestInfo tests[] = {
    TEST(counts_are_those_of_a_slow_model_whatever_the_timing),
    TEST(several_cores_conserve_and_drain),
    TEST(stream_moves_what_it_counts),
    TEST(the_oldest_line_makes_room_for_another),
    TEST(a_line_that_is_whole_is_one_write),
    TEST(a_line_that_caches_have_leaves_them),
    TEST(the_lines_of_the_buffer_bound_the_bandwidth),
    TEST(without_caches_there_is_nothing_to_go_past),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_nontemporal = { .pName = "nontemporal", .pTests = tests };
