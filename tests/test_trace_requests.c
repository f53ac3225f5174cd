/*
 * test_trace_requests - the traces of DRAM simulators: records are requests to memory, times are cycles.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace_support.h"

static void dramsim3_records_are_the_64_bytes_with_their_address(void)
{
    Result r = read_text("0x2000D5C0 READ  30\n0x1FF96FC0 WRITE   160\n\n# comment\n"
                         "0x2000d5ff read 165\n  ffffffffffffffff\tWrite 18446744073709551615 \r\n",
                         (TraceConfig){ 0 });

    check_count(&r, 4);
    CU_ASSERT(is_access(at(&r, 0), ACCESS_READ, 0x2000d5c0, 64));
    CU_ASSERT(is_access(at(&r, 1), ACCESS_WRITE, 0x1ff96fc0, 64));
    CU_ASSERT(is_access(at(&r, 2), ACCESS_READ, 0x2000d5c0, 64));
    CU_ASSERT(is_access(at(&r, 3), ACCESS_WRITE, UINT64_MAX - 63, 64));
    result_clear(&r);
}

static void dramsim3_takes_the_bus_cycles_of_older_traces(void)
{
    static const struct {
        const char *op;
        AccessOp is;
    } ops[] = { { "P_MEM_RD", ACCESS_READ },   { "P_MEM_WR", ACCESS_WRITE },
                { "P_FETCH", ACCESS_READ },    { "P_LOCK_RD", ACCESS_READ },
                { "P_LOCK_WR", ACCESS_WRITE }, { "IFETCH", ACCESS_READ },
                { "BOFF", ACCESS_WRITE } };

    for (size_t i = 0; i < G_N_ELEMENTS(ops); i++) {
        g_autofree char *text = g_strdup_printf("0x0 %s 7\n", ops[i].op); /* also a din label */
        Result r = read_text(text, (TraceConfig){ 0 });

        check_count(&r, 1);
        CU_ASSERT(is_access(at(&r, 0), ops[i].is, 0, 64));
        result_clear(&r);
    }
}

static void ramulator_addresses_are_decimal_or_hexadecimal(void)
{
    Result r = read_text("# mine\nLD 0x12340\nST 4096\n ld\t0X1F\r\nST 18446744073709551615",
                         (TraceConfig){ 0 });

    check_count(&r, 4);
    CU_ASSERT(is_access(at(&r, 0), ACCESS_READ, 0x12340, 64));
    CU_ASSERT(is_access(at(&r, 1), ACCESS_WRITE, 4096, 64));
    CU_ASSERT(is_access(at(&r, 2), ACCESS_READ, 0, 64));
    CU_ASSERT(is_access(at(&r, 3), ACCESS_WRITE, UINT64_MAX - 63, 64));
    result_clear(&r);
}

static void cycles_are_times_of_the_memory_s_clock_when_timed(void)
{
    static const char text[] = "0x0 READ 0\n0x40 read 3\n0x80 WRITE 3\n0xc0 READ 12345678901\n";
    static const Tick cycles[] = { 0, 3, 3, UINT64_C(12345678901) };
    Result r = read_text(text, (TraceConfig){ .timed = true });

    check_count(&r, G_N_ELEMENTS(cycles));
    CU_ASSERT_EQUAL(r.times_fs->len, G_N_ELEMENTS(cycles));
    for (unsigned i = 0; i < G_N_ELEMENTS(cycles) && i < r.times_fs->len; i++)
        CU_ASSERT_EQUAL(g_array_index(r.times_fs, Tick, i), cycles[i] * CYCLE_FS);
    result_clear(&r);
    r = read_text(text, (TraceConfig){ .timed = false });
    CU_ASSERT_EQUAL(r.times_fs->len, 0);
    result_clear(&r);
}

static void cycles_of_a_memory_without_a_clock_are_refused(void)
{
    static const char text[] = "0x0 READ 0\n";
    g_autofree char *path = temporary_text("", text);
    Result r = read_trace_at(&(TraceConfig){ .path = path, .timed = true }, 0);

    CU_ASSERT(error_has(&r, "the times of the dramsim3 format are cycles of a DRAM's clock"));
    result_clear(&r);
    r = read_trace_at(&(TraceConfig){ .path = path }, 0);
    check_count(&r, 1);
    result_clear(&r);
    g_remove(path);
}

static void a_request_may_have_another_size(void)
{
    static const char *const texts[] = { "0x7f READ 0\n", "ST 127\n" };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        Result r = read_text(texts[i], (TraceConfig){ .request_bytes = 32 });

        check_count(&r, 1);
        CU_ASSERT(is_access(at(&r, 0), i ? ACCESS_WRITE : ACCESS_READ, 96, 32));
        result_clear(&r);
    }
    for (const char *const *format = trace_formats(); *format; format++) {
        Result r = read_text("no record\n",
                             (TraceConfig){ .format = (char *)*format, .request_bytes = 32 });

        CU_ASSERT_EQUAL(error_has(&r, "the size of a request is for traces of requests"),
                        !has_requests(*format));
        result_clear(&r);
    }
}

static void read_write_vectors_are_refused_with_the_reason(void)
{
    static const char *const texts[] = { "R 0,1,2,100,32\nW 0,0,3,200,16\n", "W 0,0,3,200,-1\n" };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        Result r = read_text(texts[i], (TraceConfig){ 0 });

        CU_ASSERT(error_has(&r, ":1: a place in a DRAM (channel, rank, bank, row, column)"));
        CU_ASSERT_EQUAL(r.accesses->len, 0);
        result_clear(&r);
    }
}

static void wrong_lines_are_named(void)
{
    static const struct {
        const char *text, *part;
        bool timed;
    } wrongs[] = {
        { "0x0 READ 0\n0xg READ 1\n", ":2: the address is no hexadecimal number", false },
        { "0x0 READ 0\n0x10000000000000000 READ 1\n", ":2: the address is no", false },
        { "0x0 READ 0\n0x40\n", ":2: the op is missing", false },
        { "0x0 READ 0\n0x40 LOAD 1\n",
          ":2: no such op: got \"0x40 LOAD 1\"; expected \"hexaddress op cycle\"", false },
        { "0x0 LOAD 1\n", ":1: no such op", false },
        { "0x0 READ 0\n0x40 READ\n", ":2: the cycle is missing", false },
        { "0x0 READ 0\n0x40 READ \n", ":2: the cycle is missing", false },
        { "0x0 READ 0\n0x40 READ 0x1\n", ":2: the cycle is no decimal number", false },
        { "0x0 READ 0\n0x40 READ 18446744073709551616\n", ":2: the cycle is no decimal", false },
        { "0x0 READ 0\n0x40 READ 1 2\n", ":2: something behind the cycle", false },
        { "0x0 READ 2\n0x40 READ 1\n", ":2: the time is before the one of the record", true },
        { "0x0 READ 2\n0x40 READ 11068037589795\n", ":2: the cycle is later than 2^63 fs", true },
        { "LD 0\nLD\n", ":2: the address is missing", false },
        { "LD 0\nLD 0x\n", ":2: the address is no number of 64 bits: got \"LD 0x\"", false },
        { "LD 0\nLD ff\n", ":2: the address is no number of 64 bits", false },
        { "LD 0\nST 18446744073709551616\n", ":2: the address is no number of 64 bits", false },
        { "LD 0\nST 0 64\n", ":2: something behind the address", false },
        { "LD 0\nR 5\n", ":2: a place in a DRAM", false },
        { "LD 0\nMV 0\n", ":2: no such op: got \"MV 0\"; expected \"LD address\"", false },
        { "LD 0\n", "the ramulator format has none", true },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(wrongs); i++) {
        Result r = read_text(wrongs[i].text, (TraceConfig){ .timed = wrongs[i].timed });

        if (!error_has(&r, wrongs[i].part))
            g_printerr("# [%s] gave: %s\n", wrongs[i].text,
                       r.error ? r.error->message : "no error");
        CU_ASSERT(error_has(&r, wrongs[i].part));
        CU_ASSERT_EQUAL(r.accesses->len, strstr(wrongs[i].part, ":2:") ? 1 : 0);
        result_clear(&r);
    }
}

static CU_TestInfo tests[] = {
    TEST(dramsim3_records_are_the_64_bytes_with_their_address),
    TEST(dramsim3_takes_the_bus_cycles_of_older_traces),
    TEST(ramulator_addresses_are_decimal_or_hexadecimal),
    TEST(cycles_are_times_of_the_memory_s_clock_when_timed),
    TEST(cycles_of_a_memory_without_a_clock_are_refused),
    TEST(a_request_may_have_another_size),
    TEST(read_write_vectors_are_refused_with_the_reason),
    TEST(wrong_lines_are_named),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_trace_requests = { .pName = "trace_requests", .pTests = tests };
