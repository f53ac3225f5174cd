/*
 * repl - replacement policies.
 *
 * A policy keeps a flat, zero-filled block of state per set, and one for the whole cache if it wants, that the cache
 * allocates; it has no constructor and no error.  The cache fills invalid ways itself before it asks for a victim.
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

/* A set as its policy sees it. */
typedef struct {
    void *state;  /* of this set, zero-filled at the start */
    void *common; /* of the cache, zero-filled at the start; NULL: the policy has none */
    uint32_t ways;
    uint64_t set, sets; /* this one's number, and how many there are */
    bool exclusive; /* it is filled with victims of the level above; a line that is hit leaves */
    Rng *rng;       /* the cache's own, seeded */
} ReplSet;

typedef struct {
    const char *name;                   /* spelling in the config */
    size_t (*set_bytes)(uint32_t ways); /* of the state of a set; 0: none */
    size_t common_bytes;                /* of the state of the cache; 0: none */
    void (*on_fill)(const ReplSet *set, uint32_t way, uint64_t line); /* line has come into way */
    void (*on_hit)(const ReplSet *set, uint32_t way);
    uint32_t (*victim)(const ReplSet *set); /* every way is valid */
} ReplOps;

/* NULL-terminated spellings; the index of a name is how a config stores it. */
const char *const *repl_names(void);
/* The policy at an index of repl_names(). */
const ReplOps *repl_ops(uint32_t index);

#endif
