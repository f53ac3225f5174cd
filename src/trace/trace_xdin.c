/*
 * trace_xdin - Dinero's extended text format: "letter hexaddress hexsize", the rest of the line is a comment.
 *
 * r is a read, w a write, i an instruction fetch.  m, c and v (misc, copy-back and invalidate) are no accesses of
 * a program and are refused, as in din.
 * Source: Dinero IV, xdinfmt.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "trace/trace_text.h"

#define EXPECTED "\"r|w|i hexaddress hexsize\""

static const char *take_line(TraceParser *p, Text line, TextRecord *record)
{
    const Text letter = text_take_field(&line), addr = text_take_field(&line);
    const Text size = text_take_field(&line);
    uint64_t address, bytes;
    int op = -1;

    if (letter.end - letter.at == 1) {
        const char which = g_ascii_tolower(*letter.at);

        op = which == 'r'   ? ACCESS_READ
             : which == 'w' ? ACCESS_WRITE
             : which == 'i' ? ACCESS_FETCH
                            : -1;
        if (which == 'm' || which == 'c' || which == 'v')
            return "m (misc), c (copy-back) and v (invalidate) are no accesses";
    }
    if (op < 0)
        return "no letter of this format";
    if (!text_hex(addr, &address))
        return "the address is no hexadecimal number of 64 bits";
    if (!text_hex(size, &bytes))
        return "the size is no hexadecimal number";
    if (memchr(line.at, '\0', (size_t)(line.end - line.at)))
        return "a NUL byte in a comment";
    return text_add(p, record, (AccessOp)op, address, bytes);
}

static bool xdin_parse(TraceParser *p, Batch *batch, GError **error)
{
    return text_parse(p, batch, take_line, EXPECTED, error);
}

static unsigned xdin_probe(const char *head, size_t bytes)
{
    Text rest = text_first(head, bytes);
    const Text letter = text_take_field(&rest), addr = text_take_field(&rest);
    const Text size = text_take_field(&rest);
    uint64_t value;

    return letter.end - letter.at == 1 && strchr("rwimcvRWIMCV", *letter.at) && *letter.at &&
                   text_hex(addr, &value) && text_hex(size, &value)
               ? 3
               : 0;
}

const TraceFormat trace_xdin = {
    .name = "xdin",
    .times = TIMES_NONE,
    .requests = false,
    .probe = xdin_probe,
    .frame = text_frame,
    .parse = xdin_parse,
};
