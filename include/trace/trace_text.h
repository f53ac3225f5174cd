/*
 * trace_text - what the text formats share: lines, numbers, messages.
 *
 * A line ends with "\n"; a "\r" in front of it belongs to the end.  Blank lines, lines that begin with
 * '#' and valgrind's own ("==pid==", "--pid--", "**pid**") are no records in any text format.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TRACE_TRACE_TEXT_H
#define TRACE_TRACE_TEXT_H

#include <string.h>

#include "trace/trace_format.h"

/* A line without its end, or a field of it. */
typedef struct {
    const char *at;
    const char *end;
} Text;

/* The line at `at`; end is the end of the data.  *next is the beginning of the next line. */
Text text_line(const char *at, const char *end, const char **next);

/* The line is blank, a comment, or valgrind's own. */
bool text_is_comment(Text line);

/* The first line that is no comment; an empty text when there is none. */
Text text_first(const char *head, size_t bytes);

/* The field at the front of text, which loses it and the blanks around it. */
Text text_take_field(Text *text);

/* Whether the field is the word, in any case. */
bool text_is_word(Text field, const char *word);

/* A number that fills the field: hexadecimal, 0x optional.  False: no number, or over 64 bits. */
bool text_hex(Text field, uint64_t *value);
/* The same for a decimal one, and for either: decimal, or hexadecimal with 0x. */
bool text_decimal(Text field, uint64_t *value);
bool text_number(Text field, uint64_t *value);

/* TraceFormat.frame of every text format: whole lines. */
bool text_frame(TraceParser *p, char *data, size_t bytes, bool last, GError **error);

/* Set error: "FILE:LINE: problem: got "the line at p->at"; expected what would be right".  Returns false. */
bool text_error(const TraceParser *p, const char *problem, const char *expected, GError **error);

/* NULL, or what is wrong with an access of so many bytes at addr. */
const char *text_check_access(uint64_t addr, uint64_t bytes);

/* NULL, or what is wrong with a record at this time behind the one before it. */
const char *text_check_time(const TraceParser *p, Tick time_fs);

/* What a line holds: its accesses, all at one time. */
enum { TEXT_ACCESSES_MAX = 160 };
typedef struct {
    unsigned count; /* 0: nothing */
    Tick time_fs;   /* of a format with times, when p->timed */
    Access access[TEXT_ACCESSES_MAX];
} TextRecord;

/* Takes a line that is no comment apart into record, whose count is 0.  NULL, or what is wrong with it. */
typedef const char *(*TextLine)(TraceParser *p, Text line, TextRecord *record);

/* TraceFormat.parse of a text format whose lines this function understands. */
bool text_parse(TraceParser *p, Batch *batch, TextLine take, const char *expected, GError **error);

/* The access of bytes at addr as the record's next; NULL, or what is wrong with it. */
const char *text_add(const TraceParser *p, TextRecord *record, AccessOp op, uint64_t addr,
                     uint64_t bytes);

/* Cycles to a time of the memory's clock; NULL, or what is wrong with it. */
const char *text_take_cycle(const TraceParser *p, uint64_t cycle, TextRecord *record);

static inline bool text_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static inline Text text_trim(Text text)
{
    while (text.at < text.end && text_is_blank(*text.at))
        text.at++;
    while (text.end > text.at && text_is_blank(text.end[-1]))
        text.end--;
    return text;
}

/* By character: the value of a hexadecimal digit plus one; 0 for all else. */
extern const uint8_t text_digit[256];

/* The value of the up to 16 hexadecimal digits at `at`, which may be none. */
static inline uint64_t text_hex16(const char *at, unsigned *digits)
{
    uint64_t value = 0;
    unsigned count = 0;

    for (; count < 16 && text_digit[(unsigned char)at[count]]; count++)
        value = value << 4 | (text_digit[(unsigned char)at[count]] - 1U);
    *digits = count;
    return value;
}

/* The value of eight hexadecimal digits, the first in the lowest byte; false: some are none. */
static inline bool text_hex8(uint64_t chars, uint64_t *value)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
    const uint64_t low = chars & ~high;
    const uint64_t digit = low ^ ones * '0';                   /* 0 to 9 */
    const uint64_t letter = (low | ones * 0x20) ^ ones * 0x60; /* a is 1, f is 6 */
    const uint64_t no_letter = (letter + ones * (0x7F - 6)) | ~(letter + ones * 0x7F);
    const uint64_t wrong = (((digit + ones * (0x7F - 9)) & no_letter) | chars) & high;
    uint64_t nibbles = (low & ones * 0xF) + (low >> 6 & ones) * 9;

    nibbles = GUINT64_SWAP_LE_BE(nibbles);
    nibbles = (nibbles | nibbles >> 4) & UINT64_C(0x00FF00FF00FF00FF);
    nibbles = (nibbles | nibbles >> 8) & UINT64_C(0x0000FFFF0000FFFF);
    *value = (nibbles | nibbles >> 16) & UINT32_MAX;
    return wrong == 0;
}

/* The value of exactly so many digits, 1 to 16, at `at`, behind which eight bytes can be read; false: some are none. */
static inline bool text_hex_exactly(const char *at, unsigned digits, uint64_t *value)
{
    const unsigned front = digits > 8 ? digits - 8 : digits, missing = 8 * (8 - front);
    uint64_t chars, upper, lower = 0;
    bool good = true;

    memcpy(&chars, at, sizeof chars);
    chars = GUINT64_FROM_LE(chars) << missing;
    if (missing > 0)
        chars |= UINT64_C(0x3030303030303030) >> (64 - missing);
    good = text_hex8(chars, &upper);
    if (digits > 8) {
        memcpy(&chars, at + front, sizeof chars);
        good = text_hex8(GUINT64_FROM_LE(chars), &lower) && good;
        upper <<= 32;
    }
    *value = upper | lower;
    return good;
}

/* The value of the up to 19 decimal digits at `at`, which may be none. */
static inline uint64_t text_decimal19(const char *at, unsigned *digits)
{
    uint64_t value = 0;
    unsigned count = 0;

    for (; count < 19 && (unsigned char)at[count] - (unsigned)'0' <= 9; count++)
        value = value * 10 + ((unsigned char)at[count] - (unsigned)'0');
    *digits = count;
    return value;
}

#endif
