/*
 * test_trace - the formats, their recognition, and wrong lines.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace_support.h"

static void din_records_are_one_byte_at_their_address(void)
{
    Result r = read_text("0 1fff000d39\n1 10\n2 400\n0 ffffffffffffffff\n", (TraceConfig){ 0 });

    check_count(&r, 3);
    CU_ASSERT(is_access(at(&r, 0), ACCESS_READ, 0x1fff000d39, 1));
    CU_ASSERT(is_access(at(&r, 1), ACCESS_WRITE, 0x10, 1));
    CU_ASSERT(is_access(at(&r, 2), ACCESS_READ, UINT64_MAX, 1));
    result_clear(&r);
}

static void din_takes_every_spelling_that_dinero_takes(void)
{
    Result r = read_text("# made by hand\n\n  0\t0xAbC  a comment\r\n1 def#x\n\r\n"
                         "0x1 0X10\n0 00000000000000000010 long\n1 5",
                         (TraceConfig){ .format = (char[]){ "din" } });

    CU_ASSERT(error_has(&r, ":4: "));
    CU_ASSERT_EQUAL(r.accesses->len, 1);
    result_clear(&r);
    r = read_text("# made by hand\n\n  0\t0xAbC  a comment\r\n1 def #x\n\r\n"
                  "0x1 0X10\n0 00000000000000000010 long\n1 5",
                  (TraceConfig){ 0 });
    check_count(&r, 5);
    CU_ASSERT(is_access(at(&r, 0), ACCESS_READ, 0xabc, 1));
    CU_ASSERT(is_access(at(&r, 1), ACCESS_WRITE, 0xdef, 1));
    CU_ASSERT(is_access(at(&r, 2), ACCESS_WRITE, 0x10, 1));
    CU_ASSERT(is_access(at(&r, 3), ACCESS_READ, 0x10, 1));
    CU_ASSERT(is_access(at(&r, 4), ACCESS_WRITE, 5, 1));
    result_clear(&r);
}

static const char lackey_text[] = "==12== Lackey, an example Valgrind tool\n"
                                  "--12-- verbose\n"
                                  "I  04001000,3\n"
                                  " L 1fff000d38,8\n"
                                  "SB 04001000\n"
                                  " SB 04001003\n"
                                  "==12== in between\n"
                                  " S 04a5b6c0,16\n"
                                  " M 04a5b6c4,4\r\n"
                                  "I  04001003,15\n"
                                  " L 04a5b6c0,128\n"
                                  "**12** a message of the program\n";

static void lackey_modify_is_a_read_and_then_a_write(void)
{
    Result r = read_text(lackey_text, (TraceConfig){ 0 });

    check_count(&r, 5);
    CU_ASSERT(is_access(at(&r, 0), ACCESS_READ, 0x1fff000d38, 8));
    CU_ASSERT(is_access(at(&r, 1), ACCESS_WRITE, 0x4a5b6c0, 16));
    CU_ASSERT(is_access(at(&r, 2), ACCESS_READ, 0x4a5b6c4, 4));
    CU_ASSERT(is_access(at(&r, 3), ACCESS_WRITE, 0x4a5b6c4, 4));
    CU_ASSERT(is_access(at(&r, 4), ACCESS_READ, 0x4a5b6c0, 128));
    result_clear(&r);
}

static void fetches_are_delivered_when_asked_for(void)
{
    Result r = read_text(lackey_text, (TraceConfig){ .fetches = true });

    check_count(&r, 7);
    CU_ASSERT(is_access(at(&r, 0), ACCESS_FETCH, 0x4001000, 3));
    CU_ASSERT(is_access(at(&r, 5), ACCESS_FETCH, 0x4001003, 15));
    result_clear(&r);
    r = read_text("0 1\n2 400\n", (TraceConfig){ .fetches = true });
    check_count(&r, 2);
    CU_ASSERT(is_access(at(&r, 1), ACCESS_FETCH, 0x400, 1));
    result_clear(&r);
    r = read_text("I,1,4\n", (TraceConfig){ .fetches = true });
    check_count(&r, 1);
    CU_ASSERT(is_access(at(&r, 0), ACCESS_FETCH, 1, 4));
    result_clear(&r);
}

static void csv_takes_words_and_letters_with_or_without_a_header(void)
{
    static const char rows[] = "R,4096,8\n# comment\n\n w , 0x1F , 0x10 \r\nread,1,1,5\n"
                               "WRITE,2,1048576,6.5\nfetch,3,4";
    g_autofree char *with_header = g_strconcat("# mine\nOp, Address,size,time_ns\n", rows, NULL);
    const char *const texts[] = { rows, with_header };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        Result r = read_text(texts[i], (TraceConfig){ 0 });
        check_count(&r, 4);
        CU_ASSERT(is_access(at(&r, 0), ACCESS_READ, 4096, 8));
        CU_ASSERT(is_access(at(&r, 1), ACCESS_WRITE, 31, 16));
        CU_ASSERT(is_access(at(&r, 2), ACCESS_READ, 1, 1));
        CU_ASSERT(is_access(at(&r, 3), ACCESS_WRITE, 2, 1048576));
        result_clear(&r);
    }
}

static void csv_times_are_femtoseconds_when_timed(void)
{
    Result r = read_text("R,1,8,0\nW,2,8,12.5\nI,3,4,13\nR,4,8,13.0000004\nR,5,8,13.0000015\n"
                         "R,6,8,9223372036.854774\n",
                         (TraceConfig){ .timed = true });
    static const Tick expected[] = { 0, 12500000, 13000000, 13000002, UINT64_C(9223372036854774) };

    check_count(&r, 5);
    CU_ASSERT_EQUAL(r.times_fs->len, G_N_ELEMENTS(expected));
    for (unsigned i = 0; i < G_N_ELEMENTS(expected) && i < r.times_fs->len; i++)
        CU_ASSERT_EQUAL(g_array_index(r.times_fs, Tick, i), expected[i]);
    result_clear(&r);
}

/* ---- wrong content ---- */

/* Text, what its message must contain, and how many accesses come before it. */
typedef struct {
    const char *text;
    const char *part;
    unsigned before;
} Wrong;

static const Wrong wrongs[] = {
    { "", ": no records: the file is empty", 0 },
    { "hello world\n", ": not a trace in a known format (din lackey csv dramsim3 ramulator", 0 },
    { "hello world\n", "--trace-format", 0 },
    { "# only\n# comments\n", ": not a trace in a known format", 0 },
    { "2 400\nI  4,4\n", ":2: no label of this format: got \"I  4,4\"", 0 },
    { "2 400\n2 404\n", ": no records but 2 instruction fetches", 0 },
    { "0 1\n4 1000\n", ":2: labels 3 (misc), 4 (copy-back) and 5 (invalidate) are no accesses", 1 },
    { "3 1\n", ":1: labels 3 (misc)", 0 },
    { "0 1\n1 2\n6 1000\n", ":3: no label of this format: got \"6 1000\"; expected \"label", 2 },
    { "0 1\n0\n", ":2: the address is missing", 1 },
    { "0 1\n0 1000000000000000g\n", ":2: the address is no hexadecimal number of 64 bits", 1 },
    { "0 1\n0 10000000000000000\n", ":2: the address is no hexadecimal number of 64 bits", 1 },
    { "0 1\n0 0x\n", ":2: the address is no hexadecimal number of 64 bits", 1 },
    { "0 1\n-1 10\n", ":2: no label of this format", 1 },
    { "0 1\n\"\\\001\n", ":2: no label of this format: got \"\\x22\\x5c\\x01\"", 1 },
    { " L 10,8\n L 10,0\n", ":2: an access of 0 bytes: got \" L 10,0\"; expected \"I  addr,size\"",
      1 },
    { " L 10,8\n L 10,1048577\n", ":2: an access of more than 1 MiB", 1 },
    { " L 10,8\n S ffffffffffffffff,2\n", ":2: the access passes the end of the 64-bit", 1 },
    { " L 10,8\n L 10\n", ":2: the address is no hexadecimal number of 64 bits before a comma", 1 },
    { " L 10,8\n L ,8\n", ":2: the address is no", 1 },
    { " L 10,8\n L 10,8x\n", ":2: the size is no decimal number", 1 },
    { " L 10,8\n L 10,\n", ":2: the size is no decimal number", 1 },
    { " L 10,8\n X 10,8\n", ":2: no record of this format", 1 },
    { " L 10,8\n L\n", ":2: no record of this format", 1 },
    { " L 10,8\n==x== hm\n", ":2: no record of this format", 1 },
    { "R,1,8\nR,1\n", ":2: too few columns: got \"R,1\"; expected \"op,address,size[,time_ns]\"",
      1 },
    { "R,1,8\nR,1,8,1,\n", ":2: too many columns", 1 },
    { "R,1,8\nX,1,8\n", ":2: no such op", 1 },
    { "R,1,8\nop,address,size\n", ":2: no such op", 1 },
    { "R,1,8\nR,1f,8\n", ":2: the address is no number of 64 bits", 1 },
    { "R,1,8\nR,18446744073709551616,8\n", ":2: the address is no number of 64 bits", 1 },
    { "R,1,8\nR,18446744073709551615,2\n", ":2: the access passes the end", 1 },
    { "R,1,8\nR,-1,8\n", ":2: the address is no number", 1 },
    { "R,1,8\nR,1,\n", ":2: the size is no number", 1 },
    { "R,1,8\nR,1,0\n", ":2: an access of 0 bytes", 1 },
    { "R,1,8\nR,1,0x100001\n", ":2: an access of more than 1 MiB", 1 },
    { "R,1,8\nR,1,8,\n", ":2: the time is no number of nanoseconds", 1 },
    { "R,1,8\nR,1,8,1.\n", ":2: the time is no number of nanoseconds", 1 },
    { "R,1,8\nR,1,8,1e3\n", ":2: the time is no number of nanoseconds", 1 },
    { "R,1,8\nR,1,8,-1\n", ":2: the time is no number of nanoseconds", 1 },
    { "R,1,8\nR,1,8,9223372036854\n", ":2: the time is no number of nanoseconds", 1 },
};

static void a_wrong_line_is_named_after_the_records_before_it(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(wrongs); i++) {
        Result r = read_text(wrongs[i].text, (TraceConfig){ 0 });
        if (!error_has(&r, wrongs[i].part) || r.accesses->len != wrongs[i].before)
            g_printerr("# [%s] gave %u accesses and: %s\n", wrongs[i].text, r.accesses->len,
                       r.error ? r.error->message : "no error");
        CU_ASSERT(error_has(&r, wrongs[i].part));
        CU_ASSERT_EQUAL(r.accesses->len, wrongs[i].before);
        result_clear(&r);
    }
}

static void a_timed_replay_needs_times_that_do_not_decrease(void)
{
    static const Wrong timed[] = {
        { "0 1\n", ": a timed replay needs records with times, and the din format has none", 0 },
        { " L 1,1\n", "the lackey format has none", 0 },
        { "R,1,8,5\nR,1,8\n", ":2: no time, but the replay is timed", 1 },
        { "R,1,8,5\nI,1,8,5\nR,1,8,4.999999\n", ":3: the time is before the one of the record", 1 },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(timed); i++) {
        Result r = read_text(timed[i].text, (TraceConfig){ .timed = true });
        CU_ASSERT(error_has(&r, timed[i].part));
        CU_ASSERT_EQUAL(r.accesses->len, timed[i].before);
        result_clear(&r);
    }
}

static void nul_bytes_are_wrong_everywhere(void)
{
    static const char in_address[] = "0 1\n0 1\0002\n", in_comment[] = "0 1\n0 1 a\0b\n";
    static const char in_lackey[] = " L 1,1\n L 1,1\0\n", in_csv[] = "R,1,1\nR,1,1\0\n";
    static const char garbage[] = "\0\1\2\377\376";
    Result r = read_bytes(in_address, sizeof in_address - 1, (TraceConfig){ 0 });

    CU_ASSERT(error_has(&r, ":2: ") && error_has(&r, "got \"0 1\\x002\""));
    result_clear(&r);
    r = read_bytes(in_comment, sizeof in_comment - 1, (TraceConfig){ 0 });
    CU_ASSERT(error_has(&r, ":2: a NUL byte"));
    result_clear(&r);
    r = read_bytes(in_lackey, sizeof in_lackey - 1, (TraceConfig){ 0 });
    CU_ASSERT(error_has(&r, ":2: the size"));
    result_clear(&r);
    r = read_bytes(in_csv, sizeof in_csv - 1, (TraceConfig){ 0 });
    CU_ASSERT(error_has(&r, ":2: the size"));
    result_clear(&r);
    r = read_bytes(garbage, sizeof garbage - 1, (TraceConfig){ 0 });
    CU_ASSERT(error_has(&r, "not a trace in a known format"));
    result_clear(&r);
}

static void a_line_longer_than_the_buffer_is_wrong(void)
{
    for (unsigned fits = 0; fits < 2; fits++) {
        g_autoptr(GString) text = g_string_new("0 10\n1 20 ");
        Result r;

        while (text->len < (fits ? 200U : 300U) * 1024)
            g_string_append(text, "comment ");
        g_string_append(text, "\n0 30\n");
        r = read_text(text->str, (TraceConfig){ 0 });
        if (fits)
            check_count(&r, 3);
        else
            CU_ASSERT(error_has(&r, ":2: the line is longer than 256 KiB: got \"1 20 comment"));
        CU_ASSERT_EQUAL(r.accesses->len, fits ? 3 : 1);
        result_clear(&r);
    }
}

static void an_unknown_format_name_is_an_error_with_the_known_ones(void)
{
    GError *error = NULL;

    CU_ASSERT(trace_format_check(NULL, NULL));
    for (const char *const *name = trace_formats(); *name; name++)
        CU_ASSERT(trace_format_check(*name, NULL));
    CU_ASSERT(!trace_format_check("lakey", &error));
    CU_ASSERT(g_error_matches(error, MEMSIM_ERROR, MEMSIM_ERROR_CONFIG));
    CU_ASSERT(strstr(error->message, "no trace format 'lakey'; known: din lackey csv dramsim3") !=
              NULL);
    CU_ASSERT(strstr(error->message, "did you mean 'lackey'?") != NULL);
    g_clear_error(&error);
    CU_ASSERT_PTR_NULL(trace_open(
        &(TraceConfig){ .path = (char[]){ "x" }, .format = (char[]){ "lakey" } }, 0, 0, &error));
    g_clear_error(&error);
}

static void a_forced_format_is_not_recognised_but_believed(void)
{
    Result r = read_text(" L 10,8\n", (TraceConfig){ .format = (char[]){ "din" } });

    CU_ASSERT(error_has(&r, ":1: no label of this format"));
    result_clear(&r);
    r = read_text("# nothing\n", (TraceConfig){ .format = (char[]){ "csv" } });
    CU_ASSERT(error_has(&r, ": no records; expected a csv trace"));
    result_clear(&r);
    r = read_text("", (TraceConfig){ .format = (char[]){ "csv" } });
    CU_ASSERT(error_has(&r, ": no records"));
    result_clear(&r);
}

static void what_the_system_refuses_is_named_with_its_word(void)
{
    GError *error = NULL;

    CU_ASSERT_PTR_NULL(
        trace_open(&(TraceConfig){ .path = (char[]){ "/no/such/file" } }, 0, 0, &error));
    CU_ASSERT(g_error_matches(error, MEMSIM_ERROR, MEMSIM_ERROR_IO));
    CU_ASSERT_STRING_EQUAL(error->message, "/no/such/file: No such file or directory");
    g_clear_error(&error);
    CU_ASSERT_PTR_NULL(trace_open(&(TraceConfig){ .path = (char[]){ "/" } }, 0, 0, &error));
    CU_ASSERT(g_error_matches(error, MEMSIM_ERROR, MEMSIM_ERROR_IO));
    CU_ASSERT_STRING_EQUAL(error->message, "/: Is a directory");
    g_clear_error(&error);
}

/* Some megabytes, so that records lie across the end of the buffer in all ways. */
static void printed_accesses_read_back_the_same(void)
{
    Rng rng = { 1 };

    for (const char *const *format = printed_formats; *format; format++) {
        g_autoptr(GArray) accesses = random_accesses(&rng, 60000, *format);
        g_autoptr(GString) text = print_accesses(accesses, *format, &rng);
        Result r = read_bytes(text->str, text->len, (TraceConfig){ .fetches = true });

        check_count(&r, accesses->len);
        CU_ASSERT(begins_like(accesses, r.accesses));
        result_clear(&r);
        g_string_append(text, "wrong\n");
        r = read_bytes(text->str, text->len, (TraceConfig){ .fetches = true });
        CU_ASSERT(error_has(&r, ":60001: "));
        CU_ASSERT_EQUAL(r.accesses->len, accesses->len);
        result_clear(&r);
    }
}

static CU_TestInfo tests[] = {
    TEST(din_records_are_one_byte_at_their_address),
    TEST(din_takes_every_spelling_that_dinero_takes),
    TEST(lackey_modify_is_a_read_and_then_a_write),
    TEST(fetches_are_delivered_when_asked_for),
    TEST(csv_takes_words_and_letters_with_or_without_a_header),
    TEST(csv_times_are_femtoseconds_when_timed),
    TEST(a_wrong_line_is_named_after_the_records_before_it),
    TEST(a_timed_replay_needs_times_that_do_not_decrease),
    TEST(nul_bytes_are_wrong_everywhere),
    TEST(a_line_longer_than_the_buffer_is_wrong),
    TEST(an_unknown_format_name_is_an_error_with_the_known_ones),
    TEST(a_forced_format_is_not_recognised_but_believed),
    TEST(what_the_system_refuses_is_named_with_its_word),
    TEST(printed_accesses_read_back_the_same),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_trace = { .pName = "trace", .pTests = tests };
