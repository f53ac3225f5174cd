/*
 * test_trace_formats - the formats of other simulators and tracers: text by hand, recognition, damage, noise.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/rng.h"
#include "trace/trace_text.h"
#include "trace_examples.h"

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
        CU_ASSERT_EQUAL(r.times_fs->len, 3);
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

static void damaged_text_gives_records_or_an_error_in_every_format(void)
{
    Rng rng = { 41 };
    Noise noise = { 0 };

    for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
        g_autoptr(GByteArray) sample = g_byte_array_append(
            g_byte_array_new(), (const guint8 *)examples[i].text, (guint)strlen(examples[i].text));

        check_noise(sample, (const char *const[]){ examples[i].format, NULL }, &rng, 400, &noise);
        check_noise(sample, trace_formats(), &rng, 200, &noise);
    }
    CU_ASSERT(noise.read > 1000 && noise.refused > 1000);
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
    TEST(damaged_text_gives_records_or_an_error_in_every_format),
    TEST(hexadecimal_digits_are_taken_all_at_once_or_not_at_all),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_trace_formats = { .pName = "trace_formats", .pTests = tests };
