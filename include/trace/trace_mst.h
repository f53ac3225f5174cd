/*
 * trace_mst - the layout of memsim's own binary traces, shared by their reader and their writer.
 *
 * doc/mst.md describes it for others.  A file is a header, blocks, chunks of the index and an end; each of
 * them begins with a word that names it and holds a CRC-32 of all its other bytes.  A block can be decoded
 * without the ones before it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_TRACE_MST_H
#define TRACE_TRACE_MST_H

#include <stdint.h>

#define MST_MAGIC "\x89MST\r\n\x1a\n"
#define MST_BLOCK "mstB"
#define MST_INDEX "mstI"
#define MST_END "mstE"

enum {
    MST_VERSION = 1,
    MST_TIMED = 1, /* the one flag of the header */

    MST_HEADER_BYTES = 20,       /* magic 8, version 4, flags 4, crc 4 */
    MST_BLOCK_HEADER_BYTES = 48, /* word 4, crc 4, records 4, bytes of deltas, sizes, times 4 each,
                                    first record 8, time of the first record 8, zero 8 */
    MST_INDEX_HEADER_BYTES = 12, /* word 4, crc 4, entries 4 */
    MST_ENTRY_BYTES = 16,        /* offset of a block 8, its first record 8 */
    MST_END_BYTES = 48,          /* word 4, crc 4, records 8, blocks 8, offset of the index 8,
                                    crc of all entries 4, zero 12 */
    MST_CRC_AT = 4,              /* of the crc in all but the header of the file */

    MST_RECORDS_MAX = 16384,        /* of a block */
    MST_COLUMNS_BYTES_MAX = 131072, /* deltas, sizes and times of a block together */
    MST_ENTRIES_MAX = 4096,         /* of a chunk of the index */

    /* The tag of a record. */
    MST_OP_MASK = 3, /* AccessOp */
    MST_BACK_SHIFT =
        2, /* two bits: the delta is to the address of the record so many back, less one */
    MST_LENGTH_SHIFT = 4, /* three bits: bytes of the delta */
    MST_SAME_SIZE = 128   /* the size of the last record with this op in the block */
};

/* By the three bits of the tag: bytes of a delta. */
static const uint8_t mst_delta_bytes[8] = { 0, 1, 2, 3, 4, 5, 6, 8 };

#endif
