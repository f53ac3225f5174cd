/*
 * command - the commands of a DRAM channel, and a standard's timing rules as rows of a table.
 *
 * A row says: after the nth-last EARLIER command at a place, a LATER command at the same place waits so many clock
 * cycles.  Waits are from the last clock of the earlier to the last clock of the later command, as JEDEC counts them;
 * commands are kept by their first clock, and whoever reads the table allows for commands of several clocks.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_COMMAND_H
#define DRAM_COMMAND_H

#include <stdint.h>

/* A time in clock cycles of the channel, from 0. */
typedef uint64_t Cycle;
#define CYCLE_NEVER UINT64_MAX

/* The commands of one bank come first, those of a whole refresh unit last. */
typedef enum {
    CMD_RD,
    CMD_WR,
    CMD_RDA, /* with auto-precharge */
    CMD_WRA,
    CMD_ACT,
    CMD_PRE,
    CMD_REFPB,
    CMD_PREA,
    CMD_REFAB,
    CMD_ACT2, /* second half of an activation in two commands */
    CMD_CAS,  /* starts WCK before a transfer */
    N_COMMANDS,
    N_BANK_COMMANDS = CMD_PREA,
} Command;

/* A set of commands. */
typedef uint32_t CommandSet;
#define SET(command) (UINT32_C(1) << CMD_##command)
#define SET_READ (SET(RD) | SET(RDA))
#define SET_WRITE (SET(WR) | SET(WRA))
#define SET_COLUMN (SET_READ | SET_WRITE)
#define SET_ROW (SET(ACT) | SET(PRE) | SET(REFPB) | SET(PREA) | SET(REFAB))
#define SET_ALL (SET_COLUMN | SET_ROW)

/* Where both commands of a row are: in the same ... */
typedef enum {
    SCOPE_BANK,
    SCOPE_GROUP,
    SCOPE_RANK,
    SCOPE_OTHER_RANKS, /* the later one in another rank of the same pseudo-channel */
    SCOPE_PSEUDO,
    SCOPE_CHANNEL,
} Scope;

typedef struct {
    Scope scope;
    CommandSet earlier, later;
    uint32_t nth; /* 1: the last one */
    int64_t wait; /* cycles; below 1: no constraint */
} Constraint;

/* "ACT", "PRE", ... */
extern const char *const command_names[N_COMMANDS];

#endif
