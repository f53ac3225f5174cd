/*
 * trace_format - what a trace format has to offer, and what its parser works on.
 *
 * The reader (trace.c) owns one buffer.  A format says which bytes at its front are whole records
 * (frame) and turns them into accesses (parse); it never reads, and never sees half a record.  So a
 * text format works on lines and a binary one on bytes, and neither knows where they come from.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_TRACE_FORMAT_H
#define TRACE_TRACE_FORMAT_H

#include "mem/access.h"

enum {
    TRACE_BLOCK_BYTES = 256 * 1024, /* the buffer: half a second-level cache; no record is longer */
    TRACE_PAD_BYTES = 32, /* readable behind the last record; what they hold has no meaning */
    TRACE_ACCESS_BYTES_MAX = 1 << 20, /* a longer access is a damaged trace */
    TRACE_REQUEST_BYTES = 64          /* what a request moves, unless said otherwise */
};

/* What the records say of time. */
typedef enum { TIMES_NONE, TIMES_NS, TIMES_CYCLES /* of the memory's clock */ } TraceTimes;

typedef struct {
    const char *name; /* of the file, as messages show it; borrowed */
    const char *data; /* the buffer */
    void *state; /* what a format keeps from record to record: TraceFormat.state_bytes, zeroed */
    uint64_t offset; /* of data[0] in the decompressed trace */
    const char *at;  /* the next byte to parse */
    const char *end; /* the end of the whole records in the buffer */
    uint64_t line;   /* text: number of the line at `at`, from 1 */
    uint64_t fetches_skipped;
    uint32_t request_bytes; /* of a record that is a request; a power of two */
    Tick last_fs;           /* time of the last record; timed only */
    Tick cycle_fs;          /* of the memory's clock; 0: it has none, and no record is in cycles */
    bool started;           /* a line other than comments has been parsed */
    bool fetches;           /* deliver instruction fetches */
    bool timed;             /* fill not_before */
    bool times_if_any;      /* the first record says whether there are times, and sets timed */
    bool times_known;       /* it has said so */
    bool salvage;           /* go on behind damage where a checksum shows what is whole */
    uint64_t lost;          /* records that were not salvaged, as far as is known */
    GString *damage;        /* a line for each damage that was passed; owned by the reader */
    uint16_t stream;        /* of every access */
} TraceParser;

/*
 * probe: how sure it is that a file that begins with these bytes has this format; 0: it has not.
 *        Judges the shape of the first record only, so that a wrong value is an error with its line.
 * frame: sets p->at to data and p->end behind the last whole record of data[0 .. bytes-1]; last tells
 *        that no more bytes follow, and then everything is consumed or an error.  One byte may be
 *        written behind the data.  Called with fewer than TRACE_BLOCK_BYTES unless no more fit.
 * parse: appends to batch from p->at on until the batch has no room or p->at is p->end.  Returns false
 *        and sets error (TRACE) at a wrong record; what was appended before it counts.
 */
typedef struct {
    const char *name; /* spelling in the options */
    TraceTimes times;
    bool requests;         /* a record names the address of a request to memory, not its size */
    uint32_t record_bytes; /* of such a record unless said otherwise; 0: TRACE_REQUEST_BYTES */
    size_t state_bytes;
    unsigned (*probe)(const char *head, size_t bytes);
    bool (*frame)(TraceParser *p, char *data, size_t bytes, bool last, GError **error);
    bool (*parse)(TraceParser *p, Batch *batch, GError **error);
} TraceFormat;

/* The access of a record that is a request to memory: the block of request_bytes with its address. */
static inline Access trace_request(const TraceParser *p, uint64_t addr, AccessOp op)
{
    return (Access){ .addr = addr & ~(uint64_t)(p->request_bytes - 1),
                     .bytes = p->request_bytes,
                     .stream = p->stream,
                     .op = (uint8_t)op };
}

#endif
