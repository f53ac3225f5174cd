/*
 * repl - the list of replacement policies.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl.h"

#include <assert.h>

/* The one list: add yours here, and its spelling. */
/* clang-format off */
#define POLICIES(X) \
    X(lru, "lru") \
    X(fifo, "fifo") \
    X(random, "random") \
    X(plru, "plru") \
    X(bit_plru, "bit-plru") \
    X(nru, "nru") \
    X(lip, "lip") \
    X(bip, "bip") \
    X(lfu, "lfu") \
    X(srrip, "srrip") \
    X(brrip, "brrip") \
    X(drrip, "drrip") \
    X(ship, "ship") \
    X(opt, "opt")
/* clang-format on */

#define DECLARE(policy, spelling) extern const ReplOps repl_##policy;
#define ENTRY(policy, spelling) &repl_##policy,
#define NAME(policy, spelling) spelling,
POLICIES(DECLARE)

static const ReplOps *const policies[] = { POLICIES(ENTRY) };
static const char *const names[] = { POLICIES(NAME) NULL };

const char *const *repl_names(void)
{
    return names;
}

const ReplOps *repl_ops(uint32_t index)
{
    assert(index < sizeof policies / sizeof policies[0]);
    return policies[index];
}
