/*
 * trace_csv - "op,address,size" or "op,address,size,time_ns": the format to write for one's own tool.
 *
 * op is R, W, I, read, write or fetch in any case; address and size are decimal, or hexadecimal with 0x;
 * time_ns is decimal nanoseconds from the start of the run, fractions allowed and rounded to the nearest
 * femtosecond.  Blanks around fields are allowed.  A first line with the names of the columns is skipped.
 * A time is always checked, but needed only when the trace is replayed timed; then it must not decrease.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "trace/trace_text.h"

#define EXPECTED "\"op,address,size[,time_ns]\", op one of R W I read write fetch"

enum { COLUMNS = 4 };

#define FS_PER_NS UINT64_C(1000000)

typedef struct {
    uint64_t addr;
    uint64_t bytes;
    Tick time_fs;
    AccessOp op;
    bool has_time;
} CsvRow;

static const struct {
    const char *word;
    AccessOp op;
} ops[] = {
    { "r", ACCESS_READ },    { "w", ACCESS_WRITE },     { "i", ACCESS_FETCH },
    { "read", ACCESS_READ }, { "write", ACCESS_WRITE }, { "fetch", ACCESS_FETCH },
};

static const char *const columns[COLUMNS] = { "op", "address", "size", "time_ns" };

/* Split at commas and trim.  Returns the number of fields; one above COLUMNS: there are too many. */
static unsigned split(Text line, Text field[COLUMNS])
{
    unsigned count = 0;

    for (const char *at = line.at;; at++) {
        const char *begin = at;
        while (at < line.end && *at != ',')
            at++;
        if (count == COLUMNS)
            return COLUMNS + 1;
        field[count++] = text_trim((Text){ begin, at });
        if (at == line.end)
            return count;
    }
}

static bool parse_op(Text field, AccessOp *op)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ops); i++)
        if (text_is_word(field, ops[i].word)) {
            *op = ops[i].op;
            return true;
        }
    return false;
}

/* Nanoseconds to femtoseconds without a detour through a double. */
static bool parse_time(Text field, Tick *time_fs)
{
    const char *point = memchr(field.at, '.', (size_t)(field.end - field.at));
    const Text whole = { field.at, point ? point : field.end };
    uint64_t ns, fs = 0, unit = FS_PER_NS / 10;

    if (!text_decimal(whole, &ns) || ns >= TICK_LIMIT / FS_PER_NS ||
        (point && point + 1 == field.end))
        return false;
    for (const char *at = whole.end + 1; at < field.end; at++, unit /= 10) {
        const unsigned digit = (unsigned char)*at - (unsigned)'0';
        if (digit > 9)
            return false;
        if (at == whole.end + 7)
            fs += digit >= 5;
        fs += digit * unit;
    }
    *time_fs = ns * FS_PER_NS + fs;
    return true;
}

/* NULL, or what is wrong with the line. */
static const char *parse_row(Text line, CsvRow *row)
{
    Text field[COLUMNS];
    const unsigned count = split(line, field);

    if (count < 3)
        return "too few columns";
    if (count > COLUMNS)
        return "too many columns";
    if (!parse_op(field[0], &row->op))
        return "no such op";
    if (!text_number(field[1], &row->addr))
        return "the address is no number of 64 bits";
    if (!text_number(field[2], &row->bytes))
        return "the size is no number";
    row->has_time = count == COLUMNS;
    if (row->has_time && !parse_time(field[3], &row->time_fs))
        return "the time is no number of nanoseconds below 2^63 fs";
    return text_check_access(row->addr, row->bytes);
}

/* The names of the columns, with or without the last. */
static bool is_header(Text line)
{
    Text field[COLUMNS];
    const unsigned count = split(line, field);

    if (count < 3 || count > COLUMNS)
        return false;
    for (unsigned i = 0; i < count; i++)
        if (!text_is_word(field[i], columns[i]))
            return false;
    return true;
}

/* NULL, or what is wrong with the row's time in a timed replay. */
static const char *check_time(const TraceParser *p, const CsvRow *row)
{
    if (!row->has_time)
        return p->times_if_any ? "no time, and the rows above have one"
                               : "no time, but the replay is timed";
    return text_check_time(p, row->time_fs);
}

/* Times that are taken if there are any: in all rows or in none.  NULL, or what is wrong. */
static const char *find_times(TraceParser *p, const CsvRow *row)
{
    if (!p->times_if_any)
        return NULL;
    if (!p->times_known)
        p->timed = row->has_time;
    p->times_known = true;
    return p->timed || !row->has_time ? NULL : "a time, and the rows above have none";
}

static bool csv_parse(TraceParser *p, Batch *batch, GError **error)
{
    while (p->at < p->end && batch->count < BATCH_MAX) {
        const char *next, *problem;
        const Text line = text_line(p->at, p->end, &next);
        const bool comment = !g_ascii_isalpha(*p->at) && text_is_comment(line);
        CsvRow row;

        if (!comment && (p->started || !is_header(line))) {
            problem = parse_row(line, &row);
            if (!problem)
                problem = find_times(p, &row);
            if (!problem && p->timed)
                problem = check_time(p, &row);
            if (problem)
                return text_error(p, problem, EXPECTED, error);
            if (p->timed)
                p->last_fs = batch->not_before[batch->count] = row.time_fs;
            batch->access[batch->count] = (Access){ .addr = row.addr,
                                                    .bytes = (uint32_t)row.bytes,
                                                    .stream = p->stream,
                                                    .op = (uint8_t)row.op };
            if (row.op == ACCESS_FETCH && !p->fetches)
                p->fetches_skipped++;
            else
                batch->count++;
        }
        p->started = p->started || !comment;
        p->at = next;
        p->line++;
    }
    return true;
}

static unsigned csv_probe(const char *head, size_t bytes)
{
    const Text line = text_first(head, bytes);
    Text field[COLUMNS];
    AccessOp op;

    if (is_header(line))
        return 3;
    return split(line, field) >= 2 && parse_op(field[0], &op) ? 2 : 0;
}

const TraceFormat trace_csv = {
    .name = "csv",
    .times = TIMES_NS,
    .requests = false,
    .probe = csv_probe,
    .frame = text_frame,
    .parse = csv_parse,
};
