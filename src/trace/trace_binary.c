/*
 * trace_binary - whole records, and where in the file something is wrong.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_binary.h"

#include <inttypes.h>

#include "base/error.h"

bool binary_frame(TraceParser *p, char *data, size_t bytes, bool last, size_t record_bytes,
                  GError **error)
{
    const size_t whole = MIN(bytes, TRACE_BLOCK_BYTES) / record_bytes * record_bytes;

    p->at = data;
    p->end = data + whole;
    if (!last || whole == bytes || whole > 0)
        return true;
    return binary_error(p, data, error,
                        "the file is cut off: %zu bytes are left, and a record has %zu", bytes,
                        record_bytes);
}

bool binary_error(const TraceParser *p, const char *at, GError **error, const char *problem, ...)
{
    va_list args;
    va_start(args, problem);
    g_autofree char *text = g_strdup_vprintf(problem, args);
    va_end(args);

    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE, "%s: byte %" PRIu64 ": %s", p->name,
                p->offset + (uint64_t)(at - p->data), text);
    return false;
}
