/*
 * dram_audit - has each command of a memory's channels judged by the checker, as it is issued.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_DRAM_AUDIT_H
#define TESTS_DRAM_AUDIT_H

#include "dram_checker.h"
#include "dram_rig.h"

typedef struct {
    uint64_t commands, refused;
    uint64_t of[N_COMMANDS]; /* commands */
    uint64_t tight;          /* commands that would have been refused one clock earlier */
    GHashTable *rules;       /* of the names of the rules that would have refused them */
    char *first;             /* the first refusal, or NULL */
    ChannelStats stats;      /* of the run */
} DramAudit;

/* Run the accesses of one burst each; earlier: also ask whether each command could have come a clock earlier. */
DramAudit dram_audit(const DramConfig *config, const DramAccess *accesses, uint64_t n,
                     bool earlier);
void dram_audit_clear(DramAudit *audit);

#endif
