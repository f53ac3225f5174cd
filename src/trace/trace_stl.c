/*
 * trace_stl - the traces of DRAMSys: "cycle: [(bytes)] read|write hexaddress [data]".
 *
 * The cycle is decimal and counts the clock of whoever sends the requests; here it is the memory's, or the one the
 * user names.  Without a length a record is a request of 64 bytes (the user may say otherwise), the block that holds
 * its address.  Data are not used.  Files that end in .rstl look the same, but their cycles count from the end of the
 * request before, which only their own simulator knows: replay them without times.
 * Source: DRAMSys, configs/README.md.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_text.h"

#define EXPECTED "\"cycle: [(bytes)] read|write hexaddress [data]\""

/* "(128)" */
static bool take_length(Text field, uint64_t *bytes)
{
    return field.end - field.at > 2 && *field.at == '(' && field.end[-1] == ')' &&
           text_decimal((Text){ field.at + 1, field.end - 1 }, bytes);
}

static bool take_cycle(Text field, uint64_t *cycle)
{
    return field.end - field.at > 1 && field.end[-1] == ':' &&
           text_decimal((Text){ field.at, field.end - 1 }, cycle);
}

/* Hexadecimal digits, as many as there are data, 0x optional; none is right, too. */
static bool is_hex_text(Text data)
{
    if (data.end - data.at > 2 && data.at[0] == '0' && data.at[1] == 'x')
        data.at += 2;
    while (data.at < data.end && text_digit[(unsigned char)*data.at])
        data.at++;
    return data.at == data.end;
}

static const char *take_line(TraceParser *p, Text line, TextRecord *record)
{
    const Text when = text_take_field(&line);
    Text word = text_take_field(&line);
    uint64_t cycle, bytes = 0, addr;
    AccessOp op;

    if (!take_cycle(when, &cycle))
        return "no decimal cycle and a colon at the beginning";
    if (word.at < word.end && *word.at == '(') {
        if (!take_length(word, &bytes))
            return "the length is no decimal number in parentheses";
        word = text_take_field(&line);
        if (bytes == 0)
            return "an access of 0 bytes";
    }
    op = text_is_word(word, "write") ? ACCESS_WRITE : ACCESS_READ;
    if (op == ACCESS_READ && !text_is_word(word, "read"))
        return "neither read nor write";
    if (!text_hex(text_take_field(&line), &addr))
        return "the address is no hexadecimal number of 64 bits";
    if (!is_hex_text(text_take_field(&line)))
        return "the data are no hexadecimal number";
    if (text_trim(line).at < line.end)
        return "something behind the data";
    if (bytes > 0) {
        const char *problem = text_add(p, record, op, addr, bytes);

        return problem ? problem : text_take_cycle(p, cycle, record);
    }
    record->access[record->count++] = trace_request(p, addr, op);
    return text_take_cycle(p, cycle, record);
}

static bool stl_parse(TraceParser *p, Batch *batch, GError **error)
{
    return text_parse(p, batch, take_line, EXPECTED, error);
}

static unsigned stl_probe(const char *head, size_t bytes)
{
    Text rest = text_first(head, bytes);
    const Text when = text_take_field(&rest), word = text_take_field(&rest);
    uint64_t value;

    if (!take_cycle(when, &value))
        return 0;
    return text_is_word(word, "read") || text_is_word(word, "write") || take_length(word, &value)
               ? 3
               : 1;
}

const TraceFormat trace_stl = {
    .name = "stl",
    .times = TIMES_CYCLES,
    .requests = true,
    .probe = stl_probe,
    .frame = text_frame,
    .parse = stl_parse,
};
