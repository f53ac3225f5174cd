/*
 * reader - from a Lua table to a C struct, by a table of fields.
 *
 * Lua values are read raw (no metamethods run), in the order of the fields, so that the same script always
 * gets the same message.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

#include "base/field.h"
#include "config/lua_api.h"

/* Where a value stands, a link for each step: machine <- caches <- [2] <- policy. */
typedef struct Path Path;
struct Path {
    const Path *up;
    const char *key;   /* or NULL: an index */
    lua_Integer index; /* from 1 */
};

/* Fields of one struct that may stand in a Lua table. */
typedef struct {
    const Field *fields;
    void *base;
    uint64_t given; /* bit i: fields[i] stands in the table; set by reader_table */
} Section;

typedef struct {
    lua_State *L;
    GError **error; /* of a box */
    double cycle_s; /* of the machine's clock, or 0 */
    /* Keys that belong elsewhere, and the words that say so: "is for traces, not for patterns".  Or NULL. */
    const Field *foreign;
    const char *foreign_why;
    /* A time as the value of a FIELD_CYCLES; NULL: there is no clock for them. */
    double (*cycles)(const void *of, const Field *field, Tick time_fs);
    const void *cycles_of;
    bool lenient; /* whether what is required is there is checked by the caller */
} Reader;

/* Set error (CONFIG) to "path: message"; returns false. */
bool reader_fail(const Reader *reader, const Path *path, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
/* The same for what a check has set: the path stands in front of it. */
bool reader_fail_at(const Reader *reader, const Path *path);

/* Read the table at index into the sections: defaults are stored already.  Integer keys 1 .. list are left to the
 * caller, like FIELD_OTHER.  False and error for an unknown key, a wrong value, a missing key. */
bool reader_table(Reader *reader, int index, const Path *path, Section *sections, size_t n_sections,
                  lua_Integer list);
/* Whether a key of the section stood in the table. */
bool section_has(const Section *section, const char *key);
/* Whether one of the NULL-terminated keys stood in the table; then error: why that is wrong. */
bool reader_any_given(Reader *reader, const Section *section, const char *const *keys,
                      const Path *up, const char *why);

/* Read the value on the top of the stack (stays there) as the field. */
bool reader_value(Reader *reader, const Field *field, void *base, const Path *path);
/* The string on the top of the stack as one of the NULL-terminated words. */
bool reader_word(Reader *reader, const char *const *words, const Path *path, uint32_t *word);
/* The string on the top of the stack; NULL and error when it is none, or no valid UTF-8. */
const char *reader_text(Reader *reader, const Path *path);
/* Push table[key] of the table at index. */
int reader_push(lua_State *L, int index, const char *key);
/* Whether the value at index is a table; error when not. */
bool reader_is_table(Reader *reader, int index, const Path *path, const char *what);
/* Length of the list at index, whose keys are 1 .. n and nothing else (unless words are allowed); -1 and error. */
lua_Integer reader_list(Reader *reader, int index, const Path *path, bool words);

#endif
