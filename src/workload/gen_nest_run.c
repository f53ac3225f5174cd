/*
 * gen_nest_run - the accesses of an innermost loop, whole batches at a time.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/gen_nest_state.h"

#include <string.h>

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
    run->bits = nestgen_evaluate(gen, &affine);
    run->table = lookup->table;
    run->scale = lookup->scale;
    run->at = nestgen_evaluate(gen, &lookup->at);
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
            run->bits = ref->gathers ? 0 : nestgen_evaluate(gen, &ref->bits);
        gen->loops[step->loop].index -= (int64_t)ahead;
    }
    gen->run_iterations = (loop->units - 1) * config->vector + loop->last;
    gen->running = true;
    gen->merged = 0;
    gen->computed = 0;
}

/* The accesses of a ref whose address moves evenly, n of them, each `apart` behind the one before.  What they have in common
 * goes there in one piece, not field by field. */
static inline void fill_even(RunState *run, Access blank, Access *out, uint64_t n, uint32_t apart)
{
    enum { REST = offsetof(Access, bytes) };
    const uint64_t stride_bits = run->stride_bits;
    uint64_t bits = run->bits;
    char rest[sizeof blank - REST];

    memcpy(rest, (const char *)&blank + REST, sizeof rest);
    for (uint64_t i = 0; i < n; i++, out += apart, bits += stride_bits) {
        out->addr = bits >> 3;
        memcpy((char *)out + REST, rest, sizeof rest);
    }
    run->bits = bits;
}

static void fill_gather(NestGen *gen, RunState *run, Access blank, Access *out, uint64_t n,
                        uint32_t apart)
{
    for (uint64_t i = 0; i < n; i++, out += apart) {
        *out = blank;
        out->addr = (run->bits + run->scale * nestgen_look_up(gen, run->table, run->at)) >> 3;
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
        out->addr = nestgen_evaluate(gen, &ref->bits) >> 3;
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
        nestgen_push(gen, access);
        gen->computed += access.bytes;
        if (gen->computed == gen->run_iterations) {
            gen->computed = 0;
            gen->merged++;
        }
    }
    return gen->merged == step->n_merged;
}

/* ---- handed out whole ---- */

static uint64_t whole_units(const NestGen *gen, const ProgStep *step)
{
    const LoopState *loop = &gen->loops[step->loop];

    return loop->units - (loop->last < gen->program->loops[step->loop].vector);
}

bool nestgen_is_even(const NestGen *gen, const ProgStep *step)
{
    if (step->n_refs == 0 || step->n_refs > EVEN_MAX ||
        whole_units(gen, step) * step->n_refs < gen->even_least)
        return false;
    for (uint32_t i = 0; i < step->n_refs; i++) {
        const ProgRef *ref = &gen->program->refs[step->first_ref + i];

        if (ref->gathers || ref->kind == REF_COMPUTE)
            return false;
    }
    return true;
}

bool nestgen_even_run(NestGen *gen, const ProgStep *step, EvenRun *run)
{
    LoopState *loop = &gen->loops[step->loop];
    const uint64_t units = whole_units(gen, step);

    begin_run(gen, step);
    for (uint32_t i = 0; i < step->n_refs; i++)
        if ((gen->runs[i].bits | gen->runs[i].stride_bits) % 8 != 0)
            return false;
    *run = (EvenRun){ .units = units, .n = step->n_refs };
    for (uint32_t i = 0; i < step->n_refs; i++) {
        RunState *state = &gen->runs[i];

        run->access[i] = gen->program->refs[step->first_ref + i].blank;
        run->access[i].stream = (uint16_t)(run->access[i].stream + gen->first_stream);
        run->access[i].addr = state->bits >> 3;
        run->stride[i] = (uint64_t)((int64_t)state->stride_bits >> 3);
        state->bits += units * state->stride_bits;
    }
    loop->index += (int64_t)units * loop->advance;
    loop->units -= units;
    return true;
}

bool nestgen_run(NestGen *gen, const ProgStep *step)
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
            nestgen_push_refs(gen, step);
            loop->units = 0;
        }
    }
    if (!push_merged(gen, step))
        return false;
    gen->running = false;
    return true;
}
