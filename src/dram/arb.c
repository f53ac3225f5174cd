/*
 * arb - the list of the schedulers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"

#include <string.h>

#define ARBS(X) X(frfcfs) X(fcfs) /* the one list: add yours here */
#define DECLARE(a) extern const ArbOps arb_##a;
#define ENTRY(a) &arb_##a,
ARBS(DECLARE)

#define NAME(a) #a,

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
