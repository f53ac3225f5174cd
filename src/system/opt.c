/*
 * opt - looking ahead for the policy "opt".  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "system/opt.h"

#include <math.h>

#include "base/error.h"
#include "system/phases.h"

static uint32_t find_level(const MachineSpec *machine)
{
    uint32_t level = 0;

    while (level < machine->n_caches && !cache_looks_ahead(&machine->caches[level]))
        level++;
    return level;
}

void foresight_tell(const Foresight *foresight, Parts *parts)
{
    for (uint32_t i = 0; i < foresight->n; i++)
        repl_opt_look(parts->levels[foresight->level].instances[i].tags.repl_common,
                      &foresight->futures[i]);
}

bool foresight_init(Foresight *foresight, const PointSpec *point, TraceMemory *traces,
                    GError **error)
{
    const uint32_t level = find_level(point->machine);
    Parts parts;

    *foresight = (Foresight){ .level = level };
    if (level == point->machine->n_caches)
        return true;
    if (workload_stdin_uses(point->workload) > 0) {
        g_set_error_literal(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG,
                            "workload.trace: the policy 'opt' reads the trace twice, and standard "
                            "input can be read once; name a file");
        return false;
    }
    parts_init(&parts, point, INFINITY, true);
    parts.traces = traces;
    g_clear_pointer(&parts.footprint, footprint_free);
    foresight->n = parts.levels[level].n_instances;
    foresight->futures = g_new0(OptFuture, foresight->n);
    foresight_tell(foresight, &parts);
    const bool good = phases_count(&parts, error);

    parts_clear(&parts);
    for (uint32_t i = 0; good && i < foresight->n; i++)
        optfuture_find(&foresight->futures[i]);
    if (!good)
        foresight_clear(foresight);
    return good;
}

void foresight_clear(Foresight *foresight)
{
    for (uint32_t i = 0; i < foresight->n; i++)
        optfuture_clear(&foresight->futures[i]);
    g_clear_pointer(&foresight->futures, g_free);
    foresight->n = 0;
}
