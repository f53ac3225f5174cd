/*
 * repl - the list of replacement policies.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cache/repl.h"

#include <assert.h>

#define POLICIES(X) X(lru) X(fifo) X(random) X(plru) /* the one list: add yours here */

#define DECLARE(p) extern const ReplOps repl_##p;
#define ENTRY(p) &repl_##p,
#define NAME(p) #p,
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
