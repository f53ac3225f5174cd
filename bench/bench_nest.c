/*
 * bench_nest - loop nests: how long the generator takes for an access, and a whole point.
 *
 *     bench_nest [N]
 *
 * A naive product of N x N matrices (512), C in a register, by scripts as a user would write them: the generator alone,
 * only counted through three levels, and timed through three levels and DDR4-2400; and other shapes of nests through the
 * generator alone.  Processor time; the best of three runs each, but for the timed one.
 *
 * SPDX-License-Identifier: MIT
 */
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "config/config.h"
#include "system/system.h"
#include "workload/gen_nest.h"

enum { REPEATS = 3 };

#define HEAD                                                                        \
    "local n = %d\nlocal i, j, k = memsim.index('i', 'j', 'k')\n"                   \
    "local A, B = memsim.array('A', 'f64', n, n), memsim.array('B', 'f64', n, n)\n" \
    "local C = memsim.array('C', 'f64', n, n)\n"
#define POINT(more)                                                                                \
    "\nreturn memsim.sweep { point = function() return { machine = memsim.machine { compute = { "  \
    "peak = '40 GFLOP/s', clock = '2.5 GHz', issue = 2 }, caches = { { name = 'L1', size = "       \
    "'32KiB', ways = 8, latency = '4 cycles' }, { name = 'L2', size = '1MiB', ways = 16, latency " \
    "= '14 cycles' }, { name = 'L3', size = '8MiB', ways = 16, latency = '50 cycles' } }, memory " \
    "= memsim.dram('DDR4-2400')" more " }, workload = w } end }"
#define MATMUL                                                                                     \
    "local w = memsim.nest { loops = { { i, n }, { j, n } }, body = { { loops = { { k, n } }, "    \
    "body = { memsim.read(A[i][k]), memsim.read(B[k][j]), flops = 2 } }, memsim.write(C[i][j]) } " \
    "}"

static const struct {
    const char *name, *script;
} shapes[] = {
    { "product, C in a register", HEAD MATMUL POINT("") },
    { "product, C updated", HEAD
      "local w = memsim.nest { loops = { { i, n }, { j, n }, { k, n } }, body = { "
      "memsim.read(A[i][k]), memsim.read(B[k][j]), memsim.update(C[i][j]), flops = 2 } }" POINT(
          "") },
    { "innermost loop of 8",
      HEAD "local w = memsim.nest { loops = { { i, n }, { j, n }, { k, 8 } }, body = { "
           "memsim.read(A[i][k]), memsim.read(B[k][j]), flops = 2 } }" POINT("") },
    { "7-point stencil",
      "local n = %d // 8\nlocal i, j, k = memsim.index('i', 'j', 'k')\nlocal u, v = "
      "memsim.array('u', 'f64', n, n, n), memsim.array('v', 'f64', n, n, n)\nlocal r = "
      "memsim.read\nlocal w = memsim.nest { loops = { { i, 1, n - 1 }, { j, 1, n - 1 }, { k, 1, n "
      "- 1 } }, body = { r(u[i-1][j][k]), r(u[i+1][j][k]), r(u[i][j-1][k]), r(u[i][j+1][k]), "
      "r(u[i][j][k-1]), r(u[i][j][k]), r(u[i][j][k+1]), memsim.write(v[i][j][k]), flops = 8 } "
      "}" POINT("") },
    { "gather",
      "local n = %d\nlocal p = memsim.index('p')\nlocal x = memsim.array('x', 'f64', n)\nlocal ids "
      "= memsim.indices('ids', 'i32', { count = n * n, below = n })\nlocal w = memsim.nest { loops "
      "= { { p, n * n } }, body = { memsim.read(ids[p]), memsim.read(x[ids[p]]) } }" POINT("") },
};

static Study *study_of(const char *format, int n)
{
    GString *text = g_string_new(format);
    g_autofree char *number = g_strdup_printf("%d", n);
    GError *error = NULL;

    g_string_replace(text, "%d", number, 1);
    Study *study = config_run_text(text->str, "bench", NULL, &error);

    if (error)
        fprintf(stderr, "%s\n", error->message);
    g_string_free(text, TRUE);
    return error ? NULL : study;
}

/* Of the processor: what else runs does not count. */
static double since(clock_t begin)
{
    return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

/* Seconds to generate all accesses; *n: how many. */
static double generate(const Study *study, uint64_t *n)
{
    const NestConfig *nest = &study->sweeps[0]->points[0]->workload->nest;
    NestProgram *program = nestprogram_new(nest->nest, nest->bases, NULL);
    AccessSource *source = gen_nest_new(program, 0, 0, 1);
    g_autofree Batch *batch = g_new0(Batch, 1);
    const clock_t begin = clock();

    *n = 0;
    while (source_next(source, batch, NULL))
        *n += batch->count;
    const double seconds = since(begin);

    source_free(source);
    nestprogram_free(program);
    return seconds;
}

static void bench_generator(const char *name, const char *script, int n)
{
    Study *study = study_of(script, n);
    double best = 1e9;
    uint64_t accesses = 0;

    for (int i = 0; study && i < REPEATS; i++) {
        const double seconds = generate(study, &accesses);

        best = MIN(best, seconds);
    }
    if (study)
        printf("%-32s %12.1f M accesses  %6.2f ns an access\n", name, (double)accesses * 1e-6,
               best * 1e9 / (double)accesses);
    study_free(study);
}

static void bench_point(const char *name, const char *script, int n, int repeats)
{
    Study *study = study_of(script, n);
    double best = 1e9;

    for (int i = 0; study && i < repeats; i++) {
        const clock_t begin = clock();

        row_free(system_run(study->sweeps[0]->points[0], &(SystemOptions){ .memory_time = false },
                            NULL));
        const double seconds = since(begin);

        best = MIN(best, seconds);
    }
    printf("%-32s %12.2f s\n", name, best);
    study_free(study);
}

int main(int argc, char **argv)
{
    const int n = argc > 1 ? atoi(argv[1]) : 512;

    for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++)
        bench_generator(shapes[i].name, shapes[i].script, n);
    bench_point("product, only counted", HEAD MATMUL POINT(", timing = false"), n, REPEATS);
    bench_point("product, timed", HEAD MATMUL POINT(""), n, 1);
    return 0;
}
