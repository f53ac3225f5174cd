/*
 * gen_nest_blocks - the accesses of blocks of threads that are resident on a core at the same time.
 *
 * Each of so many places has its own share of the core's blocks, as if it were a core, and they go on in turns: the threads of
 * the block in one do a statement, then those of the block in the next.  That is how warps of several blocks share an SM,
 * and why a thread's slot is its own again, with its data in it, when it comes to its next statement.
 *
 * SPDX-License-Identifier: MIT
 */
#include "workload/gen_nest.h"
#include "workload/gen_nest_state.h"

typedef struct {
    AccessSource source;
    NestGen **places; /* [n], those that are not at their end */
    uint32_t n, at;
} BlocksGen;

/* The place at hand is at its end. */
static void drop_place(BlocksGen *blocks)
{
    nestgen_free(blocks->places[blocks->at]);
    blocks->n--;
    for (uint32_t i = blocks->at; i < blocks->n; i++)
        blocks->places[i] = blocks->places[i + 1];
    if (blocks->at == blocks->n)
        blocks->at = 0;
}

static bool blocks_next(AccessSource *source, Batch *batch, GError **error)
{
    BlocksGen *blocks = (BlocksGen *)source;

    batch->count = 0;
    while (blocks->n > 0) {
        switch (nestgen_go_on(blocks->places[blocks->at], batch)) {
        case TURN_FULL:
            return true;
        case TURN_OVER:
            blocks->at = (blocks->at + 1) % blocks->n;
            break;
        case TURN_LAST:
            drop_place(blocks);
            break;
        case TURN_FAILED:
            batch->count = 0;
            nestgen_tell(blocks->places[blocks->at], error);
            return false;
        }
    }
    return batch->count > 0;
}

static void blocks_free(AccessSource *source)
{
    BlocksGen *blocks = (BlocksGen *)source;

    for (uint32_t i = 0; i < blocks->n; i++)
        nestgen_free(blocks->places[i]);
    g_free(blocks->places);
    g_free(blocks);
}

static const AccessSourceOps blocks_ops = { .next = blocks_next, .free = blocks_free };

AccessSource *gen_blocks_new(const NestProgram *program, uint16_t first_stream, uint32_t core,
                             uint32_t n_cores)
{
    BlocksGen *blocks = g_new0(BlocksGen, 1);

    blocks->source.ops = &blocks_ops;
    blocks->n = program->resident;
    blocks->places = g_new(NestGen *, blocks->n);
    for (uint32_t i = 0; i < blocks->n; i++)
        blocks->places[i] =
            nestgen_new(program, first_stream, core + i * n_cores, blocks->n * n_cores);
    return &blocks->source;
}
