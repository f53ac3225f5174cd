/*
 * field - tables that describe the keys of a configuration struct: look-up, defaults, storing with a
 * check of the range, and printing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/field.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

const Field *field_find(const Field *fields, const char *key)
{
    for (; fields->kind != FIELD_END; fields++)
        if (strcmp(fields->key, key) == 0)
            return fields;
    return NULL;
}

Unit field_unit(FieldKind kind)
{
    switch (kind) {
    case FIELD_BYTES:
    case FIELD_BYTES32:
        return UNIT_BYTES;
    case FIELD_TIME:
        return UNIT_SECONDS;
    case FIELD_HERTZ:
        return UNIT_HERTZ;
    case FIELD_BYTES_PER_S:
        return UNIT_BYTES_PER_S;
    case FIELD_FLOP_PER_S:
        return UNIT_FLOP_PER_S;
    case FIELD_AMPERES:
        return UNIT_AMPERES;
    case FIELD_VOLTS:
        return UNIT_VOLTS;
    default:
        return UNIT_NONE;
    }
}

static void store(const Field *field, void *base, double value)
{
    void *at = (char *)base + field->offset;
    Tick tick = 0;

    switch (field->kind) {
    case FIELD_BYTES:
    case FIELD_COUNT64:
        *(uint64_t *)at = (uint64_t)value;
        break;
    case FIELD_BYTES32:
    case FIELD_COUNT:
    case FIELD_CYCLES:
    case FIELD_WORD:
        *(uint32_t *)at = (uint32_t)value;
        break;
    case FIELD_TIME:
        (void)tick_from_seconds(value, &tick);
        *(Tick *)at = tick;
        break;
    case FIELD_HERTZ:
    case FIELD_BYTES_PER_S:
    case FIELD_FLOP_PER_S:
    case FIELD_AMPERES:
    case FIELD_VOLTS:
    case FIELD_REAL:
        *(double *)at = value;
        break;
    case FIELD_BOOL:
        *(bool *)at = value > 0;
        break;
    default:
        break;
    }
}

void field_defaults(const Field *fields, void *base)
{
    for (; fields->kind != FIELD_END; fields++)
        if (!isnan(fields->fallback))
            store(fields, base, fields->fallback);
}

/* Bytes of what is stored; 0: of a kind of its own. */
static size_t stored_bytes(FieldKind kind)
{
    switch (kind) {
    case FIELD_BYTES32:
    case FIELD_COUNT:
    case FIELD_CYCLES:
    case FIELD_WORD:
        return sizeof(uint32_t);
    case FIELD_BOOL:
        return sizeof(bool);
    case FIELD_END:
    case FIELD_TEXT:
    case FIELD_OTHER:
        return 0;
    default:
        return sizeof(uint64_t);
    }
}

bool field_is_default(const Field *field, const void *base)
{
    const size_t bytes = stored_bytes(field->kind);
    Field alone = *field;
    uint64_t usual = 0;

    alone.offset = 0;
    if (bytes == 0 || isnan(field->fallback))
        return false;
    store(&alone, &usual, field->fallback);
    return memcmp((const char *)base + field->offset, &usual, bytes) == 0;
}

static bool is_whole(FieldKind kind)
{
    return kind == FIELD_BYTES || kind == FIELD_BYTES32 || kind == FIELD_COUNT ||
           kind == FIELD_COUNT64 || kind == FIELD_CYCLES;
}

/* A number for a message: readable where that is exact, else all its digits. */
static char *readable(double value, Unit unit)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    if (unit != UNIT_NONE)
        return units_format(value, unit);
    return g_strdup(units_exact(value, digits));
}

static bool refuse_range(const Field *field, double value, GError **error)
{
    const Unit unit = field_unit(field->kind);
    g_autofree char *given = readable(value, unit);
    g_autofree char *low = readable(field->min, unit);
    g_autofree char *high = readable(field->max, unit);
    g_autofree char *word =
        field->unlimited ? g_strdup_printf(", or \"%s\"", field->unlimited) : g_strdup("");

    if (isinf(field->max))
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "%s is out of range (at least %s%s)",
                    given, low, word);
    else
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "%s is out of range (%s to %s%s)",
                    given, low, high, word);
    return false;
}

bool field_set(const Field *field, void *base, double value, GError **error)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    if (!isfinite(value)) {
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "%s is not a finite number",
                    units_exact(value, digits));
        return false;
    }
    if (value < field->min || value > field->max)
        return refuse_range(field, value, error);
    if (is_whole(field->kind) && value != floor(value)) {
        g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "%s is not a whole number%s",
                    units_exact(value, digits),
                    field_unit(field->kind) == UNIT_BYTES ? " of bytes" : "");
        return false;
    }
    store(field, base, value);
    return true;
}

void field_set_unlimited(const Field *field, void *base)
{
    store(field, base, 0);
}

static void print_value(const Field *field, const void *at, GString *out)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];

    switch (field->kind) {
    case FIELD_BYTES:
    case FIELD_COUNT64:
    case FIELD_TIME: /* in femtoseconds */
        g_string_append(out, units_whole(*(const uint64_t *)at, digits));
        break;
    case FIELD_BYTES32:
    case FIELD_COUNT:
    case FIELD_CYCLES:
        g_string_append(out, units_whole(*(const uint32_t *)at, digits));
        break;
    case FIELD_WORD:
        g_string_append(out, field->choices[*(const uint32_t *)at]);
        break;
    case FIELD_BOOL:
        g_string_append(out, *(const bool *)at ? "true" : "false");
        break;
    case FIELD_TEXT:
        g_string_append(out, *(char *const *)at ? *(char *const *)at : "");
        break;
    default:
        g_string_append(out, units_exact(*(const double *)at, digits));
        break;
    }
}

void field_print(const Field *fields, const void *base, const char *prefix, GString *out)
{
    for (; fields->kind != FIELD_END; fields++) {
        if (fields->kind == FIELD_OTHER)
            continue;
        g_string_append(out, prefix);
        g_string_append(out, fields->key);
        g_string_append_c(out, '=');
        print_value(fields, (const char *)base + fields->offset, out);
        g_string_append_c(out, '\n');
    }
}
