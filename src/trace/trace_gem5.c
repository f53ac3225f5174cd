/*
 * trace_gem5 - gem5's packet traces: "gem5", then protobuf messages, each behind its length.
 *
 * The first message is a header, of which the tick frequency is used; each other is a packet.  Commands are 1
 * (ReadReq) and 4 (WriteReq); the numbers of all others differ between versions of gem5, and they are refused.  A read
 * whose flags say so (0x100) is an instruction fetch.  gem5 writes these files through gzip.
 * Source: gem5, src/proto/packet.proto, src/proto/protoio.cc, src/mem/request.hh; the wire format: protobuf.dev.
 *
 * SPDX-License-Identifier: MIT
 */

#include "trace/trace_binary.h"
#include "trace/trace_text.h"

enum {
    MESSAGE_BYTES_MAX = 64 * 1024, /* a header with many names is some kilobytes */
    CMD_READ = 1,
    CMD_WRITE = 4,
    FLAG_FETCH = 0x100
};

/* By field number: tick, cmd, addr, size, flags. */
enum { TICK = 1, CMD = 2, ADDR = 3, SIZE = 4, FLAGS = 5, NUMBERS = 6, TICK_FREQ = 3 };

__extension__ typedef unsigned __int128 Wide;

typedef struct {
    bool magic, header;
    uint64_t ticks_per_s;
} Gem5State;

/* The whole message at *at, which moves to its content; *end is behind it.  0: it is not all there; -1: damaged. */
static int find_message(const char **at, const char *data_end, const char **end)
{
    uint64_t bytes;
    const char *begin = *at;

    if (!binary_varint(&begin, data_end, &bytes))
        return data_end - *at >= 10 ? -1 : 0;
    if (bytes > MESSAGE_BYTES_MAX)
        return -1;
    if (bytes > (uint64_t)(data_end - begin))
        return 0;
    *at = begin;
    *end = begin + bytes;
    return 1;
}

static bool gem5_frame(TraceParser *p, char *data, size_t bytes, bool last, GError **error)
{
    Gem5State *s = p->state;
    const char *at, *end, *const data_end = data + bytes;
    int found = 0;

    p->at = p->end = data;
    if (!s->magic && bytes >= 4) {
        if (memcmp(data, "gem5", 4) != 0)
            return binary_error(p, data, error, "not the beginning of a gem5 packet trace");
        s->magic = true;
        p->at = p->end = data + 4;
    }
    at = p->end;
    while (s->magic && (found = find_message(&at, data_end, &end)) > 0)
        p->end = at = end;
    if (p->end > p->at) /* what is wrong behind it comes again */
        return true;
    if (s->magic && found < 0)
        return binary_error(p, at, error, "the length of a message is damaged");
    if (last && at < data_end)
        return binary_error(p, at, error, "the file is cut off in a message");
    return true;
}

/* The fields that are numbers, by their number; mask: which are there.  False: no message. */
static bool take_fields(const char *at, const char *end, uint64_t number[NUMBERS], unsigned *mask)
{
    *mask = 0;
    while (at < end) {
        uint64_t key, value = 0;

        if (!binary_varint(&at, end, &key))
            return false;
        switch (key & 7) {
        case 0:
            if (!binary_varint(&at, end, &value))
                return false;
            if (key >> 3 < NUMBERS) {
                number[key >> 3] = value;
                *mask |= 1U << (key >> 3);
            }
            continue;
        case 1:
            value = 8;
            break;
        case 2:
            if (!binary_varint(&at, end, &value))
                return false;
            break;
        case 5:
            value = 4;
            break;
        default:
            return false;
        }
        if (value > (uint64_t)(end - at))
            return false;
        at += value;
    }
    return true;
}

static bool take_header(TraceParser *p, const char *at, const char *end, GError **error)
{
    Gem5State *s = p->state;
    uint64_t number[NUMBERS] = { 0 };
    unsigned mask;

    if (!take_fields(at, end, number, &mask) || !(mask & 1U << TICK_FREQ) || number[TICK_FREQ] == 0)
        return binary_error(p, at, error, "the header is damaged, or has no tick frequency");
    s->ticks_per_s = number[TICK_FREQ];
    s->header = true;
    if (p->times_if_any)
        p->timed = true;
    return true;
}

/* NULL, or what is wrong with a packet. */
static const char *take_packet(TraceParser *p, const uint64_t number[NUMBERS], unsigned mask,
                               Access *access, Tick *time_fs)
{
    const Gem5State *s = p->state;
    const unsigned needed = 1U << TICK | 1U << CMD | 1U << ADDR | 1U << SIZE;
    const Wide fs = (Wide)number[TICK] * TICKS_PER_SECOND / s->ticks_per_s;
    const char *problem;

    if ((mask & needed) != needed)
        return "a packet without tick, command, address or size";
    if (number[CMD] != CMD_READ && number[CMD] != CMD_WRITE)
        return "the command of a packet is neither ReadReq (1) nor WriteReq (4)";
    problem = text_check_access(number[ADDR], number[SIZE]);
    if (problem)
        return problem;
    if (fs >= TICK_LIMIT)
        return "the tick is later than 2^63 fs";
    *time_fs = (Tick)fs;
    *access = (Access){ .addr = number[ADDR],
                        .bytes = (uint32_t)number[SIZE],
                        .stream = p->stream,
                        .op = number[CMD] == CMD_WRITE                             ? ACCESS_WRITE
                              : (mask & 1U << FLAGS && number[FLAGS] & FLAG_FETCH) ? ACCESS_FETCH
                                                                                   : ACCESS_READ };
    return p->timed ? text_check_time(p, *time_fs) : NULL;
}

static bool gem5_parse(TraceParser *p, Batch *batch, GError **error)
{
    const Gem5State *s = p->state;

    while (p->at < p->end && batch->count < BATCH_MAX) {
        const char *at = p->at, *end = at, *problem = "no packet";
        uint64_t number[NUMBERS] = { 0 };
        unsigned mask;
        Access access;
        Tick time_fs;

        find_message(&at, p->end, &end);
        if (!s->header) {
            if (!take_header(p, at, end, error))
                return false;
            p->at = end;
            continue;
        }
        if (take_fields(at, end, number, &mask))
            problem = take_packet(p, number, mask, &access, &time_fs);
        if (problem)
            return binary_error(p, p->at, error, "%s", problem);
        p->at = end;
        if (access.op == ACCESS_FETCH && !p->fetches) {
            p->fetches_skipped++;
            continue;
        }
        if (p->timed)
            p->last_fs = batch->not_before[batch->count] = time_fs;
        batch->access[batch->count++] = access;
    }
    return true;
}

static unsigned gem5_probe(const char *head, size_t bytes)
{
    return bytes >= 4 && memcmp(head, "gem5", 4) == 0 ? 9 : 0;
}

const TraceFormat trace_gem5 = {
    .name = "gem5",
    .times = TIMES_NS,
    .requests = false,
    .state_bytes = sizeof(Gem5State),
    .probe = gem5_probe,
    .frame = gem5_frame,
    .parse = gem5_parse,
};
