/*
 * trace_binary - what the binary formats share: little-endian numbers, records of a fixed size, messages.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_TRACE_BINARY_H
#define TRACE_TRACE_BINARY_H

#include <string.h>

#include "trace/trace_format.h"

static inline uint16_t binary_u16(const char *at)
{
    uint16_t value;

    memcpy(&value, at, sizeof value);
    return GUINT16_FROM_LE(value);
}

static inline uint32_t binary_u32(const char *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return GUINT32_FROM_LE(value);
}

static inline uint64_t binary_u64(const char *at)
{
    uint64_t value;

    memcpy(&value, at, sizeof value);
    return GUINT64_FROM_LE(value);
}

static inline void binary_put_u32(char *at, uint32_t value)
{
    value = GUINT32_TO_LE(value);
    memcpy(at, &value, sizeof value);
}

static inline void binary_put_u64(char *at, uint64_t value)
{
    value = GUINT64_TO_LE(value);
    memcpy(at, &value, sizeof value);
}

/* The variable-length number at *at: seven bits a byte, the lowest first, the top bit says that another byte
 * follows.  Moves *at behind it.  False: it passes end, or does not fit in 64 bits. */
static inline bool binary_varint(const char **at, const char *end, uint64_t *value)
{
    uint64_t sum = 0;

    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        const uint64_t byte = (unsigned char)*(*at)++;

        if (shift == 63 && byte > 1)
            return false;
        sum |= (byte & 127) << shift;
        if (byte < 128) {
            *value = sum;
            return true;
        }
    }
    return false;
}

/* TraceFormat.frame of records of record_bytes; false and error (TRACE) when the last one is cut off. */
bool binary_frame(TraceParser *p, char *data, size_t bytes, bool last, size_t record_bytes,
                  GError **error);

/* Set error: "FILE: byte OFFSET: problem", the offset of `at` in the decompressed trace.  Returns false. */
bool binary_error(const TraceParser *p, const char *at, GError **error, const char *problem, ...)
    G_GNUC_PRINTF(4, 5);

#endif
