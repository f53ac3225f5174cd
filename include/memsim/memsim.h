/*
 * memsim - simulate memory hierarchies from a C program.
 *
 * A script (Lua 5.4, the same that the program memsim runs) describes sweeps of points.  Running
 * it gives results: for each sweep the columns with their units, for each point a row.
 *
 *     char *error = NULL;
 *     MemsimResults *results = memsim_run_file("cache_sweep.lua", NULL, &error);
 *     if (!results) {
 *         fprintf(stderr, "%s\n", error);
 *         memsim_string_free(error);
 *         return 1;
 *     }
 *     for (size_t row = 0; row < memsim_rows(results, 0); row++)
 *         printf("%g s\n", memsim_number(results, 0, row, "time_s"));
 *     memsim_results_free(results);
 *
 * Ownership: what a function returns as "const" belongs to the handle and lives as long as it;
 * everything else is freed by the function that the comment names.  Every _free accepts NULL.
 * Errors: a function that can fail returns NULL and, unless error is NULL, stores a message there
 * that says where, what, and what would be right.  The library prints nothing but what a script
 * prints, to standard error, and never ends the calling program; when memory runs out it aborts.
 * Indices out of range give 0, NULL or NAN.
 * Processes: points run in child processes made by fork(), so run from a program with one thread,
 * and leave the children to memsim (no handler that waits for all children meanwhile).  While
 * points are simulated, SIGINT, SIGTERM and SIGHUP end the run early; before that, while the script
 * itself runs, they do what the program has them do.  A handle is used by one thread at a time.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef MEMSIM_MEMSIM_H
#define MEMSIM_MEMSIM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined __GNUC__
#define MEMSIM_API __attribute__((visibility("default")))
#else
#define MEMSIM_API
#endif

/* The version of the library, such as "0.1.0". */
MEMSIM_API const char *memsim_version(void);

/* --- options ------------------------------------------------------------------------------ */

typedef struct MemsimOptions MemsimOptions;

/* Options with their defaults.  Returns (free with memsim_options_free). */
MEMSIM_API MemsimOptions *memsim_options_new(void);
MEMSIM_API void memsim_options_free(MemsimOptions *options);
/* Points simulated at a time; 0, the default: as many as there are processor cores.  Results do
 * not depend on it. */
MEMSIM_API void memsim_options_jobs(MemsimOptions *options, unsigned jobs);
/* Replace the seed of every workload of the script. */
MEMSIM_API void memsim_options_seed(MemsimOptions *options, uint64_t seed);
/* What the script finds in memsim.args.NAME: a number or a boolean where value reads as one, else
 * a string.  Copies both texts. */
MEMSIM_API void memsim_options_set(MemsimOptions *options, const char *name, const char *value);

/* --- running ------------------------------------------------------------------------------ */

typedef struct MemsimResults MemsimResults;

/* Run the script at path; options may be NULL.  A point that fails is a row (memsim_ok tells), not
 * an error; an error is a script that cannot be read or is wrong, or a run that was interrupted.
 * Returns the results (free with memsim_results_free), or NULL and an error (free with
 * memsim_string_free). */
MEMSIM_API MemsimResults *memsim_run_file(const char *path, const MemsimOptions *options,
                                          char **error);
/* The same for a script given as text; name stands for it in messages. */
MEMSIM_API MemsimResults *memsim_run_text(const char *text, const char *name,
                                          const MemsimOptions *options, char **error);
MEMSIM_API void memsim_results_free(MemsimResults *results);
MEMSIM_API void memsim_string_free(char *string);

/* --- results ------------------------------------------------------------------------------ */

/* Number of sweeps, at least 1; the title of one, by default the name of the script. */
MEMSIM_API size_t memsim_sweeps(const MemsimResults *results);
MEMSIM_API const char *memsim_title(const MemsimResults *results, size_t sweep);
/* Number of points of a sweep; rows come in the order of the points, first axis outermost. */
MEMSIM_API size_t memsim_rows(const MemsimResults *results, size_t sweep);
/* The columns of a sweep: the axes, "status", then the results; all that any of its rows has, and
 * those on demand, which are NAN here. */
MEMSIM_API size_t memsim_columns(const MemsimResults *results, size_t sweep);
MEMSIM_API const char *memsim_column_name(const MemsimResults *results, size_t sweep,
                                          size_t column);
/* "s", "B", "B/s", "FLOP", "FLOP/s", "FLOP/B", "J", "1/s", "1" for counts and ratios, "" for text
 * and axes. */
MEMSIM_API const char *memsim_column_unit(const MemsimResults *results, size_t sweep,
                                          size_t column);

/* 1 when the point was simulated, 0 when it failed; the column "status" says why. */
MEMSIM_API int memsim_ok(const MemsimResults *results, size_t sweep, size_t row);
/* A value as a number in the base unit of its column; a boolean is 0 or 1.  NAN where the row has
 * no such column, where it does not apply, and for text. */
MEMSIM_API double memsim_number(const MemsimResults *results, size_t sweep, size_t row,
                                const char *column);
/* A value as text: numbers with as many digits as they need to be read back the same, "true" and
 * "false" for booleans.  NULL where the row has no such column. */
MEMSIM_API const char *memsim_text(const MemsimResults *results, size_t sweep, size_t row,
                                   const char *column);

#ifdef __cplusplus
}
#endif

#endif
