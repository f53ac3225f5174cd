/*
 * repl_opt - what the policy "opt" has to know: the uses that are still to come.
 *
 * A run is made twice.  The first one records which lines are used; then the next use of each is found, backwards; the
 * second one, which has to use the same lines in the same order, decides with them.  Uses of the line that was used last
 * may be left out, in both.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_REPL_OPT_H
#define CACHE_REPL_OPT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The uses of the lines of one cache, in order: 8 bytes each, and half as much again while they are recorded. */
typedef struct {
    uint64_t *
        uses; /* [n]: lines while it records, then the number of the next use of the line; OPT_NEVER: none */
    uint64_t n, room;
    uint64_t at; /* the use that comes next */
    bool known;  /* it has been recorded */
} OptFuture;

#define OPT_NEVER UINT64_MAX

void optfuture_clear(OptFuture *future);
/* The first run is over: find the next uses. */
void optfuture_find(OptFuture *future);
/* Tell the policy's common state (ReplSet.common) where to record, or what will be used.  Borrows. */
void repl_opt_look(void *common, OptFuture *future);

#endif
