/*
 * test_counts - hits, misses, write-backs and fetches are those that other cache simulators agree on, to the last digit.
 *
 * Synthetic traces are generated here; `list` is a linked-list walk under valgrind's lackey (data/list.din.xz), `list/sized`
 * the same with the size of each record (data/list.sizes.xz: one byte a record).
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "agreed_counts.h"
#include "repl_rig.h"
#include "rig.h"
#include "trace/trace.h"
#include "trace/trace_input.h"

static const uint64_t BASE = 0x10000000;
static const uint64_t TEN_MILLION = 10000000;

/* ---- configurations ---- */

typedef struct {
    const char *name;
    const char *policy;
    bool wtna; /* the first level: write-through, no allocation on writes */
    struct {
        uint64_t size_bytes;
        uint32_t ways;
    } levels[3];
} Config;

static const Config configs[] = {
    { "32K8_lru", "lru", false, { { 32 << 10, 8 } } },
    { "32K8_fifo", "fifo", false, { { 32 << 10, 8 } } },
    { "1M16_lru", "lru", false, { { 1 << 20, 16 } } },
    { "256K_dm", "lru", false, { { 256 << 10, 1 } } },
    { "4K_fa_lru", "lru", false, { { 4 << 10, 0 } } },
    { "32K8_lru_wtna", "lru", true, { { 32 << 10, 8 } } },
    { "32K8+1M16_lru", "lru", false, { { 32 << 10, 8 }, { 1 << 20, 16 } } },
    { "32K8wtna+1M16wb_lru", "lru", true, { { 32 << 10, 8 }, { 1 << 20, 16 } } },
    { "32K8+1M16_fifo", "fifo", false, { { 32 << 10, 8 }, { 1 << 20, 16 } } },
    { "32K8+256K8+1M16_lru", "lru", false, { { 32 << 10, 8 }, { 256 << 10, 8 }, { 1 << 20, 16 } } },
};

static const Config *find_config(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(configs); i++)
        if (strcmp(configs[i].name, name) == 0)
            return &configs[i];
    CU_FAIL_FATAL("a configuration of this name");
    return NULL;
}

static void rig_config(Rig *rig, const Config *config)
{
    rig_init(rig);
    for (uint32_t i = 0; i < 3 && config->levels[i].size_bytes; i++) {
        CacheConfig *cache =
            rig_cache(rig, config->levels[i].size_bytes, 64, config->levels[i].ways);

        cache->policy = replrig_index(config->policy);
        cache->latency_fs = NS(2) * (i * 3 + 1);
        cache->bandwidth_B_per_s = 200e9 / (i + 1);
        if (config->wtna && i == 0) {
            cache->write = CACHE_WRITE_THROUGH;
            cache->allocate = false;
        }
    }
    rig_simple(rig, 25.6e9, NS(60))->channels = 2;
}

/* ---- traces, in memory ---- */

typedef enum { SEQ, RAND, ZIPF, CHASE, LIST, LIST_SIZED, TRACES } TraceId;

static const char *const trace_names[TRACES] = { "seq",   "rand", "zipf",
                                                 "chase", "list", "list/sized" };

/* An access in eight bytes. */
typedef struct {
    uint64_t addr : 48;
    uint64_t bytes : 8;
    uint64_t op : 8;
} Packed;

typedef struct {
    AccessSource source;
    const GArray *packed;
    guint at;
} PackedSource;

static bool packed_next(AccessSource *source, Batch *batch, GError **error)
{
    PackedSource *from = (PackedSource *)source;
    const size_t n = MIN(BATCH_MAX, from->packed->len - from->at);

    (void)error;
    for (size_t i = 0; i < n; i++) {
        const Packed *packed = &g_array_index(from->packed, Packed, from->at + i);

        batch->access[i] =
            (Access){ .addr = packed->addr, .bytes = packed->bytes, .op = (uint8_t)packed->op };
    }
    from->at += (guint)n;
    batch->count = n;
    return n > 0;
}

static void packed_free(AccessSource *source)
{
    (void)source;
}

static void add_read(GArray *to, uint64_t addr)
{
    const Packed packed = { .addr = addr & UINT64_C(0xFFFFFFFFFFFF), .bytes = 8 };

    g_array_append_val(to, packed);
}

static void make_seq(GArray *to)
{
    for (uint64_t i = 0; i < TEN_MILLION; i++)
        add_read(to, BASE + 8 * i);
}

static void make_rand(GArray *to)
{
    Rng rng = { .state = 1 };

    for (uint64_t i = 0; i < TEN_MILLION; i++)
        add_read(to, BASE + 8 * (rng_next(&rng) % (1 << 23)));
}

/* The first rank whose cumulated weight is not below u. */
static uint64_t first_not_below(const double *cumulated, uint64_t n, double u)
{
    uint64_t low = 0, high = n - 1;

    while (low < high) {
        const uint64_t middle = (low + high) / 2;

        if (cumulated[middle] >= u)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void make_zipf(GArray *to)
{
    enum { RANKS = 1 << 20 };
    g_autofree double *cumulated = g_new(double, RANKS);
    double total = 0;
    Rng rng = { .state = 1 };

    for (uint64_t rank = 0; rank < RANKS; rank++)
        cumulated[rank] = total += pow((double)rank + 1, -0.99);
    for (uint64_t i = 0; i < TEN_MILLION; i++) {
        const double u = rng_unit(rng_next(&rng)) * total;
        const uint64_t rank = first_not_below(cumulated, RANKS, u);

        add_read(to, BASE + 64 * (rank * 0x9E3779B1 % RANKS));
    }
}

static void make_chase(GArray *to)
{
    enum { LINES = 65536 };
    g_autofree uint32_t *next = g_new(uint32_t, LINES);
    Rng rng = { .state = 1 };
    uint32_t at = 0;

    for (uint32_t i = 0; i < LINES; i++)
        next[i] = i;
    for (uint32_t i = LINES - 1; i >= 1; i--) {
        const uint32_t j = (uint32_t)(rng_next(&rng) % i);
        const uint32_t swap = next[i];

        next[i] = next[j];
        next[j] = swap;
    }
    for (uint64_t i = 0; i < 4000000; i++) {
        add_read(to, BASE + 64 * (uint64_t)at);
        at = next[at];
    }
}

static char *data_path(const char *name)
{
    const char *root = g_getenv("srcdir");

    return g_build_filename(root ? root : ".", "tests", "data", name, NULL);
}

static void make_list(GArray *to)
{
    TraceConfig config = { .path = data_path("list.din.xz") };
    GError *error = NULL;
    AccessSource *source = trace_open(&config, 0, 0, &error);
    g_autofree Batch *batch = g_new0(Batch, 1);

    CU_ASSERT_FATAL(source != NULL);
    while (source_next(source, batch, &error))
        for (size_t i = 0; i < batch->count; i++) {
            const Packed packed = { .addr = batch->access[i].addr & UINT64_C(0xFFFFFFFFFFFF),
                                    .bytes = batch->access[i].bytes & 0xFF,
                                    .op = batch->access[i].op };

            g_array_append_val(to, packed);
        }
    CU_ASSERT_PTR_NULL(error);
    source_free(source);
    g_free(config.path);
}

/* Give each access of a trace the size in a file of one byte a record. */
static void add_sizes(GArray *to, const char *name)
{
    g_autofree char *path = data_path(name);
    g_autofree uint8_t *sizes = g_malloc(to->len + 1U);
    TraceInput *input = trace_input_open(path, NULL);
    size_t got = 0;

    CU_ASSERT_FATAL(input != NULL);
    CU_ASSERT(trace_input_read(input, (char *)sizes, to->len + 1U, &got, NULL));
    CU_ASSERT_EQUAL_FATAL(got, to->len);
    trace_input_free(input);
    for (guint i = 0; i < to->len; i++)
        g_array_index(to, Packed, i).bytes = sizes[i];
}

static GArray *make_trace(TraceId id)
{
    static void (*const makers[TRACES])(GArray *) = { make_seq,   make_rand, make_zipf,
                                                      make_chase, make_list, make_list };
    GArray *trace = g_array_new(FALSE, FALSE, sizeof(Packed));

    makers[id](trace);
    if (id == LIST_SIZED)
        add_sizes(trace, "list.sizes.xz");
    return trace;
}

/* ---- comparing ---- */

static void run_case(const Config *config, const GArray *trace, void (*run)(Rig *, AccessSource *),
                     Rig *rig)
{
    static const AccessSourceOps ops = { .next = packed_next, .free = packed_free };
    PackedSource source = { .source = { .ops = &ops }, .packed = trace };

    rig_config(rig, config);
    run(rig, &source.source);
}

static void counting(Rig *rig, AccessSource *source)
{
    rig_count_sources(rig, &source);
}

static void timed(Rig *rig, AccessSource *source)
{
    CU_ASSERT(rig_run_sources(rig, &source) > 0);
}

static bool level_agrees(const CacheStats *stats, const AgreedLevel *level)
{
    return rig_accesses(stats) == level->accesses && stats->hits == level->hits &&
           stats->read_misses == level->read_misses && stats->write_misses == level->write_misses &&
           stats->writebacks == level->writebacks && stats->passed == level->passed &&
           stats->fetches == level->fetches;
}

static bool case_agrees(const Agreed *agreed, const GArray *trace,
                        void (*run)(Rig *, AccessSource *))
{
    Rig rig;
    bool good = true;

    run_case(find_config(agreed->config), trace, run, &rig);
    for (uint32_t i = 0; i < rig.point.machine->n_caches; i++) {
        const CacheStats stats = rig_level(&rig, i);

        good = good && level_agrees(&stats, &agreed->levels[i]);
    }
    if (!good)
        g_printerr("# %s on %s: the counts differ\n", agreed->trace, agreed->config);
    rig_clear(&rig);
    return good;
}

/* Whether to run this one.  Under a sanitizer: machines that have everything; with ten million accesses that miss: not the
 * machines whose only level is the first one of others, too. */
static bool chosen(const Agreed *agreed)
{
    static const char *const all[] = { "32K8+256K8+1M16_lru", "32K8wtna+1M16wb_lru",
                                       "32K8+1M16_fifo", NULL };
    static const char *const again[] = { "32K8_lru", "32K8_fifo", "32K8_lru_wtna", NULL };

    if (RIG_SANITIZED)
        return g_strv_contains(all, agreed->config);
    return !g_strv_contains(again, agreed->config) ||
           (strcmp(agreed->trace, "rand") != 0 && strcmp(agreed->trace, "zipf") != 0);
}

static void compare_trace(TraceId id, const char *only, void (*run)(Rig *, AccessSource *))
{
    uint32_t compared = 0;
    GArray *trace = make_trace(id);

    for (size_t i = 0; i < G_N_ELEMENTS(agreed_counts); i++) {
        const Agreed *agreed = &agreed_counts[i];

        if (strcmp(agreed->trace, trace_names[id]) != 0 || !chosen(agreed) ||
            (only && strcmp(only, agreed->config) != 0))
            continue;
        CU_ASSERT(case_agrees(agreed, trace, run));
        compared++;
    }
    CU_ASSERT(compared > 0);
    g_array_unref(trace);
}

static void a_real_trace_has_the_agreed_counts(void)
{
    compare_trace(LIST, NULL, counting);
}

static void a_real_trace_with_sizes_has_the_agreed_counts(void)
{
    compare_trace(LIST_SIZED, NULL, counting);
}

static void a_chase_has_the_agreed_counts(void)
{
    compare_trace(CHASE, NULL, counting);
}

static void compare_ten_million(TraceId id)
{
    if (RIG_SANITIZED) {
        CU_PASS("it would take too long under a sanitizer");
        return;
    }
    compare_trace(id, NULL, counting);
}

static void a_sequential_stream_has_the_agreed_counts(void)
{
    compare_ten_million(SEQ);
}

static void random_reads_have_the_agreed_counts(void)
{
    compare_ten_million(RAND);
}

static void zipf_reads_have_the_agreed_counts(void)
{
    compare_ten_million(ZIPF);
}

static void timing_does_not_change_the_agreed_counts(void)
{
    compare_trace(LIST, "32K8+256K8+1M16_lru", timed);
    if (RIG_SANITIZED)
        return;
    compare_trace(LIST_SIZED, "32K8wtna+1M16wb_lru", timed);
    compare_trace(LIST_SIZED, "32K8+1M16_fifo", timed);
    compare_trace(LIST, "4K_fa_lru", timed);
    compare_trace(CHASE, "256K_dm", timed);
    compare_trace(SEQ, "32K8+1M16_lru", timed);
}

static CU_TestInfo tests[] = {
    TEST(a_real_trace_has_the_agreed_counts),
    TEST(a_real_trace_with_sizes_has_the_agreed_counts),
    TEST(a_chase_has_the_agreed_counts),
    TEST(a_sequential_stream_has_the_agreed_counts),
    TEST(random_reads_have_the_agreed_counts),
    TEST(zipf_reads_have_the_agreed_counts),
    TEST(timing_does_not_change_the_agreed_counts),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_counts = { .pName = "counts", .pTests = tests };
