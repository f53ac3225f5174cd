/*
 * opt - the first of the two runs of a machine that has a level with the policy "opt".
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef SYSTEM_OPT_H
#define SYSTEM_OPT_H

#include "cache/repl_opt.h"
#include "system/parts.h"

/* The futures of the instances of one level. */
typedef struct {
    OptFuture *futures; /* [n]; NULL: the machine has no such level */
    uint32_t n, level;
} Foresight;

/* Run the point once and keep what is used when, if there is a level that needs it.  traces as in SystemOptions.  False and
 * error as of phases_count. */
bool foresight_init(Foresight *foresight, const PointSpec *point, TraceMemory *traces,
                    GError **error);
void foresight_clear(Foresight *foresight);
/* Parts of the same point, before they run. */
void foresight_tell(const Foresight *foresight, Parts *parts);

#endif
