/*
 * trace_drmemtrace - the traces of DynamoRIO's memory tracer after its own conversion: one file, plain or compressed.
 *
 * A record is 12 bytes: type, size, value.  Reads, writes and instruction fetches are delivered; a bundle is the
 * fetches that follow the last one.  Prefetches, cache flushes, branches that fetch nothing, markers, encodings and the
 * numbers of threads and processes are no accesses and are skipped, so the threads of a file follow each other as they
 * do there.  The first record is a header, the last one a footer: without it the file is cut off.
 * The tracer does not know how long the accesses of some instructions are (xsave and its kin) and writes 0: they count as
 * one byte.
 * The raw files of the tracer have records of 8 bytes and need that conversion first; archives (.zip) are not read.
 * Source: DynamoRIO, clients/drcachesim/common/trace_entry.h.
 *
 * SPDX-License-Identifier: MIT
 */

#include "trace/trace_binary.h"
#include "trace/trace_text.h"

enum { RECORD_BYTES = 12, BUNDLE_MAX = 8, VERSION_MAX = 64 };

enum {
    TYPE_READ = 0,
    TYPE_WRITE = 1,
    TYPE_INSTR = 10, /* to 16: the kinds of instructions */
    TYPE_BUNDLE = 17,
    TYPE_HEADER = 25,
    TYPE_FOOTER = 26,
    TYPE_LAST = 49
};

typedef enum { SKIPPED, READ, WRITE, FETCH, BUNDLE } Kind;

/* By type; what is not named is skipped. */
static const uint8_t kinds[TYPE_LAST + 1] = {
    [TYPE_READ] = READ, [TYPE_WRITE] = WRITE, [10] = FETCH, [11] = FETCH, [12] = FETCH,
    [13] = FETCH,       [14] = FETCH,         [15] = FETCH, [16] = FETCH, [TYPE_BUNDLE] = BUNDLE,
    [31] = FETCH,       [48] = FETCH,         [49] = FETCH,
};

typedef struct {
    bool header, footer;
    bool pc_known;
    uint64_t next_pc; /* behind the last instruction */
    uint8_t site;     /* of the last instruction */
} DrState;

static bool dr_frame(TraceParser *p, char *data, size_t bytes, bool last, GError **error)
{
    const DrState *s = p->state;

    if (last && bytes == 0 && s->header && !s->footer) {
        p->at = p->end = data;
        return binary_error(p, data, error, "the file is cut off: it has no footer");
    }
    return binary_frame(p, data, bytes, last, RECORD_BYTES, error);
}

static bool append(TraceParser *p, Batch *batch, AccessOp op, uint64_t addr, uint64_t bytes,
                   GError **error)
{
    const DrState *s = p->state;
    const char *problem = text_check_access(addr, bytes);

    if (problem)
        return binary_error(p, p->at, error, "%s", problem);
    if (op == ACCESS_FETCH && !p->fetches)
        p->fetches_skipped++;
    else
        batch->access[batch->count++] = (Access){ .addr = addr,
                                                  .bytes = (uint32_t)bytes,
                                                  .stream = p->stream,
                                                  .op = (uint8_t)op,
                                                  .site = op == ACCESS_FETCH ? 0 : s->site };
    return true;
}

/* The value holds the sizes of up to eight instructions, a byte each. */
static bool take_bundle(TraceParser *p, Batch *batch, unsigned count, uint64_t sizes,
                        GError **error)
{
    DrState *s = p->state;

    if (count == 0 || count > BUNDLE_MAX || !s->pc_known)
        return binary_error(p, p->at, error, "a bundle of %u instructions %s", count,
                            s->pc_known ? "" : "behind no instruction");
    for (; count > 0; count--, sizes >>= 8) {
        if (!append(p, batch, ACCESS_FETCH, s->next_pc, sizes & 255, error))
            return false;
        s->site = access_site(s->next_pc);
        s->next_pc += sizes & 255;
    }
    return true;
}

static bool take_record(TraceParser *p, Batch *batch, GError **error)
{
    DrState *s = p->state;
    const unsigned type = binary_u16(p->at), bytes = binary_u16(p->at + 2);
    const uint64_t value = binary_u64(p->at + 4);

    if (!s->header && (type != TYPE_HEADER || value > VERSION_MAX))
        return binary_error(p, p->at, error,
                            "no header of a converted drmemtrace file; raw files have to be "
                            "converted by its own tool");
    s->header = true;
    if (type > TYPE_LAST)
        return binary_error(p, p->at, error, "a record of unknown type %u", type);
    s->footer = type == TYPE_FOOTER;
    switch ((Kind)kinds[type]) {
    case READ:
        return append(p, batch, ACCESS_READ, value, MAX(bytes, 1), error);
    case WRITE:
        return append(p, batch, ACCESS_WRITE, value, MAX(bytes, 1), error);
    case FETCH:
        s->next_pc = value + bytes;
        s->pc_known = true;
        s->site = access_site(value);
        return append(p, batch, ACCESS_FETCH, value, bytes, error);
    case BUNDLE:
        return take_bundle(p, batch, bytes, value, error);
    case SKIPPED:
        break;
    }
    return true;
}

static bool dr_parse(TraceParser *p, Batch *batch, GError **error)
{
    for (; p->at < p->end && batch->count <= BATCH_MAX - BUNDLE_MAX; p->at += RECORD_BYTES)
        if (!take_record(p, batch, error))
            return false;
    return true;
}

static unsigned dr_probe(const char *head, size_t bytes)
{
    return bytes >= RECORD_BYTES && binary_u16(head) == TYPE_HEADER && binary_u16(head + 2) == 0 &&
                   binary_u64(head + 4) <= VERSION_MAX
               ? 8
               : 0;
}

const TraceFormat trace_drmemtrace = {
    .name = "drmemtrace",
    .times = TIMES_NONE,
    .requests = false,
    .state_bytes = sizeof(DrState),
    .probe = dr_probe,
    .frame = dr_frame,
    .parse = dr_parse,
};
