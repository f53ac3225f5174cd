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
