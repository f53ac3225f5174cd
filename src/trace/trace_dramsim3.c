/*
 * trace_dramsim3 - the memory traces of DRAMsim3: "hexaddress op cycle".
 *
 * op is READ or WRITE, in any case, or one of the bus cycles in which older traces of that family (DRAMSim2's
 * k6 and mase) are written; its instruction fetches are reads of memory like all others.  DRAMsim3 takes an op
 * that it does not know for a read; here it is refused.  The cycle is decimal, in tCK of the DRAM, and the
 * earliest arrival of the request: it is always checked, but needed only when the trace is replayed timed;
 * then it must not decrease.  A record is a request of 64 bytes (a burst of DDR4 and of
 * DRAMsim3's HBM; the user may say otherwise), the block that holds its address.
 * Source: DRAMsim3, common.cc and tests/example.trace; DRAMSim2, TraceBasedSim.cpp.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "trace/trace_text.h"

#define EXPECTED "\"hexaddress op cycle\", op READ or WRITE"

typedef struct {
    uint64_t addr;
    uint64_t cycle;
    AccessOp op;
} Dramsim3Record;

static const struct {
    const char *word;
    AccessOp op;
} ops[] = {
    { "READ", ACCESS_READ },      { "WRITE", ACCESS_WRITE },    { "P_MEM_RD", ACCESS_READ },
    { "P_MEM_WR", ACCESS_WRITE }, { "P_LOCK_RD", ACCESS_READ }, { "P_LOCK_WR", ACCESS_WRITE },
    { "P_FETCH", ACCESS_READ },   { "IFETCH", ACCESS_READ },    { "BOFF", ACCESS_WRITE },
};

static bool parse_op(Text field, AccessOp *op)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ops); i++)
        if (text_is_word(field, ops[i].word)) {
            *op = ops[i].op;
            return true;
        }
    return false;
}

/* NULL, or what is wrong with the line. */
static const char *parse_line(Text line, Dramsim3Record *record)
{
    const Text addr = text_take_field(&line), op = text_take_field(&line);
    const Text cycle = text_take_field(&line);

    if (!text_hex(addr, &record->addr))
        return "the address is no hexadecimal number of 64 bits";
    if (op.at == op.end)
        return "the op is missing";
    if (!parse_op(op, &record->op))
        return "no such op";
    if (cycle.at == cycle.end)
        return "the cycle is missing";
    if (!text_decimal(cycle, &record->cycle))
        return "the cycle is no decimal number of 64 bits";
    if (text_trim(line).at < line.end)
        return "something behind the cycle";
    return NULL;
}

/* The record at `at` when it is written with 0x, one blank, and READ or WRITE; false: look slowly. */
static inline bool parse_fast(const char *at, const char **next, Dramsim3Record *record)
{
    unsigned digits;

    if (at[0] != '0' || at[1] != 'x')
        return false;
    record->addr = text_hex16(at + 2, &digits);
    at += 2 + digits;
    if (digits > 0 && memcmp(at, " READ ", 6) == 0) {
        record->op = ACCESS_READ;
        at += 6;
    } else if (digits > 0 && memcmp(at, " WRITE ", 7) == 0) {
        record->op = ACCESS_WRITE;
        at += 7;
    } else {
        return false;
    }
    record->cycle = text_decimal19(at, &digits);
    *next = at + digits + 1;
    return digits > 0 && at[digits] == '\n';
}

/* NULL, or what is wrong with the record's time in a timed replay. */
static const char *check_time(const TraceParser *p, const Dramsim3Record *record)
{
    if (record->cycle >= TICK_LIMIT / p->cycle_fs)
        return "the cycle is later than 2^63 fs";
    return text_check_time(p, record->cycle * p->cycle_fs);
}

static bool dramsim3_parse(TraceParser *p, Batch *batch, GError **error)
{
    while (p->at < p->end && batch->count < BATCH_MAX) {
        const char *next, *problem = NULL;
        Dramsim3Record record = { 0 };
        bool comment = false;

        if (G_UNLIKELY(!parse_fast(p->at, &next, &record))) {
            const Text line = text_line(p->at, p->end, &next);

            comment = text_is_comment(line);
            problem = comment ? NULL : parse_line(line, &record);
        }
        if (!comment) {
            if (!problem && p->timed)
                problem = check_time(p, &record);
            if (problem)
                return text_error(p, problem, EXPECTED, error);
            if (p->timed)
                p->last_fs = batch->not_before[batch->count] = record.cycle * p->cycle_fs;
            batch->access[batch->count++] = trace_request(p, record.addr, record.op);
        }
        p->at = next;
        p->line++;
    }
    return true;
}

/* A known op settles it; a number with 0x in front, a word and a number behind it make it likely. */
static unsigned dramsim3_probe(const char *head, size_t bytes)
{
    Text rest = text_first(head, bytes);
    const Text addr = text_take_field(&rest), word = text_take_field(&rest);
    const Text cycle = text_take_field(&rest);
    uint64_t value;
    AccessOp op;

    if (!text_hex(addr, &value))
        return 0;
    if (parse_op(word, &op))
        return 3;
    return addr.at[0] == '0' && addr.end - addr.at > 2 && (addr.at[1] | 0x20) == 'x' &&
                   word.at < word.end && g_ascii_isalpha(*word.at) && text_decimal(cycle, &value)
               ? 1
               : 0;
}

const TraceFormat trace_dramsim3 = {
    .name = "dramsim3",
    .times = TIMES_CYCLES,
    .requests = true,
    .probe = dramsim3_probe,
    .frame = text_frame,
    .parse = dramsim3_parse,
};
