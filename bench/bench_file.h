/*
 * bench_file - the traces of the benchmarks: what they hold, and the files they lie in.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BENCH_BENCH_FILE_H
#define BENCH_BENCH_FILE_H

#include "base/rng.h"
#include "temporary.h"
#include "trace/trace_output.h"

/* A walk through a heap with every fourth access to the stack. */
static inline uint64_t bench_address(uint32_t i, uint64_t draw)
{
    return i % 4 ? 0x4a5b6c0 + UINT64_C(8) * (i % 65536) + draw % 3 * 4096
                 : UINT64_C(0x1fff000d38) - draw % 16 * 8;
}

/* A file with this text, compressed as the suffix says.  Returns its path (caller removes and frees), or NULL. */
static inline char *bench_file(const char *suffix, const GString *text)
{
    char *path = temporary_file(suffix, "", 0);
    TraceOutput *output = trace_output_open(path, NULL);
    bool good = output && trace_output_write(output, text->str, text->len, NULL);

    good = output && trace_output_finish(output, NULL) && good;
    trace_output_free(output);
    if (!good) {
        g_remove(path);
        g_clear_pointer(&path, g_free);
    }
    return path;
}

#endif
