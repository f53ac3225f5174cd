/*
 * arb - the list of the schedulers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"

#include <string.h>

/* The one list: add yours here, and its spelling. */
#define ARBS(X) X(frfcfs, "frfcfs") X(frfcfs_plain, "frfcfs-plain") X(fcfs, "fcfs")
#define DECLARE(a, spelling) extern const ArbOps arb_##a;
#define ENTRY(a, spelling) &arb_##a,
ARBS(DECLARE)

#define NAME(a, spelling) spelling,

const ArbOps *const arbs[] = { ARBS(ENTRY) NULL };

const char *const *dram_scheduler_names(void)
{
    static const char *const names[] = { ARBS(NAME) NULL };

    return names;
}

const ArbOps *arb_find(const char *name)
{
    for (const ArbOps *const *a = arbs; *a; a++)
        if (strcmp((*a)->name, name) == 0)
            return *a;
    return NULL;
}
