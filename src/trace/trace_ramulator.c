/*
 * trace_ramulator - the load/store traces of Ramulator 2: "LD address" and "ST address".
 *
 * The address is decimal, or hexadecimal with 0x.  There are no times: Ramulator 2 offers a request in every
 * cycle, in order, as does a core with issue and window "unlimited".  A record is a request of 64 bytes,
 * the block that holds its address; there it is one transaction of the memory, which may be shorter, and the
 * user may say so.
 * The read/write traces of Ramulator 2 ("R 0,1,2,100,32") hold places in a DRAM instead of addresses and are
 * refused.
 * Source: Ramulator 2, frontend/impl/memory_trace.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "trace/trace_text.h"

#define EXPECTED "\"LD address\" or \"ST address\", decimal or 0x"

typedef struct {
    uint64_t addr;
    AccessOp op;
} RamulatorRecord;

static bool parse_op(Text field, AccessOp *op)
{
    *op = text_is_word(field, "ST") ? ACCESS_WRITE : ACCESS_READ;
    return *op == ACCESS_WRITE || text_is_word(field, "LD");
}

/* "R 0,1,2" and "W 0,1,2": numbers and commas behind the letter. */
static bool is_vector(Text op, Text vector)
{
    if ((!text_is_word(op, "R") && !text_is_word(op, "W")) || vector.at == vector.end)
        return false;
    while (vector.at < vector.end && (g_ascii_isdigit(*vector.at) || strchr(",-", *vector.at)))
        vector.at++;
    return vector.at == vector.end;
}

/* NULL, or what is wrong with the line. */
static const char *parse_line(Text line, RamulatorRecord *record)
{
    const Text op = text_take_field(&line), addr = text_take_field(&line);

    if (is_vector(op, addr))
        return "a place in a DRAM (channel, rank, bank, row, column), which only the address map "
               "of "
               "the one who wrote it can turn into an address";
    if (!parse_op(op, &record->op))
        return "no such op";
    if (addr.at == addr.end)
        return "the address is missing";
    if (!text_number(addr, &record->addr))
        return "the address is no number of 64 bits";
    if (text_trim(line).at < line.end)
        return "something behind the address";
    return NULL;
}

/* The record at `at` when it is written in capitals with one blank; false: look slowly. */
static inline bool parse_fast(const char *at, const char **next, RamulatorRecord *record)
{
    unsigned digits;

    if (memcmp(at, "LD ", 3) == 0)
        record->op = ACCESS_READ;
    else if (memcmp(at, "ST ", 3) == 0)
        record->op = ACCESS_WRITE;
    else
        return false;
    at += 3;
    if (at[0] == '0' && at[1] == 'x') {
        at += 2;
        record->addr = text_hex16(at, &digits);
    } else {
        record->addr = text_decimal19(at, &digits);
    }
    *next = at + digits + 1;
    return digits > 0 && at[digits] == '\n';
}

static bool ramulator_parse(TraceParser *p, Batch *batch, GError **error)
{
    while (p->at < p->end && batch->count < BATCH_MAX) {
        RamulatorRecord record = { 0 };
        const char *next;
        bool comment = false;

        if (G_UNLIKELY(!parse_fast(p->at, &next, &record))) {
            const Text line = text_line(p->at, p->end, &next);
            const char *problem;

            comment = text_is_comment(line);
            problem = comment ? NULL : parse_line(line, &record);
            if (problem)
                return text_error(p, problem, EXPECTED, error);
        }
        if (!comment)
            batch->access[batch->count++] = trace_request(p, record.addr, record.op);
        p->at = next;
        p->line++;
    }
    return true;
}

/* Also the read/write traces, so that they are refused with the reason. */
static unsigned ramulator_probe(const char *head, size_t bytes)
{
    Text rest = text_first(head, bytes);
    const Text word = text_take_field(&rest), addr = text_take_field(&rest);
    const bool comma = memchr(addr.at, ',', (size_t)(addr.end - addr.at)) != NULL;
    AccessOp op;

    return (parse_op(word, &op) && addr.at < addr.end) || (comma && is_vector(word, addr)) ? 3 : 0;
}

const TraceFormat trace_ramulator = {
    .name = "ramulator",
    .times = TIMES_NONE,
    .requests = true,
    .probe = ramulator_probe,
    .frame = text_frame,
    .parse = ramulator_parse,
};
