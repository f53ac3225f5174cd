/*
 * mrc - the stack distances of a point's workload.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/mrc.h"

#include "system/phases.h"

typedef struct {
    Probe probe; /* first */
    StackDistance *stack;
    uint32_t line_shift;
} MrcProbe;

static void mrc_count(Front *front, const Access *access)
{
    MrcProbe *mrc =
        (MrcProbe *)(void *)front; /* the front is the first member of the first member */
    const uint64_t last = (access->addr + access->bytes - 1) >> mrc->line_shift;

    for (uint64_t line = access->addr >> mrc->line_shift; line <= last; line++)
        stackdistance_add(mrc->stack, line);
}

static void mrc_reset(Probe *probe)
{
    stackdistance_reset(((MrcProbe *)probe)->stack);
}

static const FrontOps mrc_ops = { .count = mrc_count };

StackDistance *mrc_measure(const PointSpec *point, const MrcOptions *options, GError **error)
{
    MrcProbe mrc = { .probe = { .front = { .ops = &mrc_ops, .line_bytes = options->line_bytes },
                                .reset = mrc_reset },
                     .stack = stackdistance_new(options->rate),
                     .line_shift = (uint32_t)__builtin_ctz(options->line_bytes) };
    Parts parts;

    parts_init_probe(&parts, point, &mrc.probe);
    bool good = phases_count(&parts, error);

    parts_clear(&parts);
    if (good && stackdistance_accesses(mrc.stack) == 0) {
        phases_refuse_nothing(point->workload, true, error);
        good = false;
    }
    if (!good)
        g_clear_pointer(&mrc.stack, stackdistance_free);
    return mrc.stack;
}
