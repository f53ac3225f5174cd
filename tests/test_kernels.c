/*
 * test_kernels - the kernel library: formulas against counting, parameters, and the closed forms of kernels.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "config/config.h"
#include "kernel_rig.h"
#include "rig.h"
#include "script_rig.h"
#include "system/system.h"

/* ---- formulas and counting ---- */

static void check_counts(const char *workload)
{
    Study *study = kernel_study("", workload);

    if (study == NULL)
        return;
    const KernelCounts counts = kernel_counts(study);

    if (counts.flops != counts.formula_flops || counts.compulsory_bytes != counts.formula_bytes)
        fprintf(stderr, "# %s: %.0f operations, its formula %.0f; %.0f bytes, its formula %.0f\n",
                workload, counts.flops, counts.formula_flops, counts.compulsory_bytes,
                counts.formula_bytes);
    CU_ASSERT_EQUAL(counts.flops, counts.formula_flops);
    CU_ASSERT_EQUAL(counts.compulsory_bytes, counts.formula_bytes);
    study_free(study);
}

static void every_kernel_counts_what_its_formulas_say(void)
{
    g_auto(GStrv) names = config_kernel_names();

    CU_ASSERT(g_strv_length(names) >= 20);
    for (char **name = names; *name; name++) {
        g_autofree char *workload = g_strdup_printf("memsim.kernel '%s'", *name);

        check_counts(workload);
    }
}

static void so_do_their_variants(void)
{
    static const char *const variants[] = {
        "triad', { n = 100, vector_triad = true, dtype = 'f32', vector = 32 }",
        "bias_gelu', { rows = 3, columns = 50, dtype = 'bf16', vector = 16 }",
        "dropout', { n = 101, vector = 16 }",
        "softmax', { rows = 3, columns = 50, variant = 'one-pass', vector = 16 }",
        "softmax', { rows = 3, columns = 50, variant = 'two-pass' }",
        "softmax', { rows = 3, columns = 50, variant = 'online' }",
        "layer_norm', { rows = 3, columns = 50, variant = 'one-pass', vector = 16 }",
        "layer_norm', { rows = 3, columns = 50, variant = 'welford' }",
        "reduction', { rows = 30, columns = 50, sum = 'columns' }",
        "reduction', { rows = 30, columns = 50, sum = 'columns-by-rows' }",
        "gemv', { m = 30, n = 50, transposed = true }",
        "gemm', { m = 20, n = 30, k = 25, order = 'kji', tile = 8 }",
        "gemm', { m = 20, n = 30, k = 25, order = 'jki', register = true }",
        "gemm', { m = 20, n = 30, k = 25, tile = { 16, 8, 3 }, register = true, dtype = 'f64' }",
        "gemm', { m = 20, n = 30, k = 25, order = 'ikj', vector = 32 }",
        "gemm', { m = 20, n = 30, k = 25, split_k = 4 }",
        "gemm_staged', { m = 20, n = 33, k = 25, tile_m = 8, tile_n = 16, tile_k = 8, bias = true "
        "}",
        "gemm_staged', { m = 20, n = 32, k = 25, gelu = true, residual = true, vector = 0 }",
        "conv2d', { stride = 2, size = 3, height = 11, width = 14, algorithm = 'im2col', batch = 2 "
        "}",
        "conv2d', { stride = 3, size = 1, padding = 0, height = 11, width = 14 }",
        "conv_staged', { stride = 2, height = 11, width = 14, residual = true, border_out = 1 }",
        "transpose', { m = 20, n = 33, tile = 8, pad = 5 }",
        "stencil2d', { n = 20, columns = 15, shape = 'box', radius = 3, sweeps = 3, tile = 4 }",
        "stencil2d', { n = 9, radius = 4, sweeps = 2 }",
        "stencil3d', { n = 12, planes = 15, radius = 2, sweeps = 2, tile = 4, coefficients = 3 }",
        "stencil3d', { n = 12, planes = 15, radius = 2, sweeps = 4, time_block = 3 }",
        "stencil3d', { n = 12, shape = 'box', radius = 4, vector = 64 }",
        "gather', { distribution = 'zipf', exponent = 1.2 }",
        "scatter', { add = true }",
        "embedding_bag', { distribution = 'uniform', vector = 16 }",
        "spmv', { band = 3, per_row = 4 }",
        "linear_relu_dropout', { fused = false }",
        "attention', { variant = 'standard', queries = 40, keys = 50, batch = 2 }",
        "attention', { queries = 1, keys = 50, br = 1 }",
        "transformer_block', { seq = 16, model = 'bert-base', attention = 'standard', tile = 64 }",
        "transformer_block', { seq = 16, phase = 'decode', batch = 3 }",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(variants); i++) {
        g_autofree char *workload = g_strdup_printf("memsim.kernel('%s)", variants[i]);

        check_counts(workload);
    }
}

/* By hand, from what the sources in the kernels' heads count: of a softmax an element takes a maximum (1), e (2), the sum (1), and
 * so on; what a kernel says of itself and what its loops do could be wrong alike. */
static void operations_are_those_of_the_sources(void)
{
    static const struct {
        const char *kernel;
        double flops;
    } cases[] = {
        { "copy', { n = 10 }", 0 },
        { "scale', { n = 10 }", 10 },
        { "add', { n = 10 }", 10 },
        { "triad', { n = 10 }", 2 * 10 },
        { "triad', { n = 10, vector_triad = true }", 2 * 10 },
        { "relu', { n = 10 }", 10 },
        { "dropout', { n = 10 }", 2 * 10 },
        { "bias_gelu', { rows = 3, columns = 50 }", (1 + 9) * 150 },
        { "softmax', { rows = 3, columns = 50, variant = 'one-pass' }", (1 + 3 + 1) * 150 },
        { "softmax', { rows = 3, columns = 50, variant = 'two-pass' }", (3 + 2 + 1) * 150 },
        { "softmax', { rows = 3, columns = 50, variant = 'three-pass' }", (1 + 3 + 2 + 1) * 150 },
        { "softmax', { rows = 3, columns = 50, variant = 'online' }", (1 + 3 + 3 + 2 + 1) * 150 },
        { "layer_norm', { rows = 3, columns = 50, variant = 'one-pass' }", (1 + 3 + 4) * 150 + 12 },
        { "layer_norm', { rows = 3, columns = 50, variant = 'two-pass' }", (1 + 3 + 4) * 150 + 12 },
        { "layer_norm', { rows = 3, columns = 50, variant = 'welford' }", (6 + 4) * 150 + 12 },
        { "reduction', { rows = 3, columns = 50 }", 150 },
        { "gemv', { m = 3, n = 50 }", 2 * 150 },
        { "gemm', { m = 2, n = 3, k = 5 }", 2 * 30 },
        { "gemm', { m = 2, n = 3, k = 5, split_k = 2 }", 2 * 30 + 2 * 6 },
        { "batched_gemm', { batch = 4, m = 2, n = 3, k = 5 }", 4 * 2 * 30 },
        { "stencil2d', { n = 5 }", 9 * (5 + 4) },
        { "stencil3d', { n = 5, shape = 'box' }", 27 * (27 + 26) },
        { "gather', { n = 9, rows = 5, width = 3 }", 0 },
        { "scatter', { n = 9, rows = 5, width = 3, add = true }", 27 },
        { "embedding_bag', { bags = 3, lookups = 4, rows = 6, width = 5 }", 60 },
        { "spmv', { rows = 3, columns = 10, per_row = 2 }", 2 * 6 },
        { "linear_relu_dropout', { rows = 2, inputs = 3, outputs = 5 }", 2 * 30 + 3 * 10 },
        { "attention', { variant = 'standard', heads = 1, queries = 4, keys = 6, d = 2 }",
          24 * (4 * 2 + 1 + 5) },
        { "attention', { heads = 1, queries = 4, keys = 6, d = 2, br = 4, bc = 3, vector = 0 }",
          24 * (4 * 2 + 5) + 4 * (2 * (2 + 3) + 2) },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *workload = g_strdup_printf("memsim.kernel('%s)", cases[i].kernel);
        Study *study = kernel_study("", workload);
        const double flops = kernel_counts(study).flops;

        if (flops != cases[i].flops)
            fprintf(stderr, "# %s: %g operations, by hand %g\n", workload, flops, cases[i].flops);
        CU_ASSERT_EQUAL(flops, cases[i].flops);
        study_free(study);
    }
}

/* ---- closed forms ---- */

/* The only row of a workload on a machine with these caches. */
static Row *run(const char *caches, const char *workload)
{
    return study_row(kernel_study(caches, workload));
}

static double run_for(const char *caches, const char *workload, const char *column)
{
    Row *row = run(caches, workload);
    const double value = row_number(row, column);

    row_free(row);
    return value;
}

#define SMALL "{ name = 'L1', size = '4KiB', ways = 8 }"

/* formulas.md 2.7: a line that is written is read first, and written back. */
static void stream_moves_what_write_allocation_adds(void)
{
    static const struct {
        const char *kernel;
        double bytes; /* an iteration */
    } moves[] = { { "copy", 24 }, { "scale", 24 }, { "add", 32 }, { "triad", 32 } };

    for (size_t i = 0; i < G_N_ELEMENTS(moves); i++) {
        g_autofree char *workload = g_strdup_printf(
            "memsim.kernel('%s', { n = 4096, warmup = '1 pass' })", moves[i].kernel);

        CU_ASSERT_EQUAL(run_for(SMALL, workload, "memory_bytes"), 4096 * moves[i].bytes);
    }
    CU_ASSERT_EQUAL(run_for(SMALL,
                            "memsim.kernel('triad', { n = 4096, vector_triad = true, "
                            "warmup = '1 pass' })",
                            "memory_bytes"),
                    4096 * 40);
}

/* formulas.md 2.8: bytes for each point below a cache that holds the planes, only the rows, or neither. */
static void stencil_traffic_follows_the_layer_conditions(void)
{
    static const struct {
        const char *cache;
        double bytes;
    } levels[] = { { "256KiB", 24 }, { "8KiB", 40 }, { "1KiB", 56 } };

    for (size_t i = 0; i < G_N_ELEMENTS(levels); i++) {
        g_autofree char *cache =
            g_strdup_printf("{ name = 'L1', size = '%s', ways = 'full' }", levels[i].cache);
        /* 14 planes of 64 x 64 points, the first 6 before counting begins */
        const double bytes = run_for(
            cache, "memsim.kernel('stencil3d', { n = 66, planes = 16, warmup = 6 * 64 * 64 * 8 })",
            "memory_bytes");

        CU_ASSERT_DOUBLE_EQUAL(bytes / (8 * 64 * 64), levels[i].bytes, 0.05 * levels[i].bytes);
    }
}

/* formulas.md 2.10: T(V) = a + V / B. */
static void time_is_latency_and_volume_over_bandwidth(void)
{
    const double once = run_for("", "memsim.kernel('reduction', { rows = 1, columns = 10000 })",
                                "time_s"),
                 twice = run_for("", "memsim.kernel('reduction', { rows = 1, columns = 20000 })",
                                 "time_s");

    CU_ASSERT_DOUBLE_EQUAL(twice - once, 40000 / 10e9, 1e-10);
}

/* formulas.md 2.11: flash reads keys and values once for each block of queries, standard moves S and P instead. */
static void attention_moves_what_its_blocks_say(void)
{
    const char *const tiny = "{ name = 'L1', size = '1KiB', ways = 'full' }";
    /* 128 queries and keys, d = 32, 2 bytes: a block of 32 x 32 is 2 KiB; a tensor is 8 KiB, S is 32 KiB */
    const char *const sizes = "heads = 1, queries = 128, keys = 128, d = 32, br = 32, bc = 32, "
                              "warmup = '1 pass'";
    g_autofree char *flash = g_strdup_printf("memsim.kernel('attention', { %s })", sizes);
    g_autofree char *standard =
        g_strdup_printf("memsim.kernel('attention', { %s, variant = 'standard' })", sizes);
    const double tensor = 128 * 32 * 2, scores = 128 * 128 * 2;

    /* q once, k and v four times, o read and written */
    CU_ASSERT_EQUAL(run_for(tiny, flash, "memory_bytes"), (1 + 8 + 2) * tensor);
    /* q for each block of keys, k and v for each of queries, o; S and P read in, written back and read again */
    CU_ASSERT_EQUAL(run_for(tiny, standard, "memory_bytes"),
                    (4 + 4 + 4 + 2) * tensor + 2 * 3 * scores);
}

/* formulas.md 2.12: a warp reads 32 elements of 4 bytes, s elements apart, in sectors of 32 bytes. */
static void strides_cost_sectors(void)
{
    for (uint32_t stride = 1; stride <= 12; stride++) {
        g_autofree char *workload = g_strdup_printf("(function() local i = memsim.index('i'); "
                                                    "local A = memsim.array('A', 'f32', 32 * %u) "
                                                    "return memsim.nest { loops = { { i, 32 } }, "
                                                    "body = { memsim.read(A[%u * i]) } } end)()",
                                                    stride, stride);

        CU_ASSERT_EQUAL(run_for("{ name = 'L1', size = '4KiB', line = '32B', ways = 8 }", workload,
                                "l1_misses"),
                        MIN(32, 4 * stride));
    }
}

/* formulas.md 2.13: so many reads of a row that does not fit, one of a row that does; one write in any case, which reads
 * the line, too. */
static void passes_cost_reads_of_rows_that_do_not_fit(void)
{
    static const struct {
        const char *kernel, *variant;
        uint32_t reads;
    } passes[] = {
        { "softmax", "one-pass", 1 },    { "softmax", "two-pass", 2 },
        { "softmax", "online", 2 },      { "softmax", "three-pass", 3 },
        { "layer_norm", "one-pass", 1 }, { "layer_norm", "welford", 2 },
        { "layer_norm", "two-pass", 3 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(passes); i++) {
        g_autofree char *workload = g_strdup_printf(
            "memsim.kernel('%s', { rows = 8, columns = 2048, variant = '%s', warmup = '1 pass' })",
            passes[i].kernel, passes[i].variant);
        /* a row is 128 lines; gamma and beta are two more, for each row */
        const uint32_t others = passes[i].kernel[0] == 'l' ? 2 : 0;

        CU_ASSERT_EQUAL(run_for(SMALL, workload, "l1_misses"),
                        8 * 128 * (passes[i].reads + 1 + others));
        CU_ASSERT_EQUAL(
            run_for("{ name = 'L1', size = '48KiB', ways = 'full' }", workload, "l1_misses"),
            8 * 128 * 2);
    }
}

/* 2.1: misses of an iteration when no column and no two rows fit; elements of 8 bytes, 8 in a line. */
static void loop_orders_miss_as_their_strides_say(void)
{
    static const struct {
        const char *order;
        double misses;
    } orders[] = { { "ijk", 1.125 }, { "jik", 1.125 }, { "jki", 2 },
                   { "kji", 2 },     { "kij", 0.25 },  { "ikj", 0.25 } };

    for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
        g_autofree char *workload = g_strdup_printf(
            "memsim.kernel('gemm', { m = 64, n = 64, k = 64, dtype = 'f64', order = '%s', "
            "register = true })",
            orders[i].order);
        const double misses =
            run_for("{ name = 'L1', size = '512B', ways = 'full' }", workload, "l1_misses");

        CU_ASSERT_DOUBLE_EQUAL(misses / (64 * 64 * 64), orders[i].misses, 2.0 / 64);
    }
}

/* Six moves of a tensor against two; the weights are small and stay. */
static void a_fused_chain_moves_two_tensors_instead_of_six(void)
{
    const char *const parameters = "rows = 4096, inputs = 8, outputs = 8, warmup = '1 pass'";
    g_autofree char *fused =
        g_strdup_printf("memsim.kernel('linear_relu_dropout', { %s })", parameters);
    g_autofree char *unfused =
        g_strdup_printf("memsim.kernel('linear_relu_dropout', { %s, fused = false })", parameters);
    const double tensor = 4096 * 8 * 4;

    /* a tensor that is written is read first */
    CU_ASSERT_EQUAL(run_for(SMALL, fused, "memory_bytes"), (1 + 2) * tensor);
    /* the 256 bytes of the weights come in once in each run of it */
    CU_ASSERT_EQUAL(run_for(SMALL, unfused, "memory_bytes"), 3 * (1 + 2) * tensor + 256);
}

/* The program of traces/src/matmul.c as nests, with its arrays where the trace has them. */
#define PROGRAM                                                               \
    "(function()\n"                                                           \
    "  local i, j, k = memsim.index('i', 'j', 'k')\n"                         \
    "  local A = memsim.array('A', 'f64', 64, 64, { base = 0x4b62e0 })\n"     \
    "  local B = memsim.array('B', 'f64', 64, 64, { base = 0x4ae2e0 })\n"     \
    "  local C = memsim.array('C', 'f64', 64, 64, { base = 0x4a62e0 })\n"     \
    "  return memsim.sequence {\n"                                            \
    "    memsim.nest { loops = { { i, 64 }, { j, 64 } },\n"                   \
    "      body = { memsim.write(A[i][j]), memsim.write(B[i][j]) } },\n"      \
    "    memsim.nest { loops = { { i, 64 }, { j, 64 } },\n"                   \
    "      body = { { loops = { { k, 64 } }, body = { memsim.read(A[i][k]), " \
    "memsim.read(B[k][j]) } },\n"                                             \
    "        memsim.write(C[i][j]) } } }\n"                                   \
    "end)()"

/* The trace has some ten thousand accesses more, those of the C library's start, and no more than as many misses: each of
 * them may miss, and throw out a line of the arrays that is needed again. */
static void a_nest_misses_as_the_trace_of_its_program(void)
{
    static const char *const caches[] = {
        "{ name = 'L1', size = '32KiB', ways = 8 }",
        "{ name = 'L1', size = '32KiB', ways = 8, policy = 'fifo' }",
        "{ name = 'L1', size = '4KiB', ways = 'full' }", "{ name = 'L1', size = '1MiB', ways = 16 }"
    };
    const char *srcdir = g_getenv("srcdir");
    g_autofree char *trace = g_strdup_printf(
        "memsim.workload { trace = '%s/traces/matmul.din.zst' }", srcdir ? srcdir : ".");

    for (size_t i = 0; i < G_N_ELEMENTS(caches); i++) {
        Row *nest = run(caches[i], PROGRAM), *program = run(caches[i], trace);
        const double start = row_number(program, "accesses") - row_number(nest, "accesses");
        const double more = row_number(program, "l1_misses") - row_number(nest, "l1_misses");

        CU_ASSERT(start > 0 && start < 13000);
        CU_ASSERT(more > 0 && more < 0.2 * start);
        row_free(nest);
        row_free(program);
    }
}

/* ---- parameters ---- */

/* The call is refused, and the message begins with the line. */
static void call_is_refused(const char *call, const char *message)
{
    g_autofree char *script = g_strdup_printf("local k = %s\nreturn memsim.sweep {}", call);
    g_autofree char *whole = g_strdup_printf("s.lua:1: *%s*", message);

    is_refused(script, whole);
}

static void wrong_parameters_are_refused_with_the_line(void)
{
    call_is_refused("memsim.kernel 'gemn'", "no 'gemn' in the library; did you mean 'gemm'");
    call_is_refused("memsim.kernel(3)", "expected the name of a kernel of the library");
    call_is_refused("memsim.kernel('gemm', 3)", "expected a table of parameters");
    call_is_refused("memsim.kernel('gemm', { 3 })", "expected a table of named parameters");
    call_is_refused("memsim.kernel('gemm', { tyle = 8 })",
                    "kernel 'gemm': no parameter 'tyle'; did you mean 'tile'");
    call_is_refused("memsim.kernel('gemm', { m = 0 })",
                    "m = 0: expected a whole number of at least 1");
    call_is_refused("memsim.kernel('gemm', { m = 2.5 })", "m = 2.5: expected a whole number");
    call_is_refused("memsim.kernel('gemm', { m = 'x' })", "m: expected a number, not a string");
    call_is_refused("memsim.kernel('gemm', { tile = 'x' })",
                    "tile: expected a number or a list of numbers");
    call_is_refused("memsim.kernel('gemm', { tile = { 8, 0 } })",
                    "tile[2]: expected a whole number of at least 1");
    call_is_refused("memsim.kernel('gemm', { tile = {} })", "tile: the list is empty");
    call_is_refused("memsim.kernel('gemm', { order = 'iij' })",
                    "order = \"iij\": expected one of ijk, ikj");
    call_is_refused("memsim.kernel('gemm', { A = 3 })", "A: expected an array");
    call_is_refused("memsim.kernel('gemm', { threads = { 8 } })",
                    "threads are the rows and columns of a block, such as { 8, 32 }");
    call_is_refused("memsim.kernel('gemm', { threads = 8, order = 'ikj' })",
                    "with threads the order is \"ijk\" or \"jik\"");
    call_is_refused("memsim.kernel('gemm', { threads = 8, register = true })",
                    "with threads each has its sum in a register; leave register out");
    call_is_refused("memsim.kernel('gemm', { threads = 8, split_k = 2 })",
                    "threads and unroll are not for split_k");
    call_is_refused("memsim.kernel('gemm', { dtype = 'f31' })",
                    "kernel 'gemm': dtype = \"f31\": expected one of f64, f32");
    call_is_refused("memsim.kernel('stencil3d', { radius = 5 })",
                    "radius = 5: expected a whole number from 1 to 4");
    call_is_refused("memsim.kernel('stencil3d', { n = 2 })", "has no point inside its border");
    call_is_refused("memsim.kernel('transformer_block', { model = 'bert-base', phase = 'decode' })",
                    "is an encoder");
    call_is_refused("memsim.kernels_of 'gemm'", "is one kernel, not a list");
    call_is_refused("memsim.kernel('gemm', { warmup = 'x' })", "warmup");
    call_is_refused("memsim.nest { loops = { { memsim.index 'i', {}, 4 } }, body = {} }",
                    "nest.loops[1][2]: has 0 bounds; possible are 1 to 8");
    call_is_refused("memsim.nest { loops = { { memsim.index 'i', 0, { 4, 'x' } } }, body = {} }",
                    "nest.loops[1][3][2]: expected a whole number");
    call_is_refused("memsim.element_bytes 'f31'", "'f31' is no type of elements; known: f64, f32");
    call_is_refused("memsim.element_bytes()", "element_bytes: nil is no type of elements; known: ");
    call_is_refused("memsim.element_bytes(3)", "element_bytes: a number is no type of elements");
}

static void a_list_of_kernels_has_one_for_each_name_and_a_total(void)
{
    Study *study = kernel_study(
        "",
        "(function()\n"
        "  local block = memsim.kernels_of('transformer_block', { seq = 8, cores = 1 })\n"
        "  local names = table.concat(block.names, ' ')\n"
        "  assert(names == 'norm_1 qkv attention project norm_2 hidden contract total', names)\n"
        "  local flops, bytes = 0, 0\n"
        "  for i = 1, #block.names - 1 do\n"
        "    flops = flops + block[block.names[i]].flops\n"
        "    bytes = bytes + block[block.names[i]].compulsory_bytes\n"
        "  end\n"
        "  assert(flops == block.total.flops and bytes > block.total.compulsory_bytes)\n"
        "  assert(block.qkv.nest.flops == block.qkv.flops and block.total.nest == nil)\n"
        "  return block.total\n"
        "end)()");

    study_free(study);
}

static void a_kernel_counts_half_bytes_by_formula_and_whole_ones_by_its_loops(void)
{
    study_free(kernel_study(
        "", "(function()\n"
            "  local copy = memsim.kernel('copy', { n = 3, dtype = 'i4' })\n"
            "  assert(copy.compulsory_bytes == 3 and copy.nest.compulsory_bytes == 4)\n"
            "  return copy\n"
            "end)()"));
}

/* Counting the loops (check_counts) knows of no flush. */
static void kernels_between_which_caches_are_emptied_read_what_they_have_written(void)
{
    study_free(kernel_study(
        "", "(function()\n"
            "  local chain = memsim.kernel('linear_relu_dropout', { fused = false, flush = true, "
            "rows = 17,\n"
            "    inputs = 3, outputs = 13 })\n"
            "  local model = memsim.analytic { machine = memsim.machine 'toy', workload = chain }\n"
            "  assert(chain.compulsory_bytes == 4 * (17 * 3 + 3 * 13 + 5 * 17 * 13))\n"
            "  assert(chain.compulsory_bytes == model.compulsory_bytes)\n"
            "  return chain\n"
            "end)()"));
}

static CU_TestInfo tests[] = {
    TEST(every_kernel_counts_what_its_formulas_say),
    TEST(so_do_their_variants),
    TEST(operations_are_those_of_the_sources),
    TEST(stream_moves_what_write_allocation_adds),
    TEST(stencil_traffic_follows_the_layer_conditions),
    TEST(time_is_latency_and_volume_over_bandwidth),
    TEST(attention_moves_what_its_blocks_say),
    TEST(strides_cost_sectors),
    TEST(passes_cost_reads_of_rows_that_do_not_fit),
    TEST(loop_orders_miss_as_their_strides_say),
    TEST(a_fused_chain_moves_two_tensors_instead_of_six),
    TEST(a_nest_misses_as_the_trace_of_its_program),
    TEST(wrong_parameters_are_refused_with_the_line),
    TEST(a_list_of_kernels_has_one_for_each_name_and_a_total),
    TEST(a_kernel_counts_half_bytes_by_formula_and_whole_ones_by_its_loops),
    TEST(kernels_between_which_caches_are_emptied_read_what_they_have_written),
    CU_TEST_INFO_NULL
};
CU_SuiteInfo suite_kernels = { .pName = "kernels", .pTests = tests };
