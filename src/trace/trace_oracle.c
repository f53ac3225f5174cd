/*
 * trace_oracle - libCacheSim's oracleGeneral: requests for objects, 24 bytes each.
 *
 * A record is a time in seconds, the number of an object, its size and when it comes next.  Here it is a read of the
 * block with the object's number, 64 bytes (the user may say otherwise): object 5 is bytes 320 to 383.  So a cache
 * with lines of that size counts as one of objects of equal size does.  The object's own size and the times (whole
 * seconds, more of them than a simulation lasts) are not used.
 * It is recognised when all records at the beginning make sense: times do not decrease, no object is empty, the next
 * request for an object comes later.
 * Source: libCacheSim, libCacheSim/traceReader/customizedReader/oracle/oracleGeneralBin.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <inttypes.h>

#include "trace/trace_binary.h"

enum { RECORD_BYTES = 24, PROBED_MAX = 256 };

static bool oracle_frame(TraceParser *p, char *data, size_t bytes, bool last, GError **error)
{
    return binary_frame(p, data, bytes, last, RECORD_BYTES, error);
}

static bool oracle_parse(TraceParser *p, Batch *batch, GError **error)
{
    for (; p->at < p->end && batch->count < BATCH_MAX; p->at += RECORD_BYTES) {
        const uint64_t object = binary_u64(p->at + 4);

        if (object > (UINT64_MAX - (p->request_bytes - 1)) / p->request_bytes)
            return binary_error(p, p->at + 4, error,
                                "the object's number %" PRIu64 " is too large for an address in "
                                "blocks of %" PRIu32 " bytes; a smaller size leaves more room",
                                object, p->request_bytes);
        batch->access[batch->count++] = trace_request(p, object * p->request_bytes, ACCESS_READ);
    }
    return true;
}

static bool is_request(const char *at, uint64_t index, uint32_t *time_s)
{
    const uint32_t now_s = binary_u32(at);
    const uint64_t next = binary_u64(at + 16);
    const bool good =
        now_s >= *time_s && binary_u32(at + 12) != 0 &&
        (next == UINT64_MAX || next == INT64_MAX || (next > index && next < UINT64_C(1) << 48));

    *time_s = now_s;
    return good;
}

static unsigned oracle_probe(const char *head, size_t bytes)
{
    const size_t whole = MIN(bytes / RECORD_BYTES, PROBED_MAX);
    uint32_t time_s = 0;

    for (size_t i = 0; i < whole; i++)
        if (!is_request(head + i * RECORD_BYTES, i, &time_s))
            return 0;
    return whole > 0 ? 2 : 0;
}

const TraceFormat trace_oracleGeneral = {
    .name = "oracleGeneral",
    .times = TIMES_NONE,
    .requests = true,
    .probe = oracle_probe,
    .frame = oracle_frame,
    .parse = oracle_parse,
};
