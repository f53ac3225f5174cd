/*
 * trace_gem5ascii - gem5's packet traces as its script util/decode_packet_trace.py prints them:
 * "[id,]r|w|u,address,size[,flags],tick[,pc]", all numbers decimal.
 *
 * With five fields behind the id the fourth is taken for the flags, which gem5's monitors always write.  A read whose
 * flags say so (0x100) is an instruction fetch.  u, any other command, is refused: the text does not say which it was.
 * A tick is a picosecond, gem5's usual resolution: the text does not hold it.
 * "r,address,size,tick", without id and flags, looks like csv and has to be named.
 * Source: gem5, util/decode_packet_trace.py, src/mem/request.hh.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_text.h"

#define EXPECTED "\"[id,]r|w,address,size[,flags],tick[,pc]\", decimal"

enum { FIELDS = 7, FS_PER_TICK = 1000, FLAG_FETCH = 0x100 };

/* Split at commas.  Returns the number of fields; FIELDS + 1: there are too many. */
static unsigned split(Text line, Text field[FIELDS])
{
    unsigned count = 0;

    for (const char *at = line.at;; at++) {
        const char *begin = at;

        while (at < line.end && *at != ',')
            at++;
        if (count == FIELDS)
            return FIELDS + 1;
        field[count++] = text_trim((Text){ begin, at });
        if (at == line.end)
            return count;
    }
}

static bool is_command(Text field)
{
    return field.end - field.at == 1 && (*field.at == 'r' || *field.at == 'w' || *field.at == 'u');
}

/* addr, size, flags (0 when there are none), tick from the fields behind the command. */
static const char *take_numbers(const Text *field, unsigned count, uint64_t number[4])
{
    const bool flags = count >= 4;

    number[2] = 0;
    if (!text_decimal(field[0], &number[0]))
        return "the address is no decimal number of 64 bits";
    if (!text_decimal(field[1], &number[1]))
        return "the size is no decimal number";
    if (flags && !text_decimal(field[2], &number[2]))
        return "the flags are no decimal number";
    if (!text_decimal(field[flags ? 3 : 2], &number[3]))
        return "the tick is no decimal number";
    return NULL;
}

static const char *take_line(TraceParser *p, Text line, TextRecord *record)
{
    Text field[FIELDS];
    const unsigned count = split(line, field);
    uint64_t number[4], ignored;
    const char *problem;
    unsigned first = 0;
    AccessOp op;

    if (count <= FIELDS && count > 1 && text_decimal(field[0], &ignored))
        first = 1;
    if (count > FIELDS || count < first + 4 || count > first + 6)
        return "too few or too many fields";
    if (!is_command(field[first]) || *field[first].at == 'u')
        return "the command is neither a read nor a write";
    problem = take_numbers(&field[first + 1], count - first - 1, number);
    if (problem)
        return problem;
    op = *field[first].at == 'w'         ? ACCESS_WRITE
         : (number[2] & FLAG_FETCH) != 0 ? ACCESS_FETCH
                                         : ACCESS_READ;
    if (p->times_if_any)
        p->timed = true;
    if (number[3] >= TICK_LIMIT / FS_PER_TICK)
        return "the tick is later than 2^63 fs";
    record->time_fs = number[3] * FS_PER_TICK;
    return text_add(p, record, op, number[0], number[1]);
}

static bool gem5ascii_parse(TraceParser *p, Batch *batch, GError **error)
{
    return text_parse(p, batch, take_line, EXPECTED, error);
}

/* An id in front, or more fields than csv has. */
static unsigned gem5ascii_probe(const char *head, size_t bytes)
{
    const Text line = text_first(head, bytes);
    Text field[FIELDS];
    const unsigned count = split(line, field);
    uint64_t id;

    if (count > FIELDS || count < 4)
        return 0;
    if (text_decimal(field[0], &id))
        return is_command(field[1]) ? 3 : 0;
    return is_command(field[0]) && (count >= 5 || *field[0].at == 'u') ? 3 : 0;
}

const TraceFormat trace_gem5ascii = {
    .name = "gem5ascii",
    .times = TIMES_NS,
    .requests = false,
    .probe = gem5ascii_probe,
    .frame = text_frame,
    .parse = gem5ascii_parse,
};
