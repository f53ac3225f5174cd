/*
 * repl_rig - the sets of a replacement policy to try things on; behind its states are bytes that nobody may touch.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_REPL_RIG_H
#define TESTS_REPL_RIG_H

#include "cache/repl.h"

typedef struct {
    const ReplOps *ops;
    ReplSet set; /* the one that fills, hits and victims are of */
    uint8_t *states;
    size_t stride; /* bytes from the state of a set to the next */
    Rng rng;
    uint64_t next_line;
} ReplRig;

/* The policy of this name; its index. */
uint32_t replrig_index(const char *name);
const ReplOps *replrig_ops(const char *name);

/* Nothing has been filled.  Returns (caller frees: replrig_free, which looks at the bytes behind). */
ReplRig *replrig_new(const ReplOps *ops, uint32_t ways);
ReplRig *replrig_new_sets(const ReplOps *ops, uint32_t ways, uint64_t sets);
/* One set whose ways are all filled, in order. */
ReplRig *replrig_new_full(const ReplOps *ops, uint32_t ways);
void replrig_free(ReplRig *rig);

void replrig_choose_set(ReplRig *rig, uint64_t set);
void replrig_fill(ReplRig *rig, uint32_t way); /* with a line that was never there */
void replrig_fill_line(ReplRig *rig, uint32_t way, uint64_t line);
void replrig_hit(ReplRig *rig, uint32_t way);
uint32_t replrig_victim(ReplRig *rig);

#endif
