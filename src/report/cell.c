/*
 * cell - a value as people read it in a table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "report/cell.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static Unit unit_of(const char *symbol)
{
    static const Unit units[] = { UNIT_BYTES,       UNIT_SECONDS,    UNIT_HERTZ,
                                  UNIT_BYTES_PER_S, UNIT_FLOP_PER_S, UNIT_JOULES };

    for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
        if (g_str_equal(units_symbol(units[i]), symbol))
            return units[i];
    return UNIT_NONE;
}

/* "512 us" to "512.0 us": numbers of as many digits stand in line. */
static char *pad_digits(char *text)
{
    const size_t number = strspn(text, "-.0123456789");
    const size_t digits = number - (*text == '-') - (memchr(text, '.', number) != NULL);
    char *padded;

    if (digits >= 4 || text[number] != ' ' || g_str_has_prefix(text, "0 "))
        return text;
    padded =
        g_strdup_printf("%.*s%s%.*s%s", (int)number, text, memchr(text, '.', number) ? "" : ".",
                        (int)(4 - digits), "000", text + number);
    g_free(text);
    return padded;
}

/* Shares in percent, the ratio of two times with two decimals, all else with its unit. */
static char *real_text(const Value *value, bool axis)
{
    char buf[G_ASCII_DTOSTR_BUF_SIZE];

    if (!isfinite(value->real))
        return g_strdup("-");
    if (axis)
        return g_strdup(units_exact(value->real, buf));
    if (g_str_has_suffix(value->name, "_hit_rate") ||
        g_str_has_suffix(value->name, "_utilization") || g_str_has_suffix(value->name, "_fraction"))
        return g_strconcat(g_ascii_formatd(buf, sizeof buf, "%.1f", value->real * 100), "%", NULL);
    if (g_str_equal(value->name, "slowdown") && value->real < 1e6)
        return g_strdup(g_ascii_formatd(buf, sizeof buf, "%.2f", value->real));
    if (unit_of(value->unit) == UNIT_BYTES)
        return units_format(value->real, UNIT_BYTES);
    return pad_digits(units_format(value->real, unit_of(value->unit)));
}

char *cell_text(const Value *value, bool axis)
{
    if (!value)
        return g_strdup("-");
    switch (value->kind) {
    case VALUE_REAL:
        return real_text(value, axis);
    case VALUE_COUNT:
        if (unit_of(value->unit) == UNIT_NONE || axis)
            return g_strdup_printf("%" PRIu64, value->count);
        return units_format((double)value->count, unit_of(value->unit));
    case VALUE_TEXT:
        return g_strdup(value->text);
    default:
        return g_strdup(value->truth ? "true" : "false");
    }
}
