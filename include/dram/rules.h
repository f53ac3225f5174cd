/*
 * rules - the rows that the standards have in common; each standard adds its own.
 *
 * unit: the scope of the rules that hold beyond a bank group, what one PREA and one REFAB are for: SCOPE_RANK or
 * SCOPE_PSEUDO.  Waits are from DramTiming, in cycles.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_RULES_H
#define DRAM_RULES_H

#include "dram/standard.h"

/* Room for RULES_MAX rows, of which n are there. */
typedef struct {
    Constraint *rows;
    uint32_t n;
} RuleTable;

void rules_append(RuleTable *table, const Constraint *rows, size_t n);
/* Append an array of rows. */
#define RULES_APPEND(table, array) rules_append(table, array, sizeof(array) / sizeof *(array))

/* Transfers: bursts on the data bus of scope bus, column to column, the bus's turns.  group_write_end: from WR to the end of
 * its data as its own bank group counts it. */
void rules_transfers(RuleTable *table, const DramTiming *t, Scope bus, Scope unit,
                     int64_t group_write_end);
/* Gaps between the transfers of ranks that share a data bus. */
void rules_shared_bus(RuleTable *table, const DramTiming *t);
/* Activations, precharges, and refreshes of all banks. */
void rules_rows(RuleTable *table, const DramTiming *t, Scope unit);
/* Between any two precharges of a unit: tPPD. */
void rules_precharges_apart(RuleTable *table, const DramTiming *t, Scope unit);
/* What a refresh of single banks is to its own banks. */
void rules_refreshed_bank(RuleTable *table, const DramTiming *t);
/* The same, and what it is to the other banks of its unit where another refresh may follow like an activation. */
void rules_refresh_per_bank(RuleTable *table, const DramTiming *t, Scope unit);

/* From WR to its last data. */
static inline int64_t rules_write_end(const DramTiming *t)
{
    return (int64_t)t->CWL + t->BL;
}

#endif
