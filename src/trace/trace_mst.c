/*
 * trace_mst - memsim's own binary traces: blocks of columns of small numbers, each with a checksum.
 *
 * The layout is in doc/mst.md.  A block that does not have its checksum, that is missing, and a file that is
 * cut off are errors with their offset; no record of a damaged block is delivered.
 * The columns are walked without a branch that depends on the data, but for a size that changes: 3 ns a record.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_mst.h"

#include <inttypes.h>
#include <zlib.h>

#include "trace/trace_binary.h"

/* Records beyond those that were there which the head of a damaged block is believed. */
#define ANNOUNCED_MAX (UINT64_C(1) << 32)

typedef struct {
    bool header, timed, end;
    bool damaged, skipping;   /* salvage: something was; what follows it is not found yet */
    uint64_t records, blocks; /* of the blocks so far */
    uint64_t announced;       /* records, by the heads of blocks that are damaged or cut off */
    uint64_t indexed;         /* entries of the index so far */
    uint64_t index_at;        /* offset of the index */
    uint32_t blocks_crc;      /* of the entries that the index must have */
    uint32_t index_crc;       /* of those that it has */

    /* The block at hand. */
    const char *next; /* what follows it */
    const char *tag, *tag_end, *delta, *delta_end, *size, *size_end, *time, *time_end;
    uint64_t addr[4]; /* of the last four records; the last at at & 3 */
    uint32_t bytes[3];
    uint32_t at;
    Tick time_fs;
} MstState;

static const uint64_t delta_masks[8] = {
    0,         0xff, 0xffff, 0xffffff, 0xffffffff, UINT64_C(0xffffffffff), UINT64_C(0xffffffffffff),
    UINT64_MAX
};

static bool is_word(const char *at, const char *word)
{
    return memcmp(at, word, 4) == 0;
}

/* Bytes of the part of the file at `at`, of which `bytes` are there; 0: more are needed to know; SIZE_MAX:
 * no part of a file begins so. */
static size_t part_bytes(const MstState *s, const char *at, size_t bytes)
{
    if (!s->header)
        return MST_HEADER_BYTES;
    if (bytes < 4)
        return 0;
    if (is_word(at, MST_BLOCK) && bytes < MST_BLOCK_HEADER_BYTES)
        return 0;
    if (is_word(at, MST_BLOCK)) {
        const uint64_t records = binary_u32(at + 8);
        const uint64_t columns =
            (uint64_t)binary_u32(at + 12) + binary_u32(at + 16) + binary_u32(at + 20);

        return records > MST_RECORDS_MAX || records == 0 || columns > MST_COLUMNS_BYTES_MAX
                   ? SIZE_MAX
                   : MST_BLOCK_HEADER_BYTES + records + columns;
    }
    if (is_word(at, MST_INDEX) && bytes < MST_INDEX_HEADER_BYTES)
        return 0;
    if (is_word(at, MST_INDEX)) {
        const uint64_t entries = binary_u32(at + 8);

        return entries > MST_ENTRIES_MAX ? SIZE_MAX
                                         : MST_INDEX_HEADER_BYTES + entries * MST_ENTRY_BYTES;
    }
    return is_word(at, MST_END) ? MST_END_BYTES : SIZE_MAX;
}

static bool has_crc(const char *part, size_t bytes, size_t crc_at)
{
    const Bytef *const data = (const Bytef *)part;
    uint32_t crc = (uint32_t)crc32(0, data, (uInt)crc_at);

    crc = (uint32_t)crc32(crc, data + crc_at + 4, (uInt)(bytes - crc_at - 4));
    return crc == binary_u32(part + crc_at);
}

static bool check_header(TraceParser *p, const char *part, GError **error)
{
    MstState *s = p->state;
    const uint32_t version = binary_u32(part + 8), flags = binary_u32(part + 12);

    if (memcmp(part, MST_MAGIC, 8) != 0)
        return binary_error(p, part, error, "not the beginning of an mst trace");
    if (version != MST_VERSION)
        return binary_error(p, part + 8, error,
                            "version %" PRIu32 " of the format; this program reads version %d",
                            version, MST_VERSION);
    if (!has_crc(part, MST_HEADER_BYTES, MST_HEADER_BYTES - 4) || flags > MST_TIMED)
        return binary_error(p, part, error, "the header of the file is damaged");
    s->header = true;
    s->timed = flags & MST_TIMED;
    if (p->times_if_any)
        p->timed = s->timed;
    if (p->timed && !s->timed)
        return binary_error(p, part, error, "the trace has no times, but the replay is timed");
    return true;
}

/* The end of the file says what should have come before it. */
static bool check_end(TraceParser *p, const char *part, GError **error)
{
    MstState *s = p->state;

    if (s->damaged) {
        p->lost += MAX(binary_u64(part + 8), s->records) - s->records;
        s->end = true;
        return true;
    }
    if (binary_u64(part + 8) != s->records)
        return binary_error(p, part, error,
                            "there were %" PRIu64 " records, and there should be %" PRIu64,
                            s->records, binary_u64(part + 8));
    if (binary_u64(part + 16) != s->blocks || s->indexed != s->blocks ||
        s->index_crc != s->blocks_crc || binary_u32(part + 32) != s->index_crc ||
        (s->blocks > 0 && binary_u64(part + 24) != s->index_at))
        return binary_error(p, part, error, "the index is not that of these blocks");
    s->end = true;
    return true;
}

static bool check_index(TraceParser *p, const char *part, size_t bytes)
{
    MstState *s = p->state;

    if (s->indexed == 0)
        s->index_at = p->offset + (uint64_t)(part - p->data);
    s->indexed += (bytes - MST_INDEX_HEADER_BYTES) / MST_ENTRY_BYTES;
    s->index_crc = (uint32_t)crc32(s->index_crc, (const Bytef *)part + MST_INDEX_HEADER_BYTES,
                                   (uInt)(bytes - MST_INDEX_HEADER_BYTES));
    return true;
}

static bool check_block(TraceParser *p, const char *part, GError **error)
{
    MstState *s = p->state;
    const uint64_t first = binary_u64(part + 24);
    char entry[MST_ENTRY_BYTES];

    if (p->salvage && first > s->records) { /* those between were damaged */
        p->lost += first - s->records;
        s->records = first;
    }
    if (first != s->records)
        return binary_error(p, part, error,
                            "record %" PRIu64 " should follow, and the block begins with record "
                            "%" PRIu64 ": blocks are missing or in a wrong order",
                            s->records, first);
    if (s->indexed > 0)
        return binary_error(p, part, error, "a block behind the index");
    binary_put_u64(entry, p->offset + (uint64_t)(part - p->data));
    binary_put_u64(entry + 8, first);
    s->blocks_crc = (uint32_t)crc32(s->blocks_crc, (const Bytef *)entry, sizeof entry);
    s->records += binary_u32(part + 8);
    s->blocks++;
    return true;
}

/* One part, whole: is it what it should be? */
static bool check_part(TraceParser *p, const char *part, size_t bytes, GError **error)
{
    const MstState *s = p->state;

    if (!s->header)
        return check_header(p, part, error);
    if (!has_crc(part, bytes, MST_CRC_AT))
        return binary_error(p, part, error,
                            "the %s is damaged: its checksum is not that of its bytes",
                            is_word(part, MST_BLOCK)   ? "block"
                            : is_word(part, MST_INDEX) ? "index"
                                                       : "end of the file");
    if (is_word(part, MST_BLOCK))
        return check_block(p, part, error);
    return is_word(part, MST_INDEX) ? check_index(p, part, bytes) : check_end(p, part, error);
}

/* What is at the end of the data is no whole part: is that right? */
static bool check_rest(const TraceParser *p, const char *at, size_t bytes, bool last,
                       GError **error)
{
    const MstState *s = p->state;

    if (bytes > 0 && s->end)
        return binary_error(p, at, error, "something follows the end of the trace");
    if (!last || s->end)
        return true;
    return binary_error(p, at + bytes, error,
                        "the file is cut off: the end with its index is missing");
}

/* Past the damage at the beginning of the data, to where the next part may begin. */
static bool skip_damage(TraceParser *p, char *data, size_t bytes, bool last, GError *problem)
{
    MstState *s = p->state;
    size_t at = bytes > 0 ? 1 : 0;

    while (at + 4 <= bytes && !is_word(data + at, MST_BLOCK) && !is_word(data + at, MST_INDEX) &&
           !is_word(data + at, MST_END))
        at++;
    if (last && at + 4 > bytes)
        at = bytes;
    p->at = p->end = data + at;
    s->end = s->end || bytes == 0;
    s->damaged = true;
    if (bytes >= MST_BLOCK_HEADER_BYTES && is_word(data, MST_BLOCK) &&
        binary_u64(data + 24) - s->records < ANNOUNCED_MAX)
        s->announced = MAX(s->announced, binary_u64(data + 24) + binary_u32(data + 8));
    if (bytes == 0 && s->announced > s->records) /* by the head of a block that is cut off */
        p->lost += s->announced - s->records;
    if (!s->skipping)
        g_string_append_printf(p->damage, "%s\n", problem->message);
    s->skipping = true;
    return true;
}

static bool mst_frame(TraceParser *p, char *data, size_t bytes, bool last, GError **error)
{
    MstState *s = p->state;
    const char *at = data, *const end = data + bytes;
    g_autoptr(GError) problem = NULL;

    p->at = data;
    while (at < end && !s->end && !problem) {
        const size_t part = part_bytes(s, at, (size_t)(end - at));

        if (part == SIZE_MAX)
            binary_error(p, at, &problem,
                         "no block, index or end of an mst trace begins here: damaged");
        else if (part == 0 || part > (size_t)(end - at))
            break;
        else if (check_part(p, at, part, &problem))
            at += part;
    }
    if (at > data)
        s->skipping = false;
    p->end = at;
    if (!problem)
        check_rest(p, at, (size_t)(end - at), last, &problem);
    if (!problem || at > data) /* it comes again when what is before it is delivered */
        return true;
    if (p->salvage && s->header)
        return skip_damage(p, data, bytes, last, problem);
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

/* Behind the header of a block that has been checked. */
static void enter_block(TraceParser *p)
{
    MstState *s = p->state;
    const char *const part = p->at;

    s->tag = part + MST_BLOCK_HEADER_BYTES;
    s->tag_end = s->delta = s->tag + binary_u32(part + 8);
    s->delta_end = s->size = s->delta + binary_u32(part + 12);
    s->size_end = s->time = s->size + binary_u32(part + 16);
    s->time_end = s->next = s->time + binary_u32(part + 20);
    s->time_fs = binary_u64(part + 32);
    memset(s->addr, 0, sizeof s->addr);
    memset(s->bytes, 0, sizeof s->bytes);
    s->at = 0;
}

/* Over what is no block, and into the next block.  False: there is none. */
static bool next_block(TraceParser *p)
{
    MstState *s = p->state;

    while (p->at < p->end) {
        const size_t whole = (size_t)(p->end - p->at);

        if (p->offset + (uint64_t)(p->at - p->data) == 0) {
            p->at += MST_HEADER_BYTES;
        } else if (is_word(p->at, MST_BLOCK)) {
            enter_block(p);
            return true;
        } else {
            p->at += part_bytes(s, p->at, whole);
        }
    }
    return false;
}

static bool take_size(MstState *s, unsigned op)
{
    uint64_t bytes;

    if (!binary_varint(&s->size, s->size_end, &bytes) || bytes == 0 ||
        bytes > TRACE_ACCESS_BYTES_MAX)
        return false;
    s->bytes[op] = (uint32_t)bytes;
    return true;
}

/* The time of a record, from the column of times; false: damaged, or before the one above. */
static bool take_time(TraceParser *p, MstState *s, Tick *time_fs)
{
    uint64_t delta;

    if (!binary_varint(&s->time, s->time_end, &delta) || delta >= TICK_LIMIT ||
        s->time_fs >= TICK_LIMIT - delta)
        return false;
    s->time_fs += delta;
    if (s->time_fs < p->last_fs)
        return false;
    *time_fs = p->last_fs = s->time_fs;
    return true;
}

/* Records of the block at hand, until it ends or the batch is full.  False: what has a right checksum makes
 * no sense; whoever wrote it was wrong. */
static bool decode(TraceParser *p, MstState *s, Batch *batch)
{
    const char *tag = s->tag, *delta = s->delta;
    const char *const tag_end = s->tag_end, *const delta_end = s->delta_end;
    const bool timed = p->timed, fetches = p->fetches;
    const uint16_t stream = p->stream;
    uint64_t last[4];
    size_t count = batch->count;
    uint32_t at = s->at;
    bool good = true;

    memcpy(last, s->addr, sizeof last);
    while (tag < tag_end && count < BATCH_MAX) {
        const unsigned byte = (unsigned char)*tag++;
        const unsigned op = byte & MST_OP_MASK, length = byte >> MST_LENGTH_SHIFT & 7;
        const unsigned back = byte >> MST_BACK_SHIFT & 3;
        const uint64_t zigzag = binary_u64(delta) & delta_masks[length];
        const uint64_t addr = last[(at - back) & 3] + (zigzag >> 1 ^ (0 - (zigzag & 1)));

        delta += mst_delta_bytes[length];
        last[++at & 3] = addr;
        good = op <= ACCESS_FETCH && delta <= delta_end &&
               (G_LIKELY(byte & MST_SAME_SIZE) || take_size(s, op)) && s->bytes[op] > 0 &&
               addr <= UINT64_MAX - (s->bytes[op] - 1) &&
               (!timed || take_time(p, s, &batch->not_before[count]));
        if (G_UNLIKELY(!good))
            break;
        batch->access[count] =
            (Access){ .addr = addr, .bytes = s->bytes[op], .stream = stream, .op = (uint8_t)op };
        if (G_UNLIKELY(op == ACCESS_FETCH && !fetches))
            p->fetches_skipped++;
        else
            count++;
    }
    batch->count = count;
    memcpy(s->addr, last, sizeof last);
    s->tag = tag;
    s->delta = delta;
    s->at = at;
    return good;
}

static bool mst_parse(TraceParser *p, Batch *batch, GError **error)
{
    MstState *s = p->state;

    while (batch->count < BATCH_MAX) {
        if (s->tag == s->tag_end && !next_block(p))
            return true;
        if (!decode(p, s, batch))
            return binary_error(p, p->at, error,
                                "the block holds no accesses, though its checksum is right: "
                                "whatever wrote it was wrong");
        if (s->tag == s->tag_end)
            p->at = s->next;
    }
    return true;
}

static unsigned mst_probe(const char *head, size_t bytes)
{
    return bytes >= 8 && memcmp(head, MST_MAGIC, 8) == 0 ? 9 : 0;
}

const TraceFormat trace_mst = {
    .name = "mst",
    .times = TIMES_NS,
    .requests = false,
    .state_bytes = sizeof(MstState),
    .probe = mst_probe,
    .frame = mst_frame,
    .parse = mst_parse,
};
