/*
 * repl - replacement policies.
 *
 * A policy keeps a flat, zero-filled block of state per set that the cache allocates; it has no
 * constructor and no error.  The cache fills invalid ways itself, in order of way, before it asks for a victim.
 * A policy is one file (repl_<name>.c) and one word in repl.c.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CACHE_REPL_H
#define CACHE_REPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rng.h"

typedef struct {
    const char *name;                                          /* spelling in the config */
    size_t (*set_bytes)(uint32_t ways);                        /* zero-filled state per set */
    void (*on_fill)(void *state, uint32_t ways, uint32_t way); /* a line has come into way */
    void (*on_hit)(void *state, uint32_t ways, uint32_t way);
    uint32_t (*victim)(void *state, uint32_t ways, Rng *rng); /* every way is valid */
} ReplOps;

/* NULL-terminated spellings; the index of a name is how a config stores it. */
const char *const *repl_names(void);
/* The policy at an index of repl_names(). */
const ReplOps *repl_ops(uint32_t index);

#endif
