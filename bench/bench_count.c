/*
 * bench_count - accesses a second of machines that are only counted, beside what the processor allows.
 *
 * In memory: batches of an array go straight to the caches, one level (32 KiB, 8 ways) or two (1 MiB, 16 ways below);
 * beside it the limit: a loop written for just the one cache, eight 32-bit tags in one vector.  Generated: the same through
 * generators and core.  From a file: a din text and an mst file of a walk, opened, read, counted; if the program that the
 * environment's DINERO names, or dineroIV or dinero4, is there, its time for the same text.  The best of several runs is
 * printed: what else runs on the machine only adds time.  Plain din files of
 * compact addresses that are named as arguments are counted, too.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cpu.h"
#include "bench_file.h"
#include "system/phases.h"
#include "trace/trace_writer.h"

enum { RUNS = 15, IN_MEMORY = 400000, IN_FILE = 4000000, MIB = 1 << 20 };

static MachineSpec *machine_new(uint32_t levels)
{
    static const CacheConfig caches[] = {
        { .size_bytes = 32 << 10, .line_bytes = 64, .ways = 8 },
        { .size_bytes = MIB, .line_bytes = 64, .ways = 16 },
    };
    MachineSpec *machine = g_new0(MachineSpec, 1);

    machine->cores = 1;
    machine->compute =
        (ComputeConfig){ .clock_Hz = 1e9, .issue = 1, .window = 16, .overlap = true, .n_peaks = 1 };
    machine->compute.peaks = g_new0(Peak, 1);
    machine->compute.peaks[0].flop_per_s = 1e9;
    machine->n_caches = levels;
    machine->caches = g_new0(CacheConfig, levels);
    for (uint32_t i = 0; i < levels; i++) {
        CacheConfig *cache = &machine->caches[i];

        *cache = caches[i];
        cache->name = g_strdup_printf("L%u", i + 1);
        cache->allocate = true;
        cache->banks = cache->mshrs = cache->cores_per_instance = 1;
    }
    machine->memory.type = MEMORY_SIMPLE;
    machine->memory.simple =
        (SimpleConfig){ .channels = 1, .bandwidth_B_per_s = 1e9, .interleave_bytes = 256 };
    return machine;
}

static double now_s(void)
{
    return (double)g_get_monotonic_time() * 1e-6;
}

/* ---- what the processor allows ---- */

#ifdef __x86_64__
#include <immintrin.h>

/* One cache of 64 sets and 8 ways; returns its misses. */
FOR_AVX2 static uint64_t limit_loop(const Access *accesses, size_t n)
{
    static const uint32_t turns[8][8] = {
        { 0, 1, 2, 3, 4, 5, 6, 7 }, { 1, 0, 2, 3, 4, 5, 6, 7 }, { 2, 0, 1, 3, 4, 5, 6, 7 },
        { 3, 0, 1, 2, 4, 5, 6, 7 }, { 4, 0, 1, 2, 3, 5, 6, 7 }, { 5, 0, 1, 2, 3, 4, 6, 7 },
        { 6, 0, 1, 2, 3, 4, 5, 7 }, { 7, 0, 1, 2, 3, 4, 5, 6 },
    };
    static const uint32_t unused = 0x7FFFFFFF;
    __m256i sets[64];
    uint32_t *last = NULL;
    uint64_t misses = 0, last_line = UINT64_MAX;

    for (int i = 0; i < 64; i++)
        sets[i] = _mm256_set1_epi32((int)unused);
    for (size_t i = 0; i < n; i++) {
        const uint64_t line = accesses[i].addr >> 6;
        const uint32_t dirty = (uint32_t)accesses[i].op << 31;

        if (line == last_line) {
            *last |= dirty;
            continue;
        }
        __m256i *set = &sets[line & 63];
        const uint32_t tag = (uint32_t)(line >> 6) & unused;
        const __m256i clean = _mm256_and_si256(*set, _mm256_set1_epi32((int)unused));
        const __m256i same = _mm256_cmpeq_epi32(clean, _mm256_set1_epi32((int)tag));
        const uint32_t found = (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(same));
        const uint32_t way = (uint32_t)__builtin_ctz(found | 1U << 7);
        const __m256i turn = _mm256_loadu_si256((const __m256i *)(const void *)turns[way]);

        last = (uint32_t *)(void *)set;
        const uint32_t kept = found ? last[way] & ~unused : 0;

        last_line = line;
        misses += !found;
        *set = _mm256_blend_epi32(
            _mm256_permutevar8x32_epi32(*set, turn),
            _mm256_castsi128_si256(_mm_cvtsi32_si128((int)(tag | dirty | kept))), 1);
    }
    return misses;
}
#else
static uint64_t limit_loop(const Access *accesses, size_t n)
{
    (void)accesses;
    (void)n;
    return 0;
}
#endif

/* Millions a second; 0: not on this processor. */
static double limit_rate(const Access *accesses, size_t n, uint64_t *misses)
{
    double best_s = INFINITY;

    if (!cpu_has_avx2())
        return 0;
    for (int i = 0; i < RUNS; i++) {
        const double start_s = now_s();

        *misses = limit_loop(accesses, n);
        best_s = MIN(best_s, now_s() - start_s);
    }
    return (double)n / best_s * 1e-6;
}

/* ---- in memory ---- */

static WorkloadSpec *small_pattern(void)
{
    WorkloadSpec *workload = workload_new(WORKLOAD_PATTERN);

    workload->pattern = (PatternConfig){ .footprint_bytes = 64, .size_bytes = 8 };
    return workload;
}

/* Seconds. */
static double count_array(Front *front, const GArray *accesses)
{
    const double start_s = now_s();

    for (guint at = 0; at < accesses->len; at += BATCH_MAX) {
        Access *from = &g_array_index(accesses, Access, at);
        const size_t n = MIN(BATCH_MAX, accesses->len - at);
        const AccessTally tally = access_tally(from, n, front->line_bytes);

        front->ops->count_batch(front, from, n, &tally);
    }
    front->ops->count_end(front);
    return now_s() - start_s;
}

/* Millions a second through so many levels. */
static double array_rate(const GArray *accesses, uint32_t levels, uint64_t *misses)
{
    const PointSpec point = { .machine = machine_new(levels), .workload = small_pattern() };
    double best_s = INFINITY;

    for (int i = 0; i < RUNS; i++) {
        Parts parts;

        parts_init(&parts, &point, 1e9, true);
        const double taken_s = count_array(parts_front(&parts, 0, ACCESS_READ), accesses);
        const CacheStats stats = parts_level_stats(&parts, 0);

        *misses = stats.read_misses + stats.write_misses;
        best_s = MIN(best_s, taken_s);
        parts_clear(&parts);
    }
    machine_free(point.machine);
    workload_unref(point.workload);
    return (double)accesses->len / best_s * 1e-6;
}

static void report_array(const char *title, const GArray *accesses)
{
    uint64_t misses, want = 0;
    const double limit =
        limit_rate((const Access *)(const void *)accesses->data, accesses->len, &want);
    const double one = array_rate(accesses, 1, &misses);
    const bool same = limit > 0 && misses == want;
    const double two = array_rate(accesses, 2, &misses);

    printf("%-24s %10.0f %10.0f %9.0f%% %10.0f%s\n", title, limit, one,
           limit > 0 ? 100 * one / limit : 0.0, two,
           same || !(limit > 0) ? "" : "  (the loop counts otherwise)");
}

/* Reads of eight bytes. */
static GArray *make_array(bool random, uint32_t writes_of_10)
{
    GArray *accesses = g_array_new(FALSE, FALSE, sizeof(Access));
    Rng rng = { .state = 1 };

    for (uint32_t i = 0; i < IN_MEMORY; i++) {
        const uint64_t draw = rng_next(&rng);
        const uint64_t at = random ? draw % (8 * MIB) : i;
        const Access access = { .addr = 0x10000000 + 8 * at,
                                .bytes = 8,
                                .op = (uint8_t)((draw >> 32) % 10 < writes_of_10) };

        g_array_append_val(accesses, access);
    }
    return accesses;
}

static GArray *read_array(const char *path)
{
    GArray *accesses = g_array_new(FALSE, FALSE, sizeof(Access));
    Batch *batch = g_new(Batch, 1);
    TraceConfig config = { .path = (char *)path };
    AccessSource *source = trace_open(&config, 0, 0, NULL);

    while (source && accesses->len < IN_MEMORY && source_next(source, batch, NULL))
        g_array_append_vals(accesses, batch->access, (guint)batch->count);
    source_free(source);
    g_free(batch);
    return accesses;
}

static void report_memory(int n_files, char **files)
{
    const struct {
        const char *title;
        bool random;
        uint32_t writes_of_10;
    } cases[] = { { "sequential", false, 0 },
                  { "random in 64 MiB", true, 0 },
                  { "random, 30 % writes", true, 3 } };

    printf("in memory, M/s           %10s %10s %10s %10s\n", "limit loop", "one level", "of it",
           "two levels");
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GArray) accesses = make_array(cases[i].random, cases[i].writes_of_10);

        report_array(cases[i].title, accesses);
    }
    for (int i = 0; i < n_files; i++) {
        g_autoptr(GArray) accesses = read_array(files[i]);
        g_autofree char *name = g_path_get_basename(files[i]);

        if (accesses->len > 0)
            report_array(name, accesses);
    }
}

/* ---- through phases ---- */

typedef struct {
    double time_s;
    uint64_t accesses; /* 0: the run has failed */
} Took;

static double millions_a_second(Took took)
{
    return took.accesses ? (double)took.accesses / took.time_s * 1e-6 : 0;
}

/* The fastest of some runs of a workload, building the machine not included. */
static Took count_workload(const WorkloadSpec *workload, uint32_t levels, int runs)
{
    const PointSpec point = { .machine = machine_new(levels),
                              .workload = (WorkloadSpec *)workload };
    Took best = { .time_s = INFINITY };

    for (int i = 0; i < runs; i++) {
        Parts parts;

        parts_init(&parts, &point, 1e9, true);
        const double start_s = now_s();
        const bool good = phases_count(&parts, NULL);

        best.time_s = MIN(best.time_s, now_s() - start_s);
        best.accesses = good ? core_stats(parts.cores[0]).accesses : 0;
        parts_clear(&parts);
    }
    machine_free(point.machine);
    return best;
}

static void report_generated(void)
{
    printf("\ngenerated, M/s           %10s %10s\n", "one level", "two levels");
    for (uint32_t i = 0; i < GEN_COUNT; i++) {
        WorkloadSpec *workload = workload_new(WORKLOAD_PATTERN);

        workload->split_lines = true;
        workload->pattern = (PatternConfig){ .pattern = i,
                                             .footprint_bytes = 64 * MIB,
                                             .accesses = IN_MEMORY,
                                             .size_bytes = 8,
                                             .stride_bytes = 72,
                                             .exponent = 0.99,
                                             .seed = 1 };
        if (i == GEN_CHASE)
            workload->pattern.footprint_bytes = MIB;
        printf("%-24s %10.0f %10.0f\n", gen_names()[i],
               millions_a_second(count_workload(workload, 1, RUNS)),
               millions_a_second(count_workload(workload, 2, RUNS)));
        workload_unref(workload);
    }
}

/* ---- from a file ---- */

static Took count_file(const char *path)
{
    WorkloadSpec *workload = workload_new(WORKLOAD_TRACE);

    workload->trace.path = g_strdup(path);
    const Took took = count_workload(workload, 1, 3);

    workload_unref(workload);
    return took;
}

static char *find_dinero(void)
{
    const char *named = g_getenv("DINERO");
    char *path = named ? g_find_program_in_path(named) : NULL;

    if (!path)
        path = g_find_program_in_path("dineroIV");
    return path ? path : g_find_program_in_path("dinero4");
}

/* Seconds of Dinero IV for a din text and the machine of one level; 0: it has failed. */
static double dinero_time_s(const char *program, const char *path)
{
    g_autofree char *quoted = g_shell_quote(program), *file = g_shell_quote(path);
    g_autofree char *command = g_strdup_printf(
        "%s -informat d -l1-dsize 32k -l1-dassoc 8 -l1-dbsize 64 < %s > /dev/null", quoted, file);
    double best_s = INFINITY;

    for (int i = 0; i < 3; i++) {
        const double start_s = now_s();

        if (system(command) != 0)
            return 0;
        best_s = MIN(best_s, now_s() - start_s);
    }
    return best_s;
}

static void make_mst(const char *din, const char *mst)
{
    TraceConfig config = { .path = (char *)din };
    Batch *batch = g_new(Batch, 1);
    AccessSource *source = trace_open(&config, 0, 0, NULL);
    TraceWriter *writer = trace_writer_open(mst, "mst", false, 0, NULL);

    while (source && writer && source_next(source, batch, NULL) &&
           trace_writer_put(writer, batch, NULL))
        ;
    if (writer)
        trace_writer_finish(writer, NULL);
    trace_writer_free(writer);
    source_free(source);
    g_free(batch);
}

static void report_file(const char *title, const char *din, const char *dinero)
{
    g_autofree char *mst = temporary_file(".mst", "", 0);
    const Took text = count_file(din);
    const double dinero_s = dinero ? dinero_time_s(dinero, din) : 0;

    make_mst(din, mst);
    printf("%-24s %10.0f %10.0f", title, millions_a_second(text),
           millions_a_second(count_file(mst)));
    if (dinero_s > 0)
        printf(" %10.0f %9.1fx", (double)text.accesses / dinero_s * 1e-6, dinero_s / text.time_s);
    printf("\n");
    g_remove(mst);
}

static void report_walk(const char *dinero)
{
    g_autoptr(GString) text = g_string_new(NULL);
    Rng rng = { .state = 1 };

    for (uint32_t i = 0; i < IN_FILE; i++) {
        const uint64_t draw = rng_next(&rng);

        g_string_append_printf(text, "%d %" PRIx64 "\n", draw % 4 == 0, bench_address(i, draw));
    }
    g_autofree char *din = bench_file("", text);

    if (din)
        report_file("walk", din, dinero);
    if (din)
        g_remove(din);
}

int main(int argc, char **argv)
{
    g_autofree char *dinero = find_dinero();

    report_memory(argc - 1, argv + 1);
    report_generated();
    printf("\nfrom a file, M/s         %10s %10s %10s %10s\n", "din", "mst", "Dinero IV",
           "din to it");
    report_walk(dinero);
    for (int i = 1; i < argc; i++) {
        g_autofree char *name = g_path_get_basename(argv[i]);

        report_file(name, argv[i], dinero);
    }
    return 0;
}
