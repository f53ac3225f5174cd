/*
 * error - the one error domain of memsim.
 *
 * GError is for what the user or the system did: a wrong script, a damaged trace, a full disk.
 * A message says where, what, and what would be right: "caches[2].ways: 0 is below 1".
 * Our own bugs are assertions; normal outcomes (a miss, a full queue) are return values.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
    MEMSIM_ERROR_CONFIG, /* a script, a machine, a workload, an option */
    MEMSIM_ERROR_TRACE,  /* the content of a trace */
    MEMSIM_ERROR_IO,     /* the system said no */
    MEMSIM_ERROR_RUN,    /* the simulation cannot go on (simulated time out of range) */
} MemsimErrorCode;

#define MEMSIM_ERROR (memsim_error_quark())
GQuark memsim_error_quark(void);

/* What the user asks for makes no sense: set error (CONFIG).  Returns false. */
bool refuse_config(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* What GLib logs before it ends a program that gets no memory, as a text for people.  Caller frees. */
char *error_last_words(const char *logged);

#endif
