/*
 * test_units - quantities with units, simulated time, fields.
 *
 * SPDX-License-Identifier: MIT
 */
#include <CUnit/CUnit.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/field.h"
#include "tap.h"

static bool is(double a, double b)
{
    return !(a < b) && !(a > b);
}

static void check_parse(const char *text, Unit unit, double expected)
{
    GError *error = NULL;
    double value = -1;

    CU_ASSERT(units_parse(text, unit, 0, &value, &error));
    if (!is(value, expected)) {
        fprintf(stderr, "# %s: %.17g, expected %.17g\n", text, value, expected);
        CU_FAIL("value");
    }
    g_clear_error(&error);
}

static void every_quantity_of_the_design_parses(void)
{
    check_parse("40 MiB", UNIT_BYTES, 40 * 1048576.0);
    check_parse("40MB", UNIT_BYTES, 40e6);
    check_parse("32KiB", UNIT_BYTES, 32768);
    check_parse("64B", UNIT_BYTES, 64);
    check_parse("1 kB", UNIT_BYTES, 1000);
    check_parse("1 KB", UNIT_BYTES, 1000);
    check_parse("0.5 GiB", UNIT_BYTES, 536870912);
    check_parse("1555 GB/s", UNIT_BYTES_PER_S, 1555e9);
    check_parse("100 Gbit/s", UNIT_BYTES_PER_S, 12.5e9);
    check_parse("6.4 Gbps", UNIT_BYTES_PER_S, 0.8e9);
    check_parse("1 GiB/s", UNIT_BYTES_PER_S, 1073741824);
    check_parse("13.75 ns", UNIT_SECONDS, 13.75e-9);
    check_parse("3 us", UNIT_SECONDS, 3e-6);
    check_parse("3 \xc2\xb5s", UNIT_SECONDS, 3e-6);
    check_parse("1.5e1 ps", UNIT_SECONDS, 15e-12);
    check_parse("2 GHz", UNIT_HERTZ, 2e9);
    check_parse("19.5 TFLOP/s", UNIT_FLOP_PER_S, 19.5e12);
    check_parse("10 GFLOPS", UNIT_FLOP_PER_S, 10e9);
    check_parse(" 7 s ", UNIT_SECONDS, 7);
    check_parse("8", UNIT_NONE, 8);
}

static void decimal_prefixes_round_once(void)
{
    check_parse("2.3 MB", UNIT_BYTES, 2300000);
    check_parse("0.1 kB", UNIT_BYTES, 100);
    check_parse("1.1e3 kB", UNIT_BYTES, 1100000);
    check_parse("833.33 ps", UNIT_SECONDS, 833.33e-12);
}

static void cycles_are_of_the_given_clock(void)
{
    double value = 0;

    CU_ASSERT(units_parse("14 cycles", UNIT_SECONDS, 0.5e-9, &value, NULL));
    CU_ASSERT_DOUBLE_EQUAL(value, 7e-9, 1e-20);
    CU_ASSERT(units_parse("1 cycle", UNIT_SECONDS, 0.5e-9, &value, NULL));
    CU_ASSERT_DOUBLE_EQUAL(value, 0.5e-9, 1e-20);
}

static void a_wrong_quantity_is_refused_in_words(void)
{
    static const struct {
        const char *text;
        Unit unit;
        const char *message;
    } cases[] = {
        { "25 ns", UNIT_BYTES_PER_S,
          "\"25 ns\" is a time; expected a bandwidth, such as \"25.6 GB/s\"" },
        { "25 GB/s", UNIT_SECONDS,
          "\"25 GB/s\" is a bandwidth; expected a time, such as \"13.75 ns\"" },
        { "1 MiB", UNIT_FLOP_PER_S,
          "\"1 MiB\" is a number of bytes; expected operations per second, such as \"19.5 "
          "TFLOP/s\"" },
        { "2 GHz", UNIT_BYTES, "\"2 GHz\" is a frequency; expected bytes, such as \"40 MiB\"" },
        { "1 FLOP/s", UNIT_HERTZ,
          "\"1 FLOP/s\" is a number of operations per second; expected a frequency, such as \"2 "
          "GHz\"" },
        { "64", UNIT_BYTES, "\"64\" has no unit; expected bytes, such as \"40 MiB\"" },
        { "64 parsecs", UNIT_BYTES,
          "\"64 parsecs\" has an unknown unit 'parsecs'; expected bytes, such as \"40 MiB\"" },
        { "4 mB", UNIT_BYTES,
          "\"4 mB\" has an unknown unit 'mB' (did you mean MB?); expected bytes, such as \"40 "
          "MiB\"" },
        { "25.6 Gb/s", UNIT_BYTES_PER_S,
          "\"25.6 Gb/s\" has an unknown unit 'Gb/s' (did you mean Gbit/s or GB/s?); expected a "
          "bandwidth, such as \"25.6 GB/s\"" },
        { "3 KHZ", UNIT_HERTZ,
          "\"3 KHZ\" has an unknown unit 'KHZ' (did you mean kHz?); expected a frequency, such as "
          "\"2 "
          "GHz\"" },
        { "lots", UNIT_BYTES,
          "\"lots\" is no number with a unit; expected bytes, such as \"40 MiB\"" },
        { "", UNIT_BYTES, "\"\" is no number with a unit; expected bytes, such as \"40 MiB\"" },
        { "nan s", UNIT_SECONDS,
          "\"nan s\" is no number with a unit; expected a time, such as \"13.75 ns\"" },
        { "0x10 B", UNIT_BYTES,
          "\"0x10 B\" has an unknown unit 'x10 B'; expected bytes, such as \"40 MiB\"" },
        { "1e999 B", UNIT_BYTES, "\"1e999 B\" is too large; expected bytes, such as \"40 MiB\"" },
        { "3 cycles", UNIT_SECONDS,
          "\"3 cycles\" is in cycles, but there is no clock here; expected a time, such as \"13.75 "
          "ns\"" },
        { "3 cycles", UNIT_BYTES, "\"3 cycles\" is a time; expected bytes, such as \"40 MiB\"" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        GError *error = NULL;
        double value;

        CU_ASSERT_FALSE(units_parse(cases[i].text, cases[i].unit, 0, &value, &error));
        CU_ASSERT_PTR_NOT_NULL_FATAL(error);
        CU_ASSERT_STRING_EQUAL(error->message, cases[i].message);
        CU_ASSERT(g_error_matches(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG));
        g_clear_error(&error);
    }
}

static void check_format(double value, Unit unit, const char *expected)
{
    g_autofree char *text = units_format(value, unit);
    CU_ASSERT_STRING_EQUAL(text, expected);
}

static void values_are_printed_for_people(void)
{
    check_format(0.08388613, UNIT_SECONDS, "83.89 ms");
    check_format(2097152, UNIT_BYTES, "2 MiB");
    check_format(1e7, UNIT_BYTES, "10 MB");
    check_format(64, UNIT_BYTES, "64 B");
    check_format(65536, UNIT_BYTES, "64 KiB");
    check_format(1572864, UNIT_BYTES, "1536 KiB");
    check_format(25.6e9, UNIT_BYTES_PER_S, "25.6 GB/s");
    check_format(10e9, UNIT_FLOP_PER_S, "10 GFLOP/s");
    check_format(0.978, UNIT_NONE, "0.978");
    check_format(0, UNIT_SECONDS, "0 s");
    check_format(60e-9, UNIT_SECONDS, "60 ns");
    check_format(999.96e-9, UNIT_SECONDS, "1 us");
    check_format(1e6, UNIT_NONE, "1 M");
    check_format(65537, UNIT_NONE, "65537");
    check_format(-2e-9, UNIT_SECONDS, "-2 ns");
    check_format(0.5, UNIT_BYTES, "0.5 B");
    check_format((double)NAN, UNIT_SECONDS, "nan");
    check_format((double)INFINITY, UNIT_SECONDS, "inf");
}

static void exact_text_reads_back_as_the_same_number(void)
{
    static const double values[] = {
        0.1, 1.0 / 3, 1e300, 5e-324, 123456789012345678.0, -0.0, 0.30000000000000004
    };
    char buf[G_ASCII_DTOSTR_BUF_SIZE];

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++)
        CU_ASSERT(is(g_ascii_strtod(units_exact(values[i], buf), NULL), values[i]));
    CU_ASSERT_STRING_EQUAL(units_exact(0.1, buf), "0.1");
    CU_ASSERT_STRING_EQUAL(units_exact((double)NAN, buf), "nan");
    CU_ASSERT_STRING_EQUAL(units_exact(-(double)INFINITY, buf), "-inf");
}

/* Of all sizes, at the edges of powers of ten, too. */
static void whole_numbers_are_as_printf_writes_them(void)
{
    char buf[G_ASCII_DTOSTR_BUF_SIZE], expected[G_ASCII_DTOSTR_BUF_SIZE];

    CU_ASSERT_STRING_EQUAL(units_whole(0, buf), "0");
    CU_ASSERT_STRING_EQUAL(units_whole(UINT64_MAX, buf), "18446744073709551615");
    CU_ASSERT_STRING_EQUAL(units_exact(-0.0, buf), "-0");
    for (uint64_t power = 1; power < UINT64_C(1000000000000000000); power *= 10)
        for (uint64_t i = 0; i < 60; i++) {
            const uint64_t value = i < 30 ? power - MIN(power, 15) + i : power * i / 7;

            g_snprintf(expected, sizeof expected, "%" G_GUINT64_FORMAT, value);
            CU_ASSERT_STRING_EQUAL(units_whole(value, buf), expected);
            if (value < UINT64_C(1000000000000000)) {
                CU_ASSERT_STRING_EQUAL(units_exact((double)value, buf), expected);
            } else {
                CU_ASSERT(is(g_ascii_strtod(units_exact((double)value, buf), NULL), (double)value));
            }
        }
    CU_ASSERT_STRING_EQUAL(units_exact(1e15, buf), "1e+15");
}

static void digits_are_counted_and_nothing_is_written_behind_them(void)
{
    static const uint64_t values[] = { 0, 9, 10, 99, 100, 9999999999999999999u, UINT64_MAX };
    static const char *const texts[] = {
        "0#", "9#", "10#", "99#", "100#", "9999999999999999999#", "18446744073709551615#"
    };

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        char text[] = "######################";
        const size_t n = units_digits(values[i], text);

        text[n + 1] = '\0';
        CU_ASSERT_STRING_EQUAL(text, texts[i]);
    }
}

static void time_is_rounded_to_the_nearest_and_periods_up(void)
{
    Tick tick = 0;

    CU_ASSERT(tick_from_seconds(13.75e-9, &tick) && tick == 13750000);
    CU_ASSERT(tick_from_seconds(0, &tick) && tick == 0);
    CU_ASSERT(tick_from_seconds(0.4e-15, &tick) && tick == 0);
    CU_ASSERT_FALSE(tick_from_seconds(-1, &tick));
    CU_ASSERT_FALSE(tick_from_seconds((double)NAN, &tick));
    CU_ASSERT_FALSE(tick_from_seconds(1e5, &tick));
    CU_ASSERT_EQUAL(tick_period(2e9), 500000);
    CU_ASSERT_EQUAL(tick_period(3e9), 333334);
    CU_ASSERT_EQUAL(tick_period(1e15), 1);
    CU_ASSERT_EQUAL(tick_period(5e15), 1);
}

typedef struct {
    uint64_t bytes;
    uint32_t count;
    double real;
} Knobs;

static const Field knobs[] = {
    { "bytes", FIELD_BYTES, offsetof(Knobs, bytes), 64, 0x1p40, 4096, NULL, NULL, "" },
    { "count", FIELD_COUNT, offsetof(Knobs, count), 1, 1024, 3, "unlimited", NULL, "" },
    { "real", FIELD_REAL, offsetof(Knobs, real), 0, INFINITY, 0.5, NULL, NULL, "" },
    { NULL, FIELD_END, 0, 0, 0, NAN, NULL, NULL, NULL },
};

static void check_refused(const char *key, double value, const char *message)
{
    Knobs values = { 0 };
    GError *error = NULL;

    CU_ASSERT_FALSE(field_set(field_find(knobs, key), &values, value, &error));
    CU_ASSERT_STRING_EQUAL(error->message, message);
    g_clear_error(&error);
}

static void a_field_out_of_range_is_refused_with_the_range(void)
{
    check_refused("bytes", 3, "3 B is out of range (64 B to 1 TiB)");
    check_refused("bytes", 64.5, "64.5 is not a whole number of bytes");
    check_refused("count", 2.5, "2.5 is not a whole number");
    check_refused("count", 5000, "5000 is out of range (1 to 1024, or \"unlimited\")");
    check_refused("count", -1, "-1 is out of range (1 to 1024, or \"unlimited\")");
    check_refused("count", (double)NAN, "nan is not a finite number");
    check_refused("real", (double)INFINITY, "inf is not a finite number");
    check_refused("real", -0.5, "-0.5 is out of range (at least 0)");
    CU_ASSERT_PTR_NULL(field_find(knobs, "knob"));
}

static void fields_have_defaults_and_print_in_order(void)
{
    Knobs values = { 0 };
    GString *text = g_string_new(NULL);

    field_defaults(knobs, &values);
    CU_ASSERT(field_set(&knobs[0], &values, 128, NULL));
    field_print(knobs, &values, "k.", text);
    CU_ASSERT_STRING_EQUAL(text->str, "k.bytes=128\nk.count=3\nk.real=0.5\n");
    field_set_unlimited(&knobs[1], &values);
    CU_ASSERT_EQUAL(values.count, 0);
    g_string_free(text, TRUE);
}

static CU_TestInfo tests[] = {
    TEST(every_quantity_of_the_design_parses),
    TEST(decimal_prefixes_round_once),
    TEST(cycles_are_of_the_given_clock),
    TEST(a_wrong_quantity_is_refused_in_words),
    TEST(values_are_printed_for_people),
    TEST(exact_text_reads_back_as_the_same_number),
    TEST(whole_numbers_are_as_printf_writes_them),
    TEST(digits_are_counted_and_nothing_is_written_behind_them),
    TEST(time_is_rounded_to_the_nearest_and_periods_up),
    TEST(a_field_out_of_range_is_refused_with_the_range),
    TEST(fields_have_defaults_and_print_in_order),
    CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_units = { .pName = "units", .pTests = tests };
