/*
 * tally - what a batch of accesses has in common.  See the header.
 *
 * SPDX-License-Identifier: MIT
 */
#include "mem/tally.h"

#include <string.h>

#include "base/cpu.h"

/* Over some accesses: sums, and everything else or'ed. */
typedef struct {
    uint64_t bytes, writes, addr_bits;
    uint64_t over; /* negative: some access crosses a line */
    uint16_t other_streams;
    uint8_t op_bits;
} Sums;

static void add_each(Sums *sums, const Access *accesses, size_t n, uint64_t line_bytes,
                     uint16_t stream)
{
    Sums s = *sums;

    for (const Access *access = accesses; access < accesses + n; access++) {
        s.bytes += access->bytes;
        s.writes += access->op & 1;
        s.addr_bits |= access->addr;
        s.over |= line_bytes - (access->addr & (line_bytes - 1)) - access->bytes;
        s.other_streams |= access->stream ^ stream;
        s.op_bits |= access->op;
    }
    *sums = s;
}

#ifdef __x86_64__

/* Two accesses, each an address and a word with the rest: from the lowest bit on bytes (32), stream (16), op (8). */
typedef uint64_t Pair __attribute__((vector_size(32)));
enum { STREAM_BIT = 32, OP_BIT = 48 };
#define BYTES_AND_WRITE (UINT32_MAX | UINT64_C(1) << OP_BIT)

_Static_assert(sizeof(Access) == 16 && offsetof(Access, bytes) == 8 &&
                   offsetof(Access, stream) == 12 && offsetof(Access, op) == 14,
               "an access is two words");

/* The same for an even number of accesses: a third to a half of the time. */
FOR_AVX2 static void add_pairs(Sums *sums, const Access *accesses, size_t n, uint64_t line_bytes,
                               uint16_t stream)
{
    const Pair counted = { 0, BYTES_AND_WRITE, 0, BYTES_AND_WRITE };
    const Pair length = { 0, UINT32_MAX, 0, UINT32_MAX };
    const Pair offset = { line_bytes - 1, 0, line_bytes - 1, 0 };
    const Pair line = { line_bytes, line_bytes, line_bytes, line_bytes };
    Pair sum = { 0 }, bits = { 0 }, over = { 0 }, pair;
    const Pair same = { 0, (uint64_t)stream << STREAM_BIT, 0, (uint64_t)stream << STREAM_BIT };

    for (size_t i = 0; i < n; i += 2) {
        memcpy(&pair, &accesses[i], sizeof pair);
        sum += pair & counted;
        over |= line - __builtin_shufflevector(pair & offset, pair, 1, 0, 3, 2) - (pair & length);
        bits |= pair ^ same;
    }
    const uint64_t sums_of_rest = sum[1] + sum[3], rest_bits = bits[1] | bits[3];

    sums->bytes += (uint32_t)sums_of_rest;
    sums->writes += sums_of_rest >> OP_BIT;
    sums->addr_bits |= bits[0] | bits[2];
    sums->over |= over[1] | over[3];
    sums->other_streams |= (uint16_t)(rest_bits >> STREAM_BIT);
    sums->op_bits |= (uint8_t)(rest_bits >> OP_BIT);
}

#else

static void add_pairs(Sums *sums, const Access *accesses, size_t n, uint64_t line_bytes,
                      uint16_t stream)
{
    add_each(sums, accesses, n, line_bytes, stream);
}

#endif

/* Whether the ops are known ones.  Only reads and writes: op_bits says so. */
static bool ops_are_plain(const Access *accesses, size_t n, uint8_t op_bits)
{
    bool plain = true;

    if (op_bits <= (ACCESS_READ | ACCESS_WRITE))
        return true;
    for (size_t i = 0; i < n; i++)
        plain = plain && accesses[i].op <= ACCESS_FETCH;
    return plain;
}

AccessTally access_tally(const Access *accesses, size_t n, uint32_t line_bytes)
{
    const size_t paired = cpu_has_avx2() ? n / 2 * 2 : 0;
    const uint16_t stream = accesses->stream;
    Sums sums = { 0 };

    if (paired > 0)
        add_pairs(&sums, accesses, paired, line_bytes, stream);
    add_each(&sums, accesses + paired, n - paired, line_bytes, stream);
    return (AccessTally){ .bytes = sums.bytes,
                          .writes = sums.writes,
                          .addr_bits = sums.addr_bits,
                          .one_stream = sums.other_streams == 0,
                          .crossing = sums.over >> 63,
                          .plain_ops = ops_are_plain(accesses, n, sums.op_bits) };
}
