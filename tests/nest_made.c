/*
 * nest_made - batches and runs into lists.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "nest_made.h"

#include <CUnit/CUnit.h>
#include <math.h>

#include "workload/gen_nest.h"

static void take(NestMade *made, const Access *access, const NestProgram *program)
{
    const ModelAccess plain = { access->addr, access->bytes, access->op };

    made->flops += access->bytes * program->streams[access->stream].flops_per_byte;
    if (access->op != ACCESS_OPERATE)
        g_array_append_val(made->accesses, plain);
}

static void take_run(NestMade *made, EvenRun *run, const NestProgram *program)
{
    for (; run->units > 0; run->units--)
        for (uint32_t i = 0; i < run->n; i++) {
            take(made, &run->access[i], program);
            run->access[i].addr += run->stride[i];
        }
}

/* evenly: what can be had in runs comes in runs. */
static NestMade run_so(Nest *nest, const uint64_t *bases, uint32_t core, uint32_t n_cores,
                       bool evenly)
{
    NestProgram *program = nestprogram_new(nest, bases, NULL);
    AccessSource *source = gen_nest_new(program, 0, core, n_cores);
    NestMade made = { .accesses = g_array_new(FALSE, FALSE, sizeof(ModelAccess)) };
    g_autofree Batch *batch = g_new0(Batch, 1);
    EvenRun run;

    do {
        while (evenly && source_next_even(source, 32, &run))
            take_run(&made, &run, program);
        if (!source_next(source, batch, &made.error))
            break;
        for (size_t i = 0; i < batch->count; i++)
            take(&made, &batch->access[i], program);
    } while (true);
    source_free(source);
    nestprogram_free(program);
    return made;
}

NestMade nestmade_run(Nest *nest, const uint64_t *bases, uint32_t core, uint32_t n_cores)
{
    NestMade made = run_so(nest, bases, core, n_cores, false);
    NestMade evenly = run_so(nest, bases, core, n_cores, true);

    CU_ASSERT_EQUAL(made.error == NULL, evenly.error == NULL);
    CU_ASSERT_TRUE(made.error || nestmade_same(made.accesses, evenly.accesses));
    CU_ASSERT_TRUE(made.error || nestmade_close(made.flops, evenly.flops));
    nestmade_clear(&evenly);
    return made;
}

void nestmade_clear(NestMade *made)
{
    g_array_unref(made->accesses);
    g_clear_error(&made->error);
}

bool nestmade_same(const GArray *a, const GArray *b)
{
    if (a->len != b->len)
        return false;
    for (guint i = 0; i < a->len; i++) {
        const ModelAccess *x = &g_array_index(a, ModelAccess, i);
        const ModelAccess *y = &g_array_index(b, ModelAccess, i);

        if (x->addr != y->addr || x->bytes != y->bytes || x->op != y->op)
            return false;
    }
    return true;
}

bool nestmade_close(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}
