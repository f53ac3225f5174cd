/*
 * trace_ramulator1 - the traces of Ramulator 1.
 *
 * A memory trace has lines "hexaddress [R|W]"; without a letter it is a read.  It is recognised by content.
 * A trace for its processor has lines "bubbles address [address]", a read and the write-back that it causes, or
 * "bubbles address R|W"; these addresses are decimal, or hexadecimal with 0x.  That looks like din, so it has to be
 * named; the bubbles (instructions in between that touch no memory) are not used.  The first line says which of the
 * two a file is.
 * A record is a request of 64 bytes (the user may say otherwise), the block that holds its address.
 * Source: Ramulator 1, Processor.cpp and its README.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_text.h"

#define EXPECTED "\"hexaddress [R|W]\", or \"bubbles address [address|R|W]\" in all lines"

typedef struct {
    bool known;
    bool processor; /* lines begin with bubbles */
} Ramulator1State;

static bool is_letter(Text field)
{
    return text_is_word(field, "R") || text_is_word(field, "W");
}

static void add(const TraceParser *p, TextRecord *record, uint64_t addr, bool write)
{
    record->access[record->count++] = trace_request(p, addr, write ? ACCESS_WRITE : ACCESS_READ);
}

static const char *take_processor(TraceParser *p, Text bubbles, Text first, Text second,
                                  TextRecord *record)
{
    uint64_t count, addr, back;

    if (!text_decimal(bubbles, &count))
        return "the bubbles are no decimal number";
    if (!text_number(first, &addr))
        return "the address is no number of 64 bits";
    add(p, record, addr, text_is_word(second, "W"));
    if (second.at == second.end || is_letter(second))
        return NULL;
    if (!text_number(second, &back))
        return "the address of the write-back is no number of 64 bits";
    add(p, record, back, true);
    return NULL;
}

static const char *take_line(TraceParser *p, Text line, TextRecord *record)
{
    Ramulator1State *s = p->state;
    const Text first = text_take_field(&line), second = text_take_field(&line);
    const Text third = text_take_field(&line);
    uint64_t addr;

    if (text_trim(line).at < line.end)
        return "something behind the record";
    if (!s->known)
        s->processor = second.at < second.end && !is_letter(second);
    s->known = true;
    if (s->processor)
        return take_processor(p, first, second, third, record);
    if (!text_hex(first, &addr))
        return "the address is no hexadecimal number of 64 bits";
    if ((second.at < second.end && !is_letter(second)) || third.at < third.end)
        return "what follows the address is neither R nor W";
    add(p, record, addr, text_is_word(second, "W"));
    return NULL;
}

static bool ramulator1_parse(TraceParser *p, Batch *batch, GError **error)
{
    return text_parse(p, batch, take_line, EXPECTED, error);
}

/* An address with its letter; one alone when it has 0x. */
static unsigned ramulator1_probe(const char *head, size_t bytes)
{
    Text rest = text_first(head, bytes);
    const Text addr = text_take_field(&rest), letter = text_take_field(&rest);
    uint64_t value;

    if (!text_hex(addr, &value) || text_trim(rest).at < rest.end)
        return 0;
    if (is_letter(letter))
        return 3;
    return letter.at == letter.end && addr.end - addr.at > 2 && (addr.at[1] | 0x20) == 'x';
}

const TraceFormat trace_ramulator1 = {
    .name = "ramulator1",
    .times = TIMES_NONE,
    .requests = true,
    .state_bytes = sizeof(Ramulator1State),
    .probe = ramulator1_probe,
    .frame = text_frame,
    .parse = ramulator1_parse,
};
