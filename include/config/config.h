/*
 * config - from Lua to specs.
 *
 * Runs a script and turns what it returns into plain, checked specs.  Every script's point function is
 * called before the first point is simulated; no other module but lua_module.c sees Lua.
 * All Lua work runs inside one protected call that owns nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <glib.h>

#include "spec/study.h"

typedef struct {
    char **sets;          /* NULL-terminated "NAME=VALUE" for memsim.args, or NULL */
    const uint64_t *seed; /* replaces the seed of every point's workload, or NULL */
} ConfigOptions;

/* A trace on a machine. */
typedef struct {
    const char *trace;
    const char *format;  /* NULL: by content */
    const char *machine; /* a library name or a file NAME.lua */
    uint32_t cores;      /* that share the accesses; 0: the workload's default */
    bool timed;          /* with the times of its records */
} ConfigReplay;

/* Run the script at path.  Returns its study (caller frees), or NULL and sets error (CONFIG, IO) with the script's line
 * where known. */
Study *config_run_script(const char *path, const ConfigOptions *options, GError **error);
/* The same for a chunk of Lua text; name stands in messages. */
Study *config_run_text(const char *text, const char *name, const ConfigOptions *options,
                       GError **error);

/* A study of one point.  Returns it (caller frees), or NULL and sets error (CONFIG, IO). */
Study *config_replay(const ConfigReplay *replay, const ConfigOptions *options, GError **error);

/* The machine library: names found on the search path, sorted, NULL-terminated.  Returns (caller frees: g_strfreev). */
char **config_machine_names(void);
/* One machine by library name or path of a .lua file.  Returns (caller frees: machine_free) or NULL and sets error with
 * the nearest known name.  path, if not NULL, gets the file it came from (caller frees). */
MachineSpec *config_machine(const char *name, char **path, GError **error);

/* What is known of a kernel of the library. */
typedef struct {
    char *name, *by_default, *meaning;
} KernelParameter;
typedef struct {
    char *description;
    bool list; /* of kernels, which a sweep can show one by one */
    KernelParameter *parameters;
    size_t n_parameters;
    double flops, compulsory_bytes; /* by its formulas, with the defaults */
} KernelInfo;

/* The kernels of the library, like config_machine_names. */
char **config_kernel_names(void);
/* One kernel by library name or path of a .lua file; it is not built: flops and compulsory_bytes are 0.  Returns (caller
 * frees: kernel_info_free) or NULL and sets error with the nearest known name. */
KernelInfo *config_kernel(const char *name, GError **error);
/* The same, built with its default parameters.  path: like config_machine. */
KernelInfo *config_kernel_built(const char *name, char **path, GError **error);
void kernel_info_free(KernelInfo *kernel); /* accepts NULL */

/* The speed grades of DRAM of the library, like config_machine_names. */
char **config_dram_names(void);
/* One grade by library name or path of a .lua file, with the density of that name (NULL: its own), into *memory (caller
 * frees: memory_config_clear).  False and error when there is none or it is wrong.  path: like config_machine. */
bool config_dram(const char *name, const char *density, MemoryConfig *memory, char **path,
                 GError **error);

#endif
