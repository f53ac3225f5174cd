/*
 * nest_compile - from the tree of a loop nest to its program.  See nest_program.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/nest_compile.h"

/* ---- steps ---- */

static ProgStep *add_step(Compiler *compiler, StepKind kind, uint32_t loop)
{
    ProgStep *step = nestcompiler_append(compiler->steps);

    *step = (ProgStep){
        .kind = kind, .loop = loop, .first_core_only = !compiler->dealt, .turns = compiler->turns
    };
    compiler->turns = false;
    return step;
}

/* The refs from first on as steps of BATCH_MAX accesses at the most. */
static void add_statement(Compiler *compiler, uint32_t loop, uint32_t first)
{
    for (; first < compiler->refs->len; first += BATCH_MAX) {
        ProgStep *step = add_step(compiler, STEP_STATEMENT, loop);

        step->first_ref = first;
        step->n_refs = MIN(BATCH_MAX, compiler->refs->len - first);
    }
}

static void compile_statement(Compiler *compiler, const NestStatement *statement)
{
    const uint32_t n = compiler->path.n_loops, first = compiler->refs->len;

    nestcompiler_refs(compiler, statement);
    add_statement(compiler, n ? compiler->numbers[n - 1] : PROG_NO_LOOP, first);
}

/* A body of statements that are known to stay in their arrays as one step.  False when it is none; then nothing has
 * changed. */
static bool compile_run(Compiler *compiler, uint32_t loop, const NestBody *body)
{
    const uint32_t first = compiler->refs->len;
    g_autoptr(GArray) merged = g_array_new(FALSE, FALSE, sizeof(ProgRef));
    bool possible = true;

    for (uint32_t i = 0; i < body->n_nodes && possible; i++) {
        possible = body->nodes[i]->kind == NEST_STATEMENT;
        if (possible && nestcompiler_refs(compiler, &body->nodes[i]->statement)) {
            g_array_append_vals(
                merged, compiler->refs->data + (gsize)(compiler->refs->len - 1) * sizeof(ProgRef),
                1);
            g_array_set_size(compiler->refs, compiler->refs->len - 1);
        }
    }
    const uint32_t n = compiler->refs->len - first;

    for (uint32_t i = 0; i < n && possible; i++)
        possible = n <= BATCH_MAX && !g_array_index(compiler->refs, ProgRef, first + i).checked;
    if (!possible) {
        g_array_set_size(compiler->refs, first);
        return false;
    }
    g_array_append_vals(compiler->refs, merged->data, merged->len);
    ProgStep *step = add_step(compiler, STEP_RUN, loop);

    step->first_ref = first;
    step->n_refs = n;
    step->first_merged = first + n;
    step->n_merged = merged->len;
    compiler->run_refs = MAX(compiler->run_refs, n);
    return true;
}

static void compile_body(Compiler *compiler, const NestBody *body);

static void compile_iterations(Compiler *compiler, const NestLoop *loop, uint32_t number)
{
    compiler->numbers[compiler->path.n_loops] = number;
    compiler->path.loops[compiler->path.n_loops++] = loop;
    if (!compile_run(compiler, number, &loop->body)) {
        const uint32_t begin = compiler->steps->len;

        compile_body(compiler, &loop->body);
        add_step(compiler, STEP_NEXT, number)->target = begin;
    }
    compiler->path.n_loops--;
}

static void compile_loop(Compiler *compiler, const NestLoop *loop, NestDeal deal)
{
    const uint32_t number = compiler->loops->len, enter = compiler->steps->len;
    const bool dealt_around = compiler->dealt, threads_around = compiler->threads;

    *(ProgLoop *)nestcompiler_append(compiler->loops) =
        (ProgLoop){ .from = nestcompiler_exprs(compiler, loop->from, loop->n_from),
                    .below = nestcompiler_exprs(compiler, loop->below, loop->n_below),
                    .n_from = loop->n_from,
                    .n_below = loop->n_below,
                    .step = loop->step,
                    .vector = loop->vector,
                    .block_threads = loop->block_threads,
                    .deal = deal };
    add_step(compiler, STEP_LOOP, number);
    compiler->dealt = compiler->dealt || deal != DEAL_NONE;
    compiler->threads = compiler->threads || loop->threads;
    compile_body(compiler, &loop->before);
    compile_iterations(compiler, loop, number);
    compile_body(compiler, &loop->after);
    compiler->dealt = dealt_around;
    compiler->threads = threads_around;
    compiler->turns = loop->threads && !threads_around;
    compiler->has_turns = compiler->has_turns || compiler->turns;
    g_array_index(compiler->steps, ProgStep, enter).target = compiler->steps->len;
}

static void compile_body(Compiler *compiler, const NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        const NestNode *node = body->nodes[i];

        if (node->kind == NEST_LOOP)
            compile_loop(compiler, &node->loop, node->loop.deal);
        else
            compile_statement(compiler, &node->statement);
    }
}

/* An outermost loop is dealt when nothing else is said in it. */
static void compile_roots(Compiler *compiler, const NestBody *body)
{
    for (uint32_t i = 0; i < body->n_nodes; i++) {
        NestNode *node = body->nodes[i];

        if (node->kind == NEST_LOOP)
            compile_loop(compiler, &node->loop,
                         nest_is_dealt(node) ? node->loop.deal : DEAL_AS_MACHINE);
        else
            compile_statement(compiler, &node->statement);
    }
    add_step(compiler, STEP_END, PROG_NO_LOOP);
}

/* ---- the program ---- */

static void *take(GArray *array, uint32_t *n)
{
    *n = array->len;
    return g_array_free(array, FALSE);
}

NestProgram *nestprogram_new(Nest *nest, const uint64_t *bases, const ScratchBanks *scratch)
{
    uint32_t n_arrays = 0;
    g_autofree NestArray **arrays = nest_arrays(nest, &n_arrays);
    NestProgram *program = g_new0(NestProgram, 1);
    Compiler compiler = { .pool = nestpool_new(),
                          .array_numbers = nest_numbers(arrays, n_arrays),
                          .bases = bases,
                          .scratch = scratch,
                          .loops = g_array_new(FALSE, TRUE, sizeof(ProgLoop)),
                          .refs = g_array_new(FALSE, TRUE, sizeof(ProgRef)),
                          .steps = g_array_new(FALSE, TRUE, sizeof(ProgStep)),
                          .streams = g_array_new(FALSE, TRUE, sizeof(ProgStream)) };

    nestcompiler_stream(&compiler, (ProgStream){ .computes = false });
    compile_roots(&compiler, &nest->body);
    g_hash_table_destroy(compiler.array_numbers);
    program->pool = compiler.pool;
    program->nest = nest_ref(nest);
    program->loops = take(compiler.loops, &program->n_loops);
    program->refs = take(compiler.refs, &program->n_refs);
    program->steps = take(compiler.steps, &program->n_steps);
    program->streams = take(compiler.streams, &program->n_streams);
    program->run_refs = compiler.run_refs;
    program->turns = compiler.has_turns;
    program->resident = 1;
    return program;
}

void nestprogram_free(NestProgram *program)
{
    if (program == NULL)
        return;
    nestpool_free(program->pool);
    nest_unref(program->nest);
    g_free((void *)program->loops);
    g_free((void *)program->refs);
    g_free((void *)program->steps);
    g_free((void *)program->streams);
    g_free(program);
}
