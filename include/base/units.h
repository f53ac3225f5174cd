/*
 * units - simulated time and the parsing and printing of quantities with units.
 *
 * A quantity in a script is a number in the base unit (bytes, seconds, hertz, bytes per second,
 * operations per second, amperes, volts) or a string with a unit: "40 MiB", "1555 GB/s", "100 Gbit/s", "13.75 ns",
 * "2 GHz", "19.5 TFLOP/s", "55 mA", "1.2 V", "14 cycles".  KiB is 1024, kB (and KB) 1000.  No other module knows nanoseconds.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Simulated time in femtoseconds. */
typedef uint64_t Tick;

#define TICKS_PER_SECOND UINT64_C(1000000000000000)
/* A run whose clock gets here is out of range (2.5 hours of simulated time) and fails. */
#define TICK_LIMIT (UINT64_C(1) << 63)
/* Above every valid time: "not known yet". */
#define TICK_PENDING UINT64_MAX

static inline Tick tick_later(Tick a, Tick b)
{
    return a > b ? a : b;
}

typedef enum {
    UNIT_NONE,        /* a plain number: counts, fractions */
    UNIT_BYTES,       /* bytes */
    UNIT_SECONDS,     /* seconds; also cycles of a given clock */
    UNIT_HERTZ,       /* hertz */
    UNIT_BYTES_PER_S, /* bytes per second; bit/s divides by eight */
    UNIT_FLOP_PER_S,  /* operations per second */
    UNIT_AMPERES,     /* amperes */
    UNIT_VOLTS,       /* volts */
    UNIT_JOULES,      /* joules */
    N_UNITS
} Unit;

/*
 * Parse text as a quantity of the given unit into base units.  cycle_s is the length of one
 * cycle for "14 cycles", or 0 where cycles make no sense.  The text is read in the C locale.
 * Returns false and sets error (CONFIG) naming the text and an example of what would be right.
 */
bool units_parse(const char *text, Unit unit, double cycle_s, double *value, GError **error);

/* A value in SI units for people, 4 significant digits: "83.89 ms", "2 MiB" (bytes: binary when
 * exact, else decimal), "25.6 GB/s", "10 GFLOP/s", "0.978".  Locale-independent.  Returns (caller frees). */
char *units_format(double value, Unit unit);

enum { UNITS_DIGITS_MAX = 20 };
/* Write the number in decimal digits, and no zero behind them.  Returns how many: 1 to UNITS_DIGITS_MAX. */
size_t units_digits(uint64_t value, char *at);
/* The same, as a text.  buf must hold G_ASCII_DTOSTR_BUF_SIZE bytes; returns buf. */
char *units_whole(uint64_t value, char *buf);
/* Shortest text that reads back as the same double, in the C locale; "nan", "inf", "-inf" for
 * what is not finite.  buf must hold G_ASCII_DTOSTR_BUF_SIZE bytes; returns buf. */
char *units_exact(double value, char *buf);

/* The spelling of a unit in a column description: "s", "B", "B/s", "FLOP/s", "Hz", "A", "V", "J", "". */
const char *units_symbol(Unit unit);

/* What a quantity of this unit looks like, for messages: "a time, such as \"13.75 ns\"". */
const char *units_phrase(Unit unit);

/* Seconds to femtoseconds, rounded to the nearest; false when it does not fit below TICK_LIMIT. */
bool tick_from_seconds(double seconds, Tick *tick);
/* Period of a clock in femtoseconds, rounded up. hertz > 0. */
Tick tick_period(double hertz);

static inline double tick_seconds(Tick t)
{
    return (double)t / (double)TICKS_PER_SECOND;
}

#endif
