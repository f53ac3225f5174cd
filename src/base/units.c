/*
 * units - simulated time and the parsing and printing of quantities with units.
 *
 * A decimal prefix moves the exponent of the number's text, so that "2.3 MB" is exactly 2300000.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/units.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

typedef struct {
    Unit unit;
    const char *suffix;
    double scale;
    int min_exponent, max_exponent; /* of the prefixes that make sense with it */
} Suffix;

static const Suffix suffixes[] = {
    { UNIT_BYTES_PER_S, "bit/s", 0.125, 0, 18 },
    { UNIT_BYTES_PER_S, "bps", 0.125, 0, 18 },
    { UNIT_BYTES_PER_S, "B/s", 1, 0, 18 },
    { UNIT_FLOP_PER_S, "FLOP/s", 1, 0, 18 },
    { UNIT_FLOP_PER_S, "FLOPS", 1, 0, 18 },
    { UNIT_FLOP_PER_S, "OP/s", 1, 0, 18 },
    { UNIT_BYTES, "bytes", 1, 0, 0 },
    { UNIT_BYTES, "byte", 1, 0, 0 },
    { UNIT_BYTES, "B", 1, 0, 18 },
    { UNIT_HERTZ, "Hz", 1, 0, 18 },
    { UNIT_SECONDS, "s", 1, -15, 0 },
    { UNIT_AMPERES, "A", 1, -12, 3 },
    { UNIT_VOLTS, "V", 1, -9, 6 },
    { UNIT_JOULES, "J", 1, -15, 9 },
};

typedef struct {
    const char *text;
    int exponent; /* of ten; of two when binary */
    bool binary;
} Prefix;

static const Prefix prefixes[] = {
    { "Ki", 10, true }, { "Mi", 20, true },        { "Gi", 30, true },        { "Ti", 40, true },
    { "Pi", 50, true }, { "f", -15, false },       { "p", -12, false },       { "n", -9, false },
    { "u", -6, false }, { "\xc2\xb5", -6, false }, { "\xce\xbc", -6, false }, { "m", -3, false },
    { "k", 3, false },  { "K", 3, false },         { "M", 6, false },         { "G", 9, false },
    { "T", 12, false }, { "P", 15, false },        { "E", 18, false },        { "", 0, false },
};

const char *units_phrase(Unit unit)
{
    static const char *const phrases[] = {
        [UNIT_NONE] = "a plain number, such as 8",
        [UNIT_BYTES] = "bytes, such as \"40 MiB\"",
        [UNIT_SECONDS] = "a time, such as \"13.75 ns\"",
        [UNIT_HERTZ] = "a frequency, such as \"2 GHz\"",
        [UNIT_BYTES_PER_S] = "a bandwidth, such as \"25.6 GB/s\"",
        [UNIT_FLOP_PER_S] = "operations per second, such as \"19.5 TFLOP/s\"",
        [UNIT_AMPERES] = "a current, such as \"55 mA\"",
        [UNIT_VOLTS] = "a voltage, such as \"1.2 V\"",
        [UNIT_JOULES] = "an energy, such as \"12 pJ\"",
    };
    return phrases[unit];
}

static const char *unit_noun(Unit unit)
{
    static const char *const nouns[] = {
        [UNIT_NONE] = "a plain number",     [UNIT_BYTES] = "a number of bytes",
        [UNIT_SECONDS] = "a time",          [UNIT_HERTZ] = "a frequency",
        [UNIT_BYTES_PER_S] = "a bandwidth", [UNIT_FLOP_PER_S] = "a number of operations per second",
        [UNIT_AMPERES] = "a current",       [UNIT_VOLTS] = "a voltage",
        [UNIT_JOULES] = "an energy",
    };
    return nouns[unit];
}

/* The length of the decimal number that text begins with; *mantissa: without its exponent. */
static size_t number_length(const char *text, size_t *mantissa)
{
    size_t at = 0, digits = 0;

    if (text[at] == '+' || text[at] == '-')
        at++;
    for (; g_ascii_isdigit(text[at]); at++)
        digits++;
    if (text[at] == '.')
        for (at++; g_ascii_isdigit(text[at]); at++)
            digits++;
    *mantissa = at;
    if (digits == 0)
        return 0;
    if (text[at] == 'e' || text[at] == 'E') {
        size_t end = at + 1;

        if (text[end] == '+' || text[end] == '-')
            end++;
        if (g_ascii_isdigit(text[end])) {
            while (g_ascii_isdigit(text[end]))
                end++;
            at = end;
        }
    }
    return at;
}

/* Whether the prefix makes sense with the suffix. */
static bool goes_with(const Prefix *prefix, const Suffix *suffix)
{
    if (prefix->binary)
        return suffix->max_exponent > 0 && suffix->unit != UNIT_HERTZ;
    return prefix->exponent >= suffix->min_exponent && prefix->exponent <= suffix->max_exponent;
}

static bool suffix_matches(const Suffix *suffix, const char *text, size_t length,
                           const Prefix **prefix)
{
    const size_t tail = strlen(suffix->suffix);

    if (length < tail)
        return false;
    const char *at = text + length - tail;
    const bool same = suffix->unit == UNIT_FLOP_PER_S
                          ? g_ascii_strncasecmp(at, suffix->suffix, tail) == 0
                          : memcmp(at, suffix->suffix, tail) == 0;
    if (!same)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        const Prefix *p = &prefixes[i];

        if (goes_with(p, suffix) && strlen(p->text) == length - tail &&
            memcmp(text, p->text, length - tail) == 0) {
            *prefix = p;
            return true;
        }
    }
    return false;
}

/* The number of text (mantissa and exponent part), times ten to the exponent, rounded once. */
static double scaled_number(const char *text, size_t mantissa, size_t length, int exponent)
{
    gint64 own = 0;

    if (length > mantissa)
        own = CLAMP(g_ascii_strtoll(text + mantissa + 1, NULL, 10), -100000, 100000);
    g_autofree char *moved = g_strdup_printf("%.*se%d", (int)mantissa, text, (int)own + exponent);
    return g_ascii_strtod(moved, NULL);
}

typedef struct {
    const char *number;
    size_t mantissa, number_length;
    const char *word; /* the unit */
    size_t word_length;
} Parts;

static bool split(const char *text, Parts *parts)
{
    while (g_ascii_isspace(*text))
        text++;
    parts->number = text;
    parts->number_length = number_length(text, &parts->mantissa);
    if (parts->number_length == 0)
        return false;
    text += parts->number_length;
    while (g_ascii_isspace(*text))
        text++;
    parts->word = text;
    parts->word_length = strlen(text);
    while (parts->word_length > 0 && g_ascii_isspace(text[parts->word_length - 1]))
        parts->word_length--;
    return true;
}

static bool is_cycles(const Parts *parts)
{
    const size_t n = parts->word_length;
    return (n == 6 && memcmp(parts->word, "cycles", n) == 0) ||
           (n == 5 && memcmp(parts->word, "cycle", n) == 0);
}

static bool find_unit(const Parts *parts, const Suffix **suffix, const Prefix **prefix)
{
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++)
        if (suffix_matches(&suffixes[i], parts->word, parts->word_length, prefix)) {
            *suffix = &suffixes[i];
            return true;
        }
    return false;
}

/* " (did you mean Gbit/s or GB/s?)": units that differ from the word by upper and lower case, "b/s" for "bit/s" only;
 * "" when there is none.  K is k. */
static char *near_units(const Parts *parts, Unit unit)
{
    g_autofree char *word = g_strndup(parts->word, parts->word_length);
    const bool bits = g_str_has_suffix(word, "b/s");
    g_autofree char *spelled = g_strdup_printf("%.*s%s", (int)parts->word_length - (bits ? 3 : 0),
                                               word, bits ? "bit/s" : "");
    GString *near = g_string_new(NULL);

    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++)
        for (size_t j = 0; j < G_N_ELEMENTS(prefixes); j++) {
            g_autofree char *name = g_strconcat(prefixes[j].text, suffixes[i].suffix, NULL);

            if (suffixes[i].unit != unit || g_str_equal(prefixes[j].text, "K") ||
                !goes_with(&prefixes[j], &suffixes[i]) ||
                (g_ascii_strcasecmp(name, word) != 0 && g_ascii_strcasecmp(name, spelled) != 0))
                continue;
            g_string_append_printf(near, "%s%s", near->len ? " or " : " (did you mean ", name);
        }
    if (near->len)
        g_string_append(near, "?)");
    return g_string_free(near, FALSE);
}

static bool refuse(GError **error, const char *text, const char *what, Unit unit)
{
    g_set_error(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG, "\"%s\" %s; expected %s", text, what,
                units_phrase(unit));
    return false;
}

static bool parse_parts(const char *text, const Parts *parts, Unit unit, double cycle_s,
                        double *value, GError **error)
{
    const Suffix *suffix = NULL;
    const Prefix *prefix = NULL;

    if (is_cycles(parts)) {
        if (unit != UNIT_SECONDS)
            return refuse(error, text, "is a time", unit);
        if (!(cycle_s > 0))
            return refuse(error, text, "is in cycles, but there is no clock here", unit);
        *value = scaled_number(parts->number, parts->mantissa, parts->number_length, 0) * cycle_s;
        return true;
    }
    if (parts->word_length == 0) {
        if (unit != UNIT_NONE)
            return refuse(error, text, "has no unit", unit);
        *value = scaled_number(parts->number, parts->mantissa, parts->number_length, 0);
        return true;
    }
    if (!find_unit(parts, &suffix, &prefix)) {
        g_autofree char *near = near_units(parts, unit);
        g_autofree char *what = g_strdup_printf("has an unknown unit '%.*s'%s",
                                                (int)parts->word_length, parts->word, near);
        return refuse(error, text, what, unit);
    }
    if (suffix->unit != unit) {
        g_autofree char *what = g_strdup_printf("is %s", unit_noun(suffix->unit));
        return refuse(error, text, what, unit);
    }
    *value =
        prefix->binary
            ? ldexp(scaled_number(parts->number, parts->mantissa, parts->number_length, 0),
                    prefix->exponent)
            : scaled_number(parts->number, parts->mantissa, parts->number_length, prefix->exponent);
    *value *= suffix->scale;
    return true;
}

bool units_parse(const char *text, Unit unit, double cycle_s, double *value, GError **error)
{
    Parts parts;

    if (!split(text, &parts))
        return refuse(error, text, "is no number with a unit", unit);
    if (!parse_parts(text, &parts, unit, cycle_s, value, error))
        return false;
    if (!isfinite(*value))
        return refuse(error, text, "is too large", unit);
    return true;
}

const char *units_symbol(Unit unit)
{
    static const char *const symbols[] = {
        [UNIT_NONE] = "",     [UNIT_BYTES] = "B",         [UNIT_SECONDS] = "s",
        [UNIT_HERTZ] = "Hz",  [UNIT_BYTES_PER_S] = "B/s", [UNIT_FLOP_PER_S] = "FLOP/s",
        [UNIT_AMPERES] = "A", [UNIT_VOLTS] = "V",         [UNIT_JOULES] = "J",
    };
    return symbols[unit];
}

static char *with_symbol(double number, const char *prefix, Unit unit)
{
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    const char *symbol = units_symbol(unit);

    g_ascii_formatd(digits, sizeof digits, "%.4g", number);
    if (*prefix == '\0' && *symbol == '\0')
        return g_strdup(digits);
    return g_strdup_printf("%s %s%s", digits, prefix, symbol);
}

/* "2 MiB" where that is the whole truth, else NULL. */
static char *binary_bytes(double value)
{
    static const char *const names[] = { "KiB", "MiB", "GiB", "TiB", "PiB" };

    for (int i = G_N_ELEMENTS(names) - 1; i >= 0; i--) {
        const double quotient = ldexp(value, -10 * (i + 1));

        if (quotient >= 1 && quotient < 10000 && quotient == floor(quotient))
            return g_strdup_printf("%d %s", (int)quotient, names[i]);
    }
    return NULL;
}

static bool plain_count(double value, Unit unit)
{
    return unit == UNIT_NONE &&
           (fabs(value) < 1 || (value == floor(value) && fabs(value) < 100000));
}

char *units_format(double value, Unit unit)
{
    static const struct {
        int exponent;
        const char *text;
    } si[] = {
        { 18, "E" }, { 15, "P" }, { 12, "T" }, { 9, "G" },  { 6, "M" },   { 3, "k" },
        { 0, "" },   { -3, "m" }, { -6, "u" }, { -9, "n" }, { -12, "p" }, { -15, "f" },
    };
    char *binary = NULL;

    if (isnan(value) || isinf(value))
        return g_strdup(isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    if (unit == UNIT_BYTES && (binary = binary_bytes(value)))
        return binary;
    if (plain_count(value, unit)) {
        char digits[G_ASCII_DTOSTR_BUF_SIZE];
        return g_strdup(
            g_ascii_formatd(digits, sizeof digits, value == floor(value) ? "%.5g" : "%.4g", value));
    }
    const bool fractions = unit == UNIT_SECONDS || unit == UNIT_AMPERES || unit == UNIT_VOLTS ||
                           unit == UNIT_JOULES; /* nobody has millibytes */
    for (size_t i = 0; i < G_N_ELEMENTS(si); i++) {
        const double scaled = value / pow(10, si[i].exponent);

        /* 0.99995 would print as "1000" of the next smaller prefix */
        if (fabs(scaled) >= 0.99995 || (si[i].exponent == 0 && (!fractions || value == 0)))
            return with_symbol(scaled, si[i].text, unit);
    }
    return with_symbol(value, "", unit);
}

size_t units_digits(uint64_t value, char *at)
{
    size_t n = 1;

    for (uint64_t power = 10; n < UNITS_DIGITS_MAX && value >= power; power *= 10)
        n++;
    for (size_t i = n; i-- > 0; value /= 10)
        at[i] = (char)('0' + value % 10);
    return n;
}

char *units_whole(uint64_t value, char *buf)
{
    buf[units_digits(value, buf)] = '\0';
    return buf;
}

char *units_exact(double value, char *buf)
{
    static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };

    if (isnan(value) || isinf(value)) {
        g_strlcpy(buf, isnan(value) ? "nan" : value > 0 ? "inf" : "-inf", G_ASCII_DTOSTR_BUF_SIZE);
        return buf;
    }
    if (!signbit(value) && value < 1e15 &&
        value == (double)(uint64_t)value) /* as "%.15g" prints it */
        return units_whole((uint64_t)value, buf);
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_ascii_formatd(buf, G_ASCII_DTOSTR_BUF_SIZE, formats[i], value);
        const double back = g_ascii_strtod(buf, NULL);
        if (!(back < value || back > value))
            break;
    }
    return buf;
}

bool tick_from_seconds(double seconds, Tick *tick)
{
    const double ticks = rint(seconds * (double)TICKS_PER_SECOND);

    if (!(ticks >= 0 && ticks < (double)TICK_LIMIT))
        return false;
    *tick = (Tick)ticks;
    return true;
}

Tick tick_period(double hertz)
{
    const double one = (double)TICKS_PER_SECOND;
    double period = ceil(one / hertz);

    if (fma(period, hertz, -one) < 0) /* the quotient was rounded down to a whole number */
        period += 1;
    if (period >= (double)TICK_LIMIT)
        return TICK_LIMIT;
    return (Tick)period;
}
