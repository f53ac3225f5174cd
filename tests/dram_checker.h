/*
 * dram_checker - holds the commands of DRAM channels against the rules of their standard.
 *
 * Written from the standards (JESD79-4, JESD79-5, JESD209-5, JESD250, JESD235, JESD238), slow and obvious: each command
 * is compared with each one before it that is recent enough to matter.  It shares nothing with the model that is tested
 * but the numbers of DramConfig.  Times between commands are from the last clock of the one to the last clock of the
 * other.
 *
 * Not checked: that in HBM3 an ACT, RD or WR begins with a whole CK (the clock here is half of one).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TESTS_DRAM_CHECKER_H
#define TESTS_DRAM_CHECKER_H

#include "dram/dram_config.h"

/* A line of a file of commands. */
typedef struct {
    uint64_t time_fs;
    int64_t channel, pseudo, rank, group, bank, row, column; /* -1: empty */
    char name[8];
} CheckedCommand;

typedef struct DramChecker DramChecker;

/* config is borrowed.  Free with dram_checker_free. */
DramChecker *dram_checker_new(const DramConfig *config);
void dram_checker_free(DramChecker *checker);
/* From now on only waits and the states of banks count: not the edges of the clock, not what comes in two parts. */
void dram_checker_waits_only(DramChecker *checker);
/* Why the command may not come next, beginning with the name of the rule and a colon, or NULL when it may.  Valid until
 * the next call. */
const char *dram_checker_refusal(DramChecker *checker, const CheckedCommand *command);
/* The same, and the command has come. */
const char *dram_checker_take(DramChecker *checker, const CheckedCommand *command);
/* Read a line of a file of commands.  False: it is none. */
bool dram_checker_parse(const char *line, CheckedCommand *command);
/* Why the file's text is refused (caller frees), or NULL; *n: how many commands it has. */
char *dram_checker_file(const DramConfig *config, const char *text, uint64_t *n);

#endif
