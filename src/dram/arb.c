/*
 * arb - the list of the schedulers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/arb.h"

#include <string.h>

/* The one list: add yours here, and its spelling in a config.  The first one is the default. */
#define ARBS(X) X(frfcfs, "frfcfs") X(frfcfs_plain, "frfcfs-plain") X(fcfs, "fcfs")
#define DECLARE(a, spelling) extern const ArbOps arb_##a;
#define ENTRY(a, spelling) &arb_##a,
ARBS(DECLARE)

#define NAME(a, spelling) spelling,

static const ArbOps *const arbs[] = { ARBS(ENTRY) NULL };
static const char *const names[] = { ARBS(NAME) NULL };

const char *const *dram_scheduler_names(void)
{
    return names;
}

const char *dram_scheduler(const DramConfig *config)
{
    return config->scheduler ? config->scheduler : names[0];
}

const ArbOps *arb_find(const char *name)
{
    for (size_t i = 0; arbs[i]; i++)
        if (strcmp(names[i], name) == 0)
            return arbs[i];
    return NULL;
}
