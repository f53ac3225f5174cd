/*
 * trace_text - what the text formats share: lines, numbers, messages.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"

enum { QUOTE_BYTES_MAX = 60 }; /* of a wrong line, in a message */

/*
 * A loop over this table takes 6 to 9 ns a line of a real trace.  Eight digits at a time in a 64-bit
 * word take 9 to 10 (13 instead of 15 only where the lengths are random): not worth the code.
 */
const uint8_t text_digit[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

Text text_line(const char *at, const char *end, const char **next)
{
    const char *stop = memchr(at, '\n', (size_t)(end - at));

    *next = stop ? stop + 1 : end;
    if (!stop)
        stop = end;
    if (stop > at && stop[-1] == '\r')
        stop--;
    return (Text){ at, stop };
}

/* "==123==", with any of = - * as the frame. */
static bool is_valgrind_line(Text line)
{
    const char *at = line.at;
    char frame;

    if (line.end - at < 5 || !strchr("=-*", *at) || at[1] != *at)
        return false;
    frame = *at;
    for (at += 2; at < line.end && g_ascii_isdigit(*at); at++)
        ;
    return at > line.at + 2 && line.end - at >= 2 && at[0] == frame && at[1] == frame;
}

bool text_is_comment(Text line)
{
    const Text text = text_trim(line);

    return text.at == text.end || *text.at == '#' || is_valgrind_line(line);
}

Text text_first(const char *head, size_t bytes)
{
    const char *const end = head + bytes;

    while (head < end) {
        const Text line = text_line(head, end, &head);
        if (!text_is_comment(line))
            return line;
    }
    return (Text){ end, end };
}

Text text_take_field(Text *text)
{
    Text field = text_trim(*text);

    text->at = field.at;
    while (text->at < text->end && !text_is_blank(*text->at))
        text->at++;
    field.end = text->at;
    return field;
}

bool text_is_word(Text field, const char *word)
{
    const size_t bytes = (size_t)(field.end - field.at);

    return strlen(word) == bytes && g_ascii_strncasecmp(field.at, word, bytes) == 0;
}

bool text_hex(Text field, uint64_t *value)
{
    uint64_t sum = 0;

    if (field.end - field.at > 2 && field.at[0] == '0' && (field.at[1] | 0x20) == 'x')
        field.at += 2;
    if (field.at == field.end)
        return false;
    for (const char *at = field.at; at < field.end; at++) {
        const int digit = text_digit[(unsigned char)*at] - 1;
        if (digit < 0 || sum >> 60)
            return false;
        sum = sum << 4 | (uint64_t)digit;
    }
    *value = sum;
    return true;
}

bool text_decimal(Text field, uint64_t *value)
{
    uint64_t sum = 0;

    if (field.at == field.end)
        return false;
    for (const char *at = field.at; at < field.end; at++) {
        const unsigned digit = (unsigned char)*at - (unsigned)'0';
        if (digit > 9 || sum > UINT64_MAX / 10 || sum * 10 > UINT64_MAX - digit)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

bool text_number(Text field, uint64_t *value)
{
    const bool prefixed =
        field.end - field.at > 2 && field.at[0] == '0' && (field.at[1] | 0x20) == 'x';

    return prefixed ? text_hex(field, value) : text_decimal(field, value);
}

bool text_frame(TraceParser *p, char *data, size_t bytes, bool last, GError **error)
{
    const char *stop = memrchr(data, '\n', bytes);

    p->at = data;
    if (last && bytes > 0 && data[bytes - 1] != '\n') {
        data[bytes] = '\n';
        stop = data + bytes;
    }
    p->end = stop ? stop + 1 : data;
    if (stop || bytes < TRACE_BLOCK_BYTES)
        return true;
    p->end = data + bytes;
    return text_error(p, "the line is longer than 256 KiB", "a text trace", error);
}

bool text_error(const TraceParser *p, const char *problem, const char *expected, GError **error)
{
    const char *next;
    const Text line = text_line(p->at, p->end, &next);
    const size_t bytes = (size_t)(line.end - line.at);
    const size_t shown = MIN(bytes, QUOTE_BYTES_MAX);
    g_autoptr(GString) quote = g_string_new(NULL);

    for (size_t i = 0; i < shown; i++) {
        const char c = line.at[i];
        if (g_ascii_isprint(c) && c != '"' && c != '\\')
            g_string_append_c(quote, c);
        else
            g_string_append_printf(quote, "\\x%02x", (unsigned)(unsigned char)c);
    }
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_TRACE,
                "%s:%" PRIu64 ": %s: got \"%s%s\"; expected %s", p->name, p->line, problem,
                quote->str, shown < bytes ? "..." : "", expected);
    return false;
}

const char *text_check_access(uint64_t addr, uint64_t bytes)
{
    if (bytes == 0)
        return "an access of 0 bytes";
    if (bytes > TRACE_ACCESS_BYTES_MAX)
        return "an access of more than 1 MiB";
    if (addr > UINT64_MAX - (bytes - 1))
        return "the access passes the end of the 64-bit address space";
    return NULL;
}

const char *text_check_time(const TraceParser *p, Tick time_fs)
{
    return time_fs < p->last_fs ? "the time is before the one of the record above" : NULL;
}

const char *text_add(const TraceParser *p, TextRecord *record, AccessOp op, uint64_t addr,
                     uint64_t bytes)
{
    const char *problem = text_check_access(addr, bytes);

    if (!problem)
        record->access[record->count++] = (Access){
            .addr = addr, .bytes = (uint32_t)bytes, .stream = p->stream, .op = (uint8_t)op
        };
    return problem;
}

const char *text_take_cycle(const TraceParser *p, uint64_t cycle, TextRecord *record)
{
    if (!p->timed)
        return NULL;
    if (cycle >= TICK_LIMIT / p->cycle_fs)
        return "the cycle is later than 2^63 fs";
    record->time_fs = cycle * p->cycle_fs;
    return NULL;
}

/* The accesses of a record into the batch, which has room. */
static void deliver(TraceParser *p, Batch *batch, const TextRecord *record)
{
    for (unsigned i = 0; i < record->count; i++) {
        if (record->access[i].op == ACCESS_FETCH && !p->fetches) {
            p->fetches_skipped++;
            continue;
        }
        if (p->timed)
            batch->not_before[batch->count] = record->time_fs;
        batch->access[batch->count++] = record->access[i];
    }
}

bool text_parse(TraceParser *p, Batch *batch, TextLine take, const char *expected, GError **error)
{
    TextRecord record;

    while (p->at < p->end && batch->count <= BATCH_MAX - TEXT_ACCESSES_MAX) {
        const char *next, *problem = NULL;
        const Text line = text_line(p->at, p->end, &next);

        record.count = 0;
        if (!text_is_comment(line))
            problem = take(p, line, &record);
        if (!problem && p->timed && record.count > 0)
            problem = text_check_time(p, record.time_fs);
        if (problem)
            return text_error(p, problem, expected, error);
        if (p->timed && record.count > 0)
            p->last_fs = record.time_fs;
        deliver(p, batch, &record);
        p->at = next;
        p->line++;
    }
    return true;
}
