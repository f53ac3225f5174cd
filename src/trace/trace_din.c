/*
 * trace_din - Dinero's text format: "label hexaddress", the rest of the line is a comment.
 *
 * 0 is a read, 1 a write, 2 an instruction fetch.  3 to 5 (Dinero's misc, copy-back and invalidate) are
 * no accesses of a program and are refused.  A record is one byte at its address: Dinero IV takes four
 * at the address rounded down to four; in a cache with lines of four bytes or more both count the same.
 * Source: Dinero IV, dinfmt.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "trace/trace_text.h"

#define EXPECTED "\"label hexaddress\", label 0 (read), 1 (write) or 2 (instruction fetch)"

G_STATIC_ASSERT(ACCESS_READ == 0 && ACCESS_WRITE == 1 && ACCESS_FETCH == 2);

typedef struct {
    uint64_t addr;
    uint64_t label;
} DinRecord;

typedef enum { DIN_RECORD, DIN_COMMENT, DIN_WRONG } DinLine;

/* Any line, slowly.  p->at and p->line are its. */
static DinLine din_line(const TraceParser *p, const char **next, DinRecord *record, GError **error)
{
    const Text line = text_line(p->at, p->end, next);
    Text rest = line;
    const Text label = text_take_field(&rest), addr = text_take_field(&rest);
    const char *problem = NULL;

    if (text_is_comment(line))
        return DIN_COMMENT;
    if (!text_hex(label, &record->label) || record->label > 5)
        problem = "no label of this format";
    else if (record->label > 2)
        problem = "labels 3 (misc), 4 (copy-back) and 5 (invalidate) are no accesses";
    else if (addr.at == addr.end)
        problem = "the address is missing";
    else if (!text_hex(addr, &record->addr))
        problem = "the address is no hexadecimal number of 64 bits";
    else if (memchr(rest.at, '\0', (size_t)(rest.end - rest.at)))
        problem = "a NUL byte in a comment";
    if (!problem)
        return DIN_RECORD;
    text_error(p, problem, EXPECTED, error);
    return DIN_WRONG;
}

/* A record as most are: label, blank, address, end of the line.  Most have as many digits as the one before: that is tried
 * first, since where the next one begins is then known before this one is decoded: half of the time. */
static inline bool take_record(const char *at, unsigned *digits, DinRecord *record,
                               const char **next)
{
    const char *const hex = at + 2;

    if (G_UNLIKELY(record->label > 2 || at[1] != ' '))
        return false;
    if (G_UNLIKELY(hex[*digits] != '\n' || !text_hex_exactly(hex, *digits, &record->addr))) {
        record->addr = text_hex16(hex, digits);
        if (*digits == 0 || hex[*digits] != '\n') {
            *digits = 8;
            return false;
        }
    }
    *next = hex + *digits + 1;
    return true;
}

static bool din_parse(TraceParser *p, Batch *batch, GError **error)
{
    const uint64_t kept[] = { 1, 1, p->fetches };
    const uint16_t stream = p->stream;
    DinLine kind = DIN_RECORD;
    size_t count = batch->count;
    unsigned digits = 8; /* of the last address */

    while (p->at < p->end && count < BATCH_MAX) {
        DinRecord record = { .label = (unsigned char)p->at[0] - (uint64_t)'0' };
        const char *next;

        if (!take_record(p->at, &digits, &record, &next)) {
            kind = din_line(p, &next, &record, error);
            if (kind == DIN_WRONG)
                break;
        }
        p->at = next;
        p->line++;
        if (kind == DIN_COMMENT) {
            kind = DIN_RECORD;
            continue;
        }
        batch->access[count] = (Access){
            .addr = record.addr, .bytes = 1, .stream = stream, .op = (uint8_t)record.label
        };
        count += kept[record.label];
        p->fetches_skipped += !kept[record.label];
    }
    batch->count = count;
    return kind != DIN_WRONG;
}

/* A label and something that looks like a hexadecimal number. */
static unsigned din_probe(const char *head, size_t bytes)
{
    Text rest = text_first(head, bytes);
    const Text label = text_take_field(&rest), addr = text_take_field(&rest);
    uint64_t value;

    if (!text_hex(label, &value) || value > 5 || addr.at == addr.end)
        return 0;
    return g_ascii_isxdigit(*addr.at) ? 2 : 0;
}

const TraceFormat trace_din = {
    .name = "din",
    .times = TIMES_NONE,
    .requests = false,
    .probe = din_probe,
    .frame = text_frame,
    .parse = din_parse,
};
