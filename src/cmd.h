/*
 * cmd - the commands of the program, and what they share.
 *
 * A command parses its own options, does its work and returns the exit status.  It sets error when there is
 * something to say; only main prints it.  Domain G_OPTION_ERROR: the options are wrong.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CMD_H
#define CMD_H

#include <glib.h>
#include <stdbool.h>

#include "base/target.h"
#include "config/config.h"
#include "report/report.h"

enum { EXIT_ALL_DONE = 0, EXIT_WRONG_INPUT = 1, EXIT_WRONG_OPTIONS = 2, EXIT_INTERRUPTED = 130 };

/* argv[0] is the name for messages. */
int cmd_run(int argc, char **argv, GError **error);      /* memsim SCRIPT.lua */
int cmd_replay(int argc, char **argv, GError **error);   /* memsim replay TRACE */
int cmd_trace(int argc, char **argv, GError **error);    /* memsim trace info|head|convert */
int cmd_machines(int argc, char **argv, GError **error); /* memsim machines [NAME] */
int cmd_dram(int argc, char **argv, GError **error);     /* memsim dram [NAME] */
int cmd_kernels(int argc, char **argv, GError **error);  /* memsim kernels [NAME] */
int cmd_mrc(int argc, char **argv, GError **error);      /* memsim mrc TRACE|SCRIPT.lua */

/* Options of all commands that run points. */
typedef struct {
    char **sets;
    char *jobs, *format, *output, *seed, *columns, *by, *commands, *plot, *plot_y;
    gboolean quiet;
    const char *script; /* on the command line (borrowed); NULL: a trace is */
} RunOptions;

/* A context with the options of a command that runs points and its own (own may be NULL); caller frees. */
GOptionContext *run_context(const char *usage, RunOptions *options, const GOptionEntry *own);
/* Parse argv; what is left is the positional arguments.  Takes context.  Returns whether to go on, *status then being that of
 * wrong options; else the command ends with *status: there was an error, or --help is printed. */
bool cmd_parse(GOptionContext *context, int *argc, char ***argv, int *status, GError **error);
/* Read what the options say of how to make a study.  seed is where config->seed will point. */
bool run_config(const RunOptions *options, ConfigOptions *config, uint64_t *seed, GError **error);
/* Whether the options of a command that runs points make sense; else sets error. */
bool run_check(const RunOptions *options, GError **error);
/* How many workers the options ask for; 0: not given. */
bool run_jobs(const RunOptions *options, uint32_t *jobs, GError **error);
/* Run a study and write its report.  Returns the exit status. */
int run_study(const Study *study, const RunOptions *options, GError **error);
/* The way out that format, output and columns of the options ask for; columns as for report_new.  NULL and error. */
Report *run_open_report(const Study *study, const RunOptions *options, Row *const *columns,
                        GError **error);
void run_options_clear(RunOptions *options);

/* The files of a command. */
typedef struct CmdFiles CmdFiles;

CmdFiles *cmd_files_new(void);
void cmd_files_free(CmdFiles *files); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CmdFiles, cmd_files_free)
/* Standard input and devices are not noted.  what: it is, for messages. */
void cmd_files_read(CmdFiles *files, const char *path, const char *what);
/* False and error when the file is one that is read, or written by another option. */
bool cmd_files_write(CmdFiles *files, const char *path, const char *option, GError **error);
/* What running the study reads, and what the options have it write. */
bool cmd_files_add_study(CmdFiles *files, const Study *study, const RunOptions *options,
                         GError **error);

/* One file of DRAM commands a point. */
typedef struct {
    Target **targets; /* [n]; NULL where the memory is no DRAM */
    uint32_t n;
    bool zstd;
} CommandTargets;

/* What --dram-commands asks for; path NULL: nothing.  Returns the exit status: EXIT_ALL_DONE, or sets error. */
int command_targets_open(CommandTargets *all, const Study *study, const char *path, CmdFiles *files,
                         GError **error);
/* The point is done: its file appears. */
bool command_targets_finish(CommandTargets *all, uint32_t point, GError **error);
/* Files that were not finished leave no trace. */
void command_targets_clear(CommandTargets *all);

/* The value of an option, a whole number from min to max; else sets error. */
bool cmd_read_number(const char *option, const char *text, uint64_t min, uint64_t max,
                     uint64_t *number, GError **error);
/* Set a wrong-options error. */
void cmd_wrong_option(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Write to standard output.  Returns the exit status; sets error when it cannot, but a closed pipe is no error. */
int cmd_print(const char *text, GError **error);

#endif
