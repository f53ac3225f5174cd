/*
 * test_trace_writer - traces written in other formats: what they hold reads back the same, the rest is counted or refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_writer.h"
#include "trace_support.h"

static void what_other_formats_hold_reads_back_the_same(void)
{
    static const char *const formats[] = { "din", "lackey", "csv", "dramsim3", "ramulator" };
    static const char *const suffixes[] = { "", ".gz", ".xz", ".zst", ".bz2" };
    Rng rng = { 35 };

    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(GArray) accesses = random_accesses(&rng, 3000, formats[i]);
        g_autofree char *path = write_trace(formats[i], accesses, NULL);
        g_autofree char *name = g_strdup_printf("x.%s%s", formats[i], suffixes[i]);
        Result r = read_trace(&(TraceConfig){ .path = path, .fetches = true });

        check_count(&r, accesses->len);
        CU_ASSERT(begins_like(accesses, r.accesses));
        CU_ASSERT_STRING_EQUAL(trace_writer_guess(name), formats[i]);
        result_clear(&r);
        g_remove(path);
    }
    CU_ASSERT_PTR_NULL(trace_writer_guess("x.txt"));
    CU_ASSERT_PTR_NULL(trace_writer_guess("mst"));
}

static void csv_and_cycles_keep_the_times(void)
{
    static const char *const formats[] = { "csv", "dramsim3" };
    Rng rng = { 36 };

    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autoptr(GArray) accesses = random_accesses(&rng, 500, formats[i]);
        g_autoptr(GArray) times_fs = random_times(&rng, 500);
        g_autofree char *path = write_trace(formats[i], accesses, times_fs);
        Result r = read_trace(&(TraceConfig){ .path = path, .fetches = true, .timed = true });

        check_count(&r, 500);
        CU_ASSERT_EQUAL(r.times_fs->len, 500);
        for (unsigned j = 0; j < r.times_fs->len; j++) {
            const Tick was = g_array_index(times_fs, Tick, j);
            const Tick is = g_array_index(r.times_fs, Tick, j);

            CU_ASSERT(i == 0 ? is == was : is >= was && is - was < CYCLE_FS);
        }
        result_clear(&r);
        g_remove(path);
    }
}

/* One access into a format: the message it is refused with, or what is counted as lost. */
static void check_put(const char *format, Access access, const char *part, TraceLoss expected)
{
    g_autofree char *plain = temporary_text("", "");
    g_autofree Batch *batch = g_new0(Batch, 1);
    GError *error = NULL;
    TraceWriter *writer = trace_writer_open(plain, format, expected.times, 0, &error);
    TraceLoss loss;

    CU_ASSERT_PTR_NOT_NULL_FATAL(writer);
    batch->count = 1;
    batch->access[0] = access;
    CU_ASSERT_EQUAL(trace_writer_put(writer, batch, &error), part == NULL);
    CU_ASSERT(!part || strstr(error->message, part));
    loss = trace_writer_loss(writer);
    CU_ASSERT_EQUAL(loss.sizes, expected.sizes);
    CU_ASSERT_EQUAL(loss.times, expected.times);
    CU_ASSERT_EQUAL(loss.no_times, expected.no_times);
    g_clear_error(&error);
    trace_writer_free(writer);
    g_remove(plain);
}

static void what_a_format_cannot_hold_is_counted_or_refused(void)
{
    const Access crossing = { .addr = 60, .bytes = 8 }, word = { .addr = 56, .bytes = 8 };
    const Access fetch = { .addr = 64, .bytes = 64, .op = ACCESS_FETCH };

    check_put("din", crossing, "crosses a line of 64 bytes; --split 64", (TraceLoss){ 0 });
    check_put("ramulator", crossing, "crosses a line of 64 bytes", (TraceLoss){ 0 });
    check_put("lackey", crossing, NULL, (TraceLoss){ .times = true });
    check_put("csv", crossing, NULL, (TraceLoss){ 0 });
    check_put("din", word, NULL, (TraceLoss){ .sizes = 1 });
    check_put("ramulator", word, NULL, (TraceLoss){ .sizes = 1, .times = true });
    check_put("dramsim3", word, NULL, (TraceLoss){ .sizes = 1, .no_times = true });
    check_put("dramsim3", fetch, "has no instruction fetches", (TraceLoss){ .no_times = true });
}

static CU_TestInfo tests[] = {
    TEST(what_other_formats_hold_reads_back_the_same),
    TEST(csv_and_cycles_keep_the_times),
    TEST(what_a_format_cannot_hold_is_counted_or_refused),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_trace_writer = { .pName = "trace_writer", .pTests = tests };
