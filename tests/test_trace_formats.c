/*
 * test_trace_formats - the formats of other simulators and tracers: examples by hand, recognition, damage, noise.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/rng.h"
#include "trace/trace_binary.h"
#include "trace/trace_text.h"
#include "trace_support.h"

typedef struct {
    const char *format;
    const char *text;
    unsigned count;
    Access access[7];
} Example;

#define R(a, n)                                                        \
    {                                                                  \
        .addr = (a), .bytes = (n), .stream = STREAM, .op = ACCESS_READ \
    }
#define W(a, n)                                                         \
    {                                                                   \
        .addr = (a), .bytes = (n), .stream = STREAM, .op = ACCESS_WRITE \
    }
#define I(a, n)                                                         \
    {                                                                   \
        .addr = (a), .bytes = (n), .stream = STREAM, .op = ACCESS_FETCH \
    }

#define ACCEL_HEADER                                                                           \
    "-kernel name = k\n-grid dim = (1,1,1)\n-shmem base_addr = 0x7f0000000000\n"               \
    "-accelsim tracer version = 4\n-enable lineinfo = 0\n\n#traces format = PC mask dest_num " \
    "[reg_dests] opcode src_num [reg_srcs] mem_width [adrrescompress?] [mem_addresses]\n"      \
    "#BEGIN_TB\n\nthread block = 0,0,0\ncluster id = 0,0,0\n\nwarp = 0\ninsts = 1\n"

static const Example examples[] = {
    { "xdin",
      "r 1000 8 a comment\nW 0x2000 10\n# no record\ni 400 f\n",
      3,
      { R(0x1000, 8), W(0x2000, 16), I(0x400, 15) } },
    { "ramulator1",
      "0x12345680 R\n12345ac4 W\n0x40\n",
      3,
      { R(0x12345680, 64), W(0x12345ac0, 64), R(0x40, 64) } },
    { "stl",
      "# cycle: command\n31: read 0x400140\n56: write 0x7fff8010 0x123456789abcdef0aa\n"
      "81: (128) read 0x400180\n",
      3,
      { R(0x400140, 64), W(0x7fff8000, 64), R(0x400180, 128) } },
    { "gem5ascii",
      "12,r,4096,8,0,1000\n13,w,4104,4,2,2000,4194304\n14,r,4194304,4,256,3000\n",
      3,
      { R(4096, 8), W(4104, 4), I(4194304, 4) } },
    /* two lanes of a sector; mode 1 over three sectors; mode 2; one of shared memory; no memory at all */
    { "accelsim",
      ACCEL_HEADER "0008 00000003 1 R2 LDG.E.SYS 1 R4 4 0 0x100000 0x100004\n"
                   "0010 0000000f 0 STG.E.128 2 R4 R2 16 1 0x200000 24\n"
                   "0018 00000000 0 EXIT 0 0\n0020 00000001 1 R2 LDS 1 R4 4 1 0x40 0\n"
                   "0028 00000001 1 R2 LD.E 1 R4 4 1 0x7f0000000100 0\n#END_TB\n",
      4,
      { R(0x100000, 32), W(0x200000, 32), W(0x200020, 32), W(0x200040, 32) } },
    { "accelsim",
      ACCEL_HEADER "0008 00000105 0 RED.E.ADD 1 R4 4 2 0x1000 64 -64\n"
                   "0010 80000000 1 R2 LDG.E.U8 1 R4 1 0 0x1f\n",
      5,
      { R(0x1000, 32), R(0x1040, 32), W(0x1000, 32), W(0x1040, 32), R(0, 32) } },
    { "accelsim",
      "-kernel name = old\n-enable lineinfo = 1\n#\n#BEGIN_TB\n0 0 0 0 17 0008 1 1 R2 LDG.E.64 1 "
      "R4 8 0 0x101c\n",
      2,
      { R(0x1000, 32), R(0x1020, 32) } },
};

static void check_example(const Example *example, const Result *r)
{
    check_count(r, example->count);
    for (unsigned i = 0; i < r->accesses->len && i < example->count; i++) {
        const Access *wanted = &example->access[i];

        CU_ASSERT(is_access(at(r, i), (AccessOp)wanted->op, wanted->addr, wanted->bytes));
    }
}

/* An access is by the instruction at pc. */
static void check_site(const Result *r, unsigned i, uint64_t pc)
{
    CU_ASSERT_EQUAL(at(r, i).site, access_site(pc));
}

static void text_made_by_hand_is_recognised_and_read(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
        Result r = read_text(examples[i].text, (TraceConfig){ .fetches = true });

        check_example(&examples[i], &r);
        result_clear(&r);
        r = read_text(examples[i].text,
                      (TraceConfig){ .fetches = true, .format = (char *)examples[i].format });
        check_example(&examples[i], &r);
        result_clear(&r);
    }
}

static void processor_traces_of_ramulator1_have_to_be_named(void)
{
    static const Example filtered = { "ramulator1",
                                      "3 20734016\n1 20846400 8192\n6 0x40 W\n",
                                      4,
                                      { R(20734016, 64), R(20846400, 64), W(8192, 64),
                                        W(0x40, 64) } };
    Result r = read_text(filtered.text, (TraceConfig){ .format = (char[]){ "ramulator1" } });

    check_example(&filtered, &r);
    result_clear(&r);
}

static void times_are_ticks_or_cycles(void)
{
    static const struct {
        const char *text;
        Tick expected_fs[3];
    } timed[] = {
        { "12,r,4096,8,0,1000\n13,w,4104,4,2,2000\n14,r,0,4,0,2001\n",
          { 1000000, 2000000, 2001000 } },
        { "0: read 0x40\n3: (8) write 0x80\n3: read 0x0\n",
          { 0, UINT64_C(3) * CYCLE_FS, UINT64_C(3) * CYCLE_FS } },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(timed); i++) {
        Result r = read_text(timed[i].text, (TraceConfig){ .timed = true });

        check_count(&r, 3);
        for (unsigned j = 0; j < r.times_fs->len; j++)
            CU_ASSERT_EQUAL(g_array_index(r.times_fs, Tick, j), timed[i].expected_fs[j]);
        result_clear(&r);
    }
}

static void wrong_lines_of_other_formats_are_named(void)
{
    static const struct {
        const char *text, *part;
    } wrongs[] = {
        { "r 10 4\nm 10 4\n", ":2: m (misc), c (copy-back) and v (invalidate)" },
        { "r 10 4\nr 10 0\n", ":2: an access of 0 bytes" },
        { "r 10 4\nr 10\n", ":2: the size is no hexadecimal number" },
        { "0x40 R\n0x40 X\n", ":2: what follows the address is neither R nor W" },
        { "0x40 R\nzz W\n", ":2: the address is no hexadecimal number" },
        { "1: read 0x40\n2 read 0x40\n", ":2: no decimal cycle and a colon" },
        { "1: read 0x40\n2: (0) read 0x40\n", ":2: an access of 0 bytes" },
        { "1: read 0x40\n2: fetch 0x40\n", ":2: neither read nor write" },
        { "1,r,1,1,0,5\n1,u,1,1,0,5\n", ":2: the command is neither a read nor a write" },
        { "1,r,1,1,0,5\n1,r,1\n", ":2: too few or too many fields" },
        { "-kernel name = k\n0 0 0 0 8 1 0 LDG 0 4 3 0x10\n", ":2: the mode of the addresses" },
        { "-kernel name = k\n0 0 0 0 8 3 0 LDG 0 4 0 0x10\n", ":2: an address is missing" },
        { "-kernel name = k\n0 0 0 0 8 5 0 LDG 0 4 1 0x10 4\n", ":2: a stride between lanes" },
        { "-kernel name = k\n0 0 0 0 8 1 0 UTMALDG.2D 0 4 0 1 0x10\n", ":2: bulk copies" },
        { "-kernel name = k\n0 0 0 0 8 1 99 LDG 0 4 0 0x10\n", ":2: the destinations" },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(wrongs); i++) {
        Result r = read_text(wrongs[i].text, (TraceConfig){ 0 });

        CU_ASSERT(error_has(&r, wrongs[i].part));
        if (!error_has(&r, wrongs[i].part))
            printf("# %s# gave: %s\n", wrongs[i].text, r.error ? r.error->message : "no error");
        result_clear(&r);
    }
}

/* ---- binary formats ---- */

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

/* ---- all formats ---- */

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

static void mutate(GByteArray *bytes, Rng *rng)
{
    for (uint64_t n = 1 + draw(rng, 4); n > 0 && bytes->len > 0; n--) {
        const guint at = (guint)draw(rng, bytes->len);

        if (draw(rng, 5) == 0)
            g_byte_array_set_size(bytes, at);
        else
            bytes->data[at] = (guint8)(rng_next(rng) >> draw(rng, 60));
    }
}

/* As the format that it is, as what it looks like, and as every other format. */
static void check_noise(const GByteArray *sample, const char *const *formats, Rng *rng,
                        unsigned rounds)
{
    for (unsigned round = 0; round < rounds; round++) {
        g_autoptr(GByteArray) bytes =
            g_byte_array_append(g_byte_array_new(), sample->data, sample->len);
        const char *format = formats[draw(rng, g_strv_length((char **)formats))];
        Result r;

        mutate(bytes, rng);
        r = read_bytes(
            bytes->data, bytes->len,
            (TraceConfig){ .fetches = true, .format = round % 3 ? (char *)format : NULL });
        CU_ASSERT(r.error || r.accesses->len > 0);
        for (unsigned i = 0; i < r.accesses->len; i++)
            CU_ASSERT(at(&r, i).bytes > 0 && at(&r, i).op <= ACCESS_FETCH &&
                      at(&r, i).addr <= UINT64_MAX - (at(&r, i).bytes - 1));
        result_clear(&r);
    }
}

static void damaged_files_give_records_or_an_error_in_every_format(void)
{
    Rng rng = { 41 };
    GByteArray *samples[] = { champsim_by_hand(false), oracle_by_hand(), drmemtrace_by_hand(),
                              gem5_by_hand(1) };
    static const char *const own[] = { "champsim", "oracleGeneral", "drmemtrace", "gem5" };

    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
        check_noise(samples[i], (const char *const[]){ own[i], NULL }, &rng, 400);
        check_noise(samples[i], trace_formats(), &rng, 400);
        g_byte_array_unref(samples[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
        g_autoptr(GByteArray) sample = g_byte_array_append(
            g_byte_array_new(), (const guint8 *)examples[i].text, (guint)strlen(examples[i].text));

        check_noise(sample, (const char *const[]){ examples[i].format, NULL }, &rng, 400);
        check_noise(sample, trace_formats(), &rng, 200);
    }
}

/* Every character at every place of numbers of every length. */
static void hexadecimal_digits_are_taken_all_at_once_or_not_at_all(void)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    Rng rng = { .state = 5 };

    for (unsigned length = 1; length <= 16; length++)
        for (unsigned place = 0; place < length; place++)
            for (int c = 0; c < 256; c++) {
                char text[32] = { 0 };
                uint64_t value;

                for (unsigned i = 0; i < length; i++)
                    text[i] = digits[rng_below(rng_next(&rng), 22)];
                text[place] = (char)c;
                const bool good = text_hex_exactly(text, length, &value);

                CU_ASSERT_EQUAL(good, g_ascii_isxdigit((char)c));
                CU_ASSERT(!good || value == g_ascii_strtoull(text, NULL, 16));
            }
}

static CU_TestInfo tests[] = {
    TEST(text_made_by_hand_is_recognised_and_read),
    TEST(processor_traces_of_ramulator1_have_to_be_named),
    TEST(times_are_ticks_or_cycles),
    TEST(wrong_lines_of_other_formats_are_named),
    TEST(champsim_instructions_are_a_fetch_reads_and_writes),
    TEST(an_object_is_the_block_of_its_number),
    TEST(drmemtrace_delivers_what_is_an_access),
    TEST(gem5_packets_are_read_with_their_ticks),
    TEST(long_binary_files_are_read_to_their_end),
    TEST(damaged_files_give_records_or_an_error_in_every_format),
    TEST(hexadecimal_digits_are_taken_all_at_once_or_not_at_all),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_trace_formats = { .pName = "trace_formats", .pTests = tests };
