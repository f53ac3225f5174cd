/*
 * field - tables that describe the keys of a configuration struct.
 *
 * One table per component gives the parser its keys, units, ranges, defaults and help; a key
 * that is not in the table is an error.  The table is data: it knows no Lua.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/units.h"

/* What the key holds, and as which C type it is stored at the offset. */
typedef enum {
    FIELD_END,
    FIELD_BYTES,       /* uint64_t, a whole number of bytes */
    FIELD_BYTES32,     /* uint32_t, a whole number of bytes */
    FIELD_TIME,        /* Tick */
    FIELD_HERTZ,       /* double */
    FIELD_BYTES_PER_S, /* double */
    FIELD_FLOP_PER_S,  /* double */
    FIELD_AMPERES,     /* double */
    FIELD_VOLTS,       /* double */
    FIELD_REAL,        /* double */
    FIELD_COUNT,       /* uint32_t */
    FIELD_COUNT64,     /* uint64_t */
    FIELD_CYCLES, /* uint32_t: cycles of a clock of its own; a time becomes cycles where it is read */
    FIELD_BOOL,   /* bool */
    FIELD_WORD,   /* uint32_t: index into choices */
    FIELD_TEXT,   /* char *, owned by the struct (g_free) */
    FIELD_OTHER, /* known here, read by code of its own (lists, sub-tables) */
} FieldKind;

typedef struct {
    const char *key;
    FieldKind kind;
    size_t offset;
    double min, max;            /* inclusive, in base units */
    double fallback;            /* default, in base units; NAN: required */
    const char *unlimited;      /* a word such as "unlimited" that stores 0, or NULL */
    const char *const *choices; /* FIELD_WORD: NULL-terminated spellings */
    const char *help;           /* a short phrase, with an example */
} Field;

/* The entry of a key, or NULL. */
const Field *field_find(const Field *fields, const char *key);
/* The unit of a kind's quantities; UNIT_NONE for those without. */
Unit field_unit(FieldKind kind);
/* Store every default; required keys, texts and FIELD_OTHER are left as they are. */
void field_defaults(const Field *fields, void *base);
/* Store a number in base units (FIELD_BYTES to FIELD_COUNT64).  False and error (CONFIG, without the path) when it is
 * not finite, not whole where it has to be, or out of range; the range stands in the message. */
bool field_set(const Field *field, void *base, double value, GError **error);
/* Store 0, what the field's word for "unlimited" means. */
void field_set_unlimited(const Field *field, void *base);
/* Whether what is stored is the default.  False for required keys, texts and FIELD_OTHER: nothing says so. */
bool field_is_default(const Field *field, const void *base);
/* Append "<prefix><key>=<value>\n" for every key but FIELD_OTHER, in base units, in the order of the table. */
void field_print(const Field *fields, const void *base, const char *prefix, GString *out);

#endif
