/*
 * trace_encode_mst - writing memsim's own binary traces.  The layout is in doc/mst.md.
 *
 * Of the addresses of the last four records the nearest is the base of a delta: a loop over up to four arrays, and
 * a stack beside a heap, give deltas of a byte.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <zlib.h>

#include "trace/trace_binary.h"
#include "trace/trace_mst.h"
#include "trace/trace_writer.h"

enum { VARINT_BYTES = 10, COLUMN_BYTES = MST_COLUMNS_BYTES_MAX };

typedef struct {
    uint64_t records, blocks, offset;
    GArray *entries; /* uint64_t: offset, first record */
    uint64_t addr[4];
    uint32_t bytes[3];
    uint32_t at;
    Tick first_fs, last_fs;
    size_t n, deltas, sizes, times;
    char tag[MST_RECORDS_MAX];
    char delta[COLUMN_BYTES], size[COLUMN_BYTES], time[COLUMN_BYTES];
} MstEncoder;

static bool write_bytes(TraceSink *sink, const void *data, size_t bytes, GError **error)
{
    MstEncoder *e = sink->state;

    e->offset += bytes;
    return trace_output_write(sink->output, data, bytes, error);
}

static void put_varint(char *to, size_t *at, uint64_t value)
{
    for (; value >= 128; value >>= 7)
        to[(*at)++] = (char)(value | 128);
    to[(*at)++] = (char)value;
}

static uint32_t crc_of(uint32_t crc, const char *data, size_t bytes)
{
    return (uint32_t)crc32(crc, (const Bytef *)data, (uInt)bytes);
}

/* The checksum of a part that begins with its word and its checksum, and goes on in the columns. */
static void seal(char *part, size_t bytes)
{
    uint32_t crc = crc_of(0, part, MST_CRC_AT);

    crc = crc_of(crc, part + MST_CRC_AT + 4, bytes - MST_CRC_AT - 4);
    binary_put_u32(part + MST_CRC_AT, crc);
}

static void start_block(MstEncoder *e)
{
    memset(e->addr, 0, sizeof e->addr);
    memset(e->bytes, 0, sizeof e->bytes);
    e->at = 0;
    e->n = e->deltas = e->sizes = e->times = 0;
}

static bool write_block(TraceSink *sink, GError **error)
{
    MstEncoder *e = sink->state;
    char header[MST_BLOCK_HEADER_BYTES] = MST_BLOCK;
    const uint64_t entry[] = { e->offset, e->records };
    uint32_t crc;

    if (e->n == 0)
        return true;
    binary_put_u32(header + 8, (uint32_t)e->n);
    binary_put_u32(header + 12, (uint32_t)e->deltas);
    binary_put_u32(header + 16, (uint32_t)e->sizes);
    binary_put_u32(header + 20, (uint32_t)e->times);
    binary_put_u64(header + 24, e->records);
    binary_put_u64(header + 32, e->first_fs);
    crc = crc_of(0, header, MST_CRC_AT);
    crc = crc_of(crc, header + MST_CRC_AT + 4, sizeof header - MST_CRC_AT - 4);
    crc = crc_of(crc, e->tag, e->n);
    crc = crc_of(crc, e->delta, e->deltas);
    crc = crc_of(crc, e->size, e->sizes);
    crc = crc_of(crc, e->time, e->times);
    binary_put_u32(header + MST_CRC_AT, crc);
    g_array_append_vals(e->entries, entry, 2);
    e->records += e->n;
    e->blocks++;
    if (!write_bytes(sink, header, sizeof header, error) ||
        !write_bytes(sink, e->tag, e->n, error) || !write_bytes(sink, e->delta, e->deltas, error) ||
        !write_bytes(sink, e->size, e->sizes, error) ||
        !write_bytes(sink, e->time, e->times, error))
        return false;
    start_block(e);
    return true;
}

/* The code of the fewest bytes that hold the value. */
static unsigned length_of(uint64_t value)
{
    unsigned code = 0;

    while (code < 7 && value >> (8 * mst_delta_bytes[code]) != 0)
        code++;
    return code;
}

static uint64_t zigzag_of(uint64_t difference)
{
    return difference << 1 ^ (0 - (difference >> 63));
}

static void put_addr(MstEncoder *e, uint64_t addr, unsigned op, unsigned size_flag)
{
    uint64_t best = zigzag_of(addr - e->addr[e->at & 3]), word;
    unsigned back = 0, length;

    for (unsigned i = 1; i < 4; i++) {
        const uint64_t other = zigzag_of(addr - e->addr[(e->at - i) & 3]);
        if (other < best) {
            best = other;
            back = i;
        }
    }
    length = length_of(best);
    word = GUINT64_TO_LE(best);
    memcpy(e->delta + e->deltas, &word, mst_delta_bytes[length]);
    e->deltas += mst_delta_bytes[length];
    e->tag[e->n++] = (char)(op | back << MST_BACK_SHIFT | length << MST_LENGTH_SHIFT | size_flag);
    e->addr[++e->at & 3] = addr;
}

static bool mst_put(TraceSink *sink, const Batch *batch, GError **error)
{
    MstEncoder *e = sink->state;

    for (size_t i = 0; i < batch->count; i++) {
        const Access *access = &batch->access[i];
        bool same;

        if (e->n == MST_RECORDS_MAX ||
            e->deltas + e->sizes + e->times > MST_COLUMNS_BYTES_MAX - 8 - 2 * VARINT_BYTES) {
            if (!write_block(sink, error))
                return false;
        }
        same = e->bytes[access->op] == access->bytes;
        if (sink->timed && e->n == 0)
            e->first_fs = e->last_fs = batch->not_before[i];
        put_addr(e, access->addr, access->op, same ? MST_SAME_SIZE : 0);
        if (!same)
            put_varint(e->size, &e->sizes, access->bytes);
        e->bytes[access->op] = access->bytes;
        if (sink->timed)
            put_varint(e->time, &e->times, batch->not_before[i] - e->last_fs);
        if (sink->timed)
            e->last_fs = batch->not_before[i];
    }
    return true;
}

static bool mst_begin(TraceSink *sink, GError **error)
{
    MstEncoder *e = sink->state;
    char header[MST_HEADER_BYTES] = MST_MAGIC;

    e->entries = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    start_block(e);
    binary_put_u32(header + 8, MST_VERSION);
    binary_put_u32(header + 12, sink->timed ? MST_TIMED : 0);
    binary_put_u32(header + 16, crc_of(0, header, 16));
    return write_bytes(sink, header, sizeof header, error);
}

/* The chunks of the index; *crc is that of all entries. */
static bool write_index(TraceSink *sink, uint32_t *crc, GError **error)
{
    MstEncoder *e = sink->state;
    g_autofree char *chunk = g_malloc0(MST_INDEX_HEADER_BYTES + MST_ENTRIES_MAX * MST_ENTRY_BYTES);

    memcpy(chunk, MST_INDEX, 4);
    *crc = 0;
    for (uint64_t done = 0; done < e->blocks;) {
        const uint64_t some = MIN(e->blocks - done, MST_ENTRIES_MAX);
        const size_t bytes = (size_t)some * MST_ENTRY_BYTES;

        for (uint64_t i = 0; i < 2 * some; i++)
            binary_put_u64(chunk + MST_INDEX_HEADER_BYTES + 8 * i,
                           g_array_index(e->entries, uint64_t, 2 * done + i));
        *crc = crc_of(*crc, chunk + MST_INDEX_HEADER_BYTES, bytes);
        binary_put_u32(chunk + 8, (uint32_t)some);
        seal(chunk, MST_INDEX_HEADER_BYTES + bytes);
        if (!write_bytes(sink, chunk, MST_INDEX_HEADER_BYTES + bytes, error))
            return false;
        done += some;
    }
    return true;
}

static bool mst_end(TraceSink *sink, GError **error)
{
    MstEncoder *e = sink->state;
    char end[MST_END_BYTES] = MST_END;
    uint32_t crc;

    if (!write_block(sink, error))
        return false;
    binary_put_u64(end + 8, e->records);
    binary_put_u64(end + 16, e->blocks);
    binary_put_u64(end + 24, e->offset);
    if (!write_index(sink, &crc, error))
        return false;
    binary_put_u32(end + 32, crc);
    seal(end, sizeof end);
    return write_bytes(sink, end, sizeof end, error);
}

static void mst_clear(TraceSink *sink)
{
    MstEncoder *e = sink->state;

    g_clear_pointer(&e->entries, g_array_unref);
}

const TraceEncoder trace_encoder_mst = { .name = "mst",
                                         .times = TIMES_NS,
                                         .sizes = true,
                                         .fetches = true,
                                         .state_bytes = sizeof(MstEncoder),
                                         .begin = mst_begin,
                                         .put = mst_put,
                                         .end = mst_end,
                                         .clear = mst_clear };
