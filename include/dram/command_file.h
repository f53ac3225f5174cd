/*
 * command_file - the commands that DRAM channels have issued, as CSV, so that anyone can check them.
 *
 * Header: time_fs,channel,pseudo_channel,rank,bank_group,bank,row,column,command.  A line is a command, at the first of
 * its clocks; within a channel lines are in order of time.  command is RD, WR, RDA, WRA, ACT, PRE, PREA, REFAB, REFPB; in
 * LPDDR5 also ACT2, the second command of an activation, and CAS, before a transfer that finds WCK at rest.
 * rank counts within the pseudo-channel, bank within the bank group; column is the device's: a beat of the bus, the first
 * of the burst.  What does not apply to a command is empty: a precharge has no row, PREA and REFAB no bank (and no rank
 * where they are for all of a pseudo-channel).  REFPB names the bank; in DDR5 (REFsb) it is for that of every bank group,
 * which is empty then; in LPDDR5 also for the bank half a rank above.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef DRAM_COMMAND_FILE_H
#define DRAM_COMMAND_FILE_H

#include "base/target.h"
#include "dram/dram_config.h"
#include "dram/memory.h"

typedef struct CommandFile CommandFile;

/* Write into target, which is borrowed, and not finished here; zstd: compressed.  config is borrowed while making.
 * Caller frees.  NULL and error (IO) when there is no compression to be had. */
CommandFile *command_file_new(const DramConfig *config, Target *target, bool zstd, GError **error);
/* Write all commands of the channels of a memory that dram_new has made, from now on. */
void command_file_watch(CommandFile *file, const Memory *memory);
/* Write what is left.  False and error (IO) when anything could not be written.  To be called once, last. */
bool command_file_finish(CommandFile *file, GError **error);
/* To be called after the memory has gone, or does nothing any more.  Accepts NULL. */
void command_file_free(CommandFile *file);

#endif
