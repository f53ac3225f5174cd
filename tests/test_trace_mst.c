/*
 * test_trace_mst - memsim's own binary traces: what is written is read, and damage is never silent.
 *
 * SPDX-License-Identifier: MIT
 */
#include <zlib.h>

#include "trace/trace_binary.h"
#include "trace/trace_mst.h"
#include "trace/trace_writer.h"
#include "trace_support.h"

enum { MANY = 40000 /* three blocks */ };

static GByteArray *mst_bytes(const GArray *accesses, const GArray *times_fs)
{
    g_autofree char *path = write_trace("mst", accesses, times_fs);
    char *data = NULL;
    gsize bytes = 0;

    CU_ASSERT_FATAL(g_file_get_contents(path, &data, &bytes, NULL));
    g_remove(path);
    return g_byte_array_new_take((guint8 *)data, bytes);
}

static void what_is_written_is_read(void)
{
    Rng rng = { 31 };
    g_autoptr(GArray) accesses = random_accesses(&rng, MANY, "mst");
    g_autoptr(GArray) times_fs = random_times(&rng, MANY);
    unsigned fetches = 0;

    for (guint i = 0; i < MANY; i++)
        fetches += g_array_index(accesses, Access, i).op == ACCESS_FETCH;
    CU_ASSERT(fetches > MANY / 10);
    for (int timed = 0; timed < 2; timed++) {
        g_autofree char *path = write_trace("mst", accesses, timed ? times_fs : NULL);
        Result r = read_trace(&(TraceConfig){ .path = path, .fetches = true, .timed = timed });

        check_count(&r, MANY);
        CU_ASSERT(begins_like(accesses, r.accesses));
        CU_ASSERT_EQUAL(r.times_fs->len, timed ? MANY : 0);
        CU_ASSERT(!timed || memcmp(times_fs->data, r.times_fs->data, MANY * sizeof(Tick)) == 0);
        result_clear(&r);
        r = read_trace(&(TraceConfig){ .path = path, .fetches = true, .times_if_any = true });
        CU_ASSERT_EQUAL(r.times_fs->len, timed ? MANY : 0);
        result_clear(&r);
        r = read_trace(&(TraceConfig){ .path = path });
        check_count(&r, MANY - fetches);
        for (unsigned i = 0; i < r.accesses->len; i++)
            CU_ASSERT_FATAL(at(&r, i).op != ACCESS_FETCH);
        result_clear(&r);
        g_remove(path);
    }
}

static void a_trace_without_times_cannot_be_replayed_timed(void)
{
    Rng rng = { 32 };
    g_autoptr(GArray) accesses = random_accesses(&rng, 3, "mst");
    g_autoptr(GByteArray) bytes = mst_bytes(accesses, NULL);
    Result r = read_bytes(bytes->data, bytes->len, (TraceConfig){ .timed = true });

    CU_ASSERT(error_has(&r, ": byte 0: the trace has no times, but the replay is timed"));
    result_clear(&r);
}

/* ---- the layout of doc/mst.md, by hand ---- */

static void add_u32(GByteArray *bytes, uint32_t value)
{
    char word[4];

    binary_put_u32(word, value);
    g_byte_array_append(bytes, (const guint8 *)word, sizeof word);
}

static void add_u64(GByteArray *bytes, uint64_t value)
{
    add_u32(bytes, (uint32_t)value);
    add_u32(bytes, (uint32_t)(value >> 32));
}

static uint32_t crc_around(const guint8 *part, size_t bytes, size_t crc_at)
{
    const uint32_t crc = (uint32_t)crc32(0, part, (uInt)crc_at);

    return (uint32_t)crc32(crc, part + crc_at + 4, (uInt)(bytes - crc_at - 4));
}

/* Put the checksum of the part that begins at `from` and goes to the end. */
static void seal(GByteArray *bytes, size_t from, size_t crc_at)
{
    guint8 *part = bytes->data + from;

    binary_put_u32((char *)part + crc_at, crc_around(part, bytes->len - from, crc_at));
}

static void add_header(GByteArray *bytes, uint32_t flags)
{
    g_byte_array_append(bytes, (const guint8 *)"\x89MST\r\n\x1a\n", 8);
    add_u32(bytes, 1);
    add_u32(bytes, flags);
    add_u32(bytes, 0);
    seal(bytes, 0, 16);
}

typedef struct {
    const void *data;
    uint32_t bytes;
} Column;

static void add_block(GByteArray *bytes, uint64_t first, uint64_t time_fs, const Column column[4])
{
    const size_t from = bytes->len;

    g_byte_array_append(bytes, (const guint8 *)"mstB", 4);
    add_u32(bytes, 0);
    for (int i = 0; i < 4; i++)
        add_u32(bytes, column[i].bytes);
    add_u64(bytes, first);
    add_u64(bytes, time_fs);
    add_u64(bytes, 0);
    for (int i = 0; i < 4; i++)
        g_byte_array_append(bytes, column[i].data, column[i].bytes);
    seal(bytes, from, 4);
}

/* The index of one block at byte 20, and the end. */
static void add_end(GByteArray *bytes, uint64_t records)
{
    const size_t index = bytes->len;
    uint32_t crc;

    g_byte_array_append(bytes, (const guint8 *)"mstI", 4);
    add_u32(bytes, 0);
    add_u32(bytes, 1);
    add_u64(bytes, 20);
    add_u64(bytes, 0);
    crc = (uint32_t)crc32(0, bytes->data + index + 12, 16);
    seal(bytes, index, 4);
    const size_t end = bytes->len;
    g_byte_array_append(bytes, (const guint8 *)"mstE", 4);
    add_u32(bytes, 0);
    add_u64(bytes, records);
    add_u64(bytes, 1);
    add_u64(bytes, index);
    add_u32(bytes, crc);
    add_u32(bytes, 0);
    add_u64(bytes, 0);
    seal(bytes, end, 4);
}

/* Read 0x1000 +8 at 1 ns, write 0x1008 +8 at 1 ns, read 0x1010 +4 at 2 ns, fetch 0xffe +1 at 2 ns. */
static GByteArray *four_by_hand(void)
{
    /* op, how far back less one, bytes of the delta, same size */
    static const uint8_t tags[] = { 0 | 0 << 2 | 2 << 4, 1 | 0 << 2 | 1 << 4, 0 | 0 << 2 | 1 << 4,
                                    2 | 2 << 2 | 1 << 4 };
    static const uint8_t deltas[] = { 0x00, 0x20, 16, 16, 3 }; /* 2*0x1000, 2*8, 2*8, 2*2-1 */
    static const uint8_t sizes[] = { 8, 8, 4, 1 };
    static const uint8_t times[] = { 0, 0, 0xc0, 0x84, 0x3d, 0 }; /* 1000000 in three bytes */
    GByteArray *bytes = g_byte_array_new();

    add_header(bytes, 1);
    add_block(bytes, 0, 1000000,
              (const Column[]){ { tags, 4 }, { deltas, 5 }, { sizes, 4 }, { times, 6 } });
    add_end(bytes, 4);
    return bytes;
}

static const Access four[] = {
    { .addr = 0x1000, .bytes = 8, .stream = STREAM, .op = ACCESS_READ },
    { .addr = 0x1008, .bytes = 8, .stream = STREAM, .op = ACCESS_WRITE },
    { .addr = 0x1010, .bytes = 4, .stream = STREAM, .op = ACCESS_READ },
    { .addr = 0xffe, .bytes = 1, .stream = STREAM, .op = ACCESS_FETCH }
};
static const Tick four_fs[] = { 1000000, 1000000, 2000000, 2000000 };

static void bytes_made_by_hand_are_read_and_written(void)
{
    g_autoptr(GByteArray) bytes = four_by_hand(), written = NULL;
    g_autoptr(GArray) accesses = g_array_new(FALSE, FALSE, sizeof(Access));
    g_autoptr(GArray) times_fs = g_array_new(FALSE, FALSE, sizeof(Tick));
    Result r = read_bytes(bytes->data, bytes->len, (TraceConfig){ .fetches = true, .timed = true });

    check_count(&r, 4);
    for (unsigned i = 0; i < r.accesses->len && i < 4; i++) {
        CU_ASSERT(is_access(at(&r, i), (AccessOp)four[i].op, four[i].addr, four[i].bytes));
        CU_ASSERT_EQUAL(g_array_index(r.times_fs, Tick, i), four_fs[i]);
    }
    result_clear(&r);
    g_array_append_vals(accesses, four, 4);
    g_array_append_vals(times_fs, four_fs, 4);
    written = mst_bytes(accesses, times_fs);
    CU_ASSERT_EQUAL_FATAL(written->len, bytes->len);
    CU_ASSERT(memcmp(written->data, bytes->data, bytes->len) == 0);
}

/* ---- damage ---- */

/* An error at a byte, and nothing but records that are right. */
static void check_damaged(const GByteArray *bytes, const GArray *accesses)
{
    Result r = read_bytes(bytes->data, bytes->len,
                          (TraceConfig){ .fetches = true, .format = (char[]){ "mst" } });

    CU_ASSERT(error_has(&r, ": byte "));
    CU_ASSERT(begins_like(accesses, r.accesses));
    result_clear(&r);
}

static void every_changed_byte_is_found(void)
{
    g_autoptr(GByteArray) bytes = four_by_hand();
    g_autoptr(GArray) accesses = g_array_new(FALSE, FALSE, sizeof(Access));

    g_array_append_vals(accesses, four, 4);
    for (guint i = 0; i < bytes->len; i++) {
        bytes->data[i] ^= (guint8)(1U << i % 8);
        check_damaged(bytes, accesses);
        bytes->data[i] ^= (guint8)(1U << i % 8);
    }
}

static void every_cut_is_found(void)
{
    g_autoptr(GByteArray) bytes = four_by_hand();
    g_autoptr(GArray) accesses = g_array_new(FALSE, FALSE, sizeof(Access));
    const guint whole = bytes->len;

    g_array_append_vals(accesses, four, 4);
    for (guint length = 1; length < whole; length++) {
        bytes->len = length;
        check_damaged(bytes, accesses);
    }
    bytes->len = whole;
    g_byte_array_append(bytes, (const guint8 *)"x", 1);
    check_damaged(bytes, accesses);
}

/* The offset of the n-th block, from 0. */
static size_t find_block(const GByteArray *bytes, unsigned n)
{
    size_t at = MST_HEADER_BYTES;

    for (; n > 0; n--) {
        const char *part = (const char *)bytes->data + at;

        at += MST_BLOCK_HEADER_BYTES + (size_t)binary_u32(part + 8) + binary_u32(part + 12) +
              binary_u32(part + 16) + binary_u32(part + 20);
    }
    return at;
}

static void a_damaged_block_costs_its_records_and_names_its_offset(void)
{
    Rng rng = { 33 };
    g_autoptr(GArray) accesses = random_accesses(&rng, MANY, "mst");
    g_autoptr(GByteArray) bytes = mst_bytes(accesses, NULL);
    const size_t second = find_block(bytes, 1), third = find_block(bytes, 2);
    const uint32_t whole = binary_u32((const char *)bytes->data + MST_HEADER_BYTES + 8);
    g_autofree char *message = g_strdup_printf(": byte %zu: the block is damaged", second);
    Result r;

    bytes->data[(second + third) / 2] ^= 1;
    r = read_bytes(bytes->data, bytes->len, (TraceConfig){ .fetches = true });
    CU_ASSERT(error_has(&r, message));
    CU_ASSERT_EQUAL(r.accesses->len, whole);
    CU_ASSERT(begins_like(accesses, r.accesses));
    result_clear(&r);
    g_byte_array_remove_range(bytes, (guint)second, (guint)(third - second));
    r = read_bytes(bytes->data, bytes->len, (TraceConfig){ .fetches = true });
    CU_ASSERT(error_has(&r, "blocks are missing or in a wrong order"));
    CU_ASSERT_EQUAL(r.accesses->len, whole);
    result_clear(&r);
}

/* What trace_open gives of damaged bytes with salvage: its accesses, and what it says of the rest. */
static GArray *salvage(const GByteArray *bytes, uint64_t *lost, char **damage)
{
    g_autofree char *path = temporary_file("", bytes->data, bytes->len);
    GArray *accesses = g_array_new(FALSE, FALSE, sizeof(Access));
    g_autofree Batch *batch = g_new0(Batch, 1);
    GError *error = NULL;
    AccessSource *source = trace_open(
        &(TraceConfig){ .path = path, .fetches = true, .salvage = true }, STREAM, 0, &error);

    CU_ASSERT_PTR_NOT_NULL_FATAL(source);
    while (source_next(source, batch, &error))
        g_array_append_vals(accesses, batch->access, (guint)batch->count);
    CU_ASSERT_PTR_NULL(error);
    *damage = g_strdup(trace_source_damage(source, lost));
    source_free(source);
    g_remove(path);
    return accesses;
}

static void what_is_whole_of_a_damaged_file_can_be_salvaged(void)
{
    Rng rng = { 37 };
    g_autoptr(GArray) accesses = random_accesses(&rng, MANY, "mst");
    g_autoptr(GByteArray) bytes = mst_bytes(accesses, NULL);
    const size_t second = find_block(bytes, 1), third = find_block(bytes, 2);
    const uint32_t n = binary_u32((const char *)bytes->data + MST_HEADER_BYTES + 8);
    const uint32_t n_second = binary_u32((const char *)bytes->data + second + 8);
    g_autofree char *where = g_strdup_printf(": byte %zu: ", second);

    for (unsigned round = 0; round < 3; round++) {
        const size_t hit = round == 0 ? second : round == 1 ? second + 12 : third - 1;
        g_autofree char *damage = NULL;
        g_autoptr(GArray) got = NULL;
        uint64_t lost;

        bytes->data[hit] ^= 0x55;
        got = salvage(bytes, &lost, &damage);
        bytes->data[hit] ^= 0x55;
        CU_ASSERT(strstr(damage, where) != NULL);
        CU_ASSERT_EQUAL(lost, n_second);
        CU_ASSERT_EQUAL_FATAL(got->len, accesses->len - n_second);
        CU_ASSERT(memcmp(got->data, accesses->data, n * sizeof(Access)) == 0);
        CU_ASSERT(memcmp(&g_array_index(got, Access, n),
                         &g_array_index(accesses, Access, n + n_second),
                         (got->len - n) * sizeof(Access)) == 0);
    }
}

static void a_cut_file_is_salvaged_up_to_its_cut(void)
{
    Rng rng = { 38 };
    g_autoptr(GArray) accesses = random_accesses(&rng, MANY, "mst");
    g_autoptr(GByteArray) bytes = mst_bytes(accesses, NULL);
    const uint32_t n = binary_u32((const char *)bytes->data + MST_HEADER_BYTES + 8);
    g_autofree char *damage = NULL, *none = NULL;
    g_autoptr(GArray) whole = salvage(bytes, &(uint64_t){ 0 }, &none), got = NULL;
    uint64_t lost;

    CU_ASSERT_STRING_EQUAL(none, "");
    CU_ASSERT_EQUAL(whole->len, MANY);
    g_byte_array_set_size(bytes, (guint)find_block(bytes, 1) + 100);
    got = salvage(bytes, &lost, &damage);
    CU_ASSERT(strstr(damage, "the file is cut off") != NULL);
    CU_ASSERT_EQUAL(got->len, n);
    CU_ASSERT(begins_like(accesses, got));
}

/* Columns of noise, with a right checksum: accesses or an error, and nothing outside the file. */
static void noise_with_a_right_checksum_is_records_or_an_error(void)
{
    Rng rng = { 34 };

    for (unsigned round = 0; round < 3000; round++) {
        uint8_t noise[64];
        const uint32_t tags = 1 + (uint32_t)draw(&rng, 16), deltas = (uint32_t)draw(&rng, 17);
        const uint32_t sizes = (uint32_t)draw(&rng, 16), times = (uint32_t)draw(&rng, 15);
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        Result r;

        for (unsigned i = 0; i < sizeof noise; i++)
            noise[i] = (uint8_t)(rng_next(&rng) >> draw(&rng, 60));
        add_header(bytes, 1);
        add_block(bytes, 0, rng_next(&rng) >> draw(&rng, 64),
                  (const Column[]){ { noise, tags },
                                    { noise + 16, deltas },
                                    { noise + 33, sizes },
                                    { noise + 49, times } });
        add_end(bytes, tags);
        r = read_bytes(bytes->data, bytes->len,
                       (TraceConfig){ .fetches = true, .timed = round % 2 });
        CU_ASSERT(r.error || r.accesses->len == tags);
        for (unsigned i = 0; i < r.accesses->len; i++)
            CU_ASSERT(at(&r, i).op <= ACCESS_FETCH && at(&r, i).bytes > 0);
        result_clear(&r);
    }
}

static CU_TestInfo tests[] = {
    TEST(what_is_written_is_read),
    TEST(a_trace_without_times_cannot_be_replayed_timed),
    TEST(bytes_made_by_hand_are_read_and_written),
    TEST(every_changed_byte_is_found),
    TEST(every_cut_is_found),
    TEST(a_damaged_block_costs_its_records_and_names_its_offset),
    TEST(what_is_whole_of_a_damaged_file_can_be_salvaged),
    TEST(a_cut_file_is_salvaged_up_to_its_cut),
    TEST(noise_with_a_right_checksum_is_records_or_an_error),
    CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_trace_mst = { .pName = "trace_mst", .pTests = tests };
