/*
 * gen_nest - the accesses of a loop nest.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/gen_nest.h"

#include <inttypes.h>

#include "base/error.h"
#include "workload/gen_nest_state.h"
#include "workload/nest_check.h"

/* ---- expressions ---- */

G_GNUC_NO_INLINE uint64_t nestgen_leave_table(NestGen *gen, const NestArray *table, uint64_t at)
{
    if (!gen->error)
        g_set_error(&gen->error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                    "a subscript of %s reaches %" PRId64 "; it has %" PRIu64 " elements",
                    table->name, (int64_t)at, table->extents[0]);
    return 0;
}

uint64_t nestgen_evaluate(NestGen *gen, const ProgExpr *expr)
{
    uint64_t sum = expr->constant;

    for (uint32_t i = 0; i < expr->n_terms; i++)
        sum += expr->terms[i].scale * (uint64_t)gen->loops[expr->terms[i].loop].index;
    for (uint32_t i = 0; i < expr->n_lookups; i++) {
        const ProgLookup *lookup = &expr->lookups[i];

        sum +=
            lookup->scale * nestgen_look_up(gen, lookup->table, nestgen_evaluate(gen, &lookup->at));
    }
    return sum;
}

/* ---- loops ---- */

static uint64_t count_iterations(NestGen *gen, const ProgLoop *loop, int64_t *from)
{
    int64_t below = INT64_MAX;

    *from = INT64_MIN;
    for (uint32_t i = 0; i < loop->n_from; i++)
        *from = MAX(*from, (int64_t)nestgen_evaluate(gen, &loop->from[i]));
    for (uint32_t i = 0; i < loop->n_below; i++)
        below = MIN(below, (int64_t)nestgen_evaluate(gen, &loop->below[i]));
    if (*from >= below)
        return 0;
    return ((uint64_t)(below - *from) - 1) / (uint64_t)loop->step + 1;
}

/* The first unit for the core when the loop is entered again with so many: they go on with the core after the last. */
static uint64_t turn_of(LoopState *state, uint64_t core, uint64_t cores, uint64_t units)
{
    const uint64_t next = state->dealt % cores;

    state->dealt += units;
    return core >= next ? core - next : core + cores - next;
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
    const bool in_turn = loop->deal == DEAL_CYCLIC || loop->deal == DEAL_GRID;
    const uint64_t turn = loop->deal == DEAL_GRID ? turn_of(state, core, cores, units) : core;
    const uint64_t first = in_turn ? turn : (uint64_t)((Wide)units * core / cores);
    const uint64_t stride = in_turn ? cores : 1;
    const uint64_t end = in_turn ? units : (uint64_t)((Wide)units * (core + 1) / cores);

    if (first >= end)
        return false;
    state->units = (end - first - 1) / stride + 1;
    state->index = from + (int64_t)(first * loop->vector) * loop->step;
    /* A step can be beyond all bounds where there is one unit. */
    state->advance = state->units > 1 ? (int64_t)(stride * loop->vector) * loop->step : 0;
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

static bool check_subscripts(NestGen *gen, const ProgRef *ref)
{
    const NestArray *array = ref->checked->array;

    for (uint32_t i = 0; i < array->n_dims && !gen->error; i++) {
        const uint64_t value = nestgen_evaluate(gen, &ref->subscripts[i]);

        if (value >= array->extents[i] && !gen->error)
            nest_outside(ref->checked, i, (int64_t)value, &gen->error);
    }
    return !gen->error;
}

/* Of one for all iterations of a unit the first and the last: no lookup moves with them, so what is between is inside. */
static bool check_unit(NestGen *gen, const ProgRef *ref, uint32_t number, uint32_t lanes)
{
    bool good = check_subscripts(gen, ref);

    if (ref->kind != REF_LANE && lanes > 1) {
        const int64_t ahead = (int64_t)(lanes - 1) * gen->program->loops[number].step;

        gen->loops[number].index += ahead;
        good = good && check_subscripts(gen, ref);
        gen->loops[number].index -= ahead;
    }
    return good;
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
    if (!ref->checked || check_unit(gen, ref, number, lanes))
        access.addr = nestgen_evaluate(gen, &ref->bits) >> 3;
    if (ref->lane)
        gen->loops[number].index -= ahead;
    if (ref->kind == REF_WIDE)
        access.bytes = (uint32_t)(((uint64_t)ref->element_bits * lanes + 7) / 8);
    else if (ref->kind == REF_COMPUTE)
        access.bytes = lanes;
    nestgen_push(gen, access);
}

void nestgen_push_refs(NestGen *gen, const ProgStep *step)
{
    const uint32_t lanes = lanes_of(gen, step->loop);

    for (uint32_t i = 0; i < step->n_refs && !gen->error; i++)
        push_ref(gen, &gen->program->refs[step->first_ref + i], step->loop, lanes);
}

/* ---- steps ---- */

/* Whether the batch is to end here, because a run comes that is handed out whole. */
static bool ends_before(const NestGen *gen, const ProgStep *step)
{
    return gen->even_least > 0 && !gen->running && gen->batch->count > 0 &&
           nestgen_is_even(gen, step);
}

/* The next accesses are those of another block, if it is a loop of blocks. */
static inline void begin_block(NestGen *gen, uint32_t number)
{
    const ProgLoop *loop = &gen->program->loops[number];

    if (gen->program->tells_blocks && loop->deal == DEAL_GRID)
        gen->begins = loop->block_threads;
}

/* Tell that a block begins.  False when there is no room for it. */
static bool tell_block(NestGen *gen)
{
    if (gen->batch->count == BATCH_MAX)
        return false;
    nestgen_push(gen, (Access){ .op = ACCESS_BLOCK, .bytes = gen->begins });
    gen->begins = 0;
    return true;
}

/* Do the step and go on to the next one.  False when there is no room for it, or at the end. */
static bool do_step(NestGen *gen)
{
    const ProgStep *step = &gen->program->steps[gen->at];
    const bool mine = !step->first_core_only || gen->core == 0;
    LoopState *loop = step->loop == PROG_NO_LOOP ? NULL : &gen->loops[step->loop];

    switch (step->kind) {
    case STEP_LOOP:
        if (!enter_loop(gen, step->loop)) {
            gen->at = step->target;
            return true;
        }
        begin_block(gen, step->loop);
        gen->at++;
        return true;
    case STEP_NEXT:
        loop->index += loop->advance;
        if (--loop->units == 0) {
            gen->at++;
            return true;
        }
        begin_block(gen, step->loop);
        gen->at = step->target;
        return true;
    case STEP_STATEMENT:
        if (gen->begins > 0 && !tell_block(gen))
            return false;
        if (mine && BATCH_MAX - gen->batch->count < step->n_refs)
            return false;
        if (mine)
            nestgen_push_refs(gen, step);
        gen->at++;
        return true;
    case STEP_RUN:
        if (gen->begins > 0 && !tell_block(gen))
            return false;
        if (mine && ends_before(gen, step))
            return false;
        if (mine && !nestgen_run(gen, step))
            return false;
        gen->at++;
        return true;
    default:
        return false;
    }
}

void nestgen_tell(const NestGen *gen, GError **error)
{
    const char *where = gen->program->nest->where;

    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "%s%s%s", where ? where : "",
                where ? ": " : "", gen->error->message);
}

NestTurn nestgen_go_on(NestGen *gen, Batch *batch)
{
    const ProgStep *const steps = gen->program->steps;

    gen->batch = batch;
    do {
        const bool done = do_step(gen);

        if (gen->error)
            return TURN_FAILED;
        if (!done)
            return steps[gen->at].kind == STEP_END ? TURN_LAST : TURN_FULL;
    } while (!steps[gen->at].turns);
    return TURN_OVER;
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
    batch->count = 0;
    nestgen_tell(gen, error);
    return false;
}

static bool nest_next_even(AccessSource *source, uint64_t least, EvenRun *run)
{
    NestGen *gen = (NestGen *)source;
    const ProgStep *const steps = gen->program->steps;

    gen->even_least = MAX(least, 1);
    while (!gen->error && (steps[gen->at].kind == STEP_LOOP || steps[gen->at].kind == STEP_NEXT))
        do_step(gen);
    const ProgStep *step = &steps[gen->at];
    const bool mine = !step->first_core_only || gen->core == 0;

    return !gen->error && !gen->running && gen->begins == 0 && mine && step->kind == STEP_RUN &&
           nestgen_is_even(gen, step) && nestgen_even_run(gen, step, run);
}

void nestgen_free(NestGen *gen)
{
    g_free(gen->loops);
    g_free(gen->runs);
    g_clear_error(&gen->error);
    g_free(gen);
}

static void nest_free(AccessSource *source)
{
    nestgen_free((NestGen *)source);
}

static const AccessSourceOps nest_ops = { .next = nest_next,
                                          .next_even = nest_next_even,
                                          .free = nest_free };

NestGen *nestgen_new(const NestProgram *program, uint16_t first_stream, uint32_t core,
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
    return gen;
}

AccessSource *gen_nest_new(const NestProgram *program, uint16_t first_stream, uint32_t core,
                           uint32_t n_cores)
{
    if (program->resident > 1)
        return gen_blocks_new(program, first_stream, core, n_cores);
    return &nestgen_new(program, first_stream, core, n_cores)->source;
}
