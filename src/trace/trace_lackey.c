/*
 * trace_lackey - what valgrind --tool=lackey --trace-mem=yes writes.
 *
 * "I  addr,size" is an instruction fetch, " L addr,size" a load, " S addr,size" a store, " M addr,size"
 * a modify: a read, then a write.  The address is hexadecimal without 0x, the size decimal.  Valgrind's
 * own lines ("==pid== ...") and superblocks ("SB addr") in between are skipped.
 * Source: valgrind, lackey/lk_main.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "trace/trace_text.h"

#define EXPECTED "\"I  addr,size\", \" L addr,size\", \" S addr,size\" or \" M addr,size\""

typedef struct {
    uint64_t addr;
    uint64_t bytes;
    char letter; /* I L S M */
} LackeyRecord;

typedef enum { LACKEY_RECORD, LACKEY_COMMENT, LACKEY_WRONG } LackeyLine;

/* By letter: what stands in front of it (I: nothing, the letter is the first), and what it does. */
static const struct {
    char first;
    uint8_t op;
    uint8_t accesses;
} letters[128] = {
    ['I'] = { 'I', ACCESS_FETCH, 1 },
    ['L'] = { ' ', ACCESS_READ, 1 },
    ['S'] = { ' ', ACCESS_WRITE, 1 },
    ['M'] = { ' ', ACCESS_READ, 2 },
};

/* The letter of a line that begins like a record, or 0.  Reads three bytes. */
static inline char lackey_letter(const char *at)
{
    /* One of the two is a blank in every record; the other is the letter. */
    const unsigned letter = (unsigned char)(at[0] ^ at[1] ^ ' ') & 127U;

    return letters[letter].accesses && at[0] == letters[letter].first && at[2] == ' ' ? (char)letter
                                                                                      : 0;
}

/* A size of one or two digits and the end of the line; false: look slowly. */
static inline bool short_size(const char *at, uint64_t *bytes, const char **next)
{
    const unsigned tens = (unsigned char)at[0] - (unsigned)'0';
    const unsigned ones = (unsigned char)at[1] - (unsigned)'0';

    if (tens > 9)
        return false;
    if (at[1] == '\n') {
        *bytes = tens;
        *next = at + 2;
        return true;
    }
    *bytes = tens * 10 + ones;
    *next = at + 3;
    return ones <= 9 && at[2] == '\n';
}

/* Any line, slowly.  p->at and p->line are its. */
static LackeyLine lackey_line(const TraceParser *p, const char **next, LackeyRecord *record,
                              GError **error)
{
    const Text line = text_line(p->at, p->end, next), text = text_trim(line);
    const size_t bytes = (size_t)(line.end - line.at);
    const char *comma = memchr(line.at, ',', bytes);
    const char *problem = NULL;
    uint64_t superblock;

    if (text_is_comment(line))
        return LACKEY_COMMENT;
    if (text.end - text.at > 3 && memcmp(text.at, "SB ", 3) == 0 &&
        text_hex((Text){ text.at + 3, text.end }, &superblock))
        return LACKEY_COMMENT;
    record->letter = bytes > 3 ? lackey_letter(line.at) : 0;
    if (!record->letter)
        problem = "no record of this format";
    else if (!comma || !text_hex((Text){ line.at + 3, comma }, &record->addr))
        problem = "the address is no hexadecimal number of 64 bits before a comma";
    else if (!text_decimal(text_trim((Text){ comma + 1, line.end }), &record->bytes))
        problem = "the size is no decimal number";
    else
        problem = text_check_access(record->addr, record->bytes);
    if (!problem)
        return LACKEY_RECORD;
    text_error(p, problem, EXPECTED, error);
    return LACKEY_WRONG;
}

/* The record at p->at when it is written as lackey writes it; false: look slowly. */
static inline bool lackey_fast(const TraceParser *p, const char **next, LackeyRecord *record)
{
    unsigned digits;
    const uint64_t addr = text_hex16(p->at + 3, &digits);
    const char *comma = p->at + 3 + digits;

    record->letter = lackey_letter(p->at);
    record->addr = addr;
    return record->letter && digits > 0 && *comma == ',' &&
           short_size(comma + 1, &record->bytes, next) && record->bytes > 0 &&
           addr <= UINT64_MAX - 99;
}

static bool lackey_parse(TraceParser *p, Batch *batch, GError **error)
{
    const bool fetches = p->fetches;
    const uint16_t stream = p->stream;
    LackeyLine kind = LACKEY_RECORD;
    size_t count = batch->count;

    while (p->at < p->end && count < BATCH_MAX - 1) { /* room for a modify */
        LackeyRecord record = { 0 };
        const char *next;
        unsigned letter;

        kind = LACKEY_RECORD;
        if (G_UNLIKELY(!lackey_fast(p, &next, &record)))
            kind = lackey_line(p, &next, &record, error);
        if (kind == LACKEY_WRONG)
            break;
        p->at = next;
        p->line++;
        if (kind == LACKEY_COMMENT)
            continue;
        if (record.letter == 'I' && !fetches) {
            p->fetches_skipped++;
            continue;
        }
        letter = (unsigned char)record.letter;
        batch->access[count] = (Access){ .addr = record.addr,
                                         .bytes = (uint32_t)record.bytes,
                                         .stream = stream,
                                         .op = letters[letter].op };
        batch->access[count + 1] = batch->access[count];
        batch->access[count + 1].op = ACCESS_WRITE;
        count += letters[letter].accesses;
    }
    batch->count = count;
    return kind != LACKEY_WRONG;
}

static unsigned lackey_probe(const char *head, size_t bytes)
{
    Text line = text_first(head, bytes);

    if (line.end - line.at > 3 && memcmp(line.at, "SB ", 3) == 0)
        return 2;
    return line.end - line.at > 3 && lackey_letter(line.at) ? 2 : 0;
}

const TraceFormat trace_lackey = {
    .name = "lackey",
    .times = TIMES_NONE,
    .requests = false,
    .probe = lackey_probe,
    .frame = text_frame,
    .parse = lackey_parse,
};
