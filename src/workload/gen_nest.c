/*
 * gen_nest - the accesses of a loop nest.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/gen_nest.h"

#include <inttypes.h>

#include "base/error.h"
#include "workload/nest_check.h"

/* A loop that runs: a unit is a vector of iterations. */
typedef struct {
    int64_t index;   /* of the first iteration of the unit */
    int64_t advance; /* from one unit to the next */
    uint64_t units;  /* left, this one too */
    uint32_t last;   /* iterations of the last unit */
} LoopState;

/* A ref of the STEP_RUN that runs. */
typedef struct {
    uint64_t bits,
        stride_bits; /* of the next unit, and from one to the next; without what is gathered */
    const NestArray *table; /* one lookup whose subscript moves evenly; else NULL */
    uint64_t at, at_stride, scale;
} RunState;

typedef struct {
    AccessSource source;
    const NestProgram *program;
    uint32_t core, n_cores;
    uint16_t first_stream;
    uint32_t at;  /* the step */
    bool running; /* it is a STEP_RUN, and begun */
    uint64_t run_iterations;
    uint64_t computed; /* units of the merged operations given already */
    uint32_t merged;   /* the next of its merged operations */
    LoopState *loops;  /* [n_loops] */
    RunState *runs;    /* [run_refs] */
    Batch *batch;      /* that is filled */
    GError *error;
} NestGen;

/* ---- expressions ---- */

static G_GNUC_NO_INLINE uint64_t leave_table(NestGen *gen, const NestArray *table, uint64_t at)
{
    if (!gen->error)
        g_set_error(&gen->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "a subscript of %s reaches %" PRId64 "; it has %" PRIu64 " elements",
                    table->name, (int64_t)at, table->extents[0]);
    return 0;
}

static inline uint64_t look_up(NestGen *gen, const NestArray *table, uint64_t at)
{
    return G_LIKELY(at < table->extents[0]) ? (uint64_t)table->values[at]
                                            : leave_table(gen, table, at);
}

static uint64_t evaluate(NestGen *gen, const ProgExpr *expr)
{
    uint64_t sum = expr->constant;

    for (uint32_t i = 0; i < expr->n_terms; i++)
        sum += expr->terms[i].scale * (uint64_t)gen->loops[expr->terms[i].loop].index;
    for (uint32_t i = 0; i < expr->n_lookups; i++) {
        const ProgLookup *lookup = &expr->lookups[i];

        sum += lookup->scale * look_up(gen, lookup->table, evaluate(gen, &lookup->at));
    }
    return sum;
}

/* ---- loops ---- */

static uint64_t count_iterations(NestGen *gen, const ProgLoop *loop, int64_t *from)
{
    int64_t below = INT64_MAX;

    *from = INT64_MIN;
    for (uint32_t i = 0; i < loop->n_from; i++)
        *from = MAX(*from, (int64_t)evaluate(gen, &loop->from[i]));
    for (uint32_t i = 0; i < loop->n_below; i++)
        below = MIN(below, (int64_t)evaluate(gen, &loop->below[i]));
    if (*from >= below)
        return 0;
    return ((uint64_t)(below - *from) - 1) / (uint64_t)loop->step + 1;
}

/* Enter the loop with the core's share of its iterations.  False when there are none. */
static bool enter_loop(NestGen *gen, uint32_t number)
{
    __extension__ typedef unsigned __int128 Wide;
    const ProgLoop *loop = &gen->program->loops[number];
    LoopState *state = &gen->loops[number];
    int64_t from;
    const uint64_t iterations = count_iterations(gen, loop, &from);
    const uint64_t units = (iterations + loop->vector - 1) / loop->vector;
    const uint64_t cores = loop->deal == DEAL_NONE ? 1 : gen->n_cores;
    const uint64_t core = loop->deal == DEAL_NONE ? 0 : gen->core;
    const bool cyclic = loop->deal == DEAL_CYCLIC;
    const uint64_t first = cyclic ? core : (uint64_t)((Wide)units * core / cores);
    const uint64_t stride = cyclic ? cores : 1;
    const uint64_t end = cyclic ? units : (uint64_t)((Wide)units * (core + 1) / cores);

    if (first >= end)
        return false;
    state->units = (end - first - 1) / stride + 1;
    state->index = from + (int64_t)(first * loop->vector) * loop->step;
    state->advance = (int64_t)(stride * loop->vector) * loop->step;
    const uint64_t last = first + (state->units - 1) * stride;

    state->last = (uint32_t)MIN(iterations - last * loop->vector, loop->vector);
    return true;
}

/* Iterations of the unit that runs. */
static uint32_t lanes_of(const NestGen *gen, uint32_t number)
{
    if (number == PROG_NO_LOOP)
        return 1;
    const LoopState *loop = &gen->loops[number];

    return loop->units == 1 ? loop->last : gen->program->loops[number].vector;
}

/* ---- statements ---- */

static void push(NestGen *gen, Access access)
{
    access.stream = (uint16_t)(access.stream + gen->first_stream);
    gen->batch->access[gen->batch->count++] = access;
}

static bool check_subscripts(NestGen *gen, const ProgRef *ref)
{
    const NestArray *array = ref->checked->array;

    for (uint32_t i = 0; i < array->n_dims && !gen->error; i++) {
        const uint64_t value = evaluate(gen, &ref->subscripts[i]);

        if (value >= array->extents[i] && !gen->error)
            nest_outside(ref->checked, i, (int64_t)value, &gen->error);
    }
    return !gen->error;
}

/* The access of a ref, in a unit of so many iterations; the index is moved to the ref's own for the time. */
static void push_ref(NestGen *gen, const ProgRef *ref, uint32_t number, uint32_t lanes)
{
    const int64_t ahead = ref->lane ? (int64_t)ref->lane * gen->program->loops[number].step : 0;
    Access access = ref->blank;

    if (ref->lane >= lanes)
        return;
    if (ref->lane)
        gen->loops[number].index += ahead;
    if (!ref->checked || check_subscripts(gen, ref))
        access.addr = evaluate(gen, &ref->bits) >> 3;
    if (ref->lane)
        gen->loops[number].index -= ahead;
    if (ref->kind == REF_WIDE)
        access.bytes = (uint32_t)(((uint64_t)ref->element_bits * lanes + 7) / 8);
    else if (ref->kind == REF_COMPUTE)
        access.bytes = lanes;
    push(gen, access);
}

static void push_refs(NestGen *gen, const ProgStep *step)
{
    const uint32_t lanes = lanes_of(gen, step->loop);

    for (uint32_t i = 0; i < step->n_refs && !gen->error; i++)
        push_ref(gen, &gen->program->refs[step->first_ref + i], step->loop, lanes);
}

/* ---- runs ---- */

/* How far the expression moves when the index of the loop does by so much, lookups aside. */
static uint64_t moves_by(const ProgExpr *expr, uint32_t loop, uint64_t index)
{
    for (uint32_t i = 0; i < expr->n_terms; i++)
        if (expr->terms[i].loop == loop)
            return expr->terms[i].scale * index;
    return 0;
}

/* What is gathered by one lookup whose subscript needs no other. */
static bool begin_gather(NestGen *gen, const ProgRef *ref, uint32_t loop, RunState *run)
{
    const ProgLookup *lookup = ref->bits.lookups;
    ProgExpr affine = ref->bits;

    if (ref->bits.n_lookups != 1 || lookup->at.n_lookups > 0)
        return false;
    affine.n_lookups = 0;
    run->bits = evaluate(gen, &affine);
    run->table = lookup->table;
    run->scale = lookup->scale;
    run->at = evaluate(gen, &lookup->at);
    run->at_stride = moves_by(&lookup->at, loop, (uint64_t)gen->loops[loop].advance);
    return true;
}

static void begin_run(NestGen *gen, const ProgStep *step)
{
    const LoopState *loop = &gen->loops[step->loop];
    const ProgLoop *config = &gen->program->loops[step->loop];

    for (uint32_t i = 0; i < step->n_refs; i++) {
        const ProgRef *ref = &gen->program->refs[step->first_ref + i];
        RunState *run = &gen->runs[i];
        const uint64_t ahead = (uint64_t)ref->lane * (uint64_t)config->step;

        *run =
            (RunState){ .stride_bits = moves_by(&ref->bits, step->loop, (uint64_t)loop->advance) };
        gen->loops[step->loop].index += (int64_t)ahead;
        if (!ref->gathers || !begin_gather(gen, ref, step->loop, run))
            run->bits = ref->gathers ? 0 : evaluate(gen, &ref->bits);
        gen->loops[step->loop].index -= (int64_t)ahead;
    }
    gen->run_iterations = (loop->units - 1) * config->vector + loop->last;
    gen->running = true;
    gen->merged = 0;
    gen->computed = 0;
}

/* The accesses of a ref whose address moves evenly, n of them, each `apart` behind the one before. */
static inline void fill_even(RunState *run, Access blank, Access *out, uint64_t n, uint32_t apart)
{
    const uint64_t stride_bits = run->stride_bits;
    uint64_t bits = run->bits;

    for (uint64_t i = 0; i < n; i++, out += apart, bits += stride_bits) {
        *out = blank;
        out->addr = bits >> 3;
    }
    run->bits = bits;
}

static void fill_gather(NestGen *gen, RunState *run, Access blank, Access *out, uint64_t n,
                        uint32_t apart)
{
    for (uint64_t i = 0; i < n; i++, out += apart) {
        *out = blank;
        out->addr = (run->bits + run->scale * look_up(gen, run->table, run->at)) >> 3;
        run->bits += run->stride_bits;
        run->at += run->at_stride;
    }
}

/* Lookups of lookups. */
static void fill_slowly(NestGen *gen, const ProgRef *ref, uint32_t number, Access blank,
                        Access *out, uint64_t n, uint32_t apart)
{
    LoopState *loop = &gen->loops[number];
    const int64_t index = loop->index;

    loop->index += (int64_t)ref->lane * gen->program->loops[number].step;
    for (uint64_t i = 0; i < n; i++, out += apart, loop->index += loop->advance) {
        *out = blank;
        out->addr = evaluate(gen, &ref->bits) >> 3;
    }
    loop->index = index;
}

/* The refs for n whole units. */
static void fill_units(NestGen *gen, const ProgStep *step, uint64_t n)
{
    Access *out = &gen->batch->access[gen->batch->count];

    for (uint32_t i = 0; i < step->n_refs; i++) {
        const ProgRef *ref = &gen->program->refs[step->first_ref + i];
        RunState *run = &gen->runs[i];
        Access blank = ref->blank;

        blank.stream = (uint16_t)(blank.stream + gen->first_stream);
        if (!ref->gathers)
            fill_even(run, blank, out + i, n, step->n_refs);
        else if (run->table)
            fill_gather(gen, run, blank, out + i, n, step->n_refs);
        else
            fill_slowly(gen, ref, step->loop, blank, out + i, n, step->n_refs);
    }
    gen->batch->count += n * step->n_refs;
    gen->loops[step->loop].index += (int64_t)n * gen->loops[step->loop].advance;
    gen->loops[step->loop].units -= n;
}

/* Merged operations, as many as there is room for.  Returns whether all are given. */
static bool push_merged(NestGen *gen, const ProgStep *step)
{
    while (gen->merged < step->n_merged && gen->batch->count < BATCH_MAX) {
        Access access = gen->program->refs[step->first_merged + gen->merged].blank;

        access.bytes = (uint32_t)MIN(gen->run_iterations - gen->computed, UINT32_MAX);
        push(gen, access);
        gen->computed += access.bytes;
        if (gen->computed == gen->run_iterations) {
            gen->computed = 0;
            gen->merged++;
        }
    }
    return gen->merged == step->n_merged;
}

/* Returns whether the run is at its end; else the batch is full. */
static bool run_loop(NestGen *gen, const ProgStep *step)
{
    LoopState *loop = &gen->loops[step->loop];
    const uint32_t vector = gen->program->loops[step->loop].vector;

    if (!gen->running)
        begin_run(gen, step);
    if (step->n_refs == 0)
        loop->units = 0;
    while (loop->units > 0) {
        const uint64_t room = (BATCH_MAX - gen->batch->count) / step->n_refs;
        const uint64_t whole = loop->units - (loop->last < vector);

        if (room == 0)
            return false;
        if (whole > 0) {
            fill_units(gen, step, MIN(room, whole));
        } else {
            push_refs(gen, step);
            loop->units = 0;
        }
    }
    if (!push_merged(gen, step))
        return false;
    gen->running = false;
    return true;
}

/* ---- steps ---- */

/* Do the step and go on to the next one.  False when there is no room for it, or at the end. */
static bool do_step(NestGen *gen)
{
    const ProgStep *step = &gen->program->steps[gen->at];
    const bool mine = !step->first_core_only || gen->core == 0;
    LoopState *loop = step->loop == PROG_NO_LOOP ? NULL : &gen->loops[step->loop];

    switch (step->kind) {
    case STEP_LOOP:
        gen->at = enter_loop(gen, step->loop) ? gen->at + 1 : step->target;
        return true;
    case STEP_NEXT:
        loop->index += loop->advance;
        gen->at = --loop->units > 0 ? step->target : gen->at + 1;
        return true;
    case STEP_STATEMENT:
        if (mine && BATCH_MAX - gen->batch->count < step->n_refs)
            return false;
        if (mine)
            push_refs(gen, step);
        gen->at++;
        return true;
    case STEP_RUN:
        if (mine && !run_loop(gen, step))
            return false;
        gen->at++;
        return true;
    default:
        return false;
    }
}

static bool nest_next(AccessSource *source, Batch *batch, GError **error)
{
    NestGen *gen = (NestGen *)source;

    gen->batch = batch;
    batch->count = 0;
    while (!gen->error && do_step(gen))
        ;
    if (!gen->error)
        return batch->count > 0;
    const char *where = gen->program->nest->where;

    batch->count = 0;
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "%s%s%s", where ? where : "",
                where ? ": " : "", gen->error->message);
    return false;
}

static void nest_free(AccessSource *source)
{
    NestGen *gen = (NestGen *)source;

    g_free(gen->loops);
    g_free(gen->runs);
    g_clear_error(&gen->error);
    g_free(gen);
}

static const AccessSourceOps nest_ops = { .next = nest_next, .free = nest_free };

AccessSource *gen_nest_new(const NestProgram *program, uint16_t first_stream, uint32_t core,
                           uint32_t n_cores)
{
    NestGen *gen = g_new0(NestGen, 1);

    gen->source.ops = &nest_ops;
    gen->program = program;
    gen->first_stream = first_stream;
    gen->core = core;
    gen->n_cores = n_cores;
    gen->loops = g_new0(LoopState, program->n_loops);
    gen->runs = g_new0(RunState, program->run_refs);
    return &gen->source;
}
