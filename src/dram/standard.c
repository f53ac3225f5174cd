/*
 * standard - the list of the DRAM standards.
 *
 * SPDX-License-Identifier: MIT
 */
#include "dram/standard.h"

#include <string.h>

#define STANDARDS(X) \
    X(ddr4) X(ddr5) X(gddr6) X(hbm2) X(hbm3) X(lpddr5) /* the one list: add yours here */
#define DECLARE(s) extern const DramStandard std_##s;
#define ENTRY(s) &std_##s,
STANDARDS(DECLARE)

#define NAME(s) #s,

const DramStandard *const standards[] = { STANDARDS(ENTRY) NULL };

const char *const *dram_standard_names(void)
{
    static const char *const names[] = { STANDARDS(NAME) NULL };

    return names;
}

const char *const command_names[N_COMMANDS] = { "RD",    "WR",   "RDA",   "WRA",  "ACT", "PRE",
                                                "REFPB", "PREA", "REFAB", "ACT2", "CAS" };

const DramStandard *standard_find(const char *name)
{
    for (const DramStandard *const *s = standards; *s; s++)
        if (strcmp((*s)->name, name) == 0)
            return *s;
    return NULL;
}
