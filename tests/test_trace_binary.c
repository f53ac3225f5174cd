/*
 * test_trace_binary - the binary formats of other simulators and tracers: files by hand, long ones, damage, noise.
 *
 * SPDX-License-Identifier: MIT
 */
#include "trace/trace_binary.h"
#include "trace_examples.h"

static void add_number(GByteArray *bytes, uint64_t value, unsigned count)
{
    for (; count > 0; count--, value >>= 8)
        g_byte_array_append(bytes, &(const guint8){ (guint8)value }, 1);
}

/* An instruction with a store and two loads, and one without, in ChampSim's or CloudSuite's layout. */
static GByteArray *champsim_by_hand(bool cloudsuite)
{
    GByteArray *bytes = g_byte_array_new();
    const unsigned stores = cloudsuite ? 4 : 2;

    for (unsigned i = 0; i < 2; i++) {
        add_number(bytes, 0x400000 + 4 * i, 8);
        add_number(bytes, 0x0101, 2);
        add_number(bytes, 0x1234, cloudsuite ? 8 : 6);
        add_number(bytes, 0, cloudsuite ? 6 : 0);
        for (unsigned j = 0; j < stores; j++)
            add_number(bytes, i == 0 && j == 1 ? 0x7fff0009 : 0, 8);
        for (unsigned j = 0; j < 4; j++)
            add_number(bytes, i == 0 && j != 1 && j < 3 ? 0x1000 + 0x1000 * j : 0, 8);
        add_number(bytes, 0, cloudsuite ? 8 : 0);
    }
    return bytes;
}

static void champsim_instructions_are_a_fetch_reads_and_writes(void)
{
    static const Example expected = { "champsim",
                                      NULL,
                                      5,
                                      { I(0x400000, 1), R(0x1000, 8), R(0x3000, 8),
                                        W(0x7fff0008, 8), I(0x400004, 1) } };

    for (int cloudsuite = 0; cloudsuite < 2; cloudsuite++) {
        g_autoptr(GByteArray) bytes = champsim_by_hand(cloudsuite);
        Result r =
            read_bytes(bytes->data, bytes->len,
                       (TraceConfig){ .fetches = true,
                                      .format = cloudsuite ? (char[]){ "cloudsuite" } : NULL });

        CU_ASSERT_EQUAL(bytes->len, cloudsuite ? 192 : 128);
        check_example(&expected, &r);
        check_site(&r, 1, 0x400000);
        check_site(&r, 3, 0x400000);
        result_clear(&r);
        g_byte_array_set_size(bytes, bytes->len - 1);
        r = read_bytes(bytes->data, bytes->len,
                       (TraceConfig){ .format = cloudsuite ? (char[]){ "cloudsuite" }
                                                           : (char[]){ "champsim" } });
        CU_ASSERT(error_has(&r, cloudsuite ? ": byte 96: the file is cut off"
                                           : ": byte 64: the file is cut off"));
        result_clear(&r);
    }
}

static GByteArray *oracle_by_hand(void)
{
    static const uint64_t objects[] = { 5, 7, 5 };
    static const uint64_t next[] = { 2, UINT64_MAX, UINT64_MAX };
    GByteArray *bytes = g_byte_array_new();

    for (unsigned i = 0; i < 3; i++) {
        add_number(bytes, 100 + i, 4);
        add_number(bytes, objects[i], 8);
        add_number(bytes, 4096, 4);
        add_number(bytes, next[i], 8);
    }
    return bytes;
}

static void an_object_is_the_block_of_its_number(void)
{
    static const Example expected = {
        "oracleGeneral", NULL, 3, { R(320, 64), R(448, 64), R(320, 64) }
    };
    g_autoptr(GByteArray) bytes = oracle_by_hand();
    Result r = read_bytes(bytes->data, bytes->len, (TraceConfig){ 0 });

    check_example(&expected, &r);
    result_clear(&r);
    memset(bytes->data + 24 + 4, 0xff, 8);
    r = read_bytes(bytes->data, bytes->len, (TraceConfig){ 0 });
    CU_ASSERT(error_has(&r, ": byte 28: the object's number 18446744073709551615 is too large"));
    CU_ASSERT_EQUAL(r.accesses->len, 1);
    result_clear(&r);
    r = read_bytes(bytes->data, bytes->len, (TraceConfig){ .request_bytes = 1 });
    check_count(&r, 3);
    result_clear(&r);
}

static void add_entry(GByteArray *bytes, unsigned type, unsigned size, uint64_t value)
{
    add_number(bytes, type, 2);
    add_number(bytes, size, 2);
    add_number(bytes, value, 8);
}

static GByteArray *drmemtrace_by_hand(void)
{
    GByteArray *bytes = g_byte_array_new();

    add_entry(bytes, 25, 0, 5);      /* header */
    add_entry(bytes, 28, 1, 5);      /* marker */
    add_entry(bytes, 22, 4, 77);     /* thread */
    add_entry(bytes, 47, 3, 0x9090); /* encoding */
    add_entry(bytes, 10, 3, 0x401000);
    add_entry(bytes, 0, 8, 0x7fff0010);
    add_entry(bytes, 17, 2, 0x0502);    /* a bundle of 2 and 5 bytes */
    add_entry(bytes, 2, 1, 0x5000);     /* prefetch */
    add_entry(bytes, 0, 0, 0x7fff0040); /* xrstor: a size that the tracer does not know */
    add_entry(bytes, 1, 16, 0x7fff0020);
    add_entry(bytes, 49, 2, 0x40100a);
    add_entry(bytes, 26, 0, 77); /* footer */
    return bytes;
}

static void drmemtrace_delivers_what_is_an_access(void)
{
    static const Example expected = { "drmemtrace",
                                      NULL,
                                      7,
                                      { I(0x401000, 3), R(0x7fff0010, 8), I(0x401003, 2),
                                        I(0x401005, 5), R(0x7fff0040, 1), W(0x7fff0020, 16),
                                        I(0x40100a, 2) } };
    g_autoptr(GByteArray) bytes = drmemtrace_by_hand();
    Result r = read_bytes(bytes->data, bytes->len, (TraceConfig){ .fetches = true });

    check_example(&expected, &r);
    check_site(&r, 1, 0x401000);
    check_site(&r, 4, 0x401005); /* the last of the bundle */
    result_clear(&r);
    g_byte_array_set_size(bytes, bytes->len - 12);
    r = read_bytes(bytes->data, bytes->len, (TraceConfig){ .fetches = true });
    CU_ASSERT(error_has(&r, ": byte 132: the file is cut off: it has no footer"));
    CU_ASSERT_EQUAL(r.accesses->len, 7);
    result_clear(&r);
    bytes->data[4 * 12] = 60;
    r = read_bytes(bytes->data, bytes->len, (TraceConfig){ .fetches = true });
    CU_ASSERT(error_has(&r, ": byte 48: a record of unknown type 60"));
    result_clear(&r);
}

static void add_varint(GByteArray *bytes, uint64_t value)
{
    for (; value >= 128; value >>= 7)
        add_number(bytes, value | 128, 1);
    add_number(bytes, value, 1);
}

static void add_field(GByteArray *message, unsigned number, uint64_t value)
{
    add_varint(message, number << 3);
    add_varint(message, value);
}

static void add_message(GByteArray *bytes, const GByteArray *message)
{
    add_varint(bytes, message->len);
    g_byte_array_append(bytes, message->data, message->len);
}

static void add_packet(GByteArray *bytes, uint64_t tick, unsigned cmd, uint64_t addr,
                       unsigned flags)
{
    g_autoptr(GByteArray) packet = g_byte_array_new();

    add_field(packet, 1, tick);
    add_field(packet, 2, cmd);
    add_field(packet, 3, addr);
    add_field(packet, 4, 8);
    add_field(packet, 5, flags);
    add_field(packet, 6, 12345678); /* id */
    add_message(bytes, packet);
}

/* A name, a frequency of 500 GHz, and three packets; command: of the last. */
static GByteArray *gem5_by_hand(unsigned command)
{
    GByteArray *bytes = g_byte_array_new();
    g_autoptr(GByteArray) header = g_byte_array_new();

    g_byte_array_append(bytes, (const guint8 *)"gem5", 4);
    add_varint(header, 1 << 3 | 2);
    add_varint(header, 3);
    g_byte_array_append(header, (const guint8 *)"mon", 3);
    add_field(header, 3, UINT64_C(500000000000));
    add_message(bytes, header);
    add_packet(bytes, 10, 1, 0x123456789a, 0);
    add_packet(bytes, 20, 4, 0x80, 0);
    add_packet(bytes, 1000, command, 0x400, 0x100);
    return bytes;
}

static void gem5_packets_are_read_with_their_ticks(void)
{
    static const Tick expected_fs[] = { 20000, 40000, 2000000 };
    static const Example expected = {
        "gem5", NULL, 3, { R(0x123456789a, 8), W(0x80, 8), I(0x400, 8) }
    };
    g_autoptr(GByteArray) bytes = gem5_by_hand(1), other = gem5_by_hand(7);
    Result r = read_bytes(bytes->data, bytes->len, (TraceConfig){ .fetches = true, .timed = true });

    check_example(&expected, &r);
    for (unsigned i = 0; i < r.times_fs->len && i < 3; i++)
        CU_ASSERT_EQUAL(g_array_index(r.times_fs, Tick, i), expected_fs[i]);
    result_clear(&r);
    r = read_bytes(other->data, other->len, (TraceConfig){ .fetches = true });
    CU_ASSERT(error_has(&r, "neither ReadReq (1) nor WriteReq (4)"));
    CU_ASSERT_EQUAL(r.accesses->len, 2);
    result_clear(&r);
    g_byte_array_set_size(bytes, bytes->len - 2);
    r = read_bytes(bytes->data, bytes->len, (TraceConfig){ .fetches = true });
    CU_ASSERT(error_has(&r, "the file is cut off in a message"));
    CU_ASSERT_EQUAL(r.accesses->len, 2);
    result_clear(&r);
}

static void double_bytes(GByteArray *bytes)
{
    const guint count = bytes->len;

    g_byte_array_set_size(bytes, 2 * count);
    memcpy(bytes->data + count, bytes->data, count);
}

/* More records than a buffer holds: the same again and again, across its end in all ways. */
static void long_binary_files_are_read_to_their_end(void)
{
    g_autoptr(GByteArray) gem5 = gem5_by_hand(1), oracle = oracle_by_hand();
    g_autoptr(GByteArray) champsim = champsim_by_hand(false);
    Result r;

    for (unsigned i = 0; i < 30000; i++)
        add_packet(gem5, 1000 + i, i % 2 ? 1 : 4, UINT64_C(64) << i % 50, 0);
    r = read_bytes(gem5->data, gem5->len, (TraceConfig){ .fetches = true, .timed = true });
    check_count(&r, 30003);
    CU_ASSERT(is_access(at(&r, 30002), ACCESS_READ, UINT64_C(64) << 29999 % 50, 8));
    result_clear(&r);
    for (unsigned i = 0; i < 14; i++) {
        double_bytes(oracle);
        double_bytes(champsim);
    }
    r = read_bytes(oracle->data, oracle->len,
                   (TraceConfig){ .format = (char[]){ "oracleGeneral" } });
    check_count(&r, 3 << 14);
    result_clear(&r);
    r = read_bytes(champsim->data, champsim->len, (TraceConfig){ .fetches = true });
    check_count(&r, 5 << 14);
    result_clear(&r);
}

static void damaged_files_give_records_or_an_error_in_every_format(void)
{
    Rng rng = { 41 };
    Noise noise = { 0 };
    GByteArray *samples[] = { champsim_by_hand(false), oracle_by_hand(), drmemtrace_by_hand(),
                              gem5_by_hand(1) };
    static const char *const own[] = { "champsim", "oracleGeneral", "drmemtrace", "gem5" };

    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
        check_noise(samples[i], (const char *const[]){ own[i], NULL }, &rng, 400, &noise);
        check_noise(samples[i], trace_formats(), &rng, 400, &noise);
        g_byte_array_unref(samples[i]);
    }
    CU_ASSERT(noise.read > 500 && noise.refused > 500);
}

static CU_TestInfo tests[] = {
    TEST(champsim_instructions_are_a_fetch_reads_and_writes),
    TEST(an_object_is_the_block_of_its_number),
    TEST(drmemtrace_delivers_what_is_an_access),
    TEST(gem5_packets_are_read_with_their_ticks),
    TEST(long_binary_files_are_read_to_their_end),
    TEST(damaged_files_give_records_or_an_error_in_every_format),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_trace_binary = { .pName = "trace_binary", .pTests = tests };
